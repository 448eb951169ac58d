//! Who points where: POINTERs of mechanisms found in the plan, and what is wrong with them.

use crate::engine::mechanisms::near;
use crate::engine::plan::Plan;
use crate::engine::probes::{Wanted, at_place, stored};
use crate::error::{BuildError, BuildErrors};
use crate::instance::{Body, CellVariable, Owner, Place, Pointer};
use netdsl_lang::mech::visit;
use netdsl_lang::mech::{Instr, IonQuantity, Program, Role};
use std::collections::BTreeSet;

/// A connected POINTER of a tile.
#[derive(Clone, Debug)]
pub(crate) struct Pointing {
    /// Index of the mechanism.
    pub(crate) mechanism: usize,
    /// Slot of the POINTER.
    pub(crate) slot: u32,
    pub(crate) owner: PointingOwner,
    /// Lane of the cell.
    pub(crate) lane: u32,
    /// What it leads to.
    pub(crate) target: Wanted,
}

/// Whose POINTER it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PointingOwner {
    /// Number among the tile's point processes.
    Instance(u32),
    /// Compartment of a density mechanism.
    Node(u32),
}

/// All connections of POINTERs, and what they ask of others.
#[derive(Clone, Debug, Default)]
pub(crate) struct PointingPlan {
    /// By tile.
    pub(crate) by_tile: Vec<Vec<Pointing>>,
    /// Slots that are pointed to: (mechanism, slot). Each instance keeps its own.
    pub(crate) slots: BTreeSet<(usize, u32)>,
    /// Those of them that are assigned through a POINTER.
    pub(crate) assigned: BTreeSet<(usize, u32)>,
    /// Quantities of ions that are pointed to.
    pub(crate) ions: Vec<(String, IonQuantity)>,
}

impl PointingPlan {
    /// Whether a quantity of an ion is pointed to.
    pub(crate) fn uses(&self, ion: &str, what: IonQuantity) -> bool {
        self.ions.iter().any(|(i, w)| i == ion && *w == what)
    }
}

/// Finds owners and targets; every POINTER that code uses must be connected.
pub(crate) fn plan_pointers(plan: &Plan<'_>, errors: &mut BuildErrors) -> PointingPlan {
    let mut found = PointingPlan {
        by_tile: vec![Vec::new(); plan.tiles.len()],
        ..PointingPlan::default()
    };
    for (number, pointer) in plan.instance.pointers.iter().enumerate() {
        let label = format!("POINTER `{}` (number {number})", pointer.variable);
        match locate(plan, pointer, &label) {
            Ok((tile, pointing)) => {
                let slot = note_target(plan, &pointing.target, tile, &mut found);
                let owner = &plan.mechanisms.all[pointing.mechanism].program;
                if assigns(owner, pointing.slot) {
                    found.assigned.extend(slot);
                }
                found.by_tile[tile].push(pointing);
            }
            Err(error) => errors.push(error),
        }
    }
    check_connected(plan, &found, errors);
    found
}

/// Whether code assigns to the variable in a slot.
fn assigns(program: &Program, slot: u32) -> bool {
    let mut found = false;
    for block in program.blocks() {
        visit(&block.code, &mut |instr| {
            if let Instr::Store { var, .. } = instr {
                found |= program.variables[*var as usize].slot == Some(slot);
            }
        });
    }
    found
}

/// Notes what is pointed to; the result is the slot that it has, if it is a mechanism's.
fn note_target(
    plan: &Plan<'_>,
    target: &Wanted,
    tile: usize,
    found: &mut PointingPlan,
) -> Option<(usize, u32)> {
    let slot = match target {
        Wanted::Voltage { .. } => None,
        Wanted::Ion { ion, what, .. } => {
            if !found.uses(ion, *what) {
                found.ions.push((ion.clone(), *what));
            }
            None
        }
        Wanted::Density {
            mechanism, slot, ..
        } => Some((*mechanism, *slot)),
        Wanted::Point { instance, slot } => {
            let mut homes = plan.point_home.iter().zip(&plan.point_sites);
            let here = (tile as u32, *instance);
            let home = homes.find(|(home, _)| **home == here);
            home.map(|(_, (mechanism, _))| (*mechanism as usize, *slot))
        }
    };
    found.slots.extend(slot);
    slot
}

