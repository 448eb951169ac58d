//! What names in expressions mean, and expressions made into formulas.

use netdsl_lang::expr::{self, BinaryOp, Function, Param, Want};
use netdsl_lang::model::{Network, Table, Value};
use netdsl_lang::units::{self, Unit};

pub(crate) use netdsl_lang::expr::ScopeKind as Scope;

use super::error::{Mistake, NetworkErrors};
use super::formula::{Draw, Formula, Node};
use super::variable::{CellColumns, End, Variable};
use crate::rng::{Distribution, Stream};

/// A named value.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    unit: Unit,
    meaning: Meaning,
}

#[derive(Clone, Copy, Debug)]
enum Meaning {
    Constant(f64),
    PerCell(u16),
}

/// Parameters of the network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Vec<Named>);

/// Parameters of a rule, a stimulus or a cell type, the nearest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locals(Vec<Named>);

impl Locals {
    /// Adds the next value that is drawn once for each cell.
    pub(crate) fn push_per_cell(&mut self, name: &str, unit: Unit) {
        let per_cell = |named: &&Named| matches!(named.meaning, Meaning::PerCell(_));
        let number = self.0.iter().filter(per_cell).count() as u16;
        let named = Named {
            name: name.to_owned(),
            unit,
            meaning: Meaning::PerCell(number),
        };
        self.0.insert(0, named);
    }
}

impl Names {
    /// Evaluates the network's parameters, which may use one another.
    pub(crate) fn new(network: &Network, errors: &mut NetworkErrors) -> Self {
        let mut names = Self::default();
        names.0 = names.evaluate(&network.params, "the network's parameters", errors);
        names
    }

    /// Evaluates the parameters of a part of the model.
    pub(crate) fn locals(
        &self,
        params: &Table<Value>,
        place: &str,
        errors: &mut NetworkErrors,
    ) -> Locals {
        Locals(self.evaluate(params, place, errors))
    }

    /// Values are looked at until no more of them can be computed.
    fn evaluate(
        &self,
        params: &Table<Value>,
        place: &str,
        errors: &mut NetworkErrors,
    ) -> Vec<Named> {
        let mut found = Locals::default();
        let mut open: Vec<(&str, &Value)> = params.iter().collect();
        loop {
            let before = open.len();
            let mut mistakes = Vec::new();
            open.retain(
                |(name, value)| match self.constant_in_its_unit(name, value, &found) {
                    Ok((x, unit)) => {
                        found.0.push(Named {
                            name: (*name).to_owned(),
                            unit,
                            meaning: Meaning::Constant(x),
                        });
                        false
                    }
                    Err(mistake) => {
                        mistakes.push(mistake);
                        true
                    }
                },
            );
            if open.is_empty() || open.len() == before {
                for mistake in mistakes {
                    errors.add(place, mistake);
                }
                return found.0;
            }
        }
    }

    fn constant_in_its_unit(
        &self,
        name: &str,
        value: &Value,
        locals: &Locals,
    ) -> Result<(f64, Unit), Mistake> {
        let (formula, unit) = self.any_formula(name, value, Scope::Network, locals)?;
        Ok((constant(name, value, &formula)?, unit))
    }

    /// A value that is the same everywhere, in `unit`.
    pub(crate) fn constant(
        &self,
        what: &str,
        value: &Value,
        unit: &str,
        locals: &Locals,
    ) -> Result<f64, Mistake> {
        let formula = self.formula(what, value, unit, Scope::Network, locals)?;
        constant(what, value, &formula)
    }

    /// An expression whose value is in `unit`.
    pub(crate) fn formula(
        &self,
        what: &str,
        value: &Value,
        unit: &str,
        scope: Scope,
        locals: &Locals,
    ) -> Result<Formula<Variable>, Mistake> {
        let want = match unit_of(unit) {
            Some(unit_wanted) => Want::Quantity {
                field: what,
                unit: unit_wanted,
                written: unit,
            },
            None => Want::Any,
        };
        Ok(self.compile(what, value, scope, locals, want)?.0)
    }

    /// A condition.
    pub(crate) fn condition(
        &self,
        what: &str,
        value: &Value,
        scope: Scope,
        locals: &Locals,
    ) -> Result<Vec<Formula<Variable>>, Mistake> {
        let want = Want::Truth { field: what };
        let (formula, _) = self.compile(what, value, scope, locals, want)?;
        Ok(formula.conjunction())
    }

    /// An expression of any unit, and which it is.
    pub(crate) fn any_formula(
        &self,
        what: &str,
        value: &Value,
        scope: Scope,
        locals: &Locals,
    ) -> Result<(Formula<Variable>, Unit), Mistake> {
        self.compile(what, value, scope, locals, Want::Any)
    }

    fn compile(
        &self,
        what: &str,
        value: &Value,
        scope: Scope,
        locals: &Locals,
        want: Want,
    ) -> Result<(Formula<Variable>, Unit), Mistake> {
        let known: Vec<&Named> = locals.0.iter().chain(&self.0).collect();
        let param = |named: &&'_ Named| (named.name.clone(), named.unit);
        let named: Vec<(String, Unit)> = known.iter().map(param).collect();
        let params = named.iter().map(|(name, unit)| Param {
            name,
            unit: Some(*unit),
        });
        let params: Vec<Param> = params.collect();
        let checked = expr::compile(value.text(), scope, &params, want).map_err(|mistakes| {
            let messages: Vec<&str> = mistakes.iter().map(|m| m.message.as_str()).collect();
            Mistake::Expression {
                message: format!("`{what}: {}`: {}", value.text(), messages.join("; ")),
            }
        })?;
        let meanings: Vec<Meaning> = known.iter().map(|named| named.meaning).collect();
        let lowering = Lowering { scope, meanings };
        let root = lowering.node(checked.root());
        Ok((Formula::new(root), checked.unit))
    }
}

