//! Rules and stimuli of populations that are not in the network.
use netdsl::prelude::*;

mod other {
    use netdsl::prelude::*;
    population! { pub E: super::Cell { cells: 10 } }
}

cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um } } }
synapse! { pub Exc: ExpSyn { tau: 1 ms } }
population! { pub E: Cell { cells: 10 } pub I: Cell { cells: 10 } }
conn_rule! { pub EI: E -> I { weight: 1 nS, delay: 1 ms, synapse: Exc at soma(0.5) } }
conn_rule! { pub OI: other::E -> I { weight: 1 nS, delay: 1 ms, synapse: Exc at soma(0.5) } }
stimulus! { pub Pulse: IClamp { amp: 1 nA } -> I at soma(0.5) }

fn main() {
    let _ = network! { populations: [E], connect: [EI, OI], stimulate: [Pulse], sise: 3 };
}
