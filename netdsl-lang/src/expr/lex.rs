//! Text to tokens.

use super::Mistake;
use std::ops::Range;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Digits of a number.
    Number(String),
    /// A name; `pre.y` is one.
    Word(String),
    /// An operator or bracket.
    Symbol(&'static str),
    /// The end of the text.
    End,
}

/// A token and where it stands.
pub(super) type Spanned = (Token, Range<usize>);

const SYMBOLS: [&str; 21] = [
    "**", "<=", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "^", "%", "<", ">", "!", "(",
    ")", "{", "}", ",",
];

/// The tokens of `text`, ending with [`Token::End`].
pub(super) fn lex(text: &str, mistakes: &mut Vec<Mistake>) -> Vec<Spanned> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().expect("not at the end");
        let len = if first.is_whitespace() {
            first.len_utf8()
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
        {
            let len = number_length(rest);
            tokens.push((Token::Number(rest[..len].to_string()), at..at + len));
            len
        } else if first.is_alphabetic() || first == '_' {
            let len = word_length(rest);
            tokens.push((Token::Word(rest[..len].to_string()), at..at + len));
            len
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            tokens.push((Token::Symbol(symbol), at..at + symbol.len()));
            symbol.len()
        } else {
            let message = stray(first, tokens.last(), at);
            mistakes.push(Mistake::new(at..at + first.len_utf8(), message));
            first.len_utf8()
        };
        at += len;
    }
    tokens.push((Token::End, text.len()..text.len()));
    tokens
}

/// What to say about a character that starts no token.
fn stray(c: char, before: Option<&Spanned>, at: usize) -> String {
    let remedy = match (c, before) {
        ('.', Some((Token::Number(digits), span))) if span.end == at => {
            return format!("`{digits}.` before a unit is not a number here: write `{digits}.0`");
        }
        ('=', _) => "; to compare write `==`",
        ('&', _) => "; `and` is written `&&`",
        ('|', _) => "; `or` is written `||`",
        ('?' | ':', _) => "; write `if c { a } else { b }`",
        ('[' | ']', _) => "; group by `(` and `)`",
        ('\'' | '"', _) => "; it has numbers, names and operators only",
        _ => "",
    };
    format!("`{c}` does not belong in an expression{remedy}")
}

/// Digits, point, digits, exponent. An `e` that no digits follow belongs to a word behind the number.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| {
        text[from..]
            .find(|c: char| !(c.is_ascii_digit() || c == '_'))
            .map_or(text.len(), |n| from + n)
    };
    let mut end = digits(0);
    if text[end..].starts_with('.')
        && !text[end + 1..].starts_with(|c: char| c.is_alphabetic() || c == '.')
    {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        if text[end + 1 + sign..].starts_with(|c: char| c.is_ascii_digit()) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

/// A name with its fields.
fn word_length(text: &str) -> usize {
    let part = |from: usize| {
        text[from..]
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(text.len(), |n| from + n)
    };
    let mut end = part(0);
    while text[end..].starts_with('.')
        && text[end + 1..].starts_with(|c: char| c.is_alphabetic() || c == '_')
    {
        end = part(end + 1);
    }
    end
}
