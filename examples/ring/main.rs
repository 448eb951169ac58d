//! Rings of branching Hodgkin-Huxley cells, built with the typed builders: the network that simulators are compared
//! with. One spike runs around each ring. Prints one line of JSON.
//!
//! `cargo run --release --example ring -- --rings 16 --cells 16 --depth 3 --nseg 8 --everywhere --tstop 200`

mod arguments;
#[path = "../common/mod.rs"]
mod common;
mod model;

use arguments::Arguments;
use common::Line;
use model::network;
use netdsl::quantity::Units;
use netdsl::{Run, Simulation};
use std::process::ExitCode;
use std::time::Instant;

fn print_line(a: &Arguments, run: &Run, setup_s: f64) {
    let params = format!(
        "{{\"rings\": {}, \"cells\": {}, \"depth\": {}, \"nseg\": {}, \"everywhere\": {}, \"nsyn\": {}, \"delay\": {}, \
         \"no_table\": {}, \"kernels\": \"{:?}\"}}",
        a.rings, a.cells, a.depth, a.nseg, a.everywhere, a.synapses, a.delay, a.no_table, a.kernels
    );
    Line::new("ring")
        .with("params", params)
        .with("n_synapses", run.summary().cells * u64::from(a.synapses))
        .run(run, a.tstop, a.dt, setup_s)
        .print();
}

fn run(a: &Arguments) -> Result<(), netdsl::Error> {
    let started = Instant::now();
    let simulation = Simulation::builder()
        .duration(a.tstop.ms())
        .dt(a.dt.ms())
        .v_init((-65).mv())
        .use_tables(!a.no_table)
        .threads(a.threads)
        .kernels(a.kernels)
        .build(network(a)?)?;
    let setup_s = started.elapsed().as_secs_f64();
    let run = simulation.run()?;
    print_line(a, &run, setup_s);
    if let Some(file) = &a.dump {
        let lines: String = run
            .spikes()
            .iter()
            .map(|(t, gid)| format!("{t:.3} {gid}\n"))
            .collect();
        std::fs::write(file, lines).map_err(|cause| netdsl::Error::File {
            path: file.into(),
            cause: cause.to_string(),
        })?;
    }
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
