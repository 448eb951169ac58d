//! Who goes where: cells to tiles and units, point processes to instances, sources to emitters; and what is wrong with
//! the network.

use crate::config::Config;
use crate::engine::mechanisms::{Mechanisms, near};
use crate::engine::pointing::{PointingPlan, plan_pointers};
use crate::engine::state::Owner;
use crate::engine::structure::{Layout, Structure, check_template};
use crate::error::{BuildError, BuildErrors};
use crate::geometry::Tree;
use crate::instance::{
    Artificial, Body, CellTemplate, Instance, Place, Source, SpikeSource, Target,
};
use crate::mech::Catalogue;
use crate::ranks::{Communicator, everywhere, lost, totals};
use crate::record::Probe;
use crate::simd::LANES;
use netdsl_lang::mech::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

mod check;
mod incoming;
mod merge;
mod owners;
mod plastic;
mod renewals;

use check::{check_config, check_set, used_mechanisms};
pub(crate) use incoming::Runs;
pub(crate) use merge::{Built, Merging};
use owners::generator_owners;

/// Artificial cells of a unit.
const ARTIFICIAL_PER_UNIT: usize = 64;

/// The cells of a tile and what they have in common.
#[derive(Debug)]
pub(crate) struct TilePlan {
    pub(crate) structure: Arc<Structure>,
    /// Indices of cells, lane by lane.
    pub(crate) cells: Vec<u32>,
    pub(crate) blocks: usize,
}

/// An artificial cell or generator of a unit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Member {
    Cell(u32),
    Generator(u32),
}

/// Everything that is decided before anything is built.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) config: &'a Config,
    pub(crate) mechanisms: Mechanisms,
    /// By cell; `None` for artificial cells.
    pub(crate) layouts: Vec<Option<Arc<Layout>>>,
    /// Point processes by cell: `points[point_start[c]..point_start[c + 1]]`.
    pub(crate) point_start: Vec<u32>,
    pub(crate) points: Vec<Built>,
    pub(crate) merging: Merging,
    /// Mechanism and node of the tree of each point process.
    pub(crate) point_sites: Vec<(u32, u32)>,
    pub(crate) tiles: Vec<TilePlan>,
    /// Artificial cells that receive events.
    pub(crate) units: Vec<Vec<Member>>,
    /// Those that do not, and generators: they run ahead of the others.
    pub(crate) generators: Vec<Vec<Member>>,
    /// Tile and lane, or unit (numbered after the tiles) and instance, of each cell.
    pub(crate) cell_home: Vec<(u32, u32)>,
    /// Tile and number among its point instances, of each point process.
    pub(crate) point_home: Vec<(u32, u32)>,
    /// Emitter of each source.
    pub(crate) source_emitter: Vec<u32>,
    /// Sources within each tile that are not the cells' own.
    pub(crate) extra_sources: Vec<Vec<u32>>,
    /// Connections of each tile and unit.
    pub(crate) incoming: Vec<Runs>,
    /// What a checkpoint knows each generator by.
    generator_owners: Vec<Owner>,
    /// By generator: its events are drawn where they are received.
    pub(crate) renewals: Vec<bool>,
    /// By cell: it is artificial and without input, and runs ahead.
    ahead: Vec<bool>,
    /// Shortest delay between cells of any ranks, ms.
    pub(crate) min_delay: f64,
    /// Variables that follow voltages or are pointed to: (mechanism, slot).
    pub(crate) followed: BTreeSet<(usize, u32)>,
    /// What POINTERs lead to.
    pub(crate) pointing: PointingPlan,
}

