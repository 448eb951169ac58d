//! Describe networks of neurons with macros that the compiler checks.

// expansions name the crate by this path, within the crate too
extern crate self as netdsl;

#[doc(hidden)]
pub mod __private;
pub mod builder;
pub mod cli;
#[cfg(feature = "runtime")]
mod error;
pub mod handle;
pub mod mechanisms;
#[cfg(feature = "runtime")]
mod native;
mod network;
#[cfg(feature = "runtime")]
mod outcome;
pub mod prelude;
pub mod quantity;
#[cfg(feature = "runtime")]
mod record;
#[cfg(feature = "runtime")]
mod simulation;
pub mod spec;

#[cfg(feature = "runtime")]
pub use error::Error;
pub use handle::{
    CellRef, CellType, Loc, Mechanism, PopHandle, Population, Rule, Stimulus, Synapse,
};
#[cfg(feature = "analysis")]
pub use netdsl_analysis as analysis;
pub use netdsl_lang::{check, model};
pub use netdsl_macros::{cell_rule, conn_rule, mechanism, network, population, stimulus, synapse};
#[cfg(feature = "runtime")]
pub use netdsl_runtime as runtime;
pub use network::NetworkBuilder;
#[cfg(feature = "runtime")]
pub use outcome::{BuiltPopulation, Run, SpikesOf, Summary};
#[cfg(feature = "runtime")]
pub use simulation::{Progress, Simulation, SimulationBuilder};
