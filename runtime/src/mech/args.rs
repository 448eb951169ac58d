//! Where a kernel finds its numbers: raw columns with strides, set up once per group of cells.
//!
//! A group holds cells side by side in blocks of [`LANES`]. What differs by compartment only, or not at all, is stored
//! once and reached with a stride of zero, already repeated over the lanes, so that a load is always one vector load.

use crate::engine::pointers::Pointers;
use crate::mech::hooks::HookCode;
use crate::mech::look_up::LookUp;
use crate::mech::table::TableData;
use crate::simd::{LANES, Wide};
use netdsl_lang::mech::IonQuantity;
use netdsl_lang::mech::abi::{Access, Sink};

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

/// The instances of one mechanism in one group of cells, for one call.
///
/// All pointers stay valid, and are not used by anyone else, for the duration of the call.
#[derive(Clone, Debug)]
pub(crate) struct KernelArgs {
    pub(crate) rows: usize,
    pub(crate) blocks: usize,
    /// Compartment of each row.
    pub(crate) nodes: *const [u32],
    /// First block of each row, where rows do not span all blocks; else empty.
    pub(crate) first_blocks: *const [u32],
    /// By row: slots of the instances.
    pub(crate) slots: *const [Strided],
    pub(crate) globals: *const [f64],
    /// By compartment: of the mechanism's ions, in its order.
    pub(crate) ions: *const [IonColumns],
    /// By compartment, each number for itself, as `rhs` and `diagonal`.
    pub(crate) voltage: Strided,
    pub(crate) rhs: Strided,
    pub(crate) diagonal: Strided,
    pub(crate) diam: Strided,
    pub(crate) area: Strided,
    /// By row: what turns the mechanism's currents into nA (and its conductances into µS); 0 where a lane has no instance.
    pub(crate) scale: Strided,
    /// By row: what turns its currents into mA/cm² for ion pools; 0 where a lane has no instance.
    pub(crate) density: Strided,
    pub(crate) tables: *const TableData,
    pub(crate) function_tables: *const LookUp,
    pub(crate) hooks: *const HookCode,
    /// What POINTERs lead to; null if there are none.
    pub(crate) pointers: *const Pointers,
    pub(crate) time: f64,
    pub(crate) dt: f64,
    pub(crate) celsius: f64,
}

/// The arguments of one call with the lists that they lead to.
///
/// A kernel takes the lists as references of its own, so that the compiler knows that no number it stores changes them,
/// and looks into them once instead of for each instance.
#[derive(Clone, Copy)]
pub(crate) struct Lists<'a> {
    pub(crate) args: &'a KernelArgs,
    pub(crate) nodes: &'a [u32],
    pub(crate) first_blocks: &'a [u32],
    pub(crate) slots: &'a [Strided],
    pub(crate) globals: &'a [f64],
    pub(crate) ions: &'a [IonColumns],
}

impl<'a> Lists<'a> {
    #[inline(always)]
    pub(crate) fn of(args: &'a KernelArgs) -> Self {
        // SAFETY: `KernelArgs` promises valid lists
        unsafe {
            Self {
                args,
                nodes: &*args.nodes,
                first_blocks: &*args.first_blocks,
                slots: &*args.slots,
                globals: &*args.globals,
                ions: &*args.ions,
            }
        }
    }

    #[inline(always)]
    fn first_block(&self, row: usize) -> usize {
        if self.first_blocks.is_empty() {
            return 0;
        }
        // SAFETY: one entry a row
        unsafe { *self.first_blocks.get_unchecked(row) as usize }
    }
}

/// One row and block of the arguments: eight instances.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    pub(crate) lists: &'a Lists<'a>,
    pub(crate) row: usize,
    pub(crate) block: usize,
    node: usize,
    node_block: usize,
}

impl<'a> Cursor<'a> {
    #[inline(always)]
    pub(crate) fn new(lists: &'a Lists<'a>, row: usize, block: usize) -> Self {
        // SAFETY: `nodes` has one entry a row
        let node = unsafe { *lists.nodes.get_unchecked(row) as usize };
        Self {
            lists,
            row,
            block,
            node,
            node_block: lists.first_block(row) + block,
        }
    }

