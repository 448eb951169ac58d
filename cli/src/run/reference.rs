//! Running a reference file.

use netdsl_runtime::ranks::Ranks;

use super::write;
use crate::args::Run;
use crate::mechanisms;
use crate::simulate::simulate;

/// Runs the file and writes its results; a line that says what came out, or the mistakes.
pub(super) fn run(ranks: &Ranks, args: &Run) -> Result<String, String> {
    if !args.set.is_empty() || args.seed.is_some() {
        let file = args.file.display();
        return Err(format!(
            "error: {file} holds a network with every number drawn: `--set` and `--seed` are for models"
        ));
    }
    let keeps = args.checkpoint.is_some() || args.resume.is_some();
    if keeps || args.stream || args.dry_run.is_some() {
        let file = args.file.display();
        return Err(format!(
            "error: {file} is a reference file: `--checkpoint`, `--resume`, `--stream` and `--dry-run` are for models"
        ));
    }
    let mechanisms = mechanisms::load(args.simulation.mechanisms.as_deref())
        .map_err(|message| format!("error: {message}"))?;
    mechanisms.warn();
    let outcome = simulate(
        ranks,
        &args.file,
        &mechanisms.catalogue,
        &args.simulation,
        args.tstop,
    )
    .map_err(|error| format!("error: {}:\n{error}", args.file.display()))?;
    ranks.leave();
    write(&args.out, &outcome.spikes, &outcome.traces)?;
    Ok(format!(
        "{}{}: {} spikes, {} traces, {:.3} s; written to {}",
        super::report(args, &outcome.report),
        outcome.case,
        outcome.spikes.len(),
        outcome.traces.len(),
        outcome.took.as_secs_f64(),
        args.out.display()
    ))
}
