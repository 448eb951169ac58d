//! Laws of a rule, with their numbers.

use super::Surroundings;
use super::deliver::{self, DeliveryPlan};
use crate::instantiate::names::Locals;
use crate::instantiate::{Mistake, NetworkErrors};
use crate::plasticity::{Plasticity, ShortTerm, Stdp};
use netdsl_lang::model::{ConnRule, Law, LawUnit, Plasticity as Written, Value};

/// The laws of a rule; `None` if its weights stay.
pub(super) fn plasticity(
    around: &Surroundings,
    rule: &ConnRule,
    delivery: &DeliveryPlan,
    locals: &Locals,
    place: &str,
    errors: &mut NetworkErrors,
) -> Option<Plasticity> {
    let mut laws = Plasticity::default();
    for written in &rule.plasticity {
        let mut number = |name: &str| {
            let found = value(around, written, delivery, locals, name);
            errors.take(place, found).unwrap_or(f64::NAN)
        };
        match written.law {
            Law::Stdp => {
                let law = Stdp {
                    tau_plus: number("tau_plus"),
                    tau_minus: number("tau_minus"),
                    tau_x: number("tau_x"),
                    tau_y: number("tau_y"),
                    a_plus: number("a_plus"),
                    a_minus: number("a_minus"),
                    triplet_plus: number("triplet_plus"),
                    triplet_minus: number("triplet_minus"),
                    mu_plus: number("mu_plus"),
                    mu_minus: number("mu_minus"),
                    w_max: number("w_max"),
                    w_min: number("w_min"),
                    nearest: number("nearest") != 0.0,
                    tau_eligibility: number("tau_eligibility"),
                };
                if law.w_max * law.w_min < 0.0 || law.w_max.abs() <= law.w_min.abs() {
                    let what = format!(
                        "`w_min` is {} and `w_max` is {}: both have one sign, and `w_max` is further from 0",
                        law.w_min, law.w_max
                    );
                    let help = "give `w_max` the sign of the weights";
                    errors.add(place, Mistake::Conflict { what, help });
                }
                laws.stdp = Some(law);
            }
            Law::TsodyksMarkram => {
                laws.short_term = Some(ShortTerm {
                    u_0: number("u"),
                    tau_rec: number("tau_rec"),
                    tau_facil: number("tau_facil"),
                });
            }
        }
    }
    (!rule.plasticity.is_empty()).then_some(laws)
}

/// A parameter: as given, or as usual.
fn value(
    around: &Surroundings,
    written: &Written,
    delivery: &DeliveryPlan,
    locals: &Locals,
    name: &str,
) -> Result<f64, Mistake> {
    let parameters = written.law.parameters();
    let parameter = parameters.iter().find(|p| p.name == name);
    let parameter = parameter.expect("laws have the parameters that are asked for");
    let given = written.params.get(name);
    let usual = parameter.default.map(Value::from);
    let Some(value) = given.or(usual.as_ref()) else {
        let what = format!("the `{name}` of `{}` is missing", written.law.name());
        let help = parameter.help;
        return Err(Mistake::Conflict { what, help });
    };
    match parameter.unit {
        LawUnit::Truth if given.is_none() => Ok(0.0),
        LawUnit::Truth => Ok(f64::from(value.text() == "true")),
        LawUnit::Weight if given.is_none() => Ok(0.0),
        LawUnit::Weight => {
            let unit = weight_unit(around, delivery)?;
            around.names.constant(name, value, &unit, locals)
        }
        LawUnit::Time if given.is_none() => Ok(parameter.default.unwrap_or_default()),
        LawUnit::Time => around.names.constant(name, value, "ms", locals),
        LawUnit::Number => around.names.constant(name, value, "1", locals),
    }
}

/// The unit of the weights of a rule.
fn weight_unit(around: &Surroundings, delivery: &DeliveryPlan) -> Result<String, Mistake> {
    let contacts = delivery.contacts.iter();
    let of_contacts = contacts.map(|c| around.synapses[c.synapse].weight_unit.clone());
    let direct = delivery.direct.iter();
    let direct =
        direct.filter_map(|(name, ..)| around.mechanisms.program(name).map(deliver::weight_unit));
    let mut units = of_contacts.chain(direct);
    let first = units.next().unwrap_or_default();
    match units.find(|other| *other != first) {
        None => Ok(first),
        Some(other) => {
            let what = format!("weights are in {first} for one synapse and in {other} for another");
            let help = "write a rule for each of them";
            Err(Mistake::Conflict { what, help })
        }
    }
}
