//! Point processes and gap junctions.

use std::collections::HashMap;
use std::sync::Arc;

use super::Reading;
use super::cells::Cells;
use crate::instance::{Gap, ParameterSet, Place, PointOrigin, PointProcess};

/// The variable of a gap junction's half that follows the other side's voltage.
const PEER_VOLTAGE: &str = "vpeer";

/// A stand-in for a place that an error has been noted for.
const NOWHERE: Place = Place {
    cell: 0,
    section: 0,
    location: 0.5,
};

impl Reading<'_> {
    /// Point processes, and the sets of parameters that they share.
    pub(super) fn points(&mut self, cells: &Cells) -> (Vec<PointProcess>, Vec<ParameterSet>) {
        let document = self.document;
        let rows = &document.point_processes.rows;
        let mut points = Vec::with_capacity(rows.len());
        let mut sets = SharedSets::default();
        let mut names: HashMap<&str, Arc<String>> = HashMap::new();
        for (k, (mechanism, gid, section, location, values)) in rows.iter().enumerate() {
            let row = format!("point_processes.rows[{k}]");
            let place = self.place(&row, cells, (*gid, section, *location));
            let set = self.parameters(&format!("{row}.params"), mechanism, values);
            let name = names
                .entry(mechanism)
                .or_insert_with(|| Arc::new(mechanism.clone()));
            points.push(PointProcess {
                mechanism: Arc::clone(name),
                place: place.unwrap_or(NOWHERE),
                parameters: sets.index(set),
                stream: [1, *gid, k as u32],
                origin: PointOrigin::None,
            });
        }
        (points, sets.sets)
    }

    pub(super) fn gaps(&mut self, cells: &Cells) -> Vec<Gap> {
        let document = self.document;
        let mut gaps = Vec::new();
        for (k, (point, gid, section, location)) in document.gaps.rows.iter().enumerate() {
            let row = format!("gaps.rows[{k}]");
            if *point as usize >= document.point_processes.rows.len() {
                self.wrong(row.clone(), format!("there is no point process {point}"));
            }
            if let Some(peer) = self.place(&row, cells, (*gid, section, *location)) {
                gaps.push(Gap {
                    point: *point,
                    variable: PEER_VOLTAGE.to_owned(),
                    peer,
                });
            }
        }
        gaps
    }
}

/// Sets of parameters, equal ones once.
#[derive(Default)]
struct SharedSets {
    sets: Vec<ParameterSet>,
    known: HashMap<Vec<(String, Vec<u64>)>, u32>,
}

impl SharedSets {
    fn index(&mut self, set: ParameterSet) -> u32 {
        let bits = |values: &Vec<f64>| values.iter().map(|x| x.to_bits()).collect();
        let key = set
            .iter()
            .map(|(name, values)| (name.clone(), bits(values)));
        *self.known.entry(key.collect()).or_insert_with(|| {
            self.sets.push(set);
            self.sets.len() as u32 - 1
        })
    }
}
