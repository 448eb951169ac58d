//! `connParams`.

use super::at::At;
use super::conditions::{Chosen, choose};
use super::config::Config;
use super::contacts::Reader;
use super::finding::Found;
use super::formula::{Formulas, Scope};
use super::json::Json;
use super::populations::Pop;
use super::shared::Shared;
use super::synapses::Known;
use netdsl_lang::model::{CellType, ConnRule, PairList, Value};

const KEYS: [&str; 21] = [
    "preConds",
    "postConds",
    "probability",
    "convergence",
    "divergence",
    "connList",
    "connFunc",
    "weight",
    "delay",
    "synMech",
    "sec",
    "loc",
    "synsPerConn",
    "threshold",
    "weightIndex",
    "synMechWeightFactor",
    "synMechDelayFactor",
    "synMechLocFactor",
    "connRandomSecFromList",
    "distributeSynsUniformly",
    "label",
];

/// What cannot be loaded yet, what to do instead, and what it is in NetPyNE.
const NOT_YET: [(&str, &str); 7] = [
    ("plast", "a plasticity mechanism changes the weight"),
    ("shape", "the weight changes with time"),
    ("gapJunction", "a gap junction in an old spelling"),
    ("disynapticBias", "an exception"),
    ("preSec", "the presynaptic place of a gap junction"),
    ("preLoc", "the presynaptic place of a gap junction"),
    ("distinctSecsPerSynMech", "an exception, or nothing"),
];

/// All that a rule is read with.
pub(super) struct Rules<'a> {
    pub(super) shared: &'a Shared,
    pub(super) config: &'a Config,
    pub(super) pops: &'a [Pop<'a>],
    pub(super) synapses: &'a [Known],
    /// Index of the cell type of each population.
    pub(super) types_of: &'a [usize],
    /// Usual weight, factor of weights, usual delay.
    pub(super) usual: [f64; 3],
    /// Factor of the weights of generators.
    pub(super) usual_of_generators: f64,
}

