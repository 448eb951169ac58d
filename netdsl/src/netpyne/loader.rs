//! The parts of a model, put together.

use super::Options;
use super::at::At;
use super::config::Config;
use super::connections::Rules;
use super::finding::{Finding, Found};
use super::formula::Numbers;
use super::json::Json;
use super::populations::{KEYS, Pop, Volume};
use super::recordings::Recordings;
use super::shared::{Shared, name};
use super::{artificial, cells, populations, synapses};
use netdsl_lang::check::{Mechanisms, check_model};
use netdsl_lang::diag::nearest;
use netdsl_lang::model::{
    CellType, Mechanism, MechanismSource, Network, Quirks, Sampler, Shape, Value,
};
use netdsl_lang::nmodl;

/// Attributes of netParams that are read, or change nothing here.
const PARAMS: [&str; 32] = [
    "_labelid",
    "cellParams",
    "cellsVisualizationSpacingMultiplier",
    "connParams",
    "correctBorder",
    "defaultDelay",
    "defaultThreshold",
    "defaultWeight",
    "defineCellShapes",
    "mapping",
    "popParams",
    "popTagsCopiedToCells",
    "propVelocity",
    "rotateCellsRandomly",
    "rxdParams",
    "scale",
    "scaleConnWeight",
    "scaleConnWeightModels",
    "scaleConnWeightNetStims",
    "shape",
    "sizeX",
    "sizeY",
    "sizeZ",
    "stimSourceParams",
    "stimTargetParams",
    "subConnParams",
    "synMechParams",
    "cellParamsSpecs",
    "_labelid_",
    "version",
    "description",
    "label",
];

/// The network of a file, and the source of each stimulus; `None` where its mistakes leave none.
pub(super) fn network(
    found: &mut Found,
    model: &Json,
    config_file: Option<&Json>,
    options: &Options,
) -> Option<(Network, Vec<(String, String)>)> {
    let net = model.get("net").unwrap_or(model);
    let Some(params) = net
        .get("params")
        .or_else(|| net.get("popParams").map(|_| net))
    else {
        let at = At::new(model, "the model");
        let help = "it is in `net.params` of what NetPyNE saves";
        found.error(&at, "there are no network parameters", help, "a KeyError");
        return None;
    };
    let params = At::new(params, "netParams");
    let built = net.get("pops").map(|pops| At::new(pops, "net.pops"));
    let mut network = Network::new(&options.name);
    let shared = shared(found, options, &params)?;
    let mut config = Config::new();
    let stated = config_file.or(Some(model));
    let simulation = stated.and_then(|file| file.get("simConfig").or(config_file));
    let simulation = simulation.map(|json| At::new(json, "simConfig"));
    if let Some(at) = &simulation {
        config.read(found, &shared, at);
    }
    let volume = volume(found, &params, built.is_some(), &mut network);
    let pops = populations::all(found, &shared, &params, built.as_ref());
    let types_of = cell_types(found, &shared, &mut config, &params, &pops, &mut network);
    for (k, pop) in pops.iter().enumerate() {
        let cell = network.cell_types[types_of[k]].name.clone();
        let population = populations::population(found, &shared, &volume, pop, &cell);
        network.populations.push(population);
    }
    let (all, known) = synapses::all(found, &shared, &params);
    network.synapses = all;
    let number =
        |key: &str, usual: f64| params.get(key).and_then(|x| x.as_number()).unwrap_or(usual);
    let rules = Rules {
        shared: &shared,
        config: &config,
        pops: &pops,
        synapses: &known,
        types_of: &types_of,
        usual: [
            number("defaultWeight", 1.0),
            number("scaleConnWeight", 1.0),
            number("defaultDelay", 1.0),
        ],
        usual_of_generators: number("scaleConnWeightNetStims", 1.0),
    };
    let mut types = std::mem::take(&mut network.cell_types);
    for (label, at) in params
        .get("connParams")
        .map(|c| c.object(found))
        .unwrap_or_default()
    {
        let word = name(label, |word| {
            network.connections.iter().any(|r| r.name == word)
        });
        network
            .connections
            .extend(rules.rule(found, &at, &word, &mut types));
    }
    let (mut stimuli, mut sources) = (Vec::new(), Vec::new());
    for (label, at) in params
        .get("stimTargetParams")
        .map(|c| c.object(found))
        .unwrap_or_default()
    {
        let taken = |word: &str| {
            network.stimuli.iter().any(|s| s.name == word)
                || network.connections.iter().any(|r| r.name == word)
        };
        let word = name(label, taken);
        stimuli.push((label.to_owned(), word.clone()));
        let source = at
            .get("source")
            .and_then(|s| s.as_text())
            .unwrap_or_default();
        sources.push((word.clone(), source.to_owned()));
        network
            .stimuli
            .extend(rules.stimulus(found, &params, &at, &word, &mut types));
    }
    network.cell_types = types;
    if let Some(at) = &simulation {
        let recordings = Recordings {
            pops: &pops,
            types_of: &types_of,
            types: &network.cell_types,
            synapses: &known,
            stimuli: &stimuli,
        };
        recordings.read(found, at, &mut config);
    }
    for (name, value) in shared.numbers.used() {
        network.params.push(name, Value::from(value));
    }
    network.seeds = config.seeds;
    network.sampler = Sampler::Netpyne;
    network.quirks = Quirks::Netpyne;
    network.globals = config.globals;
    network.run = Some(config.run);
    own_mechanisms(&mut network, &shared);
    if found.errors() == 0
        && let Err(mistakes) = check_model(&network)
    {
        found.all.extend(mistakes.iter().map(Finding::from));
    }
    Some((network, sources))
}

