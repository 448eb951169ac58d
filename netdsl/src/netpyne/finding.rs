//! What was found in a NetPyNE model that is wrong, not supported, or not what NetPyNE does with it.

use super::at::At;
use netdsl_lang::check::Diagnostic;
use netdsl_lang::diag::did_you_mean;
use std::fmt;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The model cannot be loaded.
    Error,
    /// The model is loaded; worth knowing.
    Note,
}

/// Something about an item of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Where: `netParams.connParams['E->I'].wieght`.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// What NetPyNE does with it; may be empty.
    pub in_netpyne: String,
}

impl Finding {
    /// As text; with what NetPyNE does, if `explain`.
    #[must_use]
    pub fn text(&self, explain: bool) -> String {
        let word = match self.severity {
            Severity::Error => "error",
            Severity::Note => "note",
        };
        let mut text = format!("{word}: {}: {}", self.place, self.message);
        if !self.help.is_empty() {
            text.push_str("\n  help: ");
            text.push_str(&self.help);
        }
        if explain && !self.in_netpyne.is_empty() {
            text.push_str("\n  NetPyNE: ");
            text.push_str(&self.in_netpyne);
        }
        text
    }
}

impl From<&Diagnostic> for Finding {
    fn from(diagnostic: &Diagnostic) -> Self {
        let text = Diagnostic {
            place: String::new(),
            help: String::new(),
            ..diagnostic.clone()
        };
        Self {
            severity: Severity::Error,
            place: diagnostic.place.clone(),
            message: text.to_string().trim_start_matches("error: ").to_owned(),
            help: diagnostic.help.clone(),
            in_netpyne: String::new(),
        }
    }
}

/// Why a NetPyNE model could not be loaded: every mistake, and the notes.
#[derive(Clone, PartialEq)]
pub struct Findings(pub Vec<Finding>);

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let errors = self.0.iter().filter(|f| f.severity == Severity::Error);
        let texts: Vec<String> = errors.map(|finding| finding.text(false)).collect();
        f.write_str(&texts.join("\n"))
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Findings {}

/// Collects findings.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) all: Vec<Finding>,
    /// What NetPyNE passes over is passed over, and noted.
    pub(super) lenient: bool,
}

impl Found {
    fn add(&mut self, severity: Severity, place: &str, words: [String; 3]) {
        let [message, help, in_netpyne] = words;
        self.all.push(Finding {
            severity,
            place: place.to_owned(),
            message,
            help,
            in_netpyne,
        });
    }

    /// The model cannot be loaded.
    pub(super) fn error(&mut self, at: &At, message: impl Into<String>, help: &str, netpyne: &str) {
        let words = [message.into(), help.to_owned(), netpyne.to_owned()];
        self.add(Severity::Error, &at.path, words);
    }

    /// A mistake that NetPyNE passes over in silence.
    pub(super) fn slip(&mut self, at: &At, message: impl Into<String>, help: &str, netpyne: &str) {
        let severity = match self.lenient {
            true => Severity::Note,
            false => Severity::Error,
        };
        let words = [message.into(), help.to_owned(), netpyne.to_owned()];
        self.add(severity, &at.path, words);
    }

    /// Worth knowing.
    pub(super) fn note(&mut self, at: &At, message: impl Into<String>, netpyne: &str) {
        let words = [message.into(), String::new(), netpyne.to_owned()];
        self.add(Severity::Note, &at.path, words);
    }

    /// Something that NetPyNE can do and we cannot yet.
    pub(super) fn unsupported(&mut self, at: &At, what: &str, instead: &str, netpyne: &str) {
        self.error(at, format!("{what} cannot be loaded yet"), instead, netpyne);
    }

    /// A key that is not among the known ones.
    pub(super) fn unknown_key(&mut self, at: &At, key: &str, known: &[&str], netpyne: &str) {
        let message = format!("there is no such key{}", did_you_mean(key, known.to_vec()));
        let known = netdsl_lang::check::list(known);
        self.slip(at, message, &format!("the keys are {known}"), netpyne);
    }

    pub(super) fn errors(&self) -> usize {
        let errors = self.all.iter().filter(|f| f.severity == Severity::Error);
        errors.count()
    }
}
