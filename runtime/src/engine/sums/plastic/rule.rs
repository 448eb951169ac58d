//! The synapses of a rule, and what events and spikes do to them.

use super::TOGETHER;
use crate::engine::instances::Spike;
use crate::plasticity::{Plasticity, Stdp};
use crate::simd::exp_all;

/// Long before any event, ms.
const NEVER: f64 = -1e9;

/// A synapse as it is added; they come cell by cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given {
    /// Emitter of its cell.
    pub(super) cell: u32,
    pub(super) number: u32,
    pub(super) weight: f64,
    pub(super) receiver: u32,
    pub(super) shadow: Option<u32>,
}

/// A cell, and what its spikes leave behind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    emitter: u32,
    /// Its synapses.
    first: u32,
    end: u32,
    /// Time of the last spike, and the traces right after it.
    last: f64,
    trace: f64,
    slow: f64,
}

/// Synapses of a rule in a unit, cell by cell. Columns that its laws do not need are empty.
#[derive(Debug)]
pub(super) struct Rule {
    /// In the network.
    pub(super) number: u16,
    /// Number of the first synapse.
    pub(super) first: u32,
    law: Plasticity,
    cells: Vec<Cell>,
    /// By synapse: its connection, its cell, what it adds to, its weight.
    connections: Vec<u32>,
    cell_of: Vec<u32>,
    receivers: Vec<u32>,
    weights: Vec<f64>,
    /// Where synapses are recorded: who stands for their receivers.
    shadows: Vec<(u32, u32)>,
    /// Time of the last event, and the traces right after it.
    last: Vec<f64>,
    trace: Vec<f64>,
    slow: Vec<f64>,
    /// Changes that wait for a reward, and the time that they are of.
    eligible: Vec<f64>,
    stamped: Vec<f64>,
    /// Short-term state at the last event.
    release: Vec<f64>,
    resources: Vec<f64>,
    rates: Rates,
    /// Memory for exponents, and for when the last events came that these were computed from.
    decays: Vec<f64>,
    before: Vec<f64>,
    /// Memory for the cells that spike in a step, with the times, and for events that come after the spikes.
    spiking: Vec<(u32, f64)>,
    held: Vec<(u32, f64)>,
}

impl Rule {
    /// Synapses from number `first` on.
    pub(super) fn new(number: u16, law: Plasticity, first: u32, given: &[Given]) -> Self {
        let mut cells: Vec<Cell> = Vec::new();
        let mut cell_of = Vec::with_capacity(given.len());
        for (k, synapse) in (0..).zip(given) {
            if cells.last().is_none_or(|cell| cell.emitter != synapse.cell) {
                cells.push(Cell {
                    emitter: synapse.cell,
                    first: k,
                    end: k,
                    last: NEVER,
                    trace: 0.0,
                    slow: 0.0,
                });
            }
            cell_of.push(cells.len() as u32 - 1);
            cells.last_mut().expect("one was added").end = k + 1;
        }
        let column = |wanted: bool, value: f64| vec![value; if wanted { given.len() } else { 0 }];
        let stdp = law.stdp;
        let rewarded = stdp.is_some_and(|s| s.is_rewarded());
        let shadow = |(k, g): (u32, &Given)| g.shadow.map(|shadow| (k, shadow));
        Self {
            number,
            first,
            law,
            cells,
            connections: given.iter().map(|g| g.number).collect(),
            cell_of,
            receivers: given.iter().map(|g| g.receiver).collect(),
            weights: given.iter().map(|g| g.weight).collect(),
            shadows: (0..).zip(given).filter_map(shadow).collect(),
            last: column(true, NEVER),
            trace: column(stdp.is_some(), 0.0),
            slow: column(stdp.is_some_and(|s| s.has_triplets()), 0.0),
            eligible: column(rewarded, 0.0),
            stamped: column(rewarded, 0.0),
            release: column(law.short_term.is_some(), 0.0),
            resources: column(law.short_term.is_some(), 1.0),
            rates: Rates::of(&law),
            decays: Vec::new(),
            before: Vec::new(),
            spiking: Vec::new(),
            held: Vec::new(),
        }
    }

