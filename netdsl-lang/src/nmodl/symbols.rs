//! Gives every name of a file its meaning.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{Argument, Callable, File, Item, Name, Node, Size, Span, Stmt};
use super::report::Report;
use crate::diag::nearest;
use crate::mech::{Current, Ion, IonQuantity, Kind, Role, VarId};

mod declare;
mod ions;
mod units;

/// A variable, before it is known which blocks use it.
#[derive(Clone, Debug)]
pub(crate) struct Symbol {
    /// Its name.
    pub(crate) name: String,
    /// Where it is declared.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) class: Class,
    /// Unit, without parentheses.
    pub(crate) unit: String,
    /// Value before anything runs.
    pub(crate) default: f64,
    /// `<low, high>`.
    pub(crate) limits: Option<(f64, f64)>,
    /// Number of elements.
    pub(crate) length: u32,
    /// In RANGE.
    pub(crate) range: bool,
}

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// PARAMETER in RANGE.
    Parameter,
    /// PARAMETER of the mechanism as a whole.
    Global,
    /// STATE.
    State,
    /// ASSIGNED, LOCAL of the file.
    Assigned,
    /// POINTER.
    Pointer,
    /// A current that the mechanism writes.
    Current,
    /// From outside.
    Outside(Role),
}

/// NET_RECEIVE.
#[derive(Clone, Debug)]
pub(crate) struct Receive<'a> {
    /// Its arguments.
    pub(crate) arguments: &'a [Argument],
    /// The variables of the arguments.
    pub(crate) weights: Vec<VarId>,
    /// The variable of `flag`.
    pub(crate) flag: VarId,
    /// What it does.
    pub(crate) body: &'a [Stmt],
}

/// A file whose names are known.
#[derive(Debug)]
pub(crate) struct Symbols<'a> {
    /// SUFFIX, POINT_PROCESS or ARTIFICIAL_CELL name.
    pub(crate) name: String,
    /// Which of them.
    pub(crate) kind: Kind,
    /// TITLE or first comment.
    pub(crate) doc: String,
    /// All variables, in the order of their declaration.
    pub(crate) variables: Vec<Symbol>,
    /// By name; weights are not among them.
    pub(crate) by_name: BTreeMap<String, VarId>,
    /// Names with a fixed value: UNITS, CONSTANT, DEFINE.
    pub(crate) constants: BTreeMap<String, f64>,
    /// USEION.
    pub(crate) ions: Vec<Ion>,
    /// What BREAKPOINT computes.
    pub(crate) currents: Vec<Current>,
    /// The variable of each current.
    pub(crate) current_variables: Vec<VarId>,
    /// RANDOM streams.
    pub(crate) streams: BTreeMap<String, u32>,
    /// PROCEDURE, FUNCTION, DERIVATIVE.
    pub(crate) callables: BTreeMap<String, &'a Callable>,
    /// INITIAL.
    pub(crate) initial: Option<&'a [Stmt]>,
    /// BREAKPOINT.
    pub(crate) breakpoint: Option<&'a [Stmt]>,
    /// NET_RECEIVE.
    pub(crate) receive: Option<Receive<'a>>,
    /// What STATE declares, concentrations of ions among them.
    pub(crate) state_ids: BTreeSet<VarId>,
    /// START values of the states that INITIAL begins with, 0 if none.
    pub(crate) state_initials: BTreeMap<VarId, f64>,
    /// The NEURON block, for what belongs to no other place.
    pub(crate) span: Span,
}

/// Resolves the names of a file.
pub(crate) fn resolve_names<'a>(file: &'a File, report: &mut Report) -> Symbols<'a> {
    let mut symbols = Symbols {
        name: String::new(),
        kind: Kind::Density,
        doc: file
            .title
            .clone()
            .or_else(|| file.comment.clone())
            .unwrap_or_default(),
        variables: Vec::new(),
        by_name: BTreeMap::new(),
        constants: BTreeMap::new(),
        ions: Vec::new(),
        currents: Vec::new(),
        current_variables: Vec::new(),
        streams: BTreeMap::new(),
        callables: BTreeMap::new(),
        initial: None,
        breakpoint: None,
        receive: None,
        state_ids: BTreeSet::new(),
        state_initials: BTreeMap::new(),
        span: Span::default(),
    };
    symbols.collect_blocks(file, report);
    declare::declare_variables(&mut symbols, file, report);
    symbols
}

