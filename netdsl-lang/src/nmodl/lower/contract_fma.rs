//! Pass 5: a product that is used once, in a sum, is computed together with the sum, rounded once.
//!
//! `a*b + c` becomes `fma(a, b, c)`, `c - a*b` becomes `fma(-a, b, c)`.

use super::graph::{Graph, N, Op};
use crate::mech::{BinOp, UnOp};

/// Rewrites `roots`. Uses are counted in what `lean` reaches, so that the code with and without recorded variables
/// computes the same bits.
pub(crate) fn contract_fma(graph: &mut Graph, roots: &[N], lean: &[N]) -> Vec<N> {
    let uses = graph.uses(lean);
    let product = |graph: &Graph, n: N| match graph.op(n) {
        Op::Bin(BinOp::Mul, a, b) if uses.get(&n) == Some(&1) => Some((a, b)),
        _ => None,
    };
    graph.rewrite(roots, |graph, n, new| {
        uses.get(&n)?;
        match graph.op(n) {
            Op::Bin(BinOp::Add, x, y) => {
                let (other, (a, b)) = match product(graph, y) {
                    Some(found) => (x, found),
                    None => (y, product(graph, x)?),
                };
                Some(graph.raw(Op::Fma(new[&a], new[&b], new[&other])))
            }
            Op::Bin(BinOp::Sub, x, y) => {
                if let Some((a, b)) = product(graph, y) {
                    let minus = negative(graph, new[&a]);
                    return Some(graph.raw(Op::Fma(minus, new[&b], new[&x])));
                }
                let (a, b) = product(graph, x)?;
                let minus = negative(graph, new[&y]);
                Some(graph.raw(Op::Fma(new[&a], new[&b], minus)))
            }
            _ => None,
        }
    })
}

fn negative(graph: &mut Graph, n: N) -> N {
    match graph.as_const(n) {
        Some(x) => graph.constant(-x),
        None => graph.raw(Op::Un(UnOp::Neg, n)),
    }
}
