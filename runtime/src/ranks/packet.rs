//! What a rank tells the others at the end of an epoch: its spikes, compactly.
//!
//! A threshold is crossed at the end of a step: the step's number in the epoch says when. Other events have any time.

use crate::engine::{CROSSING_OFFSET, Spike};

/// What all ranks decide upon at the end of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// The first cell with a voltage that is no number; `u32::MAX` if there is none.
    pub(crate) broken: u32,
    /// What was asked for from outside: bits.
    pub(crate) asked: u8,
}

impl Word {
    /// Nothing to tell.
    pub(crate) const NOTHING: Self = Self {
        broken: u32::MAX,
        asked: 0,
    };

    /// What two ranks together have to tell.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            broken: self.broken.min(other.broken),
            asked: self.asked | other.asked,
        }
    }
}

/// Writes the spikes of an epoch whose steps end at `times` (the first is its beginning), and of generators that run
/// ahead.
pub(crate) fn write(
    word: Word,
    times: &[f64],
    (epoch, ahead): (&[&Spike], &[&Spike]),
    into: &mut Vec<u8>,
) {
    into.clear();
    into.extend(word.broken.to_le_bytes());
    into.push(word.asked);
    let counts = into.len();
    into.extend([0; 12]);
    let (mut stepped, mut exact) = (0_u32, 0_u32);
    for spike in epoch {
        if let Some(step) = step_of(spike.time, times) {
            into.extend(spike.emitter.to_le_bytes());
            into.extend(step.to_le_bytes());
            stepped += 1;
        }
    }
    let others = epoch.iter().filter(|s| step_of(s.time, times).is_none());
    for spike in others {
        put_exact(spike, into);
        exact += 1;
    }
    ahead.iter().for_each(|spike| put_exact(spike, into));
    for (k, count) in [stepped, exact, ahead.len() as u32].into_iter().enumerate() {
        into[counts + 4 * k..][..4].copy_from_slice(&count.to_le_bytes());
    }
}

fn put_exact(spike: &Spike, into: &mut Vec<u8>) {
    into.extend(spike.emitter.to_le_bytes());
    into.extend(spike.time.to_le_bytes());
}

/// The step at the end of which a threshold was crossed; `None` for events that have another time.
fn step_of(time: f64, times: &[f64]) -> Option<u16> {
    let step = times.partition_point(|t| t + CROSSING_OFFSET < time);
    let at = times.get(step)? + CROSSING_OFFSET;
    (at.to_bits() == time.to_bits())
        .then(|| u16::try_from(step).ok())
        .flatten()
}

/// Reads what [`write`] wrote, behind the spikes that are there.
pub(crate) fn read(
    bytes: &[u8],
    times: &[f64],
    epoch: &mut Vec<Spike>,
    ahead: &mut Vec<Spike>,
) -> Word {
    let mut rest = bytes;
    let word = Word {
        broken: u32::from_le_bytes(take(&mut rest)),
        asked: u8::from_le_bytes(take(&mut rest)),
    };
    let counts: [u32; 3] = std::array::from_fn(|_| u32::from_le_bytes(take(&mut rest)));
    for _ in 0..counts[0] {
        let emitter = u32::from_le_bytes(take(&mut rest));
        let step = u16::from_le_bytes(take(&mut rest));
        let time = times[usize::from(step)] + CROSSING_OFFSET;
        epoch.push(Spike { time, emitter });
    }
    let mut exact = |count, into: &mut Vec<Spike>| {
        for _ in 0..count {
            let emitter = u32::from_le_bytes(take(&mut rest));
            let time = f64::from_le_bytes(take(&mut rest));
            into.push(Spike { time, emitter });
        }
    };
    exact(counts[1], epoch);
    exact(counts[2], ahead);
    word
}

fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (first, rest) = bytes
        .split_first_chunk()
        .expect("ranks run the same program, and send whole packets");
    *bytes = rest;
    *first
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_bit_comes_back(
            crossings in prop::collection::vec((0_usize..50, any::<u32>()), 0..20),
            events in prop::collection::vec((any::<f64>(), any::<u32>()), 0..20),
            ahead in prop::collection::vec((any::<f64>(), any::<u32>()), 0..5),
            broken in any::<u32>(), asked in any::<u8>(), dt in 1e-6_f64..1.0,
        ) {
            let times: Vec<f64> = (0..50).map(|k| 3.0 + f64::from(k) * dt).collect();
            let spike = |&(time, emitter): &(f64, u32)| Spike { time, emitter };
            let mut epoch: Vec<Spike> = crossings
                .iter()
                .map(|&(k, emitter)| Spike { time: times[k] + CROSSING_OFFSET, emitter })
                .collect();
            let crossed = epoch.len();
            epoch.extend(events.iter().map(spike));
            let ahead: Vec<Spike> = ahead.iter().map(spike).collect();
            let word = Word { broken, asked };
            let mut bytes = Vec::new();
            let given: (Vec<_>, Vec<_>) = (epoch.iter().collect(), ahead.iter().collect());
            write(word, &times, (&given.0, &given.1), &mut bytes);
            prop_assert!(bytes.len() <= 17 + 6 * crossed + 12 * (events.len() + ahead.len()));
            let (mut seen, mut seen_ahead) = (Vec::new(), Vec::new());
            prop_assert_eq!(read(&bytes, &times, &mut seen, &mut seen_ahead), word);
            let bits = |all: &[Spike]| {
                let mut bits: Vec<_> = all.iter().map(|s| (s.time.to_bits(), s.emitter)).collect();
                bits.sort_unstable();
                bits
            };
            prop_assert_eq!(bits(&seen), bits(&epoch));
            prop_assert_eq!(bits(&seen_ahead), bits(&ahead));
        }
    }
}
