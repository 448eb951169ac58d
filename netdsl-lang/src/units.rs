//! Units: dimension, decimal exponent and, for few units, a factor that is no power of ten.
//!
//! A number keeps the unit it was written in as long as possible; conversion between decimal multiples is one
//! multiplication or division by an exact power of ten, and none at all where the units are equal.

use crate::diag::did_you_mean;
use std::fmt;
use std::ops::Range;

/// Exponents of metre, kilogram, second, ampere, kelvin, mole, candela, and degree Celsius (which has a zero of its own).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dim(pub [i8; 8]);

impl Dim {
    /// Of a plain number.
    pub const NONE: Self = Self([0; 8]);

    /// Of a product.
    pub fn times(self, other: Self) -> Self {
        Self(std::array::from_fn(|k| self.0[k] + other.0[k]))
    }

    /// Of a power.
    pub fn power(self, n: i8) -> Self {
        Self(self.0.map(|k| k * n))
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
            Some(("number", _)) => "a number".into(),
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
const QUANTITIES: [(&str, &str); 21] = [
    ("number", "1"),
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
    ("a density of cells", "/mm3"),
    ("an area", "um2"),
    ("a diffusion constant", "um2/ms"),
    ("a charge", "nC"),
];

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
            exponent: self.exponent + other.exponent,
            factor: self.factor * other.factor,
        }
    }

    /// Power.
    pub fn power(self, n: i8) -> Self {
        Self {
            dim: self.dim.power(n),
            exponent: self.exponent * i32::from(n),
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
            exponent: self.exponent - to.exponent,
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
            e => x / power_of_ten(-e),
        }
    }

    /// Applied to a number given as decimal text: the text's own exponent is shifted, so that the result is the double
    /// nearest to the exact value.
    pub fn apply_to_text(self, text: &str) -> f64 {
        let plain: String = text.chars().filter(|c| *c != '_').collect();
        let (mantissa, exponent) = match plain.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().unwrap_or(0)),
            None => (plain.as_str(), 0),
        };
        let x: f64 = format!("{mantissa}e{}", exponent + self.exponent)
            .parse()
            .unwrap_or(f64::NAN);
        if self.factor == 1.0 {
            x
        } else {
            x * self.factor
        }
    }
}

/// 10^n, n >= 0.
pub fn power_of_ten(n: i32) -> f64 {
    /// Powers of ten that a double holds exactly.
    const EXACT: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    let exact = usize::try_from(n).ok().and_then(|n| EXACT.get(n));
    exact.copied().unwrap_or_else(|| {
        format!("1e{n}")
            .parse()
            .expect("a power of ten is a number")
    })
}

struct Base {
    name: &'static str,
    dim: [i8; 8],
    exponent: i32,
    factor: f64,
    prefixes: bool,
}

const fn base(name: &'static str, dim: [i8; 8], exponent: i32) -> Base {
    Base {
        name,
        dim,
        exponent,
        factor: 1.0,
        prefixes: true,
    }
}

const fn whole(name: &'static str, dim: [i8; 8], exponent: i32, factor: f64) -> Base {
    Base {
        name,
        dim,
        exponent,
        factor,
        prefixes: false,
    }
}

