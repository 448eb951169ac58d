//! The examples give the same bytes with any number of threads and ranks, and those that are stored:
//! `NETDSL_RENEW=1 cargo test --test examples` stores new ones.

// each example brings it
#![allow(clippy::duplicate_mod)]

#[allow(dead_code)]
#[path = "../examples/ring/arguments.rs"]
mod arguments;
#[allow(dead_code, unreachable_pub)]
#[path = "../examples/brunel/main.rs"]
mod brunel;
#[allow(dead_code)]
#[path = "../examples/common/mod.rs"]
mod common;
#[allow(dead_code, unreachable_pub)]
#[path = "../examples/cortical_network/main.rs"]
mod cortical_network;
#[allow(dead_code, unreachable_pub)]
#[path = "../examples/dense/main.rs"]
mod dense;
#[path = "../examples/ring/model.rs"]
mod model;
#[allow(dead_code, unreachable_pub)]
#[path = "../examples/pdcm/main.rs"]
mod pdcm;
#[allow(dead_code, unreachable_pub)]
#[path = "../examples/stdp/main.rs"]
mod stdp;

use netdsl::builder::Selector;
use netdsl::model::{Recorded, Recording};
use netdsl::prelude::*;
use netdsl::{Reproducible, Simulation, SimulationBuilder};
use std::path::{Path, PathBuf};

fn golden(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden");
    folder.join(name).with_extension("txt")
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_owned)
}

/// A run that records the somatic voltage of some cells.
fn recorded(duration: f64, population: &str) -> SimulationBuilder {
    let mut cells = Selector::population(population);
    cells.cells = Some(vec![0, 5, 9]);
    Simulation::builder()
        .duration(duration.ms())
        .record(Recording {
            label: "v".into(),
            cells,
            what: Recorded::Place {
                section: "soma".into(),
                loc: 0.5,
                variable: "v".into(),
            },
            interval: None,
        })
}

#[test]
fn cortical_network() {
    let mut network = cortical_network::network().expect("it is sound");
    for (population, cells) in network.populations.iter_mut().zip(["40", "25", "20"]) {
        population.cells = Some(cells.into());
    }
    Reproducible::new(network, || recorded(80.0, "L23"))
        .golden(golden("cortical_network"))
        .check()
        .unwrap();
}

#[test]
fn brunel() {
    let arguments = brunel::Arguments::parse(words("--ne 120 --ni 30 --eps 0.2 --J 1.5"));
    let network = brunel::network(&arguments.expect("they are right"));
    let settings = || Simulation::builder().duration(60.ms()).dt(0.1.ms());
    Reproducible::new(network.expect("it is sound"), settings)
        .golden(golden("brunel"))
        .check()
        .unwrap();
}

#[test]
fn stdp() {
    let arguments = stdp::Arguments::parse(words("--cells 60 --indegree 12 --weight 60"));
    let network = stdp::network(&arguments.expect("they are right"));
    let settings = || {
        Simulation::builder()
            .duration(200.ms())
            .dt(0.1.ms())
            .record_weights("Learned", 50.ms())
    };
    Reproducible::new(network.expect("it is sound"), settings)
        .golden(golden("stdp"))
        .check()
        .unwrap();
}

#[test]
fn dense() {
    let arguments = dense::Arguments::parse(words("--cells 40 --exc 20 --inh 6 --ext 8"));
    let network = dense::network(&arguments.expect("they are right"));
    Reproducible::new(network.expect("it is sound"), || recorded(60.0, "Cells"))
        .golden(golden("dense"))
        .check()
        .unwrap();
}

#[test]
fn pdcm() {
    let arguments = pdcm::Arguments::parse(words("--scale 0.005"));
    let network = pdcm::network(&arguments.expect("they are right"));
    let settings = || Simulation::builder().duration(40.ms()).dt(0.1.ms());
    Reproducible::new(network.expect("it is sound"), settings)
        .golden(golden("pdcm"))
        .check()
        .unwrap();
}

#[test]
fn ring() {
    let arguments = arguments::Arguments::parse(words("--rings 3 --cells 5 --depth 2 --nseg 3"));
    let network = model::network(&arguments.expect("they are right"));
    Reproducible::new(network.expect("it is sound"), || {
        Simulation::builder().duration(120.ms())
    })
    .ranks([2, 4])
    .golden(golden("ring"))
    .check()
    .unwrap();
}
