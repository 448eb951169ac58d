//! A file's text as a tree: objects keep the order and the repetition of their names.

use crate::check::Step;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value, or a hole where one was wrong.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Integer(i64),
    Natural(u64),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
    /// Stands for whatever is wanted, so that reading goes on after a mistake.
    Hole,
}

impl Node {
    /// The value at `path`.
    pub(super) fn at(&mut self, path: &[Step]) -> Option<&mut Node> {
        let Some((step, rest)) = path.split_first() else {
            return Some(self);
        };
        match (self, step) {
            (Node::Object(entries), Step::Name(name)) => entries
                .iter_mut()
                .rev()
                .find(|(n, _)| n == name)
                .and_then(|(_, node)| node.at(rest)),
            (Node::List(items), Step::Index(k)) => items.get_mut(*k).and_then(|n| n.at(rest)),
            _ => None,
        }
    }

    /// What it is, for messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Node::Null => "null".into(),
            Node::Bool(b) => format!("`{b}`"),
            Node::Integer(i) => format!("the number {i}"),
            Node::Natural(n) => format!("the number {n}"),
            Node::Number(x) => format!("the number {x:?}"),
            Node::Text(text) => format!("the text \"{}\"", super::error::shortened(text)),
            Node::List(_) => "a list".into(),
            Node::Object(_) => "an object".into(),
            Node::Hole => "nothing".into(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, b: bool) -> Result<Node, E> {
        Ok(Node::Bool(b))
    }

    fn visit_i64<E: Error>(self, i: i64) -> Result<Node, E> {
        Ok(Node::Integer(i))
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Node, E> {
        Ok(Node::Natural(n))
    }

    fn visit_f64<E: Error>(self, x: f64) -> Result<Node, E> {
        Ok(Node::Number(x))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Node::Object(entries))
    }
}
