//! Gives every name of a file its meaning.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{Argument, Callable, File, Item, Moment, Name, Node, Size, Span, Stmt};
use super::report::Report;
use crate::diag::nearest;
use crate::mech::{Current, Ion, IonQuantity, Kind, Role, VarId};

mod declare;
mod ions;
mod threads;
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

/// Blocks that run before and behind the main ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Around<'a> {
    /// Before INITIAL: CONSTRUCTOR and BEFORE INITIAL.
    pub(crate) before_initial: Vec<&'a [Stmt]>,
    /// AFTER INITIAL.
    pub(crate) after_initial: Vec<&'a [Stmt]>,
    /// AFTER SOLVE.
    pub(crate) after_solve: Vec<&'a [Stmt]>,
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
    /// CONSTRUCTOR, and BEFORE and AFTER blocks.
    pub(crate) around: Around<'a>,
    /// NET_RECEIVE.
    pub(crate) receive: Option<Receive<'a>>,
    /// What STATE declares, concentrations of ions among them.
    pub(crate) state_ids: BTreeSet<VarId>,
    /// START values of the states that INITIAL begins with, 0 if none.
    pub(crate) state_initials: BTreeMap<VarId, f64>,
    /// NEURON takes the file for thread-safe.
    pub(crate) thread_safe: bool,
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
        around: Around::default(),
        receive: None,
        state_ids: BTreeSet::new(),
        state_initials: BTreeMap::new(),
        thread_safe: threads::is_thread_safe(file),
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
                Item::Define(name, value) => self.constant(name, *value as f64, report),
                Item::Callable(callable) => {
                    let name = &callable.name;
                    if self.callables.insert(name.kind.clone(), callable).is_some() {
                        report.error(name.span, format!("there are two blocks called `{name}`"));
                    }
                }
                Item::Initial(body) => once(&mut self.initial, body, "INITIAL", report),
                Item::Breakpoint(body) => once(&mut self.breakpoint, body, "BREAKPOINT", report),
                Item::Constructor(body) => self.around.before_initial.insert(0, body),
                Item::Around(after, moment, body) => self.around(*after, moment, body, report),
                Item::Destructor(body) if !body.is_empty() => {
                    let message = "DESTRUCTOR is ignored: instances live as long as the simulation";
                    report.warning(body[0].span, message);
                }
                Item::Unsupported(what) => unsupported_block(what, report),
                _ => {}
            }
        }
    }

    fn around(
        &mut self,
        after: bool,
        moment: &Node<Moment>,
        body: &'a [Stmt],
        report: &mut Report,
    ) {
        let blocks = match (after, moment.kind) {
            (false, Moment::Initial) => &mut self.around.before_initial,
            (true, Moment::Initial) => &mut self.around.after_initial,
            (true, Moment::Solve) => &mut self.around.after_solve,
            (_, Moment::Step | Moment::Breakpoint) | (false, Moment::Solve) => {
                return report.error_help(
                    moment.span,
                    "this BEFORE or AFTER block is not supported yet",
                    "AFTER SOLVE runs at the end of each step; BREAKPOINT itself can begin with the statements",
                );
            }
        };
        blocks.push(body);
    }

    fn constant(&mut self, name: &Name, value: f64, report: &mut Report) {
        if self.constants.insert(name.kind.clone(), value).is_some() {
            report.error(name.span, format!("`{name}` is defined twice"));
        }
    }
}

fn unsupported_block(what: &Node<String>, report: &mut Report) {
    let remedy = match what.kind.split(' ').next() {
        Some("FUNCTION_TABLE") => "write a FUNCTION with a formula, or with TABLE",
        Some("DISCRETE") => "write a PROCEDURE with ASSIGNED variables for the values before",
        Some("VERBATIM") => "say it in NMODL",
        _ => "NEURON does not run it either: leave it away",
    };
    let message = format!("{} is not supported", what.kind);
    report.error_help(what.span, message, remedy);
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
