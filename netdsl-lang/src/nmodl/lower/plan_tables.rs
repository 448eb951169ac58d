//! What a TABLE's body takes from outside and what it does besides filling columns: from where NEURON fills the table.
//!
//! NEURON fills a table by running the body at every grid point. It does so before INITIAL where the file is thread-safe
//! (nothing but PARAMETERs has a value then), else where the table is first looked up; and again when a variable that
//! DEPEND names has changed. What the body assigns besides the columns keeps its value of the last grid point.
//!
//! A table whose values are the same everywhere is stored. Any other is computed where it is looked up, at the two grid
//! points around the argument: each instance has its own table then, where NEURON has that of the first instance.

use std::collections::{BTreeMap, BTreeSet};

use super::tables::{Plan, PlanKind, Reading, Tables};
use crate::mech::{Role, VarId};
use crate::nmodl::hir::{Step, Value};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::{Class, Symbols};

/// A table's body and range, without tables.
pub(super) struct Body {
    pub(super) steps: Vec<Step>,
    pub(super) range: Vec<(Vec<Step>, Value)>,
}

/// Plans all tables. `assigned`: what any block assigns.
pub(super) fn plan_tables(
    tables: &mut Tables,
    bodies: &[Body],
    assigned: &BTreeSet<VarId>,
    symbols: &mut Symbols,
    report: &mut Report,
) {
    let mut order: Vec<usize> = (0..tables.all.len()).collect();
    order.sort_by_key(|k| tables.all[*k].callable.name.span.lo);
    // what tables that are filled before assign
    let mut before = BTreeSet::new();
    for k in order.iter().copied() {
        let mut found = Found::default();
        found.steps(&bodies[k].steps);
        // what the body never assigns is no function of the argument
        tables.all[k]
            .columns
            .retain(|(id, _)| found.assigned.contains(id));
        let columns: Vec<_> = tables.all[k].columns.clone();
        let unfinished = columns.iter().filter(|c| !found.definite.contains(c));
        found.reads.extend(unfinished.map(|(id, _)| *id));
        let mut range = Found::default();
        for (steps, value) in &bodies[k].range {
            range.steps(steps);
            range.value(value);
        }
        let depend = depend(&tables.all[k].statement.depend, symbols);
        let mut planner = Planner {
            symbols,
            assigned,
            depend,
            before: &before,
        };
        let plan = planner.plan(&columns, found, &range, &tables.all[k].callable.name.kind);
        before.extend(plan.assigns.iter().copied());
        warn(&plan, &tables.all[k].callable.name.kind, symbols, report);
        tables.all[k].plan = plan;
    }
    tables.order = order.into_iter().map(|k| k as u32).collect();
}

fn depend(names: &[crate::nmodl::ast::Name], symbols: &Symbols) -> BTreeSet<VarId> {
    let known = names.iter().filter_map(|n| symbols.by_name.get(&n.kind));
    known.copied().collect()
}

fn warn(plan: &Plan, name: &str, symbols: &Symbols, report: &mut Report) {
    let what = match plan.kind {
        PlanKind::Stored => return,
        PlanKind::Local => "each place has its own, where NEURON has one, of the first place",
        PlanKind::Exact => "it is computed without the table",
    };
    for (id, reading) in &plan.reads {
        if matches!(reading, Reading::Fixed(_)) || is_shared(symbols, *id) {
            continue;
        }
        let symbol = &symbols.variables[*id as usize];
        let message = format!(
            "the TABLE of `{name}` is computed from `{}`, which may differ between places: {what}",
            symbol.name
        );
        report.warning(symbol.span, message);
    }
}

/// Whether all instances have the same value, if no block assigns it.
fn is_shared(symbols: &Symbols, id: VarId) -> bool {
    let class = symbols.variables[id as usize].class;
    matches!(
        class,
        Class::Global | Class::Outside(Role::Celsius | Role::Dt)
    )
}

struct Planner<'p, 's> {
    symbols: &'p mut Symbols<'s>,
    assigned: &'p BTreeSet<VarId>,
    depend: BTreeSet<VarId>,
    before: &'p BTreeSet<VarId>,
}

