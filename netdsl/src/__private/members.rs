//! Checks of `network!`: the populations of rules and stimuli are in the network.

use super::msg::{Msg, hash, same};
use super::uses::{UsesPopulation, UsesRule, UsesStimulus};
use crate::handle::{Population, Rule, Stimulus};

/// A population of a network, as far as membership is concerned.
#[derive(Clone, Copy)]
pub struct Member {
    name: &'static str,
    path: &'static str,
    hash: u64,
    broken: bool,
}

/// The `N`-th population of a network.
#[must_use]
pub const fn member<T: UsesPopulation<N>, const N: usize>() -> Member {
    of_population::<T::Population>()
}

const fn of_population<P: Population>() -> Member {
    Member {
        name: P::NAME,
        path: P::PATH,
        hash: hash(P::PATH),
        broken: P::BROKEN,
    }
}

/// The populations of the `N`-th rule must be in the network.
#[must_use]
pub const fn rule_members<T: UsesRule<N>, const N: usize>(members: &[Member]) -> Option<Msg> {
    let (pre, post) = (
        of_population::<<T::Rule as Rule>::Pre>(),
        of_population::<<T::Rule as Rule>::Post>(),
    );
    match absent(members, pre, T::Rule::NAME, "presynaptic") {
        None => absent(members, post, T::Rule::NAME, "postsynaptic"),
        message => message,
    }
}

/// The population of the `N`-th stimulus must be in the network.
#[must_use]
pub const fn stimulus_members<T: UsesStimulus<N>, const N: usize>(
    members: &[Member],
) -> Option<Msg> {
    let target = of_population::<<T::Stimulus as Stimulus>::Target>();
    absent(members, target, T::Stimulus::NAME, "target")
}

const fn absent(members: &[Member], wanted: Member, user: &'static str, role: &str) -> Option<Msg> {
    if wanted.broken {
        return None;
    }
    let mut list = Msg::new();
    let mut shown = wanted.name;
    let mut i = 0;
    while i < members.len() {
        let m = members[i];
        if m.broken || (m.hash == wanted.hash && same(m.path, wanted.path)) {
            return None;
        }
        if same(m.name, wanted.name) {
            // another population of this name: tell them apart by module
            shown = wanted.path;
        }
        list = list.put(if i > 0 { ", " } else { "" }).put(m.name);
        i += 1;
    }
    Some(
        Msg::new()
            .quote(user)
            .put(" uses population ")
            .quote(shown)
            .put(" (")
            .put(role)
            .put("), which this network does not contain\nadd ")
            .quote(shown)
            .put(" to `populations: [")
            .put(list.as_str())
            .put("]`"),
    )
}
