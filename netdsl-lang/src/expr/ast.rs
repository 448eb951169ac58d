//! The tree of an expression, as written.

use crate::units::Unit;
use std::ops::Range;

/// An expression. Where it stood in the text does not count when expressions are compared.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Bytes of the text.
    pub span: Range<usize>,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// Kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number with its unit as written (empty: none).
    Number {
        /// Digits, as written.
        text: String,
        /// Unit, in canonical spelling.
        unit: String,
        /// The unit's meaning.
        meaning: Unit,
    },
    /// A variable of the scope, or a parameter: `dist_3d`, `pre.y`, `lambda`.
    Name(String),
    /// `-a`, `!a`.
    Unary(UnaryOp, Box<Expr>),
    /// `a + b` and the like.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `exp(a)`.
    Call(String, Vec<Expr>),
    /// `if c { a } else { b }`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A part that could not be read: its mistake has been told. Never in what [`parse`](super::parse) returns.
    Wrong,
}

/// Operators of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum UnaryOp {
    Neg,
    Not,
}

/// Operators of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    And,
    Or,
}

impl BinaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Pow => "^",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::And => "&&",
            Self::Or => "||",
        }
    }

    /// How tightly it binds: `||` 1, `&&` 2, comparison 3, sum 4, product 5, power 7 (unary minus is 6).
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Lt | Self::Le | Self::Gt | Self::Ge | Self::Eq | Self::Ne => 3,
            Self::Add | Self::Sub => 4,
            Self::Mul | Self::Div => 5,
            Self::Pow => 7,
        }
    }
}
