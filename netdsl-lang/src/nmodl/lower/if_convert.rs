//! Pass 2: steps to graph. Conditions become selections, assignments become the values of variables at the end.
//!
//! `if (v > 0) { g = 1 }` becomes `g = select(0 < v, 1, g)`.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Graph, N, Op};
use crate::mech::{CmpOp, UnOp, VarId};
use crate::nmodl::ast::Span;
use crate::nmodl::hir::{Local, Step, Value};

/// An element of a variable.
pub(crate) type Element = (VarId, u32);

/// Why steps cannot be a graph; they can be a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stuck {
    /// A loop whose number of rounds is not known.
    Loop,
    /// An event, watch or draw.
    Effect,
    /// An equation that is not linear in its own state.
    Nonlinear(Span),
    /// Equations of which one branch of a condition has more than the other.
    Uneven(Span),
    /// More unknown states than can be solved for.
    Large(Span),
}

/// An effect of straight-line code, in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    NetSend(N, N),
    NetEvent(N),
    NetMove(N),
    Watch(u32),
}

/// What an equation `x' = f` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Equations {
    /// Advances the state at once by the exponential of its linear part (cnexp).
    Advance,
    /// Is kept in [`Trace::rates`].
    Keep,
}

/// Values of variables and local variables at a point of the code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    /// Of the variables assigned so far.
    pub(crate) variables: BTreeMap<Element, N>,
    /// Right-hand sides of the equations met so far.
    pub(crate) rates: BTreeMap<Element, N>,
    /// What equations without time make 0.
    pub(crate) zeros: Vec<N>,
    /// What takes the place of a state's equation, and is 0.
    pub(crate) conserved: BTreeMap<Element, N>,
    locals: BTreeMap<Local, N>,
}

impl Values {
    /// Forgets all equations.
    pub(crate) fn clear_equations(&mut self) {
        self.rates.clear();
        self.zeros.clear();
        self.conserved.clear();
    }
}

/// Follows steps and builds their values.
pub(crate) struct Trace<'g> {
    pub(crate) graph: &'g mut Graph,
    pub(crate) values: Values,
    /// Effects met so far.
    pub(crate) effects: Vec<Effect>,
    pub(crate) equations: Equations,
    /// Number of elements of each variable.
    pub(crate) lengths: &'g [u32],
    /// The variable `dt`.
    pub(crate) dt: VarId,
    /// The variable `t`, if the file uses it.
    pub(crate) time: Option<VarId>,
    /// Whether a node depends on nothing but parameters.
    pub(crate) invariant: &'g dyn Fn(Op) -> bool,
    /// States at the end of the step, where [`Value::Unknown`] names them.
    pub(crate) unknowns: BTreeMap<Element, N>,
    /// Variables that others may change in the midst of things: they are reached by scripts alone.
    pub(crate) shared: Option<&'g BTreeSet<VarId>>,
    /// How many conditions enclose the code.
    depth: u32,
}

impl<'g> Trace<'g> {
    pub(crate) fn new(
        graph: &'g mut Graph,
        lengths: &'g [u32],
        (dt, time): (VarId, Option<VarId>),
        invariant: &'g dyn Fn(Op) -> bool,
    ) -> Self {
        Self {
            graph,
            values: Values::default(),
            effects: Vec::new(),
            equations: Equations::Keep,
            lengths,
            dt,
            time,
            invariant,
            unknowns: BTreeMap::new(),
            shared: None,
            depth: 0,
        }
    }

    /// Refuses variables that only scripts may reach.
    fn check_own(&self, id: VarId) -> Result<(), Stuck> {
        match self.shared.is_some_and(|shared| shared.contains(&id)) {
            true => Err(Stuck::Effect),
            false => Ok(()),
        }
    }

    /// Present value of an element of a variable.
    pub(crate) fn get(&mut self, element: Element) -> N {
        match self.values.variables.get(&element) {
            Some(n) => *n,
            None => self.graph.load(element.0, element.1),
        }
    }

    /// Follows steps.
    pub(crate) fn steps(&mut self, steps: &[Step]) -> Result<(), Stuck> {
        steps.iter().try_for_each(|s| self.step(s))
    }

