//! `netdsl netpyne`: models of NetPyNE.

mod tables;

use std::fs;
use std::path::Path;
use std::time::Instant;

use netdsl::Simulation;
use netdsl::check::Mechanisms;
use netdsl::model::{Network, Quirks, Sampler};
use netdsl::netpyne::compare::{Comparison, Expected, Tally};
use netdsl::netpyne::{Finding, Model, Options, load};
use netdsl_runtime::Catalogue;
use netdsl_runtime::formats::csv;
use netdsl_runtime::instance::Instance;
use netdsl_runtime::instantiate::instantiate;
use netdsl_runtime::record::Spikes;
use serde_json::json;

use crate::UNUSABLE;
use crate::args::Netpyne;
use crate::results::{CELLS, CONNECTIONS, SPIKES, TRACES, write_all};
use crate::say::say;
use tables::Counts;

/// Exit code: the comparison found differences.
const DIFFERS: u8 = 1;

/// Loads, builds and runs the model, and returns the exit code.
pub(crate) fn run(args: &Netpyne) -> u8 {
    match try_run(args) {
        Ok(agrees) => {
            if agrees {
                0
            } else {
                DIFFERS
            }
        }
        Err(message) => {
            eprintln!("{message}");
            UNUSABLE
        }
    }
}

/// All that is told of a model.
struct Outcome {
    counts: Counts,
    notes: Vec<Finding>,
    /// Time to build the network, s.
    build_s: f64,
    spikes: Option<Spikes>,
    comparison: Option<Comparison>,
}

fn try_run(args: &Netpyne) -> Result<bool, String> {
    let text = read(&args.file)?;
    let model = model(args, &text)?;
    let expected = expected(args, &text)?;
    let (instance, build_s) = build(&model.network)?;
    let mut outcome = Outcome {
        counts: Counts::of(&instance),
        notes: model.notes,
        build_s,
        spikes: None,
        comparison: expected
            .as_ref()
            .map(|expected| expected.compare(&model.network, &instance, &model.sources)),
    };
    let mut traces = None;
    let tables = args.out.is_some().then(|| {
        let cells = tables::cells(&instance);
        (cells, tables::connections(&model.network, &instance))
    });
    drop(instance);
    if !args.build_only {
        let run = simulate(args, model.network)?;
        traces = Some(csv::traces(run.traces()));
        let spikes = Spikes {
            times: run.spikes().times(),
            gids: run.spikes().gids(),
        };
        if let (Some(expected), Some(found)) = (&expected, &mut outcome.comparison) {
            expected.compare_spikes(found, &spikes.times, &spikes.gids);
        }
        outcome.counts.count_spikes(&spikes);
        outcome.spikes = Some(spikes);
    }
    if let (Some(folder), Some((cells, connections))) = (&args.out, &tables) {
        let spikes = outcome.spikes.as_ref().map(csv::spikes);
        let mut files = vec![(CELLS, cells.as_str()), (CONNECTIONS, connections.as_str())];
        files.extend(spikes.as_deref().map(|text| (SPIKES, text)));
        files.extend(traces.as_deref().map(|text| (TRACES, text)));
        write(folder, &files)?;
    }
    tell(args, &outcome);
    Ok(outcome.comparison.is_none_or(|found| found.agrees()))
}

fn read(path: &Path) -> Result<String, String> {
    let shown = path.display();
    fs::read_to_string(path).map_err(|error| format!("error: {shown} cannot be read: {error}"))
}

fn model(args: &Netpyne, text: &str) -> Result<Model, String> {
    let mut mechanisms = Vec::new();
    if let Some(folder) = &args.simulation.mechanisms {
        let files = crate::mechanisms::mod_files(folder);
        for file in files.map_err(|message| format!("error: {message}"))? {
            let text = Catalogue::read_text(&file).map_err(|error| error.to_string())?;
            mechanisms.push((file.display().to_string(), text));
        }
    }
    let name = args.file.file_stem().unwrap_or_default();
    let options = Options {
        config: args.config.as_deref().map(read).transpose()?,
        mechanisms,
        lenient: args.lenient,
        name: name.to_string_lossy().into_owned(),
    };
    let mut model = load(text, &options).map_err(|findings| {
        let wanted = findings
            .0
            .iter()
            .filter(|f| args.explain || f.severity == netdsl::netpyne::Severity::Error);
        let texts: Vec<String> = wanted.map(|f| f.text(args.explain)).collect();
        texts.join("\n")
    })?;
    if args.fast {
        model.network.sampler = Sampler::Fast;
        model.network.quirks = Quirks::None;
    }
    Ok(model)
}

