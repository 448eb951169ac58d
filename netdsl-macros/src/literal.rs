//! Numbers as Rust literals.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// A number, without ever making a negative literal, which editors misread.
pub(crate) fn number(x: f64) -> TokenStream {
    if x.is_nan() {
        return quote!(::core::primitive::f64::NAN);
    }
    if x.is_infinite() {
        let infinity = quote!(::core::primitive::f64::INFINITY);
        return if x < 0.0 {
            quote!(-#infinity)
        } else {
            infinity
        };
    }
    let literal = Literal::f64_suffixed(x.abs());
    if x.is_sign_negative() {
        quote!(-#literal)
    } else {
        quote!(#literal)
    }
}

/// A whole number, likewise.
pub(crate) fn integer(n: i32) -> TokenStream {
    let literal = Literal::u32_unsuffixed(n.unsigned_abs());
    if n < 0 {
        quote!(-#literal)
    } else {
        quote!(#literal)
    }
}
