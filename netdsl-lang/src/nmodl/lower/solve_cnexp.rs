//! METHOD cnexp: the exact step of `x' = a + b*x` with `a` and `b` held constant,
//! `x + dt` = `inf + (x - inf)*exp(dt*b)` where `inf = -a/b`.
//!
//! `m' = (minf - m)/mtau` with `mtau = 1/(q*sum)` becomes `m = minf + (m - minf)*exp(-dt*q*sum)`: no division.

use super::graph::{Graph, N, Op};
use super::if_convert::Trace;
use super::split_linear::split_linear;
use crate::mech::{BinOp, UnOp};

/// The state after a step: `rate` is its right-hand side as a function of the node `unknown`, `present` its value now.
/// `None` if the equation is not linear.
pub(crate) fn advance(trace: &mut Trace, rate: N, unknown: N, present: N) -> Option<N> {
    let linear = split_linear(trace.graph, rate, unknown)?;
    let dt = trace.graph.load(trace.dt, 0);
    let invariant = trace.invariant;
    let graph = &mut *trace.graph;
    let Some(factor) = linear.factor.filter(|f| graph.as_const(*f) != Some(0.0)) else {
        let change = linear.constant.map(|a| graph.mul(dt, a));
        return Some(change.map_or(present, |c| graph.add(present, c)));
    };
    let exponent = product(graph, &[dt, factor], invariant);
    let decay = graph.un(UnOp::Exp, exponent);
    let Some(constant) = linear.constant else {
        return Some(graph.mul(present, decay));
    };
    let target = quotient(graph, constant, factor);
    let target = graph.neg(target);
    if !graph.algebra {
        // as NEURON writes it
        let one = graph.constant(1.0);
        let rise = graph.sub(one, decay);
        let distance = graph.sub(target, present);
        let change = graph.mul(rise, distance);
        return Some(graph.add(present, change));
    }
    let distance = graph.sub(present, target);
    let rest = graph.mul(distance, decay);
    Some(graph.add(rest, target))
}

/// A product of powers 1 and -1.
#[derive(Debug)]
struct Ratio {
    number: f64,
    above: Vec<N>,
    below: Vec<N>,
}

impl Ratio {
    fn one() -> Self {
        Self {
            number: 1.0,
            above: Vec::new(),
            below: Vec::new(),
        }
    }

    /// Multiplies by `n`, or divides by it.
    fn take(&mut self, graph: &Graph, n: N, inverse: bool) {
        match graph.op(n) {
            Op::Un(UnOp::Neg, a) => {
                self.number = -self.number;
                self.take(graph, a, inverse);
            }
            Op::Bin(BinOp::Mul, a, b) => {
                self.take(graph, a, inverse);
                self.take(graph, b, inverse);
            }
            Op::Bin(BinOp::Div, a, b) => {
                self.take(graph, a, inverse);
                self.take(graph, b, !inverse);
            }
            Op::Const(bits) => {
                let x = f64::from_bits(bits);
                self.number = if inverse {
                    self.number / x
                } else {
                    self.number * x
                };
            }
            _ => {
                let (here, there) = if inverse {
                    (&mut self.below, &mut self.above)
                } else {
                    (&mut self.above, &mut self.below)
                };
                // what stands on the other side cancels
                match there.iter().position(|o| *o == n) {
                    Some(k) => {
                        there.remove(k);
                    }
                    None => here.push(n),
                }
            }
        }
    }

    fn build(mut self, graph: &mut Graph, invariant: &dyn Fn(Op) -> bool) -> N {
        // what depends on parameters alone comes first, so that it can be computed beforehand
        let fixed = |graph: &Graph, n: &N| !graph.depends(*n, |op| !invariant(op));
        self.above.sort_by_key(|n| !fixed(graph, n));
        self.below.sort_by_key(|n| !fixed(graph, n));
        let number = graph.constant(self.number.abs());
        let fixed_below = self.below.iter().filter(|n| fixed(graph, n)).count();
        let varying_below = self.below.split_off(fixed_below);
        let fixed_above = self.above.iter().filter(|n| fixed(graph, n)).count();
        let varying_above = self.above.split_off(fixed_above);
        let mut result = self.above.into_iter().fold(number, |a, b| graph.mul(a, b));
        result = self.below.into_iter().fold(result, |a, b| graph.div(a, b));
        result = varying_above
            .into_iter()
            .fold(result, |a, b| graph.mul(a, b));
        let mut below = varying_below.into_iter();
        if let Some(first) = below.next() {
            let below = below.fold(first, |a, b| graph.mul(a, b));
            result = graph.div(result, below);
        }
        if self.number < 0.0 {
            graph.neg(result)
        } else {
            result
        }
    }
}

/// The product of `factors`, with what they have in common above and below taken out.
fn product(graph: &mut Graph, factors: &[N], invariant: &dyn Fn(Op) -> bool) -> N {
    if !graph.algebra {
        return factors[1..]
            .iter()
            .fold(factors[0], |a, b| graph.mul(a, *b));
    }
    let mut ratio = Ratio::one();
    factors.iter().for_each(|f| ratio.take(graph, *f, false));
    ratio.build(graph, invariant)
}

/// `a/b`, with what they have in common taken out.
fn quotient(graph: &mut Graph, a: N, b: N) -> N {
    if !graph.algebra {
        return graph.div(a, b);
    }
    let mut ratio = Ratio::one();
    ratio.take(graph, a, false);
    ratio.take(graph, b, true);
    ratio.build(graph, &|_| false)
}
