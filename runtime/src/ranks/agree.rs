//! What all ranks must agree upon before they go on.

use super::{Communicator, Gathered, Lost};
use crate::error::{BuildError, BuildErrors};

/// What went wrong on other ranks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// Their messages, each once, in the order of the ranks.
    Told(Vec<String>),
    /// One ended.
    Lost(Lost),
}

/// Tells all ranks what went wrong here, if anything (`own`, as it is displayed), and hears what went wrong elsewhere;
/// `Ok` if nothing did anywhere.
///
/// # Errors
/// Messages of other ranks (perhaps none, if something went wrong here alone), or that one ended.
pub fn agree(ranks: &dyn Communicator, own: Option<&str>) -> Result<(), Elsewhere> {
    if ranks.size() == 1 {
        return own.map_or(Ok(()), |_| Err(Elsewhere::Told(Vec::new())));
    }
    let mut all = Gathered::default();
    let gathered = ranks.all_gather(own.unwrap_or_default().as_bytes(), &mut all);
    gathered.map_err(Elsewhere::Lost)?;
    if all.total() == 0 {
        return Ok(());
    }
    let mut told: Vec<String> = Vec::new();
    for bytes in all.iter().filter(|bytes| !bytes.is_empty()) {
        let message = String::from_utf8_lossy(bytes).into_owned();
        if own != Some(&message) && !told.contains(&message) {
            told.push(message);
        }
    }
    Err(Elsewhere::Told(told))
}

/// `Ok` if no rank noted a mistake, else those of all ranks.
pub(crate) fn everywhere(
    ranks: &dyn Communicator,
    mut errors: BuildErrors,
) -> Result<BuildErrors, BuildErrors> {
    let own: Vec<String> = errors.errors.iter().map(ToString::to_string).collect();
    let text = own.join(SEPARATOR);
    match agree(ranks, (!own.is_empty()).then_some(&text)) {
        Ok(()) => Ok(errors),
        Err(Elsewhere::Lost(gone)) => Err(lost(gone)),
        Err(Elsewhere::Told(told)) => {
            let messages = told.iter().flat_map(|text| text.split(SEPARATOR));
            for message in messages.filter(|m| !own.iter().any(|o| o == m)) {
                errors.push(BuildError::Elsewhere(message.to_owned()));
            }
            Err(errors)
        }
    }
}

/// `own` if all ranks succeeded, else the mistakes of all.
pub(crate) fn agreed<T>(
    ranks: &dyn Communicator,
    own: Result<T, BuildErrors>,
) -> Result<T, BuildErrors> {
    let (value, errors) = match own {
        Ok(value) => (Some(value), BuildErrors::default()),
        Err(errors) => (None, errors),
    };
    everywhere(ranks, errors)?;
    Ok(value.expect("nobody noted a mistake"))
}

/// Between messages.
const SEPARATOR: &str = "\u{1e}";

/// A rank that ended, as a mistake of building.
pub(crate) fn lost(gone: Lost) -> BuildErrors {
    BuildErrors {
        errors: vec![gone.into()],
    }
}

/// Whether all ranks have the same `bytes`.
///
/// # Errors
/// A rank ended.
pub fn same_everywhere(ranks: &dyn Communicator, bytes: &[u8]) -> Result<bool, Lost> {
    if ranks.size() == 1 {
        return Ok(true);
    }
    let mut all = Gathered::default();
    ranks.all_gather(bytes, &mut all)?;
    Ok(all.iter().all(|other| other == bytes))
}
