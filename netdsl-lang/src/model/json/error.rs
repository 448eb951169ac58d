//! What can be wrong with a file's structure.

use crate::check::Step;
use serde::de::{self, Expected, Unexpected};
use std::fmt::{self, Display};

/// A mistake and where it is.
#[derive(Debug)]
pub(super) struct ReadError {
    /// From the outermost value; collected from the inside, so in reverse while it travels.
    pub(super) path: Vec<Step>,
    pub(super) mistake: Mistake,
}

/// A mistake of structure.
#[derive(Debug)]
pub(super) enum Mistake {
    Unknown {
        field: String,
        known: &'static [&'static str],
    },
    UnknownVariant {
        word: String,
        known: &'static [&'static str],
    },
    Missing(&'static str),
    Repeated(String),
    /// Something else is there than is wanted; the rest of the message.
    Wrong(String),
}

impl ReadError {
    fn here(mistake: Mistake) -> Self {
        Self {
            path: Vec::new(),
            mistake,
        }
    }

    /// The error as seen from the value that holds `step`.
    pub(super) fn inside(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }
}

impl Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?}", self.mistake)
    }
}

impl std::error::Error for ReadError {}

impl de::Error for ReadError {
    fn custom<T: Display>(message: T) -> Self {
        Self::here(Mistake::Wrong(message.to_string()))
    }

    fn invalid_type(found: Unexpected, expected: &dyn Expected) -> Self {
        wrong(&expected.to_string(), found)
    }

    fn invalid_value(found: Unexpected, expected: &dyn Expected) -> Self {
        wrong(&expected.to_string(), found)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::custom(format_args!(
            "this should be {expected}, but has {length} items"
        ))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::here(Mistake::Unknown {
            field: field.to_owned(),
            known,
        })
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        Self::here(Mistake::UnknownVariant {
            word: word.to_owned(),
            known,
        })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::here(Mistake::Missing(field))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::here(Mistake::Repeated(field.to_owned()))
    }
}

fn wrong(expected: &str, found: Unexpected) -> ReadError {
    let wanted = match expected {
        "a string" => "a text",
        "u32" => "a whole number from 0 to 4294967295",
        "f64" => "a number",
        "a sequence" => "a list",
        "a map" => "an object",
        "a boolean" => "`true` or `false`",
        "an array of length 3" => "a list of 3 items",
        "an array of length 2" | "a tuple of size 2" => "a list of 2 items",
        other => other,
    };
    de::Error::custom(format_args!(
        "this should be {wanted}, not {}",
        plain(found)
    ))
}

fn plain(found: Unexpected) -> String {
    match found {
        Unexpected::Seq => "a list".into(),
        Unexpected::Map => "an object".into(),
        Unexpected::Unit => "null".into(),
        Unexpected::Str(text) => format!("the text \"{}\"", shortened(text)),
        Unexpected::Unsigned(n) => format!("the number {n}"),
        Unexpected::Signed(n) => format!("the number {n}"),
        Unexpected::Float(x) => format!("the number {x:?}"),
        Unexpected::Bool(b) => format!("`{b}`"),
        other => other.to_string(),
    }
}

/// A text of the file, cut where it is long.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}
