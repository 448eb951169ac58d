//! NEURON's results of the reference networks, in every way to run them, with the same bits.

use std::path::{Path, PathBuf};

use netdsl_runtime::Catalogue;
use netdsl_runtime::Simulation;
use netdsl_runtime::config::{Config, Kernels};
use netdsl_runtime::formats::nref::compare::compare;
use netdsl_runtime::formats::nref::{self, Reference};

/// Kernels and threads; the first is the measure of the others.
const WAYS: [(Kernels, usize); 6] = [
    (Kernels::Best, 1),
    (Kernels::Best, 2),
    (Kernels::Avx2, 1),
    (Kernels::Portable, 2),
    (Kernels::Vm, 1),
    (Kernels::Vm, 2),
];

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder)
}

fn sorted_files(folder: &str, start: &str, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data(folder)).expect("the folder is in the repository");
    let wanted = |path: &PathBuf| {
        let name = path
            .file_name()
            .expect("it is in a folder")
            .to_string_lossy();
        name.starts_with(start) && name.ends_with(end)
    };
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it is readable").path())
        .filter(wanted)
        .collect();
    files.sort();
    files
}

/// Shipped mechanisms and those of the reference networks.
fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::shipped();
    for file in sorted_files("mod", "ref", ".mod") {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(&file).expect("it is text");
        if let Err(error) = catalogue.add_text(&name, &text) {
            panic!("{name}: {error}");
        }
    }
    catalogue
}

/// Bits of the spikes (time and gid) and of each trace.
type Bits = (Vec<(u64, u32)>, Vec<Vec<u64>>);

/// Runs a case; what is out of tolerance is an error.
fn run(reference: &Reference, catalogue: &Catalogue, config: Config) -> Result<Bits, String> {
    let (instance, probes) = (reference.instance.clone(), reference.probes.clone());
    let mut simulation = Simulation::new(instance, catalogue, config, probes)
        .map_err(|errors| errors.to_string())?;
    simulation
        .run(reference.duration, &mut |_| {})
        .expect("voltages are numbers");
    let (spikes, traces) = (simulation.spikes(), simulation.traces());
    let comparison = compare(&reference.expected, reference.config.dt, spikes, traces);
    if !comparison.passed() {
        return Err(format!("{comparison:#?}"));
    }
    let spikes = spikes.iter().map(|(t, gid)| (t.to_bits(), gid));
    let bits = |values: &Vec<f64>| values.iter().map(|x| x.to_bits()).collect();
    let traces = traces.iter().map(|trace| bits(&trace.values));
    Ok((spikes.collect(), traces.collect()))
}

#[test]
fn every_way_to_run_gives_neurons_results_and_the_same_bits() {
    let catalogue = catalogue();
    let files = sorted_files("reference", "p", ".json.gz");
    assert_eq!(files.len(), 18);
    let mut wrong = Vec::new();
    for file in files {
        let name = file.display();
        let bytes = std::fs::read(&file).expect("it is readable");
        let reference = match nref::read(&bytes, &catalogue) {
            Ok(reference) => reference,
            Err(errors) => {
                wrong.push(format!("{name}: {errors}"));
                continue;
            }
        };
        let mut first: Option<Bits> = None;
        for (kernels, threads) in WAYS {
            let config = Config {
                kernels,
                threads,
                ..reference.config.clone()
            };
            match (run(&reference, &catalogue, config), &first) {
                (Err(error), _) => wrong.push(format!("{name}, {kernels:?}, {threads}: {error}")),
                (Ok(bits), None) => first = Some(bits),
                (Ok(bits), Some(first)) if bits != *first => {
                    wrong.push(format!(
                        "{name}, {kernels:?}, {threads} threads: other bits"
                    ));
                }
                (Ok(_), Some(_)) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
