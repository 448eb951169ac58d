//! Which names C assigns, and which words it says.

use std::collections::BTreeSet;

use super::token::Token;
use super::tree::{CExpr, CExprKind, CStmt, CStmtKind, Initial, Nmodl};

/// Adds the names that statements of C assign.
pub(super) fn by_statements(all: &[CStmt], names: &mut BTreeSet<String>) {
    for statement in all {
        match &statement.kind {
            CStmtKind::Expr(e) => by_expr(e, names),
            CStmtKind::Return(value) => value.iter().for_each(|e| by_expr(e, names)),
            CStmtKind::Declare(declared) => {
                for d in declared {
                    if let Some(Initial::One(e)) = &d.value {
                        by_expr(e, names);
                    }
                }
            }
            CStmtKind::If(cond, yes, no) => {
                by_expr(cond, names);
                by_statements(std::slice::from_ref(yes), names);
                no.iter()
                    .for_each(|no| by_statements(std::slice::from_ref(no), names));
            }
            CStmtKind::While(cond, body) | CStmtKind::DoWhile(body, cond) => {
                by_expr(cond, names);
                by_statements(std::slice::from_ref(body), names);
            }
            CStmtKind::For(first, cond, step, body) => {
                by_statements(std::slice::from_ref(first), names);
                cond.iter().chain(step).for_each(|e| by_expr(e, names));
                by_statements(std::slice::from_ref(body), names);
            }
            CStmtKind::Switch(value, cases) => {
                by_expr(value, names);
                cases
                    .iter()
                    .for_each(|(_, body)| by_statements(body, names));
            }
            CStmtKind::Block(body) => by_statements(body, names),
            CStmtKind::Nmodl(nmodl) => by_nmodl(nmodl, names),
            CStmtKind::Empty | CStmtKind::Break | CStmtKind::Continue => {}
        }
    }
}

fn by_nmodl(nmodl: &Nmodl<Vec<CStmt>>, names: &mut BTreeSet<String>) {
    match nmodl {
        Nmodl::Plain(statement) => {
            if let crate::nmodl::ast::StmtKind::Assign(name, ..) = &statement.kind {
                names.insert(name.kind.clone());
            }
        }
        Nmodl::If(_, yes, no) => {
            by_statements(yes, names);
            by_statements(no, names);
        }
        Nmodl::While(_, body)
        | Nmodl::From(_, _, _, _, body)
        | Nmodl::Block(body)
        | Nmodl::Initial(body) => {
            by_statements(body, names);
        }
    }
}

fn by_expr(e: &CExpr, names: &mut BTreeSet<String>) {
    match &e.kind {
        CExprKind::Assign(_, target, value) => {
            root(target, names);
            by_expr(target, names);
            by_expr(value, names);
        }
        CExprKind::Step(target, ..) => {
            root(target, names);
            by_expr(target, names);
        }
        // what an address is taken of may be assigned through it
        CExprKind::Unary("&", a) => root(a, names),
        CExprKind::Unary(_, a) | CExprKind::Cast(_, a) | CExprKind::Member(a, _) => {
            by_expr(a, names)
        }
        CExprKind::Call(a, all) => {
            by_expr(a, names);
            all.iter().for_each(|e| by_expr(e, names));
        }
        CExprKind::Index(a, b) | CExprKind::Binary(_, a, b) | CExprKind::Comma(a, b) => {
            by_expr(a, names);
            by_expr(b, names);
        }
        CExprKind::Choice(a, b, c) => [a, b, c].into_iter().for_each(|e| by_expr(e, names)),
        CExprKind::Number(..) | CExprKind::Text | CExprKind::Name(_) => {}
    }
}

/// The name of what is assigned: `a` of `a[i].b`.
fn root(e: &CExpr, names: &mut BTreeSet<String>) {
    match &e.kind {
        CExprKind::Name(name) => {
            names.insert(name.clone());
        }
        CExprKind::Index(a, _)
        | CExprKind::Member(a, _)
        | CExprKind::Unary(_, a)
        | CExprKind::Cast(_, a) => root(a, names),
        _ => {}
    }
}

/// Whether tokens assign a name: cruder than a tree, for text that cannot be read.
pub(super) fn by_tokens(tokens: &[Token], name: &str) -> bool {
    const SIGNS: [&str; 8] = ["=", "+=", "-=", "*=", "/=", "%=", "++", "--"];
    let sign = |t: Option<&Token>| t.is_some_and(|t| SIGNS.iter().any(|s| t.is(s)));
    tokens.iter().enumerate().any(|(k, t)| {
        let behind = match tokens.get(k + 1) {
            Some(t) if t.is("[") => {
                let end = tokens[k..].iter().position(|t| t.is("]"));
                end.and_then(|n| tokens.get(k + n + 1))
            }
            other => other,
        };
        let before = k.checked_sub(1).and_then(|k| tokens.get(k));
        t.name() == Some(name)
            && (sign(behind) || before.is_some_and(|t| t.is("++") || t.is("--") || t.is("&")))
    })
}
