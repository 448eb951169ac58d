//! Systems of linear equations as straight-line code.

use super::graph::{Graph, N};
use crate::mech::{CmpOp, UnOp};

/// An entry of a matrix; `None` is 0.
type Entry = Option<N>;

fn or_zero(graph: &mut Graph, entry: Entry) -> N {
    entry.unwrap_or_else(|| graph.constant(0.0))
}

/// Gauss elimination without exchange of rows: the matrix is the identity plus a small one.
pub(crate) fn eliminate(graph: &mut Graph, mut m: Vec<Vec<Entry>>, mut right: Vec<N>) -> Vec<N> {
    for k in 0..right.len() {
        subtract_row(graph, &mut m, &mut right, k);
    }
    substitute(graph, &m, right)
}

/// Makes column k 0 below row k.
fn subtract_row(graph: &mut Graph, m: &mut [Vec<Entry>], right: &mut [N], k: usize) {
    let n = right.len();
    let pivot = or_zero(graph, m[k][k]);
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

/// The solution, from the last row up.
fn substitute(graph: &mut Graph, m: &[Vec<Entry>], mut solution: Vec<N>) -> Vec<N> {
    let n = solution.len();
    for k in (0..n).rev() {
        for j in k + 1..n {
            let Some(entry) = m[k][j] else { continue };
            let product = graph.mul(entry, solution[j]);
            solution[k] = graph.sub(solution[k], product);
        }
        let pivot = or_zero(graph, m[k][k]);
        solution[k] = graph.div(solution[k], pivot);
    }
    solution
}

/// Gauss elimination that brings the largest entry of each column to the diagonal, by selections.
pub(crate) fn eliminate_pivoting(
    graph: &mut Graph,
    mut m: Vec<Vec<Entry>>,
    mut right: Vec<N>,
) -> Vec<N> {
    for k in 0..right.len() {
        for i in k + 1..right.len() {
            exchange(graph, &mut m, &mut right, k, i);
        }
        // below this row, column k is eliminated before the next pivot is chosen
        subtract_row(graph, &mut m, &mut right, k);
    }
    substitute(graph, &m, right)
}

/// Exchanges rows k and i where the entry of row i in column k is larger.
fn exchange(graph: &mut Graph, m: &mut [Vec<Entry>], right: &mut [N], k: usize, i: usize) {
    let Some(other) = m[i][k] else { return };
    let Some(here) = m[k][k] else {
        m.swap(i, k);
        right.swap(i, k);
        return;
    };
    let (a, b) = (graph.un(UnOp::Abs, here), graph.un(UnOp::Abs, other));
    let larger = graph.cmp(CmpOp::Lt, a, b);
    for j in k..right.len() {
        if m[k][j].is_none() && m[i][j].is_none() {
            continue;
        }
        let (x, y) = (or_zero(graph, m[k][j]), or_zero(graph, m[i][j]));
        m[k][j] = Some(graph.select(larger, y, x));
        m[i][j] = Some(graph.select(larger, x, y));
    }
    let (x, y) = (right[k], right[i]);
    right[k] = graph.select(larger, y, x);
    right[i] = graph.select(larger, x, y);
}
