//! METHOD euler: `x + dt` = `x + dt*f(x)`, all right-hand sides before the first change.

use super::if_convert::{Equations, Stuck, Trace};
use crate::nmodl::hir::Step;

pub(crate) fn advance(trace: &mut Trace, steps: &[Step]) -> Result<(), Stuck> {
    trace.equations = Equations::Keep;
    trace.values.rates.clear();
    trace.steps(steps)?;
    let dt = trace.graph.load(trace.dt, 0);
    let rates = std::mem::take(&mut trace.values.rates);
    for (state, rate) in rates {
        let present = trace.get(state);
        let change = trace.graph.mul(dt, rate);
        let next = trace.graph.add(present, change);
        trace.values.variables.insert(state, next);
    }
    Ok(())
}
