//! Sections that the cells lack.
use netdsl::prelude::*;

cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um } dend: soma(1) { L: 20 um, diam: 20 um } list trees = [dend]; } }
synapse! { pub Exc: ExpSyn { tau: 1 ms } }
population! { pub E: Cell { cells: 10 } }
conn_rule! { pub Good: E -> E { weight: 1 nS, delay: 1 ms, synapse: Exc at trees } }
conn_rule! { pub Bad: E -> E { weight: 1 nS, delay: 1 ms, synapses: [Exc at dned(0.5), Exc at [soma, axon]] } }
stimulus! { pub Pulse: IClamp { amp: 1 nA } -> E at som(0.5) }

fn main() {
    let _ = conn_rule! { E -> E { weight: 1 nS, delay: 1 ms, synapse: Exc at basal(0.5) } };
    let _ = Cell::dned(0.5);
}
