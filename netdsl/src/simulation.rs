//! From a model to its results.

mod dry_run;
mod intervals;
mod keeping;

use intervals::{Code, Tasks};
pub use intervals::{Interval, Weight};

pub use dry_run::{DryRun, SampledRank};

use crate::cli::Options;
use crate::error::Error;
use crate::outcome::{BuiltPopulation, Run, Summary, rate};
use crate::quantity::{Temperature, Time, Voltage};
use crate::record;
use netdsl_lang::check::{Diagnostic, Diagnostics, Mechanisms, check_run};
use netdsl_lang::mech::abi::Draws;
use netdsl_lang::model::{Network, Recording, RunConfig, Scheme};
use netdsl_runtime::checkpoint::fingerprint;
use netdsl_runtime::config::{self, Config, Kernels};
use netdsl_runtime::instance::Instance;
use netdsl_runtime::instantiate::{instantiate, instantiate_share};
use netdsl_runtime::ranks::partition::Deal;
use netdsl_runtime::ranks::{
    Communicator, Elsewhere, Lost, Ranks, agree, same_everywhere, sum, world,
};
use netdsl_runtime::record::{Probe, ProbeKey};
use netdsl_runtime::stream::Streams;
use netdsl_runtime::{Catalogue, HookCode, Simulation as Engine, on_threads};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Time reached, ms.
    pub time: f64,
    /// Duration of the run, ms.
    pub duration: f64,
    /// Time that the run has taken, s.
    pub elapsed_s: f64,
}

type Listener = Box<dyn FnMut(Progress)>;

/// Settings of a simulation, to be completed by [`SimulationBuilder::build`]. What is not set comes from the model's own
/// `run`, then from NEURON's defaults: 0.025 ms steps, -65 mV, 6.3 °C, implicit Euler.
#[derive(Default)]
#[must_use]
pub struct SimulationBuilder {
    duration: Option<f64>,
    dt: Option<f64>,
    v_init: Option<f64>,
    celsius: Option<f64>,
    scheme: Option<Scheme>,
    use_tables: Option<bool>,
    threads: usize,
    kernels: Kernels,
    lanes: usize,
    apart: bool,
    record: Vec<Recording>,
    progress: Option<Listener>,
    ranks: Option<Ranks>,
    stay: bool,
    deal: Deal,
    checkpoint: Option<PathBuf>,
    checkpoint_every: Option<f64>,
    resume: Option<PathBuf>,
    stream: Option<PathBuf>,
    dry_run: Option<usize>,
    hooks: Vec<(String, String, HookCode)>,
    every: Vec<(f64, Code)>,
    record_weights: Vec<(f64, String)>,
}

impl SimulationBuilder {
    /// How long to run.
    pub fn duration(mut self, duration: Time) -> Self {
        self.duration = Some(duration.in_ms());
        self
    }

    /// The step.
    pub fn dt(mut self, dt: Time) -> Self {
        self.dt = Some(dt.in_ms());
        self
    }

    /// Initial voltage where a section has none of its own.
    pub fn v_init(mut self, v_init: Voltage) -> Self {
        self.v_init = Some(v_init.in_mv());
        self
    }

    /// Temperature.
    pub fn temperature(mut self, temperature: Temperature) -> Self {
        self.celsius = Some(temperature.in_deg_c());
        self
    }

