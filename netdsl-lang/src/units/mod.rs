//! Units: dimension, decimal exponent and, for few units, a factor that is no power of ten.
//!
//! A number keeps the unit it was written in as long as possible; conversion between decimal multiples is one
//! multiplication or division by an exact power of ten, and none at all where the units are equal.

mod dim;
mod nmodl;
mod parse;
#[cfg(test)]
mod tests;
mod words;

pub use dim::Dim;
pub use nmodl::parse_nmodl;
pub(crate) use parse::canonical_factor;
pub use parse::{UnitError, canonical, parse, parse_known};
pub use words::{factor, unknown, word};

/// A unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Dimension.
    pub dim: Dim,
    /// The unit is `factor * 10^exponent` of the coherent SI unit.
    pub exponent: i32,
    /// See `exponent`.
    pub factor: f64,
}

impl Unit {
    /// Of plain numbers.
    pub const ONE: Self = Self {
        dim: Dim::NONE,
        exponent: 0,
        factor: 1.0,
    };

    /// Product.
    pub fn times(self, other: Self) -> Self {
        Self {
            dim: self.dim.times(other.dim),
            exponent: self.exponent.saturating_add(other.exponent),
            factor: self.factor * other.factor,
        }
    }

    /// Power.
    pub fn power(self, n: i8) -> Self {
        Self {
            dim: self.dim.power(n),
            exponent: self.exponent.saturating_mul(i32::from(n)),
            factor: self.factor.powi(i32::from(n)),
        }
    }

    /// Quotient.
    pub fn over(self, other: Self) -> Self {
        self.times(other.power(-1))
    }

    /// How a number in this unit becomes one in `to` (of the same dimension).
    pub fn conversion(self, to: Self) -> Conversion {
        Conversion {
            factor: self.factor / to.factor,
            exponent: self.exponent.saturating_sub(to.exponent),
        }
    }
}

/// Multiplies by `factor * 10^exponent`, each only where it is not 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion {
    /// No power of ten.
    pub factor: f64,
    /// Decimal exponent.
    pub exponent: i32,
}

impl Conversion {
    /// Changes nothing.
    pub fn is_identity(self) -> bool {
        self.factor == 1.0 && self.exponent == 0
    }

    /// Applied to `x`. Multiplies or divides by an exact power of ten (up to 10^22).
    pub fn apply(self, x: f64) -> f64 {
        let x = if self.factor == 1.0 {
            x
        } else {
            x * self.factor
        };
        match self.exponent {
            0 => x,
            e if e > 0 => x * power_of_ten(e),
            e => x / power_of_ten(e.saturating_neg()),
        }
    }

    /// Applied to a number given as decimal text: the text's own exponent is shifted, so that the result is the double
    /// nearest to the exact value.
    pub fn apply_to_text(self, text: &str) -> f64 {
        let x = parse::shifted(text, self.exponent);
        if self.factor == 1.0 {
            x
        } else {
            x * self.factor
        }
    }
}

/// 10^n, n >= 0: exact up to 10^22, the nearest double above.
pub fn power_of_ten(n: i32) -> f64 {
    const EXACT: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    usize::try_from(n)
        .ok()
        .and_then(|n| EXACT.get(n).copied())
        .unwrap_or_else(|| larger_power_of_ten(n))
}

#[cold]
fn larger_power_of_ten(n: i32) -> f64 {
    format!("1e{n}")
        .parse()
        .expect("a power of ten is a number")
}
