//! Units checked as NEURON's `modlunit` does: the two sides of sums, comparisons and assignments must have the same
//! unit (not only the same dimension), functions want pure numbers, and what NEURON knows must have NEURON's units.
//!
//! - A number without unit takes the unit that its place wants; one in parentheses, `(0.001)`, is a conversion factor.
//! - A variable that is declared without unit is a pure number. A LOCAL has the unit of what it was last assigned.
//! - Between UNITSOFF and UNITSON nothing is compared.
//!
//! Unlike `modlunit`, all mistakes are told, each once.

mod calls;
mod declared;
mod expr;
mod fixed;
mod quantity;
mod reaction;
mod stmt;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::ast::{File, Item, Span, Stmt};
use super::report::{Problem, Report};
use calls::Signature;
use quantity::{Quantity, Scale};
use table::UnitTable;

/// Checks the units of a file. `source` is the text that `file` was parsed from: parentheses around numbers have a meaning
/// there. What is found are warnings, or errors if `strict`.
///
/// ```
/// use netdsl_lang::nmodl::{check_units::check_units, parse::parse, report::Report};
/// let text = "NEURON { SUFFIX x } UNITS { (mV) = (millivolt) }
///     ASSIGNED { v (mV) a }
///     BREAKPOINT { a = exp(v) }";
/// let file = parse(text, &mut Report::default());
/// let found = check_units(&file, text, false);
/// assert!(found.problems[0].message.contains("a pure number"));
/// ```
pub fn check_units(file: &File, source: &str, strict: bool) -> Report {
    let mut checker = Checker::new(source, strict);
    checker.define(file);
    checker.declare(file);
    checker.require(file);
    for item in &file.items {
        checker.item(item);
    }
    checker.report
}

/// A name that only a block knows.
#[derive(Clone, Debug)]
struct Bound {
    quantity: Quantity,
    /// LOCAL or an argument: takes the unit of what it is assigned.
    local: bool,
}

struct Checker<'a> {
    source: &'a str,
    strict: bool,
    table: UnitTable,
    /// Variables and constants of the file.
    names: BTreeMap<&'a str, Quantity>,
    functions: BTreeMap<&'a str, Signature>,
    /// LOCALs and arguments, innermost last; the first holds LOCALs of the file.
    scopes: Vec<BTreeMap<&'a str, Bound>>,
    /// COMPARTMENT: the volumes that the states of the block are concentrations in.
    volumes: BTreeMap<&'a str, Quantity>,
    /// Not between UNITSOFF and UNITSON.
    on: bool,
    /// Units as the file writes them, for messages.
    written: Vec<(Scale, String)>,
    report: Report,
}

impl<'a> Checker<'a> {
    fn new(source: &'a str, strict: bool) -> Self {
        Self {
            source,
            strict,
            table: UnitTable::new(),
            names: BTreeMap::new(),
            functions: BTreeMap::new(),
            scopes: vec![BTreeMap::new()],
            volumes: BTreeMap::new(),
            on: true,
            written: Vec::new(),
            report: Report::default(),
        }
    }

    fn problem(&mut self, span: Span, message: String, help: Option<String>) {
        let same = |p: &Problem| p.message == message && p.span.lo == span.lo;
        if !self.report.problems.iter().any(same) {
            self.report.problems.push(Problem {
                span,
                message,
                help,
                warning: !self.strict,
            });
        }
    }

    fn item(&mut self, item: &'a Item) {
        match item {
            Item::Word(word) => self.word(word),
            Item::Initial(body)
            | Item::Breakpoint(body)
            | Item::Around(_, _, body)
            | Item::Constructor(body)
            | Item::Destructor(body) => self.block(body),
            Item::Callable(callable) => {
                let bound = self.arguments(&callable.arguments);
                self.scopes.push(bound);
                if let Some(signature) = self.functions.get(callable.name.kind.as_str()) {
                    let quantity = signature.value.clone();
                    let value = Bound {
                        quantity,
                        local: false,
                    };
                    self.innermost().insert(&callable.name.kind, value);
                }
                self.volumes.clear();
                self.block(&callable.body);
                self.scopes.pop();
            }
            Item::NetReceive(arguments, body) => {
                let mut bound = self.arguments(arguments);
                let quantity = Quantity::of(Scale::ONE);
                let flag = Bound {
                    quantity,
                    local: true,
                };
                bound.insert("flag", flag);
                self.scopes.push(bound);
                self.block(body);
                self.scopes.pop();
            }
            // declarations, which were read before; C has no units
            Item::Neuron(_)
            | Item::Units(_)
            | Item::Parameter(_)
            | Item::Assigned(_)
            | Item::State(_)
            | Item::Constant(_)
            | Item::Define(..)
            | Item::Local(_)
            | Item::Verbatim(_)
            | Item::Unsupported(_) => {}
        }
    }

    fn word(&mut self, word: &str) {
        match word {
            "UNITSOFF" => self.on = false,
            "UNITSON" => self.on = true,
            _ => {}
        }
    }

    fn block(&mut self, body: &'a [Stmt]) {
        self.scopes.push(BTreeMap::new());
        for statement in body {
            self.stmt(statement);
        }
        self.scopes.pop();
    }

    fn innermost(&mut self) -> &mut BTreeMap<&'a str, Bound> {
        self.scopes.last_mut().expect("the file's scope stays")
    }
}