    /// Integration scheme.
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.scheme = Some(scheme);
        self
    }

    /// Whether mechanisms interpolate their TABLEs where the model does not set their `usetable`.
    pub fn use_tables(mut self, use_tables: bool) -> Self {
        self.use_tables = Some(use_tables);
        self
    }

    /// Threads; 0, the default, for one on each core. Never changes results.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Which code runs mechanisms. Never changes results.
    pub fn kernels(mut self, kernels: Kernels) -> Self {
        self.kernels = kernels;
        self
    }

    /// Cells side by side in a group; 0, the default, for the measured best. Never changes results.
    pub fn lanes(mut self, lanes: usize) -> Self {
        self.lanes = lanes;
        self
    }

    /// Whether equal synapses at one compartment share their states where one can compute the sum of all, as Exp2Syn
    /// and others with linear equations allow: `true` if not said. Which ones do depends on the model alone, not on
    /// what is recorded or on threads; `false` adds the currents one by one, as NEURON does, which changes last bits.
    pub fn merge_synapses(mut self, merge: bool) -> Self {
        self.apart = !merge;
        self
    }

    /// Gives the function that takes the place of C in a mechanism of the model: of a FUNCTION or PROCEDURE by its name, or
    /// of the second VERBATIM of the file as `verbatim_2`. The mechanism declares the name
    /// ([`NetworkBuilder::mechanism_with_hooks`](crate::NetworkBuilder::mechanism_with_hooks)).
    ///
    /// `code` reads and changes the numbers that the error names which asks for the function: its result first, if it has
    /// one, then each argument, arrays element by element. Its results must depend on these and on what it draws alone.
    pub fn hook(
        mut self,
        mechanism: impl Into<String>,
        name: impl Into<String>,
        code: impl Fn(&mut dyn Draws, &mut [f64]) + Send + Sync + 'static,
    ) -> Self {
        let hook = (mechanism.into(), name.into(), HookCode::new(code));
        self.hooks.push(hook);
        self
    }

    /// Records a variable.
    pub fn record(mut self, recording: Recording) -> Self {
        self.record.push(recording);
        self
    }

    /// Runs on these ranks instead of all that the program was started as.
    pub fn ranks(mut self, ranks: Ranks) -> Self {
        self.ranks = Some(ranks);
        self
    }

    /// How cells are dealt out to ranks. Never changes results.
    pub fn deal(mut self, deal: Deal) -> Self {
        self.deal = deal;
        self
    }

    /// Whether all ranks return from [`Simulation::run`], as a program needs that runs several simulations. All results
    /// are with the first rank; the others get a [`Run`] without spikes, and with the traces of their cells alone. It is
    /// the program's matter that they print and write nothing.
    ///
    /// If not said, ranks but the first end in `run`, so that what comes after it is done once.
    pub fn every_rank_returns(mut self, stay: bool) -> Self {
        self.stay = stay;
        self
    }

    /// Keeps the state of the run in this file: when the process gets SIGUSR1, when it gets SIGTERM, which also ends the
    /// run, and as [`SimulationBuilder::checkpoint_every`] says. Each checkpoint replaces the one before. Never changes
    /// results.
    pub fn checkpoint(mut self, path: impl Into<PathBuf>) -> Self {
        self.checkpoint = Some(path.into());
        self
    }

    /// Simulated time between checkpoints.
    pub fn checkpoint_every(mut self, every: Time) -> Self {
        self.checkpoint_every = Some(every.in_ms());
        self
    }

    /// Goes on from a checkpoint of the same model, with the same results as a run that was never interrupted. Duration,
    /// ranks and threads may be others.
    pub fn resume(mut self, path: impl Into<PathBuf>) -> Self {
        self.resume = Some(path.into());
        self
    }

    /// Writes results while the run goes on, so that a run of any length takes no more memory: `spikes.csv` and `traces.csv`
    /// of this folder, which is made. They are called `….partial` until the run has ended. Spikes have the bytes of
    /// [`Run::save_spikes`]; traces have the lines of [`Run::save_traces`], ordered by time, then by recording.
    ///
    /// A run with checkpoints that is interrupted goes on in the same files; `resume` needs the same setting.
    pub fn stream(mut self, folder: impl Into<PathBuf>) -> Self {
        self.stream = Some(folder.into());
        self
    }

    /// Calls `listener` after each epoch, on the first rank.
    pub fn progress(mut self, listener: impl FnMut(Progress) + 'static) -> Self {
        self.progress = Some(Box::new(listener));
        self
    }

    /// Shows a bar with the time reached, if standard error is a terminal.
    pub fn show_progress(self) -> Self {
        const WIDTH: usize = 40;
        if !std::io::stderr().is_terminal() {
            return self;
        }
        let mut shown = usize::MAX;
        self.progress(move |progress| {
            let part = (progress.time / progress.duration).min(1.0);
            let percent = (100.0 * part).round() as usize;
            if percent != shown {
                shown = percent;
                let filled = (part * WIDTH as f64).round() as usize;
                let bar = format!("{}{}", "=".repeat(filled), " ".repeat(WIDTH - filled));
                let left = progress.elapsed_s * (1.0 - part) / part.max(1e-9);
                let end = if part >= 1.0 { "\n" } else { "" };
                eprint!(
                    "\r[{bar}] {percent:3} %  {:.0} ms, {left:.0} s left  {end}",
                    progress.time
                );
            }
        })
    }

    /// Takes what a command line says: duration, step, threads, checkpoints. Progress is shown unless it says `--quiet`.
    /// After `--dry-run`, `build` prints what it finds, and ends the program.
    pub fn options(mut self, options: &Options) -> Self {
        self.duration = options.duration.map(Time::in_ms).or(self.duration);
        self.dt = options.dt.map(Time::in_ms).or(self.dt);
        self.threads = options.threads.unwrap_or(self.threads);
        self.checkpoint = options.checkpoint.clone().or(self.checkpoint);
        let every = options.checkpoint_every.map(Time::in_ms);
        self.checkpoint_every = every.or(self.checkpoint_every);
        self.resume = options.resume.clone().or(self.resume);
        self.dry_run = options.dry_run.or(self.dry_run);
        if options.quiet {
            self
        } else {
            self.show_progress()
        }
    }

    /// Builds the network and makes it ready to run: all of it, or the part of each rank if mpirun or srun started several.
    ///
    /// # Errors
    /// All mistakes of the first stage that finds any: the model, the network drawn from it, the step. Of several ranks the
    /// first returns them, and the others end.
    pub fn build(mut self, network: Network) -> Result<Simulation, Error> {
        if let Some(ranks) = self.dry_run {
            println!("{}", self.dry_run(network, ranks)?);
            std::process::exit(0);
        }
        let ranks = match self.ranks.take() {
            Some(ranks) => ranks,
            None => world()?,
        };
        let built = self.build_on(&ranks, network);
        if built.is_err() {
            ranks.leave();
        }
        built
    }

    fn build_on(self, ranks: &Ranks, network: Network) -> Result<Simulation, Error> {
        let started = Instant::now();
        if !same_everywhere(&**ranks, &model_of(ranks, &network))? {
            return Err(Error::DifferentModels);
        }
        let (run, catalogue) = agreed(ranks, self.prepare(&network))?;
        let part = self.part(ranks, &network, &catalogue, &run);
        let (instance, probes) = agreed(ranks, part)?;
        let populations = BuiltPopulation::all(&instance);
        let notes = idle(&**ranks, &populations, &instance, run.duration)?;
        let config = self.config(&run);
        let mut engine = Engine::on_ranks(Arc::clone(ranks), instance, &catalogue, config, probes)?;
        let streams = self.open_streams(ranks, &mut engine)?;
        self.keep_or_resume(&mut engine, &network, &run)?;
        for (_, rule) in &self.record_weights {
            engine.check_plastic(rule)?;
        }
        let tasks = Tasks::new(self.every, self.record_weights, run.dt);
        Ok(Simulation {
            network,
            run,
            engine,
            populations,
            tasks,
            progress: self.progress.filter(|_| ranks.rank() == 0),
            ranks: Arc::clone(ranks),
            stay: self.stay,
            build_s: started.elapsed().as_secs_f64(),
            notes,
            streams,
        })
    }

    fn config(&self, run: &RunConfig) -> Config {
        Config {
            dt: run.dt,
            v_init: run.v_init,
            celsius: run.celsius,
            scheme: scheme(run.scheme),
            use_tables: run.use_tables,
            threads: self.threads,
            kernels: self.kernels,
            merge_synapses: !self.apart,
            lanes: self.lanes,
        }
    }

    /// Settings and mechanisms.
    fn prepare(&self, network: &Network) -> Result<(RunConfig, Catalogue), Error> {
        let run = self.run_config(network)?;
        self.check_intervals(run.dt)?;
        if self.checkpoint_every.is_some() && self.checkpoint.is_none() {
            let message = "checkpoints are wanted, but there is no file for them";
            let help = "name it: `.checkpoint(\"state.ckpt\")`, `--checkpoint state.ckpt`";
            let mut problems = Diagnostics::new();
            problems.push(Diagnostic::error(message).help(help));
            return Err(problems.into());
        }
        let mut catalogue = Catalogue::shipped();
        for program in Mechanisms::of(network)?.own() {
            catalogue.add_program(program.clone())?;
        }
        crate::native::offered(|table| catalogue.offer_native(table));
        crate::native::give_hooks(&mut catalogue)?;
        for (mechanism, name, code) in &self.hooks {
            catalogue.give_hook(mechanism, name, code.clone());
        }
        Ok((run, catalogue))
    }

    /// This rank's cells, the connections to them, and what is recorded of them.
    fn part(
        &self,
        ranks: &Ranks,
        network: &Network,
        catalogue: &Catalogue,
        run: &RunConfig,
    ) -> Result<(Instance, Probes), Error> {
        let deal = self.deal;
        let instance = on_threads(self.threads, &**ranks, || match ranks.size() {
            1 => instantiate(network, catalogue),
            _ => instantiate_share(network, catalogue, &**ranks, deal).map(|built| built.0),
        })??;
        check_run(network, run, catalogue)?;
        let probes = all_probes(run, network, &instance)?;
        Ok((instance, probes))
    }

    fn run_config(&self, network: &Network) -> Result<RunConfig, Error> {
        let own = network.run.clone();
        let Some(duration) = self.duration.or(own.as_ref().map(|r| r.duration)) else {
            let message = "the duration of the run is missing";
            let help = "write `.duration(1.0.s())`, or `run` in the model";
            let mut problems = Diagnostics::new();
            problems.push(Diagnostic::error(message).help(help));
            return Err(problems.into());
        };
        let mut run = own.unwrap_or_else(|| RunConfig::new(duration));
        run.duration = duration;
        run.dt = self.dt.unwrap_or(run.dt);
        run.v_init = self.v_init.unwrap_or(run.v_init);
        run.celsius = self.celsius.unwrap_or(run.celsius);
        run.scheme = self.scheme.unwrap_or(run.scheme);
        run.use_tables = self.use_tables.unwrap_or(run.use_tables);
        run.record.extend(self.record.iter().cloned());
        if run.dt > run.duration {
            let (dt, duration) = (run.dt, run.duration);
            let message = format!("the step, {dt} ms, is longer than the run, {duration} ms");
            let mut problems = Diagnostics::new();
            problems.push(Diagnostic::error(message).help("check the units of both"));
            return Err(problems.into());
        }
        Ok(run)
    }
}