    #[inline(always)]
    pub(crate) fn args(&self) -> &'a KernelArgs {
        self.lists.args
    }

    #[inline(always)]
    pub(crate) fn slot(&self, slot: usize) -> *mut f64 {
        debug_assert!(slot < self.lists.slots.len());
        // SAFETY: the program was verified: it names no slot beyond those that there are
        unsafe { self.lists.slots.get_unchecked(slot) }.at(self.row, self.block)
    }

    /// As [`Cursor::slot`], of a full column.
    #[inline(always)]
    fn own_slot(&self, slot: usize) -> *mut f64 {
        debug_assert!(slot < self.lists.slots.len());
        // SAFETY: as `slot`
        let base = unsafe { self.lists.slots.get_unchecked(slot) }.base;
        base.wrapping_add((self.block * self.args().rows + self.row) * LANES)
    }

    /// An element of the voltages, right-hand sides or diagonals.
    #[inline(always)]
    fn of_matrix(&self, column: &Strided) -> *mut f64 {
        let block = self.node_block * self.args().voltage.block;
        column.base.wrapping_add(self.node * LANES + block)
    }

    #[inline(always)]
    pub(crate) fn by_node(&self, column: &Strided) -> *mut f64 {
        column.at(self.node, self.node_block)
    }

    #[inline(always)]
    pub(crate) fn ion_column(&self, ion: usize, what: IonQuantity) -> *mut f64 {
        // SAFETY: the program was verified: it has as many ions as there are columns
        let columns = unsafe { self.lists.ions.get_unchecked(ion) };
        self.by_node(columns.column(what))
    }

    #[inline(always)]
    pub(crate) fn table(&self, table: usize) -> &'a TableData {
        // SAFETY: the program was verified: it has as many tables as there are filled ones
        unsafe { &*self.args().tables.add(table) }
    }

    #[inline(always)]
    pub(crate) fn function_table(&self, table: usize) -> &'a LookUp {
        // SAFETY: the program was verified: it has as many of them as there are data
        unsafe { &*self.args().function_tables.add(table) }
    }

    #[inline(always)]
    pub(crate) fn hook(&self, hook: usize) -> &'a HookCode {
        // SAFETY: the program was verified: it has as many of them as there are functions
        unsafe { &*self.args().hooks.add(hook) }
    }
}

// SAFETY of all blocks: `KernelArgs` promises valid, exclusive, 64-byte aligned columns of whole blocks.
impl<L: Wide> Access<L> for Cursor<'_> {
    #[inline(always)]
    fn get(&self, slot: usize) -> L {
        unsafe { L::load(self.slot(slot)) }
    }
    #[inline(always)]
    fn own(&self, slot: usize) -> L {
        unsafe { L::load(self.own_slot(slot)) }
    }
    #[inline(always)]
    fn set(&mut self, slot: usize, value: L) {
        unsafe { value.store(self.own_slot(slot)) }
    }
    #[inline(always)]
    fn global(&self, index: usize) -> L {
        // SAFETY: the program was verified: it has as many globals
        L::splat(unsafe { *self.lists.globals.get_unchecked(index) })
    }
    #[inline(always)]
    fn voltage(&self) -> L {
        unsafe { L::load(self.of_matrix(&self.args().voltage)) }
    }
    #[inline(always)]
    fn time(&self) -> L {
        L::splat(self.args().time)
    }
    #[inline(always)]
    fn dt(&self) -> L {
        L::splat(self.args().dt)
    }
    #[inline(always)]
    fn celsius(&self) -> L {
        L::splat(self.args().celsius)
    }
    #[inline(always)]
    fn diam(&self) -> L {
        unsafe { L::load(self.by_node(&self.args().diam)) }
    }
    #[inline(always)]
    fn area(&self) -> L {
        unsafe { L::load(self.by_node(&self.args().area)) }
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
    fn eight_columns(&self, table: usize, eight: usize, _: usize, at: L) -> [L; 8] {
        self.table(table).eight_columns(eight, at)
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
pub(crate) fn accumulate<L: Wide>(
    cursor: &Cursor<'_>,
    sinks: impl Iterator<Item = Sink>,
    currents: &[(L, L)],
) {
    let args = cursor.args();
    // SAFETY: see `Access` above
    unsafe {
        let v = L::load(cursor.of_matrix(&args.voltage));
        let scale = L::load(args.scale.at(cursor.row, cursor.block));
        let diagonal = cursor.of_matrix(&args.diagonal);
        let rhs = cursor.of_matrix(&args.rhs);
        let (mut total_i, mut total_g) = (L::splat(0.0), L::splat(0.0));
        for (k, (&(i, g), sink)) in currents.iter().zip(sinks).enumerate() {
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
                let columns = cursor.lists.ions.get_unchecked(ion as usize);
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
