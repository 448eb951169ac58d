//! TABLE statements: which callables are tabulated, and which variables they compute.

use std::collections::{BTreeMap, BTreeSet};

use crate::mech::VarId;
use crate::nmodl::ast::{Callable, CallableKind, StmtKind, TableStmt};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::Symbols;

/// From where a TABLE's body takes a variable while the table is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reading {
    /// As it is when the table is looked up.
    Live,
    /// What it is before INITIAL.
    Fixed(f64),
    /// What it was when the table was filled: another variable.
    Kept(VarId),
}

/// Who has a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PlanKind {
    /// All instances share it.
    Stored,
    /// Each instance has its own, of which only the grid points around the argument are computed.
    Local,
    /// Nobody: the body is run.
    #[default]
    Exact,
}

/// How a table is filled.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) kind: PlanKind,
    /// What the body takes from before it.
    pub(crate) reads: BTreeMap<VarId, Reading>,
    /// What the body assigns.
    pub(crate) assigns: Vec<VarId>,
    /// What the body assigns besides the columns.
    pub(crate) effects: Vec<VarId>,
    /// What DEPEND names and changes, with the variables for its value when the table was filled.
    pub(crate) watched: Vec<(VarId, VarId)>,
}

impl Plan {
    /// The variables of which the body must have copies.
    pub(crate) fn copied(&self) -> BTreeSet<VarId> {
        let others = self.reads.iter().filter(|(_, r)| **r != Reading::Live);
        let assigned = self.assigns.iter().copied();
        others.map(|(id, _)| *id).chain(assigned).collect()
    }

    /// What has a known value while a shared table is filled.
    pub(crate) fn fixed(&self) -> Vec<(VarId, f64)> {
        let known = |(id, reading): (&VarId, &Reading)| match reading {
            Reading::Fixed(x) => Some((*id, *x)),
            _ => None,
        };
        self.reads.iter().filter_map(known).collect()
    }
}

/// A callable with a TABLE.
#[derive(Debug)]
pub(crate) struct Tabulated<'a> {
    pub(crate) callable: &'a Callable,
    pub(crate) statement: &'a TableStmt,
    /// What the procedure computes; empty for a function, which has its value as only column.
    pub(crate) columns: Vec<(VarId, u32)>,
    /// Number of intervals.
    pub(crate) intervals: u32,
    pub(crate) plan: Plan,
}

/// All tables of a file.
#[derive(Debug, Default)]
pub(crate) struct Tables<'a> {
    pub(crate) all: Vec<Tabulated<'a>>,
    /// As the file has them.
    pub(crate) order: Vec<u32>,
    by_name: BTreeMap<String, u32>,
}

impl<'a> Tables<'a> {
    /// The tables of the file, in the order of the callables' names.
    pub(crate) fn collect(symbols: &Symbols<'a>, report: &mut Report) -> Self {
        let mut tables = Self::default();
        for (name, callable) in &symbols.callables {
            let mut statements = callable.body.iter().filter_map(|s| match &s.kind {
                StmtKind::Table(table) => Some((table, s.span)),
                _ => None,
            });
            let Some((statement, span)) = statements.next() else {
                continue;
            };
            if callable.arguments.len() != 1 {
                let message = format!("`{name}` has a TABLE and must take one argument");
                report.error(span, message);
                continue;
            }
            let is_function = callable.kind == CallableKind::Function;
            if is_function != statement.columns.is_empty() {
                report.error_help(
                    span,
                    "a TABLE in a PROCEDURE names the variables it computes, in a FUNCTION it names none",
                    "write TABLE minf, mtau DEPEND celsius FROM -100 TO 100 WITH 200",
                );
                continue;
            }
            let intervals = symbols.size(&statement.with, report);
            if intervals == 0 {
                report.error(span, "a TABLE has at least one interval");
                continue;
            }
            let columns = columns(symbols, statement, report);
            tables.by_name.insert(name.clone(), tables.all.len() as u32);
            tables.all.push(Tabulated {
                callable,
                statement,
                columns,
                intervals,
                plan: Plan::default(),
            });
        }
        tables
    }

    /// The table of a callable.
    pub(crate) fn of(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }
}

fn columns(symbols: &Symbols, statement: &TableStmt, report: &mut Report) -> Vec<(VarId, u32)> {
    let mut columns = Vec::new();
    for name in &statement.columns {
        match symbols.by_name.get(&name.kind) {
            Some(id) => {
                let length = symbols.variables[*id as usize].length;
                columns.extend((0..length).map(|k| (*id, k)));
            }
            None => report.error(name.span, format!("`{name}` in TABLE is not declared")),
        }
    }
    columns
}
