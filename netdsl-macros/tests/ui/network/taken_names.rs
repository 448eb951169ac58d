//! Parameters of a network are known in every expression: their names must be free.
use netdsl::prelude::*;

cell_rule! { pub Pyr { soma { L: 20 um, diam: 20 um, hh } } }
population! { pub E: Pyr { cells: 10 } }

fn main() {
    let _ = network! { populations: [E], param dist_3d = 3 um; param pi = 3; param exp = 1; };
}
