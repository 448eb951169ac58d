//! Connections of one postsynaptic cell: values evaluated for blocks of its pairs, synapses placed.
//!
//! Values are drawn from the pair's own stream (pre gid, post gid, seed): the rule's weight, its delay, then for each
//! synapse its own weight, delay, number and places. (NetPyNE does so for all rules but the full one, whose draws depend
//! on the number of ranks, and lists.) A list's values are drawn from one stream in the order of the list, as NetPyNE's.

use super::candidates::{Lanes, PairBlock, PairStreams, Side};
use super::chunk::{Chunk, Reached};
use super::deliver::{ContactPlan, DeliveryPlan, PairPlan, SynapsePlan};
use super::place::{SectionDraw, Spot, places};
use crate::instance::Place;
use crate::instantiate::built::Built;
use crate::instantiate::formula::BLOCK;
use crate::instantiate::variable::PairColumns;
use crate::instantiate::{Mistake, Whose};
use crate::rng::{Stream, hash_text};

/// Values of a block's lanes.
type Lane = [f64; BLOCK];

/// Makes the connections of a rule.
pub(crate) struct Emitter<'a> {
    pub(crate) built: &'a Built<'a>,
    pub(crate) synapses: &'a [SynapsePlan],
    pub(crate) delivery: &'a DeliveryPlan,
    pub(crate) pre: &'a Side,
    pub(crate) post: &'a Side,
    pub(crate) streams: PairStreams,
    pub(crate) sections: SectionDraw,
    /// Synapses' own random streams: a hash for each contact.
    pub(crate) purposes: Vec<u32>,
    /// A list's columns.
    pub(crate) listed: Listed<'a>,
}

/// Values that a list of pairs states, or that were drawn in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listed<'a> {
    pub(crate) weights: Option<&'a [f64]>,
    pub(crate) delays: Option<&'a [f64]>,
    /// For each formula in the order of evaluation, its values in the order of the list.
    pub(crate) drawn: Vec<Vec<f64>>,
}

/// Names the streams of the synapses of a contact.
pub(crate) fn purposes(rule: &str, contacts: usize) -> Vec<u32> {
    (0..contacts.max(1))
        .map(|k| hash_text(&format!("synapse {rule} {k}")))
        .collect()
}

/// Values of one contact in the lanes of a block.
struct ContactValues {
    weight: Lane,
    delay: Lane,
    count: Lane,
    locations: Vec<Lane>,
}

/// One block of pairs of a postsynaptic cell.
struct BlockOf<'a> {
    post: usize,
    pre: &'a [u32],
    /// Positions in the list.
    listed: Option<&'a [u32]>,
}

