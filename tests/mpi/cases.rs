//! What each rank does.

use crate::model;
use netdsl::SimulationBuilder;
use netdsl::model::Sampler;
use netdsl::prelude::*;
use netdsl::runtime::config::Config;
use netdsl::runtime::formats::{csv, nref};
use netdsl::runtime::ranks::partition::{Deal, Partition};
use netdsl::runtime::ranks::{launched, restrict, world};
use netdsl::runtime::{Catalogue, Simulation};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

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

/// NEURON's network of cells that gap junctions couple, each on another rank.
fn gap(threads: usize, out: &Path) -> Result<(), Error> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut catalogue = Catalogue::shipped();
    let name = data.join("mod/refgap.mod");
    let text = std::fs::read_to_string(&name).expect("it is text");
    catalogue.add_text("refgap.mod", &text)?;
    let file = std::fs::read(data.join("reference/p07_gap.json.gz")).expect("it is readable");
    let reference = nref::read(&file, &catalogue).expect("it can be read");
    let ranks = world()?;
    let program = |name: &str| Some(Arc::clone(&catalogue.get(name)?.program));
    let instance = reference.instance;
    let partition = Partition::of_instance(&instance, program, (ranks.size(), Deal::OneByOne));
    let (part, probes) = restrict(instance, reference.probes, &partition, ranks.rank());
    assert_eq!(part.shared.is_empty(), ranks.size() == 1);
    let probes = probes.into_iter().map(|(k, probe)| ([k, 0, 0], probe));
    let config = Config {
        threads,
        ..reference.config
    };
    let here = Arc::clone(&ranks);
    let mut simulation = Simulation::on_ranks(here, part, &catalogue, config, probes.collect())?;
    simulation.run(reference.duration, &mut |_| {})?;
    ranks.leave();
    let traces = csv::traces(simulation.traces());
    std::fs::write(out.join("traces.csv"), traces).expect("there is room");
    println!("saved");
    Ok(())
}

fn try_run(case: &str, threads: usize, out: &Path) -> Result<(), Error> {
    if case == "gap" {
        return gap(threads, out);
    }
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
