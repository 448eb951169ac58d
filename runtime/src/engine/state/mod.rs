//! The state of cells, for checkpoints: addressed by gid, compartment of the tree, mechanism and slot, never by tile, so
//! that another number of ranks or threads can go on.

use crate::bytes::{Bytes, Cut, Put};
use crate::engine::artificial::ArtificialUnit;
use crate::engine::column::Column;
use crate::engine::group::MechanismGroup;
use crate::engine::instances::{Waiting, read_slots, write_slots};
use crate::engine::ions::Pool;
use crate::engine::tile::Tile;
use crate::simd::LANES;

/// What the record of a cell is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Owner {
    /// [`Owner::CELL`], or that of a generator's cell.
    kind: u32,
    /// Gid, or number.
    number: u32,
    /// Which generator of the cell.
    which: u32,
}

impl Owner {
    /// A cell.
    pub(crate) fn cell(gid: u32) -> Self {
        Self {
            kind: 0,
            number: gid,
            which: 0,
        }
    }

    /// A generator, the `which`th of a cell's (`None`: of all).
    pub(crate) fn generator(cell: Option<u32>, which: u32) -> Self {
        match cell {
            Some(number) => Self {
                kind: 1,
                number,
                which,
            },
            None => Self {
                kind: 2,
                number: 0,
                which,
            },
        }
    }

    /// As numbers.
    pub(crate) fn key(self) -> [u32; 3] {
        [self.kind, self.number, self.which]
    }
}

/// The cells that a rank has, each with its state.
pub(crate) trait Stateful {
    /// Writes the state of each cell at the end of step number `step`.
    fn each_state(&self, step: u64, write: &mut dyn FnMut(Owner, &[u8]));

    /// Reads the states of all cells; `find` knows the record of each.
    fn restore<'f>(
        &mut self,
        now: (f64, u64),
        find: &mut dyn FnMut(Owner) -> Option<&'f [u8]>,
    ) -> Result<(), Missing>;
}

/// A cell without a record, or with one that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missing(pub(crate) Owner);

impl Stateful for Tile {
    fn each_state(&self, step: u64, write: &mut dyn FnMut(Owner, &[u8])) {
        let waiting = self.instances.waiting(step);
        let mut bytes = Vec::new();
        for (lane, &gid) in self.gids.iter().enumerate() {
            bytes.clear();
            self.write_cell(lane, &waiting, &mut bytes);
            write(Owner::cell(gid), &bytes);
        }
    }

    fn restore<'f>(
        &mut self,
        (now, step): (f64, u64),
        find: &mut dyn FnMut(Owner) -> Option<&'f [u8]>,
    ) -> Result<(), Missing> {
        self.instances.forget_events(now, step);
        let connections = self.instances.waiting(step).into_connections();
        for lane in 0..self.gids.len() {
            let owner = Owner::cell(self.gids[lane]);
            let record = find(owner).ok_or(Missing(owner))?;
            let mut from = Bytes(record);
            let read = self.read_cell(lane, &connections, &mut from);
            if read.is_err() || !from.is_empty() {
                return Err(Missing(owner));
            }
        }
        Ok(())
    }
}

impl Tile {
    fn own_instances(&self, lane: usize) -> &[u32] {
        &self.lane_instances[lane]
    }

    fn write_cell(&self, lane: usize, waiting: &Waiting, into: &mut Vec<u8>) {
        let (block, lane_in_block) = (lane / LANES, lane % LANES);
        write_rows(&self.voltage, block, lane_in_block, into);
        for pool in &self.pools {
            for column in kept(pool) {
                write_rows(column, block, lane_in_block, into);
            }
        }
        for group in self.densities() {
            for row in 0..group.rows {
                write_slots(group, (row, block, lane_in_block), into);
            }
        }
        self.instances
            .write_state(self.own_instances(lane), waiting, into);
        let gid = self.gids[lane];
        let own = self.detectors.iter().filter(|d| d.gid == gid);
        own.for_each(|d| into.put_u32(u32::from(d.above)));
    }

