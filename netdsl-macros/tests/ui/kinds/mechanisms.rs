//! Mechanisms in places of another kind.
use netdsl::prelude::*;

cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um, ExpSyn {} IClamp {} NetStim {} point p: hh at 0.5 {} } } }
synapse! { pub A: hh {} pub B: IClamp {} pub C: NetStim {} pub Exc: ExpSyn {} }
population! { pub E: Cell { cells: 1 } pub S: IntFire1 { cells: 1 } }
conn_rule! { pub ES: E -> S { weight: 1, delay: 1 ms, synapse: Exc at soma(0.5) } }
conn_rule! { pub SE: S -> E { weight: 1 nS, delay: 1 ms } }
stimulus! { pub P: hh {} -> E at soma(0.5) }
stimulus! { pub Q: NetStim {} -> E at soma(0.5) }
stimulus! { pub R: NetStim {} -> E { synapse: Exc at soma(0.5) } }
stimulus! { pub T: IClamp {} -> E { synapse: Exc at soma(0.5), weight: 1 nS, delay: 1 ms } }

fn main() {}
