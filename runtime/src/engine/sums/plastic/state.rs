//! Plastic synapses and the events on their way, for checkpoints. A receiver's synapses are told in the order of the rules
//! and connections, whatever unit it is in.

use super::{Synapses, rule_of};
use crate::bytes::{Bytes, Cut, Put};

/// An event on its way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coming {
    receiver: u32,
    /// Which of the receiver's synapses.
    ordinal: u32,
    step: u64,
    time: f64,
}

impl Synapses {
    /// Synapses of a receiver.
    fn of(&self, receiver: u32) -> &[u32] {
        let ends = self.starts.get(receiver as usize..receiver as usize + 2);
        ends.map_or(&[], |ends| &self.own[ends[0] as usize..ends[1] as usize])
    }

    /// Events on their way from step `now` on, receiver by receiver, in the order in which they will be added.
    pub(in super::super) fn waiting(&self, now: u64) -> Vec<Coming> {
        let lists = &self.waiting;
        let all = lists.open.iter().chain(lists.spans.iter().flatten());
        let step = |step: u32| now + u64::from(step.wrapping_sub(now as u32));
        let mut places = vec![(0, 0); self.own.len()];
        for (receiver, ends) in (0..).zip(self.starts.windows(2)) {
            let own = &self.own[ends[0] as usize..ends[1] as usize];
            for (ordinal, synapse) in (0..).zip(own) {
                places[*synapse as usize] = (receiver, ordinal);
            }
        }
        let mut found: Vec<Coming> = all
            .map(|entry| {
                let (receiver, ordinal) = places[entry.receiver as usize];
                Coming {
                    receiver,
                    ordinal,
                    step: step(entry.step),
                    time: entry.weight,
                }
            })
            .collect();
        found.sort_by_key(|coming| (coming.receiver, coming.step));
        found
    }

    /// Forgets all events; the next step is `now`.
    pub(in super::super) fn forget_events(&mut self, now: u64) {
        self.waiting.restart(now);
    }

    /// Writes the synapses of a receiver, and its events among `waiting`.
    pub(in super::super) fn write_state(
        &self,
        receiver: Option<u32>,
        waiting: &[Coming],
        into: &mut Vec<u8>,
    ) {
        let own = receiver.map_or(&[][..], |receiver| self.of(receiver));
        into.put_u64(own.len() as u64);
        for &synapse in own {
            let rule = &self.rules[rule_of(&self.rules, synapse)];
            let s = (synapse - rule.first) as usize;
            into.put_f64s(&rule.numbers(s));
        }
        let Some(receiver) = receiver else {
            into.put_u64(0);
            return;
        };
        let first = waiting.partition_point(|coming| coming.receiver < receiver);
        let events = &waiting[first..];
        let count = events.partition_point(|coming| coming.receiver == receiver);
        into.put_u64(count as u64);
        for coming in &events[..count] {
            into.put_u32(coming.ordinal);
            into.put_u64(coming.step);
            into.put_f64(coming.time);
        }
    }

    /// Reads what [`Synapses::write_state`] wrote.
    pub(in super::super) fn read_state(
        &mut self,
        receiver: Option<u32>,
        from: &mut Bytes<'_>,
    ) -> Result<(), Cut> {
        let own = receiver.map_or(Vec::new(), |receiver| self.of(receiver).to_vec());
        if from.count(16)? != own.len() {
            return Err(Cut);
        }
        for &synapse in &own {
            let at = rule_of(&self.rules, synapse);
            let rule = &mut self.rules[at];
            let s = (synapse - rule.first) as usize;
            let mut numbers = from.f64s()?.into_iter();
            rule.each_number(s, |number| {
                *number = numbers.next().ok_or(Cut)?;
                Ok(())
            })?;
            if numbers.next().is_some() {
                return Err(Cut);
            }
        }
        for _ in 0..from.count(20)? {
            let (ordinal, step, time) = (from.u32()?, from.u64()?, from.f64()?);
            let synapse = own.get(ordinal as usize).ok_or(Cut)?;
            self.waiting.put(step, *synapse, time);
        }
        Ok(())
    }
}