    fn densities(&self) -> impl Iterator<Item = &MechanismGroup> {
        let groups = self.instances.groups.iter();
        groups.filter(|group| group.prepared.is_density())
    }

    fn read_cell(
        &mut self,
        lane: usize,
        connections: &[Vec<u32>],
        from: &mut Bytes<'_>,
    ) -> Result<(), Cut> {
        let (block, lane_in_block) = (lane / LANES, lane % LANES);
        read_rows(&mut self.voltage, block, lane_in_block, from)?;
        for pool in &mut self.pools {
            for column in kept_mut(pool) {
                read_rows(column, block, lane_in_block, from)?;
            }
        }
        let groups = self.instances.groups.iter_mut();
        for group in groups.filter(|group| group.prepared.is_density()) {
            for row in 0..group.rows {
                read_slots(group, (row, block, lane_in_block), from)?;
            }
        }
        let own = std::mem::take(&mut self.lane_instances[lane]);
        let read = self.instances.read_state(&own, connections, from);
        self.lane_instances[lane] = own;
        read?;
        let gid = self.gids[lane];
        for detector in self.detectors.iter_mut().filter(|d| d.gid == gid) {
            detector.above = from.u32()? != 0;
        }
        Ok(())
    }
}

/// Columns of an ion that are there for all cells of a structure.
fn kept(pool: &Pool) -> impl Iterator<Item = &Column> {
    let always = [&pool.reversal, &pool.inside, &pool.outside];
    always
        .into_iter()
        .chain(&pool.current)
        .chain(&pool.conductance)
}

fn kept_mut(pool: &mut Pool) -> impl Iterator<Item = &mut Column> {
    let always = [&mut pool.reversal, &mut pool.inside, &mut pool.outside];
    always
        .into_iter()
        .chain(&mut pool.current)
        .chain(&mut pool.conductance)
}

/// One cell's numbers of a column, unless it is stored once: then it never changes.
fn write_rows(column: &Column, block: usize, lane: usize, into: &mut Vec<u8>) {
    let rows = if column.is_full() { column.rows() } else { 0 };
    into.put_u64(rows as u64);
    (0..rows).for_each(|row| into.put_f64(column.get(row, block, lane)));
}

fn read_rows(
    column: &mut Column,
    block: usize,
    lane: usize,
    from: &mut Bytes<'_>,
) -> Result<(), Cut> {
    let rows = from.count(8)?;
    let full = column.is_full();
    if full && rows > 0 && rows != column.rows() {
        return Err(Cut);
    }
    for row in 0..rows {
        let value = from.f64()?;
        if full {
            column.set(row, block, lane, value);
        }
    }
    Ok(())
}

impl Stateful for ArtificialUnit {
    fn each_state(&self, step: u64, write: &mut dyn FnMut(Owner, &[u8])) {
        let waiting = self.instances.waiting(step);
        let mut bytes = Vec::new();
        for (instance, owner) in (0..).zip(&self.owners) {
            bytes.clear();
            self.instances
                .write_state(&[instance], &waiting, &mut bytes);
            write(*owner, &bytes);
        }
    }

    fn restore<'f>(
        &mut self,
        (now, step): (f64, u64),
        find: &mut dyn FnMut(Owner) -> Option<&'f [u8]>,
    ) -> Result<(), Missing> {
        self.instances.forget_events(now, step);
        let connections = self.instances.waiting(step).into_connections();
        for (instance, owner) in (0..).zip(&self.owners) {
            let record = find(*owner).ok_or(Missing(*owner))?;
            let mut from = Bytes(record);
            let read = self
                .instances
                .read_state(&[instance], &connections, &mut from);
            if read.is_err() || !from.is_empty() {
                return Err(Missing(*owner));
            }
        }
        self.trains.iter_mut().for_each(|train| train.seek(now));
        Ok(())
    }
}
