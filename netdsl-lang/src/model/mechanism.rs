//! Where mechanisms come from.

use serde::{Deserialize, Serialize};

/// A mechanism that the model uses. Those that are shipped need no declaration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mechanism {
    /// SUFFIX, POINT_PROCESS or ARTIFICIAL_CELL name.
    pub name: String,
    /// Where its code comes from.
    pub source: MechanismSource,
}

/// Where a mechanism's code comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MechanismSource {
    /// It comes with the simulator.
    Shipped,
    /// NMODL.
    Mod {
        /// File name, for messages.
        file: String,
        /// What the file holds.
        text: String,
        /// Names of functions of the program that take the place of C: that of a FUNCTION or PROCEDURE, or `verbatim_2`
        /// for the second VERBATIM of the file.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hooks: Vec<String>,
    },
}
