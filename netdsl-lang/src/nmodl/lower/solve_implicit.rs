//! METHOD derivimplicit: `x + dt` solves `x1 = x + dt*f(x1)`.
//!
//! Equations that are linear in all states are solved at once, as straight-line code. Others become a script with a
//! Newton iteration; NEURON iterates until the states change by less than 1e-6 of themselves, this one until rounding.

use super::differentiate::differentiate;
use super::graph::{Graph, N};
use super::if_convert::{Element, Equations, Stuck, Trace, Values};
use super::split_linear::split_linear;
use super::write_script::Script;
use crate::mech::{BinOp, CmpOp, UnOp};
use crate::nmodl::hir::Step;

/// Rounds after which the iteration gives up, leaving the states where they are.
const ROUNDS: f64 = 50.0;
/// The last change of a state, relative to it, and absolute.
const SETTLED: (f64, f64) = (1e-10, 1e-15);

/// The equations of a block as functions of the unknown states.
struct System {
    states: Vec<Element>,
    unknowns: Vec<N>,
    rates: Vec<N>,
    /// Other variables that the block assigns, at the unknown states.
    assigned: Vec<(Element, N)>,
}

fn read_system(trace: &mut Trace, steps: &[Step]) -> Result<System, Stuck> {
    // a first pass finds the states
    let before = trace.values.clone();
    trace.equations = Equations::Keep;
    trace.values.rates.clear();
    trace.steps(steps)?;
    let states: Vec<Element> = trace.values.rates.keys().copied().collect();
    trace.values = before.clone();
    trace.values.rates.clear();
    let unknowns: Vec<N> = states.iter().map(|_| trace.graph.input()).collect();
    for (state, unknown) in states.iter().zip(&unknowns) {
        trace.values.variables.insert(*state, *unknown);
    }
    trace.steps(steps)?;
    let rates = states.iter().map(|s| trace.values.rates[s]).collect();
    let assigned = changes(&trace.values, &before, &states);
    trace.values = before;
    Ok(System {
        states,
        unknowns,
        rates,
        assigned,
    })
}

/// What is assigned in `after` and was not, or otherwise, in `before`.
fn changes(after: &Values, before: &Values, states: &[Element]) -> Vec<(Element, N)> {
    let new = |(key, n): (&Element, &N)| {
        let changed = before.variables.get(key) != Some(n) && !states.contains(key);
        changed.then_some((*key, *n))
    };
    after.variables.iter().filter_map(new).collect()
}

/// Advances the states in the graph, if the equations are linear; `Ok(false)` if they are not.
pub(crate) fn advance_linear(trace: &mut Trace, steps: &[Step]) -> Result<bool, Stuck> {
    let system = read_system(trace, steps)?;
    let dt = trace.graph.load(trace.dt, 0);
    let present: Vec<N> = system.states.iter().map(|s| trace.get(*s)).collect();
    let graph = &mut *trace.graph;
    let mut matrix = Vec::new();
    let mut right = Vec::new();
    for (row, rate) in system.rates.iter().enumerate() {
        let mut rest = Some(*rate);
        let mut line = Vec::new();
        for (column, unknown) in system.unknowns.iter().enumerate() {
            let Some(parts) = rest.map_or(Some(Default::default()), |r| {
                split_linear(graph, r, *unknown)
            }) else {
                return Ok(false);
            };
            if parts
                .factor
                .is_some_and(|f| has_unknown(graph, f, &system.unknowns))
            {
                return Ok(false);
            }
            rest = parts.constant;
            let scaled = parts.factor.map(|f| graph.mul(dt, f)).map(|x| graph.neg(x));
            line.push(if row == column {
                let one = graph.constant(1.0);
                Some(scaled.map_or(one, |s| graph.add(one, s)))
            } else {
                scaled
            });
        }
        if rest.is_some_and(|r| has_unknown(graph, r, &system.unknowns)) {
            return Ok(false);
        }
        matrix.push(line);
        let change = rest.map(|r| graph.mul(dt, r));
        right.push(change.map_or(present[row], |c| graph.add(present[row], c)));
    }
    let solution = eliminate(graph, matrix, right);
    // once more with the solution, for what else the block computes
    for (state, value) in system.states.iter().zip(&solution) {
        trace.values.variables.insert(*state, *value);
    }
    trace.steps(steps)?;
    trace.values.rates.clear();
    for (state, value) in system.states.iter().zip(&solution) {
        trace.values.variables.insert(*state, *value);
    }
    Ok(true)
}

fn has_unknown(graph: &Graph, of: N, unknowns: &[N]) -> bool {
    graph.reachable(&[of]).iter().any(|n| unknowns.contains(n))
}

