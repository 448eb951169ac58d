//! What is attached to a built tile: connections, detectors, recorders, first values.

use crate::engine::group::Address;
use crate::engine::instances::Instances;
use crate::engine::mechanisms::{is_plain, writes_pointers};
use crate::engine::plan::{Plan, TilePlan};
use crate::engine::ports::{Incoming, Ports};
use crate::engine::probes::{Request, Wanted};
use crate::engine::recorder::Recorder;
use crate::engine::sums::{Summed, Sums};
use crate::engine::tile::{Detector, Tile};
use crate::instance::{Source, SpikeSource, Target};
use crate::record::Probe;
use crate::simd::LANES;

/// Connections of a tile or unit, with those apart whose events are summed.
pub(super) fn ports(plan: &Plan<'_>, index: usize) -> (Ports, Sums) {
    let connections = &plan.instance.connections;
    let (mut incoming, mut summed, mut renewals) = (Vec::new(), Vec::new(), Vec::new());
    let mut plastic = Vec::new();
    for k in plan.incoming[index].iter() {
        let connection = k as usize;
        if plan.plasticity(connection).is_some() {
            plastic.extend(plan.plastic(k));
            continue;
        }
        if let Target::Point(point) = connections.target(connection)
            && plan.is_summed(connection)
        {
            if let Some(generator) = plan.renewal(connection) {
                let receivers = plan.receivers(point);
                renewals.push(plan.describe_renewal(generator, connection, receivers));
                continue;
            }
            let to = |instance| Summed {
                emitter: plan.source_emitter[connections.source(connection) as usize],
                number: k,
                instance,
                delay: connections.delay(connection),
                weight: connections.weight(connection)[0],
            };
            summed.extend(plan.receivers(point).map(to));
            continue;
        }
        let to = |instance| Incoming {
            emitter: plan.source_emitter[connections.source(connection) as usize],
            number: k,
            instance,
            delay: connections.delay(connection),
            weights: connections.weight(connection),
            fixed_weight: plan.keeps_weight(connections.target(connection)),
            same_cell: plan.is_same_cell(connection),
        };
        match connections.target(connection) {
            Target::Point(point) => incoming.extend(plan.receivers(point).map(to)),
            Target::Cell(cell) => incoming.push(to(plan.cell_home[cell as usize].1)),
        }
    }
    let law = |rule: u16| {
        plan.instance
            .plasticity
            .get(&rule)
            .copied()
            .unwrap_or_default()
    };
    let sums = Sums::new(summed, renewals, plastic, law);
    (Ports::new(incoming), sums)
}

/// INITIAL of every instance, mechanism by mechanism.
pub(super) fn run_initials(instances: &mut Instances) {
    for group in 0..instances.groups.len() {
        let owner = &mut instances.groups[group];
        let init = &owner.prepared.blocks().init.code;
        if is_plain(init) && !writes_pointers(&owner.prepared.program, init) {
            owner.initialise();
        } else if owner.prepared.is_density() {
            for (row, block, lane) in owner.places() {
                let at = Address {
                    row: row as u32,
                    block: block as u16,
                    lane: lane as u16,
                };
                instances.run_initial(group, at, None);
            }
        } else {
            for instance in 0..instances.points.len() {
                if instances.points[instance].group as usize == group {
                    let at = instances.points[instance].address;
                    instances.run_initial(group, at, Some(instance as u32));
                }
            }
        }
    }
}

pub(super) fn compartments(plan: &Plan<'_>, tile: &TilePlan) -> u64 {
    let of = |&cell: &u32| {
        let layout = plan.layouts[cell as usize]
            .as_ref()
            .expect("cells of tiles have compartments");
        layout
            .tree
            .origin
            .iter()
            .filter(|origin| origin.segment.is_some())
            .count() as u64
    };
    tile.cells.iter().map(of).sum()
}

