//! Storage of one quantity of a group of cells.

use crate::mech::Strided;
use crate::simd::LANES;
use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ptr::NonNull;

/// Numbers by (block, row, lane), in 64-byte aligned blocks of [`LANES`]: the rows of a block of lanes lie one behind the
/// other. What is equal in all lanes of a row, or
/// everywhere, is stored once (see [`Column::compress`]).
///
/// The memory never moves: pointers from [`Column::strided`] stay valid as long as the column lives.
#[derive(Debug)]
pub(crate) struct Column {
    base: NonNull<f64>,
    len: usize,
    row_stride: usize,
    block_stride: usize,
    full: bool,
}

// SAFETY: a column owns its memory like a `Vec`
unsafe impl Send for Column {}
// SAFETY: shared references only read
unsafe impl Sync for Column {}

impl Column {
    fn allocate(len: usize, row_stride: usize, block_stride: usize) -> Self {
        let layout = Self::layout(len);
        // SAFETY: the layout has a size above zero
        let base = unsafe { alloc_zeroed(layout) } as *mut f64;
        let base = NonNull::new(base).unwrap_or_else(|| handle_alloc_error(layout));
        Self {
            base,
            len,
            row_stride,
            block_stride,
            full: false,
        }
    }

    fn layout(len: usize) -> Layout {
        Layout::from_size_align(len.max(LANES) * size_of::<f64>(), 64)
            .expect("a column fits in the address space")
    }

    /// `rows` x `blocks` blocks of zeros.
    pub(crate) fn full(rows: usize, blocks: usize) -> Self {
        let mut column = Self::allocate(rows * blocks * LANES, LANES, rows * LANES);
        column.full = true;
        column
    }

    /// One number everywhere.
    pub(crate) fn uniform(value: f64) -> Self {
        let mut column = Self::allocate(LANES, 0, 0);
        column.as_mut_slice().fill(value);
        column
    }

    pub(crate) fn as_slice(&self) -> &[f64] {
        // SAFETY: `len` initialised numbers
        unsafe { std::slice::from_raw_parts(self.base.as_ptr(), self.len) }
    }

    fn as_mut_slice(&mut self) -> &mut [f64] {
        // SAFETY: `len` initialised numbers, exclusively borrowed
        unsafe { std::slice::from_raw_parts_mut(self.base.as_ptr(), self.len) }
    }

    /// The column as kernels see it.
    pub(crate) fn strided(&self) -> Strided {
        Strided {
            base: self.base.as_ptr(),
            row: self.row_stride,
            block: self.block_stride,
        }
    }

    fn index(&self, row: usize, block: usize, lane: usize) -> usize {
        row * self.row_stride + block * self.block_stride + lane
    }

    pub(crate) fn get(&self, row: usize, block: usize, lane: usize) -> f64 {
        self.as_slice()[self.index(row, block, lane)]
    }

    /// Sets one element of a full column.
    pub(crate) fn set(&mut self, row: usize, block: usize, lane: usize, value: f64) {
        debug_assert!(self.full, "only full columns have separate elements");
        let index = self.index(row, block, lane);
        self.as_mut_slice()[index] = value;
    }

    /// Rows of a full column.
    pub(crate) fn rows(&self) -> usize {
        self.block_stride / LANES
    }

    /// Every element is stored separately.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Pointer to one element.
    pub(crate) fn pointer(&self, row: usize, block: usize, lane: usize) -> *mut f64 {
        self.base
            .as_ptr()
            .wrapping_add(self.index(row, block, lane))
    }

    /// Sets every element.
    pub(crate) fn fill(&mut self, value: f64) {
        self.as_mut_slice().fill(value);
    }

    /// Takes over the numbers of a column of the same layout.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.as_mut_slice().copy_from_slice(other.as_slice());
    }

    /// `self += factor * by * (a - b)`; all full columns of one size.
    pub(crate) fn add_scaled_difference(&mut self, by: &Self, a: &Self, b: &Self, factor: f64) {
        let (by, a, b) = (by.as_slice(), a.as_slice(), b.as_slice());
        for (k, x) in self.as_mut_slice().iter_mut().enumerate() {
            *x += factor * by[k] * (a[k] - b[k]);
        }
    }

    /// The same numbers, stored once where they are equal in all lanes of each row, or everywhere.
    pub(crate) fn compress(self, rows: usize, blocks: usize) -> Self {
        if !self.full || rows == 0 {
            return self;
        }
        let same = |a: f64, b: f64| a.to_bits() == b.to_bits();
        let numbers = &self.as_slice()[..rows * blocks * LANES];
        if numbers.iter().all(|&x| same(x, numbers[0])) {
            return Self::uniform(numbers[0]);
        }
        // each row of each block against the first number of that row
        let length = rows * LANES;
        let first = |k: usize| numbers[k % length / LANES * LANES];
        let by_row = (0..).zip(numbers).all(|(k, &x)| same(x, first(k)));
        if !by_row || blocks == 1 {
            return self;
        }
        let mut column = Self::allocate(length, LANES, 0);
        column.as_mut_slice().copy_from_slice(&numbers[..length]);
        column
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.len * size_of::<f64>()
    }
}

impl Drop for Column {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout in `allocate`
        unsafe { dealloc(self.base.as_ptr() as *mut u8, Self::layout(self.len)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_keeps_every_number() {
        for (rows, blocks) in [(3, 1), (3, 2), (1, 4)] {
            for kind in 0..3 {
                let mut column = Column::full(rows, blocks);
                let value = |row: usize, block: usize, lane: usize| match kind {
                    0 => 2.5,
                    1 => row as f64,
                    _ => (row * 100 + block * 10 + lane) as f64,
                };
                for row in 0..rows {
                    for block in 0..blocks {
                        for lane in 0..LANES {
                            column.set(row, block, lane, value(row, block, lane));
                        }
                    }
                }
                let column = column.compress(rows, blocks);
                for row in 0..rows {
                    for block in 0..blocks {
                        for lane in 0..LANES {
                            assert_eq!(column.get(row, block, lane), value(row, block, lane));
                        }
                    }
                }
                if kind == 0 {
                    assert_eq!(column.bytes(), 64);
                }
            }
        }
    }
}
