//! Rings of branching Hodgkin-Huxley cells, built with the typed builders: the network that simulators are compared
//! with. One spike runs around each ring. Prints one line of JSON.
//!
//! `cargo run --release --example ring -- --rings 16 --cells 16 --depth 3 --nseg 8 --everywhere --tstop 200`

mod arguments;
mod model;

use arguments::Arguments;
use model::network;
use netdsl::quantity::Units;
use netdsl::{Run, Simulation};
use std::process::ExitCode;
use std::time::Instant;

fn print_line(a: &Arguments, run: &Run, setup_s: f64) {
    let (summary, spikes) = (run.summary(), run.spikes());
    let list: Vec<(f64, u32)> = spikes.iter().collect();
    let show = |part: &[(f64, u32)]| {
        let pairs: Vec<String> = part
            .iter()
            .map(|(t, gid)| format!("[{t:.3}, {gid}]"))
            .collect();
        format!("[{}]", pairs.join(", "))
    };
    let mean = list.iter().map(|(t, _)| t).sum::<f64>() / list.len().max(1) as f64;
    let steps = (a.tstop / a.dt).round();
    println!(
        "{{\"bench\": \"ring\", \"simulator\": \"netdsl\", \"version\": \"{}\", \"params\": {{\"rings\": {}, \"cells\": {}, \
         \"depth\": {}, \"nseg\": {}, \"everywhere\": {}, \"nsyn\": {}, \"delay\": {}, \"no_table\": {}, \"kernels\": \"{:?}\"}}, \
         \"n_cells\": {}, \"n_compartments\": {}, \"n_synapses\": {}, \"t_stop\": {}, \"dt\": {}, \"setup_s\": {:.6}, \
         \"run_s\": {:.6}, \"ns_per_comp_step\": {:.4}, \"spikes\": {}, \"threads\": {}, \"ranks\": 1, \
         \"digest\": {{\"first\": {}, \"last\": {}, \"t_mean\": {mean:.6}}}}}",
        env!("CARGO_PKG_VERSION"),
        a.rings,
        a.cells,
        a.depth,
        a.nseg,
        a.everywhere,
        a.synapses,
        a.delay,
        a.no_table,
        a.kernels,
        summary.cells,
        summary.compartments,
        summary.cells * u64::from(a.synapses),
        a.tstop,
        a.dt,
        setup_s,
        summary.run_s,
        summary.run_s * 1e9 / (summary.compartments as f64 * steps),
        list.len(),
        a.threads,
        show(&list[..list.len().min(5)]),
        show(&list[list.len().saturating_sub(5)..]),
    );
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
