//! Reading a file and running it.

use std::fs;
use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use netdsl_runtime::Catalogue;
use netdsl_runtime::formats::nref::{self, Expected, Reference};
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

/// Runs `file` for `duration` (ms; the file's own if `None`). The error holds all that is wrong.
pub(crate) fn simulate(
    file: &Path,
    catalogue: &Catalogue,
    args: &SimulationArgs,
    duration: Option<f64>,
) -> Result<Outcome, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    let reference = nref::read(&bytes, catalogue).map_err(|errors| errors.to_string())?;
    let Reference {
        case,
        instance,
        config,
        probes,
        expected,
        ..
    } = reference;
    let dt = config.dt;
    let until = duration.unwrap_or(reference.duration);
    let mut simulation = Simulation::new(instance, catalogue, args.apply(config), probes)
        .map_err(|errors| errors.to_string())?;
    let bar = progress_bar(&case, until);
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
