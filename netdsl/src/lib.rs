//! Describe networks of neurons with macros that the compiler checks.

pub mod cli;
pub mod quantity;
