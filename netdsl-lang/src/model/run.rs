//! How a network is run and what is recorded.

use super::connection::is_false;
use super::{Selector, quantity};
use serde::{Deserialize, Serialize};

/// Settings of a run: what changes results. Threads, ranks and instruction sets do not, and are not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "builders", derive(typed_builder::TypedBuilder))]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// Duration, ms.
    #[serde(deserialize_with = "quantity::ms")]
    pub duration: f64,
    /// Step, ms.
    #[serde(default = "default_dt", deserialize_with = "quantity::ms")]
    #[cfg_attr(feature = "builders", builder(default = default_dt()))]
    pub dt: f64,
    /// Initial voltage where a section has none of its own, mV.
    #[serde(default = "default_v_init", deserialize_with = "quantity::mv")]
    #[cfg_attr(feature = "builders", builder(default = default_v_init()))]
    pub v_init: f64,
    /// Temperature, °C.
    #[serde(default = "default_celsius", deserialize_with = "quantity::celsius")]
    #[cfg_attr(feature = "builders", builder(default = default_celsius()))]
    pub celsius: f64,
    /// Integration scheme.
    #[serde(default)]
    #[cfg_attr(feature = "builders", builder(default))]
    pub scheme: Scheme,
    /// Whether mechanisms interpolate their TABLEs where the model does not set their `usetable`.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "builders", builder(default))]
    pub use_tables: bool,
    /// What is recorded beside the spikes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "builders", builder(default))]
    pub record: Vec<Recording>,
}

impl RunConfig {
    /// A run of `duration` ms with NEURON's defaults: 0.025 ms steps, -65 mV, 6.3 °C, implicit Euler.
    pub fn new(duration: f64) -> Self {
        Self {
            duration,
            dt: default_dt(),
            v_init: default_v_init(),
            celsius: default_celsius(),
            scheme: Scheme::default(),
            use_tables: false,
            record: Vec::new(),
        }
    }
}

fn default_dt() -> f64 {
    0.025
}

fn default_v_init() -> f64 {
    -65.0
}

fn default_celsius() -> f64 {
    6.3
}

/// The integration scheme of a fixed step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Implicit Euler, gates staggered: NEURON's `secondorder = 0`.
    #[default]
    ImplicitEuler,
    /// Crank-Nicolson, gates staggered: NEURON's `secondorder = 1`.
    CrankNicolson,
    /// Crank-Nicolson with currents corrected at the end of the step: NEURON's `secondorder = 2`.
    CrankNicolsonCurrents,
}

/// A variable that is sampled in the selected cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// Name in the results.
    pub label: String,
    /// Cells.
    pub cells: Selector,
    /// What is sampled.
    pub what: Recorded,
    /// Sampling interval, ms; every step if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "quantity::optional_ms"
    )]
    pub interval: Option<f64>,
}

/// What is sampled in a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Recorded {
    /// A variable of a place by NEURON's name: `v`, `ina`, `cai`, `m_hh`.
    Place {
        /// Section.
        section: String,
        /// Position along it, 0..1.
        loc: f64,
        /// Variable.
        variable: String,
    },
    /// A variable of a point process of the cell.
    Point {
        /// Section.
        section: String,
        /// Name of the point process in that section.
        point: String,
        /// Variable.
        variable: String,
    },
    /// A variable of the synapses of that name that a connection rule or stimulus made on the cell.
    Synapse {
        /// Name of the synapse.
        synapse: String,
        /// Variable (`g`, `i`).
        variable: String,
    },
    /// A variable of an electrode.
    Stimulus {
        /// Name of the stimulus.
        stimulus: String,
        /// Variable (`i`).
        variable: String,
    },
    /// A variable of an artificial cell.
    Artificial {
        /// Variable (`m`).
        variable: String,
    },
}
