//! Connection rules, and what they share with stimuli: selected cells, synapses, weights and delays.

use super::context::{At, Check, MechanismInfo};
use super::mechanisms::Use;
use super::params::NamedValues;
use super::values::Want;
use crate::expr::ScopeKind;
use crate::mech::{Program, Role};
use crate::model::{CellType, ConnRule, Contact, PairChoice, PairList, Selector, Value};
use std::collections::HashSet;
use std::rc::Rc;

/// The role of cells in a recording, where an empty selector means all.
pub(super) const RECORDED: &str = "recorded";

/// Longest constant delay, ms: more is a slip such as `1 Ms` for `1 ms`.
const LONGEST_DELAY: f64 = 1e6;

/// The point processes of a cell that handle events: number among all of the cell, name and mechanism.
pub fn receivers<'c>(
    cell: &'c CellType,
    mechanisms: &'c dyn MechanismInfo,
) -> impl Iterator<Item = (u32, &'c str, &'c Program)> {
    let points = cell.sections.iter().flat_map(|s| s.point_processes.iter());
    (0..).zip(points).filter_map(|(number, (name, point))| {
        let program = mechanisms.program(&point.mechanism)?;
        program.net_receive.as_ref()?;
        Some((number, name, program))
    })
}

/// What connections to a target share.
pub(super) struct Delivery<'r> {
    pub(super) contacts: &'r [Contact],
    pub(super) weight: Option<&'r Value>,
    pub(super) delay: Option<&'r Value>,
    /// A list of pairs states its own.
    pub(super) own: (bool, bool),
    pub(super) scope: ScopeKind,
    pub(super) named: &'r NamedValues,
}

impl<'a> Check<'a> {
    /// All connection rules.
    pub(super) fn connections(&mut self) {
        let network = self.network;
        let item =
            |k: usize, r: &ConnRule| At::item("connections", k, format!("rule `{}`", r.name));
        let entries = network.connections.iter().enumerate();
        self.names("rule", entries.map(|(k, r)| (r.name.as_str(), item(k, r))));
        for (k, rule) in network.connections.iter().enumerate() {
            self.rule(&item(k, rule), rule);
        }
    }

    fn rule(&mut self, at: &At, rule: &'a ConnRule) {
        let named = &self.global.with(&rule.params);
        self.params(&at.field("params"), &rule.params, ScopeKind::Pair);
        self.selector(&at.field("pre"), &rule.pre, "presynaptic");
        let targets = self.selector(&at.field("post"), &rule.post, "postsynaptic");
        if let Some(condition) = &rule.condition {
            let at = at.field("where");
            self.value(
                &at,
                "where",
                condition,
                &Want::truth(),
                ScopeKind::Pair,
                named,
            );
        }
        self.choice(at, rule, named);
        self.given_twice(at, rule);
        let list = rule.list.as_ref();
        let delivery = Delivery {
            contacts: &rule.synapses,
            weight: rule.weight.as_ref(),
            delay: rule.delay.as_ref(),
            own: (
                list.is_some_and(|l| l.weights.is_some()),
                list.is_some_and(|l| l.delays.is_some()),
            ),
            scope: ScopeKind::Pair,
            named,
        };
        self.delivery(at, &delivery, &targets);
        self.plasticity(at, rule, &delivery, &targets);
    }

    /// Weights and delays that stand in two places, one of which would be ignored.
    fn given_twice(&mut self, at: &At, rule: &ConnRule) {
        let list = rule.list.as_ref();
        let every =
            |has: fn(&Contact) -> bool| !rule.synapses.is_empty() && rule.synapses.iter().all(has);
        let any = |has: fn(&Contact) -> bool| rule.synapses.iter().any(has);
        let weight = |c: &Contact| c.weight.is_some();
        let delay = |c: &Contact| c.delay.is_some();
        let rows = [
            (
                "weight",
                rule.weight.is_some(),
                list.is_some_and(|l| l.weights.is_some()),
                any(weight),
                every(weight),
            ),
            (
                "delay",
                rule.delay.is_some(),
                list.is_some_and(|l| l.delays.is_some()),
                any(delay),
                every(delay),
            ),
        ];
        for (name, own, listed, any, every) in rows {
            let message = match (own, listed) {
                (true, true) => format!("`{name}` is given, and the list has `{name}s`, too"),
                (_, true) if any => {
                    format!("a synapse has a `{name}`, and the list has `{name}s`, too")
                }
                (true, false) if every => {
                    format!("`{name}` is given, but every synapse has one of its own")
                }
                _ => continue,
            };
            let key = if own {
                at.key(name)
            } else {
                at.key("synapses")
            };
            self.problem(&key, message, "leave one: the other would be ignored");
        }
    }

