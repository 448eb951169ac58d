//! A forgotten colon does not drop a section, and its fields are read all the same.
use netdsl::prelude::*;

cell_rule! {
    pub Pyr {
        soma { L: 20 um, diam: 20 um, hh }
        axon soma(1) { L: 7 um, nseg: 2.5, diam: 1 mV, pas }
        dend -> soma(1) { L: 100 um, diam: 1 um, pas }
    }
}

fn main() {}
