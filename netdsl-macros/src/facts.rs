//! Facts of a mechanism, from its program, as Rust constants.

use crate::expr::{known_unit, unit_of_mod_file};
use crate::literal::number;
use netdsl_lang::mech::{Kind, Program, Role, Variable};
use proc_macro2::TokenStream;
use quote::quote;

/// The associated constants `KIND`, `VARIABLES` and `WEIGHTS` of `Mechanism`.
pub(crate) fn constants(program: &Program) -> TokenStream {
    let kind = match (program.kind, &program.net_receive) {
        (Kind::Density, _) => quote!(Density),
        (Kind::Point, Some(_)) => quote!(Synapse),
        (Kind::Point, None) => quote!(Clamp),
        (Kind::Artificial, _) => quote!(Artificial),
    };
    let mut variables: Vec<TokenStream> = program
        .variables
        .iter()
        .filter_map(|v| Some(variable(v, kind_of(v)?)))
        .collect();
    if program.name == "NetStim" {
        variables.push(rate());
    }
    let mut weights: Vec<(u32, &Variable)> = program
        .variables
        .iter()
        .filter_map(|v| match v.role {
            Role::Weight(k) => Some((k, v)),
            _ => None,
        })
        .collect();
    weights.sort_by_key(|(k, _)| *k);
    let weights = weights
        .into_iter()
        .map(|(_, v)| variable(v, quote!(Parameter)));
    let waits = program.waits_for_events();
    quote! {
        const WAITS_FOR_EVENTS: ::core::primitive::bool = #waits;
        const KIND: ::netdsl::__private::MechanismKind = ::netdsl::__private::MechanismKind::#kind;
        const VARIABLES: &'static [::netdsl::__private::VariableFact] = &[#(#variables),*];
        const WEIGHTS: &'static [::netdsl::__private::VariableFact] = &[#(#weights),*];
    }
}

fn kind_of(variable: &Variable) -> Option<TokenStream> {
    match variable.role {
        Role::Parameter => Some(quote!(Parameter)),
        Role::Global(_) => Some(quote!(Global)),
        Role::State | Role::Assigned | Role::Transient | Role::Derived => Some(quote!(Computed)),
        Role::Pointer => Some(quote!(Pointer)),
        _ => None,
    }
}

fn variable(variable: &Variable, kind: TokenStream) -> TokenStream {
    let Variable {
        name,
        unit,
        limits,
        length,
        ..
    } = variable;
    let limits = match limits {
        Some((low, high)) => {
            let text = format!("{} and {} {unit}", short(*low), short(*high));
            let (low, high, text) = (number(*low), number(*high), text.trim_end());
            quote!(::core::option::Option::Some((#low, #high, #text)))
        }
        None => quote!(::core::option::Option::None),
    };
    let unit = match unit_of_mod_file(unit) {
        Some(unit) => quote!(::core::option::Option::Some(#unit)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        ::netdsl::__private::VariableFact {
            name: #name,
            kind: ::netdsl::__private::VariableKind::#kind,
            unit: #unit,
            limits: #limits,
            length: #length,
        }
    }
}

/// A number for people: `1e9`, not ten digits.
fn short(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 || (1e-3..1e6).contains(&size) {
        x.to_string()
    } else {
        format!("{x:e}")
    }
}

/// A NetStim takes a rate in place of an interval.
fn rate() -> TokenStream {
    let unit = known_unit("Hz").expect("Hz is a unit");
    quote! {
        ::netdsl::__private::VariableFact {
            name: "rate",
            kind: ::netdsl::__private::VariableKind::Parameter,
            unit: ::core::option::Option::Some(#unit),
            limits: ::core::option::Option::None,
            length: 1,
        }
    }
}