    fn choice(&mut self, at: &At, rule: &ConnRule, named: &NamedValues) {
        let given = rule.choices();
        if given.len() > 1 {
            let names: Vec<&str> = given.iter().map(name_of).collect();
            let message = format!(
                "{} are given: only one can choose the pairs",
                super::list(&names)
            );
            self.problem(
                &at.key(names[1]),
                message,
                "leave one, or write a second rule",
            );
        }
        for choice in given {
            let name = name_of(&choice);
            let at = at.field(name);
            match choice {
                PairChoice::Full => {}
                PairChoice::Probability(p) => {
                    let want = Want::unit("1").at_least(0.0).at_most(1.0);
                    self.value(&at, name, p, &want, ScopeKind::Pair, named);
                }
                PairChoice::Convergence(n) => {
                    let want = Want::count().at_least(0.0);
                    self.value(&at, name, n, &want, ScopeKind::Post, named);
                }
                PairChoice::Divergence(n) => {
                    let want = Want::count().at_least(0.0);
                    self.value(&at, name, n, &want, ScopeKind::Pre, named);
                }
                PairChoice::List(list) => self.list(&at, list),
            }
        }
    }

    fn list(&mut self, at: &At, list: &PairList) {
        let columns = [("weights", &list.weights), ("delays", &list.delays)];
        for (name, column) in columns {
            let Some(column) = column else {
                continue;
            };
            if column.len() != list.pairs.len() {
                let (n, pairs) = (column.len(), list.pairs.len());
                let message = format!("`{name}` has {n} values, but `pairs` has {pairs}");
                self.problem(&at.field(name), message, "give one for each pair");
            }
            let wrong = |x: &f64| !x.is_finite() || (name == "delays" && *x < 0.0);
            if let Some(k) = column.iter().position(wrong) {
                let (x, one) = (column[k], name.trim_end_matches('s'));
                let message = match x.is_finite() {
                    true => format!("a {one} cannot be negative, but {x} is given"),
                    false => format!("a {one} is a number, but {x} is given"),
                };
                self.problem(&at.field(name).index(k), message, "");
            }
        }
    }

    /// Indices that choose a cell twice, or none; tags without values.
    fn chosen_cells(&mut self, at: &At, selector: &Selector) {
        for (tag, _) in selector.tags.iter().filter(|(_, values)| values.is_empty()) {
            let message = format!("no value of the tag `{tag}` is named");
            self.problem(&at.field("tags").field(tag), message, "name one at least");
        }
        let Some(cells) = &selector.cells else {
            return;
        };
        let at = at.field("cells");
        if cells.is_empty() {
            self.problem(
                &at,
                "no cell is chosen",
                "name indices, or leave `cells` out",
            );
        }
        let mut seen = HashSet::new();
        for (k, cell) in cells.iter().enumerate() {
            if !seen.insert(cell) {
                let message = format!("cell {cell} is chosen twice");
                self.problem(&at.index(k), message, "a cell is chosen once");
            }
        }
    }

