//! A broken declaration is one mistake, wherever it is used.
use netdsl::prelude::*;

cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um } 3 { L: 1 um } } }
synapse! { pub Exc ExpSyn { tau: 1 ms } }
population! { pub E Cell { cells: 10 } }
population! { pub I: Cell { cells: 10 } }
conn_rule! { pub EI: E -> I { weight: 1 uS, delay: 1 ms, synapse: Exc at axon(0.5) } }
conn_rule! { pub IE: I E { weight: 1 uS, delay: 1 ms, synapse: Exc at axon(0.5) } }

fn main() {
    let _ = network! { populations: [I], connect: [EI, IE] };
}
