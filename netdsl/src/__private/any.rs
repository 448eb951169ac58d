//! Stand-ins for names that a broken declaration lost: nothing is checked against them.

use super::{Assembly, MechanismKind, SectionFact, VariableFact};
use crate::handle::{CellType, Mechanism, Population};

/// A population whose declaration could not be read.
#[derive(Clone, Copy, Debug)]
pub struct AnyPopulation;

/// A cell type that could not be read.
pub enum AnyCell {}

/// A mechanism that could not be read.
pub enum AnyMechanism {}

impl Population for AnyPopulation {
    const NAME: &'static str = "?";
    const PATH: &'static str = "?";
    const BROKEN: bool = true;
    type Cell = AnyCell;
    fn declare(_: &mut Assembly) {}
}

impl CellType for AnyCell {
    const NAME: &'static str = "?";
    const PATH: &'static str = "?";
    const BROKEN: bool = true;
    const SECTIONS: &'static [SectionFact] = &[];
    fn declare(_: &mut Assembly) {}
}

impl Mechanism for AnyMechanism {
    const NAME: &'static str = "?";
    const BROKEN: bool = true;
    const KIND: MechanismKind = MechanismKind::Density;
    const VARIABLES: &'static [VariableFact] = &[];
    const WEIGHTS: &'static [VariableFact] = &[];
    fn declare(_: &mut Assembly) {}
}
