//! Parameters of mechanisms.
use netdsl::prelude::*;

cell_rule! {
    pub Cell {
        soma { L: 20 um, diam: 20 um,
            hh { gnabr: 0.12 S/cm2, gkbar: 0.036 mV, gl: 0.003, m: 1, usetable: 1, el: -70 mV + 2 } }
    }
}
synapse! { pub Exc: Exp2Syn { tau1: -1 ms, tau2: [1, 2] ms, e: 0 } }
population! { pub S: NetStim { cells: 1, rat: 10 Hz, noise: 2, start: 3 mV } pub C: Cell { cels: 2, cells: 1 } }
stimulus! { pub Pulse: IClamp { delay: 1 ms, amp: 1 mV } -> C at soma(0.5) }

fn main() {
    let _ = network! { populations: [C], globals: { hh { usetabel: 1, gl: 1 S/cm2 } } };
}
