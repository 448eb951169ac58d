//! Rings of branching Hodgkin-Huxley cells, built with the typed builders: the network that simulators are compared
//! with. One spike runs around each ring. Prints one line of JSON.
//!
//! `cargo run --release --example ring -- --rings 16 --cells 16 --depth 3 --nseg 8 --everywhere --tstop 200`

use netdsl::builder::*;
use netdsl::quantity::Units;
use netdsl::runtime::config::Kernels;
use netdsl::{Run, Simulation};
use std::process::ExitCode;
use std::time::Instant;

/// The command line, with the meaning of the benchmark scripts of other simulators.
#[derive(Clone, Debug)]
struct Arguments {
    rings: u32,
    cells: u32,
    depth: u32,
    nseg: u32,
    everywhere: bool,
    synapses: u32,
    delay: f64,
    min_delay: f64,
    tstop: f64,
    dt: f64,
    no_table: bool,
    threads: usize,
    kernels: Kernels,
    dump: Option<String>,
}

const USAGE: &str = "\
  --rings N       rings (16)
  --cells N       cells in a ring (16)
  --depth N       levels of each of the two dendrite trees (3)
  --nseg N        compartments of a branch (8)
  --everywhere    hh in the dendrites too (else passive)
  --nsyn N        ExpSyn of a cell; the first is the ring's (1)
  --delay MS      delay in the ring (5)
  --min-delay MS  add a silent connection of this delay (0: none)
  --tstop MS      duration (200)
  --dt MS         step (0.025)
  --no-table      hh computes its rates instead of interpolating a table
  --threads N     threads (1)
  --kernels K     native, avx2, portable or vm (native)
  --dump FILE     write the spikes to this file";

impl Arguments {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut parsed = Self {
            rings: 16,
            cells: 16,
            depth: 3,
            nseg: 8,
            everywhere: false,
            synapses: 1,
            delay: 5.0,
            min_delay: 0.0,
            tstop: 200.0,
            dt: 0.025,
            no_table: false,
            threads: 1,
            kernels: Kernels::Native,
            dump: None,
        };
        let mut arguments = arguments;
        while let Some(name) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or_else(|| format!("{name} needs a value"))
            };
            match name.as_str() {
                "--rings" => parsed.rings = number(&name, &value()?)?,
                "--cells" => parsed.cells = number(&name, &value()?)?,
                "--depth" => parsed.depth = number(&name, &value()?)?,
                "--nseg" => parsed.nseg = number(&name, &value()?)?,
                "--everywhere" => parsed.everywhere = true,
                "--nsyn" => parsed.synapses = number(&name, &value()?)?,
                "--delay" => parsed.delay = number(&name, &value()?)?,
                "--min-delay" => parsed.min_delay = number(&name, &value()?)?,
                "--tstop" => parsed.tstop = number(&name, &value()?)?,
                "--dt" => parsed.dt = number(&name, &value()?)?,
                "--no-table" => parsed.no_table = true,
                "--threads" => parsed.threads = number(&name, &value()?)?,
                "--kernels" => parsed.kernels = kernels(&value()?)?,
                "--dump" => parsed.dump = Some(value()?),
                _ => return Err(format!("unknown option {name}; the options are\n{USAGE}")),
            }
        }
        Ok(parsed)
    }
}

fn number<T: std::str::FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{name} takes a number, not `{text}`"))
}

fn kernels(text: &str) -> Result<Kernels, String> {
    match text {
        "native" => Ok(Kernels::Native),
        "avx2" => Ok(Kernels::Avx2),
        "portable" => Ok(Kernels::Portable),
        "vm" => Ok(Kernels::Vm),
        _ => Err(format!(
            "--kernels takes native, avx2, portable or vm, not `{text}`"
        )),
    }
}

