//! Interpolation tables (TABLE): a grid, linear in between, constant beyond its ends, as NEURON's.

use netdsl_lang::lane::Lane;

/// A filled table.
#[derive(Clone, Debug)]
pub(crate) struct TableData {
    from: f64,
    /// Intervals per unit of the argument.
    per_unit: f64,
    intervals: f64,
    /// Values by column; each has `intervals + 2` entries, the last one repeated so that the upper end has a neighbour.
    columns: Vec<Vec<f64>>,
}

impl TableData {
    /// A table of `intervals` equal intervals; `columns` hold `intervals + 1` values each.
    pub(crate) fn new(from: f64, to: f64, intervals: u32, mut columns: Vec<Vec<f64>>) -> Self {
        for column in &mut columns {
            let last = *column.last().expect("a table has at least two grid points");
            column.push(last);
        }
        let step = (to - from) / f64::from(intervals);
        Self {
            from,
            per_unit: 1.0 / step,
            intervals: f64::from(intervals),
            columns,
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
        let values = &self.columns[column];
        let index = floor as usize;
        (values[index], values[index + 1])
    }

    /// `low + fraction * (high - low)`
    #[inline(always)]
    pub(crate) fn interpolate<L: Lane>(low: L, high: L, fraction: L) -> L {
        fraction.fma(high.sub(low), low)
    }
}
