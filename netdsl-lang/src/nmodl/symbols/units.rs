//! Constants of the UNITS block.

use super::{Symbols, UnitText};
use crate::nmodl::ast::{Node, UnitEntry};
use crate::nmodl::report::Report;

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

/// The physical constants that mechanisms use, as NEURON's table of units has them (CODATA 2018).
fn physical_constant(of: &Node<String>, unit: &UnitText) -> Option<f64> {
    const CHARGE: f64 = 1.602_176_634e-19;
    const FARADAY: f64 = f64::from_bits(0x40f7_8e55_5060_882c);
    const GAS: f64 = f64::from_bits(0x4020_a101_3e89_90be);
    let unit = unit.as_ref().map_or("1", |u| u.kind.as_str());
    let of = of.kind.replace(' ', "");
    Some(match (of.as_str(), unit.replace(' ', "").as_str()) {
        ("faraday", "coulomb" | "coulombs" | "coul" | "coulomb/mole" | "coulombs/mole") => FARADAY,
        ("faraday", "kilocoulomb" | "kilocoulombs") => FARADAY / 1000.0,
        ("faraday", "10000coulomb" | "10000coulombs") => FARADAY / 10000.0,
        ("k-mole" | "gasconstant" | "R", "joule/degC" | "joule/K" | "J/degC" | "joule/kelvin") => {
            GAS
        }
        ("k-mole" | "gasconstant" | "R", "mV-coul/degC" | "millivolt-coulomb/degC") => GAS * 1000.0,
        ("pi", "1" | "") => std::f64::consts::PI,
        ("e", "coulomb" | "coulombs" | "coul") => CHARGE,
        _ => return None,
    })
}
