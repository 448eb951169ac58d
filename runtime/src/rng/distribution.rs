//! Distributions, each number for number that of NEURON's `Random`.

use super::{Stream, precise};

/// A distribution with its parameters, in NEURON's order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// Between the two.
    Uniform(f64, f64),
    /// Whole numbers between the two, both included; parameters are truncated.
    Discunif(f64, f64),
    /// Mean and *variance*.
    Normal(f64, f64),
    /// Mean and standard deviation: [`Distribution::Normal`] of a variance that is not squared and rooted.
    NormalDeviation(f64, f64),
    /// Mean and variance of the number, not of its logarithm.
    Lognormal(f64, f64),
    /// Mean of the negative exponential.
    Negexp(f64),
    /// Mean.
    Poisson(f64),
    /// Trials and chance of each.
    Binomial(f64, f64),
    /// Chance of another trial.
    Geometric(f64),
    /// Mean and variance.
    Hypergeo(f64, f64),
    /// Mean and variance.
    Erlang(f64, f64),
    /// Shape and scale to the power of the shape.
    Weibull(f64, f64),
}

impl Distribution {
    /// One number, as a call such as `r.normal(0, 1)` draws it.
    pub fn draw(self, stream: &mut Stream) -> f64 {
        self.sampler().draw(stream)
    }

    /// The distribution with its memory: the second number of a normal pair is kept for the next draw.
    pub fn sampler(self) -> Sampler {
        Sampler {
            distribution: self,
            kept: None,
        }
    }
}

/// A distribution set once and drawn from repeatedly: hoc's `repick()` and `Vector.setrand()`. Unlike there, making one
/// draws nothing.
#[derive(Clone, Debug)]
pub struct Sampler {
    distribution: Distribution,
    kept: Option<f64>,
}

impl Sampler {
    /// The next number.
    pub fn draw(&mut self, stream: &mut Stream) -> f64 {
        match self.distribution {
            Distribution::Uniform(low, high) => low + (high - low) * stream.unit(),
            Distribution::Discunif(low, high) => discunif(stream, low, high),
            Distribution::Normal(mean, variance) => self.normal(stream) * variance.sqrt() + mean,
            Distribution::NormalDeviation(mean, deviation) => {
                self.normal(stream) * deviation + mean
            }
            Distribution::Lognormal(mean, variance) => {
                let square = mean * mean;
                let log_mean = precise::ln(square / (variance + square).sqrt());
                let log_deviation = precise::ln((variance + square) / square).sqrt();
                let log = self.normal(stream) * log_deviation + log_mean;
                // NEURON's words: a power of the rounded e
                precise::pow(std::f64::consts::E, log)
            }
            Distribution::Negexp(mean) => -mean * precise::ln(stream.unit()),
            Distribution::Poisson(mean) => poisson(stream, mean),
            Distribution::Binomial(trials, chance) => {
                let trials = trials.max(0.0) as u64;
                (0..trials).filter(|_| stream.unit() < chance).count() as f64
            }
            Distribution::Geometric(chance) => geometric(stream, chance),
            Distribution::Hypergeo(mean, variance) => hypergeo(stream, mean, variance),
            Distribution::Erlang(mean, variance) => erlang(stream, mean, variance),
            Distribution::Weibull(shape, scale) => {
                let x = scale * -precise::ln(1.0 - stream.unit());
                precise::pow(x, 1.0 / shape)
            }
        }
    }

    /// Standard normal by the polar method: the kept number, or a new pair's first.
    fn normal(&mut self, stream: &mut Stream) -> f64 {
        if let Some(kept) = self.kept.take() {
            return kept;
        }
        let (first, second) = normal_pair(stream);
        self.kept = Some(second);
        first
    }
}

impl Stream {
    /// Standard normal as mod files draw it (`nrnran123_normal`): the first of a new pair each time.
    pub fn normal(&mut self) -> f64 {
        normal_pair(self).0
    }

    /// Exponential with mean 1 as mod files draw it (`nrnran123_negexp`).
    pub fn negexp(&mut self) -> f64 {
        -precise::ln(self.unit())
    }
}

fn normal_pair(stream: &mut Stream) -> (f64, f64) {
    loop {
        let a = 2.0 * stream.unit() - 1.0;
        let b = 2.0 * stream.unit() - 1.0;
        let w = a * a + b * b;
        if w <= 1.0 {
            let y = ((-2.0 * precise::ln(w)) / w).sqrt();
            return (a * y, b * y);
        }
    }
}

fn discunif(stream: &mut Stream, low: f64, high: f64) -> f64 {
    let (a, b) = (low.trunc(), high.trunc());
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    low + ((high - low + 1.0) * stream.unit()).floor()
}

fn poisson(stream: &mut Stream, mean: f64) -> f64 {
    let bound = precise::exp(-mean);
    let (mut product, mut count) = (1.0, 0.0);
    while product >= bound && product > 0.0 {
        product *= stream.unit();
        count += 1.0;
    }
    count - 1.0
}

