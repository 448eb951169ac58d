//! `netdsl run`.

use crate::say::say;
use std::fs;

use crate::UNUSABLE;
use crate::args::Run;
use crate::mechanisms;
use netdsl_runtime::formats::csv;

use crate::results::{SPIKES, TRACES, write_all};
use crate::simulate::simulate;

/// Runs the file, writes its results and returns the exit code.
pub(crate) fn run(args: &Run) -> u8 {
    match try_run(args) {
        Ok(summary) => {
            say!("{summary}");
            0
        }
        Err(message) => {
            eprintln!("error: {message}");
            UNUSABLE
        }
    }
}

fn try_run(args: &Run) -> Result<String, String> {
    let folder = &args.out;
    check_free(args)?;
    let mechanisms = mechanisms::load(args.simulation.mechanisms.as_deref())?;
    mechanisms.warn();
    let outcome = simulate(
        &args.file,
        &mechanisms.catalogue,
        &args.simulation,
        args.tstop,
    )
    .map_err(|error| format!("{}:\n{error}", args.file.display()))?;
    let failed = |error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(failed)?;
    let spikes = csv::spikes(&outcome.spikes);
    let traces = csv::traces(&outcome.traces);
    write_all(folder, &[(SPIKES, &spikes), (TRACES, &traces)]).map_err(failed)?;
    Ok(format!(
        "{}: {} spikes, {} traces, {:.3} s; written to {}",
        outcome.case,
        outcome.spikes.len(),
        outcome.traces.len(),
        outcome.took.as_secs_f64(),
        folder.display()
    ))
}

/// Earlier results are replaced only on demand; told before the run, not after it.
fn check_free(args: &Run) -> Result<(), String> {
    let taken = [SPIKES, TRACES].map(|name| args.out.join(name));
    let taken: Vec<_> = taken
        .iter()
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if taken.is_empty() || args.force {
        return Ok(());
    }
    let files = taken.join(" and ");
    Err(format!(
        "{files}: there already; name another folder, or replace with --force"
    ))
}
