//! Connections and what drives them.

use std::collections::HashMap;
use std::sync::Arc;

use super::Reading;
use super::cells::Cells;
use super::value::{Pre, Values};
use crate::instance::{Artificial, Body, Connections, Source, Target};

/// The name of the one rule that a file's connections belong to.
const RULE: &str = "file";

/// Sources, generators and connections.
pub(super) struct Wiring {
    pub(super) generators: Vec<Artificial>,
    pub(super) sources: Vec<Source>,
    pub(super) connections: Connections,
}

/// What tells one source from another.
#[derive(PartialEq, Eq, Hash)]
enum SourceKey {
    Cell(u32),
    Stimulus(u32),
    Point(u32),
    /// Cell, section, bits of location and threshold.
    Voltage(u32, u32, u64, u64),
}

impl Reading<'_> {
    pub(super) fn connections(&mut self, cells: &Cells) -> Wiring {
        let document = self.document;
        let stimuli = document.stims.iter().enumerate();
        let generators = stimuli.map(|(k, stimulus)| self.times(k, &stimulus.times));
        let mut wiring = Wiring {
            generators: generators.collect(),
            sources: Vec::new(),
            connections: Connections::of_rules(vec![RULE.to_owned()]),
        };
        let columns = &document.connections;
        let lengths = [
            columns.pre.len(),
            columns.post.len(),
            columns.weight.len(),
            columns.delay.len(),
        ];
        if lengths.iter().any(|&length| length != columns.n) {
            let message = format!("columns of {lengths:?} entries, n is {}", columns.n);
            self.wrong("connections", message);
            return wiring;
        }
        let mut known = HashMap::new();
        for k in 0..columns.n {
            let place = format!("connections (number {k})");
            let pre = columns.pre_kind.at(k).unwrap_or_default();
            let source = self.source(&place, pre, &columns.pre[k], cells, &mut wiring, &mut known);
            let post = columns.post_kind.at(k).unwrap_or_default();
            let target = self.target(&place, post, columns.post[k], cells);
            if columns.weight[k] == Values::Nested {
                self.wrong(place.clone(), "the weight is a list of lists");
            }
            let delay = columns.delay[k];
            if !(delay >= 0.0 && delay.is_finite()) {
                let message = format!("the delay is {delay} ms, must not be below 0");
                self.wrong(place.clone(), message);
            }
            if let (Some(source), Some(target)) = (source, target) {
                let weight = columns.weight[k].list();
                self.check_weights(&place, cells, target, &weight);
                wiring.connections.push(0, source, target, &weight, delay);
            }
        }
        wiring
    }

    /// Each weight is one that the target's NET_RECEIVE has, all of them are there, and they are numbers.
    fn check_weights(&mut self, place: &str, cells: &Cells, target: Target, weights: &[f64]) {
        let mechanism = match target {
            Target::Point(point) => &self.document.point_processes.rows[point as usize].0,
            Target::Cell(cell) => match &cells.cells[cell as usize].body {
                Body::Artificial(Artificial::Mechanism { mechanism, .. }) => mechanism,
                _ => return,
            },
        };
        let Some(program) = self.mechanisms.program(mechanism) else {
            return;
        };
        let Some(receive) = &program.net_receive else {
            self.wrong(place, format!("`{mechanism}` receives no events"));
            return;
        };
        // NEURON keeps one weight also where NET_RECEIVE has none; those that are left out are 0
        let (given, wanted) = (weights.len(), receive.weights.len());
        if given == 0 || given > wanted.max(1) {
            let given = match given {
                0 => "none is given".to_owned(),
                n => format!("{n} are given"),
            };
            let names = receive.weights.join(", ");
            let plural = if wanted == 1 { "" } else { "s" };
            let message =
                format!("`{mechanism}` has {wanted} weight{plural} ({names}), but {given}");
            self.wrong(place, message);
        }
        if let Some(weight) = weights.iter().find(|weight| !weight.is_finite()) {
            self.wrong(place, format!("the weight {weight} is not a finite number"));
        }
    }

    fn times(&mut self, number: usize, times: &[f64]) -> Artificial {
        let mut times = times.to_vec();
        if times.iter().any(|t| !t.is_finite()) {
            self.wrong(format!("stims[{number}].times"), "a time is not a number");
        }
        times.sort_by(f64::total_cmp);
        Artificial::Times(Arc::from(times))
    }

    /// Index of the source of a connection.
    fn source(
        &mut self,
        place: &str,
        kind: &str,
        pre: &Pre,
        cells: &Cells,
        wiring: &mut Wiring,
        known: &mut HashMap<SourceKey, u32>,
    ) -> Option<u32> {
        let (key, source) = match (kind, pre) {
            ("gid", Pre::Index(gid)) => {
                let Some(&cell) = cells.index.get(gid) else {
                    self.wrong(place, format!("there is no cell with gid {gid}"));
                    return None;
                };
                (
                    SourceKey::Cell(cell),
                    self.cell_source(cell, *gid, cells, wiring, known),
                )
            }
            ("stim", Pre::Index(k)) if (*k as usize) < self.document.stims.len() => {
                (SourceKey::Stimulus(*k), Source::Generator(*k))
            }
            ("pp", Pre::Index(k)) if (*k as usize) < self.document.point_processes.rows.len() => {
                (SourceKey::Point(*k), Source::Point(*k))
            }
            ("seg", Pre::Voltage(gid, section, location, threshold)) => {
                let at = self.place(place, cells, (*gid, section, *location))?;
                let (location, level) = (location.to_bits(), threshold.to_bits());
                let source = Source::Voltage {
                    place: at,
                    threshold: *threshold,
                };
                (
                    SourceKey::Voltage(at.cell, at.section, location, level),
                    source,
                )
            }
            _ => {
                let message = format!("there is no source {pre:?} of kind `{kind}`");
                self.wrong(place, message);
                return None;
            }
        };
        Some(*known.entry(key).or_insert_with(|| {
            wiring.sources.push(source);
            wiring.sources.len() as u32 - 1
        }))
    }

    /// The spikes of a cell; those in the file, where the cell has no source of its own.
    fn cell_source(
        &self,
        cell: u32,
        gid: u32,
        cells: &Cells,
        wiring: &mut Wiring,
        known: &HashMap<SourceKey, u32>,
    ) -> Source {
        let has_sections = matches!(cells.cells[cell as usize].body, Body::Compartments(_));
        let train = cells.trains.get(&gid).filter(|_| has_sections);
        match train {
            Some(times) if !known.contains_key(&SourceKey::Cell(cell)) => {
                let times = Artificial::Times(Arc::from(times.as_slice()));
                wiring.generators.push(times);
                Source::Generator(wiring.generators.len() as u32 - 1)
            }
            _ => Source::Cell(cell),
        }
    }

    fn target(&mut self, place: &str, kind: &str, post: u32, cells: &Cells) -> Option<Target> {
        match kind {
            "pp" if (post as usize) < self.document.point_processes.rows.len() => {
                Some(Target::Point(post))
            }
            "gid" => match cells.index.get(&post) {
                Some(&cell) => match cells.cells[cell as usize].body {
                    Body::Artificial(Artificial::Mechanism { .. }) => Some(Target::Cell(cell)),
                    _ => {
                        let message = format!("the cell with gid {post} receives no events");
                        self.wrong(place, message);
                        None
                    }
                },
                None => {
                    self.wrong(place, format!("there is no cell with gid {post}"));
                    None
                }
            },
            _ => {
                self.wrong(place, format!("there is no target {post} of kind `{kind}`"));
                None
            }
        }
    }
}
