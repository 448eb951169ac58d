//! Numbers of cells, connections and spikes, and the cells and connections themselves as tables.

use std::collections::HashSet;
use std::fmt::{self, Write};

use netdsl::model::Network;
use netdsl_runtime::instance::{Body, Instance, PointOrigin, Source, Target};
use netdsl_runtime::record::Spikes;
use serde_json::{Value, json};

/// A population.
struct PopulationCount {
    name: String,
    first: u32,
    cells: u32,
    spikes: Option<usize>,
}

/// A rule or stimulus.
struct RuleCount {
    name: String,
    /// Connected pairs of source and cell.
    pairs: usize,
    /// Connections to a synapse or artificial cell.
    connections: usize,
}

/// What there is of everything.
pub(super) struct Counts {
    populations: Vec<PopulationCount>,
    rules: Vec<RuleCount>,
}

/// The postsynaptic cell.
fn target_cell(instance: &Instance, target: Target) -> u32 {
    match target {
        Target::Cell(cell) => cell,
        Target::Point(point) => instance.points[point as usize].place.cell,
    }
}

impl Counts {
    pub(super) fn of(instance: &Instance) -> Self {
        let populations = instance.populations.iter().map(|p| PopulationCount {
            name: p.name.clone(),
            first: p.first,
            cells: p.count,
            spikes: None,
        });
        let all = &instance.connections;
        let names = all.rules.iter().map(|name| RuleCount {
            name: name.clone(),
            pairs: 0,
            connections: 0,
        });
        let mut rules: Vec<RuleCount> = names.collect();
        let mut seen = HashSet::new();
        for k in 0..all.len() {
            let rule = &mut rules[usize::from(all.rule(k))];
            rule.connections += 1;
            let pair = (
                all.rule(k),
                all.source(k),
                target_cell(instance, all.target(k)),
            );
            rule.pairs += usize::from(seen.insert(pair));
        }
        Self {
            populations: populations.collect(),
            rules,
        }
    }

    pub(super) fn count_spikes(&mut self, spikes: &Spikes) {
        for population in &mut self.populations {
            let own = population.first..population.first + population.cells;
            let count = spikes.gids.iter().filter(|gid| own.contains(gid)).count();
            population.spikes = Some(count);
        }
    }

    pub(super) fn populations_json(&self) -> Vec<Value> {
        let one = |p: &PopulationCount| json!({"name": p.name, "first_gid": p.first, "cells": p.cells, "spikes": p.spikes});
        self.populations.iter().map(one).collect()
    }

    pub(super) fn rules_json(&self) -> Vec<Value> {
        let one = |r: &RuleCount| json!({"name": r.name, "connections": r.pairs, "synapses": r.connections});
        self.rules.iter().map(one).collect()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let names = self.populations.iter().map(|p| &p.name);
        let names = names.chain(self.rules.iter().map(|r| &r.name));
        let width = names
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0)
            .max(10);
        writeln!(
            f,
            "{:width$}  {:>8}  {:>8}",
            "population", "cells", "spikes"
        )?;
        for p in &self.populations {
            let spikes = p.spikes.map_or("-".to_owned(), |n| n.to_string());
            writeln!(f, "{:width$}  {:>8}  {spikes:>8}", p.name, p.cells)?;
        }
        writeln!(
            f,
            "{:width$}  {:>12}  {:>8}",
            "rule", "connections", "synapses"
        )?;
        for r in &self.rules {
            writeln!(
                f,
                "{:width$}  {:>12}  {:>8}",
                r.name, r.pairs, r.connections
            )?;
        }
        Ok(())
    }
}

/// `gid,population,x_um,y_um,z_um`.
pub(super) fn cells(instance: &Instance) -> String {
    let mut text = "gid,population,x_um,y_um,z_um\n".to_owned();
    for cell in &instance.cells {
        let population = &instance.populations[cell.population as usize].name;
        let [x, y, z] = cell.position;
        let _ = writeln!(text, "{},{population},{x},{y},{z}", cell.gid);
    }
    text
}

/// `rule,pre,post,section,location,synapse,weight,delay_ms`; `pre` is empty for generators.
pub(super) fn connections(network: &Network, instance: &Instance) -> String {
    let mut text = "rule,pre,post,section,location,synapse,weight,delay_ms\n".to_owned();
    let all = &instance.connections;
    for k in 0..all.len() {
        let rule = &all.rules[usize::from(all.rule(k))];
        let pre = match instance.sources[all.source(k) as usize] {
            Source::Cell(cell) => instance.cells[cell as usize].gid.to_string(),
            _ => String::new(),
        };
        let post = instance.cells[target_cell(instance, all.target(k)) as usize].gid;
        let place = match all.target(k) {
            Target::Cell(_) => ",,".to_owned(),
            Target::Point(point) => {
                let point = &instance.points[point as usize];
                let section = match &instance.cells[point.place.cell as usize].body {
                    Body::Compartments(cell) => {
                        cell.sections[point.place.section as usize].name.as_str()
                    }
                    _ => "",
                };
                let synapse = match point.origin {
                    PointOrigin::Synapse(k) => network.synapses[k as usize].name.as_str(),
                    _ => point.mechanism.as_ref(),
                };
                format!("{section},{},{synapse}", point.place.location)
            }
        };
        let weight = all.weight(k).first().copied().unwrap_or(0.0);
        let _ = writeln!(
            text,
            "{rule},{pre},{post},{place},{weight},{}",
            all.delay(k)
        );
    }
    text
}
