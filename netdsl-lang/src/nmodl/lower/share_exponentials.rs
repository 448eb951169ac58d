//! Pass 4: exponentials of one quantity that differ by a shift, or by a small whole factor, are computed once.
//!
//! With `e = exp(-0.1*(v + 40))`, `exp(-0.1*(v + 55))` is `0.223*e`, and `exp(-0.2*(v + 40))` is `e*e`. A product costs a
//! tenth of an exponential, and adds one rounding (a power adds as many as its exponent says).

use std::collections::{HashMap, HashSet};

use super::graph::{Graph, N, Op};
use crate::math;
use crate::mech::{BinOp, UnOp};

/// The largest power that is taken.
const LARGEST_POWER: f64 = 8.0;
/// The largest shift: neither of two exponentials leaves the range of numbers much before the other.
const LARGEST_SHIFT: f64 = 50.0;

/// `slope * of + shift`.
#[derive(Clone, Copy, Debug)]
struct Affine {
    of: N,
    slope: f64,
    shift: f64,
}

#[derive(Clone, Copy, Debug)]
struct Exponential {
    node: N,
    argument: Affine,
    /// 1 is subtracted from it, which leaves little where it is near 1: no power may stand for it.
    delicate: bool,
}

/// Rewrites `roots`; exponentials are looked for in what `lean` reaches.
pub(crate) fn share_exponentials(graph: &mut Graph, roots: &[N], lean: &[N]) -> Vec<N> {
    let mut found = exponentials(graph, lean);
    // those that others are made from come first
    found.sort_by(|a, b| {
        let key = |e: &Exponential| e.argument.slope.abs();
        key(a)
            .total_cmp(&key(b))
            .then(b.delicate.cmp(&a.delicate))
            .then(a.node.cmp(&b.node))
    });
    let mut bases: Vec<Exponential> = Vec::new();
    let mut made: HashMap<N, N> = HashMap::new();
    for exponential in found {
        let base = bases
            .iter()
            .filter_map(|base| Some((relation(base, &exponential)?, base.node)))
            .min_by_key(|((power, _), _)| *power);
        match base {
            Some(((power, shift), base)) => {
                let value = make(graph, base, power, shift);
                made.insert(exponential.node, value);
            }
            None => bases.push(exponential),
        }
    }
    graph.rewrite(roots, |_, n, _| made.get(&n).copied())
}

fn exponentials(graph: &Graph, lean: &[N]) -> Vec<Exponential> {
    let reached = graph.reachable(lean);
    let one = |n: N| graph.as_const(n).is_some_and(|x| x.abs() == 1.0);
    let less_one: HashSet<N> = reached
        .iter()
        .filter_map(|n| match graph.op(*n) {
            Op::Bin(BinOp::Add | BinOp::Sub, a, b) if one(a) => Some(b),
            Op::Bin(BinOp::Add | BinOp::Sub, a, b) if one(b) => Some(a),
            _ => None,
        })
        .collect();
    let exponential = |n: &N| match graph.op(*n) {
        Op::Un(UnOp::Exp, argument) => Some(Exponential {
            node: *n,
            argument: affine(graph, argument),
            delicate: less_one.contains(n),
        }),
        _ => None,
    };
    reached.iter().filter_map(exponential).collect()
}

/// The argument as a multiple of something, and a number.
fn affine(graph: &Graph, n: N) -> Affine {
    let mut found = Affine {
        of: n,
        slope: 1.0,
        shift: 0.0,
    };
    loop {
        let slope = found.slope;
        match graph.op(found.of) {
            Op::Un(UnOp::Neg, x) => (found.slope, found.of) = (-slope, x),
            Op::Bin(op, a, b) => match (op, graph.as_const(a)) {
                (BinOp::Mul, Some(k)) => (found.slope, found.of) = (slope * k, b),
                (BinOp::Add, Some(k)) => (found.shift, found.of) = (found.shift + slope * k, b),
                (BinOp::Sub, Some(k)) => {
                    found = Affine {
                        of: b,
                        slope: -slope,
                        shift: found.shift + slope * k,
                    }
                }
                _ => return found,
            },
            _ => return found,
        }
    }
}

/// The power of `base` and the shift of the exponent that give `wanted`.
fn relation(base: &Exponential, wanted: &Exponential) -> Option<(u32, f64)> {
    let (a, b) = (base.argument, wanted.argument);
    if a.of != b.of {
        return None;
    }
    let ratio = b.slope / a.slope;
    let power = ratio.round();
    let shift = b.shift - power * a.shift;
    let fits = (ratio - power).abs() <= 4.0 * f64::EPSILON * power
        && (1.0..=LARGEST_POWER).contains(&power)
        && shift.abs() <= LARGEST_SHIFT
        && (power == 1.0 || !wanted.delicate);
    fits.then_some((power as u32, shift))
}

/// `base^power * e^shift`, by squaring.
fn make(graph: &mut Graph, base: N, power: u32, shift: f64) -> N {
    let mut product: Option<N> = None;
    let mut square = base;
    let mut rest = power;
    while rest > 0 {
        if rest & 1 == 1 {
            product = Some(match product {
                Some(p) => graph.raw(Op::Bin(BinOp::Mul, p, square)),
                None => square,
            });
        }
        rest >>= 1;
        if rest > 0 {
            square = graph.raw(Op::Bin(BinOp::Mul, square, square));
        }
    }
    let product = product.expect("powers are at least 1");
    let factor = math::exp(shift);
    if factor == 1.0 {
        return product;
    }
    let factor = graph.constant(factor);
    graph.raw(Op::Bin(BinOp::Mul, factor, product))
}
