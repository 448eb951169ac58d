//! Files of results.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use netdsl_runtime::stream::tell_size_limits;

/// Name of the file of spikes.
pub(crate) const SPIKES: &str = "spikes.csv";
/// Name of the file of traces.
pub(crate) const TRACES: &str = "traces.csv";

/// Name of the file of cells.
pub(crate) const CELLS: &str = "cells.csv";
/// Name of the file of connections.
pub(crate) const CONNECTIONS: &str = "connections.csv";

/// Writes files so that each is there whole or not at all: all are complete on disk before the first gets its name.
pub(crate) fn write_all(folder: &Path, files: &[(&str, &str)]) -> io::Result<()> {
    tell_size_limits();
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
