//! Synapses of rules and stimuli: `Exc at dend(0.5)`.

use crate::ctxt::Ctxt;
use crate::decl::{Check, name_text};
use crate::expr::{Scope, Want, Written};
use crate::fields::{Field, Fields, Item, Keys, items};
use crate::tokens::{Cursor, Tok};
use netdsl_lang::model;
use proc_macro2::{Delimiter, Ident, TokenStream};
use quote::quote;

const KEYS: Keys = Keys {
    names: &["count", "weight", "delay"],
    netpyne: &[("synsPerConn", "`count: 3`")],
};

/// The synapses of a declaration.
#[derive(Default)]
pub(crate) struct Contacts<'a> {
    pub(crate) model: Vec<model::Contact>,
    /// Paths of the synapses; in the model, their names are left open as `$0`, `$1`, ...
    pub(crate) paths: Vec<&'a [Tok]>,
    /// Sections that are named.
    pub(crate) sections: Vec<Ident>,
    /// Weights that contacts have of their own, by number.
    pub(crate) weights: Vec<(usize, Written)>,
}

impl<'a> Contacts<'a> {
    /// Reads the fields `synapse` and `synapses`.
    pub(crate) fn read(cx: &mut Ctxt, fields: &Fields<'a>, scope: Scope<'_>) -> Self {
        let mut contacts = Self::default();
        let (one, many) = (fields.get("synapse"), fields.get("synapses"));
        if let (Some(_), Some(second)) = (one, many) {
            cx.at(
                second.key.span(),
                "`synapse` and `synapses` cannot both be given: list all in `synapses: [..]`",
            );
        }
        if let Some(found) = one {
            contacts.one(cx, found.value, scope);
        }
        if let Some(found) = many {
            contacts.many(cx, found, scope);
        }
        contacts
    }

    fn many(&mut self, cx: &mut Ctxt, found: Field<'a>, scope: Scope<'_>) {
        let [tok] = found.value.toks else {
            cx.over(
                found.value.toks,
                found.value.end,
                "write `synapses: [Exc at dend(0.5), Slow at dend(0.5)]`",
            );
            return;
        };
        let Some(tree) = tok.group(Delimiter::Bracket) else {
            cx.over(
                found.value.toks,
                found.value.end,
                "write `synapses: [Exc at dend(0.5), Slow at dend(0.5)]`",
            );
            return;
        };
        for item in items(Cursor::of_tree(tree)) {
            self.one(cx, item, scope);
        }
    }

    /// `Exc at dend(0.5) { count: 3 }`.
    fn one(&mut self, cx: &mut Ctxt, item: Item<'a>, scope: Scope<'_>) {
        let mut cursor = item.cursor();
        let here = cursor.here();
        let path = cursor.path();
        if path.is_empty() {
            cx.at(
                here,
                "expected a synapse, as in `synapse: Exc at soma(0.5)`",
            );
            return;
        }
        let n = self.paths.len();
        self.paths.push(path);
        let mut contact = model::Contact::new(format!("${n}"));
        let placed = cursor.eat_word("at").is_some();
        if placed && !self.place(cx, &mut cursor, scope, &mut contact) {
            return;
        }
        let here = cursor.here();
        match cursor.next() {
            None => {}
            Some(tok) => match tok.brace() {
                Some(tree) => self.details(cx, Cursor::of_tree(tree), n, scope, &mut contact),
                None if placed => cx.at(
                    here,
                    "expected `,`, `{ .. }`, or the position in parentheses, as in `Exc at soma(0.5)`",
                ),
                None => cx.at(here, "expected `at section(0.5)` after the synapse, or `,`"),
            },
        }
        self.model.push(contact);
    }

