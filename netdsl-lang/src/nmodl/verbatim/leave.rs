//! `return`, `break` and `continue` become conditions, since NMODL has no jumps.
//!
//! `if (a) { x; return; } y;` becomes `if (a) { x } else { y }`. Where what follows cannot be moved so, a local variable
//! says that the code has been left: `while (a) { if (b) { break; } x; }` becomes
//! `_left1 = 0  while (a && !_left1) { if (b) { _left1 = 1 } else { x } }`.

use super::build::{joined, literal, local, named, opposite, set};
use crate::nmodl::ast::{BinaryOp, Expr, ExprKind, Name, Node, Span, Stmt, StmtKind};

/// What is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    Return,
    Break,
    Continue,
}

/// A statement with jumps in it.
#[derive(Clone, Debug)]
pub(super) enum Flow {
    Plain(Stmt),
    If(Expr, Vec<Flow>, Vec<Flow>, Span),
    /// Statements before each test, the test, what is repeated, and what follows it each time.
    Loop(Vec<Flow>, Expr, Vec<Flow>, Vec<Flow>, Span),
    From(Name, Expr, Expr, Option<Expr>, Vec<Flow>, Span),
    Block(Vec<Flow>, Span),
    Initial(Vec<Flow>, Span),
    Leave(Leave, Span),
}

/// Statements without jumps.
pub(super) fn structured(flows: Vec<Flow>) -> Vec<Stmt> {
    let mut writer = Writer::default();
    // INITIAL stands in NET_RECEIVE itself, not in conditions
    let (initial, rest): (Vec<_>, Vec<_>) = flows
        .into_iter()
        .partition(|f| matches!(f, Flow::Initial(..)));
    let mut out = writer.sequence(initial, Tail::default());
    let body = writer.sequence(
        rest,
        Tail {
            returns: true,
            continues: true,
        },
    );
    if writer.returns {
        let span = body.first().map_or_else(Span::default, |s| s.span);
        out.push(local(RETURNED, span));
    }
    out.extend(body);
    out
}

const RETURNED: &str = "_returned";

/// What need not be told, since nothing follows.
#[derive(Clone, Copy, Debug, Default)]
struct Tail {
    returns: bool,
    continues: bool,
}

#[derive(Default)]
struct Writer {
    /// The variable for `return` is in use.
    returns: bool,
    /// Number of loops so far.
    loops: u32,
    /// The loops around the code.
    open: Vec<u32>,
}

impl Writer {
    fn sequence(&mut self, flows: Vec<Flow>, tail: Tail) -> Vec<Stmt> {
        let mut out = Vec::new();
        let mut flows = flows.into_iter();
        while let Some(flow) = flows.next() {
            let rest: Vec<Flow> = if leaves(&flow).is_empty() {
                Vec::new()
            } else {
                flows.by_ref().collect()
            };
            let here = if rest.is_empty() && flows.len() == 0 {
                tail
            } else {
                Tail::default()
            };
            match flow {
                Flow::Leave(leave, span) => {
                    self.leave(leave, tail, span, &mut out);
                    return out;
                }
                Flow::If(cond, yes, mut no, span) if always_leaves(&yes) => {
                    no.extend(rest);
                    let (yes, no) = (self.sequence(yes, tail), self.sequence(no, tail));
                    out.push(Node::new(StmtKind::If(cond, yes, no), span));
                }
                Flow::If(cond, mut yes, no, span) if always_leaves(&no) => {
                    yes.extend(rest);
                    let (yes, no) = (self.sequence(yes, tail), self.sequence(no, tail));
                    out.push(Node::new(StmtKind::If(cond, yes, no), span));
                }
                Flow::Block(inner, span) if !rest.is_empty() && always_leaves(&inner) => {
                    let inner = self.sequence(inner, tail);
                    out.push(Node::new(StmtKind::Block(inner), span));
                }
                flow => {
                    let kinds = leaves(&flow);
                    self.one(flow, here, &mut out);
                    if !rest.is_empty() {
                        let rest = self.sequence(rest, tail);
                        self.unless_left(&kinds, rest, &mut out);
                    }
                }
            }
        }
        out
    }

    fn leave(&mut self, leave: Leave, tail: Tail, span: Span, out: &mut Vec<Stmt>) {
        let silent = match leave {
            Leave::Return => tail.returns,
            Leave::Continue => tail.continues,
            Leave::Break => false,
        };
        if !silent {
            let name = self.flag(leave);
            out.push(set(&name, literal(1.0, span), span));
        }
    }

    /// The variable that tells of a jump.
    fn flag(&mut self, leave: Leave) -> String {
        let number = self.open.last().copied().unwrap_or(0);
        match leave {
            Leave::Return => {
                self.returns = true;
                RETURNED.to_owned()
            }
            Leave::Break => format!("_left{number}"),
            Leave::Continue => format!("_skipped{number}"),
        }
    }

    fn unless_left(&mut self, kinds: &[Leave], rest: Vec<Stmt>, out: &mut Vec<Stmt>) {
        let Some(span) = rest.first().map(|s| s.span) else {
            return;
        };
        let goes_on = kinds.iter().fold(literal(1.0, span), |all, kind| {
            let flag = opposite(named(&self.flag(*kind), span), span);
            both(all, flag, span)
        });
        out.push(Node::new(StmtKind::If(goes_on, rest, Vec::new()), span));
    }

