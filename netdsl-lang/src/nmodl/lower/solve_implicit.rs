//! Systems of equations: METHOD derivimplicit and sparse, where `x + dt` solves `x1 = x + dt*f(x1)`, and the blocks LINEAR
//! and NONLINEAR, where equations without time hold.
//!
//! Equations that are linear in all states are solved at once, as straight-line code. Others become a script with a
//! Newton iteration; NEURON iterates until the states change by less than 1e-6 of themselves, this one until rounding.

use std::collections::BTreeSet;

use super::differentiate::differentiate;
use super::eliminate::{eliminate, eliminate_pivoting};
use super::graph::{Graph, N};
use super::if_convert::{Element, Equations, Stuck, Trace, Values};
use super::split_linear::split_linear;
use super::write_script::Script;
use crate::mech::{BinOp, CmpOp, UnOp};
use crate::nmodl::hir::{Method, Solve};

/// Rounds after which the iteration gives up, leaving the states where they are.
const ROUNDS: f64 = 50.0;
/// The last change of a state, relative to it, and absolute.
const SETTLED: (f64, f64) = (1e-10, 1e-15);
/// More unknowns than these are refused: the code grows with their number.
const MOST_UNKNOWNS: usize = 300;
/// Steps that stand for steady states, ms: NEURON's.
const STEADY_KINETIC: f64 = 1e9;
const STEADY_DERIVATIVE: f64 = 1e-9;

/// An equation of a system.
#[derive(Clone, Copy, Debug)]
enum Row {
    /// The state's right-hand side.
    Rate(N),
    /// What is 0.
    Zero(N),
}

/// The equations of a block as functions of the unknown states.
struct System {
    states: Vec<Element>,
    unknowns: Vec<N>,
    rows: Vec<Row>,
    /// Other variables that the block assigns, at the unknown states.
    assigned: Vec<(Element, N)>,
    dt: N,
    /// Rows may have to be exchanged.
    pivoting: bool,
}

fn read_system(trace: &mut Trace, solve: &Solve) -> Result<System, Stuck> {
    // a first pass finds the states
    let before = trace.values.clone();
    let is_simultaneous = solve.method == Method::Simultaneous;
    let states: Vec<Element> = if is_simultaneous {
        solve.unknowns.clone()
    } else {
        follow(trace, solve)?;
        let mut states: Vec<Element> = trace.values.rates.keys().copied().collect();
        states.extend(trace.values.conserved.keys());
        states.sort_unstable();
        states.dedup();
        trace.values = before.clone();
        states
    };
    if states.len() > MOST_UNKNOWNS {
        return Err(Stuck::Large(solve.span));
    }
    let unknowns: Vec<N> = states.iter().map(|_| trace.graph.input()).collect();
    for (state, unknown) in states.iter().zip(&unknowns) {
        if solve.frozen {
            trace.unknowns.insert(*state, *unknown);
        } else {
            trace.values.variables.insert(*state, *unknown);
        }
    }
    let followed = follow(trace, solve);
    trace.unknowns.clear();
    followed?;
    let values = &trace.values;
    let row = |(k, state): (usize, &Element)| match values.conserved.get(state) {
        Some(zero) => Row::Zero(*zero),
        None if is_simultaneous => Row::Zero(values.zeros[k]),
        None => Row::Rate(values.rates[state]),
    };
    if is_simultaneous && values.zeros.len() != states.len() {
        return Err(Stuck::Uneven(solve.span));
    }
    let rows = states.iter().enumerate().map(row).collect();
    let assigned = changes(&trace.values, &before, &states);
    trace.values = before;
    let dt = match solve.method {
        Method::SteadyKinetic => trace.graph.constant(STEADY_KINETIC),
        Method::SteadyDerivative => trace.graph.constant(STEADY_DERIVATIVE),
        _ => trace.graph.load(trace.dt, 0),
    };
    Ok(System {
        states,
        unknowns,
        rows,
        assigned,
        dt,
        pivoting: is_simultaneous,
    })
}

