//! Populations: which cells there are and where.

use super::{Parameters, Table, Value};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Cells of one type under one name. Exactly one of `cells`, `density`, `grid` and `positions` is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "builders", derive(typed_builder::TypedBuilder))]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// Name.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub name: String,
    /// Name of the cell type.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub cell: String,
    /// Number of cells. Scope: network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub cells: Option<Value>,
    /// Cells per volume (/mm³). Scope: network and one of `x_norm`, `y_norm`, `z_norm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub density: Option<Value>,
    /// Spacing along x, y and z of a grid, lengths (µm). Scope: network.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::quantity::optional_three"
    )]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option)))]
    pub grid: Option<[Value; 3]>,
    /// Positions, µm: one cell at each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option)))]
    pub positions: Option<Vec<[f64; 3]>>,
    /// Where along x; the whole extent if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub x: Option<Interval>,
    /// Where along y (depth); the whole extent if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub y: Option<Interval>,
    /// Where along z; the whole extent if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub z: Option<Interval>,
    /// Parameters that differ from the cell type's, for artificial cells. Scope: cell.
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub parameters: Parameters,
    /// Words and numbers that rules may select by.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub tags: Table<Tag>,
}

/// How many cells there are and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Placement<'a> {
    /// That many cells, at random.
    Cells(&'a Value),
    /// That many cells per volume, at random.
    Density(&'a Value),
    /// Cells at every point of a grid with this spacing along x, y and z.
    Grid(&'a [Value; 3]),
    /// A cell at each position, µm.
    Positions(&'a [[f64; 3]]),
}

impl Population {
    /// A population of that name and cell type, to be completed.
    pub fn new(name: impl Into<String>, cell: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            cell: cell.into(),
            cells: None,
            density: None,
            grid: None,
            positions: None,
            x: None,
            y: None,
            z: None,
            parameters: Parameters::default(),
            tags: Table::default(),
        }
    }

    /// Every way of placing cells that is given; a checked population has one.
    pub fn placements(&self) -> Vec<Placement<'_>> {
        let mut found = Vec::new();
        found.extend(self.cells.as_ref().map(Placement::Cells));
        found.extend(self.density.as_ref().map(Placement::Density));
        found.extend(self.grid.as_ref().map(Placement::Grid));
        found.extend(self.positions.as_deref().map(Placement::Positions));
        found
    }

    /// How cells are placed; `None` where not exactly one way is given, which a check reports.
    pub fn placement(&self) -> Option<Placement<'_>> {
        match self.placements()[..] {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// A part of an axis. Scope: network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Interval {
    /// From .. to, lengths (µm).
    Absolute([Value; 2]),
    /// From .. to, as parts of the network's extent, 0..1.
    Norm([Value; 2]),
}

impl Interval {
    /// From .. to, as parts of the network's extent.
    pub fn norm(range: std::ops::Range<impl Into<Value>>) -> Self {
        Self::Norm([range.start.into(), range.end.into()])
    }
}

impl<V: Into<Value>> From<std::ops::Range<V>> for Interval {
    /// Lengths.
    fn from(range: std::ops::Range<V>) -> Self {
        Self::Absolute([range.start.into(), range.end.into()])
    }
}

/// A word or a number.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Tag {
    /// A number without unit.
    Number(f64),
    /// A word.
    Word(String),
}

impl From<f64> for Tag {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Tag {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TagVisitor;
        impl Visitor<'_> for TagVisitor {
            type Value = Tag;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a word or a number")
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Tag, E> {
                Ok(Tag::Word(word.to_owned()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Tag, E> {
                Ok(Tag::Number(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Tag, E> {
                Ok(Tag::Number(number as f64))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Tag, E> {
                Ok(Tag::Number(number as f64))
            }
        }
        deserializer.deserialize_any(TagVisitor)
    }
}
