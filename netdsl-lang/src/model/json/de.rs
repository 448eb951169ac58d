//! Reads the model's types from a [`Node`], keeping the path of a mistake.

use super::error::{Mistake, ReadError};
use super::node::Node;
use crate::check::Step;
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

const HOLE: &Node = &Node::Hole;

/// A deserializer of one value.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a Node);

type Read<T> = Result<T, ReadError>;

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(b) => visitor.visit_bool(*b),
            Node::Integer(i) => visitor.visit_i64(*i),
            Node::Natural(n) => visitor.visit_u64(*n),
            Node::Number(x) => visitor.visit_f64(*x),
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::List(items) => visitor.visit_seq(Items { items, next: 0 }),
            Node::Object(entries) => visitor.visit_map(Entries { entries, next: 0 }),
            Node::Hole => visitor.visit_u64(0),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Node::Hole => visitor.visit_bool(false),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Node::Hole => visitor.visit_borrowed_str(""),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Node::Hole => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Node::Hole => visitor.visit_seq(Items {
                items: &[],
                next: 0,
            }),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Read<V::Value> {
        match self.0 {
            Node::Hole => visitor.visit_seq(Holes(length)),
            Node::List(items) if items.len() != length => Err(ReadError::custom(format_args!(
                "this should be a list of {length} items, but has {}",
                items.len()
            ))),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.0 {
            Node::Hole => visitor.visit_map(Entries {
                entries: &[],
                next: 0,
            }),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        match self.0 {
            Node::Hole => visitor.visit_map(HoleFields(fields)),
            Node::Object(entries) => {
                repeated(entries)?;
                self.deserialize_any(visitor)
            }
            other => Err(ReadError::custom(format_args!(
                "this should be an object with {}, not {}",
                crate::check::list(fields),
                other.describe()
            ))),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        let (word, content) = match self.0 {
            Node::Hole => (variants[0], HOLE),
            Node::Text(word) => (word.as_str(), &Node::Null),
            Node::Object(entries) if entries.len() == 1 => (entries[0].0.as_str(), &entries[0].1),
            other => {
                return Err(ReadError::custom(format_args!(
                    "this should be one of {}, not {}",
                    crate::check::list(variants),
                    other.describe()
                )));
            }
        };
        visitor.visit_enum(Variant { word, content })
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct
        identifier ignored_any
    }
}

fn repeated(entries: &[(String, Node)]) -> Read<()> {
    for (k, (name, _)) in entries.iter().enumerate() {
        if entries[..k].iter().any(|(n, _)| n == name) {
            let error = ReadError::custom("");
            return Err(ReadError {
                mistake: Mistake::Repeated(name.clone()),
                ..error
            });
        }
    }
    Ok(())
}

struct Items<'a> {
    items: &'a [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        let Some(item) = self.items.get(self.next) else {
            return Ok(None);
        };
        let index = self.next;
        self.next += 1;
        let read = seed.deserialize(Reader(item));
        read.map(Some).map_err(|e| e.inside(Step::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

struct Holes(usize);

impl<'de> SeqAccess<'de> for Holes {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.0 == 0 {
            return Ok(None);
        }
        self.0 -= 1;
        seed.deserialize(Reader(HOLE)).map(Some)
    }
}

struct Entries<'a> {
    entries: &'a [(String, Node)],
    next: usize,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        let Some((name, _)) = self.entries.get(self.next) else {
            return Ok(None);
        };
        seed.deserialize(BorrowedStrDeserializer::new(name))
            .map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<T::Value> {
        let (name, node) = &self.entries[self.next];
        self.next += 1;
        let read = seed.deserialize(Reader(node));
        read.map_err(|e| e.inside(Step::Name(name.clone())))
    }
}

struct HoleFields(&'static [&'static str]);

impl<'de> MapAccess<'de> for HoleFields {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        let Some((first, rest)) = self.0.split_first() else {
            return Ok(None);
        };
        self.0 = rest;
        let name: StrDeserializer<ReadError> = (*first).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<T::Value> {
        seed.deserialize(Reader(HOLE))
    }
}

struct Variant<'a> {
    word: &'a str,
    content: &'a Node,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = ReadError;
    type Variant = Content<'de>;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<(T::Value, Content<'de>)> {
        let word = seed.deserialize(BorrowedStrDeserializer::<ReadError>::new(self.word))?;
        let content = Content {
            word: self.word,
            node: self.content,
        };
        Ok((word, content))
    }
}

/// What stands after a variant's word.
struct Content<'a> {
    word: &'a str,
    node: &'a Node,
}

impl Content<'_> {
    fn inside(&self, error: ReadError) -> ReadError {
        error.inside(Step::Name(self.word.to_owned()))
    }
}

impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = ReadError;

    fn unit_variant(self) -> Read<()> {
        match self.node {
            Node::Null | Node::Hole => Ok(()),
            _ => Err(ReadError::custom(format_args!(
                "`{}` takes nothing: write \"{0}\"",
                self.word
            ))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(Reader(self.node))
            .map_err(|e| self.inside(e))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Read<V::Value> {
        Reader(self.node)
            .deserialize_tuple(length, visitor)
            .map_err(|e| self.inside(e))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        Reader(self.node)
            .deserialize_struct("", fields, visitor)
            .map_err(|e| self.inside(e))
    }
}
