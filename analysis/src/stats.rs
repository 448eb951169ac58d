//! Numbers that describe spikes: counts, rates, regularity, synchrony.

use std::fmt;

use crate::data::{DataError, Placed, SpikeData};

/// Spikes that a cell needs before its CV counts: two intervals.
const SPIKES_FOR_CV: usize = 3;

/// Numbers of a whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// Population by population, in the data's order.
    pub populations: Vec<PopulationSummary>,
    /// Number of cells.
    pub cells: usize,
    /// Number of spikes.
    pub spikes: usize,
    /// Spikes by cell and second, Hz.
    pub rate: f64,
    /// Share of the run, 0..1, left when 1 ms windows are opened at spikes, one after the other: 1 minus
    /// windows by ms.
    pub synchrony: f64,
}

/// Numbers of one population.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationSummary {
    /// Its name.
    pub name: String,
    /// Number of cells.
    pub cells: usize,
    /// Cells without a spike.
    pub silent: usize,
    /// Number of spikes.
    pub spikes: usize,
    /// Spikes by cell and second, silent cells included, Hz; 0 without cells.
    pub rate: f64,
    /// Standard deviation of the cells' rates, Hz.
    pub rate_sd: f64,
    /// Coefficient of variation of the interspike intervals: each cell's standard deviation over mean,
    /// averaged over the cells with three spikes or more; `None` if there are none.
    pub isi_cv: Option<f64>,
    /// Cells that `isi_cv` averages.
    pub cells_with_cv: usize,
}

/// Rate of each population over time.
#[derive(Clone, Debug, PartialEq)]
pub struct RateHistogram {
    /// Width of a bin, ms.
    pub bin: f64,
    /// Start of the first bin, ms.
    pub start: f64,
    /// `rates[population][bin]`, spikes by cell and second, Hz. The last bin may be shorter; its rate allows for it.
    pub rates: Vec<Vec<f64>>,
}

/// Describes all populations.
pub fn summarise(data: &SpikeData<'_>) -> Result<Summary, DataError> {
    let placed = data.place()?;
    let trains = trains(data, &placed);
    let seconds = data.duration / 1000.0;
    let populations = data
        .populations
        .iter()
        .zip(&trains)
        .map(|(population, cells)| summarise_population(population.name, cells, seconds))
        .collect();
    Ok(Summary {
        populations,
        cells: data.cells(),
        spikes: placed.len(),
        rate: mean_rate(placed.len(), data.cells(), seconds),
        synchrony: synchrony(data.times, data.duration),
    })
}

/// Number of spikes of each cell: `counts[population][cell]`.
pub fn spike_counts(data: &SpikeData<'_>) -> Result<Vec<Vec<u32>>, DataError> {
    let mut counts: Vec<Vec<u32>> = data
        .populations
        .iter()
        .map(|p| vec![0; p.count as usize])
        .collect();
    for spike in data.place()? {
        counts[spike.population as usize][spike.cell as usize] += 1;
    }
    Ok(counts)
}

/// Rates over time in bins of `bin` ms from 0 to the end of the run.
pub fn rate_histogram(data: &SpikeData<'_>, bin: f64) -> Result<RateHistogram, DataError> {
    let placed = data.place()?;
    if !(bin > 0.0 && bin.is_finite()) {
        let mistake = format!("bin is {bin} ms: it must be above 0 and finite");
        return Err(DataError {
            mistakes: vec![mistake],
        });
    }
    Ok(histogram(data, &placed, [0.0, data.duration], bin))
}

