//! Prints a checked expression as Rust, for `fn(&[f64], &[f64], &mut dyn Draw) -> f64`.

use super::ast::BinaryOp;
use super::check::{Checked, Node};
use crate::units::power_of_ten;

impl Checked {
    /// A Rust expression with the bits of [`Checked::eval`]. `prefix` leads to what this crate exports (`::netdsl_lang`);
    /// `variables`, `params` and `draw` are the names of the function's arguments.
    pub fn to_rust(&self, prefix: &str, variables: &str, params: &str, draw: &str) -> String {
        let names = Names {
            prefix,
            variables,
            params,
            draw,
        };
        names.number(&self.root)
    }
}

struct Names<'a> {
    prefix: &'a str,
    variables: &'a str,
    params: &'a str,
    draw: &'a str,
}

impl Names<'_> {
    fn number(&self, node: &Node) -> String {
        match node {
            Node::Const(x) => literal(*x),
            Node::Var(k) => format!("{}[{k}]", self.variables),
            Node::Param(k) => format!("{}[{k}]", self.params),
            Node::Neg(a) => format!("(-{})", self.number(a)),
            Node::Convert(conversion, a) => {
                let mut text = self.number(a);
                if conversion.factor != 1.0 {
                    text = format!("({text} * {})", literal(conversion.factor));
                }
                match conversion.exponent {
                    0 => text,
                    e if e > 0 => format!("({text} * {})", literal(power_of_ten(e))),
                    e => format!("({text} / {})", literal(power_of_ten(-e))),
                }
            }
            Node::If(c, a, b) => {
                format!(
                    "(if {} {{ {} }} else {{ {} }})",
                    self.truth(c),
                    self.number(a),
                    self.number(b)
                )
            }
            Node::Binary(BinaryOp::Pow, a, b) => {
                format!(
                    "{}::expr::power({}, {})",
                    self.prefix,
                    self.number(a),
                    self.number(b)
                )
            }
            Node::Binary(op, a, b) if op.precedence() > 3 => {
                format!("({} {} {})", self.number(a), op.symbol(), self.number(b))
            }
            Node::Call(function, arguments) => {
                let a = self.number(&arguments[0]);
                let b = arguments.get(1).map_or("0.0".into(), |b| self.number(b));
                let prefix = self.prefix;
                if function.is_random() {
                    // arguments first: they may draw themselves
                    format!(
                        "{{ let __a = {a}; let __b = {b}; {prefix}::expr::Draw::draw({}, {prefix}::expr::Function::{function:?}, __a, __b) }}",
                        self.draw
                    )
                } else {
                    format!(
                        "{prefix}::expr::call({prefix}::expr::Function::{function:?}, {a}, {b})"
                    )
                }
            }
            node => format!("(if {} {{ 1.0 }} else {{ 0.0 }})", self.truth(node)),
        }
    }

    fn truth(&self, node: &Node) -> String {
        match node {
            Node::Not(a) => format!("(!{})", self.truth(a)),
            Node::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
                format!("({} {} {})", self.truth(a), op.symbol(), self.truth(b))
            }
            Node::Binary(op, a, b) if op.precedence() == 3 => {
                format!("({} {} {})", self.number(a), op.symbol(), self.number(b))
            }
            node => format!("({} != 0.0)", self.number(node)),
        }
    }
}

/// A double as Rust writes it. Negative ones in brackets.
fn literal(x: f64) -> String {
    if x.is_nan() {
        "::core::primitive::f64::NAN".into()
    } else if x.is_infinite() {
        format!(
            "({}::core::primitive::f64::INFINITY)",
            if x < 0.0 { "-" } else { "" }
        )
    } else if x.is_sign_negative() {
        format!("(-{:?}f64)", -x)
    } else {
        format!("{x:?}f64")
    }
}
