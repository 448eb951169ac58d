//! The tree of compartments of a cell.

use super::cable::Cable;
use super::check::{GeometryErrors, check_template};
use super::points::Polyline;
use crate::instance::CellTemplate;

/// Stands for the parent of the root.
pub const NO_PARENT: u32 = u32::MAX;

/// Compartments of a cell in depth-first order: node 0 is the root, a parent comes before its children, and the node
/// after one with children is one of these.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The parent of each node; [`NO_PARENT`] for the root.
    pub parent: Vec<u32>,
    /// Axial conductance to the parent, µS; 0 for the root.
    pub axial: Vec<f64>,
    /// Membrane area, µm²; 0 at ends of sections.
    pub area: Vec<f64>,
    /// Mean diameter, µm; 0 at ends of sections.
    pub diameter: Vec<f64>,
    /// Membrane capacitance, nF.
    pub capacitance: Vec<f64>,
    /// What each node is.
    pub origin: Vec<NodeOrigin>,
    /// Distance to the parent, µm; 0 for the root.
    pub(super) step: Vec<f64>,
    /// Sections in the template's order.
    pub(super) sections: Vec<SectionNodes>,
}

/// Where a node comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeOrigin {
    /// Index in [`CellTemplate::sections`].
    pub section: u32,
    /// The segment, counted from the section's end 0; `None` for a node at an end of the section.
    pub segment: Option<u32>,
}

/// The nodes of a section.
#[derive(Clone, Debug)]
pub(super) struct SectionNodes {
    /// Joined with its end 1.
    pub(super) reversed: bool,
    /// The node it is joined to.
    pub(super) near: u32,
    /// Its segments' nodes, from end 0 to end 1.
    pub(super) segments: Vec<u32>,
    /// The node at its far end.
    pub(super) far: u32,
    /// Length, µm.
    pub(super) length: f64,
    /// 3-D points, the first one at the joined end.
    pub(super) points: Option<Polyline>,
}

/// A node before it has its number.
#[derive(Clone, Copy)]
struct Draft {
    parent: u32,
    origin: NodeOrigin,
    axial: f64,
    area: f64,
    diameter: f64,
    capacitance: f64,
    step: f64,
}

impl Tree {
    /// Cuts and joins the sections of `template`, or tells all that is wrong with them.
    pub fn build(template: &CellTemplate) -> Result<Self, GeometryErrors> {
        check_template(template)?;
        let mut drafts = Vec::new();
        let mut sections = Vec::with_capacity(template.sections.len());
        for index in 0..template.sections.len() {
            let nodes = draft_section(template, index, &sections, &mut drafts);
            sections.push(nodes);
        }
        Ok(Self::from_drafts(&drafts, sections))
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }

    /// The node a location (0..1) falls on: 0 and 1 are the ends, everything between belongs to the segment around it.
    pub fn node(&self, section: u32, location: f64) -> u32 {
        self.sections[section as usize].node(location)
    }

    /// The node of a segment, counted from the section's end 0.
    pub fn segment_node(&self, section: u32, segment: u32) -> u32 {
        self.sections[section as usize].segments[segment as usize]
    }

    /// Number of sections.
    pub fn section_count(&self) -> usize {
        self.sections.len()
    }

    /// Number of segments of a section.
    pub fn nseg(&self, section: u32) -> u32 {
        self.sections[section as usize].segments.len() as u32
    }

    /// Length of a section, µm.
    pub fn section_length(&self, section: u32) -> f64 {
        self.sections[section as usize].length
    }

    /// Length of each segment of a section, µm.
    pub fn segment_length(&self, section: u32) -> f64 {
        let nodes = &self.sections[section as usize];
        nodes.length / nodes.segments.len() as f64
    }

