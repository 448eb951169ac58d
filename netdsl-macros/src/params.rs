//! `param`: named numbers of a declaration, written in the language or captured from Rust.

use crate::backend::is_unit_word;
use crate::ctxt::Ctxt;
use crate::decl::{name_text, parenthesised, usable};
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope, Want, unit_of};
use crate::fields::Item;
use crate::tokens::{Text, Tok, code_inside};
use netdsl_lang::expr::taken;
use netdsl_lang::model::{self, Value};
use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::quote;

/// What stands in the model until the value comes from Rust.
const LATER: &str = "0";

/// The `param`s of a declaration.
#[derive(Default)]
pub(crate) struct Declared {
    /// In the model's order.
    pub(crate) table: model::Table<Value>,
    /// Expressions of type `Captured`.
    captured: Vec<TokenStream>,
}

impl Declared {
    /// Reads `param a = 150 um`, `param a: um = RUST` or `param a: um`, and adds it to the names of `params`.
    pub(crate) fn read(&mut self, cx: &mut Ctxt, item: Item<'_>, params: &Params) {
        let mut cursor = item.cursor();
        cursor.next();
        let here = cursor.here();
        let Some(name) = cursor.word().and_then(|w| usable(cx, w)) else {
            cx.at(here, "expected a name, as in `param lambda = 150 um`");
            return;
        };
        let text = name_text(&name);
        let unit = cursor.eat_punct(':').then(|| {
            let n = cursor.until(|t| t.is_punct('='));
            cursor.take(n)
        });
        let assigned = cursor.eat_punct('=');
        let value = Item {
            toks: cursor.rest(),
            end: item.end,
        };
        if assigned && value.toks.is_empty() {
            cx.between(
                name.span(),
                item.end,
                format!("`{text}` needs a value after `=`"),
            );
            params.add_unknown(cx, &name);
            return;
        }
        match (unit, assigned) {
            (None, false) => {
                if params.add(cx, &name, None) {
                    let text = format!("`{text}` needs a value: `param {text} = 150 um`");
                    cx.at(name.span(), text);
                }
            }
            (None, true) if params.has_rust(cx, &text, value) => params.add_unknown(cx, &name),
            (None, true) => {
                let none = Params::none();
                let scope = Scope::new(ScopeKind::Network, &none);
                match scope.read_written(cx, &text, value, Want::Any) {
                    Some((value, written)) if params.add(cx, &name, written.dim) => {
                        self.table.push(text, value);
                    }
                    Some(_) => {}
                    None => params.add_unknown(cx, &name),
                }
            }
            (Some(unit), _) => {
                let Some(unit) = unit_of(cx, unit, item.end) else {
                    params.add_unknown(cx, &name);
                    return;
                };
                if assigned && has_unit(value.toks) {
                    let written = Text::new(value.toks, item.end).text;
                    let text = format!(
                        "the unit is given twice: write `param {text} = {written}`, or `param {text}: {}` with a Rust value that has none",
                        unit.text
                    );
                    cx.over(value.toks, item.end, text);
                    params.add_unknown(cx, &name);
                } else if params.add(cx, &name, Some(unit.dim)) && assigned {
                    self.capture(text, &unit.text, value.toks);
                }
            }
        }
    }

    /// A parameter whose value is Rust code.
    fn capture(&mut self, name: String, unit: &str, value: &[Tok]) {
        let code = code_inside(value);
        let first = value.first().map_or_else(Span::call_site, Tok::first);
        let last = value.last().map_or(first, Tok::last);
        self.push_captured(&name, &code, unit, first, last);
        self.table.push(name, Value::new(LATER));
    }

    /// A call whose spans are those of the value, for messages about its type.
    fn push_captured(
        &mut self,
        name: &str,
        code: &TokenStream,
        unit: &str,
        first: Span,
        last: Span,
    ) {
        let function = parenthesised(quote!(::netdsl::__private::captured), first);
        let arguments = parenthesised(quote!(#code, #unit), last);
        self.captured.push(quote!((#name, #function #arguments)));
    }

    /// Adds the `#name unit` that expressions held.
    pub(crate) fn add_interpolated(&mut self, params: &Params) {
        for (name, unit) in params.interpolated() {
            let text = name_text(&name);
            let span = name.span();
            self.push_captured(&text, &quote!(#name), &unit, span, span);
            self.table.push(text, Value::new(LATER));
        }
    }

    /// The captured values: an expression of type `Vec<Captured>`.
    pub(crate) fn captured(&self) -> TokenStream {
        let captured = &self.captured;
        quote!(::std::vec![#(#captured),*])
    }
}

/// `150 um`, `-150um`: a quantity of our language, which is no Rust.
fn has_unit(toks: &[Tok]) -> bool {
    let toks = match toks {
        [minus, rest @ ..] if minus.is_punct('-') => rest,
        all => all,
    };
    match toks {
        [Tok::Literal(_), Tok::Word(word), ..] => is_unit_word(&word.to_string()),
        [Tok::Literal(only)] => {
            let text = only.to_string();
            let unit = text.trim_start_matches(|c: char| !c.is_alphabetic());
            text.starts_with(|c: char| c.is_ascii_digit()) && is_unit_word(unit)
        }
        _ => false,
    }
}

impl Params {
    /// Tells of a name in a parameter's value: it may be neither another parameter nor a Rust value.
    fn has_rust(&self, cx: &mut Ctxt, name: &str, value: Item<'_>) -> bool {
        let Some(word) = foreign_word(value.toks) else {
            return false;
        };
        let text = format!(
            "`{word}` cannot be used here: a parameter is computed from numbers, not from other parameters; a Rust value follows a unit: `param {name}: um = {word}`"
        );
        cx.at(word.span(), text);
        true
    }
}

/// A name that expressions do not know, or that `#` makes a Rust value.
fn foreign_word(toks: &[Tok]) -> Option<&Ident> {
    for (i, tok) in toks.iter().enumerate() {
        match tok {
            Tok::Word(word) => {
                let after_number = i > 0 && matches!(toks[i - 1], Tok::Literal(_));
                let part = i > 0 && toks[i - 1].is_punct('.')
                    || toks.get(i + 1).is_some_and(|t| t.is_punct('.'));
                let called = toks
                    .get(i + 1)
                    .is_some_and(|t| t.group(Delimiter::Parenthesis).is_some());
                let known = taken(&word.to_string(), ScopeKind::Network).is_some();
                let rust = i > 0 && toks[i - 1].is_punct('#');
                if rust || !(after_number || part || called || known) {
                    return Some(word);
                }
            }
            Tok::Group(tree) => {
                if let Some(found) = foreign_word(&tree.inner) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}
