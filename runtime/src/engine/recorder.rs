//! Samples a number that is stored in a unit of work.

use crate::bytes::Put;
use crate::record::Trace;

/// One probe at work.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// Number of the probe in the simulation.
    pub(crate) probe: u32,
    value: *const f64,
    trace: Trace,
    /// Samples before those of the trace: they are in a file.
    taken: u64,
    dt: f64,
    next_step: u64,
}

// SAFETY: the pointer leads into a column of the unit that owns this recorder
unsafe impl Send for Recorder {}
// SAFETY: shared references do not follow it
unsafe impl Sync for Recorder {}

impl Recorder {
    /// Of the number at `value`; `interval` of 0 means every step.
    pub(crate) fn new(
        probe: u32,
        value: *const f64,
        label: &str,
        unit: &str,
        interval: f64,
        dt: f64,
    ) -> Self {
        let interval = if interval > 0.0 { interval } else { dt };
        let trace = Trace {
            label: label.to_string(),
            unit: unit.to_string(),
            interval,
            values: Vec::new(),
        };
        Self {
            probe,
            value,
            trace,
            taken: 0,
            dt,
            next_step: 0,
        }
    }

    /// Takes the sample if it is due at the end of step number `step` (0: after initialisation).
    #[inline]
    pub(crate) fn sample(&mut self, step: u64) {
        if step < self.next_step {
            return;
        }
        // SAFETY: see `Send`
        self.trace.values.push(unsafe { *self.value });
        self.wait(step);
    }

    /// Goes on behind these samples, and others that are in a file; the last of all is from step number `step` at the
    /// latest.
    pub(crate) fn go_on(&mut self, taken: u64, values: Vec<f64>, step: u64) {
        self.taken = taken;
        self.trace.values = values;
        self.wait(step);
    }

    /// Until the next sample is due, later than step number `step`.
    fn wait(&mut self, step: u64) {
        let next = self.taken + self.trace.values.len() as u64;
        self.next_step = step_of(next, self.trace.interval, self.dt).max(step + 1);
    }

    /// The samples since the last time, for a file.
    pub(crate) fn hand_over(&mut self, into: &mut Vec<u8>) {
        into.put_f64s(&self.trace.values);
        self.taken += self.trace.values.len() as u64;
        self.trace.values.clear();
    }

    /// Samples that were handed over.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.trace
    }
}

/// The step at the end of which sample `k` is taken: that nearest to `k * interval`, as NEURON delivers the event that takes
/// it, and a later one for each sample.
pub(crate) fn step_of(k: u64, interval: f64, dt: f64) -> u64 {
    let nearest = (k as f64 * interval / dt - 0.5 - 1e-9).ceil() as u64;
    nearest.max(k)
}
