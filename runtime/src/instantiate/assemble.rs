//! Putting the parts of a network together.

use std::collections::HashMap;
use std::sync::Arc;

use netdsl_lang::check::MechanismInfo;
use netdsl_lang::model::{Network, Population, Table};
use rayon::prelude::*;

use super::built::Built;
use super::cells::{Drawing, DrawnCell, draw_parameters};
use super::error::{Mistake, NetworkErrors};
use super::names::{Locals, Names, Scope};
use super::plan::{ArtificialPlan, CellPlan, Planner, SpikePlan};
use super::pointers::connect_pointers;
use super::populations::{Placed, place_populations};
use super::variable::CellColumns;
use super::{Part, Wanted};
use crate::connect::chunk::ParameterSets;
use crate::connect::{connect, deliver::plan_synapses};
use crate::instance::{
    Artificial, Body, Cell, CellTemplate, FunctionTable, GlobalValue, Instance, ParameterSet,
    Place, PointOrigin, PointProcess, Source, SpikeSource,
};
use crate::ranks::partition::{Deal, Partition, artificial_cost, compartment_cost};
use crate::rng::{Stream, hash_text};
use crate::stimulate::{generator_parameters, stimulate};

/// Builds a network that has passed the check.
pub(super) fn assemble(
    network: &Network,
    mechanisms: &(dyn MechanismInfo + Sync),
    wanted: Wanted,
) -> Result<(Instance, Partition), NetworkErrors> {
    let mut errors = NetworkErrors::default();
    let names = Names::new(network, &mut errors);
    let placed = place_populations(network, &names, &mut errors);
    let plans = plan_populations(network, &names, mechanisms, &mut errors);
    let synapses = plan_synapses(&network.synapses, &names, mechanisms, &mut errors);
    let globals = globals(network, &names, mechanisms, &mut errors);
    if !errors.0.is_empty() {
        return Err(errors);
    }
    let plan_of = plan_of(&placed);
    let (partition, rank) = match wanted {
        Wanted::Part(_) => (Partition::whole(), 0),
        Wanted::Share { rank, size, deal } => {
            let partition = partition(&placed, &plans, mechanisms, (size, deal));
            (partition, rank)
        }
    };
    let here = |gid: u32| partition.rank_of(gid) == rank;
    let part: Part = match wanted {
        Wanted::Part(part) => part,
        Wanted::Share { .. } => &here,
    };
    let drawn = draw_cells(network, &placed, &plans, &here, &mut errors);
    let mut points = 0;
    let first_point = (0..).zip(&drawn).map(|(gid, cell)| {
        let first = points;
        if here(gid) {
            points += cell.points.len() as u32;
        }
        first
    });
    let built = Built {
        plans: &plans,
        placed: &placed,
        seeds: network.seeds,
        plan_of,
        first_point: first_point.collect(),
        drawn,
    };
    let mut sets = ParameterSets::default();
    let mut instance = Instance {
        globals,
        function_tables: function_tables(network),
        stream_seed: network.seeds.cell,
        populations: placed.populations.clone(),
        ..Instance::default()
    };
    add_cells(&built, &here, &mut sets, &mut instance, &mut errors);
    let rules = crate::connect::Surroundings {
        network,
        names: &names,
        mechanisms,
        built: &built,
        synapses: &synapses,
        part,
    };
    if errors.0.is_empty() {
        connect(&rules, &mut sets, &mut instance, &mut errors);
        stimulate(&rules, &mut sets, &mut instance, &mut errors);
    }
    if !errors.0.is_empty() {
        return Err(errors);
    }
    instance.parameter_sets = sets.into_sets();
    Ok((instance, partition))
}

