//! A comma that was forgotten is told once, and what follows it is read.
use netdsl::prelude::*;

cell_rule! {
    pub Pyr {
        soma { L: 20 um, diam: 20 um hh { gnabar: 1 S/cm2 gkbar: 2 mV, ena: 50 mV } }
        dend: soma(1) { L: 20 um, diam: 2 um point p: ExpSyn at 0.5 { tau: 3 mV } pas (g: 1 S/cm2) }
    }
}

fn main() {}
