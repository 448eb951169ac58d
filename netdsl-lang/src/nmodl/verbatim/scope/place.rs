//! What is assigned, and what addresses and indices mean.

use super::super::build::{Number, Ty, joined, literal, named, refuse, set};
use super::super::leave::Flow;
use super::super::tree::{Accepted, CExpr, CExprKind};
use super::{Operand, Own, Pointee, REWRITE, Scope};
use crate::nmodl::ast::{BinaryOp, Expr, ExprKind, Name, Node, StmtKind};

/// Arrays of numbers that do not change are looked up by conditions up to this length.
const LONGEST_CHAIN: usize = 64;

/// Where a value goes.
enum Place {
    /// A number's place: its name, index and type.
    Number(String, Option<Expr>, Ty),
    /// A C variable that holds an address.
    Address(String),
    /// What holds a stream or a Vector: hoc sets it, nothing does here.
    Handed,
}

impl Scope<'_> {
    /// `*a`
    pub(super) fn pointed(&mut self, a: &CExpr, e: &CExpr) -> Accepted<Operand> {
        match self.operand(a)? {
            Operand::Address(Pointee::Slot(name)) => Ok(Operand::Address(self.pointee(&name))),
            Operand::Address(Pointee::Variable(name)) => Ok(Operand::Number(Number {
                expr: named(&name, e.span),
                ty: Ty::Double,
            })),
            Operand::Address(Pointee::Null) => refuse(
                e,
                "it reads a Vector, which only hoc can give",
                super::vector::VECTORS,
            ),
            _ => refuse(e, "memory is read through an address", REWRITE),
        }
    }

    /// `&a`
    pub(super) fn address(&mut self, a: &CExpr, e: &CExpr) -> Accepted<Operand> {
        let CExprKind::Name(name) = &a.kind else {
            return refuse(e, "an address is taken", REWRITE);
        };
        if self.find(name).is_none() {
            if let Some(pointer) = self.facts.pointer(name) {
                return Ok(Operand::Address(Pointee::Slot(pointer)));
            }
            if self.facts.variables.contains(name) {
                return Ok(Operand::Address(Pointee::Variable(name.clone())));
            }
        }
        refuse(e, "an address is taken", REWRITE)
    }

    /// `a[i]`
    pub(super) fn element(&mut self, base: &CExpr, index: &CExpr, e: &CExpr) -> Accepted<Operand> {
        let number = |expr, ty| Ok(Operand::Number(Number { expr, ty }));
        if let CExprKind::Name(name) = &base.kind {
            if let Some(values) = self.fixed(name) {
                let index = self.index(index)?;
                return self
                    .looked_up(&values.0, values.1, index, e)
                    .map(Operand::Number);
            }
            if let Some((name, ty)) = self.array(name, index)? {
                let index = self.index(index)?;
                let kind = ExprKind::Index(Name::new(name, base.span), Box::new(index.expr));
                return number(Node::new(kind, e.span), ty);
            }
            if name == "_args" && self.receives {
                let weight = self.weight(index, e)?;
                return number(named(&weight, e.span), Ty::Double);
            }
        }
        match self.operand(base)? {
            Operand::Address(Pointee::Variable(name)) => {
                let index = self.index(index)?;
                match index.value() {
                    Some(0.0) => number(named(&name, e.span), Ty::Double),
                    _ => refuse(
                        e,
                        format!("an element behind `{name}` is read through its address"),
                        REWRITE,
                    ),
                }
            }
            Operand::Address(Pointee::Null) => refuse(
                e,
                "it reads a Vector, which only hoc can give",
                super::vector::VECTORS,
            ),
            _ => refuse(e, "memory is read through an address", REWRITE),
        }
    }

    fn weight(&mut self, index: &CExpr, e: &CExpr) -> Accepted<String> {
        let known = self.index(index)?.value();
        let weight = known
            .and_then(|k| self.facts.weights.get(k as usize))
            .cloned();
        match weight {
            Some(weight) => Ok(weight),
            None => refuse(
                e,
                "NET_RECEIVE has no such argument",
                "name it in the parentheses of NET_RECEIVE",
            ),
        }
    }

    /// The values of an array that does not change.
    fn fixed(&self, name: &str) -> Option<(Vec<f64>, Ty)> {
        match self.find(name) {
            Some(Own::Fixed(values, ty, true)) => Some((values.clone(), *ty)),
            Some(_) => None,
            None => {
                let shared = self
                    .facts
                    .shared
                    .get(name)
                    .filter(|s| s.is_array && !s.changes)?;
                Some((shared.values.clone(), shared.ty))
            }
        }
    }

    /// The NMODL name and the type of an array; `index` is what stands in its brackets.
    fn array(&self, name: &str, index: &CExpr) -> Accepted<Option<(String, Ty)>> {
        if let Some(shared) = self.facts.shared.get(name).filter(|s| s.changes)
            && self.find(name).is_none()
            && shared.is_array
        {
            return refuse(
                index,
                format!("`{name}` is an array of C that all instances share"),
                "declare it in ASSIGNED: each instance then has its own",
            );
        }
        Ok(match self.find(name) {
            Some(Own::Array(name, ty)) => Some((name.clone(), *ty)),
            Some(_) => None,
            None if self.facts.pointers.contains_key(name) => None,
            None if self.facts.variables.contains(name) => Some((name.to_owned(), Ty::Double)),
            None => {
                let own = name.strip_prefix("_l").filter(|r| self.taken.contains(*r));
                own.map(|r| (r.to_owned(), Ty::Double))
            }
        })
    }

    fn index(&mut self, index: &CExpr) -> Accepted<Number> {
        let number = self.number(index)?;
        Ok(self.converted(number, Ty::Int))
    }

    /// The element of fixed numbers at an index that may not be known.
    fn looked_up(&mut self, values: &[f64], ty: Ty, index: Number, e: &CExpr) -> Accepted<Number> {
        if let Some(k) = index.value() {
            return match values.get(k as usize).filter(|_| k >= 0.0) {
                Some(value) => Ok(Number::known(*value, ty, e.span)),
                None => refuse(e, "the array has no such element", "correct the index"),
            };
        }
        if values.len() > LONGEST_CHAIN {
            return refuse(
                e,
                "a long table of numbers",
                "declare it in ASSIGNED and fill it in INITIAL",
            );
        }
        let index = self.kept(index);
        let name = self.variable(e.span);
        for (k, value) in values.iter().enumerate() {
            let here = joined(
                BinaryOp::Eq,
                index.expr.clone(),
                literal(k as f64, e.span),
                e.span,
            );
            let found = Flow::Plain(set(&name, literal(*value, e.span), e.span));
            self.out
                .push(Flow::If(here, vec![found], Vec::new(), e.span));
        }
        Ok(Number {
            expr: named(&name, e.span),
            ty,
        })
    }

    fn place(&mut self, e: &CExpr) -> Accepted<Place> {
        match &e.kind {
            CExprKind::Name(name) => self.named_place(name, e),
            CExprKind::Cast(_, a) => self.place(a),
            CExprKind::Unary("*", a) => match self.operand(a)? {
                Operand::Address(Pointee::Slot(name))
                    if self.pointee(&name) != Pointee::Variable(name.clone()) =>
                {
                    Ok(Place::Handed)
                }
                Operand::Address(Pointee::Variable(name)) => {
                    Ok(Place::Number(name, None, Ty::Double))
                }
                Operand::Address(Pointee::Null) => {
                    refuse(e, "it writes into a Vector", super::vector::VECTORS)
                }
                _ => refuse(e, "memory is written through an address", REWRITE),
            },
            CExprKind::Index(..) => match self.operand(e)? {
                Operand::Number(Number { expr, ty }) => match expr.kind {
                    ExprKind::Index(name, index) => Ok(Place::Number(name.kind, Some(*index), ty)),
                    ExprKind::Name(name) if !name.starts_with("_c") => {
                        Ok(Place::Number(name, None, ty))
                    }
                    _ => refuse(e, "a fixed array is assigned", REWRITE),
                },
                Operand::Address(_) => refuse(e, "memory is written through an address", REWRITE),
            },
            _ => refuse(e, "this is assigned", REWRITE),
        }
    }

    fn named_place(&mut self, name: &str, e: &CExpr) -> Accepted<Place> {
        match self.find(name) {
            Some(Own::Number(name, ty)) => return Ok(Place::Number(name.clone(), None, *ty)),
            Some(Own::Address(_)) => return Ok(Place::Address(name.to_owned())),
            Some(_) => return refuse(e, "an array is assigned as a whole", REWRITE),
            None => {}
        }
        if self.facts.shared.contains_key(name) {
            return refuse(
                e,
                format!("`{name}` is a variable of C that all instances share"),
                "declare it in ASSIGNED: each instance then has its own",
            );
        }
        if let Some(pointer) = self.facts.pointer(name) {
            return match self.pointee(&pointer) {
                Pointee::Variable(_) if name == pointer => {
                    Ok(Place::Number(pointer, None, Ty::Double))
                }
                Pointee::Variable(_) => refuse(
                    e,
                    format!("where the POINTER `{pointer}` points is changed"),
                    "the model says where a POINTER points; say nothing about it in the mechanism",
                ),
                _ => Ok(Place::Handed),
            };
        }
        match self.operand(e)? {
            Operand::Number(Number { expr, ty }) => match expr.kind {
                ExprKind::Name(name) => Ok(Place::Number(name, None, ty)),
                _ => refuse(e, format!("`{name}` is a fixed number"), REWRITE),
            },
            Operand::Address(_) => refuse(e, "an address is assigned", REWRITE),
        }
    }

    /// `a = b`, `a += b`, `a++`; the value if it is `used`.
    pub(super) fn assignment(&mut self, e: &CExpr, used: bool) -> Accepted<Operand> {
        let (target, op, value, before) = match &e.kind {
            CExprKind::Assign(op, target, value) => (target, *op, Some(value), true),
            CExprKind::Step(target, by, before) => (
                target,
                Some(if *by > 0.0 { "+" } else { "-" }),
                None,
                *before,
            ),
            _ => return self.operand(e),
        };
        let place = self.place(target)?;
        let (name, index, ty) = match place {
            Place::Number(name, index, ty) => (name, index, ty),
            Place::Address(name) => return self.point(&name, op, value.map(|v| &**v), e),
            Place::Handed => {
                self.takes = true;
                return Ok(Operand::Address(Pointee::Unknown));
            }
        };
        let expr = match &index {
            Some(index) => {
                let name = Name::new(name.clone(), target.span);
                Node::new(ExprKind::Index(name, Box::new(index.clone())), target.span)
            }
            None => named(&name, target.span),
        };
        let old = Number {
            expr: expr.clone(),
            ty,
        };
        let old = if used && !before {
            self.kept_anew(old)
        } else {
            old
        };
        let right = match value {
            Some(value) => self.number(value)?,
            None => Number::known(1.0, Ty::Int, e.span),
        };
        let right = match op {
            Some(op) => self.operation(op, old.clone(), right, e)?,
            None => right,
        };
        let right = self.converted(right, ty);
        let right = Number {
            expr: right.expr,
            ty,
        };
        // `cai = _ion_cai`: NEURON's copy and the ion's value are one variable here
        if right.expr != expr {
            let statement = StmtKind::Assign(Name::new(name, target.span), index, right.expr);
            self.out.push(Flow::Plain(Node::new(statement, e.span)));
        }
        Ok(Operand::Number(if before {
            Number { expr, ty }
        } else {
            old
        }))
    }

    /// A copy even of a variable, which is about to change.
    fn kept_anew(&mut self, number: Number) -> Number {
        let span = number.expr.span;
        let name = self.variable(span);
        self.assign(&name, number.expr, span);
        Number {
            expr: named(&name, span),
            ty: number.ty,
        }
    }

    /// An address is assigned to a variable of C.
    fn point(
        &mut self,
        name: &str,
        op: Option<&str>,
        value: Option<&CExpr>,
        e: &CExpr,
    ) -> Accepted<Operand> {
        let (None, Some(value)) = (op, value) else {
            return refuse(e, "arithmetic with addresses", REWRITE);
        };
        let pointee = self.pointee_of(value)?;
        let scope = self.own.iter_mut().rev().find(|s| s.contains_key(name));
        if let Some(scope) = scope {
            scope.insert(name.to_owned(), Own::Address(pointee.clone()));
        }
        Ok(Operand::Address(pointee))
    }

    /// The address that an expression gives.
    pub(super) fn pointee_of(&mut self, value: &CExpr) -> Accepted<Pointee> {
        match self.operand(value)? {
            Operand::Address(p) => Ok(p),
            Operand::Number(n) if n.value() == Some(0.0) => Ok(Pointee::Null),
            Operand::Number(_) => refuse(value, "a number is used as an address", REWRITE),
        }
    }
}
