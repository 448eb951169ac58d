//! Mechanisms as data: the program that NMODL is lowered to, and its contract with whoever executes it.
//!
//! One [`Program`] has two executors with the same bits: Rust source printed by [`emit`] and compiled natively, and
//! the runtime's block VM. Nothing else ever interprets NMODL.

pub mod abi;
mod changes;
pub mod codec;
mod deposits;
pub mod emit;
pub mod interpret;
pub mod print;
pub mod program;
pub mod shipped;
mod superpose;
pub mod verify;

pub use changes::visit;
pub use codec::{DecodeError, decode, encode, hash};
pub use deposits::{Deposit, Factor};
pub use program::*;
