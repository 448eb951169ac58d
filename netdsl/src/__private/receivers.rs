//! Which cells receive events without a synapse: artificial ones, and those with one point process that handles events.

use super::facts::{MechanismKind, PointFact, VariableFact};
use super::msg::Msg;
use super::uses::{UsesMechanism, UsesPopulation};
use crate::handle::{CellType, Mechanism, Population};

/// The point process `name` of a cell type, whose mechanism is the `N`-th that it names.
#[must_use]
pub const fn point_fact<T: UsesMechanism<N>, const N: usize>(name: &'static str) -> PointFact {
    PointFact {
        name,
        broken: T::Mechanism::BROKEN,
        kind: T::Mechanism::KIND,
        mechanism: T::Mechanism::NAME,
        weights: T::Mechanism::WEIGHTS,
    }
}

/// What the events of a rule without synapses meet.
pub(super) enum Receiver {
    /// A mechanism of that name, with these weights.
    One(&'static str, &'static [VariableFact]),
    /// Nothing that handles events.
    None,
    /// So many point processes.
    Several(usize),
    /// That cannot be told.
    Unknown,
}

const fn handles_events(point: &PointFact) -> bool {
    matches!(point.kind, MechanismKind::Synapse)
}

/// What a cell of that type receives events with.
pub(super) const fn receiver<C: CellType>() -> Receiver {
    if C::BROKEN {
        return Receiver::Unknown;
    }
    if C::ARTIFICIAL {
        return Receiver::One(C::NAME, C::WEIGHTS);
    }
    let mut found = Receiver::None;
    let mut i = 0;
    while i < C::POINTS.len() {
        let point = &C::POINTS[i];
        if point.broken {
            return Receiver::Unknown;
        }
        if handles_events(point) {
            found = match found {
                Receiver::None => Receiver::One(point.mechanism, point.weights),
                Receiver::Several(count) => Receiver::Several(count + 1),
                _ => Receiver::Several(2),
            };
        }
        i += 1;
    }
    found
}

/// A rule onto cells that do not receive events themselves must name a synapse; one onto artificial cells must not.
#[must_use]
pub const fn needs_synapse<T: UsesPopulation<N>, const N: usize>(given: bool) -> Option<Msg> {
    let name = T::Population::NAME;
    let artificial = <T::Population as Population>::Cell::ARTIFICIAL;
    match (receiver::<<T::Population as Population>::Cell>(), given) {
        (Receiver::One(cell, _), true) if artificial => {
            Some(super::places::artificial_has_no_sections(name, cell))
        }
        (Receiver::None, false) => Some(
            Msg::new()
                .put("missing field `synapse`: the cells of ")
                .quote(name)
                .put(" have membrane, so write `synapse: Exc at soma(0.5)`"),
        ),
        (Receiver::Several(_), false) => Some(several::<<T::Population as Population>::Cell>(name)),
        _ => None,
    }
}

/// Which of several point processes is meant cannot be told.
pub(super) const fn several<C: CellType>(population: &str) -> Msg {
    let mut message = Msg::new()
        .put("missing field `synapse`: events of a rule without it go to the point process that handles events, but the cells of ")
        .quote(population)
        .put(" have several: ");
    let mut first = true;
    let mut i = 0;
    while i < C::POINTS.len() {
        if handles_events(&C::POINTS[i]) {
            message = message
                .put(if first { "" } else { ", " })
                .quote(C::POINTS[i].name);
            first = false;
        }
        i += 1;
    }
    message
}
