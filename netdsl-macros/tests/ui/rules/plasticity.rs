//! Laws of plasticity: names, units, and what they cannot do.

use netdsl::prelude::*;

cell_rule! {
    Cell { soma { L: 15 um, diam: 15 um, hh } }
    Leaky {
        soma { L: 10 um, diam: 10 um, point lif: LifExp at 0.5 }
        spikes: soma.lif.spike > 0.5,
    }
}
synapse! { Exc: Exp2Syn { tau1: 0.1 ms, tau2: 5 ms, e: 0 mV } }
population! { E: Cell { cells: 2 } P: Leaky { cells: 2 } }

conn_rule! { Misspelt: E -> E {
    weight: 1 nS, delay: 1 ms, synapse: Exc at soma(0.5),
    plasticity: Stdp { w_max: 2 nS, tau_pluss: 20 ms, tauanti: 20 ms },
} }
conn_rule! { Incomplete: E -> E {
    weight: 1 nS, delay: 1 ms, synapse: Exc at soma(0.5),
    plasticity: [Stdp { tau_plus: 20 ms }, TsodyksMarkram { u: 0.5 }, Hebb { w_max: 2 nS }],
} }
conn_rule! { Units: E -> E {
    weight: 1 nS, delay: 1 ms, synapse: Exc at soma(0.5),
    plasticity: Stdp { w_max: 2 pA, a_plus: 0.1 nS, tau_plus: 20 mV, mu_plus: 3, nearest: 1 },
} }
conn_rule! { Direct: E -> P {
    weight: 10 pA, delay: 1 ms,
    plasticity: Stdp { w_max: 0.002 uS },
} }
conn_rule! { Foreign: E -> P {
    weight: 10 pA, delay: 1 ms,
    plast: Stdp { w_max: 20 pA },
} }

fn main() {}
