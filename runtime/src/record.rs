//! What is recorded, and what comes out.

use crate::instance::Place;

/// A variable to be sampled.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// Name in the results.
    pub label: String,
    /// What is sampled.
    pub target: ProbeTarget,
    /// Sampling interval, ms; 0 for every step. Sample k is at `k * interval`, sample 0 after initialisation.
    pub interval: f64,
}

/// Orders the probes of all ranks: traces come in the order of their keys, which differ.
pub type ProbeKey = [u32; 3];

/// Where a sampled variable lives.
#[derive(Clone, Debug, PartialEq)]
pub enum ProbeTarget {
    /// A variable of a place by NEURON's name: `v`, `ina`, `ena`, `cai`, `m_hh`, `gbar_kv`, `i_pas`.
    Place {
        /// Where.
        place: Place,
        /// Which.
        variable: String,
    },
    /// A variable of a point process (index in [`crate::instance::Instance::points`]).
    Point {
        /// Index.
        point: u32,
        /// Which (`g`, `i`, `w`).
        variable: String,
    },
    /// A variable of an artificial cell (index in [`crate::instance::Instance::cells`]).
    Artificial {
        /// Index.
        cell: u32,
        /// Which (`m`).
        variable: String,
    },
}

/// Samples of one probe.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// The probe's label.
    pub label: String,
    /// Unit of the values.
    pub unit: String,
    /// Time between samples, ms.
    pub interval: f64,
    /// Sample k is at `k * interval`.
    pub values: Vec<f64>,
}

/// Spikes in the order (time, gid).
///
/// Times are those of the ends of steps for cells that cross a threshold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spikes {
    /// Time, ms.
    pub times: Vec<f64>,
    /// Whose.
    pub gids: Vec<u32>,
}

impl Spikes {
    /// Number of spikes.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// Spikes one by one.
    pub fn iter(&self) -> impl Iterator<Item = (f64, u32)> + '_ {
        self.times.iter().copied().zip(self.gids.iter().copied())
    }
}