    fn one(&mut self, flow: Flow, tail: Tail, out: &mut Vec<Stmt>) {
        match flow {
            Flow::Plain(statement) => out.push(statement),
            Flow::If(cond, yes, no, span) => {
                let (yes, no) = (self.sequence(yes, tail), self.sequence(no, tail));
                out.push(Node::new(StmtKind::If(cond, yes, no), span));
            }
            Flow::Loop(before, cond, body, step, span) => {
                self.repeat(before, cond, body, step, span, out)
            }
            Flow::From(index, from, to, by, body, span) => {
                self.loops += 1;
                self.open.push(self.loops);
                let (kinds, goes_on) = self.goes_on(&body, span, out);
                let mut body = self.body(&kinds, body, span);
                if !is_true(&goes_on) {
                    body = vec![Node::new(StmtKind::If(goes_on, body, Vec::new()), span)];
                }
                self.open.pop();
                out.push(Node::new(
                    StmtKind::From {
                        index,
                        from,
                        to,
                        by,
                        body,
                    },
                    span,
                ));
            }
            Flow::Block(body, span) => {
                let body = self.sequence(body, tail);
                out.push(Node::new(StmtKind::Block(body), span));
            }
            Flow::Initial(body, span) => {
                // a block of its own, which a jump leaves
                out.push(Node::new(StmtKind::Initial(structured(body)), span));
            }
            Flow::Leave(leave, span) => self.leave(leave, tail, span, out),
        }
    }

    /// The jumps in a loop's body, and the condition that none has left the loop.
    fn goes_on(&mut self, body: &[Flow], span: Span, out: &mut Vec<Stmt>) -> (Vec<Leave>, Expr) {
        let kinds = all_leaves(body);
        let mut goes_on = literal(1.0, span);
        if kinds.contains(&Leave::Break) {
            let left = self.flag(Leave::Break);
            out.push(local(&left, span));
            out.push(set(&left, literal(0.0, span), span));
            goes_on = opposite(named(&left, span), span);
        }
        if kinds.contains(&Leave::Return) {
            let returned = self.flag(Leave::Return);
            goes_on = both(goes_on, opposite(named(&returned, span), span), span);
        }
        (kinds, goes_on)
    }

    fn body(&mut self, kinds: &[Leave], body: Vec<Flow>, span: Span) -> Vec<Stmt> {
        let mut inner = Vec::new();
        if kinds.contains(&Leave::Continue) {
            inner.push(local(&self.flag(Leave::Continue), span));
        }
        inner.extend(self.sequence(
            body,
            Tail {
                returns: false,
                continues: true,
            },
        ));
        inner
    }

    fn repeat(
        &mut self,
        before: Vec<Flow>,
        cond: Expr,
        body: Vec<Flow>,
        step: Vec<Flow>,
        span: Span,
        out: &mut Vec<Stmt>,
    ) {
        self.loops += 1;
        self.open.push(self.loops);
        let (kinds, goes_on) = self.goes_on(&body, span, out);
        let mut inner = self.body(&kinds, body, span);
        let step = self.sequence(step, Tail::default());
        if is_true(&goes_on) {
            inner.extend(step);
        } else if !step.is_empty() {
            inner.push(Node::new(
                StmtKind::If(goes_on.clone(), step, Vec::new()),
                span,
            ));
        }
        let before = self.sequence(before, Tail::default());
        let statement = if before.is_empty() {
            StmtKind::While(both(cond, goes_on, span), inner)
        } else {
            let again = format!("_again{}", self.loops);
            out.push(local(&again, span));
            out.push(set(&again, literal(1.0, span), span));
            let mut all = before;
            let stop = vec![set(&again, literal(0.0, span), span)];
            all.push(Node::new(StmtKind::If(cond, inner, stop), span));
            StmtKind::While(both(named(&again, span), goes_on, span), all)
        };
        out.push(Node::new(statement, span));
        self.open.pop();
    }
}

/// `a && b`, without what is always true.
fn both(a: Expr, b: Expr, span: Span) -> Expr {
    if is_true(&a) {
        b
    } else if is_true(&b) {
        a
    } else {
        joined(BinaryOp::And, a, b, span)
    }
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Number(x, _) if x != 0.0)
}

/// Whether nothing behind the statements is ever reached from them.
pub(super) fn always_leaves(flows: &[Flow]) -> bool {
    flows.iter().any(|flow| match flow {
        Flow::Leave(..) => true,
        Flow::If(_, yes, no, _) => always_leaves(yes) && always_leaves(no),
        Flow::Block(body, _) => always_leaves(body),
        _ => false,
    })
}

fn all_leaves(flows: &[Flow]) -> Vec<Leave> {
    let mut all: Vec<Leave> = Vec::new();
    for leave in flows.iter().flat_map(leaves) {
        if !all.contains(&leave) {
            all.push(leave);
        }
    }
    all
}

/// The jumps out of a statement.
fn leaves(flow: &Flow) -> Vec<Leave> {
    match flow {
        Flow::Plain(_) | Flow::Initial(..) => Vec::new(),
        Flow::Leave(leave, _) => vec![*leave],
        Flow::If(_, yes, no, _) => {
            let mut all = all_leaves(yes);
            all.extend(all_leaves(no));
            all.sort_by_key(|l| *l as u8);
            all.dedup();
            all
        }
        Flow::Block(body, _) => all_leaves(body),
        Flow::Loop(before, _, body, step, _) => {
            let mut all = all_leaves(body);
            all.extend(all_leaves(before));
            all.extend(all_leaves(step));
            all.retain(|l| *l == Leave::Return);
            all.dedup();
            all
        }
        Flow::From(_, _, _, _, body, _) => {
            let mut all = all_leaves(body);
            all.retain(|l| *l == Leave::Return);
            all
        }
    }
}
