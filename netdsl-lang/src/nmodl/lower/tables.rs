//! TABLE statements: which callables are tabulated, and which variables they compute.

use std::collections::BTreeMap;

use crate::mech::VarId;
use crate::nmodl::ast::{Callable, CallableKind, StmtKind, TableStmt};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::Symbols;

/// A callable with a TABLE.
#[derive(Debug)]
pub(crate) struct Tabulated<'a> {
    pub(crate) callable: &'a Callable,
    pub(crate) statement: &'a TableStmt,
    /// What the procedure computes; empty for a function, which has its value as only column.
    pub(crate) columns: Vec<(VarId, u32)>,
    /// Number of intervals.
    pub(crate) intervals: u32,
}

/// All tables of a file.
#[derive(Debug, Default)]
pub(crate) struct Tables<'a> {
    pub(crate) all: Vec<Tabulated<'a>>,
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
