//! Units that NEURON fixes: of the membrane, of time, of ions and currents.

use super::Checker;
use super::quantity::{Quantity, Scale};
use crate::nmodl::ast::{Declaration, File, Item, Name, NeuronStmt, Span};

const FIXED: [(&str, &str); 6] = [
    ("v", "millivolt"),
    ("t", "ms"),
    ("dt", "ms"),
    ("celsius", "degC"),
    ("diam", "micron"),
    ("area", "micron2"),
];

/// The unit of a name of NEURON, as files write it.
pub(super) fn unit_of(name: &str) -> Option<&'static str> {
    match FIXED.iter().find(|(fixed, _)| *fixed == name)?.1 {
        "millivolt" => Some("mV"),
        unit => Some(unit),
    }
}

impl<'a> Checker<'a> {
    /// What NEURON shares with the mechanism has NEURON's units.
    pub(super) fn require(&mut self, file: &'a File) {
        let declarations = |item: &'a Item| match item {
            Item::Parameter(all) | Item::Assigned(all) | Item::State(all) => all.as_slice(),
            _ => &[],
        };
        let declared: Vec<&Declaration> = file.items.iter().flat_map(declarations).collect();
        let place = |name: &str| declared.iter().find(|d| d.name.kind == name);
        for (name, unit) in FIXED {
            if let Some(d) = place(name) {
                let span = d.unit.as_ref().map_or(d.name.span, |u| u.span);
                self.fixed(name, unit, span);
            }
        }
        for (name, unit) in shared(file) {
            let span = match place(&name.kind) {
                Some(d) => d.unit.as_ref().map_or(d.name.span, |u| u.span),
                None => name.span,
            };
            self.fixed(&name.kind, unit, span);
        }
    }

    fn fixed(&mut self, name: &str, unit: &str, span: Span) {
        let Ok(wanted) = self.table.evaluate(unit) else {
            return;
        };
        let found = match self.names.get(name) {
            Some(Quantity::Of(scale)) => *scale,
            Some(_) => return,
            None => Scale::ONE,
        };
        if !found.is(wanted) {
            let unit = match unit {
                "millivolt" => "mV",
                "milliamp/cm2" => "mA/cm2",
                "nanoamp" => "nA",
                "milli/liter" => "mM",
                unit => unit,
            };
            let message = format!(
                "`{name}` must have the unit ({unit}), not {}",
                self.show(found)
            );
            self.problem(span, message, None);
        }
    }
}

/// Currents and quantities of ions with their units.
fn shared(file: &File) -> Vec<(&Name, &'static str)> {
    let blocks = file.items.iter().filter_map(|item| match item {
        Item::Neuron(statements) => Some(statements),
        _ => None,
    });
    let statements: Vec<_> = blocks.flatten().map(|s| &s.kind).collect();
    let point = |s: &&NeuronStmt| {
        matches!(
            s,
            NeuronStmt::PointProcess(_) | NeuronStmt::ArtificialCell(_)
        )
    };
    let current = match statements.iter().any(point) {
        true => "nanoamp",
        false => "milliamp/cm2",
    };
    let mut found = Vec::new();
    for statement in statements {
        match statement {
            NeuronStmt::NonspecificCurrent(all) | NeuronStmt::ElectrodeCurrent(all) => {
                found.extend(all.iter().map(|name| (name, current)));
            }
            NeuronStmt::UseIon {
                ion, read, write, ..
            } => {
                let all = read.iter().chain(write);
                found.extend(all.filter_map(|n| Some((n, quantity_of(n, ion, current)?))));
            }
            _ => {}
        }
    }
    found
}

/// `ina`, `ena`, `nai`, `nao`.
fn quantity_of(name: &Name, ion: &Name, current: &'static str) -> Option<&'static str> {
    match name.kind.strip_suffix(ion.kind.as_str()) {
        Some("i") => return Some(current),
        Some("e") => return Some("millivolt"),
        _ => {}
    }
    match name.kind.strip_prefix(ion.kind.as_str())? {
        "i" | "o" => Some("milli/liter"),
        _ => None,
    }
}
