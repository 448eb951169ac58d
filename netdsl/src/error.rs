//! What can go wrong between a model and its results.

use netdsl_lang::check::Diagnostics;
use netdsl_runtime::instantiate::NetworkErrors;
use netdsl_runtime::{BuildErrors, CatalogueError};
use std::fmt;

/// Why a model could not be simulated: all mistakes of the first stage that found any.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Mistakes in the model or in the settings of the run.
    #[error(transparent)]
    Model(#[from] Diagnostics),
    /// A mechanism of the model's own that cannot be compiled.
    #[error(transparent)]
    Mechanism(#[from] CatalogueError),
    /// Mistakes that only the whole network shows: a rule without cells, a probability above 1.
    #[error(transparent)]
    Network(#[from] NetworkErrors),
    /// Mistakes that only the step shows: a delay below it.
    #[error(transparent)]
    Simulation(#[from] BuildErrors),
    /// What went wrong during the run.
    #[error("error: {0}")]
    Run(#[from] netdsl_runtime::RunError),
    /// Several ranks that cannot work together.
    #[error("error: {0}")]
    Start(#[from] netdsl_runtime::ranks::StartError),
    /// What went wrong on other ranks.
    #[error("{0}")]
    Elsewhere(String),
    /// Another rank ended.
    #[error("error: {0}")]
    Lost(#[from] netdsl_runtime::ranks::Lost),
    /// Ranks that were given different models.
    #[error(
        "error: the ranks have different models\n  help: everything that makes a model must be the same on all: numbers \
         drawn, times, files and options that it reads"
    )]
    DifferentModels,
    /// A figure that could not be saved.
    #[cfg(feature = "analysis")]
    #[error(transparent)]
    Figure(#[from] netdsl_analysis::SaveError),
    /// A file that could not be written.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// Why not.
        cause: String,
    },
}

/// As it is displayed: what `main` prints when it returns the error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}