    /// A step: `due` events (synapse of this rule, and when), and spikes of the unit.
    pub(super) fn advance(
        &mut self,
        due: &mut Vec<(u32, f64)>,
        spikes: &[Spike],
        add: &mut impl FnMut(u32, f64),
    ) {
        let mut spiking = std::mem::take(&mut self.spiking);
        spiking.clear();
        if self.law.stdp.is_some() {
            for spike in spikes {
                let cells = &self.cells;
                if let Ok(cell) = cells.binary_search_by_key(&spike.emitter, |c| c.emitter) {
                    spiking.push((cell as u32, spike.time));
                }
            }
        }
        let mut held = std::mem::take(&mut self.held);
        held.clear();
        if !spiking.is_empty() {
            let cell_of = &self.cell_of;
            due.retain(|(synapse, time)| {
                let cell = cell_of[*synapse as usize];
                let late = spiking
                    .iter()
                    .any(|(spiked, at)| *spiked == cell && *time > at + TOGETHER);
                if late {
                    held.push((*synapse, *time));
                }
                !late
            });
        }
        self.arrive(due, add);
        for (cell, time) in &spiking {
            self.spike(*cell, *time);
        }
        self.arrive(&held, add);
        (self.spiking, self.held) = (spiking, held);
    }

    /// Events, in order.
    fn arrive(&mut self, events: &[(u32, f64)], add: &mut impl FnMut(u32, f64)) {
        let mut decays = std::mem::take(&mut self.decays);
        let mut before = std::mem::take(&mut self.before);
        decays.clear();
        before.clear();
        for (synapse, time) in events {
            self.exponents(*synapse as usize, *time, &mut decays);
            before.push(self.last[*synapse as usize]);
        }
        exp_all(&mut decays);
        let width = decays.len() / events.len().max(1);
        for (k, &(synapse, time)) in events.iter().enumerate() {
            let s = synapse as usize;
            let own = &mut decays[k * width..(k + 1) * width];
            if self.last[s] != before[k] {
                // an event of this step came before
                let mut again = Vec::with_capacity(width);
                self.exponents(s, time, &mut again);
                exp_all(&mut again);
                own.copy_from_slice(&again);
            }
            let weight = self.arrived(s, time, own);
            add(self.receivers[s], weight);
            if !self.shadows.is_empty()
                && let Ok(at) = self.shadows.binary_search_by_key(&synapse, |s| s.0)
            {
                add(self.shadows[at].1, weight);
            }
        }
        (self.decays, self.before) = (decays, before);
    }

    /// Exponents of what decays until an event, in the order in which [`Rule::arrived`] wants them.
    fn exponents(&self, s: usize, time: f64, into: &mut Vec<f64>) {
        let since = self.last[s] - time;
        if let Some(stdp) = &self.law.stdp {
            let cell = &self.cells[self.cell_of[s] as usize];
            into.push(since * self.rates.plus);
            into.push((cell.last - time) * self.rates.minus);
            if stdp.has_triplets() {
                into.push(since * self.rates.x);
            }
            if stdp.is_rewarded() {
                into.push((self.stamped[s] - time) * self.rates.eligibility);
            }
        }
        if self.law.short_term.is_some() {
            into.push(since * self.rates.rec);
            into.push(since * self.rates.facil);
        }
    }

    /// An event; the weight that it has.
    fn arrived(&mut self, s: usize, time: f64, decays: &[f64]) -> f64 {
        let mut decays = decays.iter().copied();
        let mut decay = || decays.next().unwrap_or(0.0);
        let mut weight = self.weights[s];
        if let Some(stdp) = self.law.stdp {
            let trace = self.trace[s] * decay();
            let cell = self.cells[self.cell_of[s] as usize].trace * decay();
            self.trace[s] = if stdp.nearest { 1.0 } else { trace + 1.0 };
            let mut strength = stdp.a_minus;
            if stdp.has_triplets() {
                let slow = self.slow[s] * decay();
                self.slow[s] = slow + 1.0;
                strength += stdp.triplet_minus * slow;
            }
            let change = -strength * cell;
            if stdp.is_rewarded() {
                self.eligible[s] = self.eligible[s] * decay() + change;
                self.stamped[s] = time;
            } else {
                self.weights[s] = stdp.changed(weight, change);
            }
        }
        if let Some(short) = self.law.short_term {
            let (recovered, relaxed) = (decay(), decay());
            let (release, resources) = (self.release[s], self.resources[s]);
            let resources = 1.0 + (resources - resources * release - 1.0) * recovered;
            let release = short.u_0 + release * (1.0 - short.u_0) * relaxed;
            (self.release[s], self.resources[s]) = (release, resources);
            weight *= release * resources;
        }
        self.last[s] = time;
        weight
    }

