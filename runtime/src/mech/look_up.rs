//! FUNCTION_TABLE: functions given as data, interpolated as NEURON does it.

use netdsl_lang::model::{Axis, FunctionTable};

/// A function of up to three arguments.
#[derive(Clone, Debug)]
pub(crate) struct LookUp {
    axes: Vec<Axis>,
    /// Row by row: the last axis varies fastest.
    values: Vec<f64>,
}

/// Where an argument lies: the point below it, and how far it is to the next one, 0..1.
type Position = (usize, f64);

impl LookUp {
    /// Of data that was checked.
    pub(crate) fn new(table: &FunctionTable) -> Self {
        Self {
            axes: table.axes.clone(),
            values: table.values.clone(),
        }
    }

    /// Never called: stands for a table that no code uses and no model gives.
    pub(crate) fn unused() -> Self {
        Self {
            axes: Vec::new(),
            values: vec![0.0],
        }
    }

    /// The value; linear between points for one and two arguments, that of the point below for three.
    pub(crate) fn value(&self, at: [f64; 3]) -> f64 {
        let mut positions = [(0, 0.0); 3];
        for ((position, axis), x) in positions.iter_mut().zip(&self.axes).zip(at) {
            *position = place(axis, x);
        }
        match self.axes.as_slice() {
            [] => self.values[0],
            [_] => self.along(positions[0].0, positions[0].1),
            [_, second] => {
                let columns = second.count();
                let row = positions[0].0 * columns + positions[1].0;
                let low = self.along(row, positions[1].1);
                match positions[0].1 {
                    0.0 => low,
                    fraction => {
                        let high = self.along(row + columns, positions[1].1);
                        between(fraction, low, high)
                    }
                }
            }
            axes => {
                let index = axes.iter().zip(positions);
                self.values[index.fold(0, |at, (axis, p)| at * axis.count() + p.0)]
            }
        }
    }

    fn along(&self, index: usize, fraction: f64) -> f64 {
        if fraction > 0.0 {
            between(fraction, self.values[index], self.values[index + 1])
        } else {
            self.values[index]
        }
    }
}

fn between(fraction: f64, low: f64, high: f64) -> f64 {
    (1.0 - fraction) * low + fraction * high
}

fn place(axis: &Axis, x: f64) -> Position {
    match axis {
        Axis::Points(points) => among(points, x),
        Axis::Even { from, to, count } => {
            let last = *count as usize - 1;
            if x.is_nan() || x <= *from {
                (0, 0.0)
            } else if x >= *to {
                (last, 0.0)
            } else {
                let step = (to - from) / last as f64;
                let at = (x - from) / step;
                // rounding may reach the last point
                let below = (at as usize).min(last);
                (
                    below,
                    if below == last {
                        0.0
                    } else {
                        at - below as f64
                    },
                )
            }
        }
    }
}

fn among(points: &[f64], x: f64) -> Position {
    let last = points.len() - 1;
    if x.is_nan() || x <= points[0] {
        return (0, 0.0);
    }
    if x >= points[last] {
        return (last, 0.0);
    }
    let below = points.partition_point(|p| *p <= x) - 1;
    let (low, high) = (points[below], points[below + 1]);
    (below, (x - low) / (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(values: &[f64], axes: Vec<Axis>) -> LookUp {
        LookUp {
            axes,
            values: values.to_vec(),
        }
    }

    #[test]
    fn one_argument_is_interpolated_and_held_beyond_the_ends() {
        let points = Axis::Points(vec![-80.0, -60.0, 0.0]);
        let table = table(&[1.0, 3.0, 9.0], vec![points]);
        let at = |x| table.value([x; 3]);
        assert_eq!(
            [at(-90.0), at(-80.0), at(-60.0), at(5.0)],
            [1.0, 1.0, 3.0, 9.0]
        );
        assert_eq!([at(-70.0), at(-30.0)], [2.0, 6.0]);
        assert_eq!(at(f64::NAN), 1.0);
    }

    #[test]
    fn two_arguments_are_interpolated_in_both() {
        let even = |from, to, count| Axis::Even { from, to, count };
        let values = [0.0, 1.0, 2.0, 10.0, 11.0, 12.0];
        let table = table(&values, vec![even(0.0, 1.0, 2), even(0.0, 4.0, 3)]);
        assert_eq!(table.value([0.5, 1.0, 1.0]), 5.5);
        assert_eq!(table.value([1.0, 4.0, 4.0]), 12.0);
        assert_eq!(table.value([-3.0, 9.0, 9.0]), 2.0);
    }

    #[test]
    fn a_constant_is_the_same_everywhere() {
        assert_eq!(table(&[0.0], Vec::new()).value([3.0; 3]), 0.0);
    }
}
