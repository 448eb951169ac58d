//! A run that has settled allocates nothing: steps, events and spikes use memory that is there already.

use netdsl::Simulation;
use netdsl::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts what it hands out.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: the system's allocator does the work
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

cell_rule! {
    pub Cell {
        soma { L: 20 um, diam: 20 um, hh }
        dend: soma(1) { L: 200 um, diam: 2 um, nseg: 5, pas }
    }
}
synapse! { pub Exc: Exp2Syn { tau1: 0.5 ms, tau2: 3 ms, e: 0 mV } }
population! { pub E: Cell { cells: 20 } }
conn_rule! { pub EE: E -> E { probability: 0.2, weight: 1 nS, delay: 1 ms + dist_3d / (0.1 mm/ms), synapse: Exc at dend(0.5) } }
stimulus! { pub Drive: NetStim { rate: 50 Hz, noise: 1 } -> E { synapse: Exc at soma(0.5), weight: 10 nS, delay: 1 ms } }

#[test]
fn steps_allocate_nothing() {
    let network =
        network! { size: [100, 100, 100] um, populations: [E], connect: [EE], stimulate: [Drive] };
    // allocations at the end of each epoch
    let counts = Rc::new(RefCell::new(Vec::with_capacity(10_000)));
    let seen = Rc::clone(&counts);
    let run = Simulation::builder()
        .duration(400.ms())
        .threads(1)
        .progress(move |_| seen.borrow_mut().push(ALLOCATIONS.load(Ordering::Relaxed)))
        .build(network.expect("the network is sound"))
        .expect("the network can be built")
        .run()
        .expect("the network runs");
    let counts = counts.borrow();
    assert!(run.spikes().len() > 100, "the network is silent");
    assert!(counts.len() > 100, "{} epochs", counts.len());
    let settled = &counts[counts.len() / 2..];
    let grown = settled.windows(2).filter(|pair| pair[0] != pair[1]).count();
    // lists of spikes and events double now and then
    assert!(grown <= 6, "{grown} of {} epochs allocate", settled.len());
    let allocations = settled[settled.len() - 1] - settled[0];
    assert!(allocations <= 10, "{allocations} allocations");
}
