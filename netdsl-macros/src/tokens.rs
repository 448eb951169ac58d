//! Rust tokens as our grammar sees them: a tree without `None` groups, and slices of it as text with a table of spans.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

/// A token or a group of tokens.
#[derive(Clone)]
pub(crate) enum Tok {
    Word(Ident),
    Punct(Punct),
    Literal(Literal),
    Group(Tree),
}

/// A delimited group.
#[derive(Clone)]
pub(crate) struct Tree {
    pub(crate) delimiter: Delimiter,
    pub(crate) inner: Vec<Tok>,
    /// The tokens as they came, for values that are Rust code.
    pub(crate) open: Span,
    pub(crate) close: Span,
    pub(crate) whole: Group,
}

impl Tok {
    /// Where the token begins.
    pub(crate) fn first(&self) -> Span {
        match self {
            Tok::Word(t) => t.span(),
            Tok::Punct(t) => t.span(),
            Tok::Literal(t) => t.span(),
            Tok::Group(t) => t.open,
        }
    }

    /// Where the token ends.
    pub(crate) fn last(&self) -> Span {
        match self {
            Tok::Group(t) => t.close,
            other => other.first(),
        }
    }

    pub(crate) fn is_punct(&self, c: char) -> bool {
        matches!(self, Tok::Punct(p) if p.as_char() == c)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Tok::Word(w) if w == word)
    }

    pub(crate) fn brace(&self) -> Option<&Tree> {
        self.group(Delimiter::Brace)
    }

    pub(crate) fn group(&self, delimiter: Delimiter) -> Option<&Tree> {
        match self {
            Tok::Group(t) if t.delimiter == delimiter => Some(t),
            _ => None,
        }
    }

    /// The token as rustc gave it.
    pub(crate) fn to_tree(&self) -> TokenTree {
        match self {
            Tok::Word(t) => t.clone().into(),
            Tok::Punct(t) => t.clone().into(),
            Tok::Literal(t) => t.clone().into(),
            Tok::Group(t) => t.whole.clone().into(),
        }
    }
}

/// The tokens as Rust code again.
pub(crate) fn to_stream(toks: &[Tok]) -> TokenStream {
    toks.iter().map(Tok::to_tree).collect()
}

/// Rust code that stands in parentheses, without them: where it becomes an argument, rustc would call them unnecessary.
pub(crate) fn code_inside(toks: &[Tok]) -> TokenStream {
    match toks {
        [Tok::Group(tree)] if tree.delimiter == Delimiter::Parenthesis => tree.whole.stream(),
        other => to_stream(other),
    }
}

/// Reads a macro's input. Fragments of a user's `macro_rules!` (`None` groups) are opened: names and numbers plainly,
/// compound expressions as if they stood in parentheses.
pub(crate) fn read(stream: TokenStream) -> Vec<Tok> {
    let mut out = Vec::new();
    for tree in stream {
        match tree {
            TokenTree::Ident(t) => out.push(Tok::Word(t)),
            TokenTree::Punct(t) => out.push(Tok::Punct(t)),
            TokenTree::Literal(t) => out.push(Tok::Literal(t)),
            TokenTree::Group(g) => read_group(g, &mut out),
        }
    }
    out
}

fn read_group(group: Group, out: &mut Vec<Tok>) {
    let inner = read(group.stream());
    if group.delimiter() != Delimiter::None {
        out.push(Tok::Group(Tree {
            delimiter: group.delimiter(),
            inner,
            open: group.span_open(),
            close: group.span_close(),
            whole: group,
        }));
    } else if is_compound(&inner) {
        let mut whole = Group::new(Delimiter::Parenthesis, group.stream());
        whole.set_span(group.span());
        out.push(Tok::Group(Tree {
            delimiter: Delimiter::Parenthesis,
            open: first_span(&inner).unwrap_or_else(|| group.span()),
            close: last_span(&inner).unwrap_or_else(|| group.span()),
            inner,
            whole,
        }));
    } else {
        out.extend(inner);
    }
}

/// An operator after the first token, other than those of a path.
fn is_compound(toks: &[Tok]) -> bool {
    toks.iter()
        .skip(1)
        .any(|t| matches!(t, Tok::Punct(p) if "+-*/^%&|=".contains(p.as_char())))
}

pub(crate) fn first_span(toks: &[Tok]) -> Option<Span> {
    toks.first().map(Tok::first)
}

pub(crate) fn last_span(toks: &[Tok]) -> Option<Span> {
    toks.last().map(Tok::last)
}

/// Walks over a slice of tokens; knows where the slice ends, for "expected .. here" at the end of input.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    toks: &'a [Tok],
    end: Span,
}

impl<'a> Cursor<'a> {
    /// `end`: the closing delimiter, or the last token.
    pub(crate) fn new(toks: &'a [Tok], end: Span) -> Self {
        Self { toks, end }
    }

