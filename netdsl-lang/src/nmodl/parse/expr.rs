//! Expressions, by precedence.

use super::{Mark, Parsed, Parser, Token};
use crate::nmodl::ast::{BinaryOp, Expr, ExprKind, Node, UNARY_PRECEDENCE, UnaryOp};
use crate::nmodl::discrete::is_kept;

/// Deeper nesting than this is refused instead of exhausting the stack.
const DEEPEST: u32 = 200;
/// Nor may more operators follow each other: they are a tree just as deep.
const MOST_TERMS: u32 = 2000;

impl Parser<'_> {
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.binary(0, self.nested)
    }

    fn operator(&self) -> Option<BinaryOp> {
        let Token::Mark(mark) = self.token() else {
            return None;
        };
        Some(match mark {
            Mark::Or => BinaryOp::Or,
            Mark::And => BinaryOp::And,
            Mark::Less => BinaryOp::Lt,
            Mark::LessEqual => BinaryOp::Le,
            Mark::Greater => BinaryOp::Gt,
            Mark::GreaterEqual => BinaryOp::Ge,
            Mark::Equal => BinaryOp::Eq,
            Mark::NotEqual => BinaryOp::Ne,
            Mark::Plus => BinaryOp::Add,
            Mark::Minus => BinaryOp::Sub,
            Mark::Star => BinaryOp::Mul,
            Mark::Slash => BinaryOp::Div,
            Mark::Caret => BinaryOp::Pow,
            _ => return None,
        })
    }

    /// Operators of at least precedence `least`.
    fn binary(&mut self, least: u8, depth: u32) -> Parsed<Expr> {
        let mut left = self.unary(depth)?;
        let mut terms = 0;
        while let Some(op) = self.operator().filter(|op| op.precedence() >= least) {
            terms += 1;
            if terms > MOST_TERMS {
                return self.fail("an expression of fewer terms: split it");
            }
            self.next();
            // `^` groups to the right, the others to the left
            let next = op.precedence() + u8::from(op != BinaryOp::Pow);
            let right = self.binary(next, depth + 1)?;
            let span = left.span.to(right.span);
            left = Node::new(ExprKind::Binary(op, Box::new(left), Box::new(right)), span);
        }
        Ok(left)
    }

    fn unary(&mut self, depth: u32) -> Parsed<Expr> {
        if depth > DEEPEST {
            return self.fail("an expression that is less deeply nested");
        }
        let start = self.peek().span;
        let op = match self.token() {
            Token::Mark(Mark::Minus) => UnaryOp::Neg,
            Token::Mark(Mark::Not) => UnaryOp::Not,
            Token::Mark(Mark::Plus) => {
                self.next();
                return self.unary(depth + 1);
            }
            _ => return self.primary(depth),
        };
        self.next();
        let operand = self.binary(UNARY_PRECEDENCE, depth + 1)?;
        let span = start.to(operand.span);
        Ok(Node::new(ExprKind::Unary(op, Box::new(operand)), span))
    }

    fn primary(&mut self, depth: u32) -> Parsed<Expr> {
        let start = self.peek().span;
        match self.token() {
            Token::Number(x) => {
                self.next();
                let unit = self.unit()?;
                let span = unit.as_ref().map_or(start, |u| start.to(u.span));
                Ok(Node::new(ExprKind::Number(x, unit.map(|u| u.kind)), span))
            }
            Token::Text => {
                self.next();
                let text = self.text(start).trim_matches('"').to_owned();
                Ok(Node::new(ExprKind::Text(text), start))
            }
            Token::Mark(Mark::LeftParen) => {
                self.next();
                let inner = self.binary(0, depth + 1)?;
                let end = self.expect(Mark::RightParen, ")")?;
                Ok(Node::new(inner.kind, start.to(end)))
            }
            Token::Name => {
                let around = std::mem::replace(&mut self.nested, depth + 1);
                let named = self.name_or_call();
                self.nested = around;
                named
            }
            _ => self.fail("a number, a name or `(`"),
        }
    }

    fn name_or_call(&mut self) -> Parsed<Expr> {
        let name = self.name("a name")?;
        let start = name.span;
        if self.is(Mark::LeftParen) {
            let (arguments, end) = self.call_arguments()?;
            return Ok(Node::new(ExprKind::Call(name, arguments), start.to(end)));
        }
        if self.take(Mark::LeftBracket) {
            let index = self.expr()?;
            let end = self.expect(Mark::RightBracket, "]")?;
            return Ok(Node::new(
                ExprKind::Index(name, Box::new(index)),
                start.to(end),
            ));
        }
        if self.take(Mark::At) {
            let steps = self.whole_number()?;
            if !is_kept(steps.kind) {
                return self.fail("a number of steps from 1 to 1000 before this");
            }
            let span = start.to(steps.span);
            return Ok(Node::new(ExprKind::Before(name, steps.kind), span));
        }
        Ok(Node::new(ExprKind::Name(name.kind), start))
    }

    /// `(x, y)`
    pub(super) fn call_arguments(&mut self) -> Parsed<(Vec<Expr>, crate::nmodl::ast::Span)> {
        self.expect(Mark::LeftParen, "(")?;
        let mut arguments = Vec::new();
        while !self.is(Mark::RightParen) {
            if !arguments.is_empty() {
                self.expect(Mark::Comma, ",")?;
            }
            arguments.push(self.expr()?);
        }
        Ok((arguments, self.next().span))
    }
}
