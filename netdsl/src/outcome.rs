//! What comes out of a run.

use crate::handle::Population;
use netdsl_lang::check::list;
use netdsl_runtime::Report;
use netdsl_runtime::formats::csv;
use netdsl_runtime::instance;
use netdsl_runtime::record::{Spikes, Trace};
use netdsl_runtime::stream::{Streams, tell_size_limits};
use std::fmt;
use std::io::Write;
use std::path::Path;

/// A population as it was built.
#[derive(Clone, Debug, PartialEq)]
pub struct BuiltPopulation {
    /// Its name.
    pub name: String,
    /// Gid of its first cell; the others follow.
    pub first_gid: u32,
    /// Number of cells.
    pub cells: u32,
}

impl BuiltPopulation {
    pub(crate) fn all(instance: &instance::Instance) -> Vec<Self> {
        // a population without cells has the gid that its first cell would have
        let end = instance.cells.last().map_or(0, |cell| cell.gid + 1);
        let built = |population: &instance::Population| {
            let first = instance.cells.get(population.first as usize);
            Self {
                name: population.name.clone(),
                first_gid: first.map_or(end, |cell| cell.gid),
                cells: population.count,
            }
        };
        instance.populations.iter().map(built).collect()
    }

    pub(crate) fn holds(&self, gid: u32) -> bool {
        gid.checked_sub(self.first_gid)
            .is_some_and(|k| k < self.cells)
    }
}

/// Weights of a plastic rule over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WeightTrace {
    /// The rule.
    pub rule: String,
    /// By connection: gid of the presynaptic cell; `None` for a generator.
    pub pre: Vec<Option<u32>>,
    /// By connection: gid of the postsynaptic cell, ascending.
    pub post: Vec<u32>,
    /// When they were noted, ms.
    pub times: Vec<f64>,
    /// Their values, time by time and connection by connection.
    pub values: Vec<Vec<f64>>,
}

impl WeightTrace {
    pub(crate) fn of(rule: String) -> Self {
        Self {
            rule,
            ..Self::default()
        }
    }
}

/// The results of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub(crate) name: String,
    pub(crate) populations: Vec<BuiltPopulation>,
    pub(crate) spikes: Spikes,
    pub(crate) traces: Vec<Trace>,
    pub(crate) weights: Vec<WeightTrace>,
    pub(crate) summary: Summary,
    pub(crate) report: Report,
    pub(crate) streams: Option<Streams>,
}

impl Run {
    /// Name of the network.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files that results went to while the run went on, if it was told so: then it keeps neither spikes nor traces.
    #[must_use]
    pub fn streams(&self) -> Option<&Streams> {
        self.streams.as_ref()
    }