pub(super) fn add_detectors(plan: &Plan<'_>, plan_tile: &TilePlan, index: usize, tile: &mut Tile) {
    let voltage_at = |tile: &Tile, cell: u32, section: u32, location: f64| {
        let layout = plan.layouts[cell as usize]
            .as_ref()
            .expect("cells of tiles have compartments");
        let node = plan_tile.structure.compartments[layout.tree.node(section, location) as usize];
        let lane = plan.cell_home[cell as usize].1 as usize;
        tile.voltage
            .pointer(node as usize, lane / LANES, lane % LANES) as *const f64
    };
    let detector = |value, threshold, emitter, cell: u32| Detector {
        value,
        threshold,
        above: false,
        emitter,
        gid: plan.instance.cells[cell as usize].gid,
    };
    for &cell in &plan_tile.cells {
        match &plan.instance.cells[cell as usize].spikes {
            SpikeSource::Voltage {
                section,
                location,
                threshold,
            } => {
                let value = voltage_at(tile, cell, *section, *location);
                tile.detectors.push(detector(value, *threshold, cell, cell));
            }
            SpikeSource::Point(point) => {
                let local = plan.point_home[*point as usize].1;
                tile.instances.add_emitter(local, cell);
            }
            SpikeSource::PointVariable {
                point,
                variable,
                threshold,
            } => {
                let local = plan.point_home[*point as usize].1;
                if let Some(value) = tile.instances.value_of(local, variable) {
                    tile.detectors.push(detector(value, *threshold, cell, cell));
                }
            }
            SpikeSource::Events | SpikeSource::Silent => {}
        }
    }
    for &source in &plan.extra_sources[index] {
        let emitter = plan.extra_emitter(source as usize);
        match &plan.instance.sources[source as usize] {
            Source::Point(point) => {
                let local = plan.point_home[*point as usize].1;
                tile.instances.add_emitter(local, emitter);
            }
            Source::Voltage { place, threshold } => {
                let value = voltage_at(tile, place.cell, place.section, place.location);
                let found = detector(value, *threshold, emitter, place.cell);
                tile.detectors.push(found);
            }
            Source::Cell(_) | Source::Generator(_) | Source::Elsewhere => {}
        }
    }
}

pub(super) fn add_recorders(
    plan: &Plan<'_>,
    plan_tile: &TilePlan,
    requests: &[Request],
    probes: &[Probe],
    tile: &mut Tile,
) {
    for request in requests {
        let (block, lane) = (request.lane as usize / LANES, request.lane as usize % LANES);
        let value = match &request.wanted {
            Wanted::Voltage { node } => {
                Some(tile.voltage.pointer(*node as usize, block, lane) as *const f64)
            }
            Wanted::Ion { ion, what, node } => {
                let pool = tile.pools.iter().find(|pool| pool.name == *ion);
                let column = *pool
                    .expect("the ion was found at this place")
                    .columns()
                    .column(*what);
                Some(column.at(*node as usize, block).wrapping_add(lane) as *const f64)
            }
            Wanted::Density {
                mechanism,
                slot,
                node,
            } => {
                let name = &plan.mechanisms.all[*mechanism].program.name;
                let group = tile
                    .instances
                    .groups
                    .iter()
                    .find(|g| g.prepared.program.name == *name);
                let group = group.expect("the mechanism was found at this place");
                let row = group
                    .nodes
                    .binary_search(node)
                    .expect("the mechanism was found at this compartment");
                group.pointer(*slot, (row, block, lane))
            }
            Wanted::Point { instance, slot } => tile.instances.pointer(*instance, *slot),
        };
        debug_assert!(plan_tile.cells.len() > request.lane as usize);
        if let Some(value) = value {
            tile.recorders.push(recorder(plan, request, probes, value));
        }
    }
}

pub(super) fn recorder(
    plan: &Plan<'_>,
    request: &Request,
    probes: &[Probe],
    value: *const f64,
) -> Recorder {
    let probe = &probes[request.probe as usize];
    Recorder::new(
        request.probe,
        value,
        &probe.label,
        &request.unit,
        probe.interval,
        plan.config.dt,
    )
}
