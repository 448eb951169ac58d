//! Cells that only handle events. They are exact in time: nothing happens to them between events.

use crate::engine::instances::Instances;
use crate::engine::recorder::Recorder;
use std::sync::Arc;

/// A list of event times.
#[derive(Debug)]
pub(crate) struct Train {
    pub(crate) emitter: u32,
    pub(crate) times: Arc<[f64]>,
    next: usize,
}

impl Train {
    pub(crate) fn new(emitter: u32, times: Arc<[f64]>) -> Self {
        Self {
            emitter,
            times,
            next: 0,
        }
    }
}

/// Some artificial cells.
#[derive(Debug, Default)]
pub(crate) struct ArtificialUnit {
    pub(crate) instances: Instances,
    pub(crate) trains: Vec<Train>,
    pub(crate) recorders: Vec<Recorder>,
}

impl ArtificialUnit {
    /// Everything before `end`; samples are taken at the ends of steps `first + 1 ..= last` of length `dt`.
    pub(crate) fn run_epoch(&mut self, end: f64, times: &[f64], first: u64) {
        self.instances.begin_epoch(end);
        if !self.recorders.is_empty() {
            for (k, &t) in times.iter().enumerate().skip(1) {
                self.instances.deliver(before(t));
                for recorder in &mut self.recorders {
                    recorder.sample(first + k as u64);
                }
            }
        }
        self.instances.deliver(before(end));
        for train in &mut self.trains {
            while let Some(&time) = train.times.get(train.next).filter(|&&time| time < end) {
                self.instances.emit(train.emitter, time);
                train.next += 1;
            }
        }
    }
}

/// The greatest number below `t`: events at `t` belong to the next epoch.
fn before(t: f64) -> f64 {
    t.next_down()
}
