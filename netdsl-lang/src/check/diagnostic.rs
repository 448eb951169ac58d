//! A mistake in a model, and all of them together.

use super::names::list;
use crate::diag::did_you_mean;
use std::fmt::{self, Display};
use std::ops::Range;

/// A step from a value of a model's file to one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the field of that name.
    Name(String),
    /// To the item of that index.
    Index(usize),
    /// To the name of the field itself; the last step.
    Key(String),
}

/// A mistake: where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whose mistake it is: ``population `E` ``.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it; empty if the message says so.
    pub help: String,
    /// The value in the model's file.
    pub path: Vec<Step>,
    /// The expression that is wrong, and the bytes of it that are.
    pub expression: Option<(String, Range<usize>)>,
    /// Where that is, for a model that was read from a text.
    pub source: Option<Excerpt>,
}

/// As many characters of a line as are shown on either side of a mistake.
const SHOWN: usize = 50;

/// A line of a file with a part underlined. Of a long line, the part around the mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The line, or the part of it around the mistake.
    pub text: String,
    /// Number of characters of `text` before the underlined ones.
    pub before: usize,
    /// Number of characters underlined.
    pub width: usize,
}

impl Excerpt {
    /// The line of `text` that holds the start of `span`.
    pub fn new(file: &str, text: &str, span: Range<usize>) -> Self {
        let start = character_at(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |k| k + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |k| start + k);
        let end = character_at(text, span.end).clamp(start, line_end);
        let line = text[line_start..line_end].trim_end();
        let part = Part::of(line, start - line_start..end - line_start);
        Self {
            file: file.to_owned(),
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            text: part.text,
            before: part.before,
            width: part.width,
        }
    }
}

/// The start of the character that byte `at` belongs to.
fn character_at(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What is shown of a long text: the part around a mistake.
struct Part {
    text: String,
    /// Characters before the underlined ones.
    before: usize,
    /// Characters underlined.
    width: usize,
}

impl Part {
    fn of(text: &str, span: Range<usize>) -> Self {
        let start = character_at(text, span.start);
        let end = character_at(text, span.end).max(start);
        let (head, middle, tail) = (&text[..start], &text[start..end], &text[end..]);
        let width = middle.chars().count();
        let skipped = head.chars().count().saturating_sub(SHOWN);
        let marked = width.min(2 * SHOWN);
        let more = SHOWN.saturating_sub(marked / 2);
        let cut = width > marked || tail.chars().nth(more).is_some();
        let mut shown = String::new();
        if skipped > 0 {
            shown.push_str(GAP);
        }
        shown.extend(head.chars().skip(skipped));
        let before = shown.chars().count();
        shown.extend(middle.chars().take(marked));
        if width <= marked {
            shown.extend(tail.chars().take(more));
        }
        if cut {
            shown.push_str(GAP);
        }
        Self {
            text: shown,
            before,
            width: marked.max(1),
        }
    }
}

/// Stands for what is not shown.
const GAP: &str = "..";

impl Diagnostic {
    /// A mistake whose place is in its message.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new("", message)
    }

    /// A mistake of `place`.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
            help: String::new(),
            path: Vec::new(),
            expression: None,
            source: None,
        }
    }

    /// `word` is not among the known words of its kind (``cell type``).
    pub fn unknown<'a>(
        place: impl Into<String>,
        kind: &str,
        word: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let mut message = format!("there is no {kind} `{word}`");
        message.push_str(&did_you_mean(word, known.iter().copied()));
        let help = match known.len() {
            0 => String::new(),
            1 => format!("the only one is {}", list(&known)),
            _ => format!("there are {}", list(&known)),
        };
        Self::new(place, message).help(help)
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.place.is_empty() {
            write!(f, "error: {}", self.message)?;
        } else {
            write!(f, "error: {}: {}", self.place, self.message)?;
        }
        if let Some(at) = &self.source {
            let number = at.line.to_string();
            let margin = " ".repeat(number.len());
            let before = " ".repeat(at.before);
            write!(f, "\n{margin}--> {}:{}:{}", at.file, at.line, at.column)?;
            write!(f, "\n{margin} |\n{number} | {}", at.text)?;
            write!(f, "\n{margin} | {before}{}", "^".repeat(at.width))?;
        }
        if let (None, Some((text, span))) = (&self.source, &self.expression) {
            let part = Part::of(text, span.clone());
            write!(
                f,
                "\n  | {}\n  | {}{}",
                part.text,
                " ".repeat(part.before),
                "^".repeat(part.width)
            )?;
        }
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

/// All mistakes that were found. As an error it prints each with its place.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No mistakes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, problem: Diagnostic) {
        self.0.push(problem);
    }

    /// Number of mistakes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of the model.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// `value` if there are none.
    ///
    /// # Errors
    /// The mistakes.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() {
            Ok(value)
        } else {
            Err(self)
        }
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.0.iter_mut()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, more: I) {
        self.0.extend(more);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Printed at most: a mistake in a loop is made a thousand times, and understood after a few.
const PRINTED: usize = 40;

impl Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (k, problem) in self.0.iter().take(PRINTED).enumerate() {
            if k > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        match self.0.len() {
            0 | 1 => Ok(()),
            n if n > PRINTED => write!(f, "\n{n} mistakes, of which the first {PRINTED} are shown"),
            n => write!(f, "\n{n} mistakes in the model"),
        }
    }
}

/// As it is displayed: what `main` and `unwrap` print.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_made_in_a_loop_is_not_printed_a_thousand_times() {
        let mut problems = Diagnostics::new();
        for k in 0..1000 {
            problems.push(Diagnostic::error(format!("number {k}")));
        }
        let text = problems.to_string();
        assert!(text.starts_with("error: number 0\n"), "{text}");
        assert!(
            text.contains("number 39\n") && !text.contains("number 40"),
            "{text}"
        );
        assert!(
            text.ends_with("1000 mistakes, of which the first 40 are shown"),
            "{text}"
        );
    }
}
