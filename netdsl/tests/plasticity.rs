//! Connections whose weights change: against NEURON, in a closed loop, and what is wrong with them.

use netdsl::builder::{CellType, ConnRule, Population as Cells};
use netdsl::model::{ArtificialCell, Law, Plasticity};
use netdsl::prelude::*;
use netdsl::{Error, Run, Simulation, SimulationBuilder};

cell_rule! {
    pub Soma {
        soma { L: 20 um, diam: 20 um, hh }
        spikes: soma(0.5) > 0 mV,
    }
    pub Leaky {
        soma { L: 10 um, diam: 10 um, point lif: LifExp at 0.5 }
        spikes: soma.lif.spike > 0.5,
    }
}
synapse! { pub Exc: ExpSyn { tau: 2 ms, e: 0 mV } }
population! {
    pub E: Soma { cells: 1 }
    pub Noise: NetStim { cells: 40, rate: 40 Hz, noise: 1 }
    pub P: Leaky { cells: 3 }
}
stimulus! { pub Push: IClamp { del: 5 ms, dur: 1e9 ms, amp: 0.08 nA } -> E[0] at soma(0.5) }

fn run(network: Network, settings: SimulationBuilder) -> Run {
    let built = settings.build(network);
    built
        .and_then(Simulation::run)
        .unwrap_or_else(|e| panic!("{e}"))
}

/// Two trains of events on a cell that fires 17 times: weights as NEURON 9.0.2 has them at 450 ms, with a synapse that does
/// the same in NET_RECEIVE (`tests/data/mod/refstdp.mod`: tau 2 ms, 17 and 34 ms, 1e-5 and 1.05e-5 uS, at most 0.002 uS),
/// `usetable_hh` 0, events after 1.5 ms, and spikes of the cell without delay.
#[test]
fn weights_are_neurons() {
    let trains = vec![
        vec![
            10.0, 31.3, 50.1, 77.77, 120.0, 160.45, 200.0, 240.0, 281.1, 333.3, 390.0,
        ],
        (0..18).map(|k| 12.5 + 25.0 * f64::from(k)).collect(),
    ];
    let mut network = network! { populations: [E], stimulate: [Push] }.expect("it is sound");
    let times = CellType::builder()
        .name("Trains")
        .artificial(ArtificialCell::Times(trains));
    network.cell_types.push(times.build());
    let trains = Cells::builder().name("T").cell("Trains").cells(2);
    network.populations.push(trains.build());
    let mut rule = ConnRule::new("TE", "T", "E");
    rule.weight = Some("0.001 uS".into());
    rule.delay = Some("1.5 ms".into());
    rule.synapses = vec![netdsl::model::Contact::new("Exc").at("soma", 0.5)];
    rule.plasticity = vec![
        Plasticity::new(Law::Stdp)
            .with("w_max", "2 nS")
            .with("tau_plus", "17 ms")
            .with("tau_minus", "34 ms")
            .with("a_plus", 0.005)
            .with("a_minus", 0.00525),
    ];

    network.connections.push(rule);
    network.synapses = network! {
        populations: [E, Noise],
        connect: [(conn_rule! { Noise -> E { weight: 1 nS, delay: 1 ms, synapse: Exc at soma(0.5) } })],
    }
    .expect("it is sound")
    .synapses;
    let settings = Simulation::builder()
        .duration(450.ms())
        .record_weights("TE", 450.ms());
    let run = run(network, settings);
    assert_eq!(run.spikes().len(), 17 + 11 + 18);
    let weights = run.weights("TE").expect("they were noted");
    assert_eq!(weights.times, [0.0, 450.0]);
    assert_eq!(weights.values[0], [0.001, 0.001]);
    let neuron = [0.0009731464009947279, 0.000881372074880344];
    for (own, neuron) in weights.values[1].iter().zip(neuron) {
        assert!((own - neuron).abs() < 1e-12, "{own}, NEURON {neuron}");
    }
}

conn_rule! {
    pub Learned: Noise -> P {
        weight: 3 nA, delay: 1 ms,
        plasticity: [
            Stdp { w_max: 6 nA, a_plus: 0.01, a_minus: 0.0, tau_eligibility: 0.2 s },
            TsodyksMarkram { u: 0.5, tau_rec: 100 ms },
        ],
    }
}

/// Rewards come every 50 ms of the second half.
fn rewarded(reward: f64) -> Run {
    let network = network! { populations: [Noise, P], connect: [Learned] }.expect("it is sound");
    let settings = Simulation::builder()
        .duration(400.ms())
        .every(50.ms(), move |now| {
            assert!((now.time() / 50.0).fract() < 1e-9);
            if now.time() > 200.0 {
                now.reward(Learned::NAME, reward)?;
            }
            Ok(())
        })
        .record_weights(Learned::NAME, 100.ms());
    run(network, settings)
}

