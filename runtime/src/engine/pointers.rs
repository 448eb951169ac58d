//! POINTERs: variables of mechanisms that stand for a number elsewhere on the same cell.

use crate::engine::column::Column;
use crate::simd::LANES;

/// What the POINTERs of a group of instances lead to.
#[derive(Debug)]
pub(crate) struct Pointers {
    blocks: usize,
    /// By slot; empty where the slot is no POINTER that is connected.
    targets: Vec<Vec<*mut f64>>,
    /// What lanes without an instance point to: a number of their own each.
    spare: Vec<f64>,
}

impl Pointers {
    /// Of `rows` times `blocks` blocks of lanes; `slots` are connected, which `target` tells for each place, if there is
    /// an instance.
    pub(crate) fn new(
        (rows, blocks): (usize, usize),
        slot_count: usize,
        slots: &[u32],
        mut target: impl FnMut(u32, (usize, usize, usize)) -> Option<*mut f64>,
    ) -> Self {
        let places = rows * blocks * LANES;
        let mut pointers = Self {
            blocks,
            targets: vec![Vec::new(); slot_count],
            spare: vec![0.0; places * slots.len()],
        };
        let mut next_spare = pointers.spare.as_mut_ptr();
        for &slot in slots {
            let mut targets = Vec::with_capacity(places);
            for place in 0..places {
                let at = (
                    place / (blocks * LANES),
                    place / LANES % blocks,
                    place % LANES,
                );
                targets.push(target(slot, at).unwrap_or(next_spare));
                next_spare = next_spare.wrapping_add(1);
            }
            // a lane without an instance computes with the number of a real one
            let width = blocks * LANES;
            for row in targets.chunks_mut(width) {
                pointers.fill_spare(row);
            }
            pointers.targets[slot as usize] = targets;
        }
        pointers
    }

    fn fill_spare(&mut self, row: &[*mut f64]) {
        let spare = self.spare.as_mut_ptr_range();
        let is_spare = |p: &*mut f64| spare.contains(p);
        let Some(real) = row.iter().find(|p| !is_spare(p)) else {
            return;
        };
        // SAFETY: a target of a real instance is a number of the tile, which lives
        let value = unsafe { **real };
        for p in row.iter().filter(|p| is_spare(p)) {
            // SAFETY: it lies in `spare`
            unsafe { **p = value };
        }
    }

    /// What a slot of an instance leads to, if it is a connected POINTER.
    #[inline]
    pub(crate) fn target(
        &self,
        slot: usize,
        (row, block, lane): (usize, usize, usize),
    ) -> Option<*mut f64> {
        let targets = &self.targets[slot];
        targets
            .get((row * self.blocks + block) * LANES + lane)
            .copied()
    }

    /// Copies what is pointed to into the columns that kernels read.
    pub(crate) fn read_into(&self, slots: &mut [Option<Column>]) {
        for (column, targets) in slots.iter_mut().zip(&self.targets) {
            if let Some(column) = column {
                for (place, target) in targets.iter().enumerate() {
                    let row = place / (self.blocks * LANES);
                    // SAFETY: the target is a number of the tile or of `spare`
                    let value = unsafe { **target };
                    column.set(row, place / LANES % self.blocks, place % LANES, value);
                }
            }
        }
    }
}
