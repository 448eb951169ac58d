//! What `netdsl mod check` prints.

use crate::say::say;
use std::collections::BTreeMap;

use super::check::{Checked, Problem, Stage, Verdict, check_file};
use super::{FAILED, find};
use crate::UNUSABLE;
use crate::args::{ModCheck, Units};
use netdsl_lang::nmodl::UnitCheck;
use serde::Serialize;

/// Number of files by what became of them.
#[derive(Debug, Default, Serialize)]
struct Totals {
    files: usize,
    parsed: usize,
    usable: usize,
    with_warnings: usize,
    unsupported: usize,
    with_verbatim: usize,
    /// Files that have a failure of this kind, most first.
    kinds: Vec<Kind>,
}

#[derive(Debug, Serialize)]
struct Kind {
    kind: String,
    files: usize,
}

#[derive(Serialize)]
struct Output {
    files: Vec<Checked>,
    totals: Totals,
}

/// Checks all files and returns the exit code.
pub(super) fn check(args: &ModCheck) -> u8 {
    let files = match find::mod_files(&args.paths) {
        Ok(files) => files,
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            return UNUSABLE;
        }
    };
    let units = match args.units {
        Units::Strict => UnitCheck::Refuse,
        Units::Warn => UnitCheck::Warn,
        Units::Off => UnitCheck::No,
    };
    let mut all = Vec::with_capacity(files.len());
    for file in &files {
        let checked = check_file(file, units);
        if !args.json {
            say!("{}", line(&checked));
        }
        all.push(checked);
    }
    let totals = totals(&all);
    let code = if totals.unsupported == 0 { 0 } else { FAILED };
    if args.json {
        let output = Output { files: all, totals };
        let json = serde_json::to_string_pretty(&output).expect("it holds no maps with odd keys");
        say!("{json}");
    } else {
        crate::say::put(format_args!("{}", summary(&totals)));
    }
    code
}

fn line(checked: &Checked) -> String {
    let file = checked.file.display();
    let mut line = match checked.verdict {
        Verdict::Ok => format!("{file}: ok"),
        Verdict::Warning => format!("{file}: warning: {}", first(&checked.warnings)),
        Verdict::Unsupported => format!("{file}: unsupported: {}", first(&checked.problems)),
    };
    // a file that cannot be used has graver faults
    if checked.verdict != Verdict::Unsupported && !checked.units.is_empty() {
        line.push_str(&format!("; units: {}", first(&checked.units)));
    }
    line
}

/// The first message and the number of others.
fn first(problems: &[Problem]) -> String {
    let Some(first) = problems.first() else {
        return String::new();
    };
    let mut text = first.message.lines().next().unwrap_or_default().to_owned();
    if first.line > 0 {
        text.push_str(&format!(" at line {}", first.line));
    }
    match problems.len() - 1 {
        0 => {}
        more => text.push_str(&format!(" (and {more} more)")),
    }
    text
}

fn totals(all: &[Checked]) -> Totals {
    let count = |what: &dyn Fn(&Checked) -> bool| all.iter().filter(|c| what(c)).count();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for checked in all {
        let mut own: Vec<&str> = checked.problems.iter().map(|p| p.kind.as_str()).collect();
        own.sort_unstable();
        own.dedup();
        for kind in own {
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let mut kinds: Vec<Kind> = kinds
        .into_iter()
        .map(|(kind, files)| Kind {
            kind: kind.to_owned(),
            files,
        })
        .collect();
    kinds.sort_by_key(|k| std::cmp::Reverse(k.files));
    Totals {
        files: all.len(),
        parsed: count(&|c| c.stage > Stage::Parse),
        usable: count(&|c| c.verdict != Verdict::Unsupported),
        with_warnings: count(&|c| c.verdict == Verdict::Warning),
        unsupported: count(&|c| c.verdict == Verdict::Unsupported),
        with_verbatim: count(&|c| c.verbatim),
        kinds,
    }
}

fn summary(totals: &Totals) -> String {
    let Totals {
        files,
        parsed,
        usable,
        with_warnings,
        unsupported,
        with_verbatim,
        kinds,
    } = totals;
    let mut text = format!(
        "\n{files} files: {parsed} parsed, {usable} usable ({with_warnings} with warnings), {unsupported} unsupported; \
         {with_verbatim} with VERBATIM\n"
    );
    for kind in kinds {
        text.push_str(&format!("{:6}  {}\n", kind.files, kind.kind));
    }
    text
}
