//! Calls.

use super::super::build::{Number, Ty, call, joined, literal, named, refuse, set};
use super::super::facts::number_type;
use super::super::leave::{Flow, Leave};
use super::super::tree::{Accepted, Base, CExpr, CExprKind};
use super::lists::{ARGUMENTS, OUTPUT, SAME, SILENT, STOPS, WHOLE};
use super::{Operand, REWRITE, Scope};
use crate::nmodl::ast::{BinaryOp, CallableKind, Expr, Name, Node, Span, StmtKind};

/// Whether a function only computes.
pub(super) fn is_mathematics(name: &str) -> bool {
    SAME.contains(&name)
}

impl Scope<'_> {
    /// The value of a call.
    pub(super) fn call_value(
        &mut self,
        callee: &CExpr,
        arguments: &[CExpr],
        e: &CExpr,
    ) -> Accepted<Operand> {
        let CExprKind::Name(name) = &callee.kind else {
            return refuse(e, "a function is called through an address", REWRITE);
        };
        if let Some(drawn) = self.draw(name, arguments, e)? {
            return Ok(drawn);
        }
        if let Some(found) = self.vector_call(name, arguments, e)? {
            return Ok(found);
        }
        if self.call_effect(name, arguments, e)? {
            return Ok(Operand::Number(Number::known(0.0, Ty::Int, e.span)));
        }
        if let Some(number) = self.own_call(name, arguments, e)? {
            return Ok(Operand::Number(number));
        }
        self.mathematics(name, arguments, e).map(Operand::Number)
    }

    /// A call for its effects.
    pub(super) fn call_statement(
        &mut self,
        callee: &CExpr,
        arguments: &[CExpr],
        e: &CExpr,
    ) -> Accepted<()> {
        if let Operand::Number(n) = self.call_value(callee, arguments, e)?
            && let crate::nmodl::ast::ExprKind::Call(name, all) = n.expr.kind
            && !is_mathematics(&name.kind)
        {
            self.out
                .push(Flow::Plain(Node::new(StmtKind::Call(name, all), e.span)));
        }
        Ok(())
    }

    /// A call that gives no number; false if it is none of these.
    fn call_effect(&mut self, name: &str, arguments: &[CExpr], e: &CExpr) -> Accepted<bool> {
        if self.restart(name, arguments, e)? || self.event(name, arguments, e)? {
            return Ok(true);
        }
        if STOPS.contains(&name) && !self.facts.functions.contains_key(name) {
            self.report.warning(
                e.span,
                format!("`{name}` does not end the run: mechanisms leave the block here instead, a FUNCTION with 0"),
            );
            if self.result.is_some() {
                self.give(literal(0.0, e.span), e.span);
            }
            self.leave(Leave::Return, e)?;
            return Ok(true);
        }
        if OUTPUT.contains(&name) && !self.facts.functions.contains_key(name) {
            self.report.warning(
                e.span,
                format!("`{name}` is ignored: mechanisms do not print, and write no files"),
            );
            return Ok(true);
        }
        if ARGUMENTS.contains(&name) {
            return refuse(
                e,
                format!("`{name}` reads an argument that hoc gives"),
                "give the procedure arguments of its own, or make them PARAMETERs",
            );
        }
        Ok(SILENT.contains(&name))
    }

    /// `net_send(_tqitem, _args, _pnt, t + delay, flag)`, `net_event(_pnt, t)`, `net_move(_tqitem, _pnt, t)`
    fn event(&mut self, name: &str, arguments: &[CExpr], e: &CExpr) -> Accepted<bool> {
        let (word, numbers) = match (name.trim_start_matches("artcell_"), arguments.len()) {
            ("net_send", 5) => ("net_send", &arguments[3..]),
            ("net_event", 2) => ("net_event", &arguments[1..]),
            ("net_move", 3) => ("net_move", &arguments[2..]),
            _ => return Ok(false),
        };
        let mut all = Vec::new();
        for number in numbers {
            all.push(self.number(number)?.expr);
        }
        if word == "net_send" {
            // C gives the time, NMODL the delay
            all[0] = delay(all[0].clone(), e.span);
        }
        let word = Name::new(word.to_owned(), e.span);
        self.out
            .push(Flow::Plain(Node::new(StmtKind::Call(word, all), e.span)));
        Ok(true)
    }

    /// A call of the file's own function, of NMODL or C.
    fn own_call(&mut self, name: &str, arguments: &[CExpr], e: &CExpr) -> Accepted<Option<Number>> {
        let arguments = without_thread(arguments);
        if let Some((kind, count)) = self.facts.callables.get(name).copied() {
            // C may leave out what it does not use
            if arguments.len() != count {
                return refuse(
                    e,
                    format!("`{name}` takes {count} arguments, not {}", arguments.len()),
                    REWRITE,
                );
            }
            let mut all = Vec::new();
            for argument in arguments {
                all.push(self.number(argument)?.expr);
            }
            let number = Number {
                expr: call(name, all, e.span),
                ty: Ty::Double,
            };
            return Ok(Some(if kind == CallableKind::Function {
                number
            } else {
                self.called(number, e.span)
            }));
        }
        let Some(signature) = self.facts.functions.get(name) else {
            return Ok(None);
        };
        let numbers = signature.result.is_number()
            || (signature.result.base == Base::Void && signature.result.stars == 0);
        if !numbers
            || !signature
                .arguments
                .iter()
                .all(super::super::tree::Type::is_number)
        {
            return refuse(
                e,
                format!("`{name}` is a function of C with addresses"),
                REWRITE,
            );
        }
        if signature.arguments.len() != arguments.len() {
            let wanted = signature.arguments.len();
            return refuse(
                e,
                format!("`{name}` takes {wanted} arguments, not {}", arguments.len()),
                REWRITE,
            );
        }
        let mut all = Vec::new();
        for (argument, ty) in arguments.iter().zip(&signature.arguments) {
            let number = self.number(argument)?;
            all.push(self.converted(number, number_type(ty)).expr);
        }
        let number = Number {
            expr: call(name, all, e.span),
            ty: number_type(&signature.result),
        };
        Ok(Some(if signature.result.base == Base::Void {
            self.called(number, e.span)
        } else {
            number
        }))
    }

    /// Calls what gives no value, which C takes for 0.
    fn called(&mut self, number: Number, span: Span) -> Number {
        if let crate::nmodl::ast::ExprKind::Call(name, all) = number.expr.kind {
            self.out
                .push(Flow::Plain(Node::new(StmtKind::Call(name, all), span)));
        }
        Number::known(0.0, Ty::Int, span)
    }

    fn mathematics(&mut self, name: &str, arguments: &[CExpr], e: &CExpr) -> Accepted<Number> {
        let name = match name {
            "hoc_Exp" | "hoc_exp" => "exp",
            "fabsf" => "fabs",
            other => other,
        };
        let shared = ["scop_random", "exprand", "normrand", "poisrand", "set_seed"].contains(&name);
        if !(SAME.contains(&name) || shared || ["abs", "round", "isnan"].contains(&name)) {
            return refuse(e, format!("there is no function `{name}`"), REWRITE);
        }
        let mut all = Vec::new();
        for argument in arguments {
            all.push(self.number(argument)?);
        }
        match (name, all.as_slice()) {
            ("abs", [a]) => {
                // C's is of integers
                let ty = if a.ty == Ty::Double { Ty::Double } else { a.ty };
                Ok(Number {
                    expr: call("fabs", vec![a.expr.clone()], e.span),
                    ty,
                })
            }
            ("isnan", [a]) => {
                let a = self.kept(a.clone());
                Ok(Number {
                    expr: joined(BinaryOp::Ne, a.expr.clone(), a.expr, e.span),
                    ty: Ty::Int,
                })
            }
            ("round", [a]) => Ok(self.rounded(a.clone(), e.span)),
            _ => {
                let ty = if WHOLE.contains(&name) {
                    Ty::Whole
                } else {
                    Ty::Double
                };
                Ok(Number {
                    expr: call(name, all.into_iter().map(|n| n.expr).collect(), e.span),
                    ty,
                })
            }
        }
    }

    /// The nearest integer, halves away from zero.
    fn rounded(&mut self, a: Number, span: Span) -> Number {
        let a = self.kept(a);
        let (size, whole) = (self.variable(span), self.variable(span));
        let fun = |name: &str, x: &Expr| call(name, vec![x.clone()], span);
        self.assign(&size, fun("fabs", &a.expr), span);
        self.assign(&whole, fun("floor", &named(&size, span)), span);
        let rest = joined(BinaryOp::Sub, named(&size, span), named(&whole, span), span);
        let up = joined(BinaryOp::Ge, rest, literal(0.5, span), span);
        let next = joined(BinaryOp::Add, named(&whole, span), literal(1.0, span), span);
        self.out.push(Flow::If(
            up,
            vec![Flow::Plain(set(&whole, next, span))],
            Vec::new(),
            span,
        ));
        let below = joined(BinaryOp::Lt, a.expr, literal(0.0, span), span);
        let negative = super::super::build::negated(named(&whole, span), span);
        self.out.push(Flow::If(
            below,
            vec![Flow::Plain(set(&whole, negative, span))],
            Vec::new(),
            span,
        ));
        Number {
            expr: named(&whole, span),
            ty: Ty::Whole,
        }
    }
}

/// `x` of `t + x`, else `time - t`.
fn delay(time: Expr, span: Span) -> Expr {
    use crate::nmodl::ast::ExprKind::{Binary, Name};
    match time.kind {
        Binary(BinaryOp::Add, a, b) if a.kind == Name("t".to_owned()) => *b,
        kind => joined(BinaryOp::Sub, Node::new(kind, span), named("t", span), span),
    }
}

/// Arguments without NEURON's own: `_p, _ppvar, _thread, _nt`.
fn without_thread(arguments: &[CExpr]) -> &[CExpr] {
    const THREAD: [&str; 8] = [
        "_p", "_ppvar", "_thread", "_nt", "_ml", "_iml", "_globals", "_cntml",
    ];
    let own = |e: &CExpr| matches!(&e.kind, CExprKind::Name(n) if THREAD.contains(&n.as_str()));
    let start = arguments.iter().take_while(|e| own(e)).count();
    &arguments[start..]
}
