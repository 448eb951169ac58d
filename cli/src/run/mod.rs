//! `netdsl run`.

mod model;
mod reference;

use std::fs;
use std::path::Path;

use netdsl_runtime::Report;
use netdsl_runtime::formats::csv;
use netdsl_runtime::ranks::world;
use netdsl_runtime::record::{Spikes, Trace};

use crate::UNUSABLE;
use crate::args::Run;
use crate::results::{SPIKES, TRACES, write_all};
use crate::say::say;
use crate::simulate::agreed;

/// Runs the file, writes its results and returns the exit code.
pub(crate) fn run(args: &Run) -> u8 {
    match try_run(args) {
        Ok(summary) => {
            say!("{summary}");
            0
        }
        Err(message) => {
            eprintln!("{message}");
            UNUSABLE
        }
    }
}

/// Of several ranks the first returns, and the others end.
fn try_run(args: &Run) -> Result<String, String> {
    let ranks = world().map_err(|error| format!("error: {error}"))?;
    let ran = agreed(&ranks, read(args)).and_then(|bytes| {
        if is_model(&bytes) {
            model::run(&ranks, args, &bytes)
        } else {
            reference::run(&ranks, args)
        }
    });
    ranks.leave();
    ran
}

fn read(args: &Run) -> Result<Vec<u8>, String> {
    check_free(args)?;
    fs::read(&args.file).map_err(|error| {
        let file = args.file.display();
        format!("error: {file} cannot be read: {error}")
    })
}

/// Whether the file is a model: JSON that does not say the `format` of a reference file.
fn is_model(bytes: &[u8]) -> bool {
    let keys = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(bytes);
    keys.is_ok_and(|keys| !keys.contains_key("format"))
}

/// Writes the results into the folder, which is made if it is not there.
fn write(folder: &Path, spikes: &Spikes, traces: &[Trace]) -> Result<(), String> {
    let failed = |what: &str, error| {
        let folder = folder.display();
        format!("error: {what} {folder}: {error}")
    };
    fs::create_dir_all(folder).map_err(|error| failed("cannot make the folder", error))?;
    let spikes = csv::spikes(spikes);
    let traces = csv::traces(traces);
    write_all(folder, &[(SPIKES, &spikes), (TRACES, &traces)])
        .map_err(|error| failed("cannot write results into", error))
}

/// Earlier results are replaced only on demand; told before the run, not after it.
fn check_free(args: &Run) -> Result<(), String> {
    let taken = [SPIKES, TRACES].map(|name| args.out.join(name));
    let taken: Vec<_> = taken
        .iter()
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if taken.is_empty() || args.force {
        return Ok(());
    }
    let files = taken.join(" and ");
    Err(format!(
        "error: {files}: there already; name another folder, or replace with --force"
    ))
}

/// Where time and memory went, if that is asked for.
fn report(args: &Run, report: &Report) -> String {
    if args.report {
        format!("{report}\n")
    } else {
        String::new()
    }
}
