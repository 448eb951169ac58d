//! The names of C in one block.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Number, Ty, local, named};
use super::facts::{Facts, PointerKind};
use super::leave::Flow;
use super::tree::{Accepted, CStmt, Refusal};
use crate::nmodl::ast::Span;
use crate::nmodl::report::Report;

mod call;
mod draw;
mod expr;
mod lists;
mod place;
mod repeat;
mod stmt;
mod switch;
mod vector;

pub(super) use draw::{pick, words};

/// What an address is of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Pointee {
    /// Of nothing.
    Null,
    /// A stream of random numbers.
    Stream(String),
    /// Where the pointer of that name is kept.
    Slot(String),
    /// A variable.
    Variable(String),
    /// A file, or a text: what mechanisms do not write.
    Output,
    /// Not known.
    Unknown,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Number(Number),
    Address(Pointee),
}

/// A variable that C declares in the block.
#[derive(Clone, Debug)]
pub(super) enum Own {
    /// A number: its name in NMODL.
    Number(String, Ty),
    /// An array: its name in NMODL.
    Array(String, Ty),
    /// Numbers that do not change.
    Fixed(Vec<f64>, Ty, bool),
    Address(Pointee),
}

/// Writes the NMODL of one block's C.
pub(super) struct Scope<'f> {
    pub(super) facts: &'f Facts,
    pub(super) report: &'f mut Report,
    /// Name of the FUNCTION that this is.
    pub(super) result: Option<(String, Ty)>,
    /// NET_RECEIVE, where `_args[0]` is a weight.
    pub(super) receives: bool,
    /// What `nrn_random_pick` draws here.
    pub(super) pick: &'static str,
    /// Where jumps are not supported: why.
    pub(super) stays: Option<&'static str>,
    /// The first thing that has no equivalent.
    pub(super) refused: Option<Refusal>,
    /// The block sets what hoc would hand over.
    pub(super) takes: bool,
    own: Vec<BTreeMap<String, Own>>,
    /// Names of NMODL in the block, which C's variables must not hide.
    taken: BTreeSet<String>,
    /// Indices of FROM, which are integers.
    indices: BTreeSet<String>,
    /// Static variables that the block does not assign.
    assigned: BTreeSet<String>,
    fresh: u32,
    out: Vec<Flow>,
}

impl<'f> Scope<'f> {
    pub(super) fn new(facts: &'f Facts, report: &'f mut Report) -> Self {
        Self {
            facts,
            report,
            result: None,
            receives: false,
            pick: "random_uniform",
            stays: None,
            refused: None,
            takes: false,
            own: vec![BTreeMap::new()],
            taken: BTreeSet::new(),
            indices: BTreeSet::new(),
            assigned: BTreeSet::new(),
            fresh: 0,
            out: Vec::new(),
        }
    }

    /// The block's statements.
    pub(super) fn block(&mut self, body: &[CStmt]) -> Vec<Flow> {
        self.statements(body);
        std::mem::take(&mut self.out)
    }

    /// Makes a name known, of an argument for example.
    pub(super) fn bind(&mut self, name: &str, own: Own) {
        let scope = self.own.last_mut().expect("there is always a scope");
        scope.insert(name.to_owned(), own);
    }

    /// Keeps a name of NMODL from being hidden.
    pub(super) fn reserve(&mut self, names: impl IntoIterator<Item = String>) {
        self.taken.extend(names);
    }

    /// Names that C assigns in the block.
    pub(super) fn assigns(&mut self, names: BTreeSet<String>) {
        self.assigned = names;
    }

    fn find(&self, name: &str) -> Option<&Own> {
        self.own.iter().rev().find_map(|s| s.get(name))
    }

    /// A new local variable.
    fn variable(&mut self, span: Span) -> String {
        self.fresh += 1;
        let name = format!("_c{}", self.fresh);
        self.out.push(Flow::Plain(local(&name, span)));
        name
    }

    /// The value in a new local variable.
    fn kept(&mut self, number: Number) -> Number {
        if number.value().is_some() {
            return number;
        }
        let span = number.expr.span;
        let name = self.variable(span);
        self.assign(&name, number.expr, span);
        Number {
            expr: named(&name, span),
            ty: number.ty,
        }
    }

    fn assign(&mut self, name: &str, value: crate::nmodl::ast::Expr, span: Span) {
        self.out
            .push(Flow::Plain(super::build::set(name, value, span)));
    }

    /// What `build` writes, apart.
    fn collect<T>(&mut self, build: impl FnOnce(&mut Self) -> T) -> (Vec<Flow>, T) {
        let outer = std::mem::take(&mut self.out);
        self.own.push(BTreeMap::new());
        let result = build(self);
        self.own.pop();
        (std::mem::replace(&mut self.out, outer), result)
    }

    /// What the pointer called `name` points to.
    fn pointee(&self, name: &str) -> Pointee {
        match self.facts.pointers.get(name) {
            Some(PointerKind::Stream) => Pointee::Stream(name.to_owned()),
            Some(PointerKind::Vector) => Pointee::Null,
            Some(PointerKind::Variable) => Pointee::Variable(name.to_owned()),
            None => Pointee::Unknown,
        }
    }
}

/// What has no equivalent.
fn refusal<T>(span: Span, why: impl Into<String>, help: &'static str) -> Accepted<T> {
    Err(Refusal {
        span,
        why: why.into(),
        help,
    })
}

/// Advice that many refusals give.
const REWRITE: &str =
    "write this part in NMODL: its assignments, conditions, loops and functions are those of C";
