//! C tokens to C statements.

use super::token::{Kind, Token};
use super::tree::{
    Accepted, Base, CExpr, CStmt, CStmtKind, Declared, Initial, Nmodl, Refusal, Type,
};
use crate::nmodl::ast::{Name, Node, Span};

mod expr;

/// Deeper nesting than this is refused instead of exhausting the stack.
const DEEPEST: u32 = 120;

/// Reads C statements between which NMODL statements stand.
pub(super) struct CParser<'a> {
    tokens: &'a [Token],
    /// What [`Kind::Nmodl`] counts.
    statements: &'a [Nmodl<Vec<CStmt>>],
    at: usize,
    /// Where the text ends.
    end: Span,
    depth: u32,
}

/// Words that say something of a variable that does not matter here.
const SILENT: [&str; 9] = [
    "extern",
    "const",
    "register",
    "volatile",
    "inline",
    "signed",
    "constexpr",
    "restrict",
    "struct",
];

const TYPES: [(&str, Base); 26] = [
    ("void", Base::Void),
    ("int", Base::Int),
    ("long", Base::Int),
    ("short", Base::Int),
    ("bool", Base::Int),
    ("_Bool", Base::Int),
    ("ptrdiff_t", Base::Int),
    ("int8_t", Base::Int),
    ("int16_t", Base::Int),
    ("int32_t", Base::Int),
    ("int64_t", Base::Int),
    ("unsigned", Base::Unsigned),
    ("size_t", Base::Unsigned),
    ("uint8_t", Base::Unsigned),
    ("uint16_t", Base::Unsigned),
    ("uint32_t", Base::Unsigned),
    ("uint64_t", Base::Unsigned),
    ("u_int32_t", Base::Unsigned),
    ("float", Base::Float),
    ("double", Base::Double),
    ("char", Base::Char),
    ("auto", Base::Auto),
    ("FILE", Base::Void),
    ("IvocVect", Base::Void),
    ("Object", Base::Void),
    ("nrnran123_State", Base::Void),
];

impl<'a> CParser<'a> {
    pub(super) fn new(tokens: &'a [Token], statements: &'a [Nmodl<Vec<CStmt>>], end: Span) -> Self {
        Self {
            tokens,
            statements,
            at: 0,
            end,
            depth: 0,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + ahead)
    }

    pub(super) fn span(&self) -> Span {
        self.peek(0).map_or(self.end, |t| t.span)
    }

    /// The place from `start` to what was read last.
    fn since(&self, start: Span) -> Span {
        let last = self.at.checked_sub(1).and_then(|k| self.tokens.get(k));
        match last {
            Some(t) if t.span.hi > start.lo => start.to(t.span),
            _ => start,
        }
    }

    pub(super) fn is(&self, text: &str) -> bool {
        self.peek(0).is_some_and(|t| t.is(text))
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.is(text);
        self.at += usize::from(found);
        found
    }

    pub(super) fn fail<T>(&self, wanted: &str) -> Accepted<T> {
        Err(Refusal {
            span: self.span(),
            why: format!("{wanted} is expected here"),
            help: "write this part in NMODL",
        })
    }

    pub(super) fn expect(&mut self, mark: &str) -> Accepted<()> {
        if self.take(mark) {
            Ok(())
        } else {
            self.fail(&format!("`{mark}`"))
        }
    }

    pub(super) fn name(&mut self) -> Accepted<Name> {
        let span = self.span();
        match self.peek(0).and_then(Token::name) {
            Some(name) => {
                self.at += 1;
                Ok(Node::new(name.to_owned(), span))
            }
            None => self.fail("a name"),
        }
    }

