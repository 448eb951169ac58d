//! Synapses that share their states: the same network but for last bits, whatever is recorded.

use netdsl::prelude::*;
use netdsl::{Run, Simulation};

cell_rule! {
    pub Cell {
        soma { L: 20 um, diam: 20 um, hh }
        dend: soma(1) { L: 200 um, diam: 2 um, nseg: 3, pas }
    }
}
synapse! { pub Exc: Exp2Syn { tau1: 0.5 ms, tau2: 3 ms, e: 0 mV } pub Slow: Exp2Syn { tau1: 0.5 ms, tau2: 9 ms, e: 0 mV } }
population! { pub E: Cell { cells: 12 } pub Noise: NetStim { cells: 40, rate: 40 Hz, noise: 1 } }
conn_rule! { pub NE: Noise -> E { probability: 0.5, weight: 0.8 nS, delay: 1 ms, synapses: [Exc at dend(0.5), Slow at dend(0.5)] } }
conn_rule! { pub EE: E -> E { probability: 0.5, weight: 0.3 nS, delay: 1 ms + dist_3d / (0.1 mm/ms), synapse: Exc at dend(0.9) } }

fn run(merge: bool, record: Vec<netdsl::model::Recording>, threads: usize) -> Run {
    let network = network! { size: [100, 100, 100] um, populations: [E, Noise], connect: [NE, EE] };
    let mut builder = Simulation::builder()
        .duration(100.ms())
        .threads(threads)
        .merge_synapses(merge);
    builder = builder.record(voltage(E.cell(3), Cell::soma(0.5)));
    for recording in record {
        builder = builder.record(recording);
    }
    let built = builder.build(network.expect("the network is sound"));
    built
        .and_then(Simulation::run)
        .unwrap_or_else(|e| panic!("{e}"))
}

fn conductance() -> Vec<netdsl::model::Recording> {
    let g = || synapse_variable::<Exc, _>(E.cell(3), "g");
    vec![g(), synapse_variable::<Slow, _>(E.cell(3), "i")]
}

fn bits(run: &Run, trace: usize) -> Vec<u64> {
    run.traces()[trace]
        .values
        .iter()
        .map(|x| x.to_bits())
        .collect()
}

fn spikes(run: &Run) -> Vec<(u64, u32)> {
    run.spikes()
        .iter()
        .map(|(t, gid)| (t.to_bits(), gid))
        .collect()
}

#[test]
fn shared_states_compute_what_separate_ones_do() {
    let (merged, apart) = (run(true, Vec::new(), 1), run(false, Vec::new(), 1));
    assert!(
        merged.spikes().len() > 20,
        "{} spikes",
        merged.spikes().len()
    );
    assert_eq!(spikes(&merged), spikes(&apart));
    let pairs = merged.traces()[0]
        .values
        .iter()
        .zip(&apart.traces()[0].values);
    let most = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(most < 1e-9, "voltages differ by {most} mV");
    assert_ne!(bits(&merged, 0), bits(&apart, 0), "nothing was merged");
    let (few, all) = (merged.report(), apart.report());
    assert_eq!(all.own_points, all.points);
    // two kinds at dend(0.5), one of them at dend(0.9) as well: that of the excitation among the cells
    assert_eq!((few.points, few.own_points), (all.points, 3 * 12));
    assert_eq!(few.events, all.events);
    assert!(few.events > 1000, "{few}");
    assert_eq!(few.steps, 4000);
    assert!(few.to_string().contains("36 of"), "{few}");
}

#[test]
fn what_is_recorded_changes_nothing_and_is_the_synapse_s_own() {
    let (silent, recorded) = (run(true, Vec::new(), 1), run(true, conductance(), 2));
    assert_eq!(bits(&silent, 0), bits(&recorded, 0));
    assert_eq!(spikes(&silent), spikes(&recorded));
    // the conductance knows nothing of the voltage: the same events, the same bits
    let apart = run(false, conductance(), 1);
    assert_eq!(bits(&recorded, 1), bits(&apart, 1));
    assert!(recorded.traces()[1].values.iter().any(|g| *g > 0.0));
    let currents = recorded.traces()[2]
        .values
        .iter()
        .zip(&apart.traces()[2].values);
    let most = currents.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(most < 1e-12, "currents differ by {most} nA");
}
