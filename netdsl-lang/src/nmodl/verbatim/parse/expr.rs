//! C expressions, by precedence.

use super::super::token::{Kind, Token};
use super::super::tree::{Accepted, CExpr, CExprKind};
use super::CParser;
use crate::nmodl::ast::Node;

/// Operators by how tightly they bind.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<", "<=", ">", ">="],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

const ASSIGNMENTS: [(&str, Option<&str>); 11] = [
    ("=", None),
    ("+=", Some("+")),
    ("-=", Some("-")),
    ("*=", Some("*")),
    ("/=", Some("/")),
    ("%=", Some("%")),
    ("&=", Some("&")),
    ("|=", Some("|")),
    ("^=", Some("^")),
    ("<<=", Some("<<")),
    (">>=", Some(">>")),
];

const UNARY: [&str; 6] = ["-", "+", "!", "*", "&", "~"];

impl CParser<'_> {
    /// An expression, commas among them.
    pub(in super::super) fn expr(&mut self) -> Accepted<CExpr> {
        let mut left = self.assignment()?;
        while self.take(",") {
            let right = self.assignment()?;
            let span = left.span.to(right.span);
            left = Node::new(CExprKind::Comma(Box::new(left), Box::new(right)), span);
        }
        Ok(left)
    }

    pub(super) fn assignment(&mut self) -> Accepted<CExpr> {
        self.deeper(|p| {
            let left = p.choice()?;
            let Some((mark, op)) = ASSIGNMENTS.iter().find(|(mark, _)| p.is(mark)) else {
                return Ok(left);
            };
            p.expect(mark)?;
            let right = p.assignment()?;
            let span = left.span.to(right.span);
            Ok(Node::new(
                CExprKind::Assign(*op, Box::new(left), Box::new(right)),
                span,
            ))
        })
    }

    /// `a ? b : c`, or what binds more tightly.
    pub(super) fn choice(&mut self) -> Accepted<CExpr> {
        let condition = self.level(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.assignment()?;
        self.expect(":")?;
        let no = self.deeper(Self::choice)?;
        let span = condition.span.to(no.span);
        Ok(Node::new(
            CExprKind::Choice(Box::new(condition), Box::new(yes), Box::new(no)),
            span,
        ))
    }

    fn level(&mut self, level: usize) -> Accepted<CExpr> {
        let Some(operators) = LEVELS.get(level) else {
            return self.deeper(Self::unary);
        };
        let mut left = self.level(level + 1)?;
        while let Some(op) = operators.iter().find(|op| self.is(op)) {
            self.expect(op)?;
            let right = self.level(level + 1)?;
            let span = left.span.to(right.span);
            left = Node::new(CExprKind::Binary(op, Box::new(left), Box::new(right)), span);
        }
        Ok(left)
    }

    fn unary(&mut self) -> Accepted<CExpr> {
        let start = self.span();
        for (mark, by) in [("++", 1.0), ("--", -1.0)] {
            if self.take(mark) {
                let operand = self.deeper(Self::unary)?;
                let span = start.to(operand.span);
                return Ok(Node::new(
                    CExprKind::Step(Box::new(operand), by, true),
                    span,
                ));
            }
        }
        if let Some(op) = UNARY.iter().find(|op| self.is(op)) {
            self.expect(op)?;
            let operand = self.deeper(Self::unary)?;
            let span = start.to(operand.span);
            return Ok(Node::new(CExprKind::Unary(op, Box::new(operand)), span));
        }
        if self.is("(") && self.is_cast() {
            self.expect("(")?;
            let mut ty = self.base()?;
            ty.stars = self.stars();
            self.expect(")")?;
            let operand = self.deeper(Self::unary)?;
            let span = start.to(operand.span);
            return Ok(Node::new(CExprKind::Cast(ty, Box::new(operand)), span));
        }
        self.postfix()
    }

    /// Whether `(type)` or `(name*)` stands here, with something behind it to convert.
    fn is_cast(&self) -> bool {
        let Some(first) = self.peek(1).and_then(Token::name) else {
            return false;
        };
        let mut k = 2;
        let known = self.is_type_word(first);
        while known && self.peek(k).is_some_and(|t| t.name().is_some()) {
            k += 1;
        }
        let words = k;
        while self.peek(k).is_some_and(|t| t.is("*")) {
            k += 1;
        }
        let closes = self.peek(k).is_some_and(|t| t.is(")"));
        let unknown_type =
            first.ends_with("_t") || first.chars().next().is_some_and(char::is_uppercase);
        let operand = match self.peek(k + 1).map(|t| &t.kind) {
            Some(Kind::Name(_) | Kind::Number(..) | Kind::Text) => true,
            Some(Kind::Mark("(")) => known || k > words || unknown_type,
            Some(Kind::Mark(mark)) => known && UNARY.contains(mark),
            _ => false,
        };
        closes && operand && (known || k > words || unknown_type)
    }

    fn postfix(&mut self) -> Accepted<CExpr> {
        let mut expr = self.primary()?;
        loop {
            let start = expr.span;
            let kind = if self.is("(") {
                CExprKind::Call(Box::new(expr), self.arguments()?)
            } else if self.take("[") {
                let index = self.expr()?;
                self.expect("]")?;
                CExprKind::Index(Box::new(expr), Box::new(index))
            } else if self.take("->") || self.take(".") {
                let field = self.name()?.kind;
                // `_ppvar[1].get<Point_process*>()` of C++
                if field == "get" && self.is("<") {
                    self.skip_template();
                }
                CExprKind::Member(Box::new(expr), field)
            } else if self.take("++") {
                CExprKind::Step(Box::new(expr), 1.0, false)
            } else if self.take("--") {
                CExprKind::Step(Box::new(expr), -1.0, false)
            } else {
                return Ok(expr);
            };
            expr = Node::new(kind, self.since(start));
        }
    }

    /// `(a, b)`. `_threadargs_` and `_threadargscomma_` pass what belongs to the instance, which needs no passing here.
    fn arguments(&mut self) -> Accepted<Vec<CExpr>> {
        self.expect("(")?;
        let mut all = Vec::new();
        while !self.take(")") {
            if self.take("_threadargscomma_") || self.take("_threadargsprotocomma_") {
                continue;
            }
            if self.take("_threadargs_") {
                if !self.is(")") {
                    self.expect(",")?;
                }
                continue;
            }
            all.push(self.assignment()?);
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        Ok(all)
    }

    fn skip_template(&mut self) {
        while !self.is_done() && !self.take(">") {
            self.at += 1;
        }
    }

    fn primary(&mut self) -> Accepted<CExpr> {
        let span = self.span();
        const CASTS: [&str; 3] = ["static_cast", "reinterpret_cast", "const_cast"];
        if CASTS.iter().any(|c| self.is(c)) {
            self.at += 1;
            self.expect("<")?;
            let mut ty = self.base()?;
            ty.stars = self.stars();
            self.expect(">")?;
            self.expect("(")?;
            let operand = self.expr()?;
            self.expect(")")?;
            return Ok(Node::new(
                CExprKind::Cast(ty, Box::new(operand)),
                self.since(span),
            ));
        }
        let kind = match self.peek(0).map(|t| &t.kind) {
            Some(Kind::Number(value, whole)) => CExprKind::Number(*value, *whole),
            Some(Kind::Name(name)) => CExprKind::Name(name.clone()),
            Some(Kind::Text) => {
                // texts that follow each other are one
                while self.peek(1).is_some_and(|t| t.kind == Kind::Text) {
                    self.at += 1;
                }
                CExprKind::Text
            }
            Some(Kind::Mark("(")) => {
                self.at += 1;
                let inner = self.expr()?;
                self.expect(")")?;
                return Ok(Node::new(inner.kind, self.since(span)));
            }
            _ => return self.fail("an expression"),
        };
        self.at += 1;
        Ok(Node::new(kind, span))
    }
}
