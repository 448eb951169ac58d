//! Several ranks that run one network together.
//!
//! ```text
//! Partition: which cells are a rank's    --> instantiate_share: these cells, and the connections to them
//! Communicator: ranks that hear each other --> Exchange: spikes, once an epoch; totals; what is gathered at rank 0
//! ```
//!
//! Every rank reads the same model and makes its own cells and the connections to them from the random streams: nothing
//! about connections is sent. Spikes are ordered by (time, source) before they are handed on, so that results are the
//! same for any number of ranks.

mod agree;
mod crew;
pub(crate) mod exchange;
pub(crate) mod gather;
mod launcher;
#[cfg(feature = "mpi")]
mod mpi;
pub(crate) mod packet;
pub mod partition;
mod restrict;
pub(crate) mod totals;

pub use agree::{Elsewhere, agree, same_everywhere};
pub(crate) use agree::{agreed, everywhere, lost};
pub use crew::Crew;
pub use launcher::{Launched, StartError, launched, world};
pub use restrict::restrict;
pub use totals::{Share, sum};

use std::fmt;
use std::sync::Arc;

/// A handle to the ranks that run together.
pub type Ranks = Arc<dyn Communicator>;

/// What ranks ask of each other. All ranks make the same calls in the same order.
pub trait Communicator: Send + Sync + fmt::Debug {
    /// Number of this rank, from 0.
    fn rank(&self) -> usize;

    /// How many ranks there are.
    fn size(&self) -> usize;

    /// How many of them use the cores that this one uses, this one included.
    fn sharing_cores(&self) -> usize {
        self.size()
    }

    /// Ends this program if it is a rank but the first, which has all results or tells what went wrong. Ranks that are
    /// threads go on.
    fn leave(&self) {}

    /// Gives `bytes` to all ranks, and gets those of all.
    ///
    /// # Errors
    /// Another rank has ended.
    fn all_gather(&self, bytes: &[u8], into: &mut Gathered) -> Result<(), Lost>;

    /// Hands the bytes of each rank, in the order of the ranks, to `take` on rank 0: one rank's at a time are held there.
    ///
    /// # Errors
    /// Another rank has ended.
    fn to_first(&self, bytes: &[u8], take: &mut dyn FnMut(usize, &[u8])) -> Result<(), Lost>;
}

/// Another rank ended before the work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rank {rank} ended before the others; what it wrote says why")]
pub struct Lost {
    /// Which.
    pub rank: usize,
}

/// Bytes of all ranks, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gathered {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Gathered {
    /// Forgets all.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds a rank's bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
    }

    /// Adds a rank's bytes, which come in two parts.
    #[cfg(feature = "mpi")]
    pub(crate) fn push_parts(&mut self, first: &[u8], rest: &[u8]) {
        self.bytes.extend_from_slice(first);
        self.push(rest);
    }

    /// The bytes of each rank.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.bytes[start..end])
    }

    /// How many ranks gave theirs.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether none did.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all.
    pub fn total(&self) -> usize {
        self.bytes.len()
    }
}

/// One rank: this program alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alone;

impl Communicator for Alone {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn all_gather(&self, bytes: &[u8], into: &mut Gathered) -> Result<(), Lost> {
        into.clear();
        into.push(bytes);
        Ok(())
    }

    fn to_first(&self, bytes: &[u8], take: &mut dyn FnMut(usize, &[u8])) -> Result<(), Lost> {
        take(0, bytes);
        Ok(())
    }
}

/// One of several ranks, of which the others are not there: nothing is ever heard of them. For dry runs.
#[derive(Clone, Copy, Debug)]
pub struct Pretended {
    /// Number of this rank.
    pub rank: usize,
    /// How many there would be.
    pub size: usize,
}

impl Communicator for Pretended {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn sharing_cores(&self) -> usize {
        1
    }

    fn all_gather(&self, bytes: &[u8], into: &mut Gathered) -> Result<(), Lost> {
        Alone.all_gather(bytes, into)
    }

    fn to_first(&self, _: &[u8], _: &mut dyn FnMut(usize, &[u8])) -> Result<(), Lost> {
        Ok(())
    }
}

/// This program alone.
#[must_use]
pub fn alone() -> Ranks {
    Arc::new(Alone)
}
