//! What takes the place of C must be a function of what the C mentions, and must be wanted.
use netdsl::prelude::*;

mechanism! { pub Asks = "NEURON { SUFFIX asks RANGE x }
ASSIGNED { x y }
INITIAL {
  VERBATIM
  x = info->of(y);
  ENDVERBATIM
}" }
mechanism! { pub Wrong = "NEURON { SUFFIX wrong RANGE x }
ASSIGNED { x y }
INITIAL {
  VERBATIM
  x = info->of(y);
  ENDVERBATIM
}" { hooks: { verbatim_1: by_value } } }
mechanism! { pub Unwanted = "NEURON { SUFFIX unwanted RANGE x }
ASSIGNED { x }
INITIAL { x = 2 }" { hooks: { verbatim_1: by_value } } }
mechanism! { pub Code = "NEURON { SUFFIX code RANGE x }
ASSIGNED { x }
INITIAL { x = outside(2) }" { hooks: { outside: 3.0 + 4.0 } } }

fn by_value(_: &mut dyn Draws, x: f64, y: f64) {
    let _ = x + y;
}

fn main() {}