/// Mechanisms, and the numbers of netParams.
fn shared(found: &mut Found, options: &Options, params: &At) -> Option<Shared> {
    let mut declared = Network::new("");
    for (file, text) in &options.mechanisms {
        match nmodl::compile_with_hooks(text, file, &[]) {
            Ok(program) => declared.mechanisms.push(Mechanism {
                name: program.name,
                source: MechanismSource::Mod {
                    file: file.clone(),
                    text: text.clone(),
                    hooks: Vec::new(),
                },
            }),
            Err(mistakes) => {
                let at = At::new(&Json::Null, file);
                let message = format!(
                    "it cannot be compiled, and is left out: {}",
                    first_line(&mistakes.to_string())
                );
                found.note(&at, message, "");
            }
        }
    }
    let mechanisms = match Mechanisms::of(&declared) {
        Ok(mechanisms) => mechanisms,
        Err(mistakes) => {
            found.all.extend(mistakes.iter().map(Finding::from));
            return None;
        }
    };
    let numbers = params.entries().into_iter();
    let numbers = numbers.filter_map(|(key, at)| Some((key.to_owned(), at.as_number()?)));
    Some(Shared {
        mechanisms,
        declared: declared.mechanisms,
        numbers: Numbers::new(numbers.collect()),
    })
}

fn first_line(text: &str) -> &str {
    text.lines()
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ")
}

/// The network's extent and shape, and what of netParams cannot be loaded.
fn volume(found: &mut Found, params: &At, built: bool, network: &mut Network) -> Volume {
    let number =
        |key: &str, usual: f64| params.get(key).and_then(|x| x.as_number()).unwrap_or(usual);
    let size = ["sizeX", "sizeY", "sizeZ"].map(|key| number(key, 100.0));
    network.size = size.map(|x| Value::new(format!("{x} um")));
    let shape = params.get("shape");
    network.shape = match shape.as_ref().and_then(|s| s.as_text()) {
        Some("cylinder") => Shape::Cylinder,
        Some("ellipsoid") => Shape::Ellipsoid,
        Some("cuboid") | None => Shape::Cuboid,
        Some(other) => {
            if let Some(at) = &shape {
                let help = "write `cuboid`, `cylinder` or `ellipsoid`";
                found.slip(at, format!("there is no shape `{other}`"), help, "a cuboid");
            }
            Shape::Cuboid
        }
    };
    let rows = [
        (
            "rotateCellsRandomly",
            "rotation of cells",
            "the 3-D points are turned, adding up from cell to cell",
        ),
        (
            "correctBorder",
            "correction at borders",
            "`dist_3D_border` counts from the border",
        ),
        ("rxdParams", "reactions and diffusion", "NEURON's rxd"),
        (
            "subConnParams",
            "`subConnParams`",
            "synapses are moved along the cells",
        ),
        (
            "scaleConnWeightModels",
            "factors of weights by cell model",
            "weights are multiplied",
        ),
    ];
    for (key, what, netpyne) in rows {
        if let Some(entry) = params.get(key).filter(At::is_true) {
            found.unsupported(&entry, what, "leave it out", netpyne);
        }
    }
    for (key, entry) in params.entries() {
        if PARAMS.contains(&key) {
            continue;
        }
        match nearest(key, PARAMS) {
            Some(near) if key.ends_with("Params") || entry.as_number().is_none() => {
                let message = format!("there is no such attribute; did you mean `{near}`?");
                found.slip(
                    &entry,
                    message,
                    "leave it out, or correct it",
                    "a new attribute that nothing reads",
                );
            }
            _ => {}
        }
    }
    Volume {
        size,
        scale: number("scale", 1.0),
        built,
    }
}

