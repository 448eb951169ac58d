//! Builds and initialises tiles and units from the plan.

use crate::config::Scheme;
use crate::engine::artificial::{ArtificialUnit, Train};
use crate::engine::column::Column;
use crate::engine::diffusion::Neighbours;
use crate::engine::group::{Address, MechanismGroup, Surroundings};
use crate::engine::instances::{Instances, PointInstance};
use crate::engine::ions::{Pool, Style, defaults, thermal_voltage};
use crate::engine::matrix::Matrix;
use crate::engine::mechanisms::{Prepared, is_plain, writes_pointers};
use crate::engine::plan::{Member, Plan, TilePlan};
use crate::engine::ports::{Incoming, Ports};
use crate::engine::probes::{Request, Wanted};
use crate::engine::recorder::Recorder;
use crate::engine::structure::{Layout, insertion};
use crate::engine::tile::{Correction, Detector, Tile};
use crate::geometry::NodeOrigin;
use crate::instance::{Artificial, Body, ParameterSet, PerSegment, Source, SpikeSource, Target};
use crate::record::Probe;
use crate::rng::hash_text;
use crate::simd::{Isa, LANES};
use netdsl_lang::mech::{IonQuantity, Kind, Moment, Program};
use std::sync::Arc;

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
        instances.ports = ports(self.plan, index);
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

    fn make_pools(&self) -> Vec<Pool> {
        let structure = &self.tile.structure;
        let mut pools: Vec<Pool> = Vec::new();
        let uses: Vec<_> = structure
            .densities
            .iter()
            .chain(&structure.point_ions)
            .collect();
        for (mechanism, _) in &uses {
            for ion in &self.plan.mechanisms.all[*mechanism].program.ions {
                if !pools.iter().any(|pool| pool.name == ion.name) {
                    pools.push(self.make_pool(&ion.name, &uses));
                }
            }
        }
        pools
    }

    fn make_pool(&self, ion: &str, uses: &[&(usize, Vec<u32>)]) -> Pool {
        let mut styles = vec![Style::default(); self.nodes];
        let (mut reads_current, mut writes, mut valence) = (false, false, defaults(ion).valence);
        for (mechanism, nodes) in uses {
            let program = &self.plan.mechanisms.all[*mechanism].program;
            let Some(k) = program.ions.iter().position(|i| i.name == ion) else {
                continue;
            };
            nodes
                .iter()
                .for_each(|&node| styles[node as usize].add(program, k));
            reads_current |= program.ions[k].reads.contains(&IonQuantity::Current);
            writes |= !program.ions[k]
                .writes
                .iter()
                .all(|q| *q == IonQuantity::Current);
            valence = program.ions[k].valence.map(f64::from).or(valence);
        }
        let recorded = |what: IonQuantity| {
            let is = |r: &Request| matches!(&r.wanted, Wanted::Ion { ion: i, what: w, .. } if i == ion && *w == what);
            self.requests.iter().any(is)
        };
        let pointing = &self.plan.pointing;
        let keeps_current = reads_current
            || recorded(IonQuantity::Current)
            || pointing.uses(ion, IonQuantity::Current);
        let concentrations = [
            IonQuantity::Inside,
            IonQuantity::Outside,
            IonQuantity::Reversal,
        ];
        writes |= concentrations.iter().any(|what| pointing.uses(ion, *what));
        let corrects = self.plan.config.scheme == Scheme::CrankNicolsonCurrents;
        let full = || Column::full(self.nodes, self.blocks);
        let mut pool = Pool {
            name: ion.to_string(),
            reversal: full(),
            inside: full(),
            outside: full(),
            current: keeps_current.then(full),
            conductance: (keeps_current && corrects).then(full),
            nernst_nodes: Vec::new(),
            thermal: thermal_voltage(self.plan.config.celsius, valence.unwrap_or(1.0)),
        };
        self.set_ion_values(&mut pool, &styles);
        let at_start = |node: &u32| styles[*node as usize].nernst_at_start();
        pool.nernst_nodes = (0..self.nodes as u32).filter(at_start).collect();
        pool.update_reversal(self.isa, self.blocks);
        pool.nernst_nodes
            .retain(|&node| styles[node as usize].nernst_at_each_step());
        if !writes {
            for column in [&mut pool.inside, &mut pool.outside, &mut pool.reversal] {
                let taken = std::mem::replace(column, Column::uniform(0.0));
                *column = taken.compress(self.nodes, self.blocks);
            }
        }
        pool
    }

    fn set_ion_values(&self, pool: &mut Pool, styles: &[Style]) {
        let mut default = defaults(&pool.name);
        if let Some(given) = self
            .plan
            .instance
            .ion_defaults
            .iter()
            .rev()
            .find(|d| d.ion == pool.name)
        {
            (default.inside, default.outside) = (given.inside, given.outside);
        }
        let name = pool.name.clone();
        self.each(|node, block, lane, layout, tree_node| {
            let origin = layout.tree.origin[tree_node];
            let section = &layout.template.sections[origin.section as usize];
            let set = section.ions.iter().find(|setting| setting.ion == name);
            let value = |given: Option<&PerSegment>, otherwise: f64| match given {
                Some(PerSegment::Uniform(x)) => *x,
                Some(values) => origin
                    .segment
                    .map_or(otherwise, |segment| values.at(segment as usize)),
                None => otherwise,
            };
            let concentrations = set.filter(|_| !styles[node].starts_from_defaults());
            let reversal = value(set.and_then(|s| s.reversal.as_ref()), default.reversal);
            pool.reversal.set(node, block, lane, reversal);
            pool.inside.set(
                node,
                block,
                lane,
                value(
                    concentrations.and_then(|s| s.inside.as_ref()),
                    default.inside,
                ),
            );
            pool.outside.set(
                node,
                block,
                lane,
                value(
                    concentrations.and_then(|s| s.outside.as_ref()),
                    default.outside,
                ),
            );
        });
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

    fn make_groups(&self, pools: &[Pool]) -> (Vec<MechanismGroup>, Vec<PointInstance>) {
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

    fn density_group(&self, index: usize, prepared: &Arc<Prepared>) -> Option<MechanismGroup> {
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
    fn density_stream(&self, program: &Program, lane: usize, origin: NodeOrigin) -> [u32; 3] {
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
    fn point_instances(&self) -> Vec<(u32, PointInstance)> {
        let mut list = Vec::new();
        for &cell in &self.tile.cells {
            let own = self.plan.point_start[cell as usize] as usize
                ..self.plan.point_start[cell as usize + 1] as usize;
            for &point in &self.plan.points[own] {
                let address = Address {
                    row: 0,
                    block: 0,
                    lane: 0,
                };
                list.push((
                    point,
                    PointInstance {
                        group: 0,
                        address,
                        emitters: Vec::new(),
                    },
                ));
            }
        }
        list
    }

    fn point_group(
        &self,
        index: usize,
        prepared: &Arc<Prepared>,
        group_number: u32,
        points: &mut [(u32, PointInstance)],
    ) -> Option<MechanismGroup> {
        // (node, block) and lane of each instance, then rows so that each lane has at most one
        let mut sites = Vec::new();
        for (local, (point, _)) in points.iter().enumerate() {
            let (mechanism, tree_node) = self.plan.point_sites[*point as usize];
            if mechanism == index {
                let cell = self.plan.instance.points[*point as usize].place.cell;
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
                let point = &self.plan.instance.points[points[local].0 as usize];
                let set = &self.plan.instance.parameter_sets[point.parameters as usize];
                set_parameters(&mut group, place(row, lane), set);
                if member.is_some() {
                    group.scale.set(row, 0, lane, 1.0);
                    let area = self.area.get(*node as usize, *block as usize, lane);
                    group.density.set(row, 0, lane, 100.0 / area);
                    points[local].1.group = group_number;
                    points[local].1.address = place(row, lane);
                }
            }
        }
        for (point, instance) in points
            .iter()
            .filter(|(p, _)| self.plan.point_sites[*p as usize].0 == index)
        {
            let ids = self.plan.instance.points[*point as usize].stream;
            group.set_streams(instance.address, ids);
        }
        Some(group)
    }

    fn keeps_transient(&self, group: &MechanismGroup) -> bool {
        let program = &group.prepared.program;
        let lean = program.slots();
        let mechanism = self.plan.mechanisms.index(&program.name);
        let mut pointed = self.plan.pointing.slots.iter();
        if pointed.any(|(m, slot)| Some(*m) == mechanism && needs_full(group, *slot, lean)) {
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

    fn point_mechanism(&self, instance: u32) -> &str {
        let mut left = instance as usize;
        for &cell in &self.tile.cells {
            let own = self.plan.point_start[cell as usize] as usize
                ..self.plan.point_start[cell as usize + 1] as usize;
            if left < own.len() {
                return &self.plan.instance.points[self.plan.points[own][left] as usize].mechanism;
            }
            left -= own.len();
        }
        ""
    }

    fn fixed_matrix(&self) -> FixedMatrix {
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
    fn fold_constant_currents(&self, groups: &mut [MechanismGroup], fixed: &FixedMatrix) {
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

struct FixedMatrix {
    axial: Column,
    diagonal: Column,
    capacitance: Column,
    rhs: Column,
}

impl FixedMatrix {
    fn compress(&mut self, nodes: usize, blocks: usize) {
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

/// Lane of an address, of all those of the tile.
fn lane_of(at: Address) -> usize {
    usize::from(at.block) * LANES + usize::from(at.lane)
}

/// A transient variable, or anything of a mechanism whose currents are in the matrix already and not computed again.
fn needs_full(group: &MechanismGroup, slot: u32, lean: u32) -> bool {
    slot >= lean || (group.prepared.constant_current && group.prepared.changes[slot as usize])
}

fn section_settings<'t>(
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

fn set_parameters(group: &mut MechanismGroup, at: Address, set: &ParameterSet) {
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
fn assign_rows(sites: &[(u32, usize, usize, usize)]) -> Vec<Row> {
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

/// Connections of a tile or unit.
fn ports(plan: &Plan<'_>, index: usize) -> Ports {
    let connections = &plan.instance.connections;
    let incoming = plan.incoming[index].iter().map(|&k| {
        let connection = k as usize;
        let instance = match connections.target[connection] {
            Target::Point(point) => plan.point_home[point as usize].1,
            Target::Cell(cell) => plan.cell_home[cell as usize].1,
        };
        Incoming {
            emitter: plan.source_emitter[connections.source[connection] as usize],
            number: k,
            instance,
            delay: connections.delay[connection],
            weights: connections.weight(connection),
            same_cell: plan.is_same_cell(connection),
        }
    });
    Ports::new(incoming.collect())
}

/// INITIAL of every instance, mechanism by mechanism.
fn run_initials(instances: &mut Instances) {
    for group in 0..instances.groups.len() {
        let owner = &mut instances.groups[group];
        let init = &owner.prepared.blocks().init.code;
        if is_plain(init) && !writes_pointers(&owner.prepared.program, init) {
            owner.initialise();
        } else if owner.prepared.is_density() {
            for (row, block, lane) in owner.places() {
                let at = Address {
                    row: row as u32,
                    block: block as u16,
                    lane: lane as u16,
                };
                instances.run_initial(group, at, None);
            }
        } else {
            for instance in 0..instances.points.len() {
                if instances.points[instance].group as usize == group {
                    let at = instances.points[instance].address;
                    instances.run_initial(group, at, Some(instance as u32));
                }
            }
        }
    }
}

fn compartments(plan: &Plan<'_>, tile: &TilePlan) -> u64 {
    let of = |&cell: &u32| {
        let layout = plan.layouts[cell as usize]
            .as_ref()
            .expect("cells of tiles have compartments");
        layout
            .tree
            .origin
            .iter()
            .filter(|origin| origin.segment.is_some())
            .count() as u64
    };
    tile.cells.iter().map(of).sum()
}

fn add_detectors(plan: &Plan<'_>, plan_tile: &TilePlan, index: usize, tile: &mut Tile) {
    let voltage_at = |tile: &Tile, cell: u32, section: u32, location: f64| {
        let layout = plan.layouts[cell as usize]
            .as_ref()
            .expect("cells of tiles have compartments");
        let node = plan_tile.structure.compartments[layout.tree.node(section, location) as usize];
        let lane = plan.cell_home[cell as usize].1 as usize;
        tile.voltage
            .pointer(node as usize, lane / LANES, lane % LANES) as *const f64
    };
    let detector = |value, threshold, emitter| Detector {
        value,
        threshold,
        above: false,
        emitter,
    };
    for &cell in &plan_tile.cells {
        match &plan.instance.cells[cell as usize].spikes {
            SpikeSource::Voltage {
                section,
                location,
                threshold,
            } => {
                let value = voltage_at(tile, cell, *section, *location);
                tile.detectors.push(detector(value, *threshold, cell));
            }
            SpikeSource::Point(point) => {
                let local = plan.point_home[*point as usize].1;
                tile.instances.points[local as usize].emitters.push(cell);
            }
            SpikeSource::PointVariable {
                point,
                variable,
                threshold,
            } => {
                let local = plan.point_home[*point as usize].1;
                if let Some(value) = tile.instances.value_of(local, variable) {
                    tile.detectors.push(detector(value, *threshold, cell));
                }
            }
            SpikeSource::Events | SpikeSource::Silent => {}
        }
    }
    for (source, kind) in plan.instance.sources.iter().enumerate() {
        match kind {
            Source::Point(point) if plan.point_home[*point as usize].0 as usize == index => {
                let local = plan.point_home[*point as usize].1 as usize;
                tile.instances.points[local]
                    .emitters
                    .push(plan.extra_emitter(source));
            }
            Source::Voltage { place, threshold }
                if plan.cell_home[place.cell as usize].0 as usize == index =>
            {
                let value = voltage_at(tile, place.cell, place.section, place.location);
                tile.detectors
                    .push(detector(value, *threshold, plan.extra_emitter(source)));
            }
            _ => {}
        }
    }
}

fn add_recorders(
    plan: &Plan<'_>,
    plan_tile: &TilePlan,
    requests: &[Request],
    probes: &[Probe],
    tile: &mut Tile,
) {
    for request in requests {
        let (block, lane) = (request.lane as usize / LANES, request.lane as usize % LANES);
        let value = match &request.wanted {
            Wanted::Voltage { node } => {
                Some(tile.voltage.pointer(*node as usize, block, lane) as *const f64)
            }
            Wanted::Ion { ion, what, node } => {
                let pool = tile.pools.iter().find(|pool| pool.name == *ion);
                let column = *pool
                    .expect("the ion was found at this place")
                    .columns()
                    .column(*what);
                Some(column.at(*node as usize, block).wrapping_add(lane) as *const f64)
            }
            Wanted::Density {
                mechanism,
                slot,
                node,
            } => {
                let name = &plan.mechanisms.all[*mechanism].program.name;
                let group = tile
                    .instances
                    .groups
                    .iter()
                    .find(|g| g.prepared.program.name == *name);
                let group = group.expect("the mechanism was found at this place");
                let row = group
                    .nodes
                    .binary_search(node)
                    .expect("the mechanism was found at this compartment");
                group.pointer(*slot, (row, block, lane))
            }
            Wanted::Point { instance, slot } => tile.instances.pointer(*instance, *slot),
        };
        debug_assert!(plan_tile.cells.len() > request.lane as usize);
        if let Some(value) = value {
            tile.recorders.push(recorder(plan, request, probes, value));
        }
    }
}

fn recorder(plan: &Plan<'_>, request: &Request, probes: &[Probe], value: *const f64) -> Recorder {
    let probe = &probes[request.probe as usize];
    Recorder::new(
        request.probe,
        value,
        &probe.label,
        &request.unit,
        probe.interval,
        plan.config.dt,
    )
}

/// Builds a unit of artificial cells; `index` counts after the tiles.
pub(crate) fn build_unit(
    plan: &Plan<'_>,
    members: &[Member],
    index: usize,
    requests: &[Request],
    probes: &[Probe],
) -> ArtificialUnit {
    let mut unit = ArtificialUnit::default();
    let around = Surroundings::none(plan.config.dt, plan.config.celsius);
    let described: Vec<(&Artificial, u32)> = members
        .iter()
        .map(|member| describe(plan, *member))
        .collect();
    let none = PointInstance {
        group: 0,
        address: Address {
            row: 0,
            block: 0,
            lane: 0,
        },
        emitters: Vec::new(),
    };
    unit.instances.points = vec![none; members.len()];
    for (mechanism, prepared) in plan.mechanisms.all.iter().enumerate() {
        let is_this = |a: &Artificial| match a {
            Artificial::Mechanism {
                mechanism: name, ..
            } => plan.mechanisms.index(name) == Some(mechanism),
            Artificial::Times(_) => false,
        };
        let own: Vec<usize> = (0..members.len())
            .filter(|&k| is_this(described[k].0))
            .collect();
        if own.is_empty() {
            continue;
        }
        let rows = own.len().div_ceil(LANES);
        let mut group =
            MechanismGroup::new(Arc::clone(prepared), vec![0; rows], Vec::new(), 1, &around);
        for (number, &k) in own.iter().enumerate() {
            let address = Address {
                row: (number / LANES) as u32,
                block: 0,
                lane: (number % LANES) as u16,
            };
            let Artificial::Mechanism {
                parameters, stream, ..
            } = described[k].0
            else {
                continue;
            };
            set_parameters(&mut group, address, parameters);
            group.set_streams(address, *stream);
            let group = unit.instances.groups.len() as u32;
            unit.instances.points[k] = PointInstance {
                group,
                address,
                emitters: vec![described[k].1],
            };
        }
        group.prepared.setup(&group.args);
        unit.instances.groups.push(group);
    }
    for (artificial, emitter) in &described {
        if let Artificial::Times(times) = artificial {
            unit.trains.push(Train::new(*emitter, Arc::clone(times)));
        }
    }
    if let Some(incoming) = plan.incoming.get(index)
        && !incoming.is_empty()
    {
        unit.instances.ports = ports(plan, index);
    }
    unit.instances.list_connections();
    unit.instances.around(Moment::BeforeInitial, 0.0);
    run_initials(&mut unit.instances);
    unit.instances.init_connections();
    unit.instances.around(Moment::AfterInitial, 0.0);
    for group in &mut unit.instances.groups {
        group.settle(false, &|_| false);
    }
    for request in requests {
        if let Wanted::Point { instance, slot } = request.wanted
            && let Some(value) = unit.instances.pointer(instance, slot)
        {
            unit.recorders.push(recorder(plan, request, probes, value));
        }
    }
    unit
}

fn describe<'p>(plan: &Plan<'p>, member: Member) -> (&'p Artificial, u32) {
    match member {
        Member::Cell(cell) => match &plan.instance.cells[cell as usize].body {
            Body::Artificial(artificial) => (artificial, cell),
            Body::Compartments(_) => unreachable!("units hold artificial cells"),
        },
        Member::Generator(generator) => (
            &plan.instance.generators[generator as usize],
            plan.generator_emitter(generator),
        ),
    }
}