/// What tells one model from another, where there are several ranks that could differ.
fn model_of(ranks: &Ranks, network: &Network) -> Vec<u8> {
    if ranks.size() == 1 {
        return Vec::new();
    }
    fingerprint(&[network.to_json().as_bytes()]).to_vec()
}

/// `own` if all ranks succeeded; else what went wrong, here or elsewhere.
fn agreed<T>(ranks: &Ranks, own: Result<T, Error>) -> Result<T, Error> {
    let message = own.as_ref().err().map(ToString::to_string);
    match agree(&**ranks, message.as_deref()) {
        Ok(()) => own,
        Err(Elsewhere::Lost(lost)) => Err(lost.into()),
        Err(Elsewhere::Told(others)) => match own {
            Err(error) if others.is_empty() => Err(error),
            own => {
                let own = own.err().map(|error| error.to_string());
                let all: Vec<String> = own.into_iter().chain(others).collect();
                Err(Error::Elsewhere(all.join("\n")))
            }
        },
    }
}

/// What does nothing, though somebody wrote it.
fn idle(
    ranks: &dyn Communicator,
    populations: &[BuiltPopulation],
    instance: &Instance,
    duration: f64,
) -> Result<Vec<String>, Lost> {
    let mut notes = Vec::new();
    for population in populations.iter().filter(|p| p.cells == 0) {
        notes.push(format!("population `{}` has no cells", population.name));
    }
    let connections = &instance.connections;
    let rules = connections.rules.len();
    // by rule: those made, then those that are late
    let mut counts = vec![0_u64; 2 * rules];
    for (rule, run) in connections.runs() {
        let rule = usize::from(rule);
        counts[rule] += run.len() as u64;
        counts[rules + rule] += run.filter(|k| connections.delay(*k) > duration).count() as u64;
    }
    sum(ranks, &mut counts)?;
    let (made, late) = counts.split_at(rules);
    for ((name, made), late) in connections.rules.iter().zip(made).zip(late) {
        if *made == 0 {
            notes.push(format!("`{name}` made no connection"));
        } else if late == made {
            let message = format!("all delays of `{name}` are longer than the run");
            notes.push(message);
        }
    }
    Ok(notes)
}

