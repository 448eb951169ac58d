//! Kinds of cells.

use super::{CellVariable, Parameters, Setting, Table, Value};
use serde::{Deserialize, Serialize};

/// A kind of cell: either sections with membrane, or an artificial cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "builders", derive(typed_builder::TypedBuilder))]
#[serde(deny_unknown_fields)]
pub struct CellType {
    /// Name.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub name: String,
    /// Parameters of this cell type's expressions. Scope: network.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub params: Table<Value>,
    /// Values drawn once for each cell, usable in the expressions of its sections. Scope: cell.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub per_cell: Table<Value>,
    /// Sections, in any order; exactly one has no parent. Empty if `artificial` is given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub sections: Vec<Section>,
    /// Names for several sections.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub section_lists: Table<Vec<String>>,
    /// A cell without membrane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option)))]
    pub artificial: Option<ArtificialCell>,
    /// What counts as a spike; if absent, the voltage in the middle of the root section crossing 10 mV upwards (the
    /// events of an artificial cell).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option)))]
    pub spikes: Option<SpikeSource>,
}

impl CellType {
    /// Cells that are instances of an ARTIFICIAL_CELL mechanism.
    pub fn artificial(
        name: impl Into<String>,
        mechanism: impl Into<String>,
        parameters: impl Into<Parameters>,
    ) -> Self {
        Self {
            artificial: Some(ArtificialCell::Mechanism {
                mechanism: mechanism.into(),
                parameters: parameters.into(),
            }),
            ..Self::new(name)
        }
    }

    /// A cell type of that name without sections, to be completed.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            params: Table::default(),
            per_cell: Table::default(),
            sections: Vec::new(),
            section_lists: Table::default(),
            artificial: None,
            spikes: None,
        }
    }

    /// The section called `name`.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|s| s.name == name)
    }

    /// The root: the section without a parent.
    pub fn root(&self) -> Option<&Section> {
        self.sections.iter().find(|s| s.parent.is_none())
    }
}

/// An ARTIFICIAL_CELL mechanism, or given times, as a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ArtificialCell {
    /// A mechanism.
    Mechanism {
        /// Its name (`IntFire1`, `NetStim`).
        mechanism: String,
        /// Its parameters, in the units of its file; a NetStim takes `rate` (Hz) in place of `interval`. Scope: cell.
        #[serde(default, skip_serializing_if = "Parameters::is_empty")]
        parameters: Parameters,
    },
    /// Spikes at these times, ms: one list for all cells, or one for each cell of the population.
    Times(Vec<Vec<f64>>),
}

/// An unbranched cable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "builders", derive(typed_builder::TypedBuilder))]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Name, unique in the cell type.
    #[cfg_attr(feature = "builders", builder(setter(into)))]
    pub name: String,
    /// What it is joined to; absent for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option)))]
    pub parent: Option<Attachment>,
    /// Length (µm), unless `points` are given. Scope: cell.
    #[serde(rename = "L", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub length: Option<Value>,
    /// Diameter (µm), unless `points` are given. Scope: segment, without distances.
    #[serde(rename = "diam", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub diameter: Option<Setting>,
    /// 3-D points `[x, y, z, diameter]`, µm, relative to the cell's position; y grows upwards.
    #[serde(rename = "pt3d", default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub points: Vec<[f64; 4]>,
    /// Number of segments; 1 if absent. Scope: network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub nseg: Option<Value>,
    /// Axial resistivity (Ω·cm); 35.4 if absent. Scope: cell.
    #[serde(rename = "Ra", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub axial_resistivity: Option<Value>,
    /// Membrane capacitance (µF/cm²); 1 if absent. Scope: segment.
    #[serde(rename = "cm", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub capacitance: Option<Setting>,
    /// Density mechanisms with their parameters, in the units of their files. Scope: segment.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub mechanisms: Table<Parameters>,
    /// Ions whose values differ from NEURON's defaults, by name (`na`). Scope: segment.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub ions: Table<IonSetting>,
    /// Point processes that belong to the cell.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub point_processes: Table<CellPoint>,
    /// What the POINTERs of density mechanisms stand for, by mechanism and POINTER.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    #[cfg_attr(feature = "builders", builder(default, setter(into)))]
    pub pointers: Table<Table<CellVariable>>,
    /// Initial voltage (mV) where it differs from the run's. Scope: segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "builders", builder(default, setter(strip_option, into)))]
    pub v_init: Option<Setting>,
}

impl Section {
    /// A section of that name without shape, to be completed.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            parent: None,
            length: None,
            diameter: None,
            points: Vec::new(),
            nseg: None,
            axial_resistivity: None,
            capacitance: None,
            mechanisms: Table::default(),
            ions: Table::default(),
            point_processes: Table::default(),
            pointers: Table::default(),
            v_init: None,
        }
    }
}

impl Attachment {
    /// The start of a section at position `loc` (0..1) of `section`.
    pub fn at(section: impl Into<String>, loc: f64) -> Self {
        Self {
            section: section.into(),
            loc,
            child_end: 0.0,
        }
    }
}

/// Where a section is joined to its parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Name of the parent.
    pub section: String,
    /// Position along the parent, 0..1.
    pub loc: f64,
    /// The end of this section that is joined, 0 or 1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub child_end: f64,
}

fn is_zero(x: &f64) -> bool {
    *x == 0.0
}

/// Values of an ion; what is absent keeps NEURON's default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IonSetting {
    /// Reversal potential (mV), used where no mechanism computes it.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub reversal: Option<Setting>,
    /// Inside concentration at the start (mM).
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<Setting>,
    /// Outside concentration at the start (mM).
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub outside: Option<Setting>,
}

/// A point process that belongs to the cell (an Izhikevich membrane, for example).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellPoint {
    /// Its mechanism.
    pub mechanism: String,
    /// Position along the section, 0..1; 0.5 if absent. Scope: cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loc: Option<Value>,
    /// Its parameters, in the units of its file. Scope: cell.
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    pub parameters: Parameters,
    /// What its POINTERs stand for.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub pointers: Table<CellVariable>,
}

/// What counts as a spike of a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SpikeSource {
    /// Upward crossing of a threshold by the voltage.
    Voltage {
        /// Section.
        section: String,
        /// Position along it, 0..1.
        loc: f64,
        /// Threshold (mV); 10 if absent. Scope: cell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        threshold: Option<Value>,
    },
    /// The events (`net_event`) of a point process of the cell.
    Point {
        /// Section.
        section: String,
        /// Name of the point process in that section.
        point: String,
    },
    /// Upward crossing of a threshold by a variable of a point process of the cell.
    PointVariable {
        /// Section.
        section: String,
        /// Name of the point process in that section.
        point: String,
        /// The variable.
        variable: String,
        /// Threshold, in the variable's unit. Scope: cell.
        threshold: Value,
    },
    /// None: the cell never spikes.
    Silent,
}
