//! Where random numbers of expressions come from.

use super::Function;

/// A stream of random numbers. The runtime's follow NEURON's `Random` to the bit; `sd` is a standard deviation here, where
/// NEURON takes the variance.
pub trait Draw {
    /// One number of a distribution with its parameters (0 where it has one only).
    fn draw(&mut self, distribution: Function, a: f64, b: f64) -> f64;
}
