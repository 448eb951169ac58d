//! Units as .mod files write them.

use super::words::{PREFIXES, factor, name_and_power, word};
use super::{Unit, parse};

/// A unit as .mod files write it, without the parentheses: also long names (`millivolt`), `-` and spaces as products,
/// leading numbers (`10000 coul`); what follows `/` divides. A number per litre is a concentration, as where
/// `(mM) = (milli/liter)`. `None` for what is not known.
pub fn parse_nmodl(text: &str) -> Option<Unit> {
    let text = text.trim();
    if let Ok(unit) = parse(text) {
        return Some(unit);
    }
    let mut unit = Unit::ONE;
    let mut divides = false;
    let (mut litres, mut moles) = (false, false);
    for piece in pieces(text) {
        let factor = match piece {
            "/" => {
                divides = true;
                continue;
            }
            number if number.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
                plain_number(number)?
            }
            name => {
                litres |= name.contains("lit") && divides;
                moles |= name.contains("mol");
                named(name)?
            }
        };
        unit = if divides {
            unit.over(factor)
        } else {
            unit.times(factor)
        };
    }
    if litres && !moles {
        unit = unit.times(word("mol")?);
    }
    Some(unit)
}

/// Names, numbers and `/`.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if c.is_ascii_digit() || c == '.' {
            number_length(rest)
        } else if c.is_alphabetic() || c == '_' {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(rest.len())
        } else {
            c.len_utf8()
        };
        if !(c.is_whitespace() || c == '-' || c == '*') {
            out.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    out
}

/// Digits, point, digits, exponent.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| {
        text[from..]
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .map_or(text.len(), |n| from + n)
    };
    let mantissa = digits(0);
    let Some(exponent) = text[mantissa..].strip_prefix(['e', 'E']) else {
        return mantissa;
    };
    let sign = usize::from(exponent.starts_with(['+', '-']));
    match exponent[sign..].starts_with(|c: char| c.is_ascii_digit()) {
        true => digits(mantissa + 1 + sign),
        false => mantissa,
    }
}

/// A number as a unit: its powers of ten go into the exponent.
fn plain_number(text: &str) -> Option<Unit> {
    let value: f64 = text.parse().ok()?;
    // "1.5e+03": the decimal text tells the exponent exactly
    let written = format!("{value:e}");
    let (mantissa, exponent) = written.split_once('e')?;
    Some(Unit {
        exponent: exponent.parse().ok()?,
        factor: mantissa.parse().ok().filter(|m| *m > 0.0)?,
        ..Unit::ONE
    })
}

/// Long names of NEURON's table of units.
const LONG: [(&str, &str); 29] = [
    ("volt", "V"),
    ("ampere", "A"),
    ("amp", "A"),
    ("siemens", "S"),
    ("mho", "S"),
    ("ohm", "ohm"),
    ("meter", "m"),
    ("metre", "m"),
    ("second", "s"),
    ("sec", "s"),
    ("mole", "mol"),
    ("mol", "mol"),
    ("liter", "L"),
    ("litre", "L"),
    ("l", "L"),
    ("farad", "F"),
    ("coulomb", "C"),
    ("coul", "C"),
    ("joule", "J"),
    ("kelvin", "K"),
    ("degK", "K"),
    ("molar", "M"),
    ("watt", "W"),
    ("newton", "N"),
    ("gram", "g"),
    ("gm", "g"),
    ("hertz", "Hz"),
    ("hz", "Hz"),
    ("celsius", "degC"),
];

const LONG_PREFIXES: [(&str, i32); 10] = [
    ("giga", 9),
    ("mega", 6),
    ("meg", 6),
    ("kilo", 3),
    ("deci", -1),
    ("centi", -2),
    ("milli", -3),
    ("micro", -6),
    ("nano", -9),
    ("pico", -12),
];

/// A name with a power: `cm2`, `millivolt`, `umho`.
fn named(text: &str) -> Option<Unit> {
    if let Some(unit) = factor(text) {
        return Some(unit);
    }
    let (name, power) = name_and_power(text);
    let power = if power.is_empty() {
        1
    } else {
        power.parse().ok()?
    };
    let whole = whole(name).or_else(|| {
        let mut prefixes = LONG_PREFIXES.iter().chain(&PREFIXES);
        prefixes.find_map(|(prefix, exponent)| {
            let mut unit = match name.strip_prefix(prefix)? {
                // `milli/liter`
                "" if prefix.len() > 1 => Unit::ONE,
                "" => return None,
                rest => whole(rest)?,
            };
            unit.exponent += exponent;
            Some(unit)
        })
    })?;
    Some(whole.power(power))
}

/// A name without prefix.
fn whole(name: &str) -> Option<Unit> {
    let long = |name: &str| LONG.iter().find(|(long, _)| *long == name);
    match name {
        "faraday" => Some(Unit {
            factor: 96_485.332_123_31,
            ..word("C")?.over(word("mol")?)
        }),
        // plain numbers to the mechanisms that use them
        "degree" | "degrees" | "radian" | "radians" => Some(Unit::ONE),
        _ => long(name)
            .or_else(|| long(name.strip_suffix('s')?))
            .and_then(|(_, short)| word(short)),
    }
}