/// Spikes within `range` (ms, closed) counted in bins.
pub(crate) fn histogram(
    data: &SpikeData<'_>,
    placed: &[Placed],
    [start, end]: [f64; 2],
    bin: f64,
) -> RateHistogram {
    // Half a percent of a bin more is rounding, not a further bin.
    let bins = (((end - start) / bin - 0.005).ceil() as usize).max(1);
    let mut rates = vec![vec![0.0; bins]; data.populations.len()];
    for spike in placed.iter().filter(|s| within(s.time, [start, end])) {
        // Times are sums of steps: one that lies a rounding below an edge belongs to the bin above it.
        let k = ((spike.time - start) / bin + 1e-9) as usize;
        rates[spike.population as usize][k.min(bins - 1)] += 1.0;
    }
    for (population, row) in data.populations.iter().zip(&mut rates) {
        for (k, rate) in row.iter_mut().enumerate() {
            let width = (end - start - k as f64 * bin).min(bin);
            *rate = if *rate > 0.0 {
                *rate * 1000.0 / (width * f64::from(population.count))
            } else {
                0.0
            };
        }
    }
    RateHistogram { bin, start, rates }
}

/// Whether a spike at `time` falls into the closed `range`, the last rounding included.
pub(crate) fn within(time: f64, [start, end]: [f64; 2]) -> bool {
    time >= start && time <= end * (1.0 + 1e-9)
}

/// Spikes by cell and second.
pub(crate) fn mean_rate(spikes: usize, cells: usize, seconds: f64) -> f64 {
    if cells == 0 {
        0.0
    } else {
        spikes as f64 / (cells as f64 * seconds)
    }
}

/// Times of each cell, ascending: `[population][cell]`.
fn trains(data: &SpikeData<'_>, placed: &[Placed]) -> Vec<Vec<Vec<f64>>> {
    let mut trains: Vec<Vec<Vec<f64>>> = data
        .populations
        .iter()
        .map(|p| vec![Vec::new(); p.count as usize])
        .collect();
    for spike in placed {
        trains[spike.population as usize][spike.cell as usize].push(spike.time);
    }
    for train in trains.iter_mut().flatten() {
        train.sort_by(f64::total_cmp);
    }
    trains
}

fn summarise_population(name: &str, trains: &[Vec<f64>], seconds: f64) -> PopulationSummary {
    let spikes = trains.iter().map(Vec::len).sum();
    let rates: Vec<f64> = trains.iter().map(|t| t.len() as f64 / seconds).collect();
    let cvs: Vec<f64> = trains.iter().filter_map(|t| isi_cv(t)).collect();
    PopulationSummary {
        name: name.to_owned(),
        cells: trains.len(),
        silent: trains.iter().filter(|t| t.is_empty()).count(),
        spikes,
        rate: mean_rate(spikes, trains.len(), seconds),
        rate_sd: mean_and_sd(&rates).map_or(0.0, |(_, sd)| sd),
        isi_cv: mean_and_sd(&cvs).map(|(mean, _)| mean),
        cells_with_cv: cvs.len(),
    }
}

/// Coefficient of variation of the intervals of ascending `times`; `None` below three spikes or if all coincide.
pub fn isi_cv(times: &[f64]) -> Option<f64> {
    if times.len() < SPIKES_FOR_CV {
        return None;
    }
    let intervals: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    let (mean, sd) = mean_and_sd(&intervals)?;
    (mean > 0.0).then_some(sd / mean)
}

/// Mean and standard deviation of all values (not of a sample: divided by their number).
fn mean_and_sd(values: &[f64]) -> Option<(f64, f64)> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    Some((mean, variance.sqrt()))
}

