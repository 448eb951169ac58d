//! Populations: how many cells, which gids, where.

use netdsl_lang::model::{Interval, Network, Placement, Population, Seeds};

use super::Sites;
use super::error::{Mistake, NetworkErrors, Whose};
use super::formula::Formula;
use super::names::{Locals, Names, Scope};
use super::positions::Region;
use super::variable::{CellColumns, Variable};
use crate::instance;
use crate::memory;
use crate::rng::Stream;

/// Cells in gid order: their populations and places.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placed {
    pub(crate) populations: Vec<instance::Population>,
    pub(crate) sites: Sites,
}

/// Counts and places the cells of all populations.
pub(crate) fn place_populations(
    network: &Network,
    names: &Names,
    errors: &mut NetworkErrors,
) -> Placed {
    let mut placed = Placed::default();
    let Some(size) = network_size(network, names, errors) else {
        return placed;
    };
    for population in &network.populations {
        let place = format!("population `{}`", population.name);
        let mut placing = Placing {
            names,
            population,
            region: Region {
                size,
                shape: network.shape,
                norm_range: [None; 3],
                range: [None; 3],
            },
            seeds: network.seeds,
            first: placed.sites.len() as u32,
            place: &place,
        };
        let Some(sites) = placing.sites(errors) else {
            continue;
        };
        placed.populations.push(instance::Population {
            name: population.name.clone(),
            first: placing.first,
            count: sites.len() as u32,
        });
        placed.sites.append(sites);
    }
    placed
}

fn network_size(network: &Network, names: &Names, errors: &mut NetworkErrors) -> Option<[f64; 3]> {
    let mut size = [0.0; 3];
    let mut whole = true;
    for (extent, value) in size.iter_mut().zip(&network.size) {
        let found = names
            .constant("size", value, "um", &Locals::default())
            .and_then(|x| {
                must(
                    x > 0.0 && x.is_finite(),
                    "size",
                    x,
                    "must be a positive length",
                )
            });
        match errors.take("the network", found) {
            Some(x) => *extent = x,
            None => whole = false,
        }
    }
    whole.then_some(size)
}

/// `value`, or what is wrong with it.
pub(crate) fn must(fine: bool, what: &str, value: f64, must: &'static str) -> Result<f64, Mistake> {
    if fine {
        return Ok(value);
    }
    Err(Mistake::Number {
        what: what.into(),
        value,
        must: must.into(),
        of: Whose::All,
        count: 1,
    })
}

/// One population.
struct Placing<'a> {
    names: &'a Names,
    population: &'a Population,
    region: Region,
    seeds: Seeds,
    first: u32,
    place: &'a str,
}

/// Gids are 32-bit numbers, and the last is kept free.
const MOST_CELLS: f64 = u32::MAX as f64 - 1.0;

