//! Many numbers of which few differ.

use crate::simd::prefetch;
use std::collections::HashMap;

/// A number for each of many things, in as little memory as exactness allows.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    /// So many, and all are this one.
    Same(f64, usize),
    /// Each is one of at most 256.
    Few { table: Vec<f64>, index: Vec<u8> },
    /// Each is one of at most 65536.
    Shared { table: Vec<f64>, index: Vec<u16> },
    /// Each is one of its own.
    Each(Vec<f64>),
}

impl Default for Values {
    fn default() -> Self {
        Self::Same(0.0, 0)
    }
}

impl Values {
    pub(crate) fn new(values: impl Iterator<Item = f64>) -> Self {
        let mut growing = Growing::default();
        growing.reserve(values.size_hint().0);
        values.for_each(|value| growing.push(value));
        growing.values
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Same(_, len) => *len,
            Self::Few { index, .. } => index.len(),
            Self::Shared { index, .. } => index.len(),
            Self::Each(values) => values.len(),
        }
    }

    #[inline]
    pub(crate) fn get(&self, k: usize) -> f64 {
        *self.at(k)
    }

    /// Where number `k` is kept.
    #[inline]
    pub(crate) fn at(&self, k: usize) -> &f64 {
        match self {
            Self::Same(value, _) => value,
            Self::Few { table, index } => &table[usize::from(index[k])],
            Self::Shared { table, index } => &table[usize::from(index[k])],
            Self::Each(values) => &values[k],
        }
    }

    /// Calls `f(k, value of first + k)` for `count` of them.
    #[inline]
    pub(crate) fn each(&self, first: usize, count: usize, mut f: impl FnMut(usize, f64)) {
        match self {
            Self::Same(value, _) => (0..count).for_each(|k| f(k, *value)),
            Self::Few { table, index } => {
                for (k, at) in index[first..first + count].iter().enumerate() {
                    f(k, table[usize::from(*at)]);
                }
            }
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
            Self::Same(_, 0) => &[],
            Self::Same(value, _) => std::slice::from_ref(value),
            Self::Few { table, .. } | Self::Shared { table, .. } => table,
            Self::Each(values) => values,
        };
        all.iter().copied()
    }

    /// Asks for memory that will be read soon.
    pub(crate) fn prefetch(&self, first: usize, end: usize) {
        match self {
            Self::Same(..) => {}
            Self::Few { index, .. } => {
                (first..end).step_by(64).for_each(|k| prefetch(&index[k]));
            }
            Self::Shared { index, .. } => {
                (first..end).step_by(32).for_each(|k| prefetch(&index[k]));
            }
            Self::Each(values) => {
                (first..end).step_by(8).for_each(|k| prefetch(&values[k]));
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Same(..) => size_of::<f64>(),
            Self::Few { table, index } => table.len() * 8 + index.len(),
            Self::Shared { table, index } => table.len() * 8 + index.len() * 2,
            Self::Each(values) => values.len() * 8,
        }
    }
}

/// Values that are added one by one.
#[derive(Clone, Default)]
pub(crate) struct Growing {
    values: Values,
    /// By bits, the place in the table.
    numbers: HashMap<u64, usize>,
    /// What was added last, and its place.
    last: (u64, usize),
    /// Room that is wanted once numbers differ.
    wanted: usize,
}

impl std::ops::Deref for Growing {
    type Target = Values;

    fn deref(&self) -> &Values {
        &self.values
    }
}

// how they are looked up says nothing
impl std::fmt::Debug for Growing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.values.fmt(f)
    }
}

impl Growing {
    /// Makes room for `count` more.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.wanted = self.values.len() + count;
        match &mut self.values {
            Values::Same(..) => {}
            Values::Few { index, .. } => index.reserve(count),
            Values::Shared { index, .. } => index.reserve(count),
            Values::Each(values) => values.reserve(count),
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, value: f64) {
        let bits = value.to_bits();
        match &mut self.values {
            Values::Each(values) => values.push(value),
            Values::Same(only, len) if *len == 0 || only.to_bits() == bits => {
                (*only, *len) = (value, *len + 1);
            }
            Values::Few { index, .. } if bits == self.last.0 => index.push(self.last.1 as u8),
            Values::Shared { index, .. } if bits == self.last.0 => index.push(self.last.1 as u16),
            _ => self.push_other(value),
        }
    }

    /// Adds one that differs from the last.
    fn push_other(&mut self, value: f64) {
        if let Values::Same(only, len) = self.values {
            self.numbers.insert(only.to_bits(), 0);
            let mut index = Vec::with_capacity(self.wanted.max(len + 1));
            index.resize(len, 0);
            self.values = Values::Few {
                table: vec![only],
                index,
            };
        }
        let next = self.numbers.len();
        let number = *self.numbers.entry(value.to_bits()).or_insert(next);
        self.last = (value.to_bits(), number);
        let len = self.values.len();
        let new = number == next;
        match &mut self.values {
            Values::Few { table, index } if number < 256 => {
                if new {
                    table.push(value);
                }
                index.push(number as u8);
            }
            // a table that is not much smaller than the numbers themselves is of no use
            Values::Few { .. } | Values::Shared { .. }
                if number > usize::from(u16::MAX) || (new && number * 2 > len + 256) =>
            {
                let mut values = Vec::with_capacity(self.wanted.max(len + 1));
                values.extend((0..len).map(|k| self.values.get(k)));
                values.push(value);
                (self.values, self.numbers) = (Values::Each(values), HashMap::new());
            }
            Values::Few { table, index } => {
                let mut wide = Vec::with_capacity(self.wanted.max(len + 1));
                wide.extend(index.iter().map(|k| u16::from(*k)));
                wide.push(number as u16);
                table.push(value);
                let table = std::mem::take(table);
                self.values = Values::Shared { table, index: wide };
            }
            Values::Shared { table, index } => {
                if new {
                    table.push(value);
                }
                index.push(number as u16);
            }
            Values::Same(..) | Values::Each(_) => unreachable!("dealt with above"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_kept_to_the_bit() {
        let few: Vec<f64> = (0..1000).map(|k| f64::from(k % 7) * 0.1 - 0.3).collect();
        let some: Vec<f64> = (0..9000).map(|k| f64::from(k % 777) * 0.1).collect();
        let many: Vec<f64> = (0..200_000).map(|k| f64::from(k).sqrt()).collect();
        for (numbers, each) in [
            (vec![], 0),
            (vec![-0.0], 0),
            (vec![2.5; 9], 0),
            (few, 1),
            (some, 8),
            (many, 8),
        ] {
            let values = Values::new(numbers.iter().copied());
            assert_eq!(values.len(), numbers.len());
            assert!(values.bytes() <= 64 + numbers.len() * each);
            for (k, number) in numbers.iter().enumerate() {
                assert_eq!(values.get(k).to_bits(), number.to_bits());
            }
            let mut seen = Vec::new();
            values.each(numbers.len() / 3, numbers.len() / 2, |_, x| seen.push(x));
            assert_eq!(seen, numbers[numbers.len() / 3..][..numbers.len() / 2]);
        }
    }
}