    fn from_drafts(drafts: &[Draft], mut sections: Vec<SectionNodes>) -> Self {
        let order = depth_first(drafts);
        let mut number = vec![0; drafts.len()];
        for (new, &old) in order.iter().enumerate() {
            number[old as usize] = new as u32;
        }
        for nodes in &mut sections {
            nodes.near = number[nodes.near as usize];
            nodes.far = number[nodes.far as usize];
            for node in &mut nodes.segments {
                *node = number[*node as usize];
            }
        }
        let ordered = || order.iter().map(|&old| &drafts[old as usize]);
        let renumber = |parent: u32| number.get(parent as usize).copied().unwrap_or(NO_PARENT);
        Self {
            parent: ordered().map(|d| renumber(d.parent)).collect(),
            axial: ordered().map(|d| d.axial).collect(),
            area: ordered().map(|d| d.area).collect(),
            diameter: ordered().map(|d| d.diameter).collect(),
            capacitance: ordered().map(|d| d.capacitance).collect(),
            origin: ordered().map(|d| d.origin).collect(),
            step: ordered().map(|d| d.step).collect(),
            sections,
        }
    }
}

impl SectionNodes {
    fn node(&self, location: f64) -> u32 {
        let nseg = self.segments.len();
        if location <= 0.0 {
            if self.reversed { self.far } else { self.near }
        } else if location >= 1.0 {
            if self.reversed { self.near } else { self.far }
        } else {
            self.segments[((nseg as f64 * location) as usize).min(nseg - 1)]
        }
    }
}

/// Appends the nodes of a section, whose parent has been drafted.
fn draft_section(
    template: &CellTemplate,
    index: usize,
    sections: &[SectionNodes],
    drafts: &mut Vec<Draft>,
) -> SectionNodes {
    let section = &template.sections[index];
    let reversed = section.parent.as_ref().is_some_and(|p| p.child_end == 1.0);
    let cable = Cable::new(section, reversed);
    let end = NodeOrigin {
        section: index as u32,
        segment: None,
    };
    let near = match &section.parent {
        Some(parent) => sections[parent.section as usize].node(parent.location),
        None => append(drafts, Draft::end(end, NO_PARENT, 0.0, 0.0)),
    };
    let nseg = cable.segments.len();
    let half = cable.length / nseg as f64 / 2.0;
    let mut nodes = Vec::with_capacity(nseg);
    let (mut last, mut before, mut step) = (near, 0.0, half);
    for (k, segment) in cable.segments.iter().enumerate() {
        let number = if reversed { nseg - 1 - k } else { k };
        let origin = NodeOrigin {
            section: index as u32,
            segment: Some(number as u32),
        };
        let draft = Draft {
            parent: last,
            origin,
            axial: 1.0 / (before + segment.near),
            area: segment.area,
            diameter: segment.diameter,
            capacitance: section.capacitance.at(number) * segment.area * 1e-5,
            step,
        };
        last = append(drafts, draft);
        nodes.push(last);
        (before, step) = (segment.far, 2.0 * half);
    }
    let far = append(drafts, Draft::end(end, last, 1.0 / before, half));
    if reversed {
        nodes.reverse();
    }
    SectionNodes {
        reversed,
        near,
        segments: nodes,
        far,
        length: cable.length,
        points: cable.points,
    }
}

fn append(drafts: &mut Vec<Draft>, draft: Draft) -> u32 {
    drafts.push(draft);
    drafts.len() as u32 - 1
}

impl Draft {
    /// A node without membrane.
    fn end(origin: NodeOrigin, parent: u32, axial: f64, step: f64) -> Self {
        Self {
            parent,
            origin,
            axial,
            area: 0.0,
            diameter: 0.0,
            capacitance: 0.0,
            step,
        }
    }
}

/// The drafts' order, depth first: of a node's children, those drafted first come first.
fn depth_first(drafts: &[Draft]) -> Vec<u32> {
    let mut children = vec![Vec::new(); drafts.len()];
    for (k, draft) in drafts.iter().enumerate().skip(1) {
        children[draft.parent as usize].push(k as u32);
    }
    let mut order = Vec::with_capacity(drafts.len());
    let mut waiting = vec![0];
    while let Some(node) = waiting.pop() {
        order.push(node);
        waiting.extend(children[node as usize].iter().rev());
    }
    order
}