    fn step(&mut self, step: &Step) -> Result<(), Stuck> {
        match step {
            Step::Set(local, value) => {
                let n = self.value(value)?;
                self.values.locals.insert(*local, n);
            }
            Step::Store(id, element, value) => {
                self.check_own(*id)?;
                let n = self.value(value)?;
                self.values.variables.insert((*id, *element), n);
            }
            Step::StoreAt(id, index, value) => {
                self.check_own(*id)?;
                let value = self.value(value)?;
                self.store_at(*id, index, value)?;
            }
            Step::If(cond, yes, no) => self.branch(cond, yes, no)?,
            Step::While(..) | Step::ForConnections(_) | Step::Hook(..) => return Err(Stuck::Loop),
            Step::SetSequence(..) | Step::SetIds(..) => return Err(Stuck::Effect),
            Step::Derivative(id, element, value, span) => {
                self.equation((*id, *element), value, *span)?
            }
            Step::Flow(id, element, value) => {
                let change = self.value(value)?;
                let rate = match self.values.rates.get(&(*id, *element)) {
                    Some(before) => self.graph.add(*before, change),
                    None => change,
                };
                self.values.rates.insert((*id, *element), rate);
            }
            Step::Dilute(id, element, volume) => {
                if let Some(rate) = self.values.rates.get(&(*id, *element)).copied() {
                    let volume = self.value(volume)?;
                    let rate = self.graph.div(rate, volume);
                    self.values.rates.insert((*id, *element), rate);
                }
            }
            Step::Conserve(conserved) => {
                let rest = self.value(&conserved.rest)?;
                self.values.conserved.insert(conserved.state, rest);
            }
            Step::Equation(rest, _) => {
                let rest = self.value(rest)?;
                self.values.zeros.push(rest);
            }
            Step::Solve(solve) => {
                if !super::trace_blocks::advance(self, solve)? {
                    return Err(Stuck::Loop);
                }
            }
            Step::NetSend(..) | Step::NetEvent(_) | Step::NetMove(_) | Step::Watch(_) => {
                self.effect(step)?
            }
        }
        Ok(())
    }

    fn effect(&mut self, step: &Step) -> Result<(), Stuck> {
        if self.depth > 0 {
            return Err(Stuck::Effect);
        }
        let effect = match step {
            Step::NetSend(delay, flag) => Effect::NetSend(self.value(delay)?, self.value(flag)?),
            Step::NetEvent(time) => Effect::NetEvent(self.value(time)?),
            Step::NetMove(time) => Effect::NetMove(self.value(time)?),
            Step::Watch(number) => Effect::Watch(*number),
            _ => return Ok(()),
        };
        self.effects.push(effect);
        Ok(())
    }

    fn equation(&mut self, state: Element, value: &Value, span: Span) -> Result<(), Stuck> {
        if self.equations == Equations::Keep {
            let rate = self.value(value)?;
            self.values.rates.insert(state, rate);
            return Ok(());
        }
        // the equation is linear or not as it is written: what else was computed from the state counts as constant
        let present = self.get(state);
        let unknown = self.graph.input();
        self.values.variables.insert(state, unknown);
        let rate = self.value(value)?;
        let next = super::solve_cnexp::advance(self, rate, unknown, present)
            .ok_or(Stuck::Nonlinear(span))?;
        self.values.variables.insert(state, next);
        Ok(())
    }

    fn branch(&mut self, cond: &Value, yes: &[Step], no: &[Step]) -> Result<(), Stuck> {
        let cond = self.value(cond)?;
        match self.graph.op(cond) {
            Op::Truth(true) => return self.steps(yes),
            Op::Truth(false) => return self.steps(no),
            _ => {}
        }
        let before = self.values.clone();
        self.depth += 1;
        self.steps(yes)?;
        let after_yes = std::mem::replace(&mut self.values, before);
        self.steps(no)?;
        self.depth -= 1;
        let uneven = after_yes.zeros.len() != self.values.zeros.len()
            || !after_yes.conserved.keys().eq(self.values.conserved.keys());
        if uneven {
            return Err(Stuck::Uneven(Span::default()));
        }
        self.merge(cond, after_yes);
        Ok(())
    }