fn locate(
    plan: &Plan<'_>,
    pointer: &Pointer,
    label: &str,
) -> Result<(usize, Pointing), BuildError> {
    let no_place = |message: &str| BuildError::Place {
        place: label.to_owned(),
        message: message.to_owned(),
    };
    let (cell, mechanism, tile, owner) = match &pointer.owner {
        Owner::Point(point) => {
            let home = plan.point_home.get(*point as usize);
            let &(tile, instance) = home.ok_or_else(|| no_place("there is no such owner"))?;
            let mechanism = plan.site(*point).0;
            let cell = plan.instance.points[*point as usize].place.cell;
            (cell, mechanism, tile, PointingOwner::Instance(instance))
        }
        Owner::Density { mechanism, place } => {
            let node = plan
                .node(place)
                .ok_or_else(|| no_place("there is no such place on the cell"))?;
            let tile = plan.cell_home[place.cell as usize].0;
            let structure = &plan.tiles[tile as usize].structure;
            let node = structure.compartments[node as usize];
            let index = plan.mechanisms.index(mechanism);
            let here = |index: &usize| {
                let of = structure.densities.iter().find(|(m, _)| m == index);
                of.is_some_and(|(_, nodes)| nodes.binary_search(&node).is_ok())
            };
            let index = index.filter(here).ok_or_else(|| {
                no_place(&format!(
                    "{} has no mechanism `{mechanism}`",
                    plan.describe(place)
                ))
            })?;
            (place.cell, index, tile, PointingOwner::Node(node))
        }
    };
    let program = &plan.mechanisms.all[mechanism].program;
    let slot = pointer_slot(program, &pointer.variable, label)?;
    let target = locate_target(plan, &pointer.target, cell, label)?;
    let pointing = Pointing {
        mechanism,
        slot,
        owner,
        lane: plan.cell_home[cell as usize].1,
        target,
    };
    Ok((tile as usize, pointing))
}

fn pointer_slot(program: &Program, name: &str, label: &str) -> Result<u32, BuildError> {
    let pointers = || program.variables.iter().filter(|v| v.role == Role::Pointer);
    let found = pointers().find(|v| v.name == name).and_then(|v| v.slot);
    found.ok_or_else(|| BuildError::UnknownVariable {
        mechanism: program.name.clone(),
        name: name.to_owned(),
        what: "POINTER",
        place: label.to_owned(),
        hint: near(name, pointers().map(|v| v.name.as_str()), ""),
    })
}

fn locate_target(
    plan: &Plan<'_>,
    target: &CellVariable,
    owner: u32,
    label: &str,
) -> Result<Wanted, BuildError> {
    let wrong = |message: String| BuildError::Place {
        place: label.to_owned(),
        message,
    };
    let elsewhere = |cell: u32| {
        (cell != owner).then(|| {
        wrong("it leads to another cell, whose variables may belong to another thread or machine; \
               the voltage of another cell is followed by a gap junction".to_owned())
    })
    };
    match target {
        CellVariable::Place { place, variable } => {
            if let Some(error) = elsewhere(place.cell) {
                return Err(error);
            }
            let node = plan
                .node(place)
                .ok_or_else(|| wrong("there is no such place on the cell".to_owned()))?;
            let structure = &plan.tiles[plan.cell_home[place.cell as usize].0 as usize].structure;
            let node = structure.compartments[node as usize];
            Ok(at_place(plan, structure, node, place, variable, label)?.0)
        }
        CellVariable::Point { point, variable } => {
            let home = plan.point_home.get(*point as usize);
            let &(_, instance) =
                home.ok_or_else(|| wrong(format!("there is no point process {point}")))?;
            if let Some(error) = elsewhere(plan.instance.points[*point as usize].place.cell) {
                return Err(error);
            }
            let program =
                &plan.mechanisms.all[plan.point_sites[*point as usize].0 as usize].program;
            let (slot, _) = stored(program, variable, label)?;
            Ok(Wanted::Point { instance, slot })
        }
    }
}

