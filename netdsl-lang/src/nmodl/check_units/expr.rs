//! Units of expressions.

use super::Checker;
use super::declared::rounded;
use super::quantity::{Quantity, Scale};
use crate::nmodl::ast::{BinaryOp, Expr, ExprKind, Span, UnaryOp};

impl<'a> Checker<'a> {
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Quantity {
        match &expr.kind {
            ExprKind::Number(_, Some(unit)) => self.text(Some(unit), expr.span),
            ExprKind::Number(x, None) => self.number(*x, expr.span),
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Index(name, _) => self.name(&name.kind, name.span),
            ExprKind::Call(name, arguments) => self.call(name, arguments),
            ExprKind::Unary(UnaryOp::Neg, operand) => self.expr(operand),
            ExprKind::Unary(UnaryOp::Not, operand) => {
                self.expr(operand);
                Quantity::of(Scale::ONE)
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Before(name, _) => self.name(&name.kind, name.span),
            ExprKind::Text(_) => Quantity::Unknown,
        }
    }

    /// `0.001` takes any unit; `(0.001)` makes a number of a thousandth of what it is multiplied with.
    fn number(&self, x: f64, span: Span) -> Quantity {
        let written = self.written_at(span);
        if written.starts_with('(') && x != 0.0 {
            Quantity::of(Scale::number(1.0 / x))
        } else {
            Quantity::Number
        }
    }

    /// The text of a span; empty where the span is of an included file.
    fn written_at(&self, span: Span) -> &'a str {
        let range = span.lo as usize..span.hi as usize;
        self.source.get(range).unwrap_or_default()
    }

    pub(super) fn name(&mut self, name: &'a str, span: Span) -> Quantity {
        if let Some(bound) = self.scopes.iter().rev().find_map(|scope| scope.get(name)) {
            return bound.quantity.clone();
        }
        if let Some(quantity) = self.names.get(name) {
            return quantity.clone();
        }
        if name == "t" {
            return self.text(Some("ms"), span);
        }
        // the voltage of files that never declare it has no unit for modlunit either
        if let Some(unit) = super::fixed::unit_of(name).filter(|_| name != "v") {
            let message = format!("`{name}` is not declared, and must have the unit ({unit})");
            self.problem(
                span,
                message,
                Some(format!("declare {name} ({unit}) in ASSIGNED")),
            );
            return Quantity::Unknown;
        }
        // the initial value of a state
        let state = name
            .strip_suffix('0')
            .and_then(|state| self.names.get(state));
        state.cloned().unwrap_or(Quantity::Unknown)
    }

    fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Quantity {
        let (a, b) = (self.expr(left), self.expr(right));
        match op {
            BinaryOp::Or | BinaryOp::And => Quantity::of(Scale::ONE),
            BinaryOp::Add => self.same(a, b, right.span, "what is added should be"),
            BinaryOp::Sub => self.same(a, b, right.span, "what is subtracted should be"),
            BinaryOp::Mul => a.combine(b, Scale::times),
            BinaryOp::Div => a.combine(b, Scale::over),
            BinaryOp::Pow => self.power(a, b, left, right),
            _ => {
                self.same(a, b, right.span, "what is compared should be");
                Quantity::of(Scale::ONE)
            }
        }
    }

    /// Whole numbers are powers of units; any other power is of a pure number.
    fn power(&mut self, a: Quantity, b: Quantity, left: &Expr, right: &Expr) -> Quantity {
        self.pure(b, right.span, "a power");
        if a == Quantity::Number {
            return a;
        }
        match (&a, whole(right, self.written_at(right.span))) {
            (Quantity::Of(scale), Some(n)) => Quantity::of(scale.power(n)),
            (Quantity::Unknown, _) => a,
            _ => {
                self.pure(a, left.span, "a power that is no whole number");
                Quantity::of(Scale::ONE)
            }
        }
    }

    /// Both have the same unit; that of the first, or of the second where the first is a number.
    pub(super) fn same(&mut self, a: Quantity, b: Quantity, span: Span, what: &str) -> Quantity {
        let (x, y) = match (&a, &b) {
            (Quantity::Number, _) => return b,
            (_, Quantity::Number) => return a,
            (Quantity::Of(x), Quantity::Of(y)) => (*x, *y),
            _ => return Quantity::Unknown,
        };
        if self.on && !x.is(y) {
            let message = format!("{what} {}, not {}", self.show(x), self.show(y));
            let help = (x.dim == y.dim).then(|| {
                format!(
                    "multiply by the conversion factor ({})",
                    rounded(y.size / x.size)
                )
            });
            self.problem(span, message, help);
        }
        a
    }

    /// It is a number, not a multiple of one.
    pub(super) fn pure(&mut self, found: Quantity, span: Span, what: &str) {
        let Quantity::Of(scale) = found else { return };
        if !self.on || scale.is(Scale::ONE) {
            return;
        }
        let message = format!("{what} wants a pure number, not {}", self.show(scale));
        let help = (scale.dim == Scale::ONE.dim).then(|| {
            format!(
                "multiply by the conversion factor ({})",
                rounded(scale.size)
            )
        });
        self.problem(span, message, help);
    }
}

/// The power that `expr`, written as `text`, is: digits alone.
fn whole(expr: &Expr, text: &str) -> Option<i8> {
    let plain = text.is_empty() || text.bytes().all(|b| b.is_ascii_digit());
    match expr.kind {
        ExprKind::Number(x, None) if plain && x.fract() == 0.0 && x.abs() <= 100.0 => Some(x as i8),
        _ => None,
    }
}
