//! DISCRETE: values of states at earlier steps, as variables that a PROCEDURE moves on.
//!
//! NEURON keeps those values once for all instances of a mechanism, and lets each instance that is solved move the time
//! of the whole simulation on. Here each instance has its own, and time is left alone; with one instance the states are
//! NEURON's.

use std::collections::BTreeMap;

use super::ast::{
    Callable, CallableKind, Declaration, Expr, ExprKind, File, Item, Name, Node, Size, Span, Stmt,
    StmtKind,
};
use super::report::Report;

/// More steps back than this are refused.
const MOST_STEPS: u32 = 1000;

/// The file with each DISCRETE block as a PROCEDURE.
pub(super) fn translate_discrete(mut file: File, report: &mut Report) -> File {
    let is_discrete = |i: &Item| matches!(i, Item::Callable(c) if c.kind == CallableKind::Discrete);
    if !file.items.iter().any(is_discrete) {
        return file;
    }
    let mut states = States::of(&file, report);
    for item in &mut file.items {
        if let Item::Callable(callable) = item
            && callable.kind == CallableKind::Discrete
        {
            states.translate(callable);
        }
    }
    states.finish(&mut file);
    file
}

/// A state whose earlier values are asked for.
struct Memory {
    state: Name,
    /// The array of earlier values.
    array: Name,
    steps: u32,
    unit: Option<Node<String>>,
}

struct States<'a> {
    /// States and assigned variables, and whether they are arrays.
    variables: BTreeMap<String, (bool, Option<Node<String>>)>,
    memories: Vec<Memory>,
    report: &'a mut Report,
}

impl<'a> States<'a> {
    fn of(file: &File, report: &'a mut Report) -> Self {
        let declared = file.items.iter().flat_map(|item| match item {
            Item::State(all) | Item::Assigned(all) => all.as_slice(),
            _ => &[],
        });
        let entry = |d: &Declaration| (d.name.kind.clone(), (d.length.is_some(), d.unit.clone()));
        Self {
            variables: declared.map(entry).collect(),
            memories: Vec::new(),
            report,
        }
    }

    /// The array that holds the value `steps` steps ago.
    fn array(&mut self, state: &Name, steps: u32) -> Option<Name> {
        let Some((is_array, unit)) = self.variables.get(&state.kind).cloned() else {
            let message = format!("`{state}@{steps}`: `{state}` is no STATE");
            let help = "`@` gives a state's value at an earlier step";
            self.report.error_help(state.span, message, help);
            return None;
        };
        if is_array {
            let message = format!("`{state}@{steps}`: `{state}` is an array");
            let help = "declare a state for each of its elements";
            self.report.error_help(state.span, message, help);
            return None;
        }
        if let Some(known) = self.memories.iter_mut().find(|m| m.state == *state) {
            known.steps = known.steps.max(steps);
            return Some(known.array.clone());
        }
        let mut array = format!("before_{state}");
        while self.variables.contains_key(&array) {
            array.push('_');
        }
        let array = Node::new(array, state.span);
        self.memories.push(Memory {
            state: state.clone(),
            array: array.clone(),
            steps,
            unit,
        });
        Some(array)
    }

    fn translate(&mut self, callable: &mut Callable) {
        callable.kind = CallableKind::Procedure;
        let others = std::mem::take(&mut self.memories);
        self.block(&mut callable.body);
        let own = std::mem::replace(&mut self.memories, others);
        let moves = own.iter().flat_map(Memory::moves);
        callable.body = moves.chain(std::mem::take(&mut callable.body)).collect();
        self.memories.extend(own);
    }

    fn block(&mut self, body: &mut [Stmt]) {
        for statement in body {
            self.statement(&mut statement.kind);
        }
    }

    fn statement(&mut self, statement: &mut StmtKind) {
        match statement {
            StmtKind::Assign(_, index, value) => {
                index.iter_mut().for_each(|i| self.expr(i));
                self.expr(value);
            }
            StmtKind::Call(_, arguments) => arguments.iter_mut().for_each(|a| self.expr(a)),
            StmtKind::If(condition, yes, no) => {
                self.expr(condition);
                self.block(yes);
                self.block(no);
            }
            StmtKind::While(condition, body) => {
                self.expr(condition);
                self.block(body);
            }
            StmtKind::From {
                from, to, by, body, ..
            } => {
                self.expr(from);
                self.expr(to);
                by.iter_mut().for_each(|b| self.expr(b));
                self.block(body);
            }
            StmtKind::Block(body) => self.block(body),
            // equations and SOLVE have no place here: what reads the PROCEDURE says so
            _ => {}
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        let span = expr.span;
        match &mut expr.kind {
            ExprKind::Before(state, steps) => {
                let (state, steps) = (state.clone(), *steps);
                expr.kind = match self.array(&state, steps) {
                    Some(array) => ExprKind::Index(array, Box::new(number(steps - 1, span))),
                    None => ExprKind::Number(0.0, None),
                };
            }
            ExprKind::Index(_, a) | ExprKind::Unary(_, a) => self.expr(a),
            ExprKind::Call(_, all) => all.iter_mut().for_each(|a| self.expr(a)),
            ExprKind::Binary(_, a, b) => {
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Number(..) | ExprKind::Name(_) | ExprKind::Text(_) => {}
        }
    }

    /// Declares the arrays and fills them before anything else is initialised.
    fn finish(self, file: &mut File) {
        if self.memories.is_empty() {
            return;
        }
        let arrays = self.memories.iter().map(Memory::declaration).collect();
        file.items.push(Item::Assigned(arrays));
        let filled = self.memories.iter().flat_map(Memory::fills);
        let initial = file.items.iter_mut().find_map(|item| match item {
            Item::Initial(body) => Some(body),
            _ => None,
        });
        match initial {
            Some(body) => *body = filled.chain(std::mem::take(body)).collect(),
            None => file.items.push(Item::Initial(filled.collect())),
        }
    }
}

fn number(x: u32, span: Span) -> Expr {
    Node::new(ExprKind::Number(f64::from(x), None), span)
}

impl Memory {
    fn declaration(&self) -> Declaration {
        Declaration {
            name: self.array.clone(),
            length: Some(Size::Number(Node::new(self.steps, self.state.span))),
            value: None,
            bounds: None,
            start: None,
            unit: self.unit.clone(),
            limits: None,
        }
    }

    fn set(&self, step: u32, value: ExprKind) -> Stmt {
        let span = self.state.span;
        let value = Node::new(value, span);
        let index = Some(number(step, span));
        Node::new(StmtKind::Assign(self.array.clone(), index, value), span)
    }

    fn state(&self) -> ExprKind {
        ExprKind::Name(self.state.kind.clone())
    }

    /// All earlier values are the state's first.
    fn fills(&self) -> impl Iterator<Item = Stmt> + '_ {
        (0..self.steps).map(|step| self.set(step, self.state()))
    }

    /// Each value becomes one step older; the state's is the newest.
    fn moves(&self) -> impl Iterator<Item = Stmt> + '_ {
        (0..self.steps).rev().map(|step| match step.checked_sub(1) {
            None => self.set(step, self.state()),
            Some(newer) => {
                let index = Box::new(number(newer, self.state.span));
                self.set(step, ExprKind::Index(self.array.clone(), index))
            }
        })
    }
}

/// Whether so many steps back can be kept.
pub(super) fn is_kept(steps: u32) -> bool {
    (1..=MOST_STEPS).contains(&steps)
}