/// Follows a block's steps, which leave their equations in `trace.values`.
fn follow(trace: &mut Trace, solve: &Solve) -> Result<(), Stuck> {
    trace.equations = Equations::Keep;
    trace.values.clear_equations();
    trace.steps(&solve.steps)
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
pub(crate) fn advance_linear(trace: &mut Trace, solve: &Solve) -> Result<bool, Stuck> {
    let system = read_system(trace, solve)?;
    let present: Vec<N> = system.states.iter().map(|s| trace.get(*s)).collect();
    let graph = &mut *trace.graph;
    let mut matrix = Vec::new();
    let mut right = Vec::new();
    for (k, row) in system.rows.iter().enumerate() {
        let (Row::Rate(expression) | Row::Zero(expression)) = row;
        let Some((factors, rest)) = linear_row(graph, *expression, &system.unknowns) else {
            return Ok(false);
        };
        let is_rate = matches!(row, Row::Rate(_));
        matrix.push(matrix_row(
            graph,
            &factors,
            is_rate.then_some((k, system.dt)),
        ));
        let scaled = match is_rate {
            true => rest.map(|r| graph.mul(system.dt, r)),
            false => rest,
        };
        right.push(match (is_rate, scaled) {
            (true, Some(change)) => graph.add(present[k], change),
            (true, None) => present[k],
            (false, Some(constant)) => constant,
            (false, None) => graph.constant(0.0),
        });
    }
    let solution = if system.pivoting {
        eliminate_pivoting(graph, matrix, right)
    } else {
        eliminate(graph, matrix, right)
    };
    // once more with the solution, for what else the block computes
    for (state, value) in system.states.iter().zip(&solution) {
        trace.values.variables.insert(*state, *value);
    }
    follow(trace, solve)?;
    trace.values.clear_equations();
    for (state, value) in system.states.iter().zip(&solution) {
        trace.values.variables.insert(*state, *value);
    }
    Ok(true)
}

/// The factor of each unknown, and the rest; `None` if the expression is not linear in all of them.
#[allow(clippy::type_complexity)]
fn linear_row(
    graph: &mut Graph,
    expression: N,
    unknowns: &[N],
) -> Option<(Vec<Option<N>>, Option<N>)> {
    let mut rest = Some(expression);
    let mut factors = Vec::new();
    let used: BTreeSet<N> = graph.reachable(&[expression]).into_iter().collect();
    for unknown in unknowns {
        if !used.contains(unknown) {
            factors.push(None);
            continue;
        }
        let parts = match rest {
            Some(r) => split_linear(graph, r, *unknown)?,
            None => Default::default(),
        };
        if parts
            .factor
            .is_some_and(|f| has_unknown(graph, f, unknowns))
        {
            return None;
        }
        rest = parts.constant;
        factors.push(parts.factor);
    }
    let linear = !rest.is_some_and(|r| has_unknown(graph, r, unknowns));
    linear.then_some((factors, rest))
}

/// The row of the matrix that stands for derivatives of `x_k - dt*f` (or, without `rate`, of what is 0, negative).
fn matrix_row(
    graph: &mut Graph,
    derivatives: &[Option<N>],
    rate: Option<(usize, N)>,
) -> Vec<Option<N>> {
    let mut line = Vec::new();
    for (column, d) in derivatives.iter().enumerate() {
        let entry = d.map(|d| match rate {
            Some((_, dt)) => graph.mul(dt, d),
            None => d,
        });
        let entry = entry.map(|x| graph.neg(x));
        line.push(match rate {
            Some((row, _)) if row == column => {
                let one = graph.constant(1.0);
                Some(entry.map_or(one, |s| graph.add(one, s)))
            }
            _ => entry,
        });
    }
    line
}

fn has_unknown(graph: &Graph, of: N, unknowns: &[N]) -> bool {
    graph.reachable(&[of]).iter().any(|n| unknowns.contains(n))
}

/// Writes the Newton iteration.
pub(crate) fn write_newton(
    script: &mut Script,
    trace: &mut Trace,
    solve: &Solve,
) -> Result<(), Stuck> {
    let system = read_system(trace, solve)?;
    let graph = &mut *trace.graph;
    let old: Vec<N> = system.states.iter().map(|_| graph.input()).collect();
    let changes = newton_step(graph, &system, &old);

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
fn newton_step(graph: &mut Graph, system: &System, old: &[N]) -> Vec<N> {
    let expressions: Vec<N> = system
        .rows
        .iter()
        .map(|(Row::Rate(n) | Row::Zero(n))| *n)
        .collect();
    let columns: Vec<Vec<Option<N>>> = system
        .unknowns
        .iter()
        .map(|x| differentiate(graph, &expressions, *x))
        .collect();
    let mut matrix = Vec::new();
    let mut right = Vec::new();
    for (k, row) in system.rows.iter().enumerate() {
        let derivatives: Vec<Option<N>> = columns.iter().map(|c| c[k]).collect();
        let rate = matches!(row, Row::Rate(_)).then_some((k, system.dt));
        matrix.push(matrix_row(graph, &derivatives, rate));
        right.push(match row {
            Row::Zero(zero) => *zero,
            Row::Rate(rate) => {
                let step = graph.mul(system.dt, *rate);
                let target = graph.add(old[k], step);
                graph.sub(target, system.unknowns[k])
            }
        });
    }
    if system.pivoting {
        eliminate_pivoting(graph, matrix, right)
    } else {
        eliminate(graph, matrix, right)
    }
}
