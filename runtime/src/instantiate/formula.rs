//! Expressions made ready to be evaluated for many cells, pairs or segments at once.
//!
//! A formula is a tree that is walked once for a block of up to [`BLOCK`] lanes: deciding what to do costs once a block,
//! and the work on its numbers compiles to vector instructions. Each lane's number goes through the same operations in
//! the same order whatever block it stands in. What a lane's value does not need is computed but not drawn: the branch
//! of a condition that is not taken leaves the lane's random stream alone.

pub(crate) use netdsl_lang::expr::Interval;
use netdsl_lang::expr::{BinaryOp, Function, binary, binary_bounds, call, function_bounds};
use netdsl_lang::units::Conversion;

use crate::rng::{Distribution, Stream};
use crate::simd::exp_all;

/// Lanes that are worked on together.
pub(crate) const BLOCK: usize = 64;

/// A part of an expression over variables `V`. Truth is a number other than 0.
#[derive(Clone, Debug)]
pub(crate) enum Node<V> {
    Number(f64),
    Variable(V),
    Negate(Box<Node<V>>),
    Add(Box<[Node<V>; 2]>),
    Subtract(Box<[Node<V>; 2]>),
    Multiply(Box<[Node<V>; 2]>),
    Divide(Box<[Node<V>; 2]>),
    SquareRoot(Box<Node<V>>),
    Exponential(Box<Node<V>>),
    /// From one unit to another.
    Convert(Conversion, Box<Node<V>>),
    /// 1 for 0, else 0.
    Not(Box<Node<V>>),
    /// A comparison or power.
    Two(BinaryOp, Box<[Node<V>; 2]>),
    /// Any function; those of one number ignore the second.
    Call(Function, Box<[Node<V>; 2]>),
    /// The second is looked at where the first holds.
    And(Box<[Node<V>; 2]>),
    /// The second is looked at where the first does not hold.
    Or(Box<[Node<V>; 2]>),
    /// Condition, value where it holds, value where it does not.
    Select(Box<[Node<V>; 3]>),
    /// A number drawn from the lane's stream.
    Draw(Draw, Box<[Node<V>; 2]>),
}

/// The distribution of two parameters.
pub(crate) type Draw = fn(f64, f64) -> Distribution;

/// What variables are worth in the lanes of a block.
pub(crate) trait Columns<V> {
    /// Writes the values of a variable.
    fn load(&self, variable: V, out: &mut [f64]);
}

/// The random streams of a block's lanes.
pub(crate) trait Streams {
    /// The stream of one lane.
    fn of(&mut self, lane: usize) -> &mut Stream;
}

impl Streams for Stream {
    fn of(&mut self, _: usize) -> &mut Stream {
        self
    }
}

impl Streams for Vec<Stream> {
    fn of(&mut self, lane: usize) -> &mut Stream {
        &mut self[lane]
    }
}

/// An expression over variables `V`.
#[derive(Clone, Debug)]
pub(crate) struct Formula<V> {
    root: Node<V>,
    draws: bool,
}

impl<V: Copy> Formula<V> {
    /// From its tree; parts without variables and draws are computed here.
    pub(crate) fn new(root: Node<V>) -> Self {
        let draws = root.any(&mut |node| matches!(node, Node::Draw(..)));
        let mut formula = Self { root, draws };
        formula.root.fold();
        formula
    }

    /// A number.
    pub(crate) fn number(value: f64) -> Self {
        Self::new(Node::Number(value))
    }

