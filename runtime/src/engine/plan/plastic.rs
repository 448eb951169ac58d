//! Connections whose weights change.

use super::Plan;
use crate::engine::sums::{self, Plastic};
use crate::error::{BuildError, BuildErrors};
use crate::instance::Target;
use crate::plasticity::Plasticity;
use std::collections::BTreeMap;

impl Plan<'_> {
    /// How the weight of a connection changes, if it does.
    pub(crate) fn plasticity(&self, connection: usize) -> Option<&Plasticity> {
        if self.instance.plasticity.is_empty() {
            return None;
        }
        let rule = self.instance.connections.rule(connection);
        self.instance.plasticity.get(&rule)
    }

    /// Such a connection, for the unit that it leads to.
    pub(crate) fn plastic(&self, number: u32) -> Option<Plastic> {
        let connections = &self.instance.connections;
        let connection = number as usize;
        let Target::Point(point) = connections.target(connection) else {
            return None;
        };
        let mut receivers = self.receivers(point);
        Some(Plastic {
            rule: connections.rule(connection),
            emitter: self.source_emitter[connections.source(connection) as usize],
            cell: self.instance.points[point as usize].place.cell,
            number,
            instances: [receivers.next(), receivers.next()],
            delay: connections.delay(connection),
            weight: connections.weight(connection)[0],
        })
    }

    /// What is wrong with them, once a rule and cause.
    pub(super) fn check_plastic(&self, errors: &mut BuildErrors) {
        let mut found: BTreeMap<(u16, &str), (usize, String)> = BTreeMap::new();
        for k in 0..self.instance.connections.len() {
            let Some(law) = self.plasticity(k) else {
                continue;
            };
            if let Some((cause, message)) = self.hinders(k, law) {
                let rule = self.instance.connections.rule(k);
                found.entry((rule, cause)).or_insert((0, message)).0 += 1;
            }
        }
        for ((rule, _), (count, message)) in found {
            let names = &self.instance.connections.rules;
            let name = names.get(usize::from(rule)).cloned().unwrap_or_default();
            let place = format!("plasticity of rule `{name}`");
            let message = match count {
                1 => message,
                _ => format!("{message} (and {} more connections)", count - 1),
            };
            errors.push(BuildError::Value { place, message });
        }
    }

    /// Cause and message of what keeps a connection from being plastic.
    fn hinders(&self, connection: usize, law: &Plasticity) -> Option<(&'static str, String)> {
        let connections = &self.instance.connections;
        let Target::Point(point) = connections.target(connection) else {
            let message = "artificial cells are no target of plastic connections: they have no \
                           membrane whose spikes are looked at in each step; use a cell with a point process";
            return Some(("cell", message.into()));
        };
        if !self.adds_only(point) {
            let name = &self.instance.points[point as usize].mechanism;
            let message = format!(
                "what an event does to `{name}` is more than adding its weight to states that nobody sets or points to; \
                 plastic connections want such a synapse, as `ExpSyn` and `Exp2Syn` are"
            );
            return Some(("synapse", message));
        }
        let delay = connections.delay(connection);
        if delay / self.config.dt >= sums::LONGEST {
            let message = format!(
                "a delay of {delay} ms has more than {} steps of {} ms; take a larger step, or a shorter delay",
                sums::LONGEST,
                self.config.dt
            );
            return Some(("delay", message));
        }
        let weight = connections.weight(connection)[0];
        let (low, high) = law.stdp?.bounds();
        (weight < low || weight > high || weight.is_nan()).then(|| {
            let message =
                format!("a weight of {weight} is not between `w_min` and `w_max`, {low} to {high}");
            ("weight", message)
        })
    }
}