/// Which cells are whose, by what a step of each takes.
fn partition(
    placed: &Placed,
    plans: &[CellPlan],
    mechanisms: &dyn MechanismInfo,
    dealing: (usize, Deal),
) -> Partition {
    let cost = |plan: &CellPlan| match plan.artificial {
        Some(_) => artificial_cost(),
        None => {
            let sections = plan.sections.iter().map(|section| {
                let names = section.mechanisms.iter();
                let programs = names.map(|(name, _)| mechanisms.program(name));
                f64::from(section.nseg) * compartment_cost(programs)
            });
            sections.sum()
        }
    };
    let populations = placed.populations.iter().zip(plans);
    let described = populations.map(|(p, plan)| (p.count, cost(plan), plan.artificial.is_some()));
    Partition::of_populations(described, dealing)
}

fn globals(
    network: &Network,
    names: &Names,
    mechanisms: &dyn MechanismInfo,
    errors: &mut NetworkErrors,
) -> Vec<GlobalValue> {
    let mut globals = Vec::new();
    for (mechanism, parameters) in network.globals.iter() {
        let mut planner = Planner {
            names,
            mechanisms,
            errors,
            place: format!("globals of `{mechanism}`"),
            locals: Locals::default(),
        };
        let plan = planner.parameters(mechanism, parameters, Scope::Network);
        let columns = CellColumns::default();
        let drawn = draw_parameters(&plan, &columns, &mut Stream::new(0, 0, 0), 0);
        let place = planner.place.clone();
        for (name, values) in errors.take(&place, drawn).unwrap_or_default() {
            globals.extend(values.first().map(|&value| GlobalValue {
                mechanism: mechanism.to_owned(),
                name,
                value,
            }));
        }
    }
    globals
}

fn function_tables(network: &Network) -> Vec<FunctionTable> {
    let of = |(mechanism, tables): (&str, &Table<netdsl_lang::model::FunctionTable>)| {
        let named = |(name, data): (&str, &netdsl_lang::model::FunctionTable)| FunctionTable {
            mechanism: mechanism.to_owned(),
            name: name.to_owned(),
            data: data.clone(),
        };
        tables.iter().map(named).collect::<Vec<_>>()
    };
    network.function_tables.iter().flat_map(of).collect()
}

/// A plan for each population: its cell type's, with its own parameters.
fn plan_populations(
    network: &Network,
    names: &Names,
    mechanisms: &dyn MechanismInfo,
    errors: &mut NetworkErrors,
) -> Vec<CellPlan> {
    let mut types: HashMap<&str, (CellPlan, Locals)> = HashMap::new();
    for cell in &network.cell_types {
        let place = format!("cell type `{}`", cell.name);
        let locals = names.locals(&cell.params, &place, errors);
        let mut planner = Planner {
            names,
            mechanisms,
            errors,
            place,
            locals,
        };
        let plan = planner.cell(cell);
        types.insert(&cell.name, (plan, planner.locals));
    }
    let mut plan_one = |population: &Population| {
        let place = format!("population `{}`", population.name);
        let Some((plan, locals)) = types.get(population.cell.as_str()) else {
            let name = population.cell.clone();
            let kind = "cell type";
            errors.add(
                &place,
                Mistake::Unknown {
                    kind,
                    name,
                    near: String::new(),
                },
            );
            return None;
        };
        let mut planner = Planner {
            names,
            mechanisms,
            errors,
            place,
            locals: locals.clone(),
        };
        let artificial = planner.population(plan, population);
        Some(CellPlan {
            artificial,
            ..plan.clone()
        })
    };
    network
        .populations
        .iter()
        .filter_map(&mut plan_one)
        .collect()
}

/// For each cell, the number of its population.
fn plan_of(placed: &Placed) -> Vec<u32> {
    let numbered = placed.populations.iter().zip(0..);
    numbered
        .flat_map(|(p, k)| std::iter::repeat_n(k, p.count as usize))
        .collect()
}

/// The stream of a cell's expressions.
fn cell_stream(gid: u32, seed: u32) -> Stream {
    Stream::new(hash_text("cellParams"), gid, seed)
}

