//! Values: what a user writes where a number is wanted.

use super::Table;
use crate::expr;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// An expression with units and named parameters: `0.12 S/cm2`, `0.4 * exp(-dist_3d / lambda)`.
///
/// Names in it are, in this order: variables of the scope that the field names, parameters of the enclosing rule, cell
/// type or stimulus, and parameters of the network. In a file it is a text, or a number if it has no unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    text: String,
}

impl Value {
    /// The expression `text`, in canonical spelling; a text that is no expression is kept as it is, for the check to
    /// report.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        match expr::parse(&text) {
            Ok(expression) => Self {
                text: expression.to_string(),
            },
            Err(_) => Self { text },
        }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number that it is, if it is written as one without a unit.
    pub fn plain_number(&self) -> Option<f64> {
        let number: f64 = self.text.parse().ok()?;
        number.is_finite().then_some(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::new(number.to_string())
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::new(number.to_string())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::new(number.to_string())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::new(number.to_string())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.text.parse::<i64>(), self.plain_number()) {
            (Ok(n), _) if n.to_string() == self.text => serializer.serialize_i64(n),
            (_, Some(x)) if x.to_string() == self.text => serializer.serialize_f64(x),
            _ => serializer.serialize_str(&self.text),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value like \"0.5 ms\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::new(text))
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Value, E> {
        Ok(Value::new(n.to_string()))
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Value, E> {
        Ok(Value::new(n.to_string()))
    }

    fn visit_f64<E: Error>(self, x: f64) -> Result<Value, E> {
        Ok(Value::from(x))
    }
}

/// One value, or one for each segment (or each element of an array parameter).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Setting {
    /// The same everywhere, or an expression that is evaluated for each segment.
    One(Value),
    /// One for each segment or element, in order.
    Each(Vec<Value>),
}

impl Setting {
    /// The values, with their index where there are several.
    pub fn values(&self) -> impl Iterator<Item = (Option<usize>, &Value)> {
        let (values, single) = match self {
            Self::One(value) => (std::slice::from_ref(value), true),
            Self::Each(values) => (&values[..], false),
        };
        let index = move |k| if single { None } else { Some(k) };
        values.iter().enumerate().map(move |(k, v)| (index(k), v))
    }
}

impl<V: Into<Value>> From<V> for Setting {
    fn from(value: V) -> Self {
        Self::One(value.into())
    }
}

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrEach;
        impl<'de> Visitor<'de> for OneOrEach {
            type Value = Setting;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a value like \"0.5 ms\" or a list of values")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Setting, E> {
                ValueVisitor.visit_str(text).map(Setting::One)
            }

            fn visit_i64<E: Error>(self, n: i64) -> Result<Setting, E> {
                ValueVisitor.visit_i64(n).map(Setting::One)
            }

            fn visit_u64<E: Error>(self, n: u64) -> Result<Setting, E> {
                ValueVisitor.visit_u64(n).map(Setting::One)
            }

            fn visit_f64<E: Error>(self, x: f64) -> Result<Setting, E> {
                ValueVisitor.visit_f64(x).map(Setting::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Setting, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    values.push(value);
                }
                Ok(Setting::Each(values))
            }
        }
        deserializer.deserialize_any(OneOrEach)
    }
}

/// Parameters by name.
pub type Parameters = Table<Setting>;