    /// Runs `read` one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Accepted<T>) -> Accepted<T> {
        if self.depth > DEEPEST {
            return self.fail("C that is less deeply nested");
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    /// All statements up to the end.
    pub(super) fn statements(&mut self) -> Accepted<Vec<CStmt>> {
        let mut all = Vec::new();
        while !self.is_done() {
            all.push(self.statement()?);
        }
        Ok(all)
    }

    /// Statements up to `}`, behind `{`.
    pub(super) fn block(&mut self) -> Accepted<Vec<CStmt>> {
        let mut all = Vec::new();
        while !self.take("}") {
            if self.is_done() {
                return self.fail("`}`");
            }
            all.push(self.statement()?);
        }
        Ok(all)
    }

    fn statement(&mut self) -> Accepted<CStmt> {
        let start = self.span();
        let kind = self.deeper(Self::statement_kind)?;
        Ok(Node::new(kind, self.since(start)))
    }

    fn statement_kind(&mut self) -> Accepted<CStmtKind> {
        if let Some(Kind::Nmodl(number)) = self.peek(0).map(|t| &t.kind) {
            self.at += 1;
            return Ok(CStmtKind::Nmodl(self.statements[*number].clone()));
        }
        if self.take(";") {
            return Ok(CStmtKind::Empty);
        }
        if self.take("{") {
            return Ok(CStmtKind::Block(self.block()?));
        }
        match self.peek(0).and_then(Token::name) {
            Some("if") => self.condition(),
            Some("while") => {
                self.at += 1;
                let condition = self.parenthesized()?;
                Ok(CStmtKind::While(condition, Box::new(self.statement()?)))
            }
            Some("do") => {
                self.at += 1;
                let body = Box::new(self.statement()?);
                self.expect("while")?;
                let condition = self.parenthesized()?;
                self.expect(";")?;
                Ok(CStmtKind::DoWhile(body, condition))
            }
            Some("for") => self.counted_loop(),
            Some("switch") => self.switch(),
            Some("return") => {
                self.at += 1;
                let value = if self.is(";") {
                    None
                } else {
                    Some(self.expr()?)
                };
                self.end_of_statement()?;
                Ok(CStmtKind::Return(value))
            }
            Some("goto") => Err(Refusal {
                span: self.span(),
                why: "`goto`".to_owned(),
                help: "use if, else and while",
            }),
            Some("break") => self.word(CStmtKind::Break),
            Some("continue") => self.word(CStmtKind::Continue),
            _ if self.starts_declaration() => {
                let declared = self.declaration()?;
                self.end_of_statement()?;
                Ok(CStmtKind::Declare(declared))
            }
            _ => {
                let expr = self.expr()?;
                self.end_of_statement()?;
                Ok(CStmtKind::Expr(expr))
            }
        }
    }

    fn word(&mut self, kind: CStmtKind) -> Accepted<CStmtKind> {
        self.at += 1;
        self.end_of_statement()?;
        Ok(kind)
    }

    /// `;`, which a macro that ends in one may double, and which files forget at the end.
    fn end_of_statement(&mut self) -> Accepted<()> {
        if self.is_done() || self.is("}") {
            Ok(())
        } else {
            self.expect(";")
        }
    }

    fn parenthesized(&mut self) -> Accepted<CExpr> {
        self.expect("(")?;
        let inner = self.expr()?;
        self.expect(")")?;
        Ok(inner)
    }

    fn condition(&mut self) -> Accepted<CStmtKind> {
        self.at += 1;
        let condition = self.parenthesized()?;
        let yes = Box::new(self.statement()?);
        let no = if self.take("else") {
            Some(Box::new(self.statement()?))
        } else {
            None
        };
        Ok(CStmtKind::If(condition, yes, no))
    }

    fn counted_loop(&mut self) -> Accepted<CStmtKind> {
        self.at += 1;
        self.expect("(")?;
        let first = Box::new(self.statement()?);
        let condition = if self.is(";") {
            None
        } else {
            Some(self.expr()?)
        };
        self.expect(";")?;
        let step = if self.is(")") {
            None
        } else {
            Some(self.expr()?)
        };
        self.expect(")")?;
        Ok(CStmtKind::For(
            first,
            condition,
            step,
            Box::new(self.statement()?),
        ))
    }

    fn switch(&mut self) -> Accepted<CStmtKind> {
        self.at += 1;
        let value = self.parenthesized()?;
        self.expect("{")?;
        let mut cases: Vec<(Vec<Option<CExpr>>, Vec<CStmt>)> = Vec::new();
        while !self.take("}") {
            let label = if self.take("case") {
                Some(Some(self.choice()?))
            } else if self.take("default") {
                Some(None)
            } else {
                None
            };
            match (label, cases.last_mut()) {
                (Some(label), Some((labels, body))) if body.is_empty() => labels.push(label),
                (Some(label), _) => cases.push((vec![label], Vec::new())),
                (None, Some(_)) => {
                    let statement = self.statement()?;
                    cases.last_mut().expect("it was there").1.push(statement);
                    continue;
                }
                (None, None) => return self.fail("`case`"),
            }
            self.expect(":")?;
        }
        Ok(CStmtKind::Switch(value, cases))
    }

    /// Whether a declaration stands here: a type's name, or two names, or names with a `*` between that is no product.
    pub(super) fn starts_declaration(&self) -> bool {
        const OTHERS: [&str; 5] = ["goto", "delete", "new", "else", "case"];
        let Some(first) = self
            .peek(0)
            .and_then(Token::name)
            .filter(|n| !OTHERS.contains(n))
        else {
            return false;
        };
        if self.is_type_word(first) || first == "static" {
            // `double(x)`
            return !self.peek(1).is_some_and(|t| t.is("("));
        }
        let mut k = 1;
        while self.peek(k).is_some_and(|t| t.is("*")) {
            k += 1;
        }
        let names = self.peek(k).and_then(Token::name).is_some();
        let ends = self
            .peek(k + 1)
            .is_none_or(|t| [";", "=", ",", "["].iter().any(|m| t.is(m)) || (k == 1 && t.is("(")));
        names && ends
    }

    fn is_type_word(&self, word: &str) -> bool {
        SILENT.contains(&word) || TYPES.iter().any(|(name, _)| *name == word)
    }

    /// A type without its `*`s.
    pub(super) fn base(&mut self) -> Accepted<Type> {
        let mut ty = Type {
            base: Base::Auto,
            stars: 0,
            is_static: false,
        };
        let mut known = false;
        while let Some(word) = self.peek(0).and_then(Token::name) {
            if word == "static" {
                ty.is_static = true;
            } else if let Some((_, base)) = TYPES.iter().find(|(name, _)| *name == word) {
                // `unsigned int`, `long double`
                ty.base = match (ty.base, base) {
                    (Base::Unsigned, Base::Int) => Base::Unsigned,
                    (_, base) => base.clone(),
                };
                known = true;
            } else if !SILENT.contains(&word) {
                if known {
                    break;
                }
                ty.base = Base::Other(word.to_owned());
                known = true;
            } else if word == "signed" {
                ty.base = Base::Int;
                known = true;
            }
            self.at += 1;
        }
        if known { Ok(ty) } else { self.fail("a type") }
    }

    fn stars(&mut self) -> u32 {
        let mut stars = 0;
        loop {
            if self.take("*") || self.take("&") {
                stars += 1;
            } else if !self.take("const") {
                return stars;
            }
        }
    }

    /// `int i, *p = x, a[3] = {1, 2, 3}`, without the `;`
    pub(super) fn declaration(&mut self) -> Accepted<Vec<Declared>> {
        let base = self.base()?;
        let mut all = Vec::new();
        loop {
            let mut ty = base.clone();
            ty.stars = self.stars();
            let name = self.name()?;
            all.push(self.declared(name, ty)?);
            if !self.take(",") {
                return Ok(all);
            }
        }
    }

    /// What follows a declared name.
    pub(super) fn declared(&mut self, name: Name, mut ty: Type) -> Accepted<Declared> {
        let mut length = None;
        if self.is("(") {
            // a prototype; it is found by its name when it is called
            self.skip_parentheses()?;
            ty.stars = 1;
        }
        while self.take("[") {
            if length.is_some() {
                ty.stars += 1;
            }
            length = Some(if self.is("]") {
                None
            } else {
                Some(self.expr()?)
            });
            self.expect("]")?;
        }
        let value = if self.take("=") {
            Some(if self.take("{") {
                Initial::List(self.list()?)
            } else {
                Initial::One(self.assignment()?)
            })
        } else {
            None
        };
        Ok(Declared {
            name,
            ty,
            length,
            value,
        })
    }

    fn list(&mut self) -> Accepted<Vec<CExpr>> {
        let mut all = Vec::new();
        while !self.take("}") {
            all.push(self.assignment()?);
            if !self.is("}") {
                self.expect(",")?;
            }
        }
        Ok(all)
    }

    pub(super) fn skip_parentheses(&mut self) -> Accepted<()> {
        self.expect("(")?;
        let mut depth = 1;
        while depth > 0 {
            let Some(token) = self.peek(0) else {
                return self.fail("`)`");
            };
            depth += i32::from(token.is("(")) - i32::from(token.is(")"));
            self.at += 1;
        }
        Ok(())
    }
}
