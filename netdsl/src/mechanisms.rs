//! The mechanisms that come with the simulator.

netdsl_macros::shipped_mechanisms! {}