impl Rules<'_> {
    /// A rule called `name`; nothing if it does nothing, or has mistakes.
    pub(super) fn rule(
        &self,
        found: &mut Found,
        at: &At,
        name: &str,
        types: &mut [CellType],
    ) -> Option<ConnRule> {
        let known: Vec<&str> = KEYS
            .iter()
            .chain(NOT_YET.iter().map(|(key, _)| key))
            .copied()
            .collect();
        at.only(found, &known, "nothing: the key is not looked at");
        for (key, netpyne) in NOT_YET {
            if let Some(entry) = at.get(key).filter(At::is_true) {
                found.unsupported(&entry, &format!("`{key}`"), "leave it out", netpyne);
            }
        }
        if let Some(threshold) = at.get("threshold") {
            let help = "set the `threshold` of the section where spikes are looked for";
            found.slip(
                &threshold,
                "a rule has no threshold",
                help,
                "it is passed over",
            );
        }
        let side = |found: &mut Found, key: &str, side: &str| {
            let Some(conds) = at.get(key) else {
                found.error(
                    at,
                    format!("`{key}` is missing"),
                    "say which cells are meant",
                    "a KeyError",
                );
                return None;
            };
            let chosen = choose(found, &conds, self.pops, side);
            (!chosen.populations.is_empty()).then_some(chosen)
        };
        let (pre, post) = (
            side(found, "preConds", "pre"),
            side(found, "postConds", "post"),
        );
        let (pre, post) = (pre?, post?);
        let mut rule = ConnRule::new(name, pre.selector.clone(), post.selector.clone());
        let terms: Vec<String> = pre.terms.iter().chain(&post.terms).cloned().collect();
        if !terms.is_empty() {
            rule.condition = Some(Value::new(terms.join(" && ")));
        }
        self.pairs(found, at, &mut rule);
        self.deliver(found, at, &post, &mut rule, types)?;
        Some(rule)
    }

    /// Which pairs.
    fn pairs(&self, found: &mut Found, at: &At, rule: &mut ConnRule) {
        let ways = [
            ("probability", "probConn"),
            ("convergence", "convConn"),
            ("divergence", "divConn"),
            ("connList", "fromListConn"),
        ];
        let given: Vec<&str> = ways
            .iter()
            .map(|(key, _)| *key)
            .filter(|key| at.get(key).is_some())
            .collect();
        let stated = at.get("connFunc");
        let way = match stated.as_ref().and_then(|f| f.as_text()) {
            Some("fullConn") => None,
            Some(function) => ways
                .iter()
                .find(|(_, f)| *f == function)
                .map(|(key, _)| *key),
            None => given.first().copied(),
        };
        if let Some(extra) = given.iter().find(|key| Some(**key) != way) {
            let entry = at.get(extra).expect("it is given");
            let counts = way.unwrap_or("connFunc");
            let message = format!("`{counts}` is given, too");
            found.slip(&entry, message, "leave one", &format!("`{counts}` counts"));
        }
        // only full and probabilistic rules connect a cell with itself
        rule.allow_self = self.config.allow_self && matches!(way, None | Some("probability"));
        match way {
            Some("probability") => rule.probability = self.probability(found, at),
            Some("convergence") => {
                rule.convergence = self.number(found, at, "convergence", Scope::Post)
            }
            Some("divergence") => {
                rule.divergence = self.number(found, at, "divergence", Scope::Pre)
            }
            Some(_) => rule.list = list(found, at),
            None => {}
        }
    }

    fn number(&self, found: &mut Found, at: &At, key: &str, scope: Scope) -> Option<Value> {
        let entry = at.get(key)?;
        let formulas = Formulas::new(scope, &self.shared.numbers);
        let text = formulas.value(found, &entry, "")?;
        self.not_random(found, &entry, &text);
        Some(Value::new(text))
    }

    /// A probability; above 1 it is 1, as in NetPyNE.
    fn probability(&self, found: &mut Found, at: &At) -> Option<Value> {
        let entry = at.get("probability")?;
        let formulas = Formulas::new(Scope::Pair, &self.shared.numbers);
        let text = formulas.value(found, &entry, "")?;
        self.not_random(found, &entry, &text);
        if let Some(p) = entry.as_number() {
            if !(0.0..=1.0).contains(&p) {
                let message = format!("the probability is {p}");
                found.slip(
                    &entry,
                    message,
                    "give a number from 0 to 1",
                    "above 1 every pair, below 0 none is connected",
                );
            }
            return Some(p.clamp(0.0, 1.0).into());
        }
        Some(Value::new(format!("min(1, max(0, {text}))")))
    }

    fn not_random(&self, found: &mut Found, at: &At, text: &str) {
        if netdsl_lang::expr::parse(text).is_ok_and(|tree| super::formula::draws(&tree)) {
            let netpyne =
                "values drawn in the order of cells, which depends on the number of ranks";
            found.unsupported(
                at,
                "random numbers here",
                "draw `weight` or `delay` instead",
                netpyne,
            );
        }
    }

    /// Weights, delays, synapses.
    fn deliver(
        &self,
        found: &mut Found,
        at: &At,
        post: &Chosen,
        rule: &mut ConnRule,
        types: &mut [CellType],
    ) -> Option<()> {
        let formulas = Formulas::new(Scope::Pair, &self.shared.numbers);
        let reader = Reader {
            config: self.config,
            synapses: self.synapses,
            formulas: &formulas,
            usual: self.usual,
            factors: [
                "synMechWeightFactor",
                "synMechDelayFactor",
                "synMechLocFactor",
            ],
        };
        // a list's own weights and delays are in the list
        let mut kept: Vec<(String, Json)> = Vec::new();
        if let Json::Object(entries) = at.value {
            let listed = |key: &str| {
                let list = rule.list.as_ref();
                (key == "weight" && list.is_some_and(|l| l.weights.is_some()))
                    || (key == "delay" && list.is_some_and(|l| l.delays.is_some()))
            };
            kept.extend(entries.iter().filter(|(key, _)| !listed(key)).cloned());
        }
        let rest = Json::Object(kept);
        let at = At::new(&rest, &at.path);
        let delivery = self.delivery(found, &at, post, &reader, types)?;
        let list = rule.list.as_ref();
        rule.weight = delivery
            .weight
            .filter(|_| list.is_none_or(|l| l.weights.is_none()));
        rule.delay = delivery
            .delay
            .filter(|_| list.is_none_or(|l| l.delays.is_none()));
        rule.synapses = delivery.contacts;
        if let Some(index) = at.get("weightIndex").filter(|i| i.as_number() != Some(0.0)) {
            found.unsupported(
                &index,
                "another weight than the first",
                "leave it out",
                "the element of the weight vector",
            );
        }
        Some(())
    }
}

/// Pairs one by one, with values of their own.
fn list(found: &mut Found, at: &At) -> Option<PairList> {
    let rows = at.get("connList")?;
    let mut pairs = Vec::new();
    for row in rows.items().unwrap_or_default() {
        let [pre, post] = row.numbers(found)?;
        let index = |x: f64| (x >= 0.0 && x.fract() == 0.0).then_some(x as u32);
        let (Some(pre), Some(post)) = (index(pre), index(post)) else {
            found.error(
                &row,
                "an index is not a whole number of at least 0",
                "count from 0",
                "negative ones count from the end",
            );
            return None;
        };
        pairs.push((pre, post));
    }
    let mut column = |key: &str| {
        let entry = at.get(key)?;
        let items = entry.items()?;
        let numbers: Option<Vec<f64>> = items.iter().map(At::as_number).collect();
        if numbers.as_ref().is_none_or(|n| n.len() != pairs.len()) {
            let message = format!("{} pairs, but {} values", pairs.len(), items.len());
            found.error(
                &entry,
                message,
                "give a number for each pair",
                "an assertion fails",
            );
            return None;
        }
        numbers
    };
    let (weights, delays) = (column("weight"), column("delay"));
    for key in ["sec", "loc"] {
        if let Some(entry) = at.get(key).filter(|e| e.items().is_some()) {
            found.unsupported(
                &entry,
                "a place for each pair",
                "name one place for all",
                "the place of each pair",
            );
        }
    }
    Some(PairList {
        pairs,
        weights,
        delays,
    })
}
