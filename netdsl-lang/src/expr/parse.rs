//! Tokens to tree, by precedence climbing.

use super::Mistake;
use super::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use super::lex::{Spanned, Token, lex};
use crate::units::{self, Unit};
use std::ops::Range;

pub(super) fn parse(text: &str) -> Result<Expr, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    let tokens = lex(text, &mut mistakes);
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        mistakes,
    };
    if parser.tokens.len() > LONGEST {
        let message = format!(
            "an expression has at most {LONGEST} words and signs; name a part of it with `param`"
        );
        parser.mistake(message);
        return Err(parser.mistakes);
    }
    let expr = parser.expression(0);
    if parser.mistakes.is_empty() && *parser.token() != Token::End {
        let message = format!(
            "unexpected {} after the end of the expression",
            parser.describe()
        );
        parser.mistake(message);
    }
    match expr {
        Some(expr) if parser.mistakes.is_empty() => Ok(expr),
        _ => Err(parser.mistakes),
    }
}

/// Brackets within brackets, and tokens: what a formula needs, and what trees can be walked with a small stack.
const DEEPEST: u32 = 64;
const LONGEST: usize = 1000;

struct Parser {
    tokens: Vec<Spanned>,
    at: usize,
    depth: u32,
    mistakes: Vec<Mistake>,
}

