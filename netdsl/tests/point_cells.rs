//! Cells that are one point process: events reach it without a synapse.

use netdsl::prelude::*;
use netdsl::{Run, Simulation, SimulationBuilder};

cell_rule! {
    pub Delta {
        soma {
            L: 10 um, diam: 10 um,
            point lif: LifDelta at 0.5 { rest: 0 mV, reset: 0 mV, threshold: 20 mV, start: 0 mV, drive: 30 mV }
        }
        spikes: soma.lif.spike > 0.5,
    }
    pub Exp {
        soma { L: 10 um, diam: 10 um, point lif: LifExp at 0.5 { tausyn: 2 ms } }
        spikes: soma.lif.spike > 0.5,
    }
}
population! { pub Driven: Delta { cells: 1 } pub Heard: Exp { cells: 20 } }
stimulus! {
    Steps: NetStim { interval: 3 ms, number: 9, start: 5 ms } -> Heard { weight: 900 pA, delay: 1 ms }
    Early: NetStim { interval: uniform(0.3 ms, 0.8 ms), noise: 1, number: 1e9 } -> Heard { weight: 300 pA, delay: 0 ms }
    Later: NetStim { interval: 0.5 ms, noise: 0.37, number: 120.5, start: 20 ms } -> Late {
        weight: 300 pA, delay: uniform(0 ms, 9 ms)
    }
}
population! { pub Late: Exp { cells: 20 } }

fn run(network: Network, settings: SimulationBuilder) -> Run {
    let built = settings.build(network);
    built
        .and_then(Simulation::run)
        .unwrap_or_else(|e| panic!("{e}"))
}

fn settings(dt: f64) -> SimulationBuilder {
    Simulation::builder().duration(200.ms()).dt(dt.ms())
}

/// With a constant drive, from reset to threshold: tau ln(drive/(drive - threshold)), and the refractory time.
#[test]
fn a_driven_cell_fires_as_theory_says() {
    let dt = 0.01;
    let network = network! { populations: [Driven] }.expect("it is sound");
    let run = run(network, settings(dt));
    let times: Vec<f64> = run.spikes().iter().map(|(t, _)| t).collect();
    let rise = 20.0 * (30.0_f64 / 10.0).ln();
    assert_eq!(times.len(), (200.0 / (rise + 2.0)).round() as usize);
    for (k, time) in times.iter().enumerate() {
        // each rise ends with the step in which threshold is reached
        let theory = rise + k as f64 * (rise + 2.0);
        let late = time - theory;
        assert!(
            (0.0..=dt * (k + 1) as f64).contains(&late),
            "{late} ms late"
        );
    }
}

/// The first spike of a cell that gets current after current: where the sum of the responses
/// w/(C (1/tau - 1/tausyn)) (exp(-t/tausyn) - exp(-t/tau)) reaches threshold.
#[test]
fn currents_add_up_as_theory_says() {
    let network = network! { populations: [Heard], stimulate: [Steps] }.expect("it is sound");
    let dt = 0.005;
    let run = run(network, settings(dt));
    let (tau, tausyn, capacity) = (10.0, 2.0, 250.0);
    let response = |t: f64| {
        let gain = 900.0 / (capacity * (1.0 / tau - 1.0 / tausyn));
        gain * ((-t / tausyn).exp() - (-t / tau).exp())
    };
    let potential = |t: f64| {
        let since = (0..9).map(|k| t - 6.0 - 3.0 * f64::from(k));
        since.filter(|t| *t > 0.0).map(response).sum::<f64>()
    };
    let reached = (0..20_000).map(|k| f64::from(k) * 0.001);
    let theory = reached.into_iter().find(|t| potential(*t) >= 15.0);
    let theory = theory.expect("it is reached");
    let first = run.spikes().iter().next().expect("it fires").0;
    assert!(
        (first - theory).abs() < 2.0 * dt,
        "{first} ms, not {theory}"
    );
}

/// Generators whose events are drawn where they are received have the times that the mechanism computes.
#[test]
fn generators_with_and_without_a_queue_agree() {
    let spikes = |merge: bool, threads: usize| {
        let network = network! {
            populations: [Heard, Late],
            stimulate: [Early, Later],
        };
        let settings = settings(0.1).merge_synapses(merge).threads(threads);
        let run = run(network.expect("it is sound"), settings);
        let events = run.report().events;
        let spikes: Vec<(f64, u32)> = run.spikes().iter().collect();
        (spikes, events)
    };
    let drawn = spikes(true, 1);
    let late = drawn.0.iter().filter(|(t, gid)| *gid >= 20 && *t < 120.0);
    assert!(
        late.count() > 50 && drawn.0.len() > 200,
        "{} spikes",
        drawn.0.len()
    );
    assert_eq!(drawn, spikes(false, 1));
    assert_eq!(drawn, spikes(true, 2));
}
