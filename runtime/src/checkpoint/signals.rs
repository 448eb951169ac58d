//! What a batch system asks for before it ends a job.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Write a checkpoint at the end of the epoch, and go on.
pub(crate) const SAVE: u8 = 1;
/// Write a checkpoint at the end of the epoch, and end.
pub(crate) const STOP: u8 = 2;

/// What was asked for from outside: a checkpoint (SIGUSR1), or a checkpoint and the end of the run (SIGTERM).
#[derive(Clone, Debug, Default)]
pub struct Asked {
    save: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Asked {
    /// By signals to this process from now on.
    ///
    /// # Errors
    /// The system does not allow it.
    #[cfg(unix)]
    pub fn by_signals() -> std::io::Result<Self> {
        use signal_hook::consts::{SIGTERM, SIGUSR1};
        let asked = Self::default();
        signal_hook::flag::register(SIGUSR1, Arc::clone(&asked.save))?;
        signal_hook::flag::register(SIGTERM, Arc::clone(&asked.stop))?;
        Ok(asked)
    }

    /// There are no such signals.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub fn by_signals() -> std::io::Result<Self> {
        Ok(Self::default())
    }

    /// Asks for a checkpoint.
    pub fn save(&self) {
        self.save.store(true, Ordering::SeqCst);
    }

    /// Asks for a checkpoint and the end of the run.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// What was asked for since the last time, as bits.
    pub(crate) fn take(&self) -> u8 {
        let taken = |flag: &AtomicBool, bit| match flag.swap(false, Ordering::SeqCst) {
            true => bit,
            false => 0,
        };
        taken(&self.save, SAVE) | taken(&self.stop, STOP)
    }
}
