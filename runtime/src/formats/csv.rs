//! Results as text that every program reads.

use crate::record::{Spikes, Trace};
use std::fmt::Write;

/// First line of a file of spikes.
pub(crate) const SPIKES_HEAD: &str = "t_ms,gid\n";
/// First line of a file of traces.
pub(crate) const TRACES_HEAD: &str = "label,unit,t_ms,value\n";

/// Spikes with every digit of their times (ms): `t_ms,gid`, one a line.
pub fn spikes(spikes: &Spikes) -> String {
    let mut text = String::from(SPIKES_HEAD);
    for (t, gid) in spikes.iter() {
        writeln!(text, "{t},{gid}").expect("a String takes text");
    }
    text
}

/// Traces with every digit: `label,unit,t_ms,value`, one sample a line.
pub fn traces(traces: &[Trace]) -> String {
    let mut text = String::from(TRACES_HEAD);
    for trace in traces {
        let series = series(&trace.label, &trace.unit);
        for (k, value) in trace.values.iter().enumerate() {
            let t = k as f64 * trace.interval;
            writeln!(text, "{series},{t},{value}").expect("a String takes text");
        }
    }
    text
}

/// What lines of a trace begin with.
pub(crate) fn series(label: &str, unit: &str) -> String {
    format!("{},{}", quoted(label), quoted(unit))
}

/// A field of a CSV file.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spike_times_keep_every_digit() {
        let spikes = Spikes {
            times: vec![6.175000000100001, 7.0],
            gids: vec![3, 0],
        };
        assert_eq!(
            super::spikes(&spikes),
            "t_ms,gid\n6.175000000100001,3\n7,0\n"
        );
    }

    #[test]
    fn labels_with_commas_are_quoted() {
        let trace = Trace {
            label: "v \"a\", b".to_owned(),
            unit: "mV".to_owned(),
            interval: 0.5,
            values: vec![-65.0, -64.5],
        };
        let expected =
            "label,unit,t_ms,value\n\"v \"\"a\"\", b\",mV,0,-65\n\"v \"\"a\"\", b\",mV,0.5,-64.5\n";
        assert_eq!(super::traces(&[trace]), expected);
    }
}
