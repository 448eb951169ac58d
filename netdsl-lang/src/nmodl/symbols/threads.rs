//! Whether NEURON's translator takes a file for thread-safe. It decides when NEURON fills TABLEs: of a thread-safe file
//! before INITIAL and between steps, of others where they are first looked up.

use std::collections::BTreeSet;

use crate::nmodl::ast::{
    Callable, CallableKind, Expr, ExprKind, File, Item, NeuronStmt, Stmt, StmtKind,
};

/// Functions that keep a state of their own.
const STATEFUL: [&str; 6] = [
    "scop_random",
    "set_seed",
    "normrand",
    "exprand",
    "poisrand",
    "gauss",
];

/// Whether several threads may run the file's code, as NEURON sees it.
pub(super) fn is_thread_safe(file: &File) -> bool {
    let statements = || file.items.iter().filter_map(neuron_block).flatten();
    if statements().any(|s| matches!(s.kind, NeuronStmt::ThreadSafe)) {
        return true;
    }
    let refused = |s: &NeuronStmt| matches!(s, NeuronStmt::Pointer(_) | NeuronStmt::External(_));
    if file.has_c || statements().any(|s| refused(&s.kind)) {
        return false;
    }
    let shared = shared_names(file);
    !file.items.iter().any(|item| match item {
        Item::Callable(callable) => !is_safe_callable(callable, &shared),
        Item::NetReceive(arguments, body) => {
            let hidden = arguments.iter().map(|a| a.name.kind.as_str()).collect();
            !is_safe(body, &shared, &hidden)
        }
        Item::Initial(body)
        | Item::Breakpoint(body)
        | Item::Around(_, _, body)
        | Item::Constructor(body)
        | Item::Destructor(body) => !is_safe(body, &shared, &BTreeSet::new()),
        _ => false,
    })
}

fn neuron_block(item: &Item) -> Option<&Vec<crate::nmodl::ast::Node<NeuronStmt>>> {
    match item {
        Item::Neuron(statements) => Some(statements),
        _ => None,
    }
}

/// Variables that all instances share: GLOBAL, and PARAMETERs that are not in RANGE.
fn shared_names(file: &File) -> BTreeSet<&str> {
    let mut shared = BTreeSet::new();
    for item in &file.items {
        if let Item::Parameter(all) = item {
            shared.extend(all.iter().map(|d| d.name.kind.as_str()));
        }
    }
    let statements = || file.items.iter().filter_map(neuron_block).flatten();
    for statement in statements() {
        match &statement.kind {
            NeuronStmt::Range(all) => {
                for name in all {
                    shared.remove(name.kind.as_str());
                }
            }
            NeuronStmt::UseIon { read, write, .. } => {
                for name in read.iter().chain(write) {
                    shared.remove(name.kind.as_str());
                }
            }
            _ => {}
        }
    }
    for statement in statements() {
        if let NeuronStmt::Global(all) = &statement.kind {
            shared.extend(all.iter().map(|n| n.kind.as_str()));
        }
    }
    for name in ["v", "t", "dt", "celsius", "diam", "area"] {
        shared.remove(name);
    }
    shared
}

fn is_safe_callable(callable: &Callable, shared: &BTreeSet<&str>) -> bool {
    let hidden = callable
        .arguments
        .iter()
        .map(|a| a.name.kind.as_str())
        .collect();
    !matches!(
        callable.kind,
        CallableKind::Linear | CallableKind::Nonlinear
    ) && is_safe(&callable.body, shared, &hidden)
}

fn is_safe<'a>(body: &'a [Stmt], shared: &BTreeSet<&str>, hidden: &BTreeSet<&'a str>) -> bool {
    let mut hidden = hidden.clone();
    body.iter().all(|statement| match &statement.kind {
        StmtKind::Local(all) => {
            hidden.extend(all.iter().map(|(n, _)| n.kind.as_str()));
            true
        }
        StmtKind::Assign(name, index, value) => {
            let name = name.kind.as_str();
            (hidden.contains(name) || !shared.contains(name))
                && index.iter().all(is_safe_value)
                && is_safe_value(value)
        }
        StmtKind::Derivative(_, _, value) => is_safe_value(value),
        StmtKind::Call(name, arguments) => {
            !STATEFUL.contains(&name.kind.as_str()) && arguments.iter().all(is_safe_value)
        }
        StmtKind::Solve(solve) => solve.method.as_ref().is_none_or(|m| m.kind != "runge"),
        StmtKind::If(cond, yes, no) => {
            is_safe_value(cond) && is_safe(yes, shared, &hidden) && is_safe(no, shared, &hidden)
        }
        StmtKind::While(_, body)
        | StmtKind::From { body, .. }
        | StmtKind::Block(body)
        | StmtKind::Initial(body)
        | StmtKind::ForNetCons(_, body) => is_safe(body, shared, &hidden),
        _ => true,
    })
}

fn is_safe_value(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Call(name, arguments) => {
            !STATEFUL.contains(&name.kind.as_str()) && arguments.iter().all(is_safe_value)
        }
        ExprKind::Unary(_, a) | ExprKind::Index(_, a) => is_safe_value(a),
        ExprKind::Binary(_, a, b) => is_safe_value(a) && is_safe_value(b),
        _ => true,
    }
}
