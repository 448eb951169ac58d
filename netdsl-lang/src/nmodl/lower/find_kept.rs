//! Which assigned variables must survive a block: those that some block reads before it assigns them.
//!
//! In `hh`, `minf` is assigned before every use: it is transient, and the lean kernels do not store it.

use std::collections::BTreeSet;

use super::graph::{Graph, Op};
use super::schedule::Kernel;
use super::trace_blocks::{Code, Traced, TracedMain};
use crate::mech::{Block, Instr, VarId};
use crate::nmodl::symbols::{Class, Symbols};

/// The variables that a kernel's stores must reach.
pub(crate) fn find_kept(graph: &Graph, symbols: &Symbols, traced: &Traced) -> BTreeSet<VarId> {
    let mut kept: BTreeSet<VarId> = (0..symbols.variables.len() as VarId)
        .filter(|id| {
            !matches!(
                symbols.variables[*id as usize].class,
                Class::Assigned | Class::Current
            )
        })
        .collect();
    let mains: Vec<&TracedMain> = [Some(&traced.exact), traced.tabled.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    let mut kernels: Vec<&Kernel> = mains.iter().map(|m| &m.current).collect();
    kernels.extend(traced.spreadings.iter().map(|(_, kernel)| kernel));
    for code in mains.iter().flat_map(|m| [&m.initial, &m.state]) {
        match code {
            Code::Kernel(kernel) => kernels.push(kernel),
            Code::Script(block) => read_script(&block.code, &mut kept),
        }
    }
    for main in &mains {
        let current = main.current_script.iter().map(|(block, _)| block);
        for block in current.chain(main.around.iter().map(|(_, block)| block)) {
            read_script(&block.code, &mut kept);
        }
    }
    for block in scripts(traced) {
        read_script(&block.code, &mut kept);
    }
    // a variable that is kept makes those kept that it is computed from
    loop {
        let before = kept.len();
        for kernel in &kernels {
            let lean = kernel.storing(|(id, _)| kept.contains(&id));
            for n in graph.reachable(&lean.roots()) {
                if let Op::Load(id, _) = graph.op(n) {
                    kept.insert(id);
                }
            }
        }
        if kept.len() == before {
            return kept;
        }
    }
}

fn scripts(traced: &Traced) -> impl Iterator<Item = &Block> {
    let watches = traced.watches.iter().map(|(block, _, _)| block);
    traced
        .receive
        .iter()
        .chain(traced.receive_initial.iter())
        .chain(watches)
}

fn read_script(code: &[Instr], kept: &mut BTreeSet<VarId>) {
    for instr in code {
        match instr {
            Instr::Load { var, .. } => {
                kept.insert(*var);
            }
            Instr::If { yes, no, .. } => {
                read_script(yes, kept);
                read_script(no, kept);
            }
            Instr::ForConnections { body } => read_script(body, kept),
            Instr::While { head, body, .. } => {
                read_script(head, kept);
                read_script(body, kept);
            }
            _ => {}
        }
    }
}
