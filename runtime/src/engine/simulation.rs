//! A simulation: tiles and units, run epoch by epoch.

use crate::checkpoint::Checkpoints;
use crate::config::{Config, Kernels};
use crate::engine::artificial::ArtificialUnit;
use crate::engine::build::{TileBuilder, build_unit};
use crate::engine::clock::Part;
use crate::engine::coupling::couple;
use crate::engine::instances::{Instances, Spike};
use crate::engine::learning::Learning;
use crate::engine::plan::Plan;
use crate::engine::probes::requests;
use crate::engine::recorder::Recorder;
use crate::engine::report::Report;
use crate::engine::streaming::Streaming;
use crate::engine::sums::Calendar;
use crate::engine::threads::{on, thread_pool};
use crate::engine::tile::Tile;
use crate::engine::times::Times;
use crate::engine::work::{Routes, Work};
use crate::error::{BuildError, BuildErrors, RunError};
use crate::instance::Instance;
use crate::mech::Catalogue;
use crate::memory;
use crate::ranks::exchange::Exchange;
use crate::ranks::packet::Word;
use crate::ranks::{Lost, Ranks, agreed, alone, gather, lost};
use crate::record::{Probe, ProbeKey, Spikes, Trace};
use crate::simd::Isa;
use netdsl_lang::mech::Moment;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// The longest epoch, ms: NEURON's `set_maxstep(10)`.
const LONGEST_EPOCH: f64 = 10.0;

/// A network that is being run.
#[derive(Debug)]
pub struct Simulation {
    pub(super) work: Vec<Work>,
    pub(super) routes: Routes,
    /// Artificial cells without input: they run ahead of the rest.
    pub(super) generators: Vec<ArtificialUnit>,
    pub(super) gids: Vec<u32>,
    pub(super) spikes: Spikes,
    /// Spikes of generators at time 0, until the first epoch.
    pub(super) early: Vec<Spike>,
    /// Memory for the spikes of an epoch.
    pub(super) emitted: Vec<Spike>,
    pub(super) now: Times,
    /// The coming epoch: generators have run it, if there are any steps.
    pub(super) next: Times,
    /// Their spikes in it, on any rank.
    pub(super) coming: Vec<Spike>,
    /// Memory for the spikes of cells in an epoch.
    pub(super) found: Vec<Spike>,
    pub(super) exchange: Exchange,
    /// Steps of the longest delay of connections whose events are summed.
    pub(super) longest: u64,
    /// Seconds of artificial cells that the report has.
    artificial_s: f64,
    /// There is more than one thread.
    pub(super) parallel: bool,
    /// By probe of this rank.
    pub(super) keys: Vec<ProbeKey>,
    /// Of all ranks, after a run.
    traces: Vec<Trace>,
    pub(super) dt: f64,
    /// NEURON's time: the sum of half steps.
    pub(super) time: f64,
    pub(super) step: u64,
    pub(super) steps_per_epoch: u64,
    pool: Option<rayon::ThreadPool>,
    pub(super) checkpoints: Option<Checkpoints>,
    pub(super) learning: Learning,
    /// Spikes since the last interval, if anybody wants them.
    pub(super) heard: Option<Spikes>,
    /// Files that results go to, if they are not kept.
    pub(super) streaming: Option<Streaming>,
    /// Time of the last checkpoint, ms.
    pub(super) last_kept: f64,
    /// What was asked for from outside, to be done at the end of the next epoch.
    pub(super) asked: u8,
    /// Of this rank.
    pub(super) own: Report,
    /// Of all ranks.
    report: Report,
}

/// What is called after an interval.
pub type IntervalCode<'c> = &'c mut dyn FnMut(&mut Simulation) -> Result<(), RunError>;

/// A year of computing where a step takes 30 µs.
const MOST_STEPS: f64 = 1e12;

impl Simulation {
    /// Builds and initialises `instance`; time is 0 afterwards.
    pub fn new(
        instance: Instance,
        catalogue: &Catalogue,
        config: Config,
        probes: Vec<Probe>,
    ) -> Result<Self, BuildErrors> {
        let keyed = (0..).zip(probes).map(|(k, probe)| ([k, 0, 0], probe));
        Self::on_ranks(alone(), instance, catalogue, config, keyed.collect())
    }

