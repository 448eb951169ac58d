//! Values: names in scope, units, limits of what is constant.

use super::context::{At, Check};
use super::params::NamedValues;
use crate::expr::{self, Checked, ScopeKind};
use crate::mech::Variable;
use crate::model::{Setting, Value};
use crate::units;

/// What a value must be.
#[derive(Clone, Debug)]
pub(super) struct Want<'a> {
    kind: Kind<'a>,
    integer: bool,
    least: f64,
    above: bool,
    most: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind<'a> {
    /// In that unit of ours.
    Unit(&'a str),
    /// In that unit of a mechanism's file.
    File(&'a str),
    Truth,
    Anything,
}

impl<'a> Want<'a> {
    fn of_kind(kind: Kind<'a>) -> Self {
        Self {
            kind,
            integer: false,
            least: f64::NEG_INFINITY,
            above: false,
            most: f64::INFINITY,
        }
    }

    /// A quantity that is used in that unit.
    pub(super) fn unit(unit: &'a str) -> Self {
        Self::of_kind(Kind::Unit(unit))
    }

    /// A number without unit.
    pub(super) fn number() -> Self {
        Self::unit("1")
    }

    /// A whole number.
    pub(super) fn count() -> Self {
        Self {
            integer: true,
            ..Self::number()
        }
    }

    /// A position along a section.
    pub(super) fn location() -> Self {
        Self::number().at_least(0.0).at_most(1.0)
    }

    /// True or false.
    pub(super) fn truth() -> Self {
        Self::of_kind(Kind::Truth)
    }

    /// Of any dimension.
    pub(super) fn anything() -> Self {
        Self::of_kind(Kind::Anything)
    }

    /// In a unit as NMODL writes it.
    pub(super) fn file_unit(unit: &'a str) -> Self {
        Self::of_kind(Kind::File(unit))
    }

    /// A variable of a mechanism, with its limits.
    pub(super) fn of(variable: &'a Variable) -> Self {
        let (least, most) = variable
            .limits
            .unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        Self::file_unit(&variable.unit)
            .at_least(least)
            .at_most(most)
    }

    /// Not below `least`.
    pub(super) fn at_least(self, least: f64) -> Self {
        Self { least, ..self }
    }

    /// Above `least`.
    pub(super) fn above(self, least: f64) -> Self {
        Self {
            least,
            above: true,
            ..self
        }
    }

    /// Not above `most`.
    pub(super) fn at_most(self, most: f64) -> Self {
        Self { most, ..self }
    }

    fn for_expression(&self, field: &'a str) -> expr::Want<'a> {
        let quantity = |unit, written| expr::Want::Quantity {
            field,
            unit,
            written,
        };
        match self.kind {
            Kind::Unit(written) => quantity(units::parse_known(written), written),
            // what the file does not say cannot be checked
            Kind::File(written) => {
                units::parse_nmodl(written).map_or(expr::Want::Any, |u| quantity(u, written))
            }
            Kind::Truth => expr::Want::Truth { field },
            Kind::Anything => expr::Want::Any,
        }
    }
}

impl Check<'_> {
    /// The value of the field `name`; what it is worth, in the unit wanted, if that is always the same.
    pub(super) fn value(
        &mut self,
        at: &At,
        name: &str,
        value: &Value,
        want: &Want,
        scope: ScopeKind,
        named: &NamedValues,
    ) -> Option<f64> {
        let checked = self.expression(at, name, value, want, scope, named)?;
        let unknown =
            |(k, n): (usize, &super::NamedValue)| n.value.is_none() && checked.uses_param(k);
        if named.iter().enumerate().any(unknown) {
            return None;
        }
        let constant = checked.constant(&named.values())?;
        self.limits(at, name, constant, want);
        Some(constant)
    }

    /// The value as an expression, if it has no mistakes.
    pub(super) fn expression(
        &mut self,
        at: &At,
        name: &str,
        value: &Value,
        want: &Want,
        scope: ScopeKind,
        named: &NamedValues,
    ) -> Option<Checked> {
        let want = want.for_expression(name);
        match expr::compile(value.text(), scope, &named.params(), want) {
            Ok(checked) => Some(checked),
            Err(mistakes) => {
                for mistake in mistakes {
                    self.in_expression(at, value.text(), mistake);
                }
                None
            }
        }
    }

    /// The value as an expression, once its mistakes have been reported.
    pub(super) fn expression_again(
        &self,
        name: &str,
        value: &Value,
        want: &Want,
        scope: ScopeKind,
        named: &NamedValues,
    ) -> Option<Checked> {
        expr::compile(
            value.text(),
            scope,
            &named.params(),
            want.for_expression(name),
        )
        .ok()
    }

    /// One value or several.
    pub(super) fn setting(
        &mut self,
        at: &At,
        name: &str,
        setting: &Setting,
        want: &Want,
        scope: ScopeKind,
        named: &NamedValues,
    ) {
        if setting.values().next().is_none() {
            self.problem(
                at,
                format!("`{name}` has no values"),
                "give one, or leave it out",
            );
        }
        for (index, value) in setting.values() {
            let at = index.map_or_else(|| at.clone(), |k| at.index(k));
            self.value(&at, name, value, want, scope, named);
        }
    }

    fn limits(&mut self, at: &At, name: &str, x: f64, want: &Want) {
        if want.kind == Kind::Truth {
            return;
        }
        if want.integer && x.fract() != 0.0 {
            let message = format!("`{name}` is a whole number, not {x}");
            self.problem(at, message, "");
        } else if let Some(message) = want.refuses(name, x) {
            self.problem(at, message, "");
        }
    }
}

impl Want<'_> {
    /// Why a constant will not do.
    fn refuses(&self, name: &str, x: f64) -> Option<String> {
        let unit = match self.kind {
            Kind::Unit("1") | Kind::Truth | Kind::Anything => "",
            Kind::Unit(unit) | Kind::File(unit) => unit,
        };
        let with_unit = |x: f64| format!("{x} {unit}").trim_end().to_owned();
        let low = x < self.least || (self.above && x == self.least);
        let high = x > self.most;
        if x.is_nan() {
            return Some(format!("`{name}` is not a number"));
        }
        if !low && !high {
            return None;
        }
        if low && self.least == 0.0 {
            let what = if self.above {
                "must be positive"
            } else {
                "cannot be negative"
            };
            return Some(format!("`{name}` {what}, but {} is given", with_unit(x)));
        }
        let bound = match (self.least.is_finite(), self.most.is_finite()) {
            (true, true) => format!("lies between {} and {}", self.least, with_unit(self.most)),
            (true, false) => format!("is at least {}", with_unit(self.least)),
            _ => format!("is at most {}", with_unit(self.most)),
        };
        Some(format!("`{name}` {bound}, but {} is given", with_unit(x)))
    }
}
