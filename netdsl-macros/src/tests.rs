//! Expansions in this process: which mistakes are told, at which words, and what becomes of a declaration.

mod cells;
mod networks;
mod populations;
mod rules;
mod stimuli;

use proc_macro2::{Span, TokenStream, TokenTree};

/// (underlined text, message) of every mistake, in order.
fn mistakes(expand: fn(TokenStream) -> TokenStream, source: &str) -> Vec<(String, String)> {
    let stream: TokenStream = source.parse().expect("the source lexes");
    let mut found = Vec::new();
    collect(expand(stream), source, &mut found);
    found
}

/// Finds every `compile_error! { "message" }`.
fn collect(stream: TokenStream, source: &str, found: &mut Vec<(String, String)>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    for (i, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(word) if word == "compile_error" => {
                let Some(TokenTree::Group(group)) = trees.get(i + 2) else {
                    panic!("compile_error! has an argument");
                };
                let text: syn::LitStr = syn::parse2(group.stream()).expect("a text");
                found.push((slice(source, word.span(), group.span()), text.value()));
            }
            TokenTree::Group(group) => collect(group.stream(), source, found),
            _ => {}
        }
    }
}

/// The source from one span to another.
fn slice(source: &str, first: Span, last: Span) -> String {
    let offset = |line: usize, column: usize| {
        let before: usize = source
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let line = &source[before..];
        before
            + line
                .char_indices()
                .nth(column)
                .map_or(line.len(), |(i, _)| i)
    };
    let (a, b) = (first.start(), last.end());
    source[offset(a.line, a.column)..offset(b.line, b.column)].to_owned()
}

/// One mistake, at these words, that says this.
#[track_caller]
fn one(expand: fn(TokenStream) -> TokenStream, source: &str, at: &str, says: &str) {
    let found = mistakes(expand, source);
    let texts: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(found.len(), 1, "in `{source}`: {texts:#?}");
    assert_eq!(found[0].0, at, "{}", found[0].1);
    assert!(
        found[0].1.contains(says),
        "{} does not say {says}",
        found[0].1
    );
}

/// No mistake; the expansion is Rust. Returns it as text, without spaces.
#[track_caller]
fn fine(expand: fn(TokenStream) -> TokenStream, source: &str) -> String {
    let found = mistakes(expand, source);
    assert!(found.is_empty(), "in `{source}`: {found:#?}");
    let code = expand(source.parse().expect("the source lexes"));
    // lists of items and blocks are both items inside a function
    let inside = quote::quote!(fn f() { #code });
    syn::parse2::<syn::ItemFn>(inside).expect("the expansion is Rust");
    code.to_string().replace(' ', "")
}

/// The JSON that an expansion holds.
fn model(code: &str) -> String {
    let start = code.find("\"{").expect("there is JSON");
    let end = code[start..].find("}\"").expect("it ends") + start;
    code[start + 1..=end].replace("\\\"", "\"")
}
