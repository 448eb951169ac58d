//! A synapse that no event can reach.
use netdsl::prelude::*;

cell_rule! { pub Pyr { soma { L: 20 um, diam: 20 um, hh } } }
population! { pub E: Pyr { cells: 10 } }
stimulus! { pub S: Exp2Syn { tau1: 1 ms } -> E at soma(0.5) }

fn main() {}
