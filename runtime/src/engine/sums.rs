//! Events that only add to states: of those that reach an instance in a step, the sum of the weights is all that counts.
//!
//! Sums are taken in the order in which the sources spiked (time, then number of the source), and of a source in the
//! order of its connections; never in the order of arrival.

mod plastic;
mod renewals;
mod state;

use crate::engine::instances::Spike;
use crate::plasticity::Plasticity;
use crate::simd::prefetch;
use crate::values::Values;

pub(crate) use plastic::{Coming, Plastic, Synapses};
pub(crate) use renewals::Described;
use renewals::Renewals;

/// Memory of a ring of sums beyond which events wait in lists, bytes.
const LARGEST_RING: usize = 256 << 10;

/// The longest delay of connections whose events are summed, in steps.
pub(crate) const LONGEST: f64 = 4096.0;

/// When the events of a step are delivered: those up to its middle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calendar<'t> {
    /// Number of the first step.
    pub(crate) first: u64,
    /// Middles of the steps from the first on: of those of the epoch, and as many more as the longest delay has.
    pub(crate) middles: &'t [f64],
    /// Steps a ms.
    pub(crate) per_ms: f64,
}

impl Calendar<'_> {
    /// Number of the step in which an event at `time` is delivered.
    #[inline]
    pub(crate) fn step(&self, time: f64) -> u64 {
        // right but for rounding
        let guess = (time - self.middles[0]) * self.per_ms;
        let mut k = (guess.ceil().max(0.0) as usize).min(self.middles.len() - 1);
        while time > self.middles[k] && k + 1 < self.middles.len() {
            k += 1;
        }
        while k > 0 && time <= self.middles[k - 1] {
            k -= 1;
        }
        self.first + k as u64
    }
}

/// A connection as it is added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summed {
    /// What emits.
    pub(crate) emitter: u32,
    /// Number of the connection in the network.
    pub(crate) number: u32,
    /// Instance of the unit that receives.
    pub(crate) instance: u32,
    pub(crate) delay: f64,
    pub(crate) weight: f64,
}

/// Where an instance keeps what grows, and what the weight is multiplied with.
#[derive(Clone, Debug)]
pub(crate) struct Growth {
    pub(crate) state: *mut f64,
    pub(crate) factors: Vec<Multiplier>,
}

/// What a weight is multiplied with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Multiplier {
    Number(f64),
    At(*const f64),
}

/// What events add to, by receiver.
#[derive(Debug, Default)]
struct Targets {
    /// `growths[starts[r]..starts[r + 1]]`.
    starts: Vec<u32>,
    growths: Vec<Growth>,
    /// Instead, if every receiver has one state, and one number at most that a weight is multiplied with.
    plain: Vec<(*mut f64, f64)>,
}

impl Targets {
    fn new(each: impl Iterator<Item = Vec<Growth>>) -> Self {
        let mut targets = Self {
            starts: vec![0],
            ..Self::default()
        };
        for growths in each {
            targets.growths.extend(growths);
            targets.starts.push(targets.growths.len() as u32);
        }
        let one_each = targets.growths.len() + 1 == targets.starts.len();
        let plain = |growth: &Growth| match growth.factors[..] {
            [] => Some((growth.state, 1.0)),
            [Multiplier::Number(factor)] => Some((growth.state, factor)),
            _ => None,
        };
        let plain: Option<Vec<_>> = targets.growths.iter().map(plain).collect();
        match plain {
            Some(plain) if one_each => Self {
                plain,
                ..Self::default()
            },
            _ => targets,
        }
    }

    #[inline]
    fn add(&self, receiver: u32, sum: f64) {
        if let Some((state, factor)) = self.plain.get(receiver as usize) {
            // SAFETY: leads into a column of the unit that owns this, which is exclusively borrowed
            unsafe { **state += sum * factor };
            return;
        }
        let own =
            self.starts[receiver as usize] as usize..self.starts[receiver as usize + 1] as usize;
        for growth in &self.growths[own] {
            // SAFETY: they lead into columns of the unit that owns this, which is exclusively borrowed
            unsafe {
                let times = |x: f64, multiplier: &Multiplier| match multiplier {
                    Multiplier::Number(number) => x * number,
                    Multiplier::At(place) => x * **place,
                };
                *growth.state += growth.factors.iter().fold(sum, times);
            }
        }
    }
}

