//! Which cells a rule, a stimulus or a recording means.

use super::{Population, Table, Tag};
use serde::{Deserialize, Serialize};

/// Cells. What is given must all hold; an empty selector means every cell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// Of any of these populations; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub populations: Vec<String>,
    /// Of any of these cell types; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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

impl Selector {
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
