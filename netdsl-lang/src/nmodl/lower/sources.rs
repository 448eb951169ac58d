//! The blocks of a file as steps, with tables and without.

use std::collections::BTreeSet;

use super::inline_calls::{Inliner, Place, Watches};
use super::tables::Tables;
use crate::mech::VarId;
use crate::nmodl::ast::{CallableKind, Name, Span, Stmt, StmtKind};
use crate::nmodl::hir::{Local, Step, Value};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::{Class, Symbols};

/// METHOD of SOLVE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Cnexp,
    Implicit,
    Euler,
    /// A PROCEDURE that is run.
    Run,
}

/// A piece of BREAKPOINT.
#[derive(Debug)]
pub(crate) enum Part {
    Solve(Method, Vec<Step>, Span),
    Steps(Vec<Step>),
}

/// INITIAL and BREAKPOINT.
#[derive(Debug, Default)]
pub(crate) struct Main {
    pub(crate) initial: Vec<Step>,
    pub(crate) parts: Vec<Part>,
}

/// How a table is computed.
#[derive(Debug)]
pub(crate) struct Filling {
    pub(crate) steps: Vec<Step>,
    pub(crate) grid: Local,
    pub(crate) result: Local,
    /// The variables it computes; none for a function.
    pub(crate) columns: Vec<(VarId, u32)>,
    pub(crate) from: (Vec<Step>, Value),
    pub(crate) to: (Vec<Step>, Value),
    pub(crate) span: Span,
}

/// All blocks.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) exact: Main,
    /// If the file has tables.
    pub(crate) tabled: Option<Main>,
    pub(crate) receive: Option<Vec<Step>>,
    pub(crate) receive_initial: Option<Vec<Step>>,
    /// Condition as left minus right, flag, steps before the condition.
    pub(crate) watches: Vec<(Value, f64, Vec<Step>)>,
    pub(crate) fillings: Vec<Filling>,
}

pub(super) fn read_sources<'a>(
    symbols: &mut Symbols<'a>,
    tables: &mut Tables<'a>,
    watches: &mut Watches,
    report: &mut Report,
) -> Sources {
    let mut sources = Sources::default();
    read_receive(
        &mut sources,
        &mut Inliner::new(symbols, report, tables, watches, false),
    );
    sources.watches = std::mem::take(&mut watches.all);
    let mut exact = Inliner::new(symbols, report, tables, watches, false);
    sources.exact = read_main(&mut exact);
    read_fillings(&mut sources, &mut exact);
    if !tables.all.is_empty() {
        let mut tabled = Inliner::new(symbols, report, tables, watches, true);
        sources.tabled = Some(read_main(&mut tabled));
    }
    read_unused(symbols, tables, watches, report);
    sources
}

fn read_main<'a>(inliner: &mut Inliner<'_, 'a>) -> Main {
    let mut initial = initial_states(inliner);
    if let Some(body) = inliner.symbols.initial {
        initial.extend(inliner.block(body, Place::Initial));
    }
    let mut parts = Vec::new();
    let Some(body) = inliner.symbols.breakpoint else {
        return Main { initial, parts };
    };
    // SOLVE splits the block; a LOCAL before it is visible behind it
    let mut from = 0;
    for (k, statement) in body.iter().enumerate() {
        if let StmtKind::Solve(name, method) = &statement.kind {
            if k > from {
                parts.push(Part::Steps(inliner.part(&body[from..k], parts.is_empty())));
            }
            parts.extend(read_solve(inliner, name, method.as_ref(), statement.span));
            from = k + 1;
        }
    }
    if from < body.len() {
        parts.push(Part::Steps(inliner.part(&body[from..], parts.is_empty())));
    }
    Main { initial, parts }
}

/// Every state begins with its START value, 0 if it has none, or with the PARAMETER `m0`.
fn initial_states(inliner: &mut Inliner) -> Vec<Step> {
    let mut steps = Vec::new();
    for (id, start) in &inliner.symbols.state_initials {
        let symbol = &inliner.symbols.variables[*id as usize];
        let named = inliner.symbols.by_name.get(&format!("{}0", symbol.name));
        let is_parameter = |id: &&VarId| {
            matches!(
                inliner.symbols.variables[**id as usize].class,
                Class::Parameter | Class::Global
            )
        };
        let value = match named.filter(is_parameter) {
            Some(parameter) => Value::Var(*parameter, 0),
            None => Value::Const(*start),
        };
        steps.extend((0..symbol.length).map(|k| Step::Store(*id, k, value.clone())));
    }
    steps
}

