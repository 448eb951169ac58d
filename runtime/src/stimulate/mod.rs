//! Stimuli: electrodes put into cells, and generators that send events to them.
//!
//! Values that are drawn come from NetPyNE's stream for stimuli (kind of mechanism, stimulated cells, seed), one value
//! after the other for all cells: parameters in NetPyNE's order, then weight, delay, number and places of synapses.
//!
//! A generator's own random numbers come from (mechanism and stimulus, gid, seed). NetPyNE leaves the stimulus out, so
//! that all NetStims of a cell emit the same events; here each has its own. The same holds for sections that are drawn.
//! With [`Quirks::Netpyne`] it is as in NetPyNE.

use std::sync::Arc;

use netdsl_lang::mech::Kind;
use netdsl_lang::model::{Quirks, Stimulus};

use crate::connect::Surroundings;
use crate::connect::chunk::{Chunk, ParameterSets, Reached};
use crate::connect::deliver::{Deliveries, DeliveryPlan, PairPlan};
use crate::connect::place::{SectionDraw, places};
use crate::connect::select::{missing_index, select};
use crate::instance::{
    Artificial, Instance, ParameterSet, Place, PointOrigin, PointProcess, Source,
};
use crate::instantiate::cells::{Range, draw_parameters};
use crate::instantiate::formula::Formula;
use crate::instantiate::names::{Locals, Scope};
use crate::instantiate::plan::{ParameterPlan, PlannedParameter, Planner};
use crate::instantiate::variable::CellColumns;
use crate::instantiate::{Mistake, NetworkErrors, Whose};
use crate::rng::{Stream, hash_gids, hash_text};

/// Applies all stimuli.
pub(crate) fn stimulate(
    around: &Surroundings,
    sets: &mut ParameterSets,
    instance: &mut Instance,
    errors: &mut NetworkErrors,
) {
    for stimulus in &around.network.stimuli {
        let place = format!("stimulus `{}`", stimulus.name);
        let before = errors.0.len();
        let locals = around.names.locals(&stimulus.params, &place, errors);
        let applied = Applying {
            around,
            stimulus,
            place: &place,
            locals: &locals,
        };
        let cells = applied.cells(errors);
        let parameters = applied.parameters(errors);
        if errors.0.len() > before {
            continue;
        }
        let program = around.mechanisms.program(&stimulus.mechanism);
        if program.is_some_and(|program| program.kind == Kind::Artificial) {
            applied.generators(&cells, &parameters, sets, instance, errors);
        } else {
            applied.electrodes(&cells, &parameters, sets, instance, errors);
        }
    }
}

/// Parameters of a NetStim that an event generator is to have: `rate` becomes `interval`, it starts at 0 ms and goes on
/// for 1e9 events. Other mechanisms' parameters stay as they are.
pub(crate) fn generator_parameters(
    mechanism: &str,
    mut set: ParameterSet,
    gid: u32,
) -> Result<ParameterSet, Mistake> {
    if mechanism != "NetStim" {
        return Ok(set);
    }
    let wrong = |what: &str, value: f64, must: &'static str| Mistake::Number {
        what: what.into(),
        value,
        must: must.into(),
        of: Whose::Cell(gid),
        count: 1,
    };
    if let Some(k) = set.iter().position(|(name, _)| name == "rate") {
        let rate = set.remove(k).1.first().copied().unwrap_or(f64::NAN);
        if !(rate >= 0.0 && rate.is_finite()) {
            return Err(wrong("rate", rate, "must be a number of at least 0"));
        }
        if rate == 0.0 {
            set.retain(|(name, _)| name != "number");
            set.push(("number".into(), vec![0.0]));
        } else {
            set.push(("interval".into(), vec![1000.0 / rate]));
        }
    }
    if let Some((_, values)) = set.iter().find(|(name, _)| name == "interval")
        && let Some(&interval) = values.first()
        && (interval <= 0.0 || interval.is_nan())
    {
        return Err(wrong("interval", interval, "must be a positive time"));
    }
    for (name, value) in [("start", 0.0), ("number", 1e9)] {
        if !set.iter().any(|(known, _)| known == name) {
            set.push((name.into(), vec![value]));
        }
    }
    Ok(set)
}

/// NetPyNE's order of evaluation.
const ORDER: [&str; 16] = [
    "del", "dur", "amp", "gain", "rstim", "tau1", "tau2", "onset", "tau", "gmax", "e", "interval",
    "rate", "number", "start", "noise",
];

