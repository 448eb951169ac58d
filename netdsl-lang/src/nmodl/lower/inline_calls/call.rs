//! Calls of the file's own procedures and functions.

use std::collections::BTreeMap;

use super::{Inliner, Meaning, Place};
use crate::nmodl::ast::{Callable, CallableKind, Expr, Name, Stmt, StmtKind};
use crate::nmodl::hir::{Local, Step, Value};

/// A chain of calls this long is refused, since the code may double with each.
const DEEPEST_CALL: usize = 40;
/// More local variables than this in one block are refused.
const MOST_LOCALS: Local = 200_000;

impl<'a> Inliner<'_, 'a> {
    /// A call for its value.
    pub(super) fn call_value(&mut self, name: &'a Name, arguments: &'a [Expr]) -> Value {
        match self.symbols.callables.get(&name.kind).copied() {
            Some(callable) => self.call(callable, name, arguments),
            None => self.built_in(name, arguments),
        }
    }

    /// The value in a local variable.
    pub(super) fn keep(&mut self, value: Value) -> Value {
        if matches!(value, Value::Const(_) | Value::Local(_)) {
            return value;
        }
        let local = self.fresh();
        self.out.push(Step::Set(local, value));
        Value::Local(local)
    }

    fn call(&mut self, callable: &'a Callable, name: &'a Name, arguments: &'a [Expr]) -> Value {
        if let Some(problem) = self.refusal(callable, name, arguments.len()) {
            self.report.error(name.span, problem);
            return Value::Const(0.0);
        }
        let values: Vec<Value> = arguments.iter().map(|a| self.number(a)).collect();
        if callable.kind == CallableKind::FunctionTable {
            let number = self.symbols.function_table(&name.kind);
            return number.map_or(Value::Const(0.0), |k| Value::LookUp(k, values));
        }
        if self.tabled
            && self.place != Place::Table
            && let Some(table) = self.tables.of(&name.kind)
        {
            return self.look_up(table, callable, values);
        }
        self.copy_in(callable, values)
    }

    fn refusal(&self, callable: &Callable, name: &Name, found: usize) -> Option<String> {
        let wanted = callable.arguments.len();
        if callable.kind.is_solved() {
            Some(format!(
                "{} {name} is solved, not called",
                callable.kind.word()
            ))
        } else if self.calls.contains(&name.kind) {
            let chain = self.calls.join(" -> ");
            Some(format!(
                "`{name}` calls itself ({chain} -> {name}): recursion is not supported"
            ))
        } else if self.calls.len() > DEEPEST_CALL || self.locals > MOST_LOCALS {
            Some("too many calls within calls".to_owned())
        } else if wanted != found {
            Some(format!("`{name}` takes {wanted} arguments, not {found}"))
        } else {
            None
        }
    }

    pub(super) fn copy_in(&mut self, callable: &'a Callable, values: Vec<Value>) -> Value {
        let mut scope = BTreeMap::new();
        for (argument, value) in callable.arguments.iter().zip(values) {
            // a number stays a number, so that indices stay known
            let meaning = match value {
                Value::Const(x) if !assigns(&callable.body, &argument.name.kind) => {
                    Meaning::Number(x)
                }
                value => {
                    let local = self.fresh();
                    self.out.push(Step::Set(local, value));
                    Meaning::Scalar(local)
                }
            };
            scope.insert(argument.name.kind.clone(), meaning);
        }
        let result = self.fresh();
        if callable.kind == CallableKind::Function {
            self.out.push(Step::Set(result, Value::Const(0.0)));
            scope.insert(callable.name.kind.clone(), Meaning::Scalar(result));
        }
        let outer = std::mem::replace(&mut self.scopes, vec![scope]);
        self.calls.push(callable.name.kind.clone());
        self.scoped(&callable.body);
        self.calls.pop();
        self.scopes = outer;
        match callable.kind {
            CallableKind::Function => Value::Local(result),
            _ => Value::Const(0.0),
        }
    }
}

/// Whether statements assign to a name.
fn assigns(body: &[Stmt], name: &str) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::Assign(n, _, _) => n.kind == name,
        StmtKind::If(_, yes, no) => assigns(yes, name) || assigns(no, name),
        StmtKind::While(_, body) | StmtKind::Block(body) | StmtKind::From { body, .. } => {
            assigns(body, name)
        }
        _ => false,
    })
}
