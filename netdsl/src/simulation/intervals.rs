//! Code of the model that is called during a run, and weights that are noted.

use super::{Engine, SimulationBuilder};
use crate::error::Error;
use crate::handle::Population;
use crate::outcome::{BuiltPopulation, WeightTrace};
use crate::quantity::Time;
use netdsl_lang::check::{Diagnostic, Diagnostics};
use netdsl_runtime::RunError;
pub use netdsl_runtime::Weight;
use netdsl_runtime::record::Spikes;

pub(super) type Code = Box<dyn FnMut(&mut Interval<'_>) -> Result<(), Error>>;

/// The end of an interval of a run, for the code given to [`SimulationBuilder::every`].
pub struct Interval<'s> {
    engine: &'s mut Engine,
    time: f64,
    populations: &'s [BuiltPopulation],
    heard: &'s Spikes,
}

impl Interval<'_> {
    /// Time reached, ms.
    #[must_use]
    pub fn time(&self) -> f64 {
        self.time
    }

    /// The spikes of all cells since the interval before, in the order (time, gid); on every rank.
    #[must_use]
    pub fn spikes(&self) -> &Spikes {
        self.heard
    }

    /// How many of them a population has.
    ///
    /// # Errors
    /// The network does not have it.
    pub fn count<P: Population>(&self, _population: P) -> Result<usize, Error> {
        self.count_of(P::NAME)
    }

    /// How many of them the population of that name has.
    ///
    /// # Errors
    /// There is no such population.
    pub fn count_of(&self, population: &str) -> Result<usize, Error> {
        let found = self.populations.iter().find(|p| p.name == population);
        let Some(found) = found else {
            let names = self.populations.iter().map(|p| p.name.as_str());
            let mut problems = Diagnostics::new();
            problems.push(Diagnostic::unknown(
                "interval",
                "population",
                population,
                names,
            ));
            return Err(problems.into());
        };
        let gids = self.heard.gids.iter();
        Ok(gids.filter(|gid| found.holds(**gid)).count())
    }

    /// A reward, or if negative a punishment, for the synapses of a rule whose law has a `tau_eligibility`: by the rule's
    /// name, as in `EI::NAME`. Each weight changes as its pairs of spikes said, which are remembered and fade, times `reward`.
    ///
    /// # Errors
    /// There is no such rule, or its weights change at once.
    pub fn reward(&mut self, rule: &str, reward: f64) -> Result<(), Error> {
        Ok(self.engine.reward(rule, reward)?)
    }

    /// The weights of a plastic rule, by postsynaptic cell. The first rank sees those of all cells, others their own: they
    /// are for files and figures, not for decisions.
    ///
    /// # Errors
    /// There is no such rule.
    pub fn weights(&mut self, rule: &str) -> Result<Vec<Weight>, Error> {
        Ok(self.engine.weights(rule)?)
    }
}

