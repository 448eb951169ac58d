//! Captured values are numbers; populations in parentheses are handles.
use netdsl::prelude::*;

cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um } } }
synapse! { pub Exc: ExpSyn { tau: 1 ms } }
population! { pub E: Cell { cells: 10 } }
conn_rule! { pub EE: E -> E { param w: uS = "3"; weight: w, delay: #MISSING ms, synapse: Exc at soma(0.5) } }

fn main() {
    let _ = conn_rule! { (E) -> (E::handle()) { weight: 1 uS, delay: 1 ms, synapse: Exc at soma(0.5) } };
}
