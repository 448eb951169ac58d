//! NetStims that only their own pauses set going, each with one connection whose events are summed: their events are
//! drawn where they are received, some steps ahead, and never meet a queue.
//!
//! The times are those that the mechanism itself computes, to the bit. Of those that reach an instance in a step, the
//! weights are added generator by generator.

use super::Calendar;
use crate::bytes::{Bytes, Cut, Put};
use crate::rng::{Stream, negexp_of_words};

/// Memory for what comes in the next steps, bytes: it stays in the first-level cache.
const SPAN_BYTES: usize = 24 << 10;

/// Numbers that are drawn together.
const DRAWN: usize = 8;

/// No further receiver.
const NONE: u32 = u32::MAX;

/// A generator as it is added: the parameters are those of its NetStim.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    /// Its number in the network.
    pub(crate) generator: u32,
    /// Instances that receive: one, and one that is there for recording alone.
    pub(crate) instances: [Option<u32>; 2],
    pub(crate) delay: f64,
    pub(crate) weight: f64,
    /// ms.
    pub(crate) interval: f64,
    pub(crate) number: f64,
    /// ms.
    pub(crate) start: f64,
    pub(crate) noise: f64,
    pub(crate) stream: [u32; 3],
}

#[derive(Debug)]
struct Renewal {
    receivers: [u32; 2],
    weight: f64,
    mean: f64,
    noise: f64,
    number: f64,
    sent: f64,
    stream: Stream,
    drawn: u64,
    /// Numbers `drawn` rounded down to a multiple of `DRAWN`, and those after it.
    numbers: [f64; DRAWN],
}

impl Renewal {
    fn draw(&mut self) -> f64 {
        let place = self.drawn as usize % DRAWN;
        if place == 0 {
            self.fill();
        }
        self.drawn += 1;
        self.numbers[place]
    }

    fn fill(&mut self) {
        let first = self.drawn - self.drawn % DRAWN as u64;
        let mut words = [0; DRAWN];
        self.stream.words_at(first, &mut words);
        self.numbers = negexp_of_words(words);
    }

    /// What NetStim's `pause()` computes.
    fn pause(&mut self) -> f64 {
        if self.noise == 0.0 {
            return self.mean;
        }
        let drawn = self.draw();
        (1.0 - self.noise) * self.mean + self.noise * self.mean * drawn
    }

    /// When the event after one at `time` is.
    fn after(&mut self, time: f64) -> f64 {
        self.sent += 1.0;
        let pause = self.pause();
        match self.sent >= self.number {
            true => f64::INFINITY,
            false => time + pause,
        }
    }
}

/// The first of these middles of steps that is not before `time`, which is at most the last.
#[inline]
fn step_of(time: f64, middles: &[f64], per_ms: f64) -> usize {
    // right but for rounding; no branches, which would be random
    let guess = (((time - middles[0]) * per_ms).max(0.0) as usize).min(middles.len() - 1);
    let later = guess + usize::from(time > middles[guess]);
    later - usize::from(later > 0 && time <= middles[later.saturating_sub(1)])
}

/// Generators of the instances of a unit.
#[derive(Debug, Default)]
pub(crate) struct Renewals {
    all: Vec<Renewal>,
    /// By generator: when its next event is.
    next: Vec<f64>,
    /// By generator, ms.
    delays: Vec<f64>,
    /// Middles of the steps of the epoch, of which the first has number `first`.
    middles: Vec<f64>,
    first: u64,
    per_ms: f64,
    /// By step of the span and receiver: sums of weights.
    sums: Vec<f64>,
    receivers: usize,
    /// Steps of the span, of which the first has number `span_first`.
    span: u64,
    span_first: u64,
    span_steps: u64,
}

