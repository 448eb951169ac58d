//! Samples a number that is stored in a unit of work.

use crate::record::Trace;

/// One probe at work.
#[derive(Debug)]
pub(crate) struct Recorder {
    /// Number of the probe in the simulation.
    pub(crate) probe: u32,
    value: *const f64,
    trace: Trace,
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

    /// Goes on behind these samples; the last of them is from step number `step` at the latest.
    pub(crate) fn go_on(&mut self, values: Vec<f64>, step: u64) {
        self.trace.values = values;
        self.wait(step);
    }

    /// Until the next sample is due, later than step number `step`.
    fn wait(&mut self, step: u64) {
        // sample k is taken at the step nearest to k * interval, as NEURON delivers the event that takes it
        let time = self.trace.values.len() as f64 * self.trace.interval;
        self.next_step = ((time / self.dt - 0.5 - 1e-9).ceil() as u64).max(step + 1);
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.trace
    }
}
