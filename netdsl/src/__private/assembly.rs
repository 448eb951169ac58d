//! Puts declared things together into a model.

use super::facts::SectionFact;
use super::places::section;
use super::uses::{UsesMechanism, UsesPopulation, UsesRule, UsesStimulus, UsesSynapse};
use crate::handle::{CellType, Mechanism, PopHandle, Population, Rule, Stimulus, Synapse};
use crate::spec::{RuleSpec, StimulusSpec};
use netdsl_lang::check::{Diagnostic, Diagnostics};
use netdsl_lang::mech::Program;
use netdsl_lang::model;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// A network while its parts are added.
pub struct Assembly {
    network: model::Network,
    /// (what, name in the model) -> path of the declaration.
    paths: HashMap<(&'static str, &'static str), &'static str>,
    problems: Diagnostics,
}

/// A thing that another names: what it is called, and how it is added to a network.
#[derive(Clone, Copy)]
pub struct Named {
    pub(crate) name: &'static str,
    pub(crate) declare: fn(&mut Assembly),
}

/// The `N`-th mechanism of a declaration.
#[must_use]
pub const fn mechanism<T: UsesMechanism<N>, const N: usize>() -> Named {
    Named {
        name: T::Mechanism::NAME,
        declare: T::Mechanism::declare,
    }
}

/// The `N`-th synapse of a declaration.
#[must_use]
pub const fn synapse<T: UsesSynapse<N>, const N: usize>() -> Named {
    Named {
        name: T::Synapse::NAME,
        declare: T::Synapse::declare,
    }
}

/// A number from Rust that a `param` captured: its name and its value as text with unit.
pub type Captured = (&'static str, String);

/// What the macro wrote as JSON.
fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("the macro wrote the model's own JSON")
}

/// Names that an expansion leaves open are `$0`, `$1`, ...: the path in the source tells which.
fn fill(name: &mut String, names: &[Named]) {
    if let Some(index) = name.strip_prefix('$').and_then(|n| n.parse::<usize>().ok()) {
        *name = names[index].name.to_owned();
    }
}

fn capture(params: &mut model::Table<model::Value>, captured: Vec<Captured>) {
    for (name, text) in captured {
        if let Some(value) = params.get_mut(name) {
            *value = model::Value::new(text);
        }
    }
}

impl Assembly {
    /// A network without parts: the macro's JSON has its name, size, seeds and the like.
    #[must_use]
    pub fn new(json: &str, params: Vec<Captured>, globals: &[Named]) -> Self {
        let mut network: model::Network = read(json);
        capture(&mut network.params, params);
        for (mechanism, _) in &mut network.globals.0 {
            fill(mechanism, globals);
        }
        let mut assembly = Self::of(network);
        for mechanism in globals {
            (mechanism.declare)(&mut assembly);
        }
        assembly
    }

    /// A network to which more is added: what it has under a name, it keeps.
    #[must_use]
    pub fn of(network: model::Network) -> Self {
        Self {
            network,
            paths: HashMap::new(),
            problems: Diagnostics::default(),
        }
    }

    /// What was added, unchecked.
    pub(crate) fn into_parts(self) -> model::Network {
        self.network
    }

    /// Whether a name is new. The same name from two declarations is a problem.
    fn is_new(&mut self, what: &'static str, name: &'static str, path: &'static str) -> bool {
        match self.paths.insert((what, name), path) {
            None => true,
            Some(before) if before == path => false,
            Some(before) => {
                let message =
                    format!("two different {what}s have this name: `{before}` and `{path}`");
                let place = format!("{what} `{name}`");
                self.problems
                    .push(Diagnostic::new(place, message).help("rename one of them"));
                false
            }
        }
    }

