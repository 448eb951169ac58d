//! Evaluates a checked expression. The Rust that `to_rust` prints does the same operations in the same order.

use super::ast::BinaryOp;
use super::check::{Checked, Node};
use super::draw::Draw;
use super::scope::Function;
use crate::lane::Lane;
use crate::math;

/// No random numbers: for expressions that were checked not to draw.
struct NoDraw;

impl Draw for NoDraw {
    fn draw(&mut self, _: Function, _: f64, _: f64) -> f64 {
        f64::NAN
    }
}

impl Checked {
    /// The value, in the unit that was wanted (1 or 0 for conditions). `variables` are in the order of the scope,
    /// `params` in that of the check, each in its unit.
    pub fn eval(&self, variables: &[f64], params: &[f64], draw: &mut dyn Draw) -> f64 {
        eval(&self.root, variables, params, draw)
    }

    /// The value, where it depends on nothing but `params`.
    pub fn constant(&self, params: &[f64]) -> Option<f64> {
        (!self.uses_variables() && !self.is_random()).then(|| self.eval(&[], params, &mut NoDraw))
    }

    /// Draws random numbers.
    pub fn is_random(&self) -> bool {
        any(
            &self.root,
            &|node| matches!(node, Node::Call(function, _) if function.is_random()),
        )
    }

    /// Names a variable of its scope.
    pub fn uses_variables(&self) -> bool {
        any(&self.root, &|node| matches!(node, Node::Var(_)))
    }

    /// Names variable number `k` of its scope.
    pub fn uses_variable(&self, k: usize) -> bool {
        any(
            &self.root,
            &|node| matches!(node, Node::Var(v) if *v as usize == k),
        )
    }

    /// Names parameter number `k`.
    pub fn uses_param(&self, k: usize) -> bool {
        any(
            &self.root,
            &|node| matches!(node, Node::Param(p) if *p as usize == k),
        )
    }

    /// The terms of a conjunction, each a condition of its own.
    pub fn conjunction(&self) -> Vec<Checked> {
        fn split(node: &Node, out: &mut Vec<Node>) {
            match node {
                Node::Binary(BinaryOp::And, a, b) => {
                    split(a, out);
                    split(b, out);
                }
                node => out.push(node.clone()),
            }
        }
        let mut terms = Vec::new();
        split(&self.root, &mut terms);
        terms
            .into_iter()
            .map(|root| Checked {
                root,
                unit: self.unit,
                truth: self.truth,
            })
            .collect()
    }
}

fn any(node: &Node, test: &impl Fn(&Node) -> bool) -> bool {
    test(node)
        || match node {
            Node::Const(_) | Node::Var(_) | Node::Param(_) => false,
            Node::Neg(a) | Node::Not(a) | Node::Convert(_, a) => any(a, test),
            Node::Binary(_, a, b) => any(a, test) || any(b, test),
            Node::Call(_, arguments) => arguments.iter().any(|a| any(a, test)),
            Node::If(c, a, b) => any(c, test) || any(a, test) || any(b, test),
        }
}

fn truth(x: bool) -> f64 {
    if x { 1.0 } else { 0.0 }
}

fn eval(node: &Node, v: &[f64], p: &[f64], draw: &mut dyn Draw) -> f64 {
    match node {
        Node::Const(x) => *x,
        Node::Var(k) => v[*k as usize],
        Node::Param(k) => p[*k as usize],
        Node::Neg(a) => -eval(a, v, p, draw),
        Node::Not(a) => truth(eval(a, v, p, draw) == 0.0),
        Node::Convert(conversion, a) => conversion.apply(eval(a, v, p, draw)),
        Node::If(c, a, b) => {
            let branch = if eval(c, v, p, draw) != 0.0 { a } else { b };
            eval(branch, v, p, draw)
        }
        Node::Binary(BinaryOp::And, a, b) => {
            truth(eval(a, v, p, draw) != 0.0 && eval(b, v, p, draw) != 0.0)
        }
        Node::Binary(BinaryOp::Or, a, b) => {
            truth(eval(a, v, p, draw) != 0.0 || eval(b, v, p, draw) != 0.0)
        }
        Node::Binary(op, a, b) => {
            let a = eval(a, v, p, draw);
            let b = eval(b, v, p, draw);
            binary(*op, a, b)
        }
        Node::Call(function, arguments) => {
            let a = eval(&arguments[0], v, p, draw);
            let b = arguments.get(1).map_or(0.0, |b| eval(b, v, p, draw));
            if function.is_random() {
                draw.draw(*function, a, b)
            } else {
                call(*function, a, b)
            }
        }
    }
}

/// An operation on two numbers; truth is 1 or 0.
pub fn binary(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Pow => power(a, b),
        BinaryOp::Lt => truth(a < b),
        BinaryOp::Le => truth(a <= b),
        BinaryOp::Gt => truth(a > b),
        BinaryOp::Ge => truth(a >= b),
        BinaryOp::Eq => truth(a == b),
        BinaryOp::Ne => truth(a != b),
        BinaryOp::And => truth(a != 0.0 && b != 0.0),
        BinaryOp::Or => truth(a != 0.0 || b != 0.0),
    }
}

/// `a^b`; squares and cubes are products.
pub fn power(a: f64, b: f64) -> f64 {
    if b == 2.0 {
        a * a
    } else if b == 3.0 {
        a * a * a
    } else {
        math::pow(a, b)
    }
}

/// A function that is not random. Those of one argument ignore `b`.
pub fn call(function: Function, a: f64, b: f64) -> f64 {
    match function {
        Function::Exp => math::exp(a),
        Function::Expm1 => math::expm1(a),
        Function::Log => math::log(a),
        Function::Log10 => math::log10(a),
        Function::Log2 => math::log(a) / std::f64::consts::LN_2,
        Function::Sqrt => a.sqrt(),
        Function::Sin => math::sin(a),
        Function::Cos => math::cos(a),
        Function::Tan => math::tan(a),
        Function::Asin => math::asin(a),
        Function::Acos => math::acos(a),
        Function::Atan => math::atan(a),
        Function::Atan2 => math::atan2(a, b),
        Function::Sinh => math::sinh(a),
        Function::Cosh => math::cosh(a),
        Function::Tanh => math::tanh(a),
        Function::Abs => a.abs(),
        Function::Floor => a.floor(),
        Function::Ceil => a.ceil(),
        Function::Round => a.round_ties_even(),
        Function::Min => Lane::min(a, b),
        Function::Max => Lane::max(a, b),
        // the sign of the divisor, as in Python
        Function::Mod => a - b * (a / b).floor(),
        Function::Sign => f64::from(i8::from(a > 0.0) - i8::from(a < 0.0)),
        Function::Hypot => (a * a + b * b).sqrt(),
        Function::Pow => power(a, b),
        _ => unreachable!("random numbers are drawn"),
    }
}
