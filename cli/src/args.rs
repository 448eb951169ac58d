//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use netdsl_runtime::config::{Config, Kernels};

/// Networks of biological neurons.
#[derive(Debug, Parser)]
#[command(name = "netdsl", version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs reference files (nref-1) and compares spikes, traces and geometry with the results they hold.
    ///
    /// Exit code: 0 if all is within tolerance, 1 if not, 2 if a file cannot be read or built.
    Verify(Verify),
    /// Runs a model or a reference file (nref-1) and writes spikes and traces.
    ///
    /// A model is the JSON that `Network::to_json` gives. DIR gets spikes.csv (t_ms,gid) and traces.csv (label,unit,t_ms,value), complete or not at all.
    Run(Run),
    /// Loads a model of NetPyNE (the JSON of `netParams.save`, `sim.saveData`), builds it as NetPyNE does, and runs it.
    ///
    /// DIR gets cells.csv, connections.csv, spikes.csv and traces.csv. Exit code: 0, 1 if --compare finds differences, 2 if the model cannot be loaded, built or run.
    Netpyne(Netpyne),
    /// Looks at mechanisms in NMODL (.mod files).
    #[command(subcommand)]
    Mod(Mod),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Mod {
    /// Compiles .mod files and tells, a line each, whether they can be used and why not.
    ///
    /// Exit code: 0 if all can be used, 1 if some cannot, 2 if a path is not there or holds no .mod file.
    Check(ModCheck),
    /// Prints what a .mod file is read as, the program it becomes, and that program in Rust.
    ///
    /// Exit code: 0, or 1 if the file cannot be used, 2 if it cannot be read.
    Show(ModShow),
}

#[derive(Debug, Args)]
pub(crate) struct Netpyne {
    /// The model: netParams, alone or with simConfig, plain or with cells and results.
    #[arg(value_name = "MODEL.json")]
    pub(crate) file: PathBuf,
    /// simConfig, if the model does not hold it or another one is wanted.
    #[arg(long, value_name = "CFG.json")]
    pub(crate) config: Option<PathBuf>,
    /// Folder for the results; made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON instead of text.
    #[arg(long)]
    pub(crate) json: bool,
    /// Say what NetPyNE does with each item that is told, and tell notes, too.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Build the network and do not run it.
    #[arg(long)]
    pub(crate) build_only: bool,
    /// Pass over what NetPyNE passes over, such as misspelt keys, and note it.
    #[arg(long)]
    pub(crate) lenient: bool,
    /// Compare with the cells, connections and spikes that the file holds, one by one.
    #[arg(long)]
    pub(crate) compare: bool,
    /// Draw connections by the fast sampler: another network than NetPyNE's, of the same probabilities.
    #[arg(long)]
    pub(crate) fast: bool,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
}

/// What becomes of mistakes in units.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Units {
    /// Units are not looked at.
    Off,
    /// They are told.
    Warn,
    /// The file counts as unsupported.
    Strict,
}

#[derive(Debug, Args)]
pub(crate) struct ModCheck {
    /// .mod files, and folders that are searched with all folders inside.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// What becomes of mistakes in units, which are looked for as NEURON's `modlunit` does: a word behind the verdict, or
    /// a reason not to use the file.
    #[arg(long, value_enum, default_value_t = Units::Warn)]
    pub(crate) units: Units,
    /// Print JSON instead of lines.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ModShow {
    /// The .mod file.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Reference files, plain or gzip.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
    /// Print JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The model, or the reference file, plain or gzip.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Folder for the results; made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Length of the run, ms, instead of the file's.
    #[arg(long, value_name = "MS", value_parser = duration, allow_negative_numbers = true)]
    pub(crate) tstop: Option<f64>,
    /// A named parameter of a model: lambda=120um, EI.lambda=120um; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(crate) set: Vec<(String, String)>,
    /// The seed of all random streams of a model.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u32>,
    /// Replace results that are already in the folder.
    #[arg(long)]
    pub(crate) force: bool,
    /// Keep the state of the run in this file: on SIGUSR1, and on SIGTERM before the run ends.
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    /// Keep it also after so much simulated time, ms.
    #[arg(long, value_name = "MS", value_parser = duration, requires = "checkpoint")]
    pub(crate) checkpoint_every: Option<f64>,
    /// Go on from this checkpoint.
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// Write results while the run goes on, in bounded memory; traces.csv is then ordered by time. Files are called
    /// NAME.partial until the run has ended.
    #[arg(long)]
    pub(crate) stream: bool,
    /// Tell what a run of a model on N ranks would need (memory, balance, time of a step) instead of running it.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) dry_run: Option<u32>,
    /// Say where time and memory went.
    #[arg(long)]
    pub(crate) report: bool,
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SimulationArgs {
    /// Folder with the .mod files of mechanisms that do not come with netdsl.
    #[arg(long, value_name = "DIR")]
    pub(crate) mechanisms: Option<PathBuf>,
    /// Threads; 0 for one per core. Never changes results.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) threads: usize,
    /// Which code runs mechanisms. Never changes results.
    #[arg(long, value_enum, default_value_t = KernelArg::Best)]
    pub(crate) kernels: KernelArg,
    /// Cells side by side in a group; 0 for the measured best. Never changes results.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) lanes: usize,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KernelArg {
    /// The fastest that the machine can run.
    Best,
    /// Native, AVX-512 not used.
    Avx2,
    /// Native, without SIMD instructions.
    Portable,
    /// The block VM.
    Vm,
}

impl From<KernelArg> for Kernels {
    fn from(kernels: KernelArg) -> Self {
        match kernels {
            KernelArg::Best => Kernels::Best,
            KernelArg::Avx2 => Kernels::Avx2,
            KernelArg::Portable => Kernels::Portable,
            KernelArg::Vm => Kernels::Vm,
        }
    }
}

impl SimulationArgs {
    /// `config` with the settings of the command line.
    pub(crate) fn apply(&self, config: Config) -> Config {
        Config {
            threads: self.threads,
            kernels: self.kernels.into(),
            lanes: self.lanes,
            ..config
        }
    }
}

fn duration(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(ms) if ms > 0.0 && ms.is_finite() => Ok(ms),
        _ => Err("must be a number of milliseconds above 0".to_owned()),
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write NAME=VALUE, as in lambda=120um".to_owned()),
    }
}
