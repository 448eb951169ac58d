//! Sizes and times of a simulation.

use crate::ranks::{Communicator, Lost, Share, totals};
use std::fmt;

/// Sizes and times of a simulation.
///
/// Times by part are those of all threads together, from a sixteenth of the steps, so that they cost nothing that could
/// be measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Cells, artificial ones included.
    pub cells: u64,
    /// Those of them that are this rank's.
    pub own_cells: u64,
    /// Compartments with membrane.
    pub compartments: u64,
    /// Point processes.
    pub points: u64,
    /// Point processes that have states of their own: the others share them.
    pub own_points: u64,
    /// Connections.
    pub connections: u64,
    /// Groups of cells that are computed side by side.
    pub groups: u64,
    /// Memory of states and parameters, bytes.
    pub state_bytes: u64,
    /// Memory of connections, bytes.
    pub connection_bytes: u64,
    /// Memory of events on their way, bytes.
    pub event_bytes: u64,
    /// Memory of spikes and samples, bytes.
    pub recording_bytes: u64,
    /// Time to build and initialise, s.
    pub build_s: f64,
    /// Time to integrate, s.
    pub run_s: f64,
    /// Steps integrated.
    pub steps: u64,
    /// Length of a step, ms.
    pub dt: f64,
    /// Steps between exchanges of spikes.
    pub steps_per_epoch: u64,
    /// Events delivered.
    pub events: u64,
    /// Spikes found and events delivered, s.
    pub events_s: f64,
    /// Currents and the matrix, s.
    pub currents_s: f64,
    /// Voltages, s.
    pub solve_s: f64,
    /// States of mechanisms, s.
    pub states_s: f64,
    /// Samples, s.
    pub record_s: f64,
    /// Artificial cells, those without input as well, s.
    pub artificial_s: f64,
    /// Spikes handed on between epochs, s.
    pub exchange_s: f64,
    /// Instruction set in use.
    pub instruction_set: String,
    /// Threads in use, of each rank.
    pub threads: u64,
    /// Bytes of spikes that went from rank to rank.
    pub sent_bytes: u64,
    /// Time spent in the exchange between ranks, most of it waiting for slower ones, of all ranks together, s.
    pub wait_s: f64,
    /// What each rank has and did.
    pub shares: Vec<Share>,
}

impl Report {
    /// This report, of one rank, with those of all others.
    pub(crate) fn of_all(&self, ranks: &dyn Communicator) -> Result<Self, Lost> {
        let mut all = self.clone();
        all.shares = self.share().gather(ranks)?;
        let mut counts = all.counts().map(|x| *x);
        totals::sum(ranks, &mut counts)?;
        for (place, count) in all.counts().into_iter().zip(counts) {
            *place = count;
        }
        let nanoseconds = |s: &mut f64| (*s * 1e9) as u64;
        let mut times = all.times().map(nanoseconds);
        totals::sum(ranks, &mut times)?;
        for (place, time) in all.times().into_iter().zip(times) {
            *place = time as f64 * 1e-9;
        }
        Ok(all)
    }

    /// What ranks add up.
    fn counts(&mut self) -> [&mut u64; 11] {
        [
            &mut self.compartments,
            &mut self.points,
            &mut self.own_points,
            &mut self.connections,
            &mut self.groups,
            &mut self.state_bytes,
            &mut self.connection_bytes,
            &mut self.event_bytes,
            &mut self.recording_bytes,
            &mut self.events,
            &mut self.sent_bytes,
        ]
    }

    fn times(&mut self) -> [&mut f64; 8] {
        [
            &mut self.events_s,
            &mut self.currents_s,
            &mut self.solve_s,
            &mut self.states_s,
            &mut self.record_s,
            &mut self.artificial_s,
            &mut self.exchange_s,
            &mut self.wait_s,
        ]
    }

