//! Connections whose weights change. Events wait here, and what an event adds is known when it comes.
//!
//! Synapses lie side by side as their cells do, so that a spike of a cell changes them one behind the other. A receiver gets
//! what its events add in the order of the rules, and of a rule in the order in which the sources spiked; what other cells
//! do in the same step changes nothing.

mod rule;
mod state;
#[cfg(test)]
mod tests;

use super::{Calendar, Entry, Lists};
use crate::engine::instances::Spike;
use crate::plasticity::Plasticity;
use crate::simd::prefetch;
use crate::values::Values;
use rule::{Given, Rule};
pub(crate) use state::Coming;

/// An event that comes less than this after a spike comes at its moment, ms: times are sums that are rounded.
const TOGETHER: f64 = 1e-6;

/// A connection as it is added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plastic {
    /// Number of its rule.
    pub(crate) rule: u16,
    /// What emits.
    pub(crate) emitter: u32,
    /// Emitter of the cell that it leads to.
    pub(crate) cell: u32,
    /// Number in the network.
    pub(crate) number: u32,
    /// Instances that receive: the second stands for it where it is recorded.
    pub(crate) instances: [Option<u32>; 2],
    pub(crate) delay: f64,
    pub(crate) weight: f64,
}

/// Synapses of a unit.
#[derive(Debug, Default)]
pub(crate) struct Synapses {
    rules: Vec<Rule>,
    /// Emitters with connections here, ascending, each with its first connection.
    sources: Vec<(u32, u32)>,
    /// By connection: its synapse. Synapses are numbered through all rules.
    synapses: Vec<u32>,
    delays: Values,
    /// Events: the receiver is a synapse, and the weight a time.
    waiting: Lists,
    /// Synapses by receiver, of each in the order of rules and connections: `own[starts[r]..starts[r + 1]]`.
    starts: Vec<u32>,
    own: Vec<u32>,
    /// Memory for the events of a step, by rule.
    due: Vec<Vec<(u32, f64)>>,
}

impl Synapses {
    /// Takes connections in any order. `law` knows the rules.
    pub(super) fn new(
        mut all: Vec<Plastic>,
        law: impl Fn(u16) -> Plasticity,
        receiver: impl Fn(u32) -> u32,
    ) -> Self {
        if all.is_empty() {
            return Self::default();
        }
        all.sort_unstable_by_key(|c| (c.rule, c.cell, c.number));
        let mut rules = Vec::new();
        let mut first = 0;
        let mut own: Vec<(u32, u32)> = Vec::with_capacity(all.len());
        for part in all.chunk_by(|a, b| a.rule == b.rule) {
            let given = part.iter().map(|c| {
                let mut both = c.instances.into_iter().flatten().map(&receiver);
                let primary = both.next().expect("a connection leads somewhere");
                Given {
                    cell: c.cell,
                    number: c.number,
                    weight: c.weight,
                    receiver: primary,
                    shadow: both.next(),
                }
            });
            let given: Vec<Given> = given.collect();
            own.extend((first..).zip(&given).map(|(k, g)| (g.receiver, k)));
            rules.push(Rule::new(part[0].rule, law(part[0].rule), first, &given));
            first += part.len() as u32;
        }
        own.sort_unstable();
        let receivers = own.last().map_or(0, |last| last.0 + 1);
        let starts = (0..=receivers).map(|r| own.partition_point(|(o, _)| *o < r) as u32);
        let mut arrivals: Vec<(u32, u32, u32)> = (0..)
            .zip(&all)
            .map(|(synapse, c)| (c.emitter, c.number, synapse))
            .collect();
        arrivals.sort_unstable();
        let mut sources: Vec<(u32, u32)> = Vec::new();
        for (k, (emitter, ..)) in (0..).zip(&arrivals) {
            if sources.last().is_none_or(|s| s.0 != *emitter) {
                sources.push((*emitter, k));
            }
        }
        sources.push((u32::MAX, arrivals.len() as u32));
        let delays = arrivals.iter().map(|(_, _, s)| all[*s as usize].delay);
        Self {
            due: vec![Vec::new(); rules.len()],
            rules,
            sources,
            delays: Values::new(delays),
            synapses: arrivals.iter().map(|(_, _, synapse)| *synapse).collect(),
            waiting: Lists::default(),
            starts: starts.collect(),
            own: own.into_iter().map(|(_, synapse)| synapse).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.synapses.is_empty()
    }

    /// The longest delay, ms.
    pub(super) fn longest_delay(&self) -> f64 {
        match self.is_empty() {
            true => 0.0,
            false => self.delays.all().fold(0.0, f64::max),
        }
    }

    pub(super) fn set_epoch(&mut self, steps: u64) {
        self.waiting.span = steps;
    }

    /// Emitters with connections here, each with the first of them and the one behind the last.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let pairs = self.sources.windows(2);
        pairs.map(|pair| (pair[0].0, pair[0].1, pair[1].1))
    }

