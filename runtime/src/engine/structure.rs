//! Which cells may be computed side by side: those with the same tree and the same mechanisms at the same compartments.
//!
//! The structure depends on the cell alone, never on the cells it shares a group with, so a cell's numbers do not depend
//! on how cells are grouped.

use crate::engine::mechanisms::{Mechanisms, near};
use crate::error::{BuildError, BuildErrors};
use crate::geometry::Tree;
use crate::instance::{CellTemplate, Insertion};
use std::sync::Arc;

/// A cell template, discretised.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) template: Arc<CellTemplate>,
    pub(crate) tree: Tree,
}

/// What cells of a group have in common. Compartments are those of the tree without end nodes that carry nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Structure {
    /// Parent of each compartment; `u32::MAX` for the first, the root.
    pub(crate) parents: Vec<u32>,
    /// Node of the template's tree for each compartment.
    pub(crate) tree_nodes: Vec<u32>,
    /// Compartment of each node of the tree; a dropped node has its neighbour's.
    pub(crate) compartments: Vec<u32>,
    /// Density mechanisms (index in [`Mechanisms`]) in order of evaluation, each with its compartments, ascending.
    pub(crate) densities: Vec<(usize, Vec<u32>)>,
    /// Point mechanisms that use ions, each with the compartments where they do.
    pub(crate) point_ions: Vec<(usize, Vec<u32>)>,
}

impl Structure {
    /// The structure of a cell with point processes `points`: (mechanism, node of the tree).
    pub(crate) fn of(layout: &Layout, points: &[(usize, u32)], mechanisms: &Mechanisms) -> Self {
        let tree = &layout.tree;
        let kept = kept_nodes(tree, points);
        let (parents, tree_nodes, compartments) = compact(tree, &kept);
        let mut structure = Self {
            parents,
            tree_nodes,
            compartments,
            densities: Vec::new(),
            point_ions: Vec::new(),
        };
        for (index, prepared) in mechanisms.all.iter().enumerate() {
            let name = &prepared.program.name;
            if prepared.is_density() {
                let nodes = structure.nodes_with(layout, name);
                if !nodes.is_empty() {
                    structure.densities.push((index, nodes));
                }
            } else if !prepared.program.ions.is_empty() {
                let at = points.iter().filter(|(mechanism, _)| *mechanism == index);
                let mut nodes: Vec<u32> = at
                    .map(|(_, node)| structure.compartments[*node as usize])
                    .collect();
                nodes.sort_unstable();
                nodes.dedup();
                if !nodes.is_empty() {
                    structure.point_ions.push((index, nodes));
                }
            }
        }
        structure
    }

    pub(crate) fn len(&self) -> usize {
        self.parents.len()
    }

    fn nodes_with(&self, layout: &Layout, mechanism: &str) -> Vec<u32> {
        let inserted = |node: u32| {
            let origin = &layout.tree.origin[self.tree_nodes[node as usize] as usize];
            origin.segment.is_some()
                && insertion(&layout.template, origin.section, mechanism).is_some()
        };
        (0..self.len() as u32)
            .filter(|&node| inserted(node))
            .collect()
    }
}

/// The insertion of a mechanism in a section.
pub(crate) fn insertion<'a>(
    template: &'a CellTemplate,
    section: u32,
    mechanism: &str,
) -> Option<&'a Insertion> {
    template.sections[section as usize]
        .mechanisms
        .iter()
        .find(|i| i.mechanism == mechanism)
}

/// End nodes (no area) with one neighbour and nothing attached have their neighbour's voltage: they need no equation.
fn kept_nodes(tree: &Tree, points: &[(usize, u32)]) -> Vec<bool> {
    let mut neighbours = vec![0u32; tree.parent.len()];
    for (node, &parent) in tree.parent.iter().enumerate() {
        if parent != u32::MAX {
            neighbours[node] += 1;
            neighbours[parent as usize] += 1;
        }
    }
    let mut kept: Vec<bool> = (0..neighbours.len())
        .map(|n| tree.area[n] > 0.0 || neighbours[n] > 1)
        .collect();
    for &(_, node) in points {
        kept[node as usize] = true;
    }
    kept
}

fn compact(tree: &Tree, kept: &[bool]) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let mut compartments = vec![u32::MAX; kept.len()];
    let (mut parents, mut tree_nodes) = (Vec::new(), Vec::new());
    for node in 0..kept.len() {
        if kept[node] {
            let parent = tree.parent[node];
            parents.push(if parent == u32::MAX {
                u32::MAX
            } else {
                compartments[parent as usize]
            });
            compartments[node] = tree_nodes.len() as u32;
            tree_nodes.push(node as u32);
        } else if tree.parent[node] != u32::MAX {
            compartments[node] = compartments[tree.parent[node] as usize];
        }
    }
    // a dropped root has the compartment of its only child, which becomes the root
    if compartments[0] == u32::MAX {
        compartments[0] = 0;
    }
    parents[0] = u32::MAX;
    (parents, tree_nodes, compartments)
}

/// Checks that a template's mechanisms exist, are density mechanisms, and have the parameters that are set.
pub(crate) fn check_template(
    template: &CellTemplate,
    place: &str,
    mechanisms: &Mechanisms,
    errors: &mut BuildErrors,
) {
    for section in &template.sections {
        for insertion in &section.mechanisms {
            // unknown names were reported when the mechanisms were prepared
            let Some(index) = mechanisms.index(&insertion.mechanism) else {
                continue;
            };
            let prepared = &mechanisms.all[index];
            let place = format!("{place}, section `{}`", section.name);
            if !prepared.is_density() {
                errors.push(BuildError::WrongKind {
                    name: insertion.mechanism.clone(),
                    place,
                    is: "a point process",
                    wanted: "a density mechanism (SUFFIX)",
                });
                continue;
            }
            for (name, values) in &insertion.parameters {
                check_parameter(&prepared.program, name, &place, errors);
                if let crate::instance::PerSegment::Each(values) = values
                    && values.len() != section.nseg as usize
                {
                    errors.push(BuildError::Value {
                        place: format!("{place}, `{name}` of `{}`", insertion.mechanism),
                        message: format!(
                            "{} values for {} segments; give one a segment, or one for all",
                            values.len(),
                            section.nseg
                        ),
                    });
                }
            }
        }
    }
}

/// A name that may be set per instance.
pub(crate) fn check_parameter(
    program: &netdsl_lang::mech::Program,
    name: &str,
    place: &str,
    errors: &mut BuildErrors,
) -> bool {
    let known = program.variable(name).is_some_and(|(_, v)| settable(v));
    if !known {
        let names = program
            .variables
            .iter()
            .filter(|v| settable(v))
            .map(|v| v.name.as_str());
        let list: Vec<&str> = names.clone().collect();
        let remedy = match list.is_empty() {
            true => "it has no parameters".to_string(),
            false => format!("its parameters are `{}`", list.join("`, `")),
        };
        errors.push(BuildError::UnknownVariable {
            mechanism: program.name.clone(),
            name: name.to_string(),
            what: "parameter",
            place: place.to_string(),
            hint: near(name, names, &remedy),
        });
    }
    known
}

/// A file of results lists states and assigned variables too; setting them before INITIAL is what NEURON allows.
fn settable(variable: &netdsl_lang::mech::Variable) -> bool {
    use netdsl_lang::mech::Role;
    variable.slot.is_some()
        && matches!(
            variable.role,
            Role::Parameter | Role::State | Role::Assigned | Role::Transient | Role::Pointer
        )
}
