//! Reading a file and running it.

use std::fs;
use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use netdsl_runtime::Catalogue;
use netdsl_runtime::formats::nref::{self, Expected, Reference};
use netdsl_runtime::ranks::partition::{Deal, Partition};
use netdsl_runtime::ranks::{Elsewhere, Ranks, agree, restrict};
use netdsl_runtime::record::{Spikes, Trace};
use netdsl_runtime::{Report, Simulation};

use crate::args::SimulationArgs;

/// Progress bars count microseconds of simulated time.
const TICKS_PER_MS: f64 = 1000.0;

/// A finished run.
pub(crate) struct Outcome {
    pub(crate) case: String,
    pub(crate) expected: Expected,
    /// Step, ms.
    pub(crate) dt: f64,
    pub(crate) spikes: Spikes,
    pub(crate) traces: Vec<Trace>,
    /// Time to integrate.
    pub(crate) took: Duration,
    /// Where time and memory went.
    pub(crate) report: Report,
}

/// Runs `file` for `duration` (ms; the file's own if `None`) on `ranks`, of which the first gets the results. The error
/// holds all that is wrong.
pub(crate) fn simulate(
    ranks: &Ranks,
    file: &Path,
    catalogue: &Catalogue,
    args: &SimulationArgs,
    duration: Option<f64>,
) -> Result<Outcome, String> {
    let Reference {
        case,
        instance,
        config,
        probes,
        expected,
        duration: own_duration,
        ..
    } = agreed(ranks, read(file, catalogue))?;
    let dt = config.dt;
    let until = duration.unwrap_or(own_duration);
    let program = |name: &str| Some(Arc::clone(&catalogue.get(name)?.program));
    let partition = Partition::of_instance(&instance, program, (ranks.size(), Deal::Balanced));
    let (part, probes) = restrict(instance, probes, &partition, ranks.rank());
    let probes = probes.into_iter().map(|(k, probe)| ([k, 0, 0], probe));
    let ranks = Arc::clone(ranks);
    let first = ranks.rank() == 0;
    let config = args.apply(config);
    let simulation = Simulation::on_ranks(ranks, part, catalogue, config, probes.collect());
    let mut simulation = simulation.map_err(|errors| errors.to_string())?;
    let bar = first.then(|| progress_bar(&case, until)).flatten();
    let started = Instant::now();
    let end = simulation.run(until, &mut |t| {
        if let Some(bar) = &bar {
            bar.set_position((t * TICKS_PER_MS) as u64);
        }
    });
    let took = started.elapsed();
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    end.map_err(|error| error.to_string())?;
    Ok(Outcome {
        case,
        expected,
        dt,
        spikes: simulation.spikes().clone(),
        traces: simulation.traces().to_vec(),
        took,
        report: simulation.report().clone(),
    })
}

fn read(file: &Path, catalogue: &Catalogue) -> Result<Reference, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    nref::read(&bytes, catalogue).map_err(|errors| errors.to_string())
}

/// `own` if all ranks succeeded; else what went wrong, here or elsewhere.
pub(crate) fn agreed<T>(ranks: &Ranks, own: Result<T, String>) -> Result<T, String> {
    let message = own.as_ref().err().cloned();
    match agree(&**ranks, message.as_deref()) {
        Ok(()) => own,
        Err(Elsewhere::Lost(lost)) => Err(format!("error: {lost}")),
        Err(Elsewhere::Told(others)) => {
            let all: Vec<String> = message.into_iter().chain(others).collect();
            Err(all.join("\n"))
        }
    }
}

/// A bar on the terminal, if there is one.
fn progress_bar(case: &str, until: f64) -> Option<ProgressBar> {
    if !stderr().is_terminal() {
        return None;
    }
    let bar = ProgressBar::new((until * TICKS_PER_MS) as u64);
    let template = "{msg:24} [{wide_bar}] {percent:>3} % {eta:>4}";
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    bar.set_style(style.progress_chars("=> "));
    bar.set_message(case.to_owned());
    Some(bar)
}
