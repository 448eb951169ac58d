//! Whether a network fits into the machine, told before it is built.

use crate::instance::{Body, Cell, CellTemplate, Instance};
use crate::mech::Catalogue;
use netdsl_lang::mech::program::Role;
use std::collections::HashMap;
use std::sync::Arc;

/// Bytes of a compartment without mechanisms: voltage, matrix, area, capacitance.
const COMPARTMENT: u64 = 96;
/// Bytes of a connection, if its weight and delay are those of many.
const CONNECTION: u64 = 4;
/// Bytes of a synapse or electrode beside its variables.
const POINT: u64 = 64;

/// Bytes that the machine has; `None` where the system does not say.
fn installed() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// What is wrong if `bytes` are more than the machine has.
pub(crate) fn lacks(bytes: u64) -> Option<String> {
    let installed = installed()?;
    let gigabytes = |bytes: u64| (bytes as f64 / 1e9).ceil();
    (bytes > installed).then(|| {
        format!(
            "at least {} GB are needed, but this machine has {}",
            gigabytes(bytes),
            gigabytes(installed)
        )
    })
}

/// Bytes that `count` cells take before anything is known of their kind.
pub(crate) fn of_cells(count: f64) -> u64 {
    (count * size_of::<Cell>() as f64) as u64
}

/// Bytes that the simulation of a network takes at least, the network itself not counted.
pub(crate) fn of_simulation(instance: &Instance, catalogue: &Catalogue) -> u64 {
    let mut known: HashMap<*const CellTemplate, u64> = HashMap::new();
    let mut bytes = 0;
    for cell in &instance.cells {
        bytes += match &cell.body {
            Body::Compartments(template) => *known
                .entry(Arc::as_ptr(template))
                .or_insert_with(|| of_template(template, catalogue)),
            Body::Artificial(_) => POINT,
            Body::Elsewhere => 0,
        };
    }
    let points = instance.points[..].chunk_by(|a, b| Arc::ptr_eq(&a.mechanism, &b.mechanism));
    let points = points.map(|same| {
        let name = &same[0].mechanism;
        match catalogue.get(name) {
            // one may do for many
            Some(mechanism) if mechanism.program.superposes() => 0,
            _ => same.len() as u64 * (POINT + of_mechanism(name, catalogue)),
        }
    });
    bytes + points.sum::<u64>() + CONNECTION * instance.connections.len() as u64
}

fn of_template(template: &CellTemplate, catalogue: &Catalogue) -> u64 {
    let sections = template.sections.iter().map(|section| {
        let mechanisms = section.mechanisms.iter();
        let variables = mechanisms.map(|insertion| of_mechanism(&insertion.mechanism, catalogue));
        u64::from(section.nseg) * (COMPARTMENT + variables.sum::<u64>())
    });
    sections.sum()
}

/// Bytes of an instance of a mechanism whose states differ: its parameters are mostly shared.
fn of_mechanism(name: &str, catalogue: &Catalogue) -> u64 {
    let states = catalogue.get(name).map_or(0, |mechanism| {
        let variables = mechanism.program.variables.iter();
        variables
            .filter(|variable| variable.role == Role::State)
            .map(|variable| u64::from(variable.length))
            .sum()
    });
    states * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_machine_has_is_told() {
        let Some(installed) = installed() else { return };
        assert_eq!(lacks(installed), None);
        let told = lacks(1 << 60).expect("no machine has an exabyte");
        assert!(
            told.starts_with("at least 1152921505 GB are needed"),
            "{told}"
        );
    }
}
