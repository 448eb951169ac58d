//! What the first rank writes: the spikes, and the samples of all ranks in the order of the steps.

use super::file::{Mark, StreamFile};
use super::{StreamError, Streams};
use crate::bytes::{Bytes, Cut, Put};
use crate::engine::step_of;
use crate::formats::csv;
use crate::ranks::Gathered;
use crate::record::{ProbeKey, Spikes, Trace};
use std::collections::VecDeque;
use std::io::Write;
use std::ops::Range;

/// Both files, and how far they are.
#[derive(Debug)]
pub(crate) struct Writer {
    streams: Streams,
    /// `None` until the first is written, or a checkpoint says where to go on.
    files: Option<Files>,
    /// In the order of their keys.
    series: Vec<Series>,
    /// By rank: which series its recorders are, in their order.
    places: Vec<Vec<u32>>,
    /// By cell: spikes so far.
    counts: Vec<u64>,
}

#[derive(Debug)]
struct Files {
    spikes: StreamFile,
    traces: StreamFile,
}

/// The samples of one probe.
#[derive(Debug)]
struct Series {
    /// Label and unit, as lines begin.
    head: String,
    interval: f64,
    /// Samples written.
    written: u64,
    waiting: VecDeque<f64>,
}

/// Describes a probe to the first rank.
pub(crate) fn describe(key: ProbeKey, trace: &Trace, into: &mut Vec<u8>) {
    key.iter().for_each(|k| into.put_u32(*k));
    into.put_f64(trace.interval);
    into.put_str(&csv::series(&trace.label, &trace.unit));
}

/// The probes of a rank.
fn described(bytes: &[u8]) -> Result<Vec<(ProbeKey, Series)>, Cut> {
    let mut bytes = Bytes(bytes);
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let key = [bytes.u32()?, bytes.u32()?, bytes.u32()?];
        let series = Series {
            interval: bytes.f64()?,
            head: bytes.str()?.to_owned(),
            written: 0,
            waiting: VecDeque::new(),
        };
        all.push((key, series));
    }
    Ok(all)
}

impl Writer {
    /// For so many cells, and the probes that all ranks describe; nothing is written yet.
    pub(crate) fn new(streams: Streams, cells: usize, probes: &Gathered) -> Result<Self, Cut> {
        let mut all = Vec::new();
        let mut places = Vec::new();
        for (rank, bytes) in probes.iter().enumerate() {
            let own = described(bytes)?;
            places.push(vec![0; own.len()]);
            let own = own.into_iter().enumerate();
            all.extend(own.map(|(place, (key, series))| (key, series, (rank, place))));
        }
        all.sort_by_key(|(key, ..)| *key);
        let mut series = Vec::new();
        for (k, (_, one, (rank, place))) in (0..).zip(all) {
            places[rank][place] = k;
            series.push(one);
        }
        Ok(Self {
            streams,
            files: None,
            series,
            places,
            counts: vec![0; cells],
        })
    }

    /// Spikes so far, by cell.
    pub(crate) fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Counts a spike that will be written.
    pub(crate) fn count(&mut self, cell: usize) {
        self.counts[cell] += 1;
    }

    /// Takes the samples of a rank's recorders.
    pub(crate) fn take(&mut self, rank: usize, samples: &[u8]) -> Result<(), Cut> {
        let mut samples = Bytes(samples);
        for place in &self.places[rank] {
            let count = samples.count(size_of::<f64>())?;
            let waiting = &mut self.series[*place as usize].waiting;
            for _ in 0..count {
                waiting.push_back(samples.f64()?);
            }
        }
        Ok(())
    }

    /// Writes these spikes, and the samples that wait, which are from these steps of so many ms.
    pub(crate) fn write(
        &mut self,
        spikes: &Spikes,
        steps: Range<u64>,
        dt: f64,
    ) -> Result<(), StreamError> {
        if self.files.is_none() {
            self.files = Some(Files::begin(&self.streams)?);
        }
        let Some(files) = &mut self.files else {
            return Ok(());
        };
        for (t, gid) in spikes.iter() {
            files.spikes.add(|line| {
                writeln!(line, "{t},{gid}").expect("a Vec takes bytes");
            })?;
        }
        files.spikes.flush()?;
        for step in steps {
            for series in &mut self.series {
                if step_of(series.written, series.interval, dt) <= step {
                    series.write_one(&mut files.traces)?;
                }
            }
        }
        files.traces.flush()
    }

