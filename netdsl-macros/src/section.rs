//! A section of `cell_rule!`.

use crate::ctxt::Ctxt;
use crate::decl::{Check, name_text};
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope, Want};
use crate::fields::{Field, Fields, Item, Keys, at_forgotten_commas, field, items};
use crate::lists;
use crate::parameters::{self, Checker};
use crate::tokens::{Cursor, Tok, first_span, last_span, to_stream};
use netdsl_lang::model;
use proc_macro2::{Delimiter, Ident, TokenStream};
use quote::quote;

pub(crate) const KEYS: Keys = Keys {
    names: &["L", "diam", "pt3d", "nseg", "Ra", "cm", "v_init"],
    netpyne: &[
        (
            "geom",
            "the fields `L`, `diam`, `nseg`, `Ra`, `cm` straight into the section",
        ),
        (
            "mechs",
            "the mechanisms straight into the section: `hh { gnabar: 0.12 S/cm2 }`",
        ),
        ("topol", "the parent after the name: `dend: soma(1) { .. }`"),
        ("pointps", "`point name: Mechanism at 0.5 { .. }`"),
        ("ions", "`ion na { e: 50 mV, i: 10 mM, o: 140 mM }`"),
        ("vinit", "`v_init: -70 mV`"),
        (
            "threshold",
            "`spikes: soma(0.5) > 10 mV` beside the sections",
        ),
        (
            "spikeGenLoc",
            "`spikes: soma(0.5) > 10 mV` beside the sections",
        ),
    ],
};

const ION_KEYS: Keys = Keys {
    names: &["e", "i", "o"],
    netpyne: &[],
};

/// What the sections of a cell type have in common.
pub(crate) struct Cell<'a> {
    /// The type that names the mechanisms.
    pub(crate) user: TokenStream,
    pub(crate) params: &'a Params,
    /// Paths of the mechanisms, in the order of their numbers.
    pub(crate) mechanisms: Vec<&'a [Tok]>,
    pub(crate) checks: Vec<Check>,
}

impl<'a> Cell<'a> {
    /// Gives the mechanism a number; its name in the model is left open as `$number`.
    fn mechanism(&mut self, path: &'a [Tok]) -> (usize, String) {
        self.mechanisms.push(path);
        let n = self.mechanisms.len() - 1;
        (n, format!("${n}"))
    }

    /// Reads the body of section `name`.
    pub(crate) fn section(
        &mut self,
        cx: &mut Ctxt,
        name: &Ident,
        body: Cursor<'a>,
    ) -> model::Section {
        let mut section = model::Section::new(name_text(name));
        let mut fields = Fields::new();
        let mistakes = cx.count();
        let all: Vec<Item<'a>> = items(body)
            .into_iter()
            .flat_map(|item| at_forgotten_commas(cx, item))
            .collect();
        for item in all {
            if let Some(word) = misplaced_parameters(item) {
                let text = format!(
                    "a mechanism is inserted as `{word}`, or `{word} {{ .. }}` with its parameters in braces"
                );
                cx.over(item.toks, item.end, text);
            } else if item.starts_with("ion")
                && item.toks.get(1).is_some_and(|t| t.brace().is_some())
            {
                cx.over(
                    &item.toks[..1],
                    item.end,
                    "which ion? write `ion na { e: 50 mV }`",
                );
            } else if item.starts_with("ion") && matches!(item.toks.get(1), Some(Tok::Word(_))) {
                self.ion(cx, item, &mut section);
            } else if item.starts_with("point") && matches!(item.toks.get(1), Some(Tok::Word(_))) {
                self.point(cx, item, &mut section);
            } else if let Some(word) = netpyne_word(item) {
                cx.at(word.span(), KEYS.unknown("a section", &word.to_string()));
            } else if is_mechanism(item) {
                self.insertion(cx, item, &mut section);
            } else if let Some(found) = field(cx, item) {
                known_field(cx, found, &mut fields);
            }
        }
        self.geometry(cx, &fields, &mut section);
        let unread = cx.count() > mistakes;
        has_shape(cx, &fields, name, unread);
        section
    }

