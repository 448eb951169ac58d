//! The blocks of a file as steps, with tables and without.

use std::collections::BTreeSet;

use super::inline_calls::kinetic::Spreading;
use super::inline_calls::{Inliner, Place, Watches};
use super::plan_tables::{Body, plan_tables};
use super::tables::{PlanKind, Tables};
use crate::mech::{CmpOp, IonQuantity, Moment, Role, VarId};
use crate::nmodl::ast::{Callable, SolveStmt, Span, Stmt, StmtKind};
use crate::nmodl::hir::{Local, Solve, Step, Value};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::{Class, SWITCH, Symbols};

/// A piece of BREAKPOINT.
#[derive(Debug)]
pub(crate) enum Part {
    Solve(Solve),
    Steps(Vec<Step>),
}

/// INITIAL and BREAKPOINT.
#[derive(Debug, Default)]
pub(crate) struct Main {
    pub(crate) initial: Vec<Step>,
    pub(crate) parts: Vec<Part>,
    /// BEFORE and AFTER blocks.
    pub(crate) around: Vec<(Moment, Vec<Step>)>,
}

/// How a table is computed.
#[derive(Debug)]
pub(crate) struct Filling {
    pub(crate) steps: Vec<Step>,
    pub(crate) grid: Local,
    pub(crate) result: Local,
    /// The variables it computes, with the local variable that holds one where it has a copy; none for a function.
    pub(crate) columns: Vec<((VarId, u32), Option<Local>)>,
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
    /// By table; none for what no table is stored for.
    pub(crate) fillings: Vec<Option<Filling>>,
    /// LONGITUDINAL_DIFFUSION.
    pub(crate) spreadings: Vec<Spreading>,
}

pub(super) fn read_sources<'a>(
    symbols: &mut Symbols<'a>,
    tables: &mut Tables<'a>,
    watches: &mut Watches,
    report: &mut Report,
) -> Sources {
    let mut sources = Sources::default();
    let mut exact = Inliner::new(symbols, report, tables, watches, false);
    (sources.receive, sources.receive_initial) = read_receive(&mut exact);
    let mut exact = Inliner::new(symbols, report, tables, watches, false);
    sources.exact = read_main(&mut exact);
    let callables: Vec<_> = exact.symbols.callables.values().copied().collect();
    for callable in callables {
        sources.spreadings.extend(exact.diffusions(callable));
    }
    if !exact.tables.all.is_empty() {
        let bodies = read_bodies(&mut exact);
        let (_, assigned) = sources.assigned();
        plan_tables(tables, &bodies, &assigned, symbols, report);
        read_fillings(
            &mut sources,
            &mut Inliner::new(symbols, report, tables, watches, false),
        );
        let mut tabled = Inliner::new(symbols, report, tables, watches, true);
        sources.tabled = Some(read_main(&mut tabled));
    }
    if sources.tabled.is_some() {
        let exact = (sources.receive.take(), sources.receive_initial.take());
        let mut again = Watches::default();
        let tabled = read_receive(&mut Inliner::new(symbols, report, tables, &mut again, true));
        let received = if tabled == exact && again.all == watches.all {
            exact
        } else {
            let mut inliner = Inliner::new(symbols, report, tables, watches, true);
            let tabled = read_receive(&mut inliner);
            switched(symbols, tabled, exact)
        };
        (sources.receive, sources.receive_initial) = received;
    }
    sources.watches = std::mem::take(&mut watches.all);
    read_unused(symbols, tables, watches, report);
    sources
}

