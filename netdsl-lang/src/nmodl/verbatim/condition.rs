//! The value of an `#if`: integers, comparisons and `&&`, `||`, `!`.

use super::token::{Kind, Token};

/// Operators by how tightly they bind.
const LEVELS: [&[&str]; 6] = [
    &["||"],
    &["&&"],
    &["==", "!="],
    &["<", "<=", ">", ">="],
    &["+", "-"],
    &["*", "/", "%"],
];

/// Deeper nesting than this is refused instead of exhausting the stack.
const DEEPEST: u32 = 100;

/// The value; unknown names are 0.
pub(super) fn value(tokens: &[Token]) -> Option<f64> {
    let mut reader = Reader { tokens, at: 0 };
    let value = reader.level(0, 0)?;
    (reader.at == tokens.len()).then_some(value)
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, mark: &str) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|t| t.is(mark));
        self.at += usize::from(found);
        found
    }

    fn level(&mut self, level: usize, depth: u32) -> Option<f64> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary(depth);
        };
        let mut left = self.level(level + 1, depth)?;
        while let Some(op) = operators
            .iter()
            .find(|op| self.tokens.get(self.at).is_some_and(|t| t.is(op)))
        {
            self.at += 1;
            let right = self.level(level + 1, depth)?;
            let truth = |holds: bool| f64::from(u8::from(holds));
            left = match *op {
                "||" => truth(left != 0.0 || right != 0.0),
                "&&" => truth(left != 0.0 && right != 0.0),
                "==" => truth(left == right),
                "!=" => truth(left != right),
                "<" => truth(left < right),
                "<=" => truth(left <= right),
                ">" => truth(left > right),
                ">=" => truth(left >= right),
                "+" => left + right,
                "-" => left - right,
                "*" => left * right,
                _ if right == 0.0 => return None,
                "/" => (left / right).trunc(),
                _ => left % right,
            };
        }
        Some(left)
    }

    fn unary(&mut self, depth: u32) -> Option<f64> {
        if depth > DEEPEST {
            return None;
        }
        if self.take("!") {
            return Some(f64::from(u8::from(self.unary(depth + 1)? == 0.0)));
        }
        if self.take("-") {
            return Some(-self.unary(depth + 1)?);
        }
        if self.take("(") {
            let inner = self.level(0, depth + 1)?;
            return self.take(")").then_some(inner);
        }
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        match token.kind {
            Kind::Number(x, _) => Some(x),
            Kind::Name(_) => Some(0.0),
            _ => None,
        }
    }
}
