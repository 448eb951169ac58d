//! Whether NET_RECEIVE only adds to states what does not depend on states, so that synapses may share one state.

use super::Facts;
use super::graph::{Graph, Op};
use super::if_convert::Trace;
use super::split_linear::split_linear;
use crate::mech::Role;
use crate::nmodl::hir::Step;
use crate::nmodl::symbols::{Class, Symbols};

/// See the module.
pub(crate) fn is_additive(
    graph: &mut Graph,
    symbols: &Symbols,
    facts: &Facts,
    body: &[Step],
) -> bool {
    let invariant = |op: Op| facts.is_invariant(op);
    let mut trace = Trace::new(graph, &facts.lengths, (facts.dt, facts.time), &invariant);
    if trace.steps(body).is_err() || !trace.effects.is_empty() {
        return false;
    }
    let stores = std::mem::take(&mut trace.values.variables);
    let mut added = Vec::new();
    for ((id, element), value) in stores {
        match symbols.variables[id as usize].class {
            Class::State => {
                let present = graph.load(id, element);
                let Some(parts) = split_linear(graph, value, present) else {
                    return false;
                };
                if parts.factor.and_then(|f| graph.as_const(f)) != Some(1.0) {
                    return false;
                }
                added.extend(parts.constant);
            }
            // what belongs to the connection stays with it
            Class::Outside(Role::Weight(_)) => added.push(value),
            _ => return false,
        }
    }
    graph
        .reachable(&added)
        .into_iter()
        .all(|n| match graph.op(n) {
            Op::Load(id, _) => match symbols.variables[id as usize].class {
                Class::Parameter | Class::Global | Class::Assigned => !facts.varying.contains(&id),
                Class::Outside(role) => {
                    matches!(
                        role,
                        Role::Weight(_) | Role::Flag | Role::Time | Role::Dt | Role::Celsius
                    )
                }
                _ => false,
            },
            _ => true,
        })
}
