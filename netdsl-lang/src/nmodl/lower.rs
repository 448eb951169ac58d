//! Tree to [`Program`], pass by pass.
//!
//! ```text
//! inline_calls     statements -> steps: names resolved, procedures copied in, loops unrolled
//! if_convert       steps -> graph: conditions become selections      (or write_script, where that is impossible)
//!   solve_cnexp, solve_implicit, solve_explicit: equations become steps in time
//! find_kept        which variables must survive a block
//! hoist_invariants, share_divisions, contract_fma: fewer operations
//! schedule         graph -> instructions
//! assemble         variables get roles and slots
//! ```
//!
//! Two things are NEURON's rather than the file's, so that results are NEURON's: defaults, limits and START values have six
//! digits, as its translator prints them (all other numbers have theirs); and TABLEs are filled when it fills them
//! (`plan_tables`).

use std::collections::BTreeSet;

use super::ast::File;
use super::report::Report;
use super::symbols::{Class, Symbols, resolve_names};
use crate::mech::{Program, Role, VarId, verify};
use graph::{Graph, Op};
use inline_calls::Watches;
use tables::Tables;

mod assemble;
mod contract_fma;
mod differentiate;
mod eliminate;
mod find_additive;
mod find_kept;
pub(super) mod graph;
mod hoist_invariants;
mod if_convert;
mod inline_calls;
mod optimize;
mod plan_tables;
mod remarks;
mod schedule;
mod share_divisions;
mod share_exponentials;
mod solve_cnexp;
mod solve_explicit;
mod solve_implicit;
mod sources;
mod split_linear;
mod tables;
mod trace_blocks;
mod write_script;

/// How a program is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Rearrange expressions (fewer divisions, fused multiplication and addition), which may change last bits.
    pub algebra: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { algebra: true }
    }
}

/// The program of a file; `None` if `report` has a mistake.
pub fn lower(file: &File, options: Options, report: &mut Report) -> Option<Program> {
    let mut symbols = resolve_names(file, report);
    let mut tables = Tables::collect(&symbols, report);
    let mut watches = Watches::default();
    let sources = sources::read_sources(&mut symbols, &mut tables, &mut watches, report);
    check_hooks(&symbols, report);
    if report.failed() {
        return None;
    }
    let facts = Facts::new(&mut symbols, &sources);
    let mut graph = Graph::new(options.algebra);
    let traced = trace_blocks::trace_blocks(&mut graph, &symbols, &sources, &facts, report)?;
    let program = assemble::assemble(
        &mut graph,
        &mut symbols,
        &tables,
        &sources,
        &traced,
        &facts,
        report,
    )?;
    let defects = verify::verify(&program);
    for defect in &defects {
        report.error(symbols.span, format!("this cannot be compiled: {defect}"));
    }
    if defects.is_empty() && !report.failed() {
        remarks::remark(&program, &symbols, &facts, report);
    }
    defects.is_empty().then_some(program)
}

/// What the program gives must be wanted.
fn check_hooks(symbols: &Symbols, report: &mut Report) {
    for given in symbols.given {
        if !symbols.hooks.iter().any(|h| h.name == *given) {
            let message = format!("`hooks` names `{given}`, which the file does not need");
            let help = "leave it out: the file's own code is used, or nothing calls it";
            report.error_help(symbols.span, message, help);
        }
    }
}

/// What all passes know of the variables.
pub(crate) struct Facts {
    /// Number of elements of each variable.
    pub(crate) lengths: Vec<u32>,
    /// The variable `dt`.
    pub(crate) dt: VarId,
    /// The variable `t`, if the file uses it.
    pub(crate) time: Option<VarId>,
    /// The variable `v`.
    pub(crate) voltage: VarId,
    /// Variables that some block other than INITIAL assigns.
    pub(crate) varying: BTreeSet<VarId>,
    /// Variables that any block assigns.
    pub(crate) assigned: BTreeSet<VarId>,
    /// POINTERs that are assigned: others may change what they point to, instance by instance.
    pub(crate) shared: BTreeSet<VarId>,
    /// Variables that keep their value from before the first step to the end of the run.
    fixed: BTreeSet<VarId>,
}

impl Facts {
    fn new(symbols: &mut Symbols, sources: &sources::Sources) -> Self {
        let known = "t, dt and v exist in every mechanism";
        let dt = symbols.variable("dt").expect(known);
        let time = symbols.by_name.get("t").copied();
        let voltage = symbols.variable("v").expect(known);
        let (varying, assigned) = sources.assigned();
        let is_fixed = |id: &VarId| {
            let class = symbols.variables[*id as usize].class;
            let outside = matches!(
                class,
                Class::Outside(Role::Dt | Role::Celsius | Role::Diam | Role::Area)
            );
            let own = matches!(class, Class::Parameter | Class::Global) && !varying.contains(id);
            outside || own || class == Class::External
        };
        let fixed = (0..symbols.variables.len() as VarId)
            .filter(is_fixed)
            .collect();
        let is_pointer = |id: &&VarId| symbols.variables[**id as usize].class == Class::Pointer;
        Self {
            shared: assigned.iter().filter(is_pointer).copied().collect(),
            lengths: symbols.variables.iter().map(|v| v.length).collect(),
            dt,
            time,
            voltage,
            varying,
            assigned,
            fixed,
        }
    }

    /// Whether a leaf of the graph is the same in every step.
    pub(crate) fn is_invariant(&self, op: Op) -> bool {
        match op {
            Op::Load(id, _) => self.fixed.contains(&id),
            Op::Const(_) | Op::Truth(_) => true,
            Op::Input(_) => false,
            // asked of leaves only; the answer for others follows from theirs
            _ => true,
        }
    }
}