    /// How far both files are; all of that is on disk then.
    pub(crate) fn marks(&mut self) -> Result<Marks, StreamError> {
        let files = match self.files.take() {
            Some(files) => files,
            None => Files::begin(&self.streams)?,
        };
        let files = self.files.insert(files);
        Ok(Marks {
            spikes: files.spikes.mark()?,
            traces: files.traces.mark()?,
            written: self.series.iter().map(|series| series.written).collect(),
            counts: self.counts.clone(),
        })
    }

    /// Goes on with the files of a checkpoint.
    pub(crate) fn go_on(&mut self, marks: &Marks) -> Result<(), StreamError> {
        self.files = Some(Files {
            spikes: StreamFile::go_on(&self.streams.spikes, marks.spikes)?,
            traces: StreamFile::go_on(&self.streams.traces, marks.traces)?,
        });
        self.counts.clone_from(&marks.counts);
        for (series, written) in self.series.iter_mut().zip(&marks.written) {
            series.written = *written;
            series.waiting.clear();
        }
        Ok(())
    }

    /// Whether a checkpoint has as many cells and probes.
    pub(crate) fn fits(&self, marks: &Marks) -> bool {
        (self.counts.len(), self.series.len()) == (marks.counts.len(), marks.written.len())
    }

    /// Gives both files their names, when both are complete.
    pub(crate) fn finish(&mut self) -> Result<(), StreamError> {
        let Some(mut files) = self.files.take() else {
            return Ok(());
        };
        files.spikes.complete()?;
        files.traces.complete()?;
        files.spikes.finish()?;
        files.traces.finish()
    }
}

impl Files {
    fn begin(streams: &Streams) -> Result<Self, StreamError> {
        Ok(Self {
            spikes: StreamFile::begin(&streams.spikes, csv::SPIKES_HEAD)?,
            traces: StreamFile::begin(&streams.traces, csv::TRACES_HEAD)?,
        })
    }
}

impl Series {
    fn write_one(&mut self, file: &mut StreamFile) -> Result<(), StreamError> {
        let Some(value) = self.waiting.pop_front() else {
            return Ok(());
        };
        let (head, t) = (&self.head, self.written as f64 * self.interval);
        self.written += 1;
        file.add(|line| writeln!(line, "{head},{t},{value}").expect("a Vec takes bytes"))
    }
}

/// What a checkpoint keeps of the files.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Marks {
    spikes: Mark,
    traces: Mark,
    /// Samples, by series.
    written: Vec<u64>,
    /// Spikes, by cell.
    counts: Vec<u64>,
}

impl Marks {
    /// As bytes.
    pub(crate) fn write(&self, into: &mut Vec<u8>) {
        for mark in [self.spikes, self.traces] {
            into.put_u64(mark.position);
            into.put(&mark.sum);
        }
        for numbers in [&self.written, &self.counts] {
            into.put_u64(numbers.len() as u64);
            numbers.iter().for_each(|n| into.put_u64(*n));
        }
    }

    /// From bytes.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Cut> {
        let mut bytes = Bytes(bytes);
        let marks = Self {
            spikes: mark(&mut bytes)?,
            traces: mark(&mut bytes)?,
            written: numbers(&mut bytes)?,
            counts: numbers(&mut bytes)?,
        };
        bytes.is_empty().then_some(marks).ok_or(Cut)
    }
}

fn mark(bytes: &mut Bytes<'_>) -> Result<Mark, Cut> {
    Ok(Mark {
        position: bytes.u64()?,
        sum: bytes.take(16)?.try_into().map_err(|_| Cut)?,
    })
}

fn numbers(bytes: &mut Bytes<'_>) -> Result<Vec<u64>, Cut> {
    let count = bytes.count(size_of::<u64>())?;
    (0..count).map(|_| bytes.u64()).collect()
}
