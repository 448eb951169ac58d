//! The arithmetic of Python: what string functions of NetPyNE are written in. They are read, never run.

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Py {
    /// Digits.
    Number(String),
    Name(String),
    Call(String, Vec<Py>),
    Negative(Box<Py>),
    Not(Box<Py>),
    /// `+ - * / // % **`.
    Binary(&'static str, Box<Py>, Box<Py>),
    /// `a < b <= c`.
    Compare(Box<Py>, Vec<(&'static str, Py)>),
    And(Vec<Py>),
    Or(Vec<Py>),
    /// `then if condition else otherwise`.
    If {
        then: Box<Py>,
        condition: Box<Py>,
        otherwise: Box<Py>,
    },
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(String),
    Word(String),
    Symbol(&'static str),
}

const SYMBOLS: [&str; 17] = [
    "**", "//", "<=", ">=", "==", "!=", "+", "-", "*", "/", "%", "<", ">", "(", ")", ",", "=",
];

/// Nested deeper than this, a text is no formula.
const DEEPEST: usize = 200;

/// Reads an expression; what is wrong with it, if it is none.
pub(super) fn parse(text: &str) -> Result<Py, String> {
    let tokens = lex(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        depth: 0,
    };
    let expression = parser.conditional()?;
    match parser.tokens.first() {
        None => Ok(expression),
        Some(token) => Err(format!("{} does not belong here", describe(token))),
    }
}

fn describe(token: &Token) -> String {
    match token {
        Token::Number(text) | Token::Word(text) => format!("`{text}`"),
        Token::Symbol(symbol) => format!("`{symbol}`"),
    }
}

fn lex(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()));
        let length = if digit {
            let length = number_length(rest);
            tokens.push(Token::Number(canonical_number(&rest[..length])));
            length
        } else if first.is_alphabetic() || first == '_' {
            let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..length].to_owned()));
            length
        } else if let Some(symbol) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
            tokens.push(Token::Symbol(symbol));
            symbol.len()
        } else {
            return Err(format!("`{first}` is not arithmetic"));
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

fn number_length(text: &str) -> usize {
    let digits = |from: usize| {
        let more = |c: char| c.is_ascii_digit() || c == '_';
        text[from..]
            .find(|c| !more(c))
            .map_or(text.len(), |n| from + n)
    };
    let mut end = digits(0);
    if text[end..].starts_with('.') {
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

/// `.5` and `5.` with digits on both sides of the point.
fn canonical_number(text: &str) -> String {
    let text = text.replace('_', "");
    let (digits, exponent) = match text.find(['e', 'E']) {
        Some(k) => text.split_at(k),
        None => (text.as_str(), ""),
    };
    let before = if digits.starts_with('.') { "0" } else { "" };
    let after = if digits.ends_with('.') { "0" } else { "" };
    format!("{before}{digits}{after}{exponent}")
}

struct Parser<'t> {
    tokens: &'t [Token],
    depth: usize,
}

impl Parser<'_> {
    fn symbol(&mut self, among: &[&'static str]) -> Option<&'static str> {
        match self.tokens.first()? {
            Token::Symbol(symbol) if among.contains(symbol) => {
                self.tokens = &self.tokens[1..];
                Some(symbol)
            }
            _ => None,
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.first(), Some(Token::Word(w)) if w == word);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn conditional(&mut self) -> Result<Py, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("this is nested too deeply".into());
        }
        let then = self.either()?;
        let found = if self.word("if") {
            let condition = self.either()?;
            if !self.word("else") {
                return Err("`else` is missing after `if`".into());
            }
            Py::If {
                then: Box::new(then),
                condition: Box::new(condition),
                otherwise: Box::new(self.conditional()?),
            }
        } else {
            then
        };
        self.depth -= 1;
        Ok(found)
    }

    fn either(&mut self) -> Result<Py, String> {
        let mut all = vec![self.both()?];
        while self.word("or") {
            all.push(self.both()?);
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => Py::Or(all),
        })
    }

    fn both(&mut self) -> Result<Py, String> {
        let mut all = vec![self.negation()?];
        while self.word("and") {
            all.push(self.negation()?);
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => Py::And(all),
        })
    }

    fn negation(&mut self) -> Result<Py, String> {
        let mut negations = 0;
        while self.word("not") {
            negations += 1;
        }
        let mut found = self.comparison()?;
        for _ in 0..negations {
            found = Py::Not(Box::new(found));
        }
        Ok(found)
    }

    fn comparison(&mut self) -> Result<Py, String> {
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(symbol) = self.symbol(&["<", "<=", ">", ">=", "==", "!="]) {
            rest.push((symbol, self.sum()?));
        }
        Ok(match rest.is_empty() {
            true => first,
            false => Py::Compare(Box::new(first), rest),
        })
    }

    fn sum(&mut self) -> Result<Py, String> {
        let mut found = self.product()?;
        while let Some(symbol) = self.symbol(&["+", "-"]) {
            found = Py::Binary(symbol, Box::new(found), Box::new(self.product()?));
        }
        Ok(found)
    }

    fn product(&mut self) -> Result<Py, String> {
        let mut found = self.signed()?;
        while let Some(symbol) = self.symbol(&["*", "/", "//", "%"]) {
            found = Py::Binary(symbol, Box::new(found), Box::new(self.signed()?));
        }
        Ok(found)
    }

    fn signed(&mut self) -> Result<Py, String> {
        let mut negative = false;
        while let Some(sign) = self.symbol(&["-", "+"]) {
            negative ^= sign == "-";
        }
        let found = self.power()?;
        Ok(match negative {
            true => Py::Negative(Box::new(found)),
            false => found,
        })
    }

    fn power(&mut self) -> Result<Py, String> {
        let base = self.atom()?;
        match self.symbol(&["**"]) {
            Some(symbol) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return Err("this is nested too deeply".into());
                }
                let exponent = self.signed()?;
                self.depth -= 1;
                Ok(Py::Binary(symbol, Box::new(base), Box::new(exponent)))
            }
            None => Ok(base),
        }
    }

    fn atom(&mut self) -> Result<Py, String> {
        let Some(token) = self.tokens.first() else {
            return Err("the formula ends too early".into());
        };
        self.tokens = &self.tokens[1..];
        match token {
            Token::Number(text) => Ok(Py::Number(text.clone())),
            Token::Word(name) if self.symbol(&["("]).is_some() => {
                let mut arguments = Vec::new();
                while self.symbol(&[")"]).is_none() {
                    arguments.push(self.conditional()?);
                    if self.symbol(&[","]).is_none()
                        && self.tokens.first() != Some(&Token::Symbol(")"))
                    {
                        return Err(format!("`)` is missing after the arguments of `{name}`"));
                    }
                }
                Ok(Py::Call(name.clone(), arguments))
            }
            Token::Word(name) => Ok(Py::Name(name.clone())),
            Token::Symbol("(") => {
                let inner = self.conditional()?;
                match self.symbol(&[")"]) {
                    Some(_) => Ok(inner),
                    None => Err("`)` is missing".into()),
                }
            }
            token => Err(format!("{} does not belong here", describe(token))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_pythons() {
        let two = || Box::new(Py::Number("2".into()));
        let a = || Box::new(Py::Name("a".into()));
        let power = Py::Binary("**", a(), two());
        assert_eq!(parse("-a**2"), Ok(Py::Negative(Box::new(power))));
        let chain = vec![("<", *a()), ("<=", Py::Number("5.0".into()))];
        assert_eq!(parse("2 < a <= 5."), Ok(Py::Compare(two(), chain)));
        assert!(matches!(parse("1 if a else 2"), Ok(Py::If { .. })));
    }

    #[test]
    fn what_is_no_arithmetic_is_told() {
        for (text, word) in [
            ("[1, 2]", "`[`"),
            ("exp(1", "`)` is missing"),
            ("1 +", "ends too early"),
            ("a b", "`b` does not belong"),
            ("lambda: 3", "`:` is not arithmetic"),
        ] {
            let message = parse(text).unwrap_err();
            assert!(message.contains(word), "{text}: {message}");
        }
        assert!(parse(&"(".repeat(5000)).is_err());
        assert!(parse(&"2**".repeat(5000)).is_err());
    }
}