impl Renewals {
    /// `receiver` tells the place of an instance among those that receive.
    pub(super) fn new(mut described: Vec<Described>, receiver: impl Fn(u32) -> u32) -> Self {
        described.sort_by_key(|d| d.generator);
        let mut renewals = Self::default();
        for generator in described {
            let noise = generator.noise.clamp(0.0, 1.0);
            let mean = match generator.interval {
                interval if interval <= 0.0 => 0.01,
                interval => interval,
            };
            let mut renewal = Renewal {
                receivers: generator.instances.map(|i| i.map_or(NONE, &receiver)),
                weight: generator.weight,
                mean,
                noise,
                number: generator.number,
                sent: 0.0,
                stream: Stream::new(
                    generator.stream[0],
                    generator.stream[1],
                    generator.stream[2],
                ),
                drawn: 0,
                numbers: [0.0; DRAWN],
            };
            let goes_on = generator.start >= 0.0 && generator.number > 0.0;
            let first = match goes_on {
                true => {
                    let pause = renewal.pause();
                    let wait = generator.start + pause - generator.interval * (1.0 - noise);
                    wait.max(0.0)
                }
                false => f64::INFINITY,
            };
            renewals.delays.push(generator.delay);
            renewals.next.push(first);
            renewals.all.push(renewal);
        }
        renewals
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// So many instances receive; epochs have so many steps.
    pub(super) fn set_epoch(&mut self, steps: u64, receivers: usize) {
        if self.is_empty() {
            return;
        }
        let row = receivers.max(1) * size_of::<f64>();
        self.receivers = receivers;
        self.span = ((SPAN_BYTES / row) as u64).clamp(1, steps.max(1));
        self.sums = vec![0.0; self.span as usize * receivers];
    }

    /// Events up to time 0: calls `add` with receiver and weight of each. How many they are.
    pub(super) fn start(&mut self, mut add: impl FnMut(u32, f64)) -> u64 {
        let mut count = 0;
        for k in 0..self.all.len() {
            while self.next[k] <= 0.0 && self.next[k] + self.delays[k] <= 0.0 {
                let renewal = &self.all[k];
                let own = renewal.receivers.into_iter().filter(|r| *r != NONE);
                own.for_each(|receiver| add(receiver, renewal.weight));
                self.next[k] = self.all[k].after(self.next[k]);
                count += 1;
            }
        }
        count
    }

    pub(super) fn begin_epoch(&mut self, calendar: &Calendar<'_>, steps: u64) {
        self.first = calendar.first;
        self.middles.clear();
        let own = calendar.middles.iter().take(steps as usize);
        self.middles.extend(own);
        self.per_ms = calendar.per_ms;
        (self.span_first, self.span_steps) = (calendar.first, 0);
    }

    /// Draws the events of the steps from number `step` on. How many they are.
    fn draw_span(&mut self, step: u64) -> u64 {
        let from = (step - self.first) as usize;
        let to = (from + self.span as usize).min(self.middles.len());
        (self.span_first, self.span_steps) = (step, (to - from) as u64);
        let middles = &self.middles[from..to];
        let Some(last) = middles.last() else { return 0 };
        self.sums.fill(0.0);
        let mut count = 0;
        for (k, renewal) in self.all.iter_mut().enumerate() {
            let mut next = self.next[k];
            let mut due = next + self.delays[k];
            while due <= *last {
                let row = step_of(due, middles, self.per_ms) * self.receivers;
                let [receiver, other] = renewal.receivers;
                self.sums[row + receiver as usize] += renewal.weight;
                if other != NONE {
                    self.sums[row + other as usize] += renewal.weight;
                }
                count += 1;
                next = renewal.after(next);
                due = next + self.delays[k];
            }
            self.next[k] = next;
        }
        count
    }

    /// Calls `add` with each receiver of events of step number `step` and the sum of their weights. How many events were
    /// drawn.
    pub(super) fn deliver(&mut self, step: u64, mut add: impl FnMut(u32, f64)) -> u64 {
        if self.all.is_empty() {
            return 0;
        }
        let drawn = match step.checked_sub(self.span_first) {
            Some(k) if k < self.span_steps => 0,
            _ => self.draw_span(step),
        };
        let at = (step - self.span_first) as usize * self.receivers;
        for (receiver, sum) in (0..).zip(&self.sums[at..at + self.receivers]) {
            if *sum != 0.0 {
                add(receiver, *sum);
            }
        }
        drawn
    }

    /// Bytes of their states.
    pub(super) fn bytes(&self) -> usize {
        self.all.len() * (size_of::<Renewal>() + 2 * size_of::<f64>())
    }

    /// Writes where those are that `receiver` hears, at the end of an epoch.
    pub(super) fn write_state(&self, receiver: Option<u32>, into: &mut Vec<u8>) {
        let own: Vec<usize> = self.of(receiver).collect();
        into.put_u64(own.len() as u64);
        for k in own {
            into.put_f64(self.next[k]);
            into.put_f64(self.all[k].sent);
            into.put_u64(self.all[k].drawn);
        }
    }

    /// Reads what [`Renewals::write_state`] wrote.
    pub(super) fn read_state(
        &mut self,
        receiver: Option<u32>,
        from: &mut Bytes<'_>,
    ) -> Result<(), Cut> {
        let own: Vec<usize> = self.of(receiver).collect();
        if from.count(24)? != own.len() {
            return Err(Cut);
        }
        for k in own {
            self.next[k] = from.f64()?;
            let renewal = &mut self.all[k];
            renewal.sent = from.f64()?;
            renewal.drawn = from.u64()?;
            if !renewal.drawn.is_multiple_of(DRAWN as u64) {
                renewal.fill();
            }
        }
        (self.span_first, self.span_steps) = (0, 0);
        Ok(())
    }

    fn of(&self, receiver: Option<u32>) -> impl Iterator<Item = usize> {
        let heard = move |renewal: &Renewal| Some(renewal.receivers[0]) == receiver;
        let all = self.all.iter().enumerate();
        all.filter(move |(_, r)| heard(r)).map(|(k, _)| k)
    }
}