/// One stimulus.
struct Applying<'a> {
    around: &'a Surroundings<'a>,
    stimulus: &'a Stimulus,
    place: &'a str,
    locals: &'a Locals,
}

/// A mechanism's parameters for each cell.
type Drawn = Vec<ParameterSet>;

impl Applying<'_> {
    /// The stimulated cells.
    fn cells(&self, errors: &mut NetworkErrors) -> Vec<u32> {
        let around = self.around;
        let populations = &around.built.placed.populations;
        if let Some((index, count)) =
            missing_index(around.network, populations, &self.stimulus.target)
        {
            let what = format!("cell {index} of the targets is asked for, but there are {count}");
            let help =
                "cells are counted from 0 among those the populations, cell types and tags select";
            errors.add(self.place, Mistake::Conflict { what, help });
        }
        let mut cells = select(around.network, populations, &self.stimulus.target);
        if let Some(value) = &self.stimulus.condition {
            let terms = around
                .names
                .condition("where", value, Scope::Stimulus, self.locals);
            let terms = errors.take(self.place, terms).unwrap_or_default();
            let mut stream = self.stream("where", &cells);
            cells.retain(|&cell| {
                let columns = self.columns(cell);
                terms
                    .iter()
                    .all(|term| term.value(&columns, &mut stream) != 0.0)
            });
        }
        if cells.is_empty() {
            errors.add(self.place, Mistake::NoCells { side: "stimulated" });
        }
        cells
    }

    fn columns(&self, cell: u32) -> CellColumns<'_> {
        CellColumns::of(&self.around.built.placed.sites, cell as usize)
    }

    fn stream(&self, purpose: &str, cells: &[u32]) -> Stream {
        let ids = [
            hash_text(&format!("stim_{}", self.stimulus.mechanism)),
            hash_gids(cells.iter().copied()),
            self.around.network.seeds.stim,
        ];
        match purpose {
            "" => Stream::with_global_index(ids, 0),
            purpose => Stream::with_global_index(ids, hash_text(purpose)),
        }
    }

    /// In the order of evaluation.
    fn parameters(&self, errors: &mut NetworkErrors) -> ParameterPlan {
        let mut planner = Planner {
            names: self.around.names,
            mechanisms: self.around.mechanisms,
            errors,
            place: self.place.to_owned(),
            locals: self.locals.clone(),
        };
        let mut plan = planner.parameters(
            &self.stimulus.mechanism,
            &self.stimulus.parameters,
            Scope::Stimulus,
        );
        let rank = |parameter: &PlannedParameter| {
            ORDER
                .iter()
                .position(|known| *known == parameter.name)
                .unwrap_or(ORDER.len())
        };
        plan.sort_by_key(rank);
        plan
    }

    /// Parameters of all cells, drawn one parameter after the other.
    fn draw(
        &self,
        plan: &ParameterPlan,
        cells: &[u32],
        stream: &mut Stream,
    ) -> Result<Drawn, Mistake> {
        let mut drawn = vec![ParameterSet::new(); cells.len()];
        for parameter in plan {
            let one = std::slice::from_ref(parameter).to_vec();
            for (set, &cell) in drawn.iter_mut().zip(cells) {
                set.extend(draw_parameters(&one, &self.columns(cell), stream, cell)?);
            }
        }
        Ok(drawn)
    }

    /// A formula's value for each cell.
    fn column(&self, formula: Option<&PairPlan>, cells: &[u32], stream: &mut Stream) -> Vec<f64> {
        let value =
            |&cell: &u32| formula.map_or(f64::NAN, |f| f.value(&self.columns(cell), stream));
        cells.iter().map(value).collect()
    }

    /// A point process in each cell.
    fn electrodes(
        &self,
        cells: &[u32],
        parameters: &ParameterPlan,
        sets: &mut ParameterSets,
        instance: &mut Instance,
        errors: &mut NetworkErrors,
    ) {
        let mut stream = self.stream("", cells);
        let Some(drawn) = errors.take(self.place, self.draw(parameters, cells, &mut stream)) else {
            return;
        };
        let names = self.around.names;
        let location = match &self.stimulus.loc {
            Some(value) => names.formula("loc", value, "1", Scope::Stimulus, self.locals),
            None => Ok(Formula::number(0.5)),
        };
        let Some(location) = errors.take(self.place, location) else {
            return;
        };
        let locations = self.column(Some(&location), cells, &mut stream);
        let mut chunk = Chunk::default();
        let mechanism = Arc::new(self.stimulus.mechanism.clone());
        let section: Vec<String> = self.stimulus.section.iter().cloned().collect();
        for ((&cell, set), location) in cells.iter().zip(drawn).zip(locations) {
            if !(self.around.part)(cell) {
                continue;
            }
            if let Some(must) = Range::Location.refuses(location) {
                chunk.faults.note("loc", location, must, Whose::Cell(cell));
                continue;
            }
            let spot = match section.is_empty() {
                true => Ok(0),
                false => self
                    .around
                    .built
                    .spots(cell, &section)
                    .map(|spots| spots[0].section),
            };
            match spot {
                Ok(section) => instance.points.push(PointProcess {
                    mechanism: Arc::clone(&mechanism),
                    place: Place {
                        cell,
                        section,
                        location,
                    },
                    parameters: sets.index(set),
                    stream: [
                        hash_text(&self.stimulus.name),
                        cell,
                        self.around.network.seeds.stim,
                    ],
                    origin: PointOrigin::Stimulus(self.number()),
                }),
                Err(mistake) => chunk.faults.add(mistake),
            }
        }
        chunk.faults.report(self.place, errors);
    }

    /// Number of the stimulus in the network.
    fn number(&self) -> u32 {
        let all = &self.around.network.stimuli;
        let same = |s: &Stimulus| std::ptr::eq(s, self.stimulus);
        all.iter().position(same).unwrap_or_default() as u32
    }

    /// A generator for each synapse of each cell.
    fn generators(
        &self,
        cells: &[u32],
        parameters: &ParameterPlan,
        sets: &mut ParameterSets,
        instance: &mut Instance,
        errors: &mut NetworkErrors,
    ) {
        let before = errors.0.len();
        let delivery = self.delivery(cells, errors);
        let mut stream = self.stream("", cells);
        let drawn = errors.take(self.place, self.draw(parameters, cells, &mut stream));
        let Some(drawn) = drawn.filter(|_| errors.0.len() == before) else {
            return;
        };
        let number = instance.connections.rules.len();
        if number > usize::from(u16::MAX) {
            let what = "there are more than 65536 rules and stimuli".into();
            let help = "join rules over several populations into one";
            errors.add(self.place, Mistake::Conflict { what, help });
            return;
        }
        instance.connections.rules.push(self.stimulus.name.clone());
        let values = self.values(&delivery, cells, &mut stream);
        let mut chunk = Chunk::default();
        for (k, (&cell, set)) in cells.iter().zip(drawn).enumerate() {
            if !(self.around.part)(cell) {
                continue;
            }
            match generator_parameters(&self.stimulus.mechanism, set, cell) {
                Ok(set) => self.deliver(&delivery, &values, (cell, k), &set, &mut chunk, instance),
                Err(mistake) => chunk.faults.add(mistake),
            }
        }
        std::mem::take(&mut chunk.faults).report(self.place, errors);
        instance.connections.reserve(chunk.source.len());
        chunk.append(number as u16, sets, instance);
    }

    fn delivery(&self, cells: &[u32], errors: &mut NetworkErrors) -> DeliveryPlan {
        let mut receiving = match self.stimulus.synapses.is_empty() {
            true => self.around.built.receiving(cells),
            false => Vec::new(),
        };
        receiving.sort_unstable();
        Deliveries {
            names: self.around.names,
            mechanisms: self.around.mechanisms,
            synapses: self.around.synapses,
            errors,
            place: self.place,
            locals: self.locals,
            scope: Scope::Stimulus,
        }
        .plan(
            &self.stimulus.synapses,
            self.stimulus.weight.as_ref(),
            self.stimulus.delay.as_ref(),
            &receiving,
        )
    }

    /// Weights, delays, numbers and places, formula by formula.
    fn values(&self, delivery: &DeliveryPlan, cells: &[u32], stream: &mut Stream) -> Values {
        let direct = delivery.direct.iter().map(|(_, weight, _)| weight.as_ref());
        let direct = direct
            .map(|weight| self.column(weight, cells, stream))
            .collect();
        let begin = stream.clone();
        let weights: Vec<Vec<f64>> = delivery
            .contacts
            .iter()
            .map(|contact| {
                if !contact.own_weight {
                    stream.clone_from(&begin);
                }
                self.column(contact.weight.as_ref(), cells, stream)
            })
            .collect();
        let delay = self.column(delivery.delay.as_ref(), cells, stream);
        let contacts = delivery
            .contacts
            .iter()
            .zip(weights)
            .map(|(contact, weight)| Contact {
                weight,
                delay: match &contact.delay {
                    Some(own) => self.column(Some(own), cells, stream),
                    None => delay.clone(),
                },
                count: match &contact.count {
                    Some(count) => self.column(Some(count), cells, stream),
                    None => vec![1.0; cells.len()],
                },
                locations: {
                    let places = contact.locations.iter();
                    places
                        .map(|place| self.column(Some(place), cells, stream))
                        .collect()
                },
            });
        let contacts = contacts.collect();
        Values {
            direct,
            delay,
            contacts,
        }
    }

    /// The generators and connections of one cell.
    fn deliver(
        &self,
        delivery: &DeliveryPlan,
        values: &Values,
        (cell, k): (u32, usize),
        set: &ParameterSet,
        chunk: &mut Chunk,
        instance: &mut Instance,
    ) {
        let built = self.around.built;
        let of = Whose::Cell(cell);
        if delivery.contacts.is_empty()
            && let Some((mechanism, target)) = built.receiver(cell)
        {
            let mut direct = delivery.direct.iter();
            let Some(found) = direct.position(|d| Some(d.0.as_str()) == mechanism) else {
                return;
            };
            let weight = (values.direct[found][k], delivery.direct[found].2);
            let source = self.generator(cell, "", set, instance);
            chunk.connect(of, source, Reached::Own(target), weight, values.delay[k]);
            return;
        }
        let name = hash_text(&self.stimulus.name);
        let sections = SectionDraw::of(self.around.network);
        let pre = sections.of_generator(name);
        for (number, (plan, contact)) in delivery.contacts.iter().zip(&values.contacts).enumerate()
        {
            let count = contact.count[k];
            if !(count >= 0.0 && count.fract() == 0.0 && count <= 1e6) {
                chunk.faults.note(
                    "count",
                    count,
                    "must be a whole number from 0 to 1000000",
                    of,
                );
                continue;
            }
            let given: Vec<f64> = contact.locations.iter().map(|column| column[k]).collect();
            let found = built
                .spots(cell, &plan.sections)
                .and_then(|spots| places(&spots, &given, count as usize, sections, (pre, cell)));
            let places = match found {
                Ok(places) => places,
                Err(mistake) => {
                    chunk.faults.add(mistake);
                    continue;
                }
            };
            let synapse = &self.around.synapses[plan.synapse];
            for (i, (section, location)) in places.into_iter().enumerate() {
                let place = Place {
                    cell,
                    section,
                    location,
                };
                let which = format!(" {number} {i}");
                let stream = [
                    hash_text(&format!("synapse {}{which}", self.stimulus.name)),
                    cell,
                    0,
                ];
                let Some(point) =
                    chunk.add_synapse(built, (synapse, plan.synapse), place, stream, of)
                else {
                    continue;
                };
                let source = self.generator(cell, &which, set, instance);
                let weight = (contact.weight[k], synapse.weights);
                let target = Reached::Synapse(point);
                chunk.connect(of, source, target, weight, contact.delay[k]);
            }
        }
    }

    /// Adds a generator and returns its number among the sources.
    fn generator(
        &self,
        cell: u32,
        which: &str,
        set: &ParameterSet,
        instance: &mut Instance,
    ) -> u32 {
        let mechanism = &self.stimulus.mechanism;
        let purpose = match self.around.network.quirks {
            Quirks::None => format!("{mechanism} {}{which}", self.stimulus.name),
            Quirks::Netpyne => mechanism.clone(),
        };
        instance.generators.push(Artificial::Mechanism {
            mechanism: mechanism.clone(),
            parameters: set.clone(),
            stream: [hash_text(&purpose), cell, self.around.network.seeds.stim],
        });
        instance.generator_cells.push(cell);
        let generator = instance.generators.len() as u32 - 1;
        instance.sources.push(Source::Generator(generator));
        instance.sources.len() as u32 - 1
    }
}

/// Values of a stimulus for each cell.
struct Values {
    /// Weights of events without synapses, for each mechanism that receives them.
    direct: Vec<Vec<f64>>,
    delay: Vec<f64>,
    contacts: Vec<Contact>,
}

/// Values of one synapse for each cell.
struct Contact {
    weight: Vec<f64>,
    delay: Vec<f64>,
    count: Vec<f64>,
    locations: Vec<Vec<f64>>,
}
