//! A network with every number drawn: what the simulator runs, whatever it was built from.
//!
//! Cells and point processes are addressed by index; gids are the cells' public numbers.

mod connections;

use crate::plasticity::Plasticity;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use connections::Connections;

/// A complete network.
#[derive(Clone, Debug, Default)]
pub struct Instance {
    /// Values of mechanisms' global variables that differ from the file's.
    pub globals: Vec<GlobalValue>,
    /// Functions that mechanisms want as data (FUNCTION_TABLE).
    pub function_tables: Vec<FunctionTable>,
    /// Default concentrations of ions that differ from NEURON's (`nai0_na_ion`): mM.
    pub ion_defaults: Vec<IonDefault>,
    /// Populations in gid order.
    pub populations: Vec<Population>,
    /// Cells in gid order.
    pub cells: Vec<Cell>,
    /// Event generators without a gid (stimuli).
    pub generators: Vec<Artificial>,
    /// For each generator the cell that it stimulates (gid), so that it is known in any part of the network. Empty if
    /// generators have the same numbers in every part.
    pub generator_cells: Vec<u32>,
    /// Sets of parameter values that point processes refer to.
    pub parameter_sets: Vec<ParameterSet>,
    /// Point processes: synapses, clamps, halves of gap junctions. The order is that of evaluation.
    pub points: Vec<PointProcess>,
    /// What emits events, referred to by connections.
    pub sources: Vec<Source>,
    /// Connections in a stable order.
    pub connections: Connections,
    /// How the weights of connections change, by the number of the rule that made them.
    pub plasticity: BTreeMap<u16, Plasticity>,
    /// Variables of point processes that follow a voltage elsewhere (gap junctions).
    pub gaps: Vec<Gap>,
    /// Voltages that ranks tell each other at every step, since gap junctions follow them: the same list in each part of a
    /// network, empty in a whole one.
    pub shared: Vec<SharedVoltage>,
    /// What POINTERs of mechanisms lead to.
    pub pointers: Vec<Pointer>,
    /// Seed of the random streams of density mechanisms.
    pub stream_seed: u32,
}

/// `name` of `mechanism` (no suffix) is `value`.
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalValue {
    /// Mechanism.
    pub mechanism: String,
    /// Variable (`usetable`, `q10`), without the suffix.
    pub name: String,
    /// In the variable's unit.
    pub value: f64,
}

/// What a FUNCTION_TABLE of a mechanism is: NEURON's `table_name_suffix(...)`.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionTable {
    /// Mechanism.
    pub mechanism: String,
    /// The function.
    pub name: String,
    /// Its values.
    pub data: netdsl_lang::model::FunctionTable,
}

/// Default concentrations of an ion.
#[derive(Clone, Debug, PartialEq)]
pub struct IonDefault {
    /// `na`.
    pub ion: String,
    /// `nai0_na_ion`, mM.
    pub inside: f64,
    /// `nao0_na_ion`, mM.
    pub outside: f64,
}

/// Consecutive cells under one name.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Its name.
    pub name: String,
    /// Index of its first cell in [`Instance::cells`].
    pub first: u32,
    /// Number of cells.
    pub count: u32,
}

/// A cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Public number, unique in the network.
    pub gid: u32,
    /// Index in [`Instance::populations`].
    pub population: u32,
    /// Position, µm.
    pub position: [f64; 3],
    /// What it is made of.
    pub body: Body,
    /// What its spikes are.
    pub spikes: SpikeSource,
}

impl Cell {
    /// It belongs to this rank.
    #[must_use]
    pub fn is_here(&self) -> bool {
        !matches!(self.body, Body::Elsewhere)
    }
}

/// What a cell is made of.
#[derive(Clone, Debug)]
pub enum Body {
    /// Sections with membrane. Cells that are alike share the template.
    Compartments(Arc<CellTemplate>),
    /// An ARTIFICIAL_CELL or a list of times.
    Artificial(Artificial),
    /// A cell of another rank, of which only the number matters here.
    Elsewhere,
}

/// A cell that only handles events.
#[derive(Clone, Debug, PartialEq)]
pub enum Artificial {
    /// An ARTIFICIAL_CELL mechanism.
    Mechanism {
        /// Its name.
        mechanism: String,
        /// Parameters that differ from the defaults.
        parameters: ParameterSet,
        /// Identity of its random stream (Random123 id1, id2, id3).
        stream: [u32; 3],
    },
    /// Events at these times, ms, ascending.
    Times(Arc<[f64]>),
}

/// Parameter values by name; arrays have several elements.
pub type ParameterSet = Vec<(String, Vec<f64>)>;

/// One number, or one a segment.
#[derive(Clone, Debug, PartialEq)]
pub enum PerSegment {
    /// The same everywhere.
    Uniform(f64),
    /// Segment 0 to nseg-1.
    Each(Vec<f64>),
}

impl PerSegment {
    /// The value of segment `k`.
    pub fn at(&self, k: usize) -> f64 {
        match self {
            Self::Uniform(x) => *x,
            Self::Each(values) => values[k],
        }
    }
}

/// A kind of cell.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CellTemplate {
    /// Sections; a parent comes before its children.
    pub sections: Vec<Section>,
}

