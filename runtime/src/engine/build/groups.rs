//! The mechanisms of a tile: instances in rows, with their parameters.

use super::TileBuilder;
use crate::engine::diffusion::Neighbours;
use crate::engine::group::{Address, MechanismGroup};
use crate::engine::instances::PointInstance;
use crate::engine::ions::Pool;
use crate::engine::mechanisms::Prepared;
use crate::engine::plan::Built;
use crate::engine::probes::Wanted;
use crate::engine::structure::{Layout, insertion};
use crate::geometry::NodeOrigin;
use crate::instance::{ParameterSet, PerSegment, SpikeSource};
use crate::rng::hash_text;
use crate::simd::LANES;
use netdsl_lang::mech::{Kind, Program};
use std::sync::Arc;

impl<'a> TileBuilder<'a> {
    pub(super) fn make_groups(&self, pools: &[Pool]) -> (Vec<MechanismGroup>, Vec<PointInstance>) {
        let mut groups = Vec::new();
        let mut points = self.point_instances();
        for (index, prepared) in self.plan.mechanisms.all.iter().enumerate() {
            let group = match prepared.program.kind {
                Kind::Density => self.density_group(index, prepared),
                Kind::Point => self.point_group(index, prepared, groups.len() as u32, &mut points),
                Kind::Artificial => None,
            };
            if let Some(mut group) = group {
                for (columns, ion) in group.ion_table.iter_mut().zip(&prepared.program.ions) {
                    let pool = pools.iter().find(|pool| pool.name == ion.name);
                    *columns = pool.expect("each ion in use has a pool").columns();
                }
                group.refresh();
                groups.push(group);
            }
        }
        (groups, points.into_iter().map(|(_, point)| point).collect())
    }

    pub(super) fn density_group(
        &self,
        index: usize,
        prepared: &Arc<Prepared>,
    ) -> Option<MechanismGroup> {
        let (_, nodes) = self
            .tile
            .structure
            .densities
            .iter()
            .find(|(mechanism, _)| *mechanism == index)?;
        let around = self.surroundings();
        let mut group = MechanismGroup::new(
            Arc::clone(prepared),
            nodes.clone(),
            Vec::new(),
            self.blocks,
            &around,
        );
        let program = &prepared.program;
        if !program.diffusions.is_empty() {
            let layout = |lane| &**self.layout(lane);
            let structure = &self.tile.structure;
            let neighbours = Neighbours::new(structure, nodes, self.lanes(), layout);
            group.neighbours = Some(neighbours);
        }
        for lane in 0..self.lanes() {
            let layout = self.layout(lane);
            let mut settings: (u32, Vec<(u32, &PerSegment)>) = (u32::MAX, Vec::new());
            for (row, &node) in nodes.iter().enumerate() {
                let tree_node = self.tile.structure.tree_nodes[node as usize] as usize;
                let origin = layout.tree.origin[tree_node];
                let segment = origin.segment.expect("density mechanisms are on segments") as usize;
                if settings.0 != origin.section {
                    settings = (
                        origin.section,
                        section_settings(layout, origin.section, program),
                    );
                }
                let at = Address {
                    row: row as u32,
                    block: (lane / LANES) as u16,
                    lane: (lane % LANES) as u16,
                };
                for &(slot, values) in &settings.1 {
                    group.set(slot, at, values.at(segment));
                }
                let (row, block, lane) = at.triple();
                // mA/cm² times µm² is 0.01 nA
                group
                    .scale
                    .set(row, block, lane, 0.01 * layout.tree.area[tree_node]);
                if prepared.streams > 0 {
                    group.set_streams(at, self.density_stream(program, lane_of(at), origin));
                }
                group.density.set(row, block, lane, 1.0);
            }
        }
        Some(group)
    }

    /// Identity of the stream of a density mechanism: its name, the cell's gid, the segment and the seed.
    pub(super) fn density_stream(
        &self,
        program: &Program,
        lane: usize,
        origin: NodeOrigin,
    ) -> [u32; 3] {
        let instance = self.plan.instance;
        let cell = *self.tile.cells.get(lane).unwrap_or(&self.tile.cells[0]);
        let layout = self.layout(lane);
        let section = &layout.template.sections[origin.section as usize].name;
        let segment = format!("{section}[{}]", origin.segment.unwrap_or_default());
        [
            hash_text(&program.name),
            instance.cells[cell as usize].gid,
            hash_text(&segment).wrapping_add(instance.stream_seed),
        ]
    }

    /// The tile's point processes, each with its number in the instance, in the order of cells and numbers.
    pub(super) fn point_instances(&self) -> Vec<(Built, PointInstance)> {
        let mut list = Vec::new();
        for &cell in &self.tile.cells {
            let own = self.plan.point_start[cell as usize] as usize
                ..self.plan.point_start[cell as usize + 1] as usize;
            for &built in &self.plan.points[own] {
                let address = Address {
                    row: 0,
                    block: 0,
                    lane: 0,
                };
                list.push((built, PointInstance { group: 0, address }));
            }
        }
        list
    }

