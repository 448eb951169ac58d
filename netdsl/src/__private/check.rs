//! Checks across macros: what one declaration says about another, found out while the model is compiled.
//!
//! Each returns a message or nothing; [`super::require`] makes it an error under the words that the macro points at.
//! Here are parameters and weights.

use super::facts::{VariableFact, VariableKind, Written, same_dim, scaled};
use super::msg::{Msg, Nearest, same};
use super::receivers::{Receiver, receiver};
use super::uses::{UsesMechanism, UsesPopulation, UsesSynapse};
use crate::handle::{CellType, Mechanism, Population, Synapse};

/// Who has a variable, for messages.
#[derive(Clone, Copy)]
struct Owner {
    name: &'static str,
    variables: &'static [VariableFact],
}

/// A population of artificial cells has parameters, one of `cell_rule!` cells has none.
#[must_use]
pub const fn cell_parameter<P: Population>(name: &'static str, near: &'static str) -> Option<Msg> {
    if P::Cell::BROKEN {
        None
    } else if P::Cell::ARTIFICIAL {
        unknown(cell_owner::<P>(), name)
    } else {
        let message = Msg::new().put("a population has no field ").quote(name);
        let message = if near.is_empty() {
            message
        } else {
            message.put("; did you mean ").quote(near).put("?")
        };
        Some(
            message
                .put("\nits fields are `cells`, `density`, `grid`, `positions`, `x`, `y`, `z`, `x_norm`, `y_norm`, `z_norm`, `tags`; parameters of the cells stand in `cell_rule! { ")
                .put(P::Cell::NAME)
                .put(" { .. } }`"),
        )
    }
}

/// The value of a parameter of artificial cells.
#[must_use]
pub const fn cell_parameter_value<P: Population>(
    name: &'static str,
    value: Written,
) -> Option<Msg> {
    if P::Cell::BROKEN || !P::Cell::ARTIFICIAL {
        return None;
    }
    wrong_value(cell_owner::<P>(), name, value)
}

const fn cell_owner<P: Population>() -> Owner {
    Owner {
        name: P::Cell::NAME,
        variables: P::Cell::VARIABLES,
    }
}

/// The name of a parameter that is set in a section, or in a stimulus.
#[must_use]
pub const fn parameter<T: UsesMechanism<N>, const N: usize>(name: &'static str) -> Option<Msg> {
    if T::Mechanism::BROKEN {
        return None;
    }
    unknown(owner::<T::Mechanism>(), name)
}

/// The name of a POINTER that is connected.
#[must_use]
pub const fn pointer<T: UsesMechanism<N>, const N: usize>(name: &'static str) -> Option<Msg> {
    let owner = owner::<T::Mechanism>();
    if T::Mechanism::BROKEN {
        return None;
    }
    match find(owner, name) {
        Some(VariableFact {
            kind: VariableKind::Pointer,
            ..
        }) => None,
        Some(_) => Some(
            Msg::new()
                .quote(name)
                .put(" of ")
                .quote(owner.name)
                .put(" is no POINTER; give it a value: `")
                .put(name)
                .put(": ..`"),
        ),
        None => Some(no_such(owner, name, VariableKind::Pointer)),
    }
}

/// The value of a parameter that is set in a section, or in a stimulus.
#[must_use]
pub const fn parameter_value<T: UsesMechanism<N>, const N: usize>(
    name: &'static str,
    value: Written,
) -> Option<Msg> {
    if T::Mechanism::BROKEN {
        return None;
    }
    wrong_value(owner::<T::Mechanism>(), name, value)
}

/// The name of a variable that a network sets for all instances.
#[must_use]
pub const fn global<T: UsesMechanism<N>, const N: usize>(name: &'static str) -> Option<Msg> {
    let owner = owner::<T::Mechanism>();
    if T::Mechanism::BROKEN {
        return None;
    }
    let Some(fact) = find(owner, name) else {
        return Some(no_such(owner, name, VariableKind::Global));
    };
    let text = match fact.kind {
        VariableKind::Global => return None,
        VariableKind::Parameter => " is set per place: in `cell_rule!`, `synapse!` or `stimulus!`",
        VariableKind::Computed | VariableKind::Pointer => " is computed and cannot be set",
    };
    Some(
        Msg::new()
            .quote(name)
            .put(" of ")
            .quote(owner.name)
            .put(text),
    )
}

/// The value of a variable that a network sets for all instances.
#[must_use]
pub const fn global_value<T: UsesMechanism<N>, const N: usize>(
    name: &'static str,
    value: Written,
) -> Option<Msg> {
    if T::Mechanism::BROKEN {
        return None;
    }
    // what is no global is reported at its name
    match find(owner::<T::Mechanism>(), name) {
        Some(VariableFact {
            kind: VariableKind::Global,
            ..
        }) => wrong_value(owner::<T::Mechanism>(), name, value),
        _ => None,
    }
}

