//! Values: names in scope, units, limits of what is constant.

use super::context::{At, Check};
use crate::mech::Variable;
use crate::model::{Setting, Table, Value};

/// Which variables an expression may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// None.
    Network,
    /// One normalised coordinate.
    Density,
    /// Coordinates of the cell.
    Cell,
    /// Coordinates of the cell, distances along it.
    Segment,
    /// Coordinates of the presynaptic cell.
    Pre,
    /// Coordinates of the postsynaptic cell.
    Post,
    /// Coordinates of both cells, distances between them.
    Pair,
    /// Coordinates of the stimulated cell.
    Stimulus,
}

/// Named parameters in reach, the nearest first; those of the network follow.
#[derive(Clone, Copy)]
pub(super) struct Locals<'a>(pub(super) &'a [&'a Table<Value>]);

impl Locals<'static> {
    /// Those of the network alone.
    pub(super) const NONE: Self = Self(&[]);
}

/// What a value must be.
#[derive(Clone, Debug)]
pub(super) struct Want<'a> {
    /// Unit that it is used in; `None` for a truth value or anything.
    unit: Option<&'a str>,
    truth: bool,
    integer: bool,
    least: f64,
    above: bool,
    most: f64,
}

impl<'a> Want<'a> {
    /// Of that dimension.
    pub(super) fn unit(unit: &'a str) -> Self {
        Self {
            unit: Some(unit),
            truth: false,
            integer: false,
            least: f64::NEG_INFINITY,
            above: false,
            most: f64::INFINITY,
        }
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
        Self {
            unit: None,
            truth: true,
            ..Self::number()
        }
    }

    /// Of any dimension.
    pub(super) fn anything() -> Self {
        Self {
            unit: None,
            ..Self::number()
        }
    }

    /// A variable of a mechanism, with its limits.
    pub(super) fn of(variable: &'a Variable) -> Self {
        let (least, most) = variable
            .limits
            .unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        Self::unit(&variable.unit).at_least(least).at_most(most)
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
}

/// Whether the expression uses the name.
pub(super) fn mentions(value: &Value, name: &str) -> bool {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    value
        .text()
        .split(|c| !part_of_word(c))
        .any(|word| word == name)
}

impl Check<'_> {
    /// A value called `name`; what it is worth, in the unit wanted, if that is always the same.
    pub(super) fn value(
        &mut self,
        at: &At,
        name: &str,
        value: &Value,
        want: &Want,
        _scope: Scope,
        _locals: Locals,
    ) -> Option<f64> {
        let constant = value.plain_number()?;
        self.limits(at, name, constant, want);
        Some(constant)
    }

    /// One value or several.
    pub(super) fn setting(
        &mut self,
        at: &At,
        name: &str,
        setting: &Setting,
        want: &Want,
        scope: Scope,
        locals: Locals,
    ) {
        for (index, value) in setting.values() {
            let at = index.map_or_else(|| at.clone(), |k| at.index(k));
            self.value(&at, name, value, want, scope, locals);
        }
    }

    fn limits(&mut self, at: &At, name: &str, x: f64, want: &Want) {
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
        let unit = self.unit.filter(|u| *u != "1").unwrap_or("");
        let with_unit = |x: f64| format!("{x} {unit}").trim_end().to_owned();
        let low = x < self.least || (self.above && x == self.least);
        let high = x > self.most;
        if !low && !high && !x.is_nan() {
            return None;
        }
        let bound = match (self.least.is_finite(), self.most.is_finite()) {
            (true, true) => format!("lies between {} and {}", self.least, with_unit(self.most)),
            (true, false) if self.above && self.least == 0.0 => "is positive".into(),
            (true, false) if self.least == 0.0 => "is not negative".into(),
            (true, false) => format!("is at least {}", with_unit(self.least)),
            _ => format!("is at most {}", with_unit(self.most)),
        };
        Some(format!("`{name}` {bound}, but {} is given", with_unit(x)))
    }
}
