//! Sizes and times of a simulation.

use std::fmt;

/// Sizes and times of a simulation.
///
/// Times by part are those of all threads together, from a sixteenth of the steps, so that they cost nothing that could
/// be measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Cells, artificial ones included.
    pub cells: u64,
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
    /// Threads in use.
    pub threads: u64,
}

impl Report {
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