/// An event on its way.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Low bits of the number of its step.
    step: u32,
    receiver: u32,
    weight: f64,
}

/// What is on its way.
#[derive(Debug)]
enum Pending {
    /// By step (modulo their number, a power of two) and receiver: sums of weights; by step: how many events.
    Ring {
        sums: Vec<f64>,
        counts: Vec<u32>,
    },
    Lists(Lists),
}

/// Events by span of steps; those of the present one in the order of their steps.
#[derive(Debug, Default)]
struct Lists {
    /// Spans to come, the first of which begins with step `next`.
    spans: std::collections::VecDeque<Vec<Entry>>,
    next: u64,
    /// Steps of a span.
    span: u64,
    /// Events of the epoch, by step from its first on, and of the rest of its last span.
    open: Vec<Entry>,
    sorting: Vec<Entry>,
    /// End of the events of each step of the epoch.
    ends: Vec<u32>,
    first: u64,
    /// By receiver: the sum, and the step that it is of.
    sums: Vec<(f64, u64)>,
    touched: Vec<u32>,
}

/// Connections of a unit whose events are summed.
#[derive(Debug)]
pub(crate) struct Sums {
    /// Emitters with connections here, ascending, each with its first connection.
    sources: Vec<(u32, u32)>,
    /// Index of the receiver of each connection.
    receivers: Vec<u32>,
    delays: Values,
    weights: Values,
    /// Instances that receive, ascending.
    instances: Vec<u32>,
    targets: Targets,
    pending: Pending,
    renewals: Renewals,
    /// Connections whose weights change.
    pub(crate) plastic: Synapses,
    /// Number of events that came.
    pub(crate) delivered: u64,
}

// SAFETY: the pointers lead into columns and programs that live as long as the unit that owns this
unsafe impl Send for Sums {}
// SAFETY: shared references do not follow them
unsafe impl Sync for Sums {}

impl Default for Sums {
    fn default() -> Self {
        Self::new(Vec::new(), Vec::new(), Vec::new(), |_| {
            Plasticity::default()
        })
    }
}

impl Sums {
    /// Takes connections in any order. `law` knows the rules of those whose weights change.
    pub(crate) fn new(
        mut connections: Vec<Summed>,
        renewals: Vec<Described>,
        plastic: Vec<Plastic>,
        law: impl Fn(u16) -> Plasticity,
    ) -> Self {
        connections.sort_unstable_by_key(|c| (c.emitter, c.number, c.instance));
        let driven = renewals.iter().flat_map(|r| r.instances).flatten();
        let own = connections.iter().map(|c| c.instance);
        let changing = plastic.iter().flat_map(|c| c.instances).flatten();
        let mut instances: Vec<u32> = own.chain(driven).chain(changing).collect();
        instances.sort_unstable();
        instances.dedup();
        instances.shrink_to_fit();
        let mut sources: Vec<(u32, u32)> = Vec::new();
        for (k, connection) in connections.iter().enumerate() {
            if sources.last().is_none_or(|s| s.0 != connection.emitter) {
                sources.push((connection.emitter, k as u32));
            }
        }
        sources.push((u32::MAX, connections.len() as u32));
        let receiver = |instance: u32| {
            let found = instances.binary_search(&instance);
            found.expect("all were collected") as u32
        };
        let renewals = Renewals::new(renewals, receiver);
        let plastic = Synapses::new(plastic, law, receiver);
        Self {
            sources,
            receivers: connections.iter().map(|c| receiver(c.instance)).collect(),
            delays: Values::new(connections.iter().map(|c| c.delay)),
            weights: Values::new(connections.iter().map(|c| c.weight)),
            instances,
            targets: Targets::default(),
            pending: Pending::Lists(Lists::default()),
            renewals,
            plastic,
            delivered: 0,
        }
    }

    /// The longest delay, ms.
    pub(crate) fn longest_delay(&self) -> f64 {
        let longest = self.delays.all().fold(0.0, f64::max);
        longest.max(self.plastic.longest_delay())
    }

    /// Tells what an event adds to each instance; after the columns have their final places.
    pub(crate) fn connect(&mut self, of: impl Fn(u32) -> Vec<Growth>) {
        self.targets = Targets::new(self.instances.iter().map(|instance| of(*instance)));
    }

