//! Constants of the UNITS block.

use super::{Symbols, UnitText};
use crate::nmodl::ast::{Node, UnitEntry};
use crate::nmodl::report::Report;
use crate::units::{Unit, parse_nmodl};

pub(super) fn define_constants(symbols: &mut Symbols, entries: &[UnitEntry], report: &mut Report) {
    for entry in entries {
        match entry {
            UnitEntry::Alias(..) => {}
            UnitEntry::Number(name, value, _) => symbols.constant(name, *value, report),
            UnitEntry::Constant(name, of, unit) => match physical_constant(of, unit) {
                Some(value) => symbols.constant(name, value, report),
                None => {
                    let unit = unit.as_ref().map_or("1", |u| u.kind.as_str());
                    let message = format!("the value of ({}) in ({unit}) is not known", of.kind);
                    report.error_help(
                        of.span,
                        message,
                        format!("write the number: {name} = 96485.3 ({unit})"),
                    );
                }
            },
        }
    }
}

/// The number of the second unit in the first: a physical constant, or the conversion between two units.
fn physical_constant(of: &Node<String>, unit: &UnitText) -> Option<f64> {
    let wanted = unit.as_ref().map_or("1", |u| u.kind.as_str());
    let wanted = match wanted.trim() {
        "" => "1",
        text => text,
    };
    let to = parse_nmodl(wanted)?;
    if let Some(value) = constant_of_nature(&of.kind) {
        // its dimension is not compared: files write coulombs for coulombs per mole
        return Some(Unit::ONE.conversion(to).apply(value)).filter(|x| x.is_finite());
    }
    let from = parse_nmodl(&of.kind)?;
    let converted = from.conversion(to).apply(1.0);
    (from.dim == to.dim && converted.is_finite()).then_some(converted)
}

/// In SI units, as NEURON's table of units has them (CODATA 2018).
fn constant_of_nature(name: &str) -> Option<f64> {
    const CHARGE: f64 = 1.602_176_634e-19;
    const MOLE: f64 = 6.022_140_76e23;
    const BOLTZMANN: f64 = 1.380_649e-23;
    const PLANCK: f64 = 6.626_070_15e-34;
    const FARADAY: f64 = f64::from_bits(0x40f7_8e55_5060_882c);
    const GAS: f64 = f64::from_bits(0x4020_a101_3e89_90be);
    let words: Vec<&str> = name
        .split([' ', '-', '*'])
        .filter(|w| !w.is_empty())
        .collect();
    Some(match words.as_slice() {
        ["faraday"] | ["e", "mole"] | ["mole", "e"] => FARADAY,
        ["k", "mole"] | ["mole", "k"] | ["gasconstant"] | ["R"] => GAS,
        ["k"] | ["boltzmann"] => BOLTZMANN,
        ["mole"] | ["avogadro"] => MOLE,
        ["pi"] => std::f64::consts::PI,
        ["e"] => CHARGE,
        ["c"] | ["light"] => 2.997_924_58e8,
        ["h"] | ["planck"] => PLANCK,
        ["hbar"] => PLANCK / (2.0 * std::f64::consts::PI),
        _ => return None,
    })
}
