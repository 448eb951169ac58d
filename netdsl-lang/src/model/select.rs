//! Which cells a rule, a stimulus or a recording means.

use super::{Population, Table, Tag};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// Cells. What is given must all hold; an empty selector means every cell, which rules and stimuli refuse: they name
/// populations, cell types or tags. A list that a file gives is not empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// Of any of these populations; all if empty.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "not_empty"
    )]
    pub populations: Vec<String>,
    /// Of any of these cell types; all if empty.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "not_empty"
    )]
    pub cell_types: Vec<String>,
    /// Of populations that have each of these tags with one of the values.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub tags: Table<Vec<Tag>>,
    /// Of the cells so selected, in gid order, those at these indices; all if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cells: Option<Vec<u32>>,
}

impl Selector {
    /// The cells of one population.
    pub fn population(name: impl Into<String>) -> Self {
        Self::populations([name])
    }

    /// The cells of several populations.
    pub fn populations<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self {
            populations: names.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

/// A list that means "all" or "the usual" where it is absent, and nothing sensible where it is empty.
pub(super) fn not_empty<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items = Vec::deserialize(deserializer)?;
    if items.is_empty() {
        return Err(D::Error::custom(
            "this list is empty: name what is meant, or leave the field out",
        ));
    }
    Ok(items)
}

impl Selector {
    /// Whether it says nothing about populations, cell types and tags.
    pub fn names_nothing(&self) -> bool {
        self.populations.is_empty() && self.cell_types.is_empty() && self.tags.is_empty()
    }

    /// Whether cells of that population may be among the selected ones.
    pub fn admits(&self, population: &Population) -> bool {
        let any = |names: &[String], name: &String| names.is_empty() || names.contains(name);
        any(&self.populations, &population.name)
            && any(&self.cell_types, &population.cell)
            && self.tags.iter().all(|(tag, wanted)| {
                population
                    .tags
                    .get(tag)
                    .is_some_and(|has| wanted.contains(has))
            })
    }
}

impl From<&str> for Selector {
    fn from(population: &str) -> Self {
        Self::population(population)
    }
}
