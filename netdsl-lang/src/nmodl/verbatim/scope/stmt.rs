//! Statements.

use super::super::build::{Number, Ty, literal, local, refuse, set};
use super::super::facts::{fixed_values, number_type, size};
use super::super::leave::{Flow, Leave, always_leaves};
use super::super::tree::{
    Accepted, Base, CExpr, CExprKind, CStmt, CStmtKind, Declared, Initial, Nmodl,
};
use super::{Operand, Own, Pointee, REWRITE, Scope};
use crate::nmodl::ast::{Expr, ExprKind, Name, Node, Span, StmtKind};

impl Scope<'_> {
    /// Statements in the present scope; the first that has no equivalent is kept in `refused`.
    pub(super) fn statements(&mut self, body: &[CStmt]) {
        for statement in body {
            let mark = self.out.len();
            if let Err(refusal) = self.statement(statement) {
                self.out.truncate(mark);
                self.refused.get_or_insert(refusal);
            }
            if always_leaves(&self.out[mark..]) {
                return;
            }
        }
    }

    /// Statements in a scope of their own, apart.
    pub(super) fn inner(&mut self, body: &[CStmt]) -> Vec<Flow> {
        self.collect(|s| s.statements(body)).0
    }

    fn branch(&mut self, body: &CStmt) -> Vec<Flow> {
        self.inner(std::slice::from_ref(body))
    }

    fn statement(&mut self, statement: &CStmt) -> Accepted<()> {
        let span = statement.span;
        match &statement.kind {
            CStmtKind::Empty => {}
            CStmtKind::Expr(e) => self.effect(e)?,
            CStmtKind::Declare(all) => {
                for declared in all {
                    self.declare(declared)?;
                }
            }
            CStmtKind::If(cond, yes, no) => self.condition(cond, yes, no.as_deref(), span)?,
            CStmtKind::While(cond, body) => self.while_loop(cond, body, None, span)?,
            CStmtKind::DoWhile(body, cond) => self.do_loop(body, cond, span)?,
            CStmtKind::For(first, cond, step, body) => {
                self.for_loop(first, cond.as_ref(), step.as_ref(), body, span)?;
            }
            CStmtKind::Switch(value, cases) => self.switch(value, cases, span)?,
            CStmtKind::Block(body) => {
                let body = self.inner(body);
                self.out.push(Flow::Block(body, span));
            }
            CStmtKind::Return(value) => self.return_value(value.as_ref(), span)?,
            CStmtKind::Break => self.out.push(Flow::Leave(Leave::Break, span)),
            CStmtKind::Continue => self.out.push(Flow::Leave(Leave::Continue, span)),
            CStmtKind::Nmodl(nmodl) => self.nmodl(nmodl, span),
        }
        Ok(())
    }

    fn nmodl(&mut self, nmodl: &Nmodl<Vec<CStmt>>, span: Span) {
        let flow = match nmodl {
            Nmodl::Plain(statement) => Flow::Plain(statement.clone()),
            Nmodl::If(cond, yes, no) => {
                Flow::If(cond.clone(), self.inner(yes), self.inner(no), span)
            }
            Nmodl::While(cond, body) => {
                Flow::Loop(Vec::new(), cond.clone(), self.inner(body), Vec::new(), span)
            }
            Nmodl::From(index, from, to, by, body) => {
                let new = self.indices.insert(index.kind.clone());
                let body = self.inner(body);
                if new {
                    self.indices.remove(&index.kind);
                }
                Flow::From(
                    index.clone(),
                    from.clone(),
                    to.clone(),
                    by.clone(),
                    body,
                    span,
                )
            }
            Nmodl::Block(body) => Flow::Block(self.inner(body), span),
            Nmodl::Initial(body) => Flow::Initial(self.inner(body), span),
        };
        self.out.push(flow);
    }

    /// An expression for its effects.
    pub(super) fn effect(&mut self, e: &CExpr) -> Accepted<()> {
        match &e.kind {
            CExprKind::Call(callee, arguments) => self.call_statement(callee, arguments, e),
            CExprKind::Assign(..) | CExprKind::Step(..) => self.assignment(e, false).map(drop),
            CExprKind::Comma(a, b) => {
                self.effect(a)?;
                self.effect(b)
            }
            CExprKind::Cast(_, a) => self.effect(a),
            _ => self.operand(e).map(drop),
        }
    }

    fn declare(&mut self, declared: &Declared) -> Accepted<()> {
        let (name, ty) = (&declared.name, &declared.ty);
        let span = name.span;
        if ty.stars == 0 && ty.base == Base::Float {
            return super::refusal(span, "single precision (`float`)", "use double");
        }
        if ty.stars > 0 || !(ty.is_number() || ty.base == Base::Auto) {
            let pointee = match &declared.value {
                Some(Initial::One(value)) => self.pointee_of(value)?,
                _ if ty.stars == 0 => Pointee::Output,
                _ => Pointee::Unknown,
            };
            self.bind(&name.kind, Own::Address(pointee));
            return Ok(());
        }
        if ty.base == Base::Char && declared.length.is_some() {
            self.bind(&name.kind, Own::Address(Pointee::Output));
            return Ok(());
        }
        let own_type = number_type(ty);
        if ty.is_static {
            return self.declare_static(declared, own_type);
        }
        let shown = self.shown(&name.kind);
        if let Some(length) = &declared.length {
            return self.declare_array(declared, length.as_ref(), &shown, own_type);
        }
        let value = match &declared.value {
            Some(Initial::One(value)) => Some(self.operand(value)?),
            Some(Initial::List(_)) => return refusal_of(span),
            None => None,
        };
        match value {
            Some(Operand::Address(pointee)) => self.bind(&name.kind, Own::Address(pointee)),
            Some(Operand::Number(number)) => {
                let own_type = if ty.base == Base::Auto {
                    number.ty
                } else {
                    own_type
                };
                let number = self.converted(number, own_type);
                self.out.push(Flow::Plain(local(&shown, span)));
                self.out.push(Flow::Plain(set(&shown, number.expr, span)));
                self.bind(&name.kind, Own::Number(shown, own_type));
            }
            None => {
                self.out.push(Flow::Plain(local(&shown, span)));
                self.bind(&name.kind, Own::Number(shown, own_type));
            }
        }
        Ok(())
    }

    /// The name in NMODL of a variable of C.
    fn shown(&self, name: &str) -> String {
        if self.taken.contains(name) {
            format!("{name}_of_c")
        } else {
            name.to_owned()
        }
    }

    fn declare_static(&mut self, declared: &Declared, ty: Ty) -> Accepted<()> {
        let name = &declared.name;
        let values = fixed_values(&declared.ty, &declared.length, declared.value.as_ref());
        match values {
            Some((values, is_array)) if !self.assigned.contains(&name.kind) => {
                self.bind(&name.kind, Own::Fixed(values, ty, is_array));
                Ok(())
            }
            _ => super::refusal(
                name.span,
                format!("`{name}` keeps its value between calls (`static`)"),
                "declare it in ASSIGNED: each instance then has its own",
            ),
        }
    }

    fn declare_array(
        &mut self,
        declared: &Declared,
        length: Option<&CExpr>,
        shown: &str,
        ty: Ty,
    ) -> Accepted<()> {
        let span = declared.name.span;
        let all: &[CExpr] = match &declared.value {
            Some(Initial::List(all)) => all,
            Some(Initial::One(_)) => return refusal_of(span),
            None => &[],
        };
        let wanted = match length {
            Some(length) => self
                .number(length)?
                .value()
                .filter(|n| (1.0..=1e4).contains(n))
                .map(|n| n as usize),
            None => Some(all.len()).filter(|n| *n > 0),
        };
        let Some(wanted) = wanted else {
            return refusal_of(span);
        };
        let local = StmtKind::Local(vec![(
            Name::new(shown.to_owned(), span),
            Some(size(wanted)),
        )]);
        self.out.push(Flow::Plain(Node::new(local, span)));
        for (k, value) in all.iter().enumerate() {
            let number = self.number(value)?;
            let number = self.converted(number, ty);
            let index = Some(literal(k as f64, span));
            let statement = StmtKind::Assign(Name::new(shown.to_owned(), span), index, number.expr);
            self.out.push(Flow::Plain(Node::new(statement, span)));
        }
        self.bind(&declared.name.kind, Own::Array(shown.to_owned(), ty));
        Ok(())
    }

    fn condition(
        &mut self,
        cond: &CExpr,
        yes: &CStmt,
        no: Option<&CStmt>,
        span: Span,
    ) -> Accepted<()> {
        let cond = self.truth(cond)?;
        if let Some(holds) = known(&cond) {
            // what never runs needs no equivalent
            let taken = if holds { Some(yes) } else { no };
            if let Some(taken) = taken {
                let body = self.branch(taken);
                self.out.push(Flow::Block(body, span));
            }
            return Ok(());
        }
        let yes = self.branch(yes);
        let no = no.map_or(Vec::new(), |no| self.branch(no));
        self.out.push(Flow::If(cond, yes, no, span));
        Ok(())
    }

    fn return_value(&mut self, value: Option<&CExpr>, span: Span) -> Accepted<()> {
        if let Some(value) = value {
            match (self.result.clone(), self.operand(value)?) {
                (Some((_, ty)), Operand::Number(number)) => {
                    let number = self.converted(number, ty);
                    self.give(number.expr, span);
                }
                (Some(_), Operand::Address(_)) => {
                    return refuse(value, "an address is returned", REWRITE);
                }
                // a call that is returned for nothing still runs
                (None, Operand::Number(Number { expr, .. })) => {
                    if let ExprKind::Call(name, all) = expr.kind
                        && !super::call::is_mathematics(&name.kind)
                    {
                        self.out
                            .push(Flow::Plain(Node::new(StmtKind::Call(name, all), span)));
                    }
                }
                (None, Operand::Address(_)) => {}
            }
        }
        self.leave_at(Leave::Return, span)
    }

    /// The value of the FUNCTION.
    pub(super) fn give(&mut self, value: Expr, span: Span) {
        if let Some((name, _)) = self.result.clone() {
            self.assign(&name, value, span);
        }
    }

    pub(super) fn leave(&mut self, leave: Leave, e: &CExpr) -> Accepted<()> {
        self.leave_at(leave, e.span)
    }

    fn leave_at(&mut self, leave: Leave, span: Span) -> Accepted<()> {
        if let Some(why) = self.stays {
            return super::refusal(span, why, "use if and else to leave statements out");
        }
        self.out.push(Flow::Leave(leave, span));
        Ok(())
    }
}

/// Whether a condition is known, and holds.
pub(super) fn known(cond: &Expr) -> Option<bool> {
    match cond.kind {
        ExprKind::Number(x, _) => Some(x != 0.0),
        _ => None,
    }
}

fn refusal_of<T>(span: Span) -> Accepted<T> {
    super::refusal(
        span,
        "an array whose size or values are not known",
        "declare it in ASSIGNED, as `x[10]`",
    )
}
