//! Units as models write them: `S/cm2`, `ohm*cm`, `/mm3`.

use super::words::{factor, unknown};
use super::{Unit, power_of_ten};
use std::ops::Range;

/// A part of a text that is no unit, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitError {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

/// One factor of a unit.
struct Factor {
    unit: Unit,
    /// Behind `/`.
    divides: bool,
    /// In canonical spelling.
    text: String,
}

/// Reads a whole unit: `S/cm2`, `ohm*cm`, `/mm3`, `1`, `%`, `um^2/ms`; empty text is a plain number.
///
/// # Errors
/// The first part that does not belong to a unit.
pub fn parse(text: &str) -> Result<Unit, UnitError> {
    if text.trim() == "%" {
        return Ok(Unit {
            exponent: -2,
            ..Unit::ONE
        });
    }
    let product = |unit: Unit, factor: &Factor| match factor.divides {
        true => unit.over(factor.unit),
        false => unit.times(factor.unit),
    };
    Ok(factors(text)?.iter().fold(Unit::ONE, product))
}

/// The unit `text` in the spelling that models are saved with: `µm^2 / ms` is `um2/ms`; `1` without a unit.
///
/// # Errors
/// As [`parse`].
pub fn canonical(text: &str) -> Result<String, UnitError> {
    if text.trim() == "%" {
        return Ok("%".into());
    }
    let mut out = String::new();
    for factor in factors(text)? {
        if factor.divides {
            out.push('/');
        } else if !out.is_empty() {
            out.push('*');
        }
        out.push_str(&factor.text);
    }
    Ok(if out.is_empty() { "1".into() } else { out })
}

/// A factor in canonical spelling: `um`, `cm2`, `s^-1`.
pub(crate) fn canonical_factor(word: &str, power: i8) -> String {
    let word = word.replace(['\u{b5}', '\u{3bc}'], "u");
    let ends_in_digit = word.ends_with(|c: char| c.is_ascii_digit());
    match power {
        1 => word,
        2.. if !ends_in_digit => format!("{word}{power}"),
        _ => format!("{word}^{power}"),
    }
}

fn factors(text: &str) -> Result<Vec<Factor>, UnitError> {
    let error = |span: Range<usize>, message: String| Err(UnitError { span, message });
    let mut found = Vec::new();
    let (mut divides, mut expected, mut at) = (false, true, 0);
    if matches!(text.trim(), "" | "1") {
        return Ok(found);
    }
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        at += c.len_utf8();
        if c == '*' || c == '/' {
            let leads = c == '/' && found.is_empty() && text[..start].trim().is_empty();
            if expected && !leads {
                return error(start..at, "expected a unit here, such as `cm2`".into());
            }
            (divides, expected) = (c == '/', true);
        } else if c.is_alphabetic() || c == '1' {
            at = word_end(text, start);
            let word = &text[start..at];
            let one = (word == "1").then_some(Unit::ONE);
            let Some(unit) = one.or_else(|| factor(word)) else {
                return error(start..at, unknown(word));
            };
            if !expected {
                return error(start..at, "expected `*` or `/` between units".into());
            }
            let power = power(text, &mut at)?;
            if one.is_none() {
                found.push(Factor {
                    unit: unit.power(power),
                    divides,
                    text: canonical_factor(word, power),
                });
            }
            (divides, expected) = (false, false);
        } else if !c.is_whitespace() {
            return error(start..at, format!("`{c}` does not belong in a unit"));
        }
    }
    if expected {
        return error(text.len()..text.len(), "expected a unit here".into());
    }
    Ok(found)
}

fn word_end(text: &str, start: usize) -> usize {
    let length = text[start..].find(|c: char| !c.is_alphanumeric());
    length.map_or(text.len(), |n| start + n)
}

/// `^2`, if it stands at `at`.
fn power(text: &str, at: &mut usize) -> Result<i8, UnitError> {
    let Some(digits) = text[*at..].strip_prefix('^') else {
        return Ok(1);
    };
    let length = digits
        .find(|c: char| !(c.is_ascii_digit() || c == '-'))
        .unwrap_or(digits.len());
    let start = *at;
    *at += 1 + length;
    digits[..length].parse().map_err(|_| UnitError {
        span: start..*at,
        message: "expected a whole number as power, as in `cm^2`".into(),
    })
}

/// A unit that is written in this crate.
///
/// # Panics
/// If it is none.
pub fn parse_known(text: &str) -> Unit {
    match parse(text) {
        Ok(unit) => unit,
        Err(error) => panic!("{} in the unit `{text}`", error.message),
    }
}

/// `text`, a number without unit, times 10^`shift`: the double nearest to the exact value.
pub(super) fn shifted(text: &str, shift: i32) -> f64 {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let (mantissa, exponent) = match plain.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()),
        None => (plain.as_str(), Some(0)),
    };
    match exponent.and_then(|e| e.checked_add(shift)) {
        Some(exponent) => format!("{mantissa}e{exponent}").parse(),
        None => plain.parse::<f64>().map(|x| x * power_of_ten(shift)),
    }
    .unwrap_or(f64::NAN)
}
