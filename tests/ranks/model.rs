//! A network with all that could depend on ranks: noise, random weights and delays, all kinds of rules, plasticity,
//! artificial cells with and without input, cells that differ, recordings of populations.

use netdsl::Simulation;
use netdsl::builder::Selector;
use netdsl::model::{Recorded, Recording, Sampler};
use netdsl::prelude::*;
use netdsl::runtime::ranks::partition::Deal;
use netdsl::runtime::ranks::{Crew, Ranks};
use netdsl::{Run, SimulationBuilder};

cell_rule! {
    Pyramidal {
        soma { L: 20 um, diam: 20 um, Ra: 100 ohm*cm, hh }
        dend: soma(1) { L: 200 um, diam: 2 um, nseg: 5, Ra: 100 ohm*cm, pas { g: 5e-5 S/cm2 * (1 + x_norm), e: -70 mV } }
    }
    Basket { soma { L: 15 um, diam: 15 um, Ra: 100 ohm*cm, hh } }
    Leaky {
        soma { L: 10 um, diam: 10 um, point lif: LifExp at 0.5 { C: 100 pF, start: uniform(-65 mV, -55 mV) } }
        spikes: soma.lif.spike > 0.5,
    }
}
synapse! {
    Exc: Exp2Syn { tau1: 0.3 ms, tau2: 3 ms, e: 0 mV }
    Inh: Exp2Syn { tau1: 0.5 ms, tau2: 8 ms, e: -80 mV }
    Learns: StdpSyn { tau: 2 ms, start: 0.002 uS, most: 0.004 uS }
}
population! {
    E: Pyramidal { cells: 27 }
    I: Basket { cells: 13 }
    Noise: NetStim { cells: 9, rate: 60 Hz, noise: 1 }
    Fire: IntFire1 { cells: 11, tau: 10 ms }
    P: Leaky { cells: 17 }
}
conn_rule! { EI: E -> I {
    probability: 0.4 * exp(-dist_3d / (150 um)), weight: normal(0.004 uS, 0.0005 uS),
    delay: 1 ms + dist_3d / (300 um/ms), synapse: Exc at soma(0.5),
} }
conn_rule! { IE: I -> E { convergence: 5, weight: 0.003 uS, delay: uniform(1 ms, 3 ms), synapse: Inh at dend(0.5) } }
conn_rule! { EE: E -> E { divergence: 4, weight: 1, delay: 1.5 ms, synapse: Learns at dend(0.3) } }
conn_rule! { NE: Noise -> E { probability: 0.5, weight: 0.01 uS, delay: uniform(0.2 ms, 2 ms), synapse: Exc at dend(0.7) } }
conn_rule! { NF: Noise -> Fire { probability: 0.8, weight: 0.45, delay: 1 ms } }
conn_rule! { EF: E -> Fire { convergence: 6, weight: uniform(0.1, 0.4), delay: 1.2 ms } }
conn_rule! { FI: Fire -> I { convergence: 3, weight: 0.004 uS, delay: 1 ms, synapse: Exc at soma(0.5) } }
conn_rule! { EP: E -> P { convergence: 8, weight: uniform(100 pA, 400 pA), delay: uniform(1 ms, 3 ms) } }
conn_rule! { PP: P -> P { convergence: 5, weight: -120 pA, delay: 1.5 ms } }
conn_rule! { PI: P -> I { convergence: 3, weight: 0.001 uS, delay: 1 ms, synapse: Exc at soma(0.5) } }
conn_rule! { PE: P -> P {
    probability: 0.3, weight: uniform(50 pA, 150 pA), delay: uniform(1 ms, 4 ms), allow_self: true,
    plasticity: [Stdp { w_max: 200 pA, a_plus: 0.05, triplet_plus: 0.05, mu_minus: 1 }, TsodyksMarkram { u: 0.4, tau_rec: 80 ms }],
} }
conn_rule! { NP: Noise -> P {
    convergence: 4, weight: 150 pA, delay: uniform(0.1 ms, 2 ms),
    plasticity: Stdp { w_max: 300 pA, a_plus: 0.1, nearest: true, tau_eligibility: 30 ms },
} }
conn_rule! { IEp: I -> E {
    convergence: 6, weight: 0.001 uS, delay: 1.5 ms, synapse: Inh at dend(0.5), plasticity: Stdp { w_max: 0.002 uS, a_minus: 0.04 },
} }
stimulus! {
    Hiss: NetStim { interval: uniform(0.3 ms, 0.6 ms), noise: 0.7, number: 150, start: 2 ms } -> P { weight: 300 pA, delay: 0.2 ms }
    Drive: NetStim { rate: 80 Hz, noise: 1 } -> E { synapse: Exc at soma(0.5), weight: 0.008 uS, delay: 1 ms }
    Push: IClamp { del: 5 ms, dur: 20 ms, amp: uniform(0.05, 0.15) * 1 nA } -> I at soma(0.5)
}

/// The network, with one of the samplers.
pub(crate) fn network(sampler: Sampler) -> Network {
    let network = network! {
        size: [200, 200, 200] um, seed: 3,
        populations: [E, I, Noise, Fire, P],
        connect: [EI, IE, EE, NE, NF, EF, FI, EP, PP, PI, PE, NP, IEp],
        stimulate: [Hiss, Drive, Push],
    };
    let mut network = network.expect("the network is sound");
    network.sampler = sampler;
    network
}

fn recording(label: &str, population: &str, what: Recorded) -> Recording {
    Recording {
        label: label.into(),
        cells: Selector::population(population),
        what,
        interval: Some(0.5),
    }
}

/// Settings of a run: 60 ms, and recordings of whole populations.
pub(crate) fn settings() -> SimulationBuilder {
    let place = Recorded::Place {
        section: "soma".into(),
        loc: 0.5,
        variable: "v".into(),
    };
    let synapse = Recorded::Synapse {
        synapse: "Inh".into(),
        variable: "g".into(),
    };
    let variable = "m".into();
    Simulation::builder()
        .duration(60.ms())
        .record(recording("v", "E", place))
        .record(recording("g", "E", synapse))
        .record(recording("m", "Fire", Recorded::Artificial { variable }))
        .record_weights("PE", 7.5.ms())
        .record_weights("IEp", 15.ms())
        .every(11.ms(), |now| {
            let active = now.count(P)? as f64;
            now.reward("NP", 0.1 * active)
        })
}

/// Runs `settings` on so many ranks, which are threads, and returns what the first has.
pub(crate) fn on_crew(
    size: usize,
    deal: Deal,
    network: &Network,
    settings: impl Fn() -> SimulationBuilder + Sync,
) -> Result<Run, String> {
    let settings = &settings;
    let one = |ranks: Ranks| {
        let first = ranks.rank() == 0;
        let settings = settings().ranks(ranks).deal(deal);
        let built = settings.build(network.clone());
        let run = built.and_then(Simulation::run);
        (first, run.map_err(|error| error.to_string()))
    };
    std::thread::scope(|scope| {
        let crew = Crew::of(size).into_iter();
        let threads: Vec<_> = crew.map(|ranks| scope.spawn(move || one(ranks))).collect();
        let ended = threads.into_iter().map(|t| t.join().expect("no panic"));
        let first = ended.into_iter().find(|(first, _)| *first);
        first.expect("there is a first rank").1
    })
}
