//! The closed table of unit words.

use super::{Dim, Unit};
use crate::diag::did_you_mean;

struct Base {
    name: &'static str,
    dim: [i8; 8],
    exponent: i32,
    prefixes: bool,
}

/// A word that takes prefixes.
const fn base(name: &'static str, dim: [i8; 8], exponent: i32) -> Base {
    Base {
        name,
        dim,
        exponent,
        prefixes: true,
    }
}

/// A word that takes none.
const fn whole(name: &'static str, dim: [i8; 8], exponent: i32) -> Base {
    Base {
        name,
        dim,
        exponent,
        prefixes: false,
    }
}

/// All unit words without prefix. The order of dimensions: m kg s A K mol cd degC.
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
    base("mho", [-2, -1, 3, 2, 0, 0, 0, 0], 0),
    whole("degC", [0, 0, 0, 0, 0, 0, 0, 1], 0),
    whole("micron", [1, 0, 0, 0, 0, 0, 0, 0], -6),
    whole("megohm", [2, 1, -3, -2, 0, 0, 0, 0], 6),
    whole("cells", [0; 8], 0),
];

/// SI prefixes as decimal exponents; `µ` and `μ` are accepted for `u`.
pub(super) const PREFIXES: [(&str, i32); 14] = [
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

/// The unit called `word` (no power): `mV`, `um`, `megohm`. A whole word counts before a prefix and a word.
pub fn word(word: &str) -> Option<Unit> {
    let find = |name: &str| BASES.iter().find(|base| base.name == name);
    let make = |base: &Base, prefix: i32| Unit {
        dim: Dim(base.dim),
        exponent: base.exponent + prefix,
        factor: 1.0,
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
    let (name, power) = name_and_power(text);
    // `g0` and `s1` are names that modellers use, not powers of a gram and a second
    let power = power.parse().ok().filter(|n| *n >= 2)?;
    Some(word(name)?.power(power))
}

/// `cm2` as `cm` and `2`.
pub(super) fn name_and_power(text: &str) -> (&str, &str) {
    text.split_at(text.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

/// Words that are most often meant, for suggestions.
const COMMON: [&str; 35] = [
    "ms", "s", "us", "um", "mm", "cm", "nm", "m", "mV", "V", "uV", "nA", "pA", "uA", "mA", "A",
    "S", "mS", "uS", "nS", "pS", "ohm", "kohm", "Mohm", "F", "uF", "nF", "pF", "Hz", "kHz", "mM",
    "uM", "M", "degC", "K",
];

/// The message for a word that is no unit.
pub fn unknown(text: &str) -> String {
    if let Some(meant) = meant(text) {
        return format!("`{text}` is not a unit; did you mean `{meant}`?");
    }
    format!("`{text}` is not a unit{}", did_you_mean(text, COMMON))
}

/// Other people's names of units.
fn meant(text: &str) -> Option<String> {
    // units differ by case alone: mS and ms
    if let Some(near) = COMMON.iter().find(|c| c.eq_ignore_ascii_case(text)) {
        return Some((*near).into());
    }
    let (name, power) = name_and_power(text);
    let long = match name {
        "sec" | "second" | "seconds" => "s",
        "msec" | "millisecond" | "milliseconds" => "ms",
        "usec" | "microsecond" | "microseconds" => "us",
        "Celsius" | "celsius" | "deg" => "degC",
        "kelvin" => "K",
        "Ohm" | "ohms" => "ohm",
        "megaohm" | "MOhm" => "Mohm",
        "microns" | "micrometer" | "micrometers" | "umeter" => "um",
        "cell" => "cells",
        "volt" | "volts" => "V",
        "millivolt" | "millivolts" => "mV",
        "siemens" => "S",
        "hertz" | "hz" => "Hz",
        "molar" => "M",
        "amp" | "ampere" => "A",
        "nanoamp" => "nA",
        _ => "",
    };
    (!long.is_empty()).then(|| format!("{long}{power}"))
}
