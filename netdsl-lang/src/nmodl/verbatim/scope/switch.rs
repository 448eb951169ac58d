//! `switch`: a chain of conditions.

use super::super::build::{Number, Ty, joined, literal, named, opposite, set};
use super::super::leave::Flow;
use super::super::tree::{Accepted, CExpr, CStmt, CStmtKind, Nmodl};
use super::Scope;
use crate::nmodl::ast::{BinaryOp, Expr, Span};

type Case = (Vec<Option<CExpr>>, Vec<CStmt>);

impl Scope<'_> {
    /// Cases run one behind the other from the one that matches, until a `break`: the chain stands in a loop of one round.
    pub(super) fn switch(&mut self, value: &CExpr, cases: &[Case], span: Span) -> Accepted<()> {
        let number = self.number(value)?;
        let number = self.converted(number, Ty::Int);
        let number = self.kept(number);
        if cases.iter().any(|c| c.1.iter().any(|s| leaves_by(s, true))) {
            return super::refusal(span, "`continue` in a switch", super::REWRITE);
        }
        let apart = |(k, case): (usize, &Case)| match case.1.split_last() {
            Some((last, rest)) => {
                (ends(&case.1) || k + 1 == cases.len() && !leaves_by(last, false))
                    && !rest.iter().any(|s| leaves_by(s, false))
            }
            None => k + 1 == cases.len(),
        };
        if cases.iter().enumerate().all(apart) {
            return self.chain(cases, &number, span);
        }
        // `_c1`: a case has matched, so that the ones behind it run too
        let matched = self.variable(span);
        let round = self.variable(span);
        self.assign(&round, literal(1.0, span), span);
        let all: Vec<Expr> = self.labels(cases.iter().flat_map(|c| &c.0), &number, span)?;
        let none = all.into_iter().fold(literal(1.0, span), |none, label| {
            joined(BinaryOp::And, none, opposite(label, span), span)
        });
        let mut body = vec![Flow::Plain(set(&round, literal(0.0, span), span))];
        for (k, (labels, statements)) in cases.iter().enumerate() {
            let mut cond = named(&matched, span);
            for label in self.labels(labels.iter(), &number, span)? {
                cond = joined(BinaryOp::Or, cond, label, span);
            }
            if labels.iter().any(Option::is_none) {
                cond = joined(BinaryOp::Or, cond, none.clone(), span);
            }
            let mut inner = self.inner(statements);
            if k + 1 < cases.len() && !ends(statements) {
                inner.push(Flow::Plain(set(&matched, literal(1.0, span), span)));
            }
            body.push(Flow::If(cond, inner, Vec::new(), span));
        }
        self.out.push(Flow::Loop(
            Vec::new(),
            named(&round, span),
            body,
            Vec::new(),
            span,
        ));
        Ok(())
    }

    /// Cases that do not run on into each other: `if ... else if ... else`.
    fn chain(&mut self, cases: &[Case], number: &Number, span: Span) -> Accepted<()> {
        let body = |case: &Case| match case.1.split_last() {
            Some((last, rest)) if last.kind == CStmtKind::Break => rest.to_vec(),
            _ => case.1.clone(),
        };
        let is_default = |case: &&Case| case.0.iter().any(Option::is_none);
        let mut no = Vec::new();
        if let Some(default) = cases.iter().find(is_default) {
            no = self.inner(&body(default));
        }
        for case in cases.iter().rev().filter(|c| !is_default(c)) {
            let mut labels = self.labels(case.0.iter(), number, span)?.into_iter();
            let Some(first) = labels.next() else {
                continue;
            };
            let cond = labels.fold(first, |all, label| joined(BinaryOp::Or, all, label, span));
            no = vec![Flow::If(cond, self.inner(&body(case)), no, span)];
        }
        self.out.extend(no);
        Ok(())
    }

    /// The conditions of labels.
    fn labels<'e>(
        &mut self,
        labels: impl Iterator<Item = &'e Option<CExpr>>,
        number: &Number,
        span: Span,
    ) -> Accepted<Vec<Expr>> {
        let mut all = Vec::new();
        for label in labels.flatten() {
            let value = self.number(label)?.expr;
            all.push(joined(BinaryOp::Eq, number.expr.clone(), value, span));
        }
        Ok(all)
    }
}

/// Whether nothing runs on to the next case.
fn ends(statements: &[CStmt]) -> bool {
    matches!(
        statements.last().map(|s| &s.kind),
        Some(CStmtKind::Break | CStmtKind::Return(_))
    )
}

/// Whether a statement leaves the switch by `break`, or (`around`) the loop around it by `continue`.
fn leaves_by(statement: &CStmt, around: bool) -> bool {
    let any = |all: &[CStmt]| all.iter().any(|s| leaves_by(s, around));
    match &statement.kind {
        CStmtKind::Break => !around,
        CStmtKind::Continue => around,
        CStmtKind::If(_, yes, no) => {
            leaves_by(yes, around) || no.as_deref().is_some_and(|no| leaves_by(no, around))
        }
        CStmtKind::Block(body) => any(body),
        CStmtKind::Switch(_, cases) => around && cases.iter().any(|c| any(&c.1)),
        CStmtKind::Nmodl(Nmodl::If(_, yes, no)) => any(yes) || any(no),
        CStmtKind::Nmodl(Nmodl::Block(body)) => any(body),
        _ => false,
    }
}