type Probes = Vec<(ProbeKey, Probe)>;

fn all_probes(
    run: &RunConfig,
    network: &Network,
    instance: &Instance,
) -> Result<Probes, Diagnostics> {
    let mut probes = Vec::new();
    let mut problems = Diagnostics::new();
    for recording in (0..).zip(&run.record) {
        match record::probes(recording, network, instance) {
            Ok(more) => probes.extend(more),
            Err(problem) => problems.push(problem),
        }
    }
    problems.into_result(probes)
}

fn scheme(scheme: Scheme) -> config::Scheme {
    match scheme {
        Scheme::ImplicitEuler => config::Scheme::ImplicitEuler,
        Scheme::CrankNicolson => config::Scheme::CrankNicolson,
        Scheme::CrankNicolsonCurrents => config::Scheme::CrankNicolsonCurrents,
    }
}

/// A network that is ready to run.
pub struct Simulation {
    network: Network,
    run: RunConfig,
    engine: Engine,
    populations: Vec<BuiltPopulation>,
    progress: Option<Listener>,
    tasks: Tasks,
    ranks: Ranks,
    stay: bool,
    build_s: f64,
    notes: Vec<String>,
    streams: Option<Streams>,
}

impl Simulation {
    /// Settings of a simulation.
    pub fn builder() -> SimulationBuilder {
        SimulationBuilder::default()
    }