    /// Selects between the values of two branches; `self.values` are those of the second.
    fn merge(&mut self, cond: N, yes: Values) {
        let mut keys: Vec<Element> = yes.variables.keys().copied().collect();
        keys.extend(
            self.values
                .variables
                .keys()
                .filter(|k| !yes.variables.contains_key(k)),
        );
        for key in keys {
            let before = self.graph.load(key.0, key.1);
            let a = yes.variables.get(&key).copied().unwrap_or(before);
            let b = self.values.variables.get(&key).copied().unwrap_or(before);
            let merged = self.graph.select(cond, a, b);
            self.values.variables.insert(key, merged);
        }
        let zero = self.graph.constant(0.0);
        let mut keys: Vec<Element> = yes.rates.keys().copied().collect();
        keys.extend(
            self.values
                .rates
                .keys()
                .filter(|k| !yes.rates.contains_key(k)),
        );
        for key in keys {
            let a = yes.rates.get(&key).copied().unwrap_or(zero);
            let b = self.values.rates.get(&key).copied().unwrap_or(zero);
            let merged = self.graph.select(cond, a, b);
            self.values.rates.insert(key, merged);
        }
        for (k, a) in yes.zeros.iter().enumerate() {
            let merged = self.graph.select(cond, *a, self.values.zeros[k]);
            self.values.zeros[k] = merged;
        }
        for (key, a) in &yes.conserved {
            let b = self.values.conserved[key];
            let merged = self.graph.select(cond, *a, b);
            self.values.conserved.insert(*key, merged);
        }
        // a local that only one branch has is not visible behind the condition
        let locals: Vec<Local> = yes.locals.keys().copied().collect();
        for local in locals {
            if let Some(b) = self.values.locals.get(&local).copied() {
                let merged = self.graph.select(cond, yes.locals[&local], b);
                self.values.locals.insert(local, merged);
            }
        }
    }

    fn store_at(&mut self, id: VarId, index: &Value, value: N) -> Result<(), Stuck> {
        let index = self.index(index)?;
        for k in 0..self.lengths[id as usize] {
            let here = self.is_index(index, k);
            let old = self.get((id, k));
            let new = self.graph.select(here, value, old);
            self.values.variables.insert((id, k), new);
        }
        Ok(())
    }

    fn index(&mut self, index: &Value) -> Result<N, Stuck> {
        let index = self.value(index)?;
        Ok(self.graph.un(UnOp::Floor, index))
    }

    fn is_index(&mut self, index: N, k: u32) -> N {
        let k = self.graph.constant(f64::from(k));
        self.graph.cmp(CmpOp::Eq, index, k)
    }

    /// The node of a value.
    pub(crate) fn value(&mut self, value: &Value) -> Result<N, Stuck> {
        Ok(match value {
            Value::Const(x) => self.graph.constant(*x),
            Value::Var(id, element) => {
                self.check_own(*id)?;
                self.get((*id, *element))
            }
            Value::Unknown(id, element) => match self.unknowns.get(&(*id, *element)) {
                Some(unknown) => *unknown,
                None => self.get((*id, *element)),
            },
            Value::VarAt(id, index) => {
                self.check_own(*id)?;
                let index = self.index(index)?;
                let mut result = self.graph.constant(f64::NAN);
                for k in 0..self.lengths[*id as usize] {
                    let here = self.is_index(index, k);
                    let element = self.get((*id, k));
                    result = self.graph.select(here, element, result);
                }
                result
            }
            Value::Local(local) => match self.values.locals.get(local) {
                Some(n) => *n,
                // not assigned on this way: LOCAL begins with 0
                None => self.graph.constant(0.0),
            },
            Value::Un(op, a) => {
                let a = self.value(a)?;
                self.graph.un(*op, a)
            }
            Value::Bin(op, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                self.graph.bin(*op, a, b)
            }
            Value::Cmp(op, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                self.graph.cmp(*op, a, b)
            }
            Value::Bool(op, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                self.graph.bool(*op, a, b)
            }
            Value::Not(a) => {
                let a = self.value(a)?;
                self.graph.not(a)
            }
            Value::Select(cond, a, b) => {
                let cond = self.value(cond)?;
                let (a, b) = (self.value(a)?, self.value(b)?);
                self.graph.select(cond, a, b)
            }
            Value::TableAt(table, x) => {
                let x = self.value(x)?;
                self.graph.raw(Op::TableAt(*table, x))
            }
            Value::TableGet(table, column, at) => {
                let at = self.value(at)?;
                self.graph.raw(Op::TableGet(*table, *column, at))
            }
            Value::LookUp(table, at) => {
                let at = at
                    .iter()
                    .map(|a| self.value(a))
                    .collect::<Result<Vec<_>, _>>()?;
                let [a, b, c] = super::write_script::padded(&at);
                self.graph.raw(Op::LookUp(*table, a, b, c))
            }
            Value::Random(..) => return Err(Stuck::Effect),
        })
    }
}

impl Trace<'_> {
    /// Gives a local variable a value.
    pub(crate) fn set_local(&mut self, local: Local, value: N) {
        self.values.locals.insert(local, value);
    }
}