    /// Steps of an epoch, and of the longest delay.
    pub(crate) fn set_epoch(&mut self, steps: u64, longest: u64) {
        let ring = (steps + longest + 2).next_power_of_two() as usize;
        let receivers = self.instances.len();
        self.renewals.set_epoch(steps, receivers);
        self.plastic.set_epoch(steps);
        self.pending = if ring * receivers * size_of::<f64>() <= LARGEST_RING {
            Pending::Ring {
                sums: vec![0.0; ring * receivers],
                counts: vec![0; ring],
            }
        } else {
            Pending::Lists(Lists {
                span: steps,
                sums: vec![(0.0, u64::MAX); receivers],
                ..Lists::default()
            })
        };
    }

    /// Emitters with connections here, each with the first of them and the one behind the last.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (u32, u32, u32)> {
        let pairs = self.sources.windows(2);
        pairs.map(|pair| (pair[0].0, pair[0].1, pair[1].1))
    }

    /// Who leads where is known elsewhere now.
    pub(crate) fn forget_sources(&mut self) {
        self.sources = Vec::new();
        self.plastic.forget_sources();
    }

    /// A spike before the first step; events up to time 0 come at once.
    pub(crate) fn receive_early(&mut self, emitter: u32, time: f64, calendar: &Calendar<'_>) {
        self.plastic.receive_early(emitter, time, calendar);
        let Ok(at) = self.sources.binary_search_by_key(&emitter, |s| s.0) else {
            return;
        };
        for connection in self.sources[at].1..self.sources[at + 1].1 {
            if time + self.delays.get(connection as usize) <= 0.0 {
                let receiver = self.receivers[connection as usize];
                self.targets
                    .add(receiver, self.weights.get(connection as usize));
                self.delivered += 1;
            } else {
                self.take_in(time, connection, connection + 1, calendar);
            }
        }
    }

    /// Events of generators up to time 0 come at once.
    pub(crate) fn start(&mut self) {
        let targets = &self.targets;
        let started = self
            .renewals
            .start(|receiver, weight| targets.add(receiver, weight));
        self.delivered += started;
    }

    /// A spike for these connections.
    pub(crate) fn take_in(&mut self, time: f64, first: u32, end: u32, calendar: &Calendar<'_>) {
        let range = first as usize..end as usize;
        let (receivers, weights, pending) = (&self.receivers, &self.weights, &mut self.pending);
        if let Values::Same(delay, _) = self.delays {
            let step = calendar.step(time + delay);
            return pending.put_all(step, &receivers[range.clone()], weights, range.start);
        }
        for k in range {
            let step = calendar.step(time + self.delays.get(k));
            pending.put(step, receivers[k], weights.get(k), self.instances.len());
        }
    }

    /// Asks for the memory of connections that will be taken in soon.
    pub(crate) fn prefetch(&self, first: u32, end: u32) {
        for connection in (first as usize..end as usize).step_by(16) {
            prefetch(&self.receivers[connection]);
        }
        self.delays.prefetch(first as usize, end as usize);
        self.weights.prefetch(first as usize, end as usize);
    }

    /// Makes the events of an epoch ready.
    pub(crate) fn begin_epoch(&mut self, calendar: &Calendar<'_>, steps: u64) {
        self.renewals.begin_epoch(calendar, steps);
        self.plastic.begin_epoch(calendar.first, steps);
        if let Pending::Lists(lists) = &mut self.pending
            && !self.instances.is_empty()
        {
            lists.begin_epoch(calendar.first, steps);
        }
    }

    /// Delivers the events of step number `step`.
    pub(crate) fn deliver(&mut self, step: u64) {
        let targets = &self.targets;
        match &mut self.pending {
            Pending::Ring { sums, counts } => {
                let width = self.instances.len();
                let row = step as usize & (counts.len() - 1);
                self.delivered += u64::from(std::mem::take(&mut counts[row]));
                let at = row * width;
                for (receiver, sum) in sums[at..at + width].iter_mut().enumerate() {
                    if *sum != 0.0 {
                        targets.add(receiver as u32, *sum);
                        *sum = 0.0;
                    }
                }
            }
            Pending::Lists(lists) => {
                self.delivered += lists.deliver(step, |receiver, sum| targets.add(receiver, sum));
            }
        }
        let add = |receiver, sum| targets.add(receiver, sum);
        self.delivered += self.renewals.deliver(step, add);
    }

    /// Delivers the events of step number `step` whose weights change; `spikes` are those of the unit in it.
    pub(crate) fn deliver_plastic(&mut self, step: u64, spikes: &[Spike]) {
        if !self.plastic.is_empty() {
            let targets = &self.targets;
            let add = |receiver, sum| targets.add(receiver, sum);
            self.delivered += self.plastic.advance(step, spikes, add);
        }
    }

    /// Bytes held for events.
    pub(crate) fn event_bytes(&self) -> usize {
        let pending = match &self.pending {
            Pending::Ring { sums, .. } => sums.len() * size_of::<f64>(),
            Pending::Lists(lists) => lists.bytes(),
        };
        pending + self.plastic.event_bytes()
    }

    /// Bytes held for connections.
    pub(crate) fn bytes(&self) -> usize {
        let connections = self.receivers.len() * size_of::<u32>();
        let numbers = self.delays.bytes() + self.weights.bytes();
        connections + numbers + self.renewals.bytes() + self.plastic.bytes()
    }
}

