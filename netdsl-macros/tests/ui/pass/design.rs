//! The model of the design document, under lints that a careful crate turns on.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic)]

use netdsl::prelude::*;

mechanism! { pub Im = "im.mod" }

cell_rule! {
    /// A pyramidal cell.
    pub Pyramidal {
        soma { L: 18.8 um, diam: 18.8 um, Ra: 123 ohm*cm,
               hh { gnabar: 0.12 S/cm2, gkbar: 0.036 S/cm2, gl: 0.003 S/cm2, el: -70 mV } }
        dend: soma(1) { L: 200 um, diam: 1.5 um, nseg: 5,
               pas { g: 3.57e-5 S/cm2, e: -70 mV },  Im { gbar: 1e-4 S/cm2 * exp(-dist_path / 100 um) } }
    }
}
cell_rule!  { pub Basket { soma { L: 15 um, diam: 15 um, hh } } }
synapse!    { pub Exc: Exp2Syn { tau1: 0.1 ms, tau2: 5 ms, e: 0 mV } }
population! { pub E: Pyramidal { cells: 200, y: 100 um .. 300 um } }
population! { pub I: Basket    { density: 20_000 /mm3, y_norm: 0.1 .. 0.5 } }

const LAMBDA: f64 = 150.0;
conn_rule!  { pub EI: E -> I where pre.y < 250 um {
    param lambda: um = LAMBDA;
    probability: 0.4 * exp(-dist_3d / lambda),
    weight: 0.005 uS,
    delay: 1 ms + dist_3d / (500 um/ms),
    synapse: Exc at soma(0.5),
} }
stimulus!   { pub Drive: NetStim { rate: 20 Hz, noise: 1 } -> E { synapse: Exc at soma(0.5), weight: 0.01 uS, delay: 1 ms } }
stimulus!   { pub Pulse: IClamp { del: 100 ms, dur: 5 ms, amp: 0.1 nA } -> E[0..3] at soma(0.5) }

fn main() {
    let net = network! {
        size: [200, 600, 200] um, seed: 1, globals: { hh { usetable: 1 } },
        populations: [E, I], connect: [EI], stimulate: [Drive, Pulse]
    };
    let net = net.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(net.connections[0].params.get("lambda").map(|v| v.text()), Some("150 um"));
    assert_eq!(net.cell_types[0].sections[1].mechanisms.0[1].0, "Im");
    assert_eq!(net.mechanisms.len(), 1);
    let trace = voltage(E.cell(0), Pyramidal::soma(0.5));
    assert_eq!(trace.label, "E[0].soma(0.5).v");
}