    /// The model.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Runs to the end. Of several ranks the first gets all results, and the others end here, unless
    /// [`SimulationBuilder::every_rank_returns`] says otherwise.
    ///
    /// # Errors
    /// A voltage that is no number any more; all else that could go wrong is found when the simulation is built.
    pub fn run(mut self) -> Result<Run, Error> {
        let started = Instant::now();
        let duration = self.run.duration;
        let mut listener = self.progress.take();
        let (engine, populations) = (&mut self.engine, &self.populations);
        let timing = (duration, self.run.dt);
        let ended = self.tasks.run(engine, timing, populations, &mut |time| {
            if let Some(listener) = &mut listener {
                listener(Progress {
                    time,
                    duration,
                    elapsed_s: started.elapsed().as_secs_f64(),
                });
            }
        });
        let ended = ended.and_then(|()| match self.streams {
            Some(_) => Ok(self.engine.finish_streams()?),
            None => Ok(()),
        });
        if !self.stay || ended.is_err() {
            self.ranks.leave();
        }
        ended?;
        Ok(self.results())
    }

    fn results(self) -> Run {
        let report = self.engine.report();
        let summary = Summary {
            cells: report.cells,
            compartments: report.compartments,
            points: report.points,
            connections: report.connections,
            populations: Vec::new(),
            duration: self.run.duration,
            build_s: self.build_s,
            run_s: report.run_s,
            threads: report.threads,
            notes: self.notes,
        };
        let mut run = Run {
            name: self.network.name,
            populations: self.populations,
            spikes: self.engine.spikes().clone(),
            traces: self.engine.traces().to_vec(),
            weights: self.tasks.into_weights(),
            summary,
            report: self.engine.report().clone(),
            streams: self.streams,
        };
        run.summary.populations = match self.engine.streamed_spikes() {
            Some(counts) => run.rates(counts.into_iter()),
            None => run.rates(run.spikes.gids.iter().map(|gid| (*gid, 1))),
        };
        run
    }
}

impl Run {
    /// Rates by population; `counted` are gids with numbers of spikes.
    fn rates(&self, counted: impl Iterator<Item = (u32, u64)>) -> Vec<(String, u32, usize, f64)> {
        let mut spikes = vec![0; self.populations.len()];
        for (gid, more) in counted {
            let after = self.populations.partition_point(|p| p.first_gid <= gid);
            if let Some(count) = after.checked_sub(1).and_then(|k| spikes.get_mut(k)) {
                *count += more as usize;
            }
        }
        let each = self.populations.iter().zip(spikes);
        each.map(|(p, n)| {
            (
                p.name.clone(),
                p.cells,
                n,
                rate(n, p.cells, self.duration()),
            )
        })
        .collect()
    }
}
