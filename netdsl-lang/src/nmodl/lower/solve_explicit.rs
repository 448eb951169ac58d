//! METHOD euler and runge: steps from the right-hand sides at known states.

use super::graph::N;
use super::if_convert::{Element, Equations, Stuck, Trace};
use crate::nmodl::hir::Step;
use std::collections::BTreeMap;

/// The right-hand sides at the present values; what else the block assigns is assigned.
fn rates(trace: &mut Trace, steps: &[Step]) -> Result<BTreeMap<Element, N>, Stuck> {
    trace.equations = Equations::Keep;
    trace.values.clear_equations();
    trace.steps(steps)?;
    let rates = std::mem::take(&mut trace.values.rates);
    trace.values.clear_equations();
    Ok(rates)
}

/// `x + dt` = `x + dt*f(x)`, all right-hand sides before the first change.
pub(crate) fn euler(trace: &mut Trace, steps: &[Step]) -> Result<(), Stuck> {
    let rates = rates(trace, steps)?;
    let dt = trace.graph.load(trace.dt, 0);
    for (state, rate) in rates {
        let present = trace.get(state);
        let change = trace.graph.mul(dt, rate);
        let next = trace.graph.add(present, change);
        trace.values.variables.insert(state, next);
    }
    Ok(())
}

/// The classical method of Runge and Kutta: four right-hand sides, the first at the time at hand (the end of the step, as
/// in NEURON), the others half a step and a step later.
pub(crate) fn runge(trace: &mut Trace, steps: &[Step]) -> Result<(), Stuck> {
    let first = rates(trace, steps)?;
    let start: BTreeMap<Element, N> = first.keys().map(|s| (*s, trace.get(*s))).collect();
    let dt = trace.graph.load(trace.dt, 0);
    let half = trace.graph.constant(0.5);
    let half = trace.graph.mul(half, dt);
    let at = |trace: &mut Trace, length: N, slope: &BTreeMap<Element, N>| {
        for (state, from) in &start {
            let slope = slope.get(state).copied();
            let next = match slope {
                Some(slope) => {
                    let change = trace.graph.mul(length, slope);
                    trace.graph.add(*from, change)
                }
                None => *from,
            };
            trace.values.variables.insert(*state, next);
        }
        let Some(time) = trace.time.map(|t| (t, 0)) else {
            return rates(trace, steps);
        };
        let before = trace.values.variables.get(&time).copied();
        let now = trace.get(time);
        let later = trace.graph.add(now, length);
        trace.values.variables.insert(time, later);
        let found = rates(trace, steps);
        match before {
            Some(before) => trace.values.variables.insert(time, before),
            None => trace.values.variables.remove(&time),
        };
        found
    };
    let second = at(trace, half, &first)?;
    let third = at(trace, half, &second)?;
    let fourth = at(trace, dt, &third)?;
    let sixth = trace.graph.constant(6.0);
    let sixth = trace.graph.div(dt, sixth);
    for (state, from) in &start {
        let zero = trace.graph.constant(0.0);
        let [a, b, c, d] =
            [&first, &second, &third, &fourth].map(|r| r.get(state).copied().unwrap_or(zero));
        let graph = &mut *trace.graph;
        let middle = graph.add(b, c);
        let middle = graph.add(middle, middle);
        let ends = graph.add(a, d);
        let sum = graph.add(ends, middle);
        let change = graph.mul(sixth, sum);
        let next = graph.add(*from, change);
        trace.values.variables.insert(*state, next);
    }
    Ok(())
}
