//! Interpolation tables (TABLE): a grid, linear in between, constant beyond its ends, as NEURON's.

use crate::simd::{LANES, Portable8, Wide};
use netdsl_lang::lane::Lane;

/// A filled table.
#[derive(Clone, Debug)]
pub(crate) struct TableData {
    from: f64,
    /// Intervals per unit of the argument.
    per_unit: f64,
    intervals: f64,
    /// Values by grid point, `chunks` for each; the last grid point is there twice, so that the upper end has a neighbour.
    rows: Vec<Portable8>,
    /// Eights of columns.
    chunks: usize,
}

impl TableData {
    /// A table of `intervals` equal intervals; `columns` hold `intervals + 1` values each.
    pub(crate) fn new(from: f64, to: f64, intervals: u32, columns: Vec<Vec<f64>>) -> Self {
        let step = (to - from) / f64::from(intervals);
        let chunks = columns.len().div_ceil(LANES);
        let points = columns.first().map_or(0, Vec::len);
        let mut rows = vec![Portable8([0.0; LANES]); (points + 1) * chunks];
        for (k, column) in columns.iter().enumerate() {
            let last = column.last().expect("a table has at least two grid points");
            for (point, value) in column.iter().chain([last]).enumerate() {
                rows[point * chunks + k / LANES].0[k % LANES] = *value;
            }
        }
        Self {
            from,
            per_unit: 1.0 / step,
            intervals: f64::from(intervals),
            rows,
            chunks,
        }
    }

    /// Position of `x` in intervals, clamped to the grid; the first grid point for NaN.
    #[inline(always)]
    pub(crate) fn position<L: Lane>(&self, x: L) -> L {
        let at = x.sub(L::splat(self.from)).mul(L::splat(self.per_unit));
        at.max(L::splat(0.0)).min(L::splat(self.intervals))
    }

    /// The grid values below and above an integral position.
    #[inline(always)]
    pub(crate) fn neighbours(&self, column: usize, floor: f64) -> (f64, f64) {
        let (low, high) = self.grid(column / LANES, floor);
        (low.0[column % LANES], high.0[column % LANES])
    }

    /// Eight columns at the grid points below and above an integral position.
    #[inline(always)]
    fn grid(&self, chunk: usize, floor: f64) -> (&Portable8, &Portable8) {
        let index = floor as usize * self.chunks + chunk;
        (&self.rows[index], &self.rows[index + self.chunks])
    }

    /// Eight columns, from `8 chunk` on, at the positions of eight lanes.
    #[inline(always)]
    pub(crate) fn eight_columns<L: Wide>(&self, chunk: usize, at: L) -> [L; LANES] {
        // what `position` gives already; here it keeps the reads below within the rows, come what may
        let at = at.max(L::splat(0.0)).min(L::splat(self.intervals));
        let whole = at.floor();
        // 2^52 + n has n in its low bits
        let numbers = whole.add(L::splat(4_503_599_627_370_496.0));
        let (mut points, mut fraction) = (Portable8([0.0; LANES]), Portable8([0.0; LANES]));
        // SAFETY: aligned, eight numbers each
        unsafe {
            numbers.store(points.0.as_mut_ptr());
            at.sub(whole).store(fraction.0.as_mut_ptr());
        }
        debug_assert!(chunk < self.chunks);
        let mut lanes = [at; LANES];
        for lane in 0..LANES {
            let point = points.0[lane].to_bits() as u32 as usize;
            let index = point * self.chunks + chunk;
            // SAFETY: there are `intervals + 2` points with `chunks` rows each; `intervals` is a u32
            let (low, high) = unsafe {
                let low = self.rows.as_ptr().add(index);
                let high = low.add(self.chunks);
                (L::load(low as *const f64), L::load(high as *const f64))
            };
            lanes[lane] = Self::interpolate(low, high, L::splat(fraction.0[lane]));
        }
        L::transpose(lanes)
    }

    /// `low + fraction * (high - low)`
    #[inline(always)]
    pub(crate) fn interpolate<L: Lane>(low: L, high: L, fraction: L) -> L {
        fraction.fma(high.sub(low), low)
    }
}
