//! What each rank does.

use crate::model;
use netdsl::SimulationBuilder;
use netdsl::model::Sampler;
use netdsl::prelude::*;
use netdsl::runtime::ranks::{launched, partition::Deal};
use std::path::Path;
use std::process::ExitCode;

/// Exit code of a run that failed.
pub(crate) const FAILED: i32 = 3;

/// Runs a case; results go into the folder.
pub(crate) fn run(case: &str, threads: usize, out: &Path) -> ExitCode {
    match try_run(case, threads, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(FAILED as u8)
        }
    }
}

/// A run that keeps its state beside the folder, and goes on from there if it was ended before.
fn going_on(settings: SimulationBuilder, out: &Path) -> SimulationBuilder {
    let state = out.with_extension("ckpt");
    let settings = settings
        .duration(6.s())
        .checkpoint(&state)
        .checkpoint_every(100.ms());
    if state.exists() {
        settings.resume(state)
    } else {
        settings
    }
}

fn try_run(case: &str, threads: usize, out: &Path) -> Result<(), Error> {
    let mut network = model::network(Sampler::Fast);
    let mut settings = model::settings().threads(threads).deal(Deal::OneByOne);
    let rank = launched().map_or(0, |launched| launched.rank);
    match case {
        "cortical" => {
            // many cells, dealt out in blocks
            settings = model::settings().threads(threads).duration(30.ms());
            network.populations[0].cells = Some("240".into());
            network.populations[1].cells = Some("110".into());
        }
        "mistake" => {
            network.connections[0].probability = Some("1".into());
            network.connections[0].weight =
                Some("if dist_3d < 40 um { -1 uS } else { 1 nS }".into());
        }
        "long" => settings = going_on(settings, out),
        "streamed" => settings = going_on(settings, out).stream(out),
        _ => {}
    }
    let simulation = settings.build(network)?;
    match case {
        "panic" if rank == 1 => panic!("rank 1 has enough"),
        "leaves" if rank == 1 => {
            eprintln!("rank 1 has enough");
            return Ok(());
        }
        _ => {}
    }
    let run = simulation.run()?;
    run.save_spikes(out.join("spikes.csv"))?;
    run.save_traces(out.join("traces.csv"))?;
    println!("saved");
    Ok(())
}
