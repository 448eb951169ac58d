//! `cell_rule!`.

use crate::cell_tree::{Section, attachment, end_of_child, section_list, tree};
use crate::ctxt::Ctxt;
use crate::decl::{self, Head, Shape, check_items, json, name_text, path_of, usable};
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope, Want};
use crate::fields::{Fields, Item, Keys, declarations, field, items};
use crate::params::Declared;
use crate::section::Cell;
use crate::spikes;
use crate::tokens::{Cursor, Tok, last_span, read, to_stream};
use netdsl_lang::model;
use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::quote;

const EXAMPLE: &str = "pub Pyramidal { soma { L: 20 um, diam: 20 um, pas {} } }";

const KEYS: Keys = Keys {
    names: &["spikes"],
    netpyne: &[
        (
            "secs",
            "the sections straight into the cell type: `soma { .. }`",
        ),
        (
            "conds",
            "the cell type at the population: `population! { pub E: Pyramidal { .. } }`",
        ),
        ("secLists", "`list apical = [dend1, dend2];`"),
        ("threshold", "`spikes: soma(0.5) > 10 mV`"),
        ("vars", "`per_cell name = ..;`"),
    ],
};

/// The macro.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let toks = read(input);
    let mut cx = Ctxt::new();
    let end = last_span(&toks).unwrap_or_else(Span::call_site);
    let found = declarations(Cursor::new(&toks, end));
    if found.is_empty() {
        cx.at(end, format!("expected a cell type, as in `{EXAMPLE}`"));
    }
    let code: TokenStream = found
        .into_iter()
        .map(|item| declare(&mut cx, item))
        .collect();
    let errors = cx.into_errors();
    quote!(#code #errors)
}

fn declare(cx: &mut Ctxt, item: Item<'_>) -> TokenStream {
    let mut cursor = item.cursor();
    let head = decl::head(cx, &mut cursor, "a cell type", EXAMPLE);
    let Some(name) = head.name.clone() else {
        return TokenStream::new();
    };
    let here = cursor.here();
    let Some(tree) = cursor.next().and_then(Tok::brace) else {
        cx.at(
            here,
            format!("expected `{{ .. }}` with sections, as in `{EXAMPLE}`"),
        );
        return Emit {
            head: &head,
            name: &name,
            sections: &[],
            lists: Vec::new(),
            points: Vec::new(),
            broken: true,
        }
        .code(&quote!(), &quote!(let _ = __netdsl_into;));
    };
    body(cx, &head, &name, Cursor::of_tree(tree))
}

