//! Models as JSON: written from the model's types, read with all mistakes found, each at its place.

mod de;
mod error;
mod locate;
mod node;

use super::{MODEL_VERSION, Network};
use crate::check::{Diagnostic, Diagnostics, Excerpt, Step};
use de::Reader;
use error::{Mistake, ReadError};
use node::Node;
use serde::de::DeserializeOwned;
use std::fmt::Write;
use std::ops::Range;

/// As many mistakes of structure as are reported for one file.
const MOST: usize = 100;

impl Network {
    /// Reads a network from JSON. `file_name` is for messages. The structure only is checked: see [`crate::check`] for
    /// whether the model makes sense.
    ///
    /// # Errors
    /// Everything that is not as the model's types want it, with line and column.
    pub fn from_json(text: &str, file_name: &str) -> Result<Self, Diagnostics> {
        read(text, file_name, true)
    }

    /// The network as JSON: indented, in the order of the fields, the same text for the same network.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a model has text keys only");
        text.push('\n');
        text
    }
}

impl super::RunConfig {
    /// Reads the settings of a run from JSON, as [`Network::from_json`].
    ///
    /// # Errors
    /// As [`Network::from_json`].
    pub fn from_json(text: &str, file_name: &str) -> Result<Self, Diagnostics> {
        read(text, file_name, false)
    }
}

fn read<T: DeserializeOwned>(text: &str, file: &str, versioned: bool) -> Result<T, Diagnostics> {
    // a byte order mark, as editors of Windows write it
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut node: Node = match serde_json::from_str(text) {
        Ok(node) => node,
        Err(e) => return Err(not_json(&e, text, file)),
    };
    let mut problems = Diagnostics::default();
    if versioned && let Some(problem) = wrong_version(&mut node) {
        problems.push(problem);
        return Err(problems.located(text, file));
    }
    while problems.len() < MOST {
        match T::deserialize(Reader(&node)) {
            Ok(read) if problems.is_empty() => return Ok(read),
            Ok(_) => break,
            Err(mut e) => {
                e.path.reverse();
                let problem = report(&e);
                if problems.iter().all(|known| *known != problem) {
                    problems.push(problem);
                }
                if !repair(&mut node, e) {
                    break;
                }
            }
        }
    }
    Err(problems.located(text, file))
}

fn not_json(error: &serde_json::Error, text: &str, file: &str) -> Diagnostics {
    let mut message = error.to_string();
    message.truncate(message.rfind(" at line").unwrap_or(message.len()));
    let span = offset(text, error.line(), error.column());
    let found = text[span.clone()].chars().next();
    let mut problem = Diagnostic::new("", format!("this is not JSON: {message}"));
    if let Some(c @ ('\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2018}' | '\u{2019}' | '\'')) = found
    {
        problem.message = format!(
            "this is not JSON: names and texts stand in straight quotes \"..\", not in {c}"
        );
    } else if text.trim().is_empty() {
        problem.message = "this is not JSON: the file is empty".into();
    }
    problem.source = Some(Excerpt::new(file, text, span));
    let mut problems = Diagnostics::default();
    problems.push(problem);
    problems
}

/// A file of another version may differ in anything, so nothing else is said about it.
fn wrong_version(node: &mut Node) -> Option<Diagnostic> {
    let path = vec![Step::Name("version".into())];
    let problem = match node.at(&path) {
        Some(Node::Natural(n)) if *n == u64::from(MODEL_VERSION) => return None,
        Some(other) => {
            let message = format!(
                "the version of this model is {}, but only version {MODEL_VERSION} can be read",
                other.describe()
            );
            Diagnostic::new("", message).help("use the release of netdsl that wrote it")
        }
        None => Diagnostic::new("", "this is not a model: it has no `version`").help(format!(
            "a model begins with {{ \"version\": {MODEL_VERSION}, ..."
        )),
    };
    Some(Diagnostic { path, ..problem })
}

fn report(error: &ReadError) -> Diagnostic {
    let place = place(&error.path);
    let mut path = error.path.clone();
    let problem = match &error.mistake {
        Mistake::Unknown { field, known } => {
            path.push(Step::Key(field.clone()));
            Diagnostic::unknown(&place, "field", field, known.iter().copied())
        }
        Mistake::UnknownVariant { word, known } => {
            Diagnostic::unknown(&place, "choice", word, known.iter().copied())
        }
        Mistake::Missing(field) => {
            Diagnostic::new(&place, format!("the field `{field}` is missing"))
        }
        Mistake::Repeated(field) => {
            path.push(Step::Key(field.clone()));
            Diagnostic::new(&place, format!("the field `{field}` is given twice"))
        }
        Mistake::Wrong(message) => Diagnostic::new(&place, message.clone()),
    };
    Diagnostic { path, ..problem }
}

impl Diagnostics {
    /// The mistakes with the lines of the file that the model was read from.
    #[must_use]
    pub fn located(mut self, text: &str, file: &str) -> Self {
        for problem in self.iter_mut().filter(|p| p.source.is_none()) {
            let mut span = locate::locate(text, &problem.path);
            if let Some((expression, part)) = &problem.expression {
                span = within(text, span, expression, part);
            }
            problem.source = Some(Excerpt::new(file, text, span));
        }
        self
    }
}

/// A part of an expression whose text in the file is at `span`: all of it where escapes keep the two from lining up.
fn within(text: &str, span: Range<usize>, expression: &str, part: &Range<usize>) -> Range<usize> {
    let inside = span.start + 1..span.end.saturating_sub(1);
    if text.get(inside.clone()) == Some(expression) {
        inside.start + part.start..inside.start + part.end
    } else {
        span
    }
}

/// Takes the mistake out of the tree, so that the next one shows.
fn repair(node: &mut Node, error: ReadError) -> bool {
    let Some(at) = node.at(&error.path) else {
        return false;
    };
    match (error.mistake, at) {
        (Mistake::Unknown { field, .. }, Node::Object(entries)) => {
            entries.retain(|(name, _)| *name != field);
        }
        (Mistake::Repeated(field), Node::Object(entries)) => {
            let mut seen = false;
            entries.retain(|(name, _)| *name != field || !std::mem::replace(&mut seen, true));
        }
        (Mistake::Missing(field), Node::Object(entries)) => {
            entries.push((field.to_owned(), Node::Hole));
        }
        (_, Node::Hole) => return false,
        // where a list may not be empty, a hole alone would be
        (_, Node::List(items)) if items.is_empty() => items.push(Node::Hole),
        (_, at) => *at = Node::Hole,
    }
    true
}

/// `populations[2].cells`
fn place(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Name(name) | Step::Key(name) if text.is_empty() => text.push_str(name),
            Step::Name(name) | Step::Key(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Index(k) => write!(text, "[{k}]").expect("writing to a string cannot fail"),
        }
    }
    text
}

fn offset(text: &str, line: usize, column: usize) -> Range<usize> {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    // serde_json counts bytes; the character that the byte belongs to is shown
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let length = text[at..].chars().next().map_or(0, char::len_utf8);
    at..at + length
}
