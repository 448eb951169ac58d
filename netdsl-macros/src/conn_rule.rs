//! `conn_rule!`.

use crate::contact::{Contacts, weight_checks};
use crate::ctxt::Ctxt;
use crate::decl::{self, Check, Head, Shape, check_items, json, name_text, path_of};
use crate::endpoint::Endpoint;
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope, Want, Written};
use crate::fields::{Field, Fields, Item, Keys, items};
use crate::lists;
use crate::params::Declared;
use crate::plasticity;
use crate::tokens::{Cursor, Tok, code_inside, last_span, read, to_stream};
use netdsl_lang::model::{self, Selector};
use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::{format_ident, quote};

const EXAMPLE: &str =
    "pub EI: E -> I { probability: 0.1, weight: 0.005 uS, delay: 1 ms, synapse: Exc at dend(0.5) }";

pub(crate) const KEYS: Keys = Keys {
    names: &[
        "probability",
        "convergence",
        "divergence",
        "list",
        "weights",
        "delays",
        "weight",
        "delay",
        "synapse",
        "synapses",
        "plasticity",
        "allow_self",
    ],
    netpyne: &[
        ("synMech", "`synapse: Exc at dend(0.5)`"),
        (
            "sec",
            "the section at the synapse: `synapse: Exc at dend(0.5)`",
        ),
        (
            "loc",
            "the position at the synapse: `synapse: Exc at dend(0.5)`",
        ),
        (
            "synsPerConn",
            "the number at the synapse: `synapse: Exc at dend(0.5) { count: 3 }`",
        ),
        (
            "preConds",
            "the presynaptic population before `->`, and conditions after `where`",
        ),
        (
            "postConds",
            "the postsynaptic population after `->`, and conditions after `where`",
        ),
        ("connList", "`list: [(0, 1), (2, 3)]`"),
        (
            "connFunc",
            "one of `probability`, `convergence`, `divergence`, `list`, or none for all pairs",
        ),
        ("allowSelfConns", "`allow_self: true`"),
        ("plast", "`plasticity: Stdp { w_max: 0.002 uS }`"),
        ("threshold", "`spikes: soma(0.5) > 10 mV` in the cell type"),
    ],
};

const CHOICES: [&str; 4] = ["probability", "convergence", "divergence", "list"];

/// The macro.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let toks = read(input);
    let mut cx = Ctxt::new();
    let end = last_span(&toks).unwrap_or_else(Span::call_site);
    let code = declare(&mut cx, Cursor::new(&toks, end));
    let first = cx.first_error();
    let errors = cx.into_errors();
    match code {
        Some(Code::Items(items)) => quote!(#items #errors),
        Some(Code::Value(items, value)) => quote!({ #errors #items #value }),
        Some(Code::Lost) => first,
        None => errors,
    }
}

/// What a rule becomes.
enum Code {
    /// A declared name.
    Items(TokenStream),
    /// Items inside a block, and its value.
    Value(TokenStream, TokenStream),
    /// Nothing is known of it, not even whether it has a name.
    Lost,
}

/// The parts of a rule as they were read.
struct Parts<'a> {
    model: model::ConnRule,
    contacts: Contacts<'a>,
    declared: Declared,
    /// Pairs that are a Rust value.
    pairs: Option<TokenStream>,
    checks: Vec<Check>,
}

fn declare(cx: &mut Ctxt, mut cursor: Cursor<'_>) -> Option<Code> {
    let named = is_named(cursor);
    let head = match named {
        true => Some(decl::head(cx, &mut cursor, "a rule", EXAMPLE)),
        false => None,
    };
    if named {
        cursor.eat_punct(':');
    }
    let name = match &head {
        Some(head) => Some(head.name.clone()?),
        None => None,
    };
    let ends = header(cx, &mut cursor);
    let Some((pre, post)) = ends else {
        return lost(head.as_ref().zip(name.as_ref()));
    };
    if let (Some(name), None) = (&name, pre.path().zip(post.path())) {
        cx.at(
            name.span(),
            "a rule over run-time populations is a value: leave out the name",
        );
        return lost(None);
    }
    let user = name
        .clone()
        .unwrap_or_else(|| format_ident!("__NetdslRule"));
    let parts = read_rule(cx, cursor, &user, &pre, &post, name.is_some());
    Some(match head.zip(name) {
        Some((head, name)) => Code::Items(emit_named(&head, &name, &pre, &post, &parts)),
        None => emit_value(&user, &pre, &post, &parts),
    })
}

/// `pub EI: ..` or `EI: ..`, but not `a::E -> ..`.
fn is_named(cursor: Cursor<'_>) -> bool {
    let toks = cursor.rest();
    let at = toks
        .iter()
        .position(|t| matches!(t, Tok::Word(w) if w != "pub" && w != "crate"));
    let attribute = toks.first().is_some_and(|t| t.is_punct('#'));
    let public = toks.first().is_some_and(|t| t.is_word("pub"));
    let colon = at.is_some_and(|at| {
        toks.get(at + 1).is_some_and(|t| t.is_punct(':'))
            && !toks.get(at + 2).is_some_and(|t| t.is_punct(':'))
    });
    attribute || public || (at == Some(0) && colon)
}

/// `E -> I`.
fn header<'a>(cx: &mut Ctxt, cursor: &mut Cursor<'a>) -> Option<(Endpoint<'a>, Endpoint<'a>)> {
    let pre = Endpoint::read(cx, cursor, "presynaptic", EXAMPLE)?;
    let here = cursor.here();
    if !cursor.eat_arrow() {
        cx.at(
            here,
            format!("expected `->` and the postsynaptic population, as in `{EXAMPLE}`"),
        );
        return None;
    }
    let post = Endpoint::read(cx, cursor, "postsynaptic", EXAMPLE)?;
    Some((pre, post))
}