/// The name of a parameter that a synapse sets.
#[must_use]
pub const fn synapse_parameter<S: Synapse>(name: &'static str) -> Option<Msg> {
    if S::Mechanism::BROKEN {
        return None;
    }
    unknown(owner::<S::Mechanism>(), name)
}

/// The value of a parameter that a synapse sets.
#[must_use]
pub const fn synapse_parameter_value<S: Synapse>(
    name: &'static str,
    value: Written,
) -> Option<Msg> {
    if S::Mechanism::BROKEN {
        return None;
    }
    wrong_value(owner::<S::Mechanism>(), name, value)
}

const fn owner<M: Mechanism>() -> Owner {
    Owner {
        name: M::NAME,
        variables: M::VARIABLES,
    }
}

const fn find(owner: Owner, name: &str) -> Option<VariableFact> {
    let mut i = 0;
    while i < owner.variables.len() {
        if same(owner.variables[i].name, name) {
            return Some(owner.variables[i]);
        }
        i += 1;
    }
    None
}

/// What is wrong with setting `name`, whatever the value.
const fn unknown(owner: Owner, name: &'static str) -> Option<Msg> {
    let message = Msg::new().quote(name);
    match find(owner, name) {
        Some(VariableFact {
            kind: VariableKind::Parameter,
            ..
        }) => None,
        Some(VariableFact {
            kind: VariableKind::Global,
            ..
        }) => Some(
            message
                .put(" has one value for all instances of ")
                .quote(owner.name)
                .put("; set it in `network! { globals: { ")
                .put(owner.name)
                .put(" { ")
                .put(name)
                .put(": .. } } }`"),
        ),
        Some(VariableFact {
            kind: VariableKind::Computed,
            ..
        }) => Some(
            message
                .put(" is computed by ")
                .quote(owner.name)
                .put(" and cannot be set"),
        ),
        Some(VariableFact {
            kind: VariableKind::Pointer,
            ..
        }) => Some(
            message
                .put(" of ")
                .quote(owner.name)
                .put(" is a POINTER, no number: in `cell_rule!`, write `")
                .put(name)
                .put(" -> dend(0.5).v`, a variable of the cell"),
        ),
        None => Some(no_such(owner, name, VariableKind::Parameter)),
    }
}

/// How the quantity of an ion is set that NEURON's users set by its name.
const fn ion_field(name: &str) -> Option<&'static str> {
    const IONS: [(&str, &str); 9] = [
        ("ena", "ion na { e: 50 mV }"),
        ("ek", "ion k { e: -77 mV }"),
        ("eca", "ion ca { e: 120 mV }"),
        ("nai", "ion na { i: 10 mM }"),
        ("nao", "ion na { o: 140 mM }"),
        ("ki", "ion k { i: 54 mM }"),
        ("ko", "ion k { o: 2.5 mM }"),
        ("cai", "ion ca { i: 5e-5 mM }"),
        ("cao", "ion ca { o: 2 mM }"),
    ];
    let mut i = 0;
    while i < IONS.len() {
        if same(IONS[i].0, name) {
            return Some(IONS[i].1);
        }
        i += 1;
    }
    None
}

const fn no_such(owner: Owner, name: &'static str, kind: VariableKind) -> Msg {
    let mut near = Nearest::to(name);
    let mut list = Msg::new();
    let mut count = 0;
    let mut i = 0;
    while i < owner.variables.len() {
        let v = &owner.variables[i];
        if v.kind as u8 == kind as u8 {
            near = near.offer(v.name);
            list = list.put(if count > 0 { ", " } else { "" }).quote(v.name);
            if let Some(unit) = v.unit {
                list = list.put(" (").put(unit.text).put(")");
            }
            count += 1;
        }
        i += 1;
    }
    let word = match kind {
        VariableKind::Global => "global variable",
        VariableKind::Pointer => "POINTER",
        _ => "parameter",
    };
    let message = Msg::new()
        .quote(owner.name)
        .put(" has no ")
        .put(word)
        .put(" ")
        .quote(name);
    let message = match ion_field(name) {
        Some(ion) => message
            .put("; it belongs to the ion: in the section, write `")
            .put(ion)
            .put("`"),
        None => near.tell(message),
    };
    if count == 0 {
        return message.put("\nit has none that can be set here");
    }
    let plural = if count == 1 { " is " } else { "s are " };
    message
        .put("\nits ")
        .put(word)
        .put(plural)
        .put(list.as_str())
}