    fn share(&self) -> Share {
        Share {
            cells: self.own_cells,
            compartments: self.compartments,
            connections: self.connections,
            bytes: self.state_bytes
                + self.connection_bytes
                + self.event_bytes
                + self.recording_bytes,
            build_s: self.build_s,
            work_s: (self.run_s - self.wait_s).max(0.0),
            wait_s: self.wait_s,
            sent_bytes: self.sent_bytes,
        }
    }

    /// Time of the run for a compartment and a step, ns.
    #[must_use]
    pub fn ns_per_compartment_step(&self) -> f64 {
        self.run_s * 1e9 / (self.compartments * self.steps).max(1) as f64
    }

    /// How many times longer than the simulated time the run took.
    #[must_use]
    pub fn times_real_time(&self) -> f64 {
        self.run_s * 1000.0 / (self.steps as f64 * self.dt)
    }

    /// Times by part: a name and seconds.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, f64); 7] {
        [
            ("events", self.events_s),
            ("currents", self.currents_s),
            ("solve", self.solve_s),
            ("states", self.states_s),
            ("record", self.record_s),
            ("artificial cells", self.artificial_s),
            ("exchange", self.exchange_s),
        ]
    }

    /// Memory by part: what it holds, bytes, and how many items these are of.
    #[must_use]
    pub fn memory(&self) -> [(&'static str, u64, u64, &'static str); 4] {
        [
            ("states", self.state_bytes, self.compartments, "compartment"),
            (
                "connections",
                self.connection_bytes,
                self.connections,
                "connection",
            ),
            ("events", self.event_bytes, self.events, "event"),
            ("recordings", self.recording_bytes, self.steps, "step"),
        ]
    }
}

impl Report {
    /// Balance and exchange.
    fn write_ranks(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = |of: fn(&Share) -> f64| {
            let all = self.shares.iter().map(of);
            let mean = all.clone().sum::<f64>() / self.shares.len() as f64;
            (all.fold(0.0, f64::max), mean)
        };
        let (work, mean_work) = most(|s| s.work_s);
        let (wait, mean_wait) = most(|s| s.wait_s);
        writeln!(
            f,
            "  {} ranks: work {work:.4} s at most, {mean_work:.4} s on average; exchange {wait:.4} s at most, {mean_wait:.4} s \
             on average; {} bytes of spikes from all",
            self.shares.len(),
            self.sent_bytes
        )?;
        for (rank, share) in self.shares.iter().enumerate().take(16) {
            writeln!(
                f,
                "  rank {rank:<4} {:>8} cells {:>9} compartments {:>10} connections {:>12} bytes, work {:.4} s",
                share.cells, share.compartments, share.connections, share.bytes, share.work_s
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} compartments in {} groups, {} of {} point processes with states of their own; {}, {} threads",
            self.compartments,
            self.groups,
            self.own_points,
            self.points,
            self.instruction_set,
            self.threads
        )?;
        writeln!(
            f,
            "{} steps in epochs of {}: {:.2} ns per compartment and step, {} events delivered, {:.2} times real time",
            self.steps,
            self.steps_per_epoch,
            self.ns_per_compartment_step(),
            self.events,
            self.times_real_time()
        )?;
        let parts = self.parts();
        let whole = parts
            .iter()
            .map(|(_, s)| s)
            .sum::<f64>()
            .max(f64::MIN_POSITIVE);
        for (name, seconds) in parts {
            let share = 100.0 * seconds / whole;
            writeln!(f, "  {name:<16} {seconds:>10.4} s {share:>6.1} %")?;
        }
        if self.shares.len() > 1 {
            self.write_ranks(f)?;
        }
        for (index, (name, bytes, items, item)) in self.memory().into_iter().enumerate() {
            let each = bytes as f64 / items.max(1) as f64;
            let line = format!("  {name:<16} {bytes:>12} bytes, {each:.1} for each {item}");
            if index + 1 < self.memory().len() {
                writeln!(f, "{line}")?;
            } else {
                write!(f, "{line}")?;
            }
        }
        Ok(())
    }
}
