//! Mechanisms where they are used: the right kind, parameters that exist, of the right length.

use super::context::{At, Check};
use super::params::NamedValues;
use super::values::Want;
use crate::expr::ScopeKind;
use crate::mech::{Kind, Program, Role, Variable};
use crate::model::{Parameters, Setting};
use std::rc::Rc;

/// What a place in a model wants of a mechanism.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Use {
    /// In the membrane of a section.
    Density,
    /// At a point of a cell.
    Point,
    /// A point process that handles events.
    Synapse,
    /// A cell or event generator of its own.
    Artificial,
    /// An electrode (a point process) or an event generator.
    Stimulus,
}

impl Use {
    fn accepts(self, program: &Program) -> bool {
        match (self, program.kind) {
            (Self::Density, kind) => kind == Kind::Density,
            (Self::Point, kind) => kind == Kind::Point,
            (Self::Synapse, kind) => kind == Kind::Point && program.net_receive.is_some(),
            (Self::Artificial, kind) => kind == Kind::Artificial,
            (Self::Stimulus, kind) => kind != Kind::Density,
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::Density => "a mechanism of the membrane (SUFFIX)",
            Self::Point => "a point process",
            Self::Synapse => "a point process with NET_RECEIVE",
            Self::Artificial => "an ARTIFICIAL_CELL",
            Self::Stimulus => "a point process or an ARTIFICIAL_CELL",
        }
    }
}

fn what_is(program: &Program) -> &'static str {
    match (program.kind, &program.net_receive) {
        (Kind::Density, _) => "is a mechanism of the membrane",
        (Kind::Point, None) => "is a point process without NET_RECEIVE: it does not handle events",
        (Kind::Point, Some(_)) => "is a point process",
        (Kind::Artificial, _) => "is an ARTIFICIAL_CELL: it has no place in a membrane",
    }
}