fn expected(args: &Netpyne, text: &str) -> Result<Option<Expected>, String> {
    if !args.compare {
        return Ok(None);
    }
    let expected = Expected::read(text).map_err(|findings| findings.to_string())?;
    let none = || {
        format!(
            "error: {} holds no cells to compare with\n  help: save it by `sim.saveData()` after the run, with `saveJson` set",
            args.file.display()
        )
    };
    expected.ok_or_else(none).map(Some)
}

fn build(network: &Network) -> Result<(Instance, f64), String> {
    let mechanisms = Mechanisms::of(network).map_err(|mistakes| mistakes.to_string())?;
    let started = Instant::now();
    let instance = instantiate(network, &mechanisms).map_err(|mistakes| mistakes.to_string())?;
    Ok((instance, started.elapsed().as_secs_f64()))
}

fn simulate(args: &Netpyne, network: Network) -> Result<netdsl::Run, String> {
    let settings = &args.simulation;
    let simulation = Simulation::builder()
        .threads(settings.threads)
        .kernels(settings.kernels.into())
        .lanes(settings.lanes)
        .show_progress();
    let run = simulation.build(network).and_then(Simulation::run);
    run.map_err(|error| error.to_string())
}

fn write(folder: &Path, files: &[(&str, &str)]) -> Result<(), String> {
    let shown = folder.display();
    fs::create_dir_all(folder)
        .map_err(|error| format!("error: cannot make the folder {shown}: {error}"))?;
    write_all(folder, files)
        .map_err(|error| format!("error: cannot write results into {shown}: {error}"))
}

fn tell(args: &Netpyne, outcome: &Outcome) {
    if args.json {
        return say!("{:#}", as_json(outcome));
    }
    if args.explain {
        for note in &outcome.notes {
            say!("{}", note.text(true));
        }
    }
    say!("{}built in {:.3} s", outcome.counts, outcome.build_s);
    if let Some(found) = &outcome.comparison {
        say!("{}", comparison_text(found));
    }
    if !args.explain && !outcome.notes.is_empty() {
        let count = outcome.notes.len();
        say!("{count} notes about the model: --explain tells them");
    }
}

fn comparison_text(found: &Comparison) -> String {
    let row = |what: &str, tally: &Tally| {
        let Tally {
            expected,
            found,
            same,
        } = tally;
        format!("{what}: {same} the same; NetPyNE has {expected}, here are {found}\n")
    };
    let mut text = row("cells", &found.cells) + &row("connections", &found.connections);
    if let Some(spikes) = &found.spikes {
        text += &row("spikes", spikes);
    }
    for difference in &found.differences {
        text += &format!("  {difference}\n");
    }
    text.trim_end().to_owned()
}

fn as_json(outcome: &Outcome) -> serde_json::Value {
    let tally = |t: &Tally| json!({"netpyne": t.expected, "here": t.found, "same": t.same});
    let comparison = outcome.comparison.as_ref().map(|found| {
        json!({
            "agrees": found.agrees(),
            "cells": tally(&found.cells),
            "connections": tally(&found.connections),
            "spikes": found.spikes.as_ref().map(tally),
            "differences": found.differences,
        })
    });
    let note =
        |f: &Finding| json!({"place": f.place, "message": f.message, "netpyne": f.in_netpyne});
    json!({
        "populations": outcome.counts.populations_json(),
        "rules": outcome.counts.rules_json(),
        "build_s": outcome.build_s,
        "spikes": outcome.spikes.as_ref().map(|s| json!({"t_ms": s.times, "gid": s.gids})),
        "comparison": comparison,
        "notes": outcome.notes.iter().map(note).collect::<Vec<_>>(),
    })
}
