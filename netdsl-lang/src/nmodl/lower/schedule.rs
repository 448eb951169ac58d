//! Pass 6: graph to instructions: each value once, as late as its first use allows.

use std::collections::HashMap;

use super::graph::{Graph, N, Op};
use super::if_convert::{Effect, Element};
use crate::mech::{Block, Instr, Reg};

/// What a kernel does with values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kernel {
    /// New values of variables, in order.
    pub(crate) stores: Vec<(Element, N)>,
    /// Values that whoever runs the block reads from registers.
    pub(crate) results: Vec<N>,
    /// Events and watches, in order.
    pub(crate) effects: Vec<Effect>,
}

impl Kernel {
    /// All nodes that it needs.
    pub(crate) fn roots(&self) -> Vec<N> {
        let mut roots: Vec<N> = self.results.clone();
        roots.extend(self.stores.iter().map(|(_, n)| *n));
        for effect in &self.effects {
            match effect {
                Effect::NetSend(a, b) => roots.extend([*a, *b]),
                Effect::NetEvent(a) | Effect::NetMove(a) => roots.push(*a),
                Effect::Watch(_) => {}
            }
        }
        roots
    }

    /// The same with other nodes, in the order of [`Kernel::roots`].
    pub(crate) fn with_roots(&self, roots: &[N]) -> Kernel {
        let mut next = roots.iter().copied();
        let mut take = || next.next().expect("as many roots as before");
        Kernel {
            results: self.results.iter().map(|_| take()).collect(),
            stores: self.stores.iter().map(|(e, _)| (*e, take())).collect(),
            effects: self
                .effects
                .iter()
                .map(|e| match e {
                    Effect::NetSend(..) => Effect::NetSend(take(), take()),
                    Effect::NetEvent(_) => Effect::NetEvent(take()),
                    Effect::NetMove(_) => Effect::NetMove(take()),
                    Effect::Watch(w) => Effect::Watch(*w),
                })
                .collect(),
        }
    }

    /// Only the stores that `keep` accepts.
    pub(crate) fn storing(&self, keep: impl Fn(Element) -> bool) -> Kernel {
        let mut kernel = self.clone();
        kernel.stores.retain(|(e, _)| keep(*e));
        kernel
    }
}

/// The kernel's instructions, and the registers of its results. `grid` is the input that register 0 gives.
pub(crate) fn schedule(graph: &Graph, kernel: &Kernel, grid: Option<N>) -> (Block, Vec<Reg>) {
    let mut code = Vec::new();
    let mut known: HashMap<N, Reg> = HashMap::new();
    let mut registers = 0;
    if let Some(grid) = grid {
        known.insert(grid, 0);
        registers = 1;
    }
    let mut compute = |roots: &[N], code: &mut Vec<Instr>| -> Vec<Reg> {
        for n in graph.reachable(roots) {
            if let std::collections::hash_map::Entry::Vacant(_) = known.entry(n) {
                let dst = registers;
                registers += 1;
                code.push(instruction(graph.op(n), dst, |o| known[&o]));
                known.insert(n, dst);
            }
        }
        roots.iter().map(|r| known[r]).collect()
    };
    let results = compute(&kernel.results, &mut code);
    // all values before the first store, since a load means the value at the start
    let mut stores = Vec::new();
    for ((var, element), n) in &kernel.stores {
        let src = compute(&[*n], &mut code)[0];
        stores.push(Instr::Store {
            var: *var,
            element: *element,
            index: None,
            src,
        });
    }
    let mut effects = Vec::new();
    for effect in &kernel.effects {
        effects.push(match effect {
            Effect::NetSend(delay, flag) => {
                let r = compute(&[*delay, *flag], &mut code);
                Instr::NetSend {
                    delay: r[0],
                    flag: r[1],
                }
            }
            Effect::NetEvent(time) => Instr::NetEvent {
                time: compute(&[*time], &mut code)[0],
            },
            Effect::NetMove(time) => Instr::NetMove {
                time: compute(&[*time], &mut code)[0],
            },
            Effect::Watch(watch) => Instr::Watch {
                watch: *watch,
                replace: true,
            },
        });
    }
    code.extend(stores);
    code.extend(effects);
    (Block { code, registers }, results)
}

/// The instruction of a node; `r` gives the registers of its operands.
pub(crate) fn instruction(op: Op, dst: Reg, r: impl Fn(N) -> Reg) -> Instr {
    match op {
        Op::Const(bits) => Instr::Const {
            dst,
            value: f64::from_bits(bits),
        },
        Op::Load(var, element) => Instr::Load {
            dst,
            var,
            element,
            index: None,
        },
        Op::Un(op, a) => Instr::Un { dst, op, a: r(a) },
        Op::Bin(op, a, b) => Instr::Bin {
            dst,
            op,
            a: r(a),
            b: r(b),
        },
        Op::Fma(a, b, c) => Instr::Fma {
            dst,
            a: r(a),
            b: r(b),
            c: r(c),
        },
        Op::Cmp(op, a, b) => Instr::Cmp {
            dst,
            op,
            a: r(a),
            b: r(b),
        },
        Op::Bool(op, a, b) => Instr::Bool {
            dst,
            op,
            a: r(a),
            b: r(b),
        },
        Op::Not(a) => Instr::Not { dst, a: r(a) },
        Op::Select(cond, yes, no) => Instr::Select {
            dst,
            cond: r(cond),
            yes: r(yes),
            no: r(no),
        },
        Op::TableAt(table, x) => Instr::TableAt {
            dst,
            table,
            x: r(x),
        },
        Op::TableGet(table, column, at) => Instr::TableGet {
            dst,
            table,
            column,
            at: r(at),
        },
        Op::LookUp(table, a, b, c) => Instr::LookUp {
            dst,
            table,
            at: [r(a), r(b), r(c)],
        },
        Op::Truth(_) => unreachable!("known conditions are folded where they are used"),
        Op::Input(_) => unreachable!("inputs are given registers before"),
    }
}
