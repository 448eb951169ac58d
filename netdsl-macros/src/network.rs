//! `network!`.

use crate::ctxt::{Ctxt, quoted};
use crate::decl::{Check, check_items, json, name_text};
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope};
use crate::fields::{Field, Fields, Item, Keys, items};
use crate::lists;
use crate::parameters::Checker;
use crate::params::Declared;
use crate::tokens::{Cursor, Tok, code_inside, first_span, last_span, read, to_stream};
use netdsl_lang::diag::did_you_mean;
use netdsl_lang::model;
use proc_macro2::{Delimiter, Span, TokenStream};
use quote::{quote, quote_spanned};

const EXAMPLE: &str = "size: [200, 600, 200] um, populations: [E, I], connect: [EI]";

const KEYS: Keys = Keys {
    names: &[
        "name",
        "size",
        "shape",
        "seed",
        "seeds",
        "sampler",
        "quirks",
        "globals",
        "populations",
        "connect",
        "stimulate",
    ],
    netpyne: &[
        ("sizeX", "`size: [200, 600, 200] um`"),
        ("sizeY", "`size: [200, 600, 200] um`"),
        ("sizeZ", "`size: [200, 600, 200] um`"),
        ("popParams", "`populations: [E, I]`"),
        ("connParams", "`connect: [EI, IE]`"),
        ("stimSourceParams", "`stimulate: [Drive]`"),
        ("stimTargetParams", "`stimulate: [Drive]`"),
        ("connections", "`connect: [EI, IE]`"),
        ("stimuli", "`stimulate: [Drive]`"),
    ],
};