    /// Names in a selector; the cell types that it leads to.
    pub(super) fn selector(
        &mut self,
        at: &At,
        selector: &Selector,
        role: &str,
    ) -> Vec<&'a CellType> {
        let network = self.network;
        if role != RECORDED && selector.names_nothing() {
            let message =
                format!("which {role} cells are meant is not said: no population is named");
            let help = "write `populations`: [..]; for every cell, name all populations";
            self.problem(at, message, help);
            return Vec::new();
        }
        self.chosen_cells(at, selector);
        let known = |k: &&str| network.population(k).is_some();
        for (k, name) in selector.populations.iter().enumerate() {
            if !known(&name.as_str()) {
                let names = network.populations.iter().map(|p| p.name.as_str());
                let at = at.field("populations").index(k);
                self.unknown(&at, &format!("{role} population"), name, names);
            }
        }
        for (k, name) in selector.cell_types.iter().enumerate() {
            if network.cell_type(name).is_none() {
                let names = network.cell_types.iter().map(|c| c.name.as_str());
                self.unknown(&at.field("cell_types").index(k), "cell type", name, names);
            }
        }
        for tag in selector.tags.names() {
            if !network
                .populations
                .iter()
                .any(|p| p.tags.get(tag).is_some())
            {
                let names = network.populations.iter().flat_map(|p| p.tags.names());
                let names: Vec<&str> = names.collect();
                self.unknown(
                    &at.field("tags").key(tag),
                    "population with the tag",
                    tag,
                    names,
                );
            }
        }
        let chosen = network.populations.iter().filter(|p| selector.admits(p));
        let mut types: Vec<&CellType> = Vec::new();
        for cell in chosen.filter_map(|p| network.cell_type(&p.cell)) {
            if !types.iter().any(|t| t.name == cell.name) {
                types.push(cell);
            }
        }
        types
    }

    /// Synapses, weights and delays.
    pub(super) fn delivery(&mut self, at: &At, delivery: &Delivery<'_>, targets: &[&'a CellType]) {
        let (artificial, membranes): (Vec<&CellType>, Vec<&CellType>) =
            targets.iter().partition(|c| self.is_artificial(c));
        if let (Some(cell), [_, ..]) = (artificial.first(), delivery.contacts) {
            let message = format!(
                "cells of type `{}` are artificial: they have no synapses",
                cell.name
            );
            self.problem(&at.key("synapses"), message, "leave out `synapses`");
        }
        if delivery.contacts.is_empty() {
            for cell in &membranes {
                self.weight_of_receiver(at, delivery, cell);
            }
        }
        for cell in &artificial {
            self.weight_of_artificial(at, delivery, cell);
        }
        for (k, contact) in delivery.contacts.iter().enumerate() {
            let at = at.field("synapses").index(k);
            self.contact(&at, delivery, contact, &membranes);
        }
        if !delivery.own.1 {
            self.delay(at, delivery);
        }
        let every =
            delivery.contacts.iter().all(|c| c.weight.is_some()) && !delivery.contacts.is_empty();
        if delivery.weight.is_none() && !delivery.own.0 && !every {
            self.problem(
                at,
                "the `weight` is missing",
                "write `weight: 0.001 uS`, or in the unit of the synapse",
            );
        }
    }

    fn delay(&mut self, at: &At, delivery: &Delivery) {
        let want = Want::unit("ms").at_least(0.0).at_most(LONGEST_DELAY);
        let (scope, named) = (delivery.scope, delivery.named);
        if let Some(delay) = delivery.delay {
            self.value(&at.field("delay"), "delay", delay, &want, scope, named);
        }
        for (k, contact) in delivery.contacts.iter().enumerate() {
            if let Some(delay) = &contact.delay {
                let at = at.field("synapses").index(k).field("delay");
                self.value(&at, "delay", delay, &want, scope, named);
            }
        }
        let every =
            delivery.contacts.iter().all(|c| c.delay.is_some()) && !delivery.contacts.is_empty();
        if delivery.delay.is_none() && !every {
            self.problem(at, "the `delay` is missing", "write `delay: 1 ms`");
        }
    }

    fn weight_of_artificial(&mut self, at: &At, delivery: &Delivery, cell: &CellType) {
        let Some(crate::model::ArtificialCell::Mechanism { mechanism, .. }) = &cell.artificial
        else {
            let message = format!(
                "cells of type `{}` fire at given times: nothing can reach them",
                cell.name
            );
            self.problem(at, message, "choose other targets");
            return;
        };
        let Some(program) = self.mechanisms.program(mechanism) else {
            return;
        };
        if program.net_receive.is_none() {
            self.problem(
                at,
                format!("`{mechanism}` does not handle events"),
                "choose other targets",
            );
        } else {
            self.direct_weight(at, delivery, program);
        }
    }

    /// The weight of events that reach a mechanism without a synapse.
    fn direct_weight(&mut self, at: &At, delivery: &Delivery, program: &Program) {
        if let Some(weight) = delivery.weight {
            let want = weight_of(program);
            let at = at.field("weight");
            self.value(&at, "weight", weight, &want, delivery.scope, delivery.named);
        }
    }

    /// Events without synapses go to the one point process of a cell that receives events.
    fn weight_of_receiver(&mut self, at: &At, delivery: &Delivery, cell: &CellType) {
        let mechanisms = self.mechanisms;
        let found: Vec<_> = receivers(cell, mechanisms).collect();
        let mut points = cell.sections.iter().flat_map(|s| s.point_processes.iter());
        let unknown = points.any(|(_, point)| mechanisms.program(&point.mechanism).is_none());
        match found[..] {
            // what is unknown is told elsewhere, or not to be known here
            _ if unknown => {}
            [(_, _, program)] => self.direct_weight(at, delivery, program),
            [] => {
                let message = format!("the synapses on cells of type `{}` are missing", cell.name);
                self.problem(at, message, "name a synapse and where it is");
            }
            _ => {
                let names: Vec<&str> = found.iter().map(|(_, name, _)| *name).collect();
                let message = format!(
                    "which of the point processes {} of cell type `{}` gets the events is not said",
                    super::list(&names),
                    cell.name
                );
                let help = "name a synapse and where it is, or leave one point process that receives events";
                self.problem(at, message, help);
            }
        }
    }

    fn contact(&mut self, at: &At, delivery: &Delivery, contact: &Contact, cells: &[&'a CellType]) {
        let network = self.network;
        let (scope, named) = (delivery.scope, delivery.named);
        match network.synapse(&contact.synapse) {
            None => {
                let known = network.synapses.iter().map(|s| s.name.as_str());
                self.unknown(&at.field("synapse"), "synapse", &contact.synapse, known);
            }
            Some(synapse) => self.contact_weight(at, delivery, contact, &synapse.mechanism),
        }
        for cell in cells {
            self.sections_of(&at.field("sections"), cell, &contact.sections);
        }
        for (k, loc) in contact.loc.iter().enumerate() {
            let at = at.field("loc").index(k);
            self.value(&at, "loc", loc, &Want::location(), scope, named);
        }
        let count = match &contact.count {
            Some(count) => {
                let want = Want::count().at_least(0.0);
                self.value(&at.field("count"), "count", count, &want, scope, named)
            }
            None => Some(1.0),
        };
        if let Some(count) = count
            && contact.loc.len() > 1
            && contact.loc.len() as f64 != count
        {
            let message = format!(
                "there are {} positions for {count} synapses",
                contact.loc.len()
            );
            self.problem(
                &at.field("loc"),
                message,
                "give one for each synapse, or none to spread them",
            );
        }
    }

    fn contact_weight(&mut self, at: &At, delivery: &Delivery, contact: &Contact, mechanism: &str) {
        // a mechanism that is unknown or of the wrong kind is the synapse's mistake
        let found = self.mechanisms.program(mechanism);
        let Some(program) = found.filter(|p| p.net_receive.is_some()) else {
            return;
        };
        let want = weight_of(program);
        let (scope, named) = (delivery.scope, delivery.named);
        if let Some(weight) = &contact.weight {
            self.value(&at.field("weight"), "weight", weight, &want, scope, named);
        } else if let Some(weight) = delivery.weight {
            let at = At::weight_of(at);
            self.value(&at, "weight", weight, &want, scope, named);
        }
    }

    /// All synapses.
    pub(super) fn synapses(&mut self) {
        let network = self.network;
        let item = |k: usize, name: &str| At::item("synapses", k, format!("synapse `{name}`"));
        let global = Rc::clone(&self.global);
        let entries = network.synapses.iter().enumerate();
        self.names(
            "synapse",
            entries.map(|(k, s)| (s.name.as_str(), item(k, &s.name))),
        );
        for (k, synapse) in network.synapses.iter().enumerate() {
            let at = item(k, &synapse.name);
            let found =
                self.mechanism_for(&at.field("mechanism"), &synapse.mechanism, Use::Synapse);
            if let Some(program) = found {
                let at = at.field("parameters");
                self.parameters(
                    &at,
                    program,
                    &synapse.parameters,
                    ScopeKind::Segment,
                    &global,
                    &[],
                );
            }
        }
    }
}

/// What a weight must be for a mechanism: a conductance is not negative.
pub(super) fn weight_of(program: &Program) -> Want<'_> {
    let weight = program.variables.iter().find(|v| v.role == Role::Weight(0));
    let unit = weight.map_or("", |v| v.unit.as_str());
    let want = Want::file_unit(unit);
    if is_conductance(unit) {
        want.at_least(0.0)
    } else {
        want
    }
}

/// Whether a unit of a mechanism's file is one of conductance.
pub fn is_conductance(unit: &str) -> bool {
    ["uS", "nS", "S", "umho", "mho", "microsiemens", "micromho"].contains(&unit)
}

fn name_of(choice: &PairChoice) -> &'static str {
    match choice {
        PairChoice::Full => "full",
        PairChoice::Probability(_) => "probability",
        PairChoice::Convergence(_) => "convergence",
        PairChoice::Divergence(_) => "divergence",
        PairChoice::List(_) => "list",
    }
}
