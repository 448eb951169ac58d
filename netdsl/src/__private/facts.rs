//! What a declaration tells the macros that use it: facts of types, readable by `const fn`.

/// Exponents of the base dimensions, in the order of `netdsl_lang::units`.
pub type Dim = [i8; 8];

/// A unit, as far as a check must know it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnitFact {
    /// As a modeller writes it: `S/cm2`.
    pub text: &'static str,
    /// What it measures: `a conductance per area`.
    pub what: &'static str,
    /// Its dimension.
    pub dim: Dim,
    /// One of it is 10 to this power of the dimension's coherent unit.
    pub exponent: i32,
}

/// What a variable of a mechanism is to a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// Set per place.
    Parameter,
    /// One value for the whole network.
    Global,
    /// Computed by the mechanism: may be recorded, not set.
    Computed,
    /// A value elsewhere that a connection supplies (POINTER).
    Pointer,
}

/// A variable of a mechanism.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VariableFact {
    /// Its name in the file, without the suffix.
    pub name: &'static str,
    /// What a model may do with it.
    pub kind: VariableKind,
    /// Its unit; `None` where the file gives none, or one that is not a unit of the language.
    pub unit: Option<UnitFact>,
    /// The least and greatest allowed values, in `unit`, and the same as text (`1e-9 to 1e9 ms`).
    pub limits: Option<(f64, f64, &'static str)>,
    /// Number of elements.
    pub length: u32,
}

/// Where a mechanism's instances live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MechanismKind {
    /// SUFFIX: in a section's membrane.
    Density,
    /// POINT_PROCESS that handles events: a synapse.
    Synapse,
    /// POINT_PROCESS without events: a clamp.
    Clamp,
    /// ARTIFICIAL_CELL: a population of its own, or a source of events.
    Artificial,
}

/// A section of a cell type, or a list of sections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SectionFact {
    /// Its name.
    pub name: &'static str,
    /// It is a name for several sections.
    pub is_list: bool,
}

/// A point process of a cell type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointFact {
    /// Its name in the cell.
    pub name: &'static str,
    /// The mechanism could not be read.
    pub broken: bool,
    /// What it is.
    pub kind: MechanismKind,
    /// The name of its mechanism.
    pub mechanism: &'static str,
    /// The weights of events to it.
    pub weights: &'static [VariableFact],
}

/// A value as it stands in a macro.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Written {
    /// Its text.
    pub text: &'static str,
    /// What it measures: `a voltage`.
    pub what: &'static str,
    /// Its dimension; `None` where it could not be found out, because the text has a mistake of its own.
    pub dim: Option<Dim>,
    /// A number that stands alone, without a unit: it may have been forgotten.
    pub bare: bool,
    /// Its value where it is a constant: a number, and the power of ten that makes it one in the coherent unit.
    pub constant: Option<(f64, i32)>,
    /// Number of elements, where it is a list.
    pub elements: Option<u32>,
}

/// Whether two dimensions are equal, at compile time.
#[must_use]
pub const fn same_dim(a: Dim, b: Dim) -> bool {
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// `value * 10^exponent`, at compile time.
#[must_use]
pub const fn scaled(value: f64, exponent: i32) -> f64 {
    let mut power = 1.0;
    let mut n = exponent.unsigned_abs();
    while n > 0 {
        power *= 10.0;
        n -= 1;
    }
    if exponent < 0 {
        value / power
    } else {
        value * power
    }
}
