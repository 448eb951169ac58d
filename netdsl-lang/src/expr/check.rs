//! Names, number of arguments, and dimensions; the result is ready to be evaluated.

use super::Mistake;
use super::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use super::scope::{Entry, FUNCTIONS, Function, ScopeKind, Units};
use crate::diag::did_you_mean;
use crate::units::{self, Conversion, Dim, Unit};
use std::ops::Range;

mod words;

use words::{describe, did_you_mean_exactly, disagreement, kind, one_of, plural, wanted};

/// A named parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Param<'a> {
    /// As it is written.
    pub name: &'a str,
    /// Unit of its value; `None` where a mistake elsewhere hides it: then nothing is said about it.
    pub unit: Option<Unit>,
}

/// What an expression must give.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Want<'a> {
    /// A quantity in this unit. The name of the field is for messages.
    Quantity {
        /// `delay`.
        field: &'a str,
        /// Unit of the result.
        unit: Unit,
        /// The same in writing, for messages; empty or `1` for plain numbers.
        written: &'a str,
    },
    /// True or false; the name of the field is for messages.
    Truth {
        /// `where`.
        field: &'a str,
    },
    /// Anything that is a number: [`Checked::unit`] tells in which unit.
    Any,
}

/// An expression that may be evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub(super) root: Node,
    /// Unit of the result.
    pub unit: Unit,
    /// The result is a truth value (1 or 0).
    pub truth: bool,
}

impl Checked {
    /// Its tree.
    pub fn root(&self) -> &Node {
        &self.root
    }
}

/// A node of a checked expression, with all units settled: what the runtime makes its own formulas of.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A number.
    Const(f64),
    /// A variable, by its index in the scope.
    Var(u16),
    /// A parameter, by its index in the list given to [`check`].
    Param(u16),
    /// `-a`.
    Neg(Box<Node>),
    /// `!a`.
    Not(Box<Node>),
    /// `a + b` and the like.
    Binary(BinaryOp, Box<Node>, Box<Node>),
    /// A function of one or two arguments.
    Call(Function, Vec<Node>),
    /// Condition, value where it holds, value where it does not.
    If(Box<Node>, Box<Node>, Box<Node>),
    /// From one unit to another.
    Convert(Conversion, Box<Node>),
}

/// What is known of a part of an expression. `unit` is `None` after a mistake: that agrees with everything.
#[derive(Clone, Debug)]
struct Typed {
    node: Node,
    unit: Option<Unit>,
    truth: bool,
    span: Range<usize>,
    /// A number without unit, as written: may stand where the remedy is to add one.
    bare: Option<String>,
}

/// Checks `expr`; all mistakes.
pub fn check(
    expr: &Expr,
    scope: ScopeKind,
    params: &[Param<'_>],
    want: Want<'_>,
) -> Result<Checked, Vec<Mistake>> {
    let mut checker = Checker {
        scope,
        params,
        mistakes: Vec::new(),
    };
    let typed = checker.expr(expr);
    let checked = checker.settle(typed, want);
    checker.mistakes.sort_by_key(|m| m.span.start);
    if checker.mistakes.is_empty() {
        Ok(checked)
    } else {
        Err(checker.mistakes)
    }
}

/// The mistakes within a tree that was not read to its end: of what the whole gives, nothing can be said.
pub(super) fn check_parts(expr: &Expr, scope: ScopeKind, params: &[Param<'_>]) -> Vec<Mistake> {
    let mut checker = Checker {
        scope,
        params,
        mistakes: Vec::new(),
    };
    checker.expr(expr);
    checker.mistakes
}

struct Checker<'a> {
    scope: ScopeKind,
    params: &'a [Param<'a>],
    mistakes: Vec<Mistake>,
}

