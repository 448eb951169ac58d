//! Describe networks of neurons with macros that the compiler checks, and simulate them.
//!
//! ```text
//! macros (population!, cell_rule!, conn_rule!, ...) --\
//! builders (builder::Population::builder(), ...) ------> model::Network --Simulation::builder()--> Run
//! files (Network::from_json) -------------------------/
//! ```
//!
//! - [`prelude`]: what a model written with macros imports;
//! - [`builder`]: the same parts from Rust values;
//! - [`model`]: the model as data, in and out of files; [`check`]: what can be wrong with it;
//! - [`quantity`]: numbers with units; [`cli`]: the command line of a model's program.
//!
//! The smallest network that spikes, with builders:
//!
#![cfg_attr(feature = "runtime", doc = "```")]
#![cfg_attr(not(feature = "runtime"), doc = "```ignore")]
//! use netdsl::builder::*;
//! use netdsl::quantity::Units;
//! use netdsl::Simulation;
//!
//! let soma = Section::builder()
//!     .name("soma")
//!     .length(20.um())
//!     .diameter(20.um())
//!     .mechanisms([("hh", Parameters::default())])
//!     .build();
//! let step = Stimulus::builder()
//!     .name("Step")
//!     .mechanism("IClamp")
//!     .target("E")
//!     .parameters([("dur", Value::from(100.ms())), ("amp", 0.2.na().into())])
//!     .build();
//! let net = NetworkBuilder::new("smallest")
//!     .cell_type(CellType::builder().name("Cell").sections([soma]).build())
//!     .population(Population::builder().name("E").cell("Cell").cells(1).build())
//!     .stimulate(step)
//!     .build()?;
//! let run = Simulation::builder().duration(0.1.s()).build(net)?.run()?;
//! assert!(run.spikes().len() > 3);
//! println!("{}", run.summary());
//! # Ok::<(), netdsl::Error>(())
//! ```

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
pub mod netpyne;
mod network;
#[cfg(feature = "runtime")]
mod outcome;
pub mod prelude;
pub mod quantity;
#[cfg(feature = "runtime")]
mod record;
#[cfg(feature = "runtime")]
mod reproducible;
#[cfg(feature = "runtime")]
mod simulation;
pub mod spec;

#[cfg(feature = "runtime")]
pub use error::Error;
pub use handle::{
    CellRef, CellType, Loc, Mechanism, PopHandle, Population, Rule, Stimulus, Synapse,
};
#[cfg(feature = "runtime")]
pub use native::native_code;
#[cfg(feature = "analysis")]
pub use netdsl_analysis as analysis;
pub use netdsl_lang::mech::abi::Draws;
pub use netdsl_lang::{check, model};
pub use netdsl_macros::{cell_rule, conn_rule, mechanism, network, population, stimulus, synapse};
#[cfg(feature = "runtime")]
pub use netdsl_runtime as runtime;
pub use network::NetworkBuilder;
#[cfg(feature = "runtime")]
pub use outcome::{BuiltPopulation, Run, SpikesOf, Summary, WeightTrace};
#[cfg(feature = "runtime")]
pub use reproducible::{Irreproducible, RENEW, Reproducible};
#[cfg(feature = "runtime")]
pub use simulation::{
    DryRun, Interval, Progress, SampledRank, Simulation, SimulationBuilder, Weight,
};

/// Keeps the README's model compiling.
#[cfg(all(doctest, feature = "analysis"))]
#[doc = include_str!("../../README.md")]
struct Readme;