fn draw_cells(
    network: &Network,
    placed: &Placed,
    plans: &[CellPlan],
    here: Part,
    errors: &mut NetworkErrors,
) -> Vec<Arc<DrawnCell>> {
    let nothing = Arc::new(empty());
    let mut all = Vec::with_capacity(placed.sites.len());
    for (population, plan) in placed.populations.iter().zip(plans) {
        let draw = |gid: u32| {
            Drawing {
                plan,
                gid,
                cell: CellColumns::of(&placed.sites, gid as usize),
                stream: cell_stream(gid, network.seeds.cell),
            }
            .draw()
        };
        let place = format!("population `{}`", population.name);
        let gids = population.first..population.first + population.count;
        if plan.artificial.is_some()
            || !(plan.varies || plan.per_cell.iter().any(|f| f.constant().is_none()))
        {
            if population.count > 0 {
                let cell = errors.take(&place, draw(population.first));
                let cell = Arc::new(cell.unwrap_or_else(empty));
                all.extend(gids.map(|_| cell.clone()));
            }
            continue;
        }
        let drawn: Vec<Option<Result<DrawnCell, Mistake>>> = gids
            .into_par_iter()
            .map(|gid| here(gid).then(|| draw(gid)))
            .collect();
        let mut faults = crate::connect::chunk::Faults::default();
        let mut alike = Alike::default();
        for cell in drawn {
            match cell {
                None => all.push(Arc::clone(&nothing)),
                Some(Ok(cell)) => all.push(Arc::new(alike.share(cell))),
                Some(Err(mistake)) => {
                    faults.add(mistake);
                    all.push(Arc::clone(&nothing));
                }
            }
        }
        faults.report(&place, errors);
    }
    all
}

fn empty() -> DrawnCell {
    DrawnCell {
        template: Arc::default(),
        per_cell: Vec::new(),
        points: Vec::new(),
    }
}

/// Templates without repetition.
#[derive(Default)]
struct Alike(HashMap<u64, Vec<Arc<CellTemplate>>>);

impl Alike {
    fn share(&mut self, mut cell: DrawnCell) -> DrawnCell {
        let known = self.0.entry(fingerprint(&cell.template)).or_default();
        match known.iter().find(|template| **template == cell.template) {
            Some(same) => cell.template = same.clone(),
            None => known.push(cell.template.clone()),
        }
        cell
    }
}

/// A number that equal templates share.
fn fingerprint(template: &CellTemplate) -> u64 {
    use crate::instance::{PerSegment, Shape};
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut mix = |value: f64| {
        hash = (hash ^ value.to_bits())
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(17);
    };
    let mut mix_all = |values: &PerSegment| match values {
        PerSegment::Uniform(value) => mix(*value),
        PerSegment::Each(values) => values.iter().for_each(|&value| mix(value)),
    };
    for section in &template.sections {
        if let Shape::Stylised { length, diameter } = &section.shape {
            mix_all(&PerSegment::Uniform(*length));
            mix_all(diameter);
        }
        mix_all(&PerSegment::Uniform(section.axial_resistivity));
        mix_all(&section.capacitance);
        for (_, values) in section.mechanisms.iter().flat_map(|m| &m.parameters) {
            mix_all(values);
        }
    }
    hash
}