impl Pending {
    /// Events of one step for receivers one behind the other.
    #[inline]
    fn put_all(&mut self, step: u64, receivers: &[u32], weights: &Values, first: usize) {
        match self {
            Self::Ring { sums, counts } => {
                let width = sums.len() / counts.len();
                let row = step as usize & (counts.len() - 1);
                counts[row] += receivers.len() as u32;
                let at = row * width;
                let sums = &mut sums[at..at + width];
                weights.each(first, receivers.len(), |k, weight| {
                    sums[receivers[k] as usize] += weight;
                });
            }
            Self::Lists(lists) => {
                weights.each(first, receivers.len(), |k, weight| {
                    lists.put(step, receivers[k], weight);
                });
            }
        }
    }

    #[inline]
    fn put(&mut self, step: u64, receiver: u32, weight: f64, width: usize) {
        match self {
            Self::Ring { sums, counts } => {
                let row = step as usize & (counts.len() - 1);
                counts[row] += 1;
                sums[row * width + receiver as usize] += weight;
            }
            Self::Lists(lists) => lists.put(step, receiver, weight),
        }
    }
}

impl Lists {
    fn put(&mut self, step: u64, receiver: u32, weight: f64) {
        let entry = Entry {
            step: step as u32,
            receiver,
            weight,
        };
        if step < self.next {
            self.open.push(entry);
            return;
        }
        let span = ((step - self.next) / self.span) as usize;
        while self.spans.len() <= span {
            self.spans.push_back(Vec::new());
        }
        self.spans[span].push(entry);
    }

    fn begin_epoch(&mut self, first: u64, steps: u64) {
        while self.next < first + steps {
            if let Some(mut span) = self.spans.pop_front() {
                self.open.append(&mut span);
                // its memory is for later ones
                self.spans.push_back(span);
            }
            self.next += self.span;
        }
        self.first = first;
        // one behind the other, by step; what comes after the epoch, last
        let class = |entry: &Entry| u64::from(entry.step.wrapping_sub(first as u32)).min(steps);
        self.ends.clear();
        self.ends.resize(steps as usize + 2, 0);
        for entry in &self.open {
            self.ends[class(entry) as usize + 1] += 1;
        }
        for k in 1..self.ends.len() {
            self.ends[k] += self.ends[k - 1];
        }
        let none = Entry {
            step: 0,
            receiver: 0,
            weight: 0.0,
        };
        self.sorting.clear();
        self.sorting.resize(self.open.len(), none);
        for entry in &self.open {
            let next = &mut self.ends[class(entry) as usize];
            self.sorting[*next as usize] = *entry;
            *next += 1;
        }
        std::mem::swap(&mut self.open, &mut self.sorting);
    }

    /// Which of the open events are due in a step of the epoch, and whether it is its last.
    fn due(&self, step: u64) -> Option<(std::ops::Range<usize>, bool)> {
        // the last class is what comes after the epoch
        let in_epoch = |k: &usize| k + 2 < self.ends.len();
        let k = step.checked_sub(self.first).map(|k| k as usize);
        let k = k.filter(in_epoch)?;
        let start = if k == 0 { 0 } else { self.ends[k - 1] };
        let last = k + 3 == self.ends.len();
        Some((start as usize..self.ends[k] as usize, last))
    }

    /// Forgets the events of an epoch, which end there.
    fn finish(&mut self, end: usize) {
        self.open.drain(..end);
        self.ends.clear();
    }

