//! What NEURON found.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Reading;
use super::cells::Cells;
use super::document::TraceDoc;
use super::templates::Template;
use crate::geometry::Tree;
use crate::instance::{Body, CellTemplate, PerSegment, SpikeSource};
use crate::record::{Probe, Spikes};

/// Results to compare a run with.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// Spikes of simulated cells, by (time, gid); `None` if the file has none.
    pub spikes: Option<Spikes>,
    /// Cells that spike at event times rather than at ends of steps.
    pub exact: BTreeSet<u32>,
    /// Cells whose spikes come from the file: they are input, not compared.
    pub inputs: BTreeSet<u32>,
    /// Sampled variables.
    pub traces: Vec<ExpectedTrace>,
    /// Geometry of cells with sections.
    pub templates: Vec<ExpectedTemplate>,
    /// Where locations fall.
    pub placements: Vec<Placement>,
    /// Results in the file that are not compared, and why.
    pub not_compared: Vec<String>,
}

/// Samples of a variable.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedTrace {
    /// Name in the file.
    pub label: String,
    /// The variable.
    pub variable: String,
    /// Unit of the values.
    pub unit: String,
    /// Time between samples, ms.
    pub interval: f64,
    /// Sample k is at `k * interval`.
    pub values: Vec<f64>,
    /// Index of its probe.
    pub probe: usize,
}

/// The geometry of a kind of cell.
#[derive(Clone, Debug)]
pub struct ExpectedTemplate {
    /// Index in the file.
    pub number: usize,
    /// The cell.
    pub template: Arc<CellTemplate>,
    /// By the template's sections.
    pub sections: Vec<ExpectedSection>,
}

/// The geometry of a section.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedSection {
    /// µm.
    pub length: f64,
    /// µm.
    pub diameter: PerSegment,
    /// µm².
    pub area: PerSegment,
    /// Axial resistance to the parent node, MΩ.
    pub resistance: PerSegment,
}

/// Where a location falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Index in [`Expected::templates`].
    pub template: usize,
    /// Path distance of (section 1, `location`) from the centre of section 0 is asked.
    pub location: f64,
    /// µm.
    pub path_distance: f64,
}