fn cell_type(a: &Arguments) -> CellType {
    let hh = || [("hh", [("gnabar", 0.12.s_per_cm2())])];
    let soma = Section::builder()
        .name("soma")
        .length(12.um())
        .diameter(12.um())
        .axial_resistivity(100.ohm_cm());
    let mut sections = vec![soma.mechanisms(hh()).build()];
    for _tree in 0..2 {
        let mut level = vec!["soma".to_string()];
        for depth in 0..a.depth {
            let children = if depth == 0 { 1 } else { 2 };
            let parents = std::mem::take(&mut level);
            for parent in parents
                .iter()
                .flat_map(|parent| std::iter::repeat_n(parent, children))
            {
                let name = format!("dend{}", sections.len() - 1);
                let branch = Section::builder()
                    .name(name.as_str())
                    .parent(Attachment::at(parent.as_str(), 1.0))
                    .length(80.um())
                    .diameter(2.um())
                    .axial_resistivity(100.ohm_cm())
                    .nseg(a.nseg);
                let branch = match a.everywhere {
                    true => branch.mechanisms(hh()).build(),
                    false => {
                        let leak = [
                            ("g", Value::from(0.001.s_per_cm2())),
                            ("e", Value::from((-65).mv())),
                        ];
                        branch.mechanisms([("pas", leak)]).build()
                    }
                };
                sections.push(branch);
                level.push(name);
            }
        }
    }
    let spikes = SpikeSource::Voltage {
        section: "soma".into(),
        loc: 0.5,
        threshold: Some((-10).mv().into()),
    };
    CellType::builder()
        .name("Cell")
        .sections(sections)
        .spikes(spikes)
        .build()
}

fn network(a: &Arguments) -> Result<Network, netdsl::check::Diagnostics> {
    let n = a.rings * a.cells;
    let branches = 2 * (2u32.pow(a.depth) - 1);
    let ring = |gid: u32| gid / a.cells * a.cells + (gid % a.cells + a.cells - 1) % a.cells;
    let pairs: Vec<(u32, u32)> = (0..n).map(|gid| (ring(gid), gid)).collect();
    let rule = |name: &str, section: u32, weight: f64, delay: f64, pairs: Vec<(u32, u32)>| {
        ConnRule::builder()
            .name(name)
            .pre("cells")
            .post("cells")
            .list(PairList::from(pairs))
            .weight(weight.micro_siemens())
            .delay(delay.ms())
            .synapses([Contact::new("Exc").at(format!("dend{section}"), 0.6)])
            .allow_self(true)
            .build()
    };
    let mut start = Stimulus::new("Start", "NetStim", "cells");
    start.target.cells = Some((0..a.rings).map(|ring| ring * a.cells).collect());
    start.parameters = [
        ("number", Value::from(1)),
        ("start", 1.ms().into()),
        ("interval", 10.ms().into()),
    ]
    .into();
    start.synapses = vec![Contact::new("Exc").at("dend0", 0.6)];
    start.weight = Some(0.05.micro_siemens().into());
    start.delay = Some(1.ms().into());
    let mut builder = NetworkBuilder::new("ring")
        .cell_type(cell_type(a))
        .synapse(
            Synapse::builder()
                .name("Exc")
                .mechanism("ExpSyn")
                .parameters([("tau", Value::from(2.ms())), ("e", Value::from(0.mv()))])
                .build(),
        )
        .population(
            Population::builder()
                .name("cells")
                .cell("Cell")
                .cells(n)
                .build(),
        )
        .connect(rule("ring", 0, 0.05, a.delay, pairs.clone()))
        .stimulate(start);
    if a.min_delay > 0.0 {
        builder = builder.connect(rule("silent", 0, 0.0, a.min_delay, pairs));
    }
    for k in 1..a.synapses {
        let next = (0..n).map(|gid| ((gid + 1) % n, gid)).collect();
        builder = builder.connect(rule(&format!("extra{k}"), k % branches, 0.0, a.delay, next));
    }
    builder.build()
}

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
