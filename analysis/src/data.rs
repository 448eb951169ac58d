//! The spikes that statistics and figures look at.

use std::fmt;

/// Consecutive gids under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Population<'a> {
    /// Its name.
    pub name: &'a str,
    /// Gid of its first cell.
    pub first_gid: u32,
    /// Number of cells; they have the gids from `first_gid` on.
    pub count: u32,
}

/// Spikes of a run and the populations they belong to.
#[derive(Clone, Copy, Debug)]
pub struct SpikeData<'a> {
    /// Populations in the order of drawing.
    pub populations: &'a [Population<'a>],
    /// When, ms, in any order.
    pub times: &'a [f64],
    /// Whose: `gids[k]` spiked at `times[k]`.
    pub gids: &'a [u32],
    /// Length of the run, ms.
    pub duration: f64,
}

/// Everything that is wrong with the data or the options, one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    /// The mistakes; never empty.
    pub mistakes: Vec<String>,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mistakes.join("\n"))
    }
}

impl std::error::Error for DataError {}

/// A spike with its cell's place among all cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placed {
    /// ms.
    pub(crate) time: f64,
    /// Index of the population.
    pub(crate) population: u32,
    /// Number of the cell in its population.
    pub(crate) cell: u32,
}

/// Latest time of a spike that still belongs to a run of `duration` ms: the run's own rounding is allowed.
fn last_moment(duration: f64) -> f64 {
    duration * (1.0 + 1e-9)
}

impl SpikeData<'_> {
    /// Number of cells in all populations.
    pub fn cells(&self) -> usize {
        self.populations.iter().map(|p| p.count as usize).sum()
    }

    /// Checks the data and finds each spike's cell.
    pub(crate) fn place(&self) -> Result<Vec<Placed>, DataError> {
        let mut mistakes = self.check_shape();
        let order = self.by_gid();
        mistakes.extend(self.check_overlap(&order));
        if !mistakes.is_empty() {
            return Err(DataError { mistakes });
        }
        let mut placed = Vec::with_capacity(self.times.len());
        let mut strangers = Strangers::default();
        for (&time, &gid) in self.times.iter().zip(self.gids) {
            if !(time >= 0.0 && time <= last_moment(self.duration)) {
                strangers.untimely(time, gid);
            }
            match self.population_of(&order, gid) {
                Some(p) => placed.push(Placed {
                    time,
                    population: p,
                    cell: gid - self.populations[p as usize].first_gid,
                }),
                None => strangers.homeless(gid),
            }
        }
        let mistakes = strangers.report(self.duration);
        if mistakes.is_empty() {
            Ok(placed)
        } else {
            Err(DataError { mistakes })
        }
    }

    fn check_shape(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.times.len() != self.gids.len() {
            mistakes.push(format!(
                "{} spike times but {} gids: each spike needs one of both",
                self.times.len(),
                self.gids.len()
            ));
        }
        if !(self.duration.is_finite() && self.duration > 0.0) {
            mistakes.push(format!(
                "duration is {} ms: it must be above 0 and finite",
                self.duration
            ));
        }
        for p in self.populations {
            if p.first_gid.checked_add(p.count).is_none() {
                mistakes.push(format!(
                    "population `{}`: {} cells from gid {} on exceed the largest gid",
                    p.name, p.count, p.first_gid
                ));
            }
        }
        mistakes
    }

    /// Indices of the populations that have cells, by first gid.
    fn by_gid(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.populations.len() as u32)
            .filter(|&p| self.populations[p as usize].count > 0)
            .collect();
        order.sort_by_key(|&p| self.populations[p as usize].first_gid);
        order
    }

    fn check_overlap(&self, order: &[u32]) -> Vec<String> {
        let population = |p: u32| &self.populations[p as usize];
        let pairs = order
            .windows(2)
            .map(|w| (population(w[0]), population(w[1])));
        pairs
            .filter(|(a, b)| u64::from(a.first_gid) + u64::from(a.count) > u64::from(b.first_gid))
            .map(|(a, b)| {
                format!(
                    "populations `{}` and `{}` share gid {}",
                    a.name, b.name, b.first_gid
                )
            })
            .collect()
    }

    fn population_of(&self, order: &[u32], gid: u32) -> Option<u32> {
        let after = order.partition_point(|&p| self.populations[p as usize].first_gid <= gid);
        let p = *order.get(after.checked_sub(1)?)?;
        let population = &self.populations[p as usize];
        (gid - population.first_gid < population.count).then_some(p)
    }
}

/// Spikes that do not fit, counted by kind with the first as example.
#[derive(Default)]
struct Strangers {
    homeless: Option<(u32, usize)>,
    untimely: Option<(f64, u32, usize)>,
}

impl Strangers {
    fn homeless(&mut self, gid: u32) {
        self.homeless.get_or_insert((gid, 0)).1 += 1;
    }

    fn untimely(&mut self, time: f64, gid: u32) {
        self.untimely.get_or_insert((time, gid, 0)).2 += 1;
    }

    fn report(&self, duration: f64) -> Vec<String> {
        let homeless = self.homeless.map(|(gid, count)| {
            format!("{count} spikes of gids in no population, the first of gid {gid}: list their population")
        });
        let untimely = self.untimely.map(|(time, gid, count)| {
            format!(
                "{count} spikes outside 0..{duration} ms, the first of gid {gid} at {time} ms: \
                 give the whole run's duration"
            )
        });
        homeless.into_iter().chain(untimely).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [Population<'_>; 2] = [
        Population {
            name: "I",
            first_gid: 10,
            count: 2,
        },
        Population {
            name: "E",
            first_gid: 0,
            count: 3,
        },
    ];

    fn mistakes(data: &SpikeData<'_>) -> Vec<String> {
        data.place().expect_err("the data is wrong").mistakes
    }

    #[test]
    fn finds_the_cell_of_each_spike() {
        let data = SpikeData {
            populations: &TWO,
            times: &[1.0, 2.0],
            gids: &[11, 2],
            duration: 2.0,
        };
        let placed = data.place().unwrap();
        assert_eq!(
            placed[0],
            Placed {
                time: 1.0,
                population: 0,
                cell: 1
            }
        );
        assert_eq!(
            placed[1],
            Placed {
                time: 2.0,
                population: 1,
                cell: 2
            }
        );
    }

    #[test]
    fn reports_all_spikes_that_do_not_fit() {
        let data = SpikeData {
            populations: &TWO,
            times: &[1.0, f64::NAN, 3.0, 1.0],
            gids: &[3, 0, 1, 12],
            duration: 2.0,
        };
        let found = mistakes(&data);
        assert!(
            found[0].contains("2 spikes of gids in no population, the first of gid 3"),
            "{found:?}"
        );
        assert!(found[1].contains("2 spikes outside 0..2 ms"), "{found:?}");
    }

    #[test]
    fn reports_all_mistakes_of_shape() {
        let populations = [
            Population {
                name: "E",
                first_gid: 0,
                count: 3,
            },
            Population {
                name: "I",
                first_gid: 2,
                count: 2,
            },
            Population {
                name: "far",
                first_gid: u32::MAX,
                count: 2,
            },
        ];
        let data = SpikeData {
            populations: &populations,
            times: &[1.0],
            gids: &[],
            duration: 0.0,
        };
        let found = mistakes(&data);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[3].contains("`E` and `I` share gid 2"), "{found:?}");
    }
}
