//! Collects a macro's mistakes; they become `compile_error!`s at the user's words, all together.

use crate::tokens::Tok;
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::thread;

/// A mistake: where it begins, where it ends, and what to say.
pub(crate) struct Mistake {
    pub(crate) first: Span,
    pub(crate) last: Span,
    pub(crate) text: String,
}

/// The mistakes found so far. Dropping it unread is a bug, and panics.
#[must_use]
pub(crate) struct Ctxt {
    mistakes: Option<Vec<Mistake>>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self {
            mistakes: Some(Vec::new()),
        }
    }

    /// A mistake from one span to another.
    pub(crate) fn between(&mut self, first: Span, last: Span, text: impl Into<String>) {
        let text = text.into();
        self.mistakes
            .as_mut()
            .expect("the context is read once, at the end")
            .push(Mistake { first, last, text });
    }

    /// A mistake at one token.
    pub(crate) fn at(&mut self, span: Span, text: impl Into<String>) {
        self.between(span, span, text);
    }

    /// A mistake over some tokens, or at `end` if there are none.
    pub(crate) fn over(&mut self, toks: &[Tok], end: Span, text: impl Into<String>) {
        match (toks.first(), toks.last()) {
            (Some(a), Some(b)) => self.between(a.first(), b.last(), text),
            _ => self.at(end, text),
        }
    }

    /// Number of mistakes so far, to find out whether a part was read well.
    pub(crate) fn count(&self) -> usize {
        self.mistakes.as_ref().map_or(0, Vec::len)
    }

    /// The mistakes, in the order of their finding.
    pub(crate) fn into_mistakes(mut self) -> Vec<Mistake> {
        self.mistakes.take().unwrap_or_default()
    }

    /// The first mistake alone, as what may stand for an item and for a value alike.
    pub(crate) fn first_error(&self) -> TokenStream {
        let first = self.mistakes.iter().flatten().next();
        first.into_iter().flat_map(compile_error).collect()
    }

    /// The mistakes as items. They stand inside a constant: in a module with failed macros of its own, rustc keeps silent
    /// about names that it cannot find.
    pub(crate) fn into_errors(self) -> TokenStream {
        let errors: TokenStream = self
            .into_mistakes()
            .iter()
            .flat_map(compile_error)
            .collect();
        if errors.is_empty() {
            return errors;
        }
        quote::quote!(const _: () = { #errors };)
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        if self.mistakes.is_some() && !thread::panicking() {
            panic!("a macro forgot to report its mistakes");
        }
    }
}

/// `::core::compile_error! { "text" }`: rustc underlines from the span of the path to that of the group.
fn compile_error(mistake: &Mistake) -> Vec<TokenTree> {
    let mut out = Vec::with_capacity(8);
    for word in ["core", "compile_error"] {
        for spacing in [Spacing::Joint, Spacing::Alone] {
            out.push(spanned(Punct::new(':', spacing), mistake.first));
        }
        out.push(Ident::new(word, mistake.first).into());
    }
    out.push(spanned(Punct::new('!', Spacing::Alone), mistake.first));
    let mut text = Literal::string(&mistake.text);
    text.set_span(mistake.last);
    let mut group = Group::new(Delimiter::Brace, TokenTree::from(text).into());
    group.set_span(mistake.last);
    out.push(group.into());
    out
}

fn spanned(mut punct: Punct, span: Span) -> TokenTree {
    punct.set_span(span);
    punct.into()
}

/// A list of names for a message: `` `a`, `b` ``.
pub(crate) fn quoted<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let names: Vec<String> = names
        .into_iter()
        .map(|n| format!("`{}`", n.as_ref()))
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_become_errors_in_order() {
        let mut ctxt = Ctxt::new();
        ctxt.at(Span::call_site(), "first");
        ctxt.at(Span::call_site(), "second \"quoted\"");
        assert_eq!(ctxt.count(), 2);
        let text = ctxt.into_errors().to_string();
        assert!(text.find("first").expect("there") < text.find("second").expect("there"));
        assert!(text.contains("compile_error"));
    }

    #[test]
    #[should_panic(expected = "forgot")]
    fn dropping_unread_mistakes_panics() {
        let mut ctxt = Ctxt::new();
        ctxt.at(Span::call_site(), "lost");
    }
}
