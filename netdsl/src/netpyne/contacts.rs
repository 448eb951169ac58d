//! Synapses of a rule or a generator: which, where, how many, with what weight and delay.

use super::at::At;
use super::config::Config;
use super::finding::Found;
use super::formula::Formulas;
use super::json::Json;
use super::synapses::Known;
use netdsl_lang::model::{CellType, Contact, Value};

/// What a rule delivers.
#[derive(Default)]
pub(super) struct Delivery {
    pub(super) weight: Option<Value>,
    pub(super) delay: Option<Value>,
    pub(super) contacts: Vec<Contact>,
}

/// Reads it.
pub(super) struct Reader<'a> {
    pub(super) config: &'a Config,
    pub(super) synapses: &'a [Known],
    pub(super) formulas: &'a Formulas<'a>,
    /// Usual weight, its factor, usual delay.
    pub(super) usual: [f64; 3],
    pub(super) factors: [&'static str; 3],
}

impl Reader<'_> {
    /// Onto artificial cells, of a mechanism with this unit of weights.
    pub(super) fn onto_artificial(&self, found: &mut Found, at: &At, unit: &str) -> Delivery {
        Delivery {
            weight: self.scaled(found, at.get("weight").as_ref(), unit, 1.0),
            delay: self.delay(found, at.get("delay").as_ref(), 1.0),
            contacts: Vec::new(),
        }
    }

    /// Onto synapses of cells of these types, which get section lists where NetPyNE chooses sections by cell type.
    pub(super) fn onto_synapses(
        &self,
        found: &mut Found,
        at: &At,
        types: &mut [&mut CellType],
    ) -> Option<Delivery> {
        let kinds = self.kinds(found, at)?;
        let (sections, several_sections) = super::places::sections(found, at, types)?;
        let count = kinds.len();
        let same_unit = kinds.iter().all(|k| k.weight_unit == kinds[0].weight_unit);
        let several = |key: &str| at.get(key).filter(|v| v.items().is_some() && count > 1);
        let weights = several("weight").or(at.get(self.factors[0]).filter(|_| count > 1));
        let delays = several("delay").or(at.get(self.factors[1]).filter(|_| count > 1));
        let mut delivery = Delivery::default();
        let shared_weight = weights.is_none() && same_unit;
        if shared_weight {
            let unit = &kinds[0].weight_unit;
            delivery.weight = self.scaled(found, at.get("weight").as_ref(), unit, 1.0);
        }
        if delays.is_none() {
            delivery.delay = self.delay(found, at.get("delay").as_ref(), 1.0);
        }
        for (k, kind) in kinds.iter().enumerate() {
            let mut contact = Contact::new(&kind.name);
            contact.sections.clone_from(&sections);
            let factor = |found: &mut Found, which: usize| self.factor(found, at, which, k, count);
            if !shared_weight {
                let own = self.of_kind(found, at, "weight", k, count)?;
                let factor = factor(found, 0);
                contact.weight = self.scaled(found, own.as_ref(), &kind.weight_unit, factor);
            }
            if delays.is_some() {
                let own = self.of_kind(found, at, "delay", k, count)?;
                let factor = factor(found, 1);
                contact.delay = self.delay(found, own.as_ref(), factor);
            }
            let number = self.of_kind(found, at, "synsPerConn", k, count)?;
            if let Some(number) = number.filter(|n| n.as_number() != Some(1.0)) {
                contact.count = Some(Value::new(self.formulas.value(found, &number, "")?));
            }
            let place = self.of_kind(found, at, "loc", k, count)?;
            contact.loc = self.locations(found, place, kind, &contact, factor)?;
            if several_sections {
                self.placement(found, at, &contact)?;
            }
            delivery.contacts.push(contact);
        }
        Some(delivery)
    }

    /// The kinds of synapses that `synMech` names; the first of all if it is missing.
    fn kinds(&self, found: &mut Found, at: &At) -> Option<Vec<&Known>> {
        let Some(named) = at.get("synMech").filter(At::is_true) else {
            if self.synapses.is_empty() {
                let help = "add one to `synMechParams`, and name it as `synMech`";
                found.error(
                    at,
                    "there is no kind of synapse",
                    help,
                    "an assertion fails",
                );
            }
            return Some(vec![self.synapses.first()?]);
        };
        let mut kinds = Vec::new();
        for item in named.one_or_more() {
            let label = item.text(found)?;
            let kind = self.synapses.iter().find(|k| k.label == label);
            if kind.is_none() {
                let known: Vec<&str> = self.synapses.iter().map(|k| k.label.as_str()).collect();
                let near = netdsl_lang::diag::did_you_mean(label, known.iter().copied());
                let message = format!("there is no synapse `{label}`{near}");
                let help = format!("`synMechParams` has {}", netdsl_lang::check::list(&known));
                found.error(
                    &item,
                    message,
                    &help,
                    "a TypeError on None, without the name of the rule",
                );
            }
            kinds.push(kind?);
        }
        (!kinds.is_empty()).then_some(kinds)
    }

    /// The value of `key` for kind `k` of `count`.
    #[allow(clippy::option_option)]
    fn of_kind<'j>(
        &self,
        found: &mut Found,
        at: &At<'j>,
        key: &str,
        k: usize,
        count: usize,
    ) -> Option<Option<At<'j>>> {
        let Some(entry) = at.get(key) else {
            return Some(None);
        };
        match entry.items() {
            Some(items) if count > 1 => {
                if items.len() != count {
                    let message = format!("{} values are given for {count} synapses", items.len());
                    found.error(
                        &entry,
                        message,
                        "give one for each `synMech`",
                        "an assertion fails",
                    );
                    return None;
                }
                Some(Some(items[k].clone()))
            }
            _ => Some(Some(entry)),
        }
    }

    fn factor(&self, found: &mut Found, at: &At, which: usize, k: usize, count: usize) -> f64 {
        let Some(factors) = at.get(self.factors[which]).filter(|_| count > 1) else {
            return 1.0;
        };
        let items = factors.items().unwrap_or_default();
        if items.len() != count {
            let message = format!("{} factors are given for {count} synapses", items.len());
            found.error(
                &factors,
                message,
                "give one for each `synMech`",
                "an assertion fails",
            );
            return 1.0;
        }
        items[k].number(found).unwrap_or(1.0)
    }

    /// A weight, times the network's factor.
    fn scaled(&self, found: &mut Found, at: Option<&At>, unit: &str, factor: f64) -> Option<Value> {
        let [weight, scale, _] = self.usual;
        let with_unit = |x: f64| Value::new(format!("{x} {unit}").trim().to_owned());
        let factor = scale * factor;
        match at {
            None => Some(with_unit(weight * factor)),
            Some(at) => match at.value {
                Json::Number(x) => Some(with_unit(x * factor)),
                Json::List(_) => {
                    let netpyne = "one weight for each synapse of a pair";
                    found.unsupported(at, "a list of weights", "give one weight", netpyne);
                    None
                }
                _ => {
                    let text = self.formulas.value(found, at, unit)?;
                    Some(Value::new(if factor == 1.0 {
                        text
                    } else {
                        format!("({text}) * {factor}")
                    }))
                }
            },
        }
    }

    fn delay(&self, found: &mut Found, at: Option<&At>, factor: f64) -> Option<Value> {
        let Some(at) = at else {
            return Some(Value::new(format!("{} ms", self.usual[2] * factor)));
        };
        if at.items().is_some() {
            found.unsupported(
                at,
                "a list of delays",
                "give one delay",
                "one delay for each synapse of a pair",
            );
            return None;
        }
        let text = self.formulas.value(found, at, "ms")?;
        if let Some(delay) = at.as_number().filter(|x| *x <= 0.0) {
            let message = format!("the delay is {delay} ms");
            let help = "give a delay of at least the step";
            found.error(
                at,
                message,
                help,
                "it is accepted; with several ranks the exchange of spikes breaks",
            );
        }
        Some(Value::new(if factor == 1.0 {
            text
        } else {
            format!("({text}) * {factor}")
        }))
    }

    /// Positions along the sections.
    fn locations(
        &self,
        found: &mut Found,
        place: Option<At>,
        kind: &Known,
        contact: &Contact,
        factor: impl Fn(&mut Found, usize) -> f64,
    ) -> Option<Vec<Value>> {
        let factor = factor(found, 2);
        let Some(place) = place else {
            // the usual place counts for one synapse; several are spread
            let own = kind.loc.filter(|_| contact.count.is_none());
            return Some(own.map(Value::from).into_iter().collect());
        };
        if contact.count.is_some() && place.items().is_none() {
            let help = "leave out `loc` to spread the synapses, or give a list";
            found.error(
                &place,
                "several synapses would be at one place",
                help,
                "an assertion fails",
            );
            return None;
        }
        let mut values = Vec::new();
        for item in place.one_or_more() {
            let text = self.formulas.value(found, &item, "")?;
            values.push(Value::new(if factor == 1.0 {
                text
            } else {
                format!("({text}) * {factor}")
            }));
        }
        Some(values)
    }

    /// Ways of placing synapses that are not ours.
    fn placement(&self, found: &mut Found, at: &At, contact: &Contact) -> Option<()> {
        let flag = |key: &str, usual: bool| at.get(key).map_or(usual, |entry| entry.is_true());
        let random = flag("connRandomSecFromList", self.config.random_sections);
        let spread = flag("distributeSynsUniformly", self.config.spread);
        if (random && contact.count.is_none()) || (spread && contact.count.is_some()) {
            return Some(());
        }
        let place = at.get(match contact.count {
            None => "connRandomSecFromList",
            Some(_) => "distributeSynsUniformly",
        });
        let place = place.as_ref().unwrap_or(at);
        let what = "this way to place synapses on several sections";
        let instead =
            "keep `connRandomSecFromList` and `distributeSynsUniformly` true, or name one section";
        found.unsupported(
            place,
            what,
            instead,
            "sections are taken in order, or places are drawn",
        );
        None
    }
}
