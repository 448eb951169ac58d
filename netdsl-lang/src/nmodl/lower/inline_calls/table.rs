//! Looking up a TABLE, and what filling it does.

use super::super::tables::{PlanKind, Reading};
use super::{Inliner, Meaning, Place};
use crate::mech::{BinOp, BoolOp, CmpOp, UnOp, VarId};
use crate::nmodl::ast::{Callable, CallableKind};
use crate::nmodl::hir::{Local, Step, Value};
use crate::nmodl::symbols::Class;

impl<'a> Inliner<'_, 'a> {
    /// A call of a callable with a TABLE.
    pub(super) fn look_up(
        &mut self,
        table: u32,
        callable: &'a Callable,
        values: Vec<Value>,
    ) -> Value {
        let kind = self.tables.all[table as usize].plan.kind;
        if kind == PlanKind::Exact {
            return self.copy_in(callable, values);
        }
        let x = values.into_iter().next().unwrap_or(Value::Const(0.0));
        let x = self.keep(x);
        if self.in_initial && !self.symbols.thread_safe && self.filled.insert(table) {
            self.fill(table, false);
        }
        if !self.symbols.thread_safe {
            self.fill_again(table);
        }
        match kind {
            PlanKind::Local => self.interpolate(table, callable, x),
            _ => self.look_up_stored(table, callable, x),
        }
    }

    fn look_up_stored(&mut self, table: u32, callable: &'a Callable, x: Value) -> Value {
        let at = self.fresh();
        self.out
            .push(Step::Set(at, Value::TableAt(table, Box::new(x))));
        let get = |column: usize| Value::TableGet(table, column as u32, Box::new(Value::Local(at)));
        if callable.kind == CallableKind::Function {
            return get(0);
        }
        let columns = self.tables.all[table as usize].columns.clone();
        for (k, (variable, element)) in columns.into_iter().enumerate() {
            self.out.push(Step::Store(variable, element, get(k)));
        }
        Value::Const(0.0)
    }

    /// The grid points on both sides of `x`, computed here, and the values between.
    fn interpolate(&mut self, table: u32, callable: &'a Callable, x: Value) -> Value {
        let intervals = Value::Const(f64::from(self.tables.all[table as usize].intervals));
        let (from, to) = self.range(table);
        let bin = Value::bin;
        let step = bin(
            BinOp::Div,
            bin(BinOp::Sub, to, from.clone()),
            intervals.clone(),
        );
        let step = self.keep(step);
        let per_unit = bin(BinOp::Div, Value::Const(1.0), step.clone());
        let at = bin(BinOp::Mul, bin(BinOp::Sub, x, from.clone()), per_unit);
        let at = bin(
            BinOp::Min,
            bin(BinOp::Max, at, Value::Const(0.0)),
            intervals.clone(),
        );
        let at = self.keep(at);
        let low = self.keep(Value::un(UnOp::Floor, at.clone()));
        let part = self.keep(bin(BinOp::Sub, at, low.clone()));
        let high = bin(
            BinOp::Min,
            bin(BinOp::Add, low.clone(), Value::Const(1.0)),
            intervals,
        );
        let point = |n| bin(BinOp::Add, from.clone(), bin(BinOp::Mul, n, step.clone()));
        let below = self.at_grid_point(table, callable, point(low));
        let above = self.at_grid_point(table, callable, point(high));
        let between = |a: Value, b: Value| {
            let rise = bin(BinOp::Sub, b, a.clone());
            bin(BinOp::Add, a, bin(BinOp::Mul, part.clone(), rise))
        };
        if callable.kind == CallableKind::Function {
            return between(below.value, above.value);
        }
        for (variable, element) in self.tables.all[table as usize].columns.clone() {
            let value = between(below.of(variable, element), above.of(variable, element));
            self.out.push(Step::Store(variable, element, value));
        }
        Value::Const(0.0)
    }

    /// What the body makes at a grid point, in copies of the variables.
    fn at_grid_point(&mut self, table: u32, callable: &'a Callable, x: Value) -> Point {
        let (copies, place) = (self.copies.clone(), self.place);
        self.place = Place::Table;
        let plan = self.tables.all[table as usize].plan.clone();
        let mut own = Vec::new();
        for id in plan.copied() {
            let length = self.symbols.variables[id as usize].length;
            let first = self.fresh();
            for _ in 1..length {
                self.fresh();
            }
            for k in 0..length {
                let value = match plan.reads.get(&id) {
                    Some(Reading::Fixed(x)) => Value::Const(*x),
                    Some(Reading::Kept(kept)) => Value::Var(*kept, k),
                    _ => Value::Var(id, k),
                };
                self.out.push(Step::Set(first + k, value));
            }
            own.push((id, first));
        }
        self.copies.extend(own.iter().copied());
        let value = self.copy_in(callable, vec![x]);
        self.copies = copies;
        self.place = place;
        Point { value, own }
    }

    /// Filling a table: what the body reads is kept, and what it assigns has the values of the last grid point.
    /// `early`: before INITIAL, when nothing from outside is known.
    fn fill(&mut self, table: u32, early: bool) {
        let all = &self.tables.all[table as usize];
        let (plan, callable) = (all.plan.clone(), all.callable);
        if plan.kind == PlanKind::Exact {
            return;
        }
        let kept = plan.reads.iter().filter_map(|(id, reading)| match reading {
            Reading::Kept(kept) => Some((*id, *kept)),
            _ => None,
        });
        for (id, kept) in kept.chain(plan.watched.iter().copied()) {
            let symbol = &self.symbols.variables[id as usize];
            let known = !early || !matches!(symbol.class, Class::Outside(_));
            for k in 0..symbol.length {
                let value = if known {
                    Value::Var(id, k)
                } else {
                    Value::Const(0.0)
                };
                self.out.push(Step::Store(kept, k, value));
            }
        }
        let mut effects = plan.effects.clone();
        if early {
            // nothing looks the table up at once: the columns, too, keep their last values
            let columns = self.tables.all[table as usize].columns.iter();
            effects.extend(columns.map(|(id, _)| *id));
            effects.dedup();
        }
        if effects.is_empty() {
            return;
        }
        let (_, to) = self.range(table);
        let last = self.at_grid_point(table, callable, to);
        for id in effects {
            for k in 0..self.symbols.variables[id as usize].length {
                self.out.push(Step::Store(id, k, last.of(id, k)));
            }
        }
    }

    /// Fills the table again if what DEPEND names has changed.
    fn fill_again(&mut self, table: u32) {
        let watched = self.tables.all[table as usize].plan.watched.clone();
        let mut changed: Option<Value> = None;
        for (id, last) in watched {
            for k in 0..self.symbols.variables[id as usize].length {
                let differs =
                    Value::cmp(CmpOp::Eq, Value::Var(id, k), Value::Var(last, k)).negated();
                changed = Some(match changed {
                    None => differs,
                    Some(others) => Value::Bool(BoolOp::Or, Box::new(others), Box::new(differs)),
                });
            }
        }
        if let Some(changed) = changed {
            let steps = self.collect(|s| s.fill(table, false));
            self.out.push(Step::If(changed, steps, Vec::new()));
        }
    }

    /// Both ends of a table's grid.
    fn range(&mut self, table: u32) -> (Value, Value) {
        let statement = self.tables.all[table as usize].statement;
        let scopes = std::mem::replace(&mut self.scopes, vec![Default::default()]);
        let place = std::mem::replace(&mut self.place, Place::Table);
        let (from, to) = (self.number(&statement.from), self.number(&statement.to));
        let ends = (self.keep(from), self.keep(to));
        self.place = place;
        self.scopes = scopes;
        ends
    }

    /// Fills the tables that are filled at this point of the initialisation: `before` INITIAL those of files that NEURON
    /// takes for thread-safe, behind it those that INITIAL does not look up.
    pub(crate) fn fillings(&mut self, before: bool) -> Vec<Step> {
        if !self.tabled {
            return Vec::new();
        }
        self.place = Place::Initial;
        self.scopes = vec![Default::default()];
        self.out = Vec::new();
        self.bind_shadows();
        for table in self.tables.order.clone() {
            if before == self.symbols.thread_safe && self.filled.insert(table) {
                self.fill(table, before);
            }
        }
        std::mem::take(&mut self.out)
    }

    /// Between two steps the tables of a thread-safe file are filled again where what DEPEND names has changed.
    pub(crate) fn fillings_between_steps(&mut self) -> Vec<Step> {
        if !self.tabled || !self.symbols.thread_safe {
            return Vec::new();
        }
        self.place = Place::Breakpoint;
        self.scopes = vec![Default::default()];
        self.out = Vec::new();
        self.copies.clear();
        for table in self.tables.order.clone() {
            self.fill_again(table);
        }
        std::mem::take(&mut self.out)
    }
}

/// A grid point: the function's value, and the copies of variables.
struct Point {
    value: Value,
    own: Vec<(VarId, Local)>,
}

impl Point {
    fn of(&self, id: VarId, element: u32) -> Value {
        let found = self.own.iter().find(|(own, _)| *own == id);
        found.map_or(Value::Var(id, element), |(_, first)| {
            Value::Local(first + element)
        })
    }
}

impl Inliner<'_, '_> {
    /// The local variable that is the copy of a variable's element.
    pub(crate) fn copied_element(&self, (id, element): (VarId, u32)) -> Option<Local> {
        self.copies.get(&id).map(|first| first + element)
    }

    /// A variable that has a copy here.
    pub(super) fn meaning_of_copy(&self, id: VarId) -> Option<Meaning> {
        let first = *self.copies.get(&id)?;
        let length = self.symbols.variables[id as usize].length;
        Some(Meaning::Array(first, length))
    }
}
