//! Files of results.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use netdsl_runtime::record::{Spikes, Trace};

/// Name of the file of spikes.
pub(crate) const SPIKES: &str = "spikes.csv";
/// Name of the file of traces.
pub(crate) const TRACES: &str = "traces.csv";

/// Spikes with every digit of their times (ms).
pub(crate) fn spikes_csv(spikes: &Spikes) -> String {
    let mut text = String::from("t_ms,gid\n");
    for (t, gid) in spikes.iter() {
        let _ = writeln!(text, "{t},{gid}");
    }
    text
}

/// One line a sample, with every digit.
pub(crate) fn traces_csv(traces: &[Trace]) -> String {
    let mut text = String::from("label,unit,t_ms,value\n");
    for trace in traces {
        let (label, unit) = (quoted(&trace.label), quoted(&trace.unit));
        for (k, value) in trace.values.iter().enumerate() {
            let t = k as f64 * trace.interval;
            let _ = writeln!(text, "{label},{unit},{t},{value}");
        }
    }
    text
}

/// A field of a CSV file.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

/// Writes files so that each is there whole or not at all: all are complete on disk before the first gets its name.
pub(crate) fn write_all(folder: &Path, files: &[(&str, &str)]) -> io::Result<()> {
    let temporary = |name: &str| folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let waiting: Vec<PathBuf> = files.iter().map(|(name, _)| temporary(name)).collect();
    let written = waiting.iter().zip(files).try_for_each(|(path, (_, text))| {
        let mut file = File::create(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let named = written.and_then(|()| {
        let names = files.iter().map(|(name, _)| folder.join(name));
        waiting
            .iter()
            .zip(names)
            .try_for_each(|(from, to)| fs::rename(from, to))
    });
    if named.is_err() {
        // The first error is the one to tell; what is left of these files has no use.
        for path in waiting.iter().filter(|path| path.exists()) {
            let _ = fs::remove_file(path);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_keep_every_digit() {
        let spikes = Spikes {
            times: vec![6.175000000100001, 7.0],
            gids: vec![3, 0],
        };
        assert_eq!(spikes_csv(&spikes), "t_ms,gid\n6.175000000100001,3\n7,0\n");
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
        assert_eq!(traces_csv(&[trace]), expected);
    }
}