/// What is wrong with a value for `name`; nothing if the name itself is wrong, which is reported at the name.
const fn wrong_value(owner: Owner, name: &'static str, value: Written) -> Option<Msg> {
    let Some(fact) = find(owner, name) else {
        return None;
    };
    if let Some(n) = value.elements
        && n != fact.length
    {
        return Some(wrong_length(owner, fact, n));
    }
    wrong_dimension(owner, fact, value)
}

const fn wrong_length(owner: Owner, fact: VariableFact, found: u32) -> Msg {
    let message = Msg::new().quote(fact.name).put(" of ").quote(owner.name);
    if fact.length == 1 {
        return message.put(" is one value, not a list");
    }
    message
        .put(" has ")
        .number(fact.length as usize)
        .put(" elements, not ")
        .number(found as usize)
}

const fn wrong_dimension(owner: Owner, fact: VariableFact, value: Written) -> Option<Msg> {
    let Some(dim) = value.dim else {
        return None;
    };
    let message = Msg::new().quote(fact.name).put(" of ").quote(owner.name);
    let Some(unit) = fact.unit else {
        if value.bare || same_dim(dim, [0; 8]) {
            return outside(owner, fact, value, 0);
        }
        return Some(
            message
                .put(" has no unit in its file, but ")
                .quote(value.text)
                .put(" is ")
                .put(value.what)
                .put("; write a plain number"),
        );
    };
    if same_dim(dim, unit.dim) {
        return outside(owner, fact, value, unit.exponent);
    }
    if value.bare {
        return Some(
            message
                .put(" needs a unit: write `")
                .put(value.text)
                .put(" ")
                .put(unit.text)
                .put("`"),
        );
    }
    Some(
        message
            .put(" is ")
            .put(unit.what)
            .put(" (")
            .put(unit.text)
            .put("), but ")
            .quote(value.text)
            .put(" is ")
            .put(value.what),
    )
}

const fn outside(owner: Owner, fact: VariableFact, value: Written, exponent: i32) -> Option<Msg> {
    let (Some((number, power)), Some((low, high, text))) = (value.constant, fact.limits) else {
        return None;
    };
    let number = scaled(number, power - exponent);
    if number >= low && number <= high {
        return None;
    }
    Some(
        Msg::new()
            .quote(fact.name)
            .put(" of ")
            .quote(owner.name)
            .put(" lies between ")
            .put(text)
            .put(", not ")
            .quote(value.text),
    )
}

/// The weight of events to the `N`-th synapse.
#[must_use]
pub const fn synapse_weight<T: UsesSynapse<N>, const N: usize>(value: Written) -> Option<Msg> {
    let name = <T::Synapse as Synapse>::Mechanism::NAME;
    let weights = <T::Synapse as Synapse>::Mechanism::WEIGHTS;
    if <T::Synapse as Synapse>::Mechanism::BROKEN || weights.is_empty() {
        return None;
    }
    wrong_weight(name, weights[0], value)
}

/// As [`synapse_weight`], where the target is known: one that has no synapses is reported elsewhere.
#[must_use]
pub const fn contact_weight<T, const N: usize, const P: usize>(value: Written) -> Option<Msg>
where
    T: UsesSynapse<N> + UsesPopulation<P>,
{
    if <T::Population as Population>::Cell::ARTIFICIAL {
        return None;
    }
    synapse_weight::<T, N>(value)
}

/// The weight of events that reach cells without a synapse.
#[must_use]
pub const fn cell_weight<T: UsesPopulation<N>, const N: usize>(value: Written) -> Option<Msg> {
    match receiver::<<T::Population as Population>::Cell>() {
        Receiver::One(name, weights) if !weights.is_empty() => {
            wrong_weight(name, weights[0], value)
        }
        _ => None,
    }
}

const fn wrong_weight(owner: &'static str, fact: VariableFact, value: Written) -> Option<Msg> {
    let owner = Owner {
        name: owner,
        variables: &[],
    };
    // in a message, `weight` says more than what the file happens to call it
    let fact = VariableFact {
        name: "weight",
        ..fact
    };
    if let Some(message) = wrong_dimension(owner, fact, value) {
        return Some(message);
    }
    let (Some((number, _)), Some(unit)) = (value.constant, fact.unit) else {
        return None;
    };
    if number >= 0.0 || !same_dim(unit.dim, super::CONDUCTANCE) {
        return None;
    }
    Some(
        Msg::new()
            .put("a weight that is a conductance cannot be negative, as ")
            .quote(value.text)
            .put(" is; inhibition comes from the reversal potential `e` of the synapse"),
    )
}
