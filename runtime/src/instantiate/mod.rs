//! From a model to a network with every number drawn.
//!
//! ```text
//! Network --check--> names, plans --> populations placed --> cells drawn --> connections --> stimuli --> Instance
//! ```
//!
//! What comes out depends on the model and its seeds alone: not on threads, not on which part of the network is built.
//! Gids are consecutive from 0 in the order of the populations; points of cells come first, then the synapses of the
//! rules in order, then stimuli; connections are ordered by rule, postsynaptic cell, presynaptic cell (or place in a
//! list) and synapse.

mod assemble;
pub(crate) mod built;
pub(crate) mod cells;
mod error;
mod everywhere;
pub(crate) mod formula;
pub(crate) mod names;
pub(crate) mod plan;
mod pointers;
pub(crate) mod populations;
pub(crate) mod positions;
mod sites;
pub(crate) mod variable;

use netdsl_lang::check::MechanismInfo;
use netdsl_lang::mech::Program;
use netdsl_lang::model::Network;

pub use error::{Mistake, NetworkError, NetworkErrors, Whose};
pub use sites::Sites;

use crate::instance::Instance;
use crate::mech::Catalogue;
use crate::ranks::Communicator;
use crate::ranks::partition::{Deal, Partition};

/// Which cells get their incoming connections, synapses and stimuli; all other cells are listed without them.
pub type Part<'a> = &'a (dyn Fn(u32) -> bool + Sync);

/// Builds a whole network.
///
/// # Errors
/// All mistakes: those of the model, or those that only its cells and pairs show.
pub fn instantiate(
    network: &Network,
    mechanisms: &(dyn MechanismInfo + Sync),
) -> Result<Instance, NetworkErrors> {
    instantiate_part(network, mechanisms, &|_| true)
}

/// Builds the part of a network that belongs to the cells (by gid) for which `part` holds.
///
/// # Errors
/// As [`instantiate`]; mistakes of single pairs and stimulated cells are those of the part.
pub fn instantiate_part(
    network: &Network,
    mechanisms: &(dyn MechanismInfo + Sync),
    part: Part,
) -> Result<Instance, NetworkErrors> {
    if let Err(problems) = netdsl_lang::check::check(network, mechanisms) {
        return Err(problems.into());
    }
    let (instance, _) = assemble::assemble(network, mechanisms, Wanted::Part(part))?;
    Ok(instance)
}

/// Builds the share of a network that belongs to a rank: its cells, and the connections to them. All other cells are
/// [`Body::Elsewhere`](crate::instance::Body::Elsewhere). All ranks do so together; each finds the same partition.
///
/// # Errors
/// As [`instantiate`], the mistakes of all ranks; or that a rank ended.
pub fn instantiate_share(
    network: &Network,
    mechanisms: &(dyn MechanismInfo + Sync),
    ranks: &dyn Communicator,
    deal: Deal,
) -> Result<(Instance, Partition), NetworkErrors> {
    let wanted = Wanted::Share {
        rank: ranks.rank(),
        size: ranks.size(),
        deal,
    };
    let built = match netdsl_lang::check::check(network, mechanisms) {
        Ok(()) => assemble::assemble(network, mechanisms, wanted),
        Err(problems) => Err(problems.into()),
    };
    everywhere::everywhere(ranks, built)
}

/// What of a network is built.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// All cells, and what comes in to some.
    Part(Part<'a>),
    /// The cells of one of so many ranks, and what comes in to them.
    Share {
        rank: usize,
        size: usize,
        deal: Deal,
    },
}

impl MechanismInfo for Catalogue {
    fn program(&self, name: &str) -> Option<&Program> {
        self.get(name).map(|mechanism| &*mechanism.program)
    }

    fn names(&self) -> Vec<&str> {
        Catalogue::names(self).collect()
    }
}
