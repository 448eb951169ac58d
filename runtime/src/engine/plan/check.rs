//! What is wrong with the settings of a run or the parameters of an instance.

use crate::config::Config;
use crate::engine::structure::check_parameter;
use crate::engine::threads::most;
use crate::error::{BuildError, BuildErrors};
use crate::instance::{Artificial, Body, CellTemplate, Instance, ParameterSet};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn check_config(config: &Config, errors: &mut BuildErrors) {
    let mut wrong = |name: &str, message: String| {
        errors.push(BuildError::Value {
            place: format!("`{name}` of the run"),
            message,
        });
    };
    if !(config.dt > 0.0 && config.dt.is_finite()) {
        wrong(
            "dt",
            format!(
                "{} ms is not a step; give a positive time such as 0.025 ms",
                config.dt
            ),
        );
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if config.threads > most(cores) {
        let threads = config.threads;
        wrong(
            "threads",
            format!("{threads} threads are too many: this machine has {cores} cores"),
        );
    }
    if !config.v_init.is_finite() {
        wrong("v_init", format!("{} mV is not a voltage", config.v_init));
    }
    if !(config.celsius.is_finite() && config.celsius > -273.15) {
        wrong(
            "celsius",
            format!("{} °C is not a temperature", config.celsius),
        );
    }
}

pub(super) fn check_set(
    program: &netdsl_lang::mech::Program,
    set: &ParameterSet,
    mechanism: &str,
    errors: &mut BuildErrors,
) {
    let place = format!("parameters of `{mechanism}`");
    for (name, values) in set {
        if check_parameter(program, name, &place, errors) {
            let length = program.variable(name).map_or(0, |(_, v)| v.length as usize);
            if values.len() != length {
                errors.push(BuildError::Value {
                    place: format!("`{name}` of `{mechanism}`"),
                    message: format!(
                        "{} value(s) given, but it has {length} element(s)",
                        values.len()
                    ),
                });
            }
        }
    }
}

/// Names of all mechanisms, each with a place that uses it.
pub(super) fn used_mechanisms(instance: &Instance) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut seen: Vec<*const CellTemplate> = Vec::new();
    let mut note = |name: &str, place: &dyn Fn() -> String| {
        if !names.contains_key(name) {
            names.insert(name.to_string(), place());
        }
    };
    for cell in &instance.cells {
        match &cell.body {
            Body::Compartments(template) => {
                if seen.last() == Some(&Arc::as_ptr(template)) {
                    continue;
                }
                seen.push(Arc::as_ptr(template));
                for section in &template.sections {
                    for insertion in &section.mechanisms {
                        let place = || format!("cell {}, section `{}`", cell.gid, section.name);
                        note(&insertion.mechanism, &place);
                    }
                }
            }
            Body::Artificial(Artificial::Mechanism { mechanism, .. }) => {
                note(mechanism, &|| format!("cell {}", cell.gid));
            }
            Body::Artificial(Artificial::Times(_)) | Body::Elsewhere => {}
        }
    }
    let points = &instance.points[..];
    let mut index = 0;
    for same in points.chunk_by(|a, b| Arc::ptr_eq(&a.mechanism, &b.mechanism)) {
        note(&same[0].mechanism, &|| format!("point process {index}"));
        index += same.len();
    }
    for generator in &instance.generators {
        if let Artificial::Mechanism { mechanism, .. } = generator {
            note(mechanism, &|| "a generator".to_string());
        }
    }
    names
}
