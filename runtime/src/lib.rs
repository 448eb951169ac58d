//! The simulator of `netdsl`.
//!
//! ```text
//! model::Network --instantiate, connect--> Instance --plan, build--> Simulation --run--> Spikes, Traces
//!      nref files ------------------------/
//! ```

mod bytes;
pub mod checkpoint;
pub mod config;
mod connect;
mod engine;
mod error;
pub mod formats;
pub mod geometry;
pub mod instance;
pub mod instantiate;
mod mech;
mod memory;
pub mod plasticity;
pub mod ranks;
pub mod record;
pub mod rng;
mod simd;
mod stimulate;
pub mod stream;
mod values;

pub use engine::{IntervalCode, Report, Simulation, Weight, on_threads};
pub use error::{BuildError, BuildErrors, RunError};
pub use mech::{Catalogue, CatalogueError, HookCode, Mechanism, NativeTable};