impl Planner<'_, '_> {
    fn plan(&mut self, columns: &[(VarId, u32)], found: Found, range: &Found, name: &str) -> Plan {
        let mut reads = BTreeMap::new();
        let refilled = self.depend.clone().into_iter().any(|id| self.changes(id));
        for id in &found.reads {
            let reading = self.reading(*id, refilled, name);
            reads.insert(*id, reading);
        }
        let is_column = |id: &VarId| columns.iter().any(|(column, _)| column == id);
        let effects: Vec<VarId> = found
            .assigned
            .iter()
            .filter(|id| !is_column(id))
            .copied()
            .collect();
        let shared = |id: &VarId| is_shared(self.symbols, *id) && !self.assigned.contains(id);
        let stored = range.reads.iter().all(shared)
            && reads.iter().all(|(id, reading)| match reading {
                Reading::Fixed(_) => true,
                Reading::Live => shared(id),
                _ => false,
            });
        let copied = |id: &VarId| {
            found.assigned.contains(id) || !matches!(reads.get(id), None | Some(Reading::Live))
        };
        let kind = if found.indexed.iter().any(copied)
            || found.indexed.iter().any(|id| found.assigned.contains(id))
        {
            PlanKind::Exact
        } else if stored {
            PlanKind::Stored
        } else {
            PlanKind::Local
        };
        let has_kept = reads.values().any(|r| matches!(r, Reading::Kept(_)));
        let watched = if refilled && (has_kept || !effects.is_empty()) {
            let changing: Vec<VarId> = self
                .depend
                .iter()
                .copied()
                .filter(|id| self.changes(*id))
                .collect();
            changing
                .into_iter()
                .map(|id| (id, self.keep(id, name, "last")))
                .collect()
        } else {
            Vec::new()
        };
        Plan {
            kind,
            reads,
            assigns: found.assigned.into_iter().collect(),
            effects,
            watched,
        }
    }

    /// Whether a variable may have another value later.
    fn changes(&self, id: VarId) -> bool {
        match self.symbols.variables[id as usize].class {
            Class::Global | Class::Parameter | Class::Assigned | Class::Current => {
                self.assigned.contains(&id)
            }
            Class::State | Class::Pointer => true,
            Class::External
            | Class::Outside(Role::Celsius | Role::Dt | Role::Diam | Role::Area) => false,
            Class::Outside(_) => true,
        }
    }

    fn reading(&mut self, id: VarId, refilled: bool, name: &str) -> Reading {
        let symbol = &self.symbols.variables[id as usize];
        if !self.changes(id) {
            let nobody_sets = symbol.class == Class::Assigned && !symbol.range;
            return if nobody_sets {
                Reading::Fixed(0.0)
            } else {
                Reading::Live
            };
        }
        let depends = self.depend.contains(&id);
        if !self.symbols.thread_safe {
            return if depends {
                Reading::Live
            } else {
                Reading::Kept(self.keep(id, name, "then"))
            };
        }
        let default = match symbol.class {
            Class::Global | Class::Parameter => symbol.default,
            _ => 0.0,
        };
        if refilled || self.before.contains(&id) {
            Reading::Kept(self.keep(id, name, "then"))
        } else {
            Reading::Fixed(default)
        }
    }

    /// A variable for the value of another one when the table was filled.
    fn keep(&mut self, id: VarId, name: &str, word: &str) -> VarId {
        let symbol = self.symbols.variables[id as usize].clone();
        let text = format!("{}_{word}_{name}", symbol.name);
        let kept = self.symbols.add(&text, symbol.span, Class::Assigned);
        self.symbols.variables[kept as usize].length = symbol.length;
        self.symbols.variables[kept as usize].unit = symbol.unit;
        kept
    }
}

/// What steps read from before them, and what they assign.
#[derive(Default)]
struct Found {
    reads: BTreeSet<VarId>,
    assigned: BTreeSet<VarId>,
    /// Arrays whose element is not known beforehand.
    indexed: BTreeSet<VarId>,
    /// Assigned on every way.
    definite: BTreeSet<(VarId, u32)>,
}

impl Found {
    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Set(_, value) => self.value(value),
            Step::Store(id, element, value) => {
                self.value(value);
                self.assigned.insert(*id);
                self.definite.insert((*id, *element));
            }
            Step::StoreAt(id, index, value) => {
                self.value(index);
                self.value(value);
                self.assigned.insert(*id);
                self.reads.insert(*id);
                self.indexed.insert(*id);
            }
            Step::If(cond, yes, no) => {
                self.value(cond);
                let before = self.definite.clone();
                self.steps(yes);
                let after = std::mem::replace(&mut self.definite, before);
                self.steps(no);
                self.definite.retain(|e| after.contains(e));
            }
            Step::While(head, cond, body) => {
                self.steps(head);
                self.value(cond);
                let before = self.definite.clone();
                self.steps(body);
                self.definite = before;
            }
            // equations, events and watches do not stand in a TABLE's body
            _ => {}
        }
    }

    fn value(&mut self, value: &Value) {
        value.visit(&mut |v| match v {
            Value::Var(id, element) if !self.definite.contains(&(*id, *element)) => {
                self.reads.insert(*id);
            }
            Value::VarAt(id, _) => {
                self.reads.insert(*id);
                self.indexed.insert(*id);
            }
            _ => {}
        });
    }
}
