//! NMODL in cells against NEURON: what needs several compartments, streams of random numbers, or the order of a step.
//!
//! `tests/data/neuron/language.py` wrote each case: a cell, what is recorded, and NEURON's values. Every case runs with
//! native code and in the block VM, whose bits must be equal.

mod alone;
mod bits;
mod cases;
mod events;
mod features;
mod hooks;
mod model;
mod native;
