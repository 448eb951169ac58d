//! Results that go to disk while the run goes on, in bounded memory.
//!
//! A file is called `NAME.partial` until the run has ended: none that is half written looks whole. A checkpoint holds how
//! many bytes of it were written, and their MD5; who goes on cuts the file there.

mod file;
mod writer;

pub(crate) use writer::{Marks, Writer, describe};

use std::path::PathBuf;
#[cfg(unix)]
use std::sync::Arc;
use std::sync::Once;

/// Where the results of a run go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streams {
    /// Spikes, `t_ms,gid`, in the order (time, gid).
    pub spikes: PathBuf,
    /// Samples, `label,unit,t_ms,value`, in the order of the steps, then of the probes.
    pub traces: PathBuf,
}

/// Why results cannot be written, or gone on with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StreamError {
    /// No room, no permission, no such folder.
    #[error(
        "results cannot be written to {}: {cause}\n  help: what was written so far stays there; a run with checkpoints \
         goes on from the last one when there is room", path.display()
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The file is not there, is shorter than it was, or has other bytes.
    #[error(
        "{} does not begin with the {position} bytes that the run had written when it kept its state\n  help: put the \
         file of that run there, or begin anew", path.display()
    )]
    Other {
        /// The file.
        path: PathBuf,
        /// Its length in bytes at the checkpoint.
        position: u64,
    },
}

/// A file that may not grow any more (`ulimit -f`, a quota of a batch system) is an error where it is written, as a full disk
/// is, instead of a signal that ends the program without a word.
pub fn tell_size_limits() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // any handler does; without one the signal ends the program, as before
        #[cfg(unix)]
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    });
}
