//! Reference files (`nref-1`): a network with every number drawn, and what NEURON made of it.
//!
//! [`read`] takes the text or its gzip and gives the network, its settings, the probes that its traces need and the
//! expected results; [`compare`](compare::compare) judges a run of it. Stimuli and generator cells (NetStim, VecStim)
//! emit the event times that the file holds, so no random number is drawn; artificial cells are simulated.

mod cells;
pub mod compare;
mod connections;
mod document;
mod error;
mod expected;
mod globals;
mod points;
mod probes;
mod templates;
#[cfg(test)]
mod tests;
mod value;

use std::collections::HashMap;
use std::io::Read;

use netdsl_lang::mech::program::Program;

use crate::config::{Config, Scheme};
use crate::instance::Instance;
use crate::mech::Catalogue;
use crate::record::Probe;
use document::Document;

pub use error::{NrefError, NrefErrors};
pub use expected::{Expected, ExpectedSection, ExpectedTemplate, ExpectedTrace, Placement};

/// The mechanisms a file may name.
pub trait Vocabulary {
    /// The mechanism called `name`, if there is one.
    fn program(&self, name: &str) -> Option<&Program>;
}

impl Vocabulary for HashMap<String, Program> {
    fn program(&self, name: &str) -> Option<&Program> {
        self.get(name)
    }
}

impl Vocabulary for Catalogue {
    fn program(&self, name: &str) -> Option<&Program> {
        self.get(name).map(|mechanism| &*mechanism.program)
    }
}

/// What a reference file holds.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Name of the case.
    pub case: String,
    /// What it shows.
    pub description: String,
    /// The network.
    pub instance: Instance,
    /// Numerical settings; threads, kernels and lanes are left at their defaults.
    pub config: Config,
    /// Length of the run, ms.
    pub duration: f64,
    /// What is to be recorded for the comparison.
    pub probes: Vec<Probe>,
    /// What NEURON found.
    pub expected: Expected,
}

/// Reads the content of a reference file, plain or compressed.
pub fn read(bytes: &[u8], mechanisms: &dyn Vocabulary) -> Result<Reference, NrefErrors> {
    let text = uncompress(bytes).map_err(NrefErrors::from)?;
    let (document, left_out) = Document::parse(&text)?;
    Reading::new(&document, mechanisms).finish(left_out)
}

/// The text itself, gzip undone.
fn uncompress(bytes: &[u8]) -> Result<Vec<u8>, NrefError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes.to_vec());
    }
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes)
        .read_to_end(&mut text)
        .map_err(|error| NrefError::Compression(error.to_string()))?;
    Ok(text)
}

/// A file on its way to a network; mistakes are collected.
struct Reading<'a> {
    document: &'a Document,
    mechanisms: &'a dyn Vocabulary,
    errors: Vec<NrefError>,
}

impl<'a> Reading<'a> {
    fn new(document: &'a Document, mechanisms: &'a dyn Vocabulary) -> Self {
        Self {
            document,
            mechanisms,
            errors: Vec::new(),
        }
    }

    fn finish(mut self, left_out: Vec<String>) -> Result<Reference, NrefErrors> {
        self.check_mechanisms();
        let config = self.config();
        let templates = self.templates();
        let cells = self.cells(&templates);
        let (points, parameter_sets) = self.points(&cells);
        let gaps = self.gaps(&cells);
        let wiring = self.connections(&cells);
        let (probes, mut expected) = self.expected(&cells, &templates);
        expected.not_compared.extend(left_out);
        let (globals, ion_defaults) = self.globals();
        if !self.errors.is_empty() {
            return Err(NrefErrors(self.errors));
        }
        let instance = Instance {
            globals,
            ion_defaults,
            populations: cells.populations,
            cells: cells.cells,
            generators: wiring.generators,
            parameter_sets,
            points,
            sources: wiring.sources,
            connections: wiring.connections,
            gaps,
            ..Instance::default()
        };
        Ok(Reference {
            case: self.document.case.clone(),
            description: self.document.description.clone(),
            instance,
            config,
            duration: self.document.config.tstop,
            probes,
            expected,
        })
    }

    /// Notes a mistake at `place`, a path in the file.
    fn wrong(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.errors.push(NrefError::At {
            place: place.into(),
            message: message.into(),
        });
    }

    fn config(&mut self) -> Config {
        let config = &self.document.config;
        if config.cvode {
            let message = "an adaptive step is not supported; make the file with a fixed step";
            self.wrong("config.cvode", message);
        }
        for (name, value) in [("dt", config.dt), ("tstop", config.tstop)] {
            if !(value > 0.0 && value.is_finite()) {
                self.wrong(
                    format!("config.{name}"),
                    format!("{value} ms, must be above 0"),
                );
            }
        }
        let scheme = match config.secondorder {
            0 => Scheme::ImplicitEuler,
            1 => Scheme::CrankNicolson,
            2 => Scheme::CrankNicolsonCurrents,
            other => {
                self.wrong("config.secondorder", format!("{other}, must be 0, 1 or 2"));
                Scheme::default()
            }
        };
        if !(0..=1).contains(&config.usetable_hh) {
            let message = format!("{}, must be 0 or 1", config.usetable_hh);
            self.wrong("config.usetable_hh", message);
        }
        Config {
            dt: config.dt,
            v_init: config.v_init,
            celsius: config.celsius,
            scheme,
            use_tables: config.usetable_hh != 0,
            ..Config::default()
        }
    }
}
