//! Units of artificial cells.

use super::attach::{ports, recorder, run_initials};
use super::groups::set_parameters;
use crate::engine::artificial::{ArtificialUnit, Train};
use crate::engine::group::{Address, MechanismGroup, Surroundings};
use crate::engine::instances::PointInstance;
use crate::engine::plan::{Member, Plan};
use crate::engine::probes::{Request, Wanted};
use crate::instance::{Artificial, Body};
use crate::record::Probe;
use crate::simd::LANES;
use netdsl_lang::mech::Moment;
use std::sync::Arc;

/// Builds a unit of artificial cells; `index` counts after the tiles.
pub(crate) fn build_unit(
    plan: &Plan<'_>,
    members: &[Member],
    index: usize,
    requests: &[Request],
    probes: &[Probe],
) -> ArtificialUnit {
    let mut unit = ArtificialUnit::default();
    let around = Surroundings::none(plan.config.dt, plan.config.celsius);
    let described: Vec<(&Artificial, u32)> = members
        .iter()
        .map(|member| describe(plan, *member))
        .collect();
    unit.owners = members.iter().map(|member| plan.owner(*member)).collect();
    // a list of times is an instance of no mechanism
    let none = PointInstance {
        group: u32::MAX,
        address: Address {
            row: 0,
            block: 0,
            lane: 0,
        },
    };
    unit.instances.points = vec![none; members.len()];
    for (mechanism, prepared) in plan.mechanisms.all.iter().enumerate() {
        let is_this = |a: &Artificial| match a {
            Artificial::Mechanism {
                mechanism: name, ..
            } => plan.mechanisms.index(name) == Some(mechanism),
            Artificial::Times(_) => false,
        };
        let own: Vec<usize> = (0..members.len())
            .filter(|&k| is_this(described[k].0))
            .collect();
        if own.is_empty() {
            continue;
        }
        let rows = own.len().div_ceil(LANES);
        let mut group =
            MechanismGroup::new(Arc::clone(prepared), vec![0; rows], Vec::new(), 1, &around);
        for (number, &k) in own.iter().enumerate() {
            let address = Address {
                row: (number / LANES) as u32,
                block: 0,
                lane: (number % LANES) as u16,
            };
            let Artificial::Mechanism {
                parameters, stream, ..
            } = described[k].0
            else {
                continue;
            };
            set_parameters(&mut group, address, parameters);
            group.set_streams(address, *stream);
            let group = unit.instances.groups.len() as u32;
            unit.instances.points[k] = PointInstance { group, address };
            unit.instances.add_emitter(k as u32, described[k].1);
        }
        group.prepared.setup(&group.args);
        unit.instances.groups.push(group);
    }
    for (artificial, emitter) in &described {
        if let Artificial::Times(times) = artificial {
            unit.trains.push(Train::new(*emitter, Arc::clone(times)));
        }
    }
    if let Some(incoming) = plan.incoming.get(index)
        && !incoming.is_empty()
    {
        (unit.instances.ports, unit.instances.sums) = ports(plan, index);
    }
    unit.instances.list_connections();
    unit.instances.around(Moment::BeforeInitial, 0.0);
    run_initials(&mut unit.instances);
    unit.instances.init_connections();
    unit.instances.around(Moment::AfterInitial, 0.0);
    for group in &mut unit.instances.groups {
        group.settle(false, &|_| false);
    }
    for request in requests {
        if let Wanted::Point { instance, slot } = request.wanted
            && let Some(value) = unit.instances.pointer(instance, slot)
        {
            unit.recorders.push(recorder(plan, request, probes, value));
        }
    }
    unit
}

pub(super) fn describe<'p>(plan: &Plan<'p>, member: Member) -> (&'p Artificial, u32) {
    match member {
        Member::Cell(cell) => match &plan.instance.cells[cell as usize].body {
            Body::Artificial(artificial) => (artificial, cell),
            Body::Compartments(_) | Body::Elsewhere => unreachable!("units hold artificial cells"),
        },
        Member::Generator(generator) => (
            &plan.instance.generators[generator as usize],
            plan.generator_emitter(generator),
        ),
    }
}
