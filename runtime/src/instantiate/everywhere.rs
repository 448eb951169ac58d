//! Mistakes that several ranks found in their shares of a network, told as one rank would that found all.

use std::borrow::Cow;

use super::error::{Mistake, NetworkError, NetworkErrors, Whose};
use crate::bytes::{Bytes, Cut, Put};
use crate::ranks::{Communicator, Gathered};

/// `built` if no rank found a mistake; else the mistakes of all ranks.
pub(super) fn everywhere<T>(
    ranks: &dyn Communicator,
    built: Result<T, NetworkErrors>,
) -> Result<T, NetworkErrors> {
    let mut bytes = Vec::new();
    if let Err(errors) = &built {
        errors.0.iter().for_each(|error| write(error, &mut bytes));
    }
    let mut all = Gathered::default();
    if let Err(lost) = ranks.all_gather(&bytes, &mut all) {
        return Err(told(lost.to_string()));
    }
    if all.total() == 0 {
        return built;
    }
    let mut errors = NetworkErrors::default();
    for (rank, theirs) in all.iter().enumerate() {
        let own = (rank == ranks.rank()).then_some(&built);
        match own {
            Some(Err(own)) => own
                .0
                .iter()
                .for_each(|error| join(&mut errors, error.clone())),
            _ => {
                let read =
                    read(theirs).expect("ranks run the same program, and send whole mistakes");
                read.into_iter().for_each(|error| join(&mut errors, error));
            }
        }
    }
    Err(errors)
}

fn told(message: String) -> NetworkErrors {
    let place = String::new();
    let mistake = Mistake::Elsewhere(message);
    NetworkErrors(vec![NetworkError { place, mistake }])
}

/// Adds a mistake; one that is there already is told once, and numbers that are wrong alike are counted.
fn join(errors: &mut NetworkErrors, error: NetworkError) {
    let text = error.to_string();
    for known in &mut errors.0 {
        if known.place == error.place
            && let (
                Mistake::Number {
                    what,
                    value,
                    must,
                    of,
                    count,
                },
                Mistake::Number {
                    what: w,
                    value: v,
                    must: m,
                    of: o,
                    count: c,
                },
            ) = (&mut known.mistake, &error.mistake)
            && what == w
            && must == m
        {
            *count += c;
            if order(o) < order(of) {
                (*value, *of) = (*v, *o);
            }
            return;
        }
        if known.to_string() == text {
            return;
        }
    }
    errors.0.push(error);
}

/// The order in which one rank finds mistakes.
fn order(of: &Whose) -> (u32, u32) {
    match *of {
        Whose::All => (0, 0),
        Whose::Cell(gid) => (gid, 0),
        Whose::Pair(pre, post) => (post, pre),
    }
}

const TEXT: u32 = 0;
const NUMBER: u32 = 1;

fn write(error: &NetworkError, into: &mut Vec<u8>) {
    let Mistake::Number {
        what,
        value,
        must,
        of,
        count,
    } = &error.mistake
    else {
        into.put_u32(TEXT);
        return into.put_str(&error.to_string());
    };
    into.put_u32(NUMBER);
    into.put_str(&error.place);
    into.put_str(what);
    into.put_f64(*value);
    into.put_str(must);
    let whose = match *of {
        Whose::All => [0, 0, 0],
        Whose::Cell(gid) => [1, gid, 0],
        Whose::Pair(pre, post) => [2, pre, post],
    };
    whose.iter().for_each(|x| into.put_u32(*x));
    into.put_u64(*count);
}

fn read(bytes: &[u8]) -> Result<Vec<NetworkError>, Cut> {
    let mut bytes = Bytes(bytes);
    let mut errors = Vec::new();
    while !bytes.is_empty() {
        errors.push(match bytes.u32()? {
            NUMBER => read_number(&mut bytes)?,
            _ => NetworkError {
                place: String::new(),
                mistake: Mistake::Elsewhere(bytes.str()?.to_owned()),
            },
        });
    }
    Ok(errors)
}

fn read_number(bytes: &mut Bytes) -> Result<NetworkError, Cut> {
    let place = bytes.str()?.to_owned();
    let what = bytes.str()?.to_owned();
    let value = bytes.f64()?;
    let must = Cow::Owned(bytes.str()?.to_owned());
    let of = match [bytes.u32()?, bytes.u32()?, bytes.u32()?] {
        [0, ..] => Whose::All,
        [1, gid, _] => Whose::Cell(gid),
        [_, pre, post] => Whose::Pair(pre, post),
    };
    let count = bytes.u64()?;
    let mistake = Mistake::Number {
        what,
        value,
        must,
        of,
        count,
    };
    Ok(NetworkError { place, mistake })
}
