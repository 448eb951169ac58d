//! The populations that rules and stimuli name: `E`, `E[0, 3]`, `E[0..10]`, `(handle)`.

use crate::ctxt::Ctxt;
use crate::decl::parenthesised;
use crate::tokens::{Cursor, Tok, code_inside, first_span};
use proc_macro2::{Delimiter, Span, TokenStream};
use quote::quote;

/// A population, or some of its cells.
pub(crate) struct Endpoint<'a> {
    pub(crate) who: Who<'a>,
    /// Indices of the chosen cells; all if absent.
    pub(crate) cells: Option<Vec<u32>>,
}

/// How a population is named.
#[derive(Clone, Copy)]
pub(crate) enum Who<'a> {
    /// By its path.
    Path(&'a [Tok]),
    /// By a `PopHandle`: Rust code in parentheses.
    Handle(&'a Tok),
}

impl<'a> Endpoint<'a> {
    /// Reads a population; `role` is its part in the declaration.
    pub(crate) fn read(
        cx: &mut Ctxt,
        cursor: &mut Cursor<'a>,
        role: &str,
        example: &str,
    ) -> Option<Self> {
        let here = cursor.here();
        let handle = cursor
            .peek()
            .filter(|t| t.group(Delimiter::Parenthesis).is_some());
        let who = match handle {
            Some(tok) => {
                cursor.next();
                Who::Handle(tok)
            }
            None => {
                let path = cursor.path();
                if path.is_empty() {
                    cx.at(
                        here,
                        format!("expected the {role} population, as in `{example}`"),
                    );
                    return None;
                }
                Who::Path(path)
            }
        };
        let cells = match cursor.peek().and_then(|t| t.group(Delimiter::Bracket)) {
            Some(tree) => {
                cursor.next();
                indices(cx, Cursor::of_tree(tree))
            }
            None => None,
        };
        Some(Self { who, cells })
    }

    /// An expression of type `PopHandle`; `user` names the population as its `n`-th.
    pub(crate) fn handle(&self, user: &TokenStream, n: usize) -> TokenStream {
        match self.who {
            Who::Path(_) => quote!(::netdsl::__private::handle_of::<#user, #n>()),
            Who::Handle(tok) => {
                let code = code_inside(std::slice::from_ref(tok));
                let span = first_span(std::slice::from_ref(tok)).unwrap_or_else(Span::call_site);
                let function = parenthesised(quote!(::netdsl::__private::handle), span);
                let argument = parenthesised(code, tok.last());
                quote!(#function #argument)
            }
        }
    }

    pub(crate) fn path(&self) -> Option<&'a [Tok]> {
        match self.who {
            Who::Path(path) => Some(path),
            Who::Handle(_) => None,
        }
    }
}

/// `0, 3` or `0..10`, or both.
fn indices(cx: &mut Ctxt, cursor: Cursor<'_>) -> Option<Vec<u32>> {
    let mut found = Vec::new();
    for item in crate::fields::items(cursor) {
        let number = |toks: &[Tok]| match toks {
            [Tok::Literal(l)] => l.to_string().replace('_', "").parse::<u32>().ok(),
            _ => None,
        };
        let dots = item
            .toks
            .windows(2)
            .position(|w| w[0].is_punct('.') && w[1].is_punct('.'));
        let range = match dots {
            None => number(item.toks).map(|n| n..n + 1),
            Some(at) => match (number(&item.toks[..at]), number(&item.toks[at + 2..])) {
                (Some(low), Some(high)) if low < high => Some(low..high),
                _ => None,
            },
        };
        match range {
            Some(range) => found.extend(range),
            None => {
                let text = wrong_index(
                    item.toks,
                    dots.map(|at| (number(&item.toks[..at]), number(&item.toks[at + 2..]))),
                );
                cx.over(item.toks, item.end, text);
                return None;
            }
        }
        if let Some(twice) = repeated(&found) {
            cx.over(item.toks, item.end, format!("cell {twice} is listed twice"));
            return None;
        }
    }
    if found.is_empty() {
        cx.at(
            cursor.end(),
            "no cell is chosen: write `E[0]` or leave the brackets out",
        );
    }
    Some(found)
}

/// Why a choice of cells cannot be read; `range` holds its ends.
fn wrong_index(toks: &[Tok], range: Option<(Option<u32>, Option<u32>)>) -> String {
    if let Some((Some(low), Some(high))) = range {
        return match low == high {
            true => format!("the range {low}..{high} is empty: it goes to the cell before {high}"),
            false => format!("the range {low}..{high} ends before it begins"),
        };
    }
    let negative = |t: &Tok| t.is_punct('-');
    let why = match toks.iter().any(negative) {
        true => "an index is not negative; ",
        false => "",
    };
    format!("{why}cells are chosen by index: `E[0]`, `E[0, 3]` or `E[0..10]` (without the last)")
}

/// A number that occurs more than once; the last ones are new.
fn repeated(numbers: &[u32]) -> Option<u32> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).find(|w| w[0] == w[1]).map(|w| w[0])
}
