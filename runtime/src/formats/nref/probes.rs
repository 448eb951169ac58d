//! What the traces of a file are traces of: names as NEURON and the scripts use them.

use std::collections::HashMap;

use super::Reading;
use super::cells::Cells;
use super::document::TraceDoc;
use super::expected::tree_of;
use super::templates::Template;
use crate::instance::{Body, CellTemplate, Place};
use crate::record::ProbeTarget;

/// Number of earlier traces by node and variable: the traces of equal point processes at one place.
pub(super) type Taken = HashMap<(u32, u32, String), usize>;

impl Reading<'_> {
    /// What `trace` samples. `Ok(None)`: an error was noted; `Err`: why the file does not tell.
    pub(super) fn probe_target(
        &mut self,
        row: &str,
        trace: &TraceDoc,
        cells: &Cells,
        templates: &[Template],
        taken: &mut Taken,
    ) -> Result<Option<ProbeTarget>, String> {
        let gid = trace.gid.ok_or("the file does not tell the cell")?;
        let Some(&cell) = cells.index.get(&gid) else {
            self.wrong(row, format!("there is no cell with gid {gid}"));
            return Ok(None);
        };
        let Body::Compartments(template) = &cells.cells[cell as usize].body else {
            let variable = trace.var.clone();
            return Ok(Some(ProbeTarget::Artificial { cell, variable }));
        };
        let (Some(section), Some(location)) = (&trace.sec, trace.loc) else {
            return Err("the file does not tell the section and the location".to_owned());
        };
        let Some(place) = self.place(row, cells, (gid, section, location)) else {
            return Ok(None);
        };
        if self.is_place_variable(template, place, &trace.var) {
            let variable = trace.var.clone();
            return Ok(Some(ProbeTarget::Place { place, variable }));
        }
        let Some(tree) = tree_of(cells, templates, cell) else {
            return Ok(None);
        };
        let node = tree.node(place.section, location);
        let points = self.points_at(cells, tree, (cell, node), &trace.var);
        if points.is_empty() {
            return self.density_variable(template, place, &trace.var).map(Some);
        }
        let nth = taken.entry((cell, node, trace.var.clone())).or_default();
        *nth += 1;
        let asked = self.traces_like(trace);
        if points.len() > 1 && asked != points.len() {
            let count = points.len();
            return Err(format!(
                "{count} point processes there have a variable `{}`, and {asked} of them are recorded: which, the file \
                 does not tell",
                trace.var
            ));
        }
        match points.get(*nth - 1) {
            Some(&point) => Ok(Some(ProbeTarget::Point {
                point,
                variable: trace.var.clone(),
            })),
            None => Err(format!(
                "no further point process there has `{}`",
                trace.var
            )),
        }
    }

    /// Whether NEURON knows `name` at the place: `v`, a quantity of an ion, or a variable with its mechanism's name.
    fn is_place_variable(&self, template: &CellTemplate, place: Place, name: &str) -> bool {
        let section = &template.sections[place.section as usize];
        let of_ion = |ion: &String| {
            name == format!("i{ion}")
                || name == format!("e{ion}")
                || name == format!("{ion}i")
                || name == format!("{ion}o")
        };
        let of_mechanism = |mechanism: &String| {
            let variable = name.strip_suffix(mechanism.as_str());
            let variable = variable.and_then(|rest| rest.strip_suffix('_'));
            variable.is_some_and(|variable| self.has_variable(mechanism, variable))
        };
        name == "v"
            || section.ions.iter().any(|setting| of_ion(&setting.ion))
            || section
                .mechanisms
                .iter()
                .any(|m| of_mechanism(&m.mechanism))
    }

    fn has_variable(&self, mechanism: &str, variable: &str) -> bool {
        let program = self.mechanisms.program(mechanism);
        program.is_some_and(|program| program.variable(variable).is_some())
    }

    /// Point processes at a node that have the variable, in the order of creation: NEURON lists the last one first.
    fn points_at(
        &self,
        cells: &Cells,
        tree: &crate::geometry::Tree,
        (cell, node): (u32, u32),
        variable: &str,
    ) -> Vec<u32> {
        let gid = cells.cells[cell as usize].gid;
        let Body::Compartments(template) = &cells.cells[cell as usize].body else {
            return Vec::new();
        };
        let here = |section: &str, location: f64| {
            let index = template.sections.iter().position(|s| s.name == section);
            (0.0..=1.0).contains(&location)
                && index.is_some_and(|index| tree.node(index as u32, location) == node)
        };
        let rows = self.document.point_processes.rows.iter().enumerate().rev();
        rows.filter(|(_, (mechanism, owner, section, location, _))| {
            *owner == gid && here(section, *location) && self.has_variable(mechanism, variable)
        })
        .map(|(k, _)| k as u32)
        .collect()
    }

    /// Number of traces of the same variable at the same place.
    fn traces_like(&self, trace: &TraceDoc) -> usize {
        let traces = self.document.results.traces.iter();
        traces
            .filter(|t| {
                (t.gid, &t.sec, t.loc, &t.var) == (trace.gid, &trace.sec, trace.loc, &trace.var)
            })
            .count()
    }

    /// A variable of a density mechanism that is named without the mechanism.
    fn density_variable(
        &self,
        template: &CellTemplate,
        place: Place,
        name: &str,
    ) -> Result<ProbeTarget, String> {
        let section = &template.sections[place.section as usize];
        let mechanisms = section.mechanisms.iter().map(|m| &m.mechanism);
        let found: Vec<_> = mechanisms.filter(|m| self.has_variable(m, name)).collect();
        match found[..] {
            [mechanism] => Ok(ProbeTarget::Place {
                place,
                variable: format!("{name}_{mechanism}"),
            }),
            [] => Err(format!("nothing there has a variable `{name}`")),
            _ => Err(format!(
                "`{name}` may be of {found:?}: which, the file does not tell"
            )),
        }
    }
}