fn body(cx: &mut Ctxt, head: &Head, name: &Ident, body: Cursor<'_>) -> TokenStream {
    let params = Params::within(ScopeKind::Segment);
    let mut declared = Declared::default();
    let mut model = model::CellType::new(name_text(name));
    let all = items(body);
    let (values, parts): (Vec<Item<'_>>, Vec<Item<'_>>) = all.into_iter().partition(is_value);
    for item in values {
        if item.starts_with("param") {
            declared.read(cx, item, &params);
        } else {
            per_cell(cx, item, &params, &mut model);
        }
    }
    let mut cell = Cell {
        user: quote!(#name),
        params: &params,
        mechanisms: Vec::new(),
        checks: Vec::new(),
    };
    let mut sections = Vec::new();
    let mut fields = Fields::new();
    let mut lists = Vec::new();
    let mut lost = false;
    let mut parts = parts.into_iter().peekable();
    while let Some(item) = parts.next() {
        if is_header(item)
            && let Some(body) =
                parts.next_if(|next| matches!(next.toks, [t] if t.brace().is_some()))
        {
            lost = true;
            let text =
                "a section's fields follow at once, without `,` or `;`: `dend: soma(1) { .. }`";
            cx.over(&body.toks[..0], item.end, text);
        } else if is_list(item) {
            lists.push(item);
        } else if item.toks.last().is_some_and(|t| t.brace().is_some()) {
            lost |= !section(cx, item, &mut cell, &mut model, &mut sections);
        } else if let Some(found) = field(cx, item) {
            if KEYS.names.iter().any(|k| found.key == k) {
                fields.add(cx, found);
            } else {
                cx.at(
                    found.key.span(),
                    KEYS.unknown("a cell type", &found.key.to_string()),
                );
            }
        }
    }
    if !lost {
        tree(cx, name, &sections);
    }
    for item in lists {
        section_list(cx, item, &sections, &mut model);
    }
    if let Some(found) = fields.get("spikes") {
        model.spikes = spikes::read(cx, found.value, &params, &sections, &model);
    }
    declared.add_interpolated(&params);
    model.params = std::mem::take(&mut declared.table);
    emit_cell(head, name, &sections, lost, &model, &cell, &declared)
}

fn is_value(item: &Item<'_>) -> bool {
    ["param", "per_cell"]
        .iter()
        .any(|word| item.starts_with(word) && matches!(item.toks.get(1), Some(Tok::Word(_))))
}

/// `soma` or `dend: soma(1)`: a section without its braces.
fn is_header(item: Item<'_>) -> bool {
    let [Tok::Word(_), rest @ ..] = item.toks else {
        return false;
    };
    match rest {
        [] => true,
        [colon, Tok::Word(_), place] => {
            colon.is_punct(':') && place.group(Delimiter::Parenthesis).is_some()
        }
        _ => false,
    }
}

fn is_list(item: Item<'_>) -> bool {
    item.starts_with("list") && matches!(item.toks.get(1), Some(Tok::Word(_)))
}

/// `per_cell g = uniform(0.9, 1.1);`
fn per_cell(cx: &mut Ctxt, item: Item<'_>, params: &Params, model: &mut model::CellType) {
    let mut cursor = item.cursor();
    cursor.next();
    let Some(name) = cursor.word().and_then(|w| usable(cx, w)) else {
        return;
    };
    if !cursor.eat_punct('=') {
        cx.at(
            name.span(),
            format!("`{name}` needs a value: `per_cell {name} = uniform(0.9, 1.1);`"),
        );
        params.add_unknown(cx, &name);
        return;
    }
    let value = Item {
        toks: cursor.rest(),
        end: item.end,
    };
    let scope = Scope::new(ScopeKind::Cell, params);
    match scope.read_written(cx, &name_text(&name), value, Want::Any) {
        Some((value, written)) => {
            if params.add(cx, &name, written.dim) {
                model.per_cell.push(name_text(&name), value);
            }
        }
        None => params.add_unknown(cx, &name),
    }
}

/// `dend: soma(1) { .. }`; false if not even the name could be read.
fn section<'a>(
    cx: &mut Ctxt,
    item: Item<'a>,
    cell: &mut Cell<'a>,
    model: &mut model::CellType,
    sections: &mut Vec<Section>,
) -> bool {
    let mut cursor = item.cursor();
    let docs = decl::docs(cx, &mut cursor);
    let here = cursor.here();
    let Some(name) = cursor.word() else {
        cx.at(here, "expected the name of a section, as in `soma { .. }`");
        return false;
    };
    let keyed = |(n, _): &&(&str, &str)| name == n;
    if KEYS.netpyne.iter().any(|pair| keyed(&pair)) {
        cx.at(name.span(), KEYS.unknown("a cell type", &name.to_string()));
        return false;
    }
    let Some(name) = usable(cx, name) else {
        return false;
    };
    let child_end = end_of_child(cx, &mut cursor);
    let joined = cursor.peek().is_some_and(|t| t.is_punct(':'));
    let parent = attachment(cx, &mut cursor, &name, child_end);
    let n = cursor.until(|t| t.brace().is_some());
    let stray = cursor.take(n);
    let misspelt = !stray.is_empty();
    if misspelt {
        cx.over(stray, here, stray_before_body(&name, stray, joined));
    }
    let Some(tree) = cursor.next().and_then(Tok::brace) else {
        return false;
    };
    let mut read = cell.section(cx, &name, Cursor::of_tree(tree));
    let parent_name = parent.as_ref().map(|(name, _)| name.clone());
    read.parent = parent.map(|(_, attachment)| attachment);
    if sections.iter().any(|s| s.name == name) {
        cx.at(name.span(), format!("section `{name}` is given twice"));
        return true;
    }
    model.sections.push(read);
    sections.push(Section {
        name,
        docs,
        unread: misspelt || (joined && parent_name.is_none()),
        parent: parent_name,
    });
    true
}