    /// Its value if it is always the same.
    pub(crate) fn constant(&self) -> Option<f64> {
        match self.root {
            Node::Number(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it draws random numbers.
    pub(crate) fn draws(&self) -> bool {
        self.draws
    }

    /// Whether any of its variables is such.
    pub(crate) fn uses(&self, such: impl Fn(V) -> bool) -> bool {
        self.root
            .any(&mut |node| matches!(node, Node::Variable(variable) if such(*variable)))
    }

    /// Its tree.
    pub(crate) fn into_root(self) -> Node<V> {
        self.root
    }

    /// The terms of a conjunction.
    pub(crate) fn conjunction(self) -> Vec<Self> {
        match self.root {
            Node::And(both) => both
                .into_iter()
                .flat_map(|term| Self::new(term).conjunction())
                .collect(),
            root => vec![Self::new(root)],
        }
    }

    /// The values of a block's lanes, which draw from `streams`.
    pub(crate) fn fill(
        &self,
        columns: &impl Columns<V>,
        streams: &mut impl Streams,
        out: &mut [f64],
    ) {
        self.root.eval(columns, streams, u64::MAX, out);
    }

    /// Bounds of its value, given those of its variables: never too narrow, perhaps too wide.
    pub(crate) fn bounds(&self, of: &impl Fn(V) -> Interval) -> Interval {
        self.root.bounds(of)
    }

    /// The value for one lane.
    pub(crate) fn value(&self, columns: &impl Columns<V>, stream: &mut Stream) -> f64 {
        let mut out = [0.0];
        self.root.eval(columns, stream, 1, &mut out);
        out[0]
    }
}

/// No variables.
struct Nothing;

impl<V> Columns<V> for Nothing {
    fn load(&self, _: V, out: &mut [f64]) {
        out.fill(f64::NAN);
    }
}

impl<V: Copy> Node<V> {
    /// The parts it is made of.
    fn parts(&self) -> &[Node<V>] {
        match self {
            Self::Number(_) | Self::Variable(_) => &[],
            Self::Negate(a)
            | Self::Not(a)
            | Self::SquareRoot(a)
            | Self::Exponential(a)
            | Self::Convert(_, a) => std::slice::from_ref(a),
            Self::Add(ab)
            | Self::Subtract(ab)
            | Self::Multiply(ab)
            | Self::Divide(ab)
            | Self::Two(_, ab)
            | Self::Call(_, ab)
            | Self::Draw(_, ab)
            | Self::And(ab)
            | Self::Or(ab) => &**ab,
            Self::Select(abc) => &**abc,
        }
    }

    fn parts_mut(&mut self) -> &mut [Node<V>] {
        match self {
            Self::Number(_) | Self::Variable(_) => &mut [],
            Self::Negate(a)
            | Self::Not(a)
            | Self::SquareRoot(a)
            | Self::Exponential(a)
            | Self::Convert(_, a) => std::slice::from_mut(a),
            Self::Add(ab)
            | Self::Subtract(ab)
            | Self::Multiply(ab)
            | Self::Divide(ab)
            | Self::Two(_, ab)
            | Self::Call(_, ab)
            | Self::Draw(_, ab)
            | Self::And(ab)
            | Self::Or(ab) => &mut **ab,
            Self::Select(abc) => &mut **abc,
        }
    }

    fn bounds(&self, of: &impl Fn(V) -> Interval) -> Interval {
        let (low, high) = match self {
            Self::Number(x) => (*x, *x),
            Self::Variable(variable) => of(*variable),
            Self::Negate(a) => {
                let (low, high) = a.bounds(of);
                (-high, -low)
            }
            Self::Add(ab) => self.binary_bounds(BinaryOp::Add, ab, of),
            Self::Subtract(ab) => self.binary_bounds(BinaryOp::Sub, ab, of),
            Self::Multiply(ab) => self.binary_bounds(BinaryOp::Mul, ab, of),
            Self::Divide(ab) => self.binary_bounds(BinaryOp::Div, ab, of),
            Self::Two(op, ab) => self.binary_bounds(*op, ab, of),
            Self::And(ab) => self.binary_bounds(BinaryOp::And, ab, of),
            Self::Or(ab) => self.binary_bounds(BinaryOp::Or, ab, of),
            Self::SquareRoot(a) => function_bounds(Function::Sqrt, a.bounds(of), (0.0, 0.0)),
            Self::Exponential(a) => function_bounds(Function::Exp, a.bounds(of), (0.0, 0.0)),
            Self::Call(function, ab) => {
                function_bounds(*function, ab[0].bounds(of), ab[1].bounds(of))
            }
            Self::Convert(conversion, a) => {
                let (low, high) = a.bounds(of);
                let ends = (conversion.apply(low), conversion.apply(high));
                (ends.0.min(ends.1), ends.0.max(ends.1))
            }
            Self::Not(a) => match truth_bounds(a.bounds(of)) {
                Some(true) => (0.0, 0.0),
                Some(false) => (1.0, 1.0),
                None => (0.0, 1.0),
            },
            Self::Select(abc) => match truth_bounds(abc[0].bounds(of)) {
                Some(true) => abc[1].bounds(of),
                Some(false) => abc[2].bounds(of),
                None => {
                    let (a, b) = (abc[1].bounds(of), abc[2].bounds(of));
                    (a.0.min(b.0), a.1.max(b.1))
                }
            },
            Self::Draw(..) => (f64::NEG_INFINITY, f64::INFINITY),
        };
        if low.is_nan() || high.is_nan() {
            return (f64::NEG_INFINITY, f64::INFINITY);
        }
        (low, high)
    }

    fn binary_bounds(
        &self,
        op: BinaryOp,
        [a, b]: &[Self; 2],
        of: &impl Fn(V) -> Interval,
    ) -> Interval {
        binary_bounds(op, a.bounds(of), b.bounds(of))
    }

    /// Whether it or any part of it is such.
    fn any(&self, such: &mut impl FnMut(&Self) -> bool) -> bool {
        such(self) || self.parts().iter().any(|part| part.any(such))
    }

    /// Replaces parts that are always the same by their value.
    fn fold(&mut self) {
        for part in self.parts_mut() {
            part.fold();
        }
        let varies = matches!(self, Self::Number(_) | Self::Variable(_) | Self::Draw(..))
            || !self
                .parts()
                .iter()
                .all(|part| matches!(part, Self::Number(_)));
        if !varies {
            let mut out = [0.0];
            self.eval(&Nothing, &mut Stream::new(0, 0, 0), 1, &mut out);
            *self = Self::Number(out[0]);
        }
    }

    /// The values of the lanes; those in `active` may draw.
    fn eval(
        &self,
        columns: &impl Columns<V>,
        streams: &mut impl Streams,
        active: u64,
        out: &mut [f64],
    ) {
        match self {
            Self::Number(value) => out.fill(*value),
            Self::Variable(variable) => columns.load(*variable, out),
            Self::Negate(a) => one(a, columns, streams, active, out, |a| -a),
            Self::SquareRoot(a) => one(a, columns, streams, active, out, f64::sqrt),
            Self::Exponential(a) => {
                a.eval(columns, streams, active, out);
                exp_all(out);
            }
            Self::Not(a) => one(a, columns, streams, active, out, |a| f64::from(a == 0.0)),
            Self::Convert(conversion, a) => {
                one(a, columns, streams, active, out, |a| conversion.apply(a))
            }
            Self::Add(ab) => two(ab, columns, streams, active, out, |a, b| a + b),
            Self::Subtract(ab) => two(ab, columns, streams, active, out, |a, b| a - b),
            Self::Multiply(ab) => two(ab, columns, streams, active, out, |a, b| a * b),
            Self::Divide(ab) => two(ab, columns, streams, active, out, |a, b| a / b),
            Self::Two(op, ab) => two(ab, columns, streams, active, out, |a, b| binary(*op, a, b)),
            Self::Call(function, ab) => two(ab, columns, streams, active, out, |a, b| {
                call(*function, a, b)
            }),
            Self::And(ab) => {
                ab[0].eval(columns, streams, active, out);
                let holds = truth(out);
                self.second(&ab[1], holds, columns, streams, active, out);
            }
            Self::Or(ab) => {
                ab[0].eval(columns, streams, active, out);
                let open = !truth(out);
                for value in out.iter_mut() {
                    *value = f64::from(*value != 0.0);
                }
                self.second(&ab[1], open, columns, streams, active, out);
            }
            Self::Select(abc) => {
                let (mut yes, mut no) = ([0.0; BLOCK], [0.0; BLOCK]);
                let (yes, no) = (&mut yes[..out.len()], &mut no[..out.len()]);
                abc[0].eval(columns, streams, active, out);
                let holds = truth(out);
                abc[1].eval(columns, streams, active & holds, yes);
                abc[2].eval(columns, streams, active & !holds, no);
                for (k, value) in out.iter_mut().enumerate() {
                    *value = if holds >> k & 1 == 1 { yes[k] } else { no[k] };
                }
            }
            Self::Draw(draw, parameters) => {
                draw_block(*draw, parameters, columns, streams, active, out);
            }
        }
    }

    /// Replaces the lanes in `open` by the truth of `node`.
    fn second(
        &self,
        node: &Self,
        open: u64,
        columns: &impl Columns<V>,
        streams: &mut impl Streams,
        active: u64,
        out: &mut [f64],
    ) {
        let mut second = [0.0; BLOCK];
        let second = &mut second[..out.len()];
        node.eval(columns, streams, active & open, second);
        for (k, value) in out.iter_mut().enumerate() {
            if open >> k & 1 == 1 {
                *value = f64::from(second[k] != 0.0);
            }
        }
    }
}

/// Whether a value within these bounds is true, where that is sure.
fn truth_bounds((low, high): Interval) -> Option<bool> {
    if (low, high) == (0.0, 0.0) {
        Some(false)
    } else {
        (low > 0.0 || high < 0.0).then_some(true)
    }
}

/// Lanes whose value is not 0.
fn truth(values: &[f64]) -> u64 {
    values
        .iter()
        .enumerate()
        .fold(0, |mask, (k, &value)| mask | u64::from(value != 0.0) << k)
}

#[inline(always)]
fn one<V: Copy>(
    a: &Node<V>,
    columns: &impl Columns<V>,
    streams: &mut impl Streams,
    active: u64,
    out: &mut [f64],
    function: impl Fn(f64) -> f64,
) {
    a.eval(columns, streams, active, out);
    for value in out {
        *value = function(*value);
    }
}

#[inline(always)]
fn two<V: Copy>(
    [a, b]: &[Node<V>; 2],
    columns: &impl Columns<V>,
    streams: &mut impl Streams,
    active: u64,
    out: &mut [f64],
    function: impl Fn(f64, f64) -> f64,
) {
    a.eval(columns, streams, active, out);
    let mut right = [0.0; BLOCK];
    let right = &mut right[..out.len()];
    b.eval(columns, streams, active, right);
    for (value, right) in out.iter_mut().zip(right) {
        *value = function(*value, *right);
    }
}

fn draw_block<V: Copy>(
    draw: Draw,
    parameters: &[Node<V>; 2],
    columns: &impl Columns<V>,
    streams: &mut impl Streams,
    active: u64,
    out: &mut [f64],
) {
    let mut values = [[0.0; BLOCK]; 2];
    for (values, parameter) in values.iter_mut().zip(parameters) {
        parameter.eval(columns, streams, active, &mut values[..out.len()]);
    }
    for (k, value) in out.iter_mut().enumerate() {
        if active >> k & 1 == 1 {
            let distribution = draw(values[0][k], values[1][k]);
            *value = distribution.draw(streams.of(k));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Variable `k` is worth 10 k + lane.
    struct Numbers;

    impl Columns<usize> for Numbers {
        fn load(&self, variable: usize, out: &mut [f64]) {
            for (lane, value) in out.iter_mut().enumerate() {
                *value = (10 * variable + lane) as f64;
            }
        }
    }

    fn number(value: f64) -> Node<usize> {
        Node::Number(value)
    }

    #[test]
    fn constants_are_folded() {
        let sum = Node::Add(Box::new([number(1.0), number(2.0)]));
        assert_eq!(Formula::new(sum.clone()).constant(), Some(3.0));
        let product = Node::Multiply(Box::new([sum, Node::Variable(1)]));
        let formula = Formula::new(product);
        assert_eq!(formula.constant(), None);
        let mut out = [0.0; 3];
        formula.fill(&Numbers, &mut Stream::new(0, 0, 0), &mut out);
        assert_eq!(out, [30.0, 33.0, 36.0]);
    }

    #[test]
    fn a_branch_that_is_not_taken_draws_nothing() {
        let uniform = || Node::Draw(Distribution::Uniform, Box::new([number(0.0), number(1.0)]));
        let less = Node::Two(BinaryOp::Lt, Box::new([Node::Variable(0), number(2.0)]));
        let select = Formula::new(Node::Select(Box::new([less, uniform(), number(7.0)])));
        let mut streams: Vec<Stream> = (0..4).map(|k| Stream::new(k, 0, 0)).collect();
        let mut out = [0.0; 4];
        select.fill(&Numbers, &mut streams, &mut out);
        assert_eq!(out[2..], [7.0, 7.0]);
        assert_eq!(out[1], Stream::new(1, 0, 0).unit());
        assert_eq!(
            [0, 1, 2, 3].map(|k: usize| streams[k].position()),
            [1, 1, 0, 0]
        );
    }

    #[test]
    fn truth_is_zero_or_one() {
        let and = Formula::new(Node::And(Box::new([Node::Variable(0), number(5.0)])));
        let or = Formula::new(Node::Or(Box::new([Node::Variable(0), number(0.0)])));
        let mut out = [0.0; 3];
        for formula in [and, or] {
            formula.fill(&Numbers, &mut Stream::new(0, 0, 0), &mut out);
            assert_eq!(out, [0.0, 1.0, 1.0]);
        }
    }
}
