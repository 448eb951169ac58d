//! Stimuli: electrodes and event generators.

use super::{Contact, Parameters, Selector, Table, Value};
use serde::{Deserialize, Serialize};

/// One mechanism for each selected cell. A point process (IClamp, SEClamp, VClamp, AlphaSynapse or any other) is put
/// into the cell at `section` and `loc`; an artificial cell (NetStim) sends its events to the cell through `synapses`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "builders", derive(typed_builder::TypedBuilder))]
#[serde(deny_unknown_fields)]
pub struct Stimulus {
    /// Name.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub name: String,
    /// The mechanism.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub mechanism: String,
    /// Its parameters, in the units of its file. A NetStim takes `rate` (Hz) in place of `interval`, starts at 0 ms and
    /// goes on for 1e9 events unless told otherwise. Scope: stimulus.
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub parameters: Parameters,
    /// Stimulated cells.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub target: Selector,
    /// Which of them: a truth value. Scope: stimulus (`post.y`, ...).
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub condition: Option<Value>,
    /// Parameters of this stimulus's expressions. Scope: network.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub params: Table<Value>,
    /// Point processes: section, or the first root section if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub section: Option<String>,
    /// Point processes: position along the section, 0..1; 0.5 if absent. Scope: stimulus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub loc: Option<Value>,
    /// Event generators: the synapses, each with a generator of its own. Empty only if the targets are artificial.
    /// Scope of its values: stimulus.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub synapses: Vec<Contact>,
    /// Event generators: weight, as [`super::ConnRule::weight`]. Scope: stimulus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub weight: Option<Value>,
    /// Event generators: delay, a time (ms). Scope: stimulus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub delay: Option<Value>,
}

impl Stimulus {
    /// `mechanism` at the selected cells, to be completed.
    pub fn new(
        name: impl Into<String>,
        mechanism: impl Into<String>,
        target: impl Into<Selector>,
    ) -> Self {
        Self {
            name: name.into(),
            mechanism: mechanism.into(),
            parameters: Parameters::default(),
            target: target.into(),
            condition: None,
            params: Table::default(),
            section: None,
            loc: None,
            synapses: Vec::new(),
            weight: None,
            delay: None,
        }
    }
}
