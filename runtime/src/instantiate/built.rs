//! The cells of a network that is being built, and what rules ask of them.

use std::sync::Arc;

use netdsl_lang::model::Seeds;

use super::cells::DrawnCell;
use super::error::Mistake;
use super::plan::{ArtificialPlan, CellPlan};
use super::populations::Placed;
use super::variable::CellColumns;
use crate::connect::place::Spot;
use crate::geometry::Tree;
use crate::instance::{CellTemplate, Place, Shape, Target};

/// Cells with their templates.
pub(crate) struct Built<'a> {
    pub(crate) plans: &'a [CellPlan],
    pub(crate) placed: &'a Placed,
    pub(crate) seeds: Seeds,
    /// For each cell, the index of its plan.
    pub(crate) plan_of: Vec<u32>,
    /// For each cell, its template and per-cell values; artificial cells share an empty one.
    pub(crate) drawn: Vec<Arc<DrawnCell>>,
    /// For each cell, the number of its first point process.
    pub(crate) first_point: Vec<u32>,
}

impl Built<'_> {
    /// The plan of a cell.
    pub(crate) fn plan(&self, cell: u32) -> &CellPlan {
        &self.plans[self.plan_of[cell as usize] as usize]
    }

    /// What receives the events of a rule or stimulus without synapses: the mechanism (none of a cell that fires at
    /// given times), and where the events go. `None` for a cell that needs synapses.
    pub(crate) fn receiver(&self, cell: u32) -> Option<(Option<&str>, Target)> {
        let plan = self.plan(cell);
        match &plan.artificial {
            Some(ArtificialPlan::Mechanism { mechanism, .. }) => {
                Some((Some(mechanism), Target::Cell(cell)))
            }
            Some(ArtificialPlan::Times(_)) => Some((None, Target::Cell(cell))),
            None => {
                let (ordinal, mechanism) = plan.receiver.as_ref()?;
                let first = self.first_point[cell as usize];
                Some((Some(mechanism), Target::Point(first + ordinal)))
            }
        }
    }

    /// Mechanisms that receive events of cells without synapses.
    pub(crate) fn receiving(&self, cells: &[u32]) -> Vec<&str> {
        let mut plans: Vec<u32> = cells.iter().map(|c| self.plan_of[*c as usize]).collect();
        plans.dedup();
        let mut found: Vec<&str> = Vec::new();
        for plan in plans {
            let plan = &self.plans[plan as usize];
            let mechanism = match &plan.artificial {
                Some(ArtificialPlan::Mechanism { mechanism, .. }) => Some(mechanism),
                Some(ArtificialPlan::Times(_)) => None,
                None => plan.receiver.as_ref().map(|(_, mechanism)| mechanism),
            };
            if let Some(mechanism) = mechanism
                && !found.contains(&mechanism.as_str())
            {
                found.push(mechanism);
            }
        }
        found
    }

    /// The template of a cell with membrane.
    pub(crate) fn template(&self, cell: u32) -> &CellTemplate {
        &self.drawn[cell as usize].template
    }

    /// The sections that these sections and section lists mean in a cell; that of its spikes if there is none.
    pub(crate) fn spots(&self, cell: u32, names: &[String]) -> Result<Vec<Spot>, Mistake> {
        let plan = self.plan(cell);
        let mut sections = Vec::new();
        if names.is_empty() {
            sections.push(plan.default_section());
        }
        for name in names {
            if let Some(section) = plan.section(name) {
                sections.push(section);
            } else if let Some((_, list)) = plan.section_lists.iter().find(|(list, _)| list == name)
            {
                sections.extend(list);
            } else {
                let lists = plan.section_lists.iter().map(|(list, _)| list);
                let known = plan.sections.iter().map(|s| &s.name).chain(lists);
                return Err(Mistake::NoSection {
                    section: name.clone(),
                    cell: plan.name.clone(),
                    known: known.map(|name| format!("`{name}`")).collect(),
                });
            }
        }
        let template = self.template(cell);
        let spot = |section| Spot {
            section,
            length: length(template, section),
        };
        Ok(sections.into_iter().map(spot).collect())
    }

    /// Variables at a place of a cell.
    pub(crate) fn at_place(
        &self,
        place: Place,
        distances: bool,
    ) -> Result<CellColumns<'_>, Mistake> {
        let mut columns = self.whole_cell(place.cell);
        if distances {
            let tree =
                Tree::build(self.template(place.cell)).map_err(|errors| Mistake::Expression {
                    message: errors.to_string(),
                })?;
            let origin = (self.plan(place.cell).origin(), 0.5);
            columns.path_distance = tree.path_distance(origin, (place.section, place.location));
            let ends =
                [origin, (place.section, place.location)].map(|(s, at)| tree.position(s, at));
            if let [Some(a), Some(b)] = ends {
                let square = |axis: usize| (b[axis] - a[axis]) * (b[axis] - a[axis]);
                columns.euclidean_distance = (square(0) + square(1) + square(2)).sqrt();
            }
        }
        Ok(columns)
    }

    /// Variables of a cell as a whole.
    pub(crate) fn whole_cell(&self, cell: u32) -> CellColumns<'_> {
        let drawn = &self.drawn[cell as usize];
        CellColumns::of(&self.placed.sites, cell as usize).with(&drawn.per_cell)
    }
}

/// Length of a section, µm.
fn length(template: &CellTemplate, section: u32) -> f64 {
    match &template.sections[section as usize].shape {
        Shape::Stylised { length, .. } => *length,
        Shape::Points(points) => points
            .windows(2)
            .map(|ends| {
                let square = |axis: usize| (ends[1][axis] - ends[0][axis]).powi(2);
                (square(0) + square(1) + square(2)).sqrt()
            })
            .sum(),
    }
}
