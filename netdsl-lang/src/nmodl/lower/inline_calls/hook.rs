//! Functions of the model's program in place of C.

use super::{Inliner, Meaning};
use crate::mech::{Hook, HookArgument, VarId};
use crate::nmodl::ast::{Expr, HookCall, Name, Span};
use crate::nmodl::hir::{Local, Step, Value};
use crate::nmodl::symbols::Class;

/// The stream of an instance that all its hooks draw from; no name in a file can be so.
const STREAM: &str = "(functions of the program)";

/// What is written to give a function.
pub(super) fn example(name: &str) -> String {
    format!("`mechanism! {{ pub X = \"x.mod\" {{ hooks: {{ {name}: my_function }} }} }}`")
}

/// What a hook is given.
struct Passed {
    argument: HookArgument,
    first: Local,
    /// Where its elements go afterwards.
    back: Back,
}

enum Back {
    Nowhere,
    Locals(Local),
    Variable(VarId),
}

impl<'a> Inliner<'_, 'a> {
    /// C that a function of the program takes the place of.
    pub(super) fn hook(&mut self, call: &'a HookCall, span: Span) {
        let names = call.names.iter();
        let passed: Vec<Passed> = names.filter_map(|(n, c)| self.passed(n, *c)).collect();
        let hook = Hook {
            name: call.name.clone(),
            result: call.result,
            arguments: passed.iter().map(|p| p.argument.clone()).collect(),
            stream: 0,
        };
        if !self.symbols.given.contains(&call.name) {
            let or = if call.help.is_empty() { "" } else { "; or " };
            let help = format!(
                "{}{or}let a Rust function take its place: {}, with `{}`",
                call.help,
                example(&call.name),
                hook.signature("my_function"),
            );
            return self.report.error_help(span, call.message.clone(), help);
        }
        let result = call.result.then(|| self.fresh());
        let mut locals: Vec<Local> = result.into_iter().collect();
        for one in &passed {
            locals.extend((0..one.argument.length.unwrap_or(1)).map(|k| one.first + k));
        }
        self.call_hook(hook, locals, span);
        for one in &passed {
            for k in 0..one.argument.length.unwrap_or(1) {
                let value = Value::Local(one.first + k);
                match one.back {
                    Back::Nowhere => {}
                    Back::Locals(first) => self.out.push(Step::Set(first + k, value)),
                    Back::Variable(id) => self.out.push(Step::Store(id, k, value)),
                }
            }
        }
        if let (Some(result), Some(Meaning::Scalar(function))) = (result, self.meaning(&call.name))
        {
            self.out.push(Step::Set(function, Value::Local(result)));
        }
    }

    /// A function that the file calls and does not have.
    pub(super) fn foreign_function(&mut self, name: &'a Name, arguments: &'a [Expr]) -> Value {
        let values: Vec<Value> = arguments.iter().map(|a| self.number(a)).collect();
        if !self.symbols.given.contains(&name.kind) {
            self.unknown_function(name);
            return Value::Const(0.0);
        }
        let result = self.fresh();
        let mut locals = vec![result];
        for value in values {
            let local = self.fresh();
            self.out.push(Step::Set(local, value));
            locals.push(local);
        }
        let argument = |k| HookArgument {
            name: format!("x{k}"),
            length: None,
            changes: false,
        };
        let hook = Hook {
            name: name.kind.clone(),
            result: true,
            arguments: (1..locals.len()).map(argument).collect(),
            stream: 0,
        };
        self.call_hook(hook, locals, name.span);
        Value::Local(result)
    }

    fn call_hook(&mut self, mut hook: Hook, locals: Vec<Local>, span: Span) {
        let next = self.symbols.streams.len() as u32;
        let streams = &mut self.symbols.streams;
        hook.stream = *streams.entry(STREAM.to_owned()).or_insert(next);
        let hooks = &mut self.symbols.hooks;
        let number = match hooks.iter().position(|h| h.name == hook.name) {
            Some(known) if hooks[known] != hook => {
                let message = format!("`{}` is called with other arguments elsewhere", hook.name);
                return self.report.error(span, message);
            }
            Some(known) => known,
            None => {
                hooks.push(hook);
                hooks.len() - 1
            }
        };
        self.out.push(Step::Hook(number as u32, locals));
    }

    /// Copies what a name means; `None` where it means nothing that can be passed.
    fn passed(&mut self, name: &str, changes: bool) -> Option<Passed> {
        let is_local = self.scopes.iter().any(|s| s.contains_key(name));
        if !is_local && self.symbols.constants.contains_key(name) {
            return None;
        }
        let meaning = self.meaning(name)?;
        let (values, length, back): (Vec<Value>, _, _) = match meaning {
            Meaning::Number(x) | Meaning::Count(x) => (vec![Value::Const(x)], None, Back::Nowhere),
            Meaning::Scalar(local) => (vec![Value::Local(local)], None, Back::Locals(local)),
            Meaning::Array(first, n) => {
                let all = (0..n).map(|k| Value::Local(first + k));
                (all.collect(), Some(n), Back::Locals(first))
            }
            Meaning::Variable(id) => {
                let n = self.symbols.variables[id as usize].length;
                let all = (0..n).map(|k| Value::Var(id, k));
                (all.collect(), (n > 1).then_some(n), self.back(id))
            }
        };
        let back = if changes { back } else { Back::Nowhere };
        let first = self.fresh();
        for (k, value) in (0..).zip(values) {
            if k > 0 {
                self.fresh();
            }
            self.out.push(Step::Set(first + k, value));
        }
        Some(Passed {
            argument: HookArgument {
                name: name.to_owned(),
                length,
                changes: !matches!(back, Back::Nowhere),
            },
            first,
            back,
        })
    }

    /// What code may assign is stored again; the rest is given by value.
    fn back(&self, id: VarId) -> Back {
        use crate::mech::Role;
        match self.symbols.variables[id as usize].class {
            Class::Outside(Role::Ion { ion, what }) => {
                let writes = &self.symbols.ions[ion as usize].writes;
                if writes.contains(&what) {
                    Back::Variable(id)
                } else {
                    Back::Nowhere
                }
            }
            Class::Outside(Role::Weight(_) | Role::PeerWeight(_)) => Back::Variable(id),
            Class::Outside(Role::Voltage) if self.place == super::Place::Receive => {
                Back::Variable(id)
            }
            Class::External | Class::Outside(_) => Back::Nowhere,
            _ => Back::Variable(id),
        }
    }
}
