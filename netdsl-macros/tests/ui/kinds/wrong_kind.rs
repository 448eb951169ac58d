//! Things of another kind than their place wants.
use netdsl::prelude::*;

cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um, pas {} } } }
synapse! { pub Exc: ExpSyn { tau: 1 ms } }
population! { pub E: Cell { cells: 10 } }
population! { pub F: E { cells: 10 } }
conn_rule! { pub EE: E -> E { weight: 1 nS, delay: 1 ms, synapse: Exc at soma(0.5) } }
conn_rule! { pub EC: E -> Cell { weight: 1 nS, delay: 1 ms, synapse: E at soma(0.5) } }

fn main() {
    let _ = network! { populations: [E], connect: [E], stimulate: [EE] };
}
