//! NEURON's reference networks, cell by cell on several ranks.

use netdsl_runtime::checkpoint::{Asked, Checkpoints};
use netdsl_runtime::config::Config;
use netdsl_runtime::formats::nref::{self, Reference};
use netdsl_runtime::ranks::partition::{Deal, Partition};
use netdsl_runtime::ranks::{Crew, Ranks, restrict};
use netdsl_runtime::{Catalogue, Simulation};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn files(folder: &str, start: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder is in the repository");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it is readable").path())
        .filter(|path| {
            let name = path.file_name().expect("it is in a folder");
            name.to_string_lossy().starts_with(start) && path.is_file()
        })
        .collect();
    files.sort();
    files
}

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::shipped();
    for file in files("mod", "ref") {
        let text = std::fs::read_to_string(&file).expect("it is text");
        let name = file.display().to_string();
        catalogue.add_text(&name, &text).expect("it compiles");
    }
    catalogue
}

type Bits = (Vec<(u64, u32)>, Vec<Vec<u64>>);

/// What a rank does with a checkpoint.
#[derive(Clone, Copy)]
enum Keeping<'p> {
    Nothing,
    /// Runs for a part of the duration, and writes some.
    Write(&'p Path),
    GoOn(&'p Path),
}

fn run(
    ranks: Ranks,
    reference: &Reference,
    catalogue: &Catalogue,
    (threads, keeping): (usize, Keeping<'_>),
) -> Bits {
    let program = |name: &str| Some(Arc::clone(&catalogue.get(name)?.program));
    let (instance, probes) = (reference.instance.clone(), reference.probes.clone());
    let dealing = (ranks.size(), Deal::OneByOne);
    let partition = Partition::of_instance(&instance, program, dealing);
    let (part, probes) = restrict(instance, probes, &partition, ranks.rank());
    let probes = probes.into_iter().map(|(k, probe)| ([k, 0, 0], probe));
    let config = Config {
        threads,
        ..reference.config.clone()
    };
    let built = Simulation::on_ranks(ranks, part, catalogue, config, probes.collect());
    let mut simulation = built.expect("it can be built");
    let duration = reference.duration;
    let parts = match keeping {
        // a run may go on
        Keeping::Nothing => vec![0.4 * duration, duration],
        Keeping::Write(path) => {
            simulation.keep(Checkpoints {
                path: path.to_owned(),
                every: Some(0.17 * duration),
                fingerprint: [1; 16],
                asked: Asked::default(),
            });
            vec![0.6 * duration]
        }
        Keeping::GoOn(path) => {
            simulation.resume(path, [1; 16]).expect("it goes on");
            assert!(simulation.time() > 0.15 * duration, "it begins anew");
            vec![duration]
        }
    };
    for until in parts {
        simulation.run(until, &mut |_| {}).expect("it runs");
    }
    let spikes = simulation.spikes().iter();
    let bits = |values: &Vec<f64>| values.iter().map(|x| x.to_bits()).collect();
    (
        spikes.map(|(t, gid)| (t.to_bits(), gid)).collect(),
        simulation
            .traces()
            .iter()
            .map(|t| bits(&t.values))
            .collect(),
    )
}

/// What the first of so many ranks has.
fn on_crew(
    size: usize,
    reference: &Reference,
    catalogue: &Catalogue,
    how: (usize, Keeping<'_>),
) -> Bits {
    std::thread::scope(|scope| {
        let start = |ranks| scope.spawn(move || run(ranks, reference, catalogue, how));
        let threads: Vec<_> = Crew::of(size).into_iter().map(start).collect();
        let ended = threads.into_iter().map(|t| t.join().expect("no panic"));
        let all: Vec<Bits> = ended.collect();
        all.into_iter().next().expect("there is a first rank")
    })
}

#[test]
fn every_reference_network_is_the_same_on_all_ranks_and_goes_on_from_checkpoints() {
    let catalogue = catalogue();
    let files = files("reference", "p");
    assert_eq!(files.len(), 18);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reference");
    std::fs::create_dir_all(&folder).expect("there is room");
    for file in files {
        let name = file.display();
        let bytes = std::fs::read(&file).expect("it is readable");
        let reference = nref::read(&bytes, &catalogue).expect("it can be read");
        let go = |size, threads, keeping| on_crew(size, &reference, &catalogue, (threads, keeping));
        let alone = go(1, 1, Keeping::Nothing);
        for (size, threads) in [(2, 1), (3, 2), (4, 1)] {
            let many = go(size, threads, Keeping::Nothing);
            assert!(many == alone, "{name}: {size} ranks");
        }
        let path = folder.join(file.file_name().expect("it is in a folder"));
        // one of them ends before there is an epoch to end
        if reference.duration < 1.0 {
            continue;
        }
        for (before, after) in [(1, 1), (1, 3), (2, 1)] {
            let _ = std::fs::remove_file(&path);
            go(before, 1, Keeping::Write(&path));
            let resumed = go(after, 1, Keeping::GoOn(&path));
            assert!(resumed == alone, "{name}: from {before} to {after} ranks");
        }
    }
}

/// Cells that gap junctions couple are on several ranks where they are dealt out one by one, and together where that does
/// not make a rank late.
#[test]
fn gap_junctions_go_from_rank_to_rank() {
    let catalogue = catalogue();
    let file = &files("reference", "p07_gap")[0];
    let reference = nref::read(&std::fs::read(file).expect("it is readable"), &catalogue);
    let reference = reference.expect("it can be read");
    let shared = |deal| {
        let program = |name: &str| Some(Arc::clone(&catalogue.get(name)?.program));
        let instance = reference.instance.clone();
        let partition = Partition::of_instance(&instance, program, (2, deal));
        restrict(instance, Vec::new(), &partition, 1).0.shared.len()
    };
    assert!(shared(Deal::OneByOne) > 0);
    assert_eq!(shared(Deal::Balanced), 0);
    let bits = |size, threads| {
        let how = (threads, Keeping::Nothing);
        on_crew(size, &reference, &catalogue, how)
    };
    let alone = bits(1, 1);
    // one of the ranks has no cell, and takes part in the exchange nevertheless
    for (size, threads) in [(2, 1), (2, 2), (9, 1)] {
        assert!(bits(size, threads) == alone, "{size} ranks");
    }
}
