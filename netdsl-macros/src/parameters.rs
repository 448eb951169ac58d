//! Parameters of a mechanism: `{ tau1: 0.1 ms, e: 0 mV }`, in `cell_rule!`, `synapse!` and `stimulus!`.

use crate::ctxt::Ctxt;
use crate::decl::{Check, name_text};
use crate::expr::Scope;
use crate::fields::{Field, Fields, Item, at_forgotten_commas, field, items};
use crate::lists;
use crate::tokens::{Cursor, to_stream};
use netdsl_lang::model;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// Which functions check a parameter: of its name, and of its value.
pub(crate) struct Checker {
    pub(crate) name: TokenStream,
    pub(crate) value: TokenStream,
    /// Of the name of a POINTER, where one can be connected.
    pub(crate) pointer: Option<TokenStream>,
}

impl Checker {
    /// The `n`-th mechanism that `user` names.
    pub(crate) fn mechanism(user: &TokenStream, n: usize) -> Self {
        Self {
            name: quote!(parameter::<#user, #n>),
            value: quote!(parameter_value::<#user, #n>),
            pointer: Some(quote!(pointer::<#user, #n>)),
        }
    }

    /// The mechanism of the synapse `user`.
    pub(crate) fn synapse(user: &TokenStream) -> Self {
        Self {
            name: quote!(synapse_parameter::<#user>),
            value: quote!(synapse_parameter_value::<#user>),
            pointer: None,
        }
    }
}

/// Parameters, and what POINTERs stand for.
pub(crate) type WithPointers = (model::Parameters, model::Table<model::CellVariable>);

/// Reads a body of parameters, and of POINTERs as in `ptr -> dend(0.5).cai`.
pub(crate) fn read_with_pointers(
    cx: &mut Ctxt,
    body: Cursor<'_>,
    scope: Scope<'_>,
    checker: &Checker,
    checks: &mut Vec<Check>,
) -> WithPointers {
    let mut parameters = model::Parameters::default();
    let mut pointers = model::Table::default();
    let mut fields = Fields::new();
    for item in split(cx, body) {
        let mut cursor = item.cursor();
        let name = cursor.word();
        if let Some(name) = name
            && cursor.eat_arrow()
        {
            let text = name_text(name);
            if let Some(function) = checker.pointer.clone() {
                checks.push(Check::at(name.span(), function, quote!(#text)));
            }
            pointer(cx, name, cursor, &mut pointers);
            continue;
        }
        let Some(found) = field(cx, item) else {
            continue;
        };
        if fields.add(cx, found) {
            one(cx, found, scope, checker, checks, &mut parameters);
        }
    }
    (parameters, pointers)
}

fn pointer(
    cx: &mut Ctxt,
    name: &Ident,
    target: Cursor<'_>,
    pointers: &mut model::Table<model::CellVariable>,
) {
    let key = name_text(name);
    if pointers.get(&key).is_some() {
        cx.at(name.span(), format!("`{key}` is given twice"));
        return;
    }
    let text = to_stream(target.rest()).to_string();
    match text.parse::<model::CellVariable>() {
        Ok(variable) => pointers.push(key, variable),
        Err(_) => {
            let text = format!(
                "expected a variable of the cell, as in `{key} -> dend(0.5).cai`, `{key} -> soma.stim.i` or `{key} -> v`"
            );
            cx.over(target.rest(), target.end(), text);
        }
    }
}

/// The items of a body, also where a comma was forgotten, which is told.
fn split<'a>(cx: &mut Ctxt, body: Cursor<'a>) -> Vec<Item<'a>> {
    let items = items(body).into_iter();
    items
        .flat_map(|item| at_forgotten_commas(cx, item))
        .collect()
}

/// Reads a body whose fields are all parameters.
pub(crate) fn read(
    cx: &mut Ctxt,
    body: Cursor<'_>,
    scope: Scope<'_>,
    checker: &Checker,
    checks: &mut Vec<Check>,
) -> model::Parameters {
    let mut parameters = model::Parameters::default();
    let mut fields = Fields::new();
    for item in split(cx, body) {
        let mut cursor = item.cursor();
        if let Some(name) = cursor.word()
            && cursor.eat_arrow()
        {
            let text = format!(
                "the POINTER `{name}` is connected here, which `cell_rule!` alone can do, with a variable of the same \
                 cell; variables of other cells cannot be pointed to"
            );
            cx.over(item.toks, item.end, text);
            continue;
        }
        let Some(found) = field(cx, item) else {
            continue;
        };
        if fields.add(cx, found) {
            one(cx, found, scope, checker, checks, &mut parameters);
        }
    }
    parameters
}

/// Reads one parameter, and has it checked against the mechanism.
pub(crate) fn one(
    cx: &mut Ctxt,
    found: Field<'_>,
    scope: Scope<'_>,
    checker: &Checker,
    checks: &mut Vec<Check>,
    parameters: &mut model::Parameters,
) {
    let key = name_text(found.key);
    let Checker { name, value, .. } = checker;
    checks.push(Check::at(found.key.span(), name.clone(), quote!(#key)));
    if let Some((setting, written)) = lists::setting(cx, scope, &key, found.value) {
        checks.push(Check {
            first: written.first,
            last: written.last,
            function: value.clone(),
            arguments: quote!(#key, #written),
        });
        parameters.push(key, setting);
    }
}
