//! From sections to a tree of compartments, number for number as NEURON does it.
//!
//! ```text
//! CellTemplate --check--> --integrate each section--> Cable --join--> Tree
//! ```
//!
//! A section of `nseg` segments has `nseg` nodes with membrane and one without area at its far end; the near end is a
//! node of the parent (of its own for the root). A child joined inside its parent is joined to the centre of the segment.

mod cable;
mod check;
mod path;
mod points;
#[cfg(test)]
mod tests;
mod tree;

pub use check::{GeometryError, GeometryErrors};
pub use tree::{NO_PARENT, NodeOrigin, Tree};
