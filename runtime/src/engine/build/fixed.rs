//! What of a tile's matrix never changes.

use super::TileBuilder;
use crate::engine::column::Column;
use crate::engine::group::MechanismGroup;
use crate::simd::LANES;

impl<'a> TileBuilder<'a> {
    pub(super) fn fixed_matrix(&self) -> FixedMatrix {
        let full = || Column::full(self.nodes, self.blocks);
        let mut fixed = FixedMatrix {
            axial: full(),
            diagonal: full(),
            capacitance: full(),
            rhs: full(),
        };
        let per_ms = if self.half_steps() { 2.0 } else { 1.0 } / self.plan.config.dt;
        let structure = &self.tile.structure;
        let mut sums = vec![0.0; self.nodes];
        for lane in 0..self.lanes() {
            let layout = self.layout(lane);
            let (block, lane) = (lane / LANES, lane % LANES);
            for (node, sum) in sums.iter_mut().enumerate() {
                let tree_node = structure.tree_nodes[node] as usize;
                *sum = layout.tree.capacitance[tree_node] * per_ms;
                fixed.capacitance.set(node, block, lane, *sum);
            }
            for node in 1..self.nodes {
                let axial = layout.tree.axial[structure.tree_nodes[node] as usize];
                fixed.axial.set(node, block, lane, axial);
                sums[node] += axial;
                sums[structure.parents[node] as usize] += axial;
            }
            for (node, sum) in sums.iter().enumerate() {
                fixed.diagonal.set(node, block, lane, *sum);
            }
        }
        fixed
    }

    /// Currents that are `g v + c` with constants: into the fixed part of the matrix.
    pub(super) fn fold_constant_currents(
        &self,
        groups: &mut [MechanismGroup],
        fixed: &FixedMatrix,
    ) {
        let zero = Column::full(self.nodes, self.blocks);
        for group in groups
            .iter_mut()
            .filter(|group| group.prepared.constant_current)
        {
            let mut args = group.args.clone();
            args.voltage = zero.strided();
            args.rhs = fixed.rhs.strided();
            args.diagonal = fixed.diagonal.strided();
            group.prepared.current(&args, false, &mut group.streams);
            if group.full {
                // its currents are computed for recording alone
                let sink = Column::full(self.nodes, self.blocks);
                (group.args.rhs, group.args.diagonal) = (sink.strided(), sink.strided());
                group.detached = Some(sink);
            }
        }
    }
}

pub(super) struct FixedMatrix {
    pub(super) axial: Column,
    pub(super) diagonal: Column,
    pub(super) capacitance: Column,
    pub(super) rhs: Column,
}

impl FixedMatrix {
    pub(super) fn compress(&mut self, nodes: usize, blocks: usize) {
        for column in [
            &mut self.axial,
            &mut self.diagonal,
            &mut self.capacitance,
            &mut self.rhs,
        ] {
            let taken = std::mem::replace(column, Column::uniform(0.0));
            *column = taken.compress(nodes, blocks);
        }
    }
}
