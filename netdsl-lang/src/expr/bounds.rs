//! Bounds of an expression from bounds of its variables, by interval arithmetic: never too narrow, perhaps too wide.
//! Sums, products and roots are exact about it, as rounding keeps the order; an exponential, logarithm or power may leave
//! its bound by a unit in the last place.

use super::ast::BinaryOp;
use super::check::{Checked, Node};
use super::eval::call;
use super::scope::Function;

/// Lower and upper bound.
pub type Interval = (f64, f64);

const EVERYTHING: Interval = (f64::NEG_INFINITY, f64::INFINITY);

impl Checked {
    /// Bounds of the value, given those of the variables.
    pub fn bounds(&self, variables: &[(f64, f64)], params: &[f64]) -> (f64, f64) {
        bounds(&self.root, variables, params)
    }
}

fn bounds(node: &Node, v: &[Interval], p: &[f64]) -> Interval {
    let (low, high) = match node {
        Node::Const(x) => (*x, *x),
        Node::Var(k) => v[*k as usize],
        Node::Param(k) => (p[*k as usize], p[*k as usize]),
        Node::Neg(a) => {
            let (low, high) = bounds(a, v, p);
            (-high, -low)
        }
        Node::Convert(conversion, a) => {
            let (low, high) = bounds(a, v, p);
            corners(&[conversion.apply(low), conversion.apply(high)])
        }
        Node::If(_, a, b) => {
            let (a, b) = (bounds(a, v, p), bounds(b, v, p));
            (a.0.min(b.0), a.1.max(b.1))
        }
        Node::Not(_) => (0.0, 1.0),
        Node::Binary(op, a, b) => binary_bounds(*op, bounds(a, v, p), bounds(b, v, p)),
        Node::Call(function, arguments) => {
            let a = bounds(&arguments[0], v, p);
            let b = arguments.get(1).map_or((0.0, 0.0), |b| bounds(b, v, p));
            function_bounds(*function, a, b)
        }
    };
    if low.is_nan() || high.is_nan() {
        EVERYTHING
    } else {
        (low, high)
    }
}

fn corners(values: &[f64]) -> Interval {
    if values.iter().any(|x| x.is_nan()) {
        return EVERYTHING;
    }
    values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| {
            (low.min(x), high.max(x))
        })
}

/// Bounds of `a op b`.
pub fn binary_bounds(op: BinaryOp, a: Interval, b: Interval) -> Interval {
    let sure = |yes: bool, no: bool| match (yes, no) {
        (true, _) => (1.0, 1.0),
        (_, true) => (0.0, 0.0),
        _ => (0.0, 1.0),
    };
    let is_true = |x: Interval| x.0 > 0.0 || x.1 < 0.0;
    let is_false = |x: Interval| x == (0.0, 0.0);
    match op {
        BinaryOp::Add => (a.0 + b.0, a.1 + b.1),
        BinaryOp::Sub => (a.0 - b.1, a.1 - b.0),
        BinaryOp::Mul => corners(&[a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1]),
        BinaryOp::Div if b.0 > 0.0 || b.1 < 0.0 => {
            corners(&[a.0 / b.0, a.0 / b.1, a.1 / b.0, a.1 / b.1])
        }
        BinaryOp::Pow => power(a, b),
        BinaryOp::Div => EVERYTHING,
        BinaryOp::Lt => sure(a.1 < b.0, a.0 >= b.1),
        BinaryOp::Le => sure(a.1 <= b.0, a.0 > b.1),
        BinaryOp::Gt => sure(a.0 > b.1, a.1 <= b.0),
        BinaryOp::Ge => sure(a.0 >= b.1, a.1 < b.0),
        BinaryOp::And => sure(is_true(a) && is_true(b), is_false(a) || is_false(b)),
        BinaryOp::Or => sure(is_true(a) || is_true(b), is_false(a) && is_false(b)),
        _ => (0.0, 1.0),
    }
}

fn power(a: Interval, b: Interval) -> Interval {
    let of = |x, n| super::eval::power(x, n);
    if a.0 > 0.0 || (a.0 >= 0.0 && b.0 > 0.0) {
        return corners(&[of(a.0, b.0), of(a.0, b.1), of(a.1, b.0), of(a.1, b.1)]);
    }
    let n = b.0;
    if b.0 != b.1 || n.fract() != 0.0 || n < 0.0 {
        return EVERYTHING;
    }
    let (low, high) = corners(&[of(a.0, n), of(a.1, n)]);
    // an even power turns at zero
    if n % 2.0 == 0.0 && a.0 < 0.0 && a.1 > 0.0 {
        (0.0_f64.min(low), high)
    } else {
        (low, high)
    }
}

/// Bounds of a function of one or two values; those of one ignore the second.
pub fn function_bounds(function: Function, a: Interval, b: Interval) -> Interval {
    use Function::*;
    let rising = || corners(&[call(function, a.0, 0.0), call(function, a.1, 0.0)]);
    match function {
        Exp | Expm1 | Atan | Sinh | Tanh | Floor | Ceil | Round | Sign => rising(),
        Log | Log10 | Log2 | Sqrt if a.0 >= 0.0 => rising(),
        Asin if a.0 >= -1.0 && a.1 <= 1.0 => rising(),
        Sin | Cos => (-1.0, 1.0),
        Acos => (0.0, std::f64::consts::PI),
        Atan2 => (-std::f64::consts::PI, std::f64::consts::PI),
        Abs if a.0 <= 0.0 && a.1 >= 0.0 => (0.0, a.1.max(-a.0)),
        Abs => corners(&[a.0.abs(), a.1.abs()]),
        Min => (a.0.min(b.0), a.1.min(b.1)),
        Max => (a.0.max(b.0), a.1.max(b.1)),
        Pow => power(a, b),
        Uniform => (a.0.min(b.0), a.1.max(b.1)),
        Discunif => (a.0.min(b.0).floor(), a.1.max(b.1).ceil()),
        Lognormal | Negexp | Poisson | Erlang if a.0 >= 0.0 => (0.0, f64::INFINITY),
        Weibull => (0.0, f64::INFINITY),
        Binomial => (0.0, a.1.max(0.0)),
        Geometric => (1.0, f64::INFINITY),
        Hypot => (0.0, f64::INFINITY),
        _ => EVERYTHING,
    }
}
