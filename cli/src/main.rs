//! The `netdsl` command.
fn main() {}
