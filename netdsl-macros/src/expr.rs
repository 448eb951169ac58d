//! Values: Rust tokens to text, checked by the language, told back at the user's words.

use crate::backend;
use crate::ctxt::Ctxt;
use crate::decl::name_text;
use crate::fields::Item;
use crate::literal::{integer, number};
use crate::tokens::{Text, Tok};
use netdsl_lang::model::Value;
use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::cell::RefCell;

pub(crate) use backend::{Dim, ScopeKind, Unit, unit_of_mod_file};

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Want {
    /// Anything but a truth value; something else checks it.
    Any,
    /// A quantity of this unit's dimension.
    Unit(&'static str),
    /// The same, above zero.
    Positive(&'static str),
    /// A time, zero or above, that an axon may take.
    Delay,
    /// A number from 0 to 1.
    Fraction,
    /// A position along a section: a number from 0 to 1.
    Position,
    /// A whole number, zero or above.
    Count,
    /// A whole number, one or above.
    PositiveCount,
    /// True or false.
    Truth,
}

impl Want {
    fn unit(self) -> Option<&'static str> {
        match self {
            Want::Unit(unit) | Want::Positive(unit) => Some(unit),
            Want::Delay => Some("ms"),
            _ => None,
        }
    }
}

/// Longest constant delay, s: more is a slip such as `1 Ms` for `1 ms`.
const LONGEST_DELAY: f64 = 1e3;

/// A named number of a declaration; the dimension is absent where its own declaration has a mistake.
struct Param {
    name: String,
    dim: Option<Dim>,
}

/// The names that a declaration adds to its expressions.
pub(crate) struct Params {
    /// The richest scope of the declaration: its variables are taken.
    scope: ScopeKind,
    known: RefCell<Vec<Param>>,
    /// `#name unit` in expressions.
    interpolated: RefCell<Vec<(Ident, String)>>,
}

impl Params {
    pub(crate) fn none() -> Self {
        Self::within(ScopeKind::Network)
    }

    pub(crate) fn within(scope: ScopeKind) -> Self {
        Self {
            scope,
            known: RefCell::default(),
            interpolated: RefCell::default(),
        }
    }

    /// Adds a name; false if it cannot be one, which is reported.
    pub(crate) fn add(&self, cx: &mut Ctxt, name: &Ident, dim: Option<Dim>) -> bool {
        let text = name_text(name);
        if let Some(mistake) = backend::cannot_be_parameter(&text, self.scope) {
            cx.at(name.span(), mistake);
            // its uses are no further mistakes
            self.known.borrow_mut().push(Param {
                name: text,
                dim: None,
            });
            return false;
        }
        if self.known.borrow().iter().any(|p| p.name == text) {
            cx.at(name.span(), format!("`{text}` is given twice"));
            return false;
        }
        self.known.borrow_mut().push(Param { name: text, dim });
        true
    }

    /// Adds a name whose value could not be read, so that its uses are no further mistakes.
    pub(crate) fn add_unknown(&self, cx: &mut Ctxt, name: &Ident) {
        self.add(cx, name, None);
    }

    pub(crate) fn interpolated(&self) -> Vec<(Ident, String)> {
        self.interpolated.borrow().clone()
    }

    /// Notes `#name unit`; the same name may stand in several expressions, with one unit.
    fn interpolate(&self, cx: &mut Ctxt, name: &Ident, unit: &Unit) {
        let text = name_text(name);
        let before = self
            .interpolated
            .borrow()
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, u)| u.clone());
        match before {
            Some(u) if u == unit.text => {}
            Some(u) => cx.at(
                name.span(),
                format!("`#{text}` stands with `{u}` elsewhere: give it one unit"),
            ),
            None if self.add(cx, name, Some(unit.dim)) => self
                .interpolated
                .borrow_mut()
                .push((name.clone(), unit.text.clone())),
            None => {}
        }
    }
}

/// Where an expression stands: the variables it may use.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    kind: ScopeKind,
    params: &'a Params,
}

/// A value as the checks across macros see it.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) first: Span,
    pub(crate) last: Span,
    pub(crate) text: String,
    pub(crate) what: String,
    pub(crate) dim: Option<Dim>,
    pub(crate) bare: bool,
    pub(crate) constant: Option<(f64, i32)>,
    pub(crate) elements: Option<u32>,
}

impl Written {
    /// A constant in the coherent unit of its dimension.
    pub(crate) fn in_coherent_units(&self) -> Option<f64> {
        let (number, exponent) = self.constant?;
        Some(scaled(number, exponent))
    }

    /// A constant in `unit`, of the same dimension.
    pub(crate) fn in_unit(&self, unit: &str) -> Option<f64> {
        let (number, exponent) = self.constant?;
        let unit = known_unit(unit)?;
        Some(scaled(number, exponent - unit.exponent))
    }
}

/// One multiplication or division by an exact power of ten.
fn scaled(number: f64, exponent: i32) -> f64 {
    let power = 10f64.powi(exponent.abs());
    if exponent < 0 {
        number / power
    } else {
        number * power
    }
}

