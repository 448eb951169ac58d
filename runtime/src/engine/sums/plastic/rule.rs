//! The synapses of a rule, and what events and spikes do to them.

use super::TOGETHER;
use crate::engine::instances::Spike;
use crate::plasticity::{Plasticity, Stdp};
use crate::simd::{exp_all, prefetch};

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
struct Cell {
    emitter: u32,
    /// Its synapses.
    first: u32,
    end: u32,
    /// Time of the last spike, and the traces right after it.
    last: f64,
    trace: f64,
    slow: f64,
    /// Events that come later wait until the spikes of the step are told.
    until: f64,
}

/// A synapse: what every event looks at lies together.
#[derive(Clone, Copy, Debug)]
struct Synapse {
    weight: f64,
    /// Time of the last event, and the trace right after it.
    last: f64,
    trace: f64,
    /// Its cell, and what it adds to.
    cell: u32,
    receiver: u32,
}

/// An event, and when the last one came before it as its decays were computed.
#[derive(Clone, Copy, Debug)]
struct Ready {
    synapse: u32,
    time: f64,
    before: f64,
}

/// Synapses of a rule in a unit, cell by cell. Columns that its laws do not need are empty.
#[derive(Debug)]
pub(super) struct Rule {
    /// In the network.
    pub(super) number: u16,
    /// Number of the first synapse.
    pub(super) first: u32,
    law: Plasticity,
    /// Number of decays of an event.
    width: usize,
    cells: Vec<Cell>,
    synapses: Vec<Synapse>,
    /// By synapse: its connection.
    connections: Vec<u32>,
    /// Where synapses are recorded: who stands for their receivers.
    shadows: Vec<(u32, u32)>,
    /// Slow traces right after the last event.
    slow: Vec<f64>,
    /// Changes that wait for a reward, and the time that they are of.
    eligible: Vec<f64>,
    stamped: Vec<f64>,
    /// Short-term state at the last event.
    release: Vec<f64>,
    resources: Vec<f64>,
    rates: Rates,
    /// Memory for events of which the decays are computed together, and for these.
    ready: Vec<Ready>,
    decays: Vec<f64>,
    /// Memory for the cells that spike in a step, with the times, and for events that come after the spikes.
    spiking: Vec<(u32, f64)>,
    held: Vec<(u32, f64)>,
}

impl Rule {
    /// Synapses from number `first` on.
    pub(super) fn new(number: u16, law: Plasticity, first: u32, given: &[Given]) -> Self {
        let mut cells: Vec<Cell> = Vec::new();
        let mut synapses = Vec::with_capacity(given.len());
        for (k, synapse) in (0..).zip(given) {
            if cells.last().is_none_or(|cell| cell.emitter != synapse.cell) {
                cells.push(Cell {
                    emitter: synapse.cell,
                    first: k,
                    end: k,
                    last: NEVER,
                    trace: 0.0,
                    slow: 0.0,
                    until: f64::INFINITY,
                });
            }
            synapses.push(Synapse {
                weight: synapse.weight,
                last: NEVER,
                trace: 0.0,
                cell: cells.len() as u32 - 1,
                receiver: synapse.receiver,
            });
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
            width: 2 * usize::from(stdp.is_some())
                + usize::from(stdp.is_some_and(|s| s.has_triplets()))
                + usize::from(rewarded)
                + 2 * usize::from(law.short_term.is_some()),
            cells,
            connections: given.iter().map(|g| g.number).collect(),
            synapses,
            shadows: (0..).zip(given).filter_map(shadow).collect(),
            slow: column(stdp.is_some_and(|s| s.has_triplets()), 0.0),
            eligible: column(rewarded, 0.0),
            stamped: column(rewarded, 0.0),
            release: column(law.short_term.is_some(), 0.0),
            resources: column(law.short_term.is_some(), 1.0),
            rates: Rates::of(&law),
            decays: Vec::new(),
            ready: Vec::new(),
            spiking: Vec::new(),
            held: Vec::new(),
        }
    }