fn read_solve<'a>(
    inliner: &mut Inliner<'_, 'a>,
    name: &Name,
    method: Option<&Name>,
    span: Span,
) -> Option<Part> {
    let Some(callable) = inliner.symbols.callables.get(&name.kind).copied() else {
        inliner.unknown_block(name);
        return None;
    };
    let method = match (callable.kind, method.map(|m| m.kind.as_str())) {
        (CallableKind::Function, _) => {
            let message = format!("SOLVE {name}: a FUNCTION is called, not solved");
            inliner.report.error(span, message);
            return None;
        }
        // after_cvode, cvode_t and none all mean: after the voltage
        (CallableKind::Procedure, _) => Method::Run,
        (CallableKind::Derivative, Some("cnexp")) => Method::Cnexp,
        (
            CallableKind::Derivative,
            None | Some("derivimplicit" | "sparse" | "after_cvode" | "cvode_t" | "none"),
        ) => Method::Implicit,
        (CallableKind::Derivative, Some("euler")) => Method::Euler,
        (CallableKind::Derivative, Some(other)) => {
            let message = format!("METHOD {other} is not supported yet");
            let at = method.map_or(span, |m| m.span);
            inliner.report.error_help(
                at,
                message,
                "use cnexp for linear equations, derivimplicit for others",
            );
            // read all the same, for its own mistakes
            inliner.solved(callable);
            return None;
        }
    };
    Some(Part::Solve(method, inliner.solved(callable), span))
}

fn read_receive(sources: &mut Sources, inliner: &mut Inliner) {
    let Some(body) = inliner.symbols.receive.as_ref().map(|r| r.body) else {
        return;
    };
    sources.receive = Some(inliner.block(body, Place::Receive));
    let initials: Vec<&[Stmt]> = body
        .iter()
        .filter_map(|s| match &s.kind {
            StmtKind::Initial(body) => Some(body.as_slice()),
            _ => None,
        })
        .collect();
    sources.receive_initial = initials
        .first()
        .map(|body| inliner.block(body, Place::ReceiveInitial));
}

fn read_fillings(sources: &mut Sources, inliner: &mut Inliner) {
    for k in 0..inliner.tables.all.len() {
        let (callable, statement) = (
            inliner.tables.all[k].callable,
            inliner.tables.all[k].statement,
        );
        let (steps, grid, result) = inliner.tabulated(callable);
        let from = inliner.expression(&statement.from);
        let to = inliner.expression(&statement.to);
        sources.fillings.push(Filling {
            steps,
            grid,
            result,
            columns: inliner.tables.all[k].columns.clone(),
            from,
            to,
            span: callable.name.span,
        });
    }
}

/// Callables that nothing calls are read too: their mistakes are remarks, since they change nothing.
fn read_unused<'a>(
    symbols: &mut Symbols<'a>,
    tables: &mut Tables<'a>,
    watches: &mut Watches,
    report: &mut Report,
) {
    let callables: Vec<_> = symbols.callables.values().copied().collect();
    for callable in callables {
        let mut apart = Report::default();
        Inliner::new(symbols, &mut apart, tables, watches, false).checked(callable);
        for problem in apart.problems {
            let known = report.problems.iter().any(|p| p.message == problem.message);
            if !known {
                let message = format!(
                    "{} (in `{}`, which nothing calls)",
                    problem.message, callable.name
                );
                report.warning(problem.span, message);
            }
        }
    }
}

impl Sources {
    /// Variables assigned by blocks other than INITIAL, and by all blocks.
    pub(crate) fn assigned(&self) -> (BTreeSet<VarId>, BTreeSet<VarId>) {
        let mut varying = BTreeSet::new();
        let mut initial = BTreeSet::new();
        for main in [Some(&self.exact), self.tabled.as_ref()]
            .into_iter()
            .flatten()
        {
            collect_assigned(&main.initial, &mut initial);
            for part in &main.parts {
                let (Part::Solve(_, steps, _) | Part::Steps(steps)) = part;
                collect_assigned(steps, &mut varying);
            }
        }
        for steps in [&self.receive, &self.receive_initial].into_iter().flatten() {
            collect_assigned(steps, &mut varying);
        }
        initial.extend(&varying);
        (varying, initial)
    }
}

fn collect_assigned(steps: &[Step], into: &mut BTreeSet<VarId>) {
    for step in steps {
        match step {
            Step::Store(id, ..) | Step::StoreAt(id, ..) | Step::Derivative(id, ..) => {
                into.insert(*id);
            }
            Step::If(_, yes, no) | Step::While(yes, _, no) => {
                collect_assigned(yes, into);
                collect_assigned(no, into);
            }
            _ => {}
        }
    }
}
