//! A run epoch by epoch: generators ahead, cells, one exchange between ranks, checkpoints.

use super::artificial::ArtificialUnit;
use super::instances::Spike;
use super::simulation::{Simulation, each, sorted};
use super::tile::Tile;
use super::work::{Epoch, Work};
use crate::checkpoint::{Checkpoints, STOP};
use crate::error::RunError;
use crate::ranks::packet::Word;
use std::time::Instant;

impl Simulation {
    /// Steps of an epoch that begins at step `first` of a run that ends with step `last`.
    fn steps_from(&self, first: u64, last: u64) -> u64 {
        self.steps_per_epoch.min(last - first)
    }

    /// Runs generators through the epoch that begins at `from`: a time and the number of its first step.
    fn run_ahead(&mut self, from: (f64, u64), steps: u64) {
        let started = Instant::now();
        let (next, dt) = (&mut self.next, self.dt);
        next.list(from, dt, (steps, self.longest));
        let (end, ends, first) = (next.end(), &next.ends, next.first);
        let ahead = |unit: &mut ArtificialUnit| unit.run_epoch(end, ends, dt, first);
        each(self.parallel, &mut self.generators, ahead);
        for unit in &mut self.generators {
            self.coming.append(&mut unit.instances.spikes);
        }
        self.own.artificial_s += started.elapsed().as_secs_f64();
    }

    /// Runs an epoch of a run that ends with step `last`, and generators through the next one, so that one exchange
    /// between ranks does for both.
    pub(super) fn run_epoch(&mut self, last: u64) -> Result<(), RunError> {
        let steps = self.steps_from(self.step, last);
        if self.next.steps() == 0 {
            self.run_ahead((self.time, self.step), steps);
            let spikes = (&mut Vec::new(), &mut self.coming);
            self.exchange.spikes(Word::NOTHING, &[], spikes)?;
            self.send_coming();
        }
        std::mem::swap(&mut self.now, &mut self.next);
        self.next.clear();
        let mut spikes = std::mem::take(&mut self.emitted);
        // those of generators, which are on their way already
        spikes.append(&mut self.coming);
        spikes.append(&mut self.early);
        let epoch = Epoch {
            end: self.now.end(),
            times: &self.now.ends,
            dt: self.dt,
            first: self.step,
            calendar: self.now.calendar(self.dt),
        };
        each(self.parallel, &mut self.work, |work| work.run(epoch));
        let lost = |work: &Work| work.coupling.as_ref()?.lost;
        if let Some(gone) = self.work.iter().find_map(lost) {
            return Err(gone.into());
        }
        let mut found = Vec::new();
        std::mem::swap(&mut found, &mut self.found);
        for work in &mut self.work {
            work.each(|instances| found.append(&mut instances.spikes));
        }
        let after = self.step + steps;
        if after < last && !self.is_due(self.now.end()) {
            let steps = self.steps_from(after, last);
            self.run_ahead((self.now.end(), after), steps);
        }
        let started = Instant::now();
        let word = self.word();
        let all = (&mut found, &mut self.coming);
        let word = self.exchange.spikes(word, &self.now.ends, all)?;
        self.asked |= word.asked;
        for spike in sorted(&mut found) {
            self.routes.send(spike, &mut self.work);
        }
        spikes.append(&mut found);
        self.found = found;
        self.send_coming();
        self.record(&mut spikes);
        self.emitted = spikes;
        self.own.exchange_s += started.elapsed().as_secs_f64();
        let from = self.time;
        self.time = self.now.end();
        self.step = after;
        match word.broken {
            u32::MAX => Ok(()),
            gid => Err(RunError::NotANumber {
                gid,
                from,
                to: self.time,
            }),
        }
    }

    /// What this rank has to tell the others at the end of an epoch.
    fn word(&self) -> Word {
        let tiles = self.work.iter().flat_map(Work::tiles);
        Word {
            broken: tiles
                .filter_map(Tile::broken_cell)
                .min()
                .unwrap_or(u32::MAX),
            asked: self.checkpoints.as_ref().map_or(0, |c| c.asked.take()),
        }
    }

    /// A checkpoint is to be written at the end of an epoch, at that time: known before, on all ranks alike.
    fn is_due(&self, end: f64) -> bool {
        let Some(checkpoints) = &self.checkpoints else {
            return false;
        };
        let waited = end - self.last_kept + 1e-9;
        self.asked != 0 || checkpoints.every.is_some_and(|every| waited >= every)
    }

    /// Writes a checkpoint, if it is time for one.
    pub(super) fn keep_if_due(&mut self, last: u64) -> Result<(), RunError> {
        // generators may not have run ahead
        if self.next.steps() > 0 || self.step >= last || !self.is_due(self.time) {
            return Ok(());
        }
        self.write_checkpoint()?;
        let asked = std::mem::take(&mut self.asked);
        match &self.checkpoints {
            Some(Checkpoints { path, .. }) if asked & STOP != 0 => Err(RunError::Stopped {
                time: self.time,
                path: path.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Hands on the spikes of generators.
    fn send_coming(&mut self) {
        for spike in sorted(&mut self.coming) {
            self.routes.send(spike, &mut self.work);
        }
    }

    /// Notes the spikes of an epoch: on the first rank, and where an interval's code wants them.
    fn record(&mut self, spikes: &mut Vec<Spike>) {
        if let Some(heard) = &mut self.heard {
            for spike in sorted(spikes) {
                if let Some(&gid) = self.gids.get(spike.emitter as usize) {
                    heard.times.push(spike.time);
                    heard.gids.push(gid);
                }
            }
        }
        if self.exchange.ranks.rank() == 0 {
            for spike in sorted(spikes) {
                let cell = spike.emitter as usize;
                if let Some(&gid) = self.gids.get(cell) {
                    if let Some(writer) = self.streaming.as_mut().and_then(|s| s.writer.as_mut()) {
                        writer.count(cell);
                    }
                    self.spikes.times.push(spike.time);
                    self.spikes.gids.push(gid);
                }
            }
        }
        spikes.clear();
    }
}
