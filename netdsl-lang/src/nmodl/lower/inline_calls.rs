//! Pass 1: statements with names to steps without calls.
//!
//! Procedures and functions are copied to where they are called, with their arguments by value; loops over known bounds
//! are unrolled; names become variables, local variables or numbers.
//!
//! `PROCEDURE p(x) { y = 2*x }  INITIAL { p(v + 1) }` becomes `local0 = v + 1; y = 2*local0`.

use std::collections::{BTreeMap, BTreeSet};

use super::tables::Tables;
use crate::mech::VarId;
use crate::nmodl::ast::{Callable, Expr, Name, Size, Span, Stmt};
use crate::nmodl::hir::{Local, Step, Value};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::{Class, Symbols};

mod built_in;
mod call;
mod expr;
mod hook;
pub(crate) mod kinetic;
mod shadow;
mod shared_draw;
mod solve;
mod stmt;
mod table;

/// Where the code stands, which decides what it may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Initial,
    Breakpoint,
    Solved,
    Receive,
    ReceiveInitial,
    Table,
    /// BEFORE and AFTER blocks, CONSTRUCTOR.
    Around,
}

impl Place {
    fn may_send(self) -> bool {
        matches!(self, Place::Initial | Place::Receive)
    }
}

/// WATCH statements, in order.
#[derive(Debug, Default)]
pub(crate) struct Watches {
    /// The condition as left minus right, and the flag.
    pub(crate) all: Vec<(Value, f64, Vec<Step>)>,
}

/// What a name means in a block.
#[derive(Clone, Debug)]
enum Meaning {
    Scalar(Local),
    Array(Local, u32),
    Number(f64),
    /// The index of a loop, a C integer.
    Count(f64),
    Variable(VarId),
}

/// Copies blocks into steps.
pub(crate) struct Inliner<'s, 'a> {
    pub(crate) symbols: &'s mut Symbols<'a>,
    pub(crate) report: &'s mut Report,
    pub(crate) tables: &'s mut Tables<'a>,
    pub(crate) watches: &'s mut Watches,
    /// Calls of functions with a TABLE look it up.
    pub(crate) tabled: bool,
    place: Place,
    scopes: Vec<BTreeMap<String, Meaning>>,
    locals: Local,
    /// Number of statements copied so far.
    copied: u32,
    /// Variables from outside that the file assigns to without being allowed: each block has a copy.
    shadows: Vec<VarId>,
    /// The code belongs to the initialisation.
    pub(crate) in_initial: bool,
    /// The tables that were filled so far.
    filled: BTreeSet<u32>,
    /// Copies of variables in the present block.
    copies: BTreeMap<VarId, Local>,
    /// What KINETIC has said of its states.
    scheme: kinetic::Scheme,
    /// The states that SOLVEFOR names; all if none.
    solve_for: Vec<VarId>,
    /// The callables that are being copied, outermost first.
    calls: Vec<String>,
    out: Vec<Step>,
}

impl<'s, 'a> Inliner<'s, 'a> {
    pub(crate) fn new(
        symbols: &'s mut Symbols<'a>,
        report: &'s mut Report,
        tables: &'s mut Tables<'a>,
        watches: &'s mut Watches,
        tabled: bool,
    ) -> Self {
        Self {
            shadows: shadow::find(symbols),
            copies: BTreeMap::new(),
            symbols,
            report,
            tables,
            watches,
            tabled,
            in_initial: false,
            filled: BTreeSet::new(),
            place: Place::Initial,
            scopes: vec![BTreeMap::new()],
            locals: 0,
            copied: 0,
            scheme: kinetic::Scheme::default(),
            solve_for: Vec::new(),
            calls: Vec::new(),
            out: Vec::new(),
        }
    }

    /// A block's steps.
    pub(crate) fn block(&mut self, body: &'a [Stmt], place: Place) -> Vec<Step> {
        self.place = place;
        self.scopes = vec![BTreeMap::new()];
        self.out = Vec::new();
        self.copies = BTreeMap::new();
        if matches!(place, Place::Receive | Place::ReceiveInitial) {
            self.bind_receive();
        } else {
            self.bind_shadows();
        }
        self.scoped(body);
        std::mem::take(&mut self.out)
    }

    /// The steps of a callable with a TABLE, without the table; `grid` becomes the local that is its argument, and
    /// `result` the local that is a function's value.
    ///
    /// `fixed`: values of variables while the table is filled.
    pub(crate) fn tabulated(
        &mut self,
        callable: &'a Callable,
        fixed: Vec<(VarId, f64)>,
    ) -> (Vec<Step>, Local, Local) {
        self.place = Place::Table;
        self.scopes = vec![BTreeMap::new()];
        self.out = Vec::new();
        self.bind_shadows();
        let grid = self.fresh();
        let result = self.fresh();
        if let Some(argument) = callable.arguments.first() {
            self.bind(&argument.name.kind, Meaning::Scalar(grid));
        }
        self.bind(&callable.name.kind, Meaning::Scalar(result));
        self.out.push(Step::Set(result, Value::Const(0.0)));
        for (id, x) in fixed {
            let first = self.fresh();
            self.out.push(Step::Set(first, Value::Const(x)));
            for k in 1..self.symbols.variables[id as usize].length {
                self.fresh();
                self.out.push(Step::Set(first + k, Value::Const(x)));
            }
            self.copies.insert(id, first);
        }
        self.calls.push(callable.name.kind.clone());
        self.scoped(&callable.body);
        self.calls.pop();
        (std::mem::take(&mut self.out), grid, result)
    }