    /// Builds and initialises a rank's part of a network, with the probes of its cells; all ranks do so together.
    pub fn on_ranks(
        ranks: Ranks,
        instance: Instance,
        catalogue: &Catalogue,
        config: Config,
        probes: Vec<(ProbeKey, Probe)>,
    ) -> Result<Self, BuildErrors> {
        let started = Instant::now();
        let (keys, probes): (Vec<_>, Vec<_>) = probes.into_iter().unzip();
        let fits = match memory::lacks(memory::of_simulation(&instance, catalogue)) {
            Some(lack) => {
                let cells = instance.cells.len();
                let errors = vec![BuildError::Memory { cells, lack }];
                Err(BuildErrors { errors })
            }
            None => Ok(()),
        };
        let pool = fits.and_then(|()| thread_pool(config.threads, ranks.sharing_cores()));
        let pool = agreed(&*ranks, pool)?;
        let built = on(&pool, || {
            Self::build(Arc::clone(&ranks), &instance, catalogue, &config, &probes)
        });
        let mut simulation = built?;
        simulation.keys = keys;
        simulation.parallel = pool.is_some();
        simulation.pool = pool;
        simulation.own.build_s = started.elapsed().as_secs_f64();
        simulation.own.threads = simulation
            .pool
            .as_ref()
            .map_or(1, |p| p.current_num_threads() as u64);
        simulation.add_up_reports().map_err(lost)?;
        Ok(simulation)
    }

    fn build(
        ranks: Ranks,
        instance: &Instance,
        catalogue: &Catalogue,
        config: &Config,
        probes: &[Probe],
    ) -> Result<Self, BuildErrors> {
        let plan = Plan::new(instance, catalogue, config, probes, &*ranks)?;
        let requests = agreed(&*ranks, requests(&plan, probes))?;
        let isa = match config.kernels {
            Kernels::Best | Kernels::Native | Kernels::Vm => Isa::detect(),
            Kernels::Avx2 => Isa::detect().at_most(Isa::Avx2),
            Kernels::Portable => Isa::Portable,
        };
        let tiles = plan.tiles.len();
        let mut built: Vec<Tile> = plan
            .tiles
            .par_iter()
            .enumerate()
            .map(|(index, tile)| {
                TileBuilder::new(&plan, tile, &requests[index], isa).build(index, probes)
            })
            .collect();
        let unit =
            |index: usize, members| build_unit(&plan, members, index, &requests[index], probes);
        let mut artificial: Vec<_> = plan
            .units
            .iter()
            .enumerate()
            .map(|(k, m)| unit(tiles + k, m))
            .collect();
        let first = tiles + plan.units.len();
        let mut generators: Vec<_> = plan
            .generators
            .iter()
            .enumerate()
            .map(|(k, m)| unit(first + k, m))
            .collect();
        let (coupled, mut coupling) = agreed(&*ranks, couple(&plan, &mut built, &ranks))?;
        let steps_per_epoch = steps_per_epoch(plan.min_delay, config.dt);
        let mut report = Report {
            cells: instance.cells.len() as u64,
            own_cells: instance.cells.iter().filter(|cell| cell.is_here()).count() as u64,
            points: instance.points.len() as u64,
            own_points: plan.points.iter().filter(|built| !built.shadow).count() as u64,
            dt: config.dt,
            connections: instance.connections.len() as u64,
            groups: tiles as u64,
            steps_per_epoch,
            instruction_set: format!("{isa:?}"),
            ..Report::default()
        };
        for tile in &built {
            let (states, connections) = tile.bytes();
            report.compartments += tile.compartments;
            report.state_bytes += states as u64;
            report.connection_bytes += connections as u64;
        }
        let longest = longest_delay(&built, config.dt);
        for tile in &mut built {
            tile.instances.sums.set_epoch(steps_per_epoch, longest);
        }
        let mut now = Times::default();
        now.list((0.0, 0), config.dt, (steps_per_epoch, longest));
        let first_generator = instance.cells.len() as u32;
        let local = first_generator..first_generator + instance.generators.len() as u32;
        let mut exchange = Exchange::new(ranks, local);
        let mut early = Vec::new();
        for unit in &mut generators {
            unit.start();
            early.append(&mut unit.instances.spikes);
        }
        let exchanged = exchange.spikes(Word::NOTHING, &[], (&mut Vec::new(), &mut early));
        exchanged.map_err(lost)?;
        let calendar = now.calendar(config.dt);
        if let Some(coupling) = &mut coupling {
            coupling.exchange(&built);
            coupling.renumber(&coupled);
            coupling.lost.map_or(Ok(()), |gone| Err(lost(gone)))?;
        }
        start(&mut built, &coupled, sorted(&mut early), &calendar);
        for unit in &mut artificial {
            receive(&mut unit.instances, &early, &calendar);
            unit.start();
        }
        let mut work = Work::arrange(built, (&coupled, coupling), artificial);
        let epoch_ms = steps_per_epoch as f64 * config.dt;
        for item in &mut work {
            item.each(|instances| instances.ports.set_epoch(epoch_ms));
        }
        for unit in &mut generators {
            unit.instances.ports.set_epoch(epoch_ms);
        }
        let extra = instance.generators.len() + instance.sources.len();
        let routes = Routes::new(&mut work, instance.cells.len() + extra);
        report.connection_bytes += routes.bytes() as u64;
        Ok(Self {
            work,
            routes,
            generators,
            gids: instance.cells.iter().map(|cell| cell.gid).collect(),
            spikes: Spikes::default(),
            early,
            emitted: Vec::new(),
            now,
            next: Times::default(),
            coming: Vec::new(),
            found: Vec::new(),
            exchange,
            longest,
            artificial_s: 0.0,
            parallel: false,
            keys: Vec::new(),
            traces: Vec::new(),
            dt: config.dt,
            time: 0.0,
            step: 0,
            steps_per_epoch,
            pool: None,
            checkpoints: None,
            learning: Learning::of(instance),
            heard: None,
            streaming: None,
            last_kept: 0.0,
            asked: 0,
            report: report.clone(),
            own: report,
        })
    }

