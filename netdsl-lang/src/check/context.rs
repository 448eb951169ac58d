//! What every rule works with: the model, the mechanisms, and the mistakes so far.

use super::params::NamedValues;
use super::{Diagnostic, Diagnostics, Step};
use crate::expr::Mistake;
use crate::mech::Program;
use crate::model::Network;
use std::rc::Rc;

/// What a check must know about mechanisms.
pub trait MechanismInfo {
    /// The mechanism called `name`, shipped or the model's own.
    fn program(&self, name: &str) -> Option<&Program>;

    /// Names of all mechanisms.
    fn names(&self) -> Vec<&str>;

    /// Whether there are no others: whether a mechanism that is not known is a mistake.
    fn complete(&self) -> bool {
        true
    }
}

/// Nothing is known about mechanisms: what depends on them is not checked.
pub(super) struct Unknown;

impl MechanismInfo for Unknown {
    fn program(&self, _name: &str) -> Option<&Program> {
        None
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }

    fn complete(&self) -> bool {
        false
    }
}

impl MechanismInfo for [Program] {
    fn program(&self, name: &str) -> Option<&Program> {
        self.iter().find(|p| p.name == name)
    }

    fn names(&self) -> Vec<&str> {
        self.iter().map(|p| p.name.as_str()).collect()
    }
}

impl MechanismInfo for Vec<Program> {
    fn program(&self, name: &str) -> Option<&Program> {
        self.as_slice().program(name)
    }

    fn names(&self) -> Vec<&str> {
        self.as_slice().names()
    }
}

/// A part of the model: what it is called, and where it stands in the model's file.
#[derive(Clone, Debug, Default)]
pub(super) struct At {
    place: String,
    path: Vec<Step>,
}

impl At {
    /// Item `index` of the list `list`, called `place`.
    pub(super) fn item(list: &str, index: usize, place: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            path: vec![Step::Name(list.to_owned()), Step::Index(index)],
        }
    }

    /// The field `name` of the model.
    pub(super) fn top(name: &str) -> Self {
        Self::default().field(name)
    }

    /// A field of it.
    #[must_use]
    pub(super) fn field(&self, name: &str) -> Self {
        self.step(Step::Name(name.to_owned()))
    }

    /// An item of it.
    #[must_use]
    pub(super) fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// The name of a field of it.
    #[must_use]
    pub(super) fn key(&self, name: &str) -> Self {
        self.step(Step::Key(name.to_owned()))
    }

    /// The same place in the file, called ``place``, more exactly.
    #[must_use]
    pub(super) fn called(mut self, more: &str) -> Self {
        if self.place.is_empty() {
            self.place = more.to_owned();
        } else {
            self.place = format!("{}, {more}", self.place);
        }
        self
    }

    /// The weight of the rule that has the synapse `contact`.
    pub(super) fn weight_of(contact: &Self) -> Self {
        let mut rule = contact.clone();
        rule.path.truncate(2);
        rule.field("weight")
    }

    fn step(&self, step: Step) -> Self {
        let mut inside = self.clone();
        inside.path.push(step);
        inside
    }
}

/// A check under way.
pub(super) struct Check<'a> {
    pub(super) network: &'a Network,
    pub(super) mechanisms: &'a dyn MechanismInfo,
    /// The network's parameters.
    pub(super) global: Rc<NamedValues>,
    pub(super) problems: Diagnostics,
}

impl<'a> Check<'a> {
    pub(super) fn new(network: &'a Network, mechanisms: &'a dyn MechanismInfo) -> Self {
        Self {
            network,
            mechanisms,
            global: Rc::new(NamedValues::of(network)),
            problems: Diagnostics::default(),
        }
    }

    /// The same mistake, found by several rules, is one.
    fn add(&mut self, problem: Diagnostic) {
        if !self.problems.iter().any(|known| *known == problem) {
            self.problems.push(problem);
        }
    }

    /// A mistake in an expression.
    pub(super) fn in_expression(&mut self, at: &At, text: &str, mistake: Mistake) {
        let strange = mistake.message.starts_with("there is no variable")
            && !mistake.message.contains("did you mean");
        let help = match strange {
            true => {
                "a number with a name is a parameter of the network: `params` in a file, `param` in `network!`"
            }
            false => "",
        };
        self.add(Diagnostic {
            path: at.path.clone(),
            expression: Some((text.to_owned(), mistake.span)),
            ..Diagnostic::new(&at.place, mistake.message).help(help)
        });
    }

    /// A mistake at `at`, with advice (or none).
    pub(super) fn problem(&mut self, at: &At, message: impl Into<String>, help: impl Into<String>) {
        self.add(Diagnostic {
            path: at.path.clone(),
            ..Diagnostic::new(&at.place, message).help(help)
        });
    }

    /// `word` is none of the known words of its kind.
    pub(super) fn unknown<'n>(
        &mut self,
        at: &At,
        kind: &str,
        word: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        self.add(Diagnostic {
            path: at.path.clone(),
            ..Diagnostic::unknown(&at.place, kind, word, known)
        });
    }

    /// Names of one kind that stand for several things, and names that are not names.
    pub(super) fn names<'n>(&mut self, kind: &str, names: impl IntoIterator<Item = (&'n str, At)>) {
        let mut seen: Vec<&str> = Vec::new();
        for (name, at) in names {
            if seen.contains(&name) {
                let message = format!("there is another {kind} `{name}`");
                self.problem(&at, message, "give each a name of its own");
            }
            seen.push(name);
            if name.is_empty() {
                self.problem(&at, format!("this {kind} has no name"), "");
            } else if !is_word(name) {
                let message = format!("`{name}` cannot be the name of a {kind}");
                let help = "a name has letters, digits and `_`, and does not begin with a digit";
                self.problem(&at, message, help);
            }
        }
    }

    /// The mechanism called `name`.
    pub(super) fn mechanism(&mut self, at: &At, name: &str) -> Option<&'a Program> {
        let found = self.mechanisms.program(name);
        if found.is_none() && self.mechanisms.complete() {
            let mechanisms = self.mechanisms;
            self.unknown(at, "mechanism", name, mechanisms.names());
        }
        found
    }
}

fn is_word(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}
