//! C text to tokens, of which lines that begin with `#` are kept apart.

use crate::nmodl::ast::Span;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A name or keyword.
    Name(String),
    /// A number, and whether C takes it as an integer.
    Number(f64, bool),
    /// A text in quotes.
    Text,
    /// Punctuation.
    Mark(&'static str),
    /// The NMODL statement of that number, which stands between two VERBATIM blocks.
    Nmodl(usize),
    /// What C does not know.
    Other,
}

/// A token and where it is in the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

impl Token {
    /// The name, if it is one.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// Whether it is this name or punctuation.
    pub(super) fn is(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Name(name) => name == text,
            Kind::Mark(mark) => *mark == text,
            _ => false,
        }
    }
}

/// A piece of C text.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Token(Token),
    /// A line of the preprocessor, without the `#`.
    Directive(Vec<Token>, Span),
}

const MARKS: [&str; 46] = [
    "<<=", ">>=", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=",
    "-=", "*=", "/=", "%=", "&=", "|=", "^=", "##", "::", "(", ")", "{", "}", "[", "]", ";", ",",
    "=", "+", "-", "*", "/", "%", "<", ">", "!", "&", "|", "^", "~", "?",
];

/// Splits C text that begins at byte `base` of the file.
pub(super) fn lex(text: &str, base: usize) -> Vec<Piece> {
    let mut lexer = Lexer { text, base, at: 0 };
    let mut pieces = Vec::new();
    let mut line_start = true;
    while let Some(c) = lexer.rest().chars().next() {
        if c == '\n' {
            line_start = true;
            lexer.at += 1;
        } else if lexer.skip_blank() {
        } else if c == '#' && line_start {
            pieces.push(lexer.directive());
        } else {
            line_start = false;
            pieces.push(Piece::Token(lexer.token()));
        }
    }
    pieces
}

struct Lexer<'a> {
    text: &'a str,
    base: usize,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Moves behind a blank, a joined line or a comment; a line's end is none of these.
    fn skip_blank(&mut self) -> bool {
        let rest = self.rest();
        let n = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or(rest.len(), |n| n + 4)
        } else if rest.starts_with("\\\n") {
            2
        } else if rest.starts_with("\\\r\n") {
            3
        } else {
            match rest.chars().next() {
                Some(c) if c.is_whitespace() && c != '\n' => c.len_utf8(),
                _ => 0,
            }
        };
        self.at += n;
        n > 0
    }

    fn directive(&mut self) -> Piece {
        let start = self.at;
        self.at += 1;
        let mut tokens = Vec::new();
        while !self.rest().is_empty() && !self.rest().starts_with('\n') {
            if !self.skip_blank() {
                tokens.push(self.token());
            }
        }
        Piece::Directive(tokens, Span::new(self.base + start, self.base + self.at))
    }

    fn token(&mut self) -> Token {
        let start = self.at;
        let rest = self.rest();
        let first = rest.chars().next().unwrap_or(' ');
        let second = rest[first.len_utf8()..].chars().next().unwrap_or(' ');
        let kind = if first.is_ascii_alphabetic() || first == '_' {
            let n = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            self.at += n;
            Kind::Name(rest[..n].to_owned())
        } else if first.is_ascii_digit() || (first == '.' && second.is_ascii_digit()) {
            self.number()
        } else if first == '"' || first == '\'' {
            self.quoted(first)
        } else if let Some(mark) = [":", "."]
            .iter()
            .chain(&MARKS)
            .filter(|m| rest.starts_with(**m))
            .max_by_key(|m| m.len())
        {
            self.at += mark.len();
            Kind::Mark(mark)
        } else {
            self.at += first.len_utf8();
            Kind::Other
        };
        let span = Span::new(self.base + start, self.base + self.at);
        Token { kind, span }
    }

    fn number(&mut self) -> Kind {
        let rest = self.rest();
        let hexadecimal = rest.starts_with("0x") || rest.starts_with("0X");
        let bytes = rest.as_bytes();
        let mut n = if hexadecimal { 2 } else { 0 };
        while n < bytes.len() {
            let exponent = !hexadecimal && n > 0 && matches!(bytes[n - 1], b'e' | b'E');
            let sign = exponent && matches!(bytes[n], b'+' | b'-');
            if !(bytes[n].is_ascii_alphanumeric() || bytes[n] == b'.' || sign) {
                break;
            }
            n += 1;
        }
        self.at += n;
        number(&rest[..n]).map_or(Kind::Other, |(value, whole)| Kind::Number(value, whole))
    }

    fn quoted(&mut self, quote: char) -> Kind {
        let rest = self.rest();
        let mut escaped = false;
        let mut end = rest.len();
        for (k, c) in rest.char_indices().skip(1) {
            if c == '\n' || (c == quote && !escaped) {
                end = k + usize::from(c == quote);
                break;
            }
            escaped = c == '\\' && !escaped;
        }
        self.at += end;
        match rest.as_bytes() {
            [b'\'', c, b'\'', ..] if *c != b'\\' => Kind::Number(f64::from(*c), true),
            _ if quote == '\'' => Kind::Other,
            _ => Kind::Text,
        }
    }
}

/// The value of a number's text, and whether C takes it as an integer.
fn number(text: &str) -> Option<(f64, bool)> {
    let lower = text.to_ascii_lowercase();
    let digits = lower.trim_end_matches(['u', 'l']);
    if let Some(hexadecimal) = digits.strip_prefix("0x") {
        return Some((u64::from_str_radix(hexadecimal, 16).ok()? as f64, true));
    }
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        let octal = digits.len() > 1 && digits.starts_with('0');
        let radix = if octal { 8 } else { 10 };
        return Some((u64::from_str_radix(digits, radix).ok()? as f64, true));
    }
    let value = lower.trim_end_matches(['l', 'f']).parse().ok()?;
    Some((value, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        let token = |p| match p {
            Piece::Token(t) => t.kind,
            Piece::Directive(..) => Kind::Other,
        };
        lex(text, 0).into_iter().map(token).collect()
    }

    #[test]
    fn numbers_are_integers_or_not() {
        let found = kinds("10 010 0x1F 1. .5 1e-3 2.5e+1f 3L 'a'");
        let whole = |x| Kind::Number(x, true);
        let real = |x| Kind::Number(x, false);
        let wanted = [
            whole(10.0),
            whole(8.0),
            whole(31.0),
            real(1.0),
            real(0.5),
            real(1e-3),
            real(25.0),
            whole(3.0),
            whole(97.0),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn comments_and_lines_of_the_preprocessor_are_apart() {
        let pieces = lex(
            "/* a\n b */ x++; // c\n#define N \\\n 3\n\"a\\\"b\" y->z",
            100,
        );
        assert_eq!(pieces.len(), 8);
        assert!(matches!(&pieces[3], Piece::Directive(tokens, _) if tokens.len() == 3));
        assert!(matches!(&pieces[4], Piece::Token(t) if t.kind == Kind::Text && t.span.lo == 136));
        assert!(matches!(&pieces[6], Piece::Token(t) if t.is("->")));
    }
}
