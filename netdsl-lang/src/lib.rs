//! The language behind `netdsl`: everything that can be known about a model without running it.
//!
//! ```text
//!  text, Rust tokens --token--> expr, units --check--> model::Network (the model IR) --check--> runtime
//!  .mod text --nmodl::parse--> AST --nmodl::lower--> mech::Program --mech::emit--> Rust source
//!                                                        \--> the runtime's block VM
//! ```
//!
//! No I/O, no threads, no SIMD intrinsics, no `unsafe`: the crate is used by the macros at compile time, by build
//! scripts, and by the runtime when it loads a file.
#![forbid(unsafe_code)]

pub mod check;
pub mod diag;
pub mod expr;
pub mod lane;
pub mod math;
pub mod mech;
pub mod model;
pub mod nmodl;
pub mod units;