    /// Calls `add` with each receiver of events of a step and the sum of their weights; how many events those were.
    fn deliver(&mut self, step: u64, mut add: impl FnMut(u32, f64)) -> u64 {
        let Some((range, last)) = self.due(step) else {
            return 0;
        };
        let end = range.end;
        let due = &self.open[range];
        let count = due.len() as u64;
        for entry in due {
            let sum = &mut self.sums[entry.receiver as usize];
            if sum.1 != step {
                *sum = (0.0, step);
                self.touched.push(entry.receiver);
            }
            sum.0 += entry.weight;
        }
        for receiver in self.touched.drain(..) {
            add(receiver, self.sums[receiver as usize].0);
        }
        if last {
            self.finish(end);
        }
        count
    }

    /// Bytes held.
    fn bytes(&self) -> usize {
        let spans: usize = self.spans.iter().map(Vec::capacity).sum();
        let waiting = spans + self.open.capacity() + self.sorting.capacity();
        waiting * size_of::<Entry>() + self.sums.len() * size_of::<(f64, u64)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DT: f64 = 0.1;

    /// What two receivers hold after so many epochs of 5 steps, by step, with a ring or with lists; spikes come at the
    /// ends of epochs.
    fn held(lists: bool) -> (Vec<[f64; 2]>, u64) {
        let mut states = [0.0; 2];
        let connection = |emitter, number, instance, delay, weight| Summed {
            emitter,
            number,
            instance,
            delay,
            weight,
        };
        let connections = vec![
            connection(3, 1, 10, 0.5, 1.0),
            connection(3, 0, 0, 0.5, 2.0),
            connection(5, 2, 0, 1.27, 4.0),
            connection(5, 3, 0, 3.0, 8.0),
        ];
        let mut sums = Sums::new(connections, Vec::new(), Vec::new(), |_| {
            Plasticity::default()
        });
        let places = [&raw mut states[0], &raw mut states[1]];
        sums.connect(|instance| {
            let state = places[instance as usize / 10];
            let factors = vec![Multiplier::Number(0.5)];
            vec![Growth { state, factors }]
        });
        let longest = (sums.longest_delay() / DT).ceil() as u64 + 1;
        sums.set_epoch(5, longest);
        if lists {
            sums.pending = Pending::Lists(Lists {
                span: 5,
                sums: vec![(0.0, u64::MAX); 2],
                ..Lists::default()
            });
        }
        let middle = |step: u64| (step as f64 + 0.5) * DT;
        let mut seen = Vec::new();
        for epoch in 0..10 {
            // the seventh is cut short
            let (first, steps) = if epoch < 7 {
                (epoch * 5, 5)
            } else {
                (epoch * 5 - 2, 5)
            };
            let steps = if epoch == 6 { 3 } else { steps };
            let middles: Vec<f64> = (first..first + 5 + longest).map(middle).collect();
            let calendar = Calendar {
                first,
                middles: &middles,
                per_ms: 1.0 / DT,
            };
            if epoch == 1 || epoch == 3 {
                let time = first as f64 * DT;
                sums.take_in(time, 0, 2, &calendar);
                sums.take_in(time, 2, 4, &calendar);
            }
            sums.begin_epoch(&calendar, steps);
            for step in first..first + steps {
                sums.deliver(step);
                // SAFETY: both live on this stack
                seen.push(places.map(|place| unsafe { *place }));
            }
        }
        (seen, sums.delivered)
    }

    #[test]
    fn sums_come_in_their_step() {
        let (seen, delivered) = held(false);
        assert_eq!(delivered, 8);
        let first = |k: usize, level: f64| seen.iter().position(|s| s[k] >= level);
        // spikes at 0.5 and 1.5 ms
        assert_eq!(first(0, 1.0), Some(10));
        assert_eq!(first(1, 0.5), Some(10));
        // 1.77 ms is nearest to the 18th step
        assert_eq!(first(0, 3.0), Some(18));
        assert_eq!(first(0, 4.0), Some(20));
        assert_eq!(first(0, 6.0), Some(28));
        assert_eq!(first(0, 10.0), Some(35));
        assert_eq!(seen.last(), Some(&[14.0, 1.0]));
    }

    #[test]
    fn rings_and_lists_hold_the_same() {
        assert_eq!(held(false), held(true));
    }
}