    pub(crate) fn of_tree(tree: &'a Tree) -> Self {
        Self::new(&tree.inner, tree.close)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.toks.is_empty()
    }

    pub(crate) fn rest(&self) -> &'a [Tok] {
        self.toks
    }

    pub(crate) fn end(&self) -> Span {
        self.end
    }

    /// The span of the next token, or of the end.
    pub(crate) fn here(&self) -> Span {
        first_span(self.toks).unwrap_or(self.end)
    }

    pub(crate) fn peek(&self) -> Option<&'a Tok> {
        self.toks.first()
    }

    pub(crate) fn peek_at(&self, n: usize) -> Option<&'a Tok> {
        self.toks.get(n)
    }

    pub(crate) fn next(&mut self) -> Option<&'a Tok> {
        let (first, rest) = self.toks.split_first()?;
        self.toks = rest;
        Some(first)
    }

    /// Takes the first `n` tokens.
    pub(crate) fn take(&mut self, n: usize) -> &'a [Tok] {
        let (head, rest) = self.toks.split_at(n.min(self.toks.len()));
        self.toks = rest;
        head
    }

    pub(crate) fn eat_punct(&mut self, c: char) -> bool {
        let found = self.peek().is_some_and(|t| t.is_punct(c));
        if found {
            self.next();
        }
        found
    }

    pub(crate) fn eat_word(&mut self, word: &str) -> Option<&'a Ident> {
        match self.peek() {
            Some(Tok::Word(w)) if w == word => {
                self.next();
                Some(w)
            }
            _ => None,
        }
    }

    pub(crate) fn word(&mut self) -> Option<&'a Ident> {
        match self.peek() {
            Some(Tok::Word(w)) => {
                self.next();
                Some(w)
            }
            _ => None,
        }
    }

    /// `->`.
    pub(crate) fn eat_arrow(&mut self) -> bool {
        let found = matches!(
            (self.peek(), self.peek_at(1)),
            (Some(Tok::Punct(a)), Some(b))
                if a.as_char() == '-' && a.spacing() == Spacing::Joint && b.is_punct('>')
        );
        if found {
            self.take(2);
        }
        found
    }

    /// A path `a::b::C`, as tokens; empty if there is none.
    pub(crate) fn path(&mut self) -> &'a [Tok] {
        let mut n = 0;
        let colons = |at: usize| {
            self.peek_at(at).is_some_and(|t| t.is_punct(':'))
                && self.peek_at(at + 1).is_some_and(|t| t.is_punct(':'))
        };
        if colons(0) {
            n = 2;
        }
        if !matches!(self.peek_at(n), Some(Tok::Word(_))) {
            return &[];
        }
        n += 1;
        while colons(n) && matches!(self.peek_at(n + 2), Some(Tok::Word(_))) {
            n += 3;
        }
        self.take(n)
    }

    /// How many tokens stand before the first that `stop` accepts.
    pub(crate) fn until(&self, stop: impl Fn(&Tok) -> bool) -> usize {
        self.toks.iter().position(stop).unwrap_or(self.toks.len())
    }
}

/// A slice of tokens as text, and which token each byte came from.
pub(crate) struct Text {
    pub(crate) text: String,
    pieces: Vec<Piece>,
    end: Span,
}

struct Piece {
    low: usize,
    high: usize,
    span: Span,
}

impl Text {
    /// The text of `toks`; `end` is where a message about the missing rest belongs.
    pub(crate) fn new(toks: &[Tok], end: Span) -> Self {
        let mut text = Self {
            text: String::new(),
            pieces: Vec::new(),
            end,
        };
        text.push_all(toks);
        text
    }

    fn push_all(&mut self, toks: &[Tok]) {
        for (i, tok) in toks.iter().enumerate() {
            if i > 0 && wants_space(toks, i) {
                self.text.push(' ');
            }
            match tok {
                Tok::Word(w) => self.push(&w.to_string(), w.span()),
                Tok::Punct(p) => self.push(p.as_char().encode_utf8(&mut [0; 4]), p.span()),
                Tok::Literal(l) => self.push(&l.to_string(), l.span()),
                Tok::Group(tree) => self.push_tree(tree),
            }
        }
    }

    fn push_tree(&mut self, tree: &Tree) {
        let (open, close) = match tree.delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => ("", ""),
        };
        self.push(open, tree.open);
        self.push_all(&tree.inner);
        self.push(close, tree.close);
    }

    fn push(&mut self, piece: &str, span: Span) {
        let low = self.text.len();
        self.text.push_str(piece);
        self.pieces.push(Piece {
            low,
            high: self.text.len(),
            span,
        });
    }

    /// First and last token that the bytes `low..high` touch.
    pub(crate) fn locate(&self, low: usize, high: usize) -> (Span, Span) {
        let high = high.max(low + 1);
        let mut touched = self.pieces.iter().filter(|p| p.low < high && p.high > low);
        match touched.next() {
            Some(first) => (first.span, touched.next_back().unwrap_or(first).span),
            None => match self.pieces.iter().find(|p| p.low >= low) {
                Some(next) => (next.span, next.span),
                None => (self.end, self.end),
            },
        }
    }
}

