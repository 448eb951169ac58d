//! Leaky integrate-and-fire cells under noise whose recurrent synapses learn by the times of spikes (pairs, multiplicative).
//! Prints one line of JSON, as the scripts do that other simulators are measured with.
//!
//! `cargo run --release --example stdp -- --tstop 3000`

#[path = "../common/mod.rs"]
mod common;

use common::{Line, kernels, number};
use netdsl::prelude::*;
use netdsl::runtime::config::Kernels;
use std::process::ExitCode;
use std::time::Instant;

cell_rule! {
    pub Lif {
        soma {
            L: 10 um, diam: 10 um,
            point lif: LifExp at 0.5 {
                C: 250 pF, tau: 10 ms, tausyn: 2 ms, refractory: 2 ms,
                rest: -70 mV, reset: -70 mV, threshold: -55 mV, start: -70 mV
            }
        }
        spikes: soma.lif.spike > 0.5,
    }
}

population! { pub Cells: Lif { cells: 1000 } }

conn_rule! { pub Fixed: Cells -> Cells {
    param degree: 1; param w: pA; convergence: degree, weight: w, delay: 1 ms, allow_self: true
} }
conn_rule! { pub Learned: Cells -> Cells {
    param degree: 1; param w: pA; convergence: degree, weight: w, delay: 1 ms, allow_self: true,
    plasticity: Stdp { w_max: 2 * w, a_plus: 0.01, a_minus: 0.011, mu_plus: 1, mu_minus: 1 },
} }

stimulus! {
    pub Noise: NetStim { param drive: Hz; rate: drive, noise: 1 } -> Cells { weight: 19 pA, delay: 1 ms }
}

const USAGE: &str = "\
  --cells N     cells (1000)
  --indegree N  synapses of a cell (100)
  --rate HZ     noise for a cell (9000)
  --weight PA   of a synapse, as it begins (10)
  --tstop MS    duration (10000)
  --dt MS       step (0.1)
  --threads N   threads (1)
  --kernels K   native, avx2, portable or vm (native)
  --static      nothing is learned";

pub(crate) struct Arguments {
    cells: u32,
    indegree: u32,
    rate: f64,
    weight: f64,
    tstop: f64,
    dt: f64,
    threads: usize,
    kernels: Kernels,
    fixed: bool,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            cells: 1000,
            indegree: 100,
            rate: 9000.0,
            weight: 10.0,
            tstop: 10000.0,
            dt: 0.1,
            threads: 1,
            kernels: Kernels::Native,
            fixed: false,
        };
        while let Some(name) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--cells" => parsed.cells = number(&name, &value()?)?,
                "--indegree" => parsed.indegree = number(&name, &value()?)?,
                "--rate" => parsed.rate = number(&name, &value()?)?,
                "--weight" => parsed.weight = number(&name, &value()?)?,
                "--tstop" => parsed.tstop = number(&name, &value()?)?,
                "--dt" => parsed.dt = number(&name, &value()?)?,
                "--threads" => parsed.threads = number(&name, &value()?)?,
                "--kernels" => parsed.kernels = kernels(&value()?)?,
                "--static" => parsed.fixed = true,
                _ => return Err(format!("unknown option {name}; the options are\n{USAGE}")),
            }
        }
        Ok(parsed)
    }
}

pub(crate) fn network(a: &Arguments) -> Result<Network, netdsl::check::Diagnostics> {
    let mut net = network! {
        name: "STDP",
        param degree: 1 = a.indegree;
        param w: pA = a.weight;
        param drive: Hz = a.rate;
        populations: [Cells],
        connect: [Fixed, Learned],
        stimulate: [Noise],
    }?;
    net.populations[0].cells = Some(a.cells.into());
    let unused = usize::from(a.fixed);
    net.connections.remove(unused);
    Ok(net)
}

/// What is printed: sizes, times, and what became of the weights.
fn run(a: &Arguments) -> Result<(), Error> {
    let started = Instant::now();
    let mut settings = Simulation::builder()
        .duration(a.tstop.ms())
        .dt(a.dt.ms())
        .threads(a.threads)
        .kernels(a.kernels);
    if !a.fixed {
        settings = settings.record_weights(Learned::NAME, a.tstop.ms());
    }
    let simulation = settings.build(network(a)?)?;
    let setup_s = started.elapsed().as_secs_f64();
    let run = simulation.run()?;
    let events = run.spikes().len() as u64 * u64::from(a.indegree);
    let last = run
        .weights(Learned::NAME)
        .and_then(|weights| weights.values.last());
    let mean = last.map_or(a.weight, |last| {
        last.iter().sum::<f64>() / last.len() as f64
    });
    let params = format!(
        "{{\"indegree\": {}, \"rate\": {}, \"weight\": {}, \"static\": {}}}",
        a.indegree, a.rate, a.weight, a.fixed
    );
    let ns = run.summary().run_s * 1e9 / events.max(1) as f64;
    Line::new("plasticity")
        .with("params", params)
        .with("n_synapses", a.cells * a.indegree)
        .with("events", events)
        .run(&run, a.tstop, a.dt, setup_s)
        .with("rate_hz", format_args!("{:.3}", run.spikes().rate()))
        .with("ns_per_event", format_args!("{ns:.2}"))
        .with("mean_weight", format_args!("{mean:.4}"))
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
