//! A Rust function in place of C: what calls it with numbers.

use netdsl_lang::mech::{Hook, HookArgument};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// An argument as the user's function sees it.
struct Passed<'a> {
    argument: &'a HookArgument,
    local: Ident,
    /// Where it is among the numbers.
    at: usize,
}

impl Passed<'_> {
    fn length(&self) -> usize {
        self.argument.length.unwrap_or(1) as usize
    }

    /// `let x = numbers[3];`
    fn binding(&self) -> TokenStream {
        let (local, at, n) = (&self.local, self.at, self.length());
        let mutable = self.argument.changes.then(|| quote!(mut));
        match self.argument.length {
            None => quote!(let #mutable #local = __netdsl_values[#at];),
            Some(_) => quote! {
                let #mutable #local: [f64; #n] = ::core::array::from_fn(|k| __netdsl_values[#at + k]);
            },
        }
    }

    fn ty(&self) -> TokenStream {
        let n = self.length();
        match (self.argument.changes, self.argument.length) {
            (false, None) => quote!(f64),
            (true, None) => quote!(&mut f64),
            (false, Some(_)) => quote!(&[f64; #n]),
            (true, Some(_)) => quote!(&mut [f64; #n]),
        }
    }

    fn value(&self) -> TokenStream {
        let local = &self.local;
        match (self.argument.changes, self.argument.length) {
            (false, None) => quote!(#local),
            (true, _) => quote!(&mut #local),
            (false, Some(_)) => quote!(&#local),
        }
    }

    /// Stores what the function may have changed.
    fn back(&self) -> TokenStream {
        let (local, at, end) = (&self.local, self.at, self.at + self.length());
        match (self.argument.changes, self.argument.length) {
            (false, _) => quote!(),
            (true, None) => quote!(__netdsl_values[#at] = #local;),
            (true, Some(_)) => quote!(__netdsl_values[#at..#end].copy_from_slice(&#local);),
        }
    }
}

/// The name of a hook, and a function of numbers that calls `function`, whose type the file decides.
pub(crate) fn code(hook: &Hook, function: &TokenStream) -> TokenStream {
    let mut at = usize::from(hook.result);
    let mut passed = Vec::new();
    for (k, argument) in hook.arguments.iter().enumerate() {
        let local = format_ident!("__netdsl_{k}");
        let one = Passed {
            argument,
            local,
            at,
        };
        at += one.length();
        passed.push(one);
    }
    let name = &hook.name;
    let bindings = passed.iter().map(Passed::binding);
    let types = passed.iter().map(Passed::ty);
    let values = passed.iter().map(Passed::value);
    let back = passed.iter().map(Passed::back);
    let (result, set) = if hook.result {
        (quote!(-> f64), quote!(__netdsl_values[0] =))
    } else {
        (quote!(), quote!())
    };
    quote! {
        (#name, {
            const __NETDSL_FUNCTION: fn(&mut dyn ::netdsl::Draws, #(#types),*) #result = #function;
            fn __netdsl_call(
                __netdsl_draws: &mut dyn ::netdsl::Draws,
                __netdsl_values: &mut [f64],
            ) {
                #(#bindings)*
                #set __NETDSL_FUNCTION(__netdsl_draws, #(#values),*);
                #(#back)*
            }
            __netdsl_call as ::netdsl::__private::lang::mech::abi::HookFunction
        })
    }
}