    fn geometry(&mut self, cx: &mut Ctxt, fields: &Fields<'a>, section: &mut model::Section) {
        let network = Scope::new(ScopeKind::Network, self.params);
        let cell = Scope::new(ScopeKind::Cell, self.params);
        let segment = Scope::new(ScopeKind::Segment, self.params);
        let shape = Scope::new(ScopeKind::Shape, self.params);
        let get = |key| fields.get(key).map(|f| f.value);
        if let Some(v) = get("L") {
            section.length = cell.read(cx, "L", v, Want::Positive("um"));
        }
        if let Some(v) = get("diam") {
            section.diameter = lists::setting_in(cx, shape, "diam", v, Want::Positive("um"));
        }
        if let Some(v) = get("pt3d") {
            section.points = lists::points(cx, "pt3d", v, "um").unwrap_or_default();
        }
        if let Some(v) = get("nseg") {
            section.nseg = network.read(cx, "nseg", v, Want::PositiveCount);
        }
        if let Some(v) = get("Ra") {
            section.axial_resistivity = cell.read(cx, "Ra", v, Want::Positive("ohm*cm"));
        }
        if let Some(v) = get("cm") {
            section.capacitance = lists::setting_in(cx, segment, "cm", v, Want::Positive("uF/cm2"));
        }
        if let Some(v) = get("v_init") {
            section.v_init = lists::setting_in(cx, segment, "v_init", v, Want::Unit("mV"));
        }
    }

    /// `hh { gnabar: 0.12 S/cm2 }`.
    fn insertion(&mut self, cx: &mut Ctxt, item: Item<'a>, section: &mut model::Section) {
        let mut cursor = item.cursor();
        let path = cursor.path();
        let body = match cursor.next().and_then(Tok::brace) {
            Some(tree) => Cursor::of_tree(tree),
            None => cursor,
        };
        let text = to_stream(path).to_string();
        if self
            .mechanisms_of(section)
            .any(|p| to_stream(p).to_string() == text)
        {
            let text = format!("`{text}` is inserted twice in `{}`", section.name);
            cx.over(path, item.end, text);
            return;
        }
        let (n, name) = self.mechanism(path);
        let user = self.user.clone();
        if let (Some(first), Some(last)) = (first_span(path), last_span(path)) {
            self.checks.push(Check {
                first,
                last,
                function: quote!(density::<#user, #n>),
                arguments: TokenStream::new(),
            });
        }
        let scope = Scope::new(ScopeKind::Segment, self.params);
        let checker = Checker::mechanism(&user, n);
        let (parameters, pointers) =
            parameters::read_with_pointers(cx, body, scope, &checker, &mut self.checks);
        if !pointers.is_empty() {
            section.pointers.push(name.clone(), pointers);
        }
        section.mechanisms.push(name, parameters);
    }

    fn mechanisms_of<'s>(
        &'s self,
        section: &'s model::Section,
    ) -> impl Iterator<Item = &'a [Tok]> + 's {
        section
            .mechanisms
            .names()
            .filter_map(|n| n.strip_prefix('$')?.parse::<usize>().ok())
            .map(|n| self.mechanisms[n])
    }

    /// `ion na { e: 50 mV, i: 10 mM, o: 140 mM }`.
    fn ion(&mut self, cx: &mut Ctxt, item: Item<'a>, section: &mut model::Section) {
        let mut cursor = item.cursor();
        cursor.next();
        let Some(name) = cursor.word() else { return };
        let here = cursor.here();
        let Some(tree) = cursor.next().and_then(Tok::brace) else {
            let text = format!("write `ion {name} {{ e: 50 mV, i: 10 mM, o: 140 mM }}`");
            cx.at(here, text);
            return;
        };
        let fields = Fields::read(cx, &items(Cursor::of_tree(tree)), "an ion", &ION_KEYS);
        let scope = Scope::new(ScopeKind::Segment, self.params);
        let mut setting = |key, want| {
            let found = fields.get(key)?;
            lists::setting_in(cx, scope, key, found.value, want)
        };
        let ion = model::IonSetting {
            reversal: setting("e", Want::Unit("mV")),
            inside: setting("i", Want::Positive("mM")),
            outside: setting("o", Want::Positive("mM")),
        };
        if section.ions.get(&name_text(name)).is_some() {
            cx.at(name.span(), format!("ion `{name}` is given twice"));
            return;
        }
        section.ions.push(name_text(name), ion);
    }

