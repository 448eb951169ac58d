//! Connection rules.
//!
//! For each rule: the cells of its two sides, the pairs (see `choose`), then weights, delays, synapses and their places
//! for each pair (see `emit`, `place`). Postsynaptic cells are worked on in parallel, pairs are looked at as they are
//! drawn (by NetPyNE's sampler) or skipped (by the fast one, see `thin`) and never stored unless chosen; the result does not depend on threads.

mod boxes;
pub(crate) mod candidates;
pub(crate) mod choose;
pub(crate) mod chunk;
pub(crate) mod deliver;
mod emit;
pub(crate) mod pairs;
pub(crate) mod place;
mod plastic;
mod rule;
pub(crate) mod select;
#[cfg(test)]
mod tests;
mod thin;

use netdsl_lang::check::MechanismInfo;
use netdsl_lang::model::Network;

use crate::instance::Instance;
use crate::instantiate::built::Built;
use crate::instantiate::names::Names;
use crate::instantiate::{NetworkErrors, Part};
use chunk::ParameterSets;
use deliver::SynapsePlan;

/// What rules and stimuli work with.
pub(crate) struct Surroundings<'a> {
    pub(crate) network: &'a Network,
    pub(crate) names: &'a Names,
    pub(crate) mechanisms: &'a (dyn MechanismInfo + Sync),
    pub(crate) built: &'a Built<'a>,
    pub(crate) synapses: &'a [SynapsePlan],
    pub(crate) part: Part<'a>,
}

/// Applies all rules.
pub(crate) fn connect(
    around: &Surroundings,
    sets: &mut ParameterSets,
    instance: &mut Instance,
    errors: &mut NetworkErrors,
) {
    let mut chosen = Vec::new();
    for rule in &around.network.connections {
        chosen.extend(rule::Chosen::of(around, rule, errors));
    }
    if !errors.0.is_empty() {
        return;
    }
    let connections = chosen.iter().map(rule::Chosen::len).sum();
    instance.connections.reserve(connections);
    instance
        .points
        .reserve(chosen.iter().map(rule::Chosen::synapses).sum());
    for rule in chosen {
        rule.make(around, sets, instance, errors);
    }
}
