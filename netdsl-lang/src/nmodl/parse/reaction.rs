//! Reactions and equations: what begins with `~`, and what KINETIC says about its states.

use super::{Mark, Parsed, Parser, Token};
use crate::nmodl::ast::{Rates, Reaction, Spread, StmtKind, Term};

impl Parser<'_> {
    /// `~ a + b <-> c (kf, kb)`, `~ a -> (k)`, `~ a << (x)`, `~ x + y = 3`
    pub(super) fn reaction_or_equation(&mut self) -> Parsed<StmtKind> {
        self.next();
        // `~+` goes on with the equation before, for the old way of writing sums
        self.take(Mark::Plus);
        if !self.is_reaction() {
            let left = self.expr()?;
            self.expect(Mark::Assign, "=")?;
            return Ok(StmtKind::Equation(left, self.expr()?));
        }
        let left = self.terms()?;
        if self.take(Mark::Less) {
            if self.take(Mark::Less) {
                let rates = Rates::Flux(self.bracketed()?);
                return Ok(self.made(left, Vec::new(), rates));
            }
            self.expect(Mark::Minus, "<->")?;
            self.expect(Mark::Greater, "<->")?;
            let right = self.terms()?;
            self.expect(Mark::LeftParen, "(")?;
            let forward = self.expr()?;
            self.expect(Mark::Comma, ",")?;
            let backward = self.expr()?;
            self.expect(Mark::RightParen, ")")?;
            return Ok(self.made(left, right, Rates::Both { forward, backward }));
        }
        self.expect(Mark::Minus, "<->, -> or <<")?;
        self.expect(Mark::Greater, "->")?;
        let rates = Rates::Decay(self.bracketed()?);
        Ok(self.made(left, Vec::new(), rates))
    }

    fn made(&self, left: Vec<Term>, right: Vec<Term>, rates: Rates) -> StmtKind {
        StmtKind::Reaction(Reaction { left, right, rates })
    }

    /// Whether an arrow comes before `=`.
    fn is_reaction(&self) -> bool {
        let mut marks = self.tokens[self.at..].iter().map(|l| l.token);
        let mut before = None;
        loop {
            let token = marks.next();
            match (before, token) {
                (_, None | Some(Token::End | Token::Mark(Mark::Assign | Mark::Tilde))) => {
                    return false;
                }
                (Some(Token::Mark(Mark::Less)), Some(Token::Mark(Mark::Less | Mark::Minus)))
                | (Some(Token::Mark(Mark::Minus)), Some(Token::Mark(Mark::Greater))) => {
                    return true;
                }
                _ => before = token,
            }
        }
    }

    fn bracketed(&mut self) -> Parsed<crate::nmodl::ast::Expr> {
        self.expect(Mark::LeftParen, "(")?;
        let value = self.expr()?;
        self.expect(Mark::RightParen, ")")?;
        Ok(value)
    }

    /// `2 a + b[i]`
    fn terms(&mut self) -> Parsed<Vec<Term>> {
        let mut terms = Vec::new();
        loop {
            let count = match self.token() {
                Token::Number(_) => self.whole_number()?.kind,
                _ => 1,
            };
            let name = self.name("the name of a state")?;
            let index = if self.take(Mark::LeftBracket) {
                let index = self.expr()?;
                self.expect(Mark::RightBracket, "]")?;
                Some(index)
            } else {
                None
            };
            terms.push(Term { count, name, index });
            if !self.take(Mark::Plus) {
                return Ok(terms);
            }
        }
    }

    /// `CONSERVE a + 2 b = total`
    pub(super) fn conserve(&mut self) -> Parsed<StmtKind> {
        self.next();
        let terms = self.terms()?;
        self.expect(Mark::Assign, "=")?;
        Ok(StmtKind::Conserve(terms, self.expr()?))
    }

    /// `COMPARTMENT i, volume[i] { a b }`
    pub(super) fn spread(&mut self) -> Parsed<Spread> {
        self.next();
        let next = self.tokens.get(self.at + 1).map(|l| l.token);
        let index = if self.token() == Token::Name && next == Some(Token::Mark(Mark::Comma)) {
            let index = self.name("an index")?;
            self.next();
            Some(index)
        } else {
            None
        };
        let value = self.expr()?;
        let names = self.braced(|p| {
            let name = p.name("the name of a state")?;
            p.take(Mark::Comma);
            Ok(name)
        })?;
        Ok(Spread {
            index,
            value,
            names,
        })
    }
}
