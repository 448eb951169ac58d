//! The passes between a traced kernel and its instructions.

use super::Facts;
use super::contract_fma::contract_fma;
use super::graph::{Graph, N};
use super::hoist_invariants::Hoist;
use super::if_convert::Element;
use super::schedule::{Kernel, schedule};
use super::share_divisions::share_divisions;
use super::share_exponentials::share_exponentials;
use crate::mech::{Block, Reg};

/// A kernel for simulation, and one that stores everything.
#[derive(Debug, Default)]
pub(crate) struct Pair {
    pub(crate) lean: Block,
    pub(crate) lean_results: Vec<Reg>,
    pub(crate) full: Block,
    pub(crate) full_results: Vec<Reg>,
    /// The values that `setup` must compute for it.
    pub(crate) hoisted: Vec<N>,
}

/// Compiles a kernel; `keep` says which stores the lean one has.
pub(crate) fn optimize(
    graph: &mut Graph,
    kernel: &Kernel,
    keep: impl Fn(Element) -> bool,
    hoist: &mut Hoist,
    facts: &Facts,
) -> Pair {
    let invariant = |op| facts.is_invariant(op);
    let (roots, hoisted) = {
        let lean = kernel.storing(&keep).roots();
        hoist.apply(graph, &kernel.roots(), &lean, &invariant)
    };
    let mut full = kernel.with_roots(&roots);
    if graph.algebra {
        let lean = full.storing(&keep).roots();
        let roots = share_exponentials(graph, &full.roots(), &lean);
        full = full.with_roots(&roots);
        let lean = full.storing(&keep).roots();
        let roots = share_divisions(graph, &full.roots(), &lean);
        full = full.with_roots(&roots);
        let lean = full.storing(&keep).roots();
        let roots = contract_fma(graph, &full.roots(), &lean);
        full = full.with_roots(&roots);
    }
    let (lean, lean_results) = schedule(graph, &full.storing(&keep), None);
    let (full, full_results) = schedule(graph, &full, None);
    Pair {
        lean,
        lean_results,
        full,
        full_results,
        hoisted,
    }
}