#[test]
fn rewards_change_weights_and_punishments_change_them_back() {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let means = |run: &Run| -> Vec<f64> {
        let weights = run.weights(Learned::NAME).expect("they were noted");
        assert_eq!(weights.times, [0.0, 100.0, 200.0, 300.0, 400.0]);
        weights.values.iter().map(|at| mean(at)).collect()
    };
    let (more, less) = (rewarded(1.0), rewarded(-1.0));
    assert!(more.spikes().of(P).iter().any(|s| s.0 < 200.0));
    let (up, down) = (means(&more), means(&less));
    assert!((up[0] - 3000.0).abs() < 1e-9 && up[0] == up[2]);
    assert!(up[2] < up[3] && up[3] < up[4], "{up:?}");
    assert!(down[2] > down[3] && down[3] > down[4], "{down:?}");
    let weights = more.weights(Learned::NAME).expect("they were noted");
    assert_eq!((weights.pre.len(), weights.post.len()), (120, 120));
    assert!(weights.post.is_sorted());
}

#[test]
fn an_interval_hears_all_spikes() {
    let network = network! { populations: [Noise, P], connect: [Learned] }.expect("it is sound");
    let heard = std::rc::Rc::new(std::cell::Cell::new(0));
    let counted = std::rc::Rc::clone(&heard);
    let settings = Simulation::builder()
        .duration(300.ms())
        .every(30.ms(), move |now| {
            let times = &now.spikes().times;
            assert!(
                times
                    .iter()
                    .all(|t| (now.time() - 30.01..now.time() + 0.01).contains(t))
            );
            counted.set(counted.get() + now.count(Noise)? + now.count(P)?);
            Ok(())
        });
    let run = run(network, settings);
    assert_eq!(heard.get(), run.spikes().len());
    assert!(heard.get() > 100);
}

#[test]
fn mistakes_of_intervals_are_told() {
    let told = |settings: SimulationBuilder| -> String {
        let network = network! { populations: [Noise, P], connect: [Learned] };
        let built = settings
            .duration(100.ms())
            .build(network.expect("it is sound"));
        let ended: Result<Run, Error> = built.and_then(Simulation::run);
        ended.expect_err("it is wrong").to_string()
    };
    let new = Simulation::builder;
    let text = told(new().every(10.ms(), |now| now.reward("Larned", 1.0)));
    assert!(
        text.contains("no plastic rule `Larned`") && text.contains("`Learned`"),
        "{text}"
    );
    let text = told(new().every(10.ms(), |now| now.count_of("Q").map(|_| ())));
    assert!(text.contains("no population `Q`"), "{text}");
    let text = told(new().every(0.001.ms(), |_| Ok(())));
    assert!(text.contains("shorter than a step"), "{text}");
    let text = told(new().record_weights("Push", 10.ms()));
    assert!(text.contains("no plastic rule `Push`"), "{text}");
}

/// What is wrong with a rule that has these laws and weight.
fn wrong(laws: Vec<Plasticity>, weight: &str) -> String {
    let mut network =
        network! { populations: [Noise, P], connect: [Learned] }.expect("it is sound");
    network.connections[0].plasticity = laws;
    network.connections[0].weight = Some(weight.into());
    let built = Simulation::builder().duration(10.ms()).build(network);
    built.err().expect("it is wrong").to_string()
}

#[test]
fn mistakes_of_laws_are_told() {
    let stdp = || Plasticity::new(Law::Stdp);
    let cases = [
        (vec![stdp()], "500 pA", "the `w_max` of `Stdp` is missing"),
        (vec![stdp().with("w_max", "1 uS")], "500 pA", "w_max"),
        (
            vec![stdp().with("w_max", "600 pA").with("tau_pluss", "20 ms")],
            "500 pA",
            "did you mean `tau_plus`",
        ),
        (
            vec![stdp().with("w_max", "600 pA").with("tau_plus", "0 ms")],
            "500 pA",
            "tau_plus",
        ),
        (
            vec![stdp().with("w_max", "600 pA").with("nearest", "maybe")],
            "500 pA",
            "`true` or `false`",
        ),
        (
            vec![stdp().with("w_max", "600 pA").with("mu_plus", 2)],
            "500 pA",
            "mu_plus",
        ),
        (
            vec![
                stdp().with("w_max", "600 pA"),
                stdp().with("w_max", "600 pA"),
            ],
            "500 pA",
            "twice",
        ),
        (
            vec![stdp().with("w_max", "600 pA")],
            "700 pA",
            "is not between `w_min` and `w_max`",
        ),
        (
            vec![stdp().with("w_max", "-600 pA")],
            "500 pA",
            "is not between",
        ),
        (
            vec![stdp().with("w_max", "600 pA").with("w_min", "-1 pA")],
            "500 pA",
            "one sign",
        ),
        (
            vec![
                Plasticity::new(Law::TsodyksMarkram)
                    .with("u", 1.5)
                    .with("tau_rec", "1 ms"),
            ],
            "500 pA",
            "`u`",
        ),
    ];
    for (laws, weight, part) in cases {
        let text = wrong(laws, weight);
        assert!(text.contains(part), "{part}: {text}");
        assert!(text.contains("Learned"), "{text}");
    }
}
