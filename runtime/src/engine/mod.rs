//! Runs an instance.
//!
//! Cells of one structure lie side by side in [`tile::Tile`]s, the units of work for threads. A tile is integrated
//! through a whole epoch (the shortest delay between cells) before spikes are exchanged.

mod artificial;
mod build;
mod column;
mod group;
mod instances;
mod ions;
mod matrix;
mod mechanisms;
mod plan;
mod ports;
mod probes;
mod recorder;
mod simulation;
mod structure;
mod tile;

pub use simulation::{Report, Simulation};