    /// The spikes of all cells.
    ///
    /// # Panics
    /// They are in a file: [`Run::streams`].
    #[must_use]
    #[track_caller]
    pub fn spikes(&self) -> SpikesOf<'_> {
        self.kept();
        SpikesOf {
            run: self,
            population: None,
        }
    }

    #[track_caller]
    fn kept(&self) {
        if let Some(streams) = &self.streams {
            let (spikes, traces) = (streams.spikes.display(), streams.traces.display());
            panic!(
                "this run wrote its results to {spikes} and {traces} (`stream`): read them there"
            );
        }
    }

    /// What was recorded, in the order asked for.
    ///
    /// # Panics
    /// It is in a file: [`Run::streams`].
    #[must_use]
    #[track_caller]
    pub fn traces(&self) -> &[Trace] {
        self.kept();
        &self.traces
    }

    /// The trace of that label.
    ///
    /// # Panics
    /// It is in a file: [`Run::streams`].
    #[must_use]
    #[track_caller]
    pub fn trace(&self, label: &str) -> Option<&Trace> {
        self.traces().iter().find(|trace| trace.label == label)
    }

    /// The weights of a rule over time, as [`SimulationBuilder::record_weights`](crate::SimulationBuilder::record_weights)
    /// asked for.
    #[must_use]
    pub fn weights(&self, rule: &str) -> Option<&WeightTrace> {
        self.weights.iter().find(|trace| trace.rule == rule)
    }

    /// Writes the weights that were noted as CSV: `rule,pre,post,time_ms,weight`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_weights(&self, path: impl AsRef<std::path::Path>) -> Result<(), crate::Error> {
        let mut text = "rule,pre,post,time_ms,weight\n".to_owned();
        for trace in &self.weights {
            for (time, values) in trace.times.iter().zip(&trace.values) {
                let ends = trace.pre.iter().zip(&trace.post);
                for ((pre, post), weight) in ends.zip(values) {
                    let pre = pre.map_or(String::new(), |gid| gid.to_string());
                    text += &format!("{},{pre},{post},{time},{weight}\n", trace.rule);
                }
            }
        }
        write(path.as_ref(), &text)
    }

    /// The populations, in gid order.
    #[must_use]
    pub fn populations(&self) -> &[BuiltPopulation] {
        &self.populations
    }

    /// Sizes, rates and times, to be printed.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Where time and memory went, to be printed.
    ///
    /// ```
    /// # use netdsl::prelude::*;
    /// # cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um, hh } } }
    /// # population! { pub E: Cell { cells: 20 } }
    /// # let network = network! { populations: [E] }?;
    /// let run = netdsl::Simulation::builder().duration(10.ms()).build(network)?.run()?;
    /// assert!(run.report().ns_per_compartment_step() > 0.0);
    /// println!("{}", run.report());
    /// # Ok::<(), netdsl::Error>(())
    /// ```
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The spikes of all cells as a figure: time across, cells by population.
    ///
    /// ```no_run
    /// # fn f(run: netdsl::Run) -> Result<(), netdsl::Error> {
    /// run.raster().save("raster.svg")?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// The spikes are in a file: [`Run::streams`].
    #[cfg(feature = "analysis")]
    #[must_use]
    #[track_caller]
    pub fn raster(&self) -> netdsl_analysis::Figure {
        self.kept();
        let populations: Vec<_> = self
            .populations
            .iter()
            .map(|p| netdsl_analysis::Population {
                name: &p.name,
                first_gid: p.first_gid,
                count: p.cells,
            })
            .collect();
        let data = netdsl_analysis::SpikeData {
            populations: &populations,
            times: &self.spikes.times,
            gids: &self.spikes.gids,
            duration: self.duration(),
        };
        netdsl_analysis::raster(&data)
            .expect("the spikes of a run are those of its cells, within its duration")
    }

    /// Writes the spikes as `t_ms,gid`, one a line, whole or not at all; copies the file that they went to, if they did.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_spikes(&self, path: impl AsRef<std::path::Path>) -> Result<(), crate::Error> {
        match &self.streams {
            Some(streams) => copy(&streams.spikes, path.as_ref()),
            None => write(path.as_ref(), &csv::spikes(&self.spikes)),
        }
    }

    /// Writes what was recorded as `label,unit,t_ms,value`, one sample a line, whole or not at all; copies the file that
    /// it went to, if it did: that is ordered by time.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save_traces(&self, path: impl AsRef<std::path::Path>) -> Result<(), crate::Error> {
        match &self.streams {
            Some(streams) => copy(&streams.traces, path.as_ref()),
            None => write(path.as_ref(), &csv::traces(&self.traces)),
        }
    }

    /// Duration, ms.
    #[must_use]
    pub fn duration(&self) -> f64 {
        self.summary.duration
    }
}

/// The spikes of a run, of all cells or of one population, in the order (time, gid).
#[derive(Clone, Copy, Debug)]
pub struct SpikesOf<'r> {
    run: &'r Run,
    population: Option<&'r BuiltPopulation>,
}

impl<'r> SpikesOf<'r> {
    /// The spikes of a declared population: `run.spikes().of(E)`.
    ///
    /// # Panics
    /// The network that was run has no such population.
    #[must_use]
    #[track_caller]
    pub fn of<P: Population>(self, _population: P) -> Self {
        self.of_population(P::NAME).unwrap_or_else(|| {
            let known: Vec<&str> = self
                .run
                .populations
                .iter()
                .map(|p| p.name.as_str())
                .collect();
            panic!(
                "the network has no population `{}`, but {}",
                P::NAME,
                list(&known)
            )
        })
    }

    /// The spikes of the population called `name`; `None` if the network has none of that name.
    #[must_use]
    pub fn of_population(self, name: &str) -> Option<Self> {
        let population = self.run.populations.iter().find(|p| p.name == name)?;
        Some(Self {
            population: Some(population),
            ..self
        })
    }

