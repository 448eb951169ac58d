//! Gives every name of a file its meaning.

use std::collections::{BTreeMap, BTreeSet};

use super::ast::{
    Argument, Callable, CallableKind, File, Item, Moment, Name, Node, Size, Span, Stmt, StmtKind,
};
use super::report::Report;
use crate::diag::nearest;
use crate::mech::{self, Current, FunctionTable, Ion, IonQuantity, Kind, Role, VarId};

mod declare;
mod ions;
mod threads;
mod units;

/// The global that switches tables off: 1, or 0 for exact values. It exists where there are tables.
pub(crate) const SWITCH: &str = "usetable";

/// A FUNCTION_TABLE has so many arguments at most.
const MOST_ARGUMENTS: usize = 3;

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
    /// EXTERNAL: a global of another mechanism.
    External,
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
    /// The weights of the connection that FOR_NETCONS is at.
    pub(crate) peers: Vec<VarId>,
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
    /// FUNCTION_TABLE, in the order of the file.
    pub(crate) function_tables: Vec<FunctionTable>,
    /// Functions of the model's program, as far as the code has called them.
    pub(crate) hooks: Vec<mech::Hook>,
    /// Names of the functions that the program gives.
    pub(crate) given: &'a [String],
    /// INITIAL; several run one behind the other.
    pub(crate) initial: Vec<&'a [Stmt]>,
    /// BREAKPOINT; several run one behind the other.
    pub(crate) breakpoint: Vec<&'a [Stmt]>,
    /// CONSTRUCTOR, and BEFORE and AFTER blocks.
    pub(crate) around: Vec<(mech::Moment, &'a [Stmt])>,
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
        function_tables: Vec::new(),
        hooks: Vec::new(),
        given: &file.hooks,
        initial: Vec::new(),
        breakpoint: Vec::new(),
        around: Vec::new(),
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
        if name == SWITCH && self.has_tables() {
            let id = self.add(name, Span::default(), Class::Global);
            let symbol = &mut self.variables[id as usize];
            (symbol.default, symbol.limits) = (1.0, Some((0.0, 1.0)));
            return Some(id);
        }
        let role = outside(name)?;
        Some(self.add(name, Span::default(), Class::Outside(role)))
    }

    fn has_tables(&self) -> bool {
        let is_table = |s: &Stmt| matches!(s.kind, StmtKind::Table(_));
        let mut callables = self.callables.values();
        callables.any(|c| c.body.iter().any(is_table))
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

    /// The number of a FUNCTION_TABLE.
    pub(crate) fn function_table(&self, name: &str) -> Option<u32> {
        let known = self.function_tables.iter().position(|t| t.name == name)?;
        Some(known as u32)
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
                    if callable.kind == CallableKind::FunctionTable {
                        self.declare_function_table(callable, report);
                    }
                    if self.callables.insert(name.kind.clone(), callable).is_some() {
                        report.error(name.span, format!("there are two blocks called `{name}`"));
                    }
                }
                Item::Initial(body) => self.initial.push(body),
                Item::Breakpoint(body) => self.breakpoint.push(body),
                Item::Constructor(body) => {
                    self.around.insert(0, (mech::Moment::BeforeInitial, body));
                }
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

    fn declare_function_table(&mut self, callable: &Callable, report: &mut Report) {
        let count = callable.arguments.len();
        if !(1..=MOST_ARGUMENTS).contains(&count) {
            let message = format!(
                "the FUNCTION_TABLE `{}` has {count} arguments: 1 to {MOST_ARGUMENTS} are possible",
                callable.name
            );
            report.error(callable.name.span, message);
            return;
        }
        let arguments = callable.arguments.iter();
        self.function_tables.push(FunctionTable {
            name: callable.name.kind.clone(),
            arguments: arguments
                .map(|a| (a.name.kind.clone(), a.unit.clone().unwrap_or_default()))
                .collect(),
            unit: callable.unit.clone().unwrap_or_default(),
        });
    }

    fn around(
        &mut self,
        after: bool,
        moment: &Node<Moment>,
        body: &'a [Stmt],
        report: &mut Report,
    ) {
        let when = match (after, moment.kind) {
            (false, Moment::Initial) => mech::Moment::BeforeInitial,
            (true, Moment::Initial) => mech::Moment::AfterInitial,
            (false, Moment::Breakpoint) => mech::Moment::BeforeCurrent,
            (true, Moment::Solve) => mech::Moment::AfterState,
            (false, Moment::Step) => mech::Moment::BeforeSample,
            (true, Moment::Step | Moment::Breakpoint) | (false, Moment::Solve) => {
                return report.error_help(
                    moment.span,
                    "NEURON does not run this BEFORE or AFTER block",
                    "there are BEFORE and AFTER INITIAL, BEFORE BREAKPOINT, AFTER SOLVE and BEFORE STEP",
                );
            }
        };
        self.around.push((when, body));
    }

    fn constant(&mut self, name: &Name, value: f64, report: &mut Report) {
        if self.constants.insert(name.kind.clone(), value).is_some() {
            report.error(name.span, format!("`{name}` is defined twice"));
        }
    }
}

fn unsupported_block(what: &Node<String>, report: &mut Report) {
    let remedy = match what.kind.split(' ').next() {
        Some("VERBATIM") => "say it in NMODL",
        _ => "NEURON does not run it either: leave it away",
    };
    let message = format!("{} is not supported", what.kind);
    report.error_help(what.span, message, remedy);
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
