//! What a dry run says is what a run has.

use crate::model::{network, on_crew, settings};
use netdsl::model::Sampler;
use netdsl::runtime::ranks::partition::Deal;

#[test]
fn sampled_ranks_have_what_they_have_in_a_run() {
    let network = network(Sampler::Fast);
    let dry = settings().deal(Deal::OneByOne).dry_run(network.clone(), 4);
    let dry = dry.expect("it can be built");
    let run = on_crew(4, Deal::OneByOne, &network, settings).expect("it runs");
    assert_eq!((dry.ranks, dry.cells, dry.idle), (4, 77, 0));
    assert_eq!(dry.sampled.len(), 4);
    for sample in &dry.sampled {
        let share = run.report().shares[sample.rank];
        let has = |s: &netdsl::runtime::ranks::Share| (s.cells, s.compartments, s.connections);
        assert_eq!(has(&sample.share), has(&share), "rank {}", sample.rank);
        assert!(sample.step_s > 0.0 && sample.share.bytes > 0);
    }
    let text = dry.to_string();
    assert!(
        text.starts_with("77 cells on 4 ranks: the busiest has 1."),
        "{text}"
    );
}

#[test]
fn some_of_many_ranks_are_built() {
    let dry = settings()
        .dry_run(network(Sampler::Fast), 1000)
        .expect("it can be built");
    assert!(dry.sampled.len() <= 6 && dry.idle > 900);
    assert!(dry.imbalance > 10.0);
}
