//! A rank's part of a network whose cells are all there.

use super::partition::Partition;
use crate::instance::{
    Body, Cell, CellVariable, Connections, Instance, Owner, Place, SharedVoltage, Source,
    SpikeSource, Target,
};
use crate::record::{Probe, ProbeTarget};
use std::collections::HashSet;

/// Marks what is not here.
const AWAY: u32 = u32::MAX;

/// The part of `instance` that belongs to the cells of `rank`, and the probes of these cells, each with its number among
/// all. Cells, sources and generators keep their numbers.
#[must_use]
pub fn restrict(
    instance: Instance,
    probes: Vec<Probe>,
    partition: &Partition,
    rank: usize,
) -> (Instance, Vec<(u32, Probe)>) {
    let here = |cell: u32| partition.rank_of(cell) == rank;
    // by point process: its number in the part
    let mut numbers = vec![AWAY; instance.points.len()];
    let mut points = Vec::new();
    for (number, point) in numbers.iter_mut().zip(&instance.points) {
        if here(point.place.cell) {
            *number = points.len() as u32;
            points.push(point.clone());
        }
    }
    let number = |point: u32| numbers[point as usize];
    let is_here = |point: u32| number(point) != AWAY;
    let shared = shared_voltages(&instance, partition);
    let connections = connections(&instance, &here, &number);
    let cells = instance.cells.into_iter().enumerate();
    let cells = cells.map(|(index, cell)| match here(index as u32) {
        true => Cell {
            spikes: renumbered(cell.spikes, &number),
            ..cell
        },
        false => elsewhere(cell),
    });
    let sources = instance.sources.into_iter().map(|source| match source {
        Source::Point(point) if is_here(point) => Source::Point(number(point)),
        Source::Voltage { place, .. } if !here(place.cell) => Source::Elsewhere,
        Source::Point(_) => Source::Elsewhere,
        source => source,
    });
    let gaps = instance.gaps.into_iter().filter(|g| is_here(g.point));
    let pointers = instance.pointers.into_iter().filter(|p| match &p.owner {
        Owner::Point(point) => is_here(*point),
        Owner::Density { place, .. } => here(place.cell),
    });
    // generators keep their numbers
    let part = Instance {
        cells: cells.collect(),
        sources: sources.collect(),
        gaps: gaps
            .map(|mut gap| {
                gap.point = number(gap.point);
                gap
            })
            .collect(),
        pointers: pointers
            .map(|mut pointer| {
                if let Owner::Point(point) = &mut pointer.owner {
                    *point = number(*point);
                }
                if let CellVariable::Point { point, .. } = &mut pointer.target {
                    *point = number(*point);
                }
                pointer
            })
            .collect(),
        shared,
        points,
        connections,
        ..instance
    };
    let probes = (0..).zip(probes).filter_map(|(k, mut probe)| {
        let kept = match &mut probe.target {
            ProbeTarget::Place { place, .. } => here(place.cell),
            ProbeTarget::Artificial { cell, .. } => here(*cell),
            ProbeTarget::Point { point, .. } => {
                let kept = is_here(*point);
                *point = number(*point);
                kept
            }
        };
        kept.then_some((k, probe))
    });
    (part, probes.collect())
}

/// Voltages that gap junctions on other ranks follow, each once.
fn shared_voltages(instance: &Instance, partition: &Partition) -> Vec<SharedVoltage> {
    let mut known = HashSet::new();
    let mut shared = Vec::new();
    for gap in &instance.gaps {
        let point = &instance.points[gap.point as usize];
        let rank = partition.rank_of(gap.peer.cell);
        let Place { cell, section, .. } = gap.peer;
        let place = (cell, section, gap.peer.location.to_bits());
        if rank != partition.rank_of(point.place.cell) && known.insert(place) {
            shared.push(SharedVoltage {
                rank: rank as u32,
                place: gap.peer,
            });
        }
    }
    shared
}

/// A cell of which only the number matters here.
fn elsewhere(cell: Cell) -> Cell {
    Cell {
        body: Body::Elsewhere,
        spikes: SpikeSource::Silent,
        ..cell
    }
}

fn renumbered(spikes: SpikeSource, number: &impl Fn(u32) -> u32) -> SpikeSource {
    match spikes {
        SpikeSource::Point(point) => SpikeSource::Point(number(point)),
        SpikeSource::PointVariable {
            point,
            variable,
            threshold,
        } => SpikeSource::PointVariable {
            point: number(point),
            variable,
            threshold,
        },
        spikes => spikes,
    }
}

fn connections(
    instance: &Instance,
    here: &impl Fn(u32) -> bool,
    number: &impl Fn(u32) -> u32,
) -> Connections {
    let all = &instance.connections;
    let mut own = Connections::of_rules(all.rules.clone());
    for k in 0..all.len() {
        let target = match all.target(k) {
            Target::Point(point) if number(point) != AWAY => Target::Point(number(point)),
            Target::Cell(cell) if here(cell) => Target::Cell(cell),
            Target::Point(_) | Target::Cell(_) => continue,
        };
        own.push(
            all.rule(k),
            all.source(k),
            target,
            all.weight(k),
            all.delay(k),
        );
    }
    own
}
