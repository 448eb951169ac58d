//! Describe networks of neurons with macros that the compiler checks.

// expansions name the crate by this path, within the crate too
extern crate self as netdsl;

#[doc(hidden)]
pub mod __private;
pub mod builder;
pub mod cli;
pub mod handle;
mod network;
pub mod prelude;
pub mod quantity;
pub mod spec;

pub use handle::{
    CellRef, CellType, Loc, Mechanism, PopHandle, Population, Rule, Stimulus, Synapse,
};
pub use netdsl_lang::{check, model};
pub use netdsl_macros::{cell_rule, conn_rule, network, population, stimulus, synapse};
pub use network::NetworkBuilder;
