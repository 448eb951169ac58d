//! Numbers and their units.

use super::Parser;
use crate::expr::Mistake;
use crate::expr::ast::{Expr, ExprKind};
use crate::expr::lex::Token;
use crate::units::{self, Unit};

/// The unit behind a number, so far.
struct Found {
    /// In canonical spelling.
    text: String,
    meaning: Unit,
    end: usize,
}

impl Parser {
    /// A number and the unit that follows it.
    pub(super) fn number(&mut self, text: String) -> Expr {
        let span = self.next().1;
        let plain: String = text.chars().filter(|c| *c != '_').collect();
        if !plain.parse().is_ok_and(f64::is_finite) {
            let message = format!("`{text}` is beyond the largest number, 1.8e308");
            self.mistakes.push(Mistake::new(span.clone(), message));
            let _ = self.unit();
            return self.expr(ExprKind::Wrong, span);
        }
        let (mut unit, mut meaning, mut end) = (String::new(), Unit::ONE, span.end);
        if self.is("%") {
            let percent = self.next().1;
            (unit, meaning, end) = ("%".into(), units::parse_known("%"), percent.end);
        } else {
            match self.unit() {
                Ok(None) => {}
                Ok(Some(found)) => (unit, meaning, end) = (found.text, found.meaning, found.end),
                Err(()) => {
                    let end = self.tokens[self.at - 1].1.end;
                    return self.expr(ExprKind::Wrong, span.start..end);
                }
            }
        }
        let kind = ExprKind::Number {
            text,
            unit,
            meaning,
        };
        self.expr(kind, span.start..end)
    }

    /// A unit, as long as unit words follow: `um/ms`, `/mm3`, `ohm*cm`. An error where the first word is no unit, which
    /// is told.
    fn unit(&mut self) -> Result<Option<Found>, ()> {
        let mut found: Option<Found> = None;
        loop {
            let symbol = match self.token() {
                Token::Symbol(s @ ("*" | "/")) => Some(*s),
                _ => None,
            };
            // the first factor follows the number directly, or is `/ mm3`
            if found.is_none() && symbol == Some("*") || found.is_some() && symbol.is_none() {
                return Ok(found);
            }
            let ahead = self.at + usize::from(symbol.is_some());
            let Some((Token::Word(word), word_span)) = self.tokens.get(ahead).cloned() else {
                return Ok(found);
            };
            let is_call = matches!(self.tokens.get(ahead + 1), Some((Token::Symbol("("), _)));
            let Some(factor) = units::factor(&word).filter(|_| !is_call) else {
                if found.is_none() && symbol.is_none() && !is_word_of_the_language(&word) {
                    self.mistakes
                        .push(Mistake::new(word_span, units::unknown(&word)));
                    self.next();
                    self.skip_unit();
                    return Err(());
                }
                return Ok(found);
            };
            self.at = ahead;
            self.next();
            let (power, end) = self.unit_power(word_span.end);
            let text = units::canonical_factor(&word, power);
            let factor = factor.power(power);
            let (before, meaning) = match found.take() {
                Some(found) => (found.text, found.meaning),
                None => (String::new(), Unit::ONE),
            };
            let meaning = if symbol == Some("/") {
                meaning.over(factor)
            } else {
                meaning.times(factor)
            };
            found = Some(Found {
                text: format!("{before}{}{text}", symbol.unwrap_or("")),
                meaning,
                end,
            });
        }
    }

    /// The rest of a unit whose first word is none.
    fn skip_unit(&mut self) {
        self.unit_power(0);
        while self.is("*") || self.is("/") {
            let word = match self.tokens.get(self.at + 1) {
                Some((Token::Word(word), _)) => units::factor(word).is_some(),
                _ => false,
            };
            if !word {
                return;
            }
            self.next();
            self.next();
            self.unit_power(0);
        }
    }

    /// `^2` or `^-1` behind a unit word that ends at `end`.
    fn unit_power(&mut self, end: usize) -> (i8, usize) {
        if !self.is("^") {
            return (1, end);
        }
        let negative = matches!(self.tokens.get(self.at + 1), Some((Token::Symbol("-"), _)));
        let digits = self.at + 1 + usize::from(negative);
        if let Some((Token::Number(text), span)) = self.tokens.get(digits).cloned()
            && let Ok(n) = text.parse::<i8>()
        {
            self.at = digits;
            self.next();
            return (if negative { -n } else { n }, span.end);
        }
        (1, end)
    }
}

fn is_word_of_the_language(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "if" | "else" | "at" | "where")
}
