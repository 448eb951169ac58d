//! Running a model: the JSON of `Network::to_json`.

use netdsl::prelude::{Network, Options, Simulation, Units};
use netdsl_runtime::ranks::Ranks;
use netdsl_runtime::record::Spikes;
use std::sync::Arc;

use super::write;
use crate::args::Run;
use crate::simulate::agreed;

/// Runs the model and writes its results; its summary, or the mistakes.
pub(super) fn run(ranks: &Ranks, args: &Run, bytes: &[u8]) -> Result<String, String> {
    let network = agreed(ranks, network(args, bytes))?;
    let told = |error: netdsl::Error| error.to_string();
    let settings = &args.simulation;
    let mut simulation = Simulation::builder()
        .ranks(Arc::clone(ranks))
        .threads(settings.threads)
        .kernels(settings.kernels.into())
        .lanes(settings.lanes)
        .show_progress();
    if let Some(tstop) = args.tstop {
        simulation = simulation.duration(tstop.ms());
    }
    if let Some(path) = &args.checkpoint {
        simulation = simulation.checkpoint(path);
    }
    if let Some(every) = args.checkpoint_every {
        simulation = simulation.checkpoint_every(every.ms());
    }
    if let Some(path) = &args.resume {
        simulation = simulation.resume(path);
    }
    if args.stream {
        simulation = simulation.stream(&args.out);
    }
    if let Some(count) = args.dry_run {
        let found = simulation.dry_run(network, count as usize);
        return found.map(|found| found.to_string()).map_err(told);
    }
    let run = simulation
        .build(network)
        .map_err(told)?
        .run()
        .map_err(told)?;
    if run.streams().is_none() {
        let spikes = Spikes {
            times: run.spikes().times(),
            gids: run.spikes().gids(),
        };
        write(&args.out, &spikes, run.traces())?;
    }
    let report = super::report(args, run.report());
    let out = args.out.display();
    Ok(format!("{}\n{report}written to {out}", run.summary()))
}

/// The model as the command line wants it.
fn network(args: &Run, bytes: &[u8]) -> Result<Network, String> {
    if let Some(folder) = &args.simulation.mechanisms {
        let folder = folder.display();
        return Err(format!(
            "error: a model holds its own mechanisms (`mechanisms`): leave out `--mechanisms {folder}`"
        ));
    }
    let name = args.file.display().to_string();
    let text = str::from_utf8(bytes).map_err(|error| format!("error: {name}: {error}"))?;
    let mut network = Network::from_json(text, &name).map_err(|mistakes| mistakes.to_string())?;
    let options = Options {
        seed: args.seed,
        set: args.set.clone(),
        ..Options::default()
    };
    options
        .apply(&mut network)
        .map_err(|error| error.to_string())?;
    Ok(network)
}
