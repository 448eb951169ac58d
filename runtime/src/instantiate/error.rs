//! What is found wrong when a network is built: all of it at once, each with its place and a remedy.

use std::borrow::Cow;
use std::fmt;

use netdsl_lang::check::{Diagnostic, Diagnostics};

/// A mistake that only the whole network shows.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkError {
    /// Whose it is: ``connection rule `EI` ``.
    pub place: String,
    /// What is wrong.
    pub mistake: Mistake,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Mistake {
    /// One of the model, which its check finds.
    #[error("{0}")]
    Model(Box<Diagnostic>),
    /// An expression that cannot be understood.
    #[error("{message}")]
    Expression {
        /// Why, with the expression.
        message: String,
    },
    /// A name that stands for nothing.
    #[error("there is no {kind} `{name}`{near}")]
    Unknown {
        /// ``cell type``.
        kind: &'static str,
        /// The name.
        name: String,
        /// `; did you mean ...?`, or nothing.
        near: String,
    },
    /// A selector without cells.
    #[error("no cell is {side}")]
    NoCells {
        /// `presynaptic`, `postsynaptic`, `stimulated`.
        side: &'static str,
    },
    /// A number where another kind of number is needed.
    #[error("`{what}` is {value}{}{}", whom(.of), others(.count))]
    Number {
        /// The field.
        what: String,
        /// Its value.
        value: f64,
        /// What it must be.
        must: Cow<'static, str>,
        /// Whose value it is.
        of: Whose,
        /// How many values are wrong.
        count: u64,
    },
    /// More partners than there are.
    #[error("`{what}` is {value}{}, but there are {possible} cells to choose from{}", whom(.of), others(.count))]
    Partners {
        /// `convergence` or `divergence`.
        what: &'static str,
        /// Its value.
        value: f64,
        /// Cells that may be chosen.
        possible: usize,
        /// Whose value it is.
        of: Whose,
        /// How many cells ask for too many.
        count: u64,
    },
    /// A list that is too short or too long.
    #[error("`{what}` has {found} values, not {wanted}")]
    Length {
        /// The list.
        what: String,
        /// Values in it.
        found: usize,
        /// Values wanted.
        wanted: usize,
        /// One for each of what.
        each: &'static str,
    },
    /// A section that a cell does not have.
    #[error("cell type `{cell}` has no section or section list `{section}`")]
    NoSection {
        /// The name.
        section: String,
        /// The cell type.
        cell: String,
        /// Those it has.
        known: Vec<String>,
    },
    /// A pair of a list that cannot be made.
    #[error("pair {index} of the list, ({pre}, {post}), {why}")]
    Pair {
        /// Its position in the list, from 0.
        index: usize,
        /// Presynaptic index.
        pre: u32,
        /// Postsynaptic index.
        post: u32,
        /// What is wrong with it.
        why: String,
    },
    /// What another rank found, with its place and remedy.
    #[error("{0}")]
    Elsewhere(String),
    /// Something that does not go with something else.
    #[error("{what}")]
    Conflict {
        /// What.
        what: String,
        /// What to do about it.
        help: &'static str,
    },
}

/// Whose value is wrong, by gid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// That of the whole network or rule.
    All,
    /// A cell's.
    Cell(u32),
    /// That of the connection from the first to the second.
    Pair(u32, u32),
}

fn whom(whose: &Whose) -> String {
    match whose {
        Whose::All => String::new(),
        Whose::Cell(gid) => format!(" for cell {gid}"),
        Whose::Pair(pre, post) => format!(" for the pair {pre} -> {post}"),
    }
}

fn others(count: &u64) -> String {
    match count {
        0 | 1 => String::new(),
        2 => ", and so is one more".into(),
        _ => format!(", and {} more are wrong", count - 1),
    }
}

impl Mistake {
    /// What to do about it; empty where the message says so.
    pub fn help(&self) -> String {
        match self {
            Self::Model(_) | Self::Expression { .. } | Self::Elsewhere(_) => String::new(),
            Self::Unknown { .. } => "correct the name, or declare it".into(),
            Self::NoCells { .. } => {
                "check the names, tags, indices and `where` against the populations; a population \
                 may also be empty or lie elsewhere"
                    .into()
            }
            Self::Number { must, what, .. } => format!("`{what}` {must}"),
            Self::Partners { what, .. } => {
                format!(
                    "ask for fewer with `{what}: min(.., ..)`, allow self-connections, or widen `where`"
                )
            }
            Self::Length { each, .. } => format!("give one for each {each}"),
            Self::NoSection { known, .. } => format!("it has {}", known.join(", ")),
            Self::Pair { .. } => {
                "a pair holds positions among the cells the rule selects, from 0, in gid order"
                    .into()
            }
            Self::Conflict { help, .. } => (*help).into(),
        }
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if let Mistake::Model(problem) = &self.mistake {
            return problem.fmt(f);
        }
        if let Mistake::Elsewhere(text) = &self.mistake {
            return f.write_str(text);
        }
        write!(f, "error: {}: {}", self.place, self.mistake)?;
        match self.mistake.help() {
            help if help.is_empty() => Ok(()),
            help => write!(f, "\n  help: {help}"),
        }
    }
}

/// All mistakes, in the order of the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkErrors(pub Vec<NetworkError>);

impl fmt::Display for NetworkErrors {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (k, error) in self.0.iter().enumerate() {
            let separator = if k == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for NetworkErrors {}

impl From<Diagnostics> for NetworkErrors {
    fn from(found: Diagnostics) -> Self {
        let error = |problem: Diagnostic| NetworkError {
            place: problem.place.clone(),
            mistake: Mistake::Model(Box::new(problem)),
        };
        Self(found.iter().cloned().map(error).collect())
    }
}

impl NetworkErrors {
    /// Adds a mistake of `place`.
    pub(crate) fn add(&mut self, place: &str, mistake: Mistake) {
        self.0.push(NetworkError {
            place: place.to_owned(),
            mistake,
        });
    }

    /// Takes the value, or notes the mistake.
    pub(crate) fn take<T>(&mut self, place: &str, result: Result<T, Mistake>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(mistake) => {
                self.add(place, mistake);
                None
            }
        }
    }
}
