//! Where the time of steps goes, seen in some of them.

use std::time::Instant;

/// One step in so many is timed: often enough for shares of a percent, too seldom to cost one.
const EVERY: u64 = 16;

/// A part of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// Spikes found, events delivered.
    Events,
    /// Currents and the matrix.
    Currents,
    /// Voltages.
    Solve,
    /// States of mechanisms.
    States,
    /// Samples.
    Record,
}

impl Part {
    pub(crate) const ALL: [Self; 5] = [
        Self::Events,
        Self::Currents,
        Self::Solve,
        Self::States,
        Self::Record,
    ];
}

/// Seconds by part.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    seconds: [f64; 5],
    since: Option<Instant>,
}

impl Clock {
    /// A part of step number `step` begins.
    pub(crate) fn start(&mut self, step: u64) {
        self.since = step.is_multiple_of(EVERY).then(Instant::now);
    }

    /// The part ends, and the next begins.
    pub(crate) fn stop(&mut self, part: Part) {
        if let Some(since) = self.since {
            let now = Instant::now();
            self.seconds[part as usize] += (now - since).as_secs_f64();
            self.since = Some(now);
        }
    }

    /// Seconds of all steps, from those that were timed.
    pub(crate) fn seconds(&self, part: Part) -> f64 {
        self.seconds[part as usize] * EVERY as f64
    }
}
