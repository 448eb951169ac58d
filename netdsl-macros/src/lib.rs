//! The macros of `netdsl`, which re-exports them: see there.
#![forbid(unsafe_code)]

mod backend;
mod cell_rule;
mod cell_tree;
mod conn_rule;
mod contact;
mod ctxt;
mod decl;
mod endpoint;
mod expr;
mod facts;
mod fields;
mod hook;
mod lists;
mod literal;
mod mechanism;
mod network;
mod parameters;
mod params;
mod plasticity;
mod population;
mod section;
mod spikes;
mod stimulus;
mod synapse;
mod tokens;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/population.md")]
#[proc_macro]
pub fn population(input: TokenStream) -> TokenStream {
    population::expand(input.into()).into()
}

#[doc = include_str!("../docs/cell_rule.md")]
#[proc_macro]
pub fn cell_rule(input: TokenStream) -> TokenStream {
    cell_rule::expand(input.into()).into()
}

#[doc = include_str!("../docs/mechanism.md")]
#[proc_macro]
pub fn mechanism(input: TokenStream) -> TokenStream {
    mechanism::expand(input.into()).into()
}

#[doc = include_str!("../docs/synapse.md")]
#[proc_macro]
pub fn synapse(input: TokenStream) -> TokenStream {
    synapse::expand(input.into()).into()
}

#[doc = include_str!("../docs/conn_rule.md")]
#[proc_macro]
pub fn conn_rule(input: TokenStream) -> TokenStream {
    conn_rule::expand(input.into()).into()
}

#[doc = include_str!("../docs/stimulus.md")]
#[proc_macro]
pub fn stimulus(input: TokenStream) -> TokenStream {
    stimulus::expand(input.into()).into()
}

#[doc = include_str!("../docs/network.md")]
#[proc_macro]
pub fn network(input: TokenStream) -> TokenStream {
    network::expand(input.into()).into()
}

/// Types for the mechanisms that come with the simulator.
#[doc(hidden)]
#[proc_macro]
pub fn shipped_mechanisms(_: TokenStream) -> TokenStream {
    mechanism::expand_shipped().into()
}
