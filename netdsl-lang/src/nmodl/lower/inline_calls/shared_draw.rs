//! The generators of old files: NEURON has one of them for all instances, so that draws depend on the order in which
//! cells are computed; here each instance has a stream of its own, and results do not.

use super::Inliner;
use crate::mech::{BinOp, CmpOp, RandomOp, UnOp};
use crate::nmodl::ast::{Expr, Name};
use crate::nmodl::hir::{Step, Value};

/// The stream of an instance for these draws; no name in a file can be so.
const STREAM: &str = "(shared generator)";

impl<'a> Inliner<'_, 'a> {
    /// `scop_random()`, `exprand(mean)`, `normrand(mean, deviation)`, `poisrand(mean)`
    pub(super) fn shared_draw(&mut self, name: &'a Name, arguments: &'a [Expr]) -> Value {
        let next = self.symbols.streams.len() as u32;
        let stream = *self
            .symbols
            .streams
            .entry(STREAM.to_owned())
            .or_insert(next);
        let message = format!(
            "`{name}` draws from the instance's own stream, not from one that all instances share as in NEURON"
        );
        self.report.warning(name.span, message);
        let zero = Value::Const(0.0);
        match name.kind.as_str() {
            "scop_random" if arguments.is_empty() => self.drawn(stream, RandomOp::Uniform),
            "scop_random" => {
                self.numbers::<0>(name, arguments);
                zero
            }
            "exprand" => match self.numbers(name, arguments) {
                Some([mean]) => {
                    let drawn = self.drawn(stream, RandomOp::NegExp);
                    Value::bin(BinOp::Mul, mean, drawn)
                }
                None => zero,
            },
            "normrand" => match self.numbers(name, arguments) {
                Some([mean, deviation]) => {
                    let drawn = self.drawn(stream, RandomOp::Normal);
                    Value::bin(BinOp::Add, mean, Value::bin(BinOp::Mul, deviation, drawn))
                }
                None => zero,
            },
            _ => match self.numbers(name, arguments) {
                Some([mean]) => self.poisson(stream, mean),
                None => zero,
            },
        }
    }

    fn drawn(&mut self, stream: u32, op: RandomOp) -> Value {
        let local = self.fresh();
        self.out.push(Step::Set(local, Value::Random(stream, op)));
        Value::Local(local)
    }

    /// Counts draws until their product is below exp(-mean). Means above 700, whose exponential is 0, give 700's.
    fn poisson(&mut self, stream: u32, mean: Value) -> Value {
        let (count, product, limit) = (self.fresh(), self.fresh(), self.fresh());
        let bounded = Value::bin(BinOp::Min, mean, Value::Const(700.0));
        let least = Value::un(UnOp::Exp, Value::un(UnOp::Neg, bounded));
        self.out.push(Step::Set(limit, least));
        self.out.push(Step::Set(count, Value::Const(-1.0)));
        self.out.push(Step::Set(product, Value::Const(1.0)));
        let more = Value::cmp(CmpOp::Le, Value::Local(limit), Value::Local(product));
        let body = self.collect(|s| {
            let drawn = s.drawn(stream, RandomOp::Uniform);
            let smaller = Value::bin(BinOp::Mul, Value::Local(product), drawn);
            s.out.push(Step::Set(product, smaller));
            let next = Value::bin(BinOp::Add, Value::Local(count), Value::Const(1.0));
            s.out.push(Step::Set(count, next));
        });
        self.out.push(Step::While(Vec::new(), more, body));
        Value::Local(count)
    }
}
