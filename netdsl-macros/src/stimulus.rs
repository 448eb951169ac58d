//! `stimulus!`.

use crate::conn_rule::uses_synapses;
use crate::contact::{Contacts, weight_checks};
use crate::ctxt::Ctxt;
use crate::decl::{self, Check, Head, Shape, check_items, json, name_text, path_of};
use crate::endpoint::Endpoint;
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope, Want, Written};
use crate::fields::{Fields, Item, Keys, declarations, field, items};
use crate::parameters::{self, Checker};
use crate::params::Declared;
use crate::tokens::{Cursor, Tok, first_span, last_span, read, to_stream};
use netdsl_lang::model::{self, Selector};
use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::quote;

const EXAMPLE: &str = "pub Pulse: IClamp { del: 100 ms, dur: 5 ms, amp: 0.1 nA } -> E at soma(0.5)";

const KEYS: Keys = Keys {
    names: &["synapse", "synapses", "weight", "delay"],
    netpyne: &[
        ("synMech", "`synapse: Exc at dend(0.5)`"),
        (
            "source",
            "the mechanism after the name: `pub Drive: NetStim { .. } -> E { .. }`",
        ),
        ("sec", "the place after the population: `-> E at soma(0.5)`"),
        ("loc", "the place after the population: `-> E at soma(0.5)`"),
        (
            "conds",
            "the population after `->`, and conditions after `where`",
        ),
        ("cellList", "the cells at the population: `-> E[0, 3]`"),
        (
            "synsPerConn",
            "the number at the synapse: `synapse: Exc at dend(0.5) { count: 3 }`",
        ),
    ],
};

/// The macro.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let toks = read(input);
    let mut cx = Ctxt::new();
    let end = last_span(&toks).unwrap_or_else(Span::call_site);
    let found = declarations(Cursor::new(&toks, end));
    if found.is_empty() {
        cx.at(end, format!("expected a stimulus, as in `{EXAMPLE}`"));
    }
    let mut code = TokenStream::new();
    for (i, item) in found.into_iter().enumerate() {
        // what follows a header without `->` belongs to it, and was reported there
        let begins = item
            .toks
            .first()
            .is_some_and(|t| t.is_word("pub") || t.is_punct('#'));
        if i == 0 || cx.count() == 0 || begins {
            code.extend(declare(&mut cx, item));
        }
    }
    let errors = cx.into_errors();
    quote!(#code #errors)
}

/// The parts of a stimulus as they were read.
struct Parts<'a> {
    model: model::Stimulus,
    mechanism: &'a [Tok],
    target: Endpoint<'a>,
    contacts: Contacts<'a>,
    declared: Declared,
    checks: Vec<Check>,
    sections: Vec<String>,
}

fn declare(cx: &mut Ctxt, item: Item<'_>) -> TokenStream {
    let mut cursor = item.cursor();
    let head = decl::head(cx, &mut cursor, "a stimulus", EXAMPLE);
    let Some(name) = head.name.clone() else {
        return TokenStream::new();
    };
    match read_parts(cx, cursor, &name) {
        Some(parts) => emit(&head, &name, &parts),
        None => {
            let any = quote!(::netdsl::__private::AnyPopulation);
            stimulus_impl(&head, &name, &any, &quote!(let _ = __netdsl_into;), true)
        }
    }
}

