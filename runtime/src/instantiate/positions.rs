//! Counting and placing the cells of a population, with NetPyNE's streams.

use std::f64::consts::PI;

use netdsl_lang::model::Shape;

use super::Sites;
use crate::rng::{Stream, precise};

/// Where a population may be: an extent, the shape in it, and the part of each axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Region {
    /// µm.
    pub(crate) size: [f64; 3],
    pub(crate) shape: Shape,
    /// Parts of the extent, where given.
    pub(crate) norm_range: [Option<[f64; 2]>; 3],
    /// The same in µm.
    pub(crate) range: [Option<[f64; 2]>; 3],
}

impl Region {
    /// Volume of the shape times the widths of the ranges, mm³.
    pub(crate) fn volume(&self) -> f64 {
        let [x, y, z] = self.size;
        // the order of operations is NetPyNE's: the product is truncated to a number of cells
        let whole = match self.shape {
            Shape::Cuboid => y / 1e3 * x / 1e3 * z / 1e3,
            Shape::Cylinder => y / 1e3 * x / 1e3 / 2.0 * z / 1e3 / 2.0 * PI,
            Shape::Ellipsoid => y / 1e3 / 2.0 * x / 1e3 / 2.0 * z / 1e3 / 2.0 * PI * 4.0 / 3.0,
        };
        self.norm_range
            .iter()
            .flatten()
            .fold(whole, |volume, [low, high]| volume * (high - low))
    }

    /// `count` cells at random; the population's first gid and the seed name the stream.
    pub(crate) fn draw(&self, count: u32, first_gid: u32, seed: u32) -> Sites {
        let mut stream = Stream::new(count, first_gid, seed);
        stream.skip(1);
        let mut sites = Sites::default();
        for _ in 0..count {
            let u = [(); 3].map(|()| stream.unit());
            let mut norm = in_shape(self.shape, u);
            for (coordinate, range) in norm.iter_mut().zip(self.norm_range) {
                if let Some([low, high]) = range {
                    *coordinate = *coordinate * (high - low) + low;
                }
            }
            sites.push_norm(norm, self.size);
        }
        sites
    }

    /// Cells with a density (per mm³) that varies along `axis`, in a cuboid: candidates at the greatest density, of
    /// which each stays with the probability that the density has where it is.
    ///
    /// # Errors
    /// The part of the axis where the density is not a number of at least 0, or stands for more than `most` cells.
    pub(crate) fn draw_density(
        &self,
        axis: usize,
        mut density: impl FnMut(f64) -> f64,
        first_gid: u32,
        seed: u32,
        most: f64,
    ) -> Result<Sites, BadDensity> {
        let [low, high] = self.norm_range[axis].unwrap_or([0.0, 1.0]);
        let volume = self.volume();
        let mut checked = |at: f64| match density(at) {
            value if value >= 0.0 && value * volume <= most => Ok(value),
            value => Err(BadDensity { at, value }),
        };
        let mut greatest: f64 = 0.0;
        for at in arange(low, high, 0.001) {
            greatest = greatest.max(checked(at)?);
        }
        let candidates = (volume * greatest) as usize;
        let mut stream = Stream::new(greatest as u32, first_gid, seed);
        let places: Vec<f64> = (0..candidates)
            .map(|_| low + (high - low) * stream.unit())
            .collect();
        let mut kept = Vec::new();
        for at in places {
            if checked(at)? / greatest > stream.unit() {
                kept.push(at);
            }
        }
        let mut sites = self.draw(kept.len() as u32, first_gid, seed);
        for (k, at) in kept.into_iter().enumerate() {
            sites.norm[axis][k] = at;
            sites.position[axis][k] = self.size[axis] * at;
        }
        Ok(sites)
    }

    /// Cells at the points of a grid of this spacing (µm) from the beginning of each range up to its end, the end
    /// included; z varies fastest.
    pub(crate) fn grid(&self, spacing: [f64; 3]) -> Sites {
        let lines = [0, 1, 2].map(|axis| {
            let [low, high] = self.range[axis].unwrap_or([0.0, self.size[axis]]);
            grid_line(low, high, spacing[axis])
        });
        let mut sites = Sites::default();
        for &x in &lines[0] {
            for &y in &lines[1] {
                for &z in &lines[2] {
                    sites.push_position([x, y, z], self.size);
                }
            }
        }
        sites
    }