/// The POINTERs that a program's code uses: name and slot.
fn needed(program: &Program) -> Vec<(&str, u32)> {
    let mut used = BTreeSet::new();
    for block in program.blocks() {
        visit(&block.code, &mut |instr| {
            if let Instr::Load { var, .. } | Instr::Store { var, .. } = instr {
                used.insert(*var);
            }
        });
    }
    let variables = used.iter().map(|var| &program.variables[*var as usize]);
    let pointers = variables.filter(|v| v.role == Role::Pointer);
    pointers
        .filter_map(|v| Some((v.name.as_str(), v.slot?)))
        .collect()
}

fn check_connected(plan: &Plan<'_>, found: &PointingPlan, errors: &mut BuildErrors) {
    let missing = |name: &str, mechanism: &str, place: String| BuildError::Value {
        place: format!("`{mechanism}` on {place}"),
        message: format!(
            "its POINTER `{name}` leads nowhere; say in the model which variable of the cell it stands for"
        ),
    };
    type Known = BTreeSet<(u32, u32, PointingOwner, u32)>;
    let known: Known = found
        .by_tile
        .iter()
        .zip(0..)
        .flat_map(|(list, tile)| list.iter().map(move |p| (tile, p.lane, p.owner, p.slot)))
        .collect();
    let wanted: Vec<_> = plan
        .mechanisms
        .all
        .iter()
        .map(|prepared| needed(&prepared.program))
        .collect();
    if wanted.iter().all(Vec::is_empty) {
        return;
    }
    for (k, point) in plan.instance.points.iter().enumerate() {
        for (name, slot) in &wanted[plan.point_sites[k].0 as usize] {
            let (tile, instance) = plan.point_home[k];
            let lane = plan.cell_home[point.place.cell as usize].1;
            let set = &plan.instance.parameter_sets[point.parameters as usize];
            let mut gaps = plan.instance.gaps.iter();
            let given = known.contains(&(tile, lane, PointingOwner::Instance(instance), *slot))
                || set.iter().any(|(n, _)| n == name)
                || gaps.any(|g| g.point as usize == k && g.variable == *name);
            if !given {
                errors.push(missing(name, &point.mechanism, plan.describe(&point.place)));
            }
        }
    }
    for (cell, body) in plan.instance.cells.iter().map(|c| &c.body).enumerate() {
        let (Body::Compartments(template), Some(layout)) = (body, &plan.layouts[cell]) else {
            continue;
        };
        let (tile, lane) = plan.cell_home[cell];
        let structure = &plan.tiles[tile as usize].structure;
        for (section, part) in template.sections.iter().enumerate() {
            for insertion in &part.mechanisms {
                let Some(index) = plan.mechanisms.index(&insertion.mechanism) else {
                    continue;
                };
                for (name, slot) in &wanted[index] {
                    if insertion.parameters.iter().any(|(n, _)| n == name) {
                        continue;
                    }
                    for segment in 0..part.nseg {
                        let node = layout.tree.segment_node(section as u32, segment);
                        let node = structure.compartments[node as usize];
                        if !known.contains(&(tile, lane, PointingOwner::Node(node), *slot)) {
                            let place = Place {
                                cell: cell as u32,
                                section: section as u32,
                                location: (f64::from(segment) + 0.5) / f64::from(part.nseg),
                            };
                            errors.push(missing(name, &insertion.mechanism, plan.describe(&place)));
                        }
                    }
                }
            }
        }
    }
}
