//! What instances wait for, and the numbers that they keep, for checkpoints. A cell's instances are numbered as they
//! follow each other on it, and the connections to an instance as in the network: whatever unit they are in.

use super::{Instances, Watching};
use crate::bytes::{Bytes, Cut, Put};
use crate::engine::group::MechanismGroup;
use crate::engine::sums::Coming;
use std::collections::HashMap;

/// No connection, or no event.
const NONE: u32 = u32::MAX;

/// What waits in a unit, by instance.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// Connections to each instance, in the order of the network.
    connections: Vec<Vec<u32>>,
    /// Position of each connection there.
    ordinals: Vec<u32>,
    events: Vec<Vec<(u32, f64)>>,
    sums: Vec<Vec<(u64, f64)>>,
    coming: Vec<Coming>,
    own: Vec<crate::engine::ports::OwnEvent>,
}

impl Waiting {
    /// The connections to each instance.
    pub(crate) fn into_connections(self) -> Vec<Vec<u32>> {
        self.connections
    }
}

impl Instances {
    /// What waits from step `now` on.
    pub(crate) fn waiting(&self, now: u64) -> Waiting {
        let count = self.points.len();
        let connections = self.ports.by_instance(count);
        let mut ordinals = vec![0; self.ports.len()];
        for list in &connections {
            for (ordinal, connection) in (0..).zip(list) {
                ordinals[*connection as usize] = ordinal;
            }
        }
        let mut events = vec![Vec::new(); count];
        for (connection, time) in self.ports.waiting() {
            let instance = self.ports.instance(connection) as usize;
            events[instance].push((ordinals[connection as usize], time));
        }
        // in an order that does not depend on the unit
        for list in &mut events {
            list.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        }
        let mut sums = vec![Vec::new(); count];
        for (instance, step, sum) in self.sums.waiting(now) {
            sums[instance as usize].push((step, sum));
        }
        for list in &mut sums {
            list.sort_by_key(|(step, _)| *step);
        }
        Waiting {
            connections,
            ordinals,
            events,
            sums,
            coming: self.sums.coming(now),
            own: self.ports.own_events(),
        }
    }

    /// Writes what the instances of a cell keep and wait for.
    pub(crate) fn write_state(&self, own: &[u32], waiting: &Waiting, into: &mut Vec<u8>) {
        for &instance in own {
            self.write_instance(instance, waiting, into);
        }
        let local: HashMap<u32, u32> = (0..).zip(own).map(|(k, i)| (*i, k)).collect();
        let events = waiting.own.iter();
        let events: Vec<_> = events.filter(|e| local.contains_key(&e.instance)).collect();
        let ordinal = |connection: u32| waiting.ordinals[connection as usize];
        into.put_u64(events.len() as u64);
        for event in &events {
            into.put_u32(local[&event.instance]);
            into.put_f64(event.time);
            into.put_f64(event.flag);
            into.put_u32(event.through.map_or(NONE, ordinal));
        }
        let position = |name: Option<u64>| {
            let found = events.iter().position(|e| Some(e.name) == name);
            found.map_or(NONE, |k| k as u32)
        };
        let watches = self.watches.iter();
        let watches: Vec<_> = watches
            .filter(|w| local.contains_key(&w.instance))
            .collect();
        into.put_u64(watches.len() as u64);
        for watching in watches {
            into.put_u32(local[&watching.instance]);
            into.put_u32(watching.watch);
            into.put_u32(u32::from(watching.was_true));
            into.put_u32(position(watching.event));
        }
        for instance in own {
            into.put_u32(position(self.last_sent.get(instance).copied()));
        }
    }

    fn write_instance(&self, instance: u32, waiting: &Waiting, into: &mut Vec<u8>) {
        let point = &self.points[instance as usize];
        match self.groups.get(point.group as usize) {
            Some(group) => {
                into.put_str(&group.prepared.program.name);
                write_slots(group, point.address.triple(), into);
            }
            // a list of times
            None => into.put_str(""),
        }
        let connections = waiting.connections[instance as usize].iter();
        let apart: Vec<u32> = connections
            .copied()
            .filter(|c| self.ports.keeps_apart(*c))
            .collect();
        into.put_u64(apart.len() as u64);
        apart
            .iter()
            .for_each(|c| into.put_f64s(self.ports.weights_of(*c)));
        let events = &waiting.events[instance as usize];
        into.put_u64(events.len() as u64);
        for (ordinal, time) in events {
            into.put_u32(*ordinal);
            into.put_f64(*time);
        }
        let sums = &waiting.sums[instance as usize];
        into.put_u64(sums.len() as u64);
        for (step, sum) in sums {
            into.put_u64(*step);
            into.put_f64(*sum);
        }
        self.sums.write_sources(instance, &waiting.coming, into);
    }

