//! Runs an instance.
//!
//! Cells of one structure lie side by side in [`tile::Tile`]s, the units of work for threads. A tile is integrated
//! through a whole epoch (the shortest delay between cells) before spikes are exchanged.

mod artificial;
mod build;
mod build_pointers;
mod clock;
mod column;
mod coupling;
mod diffusion;
mod epochs;
mod functions;
mod going_on;
mod group;
mod instances;
mod ions;
mod learning;
mod matrix;
mod mechanisms;
mod plan;
pub(crate) mod pointers;
mod pointing;
pub(crate) mod ports;
mod probes;
mod recorder;
mod report;
mod simulation;
mod state;
mod streaming;
mod structure;
pub(crate) mod sums;
mod threads;
mod tile;
mod times;

mod work;

pub(crate) use instances::{CROSSING_OFFSET, Spike};
pub use learning::Weight;
pub(crate) use recorder::step_of;
pub use report::Report;
pub use simulation::{IntervalCode, Simulation};
pub use threads::on_threads;