    /// Number of points of [`Region::grid`].
    pub(crate) fn grid_count(&self, spacing: [f64; 3]) -> f64 {
        (0..3)
            .map(|axis| {
                let [low, high] = self.range[axis].unwrap_or([0.0, self.size[axis]]);
                (steps(low, high, spacing[axis]) + 1.0).max(0.0)
            })
            .product()
    }
}

/// A density that is negative or no number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BadDensity {
    /// Where, as a part of the extent.
    pub(crate) at: f64,
    /// Per mm³.
    pub(crate) value: f64,
}

/// Three uniform numbers as a point in the shape, as parts of the extent.
fn in_shape(shape: Shape, [u, v, w]: [f64; 3]) -> [f64; 3] {
    match shape {
        Shape::Cuboid => [u, v, w],
        Shape::Cylinder => {
            let (sin, cos) = precise::sin_cos(2.0 * PI * w);
            let radius = u.sqrt();
            [(1.0 + radius * cos) / 2.0, v, (1.0 + radius * sin) / 2.0]
        }
        Shape::Ellipsoid => {
            let radius = precise::pow(u, 1.0 / 3.0);
            let (sin, cos) = precise::sin_cos(2.0 * PI * v);
            let cos_polar = 2.0 * w - 1.0;
            let sin_polar = ((1.0 - cos_polar) * (1.0 + cos_polar)).sqrt();
            [
                (1.0 + radius * cos * sin_polar) / 2.0,
                (1.0 + radius * sin * sin_polar) / 2.0,
                (1.0 + radius * cos_polar) / 2.0,
            ]
        }
    }
}

/// numpy's `arange`: from `low` in steps, below `high`.
fn arange(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
    let count = ((high - low) / step).ceil().max(0.0) as usize;
    let delta = (low + step) - low;
    (0..count).map(move |k| low + k as f64 * delta)
}

/// Number of whole steps; a millionth of a step more than the range still fits.
fn steps(low: f64, high: f64, spacing: f64) -> f64 {
    ((high - low) / spacing + 1e-6).floor()
}

fn grid_line(low: f64, high: f64, spacing: f64) -> Vec<f64> {
    let delta = (low + spacing) - low;
    let count = (steps(low, high, spacing) + 1.0).max(0.0) as usize;
    (0..count).map(|k| low + k as f64 * delta).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube() -> Region {
        Region {
            size: [100.0; 3],
            shape: Shape::Cuboid,
            norm_range: [None; 3],
            range: [None; 3],
        }
    }

    #[test]
    fn first_cells_of_netpyne() {
        let sites = cube().draw(6, 0, 1);
        let expected = [80.359223, 35.350977, 2.111538];
        for (found, expected) in sites.at(0).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6);
        }
    }

    #[test]
    fn a_grid_includes_both_ends_and_nothing_outside() {
        assert_eq!(cube().grid([50.0; 3]).len(), 27);
        assert_eq!(cube().grid([33.4; 3]).len(), 27);
        assert_eq!(cube().grid([0.1, 50.0, 200.0]).len(), 1001 * 3);
        assert_eq!(cube().grid_count([0.1, 50.0, 200.0]), 3003.0);
    }

    #[test]
    fn shapes_stay_inside() {
        for shape in [Shape::Cylinder, Shape::Ellipsoid] {
            let sites = Region { shape, ..cube() }.draw(1000, 0, 5);
            for k in 0..1000 {
                let [x, y, z] = [0, 1, 2].map(|axis| 2.0 * sites.norm[axis][k] - 1.0);
                let y = if shape == Shape::Cylinder { 0.0 } else { y };
                assert!(x * x + y * y + z * z <= 1.0 + 1e-12);
            }
        }
    }

    #[test]
    fn a_bad_density_is_located() {
        let bad = cube().draw_density(1, |y| 0.5 - y, 0, 1, 1e6).unwrap_err();
        assert!((bad.at - 0.501).abs() < 1e-9 && bad.value < 0.0);
        assert!(
            cube()
                .draw_density(1, |_| 0.0, 0, 1, 1e6)
                .unwrap()
                .is_empty()
        );
    }
}
