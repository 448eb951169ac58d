//! Files that hold models.

pub mod nref;
