//! Derivatives of expressions.
//!
//! `x*exp(x)` by `x` becomes `exp(x) + x*exp(x)`.

use std::collections::HashMap;

use super::graph::{Graph, N, Op};
use crate::mech::{BinOp, CmpOp, UnOp};

/// The derivatives of `roots` by the node `by`; `None` stands for 0.
///
/// Conditions, whole parts and tables count as constant: a Newton iteration on them still ends at a root.
pub(crate) fn differentiate(graph: &mut Graph, roots: &[N], by: N) -> Vec<Option<N>> {
    let mut known: HashMap<N, Option<N>> = HashMap::new();
    for n in graph.reachable(roots) {
        let d = if n == by {
            Some(graph.constant(1.0))
        } else {
            derivative(graph, n, |o| known[&o])
        };
        known.insert(n, d.filter(|d| graph.as_const(*d) != Some(0.0)));
    }
    roots.iter().map(|r| known[r]).collect()
}

fn derivative(g: &mut Graph, n: N, d: impl Fn(N) -> Option<N>) -> Option<N> {
    match g.op(n) {
        Op::Un(op, a) => {
            let inner = d(a)?;
            let outer = slope(g, op, a, n)?;
            Some(g.mul(outer, inner))
        }
        Op::Bin(op, a, b) => binary(g, op, (a, d(a)), (b, d(b)), n),
        Op::Fma(a, b, c) => {
            let product = product_rule(g, (a, d(a)), (b, d(b)));
            sum(g, product, d(c))
        }
        Op::Select(cond, a, b) => {
            let (da, db) = (d(a), d(b));
            if da.is_none() && db.is_none() {
                return None;
            }
            let zero = g.constant(0.0);
            Some(g.select(cond, da.unwrap_or(zero), db.unwrap_or(zero)))
        }
        _ => None,
    }
}

/// The derivative of `op` at `a`, where its value is `n`.
fn slope(g: &mut Graph, op: UnOp, a: N, n: N) -> Option<N> {
    let one = g.constant(1.0);
    Some(match op {
        UnOp::Neg => g.constant(-1.0),
        UnOp::Abs => {
            let zero = g.constant(0.0);
            let negative = g.cmp(CmpOp::Lt, a, zero);
            let minus = g.constant(-1.0);
            g.select(negative, minus, one)
        }
        UnOp::Sqrt => {
            let half = g.constant(0.5);
            g.div(half, n)
        }
        UnOp::Exp => n,
        UnOp::Expm1 => g.add(n, one),
        UnOp::Log => g.div(one, a),
        UnOp::Log10 => {
            let k = g.constant(std::f64::consts::LOG10_E);
            g.div(k, a)
        }
        UnOp::Sin => g.un(UnOp::Cos, a),
        UnOp::Cos => {
            let s = g.un(UnOp::Sin, a);
            g.neg(s)
        }
        UnOp::Tan => {
            let square = g.mul(n, n);
            g.add(one, square)
        }
        UnOp::Asin | UnOp::Acos => {
            let square = g.mul(a, a);
            let rest = g.sub(one, square);
            let root = g.un(UnOp::Sqrt, rest);
            let inverse = g.div(one, root);
            if op == UnOp::Acos {
                g.neg(inverse)
            } else {
                inverse
            }
        }
        UnOp::Atan => {
            let square = g.mul(a, a);
            let below = g.add(one, square);
            g.div(one, below)
        }
        UnOp::Sinh => g.un(UnOp::Cosh, a),
        UnOp::Cosh => g.un(UnOp::Sinh, a),
        UnOp::Tanh => {
            let square = g.mul(n, n);
            g.sub(one, square)
        }
        UnOp::Floor | UnOp::Ceil | UnOp::Round => return None,
    })
}

type Part = (N, Option<N>);

fn binary(g: &mut Graph, op: BinOp, (a, da): Part, (b, db): Part, n: N) -> Option<N> {
    match op {
        BinOp::Add => sum(g, da, db),
        BinOp::Sub => {
            let db = db.map(|x| g.neg(x));
            sum(g, da, db)
        }
        BinOp::Mul => product_rule(g, (a, da), (b, db)),
        BinOp::Div => {
            // (da - n*db)/b
            let second = db.map(|x| g.mul(n, x)).map(|x| g.neg(x));
            let above = sum(g, da, second)?;
            Some(g.div(above, b))
        }
        BinOp::Pow => {
            let first = da.map(|da| {
                let one = g.constant(1.0);
                let less = g.sub(b, one);
                let power = g.bin(BinOp::Pow, a, less);
                let scaled = g.mul(b, power);
                g.mul(scaled, da)
            });
            let second = db.map(|db| {
                let log = g.un(UnOp::Log, a);
                let scaled = g.mul(n, log);
                g.mul(scaled, db)
            });
            sum(g, first, second)
        }
        BinOp::Min | BinOp::Max => {
            let (small, large) = if op == BinOp::Min { (a, b) } else { (b, a) };
            let first = g.cmp(CmpOp::Lt, small, large);
            let zero = g.constant(0.0);
            if da.is_none() && db.is_none() {
                return None;
            }
            Some(g.select(first, da.unwrap_or(zero), db.unwrap_or(zero)))
        }
        BinOp::Mod => da,
        BinOp::Atan2 => {
            let (aa, bb) = (g.mul(a, a), g.mul(b, b));
            let below = g.add(aa, bb);
            let first = da.map(|x| g.mul(b, x));
            let second = db.map(|x| g.mul(a, x)).map(|x| g.neg(x));
            let above = sum(g, first, second)?;
            Some(g.div(above, below))
        }
    }
}

fn product_rule(g: &mut Graph, (a, da): Part, (b, db): Part) -> Option<N> {
    let first = da.map(|x| g.mul(x, b));
    let second = db.map(|x| g.mul(a, x));
    sum(g, first, second)
}

fn sum(g: &mut Graph, a: Option<N>, b: Option<N>) -> Option<N> {
    match (a, b) {
        (Some(a), Some(b)) => Some(g.add(a, b)),
        (a, b) => a.or(b),
    }
}
