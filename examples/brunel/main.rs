//! Brunel's balanced random network of leaky integrate-and-fire cells (J. Comput. Neurosci. 8:183, 2000). Prints one
//! line of JSON, as the scripts do that other simulators are measured with.
//!
//! `cargo run --release --example brunel -- --tstop 300`

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
            point lif: LifDelta at 0.5 {
                tau: 20 ms, refractory: 2 ms, rest: 0 mV, reset: 0 mV, threshold: 20 mV, start: 0 mV
            }
        }
        spikes: soma.lif.spike > 0.5,
    }
}

population! {
    pub Excitatory: Lif { cells: 10000 }
    pub Inhibitory: Lif { cells: 2500 }
}

conn_rule! { pub EE: Excitatory -> Excitatory {
    param ce: 1; param j: mV; convergence: ce, weight: j, delay: 1.5 ms
} }
conn_rule! { pub EI: Excitatory -> Inhibitory {
    param ce: 1; param j: mV; convergence: ce, weight: j, delay: 1.5 ms
} }
conn_rule! { pub IE: Inhibitory -> Excitatory {
    param ci: 1; param j: mV; param ratio: 1; convergence: ci, weight: -ratio * j, delay: 1.5 ms
} }
conn_rule! { pub II: Inhibitory -> Inhibitory {
    param ci: 1; param j: mV; param ratio: 1; convergence: ci, weight: -ratio * j, delay: 1.5 ms
} }

stimulus! {
    pub NoiseE: NetStim { param drive: Hz; rate: drive, noise: 1 } -> Excitatory {
        param j: mV; weight: j, delay: 1.5 ms
    }
    pub NoiseI: NetStim { param drive: Hz; rate: drive, noise: 1 } -> Inhibitory {
        param j: mV; weight: j, delay: 1.5 ms
    }
}

const USAGE: &str = "\
  --ne N       excitatory cells (10000)
  --ni N       inhibitory cells (2500)
  --eps X      in-degree over population size (0.1)
  --J MV       weight of an excitatory synapse (0.1)
  --g X        that of an inhibitory one over it (5)
  --eta X      external rate over the one that brings the mean to threshold (2)
  --tstop MS   duration (1000)
  --dt MS      step (0.1)
  --threads N  threads (1)
  --kernels K  native, avx2, portable or vm (native)";

pub(crate) struct Arguments {
    ne: u32,
    ni: u32,
    eps: f64,
    j: f64,
    g: f64,
    eta: f64,
    tstop: f64,
    dt: f64,
    threads: usize,
    kernels: Kernels,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            ne: 10000,
            ni: 2500,
            eps: 0.1,
            j: 0.1,
            g: 5.0,
            eta: 2.0,
            tstop: 1000.0,
            dt: 0.1,
            threads: 1,
            kernels: Kernels::Native,
        };
        while let Some(name) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{name} needs a value"));
            match name.as_str() {
                "--ne" => parsed.ne = number(&name, &value()?)?,
                "--ni" => parsed.ni = number(&name, &value()?)?,
                "--eps" => parsed.eps = number(&name, &value()?)?,
                "--J" => parsed.j = number(&name, &value()?)?,
                "--g" => parsed.g = number(&name, &value()?)?,
                "--eta" => parsed.eta = number(&name, &value()?)?,
                "--tstop" => parsed.tstop = number(&name, &value()?)?,
                "--dt" => parsed.dt = number(&name, &value()?)?,
                "--threads" => parsed.threads = number(&name, &value()?)?,
                "--kernels" => parsed.kernels = kernels(&value()?)?,
                _ => return Err(format!("unknown option {name}; the options are\n{USAGE}")),
            }
        }
        Ok(parsed)
    }

    fn in_degrees(&self) -> (u32, u32) {
        let of = |cells: u32| (self.eps * f64::from(cells)) as u32;
        (of(self.ne), of(self.ni))
    }
}

pub(crate) fn network(a: &Arguments) -> Result<Network, netdsl::check::Diagnostics> {
    let (ce, ci) = a.in_degrees();
    // the rate at which the mean potential would be that many thresholds (20 mV, 20 ms)
    let rate = 1000.0 * a.eta * 20.0 / (a.j * 20.0);
    let mut net = network! {
        name: "Brunel",
        param ce: 1 = ce;
        param ci: 1 = ci;
        param j: mV = a.j;
        param ratio: 1 = a.g;
        param drive: Hz = rate;
        populations: [Excitatory, Inhibitory],
        connect: [EE, EI, IE, II],
        stimulate: [NoiseE, NoiseI],
    }?;
    net.populations[0].cells = Some(a.ne.into());
    net.populations[1].cells = Some(a.ni.into());
    Ok(net)
}

fn run(a: &Arguments) -> Result<(), Error> {
    let started = Instant::now();
    let simulation = Simulation::builder()
        .duration(a.tstop.ms())
        .dt(a.dt.ms())
        .threads(a.threads)
        .kernels(a.kernels)
        .build(network(a)?)?;
    let setup_s = started.elapsed().as_secs_f64();
    let run = simulation.run()?;
    let (ce, ci) = a.in_degrees();
    let synapses = u64::from(a.ne + a.ni) * u64::from(ce + ci);
    let events = run.spikes().len() as u64 * u64::from(ce + ci);
    let params = format!(
        "{{\"ne\": {}, \"ni\": {}, \"ce\": {ce}, \"ci\": {ci}, \"J\": {}, \"g\": {}, \"eta\": {}, \"kernels\": \"{:?}\"}}",
        a.ne, a.ni, a.j, a.g, a.eta, a.kernels
    );
    Line::new("brunel")
        .with("params", params)
        .with("n_synapses", synapses)
        .with("events", events)
        .run(&run, a.tstop, a.dt, setup_s)
        .with("rate_hz", format_args!("{:.3}", run.spikes().rate()))
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