impl Reading<'_> {
    pub(super) fn expected(
        &mut self,
        cells: &Cells,
        templates: &[Template],
    ) -> (Vec<Probe>, Expected) {
        let mut expected = Expected {
            templates: self.expected_templates(templates),
            ..Expected::default()
        };
        self.expected_spikes(cells, &mut expected);
        self.placements(cells, &mut expected);
        let probes = self.traces(cells, templates, &mut expected);
        (probes, expected)
    }

    fn expected_spikes(&mut self, cells: &Cells, expected: &mut Expected) {
        expected.inputs = cells.trains.keys().copied().collect();
        let exact = |spikes: &SpikeSource| !matches!(spikes, SpikeSource::Voltage { .. });
        let found = cells.cells.iter().filter(|cell| exact(&cell.spikes));
        expected.exact = found.map(|cell| cell.gid).collect();
        let Some(spikes) = &self.document.results.spikes else {
            let message = "spikes: the file has none";
            expected.not_compared.push(message.to_owned());
            return;
        };
        if spikes.t.len() != spikes.gid.len() {
            let (t, gid) = (spikes.t.len(), spikes.gid.len());
            self.wrong("results.spikes", format!("{t} times for {gid} gids"));
        }
        let mut simulated: Vec<(f64, u32)> = Vec::with_capacity(spikes.t.len());
        for (&t, &gid) in spikes.t.iter().zip(&spikes.gid) {
            if !cells.index.contains_key(&gid) {
                self.wrong(
                    "results.spikes.gid",
                    format!("there is no cell with gid {gid}"),
                );
            }
            if !expected.inputs.contains(&gid) {
                simulated.push((t, gid));
            }
        }
        simulated.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let (times, gids) = simulated.into_iter().unzip();
        expected.spikes = Some(Spikes { times, gids });
    }

    fn expected_templates(&self, templates: &[Template]) -> Vec<ExpectedTemplate> {
        let mut found = Vec::new();
        for (number, template) in templates.iter().enumerate() {
            let Template::Compartments {
                template, order, ..
            } = template
            else {
                continue;
            };
            let docs = self.document.templates[number].sections.iter().flatten();
            let mut sections: Vec<(u32, ExpectedSection)> = order
                .iter()
                .zip(docs)
                .map(|(&index, doc)| {
                    let section = ExpectedSection {
                        length: doc.length,
                        diameter: doc.diam.per_segment(),
                        area: doc.area.per_segment(),
                        resistance: doc.ri.per_segment(),
                    };
                    (index, section)
                })
                .collect();
            sections.sort_by_key(|(index, _)| *index);
            found.push(ExpectedTemplate {
                number,
                template: Arc::clone(template),
                sections: sections.into_iter().map(|(_, section)| section).collect(),
            });
        }
        found
    }

    fn placements(&mut self, cells: &Cells, expected: &mut Expected) {
        let Some(table) = &self.document.results.placement else {
            return;
        };
        for (k, (gid, _, location, _, path_distance)) in table.rows.iter().enumerate() {
            let cell = cells
                .index
                .get(gid)
                .map(|&cell| cells.templates[cell as usize]);
            let numbered = |t: &ExpectedTemplate| Some(t.number as u32) == cell;
            let template = expected.templates.iter().position(numbered);
            match template.filter(|&t| expected.templates[t].sections.len() == 2) {
                Some(template) => expected.placements.push(Placement {
                    template,
                    location: *location,
                    path_distance: *path_distance,
                }),
                None => {
                    let message = format!("gid {gid} is not a cell of two sections");
                    self.wrong(format!("results.placement.rows[{k}]"), message);
                }
            }
        }
    }

    /// Finds what the traces are of.
    fn traces(
        &mut self,
        cells: &Cells,
        templates: &[Template],
        expected: &mut Expected,
    ) -> Vec<Probe> {
        let document = self.document;
        let mut probes = Vec::new();
        let mut taken = HashMap::new();
        for (k, trace) in document.results.traces.iter().enumerate() {
            let place = format!("results.traces[{k}]");
            self.check_trace(&place, trace);
            match self.probe_target(&place, trace, cells, templates, &mut taken) {
                Ok(Some(target)) => {
                    expected.traces.push(ExpectedTrace {
                        label: trace.label.clone(),
                        variable: trace.var.clone(),
                        unit: trace.unit.clone(),
                        interval: trace.dt,
                        values: trace.values.iter().map(|x| x.0).collect(),
                        probe: probes.len(),
                    });
                    let every_step = trace.dt == document.config.dt;
                    probes.push(Probe {
                        label: trace.label.clone(),
                        target,
                        interval: if every_step { 0.0 } else { trace.dt },
                    });
                }
                Ok(None) => {}
                Err(reason) => {
                    let line = format!("trace `{}`: {reason}", trace.label);
                    expected.not_compared.push(line);
                }
            }
        }
        probes
    }

    fn check_trace(&mut self, place: &str, trace: &TraceDoc) {
        if trace.t0 != 0.0 {
            self.wrong(format!("{place}.t0"), format!("{} ms, must be 0", trace.t0));
        }
        if !(trace.dt > 0.0 && trace.dt.is_finite()) {
            self.wrong(
                format!("{place}.dt"),
                format!("{} ms, must be above 0", trace.dt),
            );
        }
        if trace.values.len() != trace.n {
            let message = format!("{} values, n is {}", trace.values.len(), trace.n);
            self.wrong(format!("{place}.values"), message);
        }
    }
}

/// The tree of a cell, unless it is artificial or wrong.
pub(super) fn tree_of<'a>(cells: &Cells, templates: &'a [Template], cell: u32) -> Option<&'a Tree> {
    let number = cells.templates[cell as usize] as usize;
    match (&cells.cells[cell as usize].body, templates.get(number)?) {
        (Body::Compartments(_), Template::Compartments { tree, .. }) => tree.as_ref(),
        _ => None,
    }
}
