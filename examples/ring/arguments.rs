//! What a ring is asked to be.

use netdsl::runtime::config::Kernels;

use crate::common::{kernels, number};

/// The command line, with the meaning of the benchmark scripts of other simulators.
#[derive(Clone, Debug)]
pub(crate) struct Arguments {
    pub(crate) rings: u32,
    pub(crate) cells: u32,
    pub(crate) depth: u32,
    pub(crate) nseg: u32,
    pub(crate) everywhere: bool,
    pub(crate) synapses: u32,
    pub(crate) delay: f64,
    pub(crate) min_delay: f64,
    pub(crate) tstop: f64,
    pub(crate) dt: f64,
    pub(crate) no_table: bool,
    pub(crate) threads: usize,
    pub(crate) kernels: Kernels,
    pub(crate) dump: Option<String>,
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
    /// Reads the words of a command line.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
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
