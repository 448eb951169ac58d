//! LONGITUDINAL_DIFFUSION: states of a density mechanism diffuse between neighbouring compartments.
//!
//! After the states have reacted within their compartments, an implicit step of diffusion follows along the tree of those
//! compartments that have the mechanism, as NEURON takes it: fluxes go with the mean of `constant` (diffusion constant
//! times cross-section) of two neighbours over the distance of their centres, and change concentrations by `volume`.

use crate::engine::group::MechanismGroup;
use crate::engine::structure::{Layout, Structure};
use crate::mech::Lists;
use crate::mech::script::ScriptHost;
use crate::simd::LANES;
use netdsl_lang::mech::interpret::Interpreter;
use netdsl_lang::mech::{Diffusion, Role};

const NONE: u32 = u32::MAX;

/// Distances of a compartment to its parent, 1/µm².
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    /// As the parent sees it: `2/(dx_parent (dx + dx_parent))`.
    above: f64,
    /// As the compartment sees it: `2/(dx (dx + dx_parent))`.
    below: f64,
}

/// The neighbourhoods of a mechanism's compartments.
#[derive(Clone, Debug)]
pub(crate) struct Neighbours {
    /// Row of the parent of each row; `NONE` if there is none.
    parents: Vec<u32>,
    /// By row and lane.
    reach: Vec<Reach>,
    lanes: usize,
}

impl Neighbours {
    /// Of the compartments `nodes` of a structure; `layout` is that of the cell in a lane.
    pub(crate) fn new<'l>(
        structure: &Structure,
        nodes: &[u32],
        lanes: usize,
        layout: impl Fn(usize) -> &'l Layout,
    ) -> Self {
        let row_of = |node: u32| nodes.binary_search(&node).ok().map(|row| row as u32);
        let parents: Vec<u32> = nodes
            .iter()
            .map(|&node| parent_row(structure, node, layout(0), &row_of))
            .collect();
        let mut reach = Vec::with_capacity(nodes.len() * lanes);
        for (row, &parent) in parents.iter().enumerate() {
            for lane in 0..lanes {
                reach.push(match parent {
                    NONE => Reach::default(),
                    parent => {
                        let length =
                            |row: usize| segment_length(structure, nodes[row], layout(lane));
                        let (own, other) = (length(row), length(parent as usize));
                        Reach {
                            above: 2.0 / other / (own + other),
                            below: 2.0 / own / (own + other),
                        }
                    }
                });
            }
        }
        Self {
            parents,
            reach,
            lanes,
        }
    }

    /// Takes a step of all diffusing states of `group`.
    pub(crate) fn advance(&self, group: &mut MechanismGroup) {
        let program = std::sync::Arc::clone(&group.prepared.program);
        let mut interpreter = Interpreter::new();
        let mut tree = Tree::default();
        for diffusion in &program.diffusions {
            for lane in 0..self.lanes {
                self.assemble(group, diffusion, lane, &mut interpreter, &mut tree);
                tree.solve(&self.parents);
                for row in 0..self.parents.len() {
                    let at = state_of(group, diffusion, row, lane);
                    // SAFETY: a number of the group's own columns, or of a pool of its tile
                    unsafe { *at = tree.right[row] };
                }
            }
        }
    }

    fn assemble(
        &self,
        group: &MechanismGroup,
        diffusion: &Diffusion,
        lane: usize,
        interpreter: &mut Interpreter,
        tree: &mut Tree,
    ) {
        let rows = self.parents.len();
        tree.reset(rows);
        let mut effects = Vec::new();
        let lists = Lists::of(&group.args);
        for row in 0..rows {
            let place = (row, lane / LANES, lane % LANES);
            let mut host = ScriptHost::new(&lists, place, &mut [], 0.0, &mut effects, &mut []);
            interpreter.run_script(&group.prepared.program, &diffusion.block, &mut host);
            tree.volume[row] = interpreter.register(diffusion.volume);
            tree.constant[row] = interpreter.register(diffusion.constant);
        }
        let dt = group.args.dt;
        for (row, &parent) in self.parents.iter().enumerate() {
            let at = state_of(group, diffusion, row, lane);
            tree.diagonal[row] += 1.0 / dt;
            // SAFETY: as in `advance`
            tree.right[row] = unsafe { *at } / dt;
            if parent != NONE {
                let reach = self.reach[row * self.lanes + lane];
                let parent = parent as usize;
                let mean = (tree.constant[row] + tree.constant[parent]) / 2.0;
                tree.above[row] = -reach.above * mean / tree.volume[parent];
                tree.below[row] = -reach.below * mean / tree.volume[row];
                tree.diagonal[row] -= tree.below[row];
                tree.diagonal[parent] -= tree.above[row];
            }
        }
    }
}

