//! The instances of one mechanism in a group of cells.

use crate::engine::column::Column;
use crate::engine::diffusion::Neighbours;
use crate::engine::mechanisms::Prepared;
use crate::engine::pointers::Pointers;
use crate::mech::{IonColumns, KernelArgs, Strided};
use crate::rng::Stream;
use crate::simd::LANES;
use netdsl_lang::mech::Moment;
use std::sync::Arc;

/// Where an instance is: row, block of lanes, lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) row: u32,
    pub(crate) block: u16,
    pub(crate) lane: u16,
}

impl Address {
    pub(crate) fn triple(self) -> (usize, usize, usize) {
        (self.row as usize, self.block as usize, self.lane as usize)
    }
}

/// Instances of a mechanism, by row and lane.
#[derive(Debug)]
pub(crate) struct MechanismGroup {
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) rows: usize,
    /// Blocks of a row: all of the cells' for density mechanisms, one for point processes.
    pub(crate) blocks: usize,
    /// Compartment of each row.
    pub(crate) nodes: Vec<u32>,
    /// First block of each row of point processes; empty for density mechanisms.
    pub(crate) first_blocks: Vec<u32>,
    /// By slot; `None` for transient variables that are not kept.
    pub(crate) slots: Vec<Option<Column>>,
    slot_table: Vec<Strided>,
    pub(crate) ion_table: Vec<IonColumns>,
    pub(crate) scale: Column,
    pub(crate) density: Column,
    /// Random streams, `Prepared::streams` a lane of each row and block.
    pub(crate) streams: Vec<Stream>,
    /// What its POINTERs lead to.
    pub(crate) pointers: Option<Box<Pointers>>,
    /// How its states diffuse.
    pub(crate) neighbours: Option<Neighbours>,
    /// Transient variables are kept, for recording: the `_full` kernels run.
    pub(crate) full: bool,
    /// Takes the currents that are in the matrix already, and computed again for recording alone.
    pub(crate) detached: Option<Column>,
    pub(crate) args: KernelArgs,
}

// SAFETY: the pointers in `args` and in the tables lead to columns of the group of cells that owns this
unsafe impl Send for MechanismGroup {}
// SAFETY: shared references do not use them
unsafe impl Sync for MechanismGroup {}

/// Columns of the compartments that a mechanism's instances see.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    pub(crate) voltage: Strided,
    pub(crate) rhs: Strided,
    pub(crate) diagonal: Strided,
    pub(crate) diam: Strided,
    pub(crate) area: Strided,
    pub(crate) dt: f64,
    pub(crate) celsius: f64,
}

impl Surroundings {
    /// Of artificial cells: there are none.
    pub(crate) fn none(dt: f64, celsius: f64) -> Self {
        let nowhere = Strided::NOWHERE;
        Self {
            voltage: nowhere,
            rhs: nowhere,
            diagonal: nowhere,
            diam: nowhere,
            area: nowhere,
            dt,
            celsius,
        }
    }
}

impl MechanismGroup {
    /// Instances with the defaults of the mechanism; every slot has a column, transient ones too.
    pub(crate) fn new(
        prepared: Arc<Prepared>,
        nodes: Vec<u32>,
        first_blocks: Vec<u32>,
        blocks: usize,
        around: &Surroundings,
    ) -> Self {
        let rows = nodes.len();
        let mut slots: Vec<Option<Column>> = Vec::new();
        for _ in 0..prepared.program.slots_full() {
            slots.push(Some(Column::full(rows, blocks)));
        }
        for variable in &prepared.program.variables {
            if let Some(slot) = variable.slot
                && variable.default != 0.0
            {
                for column in slots[slot as usize..(slot + variable.length) as usize]
                    .iter_mut()
                    .flatten()
                {
                    column.fill(variable.default);
                }
            }
        }
        let args = KernelArgs {
            rows,
            blocks,
            nodes: &[],
            first_blocks: &[],
            slots: &[],
            globals: &[],
            ions: &[],
            voltage: around.voltage,
            rhs: around.rhs,
            diagonal: around.diagonal,
            diam: around.diam,
            area: around.area,
            scale: Strided::NOWHERE,
            density: Strided::NOWHERE,
            tables: std::ptr::null(),
            function_tables: std::ptr::null(),
            hooks: std::ptr::null(),
            pointers: std::ptr::null(),
            time: 0.0,
            dt: around.dt,
            celsius: around.celsius,
        };
        let mut group = Self {
            rows,
            blocks,
            nodes,
            first_blocks,
            slots,
            slot_table: Vec::new(),
            ion_table: vec![IonColumns::NOWHERE; prepared.program.ions.len()],
            scale: Column::full(rows, blocks),
            density: Column::full(rows, blocks),
            streams: vec![Stream::new(0, 0, 0); rows * blocks * LANES * prepared.streams],
            pointers: None,
            neighbours: None,
            full: true,
            detached: None,
            args,
            prepared,
        };
        group.refresh();
        group
    }

