//! Variables from outside that a file assigns to though it may not: `v`, and what USEION only reads.
//!
//! NEURON gives each block a copy, so that the assignment holds to the block's end: `v = v + 10` in BREAKPOINT.

use std::collections::{BTreeMap, BTreeSet};

use super::Inliner;
use crate::mech::{Role, VarId};
use crate::nmodl::ast::{Stmt, StmtKind};
use crate::nmodl::hir::{Step, Value};
use crate::nmodl::symbols::{Class, Symbols};

/// The variables that need copies.
pub(super) fn find(symbols: &Symbols) -> Vec<VarId> {
    let mut assigned = BTreeSet::new();
    for callable in symbols.callables.values() {
        collect(&callable.body, &mut assigned);
    }
    let blocks = symbols.initial.iter().chain(&symbols.breakpoint).copied();
    let around = symbols.around.iter().map(|(_, body)| *body);
    for body in blocks.chain(around) {
        collect(body, &mut assigned);
    }
    assigned
        .into_iter()
        .filter_map(|name| symbols.by_name.get(name).copied())
        .filter(|id| match symbols.variables[*id as usize].class {
            Class::Outside(Role::Voltage) => true,
            Class::Outside(Role::Ion { ion, what }) => {
                !symbols.ions[ion as usize].writes.contains(&what)
            }
            _ => false,
        })
        .collect()
}

fn collect<'a>(body: &'a [Stmt], assigned: &mut BTreeSet<&'a str>) {
    for statement in body {
        match &statement.kind {
            StmtKind::Assign(name, None, _) => {
                assigned.insert(&name.kind);
            }
            StmtKind::If(_, yes, no) => {
                collect(yes, assigned);
                collect(no, assigned);
            }
            StmtKind::While(_, body) | StmtKind::From { body, .. } | StmtKind::Block(body) => {
                collect(body, assigned);
            }
            _ => {}
        }
    }
}

impl Inliner<'_, '_> {
    /// The copies of a block.
    pub(super) fn bind_shadows(&mut self) {
        self.copies = BTreeMap::new();
        for id in self.shadows.clone() {
            let copy = self.fresh();
            self.out.push(Step::Set(copy, Value::Var(id, 0)));
            self.copies.insert(id, copy);
        }
    }
}
