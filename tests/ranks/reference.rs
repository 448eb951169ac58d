//! NEURON's reference networks, cell by cell on several ranks.

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

fn run(ranks: Ranks, reference: &Reference, catalogue: &Catalogue, threads: usize) -> Bits {
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
    // in two parts: a run may go on
    for until in [0.4 * reference.duration, reference.duration] {
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

#[test]
fn every_reference_network_is_the_same_on_all_ranks() {
    let catalogue = catalogue();
    let files = files("reference", "p");
    assert_eq!(files.len(), 18);
    for file in files {
        let bytes = std::fs::read(&file).expect("it is readable");
        let reference = nref::read(&bytes, &catalogue).expect("it can be read");
        let mut alone: Option<Bits> = None;
        for (size, threads) in [(1, 1), (2, 1), (3, 2), (4, 1)] {
            let first = std::thread::scope(|scope| {
                let (reference, catalogue) = (&reference, &catalogue);
                let start = |ranks| scope.spawn(move || run(ranks, reference, catalogue, threads));
                let threads: Vec<_> = Crew::of(size).into_iter().map(start).collect();
                let mut ended = threads.into_iter().map(|t| t.join().expect("no panic"));
                let first = ended.next();
                ended.for_each(drop);
                first.expect("there is a first rank")
            });
            match &alone {
                None => alone = Some(first),
                Some(alone) => assert!(first == *alone, "{}: {size} ranks", file.display()),
            }
        }
    }
}
