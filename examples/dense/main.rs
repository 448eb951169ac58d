//! A random network whose cells have a hundred synapses: what counts is the cost of synapses and events. Cells
//! are declared with macros; the rules, one for each synapse of a cell, are made in a loop. Prints one
//! line of JSON, as the scripts do that other simulators are measured with.
//!
//! `cargo run --release --example dense -- --cells 1000 --tstop 50`

#[path = "../common/mod.rs"]
mod common;

use common::{Line, kernels, number};
use netdsl::builder::{ConnRule, Contact, PairList, Stimulus, Synapse, Value};
use netdsl::prelude::*;
use netdsl::runtime::config::Kernels;
use netdsl::runtime::rng::Stream;
use std::process::ExitCode;
use std::time::Instant;

mechanism! { pub KM = "kmx.mod" }

cell_rule! {
    pub Neuron {
        soma { L: 20 um, diam: 20 um, Ra: 100 ohm*cm, hh, KM { gbar: 3e-4 S/cm2 } }
        dend0: soma(1) {
            L: 200 um, diam: 2 um, nseg: 5, Ra: 100 ohm*cm, pas { g: 1e-4 S/cm2, e: -65 mV }
            hh { gnabar: 0.012 S/cm2, gkbar: 0.0036 S/cm2, gl: 0 S/cm2 }
            KM { gbar: 3e-4 S/cm2 }
        }
        dend1: soma(1) {
            L: 200 um, diam: 2 um, nseg: 5, Ra: 100 ohm*cm, pas { g: 1e-4 S/cm2, e: -65 mV }
            hh { gnabar: 0.012 S/cm2, gkbar: 0.0036 S/cm2, gl: 0 S/cm2 }
            KM { gbar: 3e-4 S/cm2 }
        }
        dend2: soma(1) {
            L: 200 um, diam: 2 um, nseg: 5, Ra: 100 ohm*cm, pas { g: 1e-4 S/cm2, e: -65 mV }
            hh { gnabar: 0.012 S/cm2, gkbar: 0.0036 S/cm2, gl: 0 S/cm2 }
            KM { gbar: 3e-4 S/cm2 }
        }
        spikes: soma(0.5) > -10 mV,
    }
}

population! { pub Cells: Neuron { cells: 1000 } }

/// Dendrites, and compartments of each: synapse number i sits in dendrite i % 3.
const DENDRITES: u32 = 3;
const COMPARTMENTS: u32 = 5;

const USAGE: &str = "\
  --cells N    cells, four fifths of them excitatory (1000)
  --exc N      excitatory synapses of a cell from the network (64)
  --inh N      inhibitory ones (16)
  --ext N      synapses with a Poisson source each (20)
  --rate HZ    rate of a source (20)
  --we W       weight of an excitatory synapse, uS (0.0003)
  --wi W       of an inhibitory one (0.003)
  --wx W       of one with a source (0.002)
  --tstop MS   duration (200)
  --dt MS      step (0.025)
  --apart      each synapse has states of its own
  --no-table   hh computes its rates instead of interpolating a table
  --threads N  threads (1)
  --kernels K  native, avx2, portable or vm (native)";

pub(crate) struct Arguments {
    cells: u32,
    exc: u32,
    inh: u32,
    ext: u32,
    rate: f64,
    we: f64,
    wi: f64,
    wx: f64,
    tstop: f64,
    dt: f64,
    apart: bool,
    no_table: bool,
    threads: usize,
    kernels: Kernels,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            cells: 1000,
            exc: 64,
            inh: 16,
            ext: 20,
            rate: 20.0,
            we: 0.0003,
            wi: 0.003,
            wx: 0.002,
            tstop: 200.0,
            dt: 0.025,
            apart: false,
            no_table: false,
            threads: 1,
            kernels: Kernels::Native,
        };
        while let Some(name) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--cells" => parsed.cells = number(&name, &value()?)?,
                "--exc" => parsed.exc = number(&name, &value()?)?,
                "--inh" => parsed.inh = number(&name, &value()?)?,
                "--ext" => parsed.ext = number(&name, &value()?)?,
                "--rate" => parsed.rate = number(&name, &value()?)?,
                "--we" => parsed.we = number(&name, &value()?)?,
                "--wi" => parsed.wi = number(&name, &value()?)?,
                "--wx" => parsed.wx = number(&name, &value()?)?,
                "--tstop" => parsed.tstop = number(&name, &value()?)?,
                "--dt" => parsed.dt = number(&name, &value()?)?,
                "--apart" => parsed.apart = true,
                "--no-table" => parsed.no_table = true,
                "--threads" => parsed.threads = number(&name, &value()?)?,
                "--kernels" => parsed.kernels = kernels(&value()?)?,
                _ => return Err(format!("unknown option {name}; the options are\n{USAGE}")),
            }
        }
        if parsed.cells < 5 {
            return Err("--cells: 5 at least, one of them inhibitory".into());
        }
        Ok(parsed)
    }
}