    /// `point izh: Izhi2007b at 0.5 { a: 0.03 /ms }`.
    fn point(&mut self, cx: &mut Ctxt, item: Item<'a>, section: &mut model::Section) {
        let mut cursor = item.cursor();
        cursor.next();
        let Some(name) = cursor.word() else { return };
        let here = cursor.here();
        let colon = cursor.eat_punct(':');
        let path = cursor.path();
        if !colon || path.is_empty() {
            cx.at(
                here,
                format!("write `point {name}: Mechanism at 0.5 {{ .. }}`"),
            );
            return;
        }
        let loc = cursor.eat_word("at").and_then(|at| {
            let n = cursor.until(|t| t.brace().is_some());
            let value = Item {
                toks: cursor.take(n),
                end: at.span(),
            };
            let scope = Scope::new(ScopeKind::Cell, self.params);
            scope.read(cx, "the position along the section", value, Want::Position)
        });
        let here = cursor.here();
        let body = match cursor.next() {
            None => cursor,
            Some(tok) => match tok.brace() {
                Some(tree) => Cursor::of_tree(tree),
                None => {
                    cx.at(here, "expected `at 0.5` or `{ .. }` here");
                    return;
                }
            },
        };
        let (n, mechanism) = self.mechanism(path);
        let user = self.user.clone();
        if let (Some(first), Some(last)) = (first_span(path), last_span(path)) {
            self.checks.push(Check {
                first,
                last,
                function: quote!(point_process::<#user, #n>),
                arguments: TokenStream::new(),
            });
        }
        let scope = Scope::new(ScopeKind::Cell, self.params);
        let checker = Checker::mechanism(&user, n);
        let (parameters, pointers) =
            parameters::read_with_pointers(cx, body, scope, &checker, &mut self.checks);
        if section.point_processes.get(&name_text(name)).is_some() {
            cx.at(
                name.span(),
                format!("`{name}` is given twice in `{}`", section.name),
            );
            return;
        }
        let point = model::CellPoint {
            mechanism,
            loc,
            parameters,
            pointers,
        };
        section.point_processes.push(name_text(name), point);
    }
}

/// A path, alone or with braces: no `key: value`.
fn is_mechanism(item: Item<'_>) -> bool {
    let mut cursor = item.cursor();
    !cursor.path().is_empty()
        && match cursor.next() {
            None => true,
            Some(tok) => tok.brace().is_some() && cursor.is_empty(),
        }
        && !KEYS
            .names
            .iter()
            .any(|key| item.toks.len() == 1 && item.toks[0].is_word(key))
}

/// `hh (gnabar: ..)`, `hh foo { .. }`: a mechanism with something wrong behind it.
fn misplaced_parameters(item: Item<'_>) -> Option<&Ident> {
    let [Tok::Word(word), second, ..] = item.toks else {
        return None;
    };
    let keyword = ["ion", "point"].iter().any(|k| word == k);
    let field = KEYS.names.iter().any(|k| word == k);
    let wrong = match second {
        Tok::Word(_) => true,
        other => other.group(Delimiter::Parenthesis).is_some(),
    };
    (wrong && !keyword && !field).then_some(word)
}

/// `mechs { .. }`, `geom: { .. }`: what NetPyNE calls its parts.
fn netpyne_word(item: Item<'_>) -> Option<&Ident> {
    let Some(Tok::Word(word)) = item.toks.first() else {
        return None;
    };
    KEYS.netpyne.iter().any(|(n, _)| word == n).then_some(word)
}

fn known_field<'a>(cx: &mut Ctxt, found: Field<'a>, fields: &mut Fields<'a>) {
    let key = found.key.to_string();
    if KEYS.names.contains(&key.as_str()) {
        fields.add(cx, found);
    } else if found.value.toks.iter().any(|t| t.brace().is_some()) {
        let text = format!("a mechanism is inserted as `{key} {{ .. }}`, without a colon");
        cx.at(found.key.span(), text);
    } else {
        cx.at(found.key.span(), KEYS.unknown("a section", &key));
    }
}

/// Either `L` and `diam`, or `pt3d`.
fn has_shape(cx: &mut Ctxt, fields: &Fields<'_>, name: &Ident, unread: bool) {
    let (length, diameter) = (fields.get("L"), fields.get("diam"));
    if fields.get("pt3d").is_some() {
        for other in [length, diameter].into_iter().flatten() {
            let text = format!(
                "`{}` and `pt3d` cannot both be given: the points say length and diameter",
                other.key
            );
            cx.at(other.key.span(), text);
        }
        return;
    }
    // a field that could not be read may be the missing one
    if unread {
        return;
    }
    let missing: Vec<&str> = [("L", length), ("diam", diameter)]
        .into_iter()
        .filter(|(_, f)| f.is_none())
        .map(|(key, _)| key)
        .collect();
    if !missing.is_empty() {
        cx.at(
            name.span(),
            format!(
                "section `{name}` lacks {}: write `L: 20 um, diam: 20 um`, or `pt3d: [..] um`",
                crate::ctxt::quoted(missing)
            ),
        );
    }
}
