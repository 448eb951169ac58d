//! The whole state of a simulation in a file, from which any number of ranks and threads goes on with the same bits.
//!
//! ```text
//! magic, version, fingerprint of the model, time, step | records: kind, key, length, bytes | end, MD5 of all before
//! ```
//!
//! A file is complete under another name before it gets its own, so that a run that is killed leaves the last checkpoint
//! whole. Ranks send their records to the first one after the other; on reading, each rank keeps its own.

mod file;
mod signals;

pub(crate) use file::{Reader, Record, Writer};
pub use signals::Asked;
pub(crate) use signals::STOP;

use md5::{Digest, Md5};
use std::path::PathBuf;

/// Why a checkpoint cannot be written, or gone on from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Not written.
    #[error("the checkpoint {} cannot be written: {cause}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// Not there, or not readable.
    #[error("the checkpoint {} cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// Some other file.
    #[error("{} is no checkpoint of netdsl", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Of another version of netdsl.
    #[error(
        "the checkpoint {} has version {found}, but this program writes and reads version {known}\n  help: go on with \
         the program that wrote it", path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The program's.
        known: u32,
    },
    /// Its end is missing, or bytes have changed.
    #[error(
        "the checkpoint {} is not whole: it was cut short or changed after it was written\n  help: go on from an earlier \
         one, or from the beginning", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Of a run that kept its results, while this one writes them to files, or the other way round.
    #[error(
        "the checkpoint {} is of a run that {}\n  help: let this one do so too", path.display(),
        if *streamed { "wrote its results to files while it went on" } else { "kept its results in memory" }
    )]
    OtherResults {
        /// The file.
        path: PathBuf,
        /// Whether they went to files.
        streamed: bool,
    },
    /// The files that the results went to.
    #[error(transparent)]
    Stream(#[from] crate::stream::StreamError),
    /// Of another model, or another step, temperature, recording.
    #[error(
        "the checkpoint {} is of another model, or of a run with another step, initial voltage, temperature, scheme or \
         recording\n  help: only the duration, ranks and threads may differ", path.display()
    )]
    OtherModel {
        /// The file.
        path: PathBuf,
    },
}

/// Tells one model with the settings of its run from another.
#[must_use]
pub fn fingerprint(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Md5::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// When checkpoints are written, and where.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    /// The file: each replaces the one before.
    pub path: PathBuf,
    /// Simulated time between them, ms; `None` for only when they are asked for.
    pub every: Option<f64>,
    /// What the model and its settings are known by: see [`fingerprint`].
    pub fingerprint: [u8; 16],
    /// Signals that ask for one.
    pub asked: Asked,
}
