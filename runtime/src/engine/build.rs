//! Builds and initialises tiles and units from the plan.

use crate::config::Scheme;
use crate::engine::column::Column;
use crate::engine::group::{MechanismGroup, Surroundings};
use crate::engine::instances::Instances;
use crate::engine::matrix::Matrix;
use crate::engine::plan::{Plan, TilePlan};
use crate::engine::probes::Request;
use crate::engine::structure::Layout;
use crate::engine::tile::{Correction, Tile};
use crate::record::Probe;
use crate::simd::{Isa, LANES};
use netdsl_lang::mech::Moment;
use std::sync::Arc;

mod attach;
mod fixed;
mod groups;
mod pools;
mod unit;

use attach::{add_detectors, add_recorders, compartments, ports, run_initials};
pub(crate) use unit::build_unit;

/// Area that NEURON gives to the node at a section's end when a point process sits there, µm².
const END_NODE_AREA: f64 = 100.0;

/// Builds one tile.
pub(crate) struct TileBuilder<'a> {
    pub(super) plan: &'a Plan<'a>,
    tile: &'a TilePlan,
    requests: &'a [Request],
    isa: Isa,
    nodes: usize,
    blocks: usize,
    pub(super) voltage: Column,
    area: Column,
    diam: Column,
    rhs: Column,
    diagonal: Column,
}

impl<'a> TileBuilder<'a> {
    pub(crate) fn new(
        plan: &'a Plan<'a>,
        tile: &'a TilePlan,
        requests: &'a [Request],
        isa: Isa,
    ) -> Self {
        let (nodes, blocks) = (tile.structure.len(), tile.blocks);
        let full = || Column::full(nodes, blocks);
        Self {
            plan,
            tile,
            requests,
            isa,
            nodes,
            blocks,
            voltage: full(),
            area: full(),
            diam: full(),
            rhs: full(),
            diagonal: full(),
        }
    }

    /// The tile at time 0: INITIAL has run; events at 0 have not been delivered.
    pub(crate) fn build(mut self, index: usize, probes: &[Probe]) -> Tile {
        self.set_geometry();
        let mut pools = self.make_pools();
        let (mut groups, points) = self.make_groups(&pools);
        for pool in &mut pools {
            pool.update_reversal(self.isa, self.blocks);
        }
        for group in &mut groups {
            group.prepared.setup(&group.args);
        }
        let mut instances = Instances::default();
        instances.points = points;
        (instances.ports, instances.sums) = ports(self.plan, index);
        instances.groups = groups;
        instances.list_connections();
        self.connect_pointers(&mut instances, &pools, index);
        instances.around(Moment::BeforeInitial, 0.0);
        run_initials(&mut instances);
        instances.init_connections();
        instances.around(Moment::AfterInitial, 0.0);
        for group in &mut instances.groups {
            group.prepared.setup(&group.args);
            let kept = self.keeps_transient(group);
            let mechanism = self.plan.mechanisms.index(&group.prepared.program.name);
            let mechanism = mechanism.expect("groups are of the plan's mechanisms");
            group.settle(kept, &|slot| {
                self.plan.followed.contains(&(mechanism, slot))
            });
        }
        instances.connect_sums();
        let mut fixed = self.fixed_matrix();
        self.fold_constant_currents(&mut instances.groups, &fixed);
        fixed.compress(self.nodes, self.blocks);
        let mut matrix = Matrix {
            nodes: self.nodes,
            blocks: self.blocks,
            parents: self.tile.structure.parents.clone(),
            varying: Vec::new(),
            voltage: self.voltage.strided(),
            rhs: self.rhs.strided(),
            diagonal: self.diagonal.strided(),
            axial: fixed.axial.strided(),
            fixed_diagonal: fixed.diagonal.strided(),
            capacitance: fixed.capacitance.strided(),
            fixed_rhs: fixed.rhs.strided(),
            half_steps: self.half_steps(),
        };
        matrix.settle(&self.computed_nodes(&instances.groups));
        let owned = vec![
            self.area,
            self.diam,
            self.rhs,
            self.diagonal,
            fixed.axial,
            fixed.diagonal,
            fixed.capacitance,
            fixed.rhs,
        ];
        let mut tile = Tile::new(
            self.isa,
            self.blocks,
            matrix,
            self.voltage,
            owned,
            pools,
            instances,
            self.plan.config.dt,
        );
        tile.compartments = compartments(self.plan, self.tile);
        let gid = |cell: &u32| self.plan.instance.cells[*cell as usize].gid;
        tile.gids = self.tile.cells.iter().map(gid).collect();
        tile.lane_instances = lane_instances(self.plan, self.tile);
        if self.plan.config.scheme == Scheme::CrankNicolsonCurrents {
            tile.correction = Some(Correction {
                before: Column::full(self.nodes, self.blocks),
            });
        }
        add_detectors(self.plan, self.tile, index, &mut tile);
        add_recorders(self.plan, self.tile, self.requests, probes, &mut tile);
        tile
    }

