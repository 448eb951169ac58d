//! The simulator of `netdsl`.
//!
//! ```text
//! model::Network --instantiate, connect--> Instance --discretise, pack--> Engine --run--> Spikes, Traces
//!      nref files ------------------------/
//! ```

pub mod config;
pub mod formats;
pub mod geometry;
pub mod instance;
pub mod record;
pub mod rng;