    /// A spike of a cell.
    fn spike(&mut self, cell: u32, time: f64) {
        let Some(stdp) = self.law.stdp else {
            return;
        };
        let own = &mut self.cells[cell as usize];
        let since = own.last - time;
        let mut decays = [since * self.rates.minus, since * self.rates.y];
        exp_all(&mut decays);
        let slow = own.slow * decays[1];
        let trace = own.trace * decays[0];
        own.trace = if stdp.nearest { 1.0 } else { trace + 1.0 };
        own.slow = slow + 1.0;
        own.last = time;
        let strength = stdp.a_plus + stdp.triplet_plus * slow;
        let range = own.first as usize..own.end as usize;
        let decays = &mut self.decays;
        decays.clear();
        let last = &self.last[range.clone()];
        decays.extend(last.iter().map(|last| (last - time) * self.rates.plus));
        if stdp.is_rewarded() {
            let stamped = &self.stamped[range.clone()];
            let rate = self.rates.eligibility;
            decays.extend(stamped.iter().map(|stamped| (stamped - time) * rate));
        }
        exp_all(decays);
        let (traces, ages) = decays.split_at(range.len());
        let changes = self.trace[range.clone()].iter().zip(traces);
        let changes = changes.map(|(trace, decay)| strength * (trace * decay));
        if stdp.is_rewarded() {
            let eligible = self.eligible[range.clone()].iter_mut().zip(ages);
            for ((eligible, age), change) in eligible.zip(changes) {
                *eligible = *eligible * age + change;
            }
            self.stamped[range].fill(time);
        } else {
            for (weight, change) in self.weights[range].iter_mut().zip(changes) {
                *weight = stdp.changed(*weight, change);
            }
        }
    }

    /// What was remembered becomes a change of the weights, times `reward`; `false` if nothing is.
    pub(super) fn reward(&mut self, reward: f64, time: f64) -> bool {
        let Some(stdp) = self.law.stdp.filter(Stdp::is_rewarded) else {
            return false;
        };
        let rate = self.rates.eligibility;
        let decays = &mut self.decays;
        decays.clear();
        decays.extend(self.stamped.iter().map(|stamped| (stamped - time) * rate));
        exp_all(decays);
        let eligible = self.eligible.iter().zip(decays);
        for (weight, (eligible, decay)) in self.weights.iter_mut().zip(eligible) {
            *weight = stdp.changed(*weight, reward * (eligible * *decay));
        }
        true
    }

    /// Numbers of the connections, with their weights.
    pub(super) fn weights(&self) -> impl Iterator<Item = (u32, f64)> {
        let connections = self.connections.iter().copied();
        connections.zip(self.weights.iter().copied())
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let columns = self
            .columns()
            .iter()
            .map(|column| column.len())
            .sum::<usize>();
        let numbers = 3 * self.connections.len() + 2 * self.shadows.len();
        columns * size_of::<f64>()
            + numbers * size_of::<u32>()
            + self.cells.len() * size_of::<Cell>()
    }

    /// What changes of a synapse.
    pub(super) fn columns(&self) -> [&Vec<f64>; 8] {
        [
            &self.weights,
            &self.last,
            &self.trace,
            &self.slow,
            &self.eligible,
            &self.stamped,
            &self.release,
            &self.resources,
        ]
    }

    /// It, to be changed.
    pub(super) fn columns_mut(&mut self) -> [&mut Vec<f64>; 8] {
        [
            &mut self.weights,
            &mut self.last,
            &mut self.trace,
            &mut self.slow,
            &mut self.eligible,
            &mut self.stamped,
            &mut self.release,
            &mut self.resources,
        ]
    }

    /// What changes of the cell of a synapse.
    pub(super) fn cell_of(&mut self, synapse: usize) -> &mut Cell {
        &mut self.cells[self.cell_of[synapse] as usize]
    }

    /// Likewise, to be read.
    pub(super) fn cell_numbers(&self, synapse: usize) -> [f64; 3] {
        let cell = &self.cells[self.cell_of[synapse] as usize];
        [cell.last, cell.trace, cell.slow]
    }
}

impl Cell {
    /// Sets what [`Rule::cell_numbers`] told.
    pub(super) fn set(&mut self, [last, trace, slow]: [f64; 3]) {
        (self.last, self.trace, self.slow) = (last, trace, slow);
    }
}

/// Decay a ms, of each trace.
#[derive(Clone, Copy, Debug, Default)]
struct Rates {
    plus: f64,
    minus: f64,
    x: f64,
    y: f64,
    eligibility: f64,
    rec: f64,
    facil: f64,
}

impl Rates {
    fn of(law: &Plasticity) -> Self {
        let mut rates = Self::default();
        if let Some(stdp) = &law.stdp {
            rates.plus = 1.0 / stdp.tau_plus;
            rates.minus = 1.0 / stdp.tau_minus;
            rates.x = 1.0 / stdp.tau_x;
            rates.y = 1.0 / stdp.tau_y;
            if stdp.is_rewarded() {
                rates.eligibility = 1.0 / stdp.tau_eligibility;
            }
        }
        if let Some(short) = &law.short_term {
            rates.rec = 1.0 / short.tau_rec;
            // without facilitation nothing is left at the next event
            rates.facil = if short.tau_facil > 0.0 {
                1.0 / short.tau_facil
            } else {
                1e9
            };
        }
        rates
    }
}
