//! `netdsl mod`: .mod files alone, without a model.

mod check;
mod find;
mod kind;
mod report;
mod show;

use crate::args::Mod;
use netdsl_runtime::Catalogue;

/// Exit code: a file cannot be used.
const FAILED: u8 = 1;

/// Runs the command and returns the exit code.
pub(crate) fn run(command: &Mod) -> u8 {
    match command {
        Mod::Check(args) => report::check(args),
        Mod::Show(args) => show::show(&args.file),
    }
}

/// The text of a .mod file, with what it includes.
fn read(file: &std::path::Path) -> Result<String, String> {
    Catalogue::read_text(file).map_err(|error| error.to_string())
}

/// An included file: beside the one that includes it.
fn beside(from: &str, name: &str) -> Result<(String, String), String> {
    let path = std::path::Path::new(from).with_file_name(name);
    Ok((path.display().to_string(), read(&path)?))
}
