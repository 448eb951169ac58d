//! `synMechParams`.

use super::at::At;
use super::finding::Found;
use super::formula::{Formulas, Scope};
use super::shared::{Shared, name};
use super::unit::spelled;
use netdsl_lang::mech::{Kind, Program, Role};
use netdsl_lang::model::{Parameters, Synapse};

/// A kind of synapse as rules need it.
pub(super) struct Known {
    pub(super) label: String,
    pub(super) name: String,
    /// Unit of its first weight, as we write it.
    pub(super) weight_unit: String,
    /// Where it is if the rule does not say.
    pub(super) loc: Option<f64>,
}

/// Unit of the first weight of a mechanism.
pub(super) fn weight_unit(program: &Program) -> String {
    let weight = program.variables.iter().find(|v| v.role == Role::Weight(0));
    weight.and_then(|w| spelled(&w.unit)).unwrap_or_default()
}

/// All kinds of synapses.
pub(super) fn all(found: &mut Found, shared: &Shared, params: &At) -> (Vec<Synapse>, Vec<Known>) {
    let (mut synapses, mut known): (Vec<Synapse>, Vec<Known>) = Default::default();
    let list = params.get("synMechParams");
    for (label, at) in list.map(|l| l.object(found)).unwrap_or_default() {
        let word = name(label, |word| known.iter().any(|k| k.name == word));
        if let Some((synapse, unit)) = synapse(found, shared, &at, &word) {
            synapses.push(synapse);
            known.push(Known {
                label: label.to_owned(),
                name: word,
                weight_unit: unit,
                loc: at.get("loc").and_then(|loc| loc.number(found)),
            });
        }
    }
    (synapses, known)
}

fn synapse(found: &mut Found, shared: &Shared, at: &At, name: &str) -> Option<(Synapse, String)> {
    let Some(named) = at.get("mod") else {
        found.error(
            at,
            "`mod` is missing",
            "name the point process",
            "an exception",
        );
        return None;
    };
    let mechanism = named.text(found)?;
    for key in ["pointerParams", "selfNetCon"] {
        if let Some(entry) = at.get(key).filter(At::is_true) {
            let netpyne = match key {
                "selfNetCon" => "nothing: the key is looked for in another spelling",
                _ => "a variable of the presynaptic cell is copied to it at each step",
            };
            found.unsupported(&entry, &format!("`{key}`"), "leave it out", netpyne);
        }
    }
    let program = shared.mechanism(found, &named, mechanism, |kind| kind == Kind::Point)?;
    let mut parameters = Parameters::default();
    let formulas = Formulas::new(Scope::Synapse, &shared.numbers);
    for (key, value) in at.entries() {
        if ["mod", "loc", "pointerParams", "selfNetCon", "label"].contains(&key) {
            continue;
        }
        if let Some(unit) = shared.parameter_unit(found, &value, program, key)
            && let Some(setting) = shared.setting(found, &value, &formulas, &unit)
        {
            parameters.push(key, setting);
        }
    }
    let synapse = Synapse {
        name: name.to_owned(),
        mechanism: mechanism.to_owned(),
        parameters,
    };
    Some((synapse, weight_unit(program)))
}
