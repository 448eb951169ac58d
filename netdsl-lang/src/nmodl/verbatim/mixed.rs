//! Statements of NMODL and VERBATIM between them as one sequence: `VERBATIM if (x) { ENDVERBATIM y = 1 VERBATIM } ENDVERBATIM`
//! is one condition.

use std::collections::BTreeSet;

use super::parse::CParser;
use super::preprocess::Preprocessor;
use super::scope::words;
use super::token::{Kind, Token, lex};
use super::tree::{Accepted, CStmt, Nmodl};
use crate::nmodl::ast::{Item, Span, Stmt, StmtKind};
use crate::nmodl::print::{print_expr, print_statements};

/// A block: tokens of C, and the NMODL statements that they count.
#[derive(Clone, Debug, Default)]
pub(super) struct Mixed {
    tokens: Vec<Token>,
    statements: Vec<Nmodl<Mixed>>,
    end: Span,
}

/// The statements of a block of the file.
pub(super) fn body(item: &Item) -> Option<&Vec<Stmt>> {
    match item {
        Item::Initial(body)
        | Item::Breakpoint(body)
        | Item::NetReceive(_, body)
        | Item::Around(_, _, body)
        | Item::Constructor(body)
        | Item::Destructor(body) => Some(body),
        Item::Callable(callable) => Some(&callable.body),
        _ => None,
    }
}

/// As [`body`].
pub(super) fn body_mut(item: &mut Item) -> Option<&mut Vec<Stmt>> {
    match item {
        Item::Initial(body)
        | Item::Breakpoint(body)
        | Item::NetReceive(_, body)
        | Item::Around(_, _, body)
        | Item::Constructor(body)
        | Item::Destructor(body) => Some(body),
        Item::Callable(callable) => Some(&mut callable.body),
        _ => None,
    }
}

/// Whether VERBATIM stands among statements.
pub(super) fn has_verbatim(body: &[Stmt]) -> bool {
    body.iter().any(|s| match &s.kind {
        StmtKind::Verbatim(_) => true,
        StmtKind::If(_, yes, no) => has_verbatim(yes) || has_verbatim(no),
        StmtKind::While(_, body)
        | StmtKind::From { body, .. }
        | StmtKind::Block(body)
        | StmtKind::Initial(body) => has_verbatim(body),
        _ => false,
    })
}

impl Mixed {
    /// From the statements of a block.
    pub(super) fn new(body: &[Stmt], preprocessor: &mut Preprocessor) -> Self {
        let mut mixed = Self::default();
        for statement in body {
            mixed.end = Span {
                lo: statement.span.hi,
                hi: statement.span.hi,
            };
            if let StmtKind::Verbatim(text) = &statement.kind {
                preprocessor.run(lex(text, statement.span.lo as usize), &mut mixed.tokens);
            } else if preprocessor.is_active() {
                let kind = Kind::Nmodl(mixed.statements.len());
                mixed.tokens.push(Token {
                    kind,
                    span: statement.span,
                });
                mixed.statements.push(nmodl(statement, preprocessor));
            }
        }
        mixed
    }

    /// The tokens of all C in the block.
    pub(super) fn flat(&self, out: &mut Vec<Token>) {
        for token in &self.tokens {
            let Kind::Nmodl(number) = token.kind else {
                out.push(token.clone());
                continue;
            };
            match &self.statements[number] {
                Nmodl::Plain(_) => {}
                Nmodl::If(_, yes, no) => {
                    yes.flat(out);
                    no.flat(out);
                }
                Nmodl::While(_, body)
                | Nmodl::From(_, _, _, _, body)
                | Nmodl::Block(body)
                | Nmodl::Initial(body) => {
                    body.flat(out);
                }
            }
        }
    }

    /// The words of the block, and the names that LOCAL and FROM declare.
    pub(super) fn words(&self, all: &mut BTreeSet<String>, declared: &mut BTreeSet<String>) {
        let mut add = |text: &str| all.extend(words(text).map(str::to_owned));
        self.tokens
            .iter()
            .filter_map(Token::name)
            .for_each(&mut add);
        for statement in &self.statements {
            match statement {
                Nmodl::Plain(s) => {
                    if let StmtKind::Local(names) = &s.kind {
                        declared.extend(names.iter().map(|(n, _)| n.kind.clone()));
                    }
                    all.extend(
                        words(&print_statements(std::slice::from_ref(s))).map(str::to_owned),
                    );
                }
                Nmodl::If(cond, yes, no) => {
                    all.extend(words(&print_expr(cond)).map(str::to_owned));
                    yes.words(all, declared);
                    no.words(all, declared);
                }
                Nmodl::While(cond, body) => {
                    all.extend(words(&print_expr(cond)).map(str::to_owned));
                    body.words(all, declared);
                }
                Nmodl::From(index, from, to, _, body) => {
                    declared.insert(index.kind.clone());
                    all.extend([from, to].iter().flat_map(|e| {
                        words(&print_expr(e)).map(str::to_owned).collect::<Vec<_>>()
                    }));
                    body.words(all, declared);
                }
                Nmodl::Block(body) | Nmodl::Initial(body) => body.words(all, declared),
            }
        }
    }

    /// The C of the block as a tree.
    pub(super) fn parsed(&self) -> Accepted<Vec<CStmt>> {
        let mut statements = Vec::new();
        for statement in &self.statements {
            statements.push(match statement {
                Nmodl::Plain(s) => Nmodl::Plain(s.clone()),
                Nmodl::If(cond, yes, no) => Nmodl::If(cond.clone(), yes.parsed()?, no.parsed()?),
                Nmodl::While(cond, body) => Nmodl::While(cond.clone(), body.parsed()?),
                Nmodl::From(index, from, to, by, body) => Nmodl::From(
                    index.clone(),
                    from.clone(),
                    to.clone(),
                    by.clone(),
                    body.parsed()?,
                ),
                Nmodl::Block(body) => Nmodl::Block(body.parsed()?),
                Nmodl::Initial(body) => Nmodl::Initial(body.parsed()?),
            });
        }
        CParser::new(&self.tokens, &statements, self.end).statements()
    }
}

fn nmodl(statement: &Stmt, preprocessor: &mut Preprocessor) -> Nmodl<Mixed> {
    if !has_verbatim(std::slice::from_ref(statement)) {
        return Nmodl::Plain(statement.clone());
    }
    let mut inner = |body: &[Stmt]| Mixed::new(body, preprocessor);
    match &statement.kind {
        StmtKind::If(cond, yes, no) => {
            let yes = inner(yes);
            Nmodl::If(cond.clone(), yes, inner(no))
        }
        StmtKind::While(cond, body) => Nmodl::While(cond.clone(), inner(body)),
        StmtKind::From {
            index,
            from,
            to,
            by,
            body,
        } => Nmodl::From(
            index.clone(),
            from.clone(),
            to.clone(),
            by.clone(),
            inner(body),
        ),
        StmtKind::Block(body) => Nmodl::Block(inner(body)),
        StmtKind::Initial(body) => Nmodl::Initial(inner(body)),
        _ => Nmodl::Plain(statement.clone()),
    }
}
