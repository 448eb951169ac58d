//! Takes an expression apart into a constant part and a factor of one unknown.
//!
//! `(minf - m)/mtau` of `m` becomes `minf/mtau` and `-1/mtau`.

use super::graph::{Graph, N, Op};
use crate::mech::{BinOp, UnOp};

/// `constant + factor * unknown`; `None` stands for 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Linear {
    pub(crate) constant: Option<N>,
    pub(crate) factor: Option<N>,
}

/// The parts of `of` in `unknown`; `None` if it is not linear as written.
pub(crate) fn split_linear(graph: &mut Graph, of: N, unknown: N) -> Option<Linear> {
    let depends = dependents(graph, of, unknown);
    split(graph, of, unknown, &depends)
}

/// For each node up to `of`, whether it is computed from `unknown`.
fn dependents(graph: &Graph, of: N, unknown: N) -> Vec<bool> {
    let mut depends = vec![false; graph.len()];
    for n in graph.reachable(&[of]) {
        depends[n as usize] = n == unknown || graph.op(n).operands().any(|o| depends[o as usize]);
    }
    depends
}

fn split(graph: &mut Graph, of: N, unknown: N, depends: &[bool]) -> Option<Linear> {
    if of == unknown {
        let one = graph.constant(1.0);
        return Some(Linear {
            constant: None,
            factor: Some(one),
        });
    }
    if !depends[of as usize] {
        return Some(Linear {
            constant: Some(of).filter(|n| graph.as_const(*n) != Some(0.0)),
            factor: None,
        });
    }
    let fixed = |n: N| !depends[n as usize];
    match graph.op(of) {
        Op::Un(UnOp::Neg, a) => {
            let a = split(graph, a, unknown, depends)?;
            Some(each(a, |x| graph.neg(x)))
        }
        Op::Bin(BinOp::Add, a, b) => {
            let (a, b) = (
                split(graph, a, unknown, depends)?,
                split(graph, b, unknown, depends)?,
            );
            Some(Linear {
                constant: plus(graph, a.constant, b.constant),
                factor: plus(graph, a.factor, b.factor),
            })
        }
        Op::Bin(BinOp::Sub, a, b) => {
            let (a, b) = (
                split(graph, a, unknown, depends)?,
                split(graph, b, unknown, depends)?,
            );
            let b = each(b, |x| graph.neg(x));
            Some(Linear {
                constant: plus(graph, a.constant, b.constant),
                factor: plus(graph, a.factor, b.factor),
            })
        }
        Op::Bin(BinOp::Mul, a, b) if fixed(a) => {
            let b = split(graph, b, unknown, depends)?;
            Some(each(b, |x| graph.mul(a, x)))
        }
        Op::Bin(BinOp::Mul, a, b) if fixed(b) => {
            let a = split(graph, a, unknown, depends)?;
            Some(each(a, |x| graph.mul(x, b)))
        }
        Op::Bin(BinOp::Div, a, b) if fixed(b) => {
            let a = split(graph, a, unknown, depends)?;
            Some(each(a, |x| graph.div(x, b)))
        }
        Op::Select(cond, a, b) if fixed(cond) => {
            let (a, b) = (
                split(graph, a, unknown, depends)?,
                split(graph, b, unknown, depends)?,
            );
            Some(Linear {
                constant: choose(graph, cond, a.constant, b.constant),
                factor: choose(graph, cond, a.factor, b.factor),
            })
        }
        _ => None,
    }
}

fn each(linear: Linear, mut f: impl FnMut(N) -> N) -> Linear {
    Linear {
        constant: linear.constant.map(&mut f),
        factor: linear.factor.map(&mut f),
    }
}

fn plus(graph: &mut Graph, a: Option<N>, b: Option<N>) -> Option<N> {
    match (a, b) {
        (Some(a), Some(b)) => Some(graph.add(a, b)),
        (a, b) => a.or(b),
    }
}

fn choose(graph: &mut Graph, cond: N, a: Option<N>, b: Option<N>) -> Option<N> {
    if a.is_none() && b.is_none() {
        return None;
    }
    let zero = graph.constant(0.0);
    Some(graph.select(cond, a.unwrap_or(zero), b.unwrap_or(zero)))
}
