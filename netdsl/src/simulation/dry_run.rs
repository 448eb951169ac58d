//! What a run on many ranks would need, found out on one machine: some of the ranks are built, one after the other, and run
//! for a moment.

use super::{SimulationBuilder, all_probes};
use crate::error::Error;
use netdsl_lang::model::Network;
use netdsl_runtime::Simulation as Engine;
use netdsl_runtime::instantiate::instantiate_share;
use netdsl_runtime::ranks::partition::Partition;
use netdsl_runtime::ranks::{Pretended, Share};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

/// Ranks that are built, at most.
const SAMPLED: usize = 5;
/// Steps that are taken on each.
const STEPS: f64 = 400.0;
/// Rate of spikes that the exchange is told for, Hz.
const RATE: f64 = 10.0;
/// Bytes of a spike between ranks, and of the head that each rank sends.
const SPIKE: f64 = 6.0;
const HEAD: f64 = 256.0;

/// What a run on so many ranks would need.
#[derive(Clone, Debug, PartialEq)]
pub struct DryRun {
    /// How many ranks.
    pub ranks: usize,
    /// Cells of the whole network.
    pub cells: u64,
    /// Cost of the rank with the most to do over the mean, estimated from compartments and mechanisms: 1 is perfect.
    pub imbalance: f64,
    /// Ranks without cells.
    pub idle: usize,
    /// Time between exchanges, ms: the shortest delay found between cells.
    pub epoch: f64,
    /// The most memory that this process has held, bytes: that of one rank while it is built, with what every rank knows of
    /// all cells. `None` where the system does not say.
    pub peak_bytes: Option<u64>,
    /// The ranks that were built: the one with the most to do first.
    pub sampled: Vec<SampledRank>,
}

/// A rank that was built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampledRank {
    /// Its number.
    pub rank: usize,
    /// What it has. `bytes` is what a run holds, without the table of all cells.
    pub share: Share,
    /// Time to make its cells and connections, s.
    pub network_s: f64,
    /// Time of a step without spikes of other ranks, s.
    pub step_s: f64,
}

impl DryRun {
    /// Bytes that each rank receives in an epoch if all cells spike with 10 Hz.
    #[must_use]
    pub fn exchange_bytes(&self) -> f64 {
        let spikes = self.cells as f64 * RATE * self.epoch / 1000.0;
        spikes * SPIKE + HEAD * self.ranks as f64
    }
}

impl SimulationBuilder {
    /// Finds out what a run on so many ranks would need, without running it.
    ///
    /// # Errors
    /// Mistakes in the model, or in what was built of the network.
    pub fn dry_run(&self, network: Network, ranks: usize) -> Result<DryRun, Error> {
        let ranks = ranks.max(1);
        let first = self.sample(&network, 0, ranks)?;
        let partition = first.2;
        let mut sampled = vec![(first.0, first.1)];
        for rank in chosen(&partition).into_iter().filter(|rank| *rank > 0) {
            let (sample, epoch, ..) = self.sample(&network, rank, ranks)?;
            sampled.push((sample, epoch));
        }
        let cost = |rank: usize| partition.costs()[rank];
        sampled.sort_by(|a, b| cost(b.0.rank).total_cmp(&cost(a.0.rank)));
        Ok(DryRun {
            ranks,
            cells: first.3,
            imbalance: partition.imbalance(),
            idle: partition.costs().iter().filter(|c| **c == 0.0).count(),
            epoch: sampled.iter().map(|s| s.1).fold(f64::INFINITY, f64::min),
            peak_bytes: peak_bytes(),
            sampled: sampled.into_iter().map(|s| s.0).collect(),
        })
    }

    /// A rank with its epoch (ms), the partition, and the number of all cells.
    fn sample(
        &self,
        network: &Network,
        rank: usize,
        size: usize,
    ) -> Result<(SampledRank, f64, Partition, u64), Error> {
        let (run, catalogue) = self.prepare(network)?;
        let ranks = Arc::new(Pretended { rank, size });
        let started = Instant::now();
        let (instance, partition) = instantiate_share(network, &catalogue, &*ranks, self.deal)?;
        let network_s = started.elapsed().as_secs_f64();
        let cells = instance.cells.len() as u64;
        let probes = all_probes(&run, network, &instance)?;
        let config = self.config(&run);
        let mut engine = Engine::on_ranks(ranks, instance, &catalogue, config, probes)?;
        engine.run(STEPS * run.dt, &mut |_| {})?;
        let report = engine.report();
        let sample = SampledRank {
            rank,
            share: report.shares[0],
            network_s,
            step_s: report.run_s / report.steps.max(1) as f64,
        };
        let epoch = report.steps_per_epoch as f64 * report.dt;
        Ok((sample, epoch, partition, cells))
    }
}

fn peak_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// The rank with the most to do, the one with the least, and some between.
fn chosen(partition: &Partition) -> Vec<usize> {
    let costs = partition.costs();
    let mut by_cost: Vec<usize> = (0..costs.len()).collect();
    by_cost.sort_by(|a, b| costs[*b].total_cmp(&costs[*a]));
    let last = by_cost.len() - 1;
    let count = SAMPLED.min(by_cost.len());
    let mut chosen: Vec<usize> = (0..count)
        .map(|k| by_cost[k * last / (count - 1).max(1)])
        .collect();
    chosen.dedup();
    chosen
}

impl fmt::Display for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} cells on {} ranks: the busiest has {:.2} times the mean to do{}",
            self.cells,
            self.ranks,
            self.imbalance,
            match self.idle {
                0 => String::new(),
                idle => format!(", {idle} have nothing"),
            }
        )?;
        writeln!(
            f,
            "an exchange every {:.3} ms brings each rank {:.0} kB at {RATE} Hz{}",
            self.epoch,
            self.exchange_bytes() / 1e3,
            self.peak_bytes.map_or(String::new(), |bytes| format!(
                "; a rank takes up to {:.0} MB while it is built",
                bytes as f64 / 1e6
            ))
        )?;
        writeln!(
            f,
            "{:>6} {:>9} {:>12} {:>12} {:>9} {:>12} {:>11} {:>10}",
            "rank",
            "cells",
            "compartments",
            "connections",
            "MB",
            "network, s",
            "started, s",
            "step, µs"
        )?;
        for (index, sample) in self.sampled.iter().enumerate() {
            let share = &sample.share;
            write!(
                f,
                "{:>6} {:>9} {:>12} {:>12} {:>9.1} {:>12.3} {:>11.3} {:>10.2}",
                sample.rank,
                share.cells,
                share.compartments,
                share.connections,
                share.bytes as f64 / 1e6,
                sample.network_s,
                share.build_s,
                sample.step_s * 1e6
            )?;
            if index + 1 < self.sampled.len() {
                writeln!(f)?;
            }
        }
        Ok(())
    }
}
