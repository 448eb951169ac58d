//! Declarations of pointers to streams and Vectors become RANDOM, or nothing.

use super::facts::{Facts, PointerKind};
use crate::nmodl::ast::{File, Item, Name, NeuronStmt, Node, Span};

/// Takes the pointers out of the declarations, and declares streams.
pub(super) fn declare(file: &mut File, facts: &Facts) {
    let kind = |n: &str| facts.pointers.get(n).copied();
    let is_number = |n: &str| matches!(kind(n), None | Some(PointerKind::Variable));
    let is_stream = |n: &str| kind(n) == Some(PointerKind::Stream);
    let mut declared = Vec::new();
    for item in &mut file.items {
        match item {
            Item::Parameter(all) | Item::Assigned(all) => all.retain(|d| !is_stream(&d.name.kind)),
            Item::Neuron(all) => {
                for statement in all.iter_mut() {
                    match &mut statement.kind {
                        NeuronStmt::Pointer(names) | NeuronStmt::BbCorePointer(names) => {
                            names.retain(|n| is_number(&n.kind));
                        }
                        NeuronStmt::Range(names) | NeuronStmt::Global(names) => {
                            names.retain(|n| !is_stream(&n.kind))
                        }
                        NeuronStmt::Random(names) => {
                            declared.extend(names.iter().map(|n| n.kind.clone()))
                        }
                        _ => {}
                    }
                }
                all.retain(|s| !is_empty(&s.kind));
            }
            _ => {}
        }
    }
    let new: Vec<Name> = facts
        .pointers
        .keys()
        .filter(|n| is_stream(n) && !declared.contains(n))
        .map(|n| Node::new(n.clone(), Span::default()))
        .collect();
    let neuron = file.items.iter_mut().find_map(|item| match item {
        Item::Neuron(all) => Some(all),
        _ => None,
    });
    if let Some(all) = neuron.filter(|_| !new.is_empty()) {
        // first, so that the block's last statement is still the place of mistakes without one
        all.insert(0, Node::new(NeuronStmt::Random(new), Span::default()));
    }
}

fn is_empty(statement: &NeuronStmt) -> bool {
    match statement {
        NeuronStmt::Pointer(names)
        | NeuronStmt::BbCorePointer(names)
        | NeuronStmt::Range(names)
        | NeuronStmt::Global(names) => names.is_empty(),
        _ => false,
    }
}