fn read_parts<'a>(cx: &mut Ctxt, mut cursor: Cursor<'a>, name: &Ident) -> Option<Parts<'a>> {
    let here = cursor.here();
    if !cursor.eat_punct(':') {
        cx.at(
            here,
            format!("expected `:` and a mechanism, as in `{EXAMPLE}`"),
        );
        return None;
    }
    let here = cursor.here();
    let mechanism = cursor.path();
    if mechanism.is_empty() {
        cx.at(here, format!("expected a mechanism, as in `{EXAMPLE}`"));
        return None;
    }
    let source = match cursor.peek().and_then(Tok::brace) {
        Some(tree) => {
            cursor.next();
            Cursor::of_tree(tree)
        }
        None => Cursor::new(&[], cursor.here()),
    };
    let here = cursor.here();
    if !cursor.eat_arrow() {
        cx.at(
            here,
            format!("expected `->` and the population, as in `{EXAMPLE}`"),
        );
        return None;
    }
    let target = Endpoint::read(cx, &mut cursor, "stimulated", EXAMPLE)?;
    if target.path().is_none() {
        cx.at(
            name.span(),
            "a declared stimulus needs a declared population",
        );
        return None;
    }
    let mut model = model::Stimulus::new(name_text(name), "", Selector::default());
    model.target.cells.clone_from(&target.cells);
    let mut reader = Reader {
        user: quote!(#name),
        params: Params::within(ScopeKind::Stimulus),
        declared: Declared::default(),
        checks: Vec::new(),
        sections: Vec::new(),
    };
    // `where` and `at` in either order
    let mut condition = None;
    while let Some(word) = cursor.peek() {
        if word.is_word("where") && condition.is_none() {
            cursor.next();
            let n = cursor.until(|t| t.brace().is_some() || t.is_word("at"));
            condition = Some(Item {
                toks: cursor.take(n),
                end: cursor.here(),
            });
        } else if word.is_word("at") && model.section.is_none() {
            cursor.next();
            reader.place(cx, &mut cursor, &mut model)?;
        } else {
            break;
        }
    }
    let here = cursor.here();
    let fields = match cursor.next() {
        None => Cursor::new(&[], here),
        Some(tok) => match tok.brace() {
            Some(tree) => Cursor::of_tree(tree),
            None => {
                cx.at(
                    tok.first(),
                    "expected `at section(0.5)`, `where ..` or `{ synapse: .. }` here",
                );
                return None;
            }
        },
    };
    let contacts = reader.body(cx, mechanism, source, condition, fields, &mut model);
    Some(reader.finish(model, mechanism, target, contacts))
}

struct Reader {
    user: TokenStream,
    params: Params,
    declared: Declared,
    checks: Vec<Check>,
    sections: Vec<String>,
}

impl Reader {
    /// `at soma(0.5)`: after the word `at`.
    fn place(
        &mut self,
        cx: &mut Ctxt,
        cursor: &mut Cursor<'_>,
        model: &mut model::Stimulus,
    ) -> Option<()> {
        let here = cursor.here();
        let Some(section) = cursor.word() else {
            cx.at(here, "expected a section after `at`, as in `at soma(0.5)`");
            return None;
        };
        let text = name_text(section);
        let user = &self.user;
        self.checks.push(Check::at(
            section.span(),
            quote!(electrode_section::<#user, 2>),
            quote!(#text),
        ));
        self.sections.push(text.clone());
        model.section = Some(text);
        if let Some(tree) = cursor.peek().and_then(|t| t.group(Delimiter::Parenthesis)) {
            cursor.next();
            let value = Item {
                toks: &tree.inner,
                end: tree.close,
            };
            let scope = Scope::new(ScopeKind::Stimulus, &self.params);
            model.loc = scope.read(cx, "the position along the section", value, Want::Position);
        }
        Some(())
    }

    fn body<'a>(
        &mut self,
        cx: &mut Ctxt,
        mechanism: &'a [Tok],
        source: Cursor<'a>,
        condition: Option<Item<'a>>,
        body: Cursor<'a>,
        model: &mut model::Stimulus,
    ) -> Contacts<'a> {
        let is_param =
            |i: &Item<'_>| i.starts_with("param") && matches!(i.toks.get(1), Some(Tok::Word(_)));
        let (values, parameters): (Vec<Item<'a>>, Vec<Item<'a>>) =
            items(source).into_iter().partition(is_param);
        let (more, fields): (Vec<Item<'a>>, Vec<Item<'a>>) =
            items(body).into_iter().partition(is_param);
        for item in values.into_iter().chain(more) {
            self.declared.read(cx, item, &self.params);
        }
        let scope = Scope::new(ScopeKind::Stimulus, &self.params);
        let checker = Checker::mechanism(&self.user, 0);
        let mut seen = Fields::new();
        for item in parameters {
            let Some(found) = field(cx, item) else {
                continue;
            };
            if seen.add(cx, found) {
                parameters::one(
                    cx,
                    found,
                    scope,
                    &checker,
                    &mut self.checks,
                    &mut model.parameters,
                );
            }
        }
        if let Some(condition) = condition {
            model.condition = scope.read(cx, "where", condition, Want::Truth);
        }
        let fields = Fields::read(cx, &fields, "a stimulus", &KEYS);
        let contacts = Contacts::read(cx, &fields, scope);
        model.synapses.clone_from(&contacts.model);
        let mut weight: Option<Written> = None;
        if let Some(found) = fields.get("weight")
            && let Some((value, written)) = scope.read_written(cx, "weight", found.value, Want::Any)
        {
            model.weight = Some(value);
            weight = Some(written);
        }
        if let Some(found) = fields.get("delay") {
            model.delay = scope.read(cx, "delay", found.value, Want::Delay);
        }
        let user = self.user.clone();
        let checks = weight_checks(&contacts, weight.as_ref(), &user, Some(2));
        self.checks.extend(checks);
        self.structure(mechanism, &fields, &contacts, model, body.end());
        contacts
    }

