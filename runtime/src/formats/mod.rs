//! Files that hold models or results.

pub mod csv;
pub mod nref;
