//! What is known of the unit of an expression.

use crate::units::{Dim, Unit};

/// A unit as NEURON's table of units has it: moles are a number of particles, and a degree Celsius is a kelvin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) dim: Dim,
    /// Number of coherent SI units.
    pub(super) size: f64,
}

impl Scale {
    /// Of pure numbers.
    pub(super) const ONE: Self = Self {
        dim: Dim::NONE,
        size: 1.0,
    };

    /// The unit without moles and degrees.
    pub(super) fn new(unit: Unit) -> Self {
        let [m, kg, s, a, kelvin, _, cd, celsius] = unit.dim.0;
        let kelvin = kelvin.saturating_add(celsius);
        Self {
            dim: Dim([m, kg, s, a, kelvin, 0, cd, 0]),
            size: unit.factor * 10f64.powi(unit.exponent),
        }
    }

    /// A number of pure numbers.
    pub(super) fn number(size: f64) -> Self {
        Self { size, ..Self::ONE }
    }

    pub(super) fn times(self, other: Self) -> Self {
        Self {
            dim: self.dim.times(other.dim),
            size: self.size * other.size,
        }
    }

    pub(super) fn over(self, other: Self) -> Self {
        Self {
            dim: self.dim.over(other.dim),
            size: self.size / other.size,
        }
    }

    pub(super) fn power(self, n: i8) -> Self {
        Self {
            dim: self.dim.power(n),
            size: self.size.powi(i32::from(n)),
        }
    }

    /// Equal but for rounding, as NEURON compares.
    pub(super) fn is(self, other: Self) -> bool {
        self.dim == other.dim && (self.size / other.size - 1.0).abs() <= 1e-5
    }
}

/// The unit of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Quantity {
    /// Of numbers alone: takes the unit its place wants.
    Number,
    /// Known.
    Of(Scale),
    /// Something in it is wrong or not known; nothing more is said about it.
    Unknown,
}

impl Quantity {
    pub(super) fn of(scale: Scale) -> Self {
        Self::Of(scale)
    }

    /// Product or quotient.
    pub(super) fn combine(self, other: Self, how: fn(Scale, Scale) -> Scale) -> Self {
        let scale = |q: &Self| match q {
            Self::Number => Some(Scale::ONE),
            Self::Of(scale) => Some(*scale),
            Self::Unknown => None,
        };
        match (&self, &other) {
            (Self::Number, Self::Number) => Self::Number,
            (a, b) => match (scale(a), scale(b)) {
                (Some(a), Some(b)) => Self::Of(how(a, b)),
                _ => Self::Unknown,
            },
        }
    }
}
