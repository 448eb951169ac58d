//! Pass 4: several divisions by the same value become one.
//!
//! `a/s` and `b/s` become `a*r` and `b*r` with `r = 1/s`.

use std::collections::HashMap;

use super::graph::{Graph, N, Op};
use crate::mech::BinOp;

/// Rewrites `roots`; divisions are counted in what `lean` reaches.
pub(crate) fn share_divisions(graph: &mut Graph, roots: &[N], lean: &[N]) -> Vec<N> {
    let mut divisions: HashMap<N, u32> = HashMap::new();
    for n in graph.reachable(lean) {
        if let Op::Bin(BinOp::Div, _, below) = graph.op(n) {
            *divisions.entry(below).or_default() += 1;
        }
    }
    let one = graph.constant(1.0);
    graph.rewrite(roots, |graph, n, new| match graph.op(n) {
        Op::Bin(BinOp::Div, above, below)
            if above != one && divisions.get(&below).is_some_and(|k| *k > 1) =>
        {
            let inverse = graph.raw(Op::Bin(BinOp::Div, one, new[&below]));
            Some(graph.raw(Op::Bin(BinOp::Mul, new[&above], inverse)))
        }
        _ => None,
    })
}