/// An unbranched cable.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Name, unique in the cell.
    pub name: String,
    /// What it is joined to; `None` for the root.
    pub parent: Option<Attachment>,
    /// Number of segments.
    pub nseg: u32,
    /// Shape.
    pub shape: Shape,
    /// Axial resistivity, Ω·cm.
    pub axial_resistivity: f64,
    /// Membrane capacitance, µF/cm².
    pub capacitance: PerSegment,
    /// Density mechanisms in the order of insertion.
    pub mechanisms: Vec<Insertion>,
    /// Ion values that differ from the defaults.
    pub ions: Vec<IonSetting>,
    /// Initial voltage where it differs from the simulation's, mV.
    pub v_init: Option<PerSegment>,
}

/// Where a section is joined to its parent.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// Index of the parent in [`CellTemplate::sections`].
    pub section: u32,
    /// Position along the parent, 0..1.
    pub location: f64,
    /// The end of the child that is joined: 0 or 1.
    pub child_end: f64,
}

/// The shape of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Length and diameter(s), µm.
    Stylised {
        /// Length, µm.
        length: f64,
        /// Diameter, µm.
        diameter: PerSegment,
    },
    /// 3-D points `[x, y, z, diameter]`, µm.
    Points(Vec<[f64; 4]>),
}

/// A density mechanism in a section.
#[derive(Clone, Debug, PartialEq)]
pub struct Insertion {
    /// Its name.
    pub mechanism: String,
    /// Parameters that differ from the defaults.
    pub parameters: Vec<(String, PerSegment)>,
}

/// Values of an ion in a section; `None` keeps the default.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct IonSetting {
    /// `na`.
    pub ion: String,
    /// Reversal potential, mV: used where no mechanism computes it.
    pub reversal: Option<PerSegment>,
    /// Inside concentration at the start, mM.
    pub inside: Option<PerSegment>,
    /// Outside concentration at the start, mM.
    pub outside: Option<PerSegment>,
}

/// A place on a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Index in [`Instance::cells`].
    pub cell: u32,
    /// Index in the template's sections.
    pub section: u32,
    /// Position along the section, 0..1.
    pub location: f64,
}

/// What counts as a cell's spike.
#[derive(Clone, Debug, PartialEq)]
pub enum SpikeSource {
    /// Upward crossing of `threshold` (mV) by the voltage there.
    Voltage {
        /// Index in the template's sections.
        section: u32,
        /// Position along the section.
        location: f64,
        /// mV.
        threshold: f64,
    },
    /// `net_event` of a point process (index in [`Instance::points`]).
    Point(u32),
    /// Upward crossing of a threshold by a variable of a point process.
    PointVariable {
        /// Index in [`Instance::points`].
        point: u32,
        /// Its name.
        variable: String,
        /// In the variable's unit.
        threshold: f64,
    },
    /// The events of an artificial cell.
    Events,
    /// None: the cell never spikes.
    Silent,
}

/// A point process.
#[derive(Clone, Debug, PartialEq)]
pub struct PointProcess {
    /// Its mechanism's name.
    pub mechanism: Arc<String>,
    /// Where it is.
    pub place: Place,
    /// Index in [`Instance::parameter_sets`].
    pub parameters: u32,
    /// Identity of its random stream.
    pub stream: [u32; 3],
    /// What of the model made it.
    pub origin: PointOrigin,
}

/// What of a model made a point process; numbers count from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PointOrigin {
    /// No model: the instance was made directly.
    #[default]
    None,
    /// A contact with the network's synapse of this number.
    Synapse(u32),
    /// The network's stimulus of this number.
    Stimulus(u32),
    /// The cell type's point process of this number, section by section.
    Cell(u32),
}

/// What emits events.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The spikes of a cell (index in [`Instance::cells`]).
    Cell(u32),
    /// A generator (index in [`Instance::generators`]).
    Generator(u32),
    /// The `net_event`s of a point process.
    Point(u32),
    /// A further threshold on a voltage.
    Voltage {
        /// Where.
        place: Place,
        /// mV.
        threshold: f64,
    },
    /// A point process or voltage of a cell of another rank.
    Elsewhere,
}

/// What receives events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Index in [`Instance::points`].
    Point(u32),
    /// An artificial cell, index in [`Instance::cells`].
    Cell(u32),
}

/// A POINTER and what it leads to: NEURON's `setpointer`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pointer {
    /// Whose it is.
    pub owner: Owner,
    /// Its name.
    pub variable: String,
    /// The variable that it stands for, on the same cell.
    pub target: CellVariable,
}

/// Who has a POINTER.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    /// A point process (index in [`Instance::points`]).
    Point(u32),
    /// A density mechanism at a place.
    Density {
        /// Its name.
        mechanism: String,
        /// Where.
        place: Place,
    },
}

/// A variable of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum CellVariable {
    /// A variable of a place by NEURON's name: `v`, `ina`, `cai`, `m_hh`.
    Place {
        /// Where.
        place: Place,
        /// Which.
        variable: String,
    },
    /// A variable of a point process.
    Point {
        /// Index in [`Instance::points`].
        point: u32,
        /// Which.
        variable: String,
    },
}

/// A voltage that gap junctions on other ranks follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedVoltage {
    /// The rank that has the cell.
    pub rank: u32,
    /// Whose voltage.
    pub place: Place,
}

/// A variable of a point process that is set to a voltage elsewhere before each step.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Index in [`Instance::points`].
    pub point: u32,
    /// The POINTER or RANGE variable that is set (`vpeer`).
    pub variable: String,
    /// Whose voltage.
    pub peer: Place,
}
