//! Tokens to tree, by precedence climbing. What cannot be read becomes [`ExprKind::Wrong`], and reading goes on, so that
//! all mistakes of a text are told at once.

mod number;

use super::Mistake;
use super::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use super::lex::{Spanned, Token, lex};
use std::ops::Range;

/// Parentheses and branches within one another.
const DEEPEST: usize = 64;
/// Operators, names, numbers and calls.
const LARGEST: usize = 500;

/// The tree, with `Wrong` where the text has the mistakes that are returned beside it.
pub(super) fn read(text: &str) -> (Expr, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let tokens = lex(text, &mut mistakes);
    let mut parser = Parser {
        tokens,
        at: 0,
        mistakes,
        depth: 0,
        nodes: 0,
        too_large: false,
    };
    let expr = parser.expression(0);
    parser.end();
    parser.mistakes.sort_by_key(|m| m.span.start);
    (expr, parser.mistakes)
}

struct Parser {
    tokens: Vec<Spanned>,
    at: usize,
    mistakes: Vec<Mistake>,
    depth: usize,
    nodes: usize,
    /// Told once; nothing else of such a text matters.
    too_large: bool,
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
        if !self.too_large && self.mistakes.iter().all(|m| m.span != span) {
            self.mistakes.push(Mistake::new(span, message));
        }
    }

    fn expr(&mut self, kind: ExprKind, span: Range<usize>) -> Expr {
        self.nodes += 1;
        Expr { kind, span }
    }

    /// Takes `symbol`, or tells that it is missing.
    fn expect(&mut self, symbol: &'static str, after: &str) -> Option<Range<usize>> {
        if self.is(symbol) {
            return Some(self.next().1);
        }
        let message = format!("expected `{symbol}` {after}, found {}", self.describe());
        self.mistake(message);
        None
    }

    /// Nothing may follow.
    fn end(&mut self) {
        // where a character that means nothing stands between, that was told
        let before = self.tokens[..self.at]
            .last()
            .map_or(0, |(_, span)| span.end);
        let between = before..self.span().start;
        let told = |m: &Mistake| between.start <= m.span.start && m.span.end <= between.end;
        if self.mistakes.iter().any(told) {
            return;
        }
        match self.token() {
            Token::End => {}
            Token::Symbol("%") => self.mistake(
                "`%` follows a number directly; for the remainder of a division write `mod(a, b)`",
            ),
            _ => {
                let message = format!(
                    "unexpected {} after the end of the expression",
                    self.describe()
                );
                self.mistake(message);
            }
        }
    }

    /// Enters a part; false, and at the end of the text, where that would be one too many.
    fn enter(&mut self) -> bool {
        self.depth += 1;
        if self.depth <= DEEPEST && self.nodes <= LARGEST {
            return true;
        }
        if !self.too_large {
            self.mistakes.clear();
            self.mistake("the expression is too large: name parts of it by `param`");
            self.too_large = true;
            self.at = self.tokens.len() - 1;
        }
        false
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

    fn expression(&mut self, least: u8) -> Expr {
        let start = self.span();
        let expr = if self.enter() {
            self.operations(least)
        } else {
            self.expr(ExprKind::Wrong, start)
        };
        self.depth -= 1;
        expr
    }

    fn operations(&mut self, least: u8) -> Expr {
        let mut left = self.unary();
        while let Some(op) = self.operator().filter(|op| op.precedence() >= least) {
            let precedence = op.precedence();
            if self.nodes > LARGEST {
                // too large: `enter` says so
                self.expression(0);
                break;
            }
            self.next();
            // powers group to the right, and take a signed exponent
            let right = self.expression(if op == BinaryOp::Pow {
                precedence - 1
            } else {
                precedence + 1
            });
            let span = left.span.start..right.span.end;
            left = self.expr(
                ExprKind::Binary(op, Box::new(left), Box::new(right)),
                span.clone(),
            );
            if precedence == 3 && self.operator().is_some_and(|next| next.precedence() == 3) {
                self.mistake("comparisons do not chain: write `a < b && b < c`");
                left = self.expr(ExprKind::Wrong, span);
            }
        }
        left
    }

    fn unary(&mut self) -> Expr {
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
        let inner = self.expression(if is_word { 3 } else { 6 });
        let span = start..inner.span.end;
        match op {
            Some(op) => self.expr(ExprKind::Unary(op, Box::new(inner)), span),
            None => inner,
        }
    }

    fn primary(&mut self) -> Expr {
        match self.token().clone() {
            Token::Number(text) => self.number(text),
            Token::Word(word) if word == "if" => self.conditional(),
            Token::Word(word) => {
                let span = self.next().1;
                if self.is("(") {
                    self.call(word, span.start)
                } else {
                    self.expr(ExprKind::Name(word), span)
                }
            }
            Token::Symbol("(") => {
                let start = self.next().1.start;
                let mut inner = self.expression(0);
                if let Some(close) = self.expect(")", "to close the parenthesis") {
                    inner.span = start..close.end;
                }
                inner
            }
            _ => {
                let message = format!(
                    "expected a number, a name or `(` here, found {}",
                    self.describe()
                );
                self.mistake(message);
                let span = self.span();
                self.expr(ExprKind::Wrong, span)
            }
        }
    }

    fn call(&mut self, name: String, start: usize) -> Expr {
        self.next();
        let mut arguments = Vec::new();
        let mut whole = true;
        while !self.is(")") && *self.token() != Token::End {
            arguments.push(self.expression(0));
            if self.is(",") {
                self.next();
            } else if !self.is(")") {
                let message = format!(
                    "expected `,` or `)` in the arguments of `{name}`, found {}",
                    self.describe()
                );
                self.mistake(message);
                whole = false;
                self.skip_argument();
            }
        }
        let end = self
            .expect(")", "to close the arguments")
            .unwrap_or(self.span())
            .end;
        if whole {
            self.expr(ExprKind::Call(name, arguments), start..end)
        } else {
            self.expr(ExprKind::Wrong, start..end)
        }
    }

    /// To the `,` or `)` that ends an argument.
    fn skip_argument(&mut self) {
        let mut open = 0;
        while *self.token() != Token::End {
            match self.token() {
                Token::Symbol(")") if open == 0 => return,
                Token::Symbol(",") if open == 0 => {
                    self.next();
                    return;
                }
                Token::Symbol("(") => open += 1,
                Token::Symbol(")") => open -= 1,
                _ => {}
            }
            self.next();
        }
    }

    fn conditional(&mut self) -> Expr {
        let start = self.next().1.start;
        if !self.enter() {
            self.depth -= 1;
            return self.expr(ExprKind::Wrong, start..start);
        }
        let condition = self.expression(0);
        let yes = self.branch("after the condition of `if`");
        let no = if !self.is_word("else") {
            self.mistake("`if` needs an `else`: `if c { a } else { b }`");
            None
        } else {
            self.next();
            match self.is_word("if") {
                true => Some(self.conditional()),
                false => self.branch("after `else`"),
            }
        };
        self.depth -= 1;
        let span = start..self.tokens[self.at.saturating_sub(1)].1.end.max(start);
        let (Some(yes), Some(no)) = (yes, no) else {
            return self.expr(ExprKind::Wrong, span);
        };
        self.expr(
            ExprKind::If(Box::new(condition), Box::new(yes), Box::new(no)),
            span,
        )
    }

    /// `{ a }`.
    fn branch(&mut self, after: &str) -> Option<Expr> {
        self.expect("{", after)?;
        let value = self.expression(0);
        self.expect("}", "to close the branch")?;
        Some(value)
    }
}
