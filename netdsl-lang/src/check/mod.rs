//! Whole-model rules: what can only be known once all parts of a model are there.
//!
//! The same rules serve macros, builders and files. Each finds every mistake, not the first, and a mistake is reported
//! once: a rule that names an unknown cell type says so, and says nothing about the sections of that cell type.

mod cells;
mod connections;
mod context;
mod mechanisms;
mod names;
mod populations;
mod problem;
mod stimuli;
mod values;

pub use context::MechanismInfo;
pub use names::{did_you_mean, list};
pub use problem::{Excerpt, Problem, Problems, Step};

use crate::model::{MODEL_VERSION, Network, Table, Value};
use context::{At, Check};
use values::{Locals, Scope, Want};

/// Checks a whole model.
///
/// # Errors
/// All mistakes, in the order of the model. For a model that was read from a text, [`Problems::located`] shows the lines.
pub fn check(network: &Network, mechanisms: &dyn MechanismInfo) -> Result<(), Problems> {
    let mut check = Check {
        network,
        mechanisms,
        problems: Problems::default(),
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
    check.problems.into_result()
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