fn synchrony(times: &[f64], duration: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let mut windows = 0;
    let mut opened = f64::NEG_INFINITY;
    for time in times {
        if time - opened >= 1.0 {
            opened = time;
            windows += 1;
        }
    }
    1.0 - f64::from(windows) / duration
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .populations
            .iter()
            .map(|p| p.name.chars().count())
            .max();
        let width = width.unwrap_or(0).max("population".len());
        writeln!(
            f,
            "{:width$}  {:>8}  {:>8}  {:>9}  {:>9}  {:>6}",
            "population", "cells", "silent", "spikes", "rate (Hz)", "ISI CV"
        )?;
        for p in &self.populations {
            let cv = p.isi_cv.map_or("-".to_owned(), |cv| format!("{cv:.2}"));
            let (name, rate) = (&p.name, p.rate);
            writeln!(
                f,
                "{name:width$}  {:>8}  {:>8}  {:>9}  {rate:>9.2}  {cv:>6}",
                p.cells, p.silent, p.spikes
            )?;
        }
        write!(
            f,
            "{:width$}  {:>8}  {:>8}  {:>9}  {:>9.2}",
            "all",
            self.cells,
            self.populations.iter().map(|p| p.silent).sum::<usize>(),
            self.spikes,
            self.rate
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Population;

    const POPULATIONS: [Population<'_>; 2] = [
        Population {
            name: "E",
            first_gid: 0,
            count: 2,
        },
        Population {
            name: "I",
            first_gid: 2,
            count: 1,
        },
    ];

    fn data<'a>(times: &'a [f64], gids: &'a [u32]) -> SpikeData<'a> {
        SpikeData {
            populations: &POPULATIONS,
            times,
            gids,
            duration: 500.0,
        }
    }

    #[test]
    fn rate_counts_silent_cells() {
        let summary = summarise(&data(&[1.0, 2.0, 3.0, 4.0], &[0, 0, 2, 0])).unwrap();
        let e = &summary.populations[0];
        assert_eq!((e.spikes, e.silent, e.rate, e.rate_sd), (3, 1, 3.0, 3.0));
        assert_eq!(summary.populations[1].rate, 2.0);
        assert_eq!(summary.spikes, 4);
        assert!((summary.rate - 8.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn cv_of_a_clock_is_zero_and_of_alternating_intervals_known() {
        assert_eq!(isi_cv(&[1.0, 3.0, 5.0, 7.0]), Some(0.0));
        assert_eq!(isi_cv(&[0.0, 1.0, 4.0]), Some(0.5));
        assert_eq!(isi_cv(&[0.0, 1.0]), None);
    }

    #[test]
    fn cv_averages_cells_that_have_one() {
        let times = [0.0, 1.0, 4.0, 10.0, 11.0, 12.0, 5.0];
        let summary = summarise(&data(&times, &[0, 0, 0, 1, 1, 1, 2])).unwrap();
        assert_eq!(summary.populations[0].isi_cv, Some(0.25));
        assert_eq!(summary.populations[0].cells_with_cv, 2);
        assert_eq!(summary.populations[1].isi_cv, None);
    }

    #[test]
    fn synchrony_opens_windows_of_one_ms() {
        // Windows open at 0, 1.5 and 3.
        assert_eq!(synchrony(&[3.0, 0.0, 0.5, 1.5, 2.4], 10.0), 0.7);
        assert_eq!(synchrony(&[], 10.0), 1.0);
    }

    #[test]
    fn histogram_puts_a_rounded_edge_into_the_upper_bin() {
        // A spike at an edge, up to rounding, is counted above it.
        let times = [5.0 - 4e-15, 5.0 - 1e-6, 500.0];
        let data = data(&times, &[0, 1, 2]);
        let h = rate_histogram(&data, 5.0).unwrap();
        assert_eq!(h.rates[0].len(), 100);
        assert_eq!(h.rates[0][..2], [100.0, 100.0]);
        assert_eq!(h.rates[1][99], 200.0);
    }

    #[test]
    fn short_last_bin_has_its_own_width() {
        let h = rate_histogram(&data(&[450.0], &[2]), 400.0).unwrap();
        assert_eq!(h.rates[1], [0.0, 10.0]);
    }

    #[test]
    fn summary_prints_a_table() {
        let text = summarise(&data(&[1.0], &[0])).unwrap().to_string();
        assert!(text.starts_with("population     cells"), "{text}");
        assert_eq!(text.lines().count(), 4);
        assert!(rate_histogram(&data(&[], &[]), 0.0).is_err());
    }
}
