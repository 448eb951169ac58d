//! Tokens to tree: recursive descent, going on behind a mistake so that all are found.

use std::collections::BTreeMap;

use super::ast::{Argument, Callable, CallableKind, File, Item, Moment, Name, Node, Span};
use super::lex::{Lexed, Lexeme, Mark, Token, lex};
use super::report::Report;
use super::source::Sources;

mod declare;
mod expr;
mod neuron;
mod reaction;
mod stmt;

/// A mistake was reported; the caller skips to where it can go on.
#[derive(Debug)]
pub(super) struct Skip;
pub(super) type Parsed<T> = Result<T, Skip>;

/// Parses a text without INCLUDE; mistakes go to `report`.
pub fn parse(source: &str, report: &mut Report) -> File {
    parse_sources(&mut Sources::new(source, ""), report)
}

/// Parses a file and what it includes; mistakes go to `report`.
pub(crate) fn parse_sources(sources: &mut Sources, report: &mut Report) -> File {
    let mut file = File::default();
    let mut defines = BTreeMap::new();
    parse_one(sources, 0, &mut defines, &mut file, report);
    file
}

/// Adds the items of text `number` to `file`.
fn parse_one(
    sources: &mut Sources,
    number: usize,
    defines: &mut BTreeMap<String, f64>,
    file: &mut File,
    report: &mut Report,
) {
    let (text, base) = sources.text(number);
    let lexed = lex(&text, base);
    for (span, missing) in &lexed.unclosed {
        report.error(*span, format!("this is not closed: `{missing}` is missing"));
    }
    if number == 0 {
        file.comment = lexed.first_comment.clone();
    }
    let mut parser = Parser::new(&text, base, lexed, std::mem::take(defines), report);
    while let Some(included) = parser.items_until_include(file) {
        let outer = std::mem::take(&mut parser.defines);
        let name = included.kind.as_str();
        *defines = outer;
        match sources.include(number, name) {
            Ok(next) => parse_one(sources, next, defines, file, parser.report),
            Err(problem) => parser.report.error_help(
                included.span,
                format!("INCLUDE \"{name}\": {problem}"),
                "put the file beside the .mod file that includes it",
            ),
        }
        parser.defines = std::mem::take(defines);
    }
    *defines = parser.defines;
}

struct Parser<'a> {
    source: &'a str,
    /// Where the text begins in the places of tokens.
    base: usize,
    tokens: Vec<Lexeme>,
    at: usize,
    /// Number of braces that are open.
    depth: u32,
    /// How deep expressions around the present one are nested.
    nested: u32,
    /// Names of numbers, by DEFINE.
    defines: BTreeMap<String, f64>,
    report: &'a mut Report,
}

/// Deeper nesting than this is refused instead of exhausting the stack.
const DEEPEST_BLOCK: u32 = 60;

/// Blocks of the language's beginnings that NEURON itself does not run.
const OLD_BLOCKS: [&str; 6] = ["PARTIAL", "SENS", "PLOT", "STEPPED", "MATCH", "EQUATION"];

impl<'a> Parser<'a> {
    fn new(
        source: &'a str,
        base: usize,
        lexed: Lexed,
        defines: BTreeMap<String, f64>,
        report: &'a mut Report,
    ) -> Self {
        Self {
            source,
            base,
            tokens: lexed.tokens,
            at: 0,
            depth: 0,
            nested: 0,
            defines,
            report,
        }
    }

    fn peek(&self) -> Lexeme {
        self.tokens[self.at]
    }

    fn token(&self) -> Token {
        self.peek().token
    }

    fn next(&mut self) -> Lexeme {
        let lexeme = self.peek();
        match lexeme.token {
            Token::Mark(Mark::LeftBrace) => self.depth += 1,
            Token::Mark(Mark::RightBrace) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if lexeme.token != Token::End {
            self.at += 1;
        }
        lexeme
    }

    fn text(&self, span: Span) -> &'a str {
        &self.source[span.lo as usize - self.base..span.hi as usize - self.base]
    }

    fn is(&self, mark: Mark) -> bool {
        self.token() == Token::Mark(mark)
    }

    fn take(&mut self, mark: Mark) -> bool {
        let found = self.is(mark);
        if found {
            self.next();
        }
        found
    }