impl SimulationBuilder {
    /// Calls `code` after each interval of the run: it sees the spikes of the interval and may reward synapses. An error ends
    /// the run. It is called on every rank, sees the same spikes there, and must come to the same decisions.
    ///
    /// A run that is resumed from a checkpoint calls it from there on: what the code itself keeps is its own business.
    pub fn every(
        mut self,
        interval: Time,
        code: impl FnMut(&mut Interval<'_>) -> Result<(), Error> + 'static,
    ) -> Self {
        self.every.push((interval.in_ms(), Box::new(code)));
        self
    }

    /// Notes the weights of a plastic rule after each interval, and at its beginning: [`crate::Run::weights`].
    pub fn record_weights(mut self, rule: impl Into<String>, interval: Time) -> Self {
        self.record_weights.push((interval.in_ms(), rule.into()));
        self
    }

    /// Intervals that cannot be.
    pub(super) fn check_intervals(&self, dt: f64) -> Result<(), Diagnostics> {
        let mut problems = Diagnostics::new();
        let of_code = self.every.iter().map(|(ms, _)| ("every", *ms));
        let of_weights = self
            .record_weights
            .iter()
            .map(|(ms, _)| ("record_weights", *ms));
        for (place, ms) in of_code.chain(of_weights) {
            if ms < dt * 0.999 || !ms.is_finite() {
                let message = format!("`{place}`: {ms} ms is shorter than a step of {dt} ms");
                problems.push(Diagnostic::error(message).help("give a longer interval"));
            }
        }
        problems.into_result(())
    }
}

/// What is done in intervals.
#[derive(Default)]
pub(super) struct Tasks {
    /// Steps, code, and what it has not heard yet.
    code: Vec<(u64, Code, Spikes)>,
    weights: Vec<(u64, WeightTrace)>,
    /// Steps that every interval is a multiple of.
    base: u64,
    failed: Option<Error>,
}

impl Tasks {
    pub(super) fn new(code: Vec<(f64, Code)>, weights: Vec<(f64, String)>, dt: f64) -> Self {
        let steps = |ms: f64| (ms / dt).round().max(1.0) as u64;
        let code: Vec<_> = code
            .into_iter()
            .map(|(ms, code)| (steps(ms), code, Spikes::default()))
            .collect();
        let weights: Vec<_> = weights
            .into_iter()
            .map(|(ms, rule)| (steps(ms), WeightTrace::of(rule)))
            .collect();
        let all = code.iter().map(|c| c.0).chain(weights.iter().map(|w| w.0));
        let base = all.fold(0, gcd);
        Self {
            code,
            weights,
            base,
            failed: None,
        }
    }

    /// Runs, and does what is due.
    pub(super) fn run(
        &mut self,
        engine: &mut Engine,
        (duration, dt): (f64, f64),
        populations: &[BuiltPopulation],
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), Error> {
        if self.base == 0 {
            return Ok(engine.run(duration, progress)?);
        }
        if engine.time() == 0.0 {
            for (_, trace) in &mut self.weights {
                trace.note(engine, 0.0)?;
            }
        }
        let every = self.base as f64 * dt;
        let mut code = |engine: &mut Engine| {
            let done = self.step(engine, dt, populations);
            done.map_err(|error| {
                self.failed = Some(error);
                RunError::Interval
            })
        };
        let ended = engine.run_in_intervals(duration, Some((every, &mut code)), progress);
        match self.failed.take() {
            Some(error) => Err(error),
            None => Ok(ended?),
        }
    }

    fn step(
        &mut self,
        engine: &mut Engine,
        dt: f64,
        populations: &[BuiltPopulation],
    ) -> Result<(), Error> {
        let now = (engine.time() / dt).round() as u64;
        // NEURON's time is a sum of steps, with its rounding
        let time = now as f64 * dt;
        for (steps, trace) in &mut self.weights {
            if now.is_multiple_of(*steps) {
                trace.note(engine, time)?;
            }
        }
        for (steps, code, heard) in &mut self.code {
            let more = engine.heard();
            heard.times.extend_from_slice(&more.times);
            heard.gids.extend_from_slice(&more.gids);
            if now.is_multiple_of(*steps) {
                code(&mut Interval {
                    engine,
                    time,
                    populations,
                    heard,
                })?;
                heard.times.clear();
                heard.gids.clear();
            }
        }
        Ok(())
    }

    /// The weights that were noted.
    pub(super) fn into_weights(self) -> Vec<WeightTrace> {
        self.weights.into_iter().map(|(_, trace)| trace).collect()
    }
}

impl WeightTrace {
    fn note(&mut self, engine: &mut Engine, time: f64) -> Result<(), Error> {
        let weights = engine.weights(&self.rule)?;
        if self.times.is_empty() {
            self.pre = weights.iter().map(|w| w.pre).collect();
            self.post = weights.iter().map(|w| w.post).collect();
        }
        self.times.push(time);
        self.values.push(weights.iter().map(|w| w.weight).collect());
        Ok(())
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    match b {
        0 => a,
        _ => gcd(b, a % b),
    }
}
