//! Stimuli.

use super::connections::Delivery;
use super::context::{At, Check};
use super::mechanisms::Use;
use super::params::NamedValues;
use super::values::Want;
use crate::expr::ScopeKind;
use crate::mech::{Kind, Program};
use crate::model::{CellType, Stimulus};

/// Parameters with their unit that a mechanism understands beside its own.
pub(super) fn aliases(mechanism: &str) -> &'static [(&'static str, &'static str)] {
    if mechanism == "NetStim" {
        &[("rate", "Hz")]
    } else {
        &[]
    }
}

impl<'a> Check<'a> {
    /// All stimuli.
    pub(super) fn stimuli(&mut self) {
        let network = self.network;
        let item =
            |k: usize, s: &Stimulus| At::item("stimuli", k, format!("stimulus `{}`", s.name));
        let entries = network.stimuli.iter().enumerate();
        self.names(
            "stimulus",
            entries.map(|(k, s)| (s.name.as_str(), item(k, s))),
        );
        for (k, stimulus) in network.stimuli.iter().enumerate() {
            self.stimulus(&item(k, stimulus), stimulus);
        }
    }

    fn stimulus(&mut self, at: &At, stimulus: &'a Stimulus) {
        let named = &self.global.with(&stimulus.params);
        self.params(&at.field("params"), &stimulus.params, ScopeKind::Stimulus);
        let targets = self.selector(&at.field("target"), &stimulus.target, "target");
        if let Some(condition) = &stimulus.condition {
            let at = at.field("where");
            self.value(
                &at,
                "where",
                condition,
                &Want::truth(),
                ScopeKind::Stimulus,
                named,
            );
        }
        let found = self.mechanism_for(&at.field("mechanism"), &stimulus.mechanism, Use::Stimulus);
        let Some(program) = found else {
            return;
        };
        let known = aliases(&stimulus.mechanism);
        let parameters = at.field("parameters");
        self.parameters(
            &parameters,
            program,
            &stimulus.parameters,
            ScopeKind::Stimulus,
            named,
            known,
        );
        if known.iter().any(|(alias, _)| *alias == "rate") {
            self.rate_or_interval(&parameters, stimulus);
        }
        if program.kind == Kind::Artificial {
            self.generator(at, stimulus, named, &targets);
        } else {
            self.electrode(at, stimulus, program, named, &targets);
        }
    }

    fn rate_or_interval(&mut self, at: &At, stimulus: &Stimulus) {
        let given = |name: &str| stimulus.parameters.get(name).is_some();
        match (given("rate"), given("interval")) {
            (true, true) => {
                let message = "`rate` and `interval` are given: one follows from the other";
                self.problem(&at.key("interval"), message, "leave one");
            }
            (false, false) => {
                let message = "the rate is missing";
                self.problem(at, message, "write `rate: 20 Hz` or `interval: 50 ms`");
            }
            _ => {}
        }
    }

    fn generator(
        &mut self,
        at: &At,
        stimulus: &'a Stimulus,
        named: &NamedValues,
        targets: &[&'a CellType],
    ) {
        if stimulus.section.is_some() || stimulus.loc.is_some() {
            let message = format!(
                "`{}` has no place on a cell: its synapses have",
                stimulus.mechanism
            );
            self.problem(at, message, "write the section with the synapse");
        }
        let delivery = Delivery {
            contacts: &stimulus.synapses,
            weight: stimulus.weight.as_ref(),
            delay: stimulus.delay.as_ref(),
            own: (false, false),
            scope: ScopeKind::Stimulus,
            named,
        };
        self.delivery(at, &delivery, targets);
    }

    fn electrode(
        &mut self,
        at: &At,
        stimulus: &Stimulus,
        program: &Program,
        named: &NamedValues,
        targets: &[&CellType],
    ) {
        let name = &program.name;
        if program.waits_for_events() {
            let message = format!(
                "`{name}` does nothing without events, and a stimulus of it never gets one"
            );
            let help = "make a synapse of it, and let a rule or a NetStim reach it";
            self.problem(&at.field("mechanism"), message, help);
            return;
        }
        let extra = [
            ("synapses", !stimulus.synapses.is_empty()),
            ("weight", stimulus.weight.is_some()),
            ("delay", stimulus.delay.is_some()),
        ];
        for (field, _) in extra.iter().filter(|(_, given)| *given) {
            let message = format!("`{name}` is put into the membrane: it has no `{field}`");
            self.problem(&at.key(field), message, format!("leave out `{field}`"));
        }
        for cell in targets {
            if self.is_artificial(cell) {
                let message = format!(
                    "cells of type `{}` have no membrane to put `{name}` into",
                    cell.name
                );
                self.problem(&at.field("target"), message, "choose other targets");
            } else if let Some(section) = &stimulus.section {
                self.section_of(&at.field("section"), cell, section);
            }
        }
        if let Some(loc) = &stimulus.loc {
            self.value(
                &at.field("loc"),
                "loc",
                loc,
                &Want::location(),
                ScopeKind::Stimulus,
                named,
            );
        }
    }
}
