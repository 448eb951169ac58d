//! The cortical microcircuit of Potjans & Diesmann (Cereb. Cortex 24:785, 2014), scaled down in cells and connections, with
//! leaky integrate-and-fire cells. Prints one line of JSON, as the scripts do that other simulators are measured with.
//!
//! `cargo run --release --example pdcm -- --tstop 1000`

#[path = "../common/mod.rs"]
mod common;

use common::{Line, kernels, number};
use netdsl::builder::{ConnRule, Stimulus, Value};
use netdsl::prelude::*;
use netdsl::runtime::config::Kernels;
use std::process::ExitCode;
use std::time::Instant;

cell_rule! {
    pub Lif {
        soma {
            L: 10 um, diam: 10 um,
            point lif: LifExp at 0.5 {
                C: 250 pF, tau: 10 ms, tausyn: 0.5 ms, refractory: 2 ms,
                rest: -65 mV, reset: -65 mV, threshold: -50 mV, start: normal(-58 mV, 10 mV)
            }
        }
        spikes: soma.lif.spike > 0.5,
    }
}

population! {
    pub L23E: Lif { cells: 20683 }
    pub L23I: Lif { cells: 5834 }
    pub L4E: Lif { cells: 21915 }
    pub L4I: Lif { cells: 5479 }
    pub L5E: Lif { cells: 4850 }
    pub L5I: Lif { cells: 1065 }
    pub L6E: Lif { cells: 14395 }
    pub L6I: Lif { cells: 2948 }
}

