//! Spikes and samples that go to files while the run goes on.
//!
//! The first rank writes: it has all spikes, and gets the samples of all ranks every so many steps. What is in the files
//! does not depend on when that happens.

use super::simulation::Simulation;
use crate::error::RunError;
use crate::ranks::{Elsewhere, Gathered, Lost, agree};
use crate::stream::{Marks, StreamError, Streams, Writer, describe};

/// Samples that wait on all ranks together, at most, unless an epoch has more.
const SAMPLES: u64 = 1 << 20;
/// Steps that results wait, at most.
const STEPS: u64 = 4000;

/// Files that grow while the run goes on.
#[derive(Debug)]
pub(super) struct Streaming {
    /// Steps after which what waits is written.
    every: u64,
    /// What is written ends with this step; `None` before anything is, the samples of step 0 too.
    reached: Option<u64>,
    /// Of the first rank.
    pub(super) writer: Option<Writer>,
}

impl Simulation {
    /// Writes results to files while the run goes on, instead of keeping them. Called by all ranks, before a checkpoint is
    /// resumed and before the run; the first rank writes.
    ///
    /// # Errors
    /// A rank ended.
    pub fn stream(&mut self, streams: Streams) -> Result<(), RunError> {
        let mut own = Vec::new();
        let mut probes = 0_u64;
        for recorder in self.recorders() {
            describe(
                self.keys[recorder.probe as usize],
                recorder.trace(),
                &mut own,
            );
            probes += 1;
        }
        let ranks = &*self.exchange.ranks;
        let mut all = Gathered::default();
        ranks.all_gather(&own, &mut all)?;
        let mut counts = [probes];
        crate::ranks::sum(ranks, &mut counts)?;
        let writer = (ranks.rank() == 0).then(|| {
            let writer = Writer::new(streams, self.gids.len(), &all);
            writer.expect("ranks run the same program, and describe whole probes")
        });
        self.streaming = Some(Streaming {
            every: (SAMPLES / counts[0].max(1)).clamp(1, STEPS),
            reached: None,
            writer,
        });
        Ok(())
    }

    /// Spikes of each cell (its gid, how many) that went to files, on the first rank.
    pub fn streamed_spikes(&self) -> Option<Vec<(u32, u64)>> {
        let writer = self.streaming.as_ref()?.writer.as_ref()?;
        let counts = writer.counts().iter().copied();
        Some(self.gids.iter().copied().zip(counts).collect())
    }

    /// Gives the files their names: the run is over.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn finish_streams(&mut self) -> Result<(), RunError> {
        self.write_streams()?;
        let own = self.writer().map_or(Ok(()), Writer::finish);
        self.told(own)
    }

    pub(super) fn writer(&mut self) -> Option<&mut Writer> {
        self.streaming.as_mut()?.writer.as_mut()
    }

    /// Makes the files, so that those which cannot be written are found before the run.
    pub(super) fn begin_streams(&mut self) -> Result<(), RunError> {
        let streaming = self.streaming.as_ref();
        match streaming.is_some_and(|streaming| streaming.reached.is_none()) {
            true => self.write_streams(),
            false => Ok(()),
        }
    }

    /// Writes what waits, if it is time: all ranks know when.
    pub(super) fn write_streams_if_due(&mut self, last: u64) -> Result<(), RunError> {
        let Some(streaming) = &self.streaming else {
            return Ok(());
        };
        let waited = self.step - streaming.reached.unwrap_or(0);
        if waited < streaming.every && self.step < last {
            return Ok(());
        }
        self.write_streams()
    }

    /// Writes what waits on all ranks.
    pub(super) fn write_streams(&mut self) -> Result<(), RunError> {
        let Some(mut streaming) = self.streaming.take() else {
            return Ok(());
        };
        let own = self.write_all(&mut streaming);
        streaming.reached = Some(self.step);
        self.streaming = Some(streaming);
        self.told(own?)
    }

    fn write_all(&mut self, streaming: &mut Streaming) -> Result<Result<(), StreamError>, Lost> {
        let mut own = Vec::new();
        self.each_recorder(|recorder| recorder.hand_over(&mut own));
        let mut writer = streaming.writer.as_mut();
        self.exchange.ranks.to_first(&own, &mut |rank, bytes| {
            if let Some(writer) = &mut writer {
                let taken = writer.take(rank, bytes);
                taken.expect("ranks run the same program, and send whole samples");
            }
        })?;
        let Some(writer) = writer else {
            return Ok(Ok(()));
        };
        let from = streaming.reached.map_or(0, |step| step + 1);
        let written = writer.write(&self.spikes, from..self.step + 1, self.dt);
        self.spikes.times.clear();
        self.spikes.gids.clear();
        Ok(written)
    }

    /// Where the files are, all of which is on disk then; `None` on other ranks than the first.
    pub(super) fn marks(&mut self) -> Result<Option<Marks>, RunError> {
        let marks = self.writer().map(Writer::marks).transpose();
        let own = marks.as_ref().map(|_| ()).map_err(Clone::clone);
        self.told(own)?;
        Ok(marks?)
    }

    /// Goes on with the files of a checkpoint that was written at the end of step number `step`.
    pub(super) fn resume_streams(&mut self, marks: &Marks, step: u64) -> Result<(), StreamError> {
        if let Some(streaming) = &mut self.streaming {
            streaming.reached = Some(step);
        }
        self.writer().map_or(Ok(()), |writer| writer.go_on(marks))
    }

    /// What went wrong on the first rank ends all.
    fn told(&self, own: Result<(), StreamError>) -> Result<(), RunError> {
        let message = own.as_ref().err().map(ToString::to_string);
        match agree(&*self.exchange.ranks, message.as_deref()) {
            Ok(()) => Ok(()),
            Err(Elsewhere::Lost(lost)) => Err(lost.into()),
            Err(Elsewhere::Told(others)) => Err(match own {
                Err(error) => error.into(),
                Ok(()) => RunError::Elsewhere(others.join("\n")),
            }),
        }
    }
}
