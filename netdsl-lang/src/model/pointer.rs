//! What a POINTER of a mechanism stands for: a variable of the same cell.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A variable of a cell, written `cai` (of the same place), `dend(0.5).cai`, or `soma.stim.i` (of a point process).
#[derive(Clone, Debug, PartialEq)]
pub struct CellVariable {
    /// Where it is.
    pub owner: VariableOwner,
    /// NEURON's name of a section's variable (`v`, `cai`, `m_hh`), or a point process's own (`i`); `ca[2]` for an element.
    pub variable: String,
}

/// Where a variable of a cell is.
#[derive(Clone, Debug, PartialEq)]
pub enum VariableOwner {
    /// Where whoever refers to it is.
    Here,
    /// A place of a section.
    Place {
        /// Section.
        section: String,
        /// Position along it, 0..1.
        loc: f64,
    },
    /// A point process of a section.
    Point {
        /// Section.
        section: String,
        /// Name of the point process in that section.
        point: String,
    },
}

/// A text that is no variable of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct NoVariable(String);

impl fmt::Display for NoVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no variable of a cell: write `cai`, `dend(0.5).cai` or `soma.stim.i`",
            self.0
        )
    }
}

impl std::error::Error for NoVariable {}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// A name, perhaps with the number of an element.
fn is_variable(text: &str) -> bool {
    match text.split_once('[') {
        None => is_name(text),
        Some((name, rest)) => {
            let number = rest.strip_suffix(']');
            is_name(name) && number.is_some_and(|n| n.parse::<u32>().is_ok())
        }
    }
}

impl FromStr for CellVariable {
    type Err = NoVariable;

    fn from_str(text: &str) -> Result<Self, NoVariable> {
        let wrong = || NoVariable(text.to_owned());
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (owner, variable) = if let Some((section, rest)) = plain.split_once('(') {
            let (loc, variable) = rest.split_once(").").ok_or_else(wrong)?;
            let loc = loc.parse().map_err(|_| wrong())?;
            let fine = is_name(section) && (0.0..=1.0).contains(&loc);
            if !fine {
                return Err(wrong());
            }
            let section = section.to_owned();
            (VariableOwner::Place { section, loc }, variable)
        } else {
            match plain.split('.').collect::<Vec<_>>().as_slice() {
                [variable] => (VariableOwner::Here, *variable),
                [section, point, variable] if is_name(section) && is_name(point) => {
                    let (section, point) = ((*section).to_owned(), (*point).to_owned());
                    (VariableOwner::Point { section, point }, *variable)
                }
                _ => return Err(wrong()),
            }
        };
        if !is_variable(variable) {
            return Err(wrong());
        }
        Ok(Self {
            owner,
            variable: variable.to_owned(),
        })
    }
}

impl fmt::Display for CellVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.owner {
            VariableOwner::Here => {}
            VariableOwner::Place { section, loc } => write!(f, "{section}({loc}).")?,
            VariableOwner::Point { section, point } => write!(f, "{section}.{point}.")?,
        }
        f.write_str(&self.variable)
    }
}

impl Serialize for CellVariable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CellVariable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl From<&str> for CellVariable {
    /// # Panics
    /// If the text is no variable of a cell; [`str::parse`] gives an error instead.
    fn from(text: &str) -> Self {
        text.parse().unwrap_or_else(|e: NoVariable| panic!("{e}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_as_they_are_written() {
        for text in [
            "v",
            "ca[2]",
            "dend(0.5).cai",
            "soma.stim.i",
            "axon_1(1).m_hh",
        ] {
            let read: CellVariable = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        let spaced: CellVariable = "dend (0.25) . cai".parse().unwrap();
        assert_eq!(spaced.to_string(), "dend(0.25).cai");
    }

    #[test]
    fn what_is_no_variable_is_told() {
        for text in [
            "",
            "a.b",
            "dend(2).v",
            "dend(0.5)v",
            "a.b.c.d",
            "3",
            "dend(x).v",
            "v[a]",
        ] {
            let error = text.parse::<CellVariable>().unwrap_err().to_string();
            assert!(error.contains("is no variable of a cell"), "{text}");
        }
    }
}
