//! A place on cells of another type.
use netdsl::prelude::*;

cell_rule! { pub A { soma { L: 20 um, diam: 20 um } } pub B { soma { L: 20 um, diam: 20 um } } }
population! { pub E: A { cells: 10 } }

fn main() {
    let _ = voltage(E.cell(0), B::soma(0.5));
}
