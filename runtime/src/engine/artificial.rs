//! Cells that only handle events. They are exact in time: nothing happens to them between events.

use crate::engine::instances::Instances;
use crate::engine::recorder::Recorder;
use crate::engine::state::Owner;
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

    /// All events before `now` have come.
    pub(crate) fn seek(&mut self, now: f64) {
        self.next = self.times.partition_point(|time| *time < now);
    }
}

/// Some artificial cells.
#[derive(Debug, Default)]
pub(crate) struct ArtificialUnit {
    pub(crate) instances: Instances,
    pub(crate) trains: Vec<Train>,
    /// Whose each instance is.
    pub(crate) owners: Vec<Owner>,
    pub(crate) recorders: Vec<Recorder>,
}

impl ArtificialUnit {
    /// Events at time 0, which are part of the initialisation, and the first samples.
    pub(crate) fn start(&mut self) {
        self.instances.begin_epoch(0.0);
        self.instances.deliver(0.0);
        self.play_trains(|time| time <= 0.0);
        for recorder in &mut self.recorders {
            recorder.sample(0);
        }
    }

    /// Everything before `end`; samples are taken at the ends of steps `first + 1 ..= last` of length `dt`, and show what
    /// came up to the middle of the step, as with cells that have a membrane.
    pub(crate) fn run_epoch(&mut self, end: f64, times: &[f64], dt: f64, first: u64) {
        self.instances.begin_epoch(end);
        if !self.recorders.is_empty() {
            for (k, &t) in times[..times.len() - 1].iter().enumerate() {
                self.instances.deliver(t + 0.5 * dt);
                for recorder in &mut self.recorders {
                    recorder.sample(first + k as u64 + 1);
                }
            }
        }
        self.instances.deliver(before(end));
        self.play_trains(|time| time < end);
    }

    fn play_trains(&mut self, due: impl Fn(f64) -> bool) {
        for train in &mut self.trains {
            while let Some(&time) = train.times.get(train.next).filter(|&&time| due(time)) {
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
