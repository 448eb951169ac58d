//! What all declarations have in common: comments, visibility, a name; and the Rust they become.

use crate::ctxt::Ctxt;
use crate::tokens::{Cursor, Tok, to_stream};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// `/// comment  pub Name`.
pub(crate) struct Head {
    /// `#[doc = ".."]`s.
    pub(crate) docs: TokenStream,
    pub(crate) visibility: TokenStream,
    pub(crate) name: Option<Ident>,
}

/// Reads comments; other attributes are refused.
pub(crate) fn docs(cx: &mut Ctxt, cursor: &mut Cursor<'_>) -> TokenStream {
    let mut docs = TokenStream::new();
    while let (Some(hash), Some(Tok::Group(tree))) = (cursor.peek(), cursor.peek_at(1)) {
        if !hash.is_punct('#') || tree.delimiter != Delimiter::Bracket {
            break;
        }
        let attribute = cursor.take(2);
        if tree.inner.first().is_some_and(|t| t.is_word("doc")) {
            docs.extend(to_stream(attribute));
        } else {
            cx.over(
                attribute,
                tree.close,
                "only `///` comments may stand here, no other attributes",
            );
        }
    }
    docs
}

/// Reads comments, visibility and name. A missing name is reported.
pub(crate) fn head(cx: &mut Ctxt, cursor: &mut Cursor<'_>, what: &str, example: &str) -> Head {
    let docs = docs(cx, cursor);
    let visibility = visibility(cursor);
    let here = cursor.here();
    let name = match cursor.word() {
        Some(word) => usable(cx, word),
        None => {
            cx.at(
                here,
                format!("expected the name of {what}, as in `{example}`"),
            );
            None
        }
    };
    Head {
        docs,
        visibility,
        name,
    }
}

/// `pub`, `pub(crate)`, or nothing.
pub(crate) fn visibility(cursor: &mut Cursor<'_>) -> TokenStream {
    let mut n = 0;
    if cursor.peek().is_some_and(|t| t.is_word("pub")) {
        n = 1;
        if cursor
            .peek_at(1)
            .is_some_and(|t| t.group(Delimiter::Parenthesis).is_some())
        {
            n = 2;
        }
    }
    to_stream(cursor.take(n))
}

/// Rust's keywords cannot name things.
pub(crate) fn usable(cx: &mut Ctxt, word: &Ident) -> Option<Ident> {
    if is_keyword(&word.to_string()) {
        cx.at(
            word.span(),
            format!("`{word}` is a word of Rust and cannot be a name here"),
        );
        return None;
    }
    Some(word.clone())
}

fn is_keyword(word: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum",
        "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod",
        "move", "mut", "pub", "ref", "return", "Self", "self", "static", "struct", "super",
        "trait", "true", "type", "unsafe", "use", "where", "while", "abstract", "become", "box",
        "do", "final", "macro", "override", "priv", "try", "typeof", "unsized", "virtual", "yield",
        "_",
    ];
    KEYWORDS.contains(&word)
}

/// How the named thing exists in Rust.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `struct E;`: a type and a value, for what is used as a value (`E.cell(0)`).
    Value,
    /// `enum Exc {}`: a type alone, so that the name stays free for values and patterns.
    Type,
}

/// The Rust type of a declaration, without implementations.
pub(crate) fn type_item(head: &Head, name: &Ident, shape: Shape, doc: &str) -> TokenStream {
    let Head {
        docs, visibility, ..
    } = head;
    let doc = if docs.is_empty() {
        quote!(#[doc = #doc])
    } else {
        docs.clone()
    };
    let span = name.span();
    let (derives, item) = match shape {
        Shape::Value => (
            quote!(#[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]),
            quote_spanned!(span=> struct #name;),
        ),
        Shape::Type => (quote!(), quote_spanned!(span=> enum #name {})),
    };
    quote! {
        #doc
        #[allow(non_camel_case_types, dead_code, clippy::upper_case_acronyms, clippy::empty_enums)]
        #derives
        #visibility #item
    }
}

/// `concat!(module_path!(), "::", "E")`.
pub(crate) fn path_of(name: &Ident) -> TokenStream {
    let name = name_text(name);
    quote!(::core::concat!(::core::module_path!(), "::", #name))
}

/// A name as it is called in the model: without `r#`.
pub(crate) fn name_text(name: &Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// A check across macros: a call that rustc evaluates, and the tokens that its message points at.
pub(crate) struct Check {
    pub(crate) first: Span,
    pub(crate) last: Span,
    /// The function, in `::netdsl::__private`, with its generic arguments.
    pub(crate) function: TokenStream,
    pub(crate) arguments: TokenStream,
}

impl Check {
    pub(crate) fn at(span: Span, function: TokenStream, arguments: TokenStream) -> Self {
        Self {
            first: span,
            last: span,
            function,
            arguments,
        }
    }

    /// An item. Only the two pairs of parentheses carry the user's spans, so that the caret is right and editors do not
    /// take our names for the user's.
    pub(crate) fn item(&self) -> TokenStream {
        let Check {
            function,
            arguments,
            ..
        } = self;
        let callee = parenthesised(quote!(::netdsl::__private::require), self.first);
        let call = parenthesised(
            quote!(::netdsl::__private::#function(#arguments)),
            self.last,
        );
        quote!(const _: () = #callee #call;)
    }
}

/// `inner` in parentheses that carry a span of the user's.
pub(crate) fn parenthesised(inner: TokenStream, span: Span) -> TokenStream {
    let mut group = Group::new(Delimiter::Parenthesis, inner);
    group.set_span(span);
    TokenTree::from(group).into()
}

/// The checks as items.
pub(crate) fn check_items(checks: &[Check]) -> TokenStream {
    checks.iter().map(Check::item).collect()
}

/// A model value as JSON text, to be read back when the network is assembled: the expansion stays small, and follows the
/// model's types by itself.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("the model's data has only text keys")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::read;

    fn read_head(text: &str) -> (Head, Vec<String>) {
        let toks = read(text.parse::<TokenStream>().expect("lexes"));
        let mut cx = Ctxt::new();
        let mut cursor = Cursor::new(&toks, Span::call_site());
        let head = head(
            &mut cx,
            &mut cursor,
            "a population",
            "pub E: Cell { cells: 1 }",
        );
        let texts = cx.into_mistakes().into_iter().map(|m| m.text).collect();
        (head, texts)
    }

    #[test]
    fn heads() {
        let (head, mistakes) = read_head("/// Cells of layer 5.\n pub(crate) E: Cell");
        assert!(mistakes.is_empty());
        assert!(head.docs.to_string().contains("layer 5"));
        assert_eq!(head.visibility.to_string(), "pub (crate)");
        assert_eq!(head.name.expect("has a name").to_string(), "E");
    }

    #[test]
    fn bad_heads() {
        let (_, mistakes) = read_head("#[inline] pub { }");
        assert_eq!(mistakes.len(), 2);
        let (_, mistakes) = read_head("pub type: Cell");
        assert_eq!(
            mistakes,
            ["`type` is a word of Rust and cannot be a name here"]
        );
    }
}