impl<'a> Check<'a> {
    /// The mechanism `name`, if it exists and is of the kind wanted.
    pub(super) fn mechanism_for(&mut self, at: &At, name: &str, usage: Use) -> Option<&'a Program> {
        let program = self.mechanism(at, name)?;
        if usage.accepts(program) {
            return Some(program);
        }
        let message = format!(
            "`{name}` {}, but {} is wanted here",
            what_is(program),
            usage.wanted()
        );
        let mechanisms = self.mechanisms;
        let fitting: Vec<&str> = mechanisms
            .names()
            .into_iter()
            .filter(|n| mechanisms.program(n).is_some_and(|p| usage.accepts(p)))
            .collect();
        self.problem(at, message, format!("such are {}", super::list(&fitting)));
        None
    }

    /// Parameters given to an instance of `program`. `aliases` are accepted besides, with their unit.
    pub(super) fn parameters(
        &mut self,
        at: &At,
        program: &Program,
        given: &Parameters,
        scope: ScopeKind,
        named: &NamedValues,
        aliases: &[(&str, &str)],
    ) {
        for (k, (name, setting)) in given.iter().enumerate() {
            let key = at.key(name);
            if given.names().take(k).any(|n| n == name) {
                self.problem(&key, format!("`{name}` is given twice"), "leave one");
            }
            if let Some((_, unit)) = aliases.iter().find(|(alias, _)| *alias == name) {
                let want = Want::unit(unit).at_least(0.0);
                self.setting(&at.field(name), name, setting, &want, scope, named);
                continue;
            }
            match program.variable(name) {
                Some((_, variable)) if variable.role == Role::Parameter => {
                    self.length(&at.field(name), variable, setting);
                    let want = Want::of(variable);
                    self.setting(&at.field(name), name, setting, &want, scope, named);
                }
                Some((_, variable)) => self.not_settable(&key, program, variable),
                None => {
                    let aliases = aliases.iter().map(|(alias, _)| *alias);
                    let known = settable(program).map(|v| v.name.as_str()).chain(aliases);
                    let kind = format!("parameter of `{}` called", program.name);
                    if let Some(help) = ion_of(program, name) {
                        self.problem(&key, format!("there is no {kind} `{name}`"), help);
                        continue;
                    }
                    self.unknown(&key, &kind, name, known.collect::<Vec<_>>());
                }
            }
        }
    }

    fn not_settable(&mut self, at: &At, program: &Program, variable: &Variable) {
        let (mechanism, name) = (&program.name, &variable.name);
        if let Role::Global(_) = variable.role {
            let message = format!("`{name}` of `{mechanism}` is one value for the whole network");
            let help = format!("set it in `globals`: {{ \"{mechanism}\": {{ \"{name}\": ... }} }}");
            self.problem(at, message, help);
        } else {
            let message = format!("`{name}` of `{mechanism}` is computed and cannot be set");
            let known: Vec<&str> = settable(program).map(|v| v.name.as_str()).collect();
            self.problem(
                at,
                message,
                format!("its parameters are {}", super::list(&known)),
            );
        }
    }

    fn length(&mut self, at: &At, variable: &Variable, setting: &Setting) {
        let given = match setting {
            Setting::One(_) => 1,
            Setting::Each(values) => values.len(),
        };
        if variable.length > 1 && given != variable.length as usize {
            let (name, length) = (&variable.name, variable.length);
            let values = if given == 1 { "value is" } else { "values are" };
            let message = format!("`{name}` has {length} elements, but {given} {values} given");
            self.problem(at, message, format!("give a list of {length}"));
        }
    }

    /// Values of global variables.
    pub(super) fn globals(&mut self) {
        let global = Rc::clone(&self.global);
        let network = self.network;
        for (mechanism, given) in network.globals.iter() {
            let at = At::top("globals").called(&format!("globals of `{mechanism}`"));
            let Some(program) = self.mechanism(&at.key(mechanism), mechanism) else {
                continue;
            };
            let at = at.field(mechanism);
            for (name, setting) in given.iter() {
                match program.globals().into_iter().find(|v| v.name == name) {
                    Some(variable) => {
                        let want = Want::of(variable);
                        let at = at.field(name);
                        self.setting(&at, name, setting, &want, ScopeKind::Network, &global);
                    }
                    None => {
                        let globals = program.globals();
                        let known = globals.iter().map(|v| v.name.as_str());
                        let kind = format!("global variable of `{mechanism}` called");
                        self.unknown(&at.key(name), &kind, name, known);
                    }
                }
            }
        }
    }

    /// Functions given as tables.
    pub(super) fn function_tables(&mut self) {
        let network = self.network;
        for (mechanism, given) in network.function_tables.iter() {
            let at = At::top("function_tables").called(&format!("functions of `{mechanism}`"));
            let Some(program) = self.mechanism(&at.key(mechanism), mechanism) else {
                continue;
            };
            let at = at.field(mechanism);
            for (name, data) in given.iter() {
                let known = program.function_tables.iter();
                match known.clone().find(|t| t.name == name) {
                    Some(table) => {
                        if let Some(problem) = data.problem(table.arguments.len()) {
                            self.problem(&at.key(name), format!("`{name}`: {problem}"), "");
                        }
                    }
                    None => {
                        let kind = format!("FUNCTION_TABLE of `{mechanism}` called");
                        self.unknown(&at.key(name), &kind, name, known.map(|t| t.name.as_str()));
                    }
                }
            }
        }
    }

    /// Declared mechanisms.
    pub(super) fn declared_mechanisms(&mut self) {
        let network = self.network;
        let item = |k: usize, name: &str| At::item("mechanisms", k, format!("mechanism `{name}`"));
        let entries = network.mechanisms.iter().enumerate();
        self.names(
            "mechanism",
            entries.map(|(k, m)| (m.name.as_str(), item(k, &m.name))),
        );
        for (k, declared) in network.mechanisms.iter().enumerate() {
            self.mechanism(&item(k, &declared.name).field("name"), &declared.name);
        }
    }
}

fn settable(program: &Program) -> impl Iterator<Item = &Variable> {
    program
        .variables
        .iter()
        .filter(|v| v.role == Role::Parameter)
}

/// Where `ena`, `ki` and the like are set, which belong to an ion that the mechanism uses.
fn ion_of(program: &Program, name: &str) -> Option<String> {
    program.ions.iter().find_map(|ion| {
        let ion = &ion.name;
        let field = ["e", "i", "o"].into_iter().find(|field| match *field {
            "e" => name == format!("e{ion}"),
            side => name == format!("{ion}{side}"),
        })?;
        Some(format!(
            "it belongs to the ion: set `{field}` of `{ion}` in `ions` of the section"
        ))
    })
}
