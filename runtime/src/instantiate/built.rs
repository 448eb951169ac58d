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
use crate::instance::{CellTemplate, Place, Shape};

/// Cells with their templates.
pub(crate) struct Built<'a> {
    pub(crate) plans: &'a [CellPlan],
    pub(crate) placed: &'a Placed,
    pub(crate) seeds: Seeds,
    /// For each cell, the index of its plan.
    pub(crate) plan_of: Vec<u32>,
    /// For each cell, its template and per-cell values; artificial cells share an empty one.
    pub(crate) drawn: Vec<Arc<DrawnCell>>,
}

impl Built<'_> {
    /// The plan of a cell.
    pub(crate) fn plan(&self, cell: u32) -> &CellPlan {
        &self.plans[self.plan_of[cell as usize] as usize]
    }

    /// The mechanism of an artificial cell (empty for given times); `None` for a cell with membrane.
    pub(crate) fn artificial_mechanism(&self, cell: u32) -> Option<&str> {
        match self.plan(cell).artificial.as_ref()? {
            ArtificialPlan::Mechanism { mechanism, .. } => Some(mechanism),
            ArtificialPlan::Times(_) => Some(""),
        }
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
