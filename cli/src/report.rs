//! The table that `netdsl verify` prints, and the details below it.

use std::fmt::Write;

use netdsl_runtime::formats::nref::compare::{
    Comparison, GEOMETRY_TOLERANCE, SpikeComparison, TraceComparison,
};

use crate::verify::{Verdict, Verified};

const HEADINGS: [&str; 8] = [
    "file", "spikes", "max |dt|", "traces", "max |dv|", "other", "geometry", "verdict",
];

/// The whole report.
pub(crate) fn text(verified: &[Verified]) -> String {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(verified.iter().map(row));
    let mut text = aligned(&rows);
    for entry in verified {
        let details = details(entry);
        if !details.is_empty() {
            let _ = write!(text, "\n{}\n", entry.file.display());
        }
        for line in details {
            let _ = writeln!(text, "  {line}");
        }
    }
    let count = |verdict| verified.iter().filter(|v| v.verdict == verdict).count();
    let _ = writeln!(
        text,
        "\n{} passed, {} failed, {} unusable",
        count(Verdict::Passed),
        count(Verdict::Failed),
        count(Verdict::Unusable)
    );
    text
}

fn row(entry: &Verified) -> [String; 8] {
    let name = entry.file.file_name().unwrap_or(entry.file.as_os_str());
    let name = name.to_string_lossy();
    let name = name
        .trim_end_matches(".gz")
        .trim_end_matches(".json")
        .to_owned();
    let verdict = match entry.verdict {
        Verdict::Passed => "ok",
        Verdict::Failed => "DIFFERS",
        Verdict::Unusable => "UNUSABLE",
    };
    let none = || "-".to_owned();
    let Some(comparison) = &entry.comparison else {
        let verdict = verdict.to_owned();
        return [
            name,
            none(),
            none(),
            none(),
            none(),
            none(),
            none(),
            verdict,
        ];
    };
    let spikes = comparison.spikes.as_ref();
    let (voltages, others): (Vec<_>, Vec<_>) =
        comparison.traces.iter().partition(|trace| trace.voltage);
    let traces = comparison.traces.len();
    let passed = comparison
        .traces
        .iter()
        .filter(|trace| trace.passed())
        .count();
    [
        name,
        spikes.map_or_else(none, |s| format!("{}/{}", s.matched, s.expected)),
        spikes.map_or_else(none, |s| format!("{} ms", short(s.largest_dt))),
        format!("{passed}/{traces}"),
        largest(&voltages, |t| t.largest_error).map_or_else(none, |dv| format!("{} mV", short(dv))),
        largest(&others, TraceComparison::relative_error).map_or_else(none, short),
        short(comparison.geometry.largest_error()),
        verdict.to_owned(),
    ]
}

fn largest(traces: &[&TraceComparison], error: impl Fn(&TraceComparison) -> f64) -> Option<f64> {
    traces.iter().map(|trace| error(trace)).reduce(f64::max)
}

/// Two digits of a small number.
fn short(x: f64) -> String {
    if x == 0.0 {
        "0".to_owned()
    } else {
        format!("{x:.1e}")
    }
}

/// Columns of equal width, two spaces apart.
fn aligned(rows: &[[String; 8]]) -> String {
    let mut text = String::new();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<_> = (0..8)
        .map(|column| width(column).unwrap_or_default())
        .collect();
    for row in rows {
        let cells: Vec<_> = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:<width$}"))
            .collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}

/// What did not agree, and what was not looked at.
fn details(entry: &Verified) -> Vec<String> {
    if let Some(error) = &entry.error {
        return error.lines().map(str::to_owned).collect();
    }
    let Some(comparison) = &entry.comparison else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if let Some(spikes) = comparison.spikes.as_ref().filter(|spikes| !spikes.passed()) {
        lines.extend(spike_details(spikes));
    }
    let wrong = comparison.traces.iter().filter(|trace| !trace.passed());
    lines.extend(wrong.map(trace_details));
    if !comparison.geometry.passed() {
        lines.push(geometry_details(comparison));
    }
    let left_out = comparison.not_compared.iter();
    lines.extend(left_out.map(|what| format!("not compared: {what}")));
    lines
}

fn spike_details(spikes: &SpikeComparison) -> Vec<String> {
    let SpikeComparison {
        expected,
        found,
        matched,
        ..
    } = spikes;
    let mut lines = vec![format!(
        "spikes: {expected} expected, {found} found, {matched} the same"
    )];
    for (what, list) in [
        ("missing", &spikes.missing),
        ("not expected", &spikes.surplus),
    ] {
        for (t, gid) in list {
            lines.push(format!("  {what}: gid {gid} at {t} ms"));
        }
    }
    lines
}

fn trace_details(trace: &TraceComparison) -> String {
    let label = &trace.label;
    if trace.expected_samples != trace.found_samples {
        let (expected, found) = (trace.expected_samples, trace.found_samples);
        return format!("trace {label}: {found} samples instead of {expected}");
    }
    format!(
        "trace {label}: off by {:.3e} {unit} at {:.6} ms; allowed {:.1e} {unit}, largest value {:.3e} {unit}",
        trace.largest_error,
        trace.at,
        trace.tolerance,
        trace.largest_value,
        unit = trace.unit
    )
}

fn geometry_details(comparison: &Comparison) -> String {
    let geometry = &comparison.geometry;
    format!(
        "geometry: relative errors of areas {:.1e}, resistances {:.1e}, diameters {:.1e}, path distances {:.1e}; allowed \
         {GEOMETRY_TOLERANCE:.0e}",
        geometry.area, geometry.resistance, geometry.diameter, geometry.path_distance
    )
}
