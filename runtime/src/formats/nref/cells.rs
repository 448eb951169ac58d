//! Cells.

use std::collections::HashMap;
use std::sync::Arc;

use super::Reading;
use super::document::{CellRow, SourceDoc};
use super::templates::Template;
use crate::instance::{Artificial, Body, Cell, CellTemplate, Place, Population, SpikeSource};

/// The cells, and how the file calls them.
pub(super) struct Cells {
    pub(super) populations: Vec<Population>,
    pub(super) cells: Vec<Cell>,
    /// The template of each cell.
    pub(super) templates: Vec<u32>,
    /// Index of each gid.
    pub(super) index: HashMap<u32, u32>,
    /// Event times of cells that are not simulated or never spike of themselves, by gid; ms.
    pub(super) trains: HashMap<u32, Vec<f64>>,
}

impl Reading<'_> {
    /// The cells in gid order.
    pub(super) fn cells(&mut self, templates: &[Template]) -> Cells {
        let document = self.document;
        let mut rows: Vec<(usize, &CellRow)> = document.cells.rows.iter().enumerate().collect();
        rows.sort_by_key(|(_, row)| row.0);
        let mut cells = Cells {
            populations: Vec::new(),
            cells: Vec::with_capacity(rows.len()),
            templates: Vec::with_capacity(rows.len()),
            index: HashMap::new(),
            trains: self.trains(templates),
        };
        for (number, (gid, population, template, position, origin, source)) in rows {
            let place = format!("cells.rows[{number}]");
            let index = cells.cells.len() as u32;
            if cells.index.insert(*gid, index).is_some() {
                self.wrong(place.clone(), format!("gid {gid} is given to two cells"));
            }
            let population = cells.population(population, index);
            let (body, spikes) = match templates.get(*template as usize) {
                Some(kind) => self.body(&place, *gid, kind, source.as_ref(), &cells.trains),
                None => {
                    self.wrong(place, format!("there is no template {template}"));
                    (
                        Body::Artificial(Artificial::Times(Arc::from([]))),
                        SpikeSource::Silent,
                    )
                }
            };
            cells.templates.push(*template);
            cells.cells.push(Cell {
                gid: *gid,
                population,
                // 3-D points are relative to `origin3d`, so that this is where they start.
                position: origin.or(*position).unwrap_or_default(),
                body,
                spikes,
            });
        }
        cells
    }

    /// Event times of cells that follow the file: generators, and cells whose source of spikes the file does not name.
    fn trains(&self, templates: &[Template]) -> HashMap<u32, Vec<f64>> {
        let mut trains = HashMap::new();
        for (gid, _, template, _, _, source) in &self.document.cells.rows {
            let follows = match templates.get(*template as usize) {
                Some(Template::Generator) => true,
                Some(Template::Compartments { .. }) => source.is_none(),
                _ => false,
            };
            if follows {
                trains.insert(*gid, Vec::new());
            }
        }
        if let Some(spikes) = &self.document.results.spikes {
            for (t, gid) in spikes.t.iter().zip(&spikes.gid) {
                if let Some(train) = trains.get_mut(gid) {
                    train.push(*t);
                }
            }
        }
        for train in trains.values_mut() {
            train.sort_by(f64::total_cmp);
        }
        trains
    }

    fn body(
        &mut self,
        place: &str,
        gid: u32,
        template: &Template,
        source: Option<&SourceDoc>,
        trains: &HashMap<u32, Vec<f64>>,
    ) -> (Body, SpikeSource) {
        match template {
            Template::Compartments { template, .. } => {
                let source = self.spike_source(place, template, source);
                (Body::Compartments(Arc::clone(template)), source)
            }
            Template::Artificial(mechanism, parameters) => {
                let artificial = Artificial::Mechanism {
                    mechanism: mechanism.clone(),
                    parameters: parameters.clone(),
                    stream: [0, gid, 0],
                };
                (Body::Artificial(artificial), SpikeSource::Events)
            }
            Template::Generator | Template::Broken => {
                let times = trains.get(&gid).map_or(&[][..], Vec::as_slice);
                let artificial = Artificial::Times(Arc::from(times));
                (Body::Artificial(artificial), SpikeSource::Events)
            }
        }
    }

    fn spike_source(
        &mut self,
        place: &str,
        template: &CellTemplate,
        source: Option<&SourceDoc>,
    ) -> SpikeSource {
        let Some(source) = source else {
            return SpikeSource::Silent;
        };
        let place = format!("{place}.spike_source");
        let threshold = source.threshold;
        match (&source.sec, source.loc, source.pp, &source.var) {
            (Some(name), Some(location), None, None) => {
                let section = template.sections.iter().position(|s| s.name == *name);
                if section.is_none() {
                    self.wrong(place.clone(), format!("the cell has no section `{name}`"));
                }
                self.check_location(&place, location);
                SpikeSource::Voltage {
                    section: section.unwrap_or_default() as u32,
                    location,
                    threshold,
                }
            }
            (None, None, Some(point), variable) => {
                if point as usize >= self.document.point_processes.rows.len() {
                    self.wrong(place, format!("there is no point process {point}"));
                }
                match variable {
                    None => SpikeSource::Point(point),
                    Some(variable) => SpikeSource::PointVariable {
                        point,
                        variable: variable.clone(),
                        threshold,
                    },
                }
            }
            _ => {
                self.wrong(
                    place,
                    "must have `sec` and `loc`, or `pp` and perhaps `var`",
                );
                SpikeSource::Silent
            }
        }
    }

    fn check_location(&mut self, place: &str, location: f64) {
        if !(0.0..=1.0).contains(&location) {
            self.wrong(place, format!("location {location} is not within 0 to 1"));
        }
    }

    /// The place on a cell that the file calls (gid, section, location).
    pub(super) fn place(
        &mut self,
        place: &str,
        cells: &Cells,
        (gid, section, location): (u32, &str, f64),
    ) -> Option<Place> {
        let Some(&cell) = cells.index.get(&gid) else {
            self.wrong(place, format!("there is no cell with gid {gid}"));
            return None;
        };
        let Body::Compartments(template) = &cells.cells[cell as usize].body else {
            self.wrong(place, format!("the cell with gid {gid} has no sections"));
            return None;
        };
        let Some(index) = template.sections.iter().position(|s| s.name == section) else {
            self.wrong(place, format!("cell {gid} has no section `{section}`"));
            return None;
        };
        self.check_location(place, location);
        Some(Place {
            cell,
            section: index as u32,
            location,
        })
    }
}

impl Cells {
    /// The population called `name` that the cell with this index continues or begins.
    fn population(&mut self, name: &str, index: u32) -> u32 {
        match self.populations.last_mut() {
            Some(last) if last.name == name => last.count += 1,
            _ => self.populations.push(Population {
                name: name.to_owned(),
                first: index,
                count: 1,
            }),
        }
        self.populations.len() as u32 - 1
    }
}
