//! C as a tree, with NMODL statements between C statements.

use std::collections::BTreeSet;

use crate::nmodl::ast::{Expr, Name, Node, Span, Stmt};

/// A C expression and where it is.
pub(super) type CExpr = Node<CExprKind>;

/// The kinds of C expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CExprKind {
    /// A number, and whether it is an integer.
    Number(f64, bool),
    Text,
    Name(String),
    Call(Box<CExpr>, Vec<CExpr>),
    Index(Box<CExpr>, Box<CExpr>),
    /// `a.b`, `a->b`
    Member(Box<CExpr>, String),
    /// `-`, `+`, `!`, `*`, `&`, `~`
    Unary(&'static str, Box<CExpr>),
    /// `++x` is (1, before), `x--` is (-1, behind)
    Step(Box<CExpr>, f64, bool),
    Binary(&'static str, Box<CExpr>, Box<CExpr>),
    /// `=`, and `+=` as `+`
    Assign(Option<&'static str>, Box<CExpr>, Box<CExpr>),
    Choice(Box<CExpr>, Box<CExpr>, Box<CExpr>),
    Cast(Type, Box<CExpr>),
    Comma(Box<CExpr>, Box<CExpr>),
}

/// A type, as far as it matters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Type {
    pub(super) base: Base,
    /// Number of `*`.
    pub(super) stars: u32,
    pub(super) is_static: bool,
}

/// What a type is made from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Base {
    Void,
    Int,
    Unsigned,
    Float,
    Double,
    Char,
    /// `auto`
    Auto,
    /// Another type, by name.
    Other(String),
}

/// A variable that is declared.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Declared {
    pub(super) name: Name,
    pub(super) ty: Type,
    /// `[3]`, `[]`
    pub(super) length: Option<Option<CExpr>>,
    pub(super) value: Option<Initial>,
}

/// What a variable begins with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Initial {
    One(CExpr),
    List(Vec<CExpr>),
}

/// A C statement and where it is.
pub(super) type CStmt = Node<CStmtKind>;

/// The kinds of statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CStmtKind {
    Empty,
    Expr(CExpr),
    Declare(Vec<Declared>),
    If(CExpr, Box<CStmt>, Option<Box<CStmt>>),
    While(CExpr, Box<CStmt>),
    DoWhile(Box<CStmt>, CExpr),
    For(Box<CStmt>, Option<CExpr>, Option<CExpr>, Box<CStmt>),
    /// The value, and statements with the numbers of their labels; `None` is `default`.
    Switch(CExpr, Vec<(Vec<Option<CExpr>>, Vec<CStmt>)>),
    Block(Vec<CStmt>),
    Return(Option<CExpr>),
    Break,
    Continue,
    Nmodl(Nmodl<Vec<CStmt>>),
}

/// An NMODL statement; `B` is what its blocks have become.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Nmodl<B> {
    /// Without VERBATIM in it.
    Plain(Stmt),
    If(Expr, B, B),
    While(Expr, B),
    From(Name, Expr, Expr, Option<Expr>, B),
    Block(B),
    Initial(B),
}

/// A C function of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CFunction {
    pub(super) name: Name,
    pub(super) ty: Type,
    pub(super) arguments: Vec<Declared>,
    pub(super) body: Vec<CStmt>,
    /// The names in its text.
    pub(super) words: BTreeSet<String>,
}

/// C that has no equivalent, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) span: Span,
    pub(super) why: String,
    pub(super) help: &'static str,
}

pub(super) type Accepted<T> = Result<T, Refusal>;

impl Type {
    /// Whether values are numbers.
    pub(super) fn is_number(&self) -> bool {
        self.stars == 0
            && matches!(
                self.base,
                Base::Int | Base::Unsigned | Base::Double | Base::Char
            )
    }
}
