//! The names of units that NEURON knows, and those that a file defines.

use std::collections::BTreeMap;

use super::quantity::Scale;
use crate::units;

/// Units by name.
#[derive(Debug)]
pub(super) struct UnitTable {
    words: BTreeMap<String, Scale>,
}

/// Why a text is no unit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UnknownWord(pub(super) String);

/// Names of NEURON's table that mechanisms use: the unit, and how many of it.
#[rustfmt::skip]
const KNOWN: [(&str, &str, f64); 74] = [
    ("m", "m", 1.0), ("meter", "m", 1.0), ("metre", "m", 1.0), ("cm", "cm", 1.0), ("mm", "mm", 1.0),
    ("km", "km", 1.0), ("nm", "nm", 1.0), ("micron", "um", 1.0), ("angstrom", "nm", 0.1), ("inch", "cm", 2.54),
    ("kg", "kg", 1.0), ("gram", "kg", 1e-3), ("gm", "kg", 1e-3), ("mg", "kg", 1e-6), ("g", "m/s2", 9.806_65),
    ("sec", "s", 1.0), ("s", "s", 1.0), ("second", "s", 1.0), ("ms", "ms", 1.0), ("us", "us", 1.0),
    ("minute", "s", 60.0), ("min", "s", 60.0), ("hour", "s", 3600.0), ("hr", "s", 3600.0), ("day", "s", 86400.0),
    ("coul", "C", 1.0), ("coulomb", "C", 1.0), ("C", "C", 1.0), ("ampere", "A", 1.0), ("amp", "A", 1.0),
    ("volt", "V", 1.0), ("V", "V", 1.0), ("watt", "W", 1.0), ("ohm", "ohm", 1.0), ("mho", "S", 1.0),
    ("siemens", "S", 1.0), ("farad", "F", 1.0), ("joule", "J", 1.0), ("newton", "N", 1.0), ("nt", "N", 1.0),
    ("N", "N", 1.0), ("erg", "J", 1e-7), ("dyne", "N", 1e-5), ("cal", "J", 4.1868), ("calorie", "J", 4.1868),
    ("tesla", "T", 1.0), ("pascal", "N/m2", 1.0), ("eV", "J", 1.602_176_634e-19), ("ev", "J", 1.602_176_634e-19),
    ("K", "K", 1.0), ("degC", "K", 1.0), ("kelvin", "K", 1.0), ("liter", "L", 1.0), ("litre", "L", 1.0),
    ("ml", "mL", 1.0), ("cc", "cm3", 1.0), ("hertz", "Hz", 1.0), ("Hz", "Hz", 1.0), ("hz", "Hz", 1.0),
    ("khz", "kHz", 1.0), ("kilohm", "kohm", 1.0), ("megohm", "Mohm", 1.0), ("mole", "1", 6.022_140_76e23),
    ("faraday", "C", 96_485.332_123_31), ("e", "C", 1.602_176_634e-19), ("k", "J/K", 1.380_649e-23),
    ("boltzmann", "J/K", 1.380_649e-23), ("R", "J/K", 8.314_462_618_153_24),
    ("gasconstant", "J/K", 8.314_462_618_153_24), ("pi", "1", std::f64::consts::PI), ("%", "1", 0.01),
    ("fuzz", "1", 1.0), ("planck", "J*s", 6.626_070_15e-34),
    ("hbar", "J*s", 1.054_571_817_646_156_5e-34),
];

/// A circle is one: NEURON's radian is the part of it.
const TURNS: [(&str, f64); 2] = [
    ("radian", 0.5 / std::f64::consts::PI),
    ("degree", 0.5 / 180.0),
];

const PREFIXES: [(&str, f64); 16] = [
    ("atto", 1e-18),
    ("femto", 1e-15),
    ("pico", 1e-12),
    ("nano", 1e-9),
    ("micro", 1e-6),
    ("milli", 1e-3),
    ("centi", 1e-2),
    ("deci", 1e-1),
    ("deka", 1e1),
    ("hecta", 1e2),
    ("hecto", 1e2),
    ("kilo", 1e3),
    ("mega", 1e6),
    ("meg", 1e6),
    ("giga", 1e9),
    ("tera", 1e12),
];

impl UnitTable {
    pub(super) fn new() -> Self {
        let known = KNOWN.iter().map(|(name, unit, number)| {
            let unit = Scale::new(units::parse_known(unit));
            ((*name).to_owned(), unit.times(Scale::number(*number)))
        });
        let turns = TURNS
            .iter()
            .map(|(name, size)| ((*name).to_owned(), Scale::number(*size)));
        Self {
            words: known.chain(turns).collect(),
        }
    }

