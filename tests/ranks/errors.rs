//! What goes wrong on one rank ends all, with one message.

use crate::model::{network, on_crew, settings};
use netdsl::model::Sampler;
use netdsl::prelude::*;
use netdsl::runtime::ranks::partition::Deal;

/// What is told of a network that cannot run.
fn told(size: usize, net: &Network) -> String {
    match on_crew(size, Deal::OneByOne, net, settings) {
        Ok(run) => panic!("it runs: {}", run.summary()),
        Err(message) => message,
    }
}

#[test]
fn mistakes_of_any_rank_are_told_by_the_first() {
    // a few pairs
    let mut net = network(Sampler::Fast);
    net.connections[0].weight = Some("if dist_3d < 40 um { -1 uS } else { 1 nS }".into());
    net.connections[0].probability = Some("1".into());
    let told = |size| told(size, &net);
    let alone = told(1);
    assert!(alone.contains("rule `EI`"), "{alone}");
    for size in [2, 4] {
        assert_eq!(alone, told(size));
    }
}

#[test]
fn a_voltage_that_breaks_ends_all() {
    let mut net = network(Sampler::Fast);
    net.connections[0].weight = Some("1e308 uS".into());
    let told = |size| told(size, &net);
    let alone = told(1);
    assert!(alone.contains("is not a number"), "{alone}");
    assert_eq!(alone, told(3));
}

#[test]
fn ranks_with_different_models_are_stopped() {
    use netdsl::runtime::ranks::{Crew, Ranks};
    let build = |ranks: Ranks| {
        let mut net = network(Sampler::Fast);
        net.seeds.conn += ranks.rank() as u32;
        settings()
            .ranks(ranks)
            .build(net)
            .map(|_| ())
            .unwrap_err()
            .to_string()
    };
    let messages: Vec<String> = std::thread::scope(|scope| {
        let crew = Crew::of(2).into_iter();
        let threads: Vec<_> = crew
            .map(|ranks| scope.spawn(move || build(ranks)))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(messages[0].contains("different models"), "{}", messages[0]);
}

#[test]
fn a_delay_too_short_is_told_whosever_it_is() {
    let mut net = network(Sampler::Fast);
    net.connections[1].delay = Some("0.001 ms".into());
    let told = |size| told(size, &net);
    assert!(told(1).contains("below dt"));
    assert!(told(3).contains("below dt"));
}
