//! Writing the state of a simulation, and going on from it.

use super::recorder::Recorder;
use super::simulation::Simulation;
use super::state::{Owner, Stateful};
use super::work::{Units, Work};
use crate::bytes::{Bytes, Cut, Put};
use crate::checkpoint::{CheckpointError, Checkpoints, Reader, Record, Writer};
use crate::error::RunError;
use crate::ranks::totals::any;
use crate::ranks::{Elsewhere, Lost, agree};
use crate::record::{ProbeKey, Spikes};
use crate::stream::Marks;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

/// Bytes of a checkpoint that a rank gives to the first at a time, unless one unit of work has more.
const PIECE: usize = 4 << 20;

impl Simulation {
    /// Writes checkpoints from now on.
    pub fn keep(&mut self, checkpoints: Checkpoints) {
        self.last_kept = self.time();
        self.checkpoints = Some(checkpoints);
    }

    /// Goes on from a checkpoint of the same model, whatever ranks and threads wrote it. All ranks read the file.
    ///
    /// # Errors
    /// Files that are not whole, or of another model.
    pub fn resume(&mut self, path: &Path, fingerprint: [u8; 16]) -> Result<(), RunError> {
        let own = self.read_state(path, fingerprint);
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

    /// Writes the state at the end of an epoch through which no generator has run ahead.
    pub(super) fn write_checkpoint(&mut self) -> Result<(), RunError> {
        let Some(checkpoints) = self.checkpoints.clone() else {
            return Ok(());
        };
        self.write_streams()?;
        let marks = self.marks()?;
        self.settle_inboxes();
        let at = (self.time(), self.step);
        let path = &checkpoints.path;
        let first = self.exchange.ranks.rank() == 0;
        let begun = first.then(|| Writer::begin(path, checkpoints.fingerprint, at));
        let (mut writer, mut failed) = match begun {
            None => (None, None),
            Some(Ok(writer)) => (Some(writer), None),
            Some(Err(error)) => (None, Some(error)),
        };
        self.each_piece(marks.as_ref(), &mut |records| {
            if let Some(open) = &mut writer
                && let Err(error) = open.add(records)
            {
                failed = Some(error);
                writer = None;
            }
        })?;
        let finished = writer.map_or(Ok(()), Writer::finish);
        let ended: io::Result<()> = failed.map_or(finished, Err);
        let message = ended.err().map(|cause| {
            let (path, cause) = (path.clone(), cause.to_string());
            CheckpointError::Unwritable { path, cause }
        });
        let text = message.as_ref().map(ToString::to_string);
        self.last_kept = self.time();
        match agree(&*self.exchange.ranks, text.as_deref()) {
            Ok(()) => Ok(()),
            Err(Elsewhere::Lost(lost)) => Err(lost.into()),
            Err(Elsewhere::Told(others)) => Err(match message {
                Some(error) => error.into(),
                None => RunError::Elsewhere(others.join("\n")),
            }),
        }
    }

    /// Hands what waits in inboxes on to the events of each unit, where the state is looked for.
    fn settle_inboxes(&mut self) {
        let steps = (self.steps_per_epoch, self.longest);
        self.now.list((self.time, self.step), self.dt, steps);
        let calendar = self.now.calendar(self.dt);
        for work in &mut self.work {
            work.take_in(&calendar);
        }
    }

    /// Brings the state of all ranks to the first in pieces, of which each rank holds one.
    fn each_piece(&self, marks: Option<&Marks>, take: &mut dyn FnMut(&[u8])) -> Result<(), Lost> {
        let ranks = &*self.exchange.ranks;
        let recorders: Vec<&Recorder> = self.recorders().collect();
        let mut piece = Vec::new();
        if ranks.rank() == 0 {
            self.write_results(marks, &mut piece);
        }
        let (units, generators) = (self.work.len(), self.generators.len());
        let parts = units + generators + recorders.len();
        let mut part = 0;
        loop {
            while part < parts && piece.len() < PIECE {
                match part.checked_sub(units) {
                    None => self.write_unit(&self.work[part], &mut piece),
                    Some(k) if k < generators => {
                        self.write_cells(&self.generators[k], &mut piece);
                    }
                    Some(k) => self.write_samples(recorders[k - generators], &mut piece),
                }
                part += 1;
            }
            ranks.to_first(&piece, &mut |_, records| take(records))?;
            piece.clear();
            let mut more = [part < parts];
            any(ranks, &mut more)?;
            if !more[0] {
                return Ok(());
            }
        }
    }

    /// The spikes so far, or where the files are that they went to.
    fn write_results(&self, marks: Option<&Marks>, into: &mut Vec<u8>) {
        let mut bytes = Vec::new();
        if let Some(marks) = marks {
            marks.write(&mut bytes);
            Record::Streams.put([0; 3], &bytes, into);
            bytes.clear();
        }
        bytes.put_f64s(&self.spikes.times);
        self.spikes.gids.iter().for_each(|gid| bytes.put_u32(*gid));
        Record::Spikes.put([0; 3], &bytes, into);
    }

    fn write_unit(&self, work: &Work, into: &mut Vec<u8>) {
        match &work.units {
            Units::Artificial(unit) => self.write_cells(&**unit, into),
            Units::Tile(_) | Units::Coupled(_) => {
                let tiles = work.tiles().iter();
                tiles.for_each(|tile| self.write_cells(tile, into));
            }
        }
    }

    fn write_cells(&self, unit: &impl Stateful, into: &mut Vec<u8>) {
        unit.each_state(self.step, &mut |owner: Owner, bytes: &[u8]| {
            Record::Cell.put(owner.key(), bytes, into);
        });
    }

    fn write_samples(&self, recorder: &Recorder, into: &mut Vec<u8>) {
        let mut bytes = Vec::new();
        bytes.put_u64(recorder.taken());
        bytes.put_f64s(&recorder.trace().values);
        let key = self.keys[recorder.probe as usize];
        Record::Trace.put(key, &bytes, into);
    }

    fn read_state(&mut self, path: &Path, fingerprint: [u8; 16]) -> Result<(), CheckpointError> {
        let reader = Reader::open(path, fingerprint)?;
        let now = (reader.time, reader.step);
        let owners = self.owners();
        let keys: HashSet<ProbeKey> = self.keys.iter().copied().collect();
        let first = self.exchange.ranks.rank() == 0;
        let wanted = |record, key| match record {
            Record::Cell => owners.contains(&key),
            Record::Trace => keys.contains(&key),
            Record::Spikes => first,
            Record::Streams => true,
        };
        let mut found: HashMap<(Record, [u32; 3]), Vec<u8>> = HashMap::new();
        reader.records(wanted, |record, key, bytes| {
            found.insert((record, key), bytes);
        })?;
        let damaged = || CheckpointError::Damaged { path: path.into() };
        let marks = found.remove(&(Record::Streams, [0; 3]));
        if marks.is_some() != self.streaming.is_some() {
            return Err(CheckpointError::OtherResults {
                path: path.into(),
                streamed: marks.is_some(),
            });
        }
        self.restore(now, &found).ok_or_else(damaged)?;
        if let Some(bytes) = marks {
            let marks = Marks::read(&bytes).map_err(|_| damaged())?;
            if self.writer().is_some_and(|writer| !writer.fits(&marks)) {
                return Err(damaged());
            }
            self.resume_streams(&marks, now.1)?;
        }
        Ok(())
    }

    /// What the cells and generators of this rank are known by.
    fn owners(&self) -> HashSet<[u32; 3]> {
        let mut owners: HashSet<[u32; 3]> = HashSet::new();
        for work in &self.work {
            let gids = work.tiles().iter().flat_map(|tile| &tile.gids);
            owners.extend(gids.map(|gid| Owner::cell(*gid).key()));
            if let Units::Artificial(unit) = &work.units {
                owners.extend(unit.owners.iter().map(|owner| owner.key()));
            }
        }
        let generators = self.generators.iter().flat_map(|unit| &unit.owners);
        owners.extend(generators.map(|owner| owner.key()));
        owners
    }

    /// `None` if a record is missing, or does not fit.
    fn restore(
        &mut self,
        now: (f64, u64),
        found: &HashMap<(Record, [u32; 3]), Vec<u8>>,
    ) -> Option<()> {
        let mut find = |owner: Owner| found.get(&(Record::Cell, owner.key())).map(|b| &b[..]);
        for work in &mut self.work {
            work.forget_inbox();
            match &mut work.units {
                Units::Tile(tile) => tile.restore(now, &mut find).ok()?,
                Units::Coupled(tiles) => {
                    for tile in tiles {
                        tile.restore(now, &mut find).ok()?;
                    }
                }
                Units::Artificial(unit) => unit.restore(now, &mut find).ok()?,
            }
        }
        for unit in &mut self.generators {
            unit.restore(now, &mut find).ok()?;
        }
        let keys = std::mem::take(&mut self.keys);
        let mut all_found = true;
        self.each_recorder(|recorder| {
            let bytes = found.get(&(Record::Trace, keys[recorder.probe as usize]));
            match bytes.map(|bytes| samples(bytes)) {
                Some(Ok((taken, values))) => recorder.go_on(taken, values, now.1),
                _ => all_found = false,
            }
        });
        self.keys = keys;
        if self.exchange.ranks.rank() == 0 {
            let bytes = found.get(&(Record::Spikes, [0; 3]))?;
            self.spikes = spikes(bytes).ok()?;
        }
        self.early.clear();
        self.coming.clear();
        self.next.clear();
        (self.time, self.step) = now;
        self.last_kept = now.0;
        all_found.then_some(())
    }
}

/// How many are in a file, and those behind.
fn samples(bytes: &[u8]) -> Result<(u64, Vec<f64>), Cut> {
    let mut bytes = Bytes(bytes);
    Ok((bytes.u64()?, bytes.f64s()?))
}

fn spikes(bytes: &[u8]) -> Result<Spikes, Cut> {
    let mut bytes = Bytes(bytes);
    let times = bytes.f64s()?;
    let gids = times
        .iter()
        .map(|_| bytes.u32())
        .collect::<Result<_, _>>()?;
    Ok(Spikes { times, gids })
}
