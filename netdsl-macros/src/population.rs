//! `population!`.

use crate::ctxt::Ctxt;
use crate::decl::{self, Check, Head, Shape, check_items, json, name_text, path_of};
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope, Want};
use crate::fields::{Field, Fields, Item, Keys, declarations, field, items};
use crate::lists;
use crate::tokens::{Cursor, Tok, read, to_stream};
use netdsl_lang::model::{self, Interval, Tag, Value};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

const EXAMPLE: &str = "pub E: Pyramidal { cells: 200 }";

pub(crate) const KEYS: Keys = Keys {
    names: &[
        "cells",
        "density",
        "grid",
        "positions",
        "x",
        "y",
        "z",
        "x_norm",
        "y_norm",
        "z_norm",
        "tags",
    ],
    netpyne: &[
        ("numCells", "`cells: 200`"),
        ("gridSpacing", "`grid: 50 um`"),
        ("cellsList", "`positions: [[0, 0, 0], [10, 0, 0]] um`"),
        (
            "cellType",
            "the cell type after the name: `pub E: Pyramidal { .. }`",
        ),
        (
            "cellModel",
            "the cell type after the name: `pub E: Pyramidal { .. }`",
        ),
        ("xRange", "`x: 0 um .. 100 um`"),
        ("yRange", "`y: 0 um .. 100 um`"),
        ("zRange", "`z: 0 um .. 100 um`"),
        ("xnormRange", "`x_norm: 0 .. 0.5`"),
        ("ynormRange", "`y_norm: 0 .. 0.5`"),
        ("znormRange", "`z_norm: 0 .. 0.5`"),
        ("xnorm", "`x_norm: 0 .. 0.5`"),
        ("ynorm", "`y_norm: 0 .. 0.5`"),
        ("znorm", "`z_norm: 0 .. 0.5`"),
    ],
};

const PLACEMENTS: [&str; 4] = ["cells", "density", "grid", "positions"];

/// The macro.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let toks = read(input);
    let mut cx = Ctxt::new();
    let end = crate::tokens::last_span(&toks).unwrap_or_else(Span::call_site);
    let found = declarations(Cursor::new(&toks, end));
    if found.is_empty() {
        cx.at(end, format!("expected a population, as in `{EXAMPLE}`"));
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
    let head = decl::head(cx, &mut cursor, "a population", EXAMPLE);
    let Some(name) = head.name.clone() else {
        return TokenStream::new();
    };
    let Some((cell, body)) = after_name(cx, &mut cursor, &name) else {
        return emit(&head, &name, None, "", &[], true);
    };
    let mut population = model::Population::new(name_text(&name), "");
    let mut checks = Vec::new();
    read_body(cx, body, &name, &mut population, &mut checks);
    let broken = cx.count() > mistakes;
    emit(
        &head,
        &name,
        Some(cell),
        &json(&population),
        &checks,
        broken,
    )
}

/// `: Cell { .. }`.
fn after_name<'a>(
    cx: &mut Ctxt,
    cursor: &mut Cursor<'a>,
    name: &Ident,
) -> Option<(&'a [Tok], Cursor<'a>)> {
    let here = cursor.here();
    if !cursor.eat_punct(':') {
        cx.at(
            here,
            format!("expected `:` and the type of the cells, as in `{EXAMPLE}`"),
        );
        return None;
    }
    let here = cursor.here();
    let cell = cursor.path();
    if cell.is_empty() {
        cx.at(
            here,
            format!("expected the type of the cells of `{name}`, as in `{EXAMPLE}`"),
        );
        return None;
    }
    let here = cursor.here();
    match cursor.next().and_then(Tok::brace) {
        Some(tree) => Some((cell, Cursor::of_tree(tree))),
        None => {
            cx.at(
                here,
                format!("expected `{{ .. }}` with the number of cells, as in `{EXAMPLE}`"),
            );
            None
        }
    }
}