/// All unit words without prefix. The order of dimensions: m kg s A K mol cd.
const BASES: [Base; 23] = [
    base("m", [1, 0, 0, 0, 0, 0, 0, 0], 0),
    base("g", [0, 1, 0, 0, 0, 0, 0, 0], -3),
    base("s", [0, 0, 1, 0, 0, 0, 0, 0], 0),
    base("A", [0, 0, 0, 1, 0, 0, 0, 0], 0),
    base("K", [0, 0, 0, 0, 1, 0, 0, 0], 0),
    base("mol", [0, 0, 0, 0, 0, 1, 0, 0], 0),
    base("V", [2, 1, -3, -1, 0, 0, 0, 0], 0),
    base("S", [-2, -1, 3, 2, 0, 0, 0, 0], 0),
    base("ohm", [2, 1, -3, -2, 0, 0, 0, 0], 0),
    base("F", [-2, -1, 4, 2, 0, 0, 0, 0], 0),
    base("C", [0, 0, 1, 1, 0, 0, 0, 0], 0),
    base("Hz", [0, 0, -1, 0, 0, 0, 0, 0], 0),
    base("M", [-3, 0, 0, 0, 0, 1, 0, 0], 3),
    base("J", [2, 1, -2, 0, 0, 0, 0, 0], 0),
    base("W", [2, 1, -3, 0, 0, 0, 0, 0], 0),
    base("N", [1, 1, -2, 0, 0, 0, 0, 0], 0),
    base("L", [3, 0, 0, 0, 0, 0, 0, 0], -3),
    base("T", [0, 1, -2, -1, 0, 0, 0, 0], 0),
    // a scale with a zero of its own: 310 K is not 310 degC
    whole("degC", [0, 0, 0, 0, 0, 0, 0, 1], 0, 1.0),
    whole("micron", [1, 0, 0, 0, 0, 0, 0, 0], -6, 1.0),
    whole("mho", [-2, -1, 3, 2, 0, 0, 0, 0], 0, 1.0),
    whole("megohm", [2, 1, -3, -2, 0, 0, 0, 0], 6, 1.0),
    whole("cells", [0; 8], 0, 1.0),
];

