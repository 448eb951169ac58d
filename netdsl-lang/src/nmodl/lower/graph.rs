//! Straight-line code as a graph of values in which equal expressions are one node.
//!
//! Nodes are simplified when they are made. Rules that may change the last bit of a result are applied only where
//! [`Graph::algebra`] is on; all others give the same bits (but for the sign of a zero).

use std::collections::HashMap;

use crate::mech::interpret::{binary, compare, unary};
use crate::mech::{BinOp, BoolOp, CmpOp, UnOp, VarId};

mod build;

/// Index of a node.
pub(crate) type N = u32;

/// A value of straight-line code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    /// A number, as bits.
    Const(u64),
    /// A truth value.
    Truth(bool),
    /// Element of a variable when the code starts.
    Load(VarId, u32),
    /// A value that the surrounding code gives: a register of a script, the grid point of a table, the unknown of an
    /// equation.
    Input(u32),
    Un(UnOp, N),
    Bin(BinOp, N, N),
    Fma(N, N, N),
    Cmp(CmpOp, N, N),
    Bool(BoolOp, N, N),
    Not(N),
    Select(N, N, N),
    TableAt(u32, N),
    TableGet(u32, u32, N),
    LookUp(u32, N, N, N),
}

impl Op {
    /// The nodes it is computed from.
    pub(crate) fn operands(self) -> impl Iterator<Item = N> {
        let (a, b, c) = match self {
            Op::Const(_) | Op::Truth(_) | Op::Load(..) | Op::Input(_) => (None, None, None),
            Op::Un(_, a) | Op::Not(a) | Op::TableAt(_, a) | Op::TableGet(_, _, a) => {
                (Some(a), None, None)
            }
            Op::Bin(_, a, b) | Op::Cmp(_, a, b) | Op::Bool(_, a, b) => (Some(a), Some(b), None),
            Op::Fma(a, b, c) | Op::Select(a, b, c) | Op::LookUp(_, a, b, c) => {
                (Some(a), Some(b), Some(c))
            }
        };
        [a, b, c].into_iter().flatten()
    }

    /// The same operation on other nodes.
    pub(crate) fn map(self, mut f: impl FnMut(N) -> N) -> Op {
        match self {
            Op::Const(_) | Op::Truth(_) | Op::Load(..) | Op::Input(_) => self,
            Op::Un(op, a) => Op::Un(op, f(a)),
            Op::Not(a) => Op::Not(f(a)),
            Op::TableAt(t, a) => Op::TableAt(t, f(a)),
            Op::TableGet(t, c, a) => Op::TableGet(t, c, f(a)),
            Op::Bin(op, a, b) => Op::Bin(op, f(a), f(b)),
            Op::Cmp(op, a, b) => Op::Cmp(op, f(a), f(b)),
            Op::Bool(op, a, b) => Op::Bool(op, f(a), f(b)),
            Op::Fma(a, b, c) => Op::Fma(f(a), f(b), f(c)),
            Op::Select(a, b, c) => Op::Select(f(a), f(b), f(c)),
            Op::LookUp(t, a, b, c) => Op::LookUp(t, f(a), f(b), f(c)),
        }
    }
}

/// All values of a mechanism's straight-line code.
#[derive(Debug)]
pub(crate) struct Graph {
    nodes: Vec<Op>,
    known: HashMap<Op, N>,
    /// Whether rules may change last bits.
    pub(crate) algebra: bool,
    inputs: u32,
}

impl Graph {
    pub(crate) fn new(algebra: bool) -> Self {
        Self {
            nodes: Vec::new(),
            known: HashMap::new(),
            algebra,
            inputs: 0,
        }
    }

    /// What a node is.
    pub(crate) fn op(&self, n: N) -> Op {
        self.nodes[n as usize]
    }

    /// Number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A node as it is, without simplification.
    pub(crate) fn raw(&mut self, op: Op) -> N {
        if let Some(n) = self.known.get(&op) {
            return *n;
        }
        let n = self.nodes.len() as N;
        self.nodes.push(op);
        self.known.insert(op, n);
        n
    }

    /// A new input.
    pub(crate) fn input(&mut self) -> N {
        self.inputs += 1;
        self.raw(Op::Input(self.inputs - 1))
    }

    pub(crate) fn constant(&mut self, x: f64) -> N {
        self.raw(Op::Const(x.to_bits()))
    }

    pub(crate) fn load(&mut self, var: VarId, element: u32) -> N {
        self.raw(Op::Load(var, element))
    }

    /// The number that a node is, if it is one.
    pub(crate) fn as_const(&self, n: N) -> Option<f64> {
        match self.op(n) {
            Op::Const(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Whether `of` is computed from a node that satisfies `test`.
    pub(crate) fn depends(&self, of: N, test: impl Fn(Op) -> bool) -> bool {
        self.reachable(&[of]).into_iter().any(|n| test(self.op(n)))
    }

    /// All nodes that `roots` are computed from, operands before what uses them.
    pub(crate) fn reachable(&self, roots: &[N]) -> Vec<N> {
        let mut seen = vec![false; self.nodes.len()];
        let mut order = Vec::new();
        // an explicit stack: expressions may be deep
        let mut stack: Vec<(N, bool)> = roots.iter().rev().map(|r| (*r, false)).collect();
        while let Some((n, done)) = stack.pop() {
            if done {
                order.push(n);
                continue;
            }
            if std::mem::replace(&mut seen[n as usize], true) {
                continue;
            }
            stack.push((n, true));
            let operands: Vec<N> = self.op(n).operands().collect();
            stack.extend(operands.into_iter().rev().map(|o| (o, false)));
        }
        order
    }

    /// The roots with some nodes replaced: `replace` gives what stands for a node, or `None` to keep it; it sees what
    /// the node's operands have become. Nothing is simplified again.
    pub(crate) fn rewrite(
        &mut self,
        roots: &[N],
        mut replace: impl FnMut(&mut Self, N, &HashMap<N, N>) -> Option<N>,
    ) -> Vec<N> {
        let mut new: HashMap<N, N> = HashMap::new();
        for n in self.reachable(roots) {
            let result = match replace(self, n, &new) {
                Some(other) => other,
                None => {
                    let op = self.op(n).map(|o| new[&o]);
                    self.raw(op)
                }
            };
            new.insert(n, result);
        }
        roots.iter().map(|r| new[r]).collect()
    }

    /// How often each node up to `roots` is used, roots included.
    pub(crate) fn uses(&self, roots: &[N]) -> HashMap<N, u32> {
        let mut uses: HashMap<N, u32> = HashMap::new();
        let users = self.reachable(roots);
        let operands = users.iter().flat_map(|n| self.op(*n).operands());
        for n in operands.chain(roots.iter().copied()) {
            *uses.entry(n).or_default() += 1;
        }
        uses
    }

    pub(super) fn fold_un(&self, op: UnOp, a: N) -> Option<f64> {
        self.as_const(a).map(|a| unary(op, a))
    }

    pub(super) fn fold_bin(&self, op: BinOp, a: N, b: N) -> Option<f64> {
        Some(binary(op, self.as_const(a)?, self.as_const(b)?))
    }

    pub(super) fn fold_cmp(&self, op: CmpOp, a: N, b: N) -> Option<bool> {
        Some(compare(op, self.as_const(a)?, self.as_const(b)?))
    }
}
