//! `synapse!`.

use crate::ctxt::Ctxt;
use crate::decl::{self, Check, Head, Shape, check_items, json, name_text, path_of};
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope};
use crate::fields::{Item, declarations};
use crate::parameters::{self, Checker};
use crate::tokens::{Cursor, Tok, first_span, last_span, read, to_stream};
use netdsl_lang::model;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

const EXAMPLE: &str = "pub Exc: Exp2Syn { tau1: 0.1 ms, tau2: 5 ms, e: 0 mV }";

/// The macro.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let toks = read(input);
    let mut cx = Ctxt::new();
    let end = last_span(&toks).unwrap_or_else(Span::call_site);
    let found = declarations(Cursor::new(&toks, end));
    if found.is_empty() {
        cx.at(end, format!("expected a synapse, as in `{EXAMPLE}`"));
    }
    let code: TokenStream = found
        .into_iter()
        .map(|item| declare(&mut cx, item))
        .collect();
    let errors = cx.into_errors();
    quote!(#code #errors)
}

fn declare(cx: &mut Ctxt, item: Item<'_>) -> TokenStream {
    let mistakes = cx.count();
    let mut cursor = item.cursor();
    let head = decl::head(cx, &mut cursor, "a synapse", EXAMPLE);
    let Some(name) = head.name.clone() else {
        return TokenStream::new();
    };
    let Some((mechanism, body)) = after_name(cx, &mut cursor, &name) else {
        return emit(&head, &name, None, "", &[], true);
    };
    let user = quote!(#name);
    let mut checks = Vec::new();
    if let (Some(first), Some(last)) = (first_span(mechanism), last_span(mechanism)) {
        checks.push(Check {
            first,
            last,
            function: quote!(synapse_mechanism::<#user>),
            arguments: TokenStream::new(),
        });
    }
    let params = Params::none();
    let scope = Scope::new(ScopeKind::Segment, &params);
    let parameters = parameters::read(cx, body, scope, &Checker::synapse(&user), &mut checks);
    let synapse = model::Synapse {
        name: name_text(&name),
        mechanism: String::new(),
        parameters,
    };
    let broken = cx.count() > mistakes;
    emit(
        &head,
        &name,
        Some(mechanism),
        &json(&synapse),
        &checks,
        broken,
    )
}

/// `: Mechanism { .. }`; the braces may be left out.
fn after_name<'a>(
    cx: &mut Ctxt,
    cursor: &mut Cursor<'a>,
    name: &Ident,
) -> Option<(&'a [Tok], Cursor<'a>)> {
    let here = cursor.here();
    if !cursor.eat_punct(':') {
        cx.at(
            here,
            format!("expected `:` and a point process, as in `{EXAMPLE}`"),
        );
        return None;
    }
    let here = cursor.here();
    let mechanism = cursor.path();
    if mechanism.is_empty() {
        cx.at(
            here,
            format!("expected the point process of `{name}`, as in `{EXAMPLE}`"),
        );
        return None;
    }
    match cursor.next() {
        None => Some((mechanism, *cursor)),
        Some(tok) => match tok.brace() {
            Some(tree) => Some((mechanism, Cursor::of_tree(tree))),
            None => {
                cx.at(
                    tok.first(),
                    format!("expected `{{ .. }}` with parameters, as in `{EXAMPLE}`"),
                );
                None
            }
        },
    }
}

fn emit(
    head: &Head,
    name: &Ident,
    mechanism: Option<&[Tok]>,
    json: &str,
    checks: &[Check],
    broken: bool,
) -> TokenStream {
    let mechanism = mechanism.map_or_else(|| quote!(::netdsl::__private::AnyMechanism), to_stream);
    let text = name_text(name);
    let path = path_of(name);
    let doc = format!("Synapse `{text}`.");
    let item = decl::type_item(head, name, Shape::Type, &doc);
    let checks = check_items(checks);
    let declare = if broken {
        quote!(let _ = __netdsl_into;)
    } else {
        quote!(__netdsl_into.add_synapse::<Self>(#json);)
    };
    quote! {
        #item
        impl ::netdsl::Synapse for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const PATH: &'static ::core::primitive::str = #path;
            const BROKEN: ::core::primitive::bool = #broken;
            type Mechanism = #mechanism;
            fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) { #declare }
        }
        #checks
    }
}
