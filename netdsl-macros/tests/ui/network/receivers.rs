//! Rules without synapses: what would receive the events.
use netdsl::prelude::*;

cell_rule! {
    pub Point { soma { L: 10 um, diam: 10 um, point lif: LifExp at 0.5 } spikes: soma.lif.spike > 0.5 }
    pub Two { soma { L: 10 um, diam: 10 um, point a: LifExp at 0.5, point b: ExpSyn at 0.5, point hold: IClamp at 0.5 } }
    pub Deaf { soma { L: 10 um, diam: 10 um, point hold: IClamp at 0.5 } }
}
population! { pub P: Point { cells: 10 } pub T: Two { cells: 10 } pub D: Deaf { cells: 10 } }
conn_rule! { pub PP: P -> P { weight: 10 pA, delay: 1 ms } }
conn_rule! { pub Unit: P -> P { weight: 10 nS, delay: 1 ms } }
conn_rule! { pub PT: P -> T { weight: 10 pA, delay: 1 ms } }
conn_rule! { pub PD: P -> D { weight: 10 pA, delay: 1 ms } }
stimulus! {
    pub Fine: NetStim { rate: 10 Hz } -> P { weight: 10 pA, delay: 1 ms }
    pub Which: NetStim { rate: 10 Hz } -> T { weight: 10 pA, delay: 1 ms }
    pub Lost: NetStim { rate: 10 Hz } -> D { weight: 10 pA, delay: 1 ms }
    pub Wrong: NetStim { rate: 10 Hz } -> P { weight: 10 mV, delay: 1 ms }
}

fn main() {}
