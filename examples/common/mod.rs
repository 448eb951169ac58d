//! What the programs share that are compared with other simulators: their command line and the line they print.

use netdsl::runtime::config::Kernels;
use netdsl::{Run, SpikesOf};
use std::fmt::{Display, Write};
use std::str::FromStr;

/// The number that an option has.
pub(crate) fn number<T: FromStr>(name: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{name} takes a number, not `{text}`"))
}

/// The kernels that `--kernels` names.
pub(crate) fn kernels(text: &str) -> Result<Kernels, String> {
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

/// A line of JSON, as the scripts of the other simulators print it.
pub(crate) struct Line(String);

impl Line {
    /// The line of the benchmark called `name`.
    pub(crate) fn new(name: &str) -> Self {
        let line = Self(String::new());
        line.text("bench", name)
            .text("simulator", "netdsl")
            .text("version", env!("CARGO_PKG_VERSION"))
    }

    /// A number, a truth, or anything that is JSON already.
    pub(crate) fn with(mut self, name: &str, value: impl Display) -> Self {
        let comma = if self.0.is_empty() { "" } else { ", " };
        write!(self.0, "{comma}\"{name}\": {value}").expect("a String takes text");
        self
    }

    /// A word.
    pub(crate) fn text(self, name: &str, value: &str) -> Self {
        self.with(name, format_args!("\"{value}\""))
    }

    /// Sizes and times of a run of `tstop` ms in steps of `dt` ms.
    pub(crate) fn run(self, run: &Run, tstop: f64, dt: f64, setup_s: f64) -> Self {
        let summary = run.summary();
        let steps = (tstop / dt).round();
        self.with("n_cells", summary.cells)
            .with("n_compartments", summary.compartments)
            .with("t_stop", tstop)
            .with("dt", dt)
            .with("setup_s", format_args!("{setup_s:.6}"))
            .with("run_s", format_args!("{:.6}", summary.run_s))
            .with(
                "ns_per_comp_step",
                format_args!(
                    "{:.4}",
                    summary.run_s * 1e9 / (summary.compartments as f64 * steps)
                ),
            )
            .with("spikes", run.spikes().len())
            .with("threads", summary.threads)
            .with("ranks", 1)
            .with("digest", digest(run.spikes()))
    }

    /// The largest memory that the program had, where the system tells, by synapse.
    #[allow(dead_code)]
    pub(crate) fn memory(self, synapses: u64) -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|l| l.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        match kilobytes {
            Some(kilobytes) => self.with(
                "bytes_per_synapse",
                format_args!("{:.1}", kilobytes * 1024.0 / synapses as f64),
            ),
            None => self,
        }
    }

    /// The line as it is printed.
    pub(crate) fn print(&self) {
        println!("{{{}}}", self.0);
    }
}

/// What tells whether two programs found the same spikes.
fn digest(spikes: SpikesOf) -> String {
    let list: Vec<(f64, u32)> = spikes.iter().collect();
    let show = |part: &[(f64, u32)]| {
        let pairs: Vec<String> = part
            .iter()
            .map(|(t, gid)| format!("[{t:.3}, {gid}]"))
            .collect();
        format!("[{}]", pairs.join(", "))
    };
    let mean = list.iter().map(|(t, _)| t).sum::<f64>() / list.len().max(1) as f64;
    format!(
        "{{\"first\": {}, \"last\": {}, \"t_mean\": {mean:.6}}}",
        show(&list[..list.len().min(5)]),
        show(&list[list.len().saturating_sub(5)..])
    )
}
