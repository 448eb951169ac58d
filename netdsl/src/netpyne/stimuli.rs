//! `stimSourceParams` and `stimTargetParams`.

use super::at::At;
use super::conditions::{Chosen, choose};
use super::connections::Rules;
use super::contacts::{Delivery, Reader};
use super::finding::Found;
use super::formula::{Formulas, Scope};
use super::synapses::weight_unit;
use netdsl_lang::mech::Kind;
use netdsl_lang::model::{CellType, Parameters, Stimulus, Value};

const TARGET_KEYS: [&str; 12] = [
    "source",
    "conds",
    "sec",
    "loc",
    "weight",
    "delay",
    "synMech",
    "synsPerConn",
    "synMechWeightFactor",
    "synMechDelayFactor",
    "synMechLocFactor",
    "label",
];

const GENERATOR: [(&str, &str); 5] = [
    ("rate", "Hz"),
    ("interval", "ms"),
    ("noise", ""),
    ("start", "ms"),
    ("number", ""),
];

impl Rules<'_> {
    /// A stimulus called `name`; nothing if it does nothing, or has mistakes.
    pub(super) fn stimulus(
        &self,
        found: &mut Found,
        params: &At,
        at: &At,
        name: &str,
        types: &mut [CellType],
    ) -> Option<Stimulus> {
        let mut known = TARGET_KEYS.to_vec();
        known.extend(["plast", "shape"]);
        at.only(found, &known, "nothing: the key is not looked at");
        for key in ["plast", "shape"] {
            if let Some(entry) = at.get(key).filter(At::is_true) {
                found.unsupported(
                    &entry,
                    &format!("`{key}`"),
                    "leave it out",
                    "the weight changes with time",
                );
            }
        }
        let source = self.source(found, params, at)?;
        let mechanism = source.get("type").and_then(|t| t.text(found));
        let Some(mechanism) = mechanism else {
            found.error(
                &source,
                "`type` is missing",
                "name the mechanism",
                "a KeyError",
            );
            return None;
        };
        let Some(conds) = at.get("conds") else {
            found.error(
                at,
                "`conds` is missing",
                "say which cells are meant",
                "a KeyError",
            );
            return None;
        };
        let mut chosen = choose(found, &conds, self.pops, "post");
        if chosen.populations.is_empty() {
            return None;
        }
        self.listed(found, &conds, &mut chosen);
        let mut stimulus = Stimulus::new(name, mechanism, chosen.selector.clone());
        if !chosen.terms.is_empty() {
            stimulus.condition = Some(Value::new(chosen.terms.join(" && ")));
        }
        match mechanism {
            "XStim" => {
                found.unsupported(
                    &source,
                    "stimulation from outside (`XStim`)",
                    "leave it out",
                    "a potential outside each segment",
                );
                return None;
            }
            "NetStim" => self.generator(found, at, &source, &chosen, &mut stimulus, types)?,
            _ => self.electrode(found, at, &source, &chosen, &mut stimulus, types)?,
        }
        Some(stimulus)
    }

    fn source<'j>(&self, found: &mut Found, params: &At<'j>, at: &At) -> Option<At<'j>> {
        let Some(named) = at.get("source") else {
            found.error(
                at,
                "`source` is missing",
                "name one of `stimSourceParams`",
                "a KeyError",
            );
            return None;
        };
        let label = named.text(found)?;
        let all = params.get("stimSourceParams");
        let source = all.as_ref().and_then(|all| all.get(label));
        if source.is_none() {
            let known: Vec<&str> = all
                .iter()
                .flat_map(|all| all.entries())
                .map(|(key, _)| key)
                .collect();
            let near = netdsl_lang::diag::did_you_mean(label, known.iter().copied());
            let message = format!("there is no source `{label}`{near}");
            let help = format!(
                "`stimSourceParams` has {}",
                netdsl_lang::check::list(&known)
            );
            found.error(&named, message, &help, "a TypeError on None");
        }
        source
    }

    /// `cellList`: indices among the cells that the other conditions choose.
    fn listed(&self, found: &mut Found, conds: &At, chosen: &mut Chosen) {
        let Some(list) = conds.get("cellList") else {
            return;
        };
        let Some(items) = list.items() else {
            if list.as_text() != Some("all") {
                found.slip(
                    &list,
                    "a list of numbers is expected",
                    "give a list",
                    "all cells, or none if `verbose` is on",
                );
            }
            return;
        };
        if !chosen.terms.is_empty() {
            let instead = "leave out the coordinates, or the list";
            found.unsupported(
                &list,
                "`cellList` together with coordinates",
                instead,
                "numbers count the cells within the coordinates",
            );
        }
        let mut cells: Vec<u32> = items
            .iter()
            .filter_map(|x| x.number(found))
            .map(|x| x as u32)
            .collect();
        cells.sort_unstable();
        cells.dedup();
        chosen.selector.cells = Some(cells);
    }

    fn generator(
        &self,
        found: &mut Found,
        at: &At,
        source: &At,
        chosen: &Chosen,
        stimulus: &mut Stimulus,
        types: &mut [CellType],
    ) -> Option<()> {
        let formulas = Formulas::new(Scope::Post, &self.shared.numbers);
        let mut parameters = Parameters::default();
        for (key, entry) in source.entries() {
            if key == "type" || key == "label" {
                continue;
            }
            if key == "seed" {
                self.config.same_seed(found, &entry);
            } else if let Some((_, unit)) = GENERATOR.iter().find(|(known, _)| *known == key) {
                if entry.as_text() == Some("variable") {
                    found.unsupported(
                        &entry,
                        "a variable rate",
                        "give a rate",
                        "an NSLOC, whose interval a program changes",
                    );
                } else if key == "rate" && entry.as_number() == Some(0.0) {
                    found.slip(
                        &entry,
                        "the rate is 0",
                        "leave the stimulus out",
                        "a ZeroDivisionError",
                    );
                } else if let Some(setting) = self.shared.setting(found, &entry, &formulas, unit) {
                    parameters.push(key, setting);
                }
            } else {
                let known = GENERATOR.map(|(name, _)| name);
                found.unknown_key(&entry, key, &known, "nothing: the key is not looked at");
            }
        }
        if parameters.get("rate").is_some() {
            // the rate counts where both are given
            parameters.0.retain(|(key, _)| key != "interval");
        }
        stimulus.parameters = parameters;
        let scale = self.usual_of_generators;
        let reader = Reader {
            config: self.config,
            synapses: self.synapses,
            formulas: &formulas,
            usual: [1.0, scale, 1.0],
            factors: [
                "synMechWeightFactor",
                "synMechDelayFactor",
                "synMechLocFactor",
            ],
        };
        let delivery = self.delivery(found, at, chosen, &reader, types)?;
        stimulus.weight = delivery.weight;
        stimulus.delay = delivery.delay;
        stimulus.synapses = delivery.contacts;
        Some(())
    }

    /// What a rule or generator delivers to the chosen cells.
    pub(super) fn delivery(
        &self,
        found: &mut Found,
        at: &At,
        chosen: &Chosen,
        reader: &Reader,
        types: &mut [CellType],
    ) -> Option<Delivery> {
        let pops = chosen.populations.iter().map(|&k| &self.pops[k]);
        let artificial = pops
            .clone()
            .filter_map(|pop| pop.artificial.as_deref())
            .next();
        if let Some(mechanism) = artificial {
            let unit = self
                .shared
                .program(mechanism)
                .map(weight_unit)
                .unwrap_or_default();
            return Some(reader.onto_artificial(found, at, &unit));
        }
        let mut wanted: Vec<usize> = chosen
            .populations
            .iter()
            .map(|&k| self.types_of[k])
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut types: Vec<&mut CellType> = types
            .iter_mut()
            .enumerate()
            .filter(|(k, _)| wanted.contains(k))
            .map(|(_, cell)| cell)
            .collect();
        reader.onto_synapses(found, at, &mut types)
    }

    fn electrode(
        &self,
        found: &mut Found,
        at: &At,
        source: &At,
        chosen: &Chosen,
        stimulus: &mut Stimulus,
        types: &mut [CellType],
    ) -> Option<()> {
        let named = source.get("type")?;
        let mechanism = stimulus.mechanism.clone();
        let program = self
            .shared
            .mechanism(found, &named, &mechanism, |kind| kind == Kind::Point)?;
        let formulas = Formulas::new(Scope::Post, &self.shared.numbers);
        for (key, entry) in source.entries() {
            if key == "type" || key == "label" {
                continue;
            }
            // NEURON's word is `del`
            let name = if key == "delay" { "del" } else { key };
            if let Some(unit) = self.shared.parameter_unit(found, &entry, program, name)
                && let Some(setting) = self.shared.setting(found, &entry, &formulas, &unit)
            {
                stimulus.parameters.push(name, setting);
            }
        }
        for key in ["weight", "delay", "synMech", "synsPerConn"] {
            if let Some(entry) = at.get(key) {
                found.slip(
                    &entry,
                    format!("`{mechanism}` has no `{key}`"),
                    "leave it out",
                    "it is passed over",
                );
            }
        }
        let mut wanted: Vec<usize> = chosen
            .populations
            .iter()
            .map(|&k| self.types_of[k])
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut cells: Vec<&mut CellType> = types
            .iter_mut()
            .enumerate()
            .filter(|(k, _)| wanted.contains(k))
            .map(|(_, cell)| cell)
            .collect();
        let (sections, several) = super::places::sections(found, at, &mut cells)?;
        if several {
            let place = at.get("sec").unwrap_or_else(|| at.clone());
            found.error(
                &place,
                "an electrode is in one section",
                "name one",
                "a KeyError",
            );
            return None;
        }
        stimulus.section = sections.into_iter().next();
        let loc = at.get("loc");
        if loc.is_none() {
            found.note(
                at,
                "`loc` is not given: 0.5",
                "a crash for every type but NetStim",
            );
        }
        stimulus.loc = match loc {
            Some(loc) => Some(Value::new(formulas.value(found, &loc, "")?)),
            None => Some(0.5.into()),
        };
        Some(())
    }
}