    /// Points the arguments at the present columns; after any of them was replaced.
    pub(crate) fn refresh(&mut self) {
        let strided =
            |column: &Option<Column>| column.as_ref().map_or(Strided::NOWHERE, Column::strided);
        self.slot_table = self.slots.iter().map(strided).collect();
        self.args.nodes = &raw const *self.nodes;
        self.args.first_blocks = &raw const *self.first_blocks;
        self.args.slots = &raw const *self.slot_table;
        self.args.globals = &raw const *self.prepared.globals;
        self.args.ions = &raw const *self.ion_table;
        self.args.tables = self.prepared.tables.as_ptr();
        self.args.function_tables = self.prepared.function_tables.as_ptr();
        self.args.hooks = self.prepared.hooks.as_ptr();
        self.args.pointers = match &self.pointers {
            Some(pointers) => &raw const **pointers,
            None => std::ptr::null(),
        };
        self.args.scale = self.scale.strided();
        self.args.density = self.density.strided();
    }

    /// Sets a variable of one instance.
    pub(crate) fn set(&mut self, slot: u32, at: Address, value: f64) {
        if let Some(column) = &mut self.slots[slot as usize] {
            let (row, block, lane) = at.triple();
            column.set(row, block, lane, value);
        }
    }

    /// After initialisation: stores once what is equal and cannot change any more, drops transient variables unless
    /// they are recorded. What follows a voltage elsewhere stays each instance's own.
    pub(crate) fn settle(&mut self, keep_transient: bool, followed: &dyn Fn(u32) -> bool) {
        let lean = self.prepared.program.slots() as usize;
        let slots = std::mem::take(&mut self.slots);
        for (slot, column) in slots.into_iter().enumerate() {
            let changes = self.prepared.changes[slot] || followed(slot as u32);
            self.slots.push(match column {
                Some(_) if slot >= lean && !keep_transient => None,
                Some(column) if !changes => Some(column.compress(self.rows, self.blocks)),
                column => column,
            });
        }
        let compress = |column: &mut Column, rows, blocks| {
            let taken = std::mem::replace(column, Column::uniform(0.0));
            *column = taken.compress(rows, blocks);
        };
        compress(&mut self.scale, self.rows, self.blocks);
        compress(&mut self.density, self.rows, self.blocks);
        self.full = keep_transient;
        self.refresh();
    }

    /// Sets the streams of an instance.
    pub(crate) fn set_streams(&mut self, at: Address, ids: [u32; 3]) {
        let own = self.prepared.streams_of(self.blocks, at.triple());
        for (stream, k) in self.streams[own].iter_mut().zip(0..) {
            *stream = Stream::new(ids[0].wrapping_add(k), ids[1], ids[2]);
        }
    }

    /// Lets kernels see what POINTERs lead to.
    fn follow(&mut self) {
        if let Some(pointers) = &self.pointers {
            pointers.read_into(&mut self.slots);
        }
        if self.prepared.set_up_each_step {
            self.prepared.setup(&self.args);
        }
    }

    /// Adds the currents at time `t` to matrix and pools.
    pub(crate) fn compute_currents(&mut self, t: f64) {
        self.args.time = t;
        self.follow();
        self.prepared
            .current(&self.args, self.full, &mut self.streams);
    }

    /// Advances the states to time `t`.
    pub(crate) fn advance(&mut self, t: f64) {
        self.args.time = t;
        self.follow();
        self.prepared
            .state(&self.args, self.full, &mut self.streams);
    }

    /// A step of diffusion between compartments.
    pub(crate) fn diffuse(&mut self) {
        if let Some(neighbours) = self.neighbours.take() {
            neighbours.advance(self);
            self.neighbours = Some(neighbours);
        }
    }

    /// Runs the BEFORE and AFTER blocks of a moment.
    pub(crate) fn around(&mut self, moment: Moment, t: f64) {
        self.args.time = t;
        self.prepared.around(moment, &self.args, &mut self.streams);
    }

    /// Runs a straight-line INITIAL of all instances.
    pub(crate) fn initialise(&mut self) {
        self.follow();
        self.prepared.init(&self.args);
    }

    /// Where a slot of an instance is stored, if it is kept.
    pub(crate) fn pointer(
        &self,
        slot: u32,
        (row, block, lane): (usize, usize, usize),
    ) -> Option<*const f64> {
        let column = self.slots.get(slot as usize)?.as_ref()?;
        Some(column.pointer(row, block, lane) as *const f64)
    }

    /// Lanes of all rows.
    pub(crate) fn places(&self) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let (rows, blocks) = (self.rows, self.blocks);
        (0..rows).flat_map(move |row| {
            (0..blocks).flat_map(move |block| (0..LANES).map(move |lane| (row, block, lane)))
        })
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.slots
            .iter()
            .flatten()
            .map(Column::bytes)
            .sum::<usize>()
            + self.scale.bytes()
            + self.density.bytes()
    }
}