impl<'a> Symbols<'a> {
    /// The variable called `name`, one of `t`, `v`, ... where the file does not declare it.
    pub(crate) fn variable(&mut self, name: &str) -> Option<VarId> {
        if let Some(id) = self.by_name.get(name) {
            return Some(*id);
        }
        let role = outside(name)?;
        Some(self.add(name, Span::default(), Class::Outside(role)))
    }

    /// A new variable.
    pub(crate) fn add(&mut self, name: &str, span: Span, class: Class) -> VarId {
        let id = self.variables.len() as VarId;
        self.variables.push(Symbol {
            name: name.to_owned(),
            span,
            class,
            unit: String::new(),
            default: 0.0,
            limits: None,
            length: 1,
            range: false,
        });
        self.by_name.insert(name.to_owned(), id);
        id
    }

    /// The value of a size.
    pub(crate) fn size(&self, size: &Size, report: &mut Report) -> u32 {
        match size {
            Size::Number(n) => n.kind,
            Size::Name(name) => match self.constants.get(&name.kind) {
                Some(x) if x.fract() == 0.0 && (0.0..=1e6).contains(x) => *x as u32,
                _ => {
                    let message =
                        format!("`{name}` is no whole number: say DEFINE {name} 3, for example");
                    report.error(name.span, message);
                    1
                }
            },
        }
    }

    /// Names that `name` may have been meant to be.
    pub(crate) fn near(&self, name: &str) -> Option<String> {
        let variables = self.by_name.keys();
        let all = variables
            .chain(self.constants.keys())
            .chain(self.callables.keys());
        let near = nearest(name, all.map(String::as_str))?;
        Some(format!("did you mean `{near}`?"))
    }

    fn collect_blocks(&mut self, file: &'a File, report: &mut Report) {
        for item in &file.items {
            match item {
                Item::Define(name, value) => self.constant(name, f64::from(*value), report),
                Item::Callable(callable) => {
                    let name = &callable.name;
                    if self.callables.insert(name.kind.clone(), callable).is_some() {
                        report.error(name.span, format!("there are two blocks called `{name}`"));
                    }
                }
                Item::Initial(body) => once(&mut self.initial, body, "INITIAL", report),
                Item::Breakpoint(body) => once(&mut self.breakpoint, body, "BREAKPOINT", report),
                Item::Unsupported(what) => {
                    let message = format!("{} is not supported yet", what.kind);
                    report.error(what.span, message);
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, name: &Name, value: f64, report: &mut Report) {
        if self.constants.insert(name.kind.clone(), value).is_some() {
            report.error(name.span, format!("`{name}` is defined twice"));
        }
    }
}

fn once<'a>(place: &mut Option<&'a [Stmt]>, body: &'a [Stmt], what: &str, report: &mut Report) {
    if place.is_some() {
        let span = body.first().map_or_else(Span::default, |s| s.span);
        report.error(span, format!("there are two {what} blocks"));
    }
    *place = Some(body);
}

/// Variables that exist without being declared.
fn outside(name: &str) -> Option<Role> {
    Some(match name {
        "v" => Role::Voltage,
        "t" => Role::Time,
        "dt" => Role::Dt,
        "celsius" => Role::Celsius,
        "diam" => Role::Diam,
        "area" => Role::Area,
        _ => return None,
    })
}

/// The quantity that `name` is of `ion`.
fn ion_quantity(ion: &str, name: &str) -> Option<IonQuantity> {
    if let Some(rest) = name.strip_suffix(ion) {
        match rest {
            "e" => return Some(IonQuantity::Reversal),
            "i" => return Some(IonQuantity::Current),
            _ => {}
        }
    }
    match name.strip_prefix(ion)? {
        "i" => Some(IonQuantity::Inside),
        "o" => Some(IonQuantity::Outside),
        _ => None,
    }
}

type UnitText = Option<Node<String>>;
