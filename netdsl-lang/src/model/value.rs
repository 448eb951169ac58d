//! Values: what a user writes where a number is wanted.

use super::Table;
use serde::{Deserialize, Serialize};

/// An expression with units and named parameters: `0.12 S/cm2`, `0.4 * exp(-dist_3d / lambda)`.
///
/// Names in it are, in this order: variables of the scope that the field names, parameters of the enclosing rule, cell
/// type or stimulus, and parameters of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Value {
    text: String,
}

impl Value {
    /// The expression `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// One value, or one for each segment (or each element of an array parameter).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    /// The same everywhere, or an expression that is evaluated for each segment.
    One(Value),
    /// One for each segment or element, in order.
    Each(Vec<Value>),
}

impl<V: Into<Value>> From<V> for Setting {
    fn from(value: V) -> Self {
        Self::One(value.into())
    }
}

/// Parameters by name.
pub type Parameters = Table<Setting>;
