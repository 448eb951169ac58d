//! Judging a run by the reference's results.

use std::collections::BTreeMap;

use serde::Serialize;

use super::expected::{Expected, ExpectedTrace};
use crate::geometry::Tree;
use crate::record::{Spikes, Trace};

/// Largest error of a voltage, mV.
pub const VOLTAGE_TOLERANCE: f64 = 1e-4;
/// Largest error of another trace, by its largest value.
pub const TRACE_TOLERANCE: f64 = 1e-5;
/// Largest relative error of areas, resistances and lengths.
pub const GEOMETRY_TOLERANCE: f64 = 1e-6;
/// Largest error of the times of cells that do not spike on the grid of steps, ms.
pub const EVENT_TOLERANCE: f64 = 1e-6;
/// Half a unit of the sixth decimal, which traces are rounded to.
const ROUNDING: f64 = 0.5e-6;
/// Number of differing spikes that are kept for the report.
const SHOWN: usize = 8;
/// NEURON's resistance of a node without a parent, MΩ.
const NO_PARENT_RESISTANCE: f64 = 1e29;

/// How a run differs from the reference.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Spikes; `None` if the file has none to compare.
    pub spikes: Option<SpikeComparison>,
    /// Traces in the file's order.
    pub traces: Vec<TraceComparison>,
    /// Areas, resistances, places.
    pub geometry: GeometryComparison,
    /// Results in the file that were not compared, and why.
    pub not_compared: Vec<String>,
}

impl Comparison {
    /// Nothing was compared: the file has no results that could be.
    pub fn is_empty(&self) -> bool {
        let geometry = &self.geometry;
        self.spikes.is_none()
            && self.traces.is_empty()
            && geometry.segments == 0
            && geometry.placements == 0
    }
}

/// How spikes differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SpikeComparison {
    /// Number in the reference.
    pub expected: usize,
    /// Number in the run.
    pub found: usize,
    /// Number in both: same cell, same step (1e-6 ms for cells that do not spike at ends of steps).
    pub matched: usize,
    /// Largest difference in time between the k-th spikes of a cell, over cells with equal numbers of spikes, ms.
    pub largest_dt: f64,
    /// The first spikes (t in ms, gid) that only the reference has.
    pub missing: Vec<(f64, u32)>,
    /// The first spikes (t in ms, gid) that only the run has.
    pub surplus: Vec<(f64, u32)>,
}

/// How a trace differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceComparison {
    /// Its name.
    pub label: String,
    /// Unit of the values.
    pub unit: String,
    /// A voltage of a compartment: judged by its absolute error, others by their largest value.
    pub voltage: bool,
    /// Number of samples in the reference.
    pub expected_samples: usize,
    /// Number of samples in the run.
    pub found_samples: usize,
    /// Largest difference.
    pub largest_error: f64,
    /// When, ms.
    pub at: f64,
    /// Largest magnitude in the reference.
    pub largest_value: f64,
    /// What the difference may be.
    pub tolerance: f64,
}

/// How geometry differs: largest relative errors.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GeometryComparison {
    /// Number of segments.
    pub segments: usize,
    /// Of areas.
    pub area: f64,
    /// Of axial resistances.
    pub resistance: f64,
    /// Of diameters and lengths.
    pub diameter: f64,
    /// Number of locations.
    pub placements: usize,
    /// Of path distances.
    pub path_distance: f64,
}

/// Compares what a run recorded with what the reference expects.
pub fn compare(expected: &Expected, dt: f64, spikes: &Spikes, traces: &[Trace]) -> Comparison {
    let compared = expected.traces.iter();
    let samples = |trace: &ExpectedTrace| traces.get(trace.probe).map_or(&[][..], |t| &t.values);
    Comparison {
        spikes: expected
            .spikes
            .as_ref()
            .map(|wanted| compare_spikes(expected, wanted, dt, spikes)),
        traces: compared
            .map(|trace| compare_trace(trace, samples(trace)))
            .collect(),
        geometry: compare_geometry(expected),
        not_compared: expected.not_compared.clone(),
    }
}

impl Comparison {
    /// Whether everything that was compared is within the tolerances.
    pub fn passed(&self) -> bool {
        self.spikes.as_ref().is_none_or(SpikeComparison::passed)
            && self.traces.iter().all(TraceComparison::passed)
            && self.geometry.passed()
    }
}

impl SpikeComparison {
    /// Whether the same cells spiked in the same steps.
    pub fn passed(&self) -> bool {
        self.matched == self.expected && self.matched == self.found
    }
}

impl TraceComparison {
    /// Largest difference by the largest value; 0 where there is none.
    pub fn relative_error(&self) -> f64 {
        if self.largest_error == 0.0 {
            0.0
        } else {
            self.largest_error / self.largest_value
        }
    }

    /// Whether all samples are there and none is too far off.
    pub fn passed(&self) -> bool {
        self.expected_samples == self.found_samples && self.largest_error <= self.tolerance
    }
}

impl GeometryComparison {
    /// The largest of the errors.
    pub fn largest_error(&self) -> f64 {
        let errors = [
            self.area,
            self.resistance,
            self.diameter,
            self.path_distance,
        ];
        errors.into_iter().fold(0.0, f64::max)
    }

    /// Whether all errors are small.
    pub fn passed(&self) -> bool {
        self.largest_error() <= GEOMETRY_TOLERANCE
    }
}