    pub(super) fn point_group(
        &self,
        index: usize,
        prepared: &Arc<Prepared>,
        group_number: u32,
        points: &mut [(Built, PointInstance)],
    ) -> Option<MechanismGroup> {
        // (node, block) and lane of each instance, then rows so that each lane has at most one
        let mut sites = Vec::new();
        for (local, (built, _)) in points.iter().enumerate() {
            let (mechanism, tree_node) = self.plan.site(built.point);
            if mechanism == index {
                let cell = self.plan.instance.points[built.point as usize].place.cell;
                let lane = self.plan.cell_home[cell as usize].1 as usize;
                let node = self.tile.structure.compartments[tree_node as usize];
                sites.push((node, lane / LANES, lane % LANES, local));
            }
        }
        if sites.is_empty() {
            return None;
        }
        sites.sort_unstable();
        let rows = assign_rows(&sites);
        let nodes: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let first_blocks: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let around = self.surroundings();
        let mut group = MechanismGroup::new(Arc::clone(prepared), nodes, first_blocks, 1, &around);
        let place = |row: usize, lane: usize| Address {
            row: row as u32,
            block: 0,
            lane: lane as u16,
        };
        for (row, (node, block, members)) in rows.iter().enumerate() {
            // lanes without an instance repeat a real one's parameters, so that nothing strange is computed there
            let (_, first) = members[0];
            for lane in 0..LANES {
                let member = members.iter().find(|(l, _)| *l == lane);
                let local = member.map_or(first, |(_, local)| *local);
                let point = &self.plan.instance.points[points[local].0.point as usize];
                let set = &self.plan.instance.parameter_sets[point.parameters as usize];
                set_parameters(&mut group, place(row, lane), set);
                if member.is_some() {
                    let scale = if points[local].0.shadow { 0.0 } else { 1.0 };
                    group.scale.set(row, 0, lane, scale);
                    let area = self.area.get(*node as usize, *block as usize, lane);
                    group.density.set(row, 0, lane, 100.0 / area);
                    points[local].1.group = group_number;
                    points[local].1.address = place(row, lane);
                }
            }
        }
        for (built, instance) in points
            .iter()
            .filter(|(b, _)| self.plan.site(b.point).0 == index)
        {
            let ids = self.plan.instance.points[built.point as usize].stream;
            group.set_streams(instance.address, ids);
        }
        Some(group)
    }

    pub(super) fn keeps_transient(&self, group: &MechanismGroup) -> bool {
        let program = &group.prepared.program;
        let lean = program.slots();
        let mechanism = self.plan.mechanisms.index(&program.name);
        let mut pointed = self.plan.pointing.slots.iter();
        if pointed.any(|(m, slot)| Some(*m) == mechanism && needs_full(group, *slot, lean)) {
            return true;
        }
        let spikes = |cell: &u32| match &self.plan.instance.cells[*cell as usize].spikes {
            SpikeSource::PointVariable {
                point, variable, ..
            } if *self.plan.instance.points[*point as usize].mechanism == *program.name => {
                let slot = program.variable(variable).and_then(|(_, v)| v.slot);
                slot.is_some_and(|slot| needs_full(group, slot, lean))
            }
            _ => false,
        };
        if self.tile.cells.iter().any(spikes) {
            return true;
        }
        self.requests.iter().any(|request| match &request.wanted {
            Wanted::Density {
                mechanism, slot, ..
            } => {
                self.plan.mechanisms.all[*mechanism].program.name == program.name
                    && needs_full(group, *slot, lean)
            }
            Wanted::Point { instance, slot } => {
                self.point_mechanism(*instance) == program.name && needs_full(group, *slot, lean)
            }
            _ => false,
        })
    }

    pub(super) fn point_mechanism(&self, instance: u32) -> &str {
        let mut left = instance as usize;
        for &cell in &self.tile.cells {
            let own = self.plan.point_start[cell as usize] as usize
                ..self.plan.point_start[cell as usize + 1] as usize;
            if left < own.len() {
                let point = self.plan.points[own][left].point;
                return &self.plan.instance.points[point as usize].mechanism;
            }
            left -= own.len();
        }
        ""
    }
}

/// Lane of an address, of all those of the tile.
pub(super) fn lane_of(at: Address) -> usize {
    usize::from(at.block) * LANES + usize::from(at.lane)
}

/// A transient variable, or anything of a mechanism whose currents are in the matrix already and not computed again.
pub(super) fn needs_full(group: &MechanismGroup, slot: u32, lean: u32) -> bool {
    let prepared = &group.prepared;
    let stands = prepared.constant_current && !prepared.blocks().current_full.code.is_empty();
    slot >= lean || (stands && prepared.changes[slot as usize])
}

pub(super) fn section_settings<'t>(
    layout: &'t Layout,
    section: u32,
    program: &Program,
) -> Vec<(u32, &'t PerSegment)> {
    let insertion = insertion(&layout.template, section, &program.name);
    let parameters = insertion.into_iter().flat_map(|i| &i.parameters);
    parameters
        .filter_map(|(name, values)| Some((program.variable(name)?.1.slot?, values)))
        .collect()
}

pub(super) fn set_parameters(group: &mut MechanismGroup, at: Address, set: &ParameterSet) {
    for (name, values) in set {
        let found = group
            .prepared
            .program
            .variable(name)
            .and_then(|(_, variable)| variable.slot);
        if let Some(slot) = found {
            for (k, &value) in values.iter().enumerate() {
                group.set(slot + k as u32, at, value);
            }
        }
    }
}

type Row = (u32, u32, Vec<(usize, usize)>);

/// Rows of one block each: (compartment, block, [(lane, instance)]).
pub(super) fn assign_rows(sites: &[(u32, usize, usize, usize)]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for chunk in sites.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let first = rows.len();
        let mut in_lane = [0usize; LANES];
        for &(node, block, lane, local) in chunk {
            let row = first + in_lane[lane];
            in_lane[lane] += 1;
            if row == rows.len() {
                rows.push((node, block as u32, Vec::new()));
            }
            rows[row].2.push((lane, local));
        }
    }
    rows
}
