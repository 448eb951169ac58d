//! Expressions to values.

use super::{Inliner, Meaning};
use crate::mech::{BinOp, BoolOp, CmpOp, UnOp};
use crate::nmodl::ast::{BinaryOp, Expr, ExprKind, Name, Span, UnaryOp};
use crate::nmodl::hir::Value;

impl<'a> Inliner<'_, 'a> {
    /// A value that is a number.
    pub(super) fn number(&mut self, expr: &'a Expr) -> Value {
        self.value(expr).number()
    }

    /// A number or truth value.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Value {
        match &expr.kind {
            ExprKind::Number(x, _) => Value::Const(*x),
            ExprKind::Name(name) => self.read(name, expr.span),
            ExprKind::Index(name, index) => self.read_element(name, index),
            ExprKind::Call(name, arguments) => self.call_value(name, arguments),
            ExprKind::Unary(UnaryOp::Neg, a) => Value::un(UnOp::Neg, self.number(a)),
            ExprKind::Unary(UnaryOp::Not, a) => self.value(a).truth().negated(),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b),
            ExprKind::Before(name, steps) => {
                let message =
                    format!("`{name}@{steps}`: values of earlier steps are kept by DISCRETE alone");
                let help = "keep the value in an ASSIGNED variable";
                self.report.error_help(expr.span, message, help);
                Value::Const(0.0)
            }
            ExprKind::Text(_) => {
                self.report.error(expr.span, "a text is no number");
                Value::Const(0.0)
            }
        }
    }

    fn binary(&mut self, op: BinaryOp, a: &'a Expr, b: &'a Expr) -> Value {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let op = if op == BinaryOp::And {
                BoolOp::And
            } else {
                BoolOp::Or
            };
            let (a, b) = (self.value(a).truth(), self.value(b).truth());
            return Value::Bool(op, Box::new(a), Box::new(b));
        }
        let (a, b) = (self.number(a), self.number(b));
        match op {
            BinaryOp::Lt => Value::cmp(CmpOp::Lt, a, b),
            BinaryOp::Le => Value::cmp(CmpOp::Le, a, b),
            BinaryOp::Gt => Value::cmp(CmpOp::Lt, b, a),
            BinaryOp::Ge => Value::cmp(CmpOp::Le, b, a),
            BinaryOp::Eq => Value::cmp(CmpOp::Eq, a, b),
            BinaryOp::Ne => Value::cmp(CmpOp::Eq, a, b).negated(),
            BinaryOp::Add => Value::bin(BinOp::Add, a, b),
            BinaryOp::Sub => Value::bin(BinOp::Sub, a, b),
            BinaryOp::Mul => Value::bin(BinOp::Mul, a, b),
            BinaryOp::Div => Value::bin(BinOp::Div, a, b),
            BinaryOp::Pow => Value::bin(BinOp::Pow, a, b),
            BinaryOp::And | BinaryOp::Or => unreachable!("truth values are handled above"),
        }
    }

    pub(super) fn read(&mut self, name: &str, span: Span) -> Value {
        match self.meaning(name) {
            Some(Meaning::Number(x) | Meaning::Count(x)) => Value::Const(x),
            // an array of one element may be the copy of a scalar
            Some(Meaning::Scalar(local) | Meaning::Array(local, 1)) => Value::Local(local),
            Some(Meaning::Variable(id)) => {
                let length = self.symbols.variables[id as usize].length;
                if length > 1 {
                    self.wants_index(&Name::new(name.to_owned(), span), length);
                }
                Value::Var(id, 0)
            }
            Some(Meaning::Array(_, length)) => {
                self.wants_index(&Name::new(name.to_owned(), span), length);
                Value::Const(0.0)
            }
            None => {
                self.unknown(name, span);
                Value::Const(0.0)
            }
        }
    }

    pub(super) fn read_element(&mut self, name: &'a Name, index: &'a Expr) -> Value {
        let index = self.index(index);
        match self.meaning(&name.kind) {
            Some(Meaning::Array(first, length)) => match self.fixed_index(&index, length, name) {
                Some(k) => Value::Local(first + k),
                None => Value::Const(0.0),
            },
            Some(Meaning::Variable(id)) => {
                let length = self.symbols.variables[id as usize].length;
                if !matches!(index, Value::Const(_)) {
                    return Value::VarAt(id, Box::new(index));
                }
                let element = self.fixed_index(&index, length, name).unwrap_or(0);
                Value::Var(id, element)
            }
            Some(_) => {
                self.report
                    .error(name.span, format!("`{name}` is no array"));
                Value::Const(0.0)
            }
            None => {
                self.unknown(&name.kind, name.span);
                Value::Const(0.0)
            }
        }
    }

    /// An index. Whole numbers and indices of loops are C integers there: `i/2` is rounded towards 0.
    pub(super) fn index(&mut self, expr: &'a Expr) -> Value {
        match self.integer(expr) {
            Some(k) => Value::Const(k as f64),
            None => self.number(expr),
        }
    }

    fn integer(&mut self, expr: &Expr) -> Option<i64> {
        match &expr.kind {
            ExprKind::Number(x, None) if x.fract() == 0.0 && x.abs() < 1e15 => Some(*x as i64),
            ExprKind::Name(name) => match self.meaning(name) {
                Some(Meaning::Count(k)) => Some(k as i64),
                _ => None,
            },
            ExprKind::Unary(UnaryOp::Neg, a) => self.integer(a)?.checked_neg(),
            ExprKind::Binary(op, a, b) => {
                let literal = |e: &Expr| matches!(e.kind, ExprKind::Number(..));
                let literals = literal(a) && literal(b);
                let (a, b) = (self.integer(a)?, self.integer(b)?);
                if literals && *op == BinaryOp::Div && a.checked_rem(b).is_some_and(|r| r != 0) {
                    let message = format!("`{a}/{b}` is {} here: indices are C integers", a / b);
                    self.report.warning(expr.span, message);
                }
                match op {
                    BinaryOp::Add => a.checked_add(b),
                    BinaryOp::Sub => a.checked_sub(b),
                    BinaryOp::Mul => a.checked_mul(b),
                    BinaryOp::Div => a.checked_div(b),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    pub(super) fn wants_index(&mut self, name: &Name, length: u32) {
        let message =
            format!("`{name}` is an array of {length} elements: say which one, `{name}[0]`");
        self.report.error(name.span, message);
    }

    /// The element that a known index means.
    pub(super) fn fixed_index(&mut self, index: &Value, length: u32, name: &Name) -> Option<u32> {
        let Value::Const(k) = index else {
            let message = format!(
                "`{name}` is indexed by what is not known beforehand: not supported yet here"
            );
            self.report.error(name.span, message);
            return None;
        };
        // NMODL's indices are C integers
        let k = k.trunc();
        if k < 0.0 || k >= f64::from(length) {
            let message = format!("`{name}` has elements 0 to {}, not {k}", length - 1);
            self.report.error(name.span, message);
            return None;
        }
        Some(k as u32)
    }
}
