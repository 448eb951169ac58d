//! `netdsl mod`: .mod files alone, without a model.

mod check;
mod find;
mod kind;
mod report;
mod show;

use crate::args::Mod;

/// Exit code: a file cannot be used.
const FAILED: u8 = 1;

/// Runs the command and returns the exit code.
pub(crate) fn run(command: &Mod) -> u8 {
    match command {
        Mod::Check(args) => report::check(args),
        Mod::Show(args) => show::show(&args.file),
    }
}

/// The text of a .mod file. Comments of old files are in Latin-1 or the like: bytes that are not UTF-8 become `\u{fffd}`.
fn read(file: &std::path::Path) -> Result<String, String> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Err(format!("{}: {error}", file.display())),
    }
}
