//! How nodes are simplified when they are made.

use super::{Graph, N, Op};
use crate::mech::{BinOp, BoolOp, CmpOp, UnOp};

/// Whole exponents up to this one become multiplications.
const SMALL_POWER: f64 = 8.0;

impl Graph {
    pub(crate) fn un(&mut self, op: UnOp, a: N) -> N {
        if let Some(x) = self.fold_un(op, a) {
            return self.constant(x);
        }
        match (op, self.op(a)) {
            (UnOp::Neg, Op::Un(UnOp::Neg, inner)) => inner,
            (UnOp::Neg, Op::Bin(BinOp::Sub, x, y)) => self.bin(BinOp::Sub, y, x),
            (UnOp::Abs, Op::Un(UnOp::Neg | UnOp::Abs, inner)) => self.un(UnOp::Abs, inner),
            // a product or quotient with a number takes the sign into the number
            (UnOp::Neg, Op::Bin(op @ (BinOp::Mul | BinOp::Div), x, y)) => match self.as_const(x) {
                Some(k) => {
                    let k = self.constant(-k);
                    self.bin(op, k, y)
                }
                None => self.raw(Op::Un(UnOp::Neg, a)),
            },
            _ => self.raw(Op::Un(op, a)),
        }
    }

    pub(crate) fn neg(&mut self, a: N) -> N {
        self.un(UnOp::Neg, a)
    }

    pub(crate) fn add(&mut self, a: N, b: N) -> N {
        self.bin(BinOp::Add, a, b)
    }

    pub(crate) fn sub(&mut self, a: N, b: N) -> N {
        self.bin(BinOp::Sub, a, b)
    }

    pub(crate) fn mul(&mut self, a: N, b: N) -> N {
        self.bin(BinOp::Mul, a, b)
    }

    pub(crate) fn div(&mut self, a: N, b: N) -> N {
        self.bin(BinOp::Div, a, b)
    }

    pub(crate) fn bin(&mut self, op: BinOp, a: N, b: N) -> N {
        if let Some(x) = self.fold_bin(op, a, b) {
            return self.constant(x);
        }
        match op {
            BinOp::Add => self.make_add(a, b),
            BinOp::Sub => self.make_sub(a, b),
            BinOp::Mul => self.make_mul(a, b),
            BinOp::Div => self.make_div(a, b),
            BinOp::Pow => self.make_pow(a, b),
            _ => self.raw(Op::Bin(op, a, b)),
        }
    }

    /// What `-x` is the negative of.
    fn negated(&self, n: N) -> Option<N> {
        match self.op(n) {
            Op::Un(UnOp::Neg, inner) => Some(inner),
            _ => None,
        }
    }

    fn is(&self, n: N, x: f64) -> bool {
        self.as_const(n) == Some(x)
    }

    fn make_add(&mut self, a: N, b: N) -> N {
        if self.is(a, 0.0) {
            return b;
        }
        if self.is(b, 0.0) {
            return a;
        }
        match (self.negated(a), self.negated(b)) {
            (Some(x), Some(y)) => {
                let sum = self.add(x, y);
                self.neg(sum)
            }
            (Some(x), None) => self.sub(b, x),
            (None, Some(y)) => self.sub(a, y),
            (None, None) => {
                let (a, b) = self.in_order(a, b);
                self.raw(Op::Bin(BinOp::Add, a, b))
            }
        }
    }

    fn make_sub(&mut self, a: N, b: N) -> N {
        if self.is(b, 0.0) {
            return a;
        }
        if self.is(a, 0.0) {
            return self.neg(b);
        }
        if a == b && self.algebra {
            return self.constant(0.0);
        }
        if let Some(y) = self.negated(b) {
            return self.add(a, y);
        }
        if let Some(x) = self.negated(a) {
            let sum = self.add(x, b);
            return self.neg(sum);
        }
        if let Some(k) = self.as_const(b) {
            let k = self.constant(-k);
            return self.add(a, k);
        }
        self.raw(Op::Bin(BinOp::Sub, a, b))
    }

    /// Numbers first, then by age: one order for `a*b` and `b*a`.
    fn in_order(&self, a: N, b: N) -> (N, N) {
        let key = |n: N| (self.as_const(n).is_none(), n);
        if key(a) <= key(b) { (a, b) } else { (b, a) }
    }

    fn make_mul(&mut self, a: N, b: N) -> N {
        let (a, b) = self.in_order(a, b);
        if self.is(a, 1.0) {
            return b;
        }
        if self.is(a, -1.0) {
            return self.neg(b);
        }
        match (self.negated(a), self.negated(b)) {
            (Some(x), Some(y)) => return self.mul(x, y),
            (Some(x), None) => {
                let product = self.mul(x, b);
                return self.neg(product);
            }
            (None, Some(y)) => {
                if let Some(k) = self.as_const(a) {
                    let k = self.constant(-k);
                    return self.mul(k, y);
                }
                let product = self.mul(a, y);
                return self.neg(product);
            }
            (None, None) => {}
        }
        if self.algebra
            && let Some(result) = self.simplify_mul(a, b)
        {
            return result;
        }
        self.raw(Op::Bin(BinOp::Mul, a, b))
    }

    /// `a` is a number wherever one of both is.
    fn simplify_mul(&mut self, a: N, b: N) -> Option<N> {
        if self.is(a, 0.0) {
            return Some(a);
        }
        match (self.as_const(a), self.op(b)) {
            // 2*(3*x), 2*(3/x)
            (Some(k), Op::Bin(op @ (BinOp::Mul | BinOp::Div), x, y)) => {
                let l = self.as_const(x)?;
                let kl = self.constant(k * l);
                Some(self.bin(op, kl, y))
            }
            // a*(1/b)
            (None, Op::Bin(BinOp::Div, one, y)) if self.is(one, 1.0) => Some(self.div(a, y)),
            (None, _) => match self.op(a) {
                Op::Bin(BinOp::Div, one, y) if self.is(one, 1.0) => Some(self.div(b, y)),
                _ => None,
            },
            _ => None,
        }
    }

