//! Dimensions, and what modellers call them.

use super::parse_known;
use std::fmt;

/// Exponents of metre, kilogram, second, ampere, kelvin, mole, candela, and of the degree Celsius.
///
/// A temperature on the Celsius scale is no multiple of a kelvin, so it has a dimension of its own: 310 K where degC is
/// wanted is a mistake, not 310 degC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dim(pub [i8; 8]);

impl Dim {
    /// Of a plain number.
    pub const NONE: Self = Self([0; 8]);

    /// Of a product.
    pub fn times(self, other: Self) -> Self {
        Self(std::array::from_fn(|k| {
            self.0[k].saturating_add(other.0[k])
        }))
    }

    /// Of a power.
    pub fn power(self, n: i8) -> Self {
        Self(self.0.map(|k| k.saturating_mul(n)))
    }

    /// Of a quotient.
    pub fn over(self, other: Self) -> Self {
        self.times(other.power(-1))
    }

    /// What modellers call a quantity of this dimension, with the unit netdsl uses for it.
    pub fn describe(self) -> String {
        match QUANTITIES
            .iter()
            .find(|(_, unit)| parse_known(unit).dim == self)
        {
            Some(("a number", _)) => "a number".into(),
            Some((name, unit)) => format!("{name} ({unit})"),
            None => format!("a quantity in {self}"),
        }
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = ["m", "kg", "s", "A", "K", "mol", "cd", "degC"];
        let mut first = true;
        for (name, &power) in names.iter().zip(&self.0).filter(|(_, power)| **power != 0) {
            let separator = if first { "" } else { "*" };
            first = false;
            write!(f, "{separator}{name}")?;
            if power != 1 {
                write!(f, "^{power}")?;
            }
        }
        if first { f.write_str("1") } else { Ok(()) }
    }
}

/// Quantities by name with the unit that netdsl uses.
const QUANTITIES: [(&str, &str); 30] = [
    ("a number", "1"),
    ("a time", "ms"),
    ("a length", "um"),
    ("a voltage", "mV"),
    ("a current", "nA"),
    ("a conductance", "uS"),
    ("a resistance", "Mohm"),
    ("a conductance per area", "S/cm2"),
    ("a current per area", "mA/cm2"),
    ("a capacitance per area", "uF/cm2"),
    ("a capacitance", "nF"),
    ("a resistivity", "ohm*cm"),
    ("a conductivity", "S/m"),
    ("a concentration", "mM"),
    ("a frequency", "Hz"),
    ("a speed", "um/ms"),
    ("a temperature", "degC"),
    ("an absolute temperature", "K"),
    ("a density of cells", "/mm3"),
    ("an area", "um2"),
    ("a diffusion constant", "um2/ms"),
    ("a charge", "nC"),
    ("a dipole moment", "nA*um"),
    ("a rate per voltage", "/mV/ms"),
    ("an inverse voltage", "/mV"),
    ("an inverse length", "/um"),
    ("an inverse area", "/um2"),
    ("a rate per concentration", "/mM/ms"),
    ("a flux per area", "mol/cm2/s"),
    ("a current source density", "mA/mm3"),
];