fn constant(what: &str, value: &Value, formula: &Formula<Variable>) -> Result<f64, Mistake> {
    if formula.draws() {
        return Err(Mistake::Conflict {
            what: format!("`{what}: {}` is drawn at random", value.text()),
            help: "this value is the same for the whole network: write a number, or use another field",
        });
    }
    Ok(formula.value(&CellColumns::default(), &mut Stream::new(0, 0, 0)))
}

/// The unit, written our way or as in mod files; `None` for what is no unit.
fn unit_of(text: &str) -> Option<Unit> {
    units::parse(text).ok().or_else(|| units::parse_nmodl(text))
}

/// From a checked expression to a tree over our variables.
struct Lowering {
    scope: Scope,
    meanings: Vec<Meaning>,
}

impl Lowering {
    fn node(&self, node: &expr::Node) -> Node<Variable> {
        match node {
            expr::Node::Const(x) => Node::Number(*x),
            expr::Node::Var(k) => Node::Variable(variable(self.scope, usize::from(*k))),
            expr::Node::Param(k) => match self.meanings[usize::from(*k)] {
                Meaning::Constant(x) => Node::Number(x),
                Meaning::PerCell(k) => Node::Variable(Variable::PerCell(k)),
            },
            expr::Node::Neg(a) => Node::Negate(Box::new(self.node(a))),
            expr::Node::Not(a) => Node::Not(Box::new(self.node(a))),
            expr::Node::Convert(conversion, a) => {
                Node::Convert(*conversion, Box::new(self.node(a)))
            }
            expr::Node::If(c, a, b) => {
                Node::Select(Box::new([self.node(c), self.node(a), self.node(b)]))
            }
            expr::Node::Binary(op, a, b) => {
                let both = Box::new([self.node(a), self.node(b)]);
                match op {
                    BinaryOp::Add => Node::Add(both),
                    BinaryOp::Sub => Node::Subtract(both),
                    BinaryOp::Mul => Node::Multiply(both),
                    BinaryOp::Div => Node::Divide(both),
                    BinaryOp::And => Node::And(both),
                    BinaryOp::Or => Node::Or(both),
                    op => Node::Two(*op, both),
                }
            }
            expr::Node::Call(function, arguments) => self.call(*function, arguments),
        }
    }

    fn call(&self, function: Function, arguments: &[expr::Node]) -> Node<Variable> {
        let mut arguments = arguments.iter().map(|argument| self.node(argument));
        let first = arguments.next().unwrap_or(Node::Number(0.0));
        let second = arguments.next().unwrap_or(Node::Number(0.0));
        if let Some(draw) = draw(function) {
            return Node::Draw(draw, Box::new([first, second]));
        }
        match function {
            Function::Sqrt => Node::SquareRoot(Box::new(first)),
            Function::Exp => Node::Exponential(Box::new(first)),
            function => Node::Call(function, Box::new([first, second])),
        }
    }
}

/// NEURON's distribution of a function that draws. Where the language takes a standard deviation NEURON takes the
/// variance.
fn draw(function: Function) -> Option<Draw> {
    Some(match function {
        Function::Uniform => Distribution::Uniform,
        Function::Normal => Distribution::NormalDeviation,
        Function::Lognormal => {
            |mean, deviation| Distribution::Lognormal(mean, deviation * deviation)
        }
        Function::Negexp => |mean, _| Distribution::Negexp(mean),
        Function::Poisson => |mean, _| Distribution::Poisson(mean),
        Function::Discunif => Distribution::Discunif,
        Function::Binomial => Distribution::Binomial,
        Function::Geometric => |chance, _| Distribution::Geometric(chance),
        Function::Erlang => |mean, deviation| Distribution::Erlang(mean, deviation * deviation),
        Function::Weibull => Distribution::Weibull,
        _ => return None,
    })
}

/// The variable of that index in a scope.
fn variable(scope: Scope, k: usize) -> Variable {
    let name = scope.variables()[k].name;
    let (end, rest) = match name.split_once('.') {
        Some(("pre", rest)) => (End::Pre, rest),
        Some((_, rest)) => (End::Post, rest),
        None => (End::Post, name),
    };
    let norm = rest.ends_with("_norm");
    let axis = |letter: &str| match letter {
        "x" => 0,
        "y" => 1,
        _ => 2,
    };
    match rest.trim_end_matches("_norm") {
        "dist_path" => Variable::PathDistance,
        "dist_euclidean" => Variable::EuclideanDistance,
        "dist_3d" => Variable::Distance { norm },
        "dist_2d" => Variable::FlatDistance { norm },
        other => match other.strip_prefix("dist_") {
            Some(letter) => Variable::Difference {
                axis: axis(letter),
                norm,
            },
            None => Variable::Position {
                end,
                axis: axis(other),
                norm,
            },
        },
    }
}
