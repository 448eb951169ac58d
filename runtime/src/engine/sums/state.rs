//! Summed events on their way, for checkpoints.

use super::{Coming, Lists, Pending, Sums};
use crate::bytes::{Bytes, Cut};

impl Sums {
    /// What is on its way from step `now` on: instance, step and sum of weights, in the order in which they are added up.
    pub(crate) fn waiting(&self, now: u64) -> Vec<(u32, u64, f64)> {
        match &self.pending {
            Pending::Ring { sums, counts } => {
                let width = self.instances.len();
                let steps = now..now + counts.len() as u64;
                let row = |step: u64| (step as usize & (counts.len() - 1)) * width;
                let of_step = |step: u64| {
                    let own = &sums[row(step)..row(step) + width];
                    let all = self.instances.iter().zip(own);
                    let held = all.filter(|(_, sum)| **sum != 0.0);
                    held.map(move |(instance, sum)| (*instance, step, *sum))
                };
                steps.flat_map(of_step).collect()
            }
            Pending::Lists(lists) => {
                let all = lists.open.iter().chain(lists.spans.iter().flatten());
                all.map(|entry| {
                    let step = now + u64::from(entry.step.wrapping_sub(now as u32));
                    (self.instances[entry.receiver as usize], step, entry.weight)
                })
                .collect()
            }
        }
    }

    /// Forgets all events; the next step is `now`.
    pub(crate) fn forget_events(&mut self, now: u64) {
        match &mut self.pending {
            Pending::Ring { sums, counts } => {
                sums.fill(0.0);
                counts.fill(0);
            }
            Pending::Lists(lists) => lists.restart(now),
        }
        self.plastic.forget_events(now);
    }

    /// Events for an instance come in a step; `false` if no connection leads there.
    pub(crate) fn put_back(&mut self, instance: u32, step: u64, sum: f64) -> bool {
        let found = self.instances.binary_search(&instance);
        if let Ok(receiver) = found {
            let width = self.instances.len();
            self.pending.put(step, receiver as u32, sum, width);
        }
        found.is_ok()
    }

    /// Events for synapses whose weights change, from step `now` on.
    pub(crate) fn coming(&self, now: u64) -> Vec<Coming> {
        self.plastic.waiting(now)
    }

    /// Writes where the generators of an instance are, and its synapses whose weights change.
    pub(crate) fn write_sources(&self, instance: u32, coming: &[Coming], into: &mut Vec<u8>) {
        let found = self.instances.binary_search(&instance).ok();
        let receiver = found.map(|r| r as u32);
        self.renewals.write_state(receiver, into);
        self.plastic.write_state(receiver, coming, into);
    }

    /// Reads what [`Sums::write_sources`] wrote.
    pub(crate) fn read_sources(&mut self, instance: u32, from: &mut Bytes<'_>) -> Result<(), Cut> {
        let found = self.instances.binary_search(&instance).ok();
        let receiver = found.map(|r| r as u32);
        self.renewals.read_state(receiver, from)?;
        self.plastic.read_state(receiver, from)
    }
}

impl Lists {
    /// Forgets all events; the next step is `now`.
    pub(super) fn restart(&mut self, now: u64) {
        *self = Self {
            span: self.span,
            sums: std::mem::take(&mut self.sums),
            next: now,
            ..Self::default()
        };
        self.sums.fill((0.0, u64::MAX));
    }
}
