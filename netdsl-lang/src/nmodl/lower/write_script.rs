//! Steps to instructions, one after the other: for code with loops and effects.

use std::collections::HashMap;

use super::graph::{Graph, N, Op};
use super::if_convert::{Element, Equations, Stuck, Trace};
use crate::mech::{BinOp, Block, BoolOp, CmpOp, Instr, Reg, UnOp, VarId};
use crate::nmodl::hir::{Local, Step, Value};

/// The arguments of a FUNCTION_TABLE, of which there are up to three: the last one stands for those that are missing.
pub(crate) fn padded<T: Copy>(at: &[T]) -> [T; 3] {
    let last = at.len() - 1;
    [0, 1, 2].map(|k: usize| at[k.min(last)])
}

/// Writes a script.
#[derive(Debug, Default)]
pub(crate) struct Script {
    code: Vec<Instr>,
    registers: Reg,
    locals: HashMap<Local, Reg>,
    inputs: HashMap<N, Reg>,
    /// Variables that live in registers while the script runs.
    places: HashMap<VarId, Reg>,
}

impl Script {
    /// The finished block.
    pub(crate) fn finish(self) -> Block {
        Block {
            code: self.code,
            registers: self.registers,
        }
    }

    fn fresh(&mut self) -> Reg {
        self.registers += 1;
        self.registers - 1
    }

    fn push(&mut self, make: impl FnOnce(Reg) -> Instr) -> Reg {
        let dst = self.fresh();
        self.code.push(make(dst));
        dst
    }

    pub(crate) fn constant(&mut self, value: f64) -> Reg {
        self.push(|dst| Instr::Const { dst, value })
    }

    /// Keeps a variable in a register from here on.
    pub(crate) fn keep_in(&mut self, var: VarId, register: Reg) {
        self.places.insert(var, register);
    }

    /// Keeps no variables in registers any more.
    pub(crate) fn give_up_places(&mut self) {
        self.places.clear();
    }

    pub(crate) fn load(&mut self, (var, element): Element) -> Reg {
        if let Some(place) = self.places.get(&var) {
            return *place;
        }
        self.push(|dst| Instr::Load {
            dst,
            var,
            element,
            index: None,
        })
    }

    pub(crate) fn store(&mut self, (var, element): Element, src: Reg) {
        if let Some(place) = self.places.get(&var) {
            return self.assign(*place, src);
        }
        self.code.push(Instr::Store {
            var,
            element,
            index: None,
            src,
        });
    }

    pub(crate) fn copy(&mut self, a: Reg) -> Reg {
        self.push(|dst| Instr::Copy { dst, a })
    }

    /// `dst = a`, again.
    pub(crate) fn assign(&mut self, dst: Reg, a: Reg) {
        self.code.push(Instr::Copy { dst, a });
    }

    pub(crate) fn un(&mut self, op: UnOp, a: Reg) -> Reg {
        self.push(|dst| Instr::Un { dst, op, a })
    }

    pub(crate) fn bin(&mut self, op: BinOp, a: Reg, b: Reg) -> Reg {
        self.push(|dst| Instr::Bin { dst, op, a, b })
    }

    pub(crate) fn cmp(&mut self, op: CmpOp, a: Reg, b: Reg) -> Reg {
        self.push(|dst| Instr::Cmp { dst, op, a, b })
    }

    pub(crate) fn both(&mut self, a: Reg, b: Reg) -> Reg {
        self.push(|dst| Instr::Bool {
            dst,
            op: BoolOp::And,
            a,
            b,
        })
    }

    pub(crate) fn select(&mut self, cond: Reg, yes: Reg, no: Reg) -> Reg {
        self.push(|dst| Instr::Select { dst, cond, yes, no })
    }

    /// The register that stands for a graph's input.
    pub(crate) fn give(&mut self, input: N, register: Reg) {
        self.inputs.insert(input, register);
    }

    /// The code of `build`, apart.
    fn collect<R>(&mut self, build: impl FnOnce(&mut Self) -> R) -> (Vec<Instr>, R) {
        let outer = std::mem::take(&mut self.code);
        let result = build(self);
        (std::mem::replace(&mut self.code, outer), result)
    }

