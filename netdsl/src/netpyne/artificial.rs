//! Populations of artificial cells.

use super::at::At;
use super::config::Config;
use super::finding::Found;
use super::formula::{Formulas, Scope};
use super::populations::{KEYS, Pop};
use super::shared::Shared;
use netdsl_lang::mech::Kind;
use netdsl_lang::model::{ArtificialCell, CellType, Parameters};

/// Parameters in NetPyNE's order: those of the cell rules, then those of the population.
fn parameters<'j>(pop: &Pop<'j>, rules: &[(&str, At<'j>)]) -> Vec<(&'j str, At<'j>)> {
    let mut all: Vec<(&str, At)> = Vec::new();
    let of_rules = rules.iter().filter_map(|(_, rule)| rule.get("params"));
    let of_rules = of_rules.flat_map(|params| params.entries());
    // a population that was built has its parameters a second time
    let built = pop
        .at
        .get("params")
        .map(|params| params.entries())
        .unwrap_or_default();
    let own = pop.at.entries().into_iter();
    let own = own.filter(|(key, _)| !KEYS.contains(key) && *key != "params");
    for (key, at) in of_rules.chain(built).chain(own) {
        all.retain(|(known, _)| *known != key);
        all.push((key, at));
    }
    if all.iter().any(|(key, _)| *key == "rate") {
        all.retain(|(key, _)| *key != "interval");
    }
    all
}

/// The cell type of a population of artificial cells of `mechanism`.
pub(super) fn cell_type(
    found: &mut Found,
    shared: &Shared,
    config: &Config,
    pop: &Pop,
    rules: &[(&str, At)],
    mechanism: &str,
    name: &str,
) -> CellType {
    let given = parameters(pop, rules);
    if mechanism == "VecStim" {
        return CellType {
            artificial: Some(ArtificialCell::Times(times(found, config, pop, &given))),
            ..CellType::new(name)
        };
    }
    let mut values = Parameters::default();
    if mechanism == "NetStim" {
        values = generator(found, shared, config, &given);
    } else if let Some(program) =
        shared.mechanism(found, &pop.at, mechanism, |k| k == Kind::Artificial)
    {
        let formulas = Formulas::new(Scope::Cell, &shared.numbers);
        for (key, at) in &given {
            if let Some(unit) = shared.parameter_unit(found, at, program, key)
                && let Some(setting) = shared.setting(found, at, &formulas, &unit)
            {
                values.push(*key, setting);
            }
        }
    }
    CellType::artificial(name, mechanism, values)
}

/// Parameters of a NetStim that is a cell.
fn generator(
    found: &mut Found,
    shared: &Shared,
    config: &Config,
    given: &[(&str, At)],
) -> Parameters {
    const UNITS: [(&str, &str); 5] = [
        ("rate", "Hz"),
        ("interval", "ms"),
        ("noise", ""),
        ("start", "ms"),
        ("number", ""),
    ];
    let mut values = Parameters::default();
    let formulas = Formulas::new(Scope::Cell, &shared.numbers);
    for (key, at) in given {
        if *key == "seed" {
            config.same_seed(found, at);
        } else if let Some((_, unit)) = UNITS.iter().find(|(known, _)| known == key) {
            if at.items().is_some() {
                found.unsupported(
                    at,
                    "a rate drawn for each cell",
                    "give one rate",
                    "a rate between the two for each cell",
                );
            } else if let Some(setting) = shared.setting(found, at, &formulas, unit) {
                values.push(*key, setting);
            }
        } else if ["rates", "dynamicRates", "spikePattern", "pulses"].contains(key) {
            found.unsupported(
                at,
                &format!("`{key}`"),
                "give a `rate`",
                "rates that change with time",
            );
        } else {
            let known = UNITS.map(|(name, _)| name);
            found.unknown_key(
                at,
                key,
                &known,
                "a tag of the population that nothing reads",
            );
        }
    }
    // NEURON's, where NetPyNE gives none
    for (key, usual) in [("start", "50 ms"), ("number", "1000000000"), ("noise", "0")] {
        if values.get(key).is_none() {
            values.push(key, usual);
        }
    }
    values
}

/// Times of a VecStim: one list for all cells, or one for each.
fn times(found: &mut Found, config: &Config, pop: &Pop, given: &[(&str, At)]) -> Vec<Vec<f64>> {
    let mut lists = Vec::new();
    for (key, at) in given {
        match *key {
            "spkTimes" => {
                let items = at.items().unwrap_or_default();
                let nested = items.first().is_some_and(|item| item.items().is_some());
                let each = if nested { items } else { vec![at.clone()] };
                lists = each
                    .iter()
                    .map(|list| one_list(found, config, list))
                    .collect();
            }
            "seed" => config.same_seed(found, at),
            key => {
                let what = format!("`{key}` of a VecStim");
                found.unsupported(
                    at,
                    &what,
                    "give `spkTimes`",
                    "spike times drawn for each cell",
                );
            }
        }
    }
    let listed = pop
        .at
        .get("cellsList")
        .and_then(|l| l.items())
        .unwrap_or_default();
    let own: Vec<At> = listed
        .iter()
        .filter_map(|cell| cell.get("spkTimes"))
        .collect();
    if !own.is_empty() && own.len() == listed.len() {
        lists = own
            .iter()
            .map(|list| one_list(found, config, list))
            .collect();
    }
    if lists.is_empty() {
        let help = "give `spkTimes`";
        found.error(
            &pop.at,
            "the times of the spikes are missing",
            help,
            "a printed line, and cells that never fire",
        );
    }
    lists
}

/// In order, without those after the end; earlier than 0 ms is at 0 ms.
fn one_list(found: &mut Found, config: &Config, list: &At) -> Vec<f64> {
    let items = list.items().unwrap_or_default();
    let mut times: Vec<f64> = items.iter().filter_map(|t| t.number(found)).collect();
    times.iter_mut().for_each(|t| *t = t.max(0.0));
    times.retain(|t| *t <= config.run.duration);
    times.sort_by(f64::total_cmp);
    times
}