impl Parser {
    fn token(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].1.clone()
    }

    fn next(&mut self) -> Spanned {
        let spanned = self.tokens[self.at].clone();
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
        spanned
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.token(), Token::Symbol(s) if *s == symbol)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.token(), Token::Word(w) if w == word)
    }

    fn describe(&self) -> String {
        match self.token() {
            Token::Number(text) | Token::Word(text) => format!("`{text}`"),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::End => "the end of the expression".into(),
        }
    }

    fn mistake(&mut self, message: impl Into<String>) {
        let span = self.span();
        // one message for a place
        if self.mistakes.last().is_none_or(|last| last.span != span) {
            self.mistakes.push(Mistake::new(span, message));
        }
    }

    fn expect(&mut self, symbol: &'static str, after: &str) -> Option<Range<usize>> {
        if self.is(symbol) {
            return Some(self.next().1);
        }
        let message = format!("expected `{symbol}` {after}, found {}", self.describe());
        self.mistake(message);
        None
    }

    fn operator(&self) -> Option<BinaryOp> {
        Some(match self.token() {
            Token::Symbol("+") => BinaryOp::Add,
            Token::Symbol("-") => BinaryOp::Sub,
            Token::Symbol("*") => BinaryOp::Mul,
            Token::Symbol("/") => BinaryOp::Div,
            Token::Symbol("^" | "**") => BinaryOp::Pow,
            Token::Symbol("<") => BinaryOp::Lt,
            Token::Symbol("<=") => BinaryOp::Le,
            Token::Symbol(">") => BinaryOp::Gt,
            Token::Symbol(">=") => BinaryOp::Ge,
            Token::Symbol("==") => BinaryOp::Eq,
            Token::Symbol("!=") => BinaryOp::Ne,
            Token::Symbol("&&") => BinaryOp::And,
            Token::Symbol("||") => BinaryOp::Or,
            Token::Word(word) if word == "and" => BinaryOp::And,
            Token::Word(word) if word == "or" => BinaryOp::Or,
            _ => return None,
        })
    }

    fn expression(&mut self, least: u8) -> Option<Expr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            self.mistake("the expression is nested too deeply; name a part of it with `param`");
            return None;
        }
        let expr = self.terms(least);
        self.depth -= 1;
        expr
    }

    fn terms(&mut self, least: u8) -> Option<Expr> {
        let mut left = self.unary()?;
        while let Some(op) = self.operator() {
            let precedence = op.precedence();
            if precedence < least {
                break;
            }
            self.next();
            // powers group to the right, and take a signed exponent
            let right = self.expression(if op == BinaryOp::Pow {
                precedence - 1
            } else {
                precedence + 1
            })?;
            if precedence == 3 && self.operator().is_some_and(|next| next.precedence() == 3) {
                self.mistake("comparisons do not chain: write `a < b && b < c`");
                return None;
            }
            let span = left.span.start..right.span.end;
            left = Expr {
                kind: ExprKind::Binary(op, Box::new(left), Box::new(right)),
                span,
            };
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Expr> {
        let start = self.span().start;
        let op = match self.token() {
            Token::Symbol("-") => Some(UnaryOp::Neg),
            Token::Symbol("+") => None,
            Token::Symbol("!") => Some(UnaryOp::Not),
            Token::Word(word) if word == "not" => Some(UnaryOp::Not),
            _ => return self.primary(),
        };
        let is_word = matches!(self.token(), Token::Word(_));
        self.next();
        // `not a < b` covers the comparison, `!a < b` only `a`
        let inner = self.expression(if is_word { 3 } else { 6 })?;
        let span = start..inner.span.end;
        Some(match op {
            Some(op) => Expr {
                kind: ExprKind::Unary(op, Box::new(inner)),
                span,
            },
            None => inner,
        })
    }

    fn primary(&mut self) -> Option<Expr> {
        match self.token().clone() {
            Token::Number(text) => self.number(text),
            Token::Word(word) if word == "if" => self.conditional(),
            Token::Word(word) => {
                let span = self.next().1;
                if self.is("(") {
                    self.call(word, span.start)
                } else {
                    Some(Expr {
                        kind: ExprKind::Name(word),
                        span,
                    })
                }
            }
            Token::Symbol("(") => {
                let start = self.next().1.start;
                let mut inner = self.expression(0)?;
                inner.span = start..self.expect(")", "to close the parenthesis")?.end;
                Some(inner)
            }
            _ => {
                let message = format!(
                    "expected a number, a name or `(` here, found {}",
                    self.describe()
                );
                self.mistake(message);
                None
            }
        }
    }

    fn call(&mut self, name: String, start: usize) -> Option<Expr> {
        self.next();
        let mut arguments = Vec::new();
        while !self.is(")") {
            arguments.push(self.expression(0)?);
            if self.is(",") {
                self.next();
            } else if !self.is(")") {
                let message = format!(
                    "expected `,` or `)` in the arguments of `{name}`, found {}",
                    self.describe()
                );
                self.mistake(message);
                return None;
            }
        }
        let end = self.next().1.end;
        Some(Expr {
            kind: ExprKind::Call(name, arguments),
            span: start..end,
        })
    }

    fn conditional(&mut self) -> Option<Expr> {
        let start = self.next().1.start;
        let condition = self.expression(0)?;
        self.expect("{", "after the condition of `if`")?;
        let yes = self.expression(0)?;
        self.expect("}", "to close the branch")?;
        if !self.is_word("else") {
            self.mistake("`if` needs an `else`: `if c { a } else { b }`");
            return None;
        }
        self.next();
        let no = if self.is_word("if") {
            self.conditional()?
        } else {
            self.expect("{", "after `else`")?;
            let no = self.expression(0)?;
            self.expect("}", "to close the branch")?;
            no
        };
        let span = start..self.tokens[self.at.saturating_sub(1)].1.end;
        Some(Expr {
            kind: ExprKind::If(Box::new(condition), Box::new(yes), Box::new(no)),
            span,
        })
    }

    /// A number and the unit that follows it.
    fn number(&mut self, text: String) -> Option<Expr> {
        let span = self.next().1;
        let (mut unit, mut meaning, mut end) = (String::new(), Unit::ONE, span.end);
        if self.is("%") {
            let percent = self.next().1;
            (unit, meaning, end) = ("%".into(), units::parse_known("%"), percent.end);
        } else if let Some(found) = self.unit() {
            (unit, meaning, end) = found;
        }
        Some(Expr {
            kind: ExprKind::Number {
                text,
                unit,
                meaning,
            },
            span: span.start..end,
        })
    }

    /// A unit, as long as unit words follow: `um/ms`, `/mm3`, `ohm*cm`.
    fn unit(&mut self) -> Option<(String, Unit, usize)> {
        let mut found: Option<(String, Unit, usize)> = None;
        loop {
            let symbol = match self.token() {
                Token::Symbol(s @ ("*" | "/")) => Some(*s),
                _ => None,
            };
            let ahead = self.at + usize::from(symbol.is_some());
            let Some((Token::Word(word), word_span)) = self.tokens.get(ahead).cloned() else {
                break;
            };
            // the first factor follows the number directly, or is `/ mm3`
            if found.is_none() && symbol == Some("*") || found.is_some() && symbol.is_none() {
                break;
            }
            let is_call = matches!(self.tokens.get(ahead + 1), Some((Token::Symbol("("), _)));
            let Some(factor) = units::factor(&word).filter(|_| !is_call) else {
                if found.is_none() && symbol.is_none() && !is_word_of_the_language(&word) {
                    self.mistakes
                        .push(Mistake::new(word_span, units::unknown(&word)));
                    self.at = ahead;
                    self.next();
                }
                break;
            };
            self.at = ahead;
            self.next();
            let (power, text, end) = self.unit_power(&word, word_span.end);
            let factor = factor.power(power);
            let (before, meaning) = match found.take() {
                Some((text, unit, _)) => (text, unit),
                None => (String::new(), Unit::ONE),
            };
            let meaning = if symbol == Some("/") {
                meaning.over(factor)
            } else {
                meaning.times(factor)
            };
            found = Some((
                format!("{before}{}{text}", symbol.unwrap_or("")),
                meaning,
                end,
            ));
        }
        found
    }

    /// `^2` or `^-1` behind a unit word.
    fn unit_power(&mut self, word: &str, end: usize) -> (i8, String, usize) {
        if !self.is("^") {
            return (1, word.to_string(), end);
        }
        let negative = matches!(self.tokens.get(self.at + 1), Some((Token::Symbol("-"), _)));
        let digits = self.at + 1 + usize::from(negative);
        if let Some((Token::Number(text), span)) = self.tokens.get(digits).cloned()
            && let Ok(n) = text.parse::<i8>()
        {
            self.at = digits;
            self.next();
            let n = if negative { -n } else { n };
            return (n, format!("{word}^{n}"), span.end);
        }
        (1, word.to_string(), end)
    }
}

fn is_word_of_the_language(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "if" | "else" | "at" | "where")
}
