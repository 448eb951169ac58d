//! The same bits for any number of ranks.

mod dry_run;
mod errors;
mod going_on;
mod model;
mod reference;
mod streams;

use model::{network, on_crew, settings};
use netdsl::Run;
use netdsl::model::Sampler;
use netdsl::runtime::config::Kernels;
use netdsl::runtime::ranks::partition::Deal;

/// Bits of the spikes (time and gid), and of each trace with its label.
type Bits = (Vec<(u64, u32)>, Vec<(String, Vec<u64>)>);

fn bits(run: &Run) -> Bits {
    let spikes = run.spikes().iter().map(|(t, gid)| (t.to_bits(), gid));
    let traces = run.traces().iter().map(|trace| {
        let values = trace.values.iter().map(|x| x.to_bits());
        (trace.label.clone(), values.collect())
    });
    // a run that goes on has noted no weights before
    let weights = ["PE", "IEp"].iter().filter_map(|rule| {
        let last = run.weights(rule)?.values.last()?.iter();
        Some(((*rule).to_owned(), last.map(|x| x.to_bits()).collect()))
    });
    (spikes.collect(), traces.chain(weights).collect())
}

#[test]
fn ranks_threads_and_deals_do_not_matter() {
    for sampler in [Sampler::Fast, Sampler::Netpyne] {
        let network = network(sampler);
        let run = |size, deal, threads, kernels| {
            let settings = || settings().threads(threads).kernels(kernels);
            on_crew(size, deal, &network, settings).expect("it runs")
        };
        let one = run(1, Deal::Balanced, 1, Kernels::Best);
        let alone = bits(&one);
        assert!(alone.0.len() > 200, "{} spikes", alone.0.len());
        for population in ["E", "I", "Fire", "P"] {
            let spikes = one.spikes().of_population(population).unwrap();
            assert!(!spikes.is_empty(), "{population} is silent");
        }
        assert_eq!(alone.1[0].0, "v[0]");
        for (size, deal, threads, kernels) in [
            (2, Deal::OneByOne, 1, Kernels::Best),
            (3, Deal::OneByOne, 2, Kernels::Avx2),
            (4, Deal::OneByOne, 1, Kernels::Vm),
            (2, Deal::Balanced, 2, Kernels::Best),
            (4, Deal::Balanced, 1, Kernels::Best),
            // some have nothing to do
            (70, Deal::OneByOne, 1, Kernels::Best),
        ] {
            let many = run(size, deal, threads, kernels);
            let name = format!("{sampler:?}: {size} ranks, {deal:?}, {threads} threads");
            assert!(bits(&many) == alone, "{name}: other bits");
            let (a, b) = (one.summary(), many.summary());
            assert_eq!(
                (a.cells, a.compartments, a.points, a.connections),
                (b.cells, b.compartments, b.points, b.connections),
                "{name}"
            );
            let shares = &many.report().shares;
            assert_eq!(shares.len(), size);
            let connections: u64 = shares.iter().map(|s| s.connections).sum();
            assert_eq!(connections, a.connections);
        }
    }
}
