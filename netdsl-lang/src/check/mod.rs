//! Whole-model rules: what can only be known once all parts of a model are there.
//!
//! The same rules serve macros, builders and files. Each finds every mistake, not the first, and a mistake is reported
//! once: a rule that names an unknown cell type says so, and says nothing about the sections of that cell type.

mod cells;
mod connections;
mod context;
mod diagnostic;
mod known;
mod mechanisms;
mod names;
mod params;
mod plasticity;
mod populations;
mod run;
mod stimuli;
mod values;

pub use connections::{is_conductance, receivers};
pub use context::MechanismInfo;
pub use diagnostic::{Diagnostic, Diagnostics, Excerpt, Step};
pub use known::Mechanisms;
pub use names::list;
pub use params::{NamedValue, NamedValues};

use crate::expr::{self, ScopeKind};
use crate::model::{MODEL_VERSION, Network, RunConfig, Table, Value};
use context::{At, Check};
use std::rc::Rc;
use values::Want;

/// Checks a whole model. `Ok` holds nothing; for a model that was read from a text, [`Diagnostics::located`] shows the
/// lines of the mistakes.
///
/// # Errors
/// All mistakes, in the order of the model.
pub fn check(network: &Network, mechanisms: &dyn MechanismInfo) -> Result<(), Diagnostics> {
    all_rules(network, mechanisms).into_result(())
}

/// Checks a whole model with the shipped mechanisms and its own, which are compiled.
///
/// # Errors
/// Mistakes in the files of mechanisms; without any, as [`check`].
pub fn check_model(network: &Network) -> Result<(), Diagnostics> {
    check(network, &Mechanisms::of(network)?)
}

/// Checks what can be checked of a model without knowing its mechanisms.
///
/// # Errors
/// As [`check`].
pub fn check_without_mechanisms(network: &Network) -> Result<(), Diagnostics> {
    all_rules(network, &context::Unknown).into_result(())
}

/// Checks the settings of a run of `network`.
///
/// # Errors
/// All mistakes.
pub fn check_run(
    network: &Network,
    run: &RunConfig,
    mechanisms: &dyn MechanismInfo,
) -> Result<(), Diagnostics> {
    let mut check = Check::new(network, mechanisms);
    check.run(&At::default(), run);
    check.problems.into_result(())
}

fn all_rules(network: &Network, mechanisms: &dyn MechanismInfo) -> Diagnostics {
    let mut check = Check::new(network, mechanisms);
    check.volume();
    check.params(&At::top("params"), &network.params, ScopeKind::Network);
    check.declared_mechanisms();
    check.globals();
    check.function_tables();
    check.cell_types();
    check.synapses();
    check.populations();
    check.connections();
    check.stimuli();
    if let Some(run) = &network.run {
        check.run(&At::top("run"), run);
    }
    check.problems
}

impl Check<'_> {
    fn volume(&mut self) {
        let network = self.network;
        if network.version != MODEL_VERSION {
            let message = format!(
                "the version of this model is {}, but this is version {MODEL_VERSION}",
                network.version
            );
            self.problem(&At::top("version"), message, "");
        }
        for (k, extent) in network.size.iter().enumerate() {
            let at = At::top("size").index(k).called("the network");
            let global = Rc::clone(&self.global);
            let want = Want::unit("um").above(0.0);
            self.value(&at, "size", extent, &want, ScopeKind::Network, &global);
        }
    }

    /// Names that expressions of `scope` know already: either meaning would be ignored.
    fn free_names(&mut self, at: &At, named: &Table<Value>, scope: ScopeKind) {
        for name in named.names() {
            if let Some(taken) = expr::taken(name, scope) {
                let message = format!("`{name}` is {taken} and cannot name a parameter");
                self.problem(&at.key(name), message, "choose another name");
            }
        }
    }

    /// Named parameters: their names, and their values, which may use those of the network.
    fn params(&mut self, at: &At, params: &Table<Value>, scope: ScopeKind) {
        self.names("parameter", params.names().map(|name| (name, at.key(name))));
        self.free_names(at, params, scope);
        let mut named = (*self.global).clone();
        for (name, value) in params.iter() {
            let at = at.field(name);
            let want = Want::anything();
            let checked = self.expression(&at, name, value, &want, ScopeKind::Network, &named);
            if checked.is_some_and(|c| c.is_random()) {
                let message =
                    format!("the parameter `{name}` is random: a parameter is one number");
                self.problem(&at, message, "draw where the parameter is used");
            }
            named = named.with(&Table::from([(name, value.clone())]));
        }
    }
}