    /// (time in ms, gid).
    pub fn iter(self) -> impl Iterator<Item = (f64, u32)> + 'r {
        let wanted = self.population;
        let all = self.run.spikes.iter();
        all.filter(move |(_, gid)| wanted.is_none_or(|p| p.holds(*gid)))
    }

    /// Times, ms.
    #[must_use]
    pub fn times(self) -> Vec<f64> {
        self.iter().map(|(time, _)| time).collect()
    }

    /// Gids, in the order of the times.
    #[must_use]
    pub fn gids(self) -> Vec<u32> {
        self.iter().map(|(_, gid)| gid).collect()
    }

    /// Number of spikes.
    #[must_use]
    pub fn len(self) -> usize {
        match self.population {
            None => self.run.spikes.len(),
            Some(_) => self.iter().count(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    /// Mean rate of a cell, Hz.
    #[must_use]
    pub fn rate(self) -> f64 {
        let cells = match self.population {
            Some(population) => population.cells,
            None => self.run.populations.iter().map(|p| p.cells).sum(),
        };
        rate(self.len(), cells, self.run.summary.duration)
    }
}

/// Writes a file whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), crate::Error> {
    whole(path, |unfinished| {
        let mut file = std::fs::File::create(unfinished)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    })
}

/// Copies a file whole or not at all.
fn copy(from: &Path, to: &Path) -> Result<(), crate::Error> {
    let same = from.canonicalize().ok() == to.canonicalize().ok();
    if same && from.exists() {
        return Ok(());
    }
    whole(to, |unfinished| std::fs::copy(from, unfinished).map(|_| ()))
}

/// A file gets its name when `make` has completed it under another; what could not be completed is removed.
fn whole(path: &Path, make: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<(), crate::Error> {
    tell_size_limits();
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    let unfinished = path.with_file_name(name);
    let made = make(&unfinished).and_then(|()| std::fs::rename(&unfinished, path));
    made.map_err(|cause| {
        let _ = std::fs::remove_file(&unfinished);
        crate::Error::File {
            path: path.to_path_buf(),
            cause: cause.to_string(),
        }
    })
}

/// Mean rate of `cells` cells that spiked `spikes` times in `duration` ms, Hz; 0 without cells.
pub(crate) fn rate(spikes: usize, cells: u32, duration: f64) -> f64 {
    if cells == 0 || duration <= 0.0 {
        return 0.0;
    }
    spikes as f64 / f64::from(cells) / (duration / 1000.0)
}

/// Sizes, rates and times of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Cells.
    pub cells: u64,
    /// Compartments with membrane.
    pub compartments: u64,
    /// Synapses and electrodes.
    pub points: u64,
    /// Connections, those of stimuli included.
    pub connections: u64,
    /// (name, cells, spikes, mean rate in Hz) of each population.
    pub populations: Vec<(String, u32, usize, f64)>,
    /// Duration, ms.
    pub duration: f64,
    /// Time to build, s.
    pub build_s: f64,
    /// Time to integrate, s.
    pub run_s: f64,
    /// Threads used.
    pub threads: u64,
    /// What was built or asked for, and does nothing.
    pub notes: Vec<String>,
}

impl Summary {
    /// How many times longer than the simulated time the run took.
    #[must_use]
    pub fn times_real_time(&self) -> f64 {
        self.run_s / (self.duration / 1000.0)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} cells, {} compartments, {} synapses and electrodes, {} connections",
            self.cells, self.compartments, self.points, self.connections
        )?;
        let widest = self
            .populations
            .iter()
            .map(|(name, ..)| name.len())
            .max()
            .unwrap_or(0);
        for (name, cells, spikes, rate) in &self.populations {
            writeln!(
                f,
                "  {name:widest$}  {cells:>8} cells  {spikes:>9} spikes  {rate:>8.3} Hz"
            )?;
        }
        for note in &self.notes {
            writeln!(f, "  note: {note}")?;
        }
        let threads = if self.threads == 1 {
            "thread"
        } else {
            "threads"
        };
        write!(
            f,
            "built in {:.3} s; {:.0} ms simulated in {:.3} s on {} {threads}: {:.2} times real time",
            self.build_s,
            self.duration,
            self.run_s,
            self.threads,
            self.times_real_time()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> Run {
        let population = |name: &str, first_gid, cells| BuiltPopulation {
            name: name.into(),
            first_gid,
            cells,
        };
        Run {
            name: "example".into(),
            populations: vec![population("E", 0, 2), population("I", 2, 1)],
            spikes: Spikes {
                times: vec![1.0, 2.0, 2.5],
                gids: vec![0, 2, 1],
            },
            traces: Vec::new(),
            weights: Vec::new(),
            summary: Summary {
                cells: 3,
                populations: vec![("E".into(), 2, 2, 2.0), ("I".into(), 1, 1, 2.0)],
                duration: 500.0,
                run_s: 0.25,
                threads: 1,
                ..Summary::default()
            },
            report: Report::default(),
            streams: None,
        }
    }

    #[test]
    fn spikes_by_population() {
        let run = run();
        let e = run.spikes().of_population("E").unwrap();
        assert_eq!(
            (e.times(), e.gids(), e.len()),
            (vec![1.0, 2.5], vec![0, 1], 2)
        );
        assert_eq!(e.rate(), 2.0);
        assert_eq!(run.spikes().len(), 3);
        assert!(run.spikes().of_population("X").is_none());
    }

    #[test]
    fn a_summary_reads_well() {
        let text = run().summary().to_string();
        assert!(text.contains("3 cells, 0 compartments"), "{text}");
        assert!(
            text.contains("E         2 cells          2 spikes     2.000 Hz"),
            "{text}"
        );
        assert!(
            text.contains("500 ms simulated in 0.250 s on 1 thread: 0.50 times real time"),
            "{text}"
        );
    }
}
