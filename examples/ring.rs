//! Rings of branching cells.
fn main() {}
