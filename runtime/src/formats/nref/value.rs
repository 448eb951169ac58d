//! Values of reference files that JSON has no single type for.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::instance::PerSegment;

/// A number; infinities and NaN are written as text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number(pub(super) f64);

/// One number or several.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    One(f64),
    Several(Vec<f64>),
    /// Lists within lists: only mechanisms that are not supported have these.
    Nested,
}

/// An object whose keys are data, in the file's order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pairs<T>(pub(super) Vec<(String, T)>);

/// A column that is given once where it never changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kinds {
    All(String),
    Each(Vec<String>),
}

/// What a connection comes from: an index, or `[gid, section, location, threshold]`.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Pre {
    Index(u32),
    Voltage(u32, String, f64, f64),
}

impl Values {
    /// As a list.
    pub(super) fn list(&self) -> Vec<f64> {
        match self {
            Self::One(x) => vec![*x],
            Self::Several(list) => list.clone(),
            Self::Nested => Vec::new(),
        }
    }

    /// One a segment, or the same everywhere.
    pub(super) fn per_segment(&self) -> PerSegment {
        match self {
            Self::One(x) => PerSegment::Uniform(*x),
            Self::Several(list) => PerSegment::Each(list.clone()),
            Self::Nested => PerSegment::Each(Vec::new()),
        }
    }
}

impl Kinds {
    /// The kind of row `k`; `None` behind the end.
    pub(super) fn at(&self, k: usize) -> Option<&str> {
        match self {
            Self::All(kind) => Some(kind),
            Self::Each(kinds) => kinds.get(k).map(String::as_str),
        }
    }
}

fn spelt_number<E: Error>(text: &str) -> Result<f64, E> {
    match text {
        "nan" => Ok(f64::NAN),
        "inf" => Ok(f64::INFINITY),
        "-inf" => Ok(f64::NEG_INFINITY),
        other => Err(E::custom(format!(
            "`{other}` is not a number, \"nan\", \"inf\" or \"-inf\""
        ))),
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(ValuesVisitor)? {
            Values::One(x) => Ok(Self(x)),
            Values::Several(_) | Values::Nested => {
                Err(D::Error::custom("a list, expected a number"))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValuesVisitor)
    }
}

struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a list of numbers")
    }

    fn visit_f64<E: Error>(self, x: f64) -> Result<Values, E> {
        Ok(Values::One(x))
    }

    fn visit_i64<E: Error>(self, x: i64) -> Result<Values, E> {
        Ok(Values::One(x as f64))
    }

    fn visit_u64<E: Error>(self, x: u64) -> Result<Values, E> {
        Ok(Values::One(x as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Values, E> {
        spelt_number(text).map(Values::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Values, A::Error> {
        let mut values = Vec::with_capacity(list.size_hint().unwrap_or(0));
        let mut nested = false;
        while let Some(value) = list.next_element::<Values>()? {
            match value {
                Values::One(x) => values.push(x),
                Values::Several(_) | Values::Nested => nested = true,
            }
        }
        Ok(if nested {
            Values::Nested
        } else {
            Values::Several(values)
        })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
        let mut pairs: Vec<(String, T)> = Vec::new();
        while let Some((key, value)) = map.next_entry::<String, T>()? {
            if pairs.iter().any(|(earlier, _)| *earlier == key) {
                return Err(A::Error::custom(format!("`{key}` is given twice")));
            }
            pairs.push((key, value));
        }
        Ok(Pairs(pairs))
    }
}

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindsVisitor)
    }
}

struct KindsVisitor;

impl<'de> Visitor<'de> for KindsVisitor {
    type Value = Kinds;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a kind or a list of kinds")
    }

    fn visit_str<E: Error>(self, kind: &str) -> Result<Kinds, E> {
        Ok(Kinds::All(kind.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Kinds, A::Error> {
        let mut kinds = Vec::with_capacity(list.size_hint().unwrap_or(0));
        while let Some(kind) = list.next_element()? {
            kinds.push(kind);
        }
        Ok(Kinds::Each(kinds))
    }
}

impl<'de> Deserialize<'de> for Pre {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PreVisitor)
    }
}

struct PreVisitor;

impl<'de> Visitor<'de> for PreVisitor {
    type Value = Pre;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an index or [gid, section, location, threshold]")
    }

    fn visit_u64<E: Error>(self, index: u64) -> Result<Pre, E> {
        let index = u32::try_from(index).map_err(|_| E::custom("the index is above 2^32 - 1"))?;
        Ok(Pre::Index(index))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pre, A::Error> {
        let missing = || A::Error::custom("expected [gid, section, location, threshold]");
        let gid = list.next_element()?.ok_or_else(missing)?;
        let section = list.next_element()?.ok_or_else(missing)?;
        let location = list.next_element()?.ok_or_else(missing)?;
        let threshold = list.next_element()?.ok_or_else(missing)?;
        if list.next_element::<IgnoredAny>()?.is_some() {
            return Err(missing());
        }
        Ok(Pre::Voltage(gid, section, location, threshold))
    }
}
