//! NMODL text to tokens.

use super::ast::Span;

/// What a token is. Texts are slices of the source, by span.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token {
    /// A name or keyword.
    Name,
    /// A number.
    Number(f64),
    /// A `"string"`.
    Text,
    /// Punctuation.
    Mark(Mark),
    /// `TITLE` and the rest of its line (the span is the rest, trimmed).
    Title,
    /// What stands between VERBATIM and ENDVERBATIM (the span is that).
    Verbatim,
    /// A character that means something in units only, or nowhere.
    Other,
    /// The end of the file.
    End,
}

/// Punctuation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Mark {
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    Comma,
    Assign,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Caret,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    And,
    Or,
    Not,
    Prime,
    Tilde,
    At,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lexeme {
    /// What it is.
    pub token: Token,
    /// Where it is.
    pub span: Span,
    /// Whether it is the first of its line.
    pub starts_line: bool,
}

/// The tokens of a file, its comments, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct Lexed {
    /// All tokens, the last is [`Token::End`].
    pub tokens: Vec<Lexeme>,
    /// Text of the first comment: the run of comment lines at the top of the file, or the first COMMENT block.
    pub first_comment: Option<String>,
    /// Blocks that are not closed: the place of the opening word, and the word that is missing.
    pub unclosed: Vec<(Span, &'static str)>,
}

struct Lexer<'a> {
    source: &'a str,
    base: usize,
    at: usize,
    line_start: bool,
    out: Lexed,
    /// Comment lines that directly follow each other at the top of the file.
    header: Vec<&'a str>,
}