/// SI prefixes as decimal exponents; `µ` and `μ` are accepted for `u`.
const PREFIXES: [(&str, i32); 14] = [
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("u", -6),
    ("\u{b5}", -6),
    ("\u{3bc}", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
    ("a", -18),
];

/// The unit called `word` (no power): `mV`, `um`, `megohm`.
pub fn word(word: &str) -> Option<Unit> {
    let find = |name: &str| BASES.iter().find(|base| base.name == name);
    let make = |base: &Base, prefix: i32| Unit {
        dim: Dim(base.dim),
        exponent: base.exponent + prefix,
        factor: base.factor,
    };
    if let Some(base) = find(word) {
        return Some(make(base, 0));
    }
    PREFIXES.iter().find_map(|(prefix, exponent)| {
        let base = find(word.strip_prefix(prefix)?)?;
        base.prefixes.then(|| make(base, *exponent))
    })
}

/// A factor of a unit as it is written: a word, and digits as its power (`cm2`).
pub fn factor(text: &str) -> Option<Unit> {
    if let Some(unit) = word(text) {
        return Some(unit);
    }
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (name, power) = text.split_at(text.len() - digits);
    // `g0` and `s1` are names that modellers use, not powers of a gram and a second
    let power = power.parse().ok().filter(|n| *n >= 2)?;
    Some(word(name)?.power(power))
}

/// Words that are most often meant, for suggestions.
const COMMON: [&str; 35] = [
    "ms", "s", "us", "um", "mm", "cm", "nm", "m", "mV", "V", "uV", "nA", "pA", "uA", "mA", "A",
    "S", "mS", "uS", "nS", "pS", "ohm", "kohm", "Mohm", "F", "uF", "nF", "pF", "Hz", "kHz", "mM",
    "uM", "M", "degC", "K",
];

/// The message for a word that is no unit.
pub fn unknown(text: &str) -> String {
    // units differ by case alone: mS and ms
    let near = COMMON
        .iter()
        .find(|c| c.eq_ignore_ascii_case(text) && **c != text);
    match near {
        Some(near) => format!("`{text}` is not a unit; did you mean `{near}`?"),
        None => format!("`{text}` is not a unit{}", did_you_mean(text, COMMON)),
    }
}

/// A part of a text that is no unit, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitError {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

/// Reads a whole unit: `S/cm2`, `ohm*cm`, `/mm3`, `1`, `%`, `um^2/ms`; empty text is a plain number.
pub fn parse(text: &str) -> Result<Unit, UnitError> {
    let mut unit = Unit::ONE;
    let mut sign = 1;
    let mut at = 0;
    let mut expects_factor = true;
    if matches!(text.trim(), "" | "1") {
        return Ok(unit);
    }
    if text.trim() == "%" {
        return Ok(Unit {
            exponent: -2,
            ..Unit::ONE
        });
    }
    let error = |from: usize, to: usize, message: String| {
        Err(UnitError {
            span: from..to.min(text.len()),
            message,
        })
    };
    while at < text.len() {
        let rest = &text[at..];
        let c = rest.chars().next().expect("not at the end");
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if c == '*' || c == '/' {
            if expects_factor && !(c == '/' && at == 0) {
                return error(at, at + 1, "expected a unit here, such as `cm2`".into());
            }
            (sign, expects_factor) = (if c == '*' { 1 } else { -1 }, true);
            at += 1;
        } else if c.is_alphabetic() || c == '1' {
            let len = rest
                .find(|c: char| !c.is_alphanumeric())
                .unwrap_or(rest.len());
            let name = &rest[..len];
            let one = (name == "1").then_some(Unit::ONE);
            let Some(mut found) = one.or_else(|| factor(name)) else {
                return error(at, at + len, unknown(name));
            };
            at += len;
            if let Some(power) = text[at..].strip_prefix('^') {
                let digits = power
                    .find(|c: char| !(c.is_ascii_digit() || c == '-'))
                    .unwrap_or(power.len());
                let Ok(n) = power[..digits].parse::<i8>() else {
                    return error(at, at + 1, "expected a whole number as power".into());
                };
                found = found.power(n);
                at += 1 + digits;
            }
            if !expects_factor {
                return error(at - len, at, "expected `*` or `/` between units".into());
            }
            unit = unit.times(found.power(sign));
            (sign, expects_factor) = (1, false);
        } else {
            return error(
                at,
                at + c.len_utf8(),
                format!("`{c}` does not belong in a unit"),
            );
        }
    }
    if expects_factor {
        error(text.len(), text.len(), "expected a unit here".into())
    } else {
        Ok(unit)
    }
}

/// A unit that is written in this crate.
pub fn parse_known(text: &str) -> Unit {
    match parse(text) {
        Ok(unit) => unit,
        Err(error) => panic!("{} in the unit `{text}`", error.message),
    }
}

/// A unit as .mod files write it, without the parentheses: also long names (`millivolt`), `-` as a product, and leading
/// numbers (`10000 coul`). `None` for what is not known.
pub fn parse_nmodl(text: &str) -> Option<Unit> {
    let text = text.trim();
    if let Ok(unit) = parse(text) {
        return Some(unit);
    }
    let mut unit = Unit::ONE;
    let mut sign = 1;
    for piece in text
        .replace('/', " / ")
        .replace(['*', '-'], " ")
        .split_whitespace()
    {
        if piece == "/" {
            sign = -1;
        } else if let Ok(number) = piece.parse::<f64>() {
            let exponent = number.log10();
            match exponent.fract() == 0.0 {
                true => unit.exponent += i32::from(sign) * exponent as i32,
                false => unit.factor *= number.powi(i32::from(sign)),
            }
        } else {
            unit = unit.times(nmodl_factor(piece)?.power(sign));
        }
    }
    Some(unit)
}

/// Long names of NEURON's unit table.
const LONG: [(&str, &str); 22] = [
    ("volt", "V"),
    ("ampere", "A"),
    ("amp", "A"),
    ("siemens", "S"),
    ("mho", "S"),
    ("meter", "m"),
    ("second", "s"),
    ("sec", "s"),
    ("mole", "mol"),
    ("liter", "L"),
    ("litre", "L"),
    ("farad", "F"),
    ("coulomb", "C"),
    ("coul", "C"),
    ("joule", "J"),
    ("kelvin", "K"),
    ("molar", "M"),
    ("watt", "W"),
    ("newton", "N"),
    ("gram", "g"),
    ("hertz", "Hz"),
    ("micron", "um"),
];

const LONG_PREFIXES: [(&str, i32); 8] = [
    ("mega", 6),
    ("kilo", 3),
    ("deci", -1),
    ("centi", -2),
    ("milli", -3),
    ("micro", -6),
    ("nano", -9),
    ("pico", -12),
];

fn nmodl_factor(text: &str) -> Option<Unit> {
    if let Some(unit) = factor(text) {
        return Some(unit);
    }
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (name, power) = text.split_at(text.len() - digits);
    let power: i8 = if power.is_empty() {
        1
    } else {
        power.parse().ok()?
    };
    let (name, prefix) = LONG_PREFIXES
        .iter()
        .find_map(|(prefix, exponent)| Some((name.strip_prefix(prefix)?, *exponent)))
        .filter(|(rest, _)| *rest != "n")
        .unwrap_or((name, 0));
    if name.is_empty() {
        // `milli/liter`
        return Some(
            Unit {
                exponent: prefix,
                ..Unit::ONE
            }
            .power(power),
        );
    }
    let singular = if name.len() > 2 {
        name.strip_suffix('s').unwrap_or(name)
    } else {
        name
    };
    let long = |name: &str| {
        LONG.iter()
            .find(|(long, _)| *long == name)
            .map(|(_, short)| *short)
    };
    let known = match name {
        // NEURON's constants used as units
        "faraday" => Some(Unit {
            factor: 96_485.332_123_31,
            ..word("C")?.over(word("mol")?)
        }),
        "degree" | "degrees" => Some(Unit::ONE),
        _ => long(name)
            .or_else(|| long(singular))
            .and_then(word)
            .or_else(|| word(name)),
    };
    // `milli/liter` is a concentration: an amount in moles is understood
    let mut unit = known?;
    unit.exponent += prefix;
    Some(unit.power(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) {
        assert_eq!(parse_known(a), parse_known(b), "{a} and {b}");
    }

    #[test]
    fn units_and_their_spellings() {
        same("S/cm2", "S/cm^2");
        same("um/ms", "mm/s");
        same("ohm*cm", "cm*ohm");
        same("µm", "um");
        same("mho", "S");
        assert_eq!(parse_known("/mm3").dim, parse_known("m").dim.power(-3));
        assert_eq!(parse_known("mM").dim, parse_known("mol/m3").dim);
        assert_eq!(parse_known("mM").exponent, 0);
        assert_eq!(
            parse("kmV").unwrap_err().message,
            "`kmV` is not a unit; did you mean `mV`?"
        );
        assert!(parse("MS").is_ok() && parse("Ms").is_ok());
        assert!(factor("g0").is_none() && factor("s1").is_none() && factor("s2").is_some());
        assert!(parse("S//cm2").is_err() && parse("S cm2").is_err() && parse("S/").is_err());
    }

    #[test]
    fn conversions_are_exact_where_they_can_be() {
        let same = parse_known("S/cm2").conversion(parse_known("S/cm2"));
        assert!(same.is_identity());
        let milli = parse_known("mS/cm2").conversion(parse_known("S/cm2"));
        assert_eq!(milli.apply(120.0), 0.12);
        assert_eq!(milli.apply_to_text("1_20.0e0"), 0.12);
        assert_eq!(
            parse_known("s").conversion(parse_known("ms")).apply(2.0),
            2000.0
        );
    }

    #[test]
    fn units_of_mod_files() {
        let same = |a: &str, b: &str| {
            assert_eq!(
                parse_nmodl(a).map(|u| (u.dim, u.exponent)),
                Some((parse_known(b).dim, parse_known(b).exponent)),
                "{a}"
            )
        };
        same("millivolt", "mV");
        same("nanoamp", "nA");
        same("microsiemens", "uS");
        same("micrometer", "um");
        same("mA/cm2", "mA/cm2");
        same("degC", "degC");
        same("/ms", "/ms");
        same("micron", "um");
        same("kilo-ohm", "kohm");
        assert!(parse_nmodl("nonsense").is_none());
    }

    #[test]
    fn celsius_is_not_kelvin() {
        assert_ne!(parse_known("degC").dim, parse_known("K").dim);
        assert_eq!(parse_known("degC").dim.describe(), "a temperature (degC)");
    }

    #[test]
    fn dimensions_have_names() {
        assert_eq!(parse_known("nS").dim.describe(), "a conductance (uS)");
        assert_eq!(Dim::NONE.describe(), "a number");
        assert_eq!(parse_known("m4").dim.describe(), "a quantity in m^4");
    }
}
