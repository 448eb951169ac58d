//! Statements to steps.

use std::collections::BTreeMap;

use super::{Inliner, Meaning, Place};
use crate::mech::{BinOp, CmpOp};
use crate::nmodl::ast::{
    Argument, BinaryOp, Expr, ExprKind, Name, SolveStmt, Span, Stmt, StmtKind,
};
use crate::nmodl::hir::{Step, Value};

/// More statements than this, with loops unrolled and calls copied in, are refused.
const MOST_STATEMENTS: u32 = 100_000;
/// Loops of at most so many rounds are unrolled.
const UNROLLED: f64 = 256.0;

impl<'a> Inliner<'_, 'a> {
    /// Statements in a scope of their own.
    pub(super) fn scoped(&mut self, body: &'a [Stmt]) {
        self.scopes.push(BTreeMap::new());
        self.statements(body);
        self.scopes.pop();
    }

    /// Statements in the present scope.
    pub(super) fn statements(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        let span = statement.span;
        self.copied += 1;
        if self.copied > MOST_STATEMENTS {
            if self.copied == MOST_STATEMENTS + 1 {
                let message = "loops and calls make too much code";
                self.report.error(span, message);
            }
            return;
        }
        match &statement.kind {
            StmtKind::Local(all) => {
                for (name, length) in all {
                    let length = length.as_ref().map(|l| self.size(l));
                    self.declare_local(name, length);
                }
            }
            StmtKind::Assign(name, index, value) => self.assign(name, index.as_ref(), value),
            StmtKind::Derivative(name, index, value) => {
                self.derivative(name, index.as_ref(), value, span)
            }
            StmtKind::Call(name, arguments) => self.call_statement(name, arguments),
            StmtKind::If(cond, yes, no) => {
                let cond = self.value(cond).truth();
                let yes = self.collect(|s| s.scoped(yes));
                let no = self.collect(|s| s.scoped(no));
                self.out.push(Step::If(cond, yes, no));
            }
            StmtKind::While(cond, body) => {
                let mut value = Value::Const(0.0);
                let head = self.collect(|s| value = s.value(cond).truth());
                let body = self.collect(|s| s.scoped(body));
                self.out.push(Step::While(head, value, body));
            }
            StmtKind::From {
                index,
                from,
                to,
                by,
                body,
            } => self.repeat(index, from, to, by.as_ref(), body),
            StmtKind::Block(body) => self.scoped(body),
            StmtKind::Watch(all) => {
                for (cond, flag) in all {
                    self.watch(cond, flag, span);
                }
            }
            StmtKind::Solve(solve) => self.nested_solve(solve, span),
            StmtKind::Reaction(reaction) => self.reaction(reaction, span),
            StmtKind::Conserve(terms, total) => self.conserve(terms, total, span),
            // KINETIC reads it before all other statements
            StmtKind::Compartment(_) => {}
            // between compartments, not within this one
            StmtKind::Diffusion(_) if self.scheme.is_open() => {}
            StmtKind::Diffusion(_) => {
                let message = "LONGITUDINAL_DIFFUSION is for KINETIC blocks";
                self.report.error(span, message);
            }
            StmtKind::Equation(left, right) => {
                if self.place != Place::Solved {
                    let message = "an equation stands outside of a LINEAR or NONLINEAR block that SOLVE names";
                    return self.report.error(span, message);
                }
                let rest = Value::bin(BinOp::Sub, self.number(right), self.number(left));
                self.out.push(Step::Equation(rest, span));
            }
            StmtKind::ForNetCons(arguments, body) => self.for_connections(arguments, body, span),
            StmtKind::Initial(_) if self.place == Place::Receive => {}
            StmtKind::Initial(_) => self.report.error(span, "INITIAL is not expected here"),
            // TABLE is read by the pass that collects tables; the words change nothing
            StmtKind::Table(_) | StmtKind::Word(_) | StmtKind::Conductance(..) => {}
            StmtKind::Refused(message, help) => self.report.error_help(span, message, help),
            StmtKind::Hook(hook) => self.hook(hook, span),
            StmtKind::Verbatim(_) => self.report.error(span, "VERBATIM is not expected here"),
            StmtKind::Unsupported(what) => {
                self.report
                    .error(span, format!("{what} is not supported yet"));
            }
        }
    }

    /// `FOR_NETCONS (w, old) { }`
    fn for_connections(&mut self, arguments: &'a [Argument], body: &'a [Stmt], span: Span) {
        let Some(receive) = &self.symbols.receive else {
            return self.report.error(span, "FOR_NETCONS is for NET_RECEIVE");
        };
        if self.place != Place::Receive {
            return self.report.error(span, "FOR_NETCONS is for NET_RECEIVE");
        }
        if arguments.len() != receive.arguments.len() {
            let message = format!(
                "FOR_NETCONS names {} arguments, NET_RECEIVE has {}",
                arguments.len(),
                receive.arguments.len()
            );
            return self.report.error(span, message);
        }
        let peers = receive.peers.iter();
        let named = arguments.iter().zip(peers);
        let scope = named.map(|(a, id)| (a.name.kind.clone(), Meaning::Variable(*id)));
        self.scopes.push(scope.collect());
        let steps = self.collect(|s| s.scoped(body));
        self.scopes.pop();
        self.out.push(Step::ForConnections(steps));
    }

    /// SOLVE within other statements.
    fn nested_solve(&mut self, solve: &'a SolveStmt, span: Span) {
        // these are among the parts of BREAKPOINT already
        if self.place == Place::Breakpoint && self.calls.is_empty() {
            return;
        }
        if let Some(solve) = self.solve(solve, span) {
            self.out.push(Step::Solve(Box::new(solve)));
        }
    }

    fn declare_local(&mut self, name: &Name, length: Option<u32>) {
        let first = self.fresh();
        for _ in 1..length.unwrap_or(1) {
            self.fresh();
        }
        for k in 0..length.unwrap_or(1) {
            self.out.push(Step::Set(first + k, Value::Const(0.0)));
        }
        let meaning = match length {
            None => Meaning::Scalar(first),
            Some(length) => Meaning::Array(first, length),
        };
        self.bind(&name.kind, meaning);
    }

    fn assign(&mut self, name: &'a Name, index: Option<&'a Expr>, value: &'a Expr) {
        let value = self.number(value);
        let index = index.map(|i| self.index(i));
        match (self.meaning(&name.kind), index) {
            (None, _) => self.unknown(&name.kind, name.span),
            (Some(Meaning::Number(_) | Meaning::Count(_)), _) => {
                self.report.error(
                    name.span,
                    format!("`{name}` is a fixed number and cannot be assigned"),
                );
            }
            (Some(Meaning::Scalar(local) | Meaning::Array(local, 1)), None) => {
                self.out.push(Step::Set(local, value));
            }
            (Some(Meaning::Array(first, length)), Some(index)) => {
                if let Some(k) = self.fixed_index(&index, length, name) {
                    self.out.push(Step::Set(first + k, value));
                }
            }
            (Some(Meaning::Variable(id)), index) => {
                self.check_assignable(id, name);
                let length = self.symbols.variables[id as usize].length;
                match index {
                    None if length == 1 => self.out.push(Step::Store(id, 0, value)),
                    None => self.wants_index(name, length),
                    Some(index @ Value::Const(_)) => {
                        if let Some(k) = self.fixed_index(&index, length, name) {
                            self.out.push(Step::Store(id, k, value));
                        }
                    }
                    Some(index) => self.out.push(Step::StoreAt(id, index, value)),
                }
            }
            (Some(Meaning::Scalar(_)), Some(_)) => {
                self.report
                    .error(name.span, format!("`{name}` is no array"));
            }
            (Some(Meaning::Array(_, length)), None) => self.wants_index(name, length),
        }
    }

    fn derivative(&mut self, name: &'a Name, index: Option<&'a Expr>, value: &'a Expr, span: Span) {
        let value = self.number(value);
        let Some(id) = self.symbols.by_name.get(&name.kind).copied() else {
            return self.unknown(&name.kind, name.span);
        };
        if self.place != Place::Solved {
            let message =
                format!("`{name}'` stands outside of a DERIVATIVE block that SOLVE names");
            self.report.error(span, message);
        }
        if !self.symbols.state_ids.contains(&id) {
            self.report
                .error(name.span, format!("`{name}` is no STATE"));
        }
        let length = self.symbols.variables[id as usize].length;
        let element = match index {
            None if length > 1 => return self.wants_index(name, length),
            None => Some(0),
            Some(index) => {
                let index = self.index(index);
                self.fixed_index(&index, length, name)
            }
        };
        // SOLVEFOR leaves other equations out
        if let Some(element) = element.filter(|_| self.is_unknown(id)) {
            self.out.push(Step::Derivative(id, element, value, span));
        }
    }

    fn watch(&mut self, cond: &'a Expr, flag: &'a Expr, span: Span) {
        if self.place != Place::Receive {
            return self.report.error(span, "WATCH is for NET_RECEIVE");
        }
        let mut flag_value = Value::Const(0.0);
        let mut sides = None;
        let steps = self.collect(|s| {
            flag_value = s.number(flag);
            if let ExprKind::Binary(op, a, b) = &cond.kind {
                match op {
                    BinaryOp::Gt | BinaryOp::Ge => sides = Some((s.number(a), s.number(b))),
                    BinaryOp::Lt | BinaryOp::Le => sides = Some((s.number(b), s.number(a))),
                    _ => {}
                }
            }
        });
        let (Some((large, small)), Value::Const(flag)) = (sides, flag_value) else {
            return self.report.error_help(
                span,
                "WATCH wants a comparison and a number",
                "write WATCH (v > threshold) 2",
            );
        };
        let number = self.watches.all.len() as u32;
        let value = Value::bin(BinOp::Sub, large, small);
        self.watches.all.push((value, flag, steps));
        self.out.push(Step::Watch(number));
    }

    fn repeat(
        &mut self,
        index: &'a Name,
        from: &'a Expr,
        to: &'a Expr,
        by: Option<&'a Expr>,
        body: &'a [Stmt],
    ) {
        let from = self.number(from);
        let to = self.number(to);
        let by = by.map_or(Value::Const(1.0), |b| self.number(b));
        let (Value::Const(first), Value::Const(last), Value::Const(step)) = (&from, &to, &by)
        else {
            return self.loop_at_run_time(index, from, to, by, body);
        };
        // NMODL's loops count in C integers
        let (first, last, step) = (first.trunc(), last.trunc(), step.trunc());
        if step <= 0.0 {
            return self
                .report
                .error(index.span, "the step of FROM must be 1 or more");
        }
        if (last - first) / step > UNROLLED {
            return self.loop_at_run_time(index, from, to, by, body);
        }
        let mut k = first;
        while k <= last {
            self.scopes
                .push(BTreeMap::from([(index.kind.clone(), Meaning::Count(k))]));
            self.scoped(body);
            self.scopes.pop();
            k += step;
        }
    }

    fn loop_at_run_time(
        &mut self,
        index: &'a Name,
        from: Value,
        to: Value,
        by: Value,
        body: &'a [Stmt],
    ) {
        let [k, last, step] = [self.fresh(), self.fresh(), self.fresh()];
        self.out.push(Step::Set(k, from));
        self.out.push(Step::Set(last, to));
        self.out.push(Step::Set(step, by));
        let cond = Value::cmp(CmpOp::Le, Value::Local(k), Value::Local(last));
        let body = self.collect(|s| {
            s.scopes
                .push(BTreeMap::from([(index.kind.clone(), Meaning::Scalar(k))]));
            s.scoped(body);
            s.scopes.pop();
            let next = Value::bin(BinOp::Add, Value::Local(k), Value::Local(step));
            s.out.push(Step::Set(k, next));
        });
        self.out.push(Step::While(Vec::new(), cond, body));
    }
}
