//! Connection rules.

use super::{Plasticity, Selector, Table, Value};
use serde::{Deserialize, Serialize};

/// Connects cells. At most one of `probability`, `convergence`, `divergence` and `list` is given; without any, every
/// pair is connected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "builders", derive(typed_builder::TypedBuilder))]
#[serde(deny_unknown_fields)]
pub struct ConnRule {
    /// Name.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub name: String,
    /// Presynaptic cells.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub pre: Selector,
    /// Postsynaptic cells.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub post: Selector,
    /// Which of the pairs are candidates: a truth value. Scope: pair. It is a conjunction: terms with `pre.` variables
    /// alone choose presynaptic cells, with `post.` variables alone postsynaptic cells (only cells so chosen take part
    /// in draws and are counted by `list`), other terms choose pairs.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub condition: Option<Value>,
    /// Parameters of this rule's expressions. Scope: network.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub params: Table<Value>,
    /// Probability of each pair, 0..1. Scope: pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub probability: Option<Value>,
    /// Number of presynaptic cells for each postsynaptic cell, rounded to the nearest integer. Scope: post cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub convergence: Option<Value>,
    /// Number of postsynaptic cells for each presynaptic cell, rounded to the nearest integer. Scope: pre cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub divergence: Option<Value>,
    /// Exactly these pairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub list: Option<PairList>,
    /// Weight: µS for conductance synapses, else in the unit of the mechanism's first weight. Scope: pair. A list of
    /// pairs may state its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub weight: Option<Value>,
    /// Delay, a time (ms). Scope: pair. A list of pairs may state its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub delay: Option<Value>,
    /// The synapses that each pair gets, and where. Empty only if the postsynaptic cells are artificial.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub synapses: Vec<Contact>,
    /// How the weights change, by one law of each kind at most. Events have the weight that the laws have made of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub plasticity: Vec<Plasticity>,
    /// Whether a cell may be connected to itself.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "builders", builder(default))]
    pub allow_self: bool,
}

/// How pairs are chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PairChoice<'a> {
    /// Every pair.
    Full,
    /// Each pair with this probability.
    Probability(&'a Value),
    /// That many presynaptic cells for each postsynaptic cell.
    Convergence(&'a Value),
    /// That many postsynaptic cells for each presynaptic cell.
    Divergence(&'a Value),
    /// These pairs.
    List(&'a PairList),
}

impl ConnRule {
    /// A rule of that name that connects every pair, to be completed.
    pub fn new(
        name: impl Into<String>,
        pre: impl Into<Selector>,
        post: impl Into<Selector>,
    ) -> Self {
        Self {
            name: name.into(),
            pre: pre.into(),
            post: post.into(),
            condition: None,
            params: Table::default(),
            probability: None,
            convergence: None,
            divergence: None,
            list: None,
            weight: None,
            delay: None,
            synapses: Vec::new(),
            plasticity: Vec::new(),
            allow_self: false,
        }
    }

    /// Every way of choosing pairs that is given; a checked rule has one at most.
    pub fn choices(&self) -> Vec<PairChoice<'_>> {
        let mut found = Vec::new();
        found.extend(self.probability.as_ref().map(PairChoice::Probability));
        found.extend(self.convergence.as_ref().map(PairChoice::Convergence));
        found.extend(self.divergence.as_ref().map(PairChoice::Divergence));
        found.extend(self.list.as_ref().map(PairChoice::List));
        found
    }

    /// How pairs are chosen; `None` where several ways are given, which a check reports.
    pub fn choice(&self) -> Option<PairChoice<'_>> {
        match self.choices()[..] {
            [] => Some(PairChoice::Full),
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Pairs, column by column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairList {
    /// (presynaptic, postsynaptic) indices among the cells that the rule selects, in gid order.
    pub pairs: Vec<(u32, u32)>,
    /// A weight for each pair (µS, or as the rule's weight), instead of the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Vec<f64>>,
    /// A delay for each pair, ms, instead of the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delays: Option<Vec<f64>>,
}

impl From<Vec<(u32, u32)>> for PairList {
    fn from(pairs: Vec<(u32, u32)>) -> Self {
        Self {
            pairs,
            ..Self::default()
        }
    }
}

/// A synapse on the postsynaptic cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "builders", derive(typed_builder::TypedBuilder))]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Name of the [`super::Synapse`].
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub synapse: String,
    /// Sections or section lists; the section of the spike source if empty. With several, one is drawn for each pair
    /// and, if `count` is more than 1, synapses are spread over them.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "super::select::not_empty"
    )]
    #[cfg_attr(feature = "builders", builder(default))]
    pub sections: Vec<String>,
    /// Positions along the section, 0..1: one, or one for each of `count` synapses. Empty: 0.5, or evenly spread if
    /// `count` is more than 1. Scope: pair.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "super::select::not_empty"
    )]
    #[cfg_attr(feature = "builders", builder(default))]
    pub loc: Vec<Value>,
    /// Number of synapses for each pair, an integer; 1 if absent. Scope: pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub count: Option<Value>,
    /// Weight, instead of the rule's. Scope: pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub weight: Option<Value>,
    /// Delay, a time (ms), instead of the rule's. Scope: pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub delay: Option<Value>,
}

impl Contact {
    /// `synapse` at the default place.
    pub fn new(synapse: impl Into<String>) -> Self {
        Self {
            synapse: synapse.into(),
            sections: Vec::new(),
            loc: Vec::new(),
            count: None,
            weight: None,
            delay: None,
        }
    }

    /// This synapse at position `loc` (0..1) of a section or section list.
    #[must_use]
    pub fn at(mut self, section: impl Into<String>, loc: impl Into<Value>) -> Self {
        self.sections = vec![section.into()];
        self.loc = vec![loc.into()];
        self
    }
}

pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}