    /// A loop: `head` gives the condition.
    pub(crate) fn repeat(
        &mut self,
        head: impl FnOnce(&mut Self) -> Reg,
        body: impl FnOnce(&mut Self),
    ) {
        let (head, cond) = self.collect(head);
        let (body, ()) = self.collect(body);
        self.code.push(Instr::While { head, cond, body });
    }

    /// Computes nodes of a graph here.
    pub(crate) fn splice(&mut self, graph: &Graph, roots: &[N]) -> Vec<Reg> {
        let mut known: HashMap<N, Reg> = HashMap::new();
        for n in graph.reachable(roots) {
            let r = match graph.op(n) {
                Op::Input(_) => self.inputs[&n],
                Op::Load(var, element) => self.load((var, element)),
                op => self.node(op, |o| known[&o]),
            };
            known.insert(n, r);
        }
        roots.iter().map(|r| known[r]).collect()
    }

    fn node(&mut self, op: Op, r: impl Fn(N) -> Reg) -> Reg {
        let dst = self.fresh();
        self.code.push(super::schedule::instruction(op, dst, r));
        dst
    }

    /// Writes steps. Equations are advanced by cnexp, with `trace` to take them apart.
    pub(crate) fn steps(&mut self, trace: &mut Trace, steps: &[Step]) -> Result<(), Stuck> {
        steps.iter().try_for_each(|s| self.step(trace, s))
    }

    fn step(&mut self, trace: &mut Trace, step: &Step) -> Result<(), Stuck> {
        match step {
            Step::Set(local, value) => {
                let r = self.value(value);
                match self.locals.get(local) {
                    Some(place) => self.assign(*place, r),
                    None => {
                        let place = self.copy(r);
                        self.locals.insert(*local, place);
                    }
                }
            }
            Step::Store(var, element, value) => {
                let src = self.value(value);
                self.store((*var, *element), src);
            }
            Step::StoreAt(var, index, value) => {
                let src = self.value(value);
                let index = Some(self.value(index));
                self.code.push(Instr::Store {
                    var: *var,
                    element: 0,
                    index,
                    src,
                });
            }
            Step::If(cond, yes, no) => {
                let cond = self.value(cond);
                let (yes, result) = self.collect(|s| s.steps(trace, yes));
                result?;
                let (no, result) = self.collect(|s| s.steps(trace, no));
                result?;
                self.code.push(Instr::If { cond, yes, no });
            }
            Step::While(head, cond, body) => {
                let (head, cond) = self.collect(|s| s.steps(trace, head).map(|()| s.value(cond)));
                let (body, result) = self.collect(|s| s.steps(trace, body));
                result?;
                self.code.push(Instr::While {
                    head,
                    cond: cond?,
                    body,
                });
            }
            Step::Derivative(var, element, value, span) => {
                let state = (*var, *element);
                let next = self
                    .advance(trace, state, value)
                    .ok_or(Stuck::Nonlinear(*span))?;
                self.store(state, next);
            }
            Step::Solve(solve) => {
                let values = std::mem::take(&mut trace.values);
                let written = super::trace_blocks::write_solve(self, trace, solve);
                trace.values = values;
                written?;
            }
            // these stand in blocks that are solved as a whole
            Step::Flow(..) | Step::Dilute(..) | Step::Conserve(_) | Step::Equation(..) => {
                return Err(Stuck::Loop);
            }
            Step::NetSend(delay, flag) => {
                let (delay, flag) = (self.value(delay), self.value(flag));
                self.code.push(Instr::NetSend { delay, flag });
            }
            Step::NetEvent(time) => {
                let time = self.value(time);
                self.code.push(Instr::NetEvent { time });
            }
            Step::NetMove(time) => {
                let time = self.value(time);
                self.code.push(Instr::NetMove { time });
            }
            Step::SetSequence(stream, sequence) => {
                let (stream, sequence) = (*stream, self.value(sequence));
                self.code.push(Instr::SetSequence { stream, sequence });
            }
            Step::SetIds(stream, ids) => {
                let stream = *stream;
                let [a, b, c] = ids;
                let ids = [self.value(a), self.value(b), self.value(c)];
                self.code.push(Instr::SetIds { stream, ids });
            }
            Step::ForConnections(body) => {
                let (body, result) = self.collect(|s| s.steps(trace, body));
                result?;
                self.code.push(Instr::ForConnections { body });
            }
            Step::Hook(hook, locals) => {
                let values = locals.iter().map(|l| self.place(*l)).collect();
                self.code.push(Instr::Hook {
                    hook: *hook,
                    values,
                });
            }
            Step::Watch(watch) => self.code.push(Instr::Watch {
                watch: *watch,
                replace: true,
            }),
        }
        Ok(())
    }

