//! Whole-model rules: what can only be known once all parts of a model are there.
//!
//! The same rules serve macros, builders and files. Each finds every mistake, not the first, and a mistake is reported
//! once: a rule that names an unknown cell type says so, and says nothing about the sections of that cell type.

mod cells;
mod connections;
mod context;
mod diagnostic;
mod mechanisms;
mod names;
mod populations;
mod run;
mod stimuli;
mod values;

pub use context::MechanismInfo;
pub use diagnostic::{Diagnostic, Diagnostics, Excerpt, Step};
pub use names::{did_you_mean, list};

use crate::model::{MODEL_VERSION, Network, RunConfig, Table, Value};
use context::{At, Check};
use values::{Locals, Scope, Want};

/// Checks a whole model. `Ok` holds nothing; for a model that was read from a text, [`Diagnostics::located`] shows the
/// lines of the mistakes.
///
/// # Errors
/// All mistakes, in the order of the model.
pub fn check(network: &Network, mechanisms: &dyn MechanismInfo) -> Result<(), Diagnostics> {
    all_rules(network, mechanisms).into_result(())
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
    let mut check = Check {
        network,
        mechanisms,
        problems: Diagnostics::default(),
    };
    check.run(&At::default(), run);
    check.problems.into_result(())
}

fn all_rules(network: &Network, mechanisms: &dyn MechanismInfo) -> Diagnostics {
    let mut check = Check {
        network,
        mechanisms,
        problems: Diagnostics::default(),
    };
    check.volume();
    check.params(&At::top("params"), &network.params);
    check.declared_mechanisms();
    check.globals();
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
            let want = Want::unit("um").above(0.0);
            self.value(&at, "size", extent, &want, Scope::Network, Locals::NONE);
        }
    }

    /// Named parameters: their names, and their values, which may use those of the network.
    fn params(&mut self, at: &At, params: &Table<Value>) {
        self.names("parameter", params.names().map(|name| (name, at.key(name))));
        for (name, value) in params.iter() {
            let at = at.field(name);
            self.value(
                &at,
                name,
                value,
                &Want::anything(),
                Scope::Network,
                Locals::NONE,
            );
        }
    }
}
