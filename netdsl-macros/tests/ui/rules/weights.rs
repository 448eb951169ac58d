//! Weights are in the unit that the synapse wants.
use netdsl::prelude::*;

cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um } } }
synapse! { pub Exc: ExpSyn { tau: 1 ms } }
population! { pub E: Cell { cells: 10 } pub S: IntFire1 { cells: 10 } }
conn_rule! { pub A: E -> E { weight: -1 nS, delay: 1 ms, synapse: Exc at soma(0.5) } }
conn_rule! { pub B: E -> E { weight: 1, delay: 1 ms, synapse: Exc at soma(0.5) } }
conn_rule! { pub C: E -> E { weight: 1 mV * pre.y_norm, delay: 1 ms, synapse: Exc at soma(0.5) } }
conn_rule! { pub D: E -> E { delay: 1 ms, synapses: [Exc at soma(0.5) { weight: 1 ms }, Exc { weight: -2 uS }] } }
conn_rule! { pub F: E -> S { weight: 1 nS, delay: 1 ms } }
conn_rule! { pub G: E -> S { weight: -1, delay: 1 ms } }

fn main() {}