    /// The register that a local variable lives in.
    fn place(&mut self, local: Local) -> Reg {
        if let Some(place) = self.locals.get(&local) {
            return *place;
        }
        let place = self.constant(0.0);
        self.locals.insert(local, place);
        place
    }

    /// The next value of a state by cnexp: the equation becomes a graph whose inputs are the registers of locals.
    fn advance(&mut self, trace: &mut Trace, state: Element, value: &Value) -> Option<Reg> {
        let outer = std::mem::take(&mut trace.values);
        self.show_locals(trace);
        trace.equations = Equations::Keep;
        let present = trace.get(state);
        let unknown = trace.graph.input();
        trace.values.variables.insert(state, unknown);
        let rate = trace.value(value).ok();
        let next = rate.and_then(|rate| super::solve_cnexp::advance(trace, rate, unknown, present));
        trace.values = outer;
        let next = next?;
        Some(self.splice(trace.graph, &[next])[0])
    }

    /// Lets a trace use the local variables of this script: each becomes an input.
    pub(crate) fn show_locals(&mut self, trace: &mut Trace) {
        let mut locals: Vec<(Local, Reg)> = self.locals.iter().map(|(l, r)| (*l, *r)).collect();
        locals.sort_unstable();
        for (local, register) in locals {
            let input = trace.graph.input();
            self.give(input, register);
            trace.set_local(local, input);
        }
    }

    /// The register of a value.
    pub(crate) fn value(&mut self, value: &Value) -> Reg {
        match value {
            Value::Const(x) => self.constant(*x),
            Value::Var(var, element) | Value::Unknown(var, element) => self.load((*var, *element)),
            Value::VarAt(var, index) => {
                let index = Some(self.value(index));
                let var = *var;
                self.push(|dst| Instr::Load {
                    dst,
                    var,
                    element: 0,
                    index,
                })
            }
            Value::Local(local) => match self.locals.get(local) {
                Some(r) => *r,
                None => self.constant(0.0),
            },
            Value::Un(op, a) => {
                let a = self.value(a);
                self.un(*op, a)
            }
            Value::Bin(op, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.bin(*op, a, b)
            }
            Value::Cmp(op, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.cmp(*op, a, b)
            }
            Value::Bool(op, a, b) => {
                let (a, b, op) = (self.value(a), self.value(b), *op);
                self.push(|dst| Instr::Bool { dst, op, a, b })
            }
            Value::Not(a) => {
                let a = self.value(a);
                self.push(|dst| Instr::Not { dst, a })
            }
            Value::Select(cond, yes, no) => {
                let cond = self.value(cond);
                let (yes, no) = (self.value(yes), self.value(no));
                self.select(cond, yes, no)
            }
            Value::TableAt(table, x) => {
                let (x, table) = (self.value(x), *table);
                self.push(|dst| Instr::TableAt { dst, table, x })
            }
            Value::TableGet(table, column, at) => {
                let at = self.value(at);
                let (table, column) = (*table, *column);
                self.push(|dst| Instr::TableGet {
                    dst,
                    table,
                    column,
                    at,
                })
            }
            Value::LookUp(table, at) => {
                let at: Vec<Reg> = at.iter().map(|a| self.value(a)).collect();
                let (table, at) = (*table, padded(&at));
                self.push(|dst| Instr::LookUp { dst, table, at })
            }
            Value::Random(stream, op) => {
                let (stream, op) = (*stream, *op);
                self.push(|dst| Instr::Random { dst, stream, op })
            }
        }
    }
}
