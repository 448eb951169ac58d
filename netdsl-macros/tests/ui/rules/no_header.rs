//! Rules without a header, and parameters with two units.
use netdsl::prelude::*;

cell_rule! { pub Pyr { soma { L: 20 um, diam: 20 um, hh } } }
synapse! { pub Exc: Exp2Syn { tau1: 1 ms, tau2: 5 ms, e: 0 mV } }
population! { pub E: Pyr { cells: 10 } pub I: Pyr { cells: 5 } }

conn_rule! { }
conn_rule! { A { preConds: 1, postConds: 2 } }
conn_rule! {
    pub R: E -> I {
        param lambda: um = 150 um;
        param other = lambda;
        probability: exp(-dist_3d / lambda), weigth: [1, 2] nS, dealy: 1 ms, synMech: Exc
    }
}

fn main() {
    let _ = conn_rule! { E };
}