/// The synapse of number `k` of a cell.
fn contact(synapse: &str, k: u32) -> Contact {
    let compartment = k / DENDRITES % COMPARTMENTS;
    let middle = (f64::from(compartment) + 0.5) / f64::from(COMPARTMENTS);
    Contact::new(synapse).at(format!("dend{}", k % DENDRITES), middle)
}

/// Synapse number `k` of every cell, each from a cell drawn from the excitatory or the inhibitory ones.
fn rule(a: &Arguments, k: u32, excitatory: u32) -> ConnRule {
    let inhibits = k >= a.exc;
    let (first, count) = match inhibits {
        false => (0, excitatory),
        true => (excitatory, a.cells - excitatory),
    };
    let mut stream = Stream::new(7, k, 0);
    let mut draw = |choices: u32| (stream.unit() * f64::from(choices)) as u32;
    let drawn = (0..a.cells).map(|post| ((first + draw(count), post), draw(81)));
    let (pairs, steps): (Vec<_>, Vec<u32>) = drawn.unzip();
    let mut list = PairList::from(pairs);
    list.delays = Some(steps.iter().map(|k| 1.0 + f64::from(*k) * 0.025).collect());
    let weight = if inhibits { a.wi } else { a.we };
    ConnRule::builder()
        .name(format!("synapse{k}"))
        .pre("Cells")
        .post("Cells")
        .list(list)
        .weight(weight.micro_siemens())
        .allow_self(true)
        .synapses([contact(if inhibits { "Inh" } else { "Exc" }, k)])
        .build()
}

/// The Poisson sources of synapse number `k` of every cell.
fn noise(a: &Arguments, k: u32) -> Stimulus {
    let mut source = Stimulus::new(format!("source{k}"), "NetStim", "Cells");
    source.parameters = [
        ("rate", Value::from(a.rate.hz())),
        ("noise", Value::from(1)),
    ]
    .into();
    source.synapses = vec![contact("Exc", k)];
    source.weight = Some(a.wx.micro_siemens().into());
    source.delay = Some(1.ms().into());
    source
}

/// A kind of synapse.
fn synapse(name: &str, e: f64) -> Synapse {
    let parameters = [("tau1", 0.5.ms()), ("tau2", 3.ms())];
    let mut synapse = Synapse::builder()
        .name(name)
        .mechanism("Exp2Syn")
        .parameters(parameters)
        .build();
    synapse.parameters.push("e", e.mv());
    synapse
}

pub(crate) fn network(a: &Arguments) -> Result<Network, netdsl::check::Diagnostics> {
    let mut net = network! { name: "dense", populations: [Cells] }?;
    net.populations[0].cells = Some(a.cells.into());
    net.synapses = vec![synapse("Exc", 0.0), synapse("Inh", -80.0)];
    let (excitatory, recurrent) = (a.cells * 4 / 5, a.exc + a.inh);
    net.connections = (0..recurrent).map(|k| rule(a, k, excitatory)).collect();
    net.stimuli = (recurrent..recurrent + a.ext)
        .map(|k| noise(a, k))
        .collect();
    Ok(net)
}

fn run(a: &Arguments) -> Result<(), Error> {
    let started = Instant::now();
    let simulation = Simulation::builder()
        .duration(a.tstop.ms())
        .dt(a.dt.ms())
        .use_tables(!a.no_table)
        .merge_synapses(!a.apart)
        .threads(a.threads)
        .kernels(a.kernels)
        .build(network(a)?)?;
    let setup_s = started.elapsed().as_secs_f64();
    let run = simulation.run()?;
    let params = format!(
        "{{\"exc\": {}, \"inh\": {}, \"ext\": {}, \"rate\": {}, \"we\": {}, \"wi\": {}, \"wx\": {}, \"apart\": {}, \
         \"no_table\": {}, \"kernels\": \"{:?}\"}}",
        a.exc, a.inh, a.ext, a.rate, a.we, a.wi, a.wx, a.apart, a.no_table, a.kernels
    );
    Line::new("dense")
        .with("params", params)
        .with("n_synapses", run.summary().points)
        .run(&run, a.tstop, a.dt, setup_s)
        .with("rate_hz", format_args!("{:.3}", run.spikes().rate()))
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
