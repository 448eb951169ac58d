//! How the program was started: alone, or by mpirun or srun as one of several ranks.

use super::{Alone, Ranks};
use std::sync::{Arc, OnceLock};

/// What the program that started this one says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Launched {
    /// Number of this rank.
    pub rank: usize,
    /// How many there are.
    pub size: usize,
}

/// Why the ranks cannot work together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Built without the feature.
    #[error(
        "this program was started as {size} ranks, but it was built without MPI, so that each would run the whole model\n  \
         help: build it with `--features mpi`, or start it without mpirun or srun"
    )]
    Without {
        /// How many there are.
        size: usize,
    },
    /// The launcher belongs to another MPI than the program was built with.
    #[error(
        "this program was started as {started} ranks, but its MPI library knows of {known}\n  help: start it with the \
         mpirun of the MPI that it was built with, or build it again with the one that is loaded"
    )]
    Foreign {
        /// What the launcher says.
        started: usize,
        /// What the library says.
        known: usize,
    },
    /// MPI does not start, or not as it is needed.
    #[error("MPI cannot be used: {0}")]
    Unusable(&'static str),
}

/// The first two are OpenMPI's, then those of MPICH, Intel MPI and Slurm's PMI.
const NAMES: [(&str, &str); 3] = [
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ("PMI_RANK", "PMI_SIZE"),
    ("PMIX_RANK", "SLURM_NTASKS"),
];

/// Whether this program was started as one of several ranks.
#[must_use]
pub fn launched() -> Option<Launched> {
    launched_as(|name| std::env::var(name).ok())
}

fn launched_as(variable: impl Fn(&str) -> Option<String>) -> Option<Launched> {
    let number = |name: &str| variable(name)?.trim().parse::<usize>().ok();
    let read = |(rank, size): &(&str, &str)| {
        let (rank, size) = (number(rank)?, number(size)?);
        Some(Launched { rank, size })
    };
    NAMES.iter().find_map(read).filter(|found| found.size > 1)
}

/// The ranks that this program is one of. Alone, it costs nothing; started by mpirun or srun, it starts MPI at the first
/// call and ends it when the program ends. A panic then ends all ranks.
///
/// # Errors
/// The program was started as several ranks, but cannot be one of them: told on the first, the others end.
pub fn world() -> Result<Ranks, StartError> {
    static WORLD: OnceLock<Result<Ranks, StartError>> = OnceLock::new();
    let found = WORLD.get_or_init(|| match launched() {
        None => Ok(Arc::new(Alone) as Ranks),
        Some(launched) => {
            let started = start(launched);
            if started.is_err() && launched.rank > 0 {
                std::process::exit(0);
            }
            started
        }
    });
    found.clone()
}

#[cfg(feature = "mpi")]
fn start(launched: Launched) -> Result<Ranks, StartError> {
    super::mpi::start(launched)
}

#[cfg(not(feature = "mpi"))]
fn start(launched: Launched) -> Result<Ranks, StartError> {
    let size = launched.size;
    Err(StartError::Without { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn launchers_are_known() {
        let with = |pairs: &'static [(&str, &str)]| {
            launched_as(move |name| {
                let found = pairs.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let started = |rank, size| Some(Launched { rank, size });
        let open = &[("OMPI_COMM_WORLD_RANK", "1"), ("OMPI_COMM_WORLD_SIZE", "4")];
        assert_eq!(with(open), started(1, 4));
        assert_eq!(with(&[("PMI_RANK", "0"), ("PMI_SIZE", "2")]), started(0, 2));
        let slurm = &[("PMIX_RANK", "3"), ("SLURM_NTASKS", "8")];
        assert_eq!(with(slurm), started(3, 8));
        // a job of several tasks in which this program was started without srun
        assert_eq!(with(&[("SLURM_NTASKS", "8")]), None);
        assert_eq!(with(&[("PMI_RANK", "0"), ("PMI_SIZE", "1")]), None);
        assert_eq!(with(&[]), None);
    }
}
