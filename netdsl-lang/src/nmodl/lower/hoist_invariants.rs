//! Pass 3: what costs and depends on parameters, globals, dt and celsius alone is computed once, in `setup`.
//!
//! `g = g*exp(-dt/tau)` becomes `g = g*derived0`, with `derived0 = exp(-dt/tau)` in `setup`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::graph::{Graph, N, Op};
use crate::mech::{BinOp, UnOp, VarId};

/// The values that `setup` computes.
#[derive(Debug, Default)]
pub(crate) struct Hoist {
    /// The variable of each hoisted node.
    pub(crate) derived: BTreeMap<N, VarId>,
    next: VarId,
}

/// What is known of a node.
#[derive(Clone, Copy, Default)]
struct Facts {
    invariant: bool,
    costly: bool,
    truth: bool,
}

impl Hoist {
    /// Variables from `next` on are for hoisted values.
    pub(crate) fn new(next: VarId) -> Self {
        Self {
            derived: BTreeMap::new(),
            next,
        }
    }

    /// Replaces what is worth it in `roots`; only what `lean` of them reach is hoisted. Returns the new roots and the
    /// hoisted nodes that they use.
    pub(crate) fn apply(
        &mut self,
        graph: &mut Graph,
        roots: &[N],
        lean: &[N],
        invariant: &dyn Fn(Op) -> bool,
    ) -> (Vec<N>, Vec<N>) {
        let facts = self.collect_facts(graph, roots, invariant);
        let wanted = |n: N| facts[&n].invariant && facts[&n].costly && !facts[&n].truth;
        let mut hoisted = Vec::new();
        let mut negated: HashMap<N, N> = HashMap::new();
        let mut absorbed: BTreeSet<N> = BTreeSet::new();
        let reached = graph.reachable(lean);
        let uses = graph.uses(lean);
        for n in reached.iter().filter(|n| !facts[n].invariant) {
            // -(a*x): the sign goes into a
            if let Some((a, product)) = signed_product(graph, *n, &wanted)
                && uses.get(&product) == Some(&1)
            {
                let minus = graph.raw(Op::Un(UnOp::Neg, a));
                negated.insert(*n, minus);
                absorbed.insert(product);
                hoisted.push(minus);
            }
        }
        for n in reached {
            if !facts[&n].invariant && !absorbed.contains(&n) {
                hoisted.extend(graph.op(n).operands().filter(|o| wanted(*o)));
            }
        }
        hoisted.extend(lean.iter().copied().filter(|n| wanted(*n)));
        hoisted.sort_unstable();
        hoisted.dedup();
        for n in &hoisted {
            self.variable(*n);
        }
        let derived = &self.derived;
        let in_use: Vec<N> = hoisted.clone();
        let new = graph.rewrite(roots, |graph, n, new| {
            if let Some(minus) = negated.get(&n) {
                let Op::Un(_, product) = graph.op(n) else {
                    return None;
                };
                let Op::Bin(BinOp::Mul, a, b) = graph.op(product) else {
                    return None;
                };
                let other = if graph.op(*minus) == Op::Un(UnOp::Neg, a) {
                    b
                } else {
                    a
                };
                let load = graph.load(derived[minus], 0);
                return Some(graph.raw(Op::Bin(BinOp::Mul, load, new[&other])));
            }
            in_use
                .binary_search(&n)
                .ok()
                .map(|_| graph.load(derived[&n], 0))
        });
        (new, hoisted)
    }

    fn variable(&mut self, n: N) {
        if !self.derived.contains_key(&n) {
            self.derived.insert(n, self.next);
            self.next += 1;
        }
    }

    fn collect_facts(
        &self,
        graph: &Graph,
        roots: &[N],
        invariant: &dyn Fn(Op) -> bool,
    ) -> HashMap<N, Facts> {
        let mut facts: HashMap<N, Facts> = HashMap::new();
        for n in graph.reachable(roots) {
            let op = graph.op(n);
            let leaf = op.operands().next().is_none();
            let inner = || op.operands().map(|o| facts[&o]);
            let found = Facts {
                invariant: if leaf {
                    matches!(op, Op::Const(_) | Op::Truth(_)) || invariant(op)
                } else {
                    // tables may be filled anew without the parameters being changed
                    !matches!(op, Op::TableAt(..) | Op::TableGet(..))
                        && inner().all(|f| f.invariant)
                },
                costly: is_costly(op) || inner().any(|f| f.costly),
                truth: matches!(op, Op::Truth(_) | Op::Cmp(..) | Op::Bool(..) | Op::Not(_)),
            };
            facts.insert(n, found);
        }
        facts
    }
}

/// The costly invariant factor of `-(a*x)`, and the product.
fn signed_product(graph: &Graph, n: N, wanted: &dyn Fn(N) -> bool) -> Option<(N, N)> {
    let Op::Un(UnOp::Neg, product) = graph.op(n) else {
        return None;
    };
    match graph.op(product) {
        Op::Bin(BinOp::Mul, a, _) if wanted(a) => Some((a, product)),
        Op::Bin(BinOp::Mul, _, b) if wanted(b) => Some((b, product)),
        _ => None,
    }
}

fn is_costly(op: Op) -> bool {
    match op {
        Op::LookUp(..) => true,
        Op::Un(op, _) => !matches!(
            op,
            UnOp::Neg | UnOp::Abs | UnOp::Floor | UnOp::Ceil | UnOp::Round
        ),
        Op::Bin(op, ..) => matches!(op, BinOp::Div | BinOp::Pow | BinOp::Mod | BinOp::Atan2),
        _ => false,
    }
}
