//! Mistakes in .mod files are shown with their lines; a broken mechanism breaks nothing else.
use netdsl::prelude::*;

mechanism! { pub Bad = "bad.mod" }
mechanism! { pub Lost = "lost.mod" }
mechanism! { pub Number = 3 }
mechanism! { pub Inline = "NEURON { SUFFIX leak RANGE g NONSPECIFIC_CURRENT i }
PARAMETER { g = 0.001 (S/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = g * (v - vrest) }" }
cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um, Bad { gbar: 3 mV } Lost { x: 1 } Inline {} } } }

fn main() {}
