//! Kinds of synapses.

use super::Parameters;
use serde::{Deserialize, Serialize};

/// A point process with parameters, which connections and stimuli refer to by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "builders", derive(typed_builder::TypedBuilder))]
#[serde(deny_unknown_fields)]
pub struct Synapse {
    /// Name.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub name: String,
    /// Point process (`Exp2Syn`).
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub mechanism: String,
    /// Its parameters, in the units of its file. Scope: segment (of the postsynaptic cell).
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub parameters: Parameters,
}