/// Cells of each population, and the rates (Hz) that the full circuit has.
const SIZE: [f64; 8] = [
    20683.0, 5834.0, 21915.0, 5479.0, 4850.0, 1065.0, 14395.0, 2948.0,
];
const RATE: [f64; 8] = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829];
/// External connections of a cell.
const EXTERNAL: [f64; 8] = [
    1600.0, 1500.0, 2100.0, 1900.0, 2000.0, 1900.0, 2900.0, 2100.0,
];
/// Probability that a cell of the population of the row has a connection from one of the column.
const PROBABILITY: [[f64; 8]; 8] = [
    [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
    [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
    [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0],
    [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
    [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
    [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0],
    [
        0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252,
    ],
    [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
];
/// ms, ms, pF: of the cells above.
const TAU: f64 = 10.0;
const TAU_SYN: f64 = 0.5;
const CAPACITY: f64 = 250.0;
/// Rate of an external connection, Hz, and strength of inhibition over excitation.
const EXTERNAL_RATE: f64 = 8.0;
const INHIBITION: f64 = -4.0;

const USAGE: &str = "\
  --scale X    of cells and of connections to each (0.1)
  --tstop MS   duration (1000)
  --presim MS  time before, in which spikes are not counted (100)
  --dt MS      step (0.1)
  --threads N  threads (1)
  --kernels K  native, avx2, portable or vm (native)";

pub(crate) struct Arguments {
    scale: f64,
    tstop: f64,
    presim: f64,
    dt: f64,
    threads: usize,
    kernels: Kernels,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            scale: 0.1,
            tstop: 1000.0,
            presim: 100.0,
            dt: 0.1,
            threads: 1,
            kernels: Kernels::Native,
        };
        while let Some(name) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--scale" => parsed.scale = number(&name, &value()?)?,
                "--tstop" => parsed.tstop = number(&name, &value()?)?,
                "--presim" => parsed.presim = number(&name, &value()?)?,
                "--dt" => parsed.dt = number(&name, &value()?)?,
                "--threads" => parsed.threads = number(&name, &value()?)?,
                "--kernels" => parsed.kernels = kernels(&value()?)?,
                _ => return Err(format!("unknown option {name}; the options are\n{USAGE}")),
            }
        }
        if !(parsed.scale > 0.0 && parsed.scale <= 1.0) {
            return Err("--scale: between 0 and 1".into());
        }
        Ok(parsed)
    }
}

/// Current (pA) of an event that moves the membrane by 0.15 mV.
fn unit_weight() -> f64 {
    let ratio = TAU_SYN / TAU;
    let power = |tau: f64| ratio.powf(tau / (TAU - TAU_SYN));
    let peak = TAU * TAU_SYN / (CAPACITY * (TAU - TAU_SYN)) * (power(TAU) - power(TAU_SYN));
    0.15 / peak.abs()
}

/// Connections of a cell of population `post` from `pre`, in the full circuit.
fn in_degree(post: usize, pre: usize) -> f64 {
    let p = PROBABILITY[post][pre];
    let pairs = SIZE[post] * SIZE[pre];
    match p > 0.0 {
        true => (1.0 - p).ln() / (1.0 - 1.0 / pairs).ln() / SIZE[post],
        false => 0.0,
    }
}

/// Weight of a connection, pA, before scaling.
fn weight(post: usize, pre: usize) -> f64 {
    let sign = if pre.is_multiple_of(2) {
        1.0
    } else {
        INHIBITION
    };
    // from the excitatory cells of layer 4 to those of layer 2/3
    let twice = if (post, pre) == (0, 2) { 2.0 } else { 1.0 };
    unit_weight() * sign * twice
}

/// A constant current, pA, for the variance that connections left out would have had as a mean.
fn lost_current(post: usize, scale: f64) -> f64 {
    let recurrent: f64 = (0..8)
        .map(|pre| weight(post, pre) * in_degree(post, pre) * RATE[pre])
        .sum();
    let external = unit_weight() * EXTERNAL[post] * EXTERNAL_RATE;
    (1.0 - scale.sqrt()) * TAU_SYN * 1e-3 * (recurrent + external)
}

/// Connections between two populations, with as many for each cell as their mean.
fn rule(a: &Arguments, post: usize, pre: usize, names: &[String]) -> Option<ConnRule> {
    let mean = in_degree(post, pre) * a.scale;
    if mean * (SIZE[post] * a.scale) < 0.5 {
        return None;
    }
    let weight = weight(post, pre) / a.scale.sqrt();
    let delay: f64 = if pre.is_multiple_of(2) { 1.5 } else { 0.75 };
    let (bound, sd) = match weight > 0.0 {
        true => ("max", weight * 0.1),
        false => ("min", -weight * 0.1),
    };
    Some(
        ConnRule::builder()
            .name(format!("{}_{}", names[pre], names[post]))
            .pre(names[pre].as_str())
            .post(names[post].as_str())
            .convergence(Value::from(format!("floor({mean} + uniform(0, 1))")))
            .weight(Value::from(format!(
                "{bound}(0 pA, normal({weight} pA, {sd} pA))"
            )))
            .delay(Value::from(format!(
                "max({} ms, normal({delay} ms, {} ms))",
                a.dt,
                0.5 * delay
            )))
            .build(),
    )
}

/// External connections, together one Poisson process for each cell.
fn noise(a: &Arguments, post: usize, names: &[String]) -> Stimulus {
    let name = format!("external_{}", names[post]);
    let mut source = Stimulus::new(name, "NetStim", names[post].as_str());
    let rate = EXTERNAL_RATE * EXTERNAL[post] * a.scale;
    source.parameters = [("rate", Value::from(rate.hz())), ("noise", Value::from(1))].into();
    source.weight = Some(format!("{} pA", unit_weight() / a.scale.sqrt()).into());
    source.delay = Some(1.5.ms().into());
    source
}

pub(crate) fn network(a: &Arguments) -> Result<Network, netdsl::check::Diagnostics> {
    let mut net = network! {
        name: "microcircuit",
        populations: [L23E, L23I, L4E, L4I, L5E, L5I, L6E, L6I],
    }?;
    let names: Vec<String> = net.populations.iter().map(|p| p.name.clone()).collect();
    // one cell type for each population: they differ in the constant current
    let kind = net.cell_types[0].clone();
    net.cell_types.clear();
    for (k, population) in net.populations.iter_mut().enumerate() {
        let mut own = kind.clone();
        own.name = format!("Lif{}", names[k]);
        for section in &mut own.sections {
            if let Some(point) = section.point_processes.get_mut("lif") {
                let current = format!("{} pA", lost_current(k, a.scale));
                point.parameters.push("drive", current);
            }
        }
        population.cell.clone_from(&own.name);
        population.cells = Some(((SIZE[k] * a.scale).round() as u32).into());
        net.cell_types.push(own);
    }
    let pairs = (0..8).flat_map(|post| (0..8).map(move |pre| (post, pre)));
    net.connections = pairs
        .filter_map(|(post, pre)| rule(a, post, pre, &names))
        .collect();
    net.stimuli = (0..8).map(|post| noise(a, post, &names)).collect();
    Ok(net)
}

fn run(a: &Arguments) -> Result<(), Error> {
    let started = Instant::now();
    let simulation = Simulation::builder()
        .duration((a.presim + a.tstop).ms())
        .dt(a.dt.ms())
        .threads(a.threads)
        .kernels(a.kernels)
        .build(network(a)?)?;
    let setup_s = started.elapsed().as_secs_f64();
    let run = simulation.run()?;
    let report = run.report();
    let rates: Vec<String> = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
        .into_iter()
        .zip(SIZE)
        .map(|(name, size)| {
            let spikes = run.spikes().of_population(name);
            let late = spikes.map_or(0, |s| s.iter().filter(|(t, _)| *t > a.presim).count());
            let cells = (size * a.scale).round();
            format!("{:.2}", late as f64 / cells / a.tstop * 1000.0)
        })
        .collect();
    let synapses = report.connections;
    let params = format!(
        "{{\"scale\": {}, \"kernels\": \"{:?}\"}}",
        a.scale, a.kernels
    );
    // what the other simulators do not count among their times
    let share = a.tstop / (a.presim + a.tstop);
    Line::new("pdcm")
        .with("params", params)
        .with("n_synapses", synapses)
        .with("events", report.events)
        .with("rates", format_args!("[{}]", rates.join(", ")))
        .run(&run, a.presim + a.tstop, a.dt, setup_s)
        .with(
            "run_s_without_presim",
            format_args!("{:.6}", run.summary().run_s * share),
        )
        .memory(synapses)
        .print();
    Ok(())
}

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
