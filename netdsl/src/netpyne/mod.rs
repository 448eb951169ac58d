//! Models of NetPyNE: the JSON that `netParams.save()`, `simConfig.save()` and `sim.saveData` write, as a [`Network`].
//!
//! ```text
//! JSON --json, at--> values with their places --populations, cells, connections, ...--> model::Network
//!                        formulas: python --> formula
//! ```
//!
//! The network is NetPyNE's: the same gids, positions, connections, weights and delays for the same seeds
//! ([`Sampler::Netpyne`], [`Quirks::Netpyne`]). NetPyNE saves dictionaries in alphabetical order, and what is loaded from
//! them has that order; a file that holds the cells, too (`sim.saveData`), tells the order of the populations.
//!
//! String functions are read as Python's arithmetic and never run.

mod artificial;
mod at;
mod cells;
#[cfg(feature = "runtime")]
pub mod compare;
mod conditions;
mod config;
mod connections;
mod contacts;
mod finding;
mod formula;
mod json;
mod loader;
mod places;
mod populations;
mod python;
mod recordings;
mod sections;
mod shared;
mod stimuli;
mod synapses;
mod unit;

pub use finding::{Finding, Findings, Severity};

use at::At;
use finding::Found;
use json::Json;
use netdsl_lang::model::Network;
#[allow(unused_imports, reason = "named in the documentation")]
use netdsl_lang::model::{Quirks, Sampler};

/// What a model is loaded with.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `simConfig` as JSON, where the model does not hold it or another one is wanted.
    pub config: Option<String>,
    /// .mod files that the model may use: name and text.
    pub mechanisms: Vec<(String, String)>,
    /// Mistakes that NetPyNE passes over are passed over, and noted.
    pub lenient: bool,
    /// Name of the model.
    pub name: String,
}

/// A model that was loaded.
#[derive(Clone, Debug)]
pub struct Model {
    /// The model; its `run` is that of `simConfig`.
    pub network: Network,
    /// The source (NetPyNE's label) of each stimulus, by its name.
    pub sources: Vec<(String, String)>,
    /// What is worth knowing.
    pub notes: Vec<Finding>,
}

/// Loads a model.
///
/// # Errors
/// All mistakes, each with its place in the file and a remedy; with the notes.
pub fn load(text: &str, options: &Options) -> Result<Model, Findings> {
    let mut found = Found {
        lenient: options.lenient,
        ..Found::default()
    };
    let read = |found: &mut Found, text: &str, what: &str| {
        serde_json::from_str::<Json>(text)
            .map_err(|error| {
                let at = At::new(&Json::Null, what);
                let help =
                    "NetPyNE writes it by `netParams.save`, `simConfig.save` and `sim.saveData`";
                found.error(&at, format!("this is not JSON: {error}"), help, "");
            })
            .ok()
    };
    let model = read(&mut found, text, "the model");
    let config = options
        .config
        .as_deref()
        .map(|text| read(&mut found, text, "the configuration"));
    let network = match (&model, &config) {
        (Some(model), None | Some(Some(_))) => {
            loader::network(&mut found, model, config.flatten().as_ref(), options)
        }
        _ => None,
    };
    match network.filter(|_| found.errors() == 0) {
        Some((network, sources)) => Ok(Model {
            network,
            sources,
            notes: found.all,
        }),
        None => Err(Findings(found.all)),
    }
}