fn read_main<'a>(inliner: &mut Inliner<'_, 'a>) -> Main {
    inliner.in_initial = true;
    let mut initial = inliner.fillings(true);
    initial.extend(written_reversals(inliner.symbols));
    initial.extend(initial_states(inliner));
    for body in inliner.symbols.initial.clone() {
        initial.extend(inliner.block(body, Place::Initial));
    }
    initial.extend(inliner.fillings(false));
    inliner.in_initial = false;
    let mut parts = Vec::new();
    let fillings = inliner.fillings_between_steps();
    if !fillings.is_empty() {
        parts.push(Part::Steps(fillings));
    }
    for body in inliner.symbols.breakpoint.clone() {
        read_breakpoint(inliner, body, &mut parts);
    }
    let blocks = inliner.symbols.around.clone();
    let around = blocks.into_iter();
    let around = around.map(|(moment, body)| (moment, inliner.block(body, Place::Around)));
    let around = around.collect();
    Main {
        initial,
        parts,
        around,
    }
}

/// SOLVE splits the block; a LOCAL before it is visible behind it.
fn read_breakpoint<'a>(inliner: &mut Inliner<'_, 'a>, body: &'a [Stmt], parts: &mut Vec<Part>) {
    let mut from = 0;
    let mut first = true;
    for (k, statement) in body.iter().enumerate() {
        let mut inner = Vec::new();
        find_solves(statement, &mut inner);
        if inner.is_empty() {
            continue;
        }
        let is_solve = matches!(statement.kind, StmtKind::Solve(_));
        let end = if is_solve { k } else { k + 1 };
        if end > from {
            parts.push(Part::Steps(inliner.part(&body[from..end], first)));
            first = false;
        }
        for (solve, span) in inner {
            if !is_solve {
                let message = format!(
                    "SOLVE {} stands in a condition or loop of BREAKPOINT: it runs in every step, as in NEURON",
                    solve.block
                );
                inliner.report.warning(span, message);
            }
            parts.extend(inliner.solve(solve, span).map(Part::Solve));
        }
        from = k + 1;
    }
    if from < body.len() {
        parts.push(Part::Steps(inliner.part(&body[from..], first)));
    }
}

/// The SOLVE statements in a statement.
pub(super) fn find_solves<'a>(statement: &'a Stmt, found: &mut Vec<(&'a SolveStmt, Span)>) {
    match &statement.kind {
        StmtKind::Solve(solve) => found.push((solve, statement.span)),
        StmtKind::If(_, yes, no) => {
            yes.iter().chain(no).for_each(|s| find_solves(s, found));
        }
        StmtKind::Block(body) | StmtKind::While(_, body) | StmtKind::From { body, .. } => {
            body.iter().for_each(|s| find_solves(s, found));
        }
        _ => {}
    }
}

