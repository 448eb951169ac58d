//! Names that are not declared: rustc's own error, once, at the word; other mistakes are told as well.
use netdsl::prelude::*;

cell_rule! { pub Pyramidal { soma { L: 20 um, diam: 20 um, kdr { gbar: 1 S/cm2, vhalf: 2 mV } } } }
synapse! { pub Exc: Exp2Sym { tau1: 1 ms, tau2: 2 ms } }
population! { pub E: Piramidal { cells: 10 } }
population! { pub I: Pyramidal { cells: 10.5 } }
conn_rule! { pub EX: I -> X { weight: 1 nS, delay: 1 ms, synapse: Exd at soma(0.5) } }
stimulus! { pub Pulse: IClam { amp: 1 nA } -> I at soma(0.5) }

fn main() {
    let _ = network! { populations: [E, II], connect: [EX, EY], stimulate: [Puls] };
}