/// Whether a space goes before token `i`, so that the text reads as people write it. Where the tokens stand on one line
/// of a file, their columns tell; else their kinds do.
fn wants_space(toks: &[Tok], i: usize) -> bool {
    let (a, b) = (&toks[i - 1], &toks[i]);
    let (end, start) = (a.last().end(), b.first().start());
    let placed = start.line > 0 && end.line == start.line && start.column >= end.column;
    if placed && (end.column, start.column) != (0, 0) {
        return start.column > end.column;
    }
    match (a, b) {
        (Tok::Punct(p), _) if p.spacing() == Spacing::Joint => false,
        (Tok::Punct(p), _) => !(".#^".contains(p.as_char()) || is_prefix(toks, i - 1)),
        (_, Tok::Punct(p)) => !".,;:%^".contains(p.as_char()),
        (Tok::Word(_), Tok::Group(t)) => t.delimiter != Delimiter::Parenthesis,
        _ => true,
    }
}

/// Whether the operator at `i` has nothing to its left.
fn is_prefix(toks: &[Tok], i: usize) -> bool {
    toks[i].is_punct('-') && (i == 0 || matches!(&toks[i - 1], Tok::Punct(p) if p.as_char() != '%'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::{Spacing, TokenStream};

    fn toks(text: &str) -> Vec<Tok> {
        read(text.parse::<TokenStream>().expect("lexes"))
    }

    fn text(source: &str) -> String {
        Text::new(&toks(source), Span::call_site()).text
    }

    #[test]
    fn text_keeps_the_writing() {
        for source in [
            "0.4 * exp(-dist_3d / 500 um/ms)",
            "-70 mV",
            "18.8um",
            "20_000 /mm3",
            "[200, 600, 200] um",
            "100 um .. 300 um",
            "x**2 + dist_3d^2",
            "pre.y<250 um",
        ] {
            assert_eq!(text(source), source);
        }
    }

    #[test]
    fn text_without_columns_reads_well() {
        // tokens made by a macro have no columns
        let stream: TokenStream = quote::quote!(0.4 * exp(-dist_3d / lambda) + pre.y ^ 2);
        assert_eq!(
            Text::new(&read(stream), Span::call_site()).text,
            "0.4 * exp(-dist_3d / lambda) + pre.y^2"
        );
    }

    #[test]
    fn fragments_are_opened() {
        let none = |s: &str| {
            TokenTree::Group(Group::new(
                Delimiter::None,
                s.parse::<TokenStream>().expect("lexes"),
            ))
        };
        let mut stream = TokenStream::new();
        stream.extend([none("-0.5"), none("uS"), none("a::E")]);
        assert_eq!(read(stream).len(), 7);

        let mut stream: TokenStream = "2 *".parse().expect("lexes");
        stream.extend([none("a + b")]);
        let toks = read(stream);
        assert!(toks[2].group(Delimiter::Parenthesis).is_some());
    }

    #[test]
    fn bytes_lead_back_to_tokens() {
        let source = "0.4 * exp(-dist / lambda)";
        let toks = toks(source);
        let text = Text::new(&toks, Span::call_site());
        let at = source.find("dist").expect("is there");
        let (first, last) = text.locate(at, at + 4);
        assert_eq!(first.start().column, at);
        assert_eq!(last.end().column, at + 4);
        let (first, last) = text.locate(0, source.len());
        assert_eq!((first.start().column, last.end().column), (0, source.len()));
    }

    #[test]
    fn paths_and_arrows() {
        let toks = toks("a::b::E -> ::c::I where");
        let mut c = Cursor::new(&toks, Span::call_site());
        assert_eq!(to_stream(c.path()).to_string().replace(' ', ""), "a::b::E");
        assert!(c.eat_arrow());
        assert_eq!(to_stream(c.path()).to_string().replace(' ', ""), "::c::I");
        assert!(c.eat_word("where").is_some() && c.is_empty());
    }

    #[test]
    fn less_than_is_alone() {
        // `<` arrives joint with `-`: the text must not depend on it
        let toks = toks("pre.y<-250 um");
        assert!(
            matches!(&toks[3], Tok::Punct(p) if p.as_char() == '<' && p.spacing() == Spacing::Joint)
        );
        assert_eq!(text("pre.y<-250 um"), "pre.y<-250 um");
    }
}
