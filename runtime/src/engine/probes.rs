//! Finds what is to be recorded.

use crate::engine::plan::{Plan, hint};
use crate::engine::structure::Structure;
use crate::error::{BuildError, BuildErrors};
use crate::instance::{Artificial, Body, Place};
use crate::record::{Probe, ProbeTarget};
use netdsl_lang::mech::{IonQuantity, Program};

/// What a probe samples, in terms of the tile or unit that holds it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wanted {
    Voltage {
        node: u32,
    },
    Ion {
        ion: String,
        what: IonQuantity,
        node: u32,
    },
    Density {
        mechanism: usize,
        slot: u32,
        node: u32,
    },
    Point {
        instance: u32,
        slot: u32,
    },
}

/// A probe, found.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) probe: u32,
    /// Lane of the cell in its tile.
    pub(crate) lane: u32,
    pub(crate) wanted: Wanted,
    pub(crate) unit: String,
}

/// The probes of each tile and unit.
pub(crate) fn requests(
    plan: &Plan<'_>,
    probes: &[Probe],
) -> Result<Vec<Vec<Request>>, BuildErrors> {
    let mut errors = BuildErrors::default();
    let mut lists = vec![Vec::new(); plan.tiles.len() + plan.units.len() + plan.generators.len()];
    for (index, probe) in probes.iter().enumerate() {
        if probe.interval != 0.0
            && (probe.interval.is_nan() || probe.interval < plan.config.dt * (1.0 - 1e-9))
        {
            errors.push(BuildError::Value {
                place: format!("probe `{}`", probe.label),
                message: format!(
                    "a sampling interval of {} ms is shorter than dt = {} ms; give 0 for every step",
                    probe.interval, plan.config.dt
                ),
            });
        }
        match find(plan, probe) {
            Ok((home, lane, wanted, unit)) => {
                lists[home as usize].push(Request {
                    probe: index as u32,
                    lane,
                    wanted,
                    unit,
                });
            }
            Err(error) => errors.push(error),
        }
    }
    errors.into_result(lists)
}

type Found = (u32, u32, Wanted, String);

fn find(plan: &Plan<'_>, probe: &Probe) -> Result<Found, BuildError> {
    match &probe.target {
        ProbeTarget::Place { place, variable } => {
            let Some(tree_node) = plan.node(place) else {
                let place = format!("probe `{}`", probe.label);
                return Err(BuildError::Place {
                    place,
                    message: "there is no such place on the cell".into(),
                });
            };
            let (home, lane) = plan.cell_home[place.cell as usize];
            let structure = &plan.tiles[home as usize].structure;
            let node = structure.compartments[tree_node as usize];
            let (wanted, unit) = at_place(plan, structure, node, place, variable, &probe.label)?;
            Ok((home, lane, wanted, unit))
        }
        ProbeTarget::Point { point, variable } => {
            let Some((home, instance)) = plan.recorded_home(*point) else {
                let place = format!("probe `{}`", probe.label);
                return Err(BuildError::Place {
                    place,
                    message: format!("there is no point process {point}"),
                });
            };
            let program =
                &plan.mechanisms.all[plan.point_sites[*point as usize].0 as usize].program;
            let (slot, unit) = stored(program, variable, &probe.label)?;
            Ok((home, 0, Wanted::Point { instance, slot }, unit))
        }
        ProbeTarget::Artificial { cell, variable } => {
            let body = plan.instance.cells.get(*cell as usize).map(|c| &c.body);
            let Some(Body::Artificial(Artificial::Mechanism { mechanism, .. })) = body else {
                let place = format!("probe `{}`", probe.label);
                let message =
                    format!("cell number {cell} is not an artificial cell with variables");
                return Err(BuildError::Place { place, message });
            };
            let index = plan
                .mechanisms
                .index(mechanism)
                .expect("checked when the plan was made");
            let (slot, unit) = stored(&plan.mechanisms.all[index].program, variable, &probe.label)?;
            let (home, instance) = plan.cell_home[*cell as usize];
            Ok((home, 0, Wanted::Point { instance, slot }, unit))
        }
    }
}

/// Slot and unit of a variable that instances store. Array elements are written `name[2]`.
pub(crate) fn stored(
    program: &Program,
    name: &str,
    label: &str,
) -> Result<(u32, String), BuildError> {
    let (base, element) = match name.split_once('[') {
        Some((base, rest)) => (base, rest.trim_end_matches(']').parse().unwrap_or(u32::MAX)),
        None => (name, 0),
    };
    let found = program.variable(base).and_then(|(_, v)| Some((v.slot?, v)));
    match found {
        Some((slot, variable)) if element < variable.length => {
            Ok((slot + element, variable.unit.clone()))
        }
        _ => {
            let names = program
                .variables
                .iter()
                .filter(|v| v.slot.is_some())
                .map(|v| v.name.as_str());
            Err(BuildError::UnknownVariable {
                mechanism: program.name.clone(),
                name: name.to_string(),
                what: "variable",
                place: format!("probe `{label}`"),
                hint: hint(name, names),
            })
        }
    }
}

pub(crate) fn at_place(
    plan: &Plan<'_>,
    structure: &Structure,
    node: u32,
    place: &Place,
    variable: &str,
    label: &str,
) -> Result<(Wanted, String), BuildError> {
    if variable == "v" {
        return Ok((Wanted::Voltage { node }, "mV".into()));
    }
    let mut names = vec!["v".to_string()];
    for (mechanism, nodes) in &structure.densities {
        if nodes.binary_search(&node).is_err() {
            continue;
        }
        let program = &plan.mechanisms.all[*mechanism].program;
        if let Some(base) = variable.strip_suffix(&format!("_{}", program.name)) {
            let (slot, unit) = stored(program, base, label)?;
            return Ok((
                Wanted::Density {
                    mechanism: *mechanism,
                    slot,
                    node,
                },
                unit,
            ));
        }
        let stored = program.variables.iter().filter(|v| v.slot.is_some());
        names.extend(stored.map(|v| format!("{}_{}", v.name, program.name)));
    }
    let uses = structure.densities.iter().chain(&structure.point_ions);
    for (mechanism, nodes) in uses {
        if nodes.binary_search(&node).is_err() {
            continue;
        }
        for ion in &plan.mechanisms.all[*mechanism].program.ions {
            for (name, what, unit) in quantities(&ion.name) {
                if variable == name {
                    return Ok((
                        Wanted::Ion {
                            ion: ion.name.clone(),
                            what,
                            node,
                        },
                        unit.into(),
                    ));
                }
                names.push(name);
            }
        }
    }
    Err(BuildError::Place {
        place: format!("probe `{label}`"),
        message: format!(
            "{} has no variable `{variable}`{}",
            plan.describe(place),
            hint(variable, names.iter().map(String::as_str))
        ),
    })
}

/// An ion's quantities by NEURON's names.
fn quantities(ion: &str) -> [(String, IonQuantity, &'static str); 4] {
    [
        (format!("e{ion}"), IonQuantity::Reversal, "mV"),
        (format!("i{ion}"), IonQuantity::Current, "mA/cm2"),
        (format!("{ion}i"), IonQuantity::Inside, "mM"),
        (format!("{ion}o"), IonQuantity::Outside, "mM"),
    ]
}