    /// Which fields a stimulus has depends on its mechanism: a clamp has a place, a generator has synapses.
    fn structure(
        &mut self,
        mechanism: &[Tok],
        fields: &Fields<'_>,
        contacts: &Contacts<'_>,
        model: &model::Stimulus,
        end: Span,
    ) {
        let user = self.user.clone();
        let (first, last) = (
            first_span(mechanism).unwrap_or(end),
            last_span(mechanism).unwrap_or(end),
        );
        let placed = model.section.is_some();
        let weighted = fields.has("weight") || contacts.all_have(|c| c.weight.is_some());
        let delayed = fields.has("delay") || contacts.all_have(|c| c.delay.is_some());
        let events = ["synapse", "synapses", "weight", "delay"]
            .iter()
            .any(|key| fields.has(key));
        let synapse = fields.has("synapse") || fields.has("synapses");
        self.checks.push(Check {
            first,
            last,
            function: quote!(stimulus_fields::<#user, 0>),
            arguments: quote! {
                ::netdsl::__private::StimulusFields {
                    placed: #placed, events: #events, synapse: #synapse, weight: #weighted, delay: #delayed,
                }
            },
        });
        if let Some(found) = fields.get("synapse").or_else(|| fields.get("synapses")) {
            self.checks.push(Check::at(
                found.key.span(),
                quote!(needs_synapse::<#user, 2>),
                quote!(true),
            ));
        }
        for section in &contacts.sections {
            let text = name_text(section);
            self.checks.push(Check::at(
                section.span(),
                quote!(section_of::<#user, 2>),
                quote!(#text),
            ));
            self.sections.push(text);
        }
    }

    fn finish<'a>(
        mut self,
        mut model: model::Stimulus,
        mechanism: &'a [Tok],
        target: Endpoint<'a>,
        contacts: Contacts<'a>,
    ) -> Parts<'a> {
        self.declared.add_interpolated(&self.params);
        model.params = std::mem::take(&mut self.declared.table);
        Parts {
            model,
            mechanism,
            target,
            contacts,
            declared: self.declared,
            checks: self.checks,
            sections: self.sections,
        }
    }
}

fn emit(head: &Head, name: &Ident, parts: &Parts<'_>) -> TokenStream {
    let Parts {
        model,
        declared,
        sections,
        ..
    } = parts;
    let json = json(model);
    let captured = declared.captured();
    let numbers = 0..parts.contacts.paths.len();
    let mechanism = to_stream(parts.mechanism);
    let target = to_stream(parts.target.path().unwrap_or_default());
    let declare = quote! {
        __netdsl_into.add_stimulus::<Self>(::netdsl::__private::StimulusParts {
            json: #json,
            mechanism: ::netdsl::__private::mechanism::<#name, 0>(),
            synapses: &[#(::netdsl::__private::synapse::<#name, #numbers>()),*],
            sections: &[#(#sections),*],
            captured: #captured,
        });
    };
    let item = stimulus_impl(head, name, &target, &declare, false);
    let uses = uses_synapses(name, &parts.contacts);
    let checks = check_items(&parts.checks);
    quote! {
        #item
        impl ::netdsl::__private::UsesMechanism<0> for #name { type Mechanism = #mechanism; }
        #uses
        #checks
    }
}

fn stimulus_impl(
    head: &Head,
    name: &Ident,
    target: &TokenStream,
    declare: &TokenStream,
    broken: bool,
) -> TokenStream {
    let text = name_text(name);
    let path = path_of(name);
    let item = decl::type_item(head, name, Shape::Type, &format!("Stimulus `{text}`."));
    quote! {
        #item
        impl ::netdsl::Stimulus for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const PATH: &'static ::core::primitive::str = #path;
            const BROKEN: ::core::primitive::bool = #broken;
            type Target = #target;
            fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) { #declare }
        }
    }
}
