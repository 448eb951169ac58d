//! Where a kernel finds its numbers: raw columns with strides, set up once per group of cells.
//!
//! A group holds cells side by side in blocks of [`LANES`]. What differs by compartment only, or not at all, is stored
//! once and reached with a stride of zero, already repeated over the lanes, so that a load is always one vector load.

use crate::engine::pointers::Pointers;
use crate::mech::look_up::LookUp;
use crate::mech::table::TableData;
use crate::simd::{LANES, Wide};
use netdsl_lang::mech::IonQuantity;
use netdsl_lang::mech::abi::Access;

/// A column of numbers: element (row, block, lane) is at `base + row * row_stride + block * block_stride + lane`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strided {
    pub(crate) base: *mut f64,
    pub(crate) row: usize,
    pub(crate) block: usize,
}

impl Strided {
    pub(crate) const NOWHERE: Self = Self {
        base: std::ptr::null_mut(),
        row: 0,
        block: 0,
    };

    #[inline(always)]
    pub(crate) fn at(&self, row: usize, block: usize) -> *mut f64 {
        self.base.wrapping_add(row * self.row + block * self.block)
    }

    pub(crate) fn is_nowhere(&self) -> bool {
        self.base.is_null()
    }
}

/// Columns of an ion, by compartment. `NOWHERE` where nobody keeps the quantity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IonColumns {
    pub(crate) reversal: Strided,
    pub(crate) current: Strided,
    pub(crate) inside: Strided,
    pub(crate) outside: Strided,
    pub(crate) conductance: Strided,
}

impl IonColumns {
    pub(crate) const NOWHERE: Self = Self {
        reversal: Strided::NOWHERE,
        current: Strided::NOWHERE,
        inside: Strided::NOWHERE,
        outside: Strided::NOWHERE,
        conductance: Strided::NOWHERE,
    };

    #[inline(always)]
    pub(crate) fn column(&self, what: IonQuantity) -> &Strided {
        match what {
            IonQuantity::Reversal => &self.reversal,
            IonQuantity::Current => &self.current,
            IonQuantity::Inside => &self.inside,
            IonQuantity::Outside => &self.outside,
            IonQuantity::Conductance => &self.conductance,
        }
    }
}

/// What a computed current goes to, besides the matrix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sink {
    /// Electrode currents are positive inwards.
    pub(crate) electrode: bool,
    /// Column of the ion in [`KernelArgs::ions`], if it carries one.
    pub(crate) ion: Option<u32>,
}

/// The instances of one mechanism in one group of cells, for one call.
///
/// All pointers stay valid, and are not used by anyone else, for the duration of the call.
#[derive(Clone, Debug)]
pub(crate) struct KernelArgs {
    pub(crate) rows: usize,
    pub(crate) blocks: usize,
    /// Compartment of each row.
    pub(crate) nodes: *const u32,
    /// First block of each row, where rows do not span all blocks; null for zero.
    pub(crate) first_blocks: *const u32,
    /// By row: slots of the instances.
    pub(crate) slots: *const Strided,
    pub(crate) slot_count: usize,
    pub(crate) globals: *const f64,
    /// By compartment: of the mechanism's ions, in its order.
    pub(crate) ions: *const IonColumns,
    pub(crate) voltage: Strided,
    pub(crate) rhs: Strided,
    pub(crate) diagonal: Strided,
    pub(crate) diam: Strided,
    pub(crate) area: Strided,
    /// By row: what turns the mechanism's currents into nA (and its conductances into µS); 0 where a lane has no instance.
    pub(crate) scale: Strided,
    /// By row: what turns its currents into mA/cm² for ion pools; 0 where a lane has no instance.
    pub(crate) density: Strided,
    pub(crate) sinks: *const Sink,
    pub(crate) tables: *const TableData,
    pub(crate) function_tables: *const LookUp,
    /// What POINTERs lead to; null if there are none.
    pub(crate) pointers: *const Pointers,
    pub(crate) time: f64,
    pub(crate) dt: f64,
    pub(crate) celsius: f64,
}

impl KernelArgs {
    #[inline(always)]
    pub(crate) fn first_block(&self, row: usize) -> usize {
        // SAFETY: null or one entry a row
        if self.first_blocks.is_null() {
            0
        } else {
            unsafe { *self.first_blocks.add(row) as usize }
        }
    }
}

/// One row and block of the arguments: eight instances.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    pub(crate) args: &'a KernelArgs,
    pub(crate) row: usize,
    pub(crate) block: usize,
    pub(crate) node: usize,
    pub(crate) node_block: usize,
}

impl<'a> Cursor<'a> {
    #[inline(always)]
    pub(crate) fn new(args: &'a KernelArgs, row: usize, block: usize) -> Self {
        // SAFETY: `nodes` has one entry a row
        let node = unsafe { *args.nodes.add(row) as usize };
        Self {
            args,
            row,
            block,
            node,
            node_block: args.first_block(row) + block,
        }
    }

    #[inline(always)]
    pub(crate) fn slot(&self, slot: usize) -> *mut f64 {
        debug_assert!(slot < self.args.slot_count);
        // SAFETY: the program was verified: every slot it names is below `slot_count`
        unsafe { (*self.args.slots.add(slot)).at(self.row, self.block) }
    }

    #[inline(always)]
    pub(crate) fn by_node(&self, column: &Strided) -> *mut f64 {
        column.at(self.node, self.node_block)
    }

    #[inline(always)]
    pub(crate) fn ion_column(&self, ion: usize, what: IonQuantity) -> *mut f64 {
        // SAFETY: the program was verified: it has as many ions as there are columns
        let columns = unsafe { &*self.args.ions.add(ion) };
        self.by_node(columns.column(what))
    }

