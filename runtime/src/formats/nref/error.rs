//! What can be wrong with a reference file.

use std::fmt;

/// A mistake in a reference file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NrefError {
    /// Broken gzip.
    #[error("the file does not uncompress: {0}")]
    Compression(String),
    /// Not a reference file at all.
    #[error("{message}")]
    Whole {
        /// What it is, or is not.
        message: String,
    },
    /// Not the JSON that is expected.
    #[error("{place}: {message}")]
    Syntax {
        /// Path of keys.
        place: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// Keys the format does not know.
    #[error("{place}: unknown key; nref-1 does not have it")]
    UnknownKey {
        /// Path of keys.
        place: String,
    },
    /// Mechanisms that are not there, all of them.
    #[error("no mechanism is called {}; name the folder with their .mod files: --mechanisms DIR", quoted(.names))]
    Mechanisms {
        /// Their names.
        names: Vec<String>,
    },
    /// Something that cannot be.
    #[error("{place}: {message}")]
    At {
        /// Path of keys.
        place: String,
        /// What is wrong.
        message: String,
    },
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// All mistakes in a reference file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub struct NrefErrors(pub Vec<NrefError>);

impl From<NrefError> for NrefErrors {
    fn from(error: NrefError) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for NrefErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, error) in self.0.iter().enumerate() {
            let line_end = if k == 0 { "" } else { "\n" };
            write!(f, "{line_end}{error}")?;
        }
        Ok(())
    }
}