/// What to say about tokens between a section's header and its braces.
fn stray_before_body(name: &Ident, stray: &[Tok], joined: bool) -> String {
    let parent = stray.iter().find_map(|t| match t {
        Tok::Word(word) => Some(word.to_string()),
        _ => None,
    });
    match parent {
        _ if joined => format!("expected `{{ .. }}` with the fields of `{name}` here"),
        Some(parent) => format!(
            "expected `:` before the section that `{name}` is joined to: `{name}: {parent}(1) {{ .. }}`"
        ),
        None => {
            format!("expected `{{ .. }}` or `: soma(1) {{ .. }}` after the section's name `{name}`")
        }
    }
}

fn emit_cell(
    head: &Head,
    name: &Ident,
    sections: &[Section],
    lost: bool,
    model: &model::CellType,
    cell: &Cell<'_>,
    declared: &Declared,
) -> TokenStream {
    let uses = cell.mechanisms.iter().enumerate().map(|(n, path)| {
        let path = to_stream(path);
        quote! {
            impl ::netdsl::__private::UsesMechanism<#n> for #name { type Mechanism = #path; }
        }
    });
    let checks = check_items(&cell.checks);
    let items = quote!(#(#uses)* #checks);
    let numbers = 0..cell.mechanisms.len();
    let json = json(model);
    let captured = declared.captured();
    let declare = quote! {
        __netdsl_into.add_cell_type::<Self>(
            #json,
            &[#(const { ::netdsl::__private::mechanism::<#name, #numbers>() }),*],
            #captured,
        );
    };
    Emit {
        head,
        name,
        sections,
        lists: model.section_lists.names().collect(),
        points: points(model),
        broken: lost,
    }
    .code(&items, &declare)
}

/// The point processes of a cell, each with the number of its mechanism.
fn points(model: &model::CellType) -> Vec<(&str, usize)> {
    let points = model.sections.iter().flat_map(|s| s.point_processes.iter());
    let numbered = points.filter_map(|(name, point)| {
        let number = point.mechanism.strip_prefix('$')?.parse().ok()?;
        Some((name, number))
    });
    numbered.collect()
}

struct Emit<'a> {
    head: &'a Head,
    name: &'a Ident,
    sections: &'a [Section],
    lists: Vec<&'a str>,
    points: Vec<(&'a str, usize)>,
    broken: bool,
}

impl Emit<'_> {
    fn code(&self, items: &TokenStream, declare: &TokenStream) -> TokenStream {
        let Emit {
            head, name, broken, ..
        } = self;
        let text = name_text(name);
        let path = path_of(name);
        let doc = format!("Cell type `{text}`.");
        let item = decl::type_item(head, name, Shape::Type, &doc);
        let facts = self.sections.iter().map(|s| {
            let section = name_text(&s.name);
            quote!(::netdsl::__private::SectionFact { name: #section, is_list: false })
        });
        let lists = self
            .lists
            .iter()
            .map(|list| quote!(::netdsl::__private::SectionFact { name: #list, is_list: true }));
        let facts = facts.chain(lists);
        let points = self.points.iter().map(|(point, n)| {
            quote! { ::netdsl::__private::point_fact::<#name, #n>(#point) }
        });
        let places = self.sections.iter().map(|s| self.place(s));
        quote! {
            #item
            impl ::netdsl::CellType for #name {
                const NAME: &'static ::core::primitive::str = #text;
                const PATH: &'static ::core::primitive::str = #path;
                const BROKEN: ::core::primitive::bool = #broken;
                const SECTIONS: &'static [::netdsl::__private::SectionFact] = &[#(#facts),*];
                const POINTS: &'static [::netdsl::__private::PointFact] = &[#(#points),*];
                fn declare(__netdsl_into: &mut ::netdsl::__private::Assembly) { #declare }
            }
            #[allow(non_snake_case, dead_code)]
            #[allow(clippy::self_named_constructors)]
            impl #name { #(#places)* }
            #items
        }
    }

    /// `Pyramidal::soma(0.5)`, for recording.
    fn place(&self, section: &Section) -> TokenStream {
        let name = &section.name;
        let text = name_text(name);
        let visibility = &self.head.visibility;
        let docs = if section.docs.is_empty() {
            let doc = format!("A place on section `{text}`: 0 is its beginning, 1 its end.");
            quote!(#[doc = #doc])
        } else {
            section.docs.clone()
        };
        quote! {
            #docs
            #[must_use]
            #visibility const fn #name(__netdsl_at: ::core::primitive::f64) -> ::netdsl::Loc<Self> {
                ::netdsl::Loc::__new(#text, __netdsl_at)
            }
        }
    }
}
