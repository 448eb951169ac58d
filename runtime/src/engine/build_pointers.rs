//! Connects the POINTERs of a tile's mechanisms with the numbers that they lead to.

use crate::engine::build::TileBuilder;
use crate::engine::instances::Instances;
use crate::engine::ions::Pool;
use crate::engine::pointers::Pointers;
use crate::engine::pointing::{Pointing, PointingOwner};
use crate::engine::probes::Wanted;
use crate::simd::LANES;
use std::collections::BTreeMap;

/// Row, block and lane of an instance.
type At = (usize, usize, usize);

impl TileBuilder<'_> {
    /// Connects all POINTERs of the tile. The columns must stay where they are from here on.
    pub(super) fn connect_pointers(&self, instances: &mut Instances, pools: &[Pool], tile: usize) {
        let mut by_group: BTreeMap<usize, BTreeMap<(u32, At), *mut f64>> = BTreeMap::new();
        for pointing in &self.plan.pointing.by_tile[tile] {
            let name = &self.plan.mechanisms.all[pointing.mechanism].program.name;
            let named = |g: &crate::engine::group::MechanismGroup| g.prepared.program.name == *name;
            let group = instances.groups.iter().position(named);
            let group = group.expect("the owner is in this tile");
            let at = owner_address(pointing, instances, group);
            let target = self.target(pointing, instances, pools);
            let targets = by_group.entry(group).or_default();
            targets.insert((pointing.slot, at), target);
        }
        for (group, targets) in by_group {
            let group = &mut instances.groups[group];
            let mut slots: Vec<u32> = targets.keys().map(|(slot, _)| *slot).collect();
            slots.dedup();
            let size = (group.rows, group.blocks);
            let pointers = Pointers::new(size, group.slots.len(), &slots, |slot, at| {
                targets.get(&(slot, at)).copied()
            });
            group.pointers = Some(Box::new(pointers));
            group.refresh();
        }
    }

    fn target(&self, pointing: &Pointing, instances: &Instances, pools: &[Pool]) -> *mut f64 {
        let (block, lane) = (
            pointing.lane as usize / LANES,
            pointing.lane as usize % LANES,
        );
        let kept = "what is pointed to is kept";
        match &pointing.target {
            Wanted::Voltage { node } => self.voltage.pointer(*node as usize, block, lane),
            Wanted::Ion { ion, what, node } => {
                let pool = pools.iter().find(|pool| pool.name == *ion);
                let columns = pool.expect("the ion was found at this place").columns();
                let column = columns.column(*what);
                column.at(*node as usize, block).wrapping_add(lane)
            }
            Wanted::Density {
                mechanism,
                slot,
                node,
            } => {
                let name = &self.plan.mechanisms.all[*mechanism].program.name;
                let mut groups = instances.groups.iter();
                let group = groups.find(|g| g.prepared.program.name == *name);
                let group = group.expect("the mechanism was found at this place");
                let row = group.nodes.binary_search(node);
                let row = row.expect("the mechanism was found at this compartment");
                let pointer = group.pointer(*slot, (row, block, lane));
                pointer.expect(kept).cast_mut()
            }
            Wanted::Point { instance, slot } => {
                instances.pointer(*instance, *slot).expect(kept).cast_mut()
            }
        }
    }
}

fn owner_address(pointing: &Pointing, instances: &Instances, group: usize) -> At {
    match pointing.owner {
        PointingOwner::Instance(instance) => instances.points[instance as usize].address.triple(),
        PointingOwner::Node(node) => {
            let row = instances.groups[group].nodes.binary_search(&node);
            let row = row.expect("the mechanism was found at this compartment");
            let lane = pointing.lane as usize;
            (row, lane / LANES, lane % LANES)
        }
    }
}
