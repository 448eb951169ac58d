//! What can be wrong with a network that is about to run.

use std::fmt;

/// One mistake.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A mechanism that the catalogue does not hold.
    #[error("{place}: there is no mechanism `{name}`{hint}")]
    UnknownMechanism {
        /// As written.
        name: String,
        /// Where it is used.
        place: String,
        /// What to do.
        hint: String,
    },
    /// A point process where a density mechanism is wanted, and the like.
    #[error("{place}: `{name}` is {is}, but {wanted} is needed here")]
    WrongKind {
        /// The mechanism.
        name: String,
        /// Where it is used.
        place: String,
        /// What it is.
        is: &'static str,
        /// What is needed.
        wanted: &'static str,
    },
    /// A parameter that the mechanism does not have.
    #[error("{place}: mechanism `{mechanism}` has no {what} `{name}`{hint}")]
    UnknownVariable {
        /// The mechanism.
        mechanism: String,
        /// As written.
        name: String,
        /// Parameter, global or variable.
        what: &'static str,
        /// Where it is used.
        place: String,
        /// What to do.
        hint: String,
    },
    /// A value that cannot be.
    #[error("{place}: {message}")]
    Value {
        /// Where.
        place: String,
        /// Cause and remedy.
        message: String,
    },
    /// A place that does not exist.
    #[error("{place}: {message}")]
    Place {
        /// What refers to it.
        place: String,
        /// Cause and remedy.
        message: String,
    },
    /// More memory than there is.
    #[error(
        "the simulation of {cells} cells does not fit into memory: {lack}; make the network smaller"
    )]
    Memory {
        /// Number of cells.
        cells: usize,
        /// How much is needed and there.
        lack: String,
    },
    /// What other ranks found.
    #[error("{0}")]
    Elsewhere(String),
    /// Another rank ended.
    #[error(transparent)]
    Lost(#[from] crate::ranks::Lost),
    /// A delay that the step cannot resolve.
    #[error(
        "rule `{rule}`: {count} connection(s) between cells have a delay below dt = {dt} ms (the smallest: {smallest} ms, \
         to {target}); lengthen the delay, or shorten dt"
    )]
    ShortDelay {
        /// The rule that made them.
        rule: String,
        /// How many.
        count: usize,
        /// ms.
        smallest: f64,
        /// ms.
        dt: f64,
        /// The target of the shortest.
        target: String,
    },
}

/// All mistakes found, in the order of the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BuildErrors {
    /// At least one.
    pub errors: Vec<BuildError>,
}

impl BuildErrors {
    /// Notes a mistake; the same mistake is kept once.
    pub fn push(&mut self, error: BuildError) {
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }

    /// `value` if nothing was noted.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.errors.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }
}

impl fmt::Display for BuildErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, error) in self.errors.iter().enumerate() {
            if k > 0 {
                writeln!(f)?;
            }
            write!(f, "error: {error}")?;
        }
        if self.errors.len() > 1 {
            write!(f, "\n{} errors", self.errors.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for BuildErrors {}

/// What can go wrong while a network runs.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The code that is called in intervals ended the run.
    #[error("the code of an interval ended the run")]
    Interval,
    /// A rule whose weights do not change, or that is not there.
    #[error("there is no plastic rule `{name}`{hint}")]
    NotPlastic {
        /// As asked for.
        name: String,
        /// What there is.
        hint: String,
    },
    /// A reward that nothing waits for.
    #[error(
        "rule `{name}` changes its weights at once: give its law a `tau_eligibility`, and changes wait for rewards"
    )]
    NotRewarded {
        /// The rule.
        name: String,
    },
    /// More steps than any machine takes in a lifetime.
    #[error(
        "{until} ms in steps of {dt} ms are {steps:.0e} steps, which would never end\n  help: check the units of both"
    )]
    Endless {
        /// ms.
        until: f64,
        /// ms.
        dt: f64,
        /// Their quotient.
        steps: f64,
    },
    /// Another rank ended.
    #[error(transparent)]
    Lost(#[from] crate::ranks::Lost),
    /// A checkpoint that cannot be written, or gone on from.
    #[error(transparent)]
    Checkpoint(#[from] crate::checkpoint::CheckpointError),
    /// Results that cannot be written while the run goes on.
    #[error(transparent)]
    Stream(#[from] crate::stream::StreamError),
    /// What went wrong on other ranks.
    #[error("{0}")]
    Elsewhere(String),
    /// A signal ended the run.
    #[error(
        "the run was asked to end, and stopped at {time:.3} ms\n  help: it goes on from the checkpoint {}", path.display()
    )]
    Stopped {
        /// ms.
        time: f64,
        /// Where the state is.
        path: std::path::PathBuf,
    },
    /// A voltage is infinite, or no number at all.
    #[error(
        "the voltage of cell {gid} is not a number: it broke between {from:.3} and {to:.3} ms\n  help: look for weights, \
         conductances or currents that are far too large, a denominator that becomes 0 in a mechanism, or a step that is \
         too long"
    )]
    NotANumber {
        /// The first such cell.
        gid: u32,
        /// ms.
        from: f64,
        /// ms.
        to: f64,
    },
}