    /// `dend(0.5)`, `[dend, apic](0.5)`, `dend`; false if there is nothing of the kind.
    fn place(
        &mut self,
        cx: &mut Ctxt,
        cursor: &mut Cursor<'a>,
        scope: Scope<'_>,
        contact: &mut model::Contact,
    ) -> bool {
        let here = cursor.here();
        let mut names = Vec::new();
        match cursor.peek() {
            Some(Tok::Word(word)) => {
                cursor.next();
                names.push(word.clone());
            }
            Some(Tok::Group(tree)) if tree.delimiter == Delimiter::Bracket => {
                cursor.next();
                for item in items(Cursor::of_tree(tree)) {
                    match item.toks {
                        [Tok::Word(word)] => names.push(word.clone()),
                        other => cx.over(other, item.end, "expected the name of a section"),
                    }
                }
            }
            _ => {
                cx.at(
                    here,
                    "expected a section after `at`, as in `Exc at soma(0.5)`",
                );
                return false;
            }
        }
        contact.sections = names.iter().map(name_text).collect();
        self.sections.extend(names);
        let tree = cursor.peek().and_then(|t| t.group(Delimiter::Parenthesis));
        if let Some(tree) = tree {
            cursor.next();
            for item in items(Cursor::of_tree(tree)) {
                let loc = scope.read(cx, "the position along the section", item, Want::Position);
                contact.loc.extend(loc);
            }
        }
        true
    }

    fn details(
        &mut self,
        cx: &mut Ctxt,
        body: Cursor<'a>,
        n: usize,
        scope: Scope<'_>,
        contact: &mut model::Contact,
    ) {
        let fields = Fields::read(cx, &items(body), "a synapse of a rule", &KEYS);
        if let Some(found) = fields.get("count") {
            contact.count = scope.read(cx, "count", found.value, Want::PositiveCount);
        }
        if let Some(found) = fields.get("weight")
            && let Some((value, written)) = scope.read_written(cx, "weight", found.value, Want::Any)
        {
            self.weights.push((n, written));
            contact.weight = Some(value);
        }
        if let Some(found) = fields.get("delay") {
            contact.delay = scope.read(cx, "delay", found.value, Want::Delay);
        }
    }

    /// Whether every synapse has a value of its own.
    pub(crate) fn all_have(&self, has: impl Fn(&model::Contact) -> bool) -> bool {
        !self.model.is_empty() && self.model.iter().all(has)
    }
}

/// The check of another value with the unit of a rule's weights.
pub(crate) fn weight_check(
    contacts: &Contacts<'_>,
    written: &Written,
    user: &TokenStream,
    target: Option<usize>,
) -> Option<Check> {
    let function = match (contacts.model.is_empty(), target) {
        (false, Some(target)) => quote!(contact_weight::<#user, 0, #target>),
        (false, None) => quote!(synapse_weight::<#user, 0>),
        (true, Some(target)) => quote!(cell_weight::<#user, #target>),
        (true, None) => return None,
    };
    Some(Check {
        first: written.first,
        last: written.last,
        function,
        arguments: quote!(#written),
    })
}

/// Checks of weights: of each synapse's own, and of the rule's for the first that has none.
pub(crate) fn weight_checks(
    contacts: &Contacts<'_>,
    rule: Option<&Written>,
    user: &TokenStream,
    target: Option<usize>,
) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut check = |function, written: &Written| {
        checks.push(Check {
            first: written.first,
            last: written.last,
            function,
            arguments: quote!(#written),
        });
    };
    let function = |n: usize| match target {
        Some(target) => quote!(contact_weight::<#user, #n, #target>),
        None => quote!(synapse_weight::<#user, #n>),
    };
    for (n, written) in &contacts.weights {
        check(function(*n), written);
    }
    let Some(written) = rule else {
        return checks;
    };
    let without = contacts.model.iter().position(|c| c.weight.is_none());
    if let Some(n) = without {
        check(function(n), written);
    } else if let (true, Some(target)) = (contacts.model.is_empty(), target) {
        check(quote!(cell_weight::<#user, #target>), written);
    }
    checks
}