    /// Asks for the memory of a synapse to which an event will come.
    #[inline]
    pub(super) fn prefetch(&self, synapse: u32) {
        prefetch(&self.synapses[synapse as usize]);
    }

    /// A step: `due` events (synapse of this rule, and when), and spikes of the unit.
    pub(super) fn advance(
        &mut self,
        due: &[(u32, f64)],
        spikes: &[Spike],
        add: &mut impl FnMut(u32, f64),
    ) {
        let mut spiking = std::mem::take(&mut self.spiking);
        spiking.clear();
        if self.law.stdp.is_some() {
            for spike in spikes {
                let cells = &mut self.cells;
                if let Ok(cell) = cells.binary_search_by_key(&spike.emitter, |c| c.emitter) {
                    cells[cell].until = cells[cell].until.min(spike.time + TOGETHER);
                    spiking.push((cell as u32, spike.time));
                }
            }
        }
        self.arrive(due, add);
        for (cell, time) in &spiking {
            self.spike(*cell, *time);
            self.cells[*cell as usize].until = f64::INFINITY;
        }
        let held = std::mem::take(&mut self.held);
        self.arrive(&held, add);
        (self.spiking, self.held) = (spiking, held);
        self.held.clear();
    }

    /// Events, in order, but for those that are to wait.
    fn arrive(&mut self, events: &[(u32, f64)], add: &mut impl FnMut(u32, f64)) {
        let mut ready = std::mem::take(&mut self.ready);
        let mut decays = std::mem::take(&mut self.decays);
        ready.clear();
        decays.clear();
        for &(synapse, time) in events {
            let own = &self.synapses[synapse as usize];
            if time > self.cells[own.cell as usize].until {
                self.held.push((synapse, time));
                continue;
            }
            ready.push(Ready {
                synapse,
                time,
                before: own.last,
            });
            self.exponents(synapse as usize, time, &mut decays);
        }
        exp_all(&mut decays);
        let width = self.width;
        for (event, decays) in ready.iter().zip(decays.chunks_exact_mut(width)) {
            let s = event.synapse as usize;
            if self.synapses[s].last != event.before {
                // an event of this step came before
                let mut again = Vec::with_capacity(width);
                self.exponents(s, event.time, &mut again);
                exp_all(&mut again);
                decays.copy_from_slice(&again);
            }
            let weight = self.arrived(s, event.time, decays);
            add(self.synapses[s].receiver, weight);
            if !self.shadows.is_empty()
                && let Ok(at) = self.shadows.binary_search_by_key(&event.synapse, |s| s.0)
            {
                add(self.shadows[at].1, weight);
            }
        }
        (self.ready, self.decays) = (ready, decays);
    }

    /// Exponents of what decays until an event, in the order in which [`Rule::arrived`] wants them.
    #[inline(always)]
    fn exponents(&self, s: usize, time: f64, into: &mut Vec<f64>) {
        let synapse = &self.synapses[s];
        let since = synapse.last - time;
        if let Some(stdp) = &self.law.stdp {
            let cell = &self.cells[synapse.cell as usize];
            into.extend([
                since * self.rates.plus,
                (cell.last - time) * self.rates.minus,
            ]);
            if stdp.has_triplets() {
                into.push(since * self.rates.x);
            }
            if stdp.is_rewarded() {
                into.push((self.stamped[s] - time) * self.rates.eligibility);
            }
        }
        if self.law.short_term.is_some() {
            into.extend([since * self.rates.rec, since * self.rates.facil]);
        }
    }