    /// Forgets all events and watched conditions; time is `now` and the next step number `step`.
    pub(crate) fn forget_events(&mut self, now: f64, step: u64) {
        self.ports.forget_events(now);
        self.sums.forget_events(step);
        self.spikes.clear();
        self.watches.clear();
        self.last_sent.clear();
    }

    /// Reads what [`Instances::write_state`] wrote of a cell. `connections` are those to each instance.
    pub(crate) fn read_state(
        &mut self,
        own: &[u32],
        connections: &[Vec<u32>],
        from: &mut Bytes<'_>,
    ) -> Result<(), Cut> {
        for &instance in own {
            self.read_instance(instance, &connections[instance as usize], from)?;
        }
        let instance = |from: &mut Bytes<'_>| own.get(from.u32()? as usize).copied().ok_or(Cut);
        let mut names = Vec::new();
        for _ in 0..from.count(24)? {
            let instance = instance(from)?;
            let (time, flag, ordinal) = (from.f64()?, from.f64()?, from.u32()?);
            let through = match ordinal {
                NONE => None,
                ordinal => {
                    let all = &connections[instance as usize];
                    Some(*all.get(ordinal as usize).ok_or(Cut)?)
                }
            };
            names.push(self.ports.send_own(time, (instance, through), flag));
        }
        let name = |position: u32| names.get(position as usize).copied();
        for _ in 0..from.count(16)? {
            self.watches.push(Watching {
                instance: instance(from)?,
                watch: from.u32()?,
                was_true: from.u32()? != 0,
                event: name(from.u32()?),
            });
        }
        for &instance in own {
            if let Some(name) = name(from.u32()?) {
                self.last_sent.insert(instance, name);
            }
        }
        Ok(())
    }

    fn read_instance(
        &mut self,
        instance: u32,
        connections: &[u32],
        from: &mut Bytes<'_>,
    ) -> Result<(), Cut> {
        let point = self.points[instance as usize];
        let name = from.str()?;
        match self.groups.get_mut(point.group as usize) {
            Some(group) if group.prepared.program.name == name => {
                read_slots(group, point.address.triple(), from)?;
            }
            None if name.is_empty() => {}
            _ => return Err(Cut),
        }
        let apart: Vec<u32> = connections
            .iter()
            .copied()
            .filter(|c| self.ports.keeps_apart(*c))
            .collect();
        if from.count(8)? != apart.len() {
            return Err(Cut);
        }
        for connection in apart {
            let values = from.f64s()?;
            let weights = self.ports.weights(connection);
            if values.len() != weights.len() {
                return Err(Cut);
            }
            weights.copy_from_slice(&values);
        }
        for _ in 0..from.count(12)? {
            let (ordinal, time) = (from.u32()?, from.f64()?);
            let connection = connections.get(ordinal as usize).ok_or(Cut)?;
            self.ports.put_back(*connection, time);
        }
        for _ in 0..from.count(16)? {
            let (step, sum) = (from.u64()?, from.f64()?);
            if !self.sums.put_back(instance, step, sum) {
                return Err(Cut);
            }
        }
        self.sums.read_sources(instance, from)
    }
}

/// Writes the numbers of an instance that may have changed, and where its random streams are.
pub(crate) fn write_slots(group: &MechanismGroup, at: (usize, usize, usize), into: &mut Vec<u8>) {
    let kept = group.slots.iter().enumerate();
    let kept = kept.filter_map(|(slot, column)| Some((slot, column.as_ref()?)));
    let kept: Vec<_> = kept.filter(|(_, column)| column.is_full()).collect();
    into.put_u64(kept.len() as u64);
    for (slot, column) in kept {
        into.put_u32(slot as u32);
        into.put_f64(column.get(at.0, at.1, at.2));
    }
    let streams = group.prepared.streams_of(group.blocks, at);
    for stream in &group.streams[streams] {
        stream.ids().iter().for_each(|id| into.put_u32(*id));
        into.put_u64(stream.position());
    }
}

/// Reads what [`write_slots`] wrote. What is stored once here cannot have changed.
pub(crate) fn read_slots(
    group: &mut MechanismGroup,
    at: (usize, usize, usize),
    from: &mut Bytes<'_>,
) -> Result<(), Cut> {
    for _ in 0..from.count(12)? {
        let (slot, value) = (from.u32()?, from.f64()?);
        let column = group.slots.get_mut(slot as usize).ok_or(Cut)?;
        if let Some(column) = column.as_mut().filter(|column| column.is_full()) {
            column.set(at.0, at.1, at.2, value);
        }
    }
    let streams = group.prepared.streams_of(group.blocks, at);
    for stream in &mut group.streams[streams] {
        stream.rename([from.u32()?, from.u32()?, from.u32()?]);
        stream.seek(from.u64()?);
    }
    Ok(())
}