    #[inline(always)]
    pub(crate) fn table(&self, table: usize) -> &'a TableData {
        // SAFETY: the program was verified: it has as many tables as there are filled ones
        unsafe { &*self.args.tables.add(table) }
    }

    #[inline(always)]
    pub(crate) fn function_table(&self, table: usize) -> &'a LookUp {
        // SAFETY: the program was verified: it has as many of them as there are data
        unsafe { &*self.args.function_tables.add(table) }
    }
}

// SAFETY of all blocks: `KernelArgs` promises valid, exclusive, 64-byte aligned columns of whole blocks.
impl<L: Wide> Access<L> for Cursor<'_> {
    #[inline(always)]
    fn get(&self, slot: usize) -> L {
        unsafe { L::load(self.slot(slot)) }
    }
    #[inline(always)]
    fn set(&mut self, slot: usize, value: L) {
        unsafe { value.store(self.slot(slot)) }
    }
    #[inline(always)]
    fn global(&self, index: usize) -> L {
        L::splat(unsafe { *self.args.globals.add(index) })
    }
    #[inline(always)]
    fn voltage(&self) -> L {
        unsafe { L::load(self.by_node(&self.args.voltage)) }
    }
    #[inline(always)]
    fn time(&self) -> L {
        L::splat(self.args.time)
    }
    #[inline(always)]
    fn dt(&self) -> L {
        L::splat(self.args.dt)
    }
    #[inline(always)]
    fn celsius(&self) -> L {
        L::splat(self.args.celsius)
    }
    #[inline(always)]
    fn diam(&self) -> L {
        unsafe { L::load(self.by_node(&self.args.diam)) }
    }
    #[inline(always)]
    fn area(&self) -> L {
        unsafe { L::load(self.by_node(&self.args.area)) }
    }
    #[inline(always)]
    fn ion(&self, ion: usize, what: IonQuantity) -> L {
        unsafe { L::load(self.ion_column(ion, what)) }
    }
    #[inline(always)]
    fn set_ion(&mut self, ion: usize, what: IonQuantity, value: L) {
        unsafe { value.store(self.ion_column(ion, what)) }
    }
    #[inline(always)]
    fn table_at(&self, table: usize, x: L) -> L {
        self.table(table).position(x)
    }
    #[inline(always)]
    fn table_get(&self, table: usize, column: usize, at: L) -> L {
        let table = self.table(table);
        let mut positions = [0.0; LANES];
        let mut low = [0.0; LANES];
        let mut high = [0.0; LANES];
        let floor = at.floor();
        // SAFETY: unaligned locals are copied through the portable type, which is aligned
        let mut spill = crate::simd::Portable8([0.0; LANES]);
        unsafe { floor.store(spill.0.as_mut_ptr()) };
        positions.copy_from_slice(&spill.0);
        for lane in 0..LANES {
            (low[lane], high[lane]) = table.neighbours(column, positions[lane]);
        }
        let low = crate::simd::Portable8(low);
        let high = crate::simd::Portable8(high);
        let (low, high) = unsafe { (L::load(low.0.as_ptr()), L::load(high.0.as_ptr())) };
        TableData::interpolate(low, high, at.sub(floor))
    }
    #[inline(always)]
    fn look_up(&self, table: usize, at: [L; 3]) -> L {
        let table = self.function_table(table);
        let mut spill = [(); 3].map(|()| crate::simd::Portable8([0.0; LANES]));
        for (spill, at) in spill.iter_mut().zip(at) {
            // SAFETY: the portable type is aligned and of one block
            unsafe { at.store(spill.0.as_mut_ptr()) };
        }
        let mut values = crate::simd::Portable8([0.0; LANES]);
        for lane in 0..LANES {
            values.0[lane] = table.value([spill[0].0[lane], spill[1].0[lane], spill[2].0[lane]]);
        }
        // SAFETY: as above
        unsafe { L::load(values.0.as_ptr()) }
    }
}

/// Adds the currents of a cursor's instances to the matrix and to the ion pools.
#[inline(always)]
pub(crate) fn accumulate<L: Wide>(cursor: &Cursor<'_>, currents: &[(L, L)]) {
    let args = cursor.args;
    // SAFETY: see `Access` above; `sinks` has an entry a current
    unsafe {
        let v = L::load(cursor.by_node(&args.voltage));
        let scale = L::load(args.scale.at(cursor.row, cursor.block));
        let diagonal = cursor.by_node(&args.diagonal);
        let rhs = cursor.by_node(&args.rhs);
        let (mut total_i, mut total_g) = (L::splat(0.0), L::splat(0.0));
        for (k, &(i, g)) in currents.iter().enumerate() {
            let sink = *args.sinks.add(k);
            let (i, g) = if sink.electrode {
                (i.neg(), g.neg())
            } else {
                (i, g)
            };
            (total_i, total_g) = if k == 0 {
                (i, g)
            } else {
                (total_i.add(i), total_g.add(g))
            };
            if let Some(ion) = sink.ion {
                let columns = &*args.ions.add(ion as usize);
                let density = L::load(args.density.at(cursor.row, cursor.block));
                for (column, value) in [(&columns.current, i), (&columns.conductance, g)] {
                    if !column.is_nowhere() {
                        let at = cursor.by_node(column);
                        value.fma(density, L::load(at)).store(at);
                    }
                }
            }
        }
        scale.fma(total_g, L::load(diagonal)).store(diagonal);
        let pull = total_g.fma(v, total_i.neg());
        scale.fma(pull, L::load(rhs)).store(rhs);
    }
}