impl Emitter<'_> {
    /// Adds the connections of `post` with `pre`.
    pub(crate) fn emit(&self, post: usize, pre: &[u32], listed: Option<&[u32]>, chunk: &mut Chunk) {
        for from in (0..pre.len()).step_by(BLOCK) {
            let to = (from + BLOCK).min(pre.len());
            let block = BlockOf {
                post,
                pre: &pre[from..to],
                listed: listed.map(|listed| &listed[from..to]),
            };
            self.emit_block(&block, chunk);
        }
    }

    fn emit_block(&self, block: &BlockOf, chunk: &mut Chunk) {
        let cell = self.post.cells[block.post];
        let mut draws = Draws::new(self, block);
        if self.delivery.contacts.is_empty()
            && let Some((mechanism, target)) = self.built.receiver(cell)
        {
            let mut direct = self.delivery.direct.iter();
            let Some((_, weight, weights)) = direct.find(|d| Some(d.0.as_str()) == mechanism)
            else {
                return chunk.faults.add(Mistake::Conflict {
                    what: format!("cell {cell} fires at given times: nothing can reach it"),
                    help: "choose other postsynaptic cells",
                });
            };
            let weight = draws.weight(weight.as_ref());
            let delay = draws.delay(self.delivery.delay.as_ref());
            for k in 0..block.pre.len() {
                let pre = self.pre.cells[block.pre[k] as usize];
                let of = Whose::Pair(pre, cell);
                let target = Reached::Own(target);
                chunk.connect(of, pre, target, (weight[k], *weights), delay[k]);
            }
            return;
        }
        let values = draws.contacts();
        let mut spots = Vec::with_capacity(values.len());
        for contact in &self.delivery.contacts {
            match self.built.spots(cell, &contact.sections) {
                Ok(found) => spots.push(found),
                Err(mistake) => return chunk.faults.add(mistake),
            }
        }
        for k in 0..block.pre.len() {
            for (number, spots) in spots.iter().enumerate() {
                self.contact(block, k, number, spots, &values[number], chunk);
            }
        }
    }

    /// The synapses of one pair and contact.
    fn contact(
        &self,
        block: &BlockOf,
        k: usize,
        number: usize,
        spots: &[Spot],
        values: &ContactValues,
        chunk: &mut Chunk,
    ) {
        let synapse_number = self.delivery.contacts[number].synapse;
        let pre = self.pre.cells[block.pre[k] as usize];
        let cell = self.post.cells[block.post];
        let of = Whose::Pair(pre, cell);
        let count = values.count[k];
        if !(count >= 0.0 && count.fract() == 0.0 && count <= 1e6) {
            chunk.faults.note(
                "count",
                count,
                "must be a whole number from 0 to 1000000",
                of,
            );
            return;
        }
        let synapse = &self.synapses[synapse_number];
        let mut add = |i: usize, section: u32, location: f64| {
            let place = Place {
                cell,
                section,
                location,
            };
            let stream = [self.purpose(block, k, number, i), cell, pre];
            let kind = (synapse, synapse_number);
            if let Some(point) = chunk.add_synapse(self.built, kind, place, stream, of) {
                let weight = (values.weight[k], synapse.weights);
                chunk.connect(of, pre, Reached::Synapse(point), weight, values.delay[k]);
            }
        };
        // the usual case, without lists
        if let ([spot], [] | [_]) = (spots, &values.locations[..])
            && count == 1.0
        {
            let location = values.locations.first().map_or(0.5, |lane| lane[k]);
            return add(0, spot.section, location);
        }
        let given: Vec<f64> = values.locations.iter().map(|lane| lane[k]).collect();
        match places(spots, &given, count as usize, self.sections, (pre, cell)) {
            Ok(places) => {
                for (i, (section, location)) in places.into_iter().enumerate() {
                    add(i, section, location);
                }
            }
            Err(mistake) => chunk.faults.add(mistake),
        }
    }

    /// Names the random stream of synapse `i` of a contact of a pair: a pair that a list holds twice has two.
    fn purpose(&self, block: &BlockOf, k: usize, contact: usize, i: usize) -> u32 {
        let repeat = block.listed.map_or(0, |listed| listed[k]);
        self.purposes[contact]
            .wrapping_add((i as u32).wrapping_mul(0x9E37_79B9))
            .wrapping_add(repeat.wrapping_mul(0x85EB_CA6B))
    }
}

/// Evaluates formulas for a block in their order, each pair with its stream.
struct Draws<'a> {
    emitter: &'a Emitter<'a>,
    block: &'a BlockOf<'a>,
    streams: Vec<Stream>,
    /// Formulas evaluated so far, in the order of a list's columns.
    done: usize,
}

impl<'a> Draws<'a> {
    fn new(emitter: &'a Emitter<'a>, block: &'a BlockOf<'a>) -> Self {
        let post = emitter.post.cells[block.post];
        let drawn = emitter.delivery.draws && emitter.listed.drawn.is_empty();
        let streams = if drawn {
            let pre = block.pre.iter().map(|&k| emitter.pre.cells[k as usize]);
            pre.map(|pre| emitter.streams.stream(pre, post)).collect()
        } else {
            Vec::new()
        };
        Self {
            emitter,
            block,
            streams,
            done: 0,
        }
    }

