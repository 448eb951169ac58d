//! C without an equivalent: what a function of the model's program would take the place of, and what it would be given.
//!
//! A FUNCTION or PROCEDURE is replaced as a whole. In other blocks each VERBATIM that has no equivalent alone is.

use std::collections::{BTreeMap, BTreeSet};

use super::mixed::{Mixed, body, has_verbatim};
use super::preprocess::Preprocessor;
use super::scope::{Scope, words};
use super::token::{Piece, Token, lex};
use super::tree::Refusal;
use super::{Pass, assigned, leave, prepare, refused_statement};
use crate::nmodl::ast::{CallableKind, File, HookCall, Item, Node, Span, Stmt, StmtKind};
use crate::nmodl::print::print_statements;
use crate::nmodl::report::Report;

/// The number of each VERBATIM of a file, from 1, by the place where it begins.
#[derive(Debug, Default)]
pub(super) struct Numbers(BTreeMap<u32, usize>);

impl Numbers {
    pub(super) fn of(file: &File) -> Self {
        let mut places = BTreeSet::new();
        for item in &file.items {
            match item {
                Item::Verbatim(text) => {
                    places.insert(text.span.lo);
                }
                other => {
                    let statements = body(other).map(Vec::as_slice).unwrap_or_default();
                    each_verbatim(statements, &mut |span, _| {
                        places.insert(span.lo);
                    });
                }
            }
        }
        Self(places.into_iter().zip(1..).collect())
    }

    fn name(&self, span: Span) -> String {
        format!("verbatim_{}", self.0.get(&span.lo).copied().unwrap_or(0))
    }
}

fn each_verbatim(statements: &[Stmt], see: &mut impl FnMut(Span, &str)) {
    for statement in statements {
        match &statement.kind {
            StmtKind::Verbatim(text) => see(statement.span, text),
            StmtKind::If(_, yes, no) => {
                each_verbatim(yes, see);
                each_verbatim(no, see);
            }
            StmtKind::While(_, body)
            | StmtKind::From { body, .. }
            | StmtKind::Block(body)
            | StmtKind::Initial(body) => each_verbatim(body, see),
            _ => {}
        }
    }
}

/// A call of the function that stands for C.
pub(super) fn statement(
    name: &str,
    result: bool,
    names: Vec<(String, bool)>,
    refusal: Refusal,
) -> Stmt {
    let hook = HookCall {
        name: name.to_owned(),
        result,
        names,
        message: message(&refusal),
        help: refusal.help.to_owned(),
    };
    Node::new(StmtKind::Hook(Box::new(hook)), refusal.span)
}

pub(super) fn message(refusal: &Refusal) -> String {
    format!("this C in VERBATIM has no equivalent: {}", refusal.why)
}

