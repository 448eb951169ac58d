//! SOLVE: which method a block gets, and its steps.

use super::super::sources::find_solves;
use super::kinetic::has_linear_reactions;
use super::{Inliner, Place};
use crate::mech::VarId;
use crate::nmodl::ast::{Callable, CallableKind, Expr, Name, SolveStmt, Span};
use crate::nmodl::hir::{Method, Solve, Step, Value};

impl<'a> Inliner<'_, 'a> {
    /// What a SOLVE does; `None` after a mistake.
    pub(crate) fn solve(&mut self, solve: &SolveStmt, span: Span) -> Option<Solve> {
        let Some(callable) = self.symbols.callables.get(&solve.block.kind).copied() else {
            self.unknown_block(&solve.block);
            return None;
        };
        let method = self.method(callable, solve, span);
        // without a method, read all the same, for the block's own mistakes
        let steps = self.solved(callable);
        let method = method?;
        let mut unknowns = Vec::new();
        if method == Method::Simultaneous {
            let only = self.read_solve_for(callable);
            unknowns = self.unknowns(&steps, &only);
            let equations = count_equations(&steps);
            if equations != unknowns.len() {
                let message = format!(
                    "`{}` has {equations} equations for {} unknown states",
                    solve.block,
                    unknowns.len()
                );
                self.report.error_help(
                    callable.name.span,
                    message,
                    "SOLVEFOR names the states that are unknown: LINEAR x SOLVEFOR a, b { }",
                );
                return None;
            }
        }
        let is_kinetic = callable.kind == CallableKind::Kinetic;
        Some(Solve {
            method,
            frozen: is_kinetic && method == Method::Implicit && has_linear_reactions(callable),
            steps,
            unknowns,
            span,
        })
    }

    /// A DERIVATIVE that is called, not solved: NEURON takes a step of cnexp there.
    pub(super) fn step_of_block(&mut self, name: &'a Name, arguments: &'a [Expr]) -> bool {
        let is_derivative = |c: &&Callable| c.kind == CallableKind::Derivative;
        let callable = self.symbols.callables.get(&name.kind).copied();
        if !arguments.is_empty() || callable.filter(is_derivative).is_none() {
            return false;
        }
        let mut solves = Vec::new();
        for statement in self.symbols.breakpoint.iter().copied().flatten() {
            find_solves(statement, &mut solves);
        }
        let cnexp = |solve: &SolveStmt| solve.method.as_ref().is_some_and(|m| m.kind == "cnexp");
        let found = solves
            .into_iter()
            .find(|(solve, _)| solve.block.kind == name.kind && cnexp(solve));
        let Some((solve, _)) = found else {
            return false;
        };
        if let Some(solve) = self.solve(solve, name.span) {
            let message =
                format!("DERIVATIVE {name} is called: it takes a step here, as in NEURON");
            self.report.warning(name.span, message);
            self.out.push(Step::Solve(Box::new(solve)));
        }
        true
    }

    fn method(&mut self, callable: &Callable, solve: &SolveStmt, span: Span) -> Option<Method> {
        let name = &solve.block;
        let method = solve.method.as_ref().map(|m| m.kind.as_str());
        // these say when NEURON's variable time step runs the block: a fixed step runs it after the voltage
        let method =
            method.filter(|m| !matches!(*m, "after_cvode" | "cvode_t" | "cvode_t_v" | "none"));
        let problem = match (callable.kind, method) {
            (CallableKind::Function | CallableKind::FunctionTable, _) => {
                let message = format!("SOLVE {name}: a FUNCTION is called, not solved");
                self.report.error(span, message);
                return None;
            }
            (CallableKind::Procedure | CallableKind::Discrete, None) => return Some(Method::Run),
            (CallableKind::Procedure | CallableKind::Discrete, Some(other)) => {
                let message = format!("METHOD {other}: a PROCEDURE has no equations, it is run");
                self.report.warning(span, message);
                return Some(Method::Run);
            }
            (CallableKind::Derivative, method) if solve.steady => match method {
                Some("derivimplicit" | "sparse") => {
                    let message =
                        "STEADYSTATE derivimplicit leaves the states as they are, as in NEURON";
                    self.report.warning(span, message);
                    return Some(Method::SteadyDerivative);
                }
                _ => {
                    "STEADYSTATE wants derivimplicit, and a KINETIC block where it is to do anything"
                }
            },
            (CallableKind::Derivative, Some("cnexp")) => return Some(Method::Cnexp),
            (CallableKind::Derivative, None | Some("derivimplicit" | "sparse")) => {
                return Some(Method::Implicit);
            }
            (CallableKind::Derivative | CallableKind::Kinetic, Some("euler")) if !solve.steady => {
                return Some(Method::Euler);
            }
            (CallableKind::Derivative | CallableKind::Kinetic, Some("runge")) if !solve.steady => {
                return Some(Method::Runge);
            }
            (CallableKind::Derivative, Some(_)) => {
                "use cnexp for linear equations, derivimplicit for others"
            }
            (CallableKind::Kinetic, None | Some("sparse" | "derivimplicit")) => {
                return Some(if solve.steady {
                    Method::SteadyKinetic
                } else {
                    Method::Implicit
                });
            }
            (CallableKind::Kinetic, Some(_)) => "use sparse for KINETIC",
            (CallableKind::Linear | CallableKind::Nonlinear, _) => {
                return Some(Method::Simultaneous);
            }
        };
        let method = method.unwrap_or_default();
        let at = solve.method.as_ref().map_or(span, |m| m.span);
        let message = format!(
            "METHOD {method} cannot solve a {} block",
            callable.kind.word()
        );
        self.report.error_help(at, message, problem);
        None
    }

    /// The steps of a callable that SOLVE names.
    fn solved(&mut self, callable: &'a Callable) -> Vec<Step> {
        if self.calls.contains(&callable.name.kind) {
            let message = format!("`{}` solves itself", callable.name);
            self.report.error(callable.name.span, message);
            return Vec::new();
        }
        let place = self.place;
        let scopes = std::mem::take(&mut self.scopes);
        let out = std::mem::take(&mut self.out);
        let copies = std::mem::take(&mut self.copies);
        let scheme = std::mem::take(&mut self.scheme);
        let solve_for = self.read_solve_for(callable);
        let solve_for = std::mem::replace(&mut self.solve_for, solve_for);
        self.calls.push(callable.name.kind.clone());
        let steps = if callable.kind == CallableKind::Kinetic {
            self.kinetic(callable)
        } else {
            self.block(&callable.body, Place::Solved)
        };
        self.calls.pop();
        self.copies = copies;
        self.scheme = scheme;
        self.solve_for = solve_for;
        self.place = place;
        self.scopes = scopes;
        self.out = out;
        steps
    }

    fn read_solve_for(&mut self, callable: &Callable) -> Vec<VarId> {
        let mut found = Vec::new();
        for name in &callable.solve_for {
            match self.symbols.by_name.get(&name.kind).copied() {
                Some(id) if self.symbols.state_ids.contains(&id) => found.push(id),
                _ => self
                    .report
                    .error(name.span, format!("SOLVEFOR: `{name}` is no STATE")),
            }
        }
        found
    }

    /// Whether a block's equations are about a variable.
    pub(super) fn is_unknown(&self, id: VarId) -> bool {
        self.symbols.state_ids.contains(&id)
            && (self.solve_for.is_empty() || self.solve_for.contains(&id))
    }

    /// The states that steps read.
    fn unknowns(&self, steps: &[Step], only: &[VarId]) -> Vec<(VarId, u32)> {
        let mut found = std::collections::BTreeSet::new();
        let mut note = |value: &Value| {
            value.visit(&mut |v| {
                if let Value::Var(id, element) = v
                    && self.symbols.state_ids.contains(id)
                {
                    found.insert((*id, *element));
                }
            });
        };
        visit_values(steps, &mut note);
        found
            .into_iter()
            .filter(|(id, _)| only.is_empty() || only.contains(id))
            .collect()
    }
}

fn count_equations(steps: &[Step]) -> usize {
    let count = |step: &Step| match step {
        Step::Equation(..) => 1,
        // both ways must have as many
        Step::If(_, yes, no) => count_equations(yes).max(count_equations(no)),
        _ => 0,
    };
    steps.iter().map(count).sum()
}

fn visit_values(steps: &[Step], see: &mut impl FnMut(&Value)) {
    for step in steps {
        match step {
            Step::Set(_, value) | Step::Store(_, _, value) | Step::Equation(value, _) => see(value),
            Step::If(cond, yes, no) => {
                see(cond);
                visit_values(yes, see);
                visit_values(no, see);
            }
            Step::While(head, cond, body) => {
                visit_values(head, see);
                see(cond);
                visit_values(body, see);
            }
            _ => {}
        }
    }
}