/// A system of equations on a tree, whose parents come before their children.
#[derive(Default)]
struct Tree {
    volume: Vec<f64>,
    constant: Vec<f64>,
    /// Entry in the parent's row and the own column.
    above: Vec<f64>,
    /// Entry in the own row and the parent's column.
    below: Vec<f64>,
    diagonal: Vec<f64>,
    /// Right-hand side, then solution.
    right: Vec<f64>,
}

impl Tree {
    fn reset(&mut self, rows: usize) {
        for column in [
            &mut self.volume,
            &mut self.constant,
            &mut self.above,
            &mut self.below,
            &mut self.diagonal,
            &mut self.right,
        ] {
            column.clear();
            column.resize(rows, 0.0);
        }
    }

    fn solve(&mut self, parents: &[u32]) {
        for row in (1..parents.len()).rev() {
            if parents[row] != NONE {
                let parent = parents[row] as usize;
                let factor = self.above[row] / self.diagonal[row];
                self.diagonal[parent] -= factor * self.below[row];
                self.right[parent] -= factor * self.right[row];
            }
        }
        for row in 0..parents.len() {
            if parents[row] != NONE {
                self.right[row] -= self.below[row] * self.right[parents[row] as usize];
            }
            self.right[row] /= self.diagonal[row];
        }
    }
}

fn state_of(group: &MechanismGroup, diffusion: &Diffusion, row: usize, lane: usize) -> *mut f64 {
    let variable = &group.prepared.program.variables[diffusion.state as usize];
    let (block, lane) = (lane / LANES, lane % LANES);
    match variable.role {
        Role::Ion { ion, what } => {
            let column = *group.ion_table[ion as usize].column(what);
            let node = group.nodes[row] as usize;
            column.at(node, block).wrapping_add(lane)
        }
        _ => {
            let slot = variable.slot.expect("a state is stored") + diffusion.element;
            let kept = group.pointer(slot, (row, block, lane));
            kept.expect("a state is stored").cast_mut()
        }
    }
}

fn segment_length(structure: &Structure, node: u32, layout: &Layout) -> f64 {
    let tree_node = structure.tree_nodes[node as usize] as usize;
    let section = layout.tree.origin[tree_node].section;
    layout.tree.segment_length(section)
}

/// The next compartment towards the root that has the mechanism: the parent; behind a joint without area its parent; else
/// the first segment of the parent section.
fn parent_row(
    structure: &Structure,
    node: u32,
    layout: &Layout,
    row_of: &impl Fn(u32) -> Option<u32>,
) -> u32 {
    let parent = structure.parents[node as usize];
    if parent != NONE {
        if let Some(row) = row_of(parent) {
            return row;
        }
        let next = structure.parents[parent as usize];
        if next != NONE
            && let Some(row) = row_of(next)
        {
            return row;
        }
    }
    let tree_node = structure.tree_nodes[node as usize] as usize;
    let section = layout.tree.origin[tree_node].section as usize;
    let Some(attachment) = &layout.template.sections[section].parent else {
        return NONE;
    };
    let first = layout.tree.segment_node(attachment.section, 0);
    let first = structure.compartments[first as usize];
    // the first segment of a section towards the root comes before this one
    row_of(first).filter(|_| first < node).unwrap_or(NONE)
}