impl<'a> Plan<'a> {
    /// Decides everything, or tells all mistakes.
    pub(crate) fn new(
        instance: &'a Instance,
        catalogue: &Catalogue,
        config: &'a Config,
        probes: &[Probe],
        ranks: &dyn Communicator,
    ) -> Result<Self, BuildErrors> {
        let mut errors = BuildErrors::default();
        check_config(config, &mut errors);
        let names = used_mechanisms(instance);
        let mechanisms = Mechanisms::prepare(instance, &names, catalogue, config, &mut errors);
        let layouts = discretise(instance, &mechanisms, &mut errors);
        let mut plan = Self {
            instance,
            config,
            mechanisms,
            layouts,
            point_start: Vec::new(),
            points: Vec::new(),
            merging: Merging::default(),
            point_sites: Vec::new(),
            tiles: Vec::new(),
            units: Vec::new(),
            generators: Vec::new(),
            cell_home: vec![(u32::MAX, 0); instance.cells.len()],
            point_home: vec![(u32::MAX, 0); instance.points.len()],
            source_emitter: Vec::new(),
            extra_sources: Vec::new(),
            incoming: Vec::new(),
            generator_owners: generator_owners(instance),
            renewals: Vec::new(),
            ahead: vec![false; instance.cells.len()],
            min_delay: f64::INFINITY,
            followed: BTreeSet::new(),
            pointing: PointingPlan::default(),
        };
        plan.place_points(&mut errors);
        plan.check_artificial(&mut errors);
        plan.check_sources(&mut errors);
        errors = everywhere(ranks, errors)?;
        plan.merge_points(probes);
        plan.followed = plan.followed_slots();
        plan.make_tiles();
        plan.renewals = plan.find_renewals();
        plan.make_units();
        plan.note_who_runs_ahead(ranks)?;
        plan.number_points();
        plan.pointing = plan_pointers(&plan, &mut errors);
        plan.followed.extend(&plan.pointing.slots);
        for &(mechanism, slot) in &plan.pointing.assigned {
            plan.mechanisms.let_change(mechanism, slot);
        }
        plan.source_emitter = (0..instance.sources.len())
            .map(|k| plan.emitter_of(k))
            .collect();
        plan.find_extra_sources();
        plan.distribute_connections(&mut errors);
        plan.check_plastic(&mut errors);
        everywhere(ranks, errors)?;
        plan.min_delay = totals::min(ranks, plan.min_delay).map_err(lost)?;
        Ok(plan)
    }

    /// Number that stands for a generator's spikes.
    pub(crate) fn generator_emitter(&self, generator: u32) -> u32 {
        self.instance.cells.len() as u32 + generator
    }

    /// Number that stands for the spikes of a further source.
    pub(crate) fn extra_emitter(&self, source: usize) -> u32 {
        (self.instance.cells.len() + self.instance.generators.len() + source) as u32
    }

    fn emitter_of(&self, source: usize) -> u32 {
        match self.instance.sources[source] {
            Source::Cell(cell) => cell,
            Source::Generator(generator) => self.generator_emitter(generator),
            Source::Point(_) | Source::Voltage { .. } | Source::Elsewhere => {
                self.extra_emitter(source)
            }
        }
    }

    /// Mechanism and node of the tree of a point process.
    pub(crate) fn site(&self, point: u32) -> (usize, u32) {
        let (mechanism, node) = self.point_sites[point as usize];
        (mechanism as usize, node)
    }

    /// Node of the tree at a place.
    pub(crate) fn node(&self, place: &Place) -> Option<u32> {
        let layout = self.layouts.get(place.cell as usize)?.as_ref()?;
        let inside = (place.section as usize) < layout.template.sections.len()
            && (0.0..=1.0).contains(&place.location);
        inside.then(|| layout.tree.node(place.section, place.location))
    }

    /// How a place is called in messages.
    pub(crate) fn describe(&self, place: &Place) -> String {
        let Some(cell) = self.instance.cells.get(place.cell as usize) else {
            return format!("cell number {}", place.cell);
        };
        let section = match &cell.body {
            Body::Compartments(template) => template
                .sections
                .get(place.section as usize)
                .map(|s| s.name.as_str()),
            Body::Artificial(_) | Body::Elsewhere => None,
        };
        format!(
            "cell {}, {}({})",
            cell.gid,
            section.unwrap_or("no such section"),
            place.location
        )
    }

