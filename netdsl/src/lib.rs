//! Describe networks of neurons with macros that the compiler checks.

pub mod builder;
pub mod cli;
mod network;
pub mod quantity;

pub use netdsl_lang::{check, model};
pub use network::NetworkBuilder;
