//! What mechanisms are compiled to, and what that computes.

mod constructs;
mod emitted;
mod hooks;
mod instance;
mod language;
mod neuron;
mod passes;
mod programs;
mod remarks;
