//! `recordTraces`.

use super::at::At;
use super::config::Config;
use super::finding::Found;
use super::json::Json;
use super::populations::Pop;
use super::synapses::Known;
use netdsl_lang::model::{CellType, Recorded, Recording, Selector};

/// Which cells, by population; with numbers, some of a population.
type Cells = Vec<Selector>;

/// All that recordings are read with.
pub(super) struct Recordings<'a> {
    pub(super) pops: &'a [Pop<'a>],
    pub(super) types_of: &'a [usize],
    pub(super) types: &'a [CellType],
    pub(super) synapses: &'a [Known],
    /// Labels and names of stimuli.
    pub(super) stimuli: &'a [(String, String)],
}

impl Recordings<'_> {
    /// Adds what `simConfig` records to its run.
    pub(super) fn read(&self, found: &mut Found, at: &At, config: &mut Config) {
        let mut cells = Vec::new();
        let plotted = at.get("analysis").and_then(|a| {
            let plots = a.get("plotTraces").or_else(|| a.get("iplotTraces"))?;
            plots.get("include")
        });
        for list in [at.get("recordCells"), plotted].into_iter().flatten() {
            for item in list.one_or_more() {
                self.cells(found, &item, &mut cells);
            }
        }
        let step = at
            .get("recordStep")
            .and_then(|s| s.as_number())
            .unwrap_or(0.1);
        for (label, entry) in at
            .get("recordTraces")
            .map(|t| t.object(found))
            .unwrap_or_default()
        {
            entry.only(
                found,
                &[
                    "sec", "loc", "var", "mech", "synMech", "stim", "pointp", "index", "conds",
                ],
                "nothing: the key is not looked at",
            );
            for selector in &cells {
                self.trace(found, label, &entry, selector, step, config);
            }
        }
    }

    /// NetPyNE's `include` of cells.
    fn cells(&self, found: &mut Found, at: &At, cells: &mut Cells) {
        match at.value {
            Json::Text(word) if word == "all" || word == "allCells" => {
                let all = self.pops.iter().map(|pop| Selector::population(&pop.name));
                cells.extend(all);
            }
            Json::Text(label) => match self.pops.iter().find(|pop| pop.label == label) {
                Some(pop) => cells.push(Selector::population(&pop.name)),
                None => found.note(
                    at,
                    "no population is called so: not recorded",
                    "nothing is recorded",
                ),
            },
            Json::Number(gid) => {
                let mut selector = Selector::populations(self.pops.iter().map(|p| &p.name));
                selector.cells = Some(vec![*gid as u32]);
                cells.push(selector);
            }
            Json::List(items) => {
                let (Some(Json::Text(label)), Some(which)) = (items.first(), items.get(1)) else {
                    return found.note(at, "these cells are not understood: not recorded", "");
                };
                let Some(pop) = self.pops.iter().find(|pop| pop.label == label) else {
                    return found.note(
                        at,
                        "no population is called so: not recorded",
                        "nothing is recorded",
                    );
                };
                let mut selector = Selector::population(&pop.name);
                let numbers = At::new(which, &at.path).one_or_more();
                let numbers: Vec<u32> = numbers
                    .iter()
                    .filter_map(At::as_number)
                    .map(|x| x as u32)
                    .collect();
                selector.cells = Some(numbers);
                cells.push(selector);
            }
            _ => found.note(at, "these cells are not understood: not recorded", ""),
        }
    }

    fn trace(
        &self,
        found: &mut Found,
        label: &str,
        at: &At,
        selector: &Selector,
        step: f64,
        config: &mut Config,
    ) {
        let mut selector = selector.clone();
        for (key, wanted) in at.get("conds").map(|c| c.object(found)).unwrap_or_default() {
            let values = match wanted.value {
                Json::List(values) => values.clone(),
                value => vec![value.clone()],
            };
            if self.pops.iter().all(|pop| pop.tag(key).is_none()) {
                found.note(
                    &wanted,
                    "recordings are chosen by tags of populations: not recorded",
                    "",
                );
                return;
            }
            let names: Vec<String> = selector.populations.clone();
            selector.populations = names
                .into_iter()
                .filter(|name| {
                    let pop = self.pops.iter().find(|pop| pop.name == *name);
                    pop.and_then(|pop| pop.tag(key))
                        .is_some_and(|tag| values.contains(tag))
                })
                .collect();
        }
        // cells that have what is recorded
        let what = self.what(at);
        if selector.cells.is_none() {
            selector.populations.retain(|name| {
                let k = self.pops.iter().position(|pop| pop.name == *name);
                k.is_some_and(|k| self.fits(&self.types[self.types_of[k]], what.as_ref()))
            });
        }
        let Some(what) = what.filter(|_| !selector.populations.is_empty()) else {
            found.note(
                at,
                "no cell has this: not recorded",
                "the trace is missing, and nothing is said",
            );
            return;
        };
        let count = config
            .run
            .record
            .iter()
            .filter(|r| r.label.starts_with(label))
            .count();
        config.run.record.push(Recording {
            label: match count {
                0 => label.to_owned(),
                n => format!("{label}_{}", n + 1),
            },
            cells: selector,
            what,
            interval: Some(step),
        });
    }

    fn fits(&self, cell: &CellType, what: Option<&Recorded>) -> bool {
        match what {
            Some(Recorded::Place { section, .. } | Recorded::Point { section, .. }) => {
                cell.section(section).is_some()
            }
            Some(Recorded::Artificial { .. }) => cell.artificial.is_some(),
            Some(_) => cell.artificial.is_none(),
            None => false,
        }
    }

    fn what(&self, at: &At) -> Option<Recorded> {
        let variable = at.get("var")?.as_text()?.to_owned();
        let word = |key: &str| at.get(key).and_then(|x| x.as_text());
        let section = word("sec").map(str::to_owned);
        let loc = at.get("loc").and_then(|x| x.as_number()).unwrap_or(0.5);
        if let Some(label) = word("synMech") {
            let synapse = self
                .synapses
                .iter()
                .find(|s| s.label == label)?
                .name
                .clone();
            return Some(Recorded::Synapse { synapse, variable });
        }
        if let Some(label) = word("stim") {
            let (_, stimulus) = self.stimuli.iter().find(|(known, _)| known == label)?;
            let stimulus = stimulus.clone();
            return Some(Recorded::Stimulus { stimulus, variable });
        }
        if let Some(point) = word("pointp") {
            let (section, point) = (section?, point.to_owned());
            return Some(Recorded::Point {
                section,
                point,
                variable,
            });
        }
        let Some(section) = section else {
            return Some(Recorded::Artificial { variable });
        };
        let variable = match word("mech") {
            Some(mechanism) => format!("{variable}_{mechanism}"),
            None => variable,
        };
        Some(Recorded::Place {
            section,
            loc,
            variable,
        })
    }
}