    /// A single expression outside of any block, and the steps before it.
    pub(crate) fn expression(&mut self, expr: &'a Expr) -> (Vec<Step>, Value) {
        self.place = Place::Table;
        self.scopes = vec![BTreeMap::new()];
        self.out = Vec::new();
        self.copies = BTreeMap::new();
        let value = self.number(expr);
        (std::mem::take(&mut self.out), value)
    }

    fn bind_receive(&mut self) {
        let Some(receive) = &self.symbols.receive else {
            return;
        };
        let mut scope: BTreeMap<String, Meaning> = receive
            .arguments
            .iter()
            .zip(&receive.weights)
            .map(|(a, id)| (a.name.kind.clone(), Meaning::Variable(*id)))
            .collect();
        scope.insert("flag".to_owned(), Meaning::Variable(receive.flag));
        self.scopes.push(scope);
    }

    fn fresh(&mut self) -> Local {
        self.locals += 1;
        self.locals - 1
    }

    fn bind(&mut self, name: &str, meaning: Meaning) {
        let scope = self.scopes.last_mut().expect("there is always a scope");
        scope.insert(name.to_owned(), meaning);
    }

    fn meaning(&mut self, name: &str) -> Option<Meaning> {
        let local = self.scopes.iter().rev().find_map(|s| s.get(name));
        if let Some(found) = local {
            return Some(found.clone());
        }
        if let Some(value) = self.symbols.constants.get(name) {
            return Some(Meaning::Number(*value));
        }
        let id = self.symbols.variable(name)?;
        Some(self.meaning_of_copy(id).unwrap_or(Meaning::Variable(id)))
    }

    fn unknown(&mut self, name: &str, span: Span) {
        let message = format!("`{name}` is not declared");
        match self.symbols.near(name) {
            Some(help) => self.report.error_help(span, message, help),
            None => self.report.error(span, message),
        }
    }

    /// The steps that `build` makes, apart.
    fn collect(&mut self, build: impl FnOnce(&mut Self)) -> Vec<Step> {
        let outer = std::mem::take(&mut self.out);
        build(self);
        std::mem::replace(&mut self.out, outer)
    }

    fn size(&mut self, size: &Size) -> u32 {
        self.symbols.size(size, self.report)
    }

    /// Whether code may assign to a variable.
    fn check_assignable(&mut self, id: VarId, name: &Name) {
        use crate::mech::Role;
        let refused = match self.symbols.variables[id as usize].class {
            Class::Outside(Role::Ion { ion, what }) => {
                let ion = &self.symbols.ions[ion as usize];
                if ion.writes.contains(&what) {
                    return;
                }
                format!(
                    "`{name}` is assigned, but USEION {} does not WRITE it",
                    ion.name
                )
            }
            Class::Outside(Role::Voltage) if self.place == Place::Receive => return,
            Class::External => format!("`{name}` is EXTERNAL and cannot be assigned here"),
            Class::Outside(Role::Weight(_) | Role::PeerWeight(_)) => return,
            Class::Outside(_) => format!("`{name}` comes from outside and cannot be assigned here"),
            _ => return,
        };
        self.report.error(name.span, refused);
    }
}

impl<'a> Inliner<'_, 'a> {
    /// A part of BREAKPOINT; its LOCALs are visible in the parts behind it.
    pub(crate) fn part(&mut self, body: &'a [Stmt], first: bool) -> Vec<Step> {
        self.place = Place::Breakpoint;
        self.out = Vec::new();
        if first {
            self.scopes = vec![BTreeMap::new()];
            self.bind_shadows();
        }
        self.statements(body);
        std::mem::take(&mut self.out)
    }

    /// Reads a callable for its mistakes alone.
    pub(crate) fn checked(&mut self, callable: &'a Callable) {
        self.place = if callable.kind.is_solved() {
            Place::Solved
        } else {
            // whether it may send events depends on who calls it
            Place::Initial
        };
        self.scopes = vec![BTreeMap::new()];
        self.bind_shadows();
        for argument in &callable.arguments {
            let local = self.fresh();
            self.bind(&argument.name.kind, Meaning::Scalar(local));
        }
        let result = self.fresh();
        self.bind(&callable.name.kind, Meaning::Scalar(result));
        self.calls.push(callable.name.kind.clone());
        self.scoped(&callable.body);
    }

    /// SOLVE of a block that does not exist.
    pub(crate) fn unknown_block(&mut self, name: &Name) {
        let message = format!("there is no block `{name}` to solve");
        match self.symbols.near(&name.kind) {
            Some(help) => self.report.error_help(name.span, message, help),
            None => self.report.error(name.span, message),
        }
    }
}