fn read_rule<'a>(
    cx: &mut Ctxt,
    mut cursor: Cursor<'a>,
    user: &Ident,
    pre: &Endpoint<'a>,
    post: &Endpoint<'a>,
    named: bool,
) -> Parts<'a> {
    let name = if named {
        name_text(user)
    } else {
        String::new()
    };
    let mut model = model::ConnRule::new(name, Selector::default(), Selector::default());
    model.pre.cells.clone_from(&pre.cells);
    model.post.cells.clone_from(&post.cells);
    let condition = condition(cx, &mut cursor);
    let here = cursor.here();
    let mistakes = cx.count();
    let body = match cursor.next().and_then(Tok::brace) {
        Some(tree) => Cursor::of_tree(tree),
        None => {
            cx.at(
                here,
                format!("expected `{{ .. }}` with the rule's fields, as in `{EXAMPLE}`"),
            );
            Cursor::new(&[], here)
        }
    };
    let bodiless = cx.count() > mistakes;
    if let Some(extra) = cursor.peek() {
        cx.at(
            extra.first(),
            "one rule for each `conn_rule!`: nothing may follow it",
        );
    }
    let params = Params::within(ScopeKind::Pair);
    let mut declared = Declared::default();
    let (values, fields): (Vec<Item<'_>>, Vec<Item<'_>>) = items(body)
        .into_iter()
        .partition(|i| i.starts_with("param") && matches!(i.toks.get(1), Some(Tok::Word(_))));
    for item in values {
        declared.read(cx, item, &params);
    }
    let mut fields = Fields::read(cx, &fields, "a rule", &KEYS);
    if bodiless {
        fields.lose_all(KEYS.names);
    }
    let pair = Scope::new(ScopeKind::Pair, &params);
    if let Some(condition) = condition {
        model.condition = pair.read(cx, "where", condition, Want::Truth);
    }
    let pairs = choice(cx, &fields, &params, &mut model);
    let contacts = Contacts::read(cx, &fields, pair);
    model.synapses.clone_from(&contacts.model);
    given_twice(cx, &fields, &contacts);
    let weight = weight_and_delay(cx, &fields, pair, &contacts, &mut model, body.end());
    if let Some(found) = fields.get("allow_self") {
        model.allow_self = lists::truth(cx, found.value).unwrap_or_default();
    }
    let mut checks = checks(user, post, &fields, &contacts, weight.as_ref(), body.end());
    let target = post.path().map(|_| 1);
    let own = (&quote!(#user), target);
    model.plasticity = plasticity::read(cx, &fields, &params, &contacts, own, &mut checks);
    declared.add_interpolated(&params);
    model.params = std::mem::take(&mut declared.table);
    Parts {
        model,
        contacts,
        declared,
        pairs,
        checks,
    }
}

/// `where pre.y < 250 um`: up to the body.
fn condition<'a>(cx: &mut Ctxt, cursor: &mut Cursor<'a>) -> Option<Item<'a>> {
    let word = cursor.eat_word("where")?;
    let n = cursor.until(|t| t.brace().is_some());
    let toks = cursor.take(n);
    if toks.is_empty() {
        cx.at(
            word.span(),
            "expected a condition after `where`, as in `where pre.y < 250 um`",
        );
        return None;
    }
    Some(Item {
        toks,
        end: cursor.here(),
    })
}

