//! Many mistakes in one rule are all told, each at its words.
use netdsl::prelude::*;

cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um } } }
synapse! { pub Exc: ExpSyn { tau: 1 ms } }
population! { pub E: Cell { cells: 10 } }
conn_rule! {
    pub EE: E -> E where pre_y < 250 {
        param lambda: umm = 3.0;
        probability: 0.4 * exp(-dist_3D / lambda) + ex(3),
        convergence: 3,
        weight: 0.005 uSS,
        weight: 1 uS,
        delay: 1 ms + dist_3d,
        synapse: Exc at sooma(1.5),
        synMech: Exc,
        wieght: 3 uS,
    }
}

fn main() {
    let _ = network! { populations: [E], connect: [EE] };
}
