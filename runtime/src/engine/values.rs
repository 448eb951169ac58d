//! Many numbers of which few differ.

use crate::simd::prefetch;
use std::collections::HashMap;

/// A number for each of many things, in as little memory as exactness allows.
#[derive(Debug, PartialEq)]
pub(crate) enum Values {
    /// All are this one.
    Same(f64),
    /// Each is one of `table`.
    Shared {
        table: Vec<f64>,
        index: Vec<u16>,
    },
    Each(Vec<f64>),
}

impl Values {
    pub(crate) fn new(values: impl Iterator<Item = f64> + Clone) -> Self {
        let (mut table, mut numbers) = (Vec::new(), HashMap::new());
        let mut index = Vec::with_capacity(values.size_hint().0);
        let mut last = (u64::MAX, 0);
        for value in values.clone() {
            let bits = value.to_bits();
            if bits != last.0 || table.is_empty() {
                let number = *numbers.entry(bits).or_insert_with(|| {
                    table.push(value);
                    table.len() - 1
                });
                last = (bits, number);
            }
            // a table that is not much smaller than the numbers themselves is of no use
            if last.1 > usize::from(u16::MAX)
                || (table.len() > 256 && table.len() * 2 > index.len() + 256)
            {
                return Self::Each(values.collect());
            }
            index.push(last.1 as u16);
        }
        match table[..] {
            [] => Self::Same(0.0),
            [only] => Self::Same(only),
            _ => Self::Shared { table, index },
        }
    }

    #[inline]
    pub(crate) fn get(&self, k: usize) -> f64 {
        match self {
            Self::Same(value) => *value,
            Self::Shared { table, index } => table[usize::from(index[k])],
            Self::Each(values) => values[k],
        }
    }

    /// Calls `f(k, value of first + k)` for `count` of them.
    #[inline]
    pub(crate) fn each(&self, first: usize, count: usize, mut f: impl FnMut(usize, f64)) {
        match self {
            Self::Same(value) => (0..count).for_each(|k| f(k, *value)),
            Self::Shared { table, index } => {
                for (k, at) in index[first..first + count].iter().enumerate() {
                    f(k, table[usize::from(*at)]);
                }
            }
            Self::Each(values) => {
                for (k, value) in values[first..first + count].iter().enumerate() {
                    f(k, *value);
                }
            }
        }
    }

    /// Those that differ, or all.
    pub(crate) fn all(&self) -> impl Iterator<Item = f64> {
        let all = match self {
            Self::Same(value) => std::slice::from_ref(value),
            Self::Shared { table, .. } => table,
            Self::Each(values) => values,
        };
        all.iter().copied()
    }

    /// Asks for memory that will be read soon.
    pub(crate) fn prefetch(&self, first: usize, end: usize) {
        match self {
            Self::Same(_) => {}
            Self::Shared { index, .. } => {
                for k in (first..end).step_by(32) {
                    prefetch(&index[k]);
                }
            }
            Self::Each(values) => {
                for k in (first..end).step_by(8) {
                    prefetch(&values[k]);
                }
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Same(_) => size_of::<f64>(),
            Self::Shared { table, index } => table.len() * 8 + index.len() * 2,
            Self::Each(values) => values.len() * 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_kept_to_the_bit() {
        let few: Vec<f64> = (0..1000).map(|k| f64::from(k % 7) * 0.1 - 0.3).collect();
        let many: Vec<f64> = (0..200_000).map(|k| f64::from(k).sqrt()).collect();
        for numbers in [vec![], vec![-0.0], vec![2.5; 9], few, many] {
            let values = Values::new(numbers.iter().copied());
            assert!(values.bytes() <= 8 + numbers.len() * 8 + 64);
            for (k, number) in numbers.iter().enumerate() {
                assert_eq!(values.get(k).to_bits(), number.to_bits());
            }
            let mut seen = Vec::new();
            values.each(numbers.len() / 3, numbers.len() / 2, |_, x| seen.push(x));
            assert_eq!(seen, numbers[numbers.len() / 3..][..numbers.len() / 2]);
        }
    }
}
