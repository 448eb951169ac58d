//! POINTERs of a cell's mechanisms: what the model says becomes places and point processes of each cell.

use netdsl_lang::model::{CellType, CellVariable as Written, VariableOwner};

use super::cells::DrawnPoint;
use crate::instance::{CellTemplate, CellVariable, Owner, Place, Pointer};

/// A POINTER of a cell type.
#[derive(Clone, Debug)]
pub(crate) struct PointerPlan {
    /// Section of the owner, by name.
    section: String,
    /// Name of the point process, or of the density mechanism.
    owner: OwnerName,
    variable: String,
    target: Written,
}

#[derive(Clone, Debug)]
enum OwnerName {
    Point(String),
    Density(String),
}

/// The POINTERs that a cell type connects.
pub(crate) fn plan_pointers(cell: &CellType) -> Vec<PointerPlan> {
    let mut plans = Vec::new();
    for section in &cell.sections {
        let mut plan = |owner: OwnerName, (variable, target): (&str, &Written)| {
            plans.push(PointerPlan {
                section: section.name.clone(),
                owner,
                variable: variable.to_owned(),
                target: target.clone(),
            });
        };
        for (mechanism, pointers) in section.pointers.iter() {
            let owner = || OwnerName::Density(mechanism.to_owned());
            pointers.iter().for_each(|p| plan(owner(), p));
        }
        for (name, point) in section.point_processes.iter() {
            let owner = || OwnerName::Point(name.to_owned());
            point.pointers.iter().for_each(|p| plan(owner(), p));
        }
    }
    plans
}

/// The POINTERs of one cell, whose point processes `points` begin at `first_point` in the network.
pub(crate) fn connect_pointers(
    plans: &[PointerPlan],
    template: &CellTemplate,
    points: &[DrawnPoint],
    (gid, first_point): (u32, u32),
    into: &mut Vec<Pointer>,
) {
    let section = |name: &str| template.sections.iter().position(|s| s.name == name);
    let point = |section_name: &str, name: &str| {
        let section = section(section_name)? as u32;
        let found = points
            .iter()
            .position(|p| p.section == section && p.name == name)?;
        Some((first_point + found as u32, &points[found]))
    };
    for plan in plans {
        let Some(own_section) = section(&plan.section) else {
            continue;
        };
        let owners: Vec<(Owner, Place)> = match &plan.owner {
            OwnerName::Point(name) => point(&plan.section, name)
                .map(|(index, drawn)| {
                    let place = Place {
                        cell: gid,
                        section: drawn.section,
                        location: drawn.location,
                    };
                    (Owner::Point(index), place)
                })
                .into_iter()
                .collect(),
            OwnerName::Density(mechanism) => {
                let nseg = template.sections[own_section].nseg;
                let at = |k: u32| Place {
                    cell: gid,
                    section: own_section as u32,
                    location: (f64::from(k) + 0.5) / f64::from(nseg),
                };
                let owner = |place: Place| Owner::Density {
                    mechanism: mechanism.clone(),
                    place,
                };
                (0..nseg).map(|k| (owner(at(k)), at(k))).collect()
            }
        };
        for (owner, here) in owners {
            let variable = plan.target.variable.clone();
            let target = match &plan.target.owner {
                VariableOwner::Here => CellVariable::Place {
                    place: here,
                    variable,
                },
                VariableOwner::Place { section: name, loc } => match section(name) {
                    Some(index) => CellVariable::Place {
                        place: Place {
                            cell: gid,
                            section: index as u32,
                            location: *loc,
                        },
                        variable,
                    },
                    None => continue,
                },
                VariableOwner::Point {
                    section,
                    point: name,
                } => match point(section, name) {
                    Some((index, _)) => CellVariable::Point {
                        point: index,
                        variable,
                    },
                    None => continue,
                },
            };
            into.push(Pointer {
                owner,
                variable: plan.variable.clone(),
                target,
            });
        }
    }
}