/// At most one of the four ways of choosing pairs. Returns pairs that are a Rust value.
fn choice(
    cx: &mut Ctxt,
    fields: &Fields<'_>,
    params: &Params,
    model: &mut model::ConnRule,
) -> Option<TokenStream> {
    let given: Vec<Field<'_>> = CHOICES.iter().filter_map(|key| fields.get(key)).collect();
    if let [first, second, ..] = given[..] {
        cx.at(
            second.key.span(),
            format!(
                "`{}` and `{}` cannot both be given: each alone says which pairs are connected",
                first.key, second.key
            ),
        );
    }
    let mut pairs = None;
    for found in given {
        let key = name_text(found.key);
        let read =
            |cx: &mut Ctxt, kind, want| Scope::new(kind, params).read(cx, &key, found.value, want);
        match key.as_str() {
            "probability" => model.probability = read(cx, ScopeKind::Pair, Want::Fraction),
            "convergence" => model.convergence = read(cx, ScopeKind::Post, Want::Count),
            "divergence" => model.divergence = read(cx, ScopeKind::Pre, Want::Count),
            _ => pairs = list(cx, fields, found, model),
        }
    }
    if fields.get("list").is_none() {
        for key in ["weights", "delays"] {
            if let Some(found) = fields.get(key) {
                cx.at(
                    found.key.span(),
                    format!("`{key}` goes with `list: [..]`: one for each pair"),
                );
            }
        }
    }
    pairs
}

fn list(
    cx: &mut Ctxt,
    fields: &Fields<'_>,
    found: Field<'_>,
    model: &mut model::ConnRule,
) -> Option<TokenStream> {
    let mut numbers = |key, unit| {
        let found = fields.get(key)?;
        lists::numbers(cx, key, found.value, unit)
    };
    let (weights, delays) = (numbers("weights", "uS"), numbers("delays", "ms"));
    let mut code = None;
    let pairs = match found.value.toks {
        [tok] if tok.group(Delimiter::Parenthesis).is_some() => {
            code = Some(code_inside(found.value.toks));
            Vec::new()
        }
        _ => lists::pairs(cx, found.value)?,
    };
    for (key, n) in [("weights", &weights), ("delays", &delays)] {
        if let (Some(n), None, Some(found)) = (n, &code, fields.get(key))
            && n.len() != pairs.len()
        {
            let text = format!(
                "{} {key} for {} pairs: give one for each",
                n.len(),
                pairs.len()
            );
            cx.at(found.key.span(), text);
        }
    }
    model.list = Some(model::PairList {
        pairs,
        weights,
        delays,
    });
    code
}

/// Weights and delays that stand in two places, one of which would be ignored.
fn given_twice(cx: &mut Ctxt, fields: &Fields<'_>, contacts: &Contacts<'_>) {
    type Has = fn(&model::Contact) -> bool;
    let rows: [(&str, &str, Has); 2] = [
        ("weight", "weights", |c| c.weight.is_some()),
        ("delay", "delays", |c| c.delay.is_some()),
    ];
    for (name, names, has) in rows {
        let listed = fields.get(names).filter(|_| fields.get("list").is_some());
        match (fields.get(name), listed) {
            (Some(own), Some(_)) => cx.at(
                own.key.span(),
                format!("`{name}` and `{names}` cannot both be given: leave out `{name}`"),
            ),
            (_, Some(listed)) if contacts.model.iter().any(has) => cx.at(
                listed.key.span(),
                format!("a synapse has a `{name}`, so `{names}` cannot be given, too"),
            ),
            (Some(own), None) if contacts.all_have(has) => cx.at(
                own.key.span(),
                format!("every synapse has a `{name}` of its own: leave out this one"),
            ),
            _ => {}
        }
    }
}

/// Weight and delay; what is missing is reported at the end of the body.
fn weight_and_delay(
    cx: &mut Ctxt,
    fields: &Fields<'_>,
    scope: Scope<'_>,
    contacts: &Contacts<'_>,
    model: &mut model::ConnRule,
    end: Span,
) -> Option<Written> {
    let listed = |key| fields.has(key);
    let weight = fields.get("weight").and_then(|found| {
        let (value, written) = scope.read_written(cx, "weight", found.value, Want::Any)?;
        model.weight = Some(value);
        Some(written)
    });
    if !fields.has("weight") && !listed("weights") && !contacts.all_have(|c| c.weight.is_some()) {
        cx.at(end, "missing field `weight`: write `weight: 0.005 uS`");
    }
    match fields.get("delay") {
        Some(found) => model.delay = scope.read(cx, "delay", found.value, Want::Delay),
        None if listed("delay") || listed("delays") || contacts.all_have(|c| c.delay.is_some()) => {
        }
        None => cx.at(end, "missing field `delay`: write `delay: 1 ms`"),
    }
    weight
}

