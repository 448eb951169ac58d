//! POINTERs are connected to variables of the cell.
use netdsl::prelude::*;

mechanism! { pub Follows = "NEURON { POINT_PROCESS Follows POINTER source NONSPECIFIC_CURRENT i RANGE g }
PARAMETER { g = 0.1 (uS) }
ASSIGNED { v (mV) source (mV) i (nA) }
BREAKPOINT { i = g*(v - source) }" }
cell_rule! {
    pub Cell {
        soma {
            L: 20 um, diam: 20 um, pas {},
            point a: Follows at 0.5 { source -> dend(0.5).v, source -> v }
            point b: Follows at 0.5 { sauce -> dend(0.5).v }
            point c: Follows at 0.5 { source -> axon(0.5).v }
            point d: Follows at 0.5 { source -> dend(1.5).v }
            point e: Follows at 0.5 { source -> }
            point f: Follows at 0.5 { source: 3 mV }
            point h: Follows at 0.5 { g -> v }
        }
        dend: soma(1) { L: 20 um, diam: 2 um, pas {} }
    }
}
synapse! { pub Across: Follows { source -> pre.v } }

fn main() {}
