//! Parameters of a mechanism: `{ tau1: 0.1 ms, e: 0 mV }`, in `cell_rule!`, `synapse!` and `stimulus!`.

use crate::ctxt::Ctxt;
use crate::decl::{Check, name_text};
use crate::expr::Scope;
use crate::fields::{Field, Fields, at_forgotten_commas, field, items};
use crate::lists;
use crate::tokens::Cursor;
use netdsl_lang::model;
use proc_macro2::TokenStream;
use quote::quote;

/// Which functions check a parameter: of its name, and of its value.
pub(crate) struct Checker {
    pub(crate) name: TokenStream,
    pub(crate) value: TokenStream,
}

impl Checker {
    /// The `n`-th mechanism that `user` names.
    pub(crate) fn mechanism(user: &TokenStream, n: usize) -> Self {
        Self {
            name: quote!(parameter::<#user, #n>),
            value: quote!(parameter_value::<#user, #n>),
        }
    }

    /// The mechanism of the synapse `user`.
    pub(crate) fn synapse(user: &TokenStream) -> Self {
        Self {
            name: quote!(synapse_parameter::<#user>),
            value: quote!(synapse_parameter_value::<#user>),
        }
    }
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
    let all: Vec<_> = items(body)
        .into_iter()
        .flat_map(|item| at_forgotten_commas(cx, item))
        .collect();
    for item in all {
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
    let Checker { name, value } = checker;
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
