//! Expressions of NMODL from expressions of C: numbers are computed where they are known.

use super::tree::{Accepted, CExpr, Refusal};
use crate::nmodl::ast::{BinaryOp, Expr, ExprKind, Name, Node, Span, Stmt, StmtKind, UnaryOp};

/// What C takes a number for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Int,
    Unsigned,
    /// A double that has no fraction.
    Whole,
    Double,
}

impl Ty {
    pub(super) fn is_integer(self) -> bool {
        matches!(self, Ty::Int | Ty::Unsigned)
    }

    /// The type of an operation on two numbers.
    pub(super) fn with(self, other: Ty) -> Ty {
        match (self, other) {
            (Ty::Int, Ty::Int) => Ty::Int,
            (Ty::Int | Ty::Unsigned, Ty::Int | Ty::Unsigned) => Ty::Unsigned,
            (Ty::Double, _) | (_, Ty::Double) => Ty::Double,
            _ => Ty::Whole,
        }
    }
}

/// A number.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) expr: Expr,
    pub(super) ty: Ty,
}

impl Number {
    pub(super) fn known(value: f64, ty: Ty, span: Span) -> Self {
        Self {
            expr: literal(value, span),
            ty,
        }
    }

    pub(super) fn value(&self) -> Option<f64> {
        match self.expr.kind {
            ExprKind::Number(x, _) => Some(x),
            _ => None,
        }
    }
}

pub(super) fn literal(value: f64, span: Span) -> Expr {
    Node::new(ExprKind::Number(value, None), span)
}

pub(super) fn named(name: &str, span: Span) -> Expr {
    Node::new(ExprKind::Name(name.to_owned()), span)
}

pub(super) fn call(name: &str, arguments: Vec<Expr>, span: Span) -> Expr {
    Node::new(
        ExprKind::Call(Name::new(name.to_owned(), span), arguments),
        span,
    )
}

pub(super) fn set(name: &str, value: Expr, span: Span) -> Stmt {
    Node::new(
        StmtKind::Assign(Name::new(name.to_owned(), span), None, value),
        span,
    )
}

pub(super) fn local(name: &str, span: Span) -> Stmt {
    Node::new(
        StmtKind::Local(vec![(Name::new(name.to_owned(), span), None)]),
        span,
    )
}

/// Whether evaluating an expression may do more than give a value.
pub(super) fn has_effects(expr: &Expr, mathematics: &dyn Fn(&str) -> bool) -> bool {
    match &expr.kind {
        ExprKind::Call(name, all) => {
            !mathematics(&name.kind) || all.iter().any(|a| has_effects(a, mathematics))
        }
        ExprKind::Index(_, a) | ExprKind::Unary(_, a) => has_effects(a, mathematics),
        ExprKind::Binary(_, a, b) => has_effects(a, mathematics) || has_effects(b, mathematics),
        ExprKind::Number(..) | ExprKind::Name(_) | ExprKind::Before(..) | ExprKind::Text(_) => {
            false
        }
    }
}

pub(super) fn negated(a: Expr, span: Span) -> Expr {
    match a.kind {
        ExprKind::Number(x, _) => literal(-x, span),
        _ => Node::new(ExprKind::Unary(UnaryOp::Neg, Box::new(a)), span),
    }
}

/// `!a`
pub(super) fn opposite(a: Expr, span: Span) -> Expr {
    match a.kind {
        ExprKind::Number(x, _) => literal(f64::from(u8::from(x == 0.0)), span),
        _ => Node::new(ExprKind::Unary(UnaryOp::Not, Box::new(a)), span),
    }
}

pub(super) fn joined(op: BinaryOp, a: Expr, b: Expr, span: Span) -> Expr {
    if let (ExprKind::Number(x, _), ExprKind::Number(y, _)) = (&a.kind, &b.kind)
        && let Some(value) = computed(op, *x, *y)
    {
        return literal(value, span);
    }
    Node::new(ExprKind::Binary(op, Box::new(a), Box::new(b)), span)
}

fn computed(op: BinaryOp, x: f64, y: f64) -> Option<f64> {
    let truth = |holds: bool| f64::from(u8::from(holds));
    Some(match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        BinaryOp::Lt => truth(x < y),
        BinaryOp::Le => truth(x <= y),
        BinaryOp::Gt => truth(x > y),
        BinaryOp::Ge => truth(x >= y),
        BinaryOp::Eq => truth(x == y),
        BinaryOp::Ne => truth(x != y),
        BinaryOp::And => truth(x != 0.0 && y != 0.0),
        BinaryOp::Or => truth(x != 0.0 || y != 0.0),
        BinaryOp::Pow => return None,
    })
}

/// The operator of NMODL, if it has it.
pub(super) fn operator(op: &str) -> Option<BinaryOp> {
    Some(match op {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "==" => BinaryOp::Eq,
        "!=" => BinaryOp::Ne,
        _ => return None,
    })
}

/// The integers that `&`, `|`, `^`, `<<` and `>>` make of known integers.
pub(super) fn bits(op: &str, x: f64, y: f64) -> Option<f64> {
    let (a, b) = (x as i64, y as i64);
    Some(match op {
        "&" => a & b,
        "|" => a | b,
        "^" => a ^ b,
        "<<" if (0..52).contains(&b) => a.checked_shl(b as u32)?,
        ">>" if (0..64).contains(&b) => a >> b,
        _ => return None,
    } as f64)
}

pub(super) fn refuse<T>(at: &CExpr, why: impl Into<String>, help: &'static str) -> Accepted<T> {
    Err(Refusal {
        span: at.span,
        why: why.into(),
        help,
    })
}