/// Splits `source` into tokens; places are counted from `base`.
pub fn lex(source: &str, base: usize) -> Lexed {
    let mut lexer = Lexer {
        source,
        base,
        at: 0,
        line_start: true,
        out: Lexed::default(),
        header: Vec::new(),
    };
    while lexer.step() {}
    lexer.keep_header();
    let end = source.len();
    lexer.push(Token::End, end, end);
    lexer.out
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn push(&mut self, token: Token, lo: usize, hi: usize) {
        let span = Span::new(self.base + lo, self.base + hi);
        let starts_line = std::mem::take(&mut self.line_start);
        self.out.tokens.push(Lexeme {
            token,
            span,
            starts_line,
        });
    }

    /// Length of the longest prefix of the rest whose characters satisfy `test`.
    fn run(&self, test: impl Fn(char) -> bool) -> usize {
        self.rest().find(|c| !test(c)).unwrap_or(self.rest().len())
    }

    /// The rest of the line; moves behind it.
    fn line(&mut self) -> (usize, &'a str) {
        // files of old machines end lines with a carriage return
        let (start, n) = (self.at, self.run(|c| c != '\n' && c != '\r'));
        self.at += n;
        (start, &self.source[start..start + n])
    }

    fn step(&mut self) -> bool {
        let Some(c) = self.rest().chars().next() else {
            return false;
        };
        match c {
            '\n' | '\r' => {
                self.line_start = true;
                self.at += 1;
            }
            c if c.is_whitespace() => self.at += c.len_utf8(),
            ':' | '?' => self.comment_line(),
            c if c.is_ascii_alphabetic() || c == '_' => self.word(),
            c if c.is_ascii_digit() || self.starts_fraction() => self.number(),
            '"' => self.text(),
            _ => self.mark(c),
        }
        true
    }

    fn starts_fraction(&self) -> bool {
        let mut chars = self.rest().chars();
        chars.next() == Some('.') && chars.next().is_some_and(|c| c.is_ascii_digit())
    }

    fn comment_line(&mut self) {
        let (_, text) = self.line();
        if self.out.tokens.is_empty() && self.out.first_comment.is_none() {
            self.header.push(text[1..].trim());
        }
    }

    fn keep_header(&mut self) {
        let header = std::mem::take(&mut self.header);
        let text = header
            .into_iter()
            .filter(|l| !l.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        if !text.is_empty() && self.out.first_comment.is_none() {
            self.out.first_comment = Some(text);
        }
    }

    fn word(&mut self) {
        let (lo, n) = (self.at, self.run(|c| c.is_ascii_alphanumeric() || c == '_'));
        let hi = lo + n;
        let word = &self.source[lo..hi];
        self.at = hi;
        match word {
            "COMMENT" => {
                let text = self.until("ENDCOMMENT", lo).trim();
                self.keep_header();
                if self.out.first_comment.is_none() && !text.is_empty() {
                    self.out.first_comment = Some(text.to_owned());
                }
            }
            "VERBATIM" => {
                let text = self.until("ENDVERBATIM", lo);
                self.push(Token::Verbatim, hi, hi + text.len());
            }
            "TITLE" => {
                let (start, text) = self.line();
                let from = start + (text.len() - text.trim_start().len());
                self.push(Token::Title, from, from + text.trim().len());
            }
            _ => {
                self.keep_header();
                self.push(Token::Name, lo, hi);
            }
        }
    }

    /// The text up to the word `end`, which is consumed.
    fn until(&mut self, end: &'static str, open: usize) -> &'a str {
        let start = self.at;
        match self.rest().find(end) {
            Some(n) => {
                self.at += n + end.len();
                &self.source[start..start + n]
            }
            None => {
                let span = Span::new(self.base + open, self.base + start);
                self.out.unclosed.push((span, end));
                self.at = self.source.len();
                &self.source[start..]
            }
        }
    }

    fn number(&mut self) {
        let (lo, bytes) = (self.at, self.source.as_bytes());
        let digits = |mut i: usize| {
            while bytes.get(i).is_some_and(u8::is_ascii_digit) {
                i += 1;
            }
            i
        };
        let mut hi = digits(lo);
        if bytes.get(hi) == Some(&b'.') {
            hi = digits(hi + 1);
        }
        if matches!(bytes.get(hi), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(hi + 1), Some(b'+' | b'-')));
            let end = digits(hi + 1 + sign);
            if end > hi + 1 + sign {
                hi = end;
            }
        }
        self.at = hi;
        match self.source[lo..hi].parse() {
            Ok(value) => self.push(Token::Number(value), lo, hi),
            Err(_) => self.push(Token::Other, lo, hi),
        }
    }

    fn text(&mut self) {
        let lo = self.at;
        self.at += 1;
        let n = self.run(|c| c != '"' && c != '\n');
        self.at += n;
        if self.rest().starts_with('"') {
            self.at += 1;
        } else {
            let span = Span::new(self.base + lo, self.base + self.at);
            self.out.unclosed.push((span, "\""));
        }
        self.push(Token::Text, lo, self.at);
    }

    fn mark(&mut self, c: char) {
        const MARKS: [(&str, Mark); 28] = [
            ("<=", Mark::LessEqual),
            (">=", Mark::GreaterEqual),
            ("==", Mark::Equal),
            ("!=", Mark::NotEqual),
            ("&&", Mark::And),
            ("||", Mark::Or),
            ("**", Mark::Caret),
            ("(", Mark::LeftParen),
            (")", Mark::RightParen),
            ("{", Mark::LeftBrace),
            ("}", Mark::RightBrace),
            ("[", Mark::LeftBracket),
            ("]", Mark::RightBracket),
            (",", Mark::Comma),
            ("=", Mark::Assign),
            ("+", Mark::Plus),
            ("-", Mark::Minus),
            ("*", Mark::Star),
            ("/", Mark::Slash),
            ("%", Mark::Percent),
            ("^", Mark::Caret),
            ("<", Mark::Less),
            (">", Mark::Greater),
            ("!", Mark::Not),
            ("'", Mark::Prime),
            ("~", Mark::Tilde),
            ("@", Mark::At),
            ("\u{2019}", Mark::Prime),
        ];
        let lo = self.at;
        let found = MARKS.iter().find(|(text, _)| self.rest().starts_with(text));
        let (token, n) = match found {
            Some((text, mark)) => (Token::Mark(*mark), text.len()),
            None => (Token::Other, c.len_utf8()),
        };
        self.at += n;
        self.push(token, lo, lo + n);
    }
}
