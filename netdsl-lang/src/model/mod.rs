//! The model: plain data that macros, builders and files all produce, and that the runtime builds a network from.
//!
//! Nothing here is drawn, placed or discretised yet. Every number a user writes is a [`Value`]: an expression with
//! units and named parameters, so that a command line or a batch can vary each of them. Lists of bulk data (positions,
//! 3-D points, pairs) are numbers in the unit that their field names.
//!
//! A `Network` may be inconsistent (two ways of counting cells, an unknown section): [`crate::check`] finds out, and
//! whoever uses a network after a check may rely on it.

mod cell;
mod connection;
mod function_table;
mod json;
mod mechanism;
mod plasticity;
mod pointer;
mod population;
mod quantity;
mod run;
mod seeds;
mod select;
mod stimulus;
mod synapse;
mod table;
mod value;

pub use cell::*;
pub use connection::*;
pub use function_table::*;
pub use mechanism::*;
pub use plasticity::*;
pub use pointer::*;
pub use population::*;
pub use run::*;
pub use seeds::*;
pub use select::*;
pub use stimulus::*;
pub use synapse::*;
pub use table::*;
pub use value::*;

use serde::{Deserialize, Serialize};

/// Version of the model's data; a file of another version is refused.
pub const MODEL_VERSION: u32 = 1;

/// A whole model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// [`MODEL_VERSION`].
    pub version: u32,
    /// Name, for titles and file names.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Extent along x, y (depth, growing downwards) and z, lengths (µm). Scope: network.
    #[serde(default = "default_size")]
    pub size: [Value; 3],
    /// Shape that fills the extent.
    #[serde(default)]
    pub shape: Shape,
    /// Seeds of the random streams, by purpose.
    #[serde(default)]
    pub seeds: Seeds,
    /// How connections are drawn.
    #[serde(default)]
    pub sampler: Sampler,
    /// Whose habits are followed where a model's meaning is not its plain one.
    #[serde(default, skip_serializing_if = "Quirks::is_none")]
    pub quirks: Quirks,
    /// Named parameters: usable by name in every expression, settable from a command line.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub params: Table<Value>,
    /// Mechanisms that are used, with their source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mechanisms: Vec<Mechanism>,
    /// Values of mechanisms' global variables, by mechanism and variable. Scope: network.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub globals: Table<Parameters>,
    /// Functions that mechanisms want as data (FUNCTION_TABLE), by mechanism and function.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub function_tables: Table<Table<FunctionTable>>,
    /// Kinds of cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cell_types: Vec<CellType>,
    /// Kinds of synapses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synapses: Vec<Synapse>,
    /// Populations; gids are given in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub populations: Vec<Population>,
    /// Connection rules, applied in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<ConnRule>,
    /// Stimuli, applied in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stimuli: Vec<Stimulus>,
    /// How it is run and what is recorded, unless the program says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunConfig>,
}

impl Network {
    /// A network without anything in it, 100 µm a side.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            version: MODEL_VERSION,
            name: name.into(),
            size: default_size(),
            shape: Shape::default(),
            seeds: Seeds::default(),
            sampler: Sampler::default(),
            quirks: Quirks::default(),
            params: Table::default(),
            mechanisms: Vec::new(),
            globals: Table::default(),
            function_tables: Table::default(),
            cell_types: Vec::new(),
            synapses: Vec::new(),
            populations: Vec::new(),
            connections: Vec::new(),
            stimuli: Vec::new(),
            run: None,
        }
    }

    /// The population called `name`.
    pub fn population(&self, name: &str) -> Option<&Population> {
        self.populations.iter().find(|p| p.name == name)
    }

    /// The cell type called `name`.
    pub fn cell_type(&self, name: &str) -> Option<&CellType> {
        self.cell_types.iter().find(|c| c.name == name)
    }

    /// The synapse called `name`.
    pub fn synapse(&self, name: &str) -> Option<&Synapse> {
        self.synapses.iter().find(|s| s.name == name)
    }

    /// The declared mechanism called `name`.
    pub fn mechanism(&self, name: &str) -> Option<&Mechanism> {
        self.mechanisms.iter().find(|m| m.name == name)
    }
}

fn default_size() -> [Value; 3] {
    std::array::from_fn(|_| Value::new("100 um"))
}

/// Shape of the volume in which cells are placed, filling [`Network::size`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// The whole box.
    #[default]
    Cuboid,
    /// Axis along y, elliptic cross-section in x and z.
    Cylinder,
    /// Axes along x, y and z.
    Ellipsoid,
}

/// How connections are drawn: part of the model, since it decides which network comes out of a seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampler {
    /// Each rule has streams of its own, and pairs that are not connected are not looked at: the time goes with the
    /// connections. The same probabilities, another network than NetPyNE's.
    #[default]
    Fast,
    /// One draw for every candidate pair from NetPyNE's streams: the same network as NetPyNE's, bit for bit.
    Netpyne,
}

/// Habits of another simulator, on demand: what it does where it departs from what a model says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirks {
    /// The model means what it says.
    #[default]
    None,
    /// NetPyNE's: a number of partners is cut to one fewer than the candidates there are; synapses that are spread over
    /// several sections have their positions measured from the far end of each; sections are drawn alike for every
    /// seed, and alike for all generators of a cell; all NetStims of a cell have the same random numbers; values of a
    /// rule that connects every pair are drawn from one stream, presynaptic cell by presynaptic cell.
    Netpyne,
}

impl Quirks {
    /// Whether the model means what it says.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}