/// Gauss elimination without exchange of rows: the matrix is the identity plus a small one.
fn eliminate(graph: &mut Graph, mut m: Vec<Vec<Option<N>>>, mut right: Vec<N>) -> Vec<N> {
    let n = right.len();
    let diagonal = |graph: &mut Graph, entry: Option<N>| match entry {
        Some(d) => d,
        None => graph.constant(0.0),
    };
    for k in 0..n {
        let pivot = diagonal(graph, m[k][k]);
        let upper: Vec<(usize, N)> = (k + 1..n).filter_map(|j| Some((j, m[k][j]?))).collect();
        for i in k + 1..n {
            let Some(below) = m[i][k] else { continue };
            let factor = graph.div(below, pivot);
            for (j, above) in &upper {
                let product = graph.mul(factor, *above);
                m[i][*j] = Some(match m[i][*j] {
                    Some(old) => graph.sub(old, product),
                    None => graph.neg(product),
                });
            }
            let product = graph.mul(factor, right[k]);
            right[i] = graph.sub(right[i], product);
        }
    }
    let mut solution = right;
    for k in (0..n).rev() {
        for j in k + 1..n {
            let Some(entry) = m[k][j] else { continue };
            let product = graph.mul(entry, solution[j]);
            solution[k] = graph.sub(solution[k], product);
        }
        let pivot = diagonal(graph, m[k][k]);
        solution[k] = graph.div(solution[k], pivot);
    }
    solution
}

/// Writes the Newton iteration.
pub(crate) fn write_newton(
    script: &mut Script,
    trace: &mut Trace,
    steps: &[Step],
) -> Result<(), Stuck> {
    let system = read_system(trace, steps)?;
    let dt = trace.graph.load(trace.dt, 0);
    let graph = &mut *trace.graph;
    let old: Vec<N> = system.states.iter().map(|_| graph.input()).collect();
    let changes = newton_step(graph, &system, &old, dt);

    let state: Vec<_> = system.states.iter().map(|s| script.load(*s)).collect();
    let kept: Vec<_> = state.iter().map(|r| script.copy(*r)).collect();
    let current: Vec<_> = state.iter().map(|r| script.copy(*r)).collect();
    for (unknown, r) in system.unknowns.iter().zip(&current) {
        script.give(*unknown, *r);
    }
    for (input, r) in old.iter().zip(&kept) {
        script.give(*input, *r);
    }
    let one = script.constant(1.0);
    let rounds = script.constant(0.0);
    let (round, moving) = (script.copy(rounds), script.copy(one));
    let (limit, half) = (script.constant(ROUNDS), script.constant(0.5));
    let (relative, absolute) = (script.constant(SETTLED.0), script.constant(SETTLED.1));
    script.repeat(
        |s| {
            let more = s.cmp(CmpOp::Lt, round, limit);
            let moves = s.cmp(CmpOp::Lt, half, moving);
            s.both(more, moves)
        },
        |s| {
            let found = s.splice(trace.graph, &changes);
            let zero = s.constant(0.0);
            s.assign(moving, zero);
            for (x, change) in current.iter().zip(found) {
                let next = s.bin(BinOp::Add, *x, change);
                s.assign(*x, next);
                let size = s.un(UnOp::Abs, next);
                let allowed = s.bin(BinOp::Mul, size, relative);
                let allowed = s.bin(BinOp::Add, allowed, absolute);
                let change = s.un(UnOp::Abs, change);
                let moved = s.cmp(CmpOp::Lt, allowed, change);
                let next_moving = s.select(moved, one, moving);
                s.assign(moving, next_moving);
            }
            let next = s.bin(BinOp::Add, round, one);
            s.assign(round, next);
        },
    );
    let values: Vec<N> = system.assigned.iter().map(|(_, n)| *n).collect();
    let found = script.splice(trace.graph, &values);
    for ((element, _), r) in system.assigned.iter().zip(found) {
        script.store(*element, r);
    }
    for (element, r) in system.states.iter().zip(&current) {
        script.store(*element, *r);
    }
    Ok(())
}

/// What a round adds to the unknowns: the solution of `J * change = old + dt*f - x`.
fn newton_step(graph: &mut Graph, system: &System, old: &[N], dt: N) -> Vec<N> {
    let columns: Vec<Vec<Option<N>>> = system
        .unknowns
        .iter()
        .map(|x| differentiate(graph, &system.rates, *x))
        .collect();
    let n = system.states.len();
    let mut matrix = vec![vec![None; n]; n];
    for (i, line) in matrix.iter_mut().enumerate() {
        for (j, entry) in line.iter_mut().enumerate() {
            let scaled = columns[j][i]
                .map(|d| graph.mul(dt, d))
                .map(|x| graph.neg(x));
            *entry = if i == j {
                let one = graph.constant(1.0);
                Some(scaled.map_or(one, |s| graph.add(one, s)))
            } else {
                scaled
            };
        }
    }
    let right = (0..n)
        .map(|i| {
            let step = graph.mul(dt, system.rates[i]);
            let target = graph.add(old[i], step);
            graph.sub(target, system.unknowns[i])
        })
        .collect();
    eliminate(graph, matrix, right)
}