fn read_body(
    cx: &mut Ctxt,
    body: Cursor<'_>,
    name: &Ident,
    population: &mut model::Population,
    checks: &mut Vec<Check>,
) {
    let mut fields = Fields::new();
    for item in items(body) {
        let Some(found) = field(cx, item) else {
            fields.lose(item);
            continue;
        };
        let key = found.key.to_string();
        if let Some((_, ours)) = KEYS.netpyne.iter().find(|(n, _)| *n == key) {
            cx.at(
                found.key.span(),
                format!("`{key}` is NetPyNE's word; here, write {ours}"),
            );
        } else if fields.add(cx, found) && !KEYS.names.contains(&key.as_str()) {
            let meant = KEYS.meant_by(&key);
            fields.lose_all(&meant.iter().map(String::as_str).collect::<Vec<_>>());
            parameter(cx, found, name, population, checks);
        }
    }
    placement(cx, &fields, body.end(), name, population);
    for (axis, at) in [("x", 0), ("y", 1), ("z", 2)] {
        let interval = interval(cx, &fields, axis);
        *[&mut population.x, &mut population.y, &mut population.z][at] = interval;
    }
    if let Some(tags) = fields.get("tags") {
        population.tags = read_tags(cx, tags.value);
    }
}

/// A field that is no population's: a parameter of artificial cells, if it exists.
fn parameter(
    cx: &mut Ctxt,
    found: Field<'_>,
    name: &Ident,
    population: &mut model::Population,
    checks: &mut Vec<Check>,
) {
    let params = Params::none();
    let scope = Scope::new(ScopeKind::Cell, &params);
    let key = name_text(found.key);
    let near = netdsl_lang::diag::nearest(&key, KEYS.names.iter().copied());
    let suggestion = near.map_or_else(String::new, str::to_owned);
    checks.push(Check::at(
        found.key.span(),
        quote!(cell_parameter::<#name>),
        quote!(#key, #suggestion),
    ));
    if let Some((setting, written)) = lists::setting(cx, scope, &key, found.value) {
        checks.push(Check {
            first: written.first,
            last: written.last,
            function: quote!(cell_parameter_value::<#name>),
            arguments: quote!(#key, #written),
        });
        population.parameters.push(key, setting);
    }
}

/// Exactly one of the four ways of placing cells.
fn placement(
    cx: &mut Ctxt,
    fields: &Fields<'_>,
    end: Span,
    name: &Ident,
    population: &mut model::Population,
) {
    let given: Vec<Field<'_>> = PLACEMENTS
        .iter()
        .filter_map(|key| fields.get(key))
        .collect();
    match given[..] {
        [] if PLACEMENTS.iter().any(|key| fields.has(key)) => {}
        [] => cx.at(
            end,
            format!(
                "missing field of `{name}`: give one of `cells`, `density`, `grid` and `positions`"
            ),
        ),
        [_] => {}
        [first, second, ..] => cx.at(
            second.key.span(),
            format!(
                "`{}` and `{}` cannot both be given: each alone says how many cells there are",
                first.key, second.key
            ),
        ),
    }
    let params = Params::none();
    for found in given {
        let network = Scope::new(ScopeKind::Network, &params);
        match name_text(found.key).as_str() {
            "cells" => population.cells = network.read(cx, "cells", found.value, Want::Count),
            "density" => {
                let scope = Scope::new(ScopeKind::Density, &params);
                population.density = scope.read(cx, "density", found.value, Want::Unit("/mm3"));
            }
            "grid" => population.grid = lists::vector(cx, network, "grid", found.value, "um"),
            _ => population.positions = lists::points(cx, "positions", found.value, "um"),
        }
    }
}

/// `y: 100 um .. 300 um` or `y_norm: 0.1 .. 0.5`.
fn interval(cx: &mut Ctxt, fields: &Fields<'_>, axis: &str) -> Option<Interval> {
    let norm_key = format!("{axis}_norm");
    let (absolute, norm) = (fields.get(axis), fields.get(&norm_key));
    if let (Some(_), Some(second)) = (absolute, norm) {
        cx.at(
            second.key.span(),
            format!("`{axis}` and `{norm_key}` cannot both be given: they say the same"),
        );
    }
    if let Some(found) = absolute {
        let [from, to] = ends(cx, axis, found.value, Want::Unit("um"))?;
        return Some(Interval::Absolute([from, to]));
    }
    let [from, to] = ends(cx, &norm_key, norm?.value, Want::Fraction)?;
    Some(Interval::Norm([from, to]))
}

fn ends(cx: &mut Ctxt, key: &str, value: Item<'_>, want: Want) -> Option<[Value; 2]> {
    let toks = value.toks;
    let dots = (0..toks.len().saturating_sub(1))
        .find(|&i| toks[i].is_punct('.') && toks[i + 1].is_punct('.'));
    let Some(at) = dots else {
        let example = match want {
            Want::Fraction => "0.1 .. 0.5",
            _ => "100 um .. 300 um",
        };
        cx.over(
            toks,
            value.end,
            format!("`{key}` is a range: write `{key}: {example}`"),
        );
        return None;
    };
    let params = Params::none();
    let scope = Scope::new(ScopeKind::Network, &params);
    let low = Item {
        toks: &toks[..at],
        end: toks[at].first(),
    };
    let high = Item {
        toks: &toks[at + 2..],
        end: value.end,
    };
    let low = scope.read_written(cx, key, low, want);
    let high = scope.read_written(cx, key, high, want);
    let ((low, a), (high, b)) = (low?, high?);
    if let (Some(a), Some(b)) = (a.in_coherent_units(), b.in_coherent_units())
        && a > b
    {
        cx.over(
            toks,
            value.end,
            format!("the range of `{key}` ends before it begins"),
        );
    }
    Some([low, high])
}

/// `tags: { layer: "L5", depth: 3 }`.
fn read_tags(cx: &mut Ctxt, value: Item<'_>) -> model::Table<Tag> {
    let mut tags = model::Table::default();
    let [tok] = value.toks else {
        cx.over(
            value.toks,
            value.end,
            "write `tags: { layer: \"L5\", depth: 3 }`",
        );
        return tags;
    };
    let Some(tree) = tok.brace() else {
        cx.over(
            value.toks,
            value.end,
            "write `tags: { layer: \"L5\", depth: 3 }`",
        );
        return tags;
    };
    let mut fields = Fields::new();
    for item in items(Cursor::of_tree(tree)) {
        let Some(found) = field(cx, item) else {
            continue;
        };
        if fields.add(cx, found)
            && let Some(tag) = read_tag(cx, found)
        {
            tags.push(name_text(found.key), tag);
        }
    }
    tags
}

fn read_tag(cx: &mut Ctxt, found: Field<'_>) -> Option<Tag> {
    if let [Tok::Literal(literal)] = found.value.toks
        && let Ok(word) = syn::parse2::<syn::LitStr>(to_stream(found.value.toks))
    {
        let _ = literal;
        return Some(Tag::Word(word.value()));
    }
    if let Some(number) = lists::plain_number(found.value.toks) {
        return Some(Tag::Number(number));
    }
    cx.over(
        found.value.toks,
        found.value.end,
        format!(
            "the tag `{}` is a word in quotes or a number without unit",
            found.key
        ),
    );
    None
}

fn emit(
    head: &Head,
    name: &Ident,
    cell: Option<&[Tok]>,
    json: &str,
    checks: &[Check],
    broken: bool,
) -> TokenStream {
    let cell = cell.map_or_else(|| quote!(::netdsl::__private::AnyCell), to_stream);
    let text = name_text(name);
    let path = path_of(name);
    let doc = format!("Population `{text}`.");
    let item = decl::type_item(head, name, Shape::Value, &doc);
    let checks = check_items(checks);
    let declare = if broken {
        quote!(let _ = __netdsl_into;)
    } else {
        quote!(__netdsl_into.add_population::<Self>(#json);)
    };
    quote! {
        #item
        impl ::netdsl::Population for #name {
            const NAME: &'static ::core::primitive::str = #text;
            const PATH: &'static ::core::primitive::str = #path;
            const BROKEN: ::core::primitive::bool = #broken;
            type Cell = #cell;
            fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) { #declare }
        }
        impl ::core::convert::AsRef<::core::primitive::str> for #name {
            fn as_ref(&self) -> &::core::primitive::str { #text }
        }
        #checks
    }
}