    /// Integrates until `until` (ms, to the nearest step); `progress` hears the time after each epoch.
    ///
    /// # Errors
    /// A voltage that is no number any more, told after the epoch in which it broke; files that cannot be written. What was
    /// recorded before stays.
    pub fn run(&mut self, until: f64, progress: &mut dyn FnMut(f64)) -> Result<(), RunError> {
        self.run_in_intervals(until, None, progress)
    }

    /// As [`Simulation::run`]; after each interval (ms, to the nearest step; counted from time 0), its code is called, on
    /// every rank. An epoch ends there.
    ///
    /// # Errors
    /// As `run`, and those of the code, which end the run.
    pub fn run_in_intervals(
        &mut self,
        until: f64,
        mut interval: Option<(f64, IntervalCode<'_>)>,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), RunError> {
        let started = Instant::now();
        let steps = (until / self.dt).round().max(0.0);
        if steps.is_nan() || steps > MOST_STEPS {
            let dt = self.dt;
            return Err(RunError::Endless { until, dt, steps });
        }
        let last = steps as u64;
        let every = interval
            .as_ref()
            .map(|(every, _)| (every / self.dt).round().max(1.0) as u64);
        self.heard = every.map(|_| Spikes::default());
        self.begin_streams()?;
        let pool = self.pool.take();
        let ended = loop {
            if self.step >= last {
                break Ok(());
            }
            let stop = every.map_or(last, |every| last.min((self.step / every + 1) * every));
            let ended = match &pool {
                Some(pool) => pool.install(|| self.run_epoch(stop)),
                None => self.run_epoch(stop),
            };
            if let Err(broken) = ended {
                // what was recorded before stays
                break match broken {
                    RunError::NotANumber { .. } => self.write_streams().and(Err(broken)),
                    _ => Err(broken),
                };
            }
            progress(self.time);
            if let (Some((_, code)), Some(every)) = (&mut interval, every)
                && self.step.is_multiple_of(every)
            {
                if let Err(error) = code(self) {
                    break Err(error);
                }
                self.heard = Some(Spikes::default());
            }
            let written = self.write_streams_if_due(last);
            if let Err(error) = written.and_then(|()| self.keep_if_due(last)) {
                break Err(error);
            }
        };
        self.pool = pool;
        self.own.run_s += started.elapsed().as_secs_f64();
        self.own.steps = self.step;
        if !matches!(ended, Err(RunError::Lost(_))) {
            self.gather_traces()?;
            self.complete_report();
            self.add_up_reports()?;
        }
        ended
    }

    /// Time reached, ms.
    pub fn time(&self) -> f64 {
        self.time
    }

    /// All spikes so far in the order (time, gid).
    pub fn spikes(&self) -> &Spikes {
        &self.spikes
    }

    /// The spikes of all cells since the interval before, on every rank; none outside of intervals.
    pub fn heard(&self) -> &Spikes {
        static NONE: Spikes = Spikes {
            times: Vec::new(),
            gids: Vec::new(),
        };
        self.heard.as_ref().unwrap_or(&NONE)
    }

    /// Samples so far, in the order of the probes.
    pub fn traces(&self) -> &[Trace] {
        &self.traces
    }

    /// Sizes and times.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// What is known at the end of a run.
    fn complete_report(&mut self) {
        let report = &mut self.own;
        let artificial = &mut self.artificial_s;
        (report.events, report.event_bytes) = (0, 0);
        let mut sums = [0.0; 5];
        let mut in_work = 0.0;
        for work in &mut self.work {
            for tile in work.tiles() {
                for (sum, part) in sums.iter_mut().zip(Part::ALL) {
                    *sum += tile.clock.seconds(part);
                }
            }
            in_work += work.artificial_s();
            work.each(|instances| {
                let (ports, sums) = (&instances.ports, &instances.sums);
                report.events += instances.delivered + sums.delivered;
                report.event_bytes += (ports.event_bytes() + sums.event_bytes()) as u64;
            });
        }
        report.artificial_s += in_work - *artificial;
        *artificial = in_work;
        [
            report.events_s,
            report.currents_s,
            report.solve_s,
            report.states_s,
            report.record_s,
        ] = sums;
        let samples: usize = self.traces.iter().map(|t| t.values.capacity()).sum();
        let spikes = self.spikes.times.capacity() * size_of::<(f64, u32)>();
        report.recording_bytes = (spikes + samples * size_of::<f64>()) as u64;
    }

    /// All probes of this rank at work.
    pub(super) fn recorders(&self) -> impl Iterator<Item = &Recorder> {
        let units = self.generators.iter().map(|unit| &unit.recorders[..]);
        let recorders = self.work.iter().flat_map(Work::recorders).chain(units);
        recorders.flatten()
    }

    /// Calls `f` for all probes of this rank.
    pub(super) fn each_recorder(&mut self, mut f: impl FnMut(&mut Recorder)) {
        let of_work = self.work.iter_mut().flat_map(Work::recorders_mut);
        of_work.for_each(&mut f);
        let of_generators = self.generators.iter_mut().flat_map(|u| &mut u.recorders);
        of_generators.for_each(&mut f);
    }

    /// Brings what was recorded to the first rank.
    fn gather_traces(&mut self) -> Result<(), RunError> {
        let trace = |r: &Recorder| (self.keys[r.probe as usize], r.trace().clone());
        let own = self.recorders().map(trace).collect();
        self.traces = gather::traces(&*self.exchange.ranks, own)?;
        Ok(())
    }

    /// Makes the report of all ranks.
    fn add_up_reports(&mut self) -> Result<(), Lost> {
        self.own.sent_bytes = self.exchange.sent;
        self.own.wait_s = self.exchange.wait_s;
        for coupling in self.work.iter().filter_map(|work| work.coupling.as_ref()) {
            self.own.sent_bytes += coupling.sent;
            self.own.wait_s += coupling.wait_s;
        }
        self.report = self.own.of_all(&*self.exchange.ranks)?;
        Ok(())
    }
}

/// So many that no spike of an epoch can arrive in it.
fn steps_per_epoch(min_delay: f64, dt: f64) -> u64 {
    let longest = min_delay.min(LONGEST_EPOCH);
    ((longest / dt + 1e-9).floor() as u64).max(1)
}

/// For each, on all threads if there are several.
pub(super) fn each<T: Send>(parallel: bool, all: &mut [T], f: impl Fn(&mut T) + Sync + Send) {
    if parallel && all.len() > 1 {
        all.par_iter_mut().with_max_len(1).for_each(f);
    } else {
        all.iter_mut().for_each(f);
    }
}

pub(super) fn sorted(spikes: &mut [Spike]) -> &[Spike] {
    spikes.sort_unstable_by(|a, b| a.time.total_cmp(&b.time).then(a.emitter.cmp(&b.emitter)));
    spikes
}

/// Steps that the longest delay of connections whose events are summed takes, at most.
fn longest_delay(tiles: &[Tile], dt: f64) -> u64 {
    let delays = tiles.iter().map(|tile| tile.instances.sums.longest_delay());
    (delays.fold(0.0, f64::max) / dt).ceil() as u64 + 1
}

fn receive(instances: &mut Instances, spikes: &[Spike], calendar: &Calendar<'_>) {
    for spike in spikes {
        instances.ports.receive(spike.emitter, spike.time);
        let sums = &mut instances.sums;
        sums.receive_early(spike.emitter, spike.time, calendar);
    }
}

/// What `finitialize` does after INITIAL: events at time 0 (with those of generators), currents, samples.
fn start(tiles: &mut [Tile], coupled: &BTreeSet<usize>, early: &[Spike], calendar: &Calendar<'_>) {
    for &index in coupled {
        tiles[index].follow();
    }
    tiles.par_iter_mut().for_each(|tile| {
        tile.arm_detectors();
        receive(&mut tile.instances, early, calendar);
        tile.instances.sums.start();
        tile.instances.begin_epoch(0.0);
        tile.instances.deliver(0.0);
        tile.compute_currents(0.0);
        tile.instances.around(Moment::BeforeSample, 0.0);
        tile.sample(0);
    });
}
