//! Connections and synapses made in parallel, and put together in order.

use std::borrow::Cow;
use std::collections::HashMap;

use super::deliver::{SynapsePlan, WeightVector};
use crate::instance::{Instance, ParameterSet, Place, PointOrigin, PointProcess, Target};
use crate::instantiate::built::Built;
use crate::instantiate::cells::{Range, draw_parameters};
use crate::instantiate::{Mistake, NetworkErrors, Whose};
use crate::rng::Stream;

/// Parameter sets without repetition.
#[derive(Clone, Debug, Default)]
pub(crate) struct ParameterSets {
    sets: Vec<ParameterSet>,
    known: HashMap<Vec<u64>, Vec<u32>>,
}

impl ParameterSets {
    /// The index of a set, which is added if it is new.
    pub(crate) fn index(&mut self, set: ParameterSet) -> u32 {
        let key = set
            .iter()
            .flat_map(|(_, values)| values.iter().map(|v| v.to_bits()));
        let same = self.known.entry(key.collect()).or_default();
        let sets = &self.sets;
        if let Some(&k) = same.iter().find(|&&k| sets[k as usize] == set) {
            return k;
        }
        let k = sets.len() as u32;
        same.push(k);
        self.sets.push(set);
        k
    }

    /// All sets in order.
    pub(crate) fn into_sets(self) -> Vec<ParameterSet> {
        self.sets
    }
}

/// What a connection that is being made reaches.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reached {
    /// A synapse of the chunk.
    Synapse(u32),
    /// What the cell had before.
    Own(Target),
}

/// Connections of some postsynaptic cells, in order. Points are numbered from 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) points: Vec<PointProcess>,
    pub(crate) sets: ParameterSets,
    pub(crate) source: Vec<u32>,
    pub(crate) target: Vec<Reached>,
    pub(crate) delay: Vec<f64>,
    pub(crate) weight: Vec<f64>,
    /// Length of each weight vector, whose other elements are 0.
    pub(crate) weights: Vec<u8>,
    pub(crate) faults: Faults,
    /// The set of each kind of synapse whose parameters are the same everywhere.
    constant: Vec<Option<u32>>,
}

impl Chunk {
    /// The number of a constant set, which belongs to synapse `number`.
    pub(crate) fn constant_set(&mut self, number: usize, set: &ParameterSet) -> u32 {
        if self.constant.len() <= number {
            self.constant.resize(number + 1, None);
        }
        *self.constant[number].get_or_insert_with(|| self.sets.index(set.clone()))
    }

    /// Adds a synapse, with its random stream, and returns its number; `None` if something is wrong.
    pub(crate) fn add_synapse(
        &mut self,
        built: &Built,
        (synapse, number): (&SynapsePlan, usize),
        place: Place,
        stream: [u32; 3],
        of: Whose,
    ) -> Option<u32> {
        if let Some(must) = Range::Location.refuses(place.location) {
            self.faults.note("loc", place.location, must, of);
            return None;
        }
        let parameters = match &synapse.constant {
            Some(set) => self.constant_set(number, set),
            None => match draw_synapse(built, synapse, place, stream) {
                Ok(set) => self.sets.index(set),
                Err(mistake) => {
                    self.faults.add(mistake);
                    return None;
                }
            },
        };
        self.points.push(PointProcess {
            mechanism: synapse.mechanism.clone(),
            place,
            parameters,
            stream,
            origin: PointOrigin::Synapse(number as u32),
        });
        Some(self.points.len() as u32 - 1)
    }

    /// Adds a connection with the first of a number of weights.
    pub(crate) fn connect(
        &mut self,
        of: Whose,
        source: u32,
        target: Reached,
        (weight, vector): (f64, WeightVector),
        delay: f64,
    ) {
        if let Some(must) = vector.range.refuses(weight) {
            self.faults.note("weight", weight, must, of);
        }
        if let Some(must) = Range::NotNegative.refuses(delay) {
            self.faults.note("delay", delay, must, of);
        }
        self.source.push(source);
        self.target.push(target);
        self.delay.push(delay);
        self.weight.push(weight);
        self.weights.push(vector.len as u8);
    }

    /// Puts it behind what is there already.
    pub(crate) fn append(self, rule: u16, sets: &mut ParameterSets, instance: &mut Instance) {
        let first = instance.points.len() as u32;
        let renumbered: Vec<u32> = self
            .sets
            .into_sets()
            .into_iter()
            .map(|set| sets.index(set))
            .collect();
        instance.points.extend(self.points.into_iter().map(|point| {
            let parameters = renumbered[point.parameters as usize];
            PointProcess {
                parameters,
                ..point
            }
        }));
        let mut vector = [0.0; u8::MAX as usize];
        for (k, &source) in self.source.iter().enumerate() {
            let target = match self.target[k] {
                Reached::Synapse(point) => Target::Point(first + point),
                Reached::Own(target) => target,
            };
            vector[0] = self.weight[k];
            let weight = &vector[..usize::from(self.weights[k])];
            instance
                .connections
                .push(rule, source, target, weight, self.delay[k]);
        }
    }
}

/// Parameters of a synapse that are expressions; what they draw comes from a stream of the synapse.
fn draw_synapse(
    built: &Built,
    synapse: &SynapsePlan,
    place: Place,
    [purpose, post, pre]: [u32; 3],
) -> Result<ParameterSet, Mistake> {
    let columns = built.at_place(place, synapse.distances)?;
    let mut stream = Stream::with_global_index([pre, post, built.seeds.cell], purpose);
    draw_parameters(&synapse.parameters, &columns, &mut stream, place.cell)
}

/// Values that will not do: for each field, the first in order and their number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<Mistake>);

impl Faults {
    /// Notes a value.
    pub(crate) fn note(
        &mut self,
        what: &str,
        value: f64,
        must: impl Into<Cow<'static, str>>,
        of: Whose,
    ) {
        self.add(Mistake::Number {
            what: what.into(),
            value,
            must: must.into(),
            of,
            count: 1,
        });
    }

    /// Notes any mistake; one of a kind is enough.
    pub(crate) fn add(&mut self, mistake: Mistake) {
        for known in &mut self.0 {
            if let (
                Mistake::Number {
                    what, must, count, ..
                },
                Mistake::Number {
                    what: other,
                    must: need,
                    count: more,
                    ..
                },
            ) = (&mut *known, &mistake)
                && what == other
                && must == need
            {
                *count += more;
                return;
            }
            if *known == mistake {
                return;
            }
        }
        self.0.push(mistake);
    }

    /// Adds those of later pairs.
    pub(crate) fn append(&mut self, other: Self) {
        for mistake in other.0 {
            self.add(mistake);
        }
    }

    /// Reports them.
    pub(crate) fn report(self, place: &str, errors: &mut NetworkErrors) {
        for mistake in self.0 {
            errors.add(place, mistake);
        }
    }
}
