//! Rules and stimuli as values: what `conn_rule!` and `stimulus!` give where no name is declared.

use crate::__private::{Assembly, Named};
use netdsl_lang::check::{Diagnostic, Diagnostics};
use netdsl_lang::model;

/// A connection rule as a value, with all that it needs.
#[derive(Clone)]
pub struct RuleSpec {
    pub(crate) rule: model::ConnRule,
    pub(crate) needs: Vec<Named>,
    pub(crate) problems: Vec<Diagnostic>,
    pub(crate) named: bool,
}

impl RuleSpec {
    /// This rule under another name; without one it is called after its populations, `E_I`.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.rule.name = name.into();
        self.named = true;
        self
    }

    /// The rule as the model has it.
    #[must_use]
    pub fn rule(&self) -> &model::ConnRule {
        &self.rule
    }
}

/// A stimulus as a value, with all that it needs.
#[derive(Clone)]
pub struct StimulusSpec {
    pub(crate) stimulus: model::Stimulus,
    pub(crate) needs: Vec<Named>,
    pub(crate) problems: Vec<Diagnostic>,
}

impl StimulusSpec {
    /// This stimulus under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.stimulus.name = name.into();
        self
    }

    /// The stimulus as the model has it.
    #[must_use]
    pub fn stimulus(&self) -> &model::Stimulus {
        &self.stimulus
    }
}

/// Adds rules to a network that exists.
pub trait ExtendNetwork: Sized {
    /// This network with more rules, checked again as a whole.
    ///
    /// # Errors
    /// Everything that is wrong with the larger network.
    fn extend(self, rules: impl IntoIterator<Item = RuleSpec>) -> Result<Self, Diagnostics>;
}

impl ExtendNetwork for model::Network {
    fn extend(self, rules: impl IntoIterator<Item = RuleSpec>) -> Result<Self, Diagnostics> {
        let mut assembly = Assembly::of(self);
        for rule in rules {
            assembly.add_rule_spec(rule);
        }
        assembly.finish()
    }
}