impl Pass<'_> {
    /// A block whose C as a whole is refused.
    pub(super) fn hooked(&mut self, item: &Item, refusal: Refusal, tokens: &[Token]) -> Vec<Stmt> {
        if let Item::Callable(callable) = item
            && matches!(
                callable.kind,
                CallableKind::Function | CallableKind::Procedure
            )
        {
            let arguments = callable.arguments.iter().map(|a| a.name.kind.clone());
            let arguments: Vec<String> = arguments.collect();
            let mut names: Vec<(String, bool)> =
                arguments.iter().map(|a| (a.clone(), false)).collect();
            let mut all: BTreeSet<&str> = tokens.iter().filter_map(Token::name).collect();
            let text = print_statements(&callable.body);
            all.extend(words(&text));
            let known = all.into_iter().map(strip);
            let known: BTreeSet<&str> = known
                .filter(|n| self.facts.variables.contains(*n))
                .filter(|n| !arguments.iter().any(|a| a == n))
                .collect();
            let changes = |n: &str| changed(tokens, n) || assigned_in(&callable.body, n);
            names.extend(known.iter().map(|n| ((*n).to_owned(), changes(n))));
            let result = callable.kind == CallableKind::Function;
            return vec![statement(&callable.name.kind, result, names, refusal)];
        }
        let statements = body(item).cloned().unwrap_or_default();
        let stands_alone = |text: &str| {
            let tokens = raw(text, 0);
            let depth = |open: &str, close: &str| {
                let mut depth = 0;
                let never_below = tokens.iter().all(|t| {
                    depth += i32::from(t.is(open)) - i32::from(t.is(close));
                    depth >= 0
                });
                never_below && depth == 0
            };
            depth("{", "}") && depth("(", ")") && !tokens.first().is_some_and(|t| t.is("else"))
        };
        let mut apart = true;
        each_verbatim(&statements, &mut |_, text| apart &= stands_alone(text));
        if !apart {
            return vec![refused_statement(refusal)];
        }
        let pieces = self.pieces(item, &statements, &refusal);
        // together they mean something else than each alone
        if has_hook(&pieces) {
            pieces
        } else {
            vec![refused_statement(refusal)]
        }
    }

    fn pieces(&mut self, item: &Item, statements: &[Stmt], refusal: &Refusal) -> Vec<Stmt> {
        let mut out = Vec::new();
        for one in statements {
            let mut inner = |body: &[Stmt]| self.pieces(item, body, refusal);
            let kind = match &one.kind {
                StmtKind::Verbatim(text) => {
                    out.extend(self.piece(item, one, text, refusal));
                    continue;
                }
                StmtKind::If(cond, yes, no) => {
                    let yes = inner(yes);
                    StmtKind::If(cond.clone(), yes, inner(no))
                }
                StmtKind::While(cond, body) => StmtKind::While(cond.clone(), inner(body)),
                StmtKind::From {
                    index,
                    from,
                    to,
                    by,
                    body,
                } => StmtKind::From {
                    index: index.clone(),
                    from: from.clone(),
                    to: to.clone(),
                    by: by.clone(),
                    body: inner(body),
                },
                StmtKind::Block(body) => StmtKind::Block(inner(body)),
                StmtKind::Initial(body) => StmtKind::Initial(inner(body)),
                other => other.clone(),
            };
            out.push(Node::new(kind, one.span));
        }
        out
    }

    /// One VERBATIM: its translation, or a function that stands for it.
    fn piece(&mut self, item: &Item, one: &Stmt, text: &str, refusal: &Refusal) -> Vec<Stmt> {
        debug_assert!(has_verbatim(std::slice::from_ref(one)));
        let mixed = Mixed::new(std::slice::from_ref(one), &mut Preprocessor::new());
        let tokens = raw(text, one.span.lo as usize);
        let (mut all, mut declared) = (BTreeSet::new(), BTreeSet::new());
        mixed.words(&mut all, &mut declared);
        let mut apart = Report::default();
        let mut scope = Scope::new(self.facts, &mut apart);
        prepare(&mut scope, item, declared, &tokens, &all);
        let why = match mixed.parsed() {
            Ok(tree) => {
                let mut names = BTreeSet::new();
                assigned::by_statements(&tree, &mut names);
                scope.assigns(names);
                let flows = scope.block(&tree);
                match scope.refused.take() {
                    Some(own) => own,
                    None => {
                        self.report.problems.extend(apart.problems);
                        return leave::structured(flows);
                    }
                }
            }
            Err(own) => own,
        };
        let inside = |r: &Refusal| (one.span.lo..=one.span.hi).contains(&r.span.lo);
        let why = if inside(refusal) {
            refusal.clone()
        } else {
            why
        };
        let mut names: Vec<(String, bool)> = Vec::new();
        for name in tokens.iter().filter_map(Token::name).map(strip) {
            if !names.iter().any(|(n, _)| n == name) && !is_c(name) {
                names.push((name.to_owned(), changed(&tokens, name)));
            }
        }
        vec![statement(&self.numbers.name(one.span), false, names, why)]
    }
}

fn has_hook(statements: &[Stmt]) -> bool {
    statements.iter().any(|s| match &s.kind {
        StmtKind::Hook(_) => true,
        StmtKind::If(_, yes, no) => has_hook(yes) || has_hook(no),
        StmtKind::While(_, body)
        | StmtKind::From { body, .. }
        | StmtKind::Block(body)
        | StmtKind::Initial(body) => has_hook(body),
        _ => false,
    })
}

/// NEURON's C calls LOCALs and arguments `_lx`.
fn strip(name: &str) -> &str {
    name.strip_prefix("_l").unwrap_or(name)
}

/// Words of C that are no variables of NMODL, though a block may have one of the name.
fn is_c(name: &str) -> bool {
    const WORDS: [&str; 8] = [
        "if", "else", "for", "while", "return", "double", "int", "void",
    ];
    WORDS.contains(&name)
}

fn changed(tokens: &[Token], name: &str) -> bool {
    assigned::by_tokens(tokens, name) || assigned::by_tokens(tokens, &format!("_l{name}"))
}

/// Whether NMODL assigns a name.
fn assigned_in(statements: &[Stmt], name: &str) -> bool {
    statements.iter().any(|s| match &s.kind {
        StmtKind::Assign(n, ..) => n.kind == name,
        StmtKind::If(_, yes, no) => assigned_in(yes, name) || assigned_in(no, name),
        StmtKind::While(_, body) | StmtKind::Block(body) | StmtKind::From { body, .. } => {
            assigned_in(body, name)
        }
        _ => false,
    })
}

fn raw(text: &str, base: usize) -> Vec<Token> {
    let token = |piece| match piece {
        Piece::Token(token) => vec![token],
        Piece::Directive(tokens, _) => tokens,
    };
    lex(text, base).into_iter().flat_map(token).collect()
}
