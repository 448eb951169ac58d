//! What other ranks and checkpoints know cells and generators by.

use super::{Member, Plan};
use crate::engine::state::Owner;
use crate::error::BuildErrors;
use crate::instance::Instance;
use crate::ranks::{Communicator, lost, totals};
use std::collections::HashMap;

impl Plan<'_> {
    /// Which cells run ahead, those of other ranks included.
    pub(super) fn note_who_runs_ahead(
        &mut self,
        ranks: &dyn Communicator,
    ) -> Result<(), BuildErrors> {
        for member in self.generators.iter().flatten() {
            if let Member::Cell(cell) = member {
                self.ahead[*cell as usize] = true;
            }
        }
        totals::any(ranks, &mut self.ahead).map_err(lost)
    }

    /// What a checkpoint knows an artificial cell by: in any part of the network the same.
    pub(crate) fn owner(&self, member: Member) -> Owner {
        match member {
            Member::Cell(cell) => Owner::cell(self.instance.cells[cell as usize].gid),
            Member::Generator(generator) => self.generator_owners[generator as usize],
        }
    }
}

/// The generators of a cell are counted in their order.
pub(super) fn generator_owners(instance: &Instance) -> Vec<Owner> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    let owner = |generator: usize| match instance.generator_cells.get(generator) {
        None => Owner::generator(None, generator as u32),
        Some(cell) => {
            let count = counts.entry(*cell).or_insert(0);
            *count += 1;
            Owner::generator(Some(*cell), *count - 1)
        }
    };
    (0..instance.generators.len()).map(owner).collect()
}