impl ToTokens for Written {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Written {
            text, what, bare, ..
        } = self;
        let dim = match self.dim {
            Some(dim) => {
                let dim = exponents(dim);
                quote!(::core::option::Option::Some(#dim))
            }
            None => quote!(::core::option::Option::None),
        };
        let constant = match self.constant {
            Some((x, e)) => {
                let (x, e) = (number(x), integer(e));
                quote!(::core::option::Option::Some((#x, #e)))
            }
            None => quote!(::core::option::Option::None),
        };
        let elements = match self.elements {
            Some(n) => quote!(::core::option::Option::Some(#n)),
            None => quote!(::core::option::Option::None),
        };
        tokens.extend(quote! {
            ::netdsl::__private::Written {
                text: #text, what: #what, dim: #dim, bare: #bare, constant: #constant, elements: #elements,
            }
        });
    }
}

impl ToTokens for Unit {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Unit {
            text,
            what,
            dim,
            exponent,
        } = self;
        let (dim, exponent) = (exponents(*dim), integer(*exponent));
        tokens.extend(quote! {
            ::netdsl::__private::UnitFact { text: #text, what: #what, dim: #dim, exponent: #exponent }
        });
    }
}

fn exponents(dim: Dim) -> TokenStream {
    let each = dim.iter().map(|e| integer(i32::from(*e)));
    quote!([#(#each),*])
}

/// The unit called `text`, if it is one.
pub(crate) fn known_unit(text: &str) -> Option<Unit> {
    backend::unit(text).ok()
}

/// The unit that tokens spell; what is wrong with it is reported.
pub(crate) fn unit_of(cx: &mut Ctxt, toks: &[Tok], end: Span) -> Option<Unit> {
    let text = Text::new(toks, end);
    if text.text.is_empty() {
        cx.at(
            end,
            "expected a unit, as in `um`; write `1` for a number without unit",
        );
        return None;
    }
    match backend::unit(&text.text) {
        Ok(unit) => Some(unit),
        Err(p) => {
            let (first, last) = text.locate(p.low, p.high);
            cx.between(first, last, p.text);
            None
        }
    }
}

impl<'a> Scope<'a> {
    pub(crate) fn new(kind: ScopeKind, params: &'a Params) -> Self {
        Self { kind, params }
    }

    /// Reads a value.
    pub(crate) fn read(
        self,
        cx: &mut Ctxt,
        field: &str,
        item: Item<'_>,
        want: Want,
    ) -> Option<Value> {
        self.read_written(cx, field, item, want).map(|(v, _)| v)
    }

    /// Reads a value, for checks across macros.
    pub(crate) fn read_written(
        self,
        cx: &mut Ctxt,
        field: &str,
        item: Item<'_>,
        want: Want,
    ) -> Option<(Value, Written)> {
        if let Some(mistake) = not_an_expression(field, item.toks) {
            cx.over(item.toks, item.end, mistake);
            return None;
        }
        let toks = self.interpolate(cx, item)?;
        let text = Text::new(&toks, item.end);
        let known = self.params.known.borrow();
        let params: Vec<(&str, Option<Dim>)> =
            known.iter().map(|p| (p.name.as_str(), p.dim)).collect();
        let checked = match backend::check(&text.text, self.kind, &params) {
            Ok(checked) => checked,
            Err(problems) => {
                for p in problems {
                    let (first, last) = text.locate(p.low, p.high);
                    let word = text.text.get(p.low..p.high).unwrap_or_default();
                    let hint = rust_hint(&p.text, word);
                    cx.between(first, last, p.text + &hint);
                }
                return None;
            }
        };
        let written = Written {
            first: toks.first().map_or(item.end, Tok::first),
            last: toks.last().map_or(item.end, Tok::last),
            text: text.text.clone(),
            what: checked.what,
            dim: checked.dim,
            bare: checked.bare,
            constant: checked.constant,
            elements: None,
        };
        if let Some(mistake) = refuse(field, want, &written, checked.truth) {
            cx.between(written.first, written.last, mistake);
            return None;
        }
        Some((Value::new(checked.canonical), written))
    }

    /// Replaces `#name unit` by `name`, which becomes a parameter.
    fn interpolate(self, cx: &mut Ctxt, item: Item<'_>) -> Option<Vec<Tok>> {
        let mistakes = cx.count();
        let toks = self.interpolate_all(cx, item.toks, item.end);
        (cx.count() == mistakes).then_some(toks)
    }

    fn interpolate_all(self, cx: &mut Ctxt, toks: &[Tok], end: Span) -> Vec<Tok> {
        let mut out = Vec::with_capacity(toks.len());
        let mut i = 0;
        while i < toks.len() {
            if let (true, Some(Tok::Word(name))) = (toks[i].is_punct('#'), toks.get(i + 1)) {
                let n = unit_length(&toks[i + 2..]);
                let unit = match n {
                    0 => known_unit("1"),
                    _ => unit_of(cx, &toks[i + 2..i + 2 + n], end),
                };
                if let Some(unit) = unit {
                    self.params.interpolate(cx, name, &unit);
                }
                out.push(Tok::Word(name.clone()));
                i += 2 + n;
                continue;
            }
            match &toks[i] {
                Tok::Group(tree) => {
                    let mut tree = tree.clone();
                    tree.inner = self.interpolate_all(cx, &tree.inner, tree.close);
                    out.push(Tok::Group(tree));
                }
                other => out.push(other.clone()),
            }
            i += 1;
        }
        out
    }
}

/// How many tokens belong to a unit: it goes on after `*` and `/` only while a unit word follows.
fn unit_length(toks: &[Tok]) -> usize {
    let word =
        |t: Option<&Tok>| matches!(t, Some(Tok::Word(w)) if backend::is_unit_word(&w.to_string()));
    let operator = |t: Option<&Tok>| t.is_some_and(|t| t.is_punct('*') || t.is_punct('/'));
    let mut n = 0;
    if word(toks.first()) {
        n = 1;
    } else if !(toks.first().is_some_and(|t| t.is_punct('/')) && word(toks.get(1))) {
        return 0;
    }
    loop {
        let power = toks.get(n).is_some_and(|t| t.is_punct('^'))
            && matches!(toks.get(n + 1), Some(Tok::Literal(_)));
        let factor = operator(toks.get(n)) && word(toks.get(n + 1));
        if !power && !factor {
            return n;
        }
        n += 2;
    }
}

/// Texts and lists where one value is wanted.
fn not_an_expression(field: &str, toks: &[Tok]) -> Option<String> {
    match toks.first()? {
        Tok::Literal(text) if text.to_string().starts_with('"') => {
            Some("an expression is written without quotes".into())
        }
        Tok::Group(tree) if tree.delimiter == Delimiter::Bracket => {
            let hint = match field {
                "weight" | "delay" => format!("; `{field}s: [..]` goes with `list: [..]`"),
                _ => String::new(),
            };
            Some(format!("`{field}` is one value, not a list{hint}"))
        }
        _ => None,
    }
}

/// How a Rust value is written, where a name is not known.
fn rust_hint(message: &str, word: &str) -> String {
    let unknown = message.starts_with("there is no variable") && !message.contains("did you mean");
    if unknown || message.contains("is a unit and follows a number") {
        format!(
            "\na Rust value is written with its unit, as in `#{word} um`, or `#{word}` for a plain number; a parameter is declared by `param {word} = ..;`"
        )
    } else {
        String::new()
    }
}

/// Why a value will not do.
fn refuse(field: &str, want: Want, written: &Written, truth: bool) -> Option<String> {
    let text = &written.text;
    if want == Want::Truth {
        return (!truth).then(|| {
            format!(
                "`{field}` is a condition, as in `pre.y < 250 um`, but `{text}` is {}",
                written.what
            )
        });
    }
    if truth {
        return Some(format!(
            "`{field}` is a quantity, but `{text}` is a condition"
        ));
    }
    let dim = written.dim?;
    if let Some(unit) = want.unit() {
        return refuse_unit(field, want, unit, written, dim);
    }
    if want == Want::Any {
        return None;
    }
    if dim != Dim::default() {
        return Some(format!(
            "`{field}` is a number without unit, but `{text}` is {}",
            written.what
        ));
    }
    let x = written.in_coherent_units()?;
    match want {
        Want::Position if !(0.0..=1.0).contains(&x) => Some(format!(
            "a position along a section lies between 0 and 1, not {x}"
        )),
        Want::Fraction if !(0.0..=1.0).contains(&x) => {
            Some(format!("`{field}` lies between 0 and 1, not {x}"))
        }
        Want::Count | Want::PositiveCount if x.fract() != 0.0 => {
            Some(format!("`{field}` is a whole number, not {text}"))
        }
        Want::PositiveCount if x < 1.0 => Some(format!("`{field}` is at least 1, not {text}")),
        Want::Count if x < 0.0 => Some(format!("`{field}` cannot be negative, as {text} is")),
        _ => None,
    }
}

fn refuse_unit(
    field: &str,
    want: Want,
    unit: &'static str,
    written: &Written,
    dim: Dim,
) -> Option<String> {
    let text = &written.text;
    let wanted = known_unit(unit).expect("the macros name units of the language");
    if dim != wanted.dim {
        return Some(match written.bare {
            true => format!("`{field}` needs a unit: write `{text} {unit}`"),
            false => format!(
                "`{field}` is {} ({unit}), but `{text}` is {}",
                wanted.what, written.what
            ),
        });
    }
    let x = written.in_coherent_units()?;
    match want {
        Want::Positive(_) if x <= 0.0 => Some(format!("`{field}` must be positive, not `{text}`")),
        Want::Delay if x > LONGEST_DELAY => Some(format!(
            "`{field}` of {text} is longer than any run: is `ms` meant?"
        )),
        Want::Delay if x < 0.0 => Some(format!("`{field}` cannot be negative, as `{text}` is")),
        _ => None,
    }
}
