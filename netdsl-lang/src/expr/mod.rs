//! Expressions of models: `0.4 * exp(-dist_3d / lambda)`, `1 ms + dist_3d / (500 um/ms)`.
//!
//! ```text
//! text --parse--> Expr --check(scope, params, unit wanted)--> Checked --eval--> number
//!                   \--print--> canonical text                  \--to_rust--> Rust source with the same bits
//! ```
//!
//! Every number keeps the unit it was written in. Sums and comparisons convert the right side to the unit of the left
//! one, products multiply the units, functions convert their argument to a plain number, and the result is converted to
//! the unit that is wanted: each by one exact power of ten, or not at all where the units are equal.

mod ast;
mod bounds;
mod check;
mod draw;
mod eval;
mod lex;
mod parse;
mod print;
mod rust;
mod scope;
#[cfg(test)]
mod tests;

pub use ast::{BinaryOp, Expr, ExprKind, UnaryOp};
pub use bounds::{Interval, binary_bounds, function_bounds};
pub use check::{Checked, Node, Param, Want, check};
pub use draw::Draw;
pub use eval::{binary, call, power};
pub use scope::{Function, ScopeKind, Variable, functions, taken};

use std::ops::Range;

/// A mistake in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What is wrong, and the remedy.
    pub message: String,
}

impl Mistake {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
        }
    }
}

/// Reads an expression.
///
/// # Errors
/// All mistakes of the text; those of its meaning are found by [`compile`].
pub fn parse(text: &str) -> Result<Expr, Vec<Mistake>> {
    let (expr, mistakes) = parse::read(text);
    if mistakes.is_empty() {
        Ok(expr)
    } else {
        Err(mistakes)
    }
}

/// Reads and checks in one go.
///
/// # Errors
/// As [`read_and_check`].
pub fn compile(
    text: &str,
    scope: ScopeKind,
    params: &[Param<'_>],
    want: Want<'_>,
) -> Result<Checked, Vec<Mistake>> {
    read_and_check(text, scope, params, want).map(|(_, checked)| checked)
}

/// Reads and checks in one go; the tree as written, and the same ready to be evaluated.
///
/// # Errors
/// All mistakes, of spelling and of meaning, in the order of the text. What could not be read is no reason for others.
pub fn read_and_check(
    text: &str,
    scope: ScopeKind,
    params: &[Param<'_>],
    want: Want<'_>,
) -> Result<(Expr, Checked), Vec<Mistake>> {
    let (expr, mut mistakes) = parse::read(text);
    if mistakes.is_empty() {
        return check(&expr, scope, params, want).map(|checked| (expr, checked));
    }
    mistakes.extend(check::check_parts(&expr, scope, params));
    mistakes.sort_by_key(|m| m.span.start);
    Err(mistakes)
}
