//! The connections of a network, in little memory.

use super::Target;
use crate::values::Growing;

/// Marks targets that are cells.
const CELL: u32 = 1 << 31;

/// Connections in a stable order.
///
/// Most rules give all their connections one weight and delay: each number is kept once, or is named by one byte, as far
/// as few differ. A connection takes 8 bytes for its two ends, and 0, 1, 2 or 8 for its weight, and for its delay.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    source: Vec<u32>,
    target: Vec<u32>,
    delay: Growing,
    weight: Weights,
    /// First connection of each run that one rule made.
    runs: Vec<(u32, u16)>,
    /// Names of the rules that made them, for reports and files.
    pub rules: Vec<String>,
}

/// Weights of connections.
#[derive(Clone, Debug)]
enum Weights {
    /// One each.
    One(Growing),
    /// Vectors, end to end, and where each begins.
    Vectors { start: Vec<u32>, values: Vec<f64> },
}

impl Default for Weights {
    fn default() -> Self {
        Self::One(Growing::default())
    }
}

impl Weights {
    fn push(&mut self, weight: &[f64]) {
        match (&mut *self, weight) {
            (Self::One(values), [only]) => values.push(*only),
            (Self::One(values), _) => {
                let mut all = Vec::with_capacity(values.len() + weight.len());
                values.each(0, values.len(), |_, value| all.push(value));
                all.extend_from_slice(weight);
                let mut start: Vec<u32> = (0..=values.len() as u32).collect();
                start.push(all.len() as u32);
                *self = Self::Vectors { start, values: all };
            }
            (Self::Vectors { start, values }, _) => {
                values.extend_from_slice(weight);
                start.push(values.len() as u32);
            }
        }
    }
}

impl Connections {
    /// None yet, of these rules.
    pub fn of_rules(rules: Vec<String>) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// Number of connections.
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// Makes room for `count` more, each with one weight.
    pub fn reserve(&mut self, count: usize) {
        self.source.reserve_exact(count);
        self.target.reserve_exact(count);
        self.delay.reserve(count);
        match &mut self.weight {
            Weights::One(values) => values.reserve(count),
            Weights::Vectors { start, values } => {
                start.reserve(count);
                values.reserve(count);
            }
        }
    }

    /// Adds one made by rule number `rule` and returns its index.
    ///
    /// # Panics
    /// If the target's number is 2^31 or more.
    pub fn push(
        &mut self,
        rule: u16,
        source: u32,
        target: Target,
        weight: &[f64],
        delay: f64,
    ) -> u32 {
        let number = self.source.len() as u32;
        let packed = match target {
            Target::Point(point) => point,
            Target::Cell(cell) => cell | CELL,
        };
        assert!(
            matches!(target, Target::Cell(_)) == (packed & CELL != 0),
            "a network has fewer than 2^31 synapses"
        );
        if self.runs.last().is_none_or(|run| run.1 != rule) {
            self.runs.push((number, rule));
        }
        self.source.push(source);
        self.target.push(packed);
        self.delay.push(delay);
        self.weight.push(weight);
        number
    }

    /// What emits the events of connection `k`: index in [`Instance::sources`](super::Instance::sources).
    #[inline]
    pub fn source(&self, k: usize) -> u32 {
        self.source[k]
    }

    /// What connection `k` reaches.
    #[inline]
    pub fn target(&self, k: usize) -> Target {
        match self.target[k] {
            cell if cell & CELL != 0 => Target::Cell(cell & !CELL),
            point => Target::Point(point),
        }
    }

    /// What all connections reach, in their order.
    pub fn targets(&self) -> impl ExactSizeIterator<Item = Target> {
        (0..self.len()).map(|k| self.target(k))
    }

    /// Delay of connection `k`, ms.
    #[inline]
    pub fn delay(&self, k: usize) -> f64 {
        self.delay.get(k)
    }

    /// The weight vector of connection `k`.
    #[inline]
    pub fn weight(&self, k: usize) -> &[f64] {
        match &self.weight {
            Weights::One(values) => std::slice::from_ref(values.at(k)),
            Weights::Vectors { start, values } => &values[start[k] as usize..start[k + 1] as usize],
        }
    }

    /// Index in [`Connections::rules`] of the rule that made connection `k`.
    pub fn rule(&self, k: usize) -> u16 {
        let behind = self.runs.partition_point(|run| run.0 as usize <= k);
        self.runs[behind - 1].1
    }

    /// Runs of connections that one rule made, in order: the rule, and which they are.
    pub fn runs(&self) -> impl Iterator<Item = (u16, std::ops::Range<usize>)> {
        let ends = self.runs.iter().skip(1).map(|run| run.0 as usize);
        let ends = ends.chain(std::iter::once(self.len()));
        let runs = self.runs.iter().zip(ends);
        runs.map(|(&(first, rule), end)| (rule, first as usize..end))
    }

    /// Bytes that they take.
    pub fn bytes(&self) -> usize {
        let weights = match &self.weight {
            Weights::One(values) => values.bytes(),
            Weights::Vectors { start, values } => start.len() * 4 + values.len() * 8,
        };
        self.len() * 8 + self.delay.bytes() + weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let mut connections = Connections::default();
        let made = |k: u32| {
            let target = match k % 3 {
                0 => Target::Cell(k),
                _ => Target::Point(k * 7),
            };
            let weights = match k {
                0..400 => vec![f64::from(k % 5)],
                400 => vec![],
                _ => vec![0.5, f64::from(k)],
            };
            ((k / 150) as u16, k / 2, target, weights, f64::from(k / 30))
        };
        connections.reserve(500);
        for k in 0..500 {
            let (rule, source, target, weights, delay) = made(k);
            assert_eq!(connections.push(rule, source, target, &weights, delay), k);
        }
        for k in 0..500 {
            let (rule, source, target, weights, delay) = made(k);
            let k = k as usize;
            assert_eq!(connections.rule(k), rule);
            assert_eq!(connections.source(k), source);
            assert_eq!(connections.target(k), target);
            assert_eq!(connections.weight(k), weights);
            assert_eq!(connections.delay(k), delay);
        }
        let runs: Vec<_> = connections.runs().collect();
        assert_eq!(runs.len(), 4);
        assert_eq!(runs[3], (3, 450..500));
    }

    #[test]
    fn a_connection_of_shared_numbers_takes_few_bytes() {
        let mut connections = Connections::default();
        for k in 0..1000 {
            let weight = if k < 800 { 0.1 } else { -0.5 };
            connections.push(0, k, Target::Point(k), &[weight], 1.5);
        }
        assert!(connections.bytes() < 9100, "{}", connections.bytes());
    }
}