/// The macro.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let toks = read(input);
    let mut cx = Ctxt::new();
    let end = last_span(&toks).unwrap_or_else(Span::call_site);
    let code = build(&mut cx, Cursor::new(&toks, end));
    let errors = cx.into_errors();
    quote!({ #errors #code })
}

/// An entry of a list.
enum Entry<'a> {
    /// `EI`.
    Path(&'a [Tok]),
    /// `(rule)`.
    Value(&'a Tok),
    /// `..(rules)`.
    Spread(&'a [Tok]),
}

fn build(cx: &mut Ctxt, body: Cursor<'_>) -> TokenStream {
    let params = Params::none();
    let mut declared = Declared::default();
    let (values, fields): (Vec<Item<'_>>, Vec<Item<'_>>) = items(body)
        .into_iter()
        .partition(|i| i.starts_with("param") && matches!(i.toks.get(1), Some(Tok::Word(_))));
    for item in values {
        declared.read(cx, item, &params);
    }
    let fields = Fields::read(cx, &fields, "a network", &KEYS);
    let mut model = model::Network::new("");
    settings(cx, &fields, &params, &mut model);
    let mut checks = Vec::new();
    let globals = globals(cx, &fields, &params, &mut model, &mut checks);
    let populations = entries(cx, &fields, "populations");
    if !fields.has("populations") {
        cx.at(
            body.end(),
            format!("missing field `populations`, as in `{EXAMPLE}`"),
        );
    }
    let rules = entries(cx, &fields, "connect");
    let stimuli = entries(cx, &fields, "stimulate");
    declared.add_interpolated(&params);
    model.params = std::mem::take(&mut declared.table);

    let uses = [
        uses(
            &quote!(UsesMechanism),
            &quote!(Mechanism),
            globals.iter().copied(),
        ),
        uses(
            &quote!(UsesPopulation),
            &quote!(Population),
            paths(&populations),
        ),
        uses(&quote!(UsesRule), &quote!(Rule), paths(&rules)),
        uses(&quote!(UsesStimulus), &quote!(Stimulus), paths(&stimuli)),
    ];
    let known = populations.iter().all(|e| matches!(e, Entry::Path(_)))
        && fields.get("populations").is_some();
    if known {
        membership(&rules, &quote!(rule_members), &mut checks);
        membership(&stimuli, &quote!(stimulus_members), &mut checks);
    }
    let checks = check_items(&checks);
    let members = 0..populations.len();
    let members = if known {
        quote! {
            const __NETDSL_MEMBERS: &[::netdsl::__private::Member] =
                &[#(::netdsl::__private::member::<__NetdslNetwork, #members>()),*];
        }
    } else {
        quote!()
    };
    let json = json(&model);
    let captured = declared.captured();
    let numbers = 0..globals.len();
    let add = [
        additions(&populations, &quote!(population)),
        additions(&rules, &quote!(rule)),
        additions(&stimuli, &quote!(stimulus)),
    ];
    quote! {
        enum __NetdslNetwork {}
        #(#uses)*
        #members
        #checks
        let mut __netdsl_into = ::netdsl::__private::Assembly::new(
            #json,
            #captured,
            &[#(::netdsl::__private::mechanism::<__NetdslNetwork, #numbers>()),*],
        );
        #(#add)*
        __netdsl_into.finish()
    }
}

fn settings(cx: &mut Ctxt, fields: &Fields<'_>, params: &Params, model: &mut model::Network) {
    let scope = Scope::new(ScopeKind::Network, params);
    if let Some(found) = fields.get("name") {
        match syn::parse2::<syn::LitStr>(to_stream(found.value.toks)) {
            Ok(name) => model.name = name.value(),
            Err(_) => cx.over(
                found.value.toks,
                found.value.end,
                "the name is a text in quotes",
            ),
        }
    }
    if let Some(found) = fields.get("size")
        && let Some(size) = lists::vector(cx, scope, "size", found.value, "um")
    {
        model.size = size;
    }
    if let Some(found) = fields.get("shape") {
        const SHAPES: &[(&str, model::Shape)] = &[
            ("cuboid", model::Shape::Cuboid),
            ("cylinder", model::Shape::Cylinder),
            ("ellipsoid", model::Shape::Ellipsoid),
        ];
        model.shape = choose(cx, found, SHAPES).unwrap_or_default();
    }
    if let Some(found) = fields.get("sampler") {
        const SAMPLERS: &[(&str, model::Sampler)] = &[
            ("fast", model::Sampler::Fast),
            ("netpyne", model::Sampler::Netpyne),
        ];
        model.sampler = choose(cx, found, SAMPLERS).unwrap_or_default();
    }
    if let Some(found) = fields.get("quirks") {
        const QUIRKS: &[(&str, model::Quirks)] = &[
            ("none", model::Quirks::None),
            ("netpyne", model::Quirks::Netpyne),
        ];
        model.quirks = choose(cx, found, QUIRKS).unwrap_or_default();
    }
    seeds(cx, fields, model);
}

/// One of several words.
fn choose<T: Copy>(cx: &mut Ctxt, found: Field<'_>, words: &[(&str, T)]) -> Option<T> {
    let names = || words.iter().map(|(n, _)| *n);
    if let [Tok::Word(word)] = found.value.toks {
        let text = name_text(word);
        if let Some((_, value)) = words.iter().find(|(n, _)| *n == text) {
            return Some(*value);
        }
        let near = did_you_mean(&text, names());
        cx.at(
            word.span(),
            format!(
                "there is no {} `{word}`{near}\nwrite one of {}",
                found.key,
                quoted(names())
            ),
        );
        return None;
    }
    cx.over(
        found.value.toks,
        found.value.end,
        format!("write one of {}", quoted(names())),
    );
    None
}

/// `seed: 1`, or `seeds: { conn: 1, stim: 2, loc: 3, cell: 4 }`.
fn seeds(cx: &mut Ctxt, fields: &Fields<'_>, model: &mut model::Network) {
    const SEEDS: Keys = Keys {
        names: &["conn", "stim", "loc", "cell"],
        netpyne: &[],
    };
    if let (Some(_), Some(second)) = (fields.get("seed"), fields.get("seeds")) {
        cx.at(second.key.span(), "`seed` and `seeds` cannot both be given");
    }
    if let Some(found) = fields.get("seed") {
        model.seeds = model::Seeds::all(seed(cx, found.value).unwrap_or(1));
    }
    let Some(found) = fields.get("seeds") else {
        return;
    };
    let [Tok::Group(tree)] = found.value.toks else {
        cx.over(
            found.value.toks,
            found.value.end,
            "write `seeds: { conn: 1, stim: 2, loc: 3, cell: 4 }`",
        );
        return;
    };
    let each = Fields::read(cx, &items(Cursor::of_tree(tree)), "`seeds`", &SEEDS);
    let mut get = |key| each.get(key).and_then(|f| seed(cx, f.value)).unwrap_or(1);
    model.seeds = model::Seeds {
        conn: get("conn"),
        stim: get("stim"),
        loc: get("loc"),
        cell: get("cell"),
    };
}

fn seed(cx: &mut Ctxt, value: Item<'_>) -> Option<u32> {
    let number = match value.toks {
        [Tok::Literal(l)] => l.to_string().replace('_', "").parse::<u32>().ok(),
        _ => None,
    };
    if number.is_none() {
        cx.over(
            value.toks,
            value.end,
            "a seed is a whole number from 0 to 4294967295",
        );
    }
    number
}

/// `globals: { hh { usetable: 1 } }`. Returns the mechanisms' paths.
fn globals<'a>(
    cx: &mut Ctxt,
    fields: &Fields<'a>,
    params: &Params,
    model: &mut model::Network,
    checks: &mut Vec<Check>,
) -> Vec<&'a [Tok]> {
    let mut paths = Vec::new();
    let Some(found) = fields.get("globals") else {
        return paths;
    };
    let [Tok::Group(tree)] = found.value.toks else {
        cx.over(
            found.value.toks,
            found.value.end,
            "write `globals: { hh { usetable: 1 } }`",
        );
        return paths;
    };
    let scope = Scope::new(ScopeKind::Network, params);
    for item in items(Cursor::of_tree(tree)) {
        let mut cursor = item.cursor();
        let path = cursor.path();
        let body = cursor.next().and_then(Tok::brace);
        let (Some(body), false) = (body, path.is_empty()) else {
            cx.over(
                item.toks,
                item.end,
                "write `globals: { hh { usetable: 1 } }`",
            );
            continue;
        };
        let n = paths.len();
        paths.push(path);
        let user = quote!(__NetdslNetwork);
        let checker = Checker {
            name: quote!(global::<#user, #n>),
            value: quote!(global_value::<#user, #n>),
            pointer: None,
        };
        let values = crate::parameters::read(cx, Cursor::of_tree(body), scope, &checker, checks);
        model.globals.push(format!("${n}"), values);
    }
    paths
}

/// `[EI, (rule), ..(rules)]`.
fn entries<'a>(cx: &mut Ctxt, fields: &Fields<'a>, key: &str) -> Vec<Entry<'a>> {
    let Some(found) = fields.get(key) else {
        return Vec::new();
    };
    let tree = match found.value.toks {
        [tok] => tok.group(Delimiter::Bracket),
        _ => None,
    };
    let Some(tree) = tree else {
        cx.over(
            found.value.toks,
            found.value.end,
            format!("`{key}` is a list in brackets, as in `{EXAMPLE}`"),
        );
        return Vec::new();
    };
    let mut entries = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for item in items(Cursor::of_tree(tree)) {
        match entry(item) {
            Some(entry) => {
                if let Entry::Path(path) = &entry {
                    let text = to_stream(path).to_string().replace(' ', "");
                    if seen.contains(&text) {
                        cx.over(path, item.end, format!("`{text}` is listed twice"));
                        continue;
                    }
                    seen.push(text);
                }
                entries.push(entry);
            }
            None => cx.over(
                item.toks,
                item.end,
                "expected a declared name, `(value)` or `..(values)` here",
            ),
        }
    }
    entries
}

fn entry(item: Item<'_>) -> Option<Entry<'_>> {
    if let [a, b, rest @ ..] = item.toks
        && a.is_punct('.')
        && b.is_punct('.')
        && !rest.is_empty()
    {
        return Some(Entry::Spread(rest));
    }
    if let [tok] = item.toks
        && tok.group(Delimiter::Parenthesis).is_some()
    {
        return Some(Entry::Value(tok));
    }
    let mut cursor = item.cursor();
    let path = cursor.path();
    (!path.is_empty() && cursor.is_empty()).then_some(Entry::Path(path))
}

fn paths<'a, 'e>(entries: &'e [Entry<'a>]) -> impl Iterator<Item = &'a [Tok]> + 'e {
    entries.iter().filter_map(|e| match e {
        Entry::Path(path) => Some(*path),
        _ => None,
    })
}

/// `impl UsesRule<0> for __NetdslNetwork { type Rule = EI; }`.
fn uses<'a>(
    uses: &TokenStream,
    kind: &TokenStream,
    paths: impl Iterator<Item = &'a [Tok]>,
) -> TokenStream {
    paths
        .enumerate()
        .map(|(n, path)| {
            let path = to_stream(path);
            quote!(impl ::netdsl::__private::#uses<#n> for __NetdslNetwork { type #kind = #path; })
        })
        .collect()
}

fn membership(entries: &[Entry<'_>], function: &TokenStream, checks: &mut Vec<Check>) {
    for (n, path) in paths(entries).enumerate() {
        if let (Some(first), Some(last)) = (first_span(path), last_span(path)) {
            checks.push(Check {
                first,
                last,
                function: quote!(#function::<__NetdslNetwork, #n>),
                arguments: quote!(__NETDSL_MEMBERS),
            });
        }
    }
}

/// Statements that add the entries, in order.
fn additions(entries: &[Entry<'_>], what: &TokenStream) -> TokenStream {
    let mut n = 0usize;
    entries
        .iter()
        .map(|entry| match entry {
            Entry::Path(_) => {
                n += 1;
                let at = n - 1;
                quote!(__netdsl_into.#what::<__NetdslNetwork, #at>();)
            }
            Entry::Value(tok) => {
                let span = tok.first();
                let code = code_inside(std::slice::from_ref(*tok));
                let method = quote::format_ident!("{}_value", what.to_string());
                quote_spanned!(span=> __netdsl_into.#method(#code);)
            }
            Entry::Spread(toks) => {
                let span = first_span(toks).unwrap_or_else(Span::call_site);
                let code = code_inside(toks);
                let method = quote::format_ident!("{}_values", what.to_string());
                quote_spanned!(span=> __netdsl_into.#method(#code);)
            }
        })
        .collect()
}
