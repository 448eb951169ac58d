//! The mechanisms that a model may use: those that are shipped, and its own.

use super::{Diagnostic, Diagnostics, MechanismInfo};
use crate::mech::{Program, shipped};
use crate::model::{MechanismSource, Network};
use crate::nmodl;

/// The shipped mechanisms and a model's own, compiled.
#[derive(Clone, Debug, Default)]
pub struct Mechanisms {
    own: Vec<Program>,
}

impl Mechanisms {
    /// Compiles the mechanisms that come with `network`.
    ///
    /// # Errors
    /// All mistakes of their files; a file that declares another name than the model says.
    pub fn of(network: &Network) -> Result<Self, Diagnostics> {
        let mut own = Vec::new();
        let mut problems = Diagnostics::new();
        for declared in &network.mechanisms {
            let MechanismSource::Mod { file, text, hooks } = &declared.source else {
                continue;
            };
            match nmodl::compile_with_hooks(text, file, hooks) {
                Ok(program) if program.name == declared.name => own.push(program),
                Ok(program) => {
                    let message = format!("{file} declares `{}`", program.name);
                    let place = format!("mechanism `{}`", declared.name);
                    let help = "call the mechanism as its file does";
                    problems.push(Diagnostic::new(place, message).help(help));
                }
                Err(mistakes) => problems.extend(mistakes),
            }
        }
        problems.into_result(Self { own })
    }

    /// The model's own, in the order of the model.
    pub fn own(&self) -> &[Program] {
        &self.own
    }
}

impl MechanismInfo for Mechanisms {
    fn program(&self, name: &str) -> Option<&Program> {
        // a model's own mechanism takes the place of a shipped one
        self.own
            .as_slice()
            .program(name)
            .or_else(|| shipped::programs().program(name))
    }

    fn names(&self) -> Vec<&str> {
        let mut names = self.own.as_slice().names();
        names.extend(shipped::programs().names());
        names
    }
}