/// The cell types of all populations; the index of each one's.
fn cell_types(
    found: &mut Found,
    shared: &Shared,
    config: &mut Config,
    params: &At,
    pops: &[Pop],
    network: &mut Network,
) -> Vec<usize> {
    let threshold = params
        .get("defaultThreshold")
        .and_then(|x| x.as_number())
        .unwrap_or(10.0);
    let mut known: Vec<(Vec<&str>, usize)> = Vec::new();
    let mut types_of = Vec::new();
    for pop in pops {
        let rules = cells::matching(found, params, pop);
        let labels: Vec<&str> = rules.iter().map(|(label, _)| *label).collect();
        let word = match pop.tag("cellType") {
            Some(Json::Text(word)) if pop.artificial.is_none() => word,
            _ => pop.label,
        };
        let free = |word: &str| network.cell_types.iter().any(|c| c.name == word);
        let cell = match &pop.artificial {
            Some(mechanism) => {
                let word = name(word, free);
                artificial::cell_type(found, shared, config, pop, &rules, mechanism, &word)
            }
            None => {
                other_keys(found, pop);
                if let Some((_, k)) = known
                    .iter()
                    .find(|(all, _)| *all == labels && !labels.is_empty())
                {
                    types_of.push(*k);
                    continue;
                }
                if labels.is_empty() {
                    no_rule(found, params, pop);
                }
                for (_, rule) in &rules {
                    globals(found, shared, config, rule);
                }
                known.push((labels, network.cell_types.len()));
                cells::cell_type(found, shared, &name(word, free), &rules, threshold)
            }
        };
        types_of.push(network.cell_types.len());
        network.cell_types.push(cell);
    }
    types_of
}

fn no_rule(found: &mut Found, params: &At, pop: &Pop) {
    let rules: Vec<&str> = params
        .get("cellParams")
        .iter()
        .flat_map(At::entries)
        .map(|(key, _)| key)
        .collect();
    let at = pop.at.get("cellType").unwrap_or_else(|| pop.at.clone());
    let near = at.as_text().map_or(String::new(), |word| {
        netdsl_lang::diag::did_you_mean(word, rules.iter().copied())
    });
    let message = format!("no rule of `cellParams` applies to these cells{near}");
    let help = format!("there are rules {}", netdsl_lang::check::list(&rules));
    found.error(
        &at,
        message,
        &help,
        "cells without sections, and no message",
    );
}

/// Keys of a population that say nothing: tags, or slips.
fn other_keys(found: &mut Found, pop: &Pop) {
    for (key, entry) in pop.at.entries() {
        if KEYS.contains(&key) || pop.tag(key).is_some() {
            continue;
        }
        match nearest(key, KEYS) {
            Some(near) => {
                let message = format!("there is no such key; did you mean `{near}`?");
                found.slip(
                    &entry,
                    message,
                    "leave it out, or correct it",
                    "a tag that nothing reads",
                );
            }
            None => found.note(
                &entry,
                "a tag of the population alone: nothing reads it",
                "the same, unless it is in `popTagsCopiedToCells`",
            ),
        }
    }
}

/// Hoc variables of a cell rule; those of `hParams` stay as they are.
fn globals(found: &mut Found, shared: &Shared, config: &mut Config, rule: &At) {
    for (key, entry) in rule
        .get("globals")
        .map(|g| g.object(found))
        .unwrap_or_default()
    {
        if config.set.iter().any(|set| set == key) {
            found.note(
                &entry,
                format!("`{key}` is that of `hParams` in simConfig"),
                "the same",
            );
        } else if let Some(value) = entry.number(found) {
            config.hoc(found, shared, &entry, key, value);
        }
    }
}

/// The mechanisms that the model uses, of those that were given.
fn own_mechanisms(network: &mut Network, shared: &Shared) {
    let used = shared
        .declared
        .iter()
        .filter(|m| uses(network, &m.name))
        .cloned()
        .collect();
    network.mechanisms = used;
}

fn uses(network: &Network, mechanism: &str) -> bool {
    let in_cell = |cell: &CellType| {
        let artificial = match &cell.artificial {
            Some(netdsl_lang::model::ArtificialCell::Mechanism { mechanism: m, .. }) => {
                m == mechanism
            }
            _ => false,
        };
        artificial
            || cell.sections.iter().any(|section| {
                section.mechanisms.get(mechanism).is_some()
                    || section
                        .point_processes
                        .iter()
                        .any(|(_, p)| p.mechanism == mechanism)
            })
    };
    network.cell_types.iter().any(in_cell)
        || network.synapses.iter().any(|s| s.mechanism == mechanism)
        || network.stimuli.iter().any(|s| s.mechanism == mechanism)
        || network.globals.get(mechanism).is_some()
}