impl Placing<'_> {
    fn sites(&mut self, errors: &mut NetworkErrors) -> Option<Sites> {
        self.ranges(errors)?;
        let Some(placement) = self.population.placement() else {
            let what = "not exactly one of `cells`, `density`, `grid` and `positions` is given";
            errors.add(
                self.place,
                Mistake::Conflict {
                    what: what.into(),
                    help: "keep one of them",
                },
            );
            return None;
        };
        let sites = match placement {
            Placement::Cells(value) => self.number("cells", value, "1").and_then(|count| {
                let whole = count >= 0.0 && count.fract() == 0.0;
                must(
                    whole,
                    "cells",
                    count,
                    "must be a whole number of at least 0",
                )?;
                self.draw(count)
            }),
            Placement::Density(value) => self.density(value),
            Placement::Grid(spacing) => self.grid(spacing, errors),
            Placement::Positions(positions) => self.positions(positions),
        };
        errors.take(self.place, sites)
    }

    fn number(
        &self,
        what: &str,
        value: &netdsl_lang::model::Value,
        unit: &str,
    ) -> Result<f64, Mistake> {
        self.names.constant(what, value, unit, &Locals::default())
    }

    fn fits(&self, count: f64) -> Result<u32, Mistake> {
        let room = MOST_CELLS - f64::from(self.first);
        must(
            count <= room,
            "cells",
            count,
            "must leave the network below 2^32 cells",
        )?;
        if let Some(lack) = memory::lacks(memory::of_cells(count)) {
            let help = "ask for fewer cells; check the unit of a density";
            let what = format!("{count:.0} cells do not fit into memory: {lack}");
            return Err(Mistake::Conflict { what, help });
        }
        Ok(count as u32)
    }

    fn draw(&self, count: f64) -> Result<Sites, Mistake> {
        let count = self.fits(count)?;
        Ok(self.region.draw(count, self.first, self.seeds.loc))
    }

    /// Evaluates `x`, `y` and `z`.
    fn ranges(&mut self, errors: &mut NetworkErrors) -> Option<()> {
        let mut whole = Some(());
        let given = [&self.population.x, &self.population.y, &self.population.z];
        for (axis, (interval, name)) in given.into_iter().zip(["x", "y", "z"]).enumerate() {
            let Some(interval) = interval else { continue };
            match errors.take(self.place, self.range(axis, name, interval)) {
                Some((range, norm_range)) => {
                    self.region.range[axis] = Some(range);
                    self.region.norm_range[axis] = Some(norm_range);
                }
                None => whole = None,
            }
        }
        whole
    }

    /// In µm, and as parts of the extent.
    fn range(
        &self,
        axis: usize,
        name: &str,
        interval: &Interval,
    ) -> Result<([f64; 2], [f64; 2]), Mistake> {
        let size = self.region.size[axis];
        let (ends, unit) = match interval {
            Interval::Absolute(ends) => (ends, "um"),
            Interval::Norm(ends) => (ends, "1"),
        };
        let low = self.number(name, &ends[0], unit)?;
        let high = self.number(name, &ends[1], unit)?;
        must(high >= low, name, high, "must not end before it begins")?;
        let most = if unit == "um" { size } else { 1.0 };
        must(low >= 0.0, name, low, "must lie within the network's size")?;
        must(
            high <= most,
            name,
            high,
            "must lie within the network's size",
        )?;
        Ok(match interval {
            Interval::Absolute(_) => ([low, high], [low / size, high / size]),
            Interval::Norm(_) => ([low * size, high * size], [low, high]),
        })
    }

    fn density(&self, value: &netdsl_lang::model::Value) -> Result<Sites, Mistake> {
        let density =
            self.names
                .formula("density", value, "/mm3", Scope::Density, &Locals::default())?;
        let count = |density: f64| {
            let fine = density >= 0.0 && density.is_finite();
            must(fine, "density", density, "must be a number of at least 0")?;
            Ok((density * self.region.volume()).trunc())
        };
        if let Some(density) = density.constant() {
            return self.draw(count(density)?);
        }
        let used: Vec<usize> = (0..3)
            .filter(|&k| {
                density.uses(
                    |v| matches!(v, Variable::Position { axis, .. } if usize::from(axis) == k),
                )
            })
            .collect();
        match used[..] {
            [axis]
                if self.region.shape == netdsl_lang::model::Shape::Cuboid && !density.draws() =>
            {
                self.varying_density(axis, &density)
            }
            _ => Err(Mistake::Conflict {
                what: "`density` must vary along one axis of a cuboid, and without random numbers"
                    .into(),
                help: "use one of `x_norm`, `y_norm` and `z_norm`, or several populations",
            }),
        }
    }

    fn varying_density(&self, axis: usize, density: &Formula<Variable>) -> Result<Sites, Mistake> {
        let mut unused = Stream::new(0, 0, 0);
        let at = |x: f64| {
            let columns = CellColumns {
                norm: [x; 3],
                ..CellColumns::default()
            };
            density.value(&columns, &mut unused)
        };
        let greatest = MOST_CELLS - f64::from(self.first);
        self.region
            .draw_density(axis, at, self.first, self.seeds.loc, greatest)
            .map_err(|bad| Mistake::Number {
                what: format!(
                    "density` at `{}_norm = {:.3}",
                    ["x", "y", "z"][axis],
                    bad.at
                ),
                value: bad.value,
                must: "must be a number of at least 0, and leave the network below 2^32 cells"
                    .into(),
                of: Whose::All,
                count: 1,
            })
    }

    fn grid(
        &self,
        spacing: &[netdsl_lang::model::Value; 3],
        errors: &mut NetworkErrors,
    ) -> Result<Sites, Mistake> {
        let mut steps = [0.0; 3];
        for (step, value) in steps.iter_mut().zip(spacing) {
            let found = self.number("grid", value, "um");
            let found = found.and_then(|x| must(x > 0.0, "grid", x, "must have positive spacings"));
            *step = errors.take(self.place, found).unwrap_or(f64::INFINITY);
        }
        self.fits(self.region.grid_count(steps))?;
        Ok(self.region.grid(steps))
    }

    fn positions(&self, positions: &[[f64; 3]]) -> Result<Sites, Mistake> {
        self.fits(positions.len() as f64)?;
        let mut sites = Sites::default();
        for (k, &position) in positions.iter().enumerate() {
            if let Some(&bad) = position.iter().find(|x| !x.is_finite()) {
                let what = format!("positions[{k}]");
                must(false, &what, bad, "must hold numbers")?;
            }
            sites.push_position(position, self.region.size);
        }
        Ok(sites)
    }
}