fn compare_spikes(
    expected: &Expected,
    wanted: &Spikes,
    dt: f64,
    spikes: &Spikes,
) -> SpikeComparison {
    let wanted = by_cell(wanted.iter());
    let simulated = |(_, gid): &(f64, u32)| !expected.inputs.contains(gid);
    let found = by_cell(spikes.iter().filter(simulated));
    let count = |cells: &BTreeMap<u32, Vec<f64>>| cells.values().map(Vec::len).sum();
    let mut comparison = SpikeComparison {
        expected: count(&wanted),
        found: count(&found),
        ..SpikeComparison::default()
    };
    let mut gids: Vec<u32> = wanted.keys().chain(found.keys()).copied().collect();
    gids.sort_unstable();
    gids.dedup();
    for gid in gids {
        let of = |cells: &BTreeMap<u32, Vec<f64>>| cells.get(&gid).cloned().unwrap_or_default();
        let on_grid = !expected.exact.contains(&gid);
        let tolerance = if on_grid { dt / 2.0 } else { EVENT_TOLERANCE };
        comparison.match_cell(gid, &of(&wanted), &of(&found), tolerance);
    }
    for list in [&mut comparison.missing, &mut comparison.surplus] {
        list.sort_by(|a, b| a.0.total_cmp(&b.0));
        list.truncate(SHOWN);
    }
    comparison
}

fn by_cell(spikes: impl Iterator<Item = (f64, u32)>) -> BTreeMap<u32, Vec<f64>> {
    let mut cells: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (t, gid) in spikes {
        cells.entry(gid).or_default().push(t);
    }
    for times in cells.values_mut() {
        times.sort_by(f64::total_cmp);
    }
    cells
}

impl SpikeComparison {
    /// Pairs off two ascending lists of times.
    fn match_cell(&mut self, gid: u32, wanted: &[f64], found: &[f64], tolerance: f64) {
        if wanted.len() == found.len() {
            let errors = wanted.iter().zip(found).map(|(a, b)| (a - b).abs());
            self.largest_dt = errors.fold(self.largest_dt, f64::max);
        }
        let (mut i, mut j) = (0, 0);
        while i < wanted.len() || j < found.len() {
            let expected = wanted.get(i).copied().unwrap_or(f64::INFINITY);
            let actual = found.get(j).copied().unwrap_or(f64::INFINITY);
            if (expected - actual).abs() < tolerance {
                self.matched += 1;
                i += 1;
                j += 1;
            } else if expected < actual {
                self.missing.push((expected, gid));
                i += 1;
            } else {
                self.surplus.push((actual, gid));
                j += 1;
            }
        }
    }
}

fn compare_trace(expected: &ExpectedTrace, found: &[f64]) -> TraceComparison {
    let (mut largest_error, mut at) = (0.0, 0.0);
    for (k, (a, b)) in expected.values.iter().zip(found).enumerate() {
        let difference = (a - b).abs();
        let same = a.is_nan() && b.is_nan();
        let error = if difference.is_nan() && !same {
            f64::INFINITY
        } else {
            difference
        };
        if error > largest_error {
            (largest_error, at) = (error, k as f64 * expected.interval);
        }
    }
    let magnitudes = expected.values.iter().map(|x| x.abs());
    let largest_value = magnitudes.fold(0.0, f64::max);
    let voltage = expected.variable == "v";
    let tolerance = if voltage {
        VOLTAGE_TOLERANCE
    } else {
        TRACE_TOLERANCE * largest_value + rounding(&expected.values)
    };
    TraceComparison {
        label: expected.label.clone(),
        unit: expected.unit.clone(),
        voltage,
        expected_samples: expected.values.len(),
        found_samples: found.len(),
        largest_error,
        at,
        largest_value,
        tolerance,
    }
}

/// What the reference itself may be off by: traces without a stated precision are rounded to six decimals.
fn rounding(values: &[f64]) -> f64 {
    let rounded = |x: &f64| (x * 1e6).round() / 1e6 == *x;
    if values.iter().all(rounded) {
        ROUNDING
    } else {
        0.0
    }
}

/// Compares the reference's geometry with ours.
pub fn compare_geometry(expected: &Expected) -> GeometryComparison {
    let mut comparison = GeometryComparison::default();
    let mut trees = Vec::new();
    for template in &expected.templates {
        // Templates with mistakes are refused when the file is read.
        let tree = Tree::build(&template.template).unwrap_or_default();
        for (k, section) in template.sections.iter().enumerate() {
            let nseg = if tree.is_empty() {
                0
            } else {
                tree.nseg(k as u32)
            };
            for segment in 0..nseg {
                let node = tree.segment_node(k as u32, segment) as usize;
                let at = segment as usize;
                comparison.segments += 1;
                worse(&mut comparison.area, tree.area[node], section.area.at(at));
                worse(
                    &mut comparison.diameter,
                    tree.diameter[node],
                    section.diameter.at(at),
                );
                let resistance = section.resistance.at(at);
                if resistance < NO_PARENT_RESISTANCE {
                    worse(
                        &mut comparison.resistance,
                        1.0 / tree.axial[node],
                        resistance,
                    );
                }
            }
            if nseg > 0 {
                worse(
                    &mut comparison.diameter,
                    tree.section_length(k as u32),
                    section.length,
                );
            }
        }
        trees.push(tree);
    }
    for placement in &expected.placements {
        let tree = &trees[placement.template];
        if !tree.is_empty() {
            let found = tree.path_distance((0, 0.5), (1, placement.location));
            worse(
                &mut comparison.path_distance,
                found,
                placement.path_distance,
            );
            comparison.placements += 1;
        }
    }
    comparison
}

/// Keeps the larger relative error.
fn worse(error: &mut f64, found: f64, expected: f64) {
    let this = (found - expected).abs() / expected.abs().max(1e-12);
    *error = if this.is_nan() {
        f64::INFINITY
    } else {
        error.max(this)
    };
}