    /// The word at the cursor, if there is one.
    fn word(&self) -> Option<&'a str> {
        (self.token() == Token::Name).then(|| self.text(self.peek().span))
    }

    /// Takes the word if it is `word`, in capitals or not.
    fn take_word(&mut self, word: &str) -> bool {
        let found = self
            .word()
            .is_some_and(|w| w == word || w == word.to_lowercase());
        if found {
            self.next();
        }
        found
    }

    fn shown(&self) -> String {
        match self.token() {
            Token::End => "the end of the file".to_owned(),
            Token::Verbatim => "VERBATIM".to_owned(),
            _ => format!("`{}`", self.text(self.peek().span)),
        }
    }

    fn fail<T>(&mut self, wanted: &str) -> Parsed<T> {
        let span = self.peek().span;
        let message = format!("{wanted} is expected here, not {}", self.shown());
        self.report.error(span, message);
        Err(Skip)
    }

    fn expect(&mut self, mark: Mark, shown: &str) -> Parsed<Span> {
        if self.is(mark) {
            Ok(self.next().span)
        } else {
            self.fail(&format!("`{shown}`"))
        }
    }

    fn name(&mut self, wanted: &str) -> Parsed<Name> {
        match self.word() {
            Some(text) => Ok(Node::new(text.to_owned(), self.next().span)),
            None => self.fail(wanted),
        }
    }

    /// `a, b, c`
    fn names(&mut self, wanted: &str) -> Parsed<Vec<Name>> {
        let mut names = vec![self.name(wanted)?];
        while self.take(Mark::Comma) {
            names.push(self.name(wanted)?);
        }
        Ok(names)
    }

    /// `(unit)`, as written between the parentheses.
    fn unit(&mut self) -> Parsed<Option<Node<String>>> {
        if !self.is(Mark::LeftParen) {
            return Ok(None);
        }
        let open = self.next().span;
        loop {
            let lexeme = self.peek();
            match lexeme.token {
                Token::Mark(Mark::RightParen) => {
                    self.next();
                    let span = Span {
                        lo: open.hi,
                        hi: lexeme.span.lo,
                    };
                    let text = self
                        .text(span)
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ");
                    return Ok(Some(Node::new(text, span)));
                }
                Token::End
                | Token::Mark(
                    Mark::LeftBrace | Mark::RightBrace | Mark::Assign | Mark::LeftParen,
                ) => {
                    return self.fail("`)` behind a unit");
                }
                _ => {
                    self.next();
                }
            }
        }
    }

    /// A number with its sign, or the name of one.
    fn signed_number(&mut self) -> Parsed<f64> {
        let negative = self.take(Mark::Minus);
        if !negative {
            self.take(Mark::Plus);
        }
        match self.token() {
            Token::Number(x) => {
                self.next();
                Ok(if negative { -x } else { x })
            }
            Token::Name => match self.word().and_then(|w| self.defines.get(w)) {
                Some(x) => {
                    let x = *x;
                    self.next();
                    Ok(if negative { -x } else { x })
                }
                None => self.fail("a number"),
            },
            _ => self.fail("a number"),
        }
    }

    fn whole_number(&mut self) -> Parsed<Node<u32>> {
        match self.token() {
            Token::Number(x) if x.fract() == 0.0 && (0.0..=1e9).contains(&x) => {
                Ok(Node::new(x as u32, self.next().span))
            }
            _ => self.fail("a whole number"),
        }
    }

    /// `{ entry entry ... }`: goes on with the next line after an entry with a mistake.
    fn braced<T>(&mut self, mut entry: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect(Mark::LeftBrace, "{")?;
        let depth = self.depth;
        if depth > DEEPEST_BLOCK {
            return self.fail("a block that is less deeply nested");
        }
        let mut entries = Vec::new();
        while !self.is(Mark::RightBrace) {
            if self.token() == Token::End {
                return self.fail("`}`");
            }
            let start = self.at;
            match entry(self) {
                Ok(found) => entries.push(found),
                Err(Skip) => self.skip_line(start, depth),
            }
        }
        self.next();
        Ok(entries)
    }

    /// To the start of a line in the block of this depth, or its end.
    fn skip_line(&mut self, start: usize, depth: u32) {
        while self.token() != Token::End {
            let inside = self.depth <= depth;
            let progressed = self.at > start;
            if inside && (self.is(Mark::RightBrace) || (progressed && self.peek().starts_line)) {
                return;
            }
            self.next();
        }
    }

    /// Behind the braces that open next.
    fn skip_braces(&mut self) {
        while !matches!(self.token(), Token::End | Token::Mark(Mark::LeftBrace)) {
            self.next();
        }
        let depth = self.depth;
        self.next();
        while self.depth > depth && self.token() != Token::End {
            self.next();
        }
    }

    /// Adds items to `file` up to the next INCLUDE, whose file name is returned.
    fn items_until_include(&mut self, file: &mut File) -> Option<Name> {
        while self.token() != Token::End {
            let start = self.at;
            if self.token() == Token::Title {
                let span = self.next().span;
                let title = self.text(span).to_owned();
                file.title.get_or_insert(title);
                continue;
            }
            if self.word() == Some("INCLUDE") {
                self.next();
                let span = self.peek().span;
                if self.token() == Token::Text {
                    self.next();
                    return Some(Node::new(
                        self.text(span).trim_matches('"').to_owned(),
                        span,
                    ));
                }
                if self.fail::<()>("the name of a file in quotes").is_err() {
                    self.skip_item(start);
                }
                continue;
            }
            match self.item() {
                Ok(item) => file.items.push(item),
                Err(Skip) => self.skip_item(start),
            }
        }
        None
    }

    /// To the next line that starts outside of braces.
    fn skip_item(&mut self, start: usize) {
        while self.token() != Token::End {
            if self.depth == 0 && self.at > start && self.peek().starts_line {
                return;
            }
            self.next();
        }
    }

    fn item(&mut self) -> Parsed<Item> {
        let span = self.peek().span;
        if self.token() == Token::Verbatim {
            self.next();
            return Ok(Item::Verbatim(Node::new(self.text(span).to_owned(), span)));
        }
        let word = self.name("a block such as NEURON { }")?;
        match word.kind.as_str() {
            "NEURON" => Ok(Item::Neuron(self.neuron_block()?)),
            "UNITS" => Ok(Item::Units(self.braced(Self::unit_entry)?)),
            "PARAMETER" => Ok(Item::Parameter(self.braced(Self::declaration)?)),
            "ASSIGNED" => Ok(Item::Assigned(self.braced(Self::declaration)?)),
            "STATE" => Ok(Item::State(self.braced(Self::declaration)?)),
            "CONSTANT" => Ok(Item::Constant(self.braced(Self::declaration)?)),
            "DEFINE" => self.define(),
            "LOCAL" => Ok(Item::Local(self.locals()?)),
            "INITIAL" => Ok(Item::Initial(self.block()?)),
            "BREAKPOINT" => Ok(Item::Breakpoint(self.block()?)),
            "PROCEDURE" => self.callable(CallableKind::Procedure),
            "FUNCTION" => self.callable(CallableKind::Function),
            "DERIVATIVE" => self.callable(CallableKind::Derivative),
            "KINETIC" => self.callable(CallableKind::Kinetic),
            "LINEAR" => self.callable(CallableKind::Linear),
            "NONLINEAR" => self.callable(CallableKind::Nonlinear),
            "BEFORE" => self.around(false),
            "AFTER" => self.around(true),
            "CONSTRUCTOR" => Ok(Item::Constructor(self.block()?)),
            "DESTRUCTOR" | "TERMINAL" => Ok(Item::Destructor(self.block()?)),
            "NET_RECEIVE" => Ok(Item::NetReceive(self.arguments()?, self.block()?)),
            "UNITSON" | "UNITSOFF" => Ok(Item::Word(word.kind)),
            // the independent variable is t; nothing in the block changes that
            "INDEPENDENT" => {
                self.skip_braces();
                Ok(Item::Word(
                    "INDEPENDENT { t FROM 0 TO 1 WITH 1 (ms) }".to_owned(),
                ))
            }
            "FUNCTION_TABLE" => self.callable(CallableKind::FunctionTable),
            "DISCRETE" => self.callable(CallableKind::Discrete),
            w if OLD_BLOCKS.contains(&w) => Ok(Item::Unsupported(self.skipped_block(word))),
            _ => {
                let message = format!("`{word}` is no block of NMODL");
                self.report.error(word.span, message);
                Err(Skip)
            }
        }
    }

    /// Skips a block that is not supported, keeping its word and name.
    fn skipped_block(&mut self, word: Name) -> Node<String> {
        let mut shown = word.kind.clone();
        if let Some(name) = self.word() {
            shown = format!("{shown} {name}");
        }
        self.skip_braces();
        Node::new(shown, word.span)
    }

    fn define(&mut self) -> Parsed<Item> {
        let name = self.name("a name")?;
        let negative = self.take(Mark::Minus);
        let size = i64::from(self.whole_number()?.kind);
        let value = if negative { -size } else { size };
        self.defines.insert(name.kind.clone(), value as f64);
        Ok(Item::Define(name, value))
    }

    fn around(&mut self, after: bool) -> Parsed<Item> {
        let word = self.name("INITIAL, BREAKPOINT, SOLVE or STEP")?;
        let moment = match word.kind.as_str() {
            "INITIAL" => Moment::Initial,
            "BREAKPOINT" => Moment::Breakpoint,
            "SOLVE" => Moment::Solve,
            "STEP" => Moment::Step,
            _ => {
                let message = format!("`{word}`: INITIAL, BREAKPOINT, SOLVE or STEP is expected");
                self.report.error(word.span, message);
                return Err(Skip);
            }
        };
        let moment = Node::new(moment, word.span);
        Ok(Item::Around(after, moment, self.block()?))
    }

    fn callable(&mut self, kind: CallableKind) -> Parsed<Item> {
        let name = self.name("a name")?;
        let arguments = if self.is(Mark::LeftParen) {
            self.arguments()?
        } else {
            Vec::new()
        };
        let unit = self.unit()?.map(|u| u.kind);
        let solve_for = if kind.is_solved() && self.take_word("SOLVEFOR") {
            self.names("a state")?
        } else {
            Vec::new()
        };
        let body = match kind {
            CallableKind::FunctionTable => Vec::new(),
            _ => self.block()?,
        };
        Ok(Item::Callable(Callable {
            kind,
            name,
            arguments,
            unit,
            solve_for,
            body,
        }))
    }

    /// `(a (mV), b)`
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Argument>> {
        self.expect(Mark::LeftParen, "(")?;
        let mut arguments = Vec::new();
        while !self.take(Mark::RightParen) {
            if !arguments.is_empty() {
                self.expect(Mark::Comma, ",")?;
            }
            let name = self.name("the name of an argument")?;
            let unit = self.unit()?.map(|u| u.kind);
            arguments.push(Argument { name, unit });
        }
        Ok(arguments)
    }
}
