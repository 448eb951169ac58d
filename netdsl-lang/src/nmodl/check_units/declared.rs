//! What UNITS defines, and the units of all declarations.

use std::collections::BTreeMap;

use super::calls::Signature;
use super::quantity::{Quantity, Scale};
use super::table::{UnknownWord, usual_definition};
use super::{Bound, Checker};
use crate::nmodl::ast::{
    Argument, CallableKind, Declaration, File, Item, Name, Node, Size, Span, UnitEntry,
};

impl<'a> Checker<'a> {
    /// `(mV) = (millivolt)`: in effect for the whole file.
    pub(super) fn define(&mut self, file: &'a File) {
        for item in &file.items {
            let Item::Units(entries) = item else { continue };
            for entry in entries {
                if let UnitEntry::Alias(name, text) = entry {
                    match self.table.define(&name.kind, &text.kind) {
                        Ok(true) => {}
                        Ok(false) => self.problem(
                            name.span,
                            format!("the unit ({}) has a meaning already", name.kind),
                            Some("NEURON ignores this definition: leave it out".to_owned()),
                        ),
                        Err(unknown) => self.unknown(text.span, &unknown),
                    }
                }
            }
        }
    }

    /// Units of everything that has a name.
    pub(super) fn declare(&mut self, file: &'a File) {
        for item in &file.items {
            match item {
                Item::Units(entries) => entries.iter().for_each(|entry| self.constant(entry)),
                Item::Parameter(all)
                | Item::Assigned(all)
                | Item::State(all)
                | Item::Constant(all) => {
                    all.iter().for_each(|d| self.declaration(d));
                }
                Item::Define(name, _) => {
                    self.names.insert(&name.kind, Quantity::Number);
                }
                Item::Local(all) => self.locals(all),
                Item::Callable(callable) => {
                    let span = callable.name.span;
                    let value = match callable.kind {
                        CallableKind::Function => self.text(callable.unit.as_deref(), span),
                        _ => Quantity::of(Scale::ONE),
                    };
                    let bound = &callable.arguments;
                    let arguments = bound
                        .iter()
                        .map(|a| self.text(a.unit.as_deref(), a.name.span))
                        .collect();
                    let signature = Signature { arguments, value };
                    self.functions.insert(&callable.name.kind, signature);
                }
                _ => {}
            }
        }
    }

    fn constant(&mut self, entry: &'a UnitEntry) {
        let (name, unit) = match entry {
            UnitEntry::Alias(..) => return,
            UnitEntry::Constant(name, of, unit) => {
                let known = self.node(Some(of));
                let unit_quantity = self.node(unit.as_ref());
                if let (Quantity::Of(a), Quantity::Of(b)) = (&known, &unit_quantity)
                    && a.dim != b.dim
                {
                    let message = format!(
                        "({}) is {}, which cannot be counted in {}",
                        of.kind,
                        self.show(*a),
                        self.show(*b)
                    );
                    self.problem(of.span, message, None);
                }
                (name, unit)
            }
            UnitEntry::Number(name, _, unit) => (name, unit),
        };
        let quantity = self.node(unit.as_ref());
        self.names.insert(&name.kind, quantity);
    }

    fn declaration(&mut self, declaration: &'a Declaration) {
        let quantity = self.node(declaration.unit.as_ref());
        self.names.insert(&declaration.name.kind, quantity);
    }

    /// LOCAL.
    pub(super) fn locals(&mut self, all: &'a [(Name, Option<Size>)]) {
        for (name, _) in all {
            let quantity = Quantity::of(Scale::ONE);
            let bound = Bound {
                quantity,
                local: true,
            };
            self.innermost().insert(&name.kind, bound);
        }
    }

    /// Arguments of a block, as the block sees them.
    pub(super) fn arguments(&mut self, all: &'a [Argument]) -> BTreeMap<&'a str, Bound> {
        all.iter()
            .map(|a| {
                let quantity = self.text(a.unit.as_deref(), a.name.span);
                let bound = Bound {
                    quantity,
                    local: true,
                };
                (a.name.kind.as_str(), bound)
            })
            .collect()
    }

    fn node(&mut self, unit: Option<&Node<String>>) -> Quantity {
        match unit {
            Some(unit) => self.text(Some(&unit.kind), unit.span),
            None => Quantity::of(Scale::ONE),
        }
    }

    /// The unit that a text names; without text a pure number.
    pub(super) fn text(&mut self, text: Option<&str>, span: Span) -> Quantity {
        let Some(text) = text else {
            return Quantity::of(Scale::ONE);
        };
        match self.table.evaluate(text) {
            Ok(scale) => {
                if !self.written.iter().any(|(known, _)| known.is(scale)) {
                    self.written.push((scale, text.trim().to_owned()));
                }
                Quantity::of(scale)
            }
            Err(unknown) => {
                self.unknown(span, &unknown);
                Quantity::Unknown
            }
        }
    }

    /// A word that is no unit is told at its first place.
    fn unknown(&mut self, span: Span, UnknownWord(word): &UnknownWord) {
        let message = format!("NEURON does not know the unit ({word})");
        if self.report.problems.iter().any(|p| p.message == message) {
            return;
        }
        let help = match usual_definition(word) {
            Some(definition) => format!("say {definition} in the UNITS block"),
            None => "define it in the UNITS block".to_owned(),
        };
        self.problem(span, message, Some(help));
    }

    /// A unit in a message.
    pub(super) fn show(&self, scale: Scale) -> String {
        if scale.is(Scale::ONE) {
            return "a pure number".to_owned();
        }
        if let Some((_, text)) = self.written.iter().find(|(known, _)| known.is(scale)) {
            return format!("({text})");
        }
        match (scale.dim == Scale::ONE.dim, scale.size) {
            (true, size) => format!("a pure number times {}", rounded(size)),
            (false, size) if (size - 1.0).abs() < 1e-5 => format!("({})", scale.dim),
            (false, size) => format!("({} {})", rounded(size), scale.dim),
        }
    }
}

/// With five digits.
pub(super) fn rounded(x: f64) -> String {
    let short: f64 = format!("{x:.4e}").parse().unwrap_or(x);
    if (1e-3..1e5).contains(&short.abs()) {
        format!("{short}")
    } else {
        format!("{short:e}")
    }
}
