//! The steps of an epoch.

use crate::engine::sums::Calendar;

/// When the steps of an epoch end.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// Ends of the steps; the first is the beginning. Empty if there is no epoch.
    pub(crate) ends: Vec<f64>,
    /// Middles of these steps, and of those to which events can reach.
    middles: Vec<f64>,
    /// Number of the first step.
    pub(crate) first: u64,
}

impl Times {
    /// Of an epoch that begins at a time with step number `first`: `counts` are its steps, and how many more an event can
    /// reach.
    pub(crate) fn list(&mut self, (mut t, first): (f64, u64), dt: f64, counts: (u64, u64)) {
        self.clear();
        self.first = first;
        self.ends.push(t);
        for step in 0..=counts.0 + counts.1 {
            let middle = t + 0.5 * dt;
            self.middles.push(middle);
            // as NEURON adds it up, so that ties between events and steps fall alike
            t = middle + 0.5 * dt;
            if step < counts.0 {
                self.ends.push(t);
            }
        }
    }

    /// No epoch any more.
    pub(crate) fn clear(&mut self) {
        self.ends.clear();
        self.middles.clear();
    }

    /// Number of steps.
    pub(crate) fn steps(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// End of the last step.
    pub(crate) fn end(&self) -> f64 {
        self.ends[self.ends.len() - 1]
    }

    /// When events are delivered.
    pub(crate) fn calendar(&self, dt: f64) -> Calendar<'_> {
        Calendar {
            first: self.first,
            middles: &self.middles,
            per_ms: 1.0 / dt,
        }
    }
}
