//! `cellParams`: rules that apply in order to the cells they match, as cell types.

use super::at::At;
use super::finding::Found;
use super::formula::{Formulas, Scope};
use super::json::Json;
use super::populations::Pop;
use super::sections::{complete, layer};
use super::shared::Shared;
use netdsl_lang::model::{CellType, Section, SpikeSource, Value};

const KEYS: [&str; 10] = [
    "conds",
    "secs",
    "secLists",
    "globals",
    "vars",
    "cellModel",
    "params",
    "diversityFraction",
    "label",
    "cellType",
];

/// The rules that apply to cells of `pop`, in order.
pub(super) fn matching<'j>(
    found: &mut Found,
    params: &At<'j>,
    pop: &Pop,
) -> Vec<(&'j str, At<'j>)> {
    let rules = params
        .get("cellParams")
        .map(|c| c.entries())
        .unwrap_or_default();
    let fitting = rules.into_iter().filter(|(label, rule)| {
        let conds = rule.get("conds").filter(At::is_true);
        match conds {
            Some(conds) => conds
                .entries()
                .iter()
                .all(|(key, wanted)| holds(found, pop, key, wanted)),
            None => pop
                .tag("cellType")
                .is_some_and(|t| *t == Json::Text((*label).to_owned())),
        }
    });
    fitting.collect()
}

fn holds(found: &mut Found, pop: &Pop, key: &str, wanted: &At) -> bool {
    if ["x", "y", "z", "xnorm", "ynorm", "znorm", "gid", "fraction"].contains(&key) {
        let what = format!("a cell rule with a condition on `{key}`");
        let instead = "make a population of the cells it is for";
        found.unsupported(
            wanted,
            &what,
            instead,
            "the rule applies to these cells (ends included)",
        );
        return false;
    }
    match (pop.tag(key), wanted.value) {
        (Some(tag), Json::List(values)) => values.contains(tag),
        (Some(Json::List(tags)), value) => tags.contains(value),
        (Some(tag), value) => tag == value,
        (None, _) => false,
    }
}

/// The cell type that the rules make together.
pub(super) fn cell_type(
    found: &mut Found,
    shared: &Shared,
    name: &str,
    rules: &[(&str, At)],
    threshold: f64,
) -> CellType {
    let mut cell = CellType::new(name);
    let mut spikes = Spikes::default();
    for (_, rule) in rules {
        rule.only(found, &KEYS, "nothing: the key is not looked at");
        if let Some(fraction) = rule.get("diversityFraction") {
            let instead = "make a population for each kind of cell";
            found.unsupported(
                &fraction,
                "`diversityFraction`",
                instead,
                "the rule applies to that part of the cells",
            );
        }
        let formulas = vars(found, shared, rule, &mut cell);
        for (name, at) in rule
            .get("secs")
            .map(|s| s.object(found))
            .unwrap_or_default()
        {
            let known = cell.sections.iter().position(|s| s.name == name);
            let k = known.unwrap_or_else(|| {
                cell.sections.push(Section::new(name));
                cell.sections.len() - 1
            });
            layer(found, shared, &formulas, &at, &mut cell.sections[k]);
            spikes.look(found, &at, name);
        }
        for (name, at) in rule
            .get("secLists")
            .map(|s| s.object(found))
            .unwrap_or_default()
        {
            let sections = at.texts(found).into_iter().map(str::to_owned).collect();
            cell.section_lists.0.retain(|(known, _)| known != name);
            cell.section_lists.0.push((name.to_owned(), sections));
        }
    }
    cell.sections.iter_mut().for_each(complete);
    if let Some((_, first)) = rules.first().filter(|_| cell.sections.is_empty()) {
        let netpyne = "cells without sections, and no message";
        found.error(first, "the cell has no sections", "give it `secs`", netpyne);
    }
    cell.spikes = spikes.source(&cell, threshold);
    cell
}

/// Adds the `vars` of a rule to the cell, and gives what reads its formulas.
fn vars<'s>(found: &mut Found, shared: &'s Shared, rule: &At, cell: &mut CellType) -> Formulas<'s> {
    let mut formulas = Formulas::new(Scope::Cell, &shared.numbers);
    for (name, at) in rule
        .get("vars")
        .map(|v| v.object(found))
        .unwrap_or_default()
    {
        if let Some(value) = formulas.value(found, &at, "") {
            cell.per_cell.push(name, Value::new(value));
        }
        formulas.vars.push(name.to_owned());
    }
    formulas
}

/// Where spikes are looked for.
#[derive(Default)]
struct Spikes {
    /// The section with `spikeGenLoc`, and the place.
    stated: Option<(String, f64)>,
    thresholds: Vec<(String, f64)>,
    /// Section, point process and variable that is the cell's voltage.
    variables: Vec<(String, String, String)>,
}

impl Spikes {
    fn look(&mut self, found: &mut Found, at: &At, section: &str) {
        if let Some(entry) = at.get("spikeGenLoc")
            && let Some(loc) = entry.number(found)
            && self.stated.as_ref().is_none_or(|(name, _)| name == section)
        {
            self.stated = Some((section.to_owned(), loc));
        }
        if let Some(entry) = at.get("threshold")
            && let Some(threshold) = entry.number(found)
        {
            self.thresholds.retain(|(name, _)| name != section);
            self.thresholds.push((section.to_owned(), threshold));
        }
        for (point, entry) in at.get("pointps").map(|p| p.entries()).unwrap_or_default() {
            if let Some(variable) = entry.get("vref").and_then(|v| v.as_text()) {
                let names = [section, point, variable].map(str::to_owned);
                let [section, point, variable] = names;
                self.variables.push((section, point, variable));
            }
        }
    }

    fn source(self, cell: &CellType, usual: f64) -> Option<SpikeSource> {
        let root = || cell.root().map(|root| (root.name.clone(), 0.5));
        let (section, loc) = self.stated.or_else(root)?;
        let threshold = self.thresholds.iter().find(|(name, _)| *name == section);
        let threshold = threshold.map_or(usual, |(_, threshold)| *threshold);
        let variable = self
            .variables
            .into_iter()
            .find(|(name, ..)| *name == section);
        Some(match variable {
            Some((section, point, variable)) => SpikeSource::PointVariable {
                section,
                point,
                variable,
                threshold: Value::new(format!("{threshold} mV")),
            },
            None => SpikeSource::Voltage {
                section,
                loc,
                threshold: Some(Value::new(format!("{threshold} mV"))),
            },
        })
    }
}