/// What only the other declarations know.
fn checks(
    user: &Ident,
    post: &Endpoint<'_>,
    fields: &Fields<'_>,
    contacts: &Contacts<'_>,
    weight: Option<&Written>,
    end: Span,
) -> Vec<Check> {
    let user = quote!(#user);
    let target = post.path().map(|_| 1);
    let mut checks = weight_checks(contacts, weight, &user, target);
    if target.is_none() {
        return checks;
    }
    let given = fields.get("synapse").or_else(|| fields.get("synapses"));
    let at = given.map_or(end, |f| f.key.span());
    let given = given.is_some() || fields.has("synapse") || fields.has("synapses");
    checks.push(Check::at(
        at,
        quote!(needs_synapse::<#user, 1>),
        quote!(#given),
    ));
    for section in &contacts.sections {
        let text = name_text(section);
        checks.push(Check::at(
            section.span(),
            quote!(section_of::<#user, 1>),
            quote!(#text),
        ));
    }
    checks
}

/// The rule's parts as Rust.
fn parts_code(user: &Ident, parts: &Parts<'_>) -> TokenStream {
    let json = json(&parts.model);
    let captured = parts.declared.captured();
    let numbers = 0..parts.contacts.paths.len();
    let sections = parts.contacts.sections.iter().map(name_text);
    let pairs = match &parts.pairs {
        Some(code) => quote!(::core::option::Option::Some(::netdsl::__private::pairs(#code))),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        ::netdsl::__private::RuleParts {
            json: #json,
            synapses: &[#(::netdsl::__private::synapse::<#user, #numbers>()),*],
            sections: &[#(#sections),*],
            captured: #captured,
            pairs: #pairs,
        }
    }
}

/// `impl UsesSynapse<0> for EI { type Synapse = Exc; }`, and the checks.
fn common_items(user: &Ident, parts: &Parts<'_>) -> TokenStream {
    let uses = uses_synapses(user, &parts.contacts);
    let checks = check_items(&parts.checks);
    quote!(#uses #checks)
}

pub(crate) fn uses_synapses(user: &Ident, contacts: &Contacts<'_>) -> TokenStream {
    contacts
        .paths
        .iter()
        .enumerate()
        .map(|(n, path)| {
            let path = to_stream(path);
            quote!(impl ::netdsl::__private::UsesSynapse<#n> for #user { type Synapse = #path; })
        })
        .collect()
}

fn emit_named(
    head: &Head,
    name: &Ident,
    pre: &Endpoint<'_>,
    post: &Endpoint<'_>,
    parts: &Parts<'_>,
) -> TokenStream {
    let code = parts_code(name, parts);
    let pre = to_stream(pre.path().unwrap_or_default());
    let post = to_stream(post.path().unwrap_or_default());
    let rule = rule_impl(
        head,
        name,
        &pre,
        &post,
        &quote!(__netdsl_into.add_rule::<Self>(#code);),
        false,
    );
    let items = common_items(name, parts);
    quote!(#rule #items)
}

fn rule_impl(
    head: &Head,
    name: &Ident,
    pre: &TokenStream,
    post: &TokenStream,
    declare: &TokenStream,
    broken: bool,
) -> TokenStream {
    let text = name_text(name);
    let path = path_of(name);
    let item = decl::type_item(
        head,
        name,
        Shape::Type,
        &format!("Connection rule `{text}`."),
    );
    quote! {
        #item
        impl ::netdsl::Rule for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const PATH: &'static ::core::primitive::str = #path;
            const BROKEN: ::core::primitive::bool = #broken;
            type Pre = #pre;
            type Post = #post;
            fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) { #declare }
        }
    }
}

fn emit_value(user: &Ident, pre: &Endpoint<'_>, post: &Endpoint<'_>, parts: &Parts<'_>) -> Code {
    let items = common_items(user, parts);
    let populations: TokenStream = [pre, post]
        .into_iter()
        .enumerate()
        .filter_map(|(n, end)| {
            let path = to_stream(end.path()?);
            Some(quote! {
                impl ::netdsl::__private::UsesPopulation<#n> for #user { type Population = #path; }
            })
        })
        .collect();
    let user_tokens = quote!(#user);
    let (pre, post) = (pre.handle(&user_tokens, 0), post.handle(&user_tokens, 1));
    let code = parts_code(user, parts);
    Code::Value(
        quote!(enum #user {} #populations #items),
        quote!(::netdsl::__private::rule_spec(#pre, #post, #code)),
    )
}

/// What is left of a rule whose header could not be read.
fn lost(named: Option<(&Head, &Ident)>) -> Option<Code> {
    let any = quote!(::netdsl::__private::AnyPopulation);
    Some(match named {
        Some((head, name)) => {
            let declare = quote!(let _ = __netdsl_into;);
            Code::Items(rule_impl(head, name, &any, &any, &declare, true))
        }
        None => Code::Lost,
    })
}
