//! Units of a file are errors where the declaration says so.
use netdsl::prelude::*;

mechanism! { pub Lax = "NEURON { SUFFIX lax NONSPECIFIC_CURRENT i }
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = v }" }
mechanism! { pub Strict = "NEURON { SUFFIX strict NONSPECIFIC_CURRENT i }
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = v }" { units: strict } }
mechanism! { pub Other = "NEURON { SUFFIX other }" { unit: strict } }

fn main() {}