/// Adds cells, their point processes, and a source for each.
fn add_cells(
    built: &Built,
    here: Part,
    sets: &mut ParameterSets,
    instance: &mut Instance,
    errors: &mut NetworkErrors,
) {
    for (number, population) in built.placed.populations.iter().enumerate() {
        let plan = &built.plans[number];
        let mut faults = crate::connect::chunk::Faults::default();
        for gid in population.first..population.first + population.count {
            if !here(gid) {
                instance.cells.push(Cell {
                    gid,
                    population: number as u32,
                    position: built.placed.sites.at(gid as usize),
                    body: Body::Elsewhere,
                    spikes: SpikeSource::Silent,
                });
                instance.sources.push(Source::Cell(gid));
                continue;
            }
            let mut stream = cell_stream(gid, built.seeds.cell);
            let columns = built.whole_cell(gid);
            let first_point = instance.points.len() as u32;
            for (point, number) in built.drawn[gid as usize].points.iter().zip(0..) {
                let parameters = sets.index(point.parameters.clone());
                instance.points.push(PointProcess {
                    mechanism: point.mechanism.clone(),
                    place: Place {
                        cell: gid,
                        section: point.section,
                        location: point.location,
                    },
                    parameters,
                    stream: [hash_text(&point.name), gid, built.seeds.cell],
                    origin: PointOrigin::Cell(number),
                });
            }
            let drawn = &built.drawn[gid as usize];
            connect_pointers(
                &plan.pointers,
                &drawn.template,
                &drawn.points,
                (gid, first_point),
                &mut instance.pointers,
            );
            let body = match &plan.artificial {
                None => Ok(Body::Compartments(
                    built.drawn[gid as usize].template.clone(),
                )),
                Some(artificial) => {
                    let index = (gid - population.first) as usize;
                    artificial_cell(artificial, &columns, &mut stream, (gid, index), built)
                        .map(Body::Artificial)
                }
            };
            let spikes = spike_source(plan, gid, first_point, built, &mut stream, &mut faults);
            match body {
                Ok(body) => instance.cells.push(Cell {
                    gid,
                    population: number as u32,
                    position: columns.position,
                    body,
                    spikes,
                }),
                Err(mistake) => faults.add(mistake),
            }
            instance.sources.push(Source::Cell(gid));
        }
        faults.report(&format!("population `{}`", population.name), errors);
    }
}

/// An artificial cell. Its random stream is NetPyNE's: the mechanism's name, its gid, the seed for stimuli.
fn artificial_cell(
    plan: &ArtificialPlan,
    columns: &CellColumns,
    stream: &mut Stream,
    (gid, index): (u32, usize),
    built: &Built,
) -> Result<Artificial, Mistake> {
    match plan {
        ArtificialPlan::Mechanism {
            mechanism,
            parameters,
        } => {
            let drawn: ParameterSet = draw_parameters(parameters, columns, stream, gid)?;
            Ok(Artificial::Mechanism {
                mechanism: mechanism.clone(),
                parameters: generator_parameters(mechanism, drawn, gid)?,
                stream: [hash_text(mechanism), gid, built.seeds.stim],
            })
        }
        ArtificialPlan::Times(lists) => match lists.len() {
            1 => Ok(Artificial::Times(lists[0].clone())),
            count => lists
                .get(index)
                .cloned()
                .map(Artificial::Times)
                .ok_or(Mistake::Length {
                    what: "times".into(),
                    found: count,
                    wanted: index + 1,
                    each: "cell, or one for all",
                }),
        },
    }
}

fn spike_source(
    plan: &CellPlan,
    gid: u32,
    first_point: u32,
    built: &Built,
    stream: &mut Stream,
    faults: &mut crate::connect::chunk::Faults,
) -> SpikeSource {
    let columns = built.whole_cell(gid);
    let points = &built.drawn[gid as usize].points;
    let mut point = |section: u32, name: &str| {
        let found = points
            .iter()
            .position(|p| p.section == section && p.name == name);
        if found.is_none() {
            faults.add(Mistake::Unknown {
                kind: "point process",
                name: name.to_owned(),
                near: String::new(),
            });
        }
        first_point + found.unwrap_or(0) as u32
    };
    match &plan.spikes {
        SpikePlan::Voltage {
            section,
            location,
            threshold,
        } => SpikeSource::Voltage {
            section: *section,
            location: *location,
            threshold: threshold.value(&columns, stream),
        },
        SpikePlan::Point {
            section,
            point: name,
        } => SpikeSource::Point(point(*section, name)),
        SpikePlan::PointVariable {
            section,
            point: name,
            variable,
            threshold,
        } => SpikeSource::PointVariable {
            point: point(*section, name),
            variable: variable.clone(),
            threshold: threshold.value(&columns, stream),
        },
        SpikePlan::Events => SpikeSource::Events,
        SpikePlan::Silent => SpikeSource::Silent,
    }
}