    /// By compartment: currents that go to the matrix are computed there in each step.
    fn computed_nodes(&self, groups: &[MechanismGroup]) -> Vec<bool> {
        let mut computed = vec![false; self.nodes];
        let changing = |group: &&MechanismGroup| {
            !group.prepared.program.currents.is_empty() && !group.prepared.constant_current
        };
        for group in groups.iter().filter(changing) {
            for node in &group.nodes {
                computed[*node as usize] = true;
            }
        }
        computed
    }

    fn half_steps(&self) -> bool {
        self.plan.config.scheme != Scheme::ImplicitEuler
    }

    /// Cell of a lane; lanes beyond the last cell repeat the first one.
    fn layout(&self, lane: usize) -> &'a Arc<Layout> {
        let cell = self.tile.cells.get(lane).unwrap_or(&self.tile.cells[0]);
        self.plan.layouts[*cell as usize]
            .as_ref()
            .expect("cells of tiles have compartments")
    }

    fn lanes(&self) -> usize {
        self.blocks * LANES
    }

    /// Calls `f(row, block, lane, layout, node of the tree)` for every compartment and lane.
    fn each(&self, mut f: impl FnMut(usize, usize, usize, &Layout, usize)) {
        for lane in 0..self.lanes() {
            let layout = self.layout(lane);
            for node in 0..self.nodes {
                let tree_node = self.tile.structure.tree_nodes[node] as usize;
                f(node, lane / LANES, lane % LANES, layout, tree_node);
            }
        }
    }

    fn set_geometry(&mut self) {
        let full = || Column::full(self.nodes, self.blocks);
        let (mut voltage, mut area, mut diam) = (full(), full(), full());
        let v_init = self.plan.config.v_init;
        self.each(|node, block, lane, layout, tree_node| {
            let origin = layout.tree.origin[tree_node];
            let section = &layout.template.sections[origin.section as usize];
            let own = match (origin.segment, &section.v_init) {
                (Some(segment), Some(values)) => values.at(segment as usize),
                _ => v_init,
            };
            voltage.set(node, block, lane, own);
            let membrane = layout.tree.area[tree_node];
            area.set(
                node,
                block,
                lane,
                if membrane > 0.0 {
                    membrane
                } else {
                    END_NODE_AREA
                },
            );
            diam.set(node, block, lane, layout.tree.diameter[tree_node]);
        });
        self.voltage = voltage;
        self.area = area.compress(self.nodes, self.blocks);
        self.diam = diam.compress(self.nodes, self.blocks);
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings {
            voltage: self.voltage.strided(),
            rhs: self.rhs.strided(),
            diagonal: self.diagonal.strided(),
            diam: self.diam.strided(),
            area: self.area.strided(),
            dt: self.plan.config.dt,
            celsius: self.plan.config.celsius,
        }
    }
}

/// The instances of the cell in each lane: they follow each other, cell by cell.
fn lane_instances(plan: &Plan<'_>, tile: &TilePlan) -> Vec<Vec<u32>> {
    let mut next = 0;
    let own = |&cell: &u32| {
        let starts = &plan.point_start[cell as usize..];
        let first = next;
        next += starts[1] - starts[0];
        (first..next).collect()
    };
    tile.cells.iter().map(own).collect()
}