    fn place_points(&mut self, errors: &mut BuildErrors) {
        let instance = self.instance;
        let mut counts = vec![0u32; instance.cells.len() + 1];
        let mut last: Option<(&Arc<String>, usize)> = None;
        let mut checked = HashSet::new();
        self.point_sites.reserve_exact(instance.points.len());
        for (index, point) in instance.points.iter().enumerate() {
            // millions of synapses are of few kinds
            let mechanism = match last {
                Some((name, number)) if Arc::ptr_eq(name, &point.mechanism) => number,
                _ => {
                    let number = self.mechanisms.index(&point.mechanism);
                    number.unwrap_or(usize::MAX)
                }
            };
            last = Some((&point.mechanism, mechanism));
            let place = || {
                let at = self.describe(&point.place);
                format!("point process {index} ({}) on {at}", point.mechanism)
            };
            let Some(node) = self.node(&point.place) else {
                errors.push(BuildError::Place {
                    place: place(),
                    message: "there is no such place on the cell".into(),
                });
                self.point_sites.push((0, 0));
                continue;
            };
            counts[point.place.cell as usize + 1] += 1;
            let described = match self.mechanisms.all.get(mechanism) {
                Some(prepared) if prepared.program.kind != Kind::Point => Some((prepared, place())),
                _ => None,
            };
            self.point_sites.push((mechanism as u32, node));
            if let Some((prepared, place)) = described {
                let is = if prepared.is_density() {
                    "a density mechanism"
                } else {
                    "an artificial cell"
                };
                let name = point.mechanism.to_string();
                errors.push(BuildError::WrongKind {
                    name,
                    place,
                    is,
                    wanted: "a point process (POINT_PROCESS)",
                });
                continue;
            }
            let Some(prepared) = self.mechanisms.all.get(mechanism) else {
                continue;
            };
            if checked.insert((mechanism, point.parameters)) {
                let set = &instance.parameter_sets[point.parameters as usize];
                check_set(&prepared.program, set, &point.mechanism, errors);
            }
        }
        for k in 1..counts.len() {
            counts[k] += counts[k - 1];
        }
        let mut next = counts.clone();
        self.point_start = counts;
        let none = Built {
            point: 0,
            shadow: false,
        };
        self.points = vec![none; *self.point_start.last().unwrap_or(&0) as usize];
        for (index, point) in instance.points.iter().enumerate() {
            if let Some(at) = next.get_mut(point.place.cell as usize)
                && (*at as usize) < self.points.len()
            {
                self.points[*at as usize].point = index as u32;
                *at += 1;
            }
        }
    }

    fn check_artificial(&self, errors: &mut BuildErrors) {
        let cells = self
            .instance
            .cells
            .iter()
            .filter_map(|cell| match &cell.body {
                Body::Artificial(artificial) => Some((artificial, format!("cell {}", cell.gid))),
                Body::Compartments(_) | Body::Elsewhere => None,
            });
        let generators = self.instance.generators.iter().enumerate();
        for (artificial, place) in
            cells.chain(generators.map(|(k, g)| (g, format!("generator {k}"))))
        {
            let Artificial::Mechanism {
                mechanism,
                parameters,
                ..
            } = artificial
            else {
                continue;
            };
            let Some(index) = self.mechanisms.index(mechanism) else {
                continue;
            };
            let program = &self.mechanisms.all[index].program;
            if program.kind != Kind::Artificial {
                errors.push(BuildError::WrongKind {
                    name: mechanism.clone(),
                    place,
                    is: "not an artificial cell",
                    wanted: "an artificial cell (ARTIFICIAL_CELL)",
                });
                continue;
            }
            check_set(program, parameters, mechanism, errors);
        }
    }

