//! Which connections lead to which tile or unit, and what is known of each.

use super::Plan;
use crate::error::{BuildError, BuildErrors};
use crate::instance::{Artificial, Body, Source, Target};
use std::collections::BTreeMap;
use std::ops::Range;

/// Ascending numbers, of which many follow upon another.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs(Vec<Range<u32>>);

impl Runs {
    fn push(&mut self, number: u32) {
        match self.0.last_mut() {
            Some(last) if last.end == number => last.end += 1,
            _ => self.0.push(number..number + 1),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().cloned().flatten()
    }
}

impl Plan<'_> {
    /// The cell that a source's spikes come from, if its target could be on the same one.
    fn source_cell(&self, source: u32) -> Option<u32> {
        match &self.instance.sources[source as usize] {
            Source::Cell(cell) => Some(*cell),
            Source::Point(point) => Some(self.instance.points[*point as usize].place.cell),
            Source::Voltage { place, .. } => Some(place.cell),
            Source::Generator(_) | Source::Elsewhere => None,
        }
    }

    /// Source and target lie on one cell.
    pub(crate) fn is_same_cell(&self, connection: usize) -> bool {
        let connections = &self.instance.connections;
        let target = match connections.target(connection) {
            Target::Point(point) => self.instance.points[point as usize].place.cell,
            Target::Cell(cell) => cell,
        };
        self.source_cell(connections.source(connection)) == Some(target)
    }

    /// The weight of a connection to there is one that nothing changes.
    pub(crate) fn keeps_weight(&self, target: Target) -> bool {
        let mechanism = match target {
            Target::Point(point) => Some(self.site(point).0),
            Target::Cell(cell) => match &self.instance.cells[cell as usize].body {
                Body::Artificial(Artificial::Mechanism { mechanism, .. }) => {
                    self.mechanisms.index(mechanism)
                }
                _ => None,
            },
        };
        mechanism.is_some_and(|m| self.mechanisms.all[m].keeps_one_weight)
    }

    /// A list of times, which nothing that comes changes.
    fn is_train(&self, target: Target) -> bool {
        let Target::Cell(cell) = target else {
            return false;
        };
        let body = &self.instance.cells[cell as usize].body;
        matches!(body, Body::Artificial(Artificial::Times(_)))
    }

    fn runs_ahead(&self, source: u32) -> bool {
        match self.instance.sources[source as usize] {
            Source::Generator(_) => true,
            Source::Cell(cell) => self.ahead[cell as usize],
            _ => false,
        }
    }

    pub(super) fn distribute_connections(&mut self, errors: &mut BuildErrors) {
        let connections = &self.instance.connections;
        let mut incoming = vec![Runs::default(); self.tiles.len() + self.units.len()];
        let mut short: BTreeMap<u16, (usize, f64, usize)> = BTreeMap::new();
        let dt = self.config.dt;
        let mut min_delay = f64::INFINITY;
        for k in 0..connections.len() {
            let (unit, _) = match connections.target(k) {
                Target::Point(point) => self.point_home[point as usize],
                Target::Cell(cell) => self.cell_home[cell as usize],
            };
            if !self.is_train(connections.target(k)) {
                incoming[unit as usize].push(k as u32);
            }
            let delay = connections.delay(k);
            // plastic connections wait for the exchange, also within a cell
            let within = self.is_same_cell(k) && self.plasticity(k).is_none();
            let free = self.runs_ahead(connections.source(k)) || within;
            // a delay that is dt but for rounding is dt
            let bound = if free { 0.0 } else { dt * (1.0 - 1e-9) };
            if !(delay >= bound && delay.is_finite()) {
                let entry = short.entry(connections.rule(k)).or_insert((0, delay, k));
                entry.0 += 1;
                if delay < entry.1 {
                    (entry.1, entry.2) = (delay, k);
                }
            } else if !free {
                min_delay = min_delay.min(delay);
            }
        }
        for (rule, (count, smallest, k)) in short {
            let target = match connections.target(k) {
                Target::Point(point) => self.describe(&self.instance.points[point as usize].place),
                Target::Cell(cell) => format!("cell {}", self.instance.cells[cell as usize].gid),
            };
            let rule = connections
                .rules
                .get(rule as usize)
                .cloned()
                .unwrap_or_default();
            errors.push(BuildError::ShortDelay {
                rule,
                count,
                smallest,
                dt,
                target,
            });
        }
        self.incoming = incoming;
        self.min_delay = min_delay;
    }
}
