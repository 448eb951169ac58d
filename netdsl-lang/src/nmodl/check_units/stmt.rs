//! Units in statements.

use super::quantity::{Quantity, Scale};
use super::{Bound, Checker};
use crate::nmodl::ast::{Expr, Name, Stmt, StmtKind};

impl<'a> Checker<'a> {
    pub(super) fn stmt(&mut self, stmt: &'a Stmt) {
        match &stmt.kind {
            StmtKind::Local(all) => self.locals(all),
            StmtKind::Assign(name, _, value) => self.assign(name, value),
            StmtKind::Derivative(name, _, value) => self.derivative(name, value),
            StmtKind::Call(name, arguments) => {
                self.call(name, arguments);
            }
            StmtKind::If(condition, yes, no) => {
                self.expr(condition);
                self.block(yes);
                self.block(no);
            }
            StmtKind::While(condition, body) => {
                self.expr(condition);
                self.block(body);
            }
            StmtKind::From { index, body, .. } => {
                self.scopes.push(Default::default());
                let quantity = Quantity::of(Scale::ONE);
                let bound = Bound {
                    quantity,
                    local: true,
                };
                self.innermost().insert(&index.kind, bound);
                self.block(body);
                self.scopes.pop();
            }
            StmtKind::Table(table) => {
                self.expr(&table.from);
                self.expr(&table.to);
            }
            StmtKind::Watch(all) => {
                for (condition, _) in all {
                    self.expr(condition);
                }
            }
            StmtKind::Equation(left, right) => {
                let (a, b) = (self.expr(left), self.expr(right));
                self.same(a, b, right.span, "the right side should be");
            }
            StmtKind::Compartment(spread) => self.compartment(spread),
            StmtKind::Diffusion(spread) => self.diffusion(spread),
            StmtKind::Reaction(reaction) => self.reaction(reaction),
            StmtKind::Conserve(terms, total) => self.conserve(terms, total),
            StmtKind::ForNetCons(arguments, body) => {
                let bound = self.arguments(arguments);
                self.scopes.push(bound);
                self.block(body);
                self.scopes.pop();
            }
            StmtKind::Initial(body) | StmtKind::Block(body) => self.block(body),
            StmtKind::Word(word) => self.word(word),
            StmtKind::Solve(..)
            | StmtKind::Conductance(..)
            | StmtKind::Verbatim(_)
            | StmtKind::Refused(..)
            | StmtKind::Hook(_)
            | StmtKind::Unsupported(_) => {}
        }
    }

    fn assign(&mut self, name: &'a Name, value: &'a Expr) {
        let found = self.expr(value);
        let mut scopes = self.scopes.iter_mut().rev();
        let bound = scopes.find_map(|scope| scope.get_mut(name.kind.as_str()));
        if let Some(bound) = bound.filter(|b| b.local) {
            bound.quantity = match found {
                Quantity::Number => Quantity::of(Scale::ONE),
                found => found,
            };
            return;
        }
        let wanted = self.name(&name.kind, name.span);
        let what = format!("what is assigned to `{name}` should be");
        self.same(wanted, found, value.span, &what);
    }

    /// `m' = x`: per ms.
    fn derivative(&mut self, name: &'a Name, value: &'a Expr) {
        let found = self.expr(value);
        let state = self.name(&name.kind, name.span);
        let time = self.text(Some("ms"), name.span);
        let wanted = state.combine(time, Scale::over);
        let what = format!("`{name}'` should be");
        self.same(wanted, found, value.span, &what);
    }
}