    /// Adds a mechanism whose source is the program's own.
    pub fn add_mechanism<M: Mechanism>(
        &mut self,
        path: &'static str,
        file: &str,
        text: &str,
        hooks: &[(&'static str, netdsl_lang::mech::abi::HookFunction)],
    ) {
        #[cfg(feature = "runtime")]
        {
            M::native().into_iter().for_each(crate::native::offer);
            for (name, function) in hooks {
                crate::native::offer_hook(M::NAME, name, path, *function);
            }
        }
        if !self.is_new("mechanism", M::NAME, path) || self.network.mechanism(M::NAME).is_some() {
            return;
        }
        self.network.mechanisms.push(model::Mechanism {
            name: M::NAME.to_owned(),
            source: model::MechanismSource::Mod {
                file: file.to_owned(),
                text: text.to_owned(),
                hooks: hooks.iter().map(|(name, _)| (*name).to_owned()).collect(),
            },
        });
    }

    /// Notes a mechanism that is shipped, so that one of the same name is noticed.
    pub fn add_shipped<M: Mechanism>(&mut self, path: &'static str) {
        self.is_new("mechanism", M::NAME, path);
    }

    /// Adds a cell type with sections.
    pub fn add_cell_type<C: CellType>(
        &mut self,
        json: &str,
        mechanisms: &[Named],
        captured: Vec<Captured>,
    ) {
        if !self.is_new("cell type", C::NAME, C::PATH) || self.network.cell_type(C::NAME).is_some()
        {
            return;
        }
        let mut cell: model::CellType = read(json);
        capture(&mut cell.params, captured);
        for section in &mut cell.sections {
            for (mechanism, _) in &mut section.mechanisms.0 {
                fill(mechanism, mechanisms);
            }
            for (mechanism, _) in &mut section.pointers.0 {
                fill(mechanism, mechanisms);
            }
            for (_, point) in &mut section.point_processes.0 {
                fill(&mut point.mechanism, mechanisms);
            }
        }
        for mechanism in mechanisms {
            (mechanism.declare)(self);
        }
        self.network.cell_types.push(cell);
    }

    /// Adds a mechanism that is a cell of its own.
    pub fn add_artificial<M: CellType + Mechanism>(&mut self) {
        if !self.is_new("cell type", <M as CellType>::NAME, M::PATH)
            || self.network.cell_type(<M as CellType>::NAME).is_some()
        {
            return;
        }
        <M as Mechanism>::declare(self);
        let mut cell = model::CellType::new(<M as CellType>::NAME);
        cell.artificial = Some(model::ArtificialCell::Mechanism {
            mechanism: <M as Mechanism>::NAME.to_owned(),
            parameters: model::Parameters::default(),
        });
        self.network.cell_types.push(cell);
    }

    /// Adds a synapse.
    pub fn add_synapse<S: Synapse>(&mut self, json: &str) {
        if !self.is_new("synapse", S::NAME, S::PATH) || self.network.synapse(S::NAME).is_some() {
            return;
        }
        let mut synapse: model::Synapse = read(json);
        synapse.mechanism = S::Mechanism::NAME.to_owned();
        S::Mechanism::declare(self);
        self.network.synapses.push(synapse);
    }

    /// Adds a population.
    pub fn add_population<P: Population>(&mut self, json: &str) {
        if !self.is_new("population", P::NAME, P::PATH)
            || self.network.population(P::NAME).is_some()
        {
            return;
        }
        let mut population: model::Population = read(json);
        population.cell = <P::Cell as CellType>::NAME.to_owned();
        P::Cell::declare(self);
        self.network.populations.push(population);
    }

    /// Adds a rule that has a name.
    pub fn add_rule<R: Rule>(&mut self, parts: RuleParts<'_>) {
        if !self.is_new("rule", R::NAME, R::PATH) {
            return;
        }
        let spec = rule_spec(R::Pre::handle(), R::Post::handle(), parts);
        self.add_rule_spec(spec);
    }

    /// Adds a stimulus that has a name.
    pub fn add_stimulus<S: Stimulus>(&mut self, parts: StimulusParts<'_>) {
        if !self.is_new("stimulus", S::NAME, S::PATH) {
            return;
        }
        let spec = stimulus_spec(S::Target::handle(), parts);
        self.add_stimulus_spec(spec);
    }

    /// Adds a rule that is a value.
    pub fn add_rule_spec(&mut self, spec: RuleSpec) {
        let RuleSpec {
            mut rule,
            needs,
            problems,
            named,
        } = spec;
        for need in needs {
            (need.declare)(self);
        }
        if !named {
            rule.name = self.unused_name(&rule.name);
        }
        for problem in problems {
            self.problems.push(problem);
        }
        self.network.connections.push(rule);
    }

    /// Adds a stimulus that is a value.
    pub fn add_stimulus_spec(&mut self, spec: StimulusSpec) {
        let StimulusSpec {
            stimulus,
            needs,
            problems,
        } = spec;
        for need in needs {
            (need.declare)(self);
        }
        for problem in problems {
            self.problems.push(problem);
        }
        self.network.stimuli.push(stimulus);
    }

    /// `E_I`, or `E_I_2` where a rule has that name already.
    fn unused_name(&self, name: &str) -> String {
        let taken = |n: &str| self.network.connections.iter().any(|r| r.name == n);
        let mut unused = name.to_owned();
        let mut count = 2;
        while taken(&unused) {
            unused = format!("{name}_{count}");
            count += 1;
        }
        unused
    }

    /// The `N`-th population of a `network!`.
    pub fn population<T: UsesPopulation<N>, const N: usize>(&mut self) {
        T::Population::declare(self);
    }

    /// The `N`-th rule of a `network!`.
    pub fn rule<T: UsesRule<N>, const N: usize>(&mut self) {
        T::Rule::declare(self);
    }

    /// The `N`-th stimulus of a `network!`.
    pub fn stimulus<T: UsesStimulus<N>, const N: usize>(&mut self) {
        T::Stimulus::declare(self);
    }

    /// A population that is a value.
    pub fn population_value(&mut self, handle: PopHandle) {
        (handle.declare)(self);
    }

    /// Populations that are values.
    pub fn population_values(&mut self, handles: impl IntoIterator<Item = PopHandle>) {
        for handle in handles {
            self.population_value(handle);
        }
    }

    /// A rule that is a value.
    pub fn rule_value(&mut self, rule: RuleSpec) {
        self.add_rule_spec(rule);
    }

    /// Rules that are values.
    pub fn rule_values(&mut self, rules: impl IntoIterator<Item = RuleSpec>) {
        for rule in rules {
            self.add_rule_spec(rule);
        }
    }

    /// A stimulus that is a value.
    pub fn stimulus_value(&mut self, stimulus: StimulusSpec) {
        self.add_stimulus_spec(stimulus);
    }

    /// Stimuli that are values.
    pub fn stimulus_values(&mut self, stimuli: impl IntoIterator<Item = StimulusSpec>) {
        for stimulus in stimuli {
            self.add_stimulus_spec(stimulus);
        }
    }

    /// The network, checked as a whole.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn finish(self) -> Result<model::Network, Diagnostics> {
        let Self {
            network,
            mut problems,
            ..
        } = self;
        let programs = programs(&network, &mut problems);
        if let Err(found) = netdsl_lang::check::check(&network, &programs) {
            for problem in found.iter() {
                problems.push(problem.clone());
            }
        }
        problems.into_result(network)
    }
}

/// The programs of all mechanisms: the network's own, which stand in for shipped ones of the same name, and those shipped.
fn programs(network: &model::Network, problems: &mut Diagnostics) -> Vec<Program> {
    let mut programs = Vec::new();
    for mechanism in &network.mechanisms {
        let model::MechanismSource::Mod { file, text, hooks } = &mechanism.source else {
            continue;
        };
        match netdsl_lang::nmodl::compile_with_hooks(text, file, hooks) {
            Ok(program) => programs.push(program),
            Err(found) => {
                let place = format!("mechanism `{}`", mechanism.name);
                problems.push(Diagnostic::new(place, found.to_string()));
            }
        }
    }
    for program in netdsl_lang::mech::shipped::programs() {
        if !programs.iter().any(|p| p.name == program.name) {
            programs.push(program.clone());
        }
    }
    programs
}

/// What the macro knows about a rule.
pub struct RuleParts<'a> {
    /// [`model::ConnRule`], with names left open.
    pub json: &'static str,
    /// The synapses.
    pub synapses: &'a [Named],
    /// Sections of the postsynaptic cells that are named.
    pub sections: &'static [&'static str],
    /// Captured numbers.
    pub captured: Vec<Captured>,
    /// Captured pairs.
    pub pairs: Option<Vec<(u32, u32)>>,
}

