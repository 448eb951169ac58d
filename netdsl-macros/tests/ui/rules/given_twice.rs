//! Two values for one thing, and cells that are chosen twice.
use netdsl::prelude::*;

cell_rule! { pub Pyr { soma { L: 20 um, diam: 20 um, hh } } }
synapse! { pub Exc: Exp2Syn { tau1: 1 ms, tau2: 5 ms, e: 0 mV } }
population! { pub E: Pyr { cells: 10 } pub I: Pyr { cells: 5 } }

conn_rule! {
    pub Listed: E[0, 0, 0] -> I {
        list: [(0, 1)], weights: [50] nS, weight: 0 nS, delay: 1 ms, synapse: Exc
    }
}
conn_rule! {
    pub Own: E -> I { convergence: 2.5, weight: 5 nS, delay: 1 Ms, synapses: [Exc { weight: 1 nS }] }
}

fn main() {}