    /// The values of a formula; `None` stands for NaN.
    fn values(&mut self, formula: Option<&PairPlan>) -> Lane {
        let mut out = [f64::NAN; BLOCK];
        let Some(formula) = formula else {
            return out;
        };
        let len = self.block.pre.len();
        if let (Some(listed), Some(column)) =
            (self.block.listed, self.emitter.listed.drawn.get(self.done))
        {
            for (value, &k) in out.iter_mut().zip(listed) {
                *value = column[k as usize];
            }
        } else {
            let block = PairBlock {
                pre: Lanes::Each(self.block.pre),
                post: Lanes::Same(self.block.post),
                len,
            };
            let columns = PairColumns {
                pre: self.emitter.pre,
                post: self.emitter.post,
                block: &block,
            };
            formula.fill(&columns, &mut self.streams, &mut out[..len]);
        }
        self.done += 1;
        out
    }

    fn stated(&self, column: Option<&[f64]>) -> Option<Lane> {
        let (listed, column) = (self.block.listed?, column?);
        let mut out = [f64::NAN; BLOCK];
        for (value, &k) in out.iter_mut().zip(listed) {
            *value = column[k as usize];
        }
        Some(out)
    }

    fn weight(&mut self, formula: Option<&PairPlan>) -> Lane {
        match self.stated(self.emitter.listed.weights) {
            Some(stated) => stated,
            None => self.values(formula),
        }
    }

    fn delay(&mut self, formula: Option<&PairPlan>) -> Lane {
        match self.stated(self.emitter.listed.delays) {
            Some(stated) => stated,
            None => self.values(formula),
        }
    }

    /// The values of all contacts.
    fn contacts(&mut self) -> Vec<ContactValues> {
        let contacts = &self.emitter.delivery.contacts;
        let shared = self.shared_weights(contacts);
        let delay = self.delay(self.emitter.delivery.delay.as_ref());
        let mut all = Vec::with_capacity(contacts.len());
        for (contact, shared) in contacts.iter().zip(shared) {
            let weight = match shared {
                Some(shared) => shared,
                None => self.values(contact.weight.as_ref()),
            };
            let delay = match &contact.delay {
                Some(own) => self.values(Some(own)),
                None => delay,
            };
            let count = match &contact.count {
                Some(count) => self.values(Some(count)),
                None => [1.0; BLOCK],
            };
            let locations = contact
                .locations
                .iter()
                .map(|place| self.values(Some(place)))
                .collect();
            all.push(ContactValues {
                weight,
                delay,
                count,
                locations,
            });
        }
        all
    }

    /// The rule's weight for the contacts that have none of their own: the same draws for all, in each one's unit.
    fn shared_weights(&mut self, contacts: &[ContactPlan]) -> Vec<Option<Lane>> {
        let begin = self.streams.clone();
        let stated = self.stated(self.emitter.listed.weights);
        let mut all = Vec::with_capacity(contacts.len());
        for contact in contacts {
            all.push(match stated {
                _ if contact.own_weight => None,
                Some(stated) => Some(stated),
                None => {
                    self.streams.clone_from(&begin);
                    Some(self.values(contact.weight.as_ref()))
                }
            });
        }
        all
    }
}

/// The formulas of a delivery in the order in which [`Draws`] evaluates them. Those marked are the rule's weight in the
/// unit of one contact: they draw the same numbers.
pub(crate) fn evaluation_order<'a>(
    delivery: &'a DeliveryPlan,
    listed: &Listed,
) -> Vec<(&'a PairPlan, bool)> {
    let mut order = Vec::new();
    if listed.weights.is_none() {
        let shared = delivery
            .contacts
            .iter()
            .filter(|contact| !contact.own_weight);
        let shared = shared.filter_map(|contact| contact.weight.as_ref());
        let direct = delivery.direct.iter();
        let direct = direct.filter_map(|(_, weight, _)| weight.as_ref());
        order.extend(shared.chain(direct).map(|weight| (weight, true)));
    }
    let mut add = |formula| order.push((formula, false));
    if listed.delays.is_none() {
        delivery.delay.iter().for_each(&mut add);
    }
    for contact in &delivery.contacts {
        if contact.own_weight {
            contact.weight.iter().for_each(&mut add);
        }
        let rest = contact.delay.iter().chain(&contact.count);
        rest.chain(&contact.locations).for_each(&mut add);
    }
    order
}