/// What the macro knows about a stimulus.
pub struct StimulusParts<'a> {
    /// [`model::Stimulus`], with names left open.
    pub json: &'static str,
    /// The mechanism.
    pub mechanism: Named,
    /// The synapses of an event generator.
    pub synapses: &'a [Named],
    /// Sections that are named.
    pub sections: &'static [&'static str],
    /// Captured numbers.
    pub captured: Vec<Captured>,
}

/// A rule as a value.
#[must_use]
pub fn rule_spec(pre: PopHandle, post: PopHandle, parts: RuleParts<'_>) -> RuleSpec {
    let mut rule: model::ConnRule = read(parts.json);
    let named = !rule.name.is_empty();
    if !named {
        rule.name = format!("{}_{}", pre.name, post.name);
    }
    rule.pre.populations = vec![pre.name.to_owned()];
    rule.post.populations = vec![post.name.to_owned()];
    for contact in &mut rule.synapses {
        fill(&mut contact.synapse, parts.synapses);
    }
    capture(&mut rule.params, parts.captured);
    if let (Some(list), Some(pairs)) = (&mut rule.list, parts.pairs) {
        list.pairs = pairs;
    }
    RuleSpec {
        problems: unknown_sections(&format!("connection `{}`", rule.name), post, parts.sections),
        rule,
        needs: parts.synapses.to_vec(),
        named,
    }
}

/// A stimulus as a value.
#[must_use]
pub fn stimulus_spec(target: PopHandle, parts: StimulusParts<'_>) -> StimulusSpec {
    let mut stimulus: model::Stimulus = read(parts.json);
    stimulus.mechanism = parts.mechanism.name.to_owned();
    stimulus.target.populations = vec![target.name.to_owned()];
    for contact in &mut stimulus.synapses {
        fill(&mut contact.synapse, parts.synapses);
    }
    capture(&mut stimulus.params, parts.captured);
    let mut needs = vec![parts.mechanism];
    needs.extend(parts.synapses);
    StimulusSpec {
        problems: unknown_sections(
            &format!("stimulus `{}`", stimulus.name),
            target,
            parts.sections,
        ),
        stimulus,
        needs,
    }
}

/// The same text that a rule between known populations would give while it is compiled.
fn unknown_sections(
    user: &str,
    target: PopHandle,
    sections: &'static [&'static str],
) -> Vec<Diagnostic> {
    if target.broken || target.artificial {
        return Vec::new();
    }
    let facts: &[SectionFact] = target.sections;
    sections
        .iter()
        .filter_map(|name| section(target.cell, facts, name))
        .map(|m| Diagnostic::new(user, m.as_str()))
        .collect()
}