    fn check_sources(&self, errors: &mut BuildErrors) {
        for cell in &self.instance.cells {
            if let (
                SpikeSource::Voltage {
                    section, location, ..
                },
                Body::Compartments(template),
            ) = (&cell.spikes, &cell.body)
                && (*section as usize >= template.sections.len() || !(0.0..=1.0).contains(location))
            {
                errors.push(BuildError::Place {
                    place: format!("spike source of cell {}", cell.gid),
                    message: "there is no such place on the cell".into(),
                });
            }
        }
    }

    fn make_tiles(&mut self) {
        let mut groups: BTreeMap<Structure, Vec<u32>> = BTreeMap::new();
        type Key = (*const Layout, Vec<(usize, u32)>);
        let mut known: HashMap<Key, Structure> = HashMap::new();
        for cell in 0..self.instance.cells.len() {
            let Some(layout) = &self.layouts[cell] else {
                continue;
            };
            let mut sites = self.special_sites(cell, layout);
            sites.sort_unstable();
            sites.dedup();
            let key = (Arc::as_ptr(layout), sites);
            let structure = match known.get(&key) {
                Some(structure) => structure.clone(),
                None => {
                    let structure = Structure::of(layout, &key.1, &self.mechanisms);
                    known.insert(key, structure.clone());
                    structure
                }
            };
            groups.entry(structure).or_default().push(cell as u32);
        }
        let mut tiles = Vec::new();
        for (structure, cells) in groups {
            let blocks = blocks_of_a_tile(&structure, cells.len(), self.config);
            let structure = Arc::new(structure);
            for chunk in cells.chunks(blocks * LANES) {
                let blocks = chunk.len().div_ceil(LANES);
                tiles.push(TilePlan {
                    structure: Arc::clone(&structure),
                    cells: chunk.to_vec(),
                    blocks,
                });
            }
        }
        // the order of the cells, whatever their structures are called
        tiles.sort_by_key(|tile| tile.cells[0]);
        for (index, tile) in tiles.iter().enumerate() {
            for (lane, &cell) in tile.cells.iter().enumerate() {
                self.cell_home[cell as usize] = (index as u32, lane as u32);
            }
        }
        self.tiles = tiles;
    }

    /// What of a cell's point processes belongs to its structure: end nodes in use, and mechanisms with ions.
    fn special_sites(&self, cell: usize, layout: &Layout) -> Vec<(usize, u32)> {
        let own = self.point_start[cell] as usize..self.point_start[cell + 1] as usize;
        let sites = self.points[own].iter().map(|built| self.site(built.point));
        sites
            .filter(|&(mechanism, node)| {
                layout.tree.area[node as usize] == 0.0
                    || !self.mechanisms.all[mechanism].program.ions.is_empty()
            })
            .collect()
    }

    fn followed_slots(&self) -> BTreeSet<(usize, u32)> {
        let slot = |gap: &crate::instance::Gap| {
            let mechanism = self.point_sites.get(gap.point as usize)?.0 as usize;
            let program = &self.mechanisms.all[mechanism].program;
            Some((mechanism, program.variable(&gap.variable)?.1.slot?))
        };
        self.instance.gaps.iter().filter_map(slot).collect()
    }