/// A reversal potential that the file writes and does not read begins with 0: NEURON gives it a variable of its own.
fn written_reversals(symbols: &Symbols) -> Vec<Step> {
    let is_written = |class: Class| match class {
        Class::Outside(Role::Ion { ion, what }) => {
            let ion = &symbols.ions[ion as usize];
            what == IonQuantity::Reversal
                && ion.writes.contains(&what)
                && !ion.reads.contains(&what)
        }
        _ => false,
    };
    let ids = 0..symbols.variables.len() as VarId;
    ids.filter(|id| is_written(symbols.variables[*id as usize].class))
        .map(|id| Step::Store(id, 0, Value::Const(0.0)))
        .collect()
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

/// NET_RECEIVE and its INITIAL.
type Received = (Option<Vec<Step>>, Option<Vec<Step>>);

fn read_receive(inliner: &mut Inliner) -> Received {
    let Some(body) = inliner.symbols.receive.as_ref().map(|r| r.body) else {
        return (None, None);
    };
    let receive = inliner.block(body, Place::Receive);
    let initials: Vec<&[Stmt]> = body
        .iter()
        .filter_map(|s| match &s.kind {
            StmtKind::Initial(body) => Some(body.as_slice()),
            _ => None,
        })
        .collect();
    let initial = initials.first();
    let initial = initial.map(|body| inliner.block(body, Place::ReceiveInitial));
    (Some(receive), initial)
}

/// Looks tables up while they are switched on.
fn switched(symbols: &mut Symbols, tabled: Received, exact: Received) -> Received {
    let switch = symbols.variable(SWITCH).expect("there are tables");
    let choose = |tabled: Option<Vec<Step>>, exact: Option<Vec<Step>>| {
        let (tabled, exact) = (tabled?, exact?);
        let off = Value::Cmp(
            CmpOp::Eq,
            Box::new(Value::Var(switch, 0)),
            Box::new(Value::Const(0.0)),
        );
        Some(vec![Step::If(off, exact, tabled)])
    };
    (choose(tabled.0, exact.0), choose(tabled.1, exact.1))
}

/// The bodies and ranges of all tables, without tables.
fn read_bodies(inliner: &mut Inliner) -> Vec<Body> {
    let mut bodies = Vec::new();
    for k in 0..inliner.tables.all.len() {
        let table = &inliner.tables.all[k];
        let (callable, statement) = (table.callable, table.statement);
        let (steps, _, _) = inliner.tabulated(callable, Vec::new());
        let range = vec![
            inliner.expression(&statement.from),
            inliner.expression(&statement.to),
        ];
        bodies.push(Body { steps, range });
    }
    bodies
}

fn read_fillings(sources: &mut Sources, inliner: &mut Inliner) {
    for k in 0..inliner.tables.all.len() {
        let table = &inliner.tables.all[k];
        let (callable, statement) = (table.callable, table.statement);
        let span = callable.name.span;
        if table.plan.kind != PlanKind::Stored {
            sources.fillings.push(None);
            continue;
        }
        let fixed = table.plan.fixed();
        let (steps, grid, result) = inliner.tabulated(callable, fixed);
        let columns = inliner.tables.all[k].columns.clone();
        sources.fillings.push(Some(Filling {
            columns: columns
                .into_iter()
                .map(|column| (column, inliner.copied_element(column)))
                .collect(),
            from: inliner.expression(&statement.from),
            to: inliner.expression(&statement.to),
            steps,
            grid,
            result,
            span,
        }));
    }
}

/// Callables that nothing calls are read too: their mistakes are remarks, since they change nothing.
fn read_unused<'a>(
    symbols: &mut Symbols<'a>,
    tables: &mut Tables<'a>,
    watches: &mut Watches,
    report: &mut Report,
) {
    let mut solves = Vec::new();
    for statement in symbols
        .initial
        .iter()
        .chain(&symbols.breakpoint)
        .copied()
        .flatten()
    {
        find_solves(statement, &mut solves);
    }
    let is_solved = |callable: &&Callable| {
        let name = &callable.name.kind;
        solves.iter().any(|(solve, _)| solve.block.kind == *name)
    };
    let callables = symbols.callables.values().copied();
    let callables: Vec<_> = callables.filter(|c| !is_solved(c)).collect();
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
            for (moment, steps) in &main.around {
                let at_start = matches!(moment, Moment::BeforeInitial | Moment::AfterInitial);
                collect_assigned(steps, if at_start { &mut initial } else { &mut varying });
            }
            for part in &main.parts {
                let (Part::Solve(Solve { steps, .. }) | Part::Steps(steps)) = part;
                collect_assigned(steps, &mut varying);
                if let Part::Solve(solve) = part {
                    varying.extend(solve.unknowns.iter().map(|(id, _)| *id));
                }
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
            Step::Store(id, ..)
            | Step::StoreAt(id, ..)
            | Step::Derivative(id, ..)
            | Step::Flow(id, ..) => {
                into.insert(*id);
            }
            Step::Solve(solve) => {
                into.extend(solve.unknowns.iter().map(|(id, _)| *id));
                collect_assigned(&solve.steps, into);
            }
            Step::ForConnections(body) => collect_assigned(body, into),
            Step::If(_, yes, no) | Step::While(yes, _, no) => {
                collect_assigned(yes, into);
                collect_assigned(no, into);
            }
            _ => {}
        }
    }
}