fn geometric(stream: &mut Stream, chance: f64) -> f64 {
    let mut count = 1.0;
    while chance < 1.0 && stream.unit() < chance {
        count += 1.0;
    }
    if chance < 1.0 { count } else { f64::INFINITY }
}

fn hypergeo(stream: &mut Stream, mean: f64, variance: f64) -> f64 {
    let z = variance / (mean * mean);
    let p = 0.5 * (1.0 - ((z - 1.0) / (z + 1.0)).sqrt());
    let d = if stream.unit() > p { 1.0 - p } else { p };
    -mean * precise::ln(stream.unit()) / (2.0 * d)
}

fn erlang(stream: &mut Stream, mean: f64, variance: f64) -> f64 {
    let k = ((mean * mean) / variance + 0.5).max(1.0) as u64;
    let product = (0..k).fold(1.0, |product, _| product * stream.unit());
    -precise::ln(product) / (k as f64 / mean)
}

#[cfg(test)]
mod tests {
    use super::Distribution::*;
    use super::*;

    /// From `h.Random().Random123(11, 22, 33)` in NEURON 9.0.2: the named call followed by `repick()`s.
    #[test]
    fn repicks_of_neuron() {
        let cases: [(Distribution, [f64; 4]); 11] = [
            (
                Uniform(2.0, 5.0),
                [
                    2.34925514358346,
                    4.25951472105004,
                    3.823512917425597,
                    4.814983251314847,
                ],
            ),
            (Discunif(3.0, 9.0), [3.0, 8.0, 7.0, 9.0]),
            (
                Normal(1.5, 4.0),
                [
                    0.5309702859648463,
                    2.1395790768394276,
                    1.8055770069853483,
                    2.742079139745842,
                ],
            ),
            (
                Lognormal(2.0, 3.0),
                [
                    1.052202903949024,
                    1.9204619504016798,
                    1.694921629851333,
                    2.405898160729637,
                ],
            ),
            (
                Negexp(2.5),
                [
                    5.376412105274819,
                    0.7086555590994216,
                    1.2446186839070639,
                    0.15913994223375,
                ],
            ),
            (Poisson(3.5), [4.0, 0.0, 3.0, 1.0]),
            (Geometric(0.3), [2.0, 1.0, 1.0, 3.0]),
            (Binomial(20.0, 0.4), [14.0, 8.0, 8.0, 7.0]),
            (
                Hypergeo(2.0, 9.0),
                [
                    1.4925886040516634,
                    0.07857920167009154,
                    5.852536709266671,
                    0.5911569713762607,
                ],
            ),
            (
                Erlang(4.0, 3.0),
                [
                    3.3609180059931525,
                    7.0423582711992605,
                    6.598194630433686,
                    5.78626424745696,
                ],
            ),
            (
                Weibull(2.0, 3.0),
                [
                    0.6093560788371654,
                    2.048703356285518,
                    1.6757798236167907,
                    2.890979702403616,
                ],
            ),
        ];
        for (distribution, expected) in cases {
            let mut stream = Stream::new(11, 22, 33);
            let mut sampler = distribution.sampler();
            let drawn = expected.map(|_| sampler.draw(&mut stream));
            assert_eq!(drawn, expected, "{distribution:?}");
        }
    }

    /// The same, by name each time: a normal pair's second number is lost.
    #[test]
    fn fresh_calls_of_neuron() {
        let fresh = |distribution: Distribution| {
            let mut stream = Stream::new(11, 22, 33);
            [(); 4].map(|()| distribution.draw(&mut stream))
        };
        assert_eq!(
            fresh(Normal(1.5, 4.0)),
            [
                0.5309702859648463,
                1.8055770069853483,
                -0.4079649344513614,
                -0.6566169378921543
            ]
        );
        assert_eq!(
            fresh(Lognormal(2.0, 3.0)),
            [
                1.052202903949024,
                1.694921629851333,
                0.7405879499837845,
                0.6748154585183469
            ]
        );
    }

    /// Each call draws one number: swapped, equal and fractional bounds.
    #[test]
    fn whole_numbers_of_neuron() {
        let mut stream = Stream::new(11, 22, 33);
        let drawn = [Discunif(9.0, 3.0), Discunif(3.0, 3.0), Discunif(2.5, 7.5)]
            .map(|distribution| distribution.draw(&mut stream));
        assert_eq!(drawn, [3.0, 3.0, 5.0]);
    }

    /// Parameters that make NEURON loop for ever end here.
    #[test]
    fn extreme_parameters_end() {
        let mut stream = Stream::new(1, 2, 3);
        assert_eq!(Geometric(1.0).draw(&mut stream), f64::INFINITY);
        assert!(Poisson(1e6).draw(&mut stream).is_finite());
        assert_eq!(Binomial(-3.0, 0.5).draw(&mut stream), 0.0);
    }
}
