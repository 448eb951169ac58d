//! Synapses that share their states: point processes at one compartment whose sum one of them can compute.
//!
//! Which ones do depends on the network alone. One that is recorded has a shadow with states of its own, which gets the
//! same events and whose currents are not added, so that recording never changes a run.

use super::Plan;
use crate::engine::mechanisms::Prepared;
use crate::engine::sums;
use crate::instance::{Owner, ParameterSet, Source, SpikeSource, Target};
use crate::record::{Probe, ProbeTarget};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A point process as it is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Built {
    /// Its number in the network.
    pub(crate) point: u32,
    /// For recording alone.
    pub(crate) shadow: bool,
}

/// Which point processes are built, and what the others became.
#[derive(Debug, Default)]
pub(crate) struct Merging {
    /// By point process: the one that computes its currents.
    pub(crate) into: Vec<u32>,
    /// By point process: something else in the network looks at it or changes it.
    apart: Vec<bool>,
    /// By point process: not only at the ends of steps.
    watched: Vec<bool>,
    /// By mechanism: all that an event does is to add to states.
    adds: Vec<bool>,
    /// Shadows, and where they are built.
    pub(crate) shadows: BTreeMap<u32, (u32, u32)>,
}

impl Plan<'_> {
    /// Decides which point processes share their states.
    pub(super) fn merge_points(&mut self, probes: &[Probe]) {
        let count = self.instance.points.len() as u32;
        self.merging.into = (0..count).collect();
        self.merging.watched = self.watched();
        let adds = |prepared: &Arc<Prepared>| prepared.program.deposits().is_some();
        self.merging.adds = self.mechanisms.all.iter().map(adds).collect();
        if self.config.merge_synapses {
            self.merging.apart = self.kept_apart(&self.merging.watched);
            self.find_equal();
        }
        let mut members = vec![0_u32; count as usize];
        for into in &self.merging.into {
            members[*into as usize] += 1;
        }
        for probe in probes {
            if let ProbeTarget::Point { point, .. } = probe.target
                && let Some(into) = self.merging.into.get(point as usize)
                && members[*into as usize] > 1
            {
                self.merging.shadows.insert(point, (0, 0));
            }
        }
        self.keep_built();
    }

    fn find_equal(&mut self) {
        let superposes: Vec<bool> = self
            .mechanisms
            .all
            .iter()
            .map(|prepared| prepared.program.superposes())
            .collect();
        let apart = &self.merging.apart;
        let sets = equal_sets(&self.instance.parameter_sets);
        let mut first: HashMap<(u32, u32, usize, u32), u32> = HashMap::new();
        for (index, point) in self.instance.points.iter().enumerate() {
            let (mechanism, node) = self.site(index as u32);
            if superposes[mechanism] && !apart[index] {
                let set = sets[point.parameters as usize];
                let key = (point.place.cell, node, mechanism, set);
                self.merging.into[index] = *first.entry(key).or_insert(index as u32);
            }
        }
    }

    /// Those that something else in the network looks at or changes within a step.
    fn watched(&self) -> Vec<bool> {
        let instance = self.instance;
        let mut watched = vec![false; instance.points.len()];
        let mut keep = |point: u32| {
            if let Some(one) = watched.get_mut(point as usize) {
                *one = true;
            }
        };
        instance.gaps.iter().for_each(|gap| keep(gap.point));
        for pointer in &instance.pointers {
            if let Owner::Point(point) = pointer.owner {
                keep(point);
            }
            if let crate::instance::CellVariable::Point { point, .. } = pointer.target {
                keep(point);
            }
        }
        for cell in &instance.cells {
            if let SpikeSource::Point(point) = cell.spikes {
                keep(point);
            }
        }
        for source in &instance.sources {
            if let Source::Point(point) = source {
                keep(*point);
            }
        }
        watched
    }

    /// Those, and the ones whose variables make the spikes of a cell.
    fn kept_apart(&self, watched: &[bool]) -> Vec<bool> {
        let mut apart = watched.to_vec();
        for cell in &self.instance.cells {
            if let SpikeSource::PointVariable { point, .. } = cell.spikes
                && let Some(one) = apart.get_mut(point as usize)
            {
                *one = true;
            }
        }
        apart
    }

    /// Leaves those that are built in the lists of the cells, shadows behind the one they follow.
    fn keep_built(&mut self) {
        let all = std::mem::take(&mut self.points);
        let starts = std::mem::take(&mut self.point_start);
        let mut start = Vec::with_capacity(starts.len());
        let mut kept = Vec::new();
        for own in starts.windows(2) {
            start.push(kept.len() as u32);
            for built in &all[own[0] as usize..own[1] as usize] {
                let point = built.point;
                if self.merging.into[point as usize] == point {
                    kept.push(*built);
                }
                if self.merging.shadows.contains_key(&point) {
                    kept.push(Built {
                        point,
                        shadow: true,
                    });
                }
            }
        }
        start.push(kept.len() as u32);
        kept.shrink_to_fit();
        (self.points, self.point_start) = (kept, start);
    }

    /// The events of a connection are summed: they only add to states, no one looks at these between steps, and the
    /// weight stays. Depends on the network alone.
    pub(crate) fn is_summed(&self, connection: usize) -> bool {
        let connections = &self.instance.connections;
        let Target::Point(point) = connections.target(connection) else {
            return false;
        };
        let steps = connections.delay(connection) / self.config.dt;
        self.config.merge_synapses
            && self.adds_only(point)
            && steps < sums::LONGEST
            && !self.is_same_cell(connection)
            && self.plasticity(connection).is_none()
    }

    /// Events for a point process only add to states, and no one looks at these between steps.
    pub(super) fn adds_only(&self, point: u32) -> bool {
        let watched = self.merging.watched.get(point as usize);
        watched.is_some_and(|watched| !watched)
            && self.merging.adds[self.point_sites[point as usize].0 as usize]
    }

    /// Where a point process is recorded: its group of cells, and its number there.
    pub(crate) fn recorded_home(&self, point: u32) -> Option<(u32, u32)> {
        let shadow = self.merging.shadows.get(&point);
        shadow.or(self.point_home.get(point as usize)).copied()
    }

    /// The instances that an event for a point process goes to.
    pub(crate) fn receivers(&self, point: u32) -> impl Iterator<Item = u32> {
        let own = self.point_home[point as usize].1;
        let shadow = self.merging.shadows.get(&point).map(|home| home.1);
        std::iter::once(own).chain(shadow)
    }
}

/// For each set the number of the first that is equal to the bit.
fn equal_sets(sets: &[ParameterSet]) -> Vec<u32> {
    let mut first: HashMap<Vec<(&str, Vec<u64>)>, u32> = HashMap::new();
    let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect();
    sets.iter()
        .enumerate()
        .map(|(index, set)| {
            let key = set.iter().map(|(name, x)| (name.as_str(), bits(x)));
            *first.entry(key.collect()).or_insert(index as u32)
        })
        .collect()
}
