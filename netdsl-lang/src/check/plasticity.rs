//! Laws that weights of connections follow.

use super::connections::{Delivery, weight_of};
use super::context::{At, Check};
use super::values::Want;
use crate::expr::ScopeKind;
use crate::model::{CellType, ConnRule, Law, LawParameter, LawUnit, Plasticity};

impl<'a> Check<'a> {
    /// The laws of a rule, whose connections reach cells of these types.
    pub(super) fn plasticity(
        &mut self,
        at: &At,
        rule: &'a ConnRule,
        delivery: &Delivery<'_>,
        targets: &[&'a CellType],
    ) {
        for (k, one) in rule.plasticity.iter().enumerate() {
            let at = at.field("plasticity").index(k);
            if rule.plasticity[..k]
                .iter()
                .any(|other| other.law == one.law)
            {
                let message = format!("the law `{}` is given twice", one.law.name());
                self.problem(&at, message, "leave one");
            }
            self.law(&at, one, delivery, targets);
        }
        let artificial = targets.iter().find(|cell| self.is_artificial(cell));
        if let (false, Some(cell)) = (rule.plasticity.is_empty(), artificial) {
            let message = format!(
                "cells of type `{}` are artificial: connections to them cannot be plastic",
                cell.name
            );
            let help = "choose cells with compartments, or with a point process such as `LifExp`";
            self.problem(&at.key("plasticity"), message, help);
        }
    }

    fn law(
        &mut self,
        at: &At,
        one: &'a Plasticity,
        delivery: &Delivery<'_>,
        targets: &[&'a CellType],
    ) {
        let known = one.law.parameters();
        for (k, (name, value)) in one.params.0.iter().enumerate() {
            let at = at.field("params").field(name);
            let Some(parameter) = known.iter().find(|p| p.name == name) else {
                let kind = format!("parameter of `{}`", one.law.name());
                self.unknown(&at, &kind, name, known.iter().map(|p| p.name));
                continue;
            };
            if one.params.0[..k].iter().any(|(other, _)| other == name) {
                self.problem(&at, format!("`{name}` is given twice"), "leave one");
            }
            if parameter.unit == LawUnit::Truth && !["true", "false"].contains(&value.text()) {
                let message = format!("`{name}` is `{}`", value.text());
                self.problem(&at, message, "write `true` or `false`");
            }
            for want in self.wants(parameter, delivery, targets) {
                let found = self.value(&at, name, value, &want, ScopeKind::Network, delivery.named);
                if found == Some(0.0) && one.law == Law::Stdp && name == "w_max" {
                    let help = "changes are fractions of it: give the weight that is the limit";
                    self.problem(&at, "`w_max` is 0", help);
                }
            }
        }
        for parameter in known.iter().filter(|p| p.default.is_none()) {
            if one.params.get(parameter.name).is_none() {
                let name = parameter.name;
                let message = format!("the `{name}` of `{}` is missing", one.law.name());
                self.problem(at, message, format!("give {}", parameter.help));
            }
        }
    }

    /// What a parameter must be: a weight, one for each synapse.
    fn wants(
        &self,
        parameter: &LawParameter,
        delivery: &Delivery<'_>,
        targets: &[&'a CellType],
    ) -> Vec<Want<'a>> {
        let limited = |want: Want<'a>| {
            let want = want.at_most(parameter.most);
            match (parameter.positive, parameter.unit) {
                (true, _) => want.above(0.0),
                (false, LawUnit::Time) => want.at_least(0.0),
                (false, _) if parameter.most < f64::INFINITY => want.at_least(0.0),
                _ => want,
            }
        };
        match parameter.unit {
            LawUnit::Time => vec![limited(Want::unit("ms"))],
            LawUnit::Number => vec![limited(Want::number())],
            // a word
            LawUnit::Truth => Vec::new(),
            LawUnit::Weight => {
                let (network, mechanisms) = (self.network, self.mechanisms);
                let of_contact = delivery.contacts.iter().filter_map(|contact| {
                    mechanisms.program(&network.synapse(&contact.synapse)?.mechanism)
                });
                let direct = targets.iter().flat_map(|cell| {
                    let found = super::connections::receivers(cell, mechanisms);
                    found.map(|(_, _, program)| program)
                });
                let programs: Vec<_> = match delivery.contacts.is_empty() {
                    true => direct.collect(),
                    false => of_contact.collect(),
                };
                let receive = programs.into_iter().filter(|p| p.net_receive.is_some());
                receive.map(weight_of).collect()
            }
        }
    }
}
