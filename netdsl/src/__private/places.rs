//! Checks of places: a mechanism is of the kind that its place wants, and the cells have the sections that are named.

use super::facts::MechanismKind;
use super::msg::{Msg, Nearest, same};
use super::receivers::{Receiver, receiver, several};
use super::uses::{UsesMechanism, UsesPopulation};
use crate::handle::{CellType, Mechanism, Population, Synapse};

/// A mechanism that stands in a section must be a density mechanism.
#[must_use]
pub const fn density<T: UsesMechanism<N>, const N: usize>() -> Option<Msg> {
    let name = T::Mechanism::NAME;
    let text = match T::Mechanism::KIND {
        _ if T::Mechanism::BROKEN => return None,
        MechanismKind::Density => return None,
        MechanismKind::Synapse => {
            " is a point process and has no place in a membrane; make a synapse of it with `synapse!`"
        }
        MechanismKind::Clamp => {
            " is a point process and has no place in a membrane; make a stimulus of it with `stimulus!`"
        }
        MechanismKind::Artificial => {
            " is an artificial cell and has no place in a membrane; make a population of it with `population!`"
        }
    };
    Some(Msg::new().quote(name).put(text))
}

/// A point process of a cell.
#[must_use]
pub const fn point_process<T: UsesMechanism<N>, const N: usize>() -> Option<Msg> {
    let text = match T::Mechanism::KIND {
        _ if T::Mechanism::BROKEN => return None,
        MechanismKind::Synapse | MechanismKind::Clamp => return None,
        MechanismKind::Density => {
            " belongs in the membrane of the whole section: insert it as `name { .. }`"
        }
        MechanismKind::Artificial => {
            " is an artificial cell and has no place in a section; make a population of it with `population!`"
        }
    };
    Some(Msg::new().quote(T::Mechanism::NAME).put(text))
}

/// What is given of a stimulus's fields.
#[derive(Clone, Copy)]
pub struct StimulusFields {
    /// `at soma(0.5)`.
    pub placed: bool,
    /// Any of `synapse`, `synapses`, `weight`, `delay`.
    pub events: bool,
    /// Synapses.
    pub synapse: bool,
    /// Weights for all events.
    pub weight: bool,
    /// Delays for all events.
    pub delay: bool,
}

/// A stimulus has a place if its mechanism is a point process, and synapses if it makes events.
#[must_use]
pub const fn stimulus_fields<T, const N: usize>(given: StimulusFields) -> Option<Msg>
where
    T: UsesMechanism<N> + UsesPopulation<2>,
{
    let message = Msg::new().quote(T::Mechanism::NAME);
    let text = match T::Mechanism::KIND {
        _ if T::Mechanism::BROKEN => return None,
        MechanismKind::Density => {
            " belongs in the membrane (`cell_rule!`) and cannot be a stimulus"
        }
        MechanismKind::Synapse if T::Mechanism::WAITS_FOR_EVENTS => {
            " does nothing without events, and a stimulus of it never gets one; declare it with `synapse!`, and let a rule or a stimulus such as `NetStim` reach it"
        }
        MechanismKind::Clamp | MechanismKind::Synapse => {
            if !given.events {
                return None;
            }
            " is put into the cell and makes no events: say where with `at soma(0.5)`, without `synapse`, `weight` and `delay`"
        }
        MechanismKind::Artificial => return event_fields::<T>(given, message),
    };
    Some(message.put(text))
}

const fn event_fields<T: UsesPopulation<2>>(given: StimulusFields, message: Msg) -> Option<Msg> {
    let receives = match receiver::<<T::Population as Population>::Cell>() {
        Receiver::Unknown => return None,
        Receiver::One(..) => true,
        Receiver::None => false,
        Receiver::Several(_) if given.synapse || given.placed => false,
        Receiver::Several(_) => {
            return Some(several::<<T::Population as Population>::Cell>(
                T::Population::NAME,
            ));
        }
    };
    if given.placed {
        return Some(message.put(
            " makes events, which reach a synapse: write `-> E { synapse: Exc at soma(0.5), weight: 0.01 uS, delay: 1 ms }`",
        ));
    }
    let fields = match (given.synapse || receives, given.weight, given.delay) {
        (true, true, true) => return None,
        (false, true, true) => "`synapse`",
        (true, false, true) => "`weight`",
        (true, true, false) => "`delay`",
        (false, false, true) => "`synapse` and `weight`",
        (false, true, false) => "`synapse` and `delay`",
        (true, false, false) => "`weight` and `delay`",
        (false, false, false) => "`synapse`, `weight` and `delay`",
    };
    Some(
        message
            .put(" makes events, so the stimulus needs ")
            .put(fields)
            .put(": `-> E { synapse: Exc at soma(0.5), weight: 0.01 uS, delay: 1 ms }`"),
    )
}