    /// `(name) = (text)`; false if the name has a meaning already.
    pub(super) fn define(&mut self, name: &str, text: &str) -> Result<bool, UnknownWord> {
        let scale = self.evaluate(text)?;
        let name = name.trim().to_owned();
        Ok(self.words.insert(name, scale).is_none())
    }

    /// A unit without its parentheses: a number, then words with a digit as their power, `-` and blanks between them; `/`
    /// divides by all that follows.
    pub(super) fn evaluate(&self, text: &str) -> Result<Scale, UnknownWord> {
        let (number, rest) = leading_number(text.trim());
        let mut scale = Scale::number(number);
        let (mut divides, mut word) = (false, String::new());
        for c in rest.chars().chain([' ']) {
            if !matches!(c, '1'..='9' | '-' | '/' | ' ' | '\t' | '\n' | '\r') {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                let power = c.to_digit(10).map_or(1, |d| d as i8);
                let unit = self.word(&std::mem::take(&mut word))?.power(power);
                scale = if divides {
                    scale.over(unit)
                } else {
                    scale.times(unit)
                };
            }
            divides |= c == '/';
        }
        Ok(scale)
    }

    /// A name with prefixes, in the plural or not.
    fn word(&self, name: &str) -> Result<Scale, UnknownWord> {
        let mut factor = 1.0;
        let mut rest = name;
        loop {
            if let Some(scale) = self.words.get(rest) {
                return Ok(scale.times(Scale::number(factor)));
            }
            if rest.is_empty() {
                return Ok(Scale::number(factor));
            }
            let prefixed = PREFIXES
                .iter()
                .find_map(|(prefix, size)| Some((rest.strip_prefix(prefix)?, size)));
            if let Some((stem, size)) = prefixed {
                (rest, factor) = (stem, factor * size);
            } else {
                match rest.strip_suffix('s').filter(|stem| !stem.is_empty()) {
                    Some(stem) => rest = stem,
                    None => return Err(UnknownWord(name.to_owned())),
                }
            }
        }
    }
}

/// The number a unit begins with, 1 if none: `10000 coul`, `1e-4`, `1+8` (an exponent, too), `1|8`.
fn leading_number(text: &str) -> (f64, &str) {
    let (mantissa, rest) = digits(text);
    let Ok(mantissa) = mantissa.parse::<f64>() else {
        return (1.0, text);
    };
    let (exponent, rest) = exponent(rest);
    let value = mantissa * 10f64.powi(exponent);
    let value = if value > 0.0 { value } else { 1.0 };
    match rest.strip_prefix('|').map(digits) {
        Some((below, rest)) => (value / below.parse::<f64>().unwrap_or(1.0), rest),
        None => (value, rest),
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.'));
    text.split_at(end.unwrap_or(text.len()))
}

/// `e-4`, `+8`; not the `-` before a word.
fn exponent(text: &str) -> (i32, &str) {
    let sign_and_digits = text.strip_prefix(['e', 'E']).unwrap_or(text);
    let signed = sign_and_digits.strip_prefix(['+', '-']);
    let length = signed.map_or(0, |_| 1) + digits(signed.unwrap_or(sign_and_digits)).0.len();
    match sign_and_digits.get(..length).and_then(|t| t.parse().ok()) {
        Some(exponent) => (exponent, &sign_and_digits[length..]),
        None => (0, text),
    }
}

/// How a file defines a unit that NEURON does not know by itself.
pub(super) fn usual_definition(word: &str) -> Option<String> {
    const LONG: [(&str, &str); 7] = [
        ("V", "volt"),
        ("A", "amp"),
        ("S", "siemens"),
        ("F", "farad"),
        ("mho", "mho"),
        ("ohm", "ohm"),
        ("m", "meter"),
    ];
    const LETTERS: [(&str, &str); 8] = [
        ("f", "femto"),
        ("p", "pico"),
        ("n", "nano"),
        ("u", "micro"),
        ("m", "milli"),
        ("k", "kilo"),
        ("M", "mega"),
        ("", ""),
    ];
    let molar = [("M", "1"), ("mM", "milli"), ("uM", "micro"), ("nM", "nano")];
    if let Some((_, many)) = molar.iter().find(|(name, _)| *name == word) {
        return Some(format!("({word}) = ({many}/liter)"));
    }
    if word == "um" {
        return Some("(um) = (micron)".to_owned());
    }
    let (stem, long) = LONG.iter().find(|(stem, _)| word.ends_with(stem))?;
    let letter = word.strip_suffix(stem)?;
    let (_, prefix) = LETTERS.iter().find(|(short, _)| *short == letter)?;
    Some(format!("({word}) = ({prefix}{long})"))
}