    fn make_units(&mut self) {
        let mut receives = vec![false; self.instance.cells.len()];
        for target in self.instance.connections.targets() {
            if let Target::Cell(cell) = target {
                receives[cell as usize] = true;
            }
        }
        let (mut units, mut ahead) = (Vec::new(), Vec::new());
        for (index, cell) in self.instance.cells.iter().enumerate() {
            if matches!(cell.body, Body::Artificial(_)) {
                let list = if receives[index] {
                    &mut units
                } else {
                    &mut ahead
                };
                list.push(Member::Cell(index as u32));
            }
        }
        let generators = 0..self.instance.generators.len() as u32;
        let rest = generators.filter(|k| !self.renewals[*k as usize]);
        ahead.extend(rest.map(Member::Generator));
        self.units = units
            .chunks(ARTIFICIAL_PER_UNIT)
            .map(<[_]>::to_vec)
            .collect();
        self.generators = ahead
            .chunks(ARTIFICIAL_PER_UNIT)
            .map(<[_]>::to_vec)
            .collect();
        let first = self.tiles.len() as u32;
        for (unit, members) in self.units.iter().chain(&self.generators).enumerate() {
            for (k, member) in members.iter().enumerate() {
                if let Member::Cell(cell) = member {
                    self.cell_home[*cell as usize] = (first + unit as u32, k as u32);
                }
            }
        }
    }

    fn number_points(&mut self) {
        for (index, tile) in self.tiles.iter().enumerate() {
            let mut number = 0;
            for &cell in &tile.cells {
                let own = self.point_start[cell as usize] as usize
                    ..self.point_start[cell as usize + 1] as usize;
                for built in &self.points[own] {
                    let home = (index as u32, number);
                    if built.shadow {
                        self.merging.shadows.insert(built.point, home);
                    } else {
                        self.point_home[built.point as usize] = home;
                    }
                    number += 1;
                }
            }
        }
        for (point, into) in self.merging.into.iter().enumerate() {
            self.point_home[point] = self.point_home[*into as usize];
        }
        self.merging.into = Vec::new();
    }

    fn find_extra_sources(&mut self) {
        self.extra_sources = vec![Vec::new(); self.tiles.len()];
        for (number, source) in self.instance.sources.iter().enumerate() {
            let home = match source {
                Source::Point(point) => self.point_home[*point as usize].0,
                Source::Voltage { place, .. } => self.cell_home[place.cell as usize].0,
                Source::Cell(_) | Source::Generator(_) | Source::Elsewhere => continue,
            };
            if let Some(list) = self.extra_sources.get_mut(home as usize) {
                list.push(number as u32);
            }
        }
    }
}

fn discretise(
    instance: &Instance,
    mechanisms: &Mechanisms,
    errors: &mut BuildErrors,
) -> Vec<Option<Arc<Layout>>> {
    let mut known: HashMap<*const CellTemplate, Option<Arc<Layout>>> = HashMap::new();
    let mut layouts = Vec::with_capacity(instance.cells.len());
    for cell in &instance.cells {
        let Body::Compartments(template) = &cell.body else {
            layouts.push(None);
            continue;
        };
        let layout = known.entry(Arc::as_ptr(template)).or_insert_with(|| {
            let place = format!("cell {}", cell.gid);
            check_template(template, &place, mechanisms, errors);
            match Tree::build(template) {
                Ok(tree) => Some(Arc::new(Layout {
                    template: Arc::clone(template),
                    tree,
                })),
                Err(wrong) => {
                    errors.push(BuildError::Value {
                        place,
                        message: wrong.to_string(),
                    });
                    None
                }
            }
        });
        layouts.push(layout.clone());
    }
    layouts
}

/// Blocks of lanes of a tile: so many that the work of a step hides latencies, so few that the tile stays in the
/// second-level cache. Results do not depend on it.
fn blocks_of_a_tile(structure: &Structure, cells: usize, config: &Config) -> usize {
    if config.lanes > 0 {
        return config.lanes.div_ceil(LANES);
    }
    let wanted = match structure.len() {
        // point neurons, whose steps take less than their spikes' ways to each tile
        1 => 32,
        2..=8 => 8,
        _ => 4,
    };
    // half of what a thread could take keeps all threads busy
    let threads = if config.threads == 0 {
        rayon::current_num_threads()
    } else {
        config.threads
    };
    let share = cells.div_ceil(threads * LANES).max(1);
    wanted.min(share)
}

/// A hint for a name that is none of `known`.
pub(crate) fn hint<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    near(name, known, "")
}