    /// An event; the weight that it has.
    #[inline(always)]
    fn arrived(&mut self, s: usize, time: f64, decays: &[f64]) -> f64 {
        let mut decays = decays.iter().copied();
        let mut decay = || decays.next().unwrap_or(0.0);
        let synapse = &mut self.synapses[s];
        let mut weight = synapse.weight;
        if let Some(stdp) = &self.law.stdp {
            let trace = synapse.trace * decay();
            let cell = self.cells[synapse.cell as usize].trace * decay();
            synapse.trace = if stdp.nearest { 1.0 } else { trace + 1.0 };
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
                synapse.weight = stdp.changed(weight, change);
            }
        }
        if let Some(short) = &self.law.short_term {
            let (recovered, relaxed) = (decay(), decay());
            let (release, resources) = (self.release[s], self.resources[s]);
            let resources = 1.0 + (resources - resources * release - 1.0) * recovered;
            let release = short.u_0 + release * (1.0 - short.u_0) * relaxed;
            (self.release[s], self.resources[s]) = (release, resources);
            weight *= release * resources;
        }
        synapse.last = time;
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
        let synapses = &mut self.synapses[range.clone()];
        let rate = self.rates.plus;
        decays.extend(synapses.iter().map(|s| (s.last - time) * rate));
        if stdp.is_rewarded() {
            let stamped = &self.stamped[range.clone()];
            let rate = self.rates.eligibility;
            decays.extend(stamped.iter().map(|stamped| (stamped - time) * rate));
        }
        exp_all(decays);
        let (traces, ages) = decays.split_at(range.len());
        let each = synapses.iter_mut().zip(traces);
        if stdp.is_rewarded() {
            let eligible = self.eligible[range.clone()].iter_mut().zip(ages);
            for ((eligible, age), (synapse, decay)) in eligible.zip(each) {
                *eligible = *eligible * age + strength * (synapse.trace * decay);
            }
            self.stamped[range].fill(time);
        } else {
            for (synapse, decay) in each {
                let change = strength * (synapse.trace * decay);
                synapse.weight = stdp.changed(synapse.weight, change);
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
        for (synapse, (eligible, decay)) in self.synapses.iter_mut().zip(eligible) {
            let change = reward * (eligible * *decay);
            synapse.weight = stdp.changed(synapse.weight, change);
        }
        true
    }

    /// Numbers of the connections, with their weights.
    pub(super) fn weights(&self) -> impl Iterator<Item = (u32, f64)> {
        let connections = self.connections.iter().copied();
        connections.zip(self.synapses.iter().map(|s| s.weight))
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let columns = [
            &self.slow,
            &self.eligible,
            &self.stamped,
            &self.release,
            &self.resources,
        ];
        let columns: usize = columns.iter().map(|column| column.len()).sum();
        let numbers = self.connections.len() + 2 * self.shadows.len();
        columns * size_of::<f64>()
            + numbers * size_of::<u32>()
            + self.synapses.len() * size_of::<Synapse>()
            + self.cells.len() * size_of::<Cell>()
    }

    /// Calls `f` with each number that may change of a synapse, and of its cell; as long as it wants more.
    pub(super) fn each_number<E>(
        &mut self,
        synapse: usize,
        mut f: impl FnMut(&mut f64) -> Result<(), E>,
    ) -> Result<(), E> {
        let own = &mut self.synapses[synapse];
        let cell = &mut self.cells[own.cell as usize];
        for number in [&mut own.weight, &mut own.last, &mut own.trace] {
            f(number)?;
        }
        for number in [&mut cell.last, &mut cell.trace, &mut cell.slow] {
            f(number)?;
        }
        for column in [
            &mut self.slow,
            &mut self.eligible,
            &mut self.stamped,
            &mut self.release,
            &mut self.resources,
        ] {
            if let Some(number) = column.get_mut(synapse) {
                f(number)?;
            }
        }
        Ok(())
    }

    /// It, to be read.
    pub(super) fn numbers(&self, synapse: usize) -> Vec<f64> {
        let own = &self.synapses[synapse];
        let cell = &self.cells[own.cell as usize];
        let mut all = vec![
            own.weight, own.last, own.trace, cell.last, cell.trace, cell.slow,
        ];
        let columns = [
            &self.slow,
            &self.eligible,
            &self.stamped,
            &self.release,
            &self.resources,
        ];
        all.extend(columns.iter().filter_map(|column| column.get(synapse)));
        all
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
