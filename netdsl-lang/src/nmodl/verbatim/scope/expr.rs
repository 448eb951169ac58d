//! Expressions.

use super::super::build::{
    Number, Ty, bits, has_effects, joined, negated, operator, opposite, refuse,
};
use super::super::facts::number_type;
use super::super::leave::Flow;
use super::super::tree::{Accepted, Base, CExpr, CExprKind};
use super::{Operand, Own, Pointee, REWRITE, Scope};
use crate::nmodl::ast::{BinaryOp, Expr, ExprKind, Node, Span};

/// Variables of NEURON's that are 0 in a run with a fixed step.
const ZEROS: [&str; 4] = ["cvode_active_", "_method3", "nrn_use_daspk_", "false"];

impl Scope<'_> {
    /// The value of an expression.
    pub(super) fn operand(&mut self, e: &CExpr) -> Accepted<Operand> {
        let number = |n| Ok(Operand::Number(n));
        match &e.kind {
            CExprKind::Number(x, whole) => number(Number::known(
                *x,
                if *whole { Ty::Int } else { Ty::Double },
                e.span,
            )),
            CExprKind::Text => Ok(Operand::Address(Pointee::Output)),
            CExprKind::Name(name) => self.read(name, e),
            CExprKind::Call(callee, arguments) => self.call_value(callee, arguments, e),
            CExprKind::Index(base, index) => self.element(base, index, e),
            CExprKind::Member(base, field) => self.member(base, field, e),
            CExprKind::Unary("*", a) => self.pointed(a, e),
            CExprKind::Unary("&", a) => self.address(a, e),
            CExprKind::Unary(op, a) => self.unary(op, a, e),
            CExprKind::Step(..) | CExprKind::Assign(..) => self.assignment(e, true),
            CExprKind::Binary(op, a, b) => number(self.binary(op, a, b, e)?),
            CExprKind::Choice(cond, yes, no) => self.choice(cond, yes, no, e),
            CExprKind::Cast(ty, a) => {
                let operand = self.operand(a)?;
                match operand {
                    Operand::Number(n) if ty.stars > 0 && n.value() == Some(0.0) => {
                        Ok(Operand::Address(Pointee::Null))
                    }
                    // `(void*) space`, where a number's place holds an address
                    Operand::Number(n) if ty.is_number() => {
                        number(self.converted(n, number_type(ty)))
                    }
                    Operand::Number(_) if ty.base == Base::Float => refuse(
                        e,
                        "`float` rounds to single precision, which NMODL cannot",
                        "use double: leave the cast out",
                    ),
                    Operand::Address(p) if ty.stars > 0 || matches!(ty.base, Base::Other(_)) => {
                        Ok(Operand::Address(p))
                    }
                    _ => refuse(e, "a conversion between numbers and addresses", REWRITE),
                }
            }
            CExprKind::Comma(a, b) => {
                self.effect(a)?;
                self.operand(b)
            }
        }
    }

    /// A value that is a number.
    pub(super) fn number(&mut self, e: &CExpr) -> Accepted<Number> {
        match self.operand(e)? {
            Operand::Number(n) => Ok(n),
            Operand::Address(Pointee::Null) if matches!(e.kind, CExprKind::Call(..)) => {
                Ok(Number::known(0.0, Ty::Int, e.span))
            }
            Operand::Address(_) => refuse(e, "an address is used as a number", REWRITE),
        }
    }

    /// A value that is true or false.
    pub(super) fn truth(&mut self, e: &CExpr) -> Accepted<Expr> {
        match self.operand(e)? {
            Operand::Number(n) => Ok(n.expr),
            Operand::Address(Pointee::Unknown) => {
                refuse(e, "whether this address is set is not known", REWRITE)
            }
            Operand::Address(p) => {
                let value = f64::from(u8::from(p != Pointee::Null));
                Ok(super::super::build::literal(value, e.span))
            }
        }
    }

    fn read(&mut self, name: &str, e: &CExpr) -> Accepted<Operand> {
        let number = |expr, ty| Ok(Operand::Number(Number { expr, ty }));
        let named = |name: &str| super::super::build::named(name, e.span);
        match self.find(name) {
            Some(Own::Number(name, ty)) => return number(named(name), *ty),
            Some(Own::Fixed(values, ty, false)) => {
                return Ok(Operand::Number(Number::known(
                    values.first().copied().unwrap_or(0.0),
                    *ty,
                    e.span,
                )));
            }
            Some(Own::Address(p)) => return Ok(Operand::Address(p.clone())),
            Some(Own::Array(..) | Own::Fixed(..)) => {
                return refuse(e, "an array is used as an address", REWRITE);
            }
            None => {}
        }
        if let Some(shared) = self.facts.shared.get(name) {
            if shared.changes {
                return refuse(
                    e,
                    format!("`{name}` is a variable of C that all instances share"),
                    "declare it in ASSIGNED: each instance then has its own",
                );
            }
            let value = shared.values.first().copied().unwrap_or(0.0);
            return Ok(Operand::Number(Number::known(value, shared.ty, e.span)));
        }
        if let Some(rest) = name.strip_prefix("_p_")
            && self.facts.pointers.contains_key(rest)
        {
            return Ok(Operand::Address(self.pointee(rest)));
        }
        if let Some(rest) = name.strip_prefix("_ion_") {
            return number(named(rest), Ty::Double);
        }
        if let Some(rest) = name.strip_prefix("_l").filter(|r| !r.is_empty()) {
            let ty = if self.indices.contains(rest) {
                Ty::Int
            } else {
                Ty::Double
            };
            return number(named(rest), ty);
        }
        match self.pointee(name) {
            Pointee::Unknown | Pointee::Variable(_) => {}
            other => return Ok(Operand::Address(other)),
        }
        if self.facts.variables.contains(name) {
            return number(named(name), Ty::Double);
        }
        if let Some(whole) = self.facts.constants.get(name) {
            return number(named(name), if *whole { Ty::Int } else { Ty::Double });
        }
        if ZEROS.contains(&name) || name == "true" {
            let value = f64::from(u8::from(name == "true"));
            return Ok(Operand::Number(Number::known(value, Ty::Int, e.span)));
        }
        match name {
            "nullptr" => Ok(Operand::Address(Pointee::Null)),
            "stderr" | "stdout" => Ok(Operand::Address(Pointee::Output)),
            _ => refuse(e, format!("`{name}` is not known here"), REWRITE),
        }
    }

    /// `_nt->_t`
    fn member(&mut self, base: &CExpr, field: &str, e: &CExpr) -> Accepted<Operand> {
        let of_thread = matches!(&base.kind, CExprKind::Name(n) if ["_nt", "nt", "nrn_threads"].contains(&n.as_str()));
        let name = match field {
            "_t" if of_thread => "t",
            "_dt" if of_thread => "dt",
            _ => {
                return refuse(
                    e,
                    format!("`{field}` is part of a C structure"),
                    "declare variables in ASSIGNED (arrays as `x[10]`) instead of C structures",
                );
            }
        };
        Ok(Operand::Number(Number {
            expr: super::super::build::named(name, e.span),
            ty: Ty::Double,
        }))
    }

    fn unary(&mut self, op: &str, a: &CExpr, e: &CExpr) -> Accepted<Operand> {
        let (expr, ty) = match op {
            "!" => (opposite(self.truth(a)?, e.span), Ty::Int),
            "-" => {
                let n = self.number(a)?;
                (negated(n.expr, e.span), n.ty)
            }
            "+" => return Ok(Operand::Number(self.number(a)?)),
            _ => return refuse(e, "bits of integers (`~`)", REWRITE),
        };
        Ok(Operand::Number(Number { expr, ty }))
    }

    fn binary(&mut self, op: &str, a: &CExpr, b: &CExpr, e: &CExpr) -> Accepted<Number> {
        if op == "&&" || op == "||" {
            return self.logical(op == "&&", a, b, e.span);
        }
        if let Some(known) = self.compared_addresses(op, a, b, e)? {
            return Ok(known);
        }
        let a = self.number(a)?;
        let mark = self.out.len();
        let mut a = a;
        let b = self.number(b)?;
        if self.out.len() > mark && a.value().is_none() {
            // `x + x++`: the left side is what it was before
            let behind = self.out.split_off(mark);
            a = self.kept(a);
            self.out.extend(behind);
        }
        self.operation(op, a, b, e)
    }

    /// `vv == NULL`
    fn compared_addresses(
        &mut self,
        op: &str,
        a: &CExpr,
        b: &CExpr,
        e: &CExpr,
    ) -> Accepted<Option<Number>> {
        if !matches!(op, "==" | "!=") {
            return Ok(None);
        }
        let is_null = |e: &CExpr| match &e.kind {
            CExprKind::Name(n) => n == "nullptr",
            CExprKind::Cast(ty, _) => ty.stars > 0,
            _ => false,
        };
        let other = match (is_null(a), is_null(b)) {
            (true, _) => b,
            (_, true) => a,
            _ => return Ok(None),
        };
        let truth = self.truth(other)?;
        let expr = if op == "==" {
            opposite(truth, e.span)
        } else {
            truth
        };
        Ok(Some(Number { expr, ty: Ty::Int }))
    }

    /// An operation on two numbers.
    pub(super) fn operation(
        &mut self,
        op: &str,
        a: Number,
        b: Number,
        e: &CExpr,
    ) -> Accepted<Number> {
        let ty = a.ty.with(b.ty);
        let joins = |op, a: Number, b: Number| joined(op, a.expr, b.expr, e.span);
        match op {
            "/" if ty.is_integer() => {
                if b.value() == Some(0.0) {
                    return refuse(e, "a division of integers by zero", REWRITE);
                }
                if let (Some(x), Some(y)) = (a.value(), b.value())
                    && x % y != 0.0
                {
                    let whole = (x / y).trunc();
                    self.report.warning_help(
                        e.span,
                        format!("`{x}/{y}` is {whole} here: C divides integers so"),
                        format!("write `{x}.0/{y}.0` if the quotient itself is meant"),
                    );
                }
                let quotient = Number {
                    expr: joins(BinaryOp::Div, a, b),
                    ty: Ty::Double,
                };
                Ok(self.converted(quotient, ty))
            }
            "%" => {
                let known = a.value().zip(b.value()).filter(|(_, y)| *y != 0.0);
                let expr = match known {
                    Some((x, y)) => super::super::build::literal(x % y, e.span),
                    None => super::super::build::call("fmod", vec![a.expr, b.expr], e.span),
                };
                Ok(Number { expr, ty })
            }
            "*" | "-" if ty == Ty::Unsigned && (a.value(), b.value()) == (None, None) => refuse(
                e,
                "unsigned integers, which begin again at 0 when they get too large",
                "use RANDOM streams for random numbers; for others, write it in NMODL with fmod(x, 4294967296)",
            ),
            "&" | "|" | "^" | "<<" | ">>" => {
                match a.value().zip(b.value()).and_then(|(x, y)| bits(op, x, y)) {
                    Some(value) => Ok(Number::known(value, Ty::Int, e.span)),
                    None => refuse(
                        e,
                        format!("bits of integers (`{op}`)"),
                        "write it with fmod and floor",
                    ),
                }
            }
            _ => {
                let Some(known) = operator(op) else {
                    return refuse(e, format!("the operator `{op}`"), REWRITE);
                };
                let ty = if known.is_comparison() {
                    Ty::Int
                } else if known == BinaryOp::Div {
                    Ty::Double
                } else {
                    ty
                };
                Ok(Number {
                    expr: joins(known, a, b),
                    ty,
                })
            }
        }
    }

    /// `a && b`, `a || b`: the right side only where the left does not decide.
    fn logical(&mut self, and: bool, a: &CExpr, b: &CExpr, span: Span) -> Accepted<Number> {
        let left = self.truth(a)?;
        if let ExprKind::Number(x, _) = left.kind {
            if (x != 0.0) != and {
                return Ok(Number::known(f64::from(u8::from(!and)), Ty::Int, span));
            }
            let right = self.truth(b)?;
            let zero = super::super::build::literal(0.0, span);
            return Ok(Number {
                expr: joined(BinaryOp::Ne, right, zero, span),
                ty: Ty::Int,
            });
        }
        let (before, right) = self.collect(|s| s.truth(b));
        let right = right?;
        let effects = |x: &Expr| has_effects(x, &super::call::is_mathematics);
        if before.is_empty()
            && let ExprKind::Number(x, _) = right.kind
            && !effects(&left)
        {
            // `i < 0 || vv == NULL`
            let decides = (x != 0.0) != and;
            return Ok(if decides {
                Number::known(f64::from(u8::from(!and)), Ty::Int, span)
            } else {
                let zero = super::super::build::literal(0.0, span);
                Number {
                    expr: joined(BinaryOp::Ne, left, zero, span),
                    ty: Ty::Int,
                }
            });
        }
        if before.is_empty() && !effects(&right) {
            let op = if and { BinaryOp::And } else { BinaryOp::Or };
            return Ok(Number {
                expr: joined(op, left, right, span),
                ty: Ty::Int,
            });
        }
        let name = self.variable(span);
        let zero = super::super::build::literal(0.0, span);
        let is_true = |x| joined(BinaryOp::Ne, x, zero.clone(), span);
        self.assign(&name, is_true(left), span);
        let mut decides = before;
        decides.push(Flow::Plain(super::super::build::set(
            &name,
            is_true(right),
            span,
        )));
        let left = super::super::build::named(&name, span);
        let cond = if and {
            left.clone()
        } else {
            opposite(left.clone(), span)
        };
        self.out.push(Flow::If(cond, decides, Vec::new(), span));
        Ok(Number {
            expr: left,
            ty: Ty::Int,
        })
    }

    fn choice(&mut self, cond: &CExpr, yes: &CExpr, no: &CExpr, e: &CExpr) -> Accepted<Operand> {
        let cond = self.truth(cond)?;
        if let ExprKind::Number(x, _) = cond.kind {
            return self.operand(if x != 0.0 { yes } else { no });
        }
        let (before_yes, a) = self.collect(|s| s.number(yes));
        let (before_no, b) = self.collect(|s| s.number(no));
        let (a, b) = (a?, b?);
        let ty = a.ty.with(b.ty);
        let name = self.variable(e.span);
        let with = |mut before: Vec<Flow>, value: Expr| {
            before.push(Flow::Plain(super::super::build::set(&name, value, e.span)));
            before
        };
        let (yes, no) = (with(before_yes, a.expr), with(before_no, b.expr));
        self.out.push(Flow::If(cond, yes, no, e.span));
        Ok(Operand::Number(Number {
            expr: super::super::build::named(&name, e.span),
            ty,
        }))
    }

    /// The number as a value of another type.
    pub(super) fn converted(&mut self, n: Number, ty: Ty) -> Number {
        if !ty.is_integer() {
            // an integer stays known as one without a fraction
            let ty = if n.ty == Ty::Double {
                Ty::Double
            } else {
                Ty::Whole
            };
            return Number { expr: n.expr, ty };
        }
        if n.ty != Ty::Double {
            return Number { expr: n.expr, ty };
        }
        let span = n.expr.span;
        if let Some(x) = n.value() {
            return Number::known(x.trunc(), ty, span);
        }
        // towards zero
        let n = self.kept(n);
        let zero = super::super::build::literal(0.0, span);
        let cond = joined(BinaryOp::Lt, n.expr.clone(), zero, span);
        let ExprKind::Name(name) = &n.expr.kind else {
            return Number { expr: n.expr, ty };
        };
        let rounded = |how: &str| {
            let value = super::super::build::call(how, vec![n.expr.clone()], span);
            vec![Flow::Plain(super::super::build::set(name, value, span))]
        };
        self.out
            .push(Flow::If(cond, rounded("ceil"), rounded("floor"), span));
        Number {
            expr: Node::new(n.expr.kind.clone(), span),
            ty,
        }
    }
}
