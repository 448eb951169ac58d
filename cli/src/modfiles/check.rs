//! Compiles a file and keeps what was said about it.

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use netdsl_lang::check::{Diagnostic, Diagnostics};
use netdsl_lang::nmodl::{UnitCheck, examine};
use serde::Serialize;

use super::kind::kind;
use super::{beside, read};

/// What became of a file.
#[derive(Debug, Serialize)]
pub(super) struct Checked {
    pub(super) file: PathBuf,
    pub(super) verdict: Verdict,
    /// How far the file came.
    pub(super) stage: Stage,
    /// Name of the mechanism, where there is a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mechanism: Option<String>,
    /// The file has C code.
    pub(super) verbatim: bool,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
    /// Mistakes in units, where they are allowed.
    pub(super) units: Vec<Problem>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Ok,
    /// It can be used; something in it is remarkable.
    Warning,
    /// It cannot be used.
    Unsupported,
}

/// The last stage a file reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stage {
    /// The file could not be read.
    Read,
    /// It was read, and does not follow the grammar.
    Parse,
    /// It has a tree, and no program.
    Lower,
    /// It has a program.
    Program,
}

/// A mistake or a remark.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    /// The message without what is particular to the file.
    pub(super) kind: String,
    pub(super) message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) help: String,
    /// From 1; 0 if the message is about the whole file.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
    /// The line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
}

impl Problem {
    fn of_file(message: String) -> Self {
        Self {
            kind: kind(&message),
            message,
            help: String::new(),
            line: 0,
            column: 0,
            text: String::new(),
        }
    }

    fn new(diagnostic: &Diagnostic) -> Self {
        let mut problem = Self::of_file(diagnostic.message.clone());
        problem.help.clone_from(&diagnostic.help);
        if let Some(at) = &diagnostic.source {
            problem.line = at.line;
            problem.column = at.column;
            at.text.trim().clone_into(&mut problem.text);
        }
        problem
    }

    fn all(diagnostics: &Diagnostics) -> Vec<Self> {
        diagnostics.iter().map(Self::new).collect()
    }
}

/// Compiles a file.
pub(super) fn check_file(file: &Path, units: UnitCheck) -> Checked {
    let text = match read(file) {
        Ok(text) => text,
        Err(message) => return failed(file, Stage::Read, vec![Problem::of_file(message)]),
    };
    let shown = file.display().to_string();
    // a defect of the compiler must not hide what the other files are like
    let mut checked =
        catch_unwind(|| compile(file, &shown, &text, units)).unwrap_or_else(|_| crashed(file));
    checked.verbatim = has_verbatim(&text);
    checked
}

fn compile(file: &Path, shown: &str, text: &str, units: UnitCheck) -> Checked {
    let found = examine(text, shown, &beside, units);
    let stage = match (&found.tree, &found.program) {
        (None, _) => Stage::Parse,
        (Some(_), None) => Stage::Lower,
        (Some(_), Some(_)) => Stage::Program,
    };
    let verdict = match (stage, found.warnings.is_empty()) {
        (Stage::Program, true) => Verdict::Ok,
        (Stage::Program, false) => Verdict::Warning,
        _ => Verdict::Unsupported,
    };
    Checked {
        file: file.to_owned(),
        verdict,
        stage,
        mechanism: found.program.map(|program| program.name),
        verbatim: false,
        problems: Problem::all(&found.problems),
        warnings: Problem::all(&found.warnings),
        units: Problem::all(&found.units),
    }
}

fn failed(file: &Path, stage: Stage, problems: Vec<Problem>) -> Checked {
    Checked {
        file: file.to_owned(),
        verdict: Verdict::Unsupported,
        stage,
        mechanism: None,
        verbatim: false,
        problems,
        warnings: Vec::new(),
        units: Vec::new(),
    }
}

fn crashed(file: &Path) -> Checked {
    let message = "netdsl failed on this file; the fault is netdsl's: please report it".to_owned();
    failed(file, Stage::Lower, vec![Problem::of_file(message)])
}

/// Whether a line begins with VERBATIM: C code, outside of comments more often than not.
fn has_verbatim(text: &str) -> bool {
    let begins = |line: &str| line.trim_start().starts_with("VERBATIM");
    text.lines().any(begins)
}