    fn make_div(&mut self, a: N, b: N) -> N {
        if self.is(b, 1.0) {
            return a;
        }
        if let Some(k) = self.as_const(b) {
            // exact where the divisor is a power of two
            let power = k.is_normal() && k.to_bits().trailing_zeros() >= 52;
            if (self.algebra || power) && (1.0 / k).is_normal() {
                let k = self.constant(1.0 / k);
                return self.mul(k, a);
            }
        }
        match (self.negated(a), self.negated(b)) {
            (Some(x), Some(y)) => return self.div(x, y),
            (Some(x), None) => {
                let quotient = self.div(x, b);
                return self.neg(quotient);
            }
            (None, Some(y)) => {
                let quotient = self.div(a, y);
                return self.neg(quotient);
            }
            (None, None) => {}
        }
        if self.algebra
            && let Some(result) = self.simplify_div(a, b)
        {
            return result;
        }
        self.raw(Op::Bin(BinOp::Div, a, b))
    }

    fn simplify_div(&mut self, a: N, b: N) -> Option<N> {
        match (self.op(a), self.op(b)) {
            // a/(x/y) = a*y/x
            (_, Op::Bin(BinOp::Div, x, y)) => {
                let top = self.mul(a, y);
                Some(self.div(top, x))
            }
            // a/(2*y) = (0.5*a)/y, so that the number meets others above
            (_, Op::Bin(BinOp::Mul, k, y)) => {
                let k = self.as_const(k).filter(|k| (1.0 / k).is_normal())?;
                let inverse = self.constant(1.0 / k);
                let top = self.mul(inverse, a);
                Some(self.div(top, y))
            }
            _ => None,
        }
    }

    fn make_pow(&mut self, a: N, b: N) -> N {
        if !self.algebra {
            return self.raw(Op::Bin(BinOp::Pow, a, b));
        }
        match self.as_const(b) {
            Some(0.5) => self.un(UnOp::Sqrt, a),
            Some(p) if p.fract() == 0.0 && p.abs() <= SMALL_POWER => {
                let power = self.whole_power(a, p.abs() as u32);
                if p < 0.0 {
                    let one = self.constant(1.0);
                    self.div(one, power)
                } else {
                    power
                }
            }
            _ => self.raw(Op::Bin(BinOp::Pow, a, b)),
        }
    }

    fn whole_power(&mut self, a: N, p: u32) -> N {
        match p {
            0 => self.constant(1.0),
            1 => a,
            p => {
                let half = self.whole_power(a, p / 2);
                let square = self.mul(half, half);
                if p % 2 == 0 {
                    square
                } else {
                    self.mul(square, a)
                }
            }
        }
    }

    pub(crate) fn cmp(&mut self, op: CmpOp, a: N, b: N) -> N {
        if let Some(truth) = self.fold_cmp(op, a, b) {
            return self.raw(Op::Truth(truth));
        }
        match self.fold_switch(op, a, b) {
            Some((cond, true, false)) => cond,
            Some((cond, false, true)) => self.not(cond),
            Some((_, truth, _)) => self.raw(Op::Truth(truth)),
            None => self.raw(Op::Cmp(op, a, b)),
        }
    }

    /// A comparison of `cond ? 1 : 0` with a number: the condition, and the answers where it is true and false.
    fn fold_switch(&self, op: CmpOp, a: N, b: N) -> Option<(N, bool, bool)> {
        match (self.op(a), self.op(b)) {
            (Op::Select(cond, x, y), Op::Const(_)) => {
                Some((cond, self.fold_cmp(op, x, b)?, self.fold_cmp(op, y, b)?))
            }
            (Op::Const(_), Op::Select(cond, x, y)) => {
                Some((cond, self.fold_cmp(op, a, x)?, self.fold_cmp(op, a, y)?))
            }
            _ => None,
        }
    }

    pub(crate) fn bool(&mut self, op: BoolOp, a: N, b: N) -> N {
        let neutral = op == BoolOp::And;
        match (self.op(a), self.op(b)) {
            (Op::Truth(x), _) if x == neutral => b,
            (_, Op::Truth(x)) if x == neutral => a,
            (Op::Truth(_), _) => a,
            (_, Op::Truth(_)) => b,
            _ if a == b => a,
            _ => self.raw(Op::Bool(op, a, b)),
        }
    }

    pub(crate) fn not(&mut self, a: N) -> N {
        match self.op(a) {
            Op::Truth(x) => self.raw(Op::Truth(!x)),
            Op::Not(inner) => inner,
            _ => self.raw(Op::Not(a)),
        }
    }

    pub(crate) fn select(&mut self, cond: N, yes: N, no: N) -> N {
        match self.op(cond) {
            _ if yes == no => yes,
            Op::Truth(true) => yes,
            Op::Truth(false) => no,
            Op::Not(inner) => self.select(inner, no, yes),
            _ => match (self.op(yes), self.op(no)) {
                // the same question is asked once
                (Op::Select(c, inner, _), _) if c == cond => self.select(cond, inner, no),
                (_, Op::Select(c, _, inner)) if c == cond => self.select(cond, yes, inner),
                _ => self.raw(Op::Select(cond, yes, no)),
            },
        }
    }
}
