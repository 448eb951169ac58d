//! Canonical text: parse and print are inverse to each other.

use super::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use std::fmt;

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self, 0, f)
    }
}

/// Writes `expr` where something binds with `outer`.
fn write(expr: &Expr, outer: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &expr.kind {
        ExprKind::Number { text, unit, .. } => {
            let text: String = text.chars().filter(|c| *c != '_').collect();
            match unit.as_str() {
                "" => f.write_str(&text),
                "%" => write!(f, "{text}%"),
                unit => write!(f, "{text} {unit}"),
            }
        }
        ExprKind::Name(name) => f.write_str(name),
        ExprKind::Wrong => f.write_str("?"),
        ExprKind::Unary(op, inner) => {
            let symbol = if *op == UnaryOp::Neg { "-" } else { "!" };
            bracketed(6 < outer, f, |f| {
                f.write_str(symbol)?;
                write(inner, 6, f)
            })
        }
        ExprKind::Binary(op, left, right) => {
            let own = op.precedence();
            let (to_left, to_right) = match op {
                BinaryOp::Pow => (own + 1, own - 1),
                _ if own == 3 => (own + 1, own + 1),
                _ => (own, own + 1),
            };
            bracketed(own < outer, f, |f| {
                // `2 um^2` would be a square micrometre
                let has_unit =
                    matches!(&left.kind, ExprKind::Number { unit, .. } if !unit.is_empty());
                bracketed(*op == BinaryOp::Pow && has_unit, f, |f| {
                    write(left, to_left, f)
                })?;
                match op {
                    BinaryOp::Pow => f.write_str("^")?,
                    _ => write!(f, " {} ", op.symbol())?,
                }
                write(right, to_right, f)
            })
        }
        ExprKind::Call(name, arguments) => {
            write!(f, "{name}(")?;
            for (k, argument) in arguments.iter().enumerate() {
                if k > 0 {
                    f.write_str(", ")?;
                }
                write(argument, 0, f)?;
            }
            f.write_str(")")
        }
        ExprKind::If(condition, yes, no) => bracketed(outer > 0, f, |f| {
            f.write_str("if ")?;
            write(condition, 0, f)?;
            f.write_str(" { ")?;
            write(yes, 0, f)?;
            f.write_str(" } else { ")?;
            write(no, 0, f)?;
            f.write_str(" }")
        }),
    }
}

fn bracketed(
    needed: bool,
    f: &mut fmt::Formatter<'_>,
    inner: impl FnOnce(&mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    if !needed {
        return inner(f);
    }
    f.write_str("(")?;
    inner(f)?;
    f.write_str(")")
}
