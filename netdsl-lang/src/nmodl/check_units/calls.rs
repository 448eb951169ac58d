//! Calls: what functions take and give.

use super::Checker;
use super::quantity::{Quantity, Scale};
use crate::nmodl::ast::{Expr, Name};

/// A function of the file.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    pub(super) arguments: Vec<Quantity>,
    pub(super) value: Quantity,
}

/// Functions of NEURON whose arguments have units; `?` takes anything.
const WITH_UNITS: [(&str, &str, &[&str]); 6] = [
    ("at_time", "", &["ms"]),
    ("state_discontinuity", "", &["?", "?"]),
    ("net_send", "", &["ms", "?"]),
    ("net_event", "", &["ms"]),
    ("net_move", "", &["ms"]),
    (
        "nrn_ghk",
        "millicoul/cm3",
        &["millivolt", "milli/liter", "milli/liter", ""],
    ),
];

/// Functions of pure numbers.
const PURE: [&str; 31] = [
    "exp",
    "log",
    "log10",
    "sqrt",
    "fabs",
    "pow",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "sinh",
    "cosh",
    "tanh",
    "floor",
    "ceil",
    "fmod",
    "erf",
    "exprand",
    "factorial",
    "gauss",
    "normrand",
    "poisrand",
    "poisson",
    "scop_random",
    "set_seed",
    "random_negexp",
    "random_normal",
    "random_uniform",
];

impl<'a> Checker<'a> {
    pub(super) fn call(&mut self, name: &'a Name, arguments: &'a [Expr]) -> Quantity {
        let found: Vec<Quantity> = arguments.iter().map(|a| self.expr(a)).collect();
        let callee = name.kind.as_str();
        let Some(signature) = self.signature(callee, arguments.len()) else {
            // a function of C code: nothing is known about it
            return Quantity::Unknown;
        };
        for ((wanted, found), at) in signature.arguments.iter().zip(found).zip(arguments) {
            if *wanted == Quantity::of(Scale::ONE) {
                self.pure(found, at.span, &format!("`{callee}`"));
            } else {
                self.same(wanted.clone(), found, at.span, "the argument should be");
            }
        }
        signature.value
    }

    fn signature(&self, callee: &str, count: usize) -> Option<Signature> {
        if let Some(own) = self.functions.get(callee) {
            return Some(own.clone());
        }
        let unit = |text: &&str| match *text {
            "?" => Quantity::Unknown,
            text => Quantity::of(self.table.evaluate(text).unwrap_or(Scale::ONE)),
        };
        if let Some((_, value, arguments)) = WITH_UNITS.iter().find(|(name, ..)| *name == callee) {
            let arguments = arguments.iter().map(unit).collect();
            let value = unit(value);
            return Some(Signature { arguments, value });
        }
        PURE.contains(&callee).then(|| Signature {
            arguments: vec![Quantity::of(Scale::ONE); count],
            value: Quantity::of(Scale::ONE),
        })
    }
}
