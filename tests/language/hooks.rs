//! Rust functions in place of C.

use std::sync::atomic::{AtomicU32, Ordering};

use netdsl::model::Recording;
use netdsl::prelude::*;
use netdsl_runtime::config::Kernels;

const TEXT: &str =
    "NEURON { POINT_PROCESS Foreign NONSPECIFIC_CURRENT i RANGE g, most, drawn, kept }
DEFINE N 3
PARAMETER { g = 0.001 (uS) }
ASSIGNED { v (mV) i (nA) most drawn kept[N] }
STATE { s }
INITIAL {
    s = 1
    VERBATIM
    struct Info* info = find_info();
    kept[0] = info->first; kept[N - 1] = s;
    ENDVERBATIM
}
FUNCTION rectified(x (mV)) (mV) {
    VERBATIM
    return table_of(this)->value(_lx, &most);
    ENDVERBATIM
}
PROCEDURE note(w) {
    VERBATIM
    drawn += info->draw(_lw);
    ENDVERBATIM
}
BREAKPOINT { SOLVE states METHOD cnexp  i = g*s*rectified(v) }
DERIVATIVE states { s' = (BnlDev_RNG(0.3, 10) - s)/5 }
NET_RECEIVE(w) { note(w) s = s + w*kept[0] }";

mechanism! {
    pub(crate) Foreign = "NEURON { POINT_PROCESS Foreign NONSPECIFIC_CURRENT i RANGE g, most, drawn, kept }
DEFINE N 3
PARAMETER { g = 0.001 (uS) }
ASSIGNED { v (mV) i (nA) most drawn kept[N] }
STATE { s }
INITIAL {
    s = 1
    VERBATIM
    struct Info* info = find_info();
    kept[0] = info->first; kept[N - 1] = s;
    ENDVERBATIM
}
FUNCTION rectified(x (mV)) (mV) {
    VERBATIM
    return table_of(this)->value(_lx, &most);
    ENDVERBATIM
}
PROCEDURE note(w) {
    VERBATIM
    drawn += info->draw(_lw);
    ENDVERBATIM
}
BREAKPOINT { SOLVE states METHOD cnexp  i = g*s*rectified(v) }
DERIVATIVE states { s' = (BnlDev_RNG(0.3, 10) - s)/5 }
NET_RECEIVE(w) { note(w) s = s + w*kept[0] }" {
        hooks: { BnlDev_RNG: binomial, verbatim_1: begin, rectified: rectified, note: note }
    }
}

/// How many of `n` coins of probability `p` fall on their head.
fn binomial(draws: &mut dyn Draws, p: f64, n: f64) -> f64 {
    (0..n as u32).filter(|_| draws.uniform() < p).count() as f64
}

fn begin(_: &mut dyn Draws, kept: &mut [f64; 3], s: f64) {
    (kept[0], kept[2]) = (0.25, s);
}

fn note(draws: &mut dyn Draws, w: f64, drawn: &mut f64) {
    *drawn += w * draws.normal();
}

fn rectified(_: &mut dyn Draws, x: f64, most: &mut f64) -> f64 {
    *most = most.max(x);
    (x + 70.0).max(0.0)
}

cell_rule! { pub(crate) Hooked { soma { L: 20 um, diam: 10 um, pas {}, point p: Foreign at 0.5 { g: 0.002 uS } } } }
synapse! { pub(crate) Kick: Foreign {} }
population! { pub(crate) Many: Hooked { cells: 11 } }
stimulus! {
    pub(crate) Beat: NetStim { interval: 3 ms, number: 5, start: 1 ms } -> Many { synapse: Kick at soma(0.5), weight: 0.5, delay: 1 ms }
}

fn model() -> Network {
    network! { populations: [Many], stimulate: [Beat] }.expect("it has no mistakes")
}

fn recordings() -> Vec<Recording> {
    let cell = || Many.cell(7);
    let of_point = ["s", "drawn", "most", "kept"];
    let mut all = vec![voltage(cell(), Hooked::soma(0.5))];
    all.extend(of_point.map(|n| point_variable(cell(), "soma", "p", n)));
    all.push(synapse_variable::<Kick, _>(cell(), "drawn"));
    all
}

fn traces(network: Network, kernels: Kernels, lanes: usize, threads: usize) -> Vec<Vec<u64>> {
    let mut builder = Simulation::builder()
        .duration(20.ms())
        .kernels(kernels)
        .lanes(lanes)
        .threads(threads)
        .hook("Foreign", "note", |draws, values| {
            values[1] += values[0] * draws.normal()
        });
    for recording in recordings() {
        builder = builder.record(recording);
    }
    let run = builder.build(network).and_then(Simulation::run);
    let run = run.unwrap_or_else(|e| panic!("{e}"));
    let bits = |t: &netdsl_runtime::record::Trace| t.values.iter().map(|x| x.to_bits()).collect();
    run.traces().iter().map(bits).collect()
}

#[test]
fn functions_stand_for_c_with_equal_bits_everywhere() {
    let native = traces(model(), Kernels::Native, 0, 1);
    assert_eq!(native, traces(model(), Kernels::Vm, 0, 1));
    assert_eq!(native, traces(model(), Kernels::Portable, 1, 2));
    let last = |k: usize| f64::from_bits(*native[k].last().expect("it was recorded"));
    assert!(last(1) > 0.5, "s is drawn towards 3: {}", last(1));
    assert_eq!(last(4), 0.25, "INITIAL's C is replaced");
    assert!(last(3) >= last(0) - 1.0, "the largest voltage is kept");
    assert_eq!(last(2), 0.0, "no event reaches the cell's own");
    assert_ne!(last(5), 0.0, "events reach the synapse");
}

#[test]
fn a_model_from_a_file_has_its_functions_from_the_program() {
    let text = model().to_json();
    assert!(text.contains("\"verbatim_1\""), "{text}");
    let again = Network::from_json(&text, "x.json").expect("it was written by us");
    let own = traces(model(), Kernels::Vm, 0, 1);
    assert_eq!(own, traces(again, Kernels::Vm, 0, 1));
}

#[test]
fn functions_that_a_program_does_not_give_are_named() {
    let mut network = model();
    let text = TEXT.replace("Foreign", "Strange");
    let calls = AtomicU32::new(0);
    let hooks = ["BnlDev_RNG", "verbatim_1", "rectified", "note"].map(str::to_owned);
    network.mechanisms[0] = netdsl::model::Mechanism {
        name: "Strange".into(),
        source: netdsl::model::MechanismSource::Mod {
            file: "strange.mod".into(),
            text,
            hooks: hooks.to_vec(),
        },
    };
    network.synapses[0].mechanism = "Strange".into();
    let soma = &mut network.cell_types[0].sections[0];
    let point = soma.point_processes.get_mut("p").expect("it is there");
    point.mechanism = "Strange".into();
    let built = Simulation::builder()
        .duration(1.ms())
        .hook("Strange", "note", move |_, _| {
            calls.fetch_add(1, Ordering::Relaxed);
        })
        .build(network);
    let errors = built.err().expect("three are missing").to_string();
    for name in ["BnlDev_RNG", "verbatim_1", "rectified"] {
        let wanted = format!("left to a Rust function `{name}`, which this program does not give");
        assert!(errors.contains(&wanted), "{errors}");
    }
    assert!(!errors.contains("`note`"), "{errors}");
}
