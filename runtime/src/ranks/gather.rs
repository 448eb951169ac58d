//! What all ranks recorded, brought to the first.

use super::{Communicator, Lost};
use crate::bytes::{Bytes, Cut, Put};
use crate::record::{ProbeKey, Trace};

/// The traces of all ranks in the order of their keys, on the first rank; on the others, their own.
pub(crate) fn traces(
    ranks: &dyn Communicator,
    mut own: Vec<(ProbeKey, Trace)>,
) -> Result<Vec<Trace>, Lost> {
    if ranks.size() > 1 {
        let bytes = match ranks.rank() {
            0 => Vec::new(),
            _ => written(&own),
        };
        ranks.to_first(&bytes, &mut |rank, bytes| {
            if rank > 0 {
                let theirs = read(bytes);
                own.extend(theirs.expect("ranks run the same program, and send whole traces"));
            }
        })?;
    }
    own.sort_by_key(|(key, _)| *key);
    Ok(own.into_iter().map(|(_, trace)| trace).collect())
}

fn written(traces: &[(ProbeKey, Trace)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key, trace) in traces {
        key.iter().for_each(|k| bytes.put_u32(*k));
        bytes.put_str(&trace.label);
        bytes.put_str(&trace.unit);
        bytes.put_f64(trace.interval);
        bytes.put_f64s(&trace.values);
    }
    bytes
}

fn read(bytes: &[u8]) -> Result<Vec<(ProbeKey, Trace)>, Cut> {
    let mut bytes = Bytes(bytes);
    let mut traces = Vec::new();
    while !bytes.is_empty() {
        let key = [bytes.u32()?, bytes.u32()?, bytes.u32()?];
        let trace = Trace {
            label: bytes.str()?.to_owned(),
            unit: bytes.str()?.to_owned(),
            interval: bytes.f64()?,
            values: bytes.f64s()?,
        };
        traces.push((key, trace));
    }
    Ok(traces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ranks::Crew;

    #[test]
    fn traces_come_in_the_order_of_their_keys() {
        let trace = |k: u32| Trace {
            label: format!("v[{k}]"),
            unit: "mV".into(),
            interval: 0.1,
            values: vec![f64::from(k); 3],
        };
        std::thread::scope(|scope| {
            for ranks in Crew::of(3) {
                scope.spawn(move || {
                    let rank = ranks.rank() as u32;
                    let own = [rank, rank + 3].map(|k| ([k, 0, 0], trace(k)));
                    let all = traces(&*ranks, own.to_vec()).unwrap();
                    let wanted: Vec<Trace> = match rank {
                        0 => (0..6).map(trace).collect(),
                        _ => own.map(|(_, trace)| trace).to_vec(),
                    };
                    assert_eq!(all, wanted);
                });
            }
        });
    }
}