    /// Who leads where is known elsewhere now.
    pub(super) fn forget_sources(&mut self) {
        self.sources = Vec::new();
    }

    /// A spike before the first step.
    pub(super) fn receive_early(&mut self, emitter: u32, time: f64, calendar: &Calendar<'_>) {
        if let Ok(at) = self.sources.binary_search_by_key(&emitter, |s| s.0) {
            let (first, end) = (self.sources[at].1, self.sources[at + 1].1);
            self.take_in(time, first, end, calendar);
        }
    }

    /// A spike for these connections.
    pub(crate) fn take_in(&mut self, time: f64, first: u32, end: u32, calendar: &Calendar<'_>) {
        let all = first as usize..end as usize;
        if let Values::Same(delay, _) = self.delays {
            let time = time + delay;
            let step = calendar.step(time);
            let own = self.synapses[all].iter();
            own.for_each(|synapse| self.waiting.put(step, *synapse, time));
            return;
        }
        for connection in all {
            let time = time + self.delays.get(connection);
            let step = calendar.step(time);
            self.waiting.put(step, self.synapses[connection], time);
        }
    }

    /// Asks for the memory of connections that will be taken in soon.
    pub(crate) fn prefetch(&self, first: u32, end: u32) {
        for connection in (first as usize..end as usize).step_by(16) {
            prefetch(&self.synapses[connection]);
        }
        self.delays.prefetch(first as usize, end as usize);
    }

    /// Makes the events of an epoch ready.
    pub(super) fn begin_epoch(&mut self, first: u64, steps: u64) {
        if !self.is_empty() {
            self.waiting.begin_epoch(first, steps);
        }
    }

    /// What happens in a step: the events that are due, and the spikes of this unit. Calls `add` with each receiver and what
    /// an event adds; how many events those were.
    pub(super) fn advance(
        &mut self,
        step: u64,
        spikes: &[Spike],
        mut add: impl FnMut(u32, f64),
    ) -> u64 {
        let (rules, due) = (&self.rules, &mut self.due);
        let count = self.waiting.each_due(step, |entry| {
            let rule = rule_of(rules, entry.receiver);
            let synapse = entry.receiver - rules[rule].first;
            rules[rule].prefetch(synapse);
            due[rule].push((synapse, entry.weight));
        });
        for (rule, due) in self.rules.iter_mut().zip(&mut self.due) {
            rule.advance(due, spikes, &mut add);
            due.clear();
        }
        count
    }

    /// A reward for the synapses of a rule at `time`; `false` if their changes do not wait for one.
    pub(crate) fn reward(&mut self, rule: u16, reward: f64, time: f64) -> bool {
        let own = self.rules.iter_mut().find(|r| r.number == rule);
        own.is_none_or(|r| r.reward(reward, time))
    }

    /// Calls `f` with each connection of a rule, by its number in the network, and its weight.
    pub(crate) fn each_weight(&self, rule: u16, mut f: impl FnMut(u32, f64)) {
        for own in self.rules.iter().filter(|r| r.number == rule) {
            own.weights().for_each(|(number, weight)| f(number, weight));
        }
    }

    /// Bytes held for events.
    pub(super) fn event_bytes(&self) -> usize {
        self.waiting.bytes()
    }

    /// Bytes held for connections.
    pub(super) fn bytes(&self) -> usize {
        let rules: usize = self.rules.iter().map(Rule::bytes).sum();
        let numbers = self.synapses.len() + self.own.len() + self.starts.len();
        rules + numbers * size_of::<u32>() + self.delays.bytes()
    }
}

/// Which rule a synapse is of.
fn rule_of(rules: &[Rule], synapse: u32) -> usize {
    rules.partition_point(|rule| rule.first <= synapse) - 1
}

impl Lists {
    /// Calls `f` with what is due in a step, in the order in which it was put; how many those are.
    fn each_due(&mut self, step: u64, f: impl FnMut(&Entry)) -> u64 {
        let Some((due, last)) = self.due(step) else {
            return 0;
        };
        self.open[due.clone()].iter().for_each(f);
        let count = due.len() as u64;
        if last {
            self.finish(due.end);
        }
        count
    }
}
