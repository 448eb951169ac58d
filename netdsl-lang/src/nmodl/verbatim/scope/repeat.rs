//! Loops.

use super::super::build::{literal, named, set};
use super::super::leave::Flow;
use super::super::tree::{Accepted, CExpr, CExprKind, CStmt, CStmtKind, Declared, Initial};
use super::stmt::known;
use super::{Own, Scope};
use crate::nmodl::ast::{Name, Span};

/// Loops of at most so many rounds become FROM, whose index is known in each round.
const MOST_ROUNDS: f64 = 256.0;

impl Scope<'_> {
    /// `while (cond) body`; `step` follows the body each time.
    pub(super) fn while_loop(
        &mut self,
        cond: &CExpr,
        body: &CStmt,
        step: Option<&CExpr>,
        span: Span,
    ) -> Accepted<()> {
        let (before, cond) = self.collect(|s| s.truth(cond));
        let cond = cond?;
        if known(&cond) == Some(false) {
            self.out.extend(before);
            return Ok(());
        }
        let inner = self.inner(std::slice::from_ref(body));
        let (step, result) = self.collect(|s| step.map_or(Ok(()), |step| s.effect(step)));
        result?;
        self.out.push(Flow::Loop(before, cond, inner, step, span));
        Ok(())
    }

    /// `do body while (cond)`
    pub(super) fn do_loop(&mut self, body: &CStmt, cond: &CExpr, span: Span) -> Accepted<()> {
        let again = self.variable(span);
        self.assign(&again, literal(1.0, span), span);
        let inner = self.inner(std::slice::from_ref(body));
        let (mut step, truth) = self.collect(|s| s.truth(cond));
        step.push(Flow::Plain(set(&again, truth?, span)));
        self.out.push(Flow::Loop(
            Vec::new(),
            named(&again, span),
            inner,
            step,
            span,
        ));
        Ok(())
    }

    pub(super) fn for_loop(
        &mut self,
        first: &CStmt,
        cond: Option<&CExpr>,
        step: Option<&CExpr>,
        body: &CStmt,
        span: Span,
    ) -> Accepted<()> {
        let (flows, result) = self.collect(|s| s.for_inside(first, cond, step, body, span));
        result?;
        self.out.push(Flow::Block(flows, span));
        Ok(())
    }

    fn for_inside(
        &mut self,
        first: &CStmt,
        cond: Option<&CExpr>,
        step: Option<&CExpr>,
        body: &CStmt,
        span: Span,
    ) -> Accepted<()> {
        if self.counted(first, cond, step, body, span)? {
            return Ok(());
        }
        self.statements(std::slice::from_ref(first));
        let always = CExpr {
            kind: CExprKind::Number(1.0, true),
            span,
        };
        self.while_loop(cond.unwrap_or(&always), body, step, span)
    }

    /// `for (i = 0; i < 5; i++)` with known bounds, an index that nothing else assigns, and no jumps.
    fn counted(
        &mut self,
        first: &CStmt,
        cond: Option<&CExpr>,
        step: Option<&CExpr>,
        body: &CStmt,
        span: Span,
    ) -> Accepted<bool> {
        let Some((name, from)) = start(first) else {
            return Ok(false);
        };
        if let CStmtKind::Declare(_) = first.kind {
            self.statements(std::slice::from_ref(first));
        }
        let Some(Own::Number(index, ty)) = self.find(name).cloned() else {
            return Ok(false);
        };
        let mut names = std::collections::BTreeSet::new();
        super::super::assigned::by_statements(std::slice::from_ref(body), &mut names);
        let simple =
            ty.is_integer() && is_increment(step, name) && !names.contains(name) && !jumps(body);
        let Some((limit, inclusive)) = cond.and_then(|c| bound(c, name)).filter(|_| simple) else {
            return Ok(false);
        };
        let (before, bounds) = self.collect(|s| Ok((s.number(from)?, s.number(limit)?)));
        let (from, to) = bounds?;
        let (Some(a), Some(b), true) = (from.value(), to.value(), before.is_empty()) else {
            return Ok(false);
        };
        // `i < 2.5` runs up to 2, `i < 3` too
        let last = if inclusive { b.floor() } else { b.ceil() - 1.0 };
        if a.fract() != 0.0 || last - a > MOST_ROUNDS {
            return Ok(false);
        }
        let inner = self.collect(|s| {
            s.bind(name, Own::Number(index.clone(), ty));
            s.statements(std::slice::from_ref(body));
        });
        let number = |x| literal(x, span);
        let label = Name::new(index.clone(), span);
        self.out.push(Flow::From(
            label,
            number(a),
            number(last),
            None,
            inner.0,
            span,
        ));
        self.assign(&index, number(a.max(last + 1.0)), span);
        Ok(true)
    }
}

/// The variable that a loop begins by setting, and its value.
fn start(first: &CStmt) -> Option<(&str, &CExpr)> {
    match &first.kind {
        CStmtKind::Expr(e) => match &e.kind {
            CExprKind::Assign(None, target, value) => match &target.kind {
                CExprKind::Name(name) => Some((name, value)),
                _ => None,
            },
            _ => None,
        },
        CStmtKind::Declare(all) => match all.as_slice() {
            [
                Declared {
                    name,
                    value: Some(Initial::One(value)),
                    ..
                },
            ] => Some((&name.kind, value)),
            _ => None,
        },
        _ => None,
    }
}

fn is_increment(step: Option<&CExpr>, index: &str) -> bool {
    let is_index = |e: &CExpr| matches!(&e.kind, CExprKind::Name(n) if n == index);
    match step.map(|s| &s.kind) {
        Some(CExprKind::Step(target, by, _)) => *by == 1.0 && is_index(target),
        Some(CExprKind::Assign(Some("+"), target, by)) => {
            is_index(target) && matches!(by.kind, CExprKind::Number(x, _) if x == 1.0)
        }
        _ => false,
    }
}

/// The bound of `i < bound` or `i <= bound`, and whether it is included.
fn bound<'e>(cond: &'e CExpr, index: &str) -> Option<(&'e CExpr, bool)> {
    match &cond.kind {
        CExprKind::Binary(op @ ("<" | "<="), a, b) => {
            let is_index = matches!(&a.kind, CExprKind::Name(n) if n == index);
            is_index.then_some((b, *op == "<="))
        }
        _ => None,
    }
}

/// Whether a body may jump.
fn jumps(body: &CStmt) -> bool {
    use crate::nmodl::verbatim::tree::Nmodl;
    let any = |all: &[CStmt]| all.iter().any(jumps);
    match &body.kind {
        CStmtKind::Return(_) | CStmtKind::Break | CStmtKind::Continue => true,
        CStmtKind::If(_, yes, no) => jumps(yes) || no.as_deref().is_some_and(jumps),
        CStmtKind::While(_, body) | CStmtKind::DoWhile(body, _) | CStmtKind::For(_, _, _, body) => {
            jumps(body)
        }
        CStmtKind::Switch(_, cases) => cases.iter().any(|(_, body)| any(body)),
        CStmtKind::Block(body) => any(body),
        CStmtKind::Nmodl(nmodl) => match nmodl {
            Nmodl::Plain(_) => false,
            Nmodl::If(_, yes, no) => any(yes) || any(no),
            Nmodl::While(_, body)
            | Nmodl::From(_, _, _, _, body)
            | Nmodl::Block(body)
            | Nmodl::Initial(body) => any(body),
        },
        _ => false,
    }
}