impl Checker<'_> {
    fn mistake(&mut self, span: &Range<usize>, message: impl Into<String>) {
        self.mistakes.push(Mistake::new(span.clone(), message));
    }

    fn settle(&mut self, typed: Typed, want: Want<'_>) -> Checked {
        match want {
            Want::Any => {
                let unit = typed.unit.unwrap_or(Unit::ONE);
                Checked {
                    root: typed.node,
                    unit,
                    truth: typed.truth,
                }
            }
            Want::Truth { field } => {
                if !typed.truth && typed.unit.is_some() {
                    let message =
                        format!("`{field}` is a condition: compare, as in `pre.y < 250 um`");
                    self.mistake(&typed.span, message);
                }
                Checked {
                    root: typed.node,
                    unit: Unit::ONE,
                    truth: true,
                }
            }
            Want::Quantity {
                field,
                unit,
                written,
            } => {
                let root = self.quantity(typed, field, unit, written);
                Checked {
                    root,
                    unit,
                    truth: false,
                }
            }
        }
    }

    fn quantity(&mut self, typed: Typed, field: &str, unit: Unit, written: &str) -> Node {
        let Some(found) = typed.unit else {
            return typed.node;
        };
        if typed.truth {
            self.mistake(
                &typed.span,
                format!("`{field}` is {}, not a condition", unit.dim.describe()),
            );
        } else if found.dim != unit.dim {
            let message = match &typed.bare {
                Some(number) => format!("`{field}` needs a unit: write `{number} {written}`"),
                None => format!(
                    "`{field}` is {}, but this is {}",
                    wanted(unit.dim, written),
                    found.dim.describe()
                ),
            };
            self.mistake(&typed.span, message);
        }
        convert(typed.node, found, unit)
    }

    fn poison(&self, span: &Range<usize>) -> Typed {
        Typed {
            node: Node::Const(f64::NAN),
            unit: None,
            truth: false,
            span: span.clone(),
            bare: None,
        }
    }

    fn expr(&mut self, expr: &Expr) -> Typed {
        let span = expr.span.clone();
        match &expr.kind {
            ExprKind::Number {
                text,
                unit,
                meaning,
            } => {
                let plain: String = text.chars().filter(|c| *c != '_').collect();
                let value = plain.parse().unwrap_or(f64::NAN);
                let bare = unit.is_empty().then(|| plain.clone());
                Typed {
                    node: Node::Const(value),
                    unit: Some(*meaning),
                    truth: false,
                    span,
                    bare,
                }
            }
            ExprKind::Name(name) => self.name(name, &span),
            ExprKind::Wrong => self.poison(&span),
            ExprKind::Unary(op, inner) => self.unary(*op, inner, span),
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right, span),
            ExprKind::Call(name, arguments) => self.call(name, arguments, span),
            ExprKind::If(condition, yes, no) => self.conditional(condition, yes, no, span),
        }
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Typed {
        let typed = |node, unit| Typed {
            node,
            unit,
            truth: false,
            span: span.clone(),
            bare: None,
        };
        if let Some(k) = self.scope.variables().iter().position(|v| v.name == name) {
            let unit = units::parse_known(self.scope.variables()[k].unit);
            return typed(Node::Var(k as u16), Some(unit));
        }
        if let Some(k) = self.params.iter().position(|p| p.name == name) {
            return typed(Node::Param(k as u16), self.params[k].unit);
        }
        if name == "pi" {
            return typed(Node::Const(std::f64::consts::PI), Some(Unit::ONE));
        }
        let message = self.unknown_name(name);
        self.mistake(span, message);
        self.poison(span)
    }

    fn unary(&mut self, op: UnaryOp, inner: &Expr, span: Range<usize>) -> Typed {
        let inner = self.expr(inner);
        match op {
            UnaryOp::Neg => {
                let inner = self.number(inner, "-");
                let node = match inner.node {
                    Node::Const(x) => Node::Const(-x),
                    node => Node::Neg(Box::new(node)),
                };
                Typed {
                    node,
                    span,
                    bare: inner.bare.map(|text| format!("-{text}")),
                    ..inner
                }
            }
            UnaryOp::Not => {
                let inner = self.truth(inner, "!");
                Typed {
                    node: Node::Not(Box::new(inner.node)),
                    unit: inner.unit,
                    truth: true,
                    span,
                    bare: None,
                }
            }
        }
    }

    /// `typed` must be a number.
    fn number(&mut self, typed: Typed, op: &str) -> Typed {
        if typed.truth && typed.unit.is_some() {
            self.mistake(
                &typed.span,
                format!("`{op}` takes numbers, but this is a condition"),
            );
            return self.poison(&typed.span);
        }
        typed
    }

    /// `typed` must be a truth value.
    fn truth(&mut self, typed: Typed, op: &str) -> Typed {
        if !typed.truth && typed.unit.is_some() {
            self.mistake(
                &typed.span,
                format!(
                    "`{op}` takes conditions, but this is {}",
                    describe(typed.unit)
                ),
            );
            return Typed {
                truth: true,
                ..self.poison(&typed.span)
            };
        }
        typed
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Range<usize>) -> Typed {
        let (left, right) = (self.expr(left), self.expr(right));
        let symbol = op.symbol();
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            let (left, right) = (self.truth(left, symbol), self.truth(right, symbol));
            let unit = left.unit.and(right.unit);
            let node = Node::Binary(op, Box::new(left.node), Box::new(right.node));
            return Typed {
                node,
                unit,
                truth: true,
                span,
                bare: None,
            };
        }
        let (left, right) = (self.number(left, symbol), self.number(right, symbol));
        let (Some(a), Some(b)) = (left.unit, right.unit) else {
            let truth = op.precedence() == 3;
            return Typed {
                truth,
                ..self.poison(&span)
            };
        };
        let join = |l: Node, r: Node| Node::Binary(op, Box::new(l), Box::new(r));
        match op {
            BinaryOp::Mul => {
                let unit = Some(a.times(b));
                Typed {
                    node: join(left.node, right.node),
                    unit,
                    truth: false,
                    span,
                    bare: None,
                }
            }
            BinaryOp::Div => {
                let unit = Some(a.over(b));
                Typed {
                    node: join(left.node, right.node),
                    unit,
                    truth: false,
                    span,
                    bare: None,
                }
            }
            BinaryOp::Pow => self.power(left, right, span),
            _ => {
                if a.dim != b.dim {
                    let message = disagreement(symbol, &left, &right);
                    self.mistake(&span, message);
                    let truth = op.precedence() == 3;
                    return Typed {
                        truth,
                        ..self.poison(&span)
                    };
                }
                let right = convert(right.node, b, a);
                let truth = op.precedence() == 3;
                let unit = Some(if truth { Unit::ONE } else { a });
                Typed {
                    node: join(left.node, right),
                    unit,
                    truth,
                    span,
                    bare: None,
                }
            }
        }
    }

    fn power(&mut self, left: Typed, right: Typed, span: Range<usize>) -> Typed {
        let (a, b) = (
            left.unit.unwrap_or(Unit::ONE),
            right.unit.unwrap_or(Unit::ONE),
        );
        if b.dim != Dim::NONE {
            let message = format!("an exponent is a number, but this is {}", b.dim.describe());
            self.mistake(&right.span, message);
            return self.poison(&span);
        }
        let exponent = convert(right.node, b, Unit::ONE);
        if a.dim == Dim::NONE {
            let base = convert(left.node, a, Unit::ONE);
            let node = Node::Binary(BinaryOp::Pow, Box::new(base), Box::new(exponent));
            return Typed {
                node,
                unit: Some(Unit::ONE),
                truth: false,
                span,
                bare: None,
            };
        }
        match exponent {
            Node::Const(n) if n.fract() == 0.0 && n.abs() < 10.0 => {
                let node = Node::Binary(BinaryOp::Pow, Box::new(left.node), Box::new(exponent));
                Typed {
                    node,
                    unit: Some(a.power(n as i8)),
                    truth: false,
                    span,
                    bare: None,
                }
            }
            _ => {
                let message = format!(
                    "{} can only be raised to a whole number such as 2",
                    a.dim.describe()
                );
                self.mistake(&span, message);
                self.poison(&span)
            }
        }
    }

    fn conditional(
        &mut self,
        condition: &Expr,
        yes: &Expr,
        no: &Expr,
        span: Range<usize>,
    ) -> Typed {
        let condition = self.expr(condition);
        let condition = self.truth(condition, "if");
        let (yes, no) = (self.expr(yes), self.expr(no));
        let (Some(a), Some(b)) = (yes.unit, no.unit) else {
            return self.poison(&span);
        };
        if a.dim != b.dim || yes.truth != no.truth {
            let message = format!(
                "both branches must be of one kind, but one is {} and the other {}",
                kind(&yes),
                kind(&no)
            );
            self.mistake(&span, message);
            return self.poison(&span);
        }
        let no_node = convert(no.node, b, a);
        let node = Node::If(
            Box::new(condition.node),
            Box::new(yes.node),
            Box::new(no_node),
        );
        Typed {
            node,
            unit: condition.unit.and(Some(a)),
            truth: yes.truth,
            span,
            bare: None,
        }
    }

    fn call(&mut self, name: &str, arguments: &[Expr], span: Range<usize>) -> Typed {
        let typed: Vec<Typed> = arguments
            .iter()
            .map(|argument| self.expr(argument))
            .collect();
        let typed: Vec<Typed> = typed
            .into_iter()
            .map(|argument| self.number(argument, name))
            .collect();
        let Some(entry) = FUNCTIONS.iter().find(|entry| entry.name == name) else {
            // `np.exp` of a script
            let plain = name.rsplit('.').next().unwrap_or(name);
            let near = did_you_mean_exactly(plain)
                .unwrap_or_else(|| did_you_mean(name, FUNCTIONS.iter().map(|entry| entry.name)));
            let word = span.start..span.start + name.len();
            self.mistake(&word, format!("there is no function `{name}`{near}"));
            return self.poison(&span);
        };
        if typed.len() != entry.arguments.len() {
            let message = format!(
                "`{name}` takes {} ({}), but {} given",
                plural(entry.arguments.len()),
                entry.arguments.join(", "),
                match typed.len() {
                    0 => "none is".to_string(),
                    1 => "1 is".to_string(),
                    n => format!("{n} are"),
                }
            );
            self.mistake(&span, message);
            return self.poison(&span);
        }
        let Some(known) = typed.iter().map(|t| t.unit).collect::<Option<Vec<Unit>>>() else {
            return self.poison(&span);
        };
        if entry.function == Function::Pow
            && let Ok([base, exponent]) = <[Typed; 2]>::try_from(typed.clone())
        {
            return self.power(base, exponent, span);
        }
        self.typed_call(entry, typed, &known, span)
    }

    fn typed_call(
        &mut self,
        entry: &Entry,
        typed: Vec<Typed>,
        known: &[Unit],
        span: Range<usize>,
    ) -> Typed {
        let first = known[0];
        let make = |nodes: Vec<Node>, unit: Unit, span: Range<usize>| Typed {
            node: Node::Call(entry.function, nodes),
            unit: Some(unit),
            truth: false,
            span,
            bare: None,
        };
        match entry.units {
            Units::Plain => {
                let mut nodes = Vec::new();
                for (argument, unit) in typed.into_iter().zip(known) {
                    if unit.dim != Dim::NONE {
                        let message = format!(
                            "the argument of `{}` is a number, but this is {}; divide it by {} of your choice",
                            entry.name,
                            unit.dim.describe(),
                            one_of(unit.dim)
                        );
                        self.mistake(&argument.span, message);
                        return self.poison(&span);
                    }
                    nodes.push(convert(argument.node, *unit, Unit::ONE));
                }
                make(nodes, Unit::ONE, span)
            }
            Units::Same | Units::RatioToPlain => {
                if let [a, b] = &typed[..]
                    && known[0].dim != known[1].dim
                {
                    let message = disagreement(entry.name, a, b);
                    self.mistake(&span, message);
                    return self.poison(&span);
                }
                let nodes = typed
                    .into_iter()
                    .zip(known)
                    .map(|(t, unit)| convert(t.node, *unit, first))
                    .collect();
                let result = if entry.units == Units::Same {
                    first
                } else {
                    Unit::ONE
                };
                make(nodes, result, span)
            }
            Units::ToPlain => make(typed.into_iter().map(|t| t.node).collect(), Unit::ONE, span),
            Units::Root => {
                if first.dim.0.iter().any(|power| power % 2 != 0) {
                    self.mistake(
                        &span,
                        format!("{} has no square root", first.dim.describe()),
                    );
                    return self.poison(&span);
                }
                let even = Unit {
                    exponent: first.exponent - first.exponent.rem_euclid(2),
                    factor: 1.0,
                    ..first
                };
                let nodes = typed
                    .into_iter()
                    .map(|t| convert(t.node, first, even))
                    .collect();
                let half = Unit {
                    dim: Dim(first.dim.0.map(|p| p / 2)),
                    exponent: even.exponent / 2,
                    factor: 1.0,
                };
                make(nodes, half, span)
            }
        }
    }
}

fn convert(node: Node, from: Unit, to: Unit) -> Node {
    let conversion = from.conversion(to);
    if conversion.is_identity() {
        return node;
    }
    match node {
        Node::Const(x) => Node::Const(conversion.apply(x)),
        node => Node::Convert(conversion, Box::new(node)),
    }
}