/// The mechanism of a synapse must be a point process that handles events.
#[must_use]
pub const fn synapse_mechanism<S: Synapse>() -> Option<Msg> {
    let text = match S::Mechanism::KIND {
        _ if S::Mechanism::BROKEN => return None,
        MechanismKind::Synapse => return None,
        MechanismKind::Density => {
            " belongs in the membrane of a section (`cell_rule!`); a synapse needs a point process, such as `Exp2Syn`"
        }
        MechanismKind::Clamp => {
            " receives no events and cannot be a synapse; make a stimulus of it with `stimulus!`"
        }
        MechanismKind::Artificial => {
            " is an artificial cell and cannot be a synapse; make a population of it with `population!`"
        }
    };
    Some(Msg::new().quote(S::Mechanism::NAME).put(text))
}

/// The cells of the `N`-th population must have a section of that name. Artificial cells have none at all, which is told
/// once, at the synapse.
#[must_use]
pub const fn section_of<T: UsesPopulation<N>, const N: usize>(name: &'static str) -> Option<Msg> {
    if <T::Population as Population>::Cell::ARTIFICIAL {
        return None;
    }
    section_of_population::<T::Population>(name)
}

/// The cells that an electrode is put into must have a section of that name.
#[must_use]
pub const fn electrode_section<T: UsesPopulation<N>, const N: usize>(
    name: &'static str,
) -> Option<Msg> {
    let message = section_of_population::<T::Population>(name);
    if message.is_some() || <T::Population as Population>::Cell::BROKEN {
        return message;
    }
    let sections = <T::Population as Population>::Cell::SECTIONS;
    let mut i = 0;
    while i < sections.len() {
        if sections[i].is_list && same(sections[i].name, name) {
            return Some(
                Msg::new()
                    .quote(name)
                    .put(" is a list of sections, and an electrode has one place: name a section"),
            );
        }
        i += 1;
    }
    None
}

const fn section_of_population<P: Population>(name: &'static str) -> Option<Msg> {
    if P::Cell::BROKEN {
        return None;
    }
    if P::Cell::ARTIFICIAL {
        return Some(
            Msg::new()
                .put("the cells of ")
                .quote(P::NAME)
                .put(" are artificial (")
                .quote(P::Cell::NAME)
                .put(") and have no sections"),
        );
    }
    section(P::Cell::NAME, P::Cell::SECTIONS, name)
}

pub(super) const fn artificial_has_no_sections(population: &str, cell: &str) -> Msg {
    Msg::new()
        .put("the cells of ")
        .quote(population)
        .put(" are artificial (")
        .quote(cell)
        .put(") and have no sections: connections reach the cell itself, so leave out `synapse`")
}

/// Whether a cell type has a section: the same text for a rule known to the compiler and for one built at run time.
#[must_use]
pub const fn section(
    cell: &str,
    sections: &[super::SectionFact],
    name: &'static str,
) -> Option<Msg> {
    let mut near = Nearest::to(name);
    let mut list = Msg::new();
    let mut i = 0;
    while i < sections.len() {
        if same(sections[i].name, name) {
            return None;
        }
        near = near.offer(sections[i].name);
        list = list
            .put(if i > 0 { ", " } else { "" })
            .quote(sections[i].name);
        i += 1;
    }
    let message = Msg::new().quote(cell).put(" has no section ").quote(name);
    Some(
        near.tell(message)
            .put("\nits sections are ")
            .put(list.as_str()),
    )
}
