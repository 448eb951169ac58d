//! What mechanisms are compiled to, and what that computes.

mod constructs;
mod emitted;
mod instance;
mod neuron;
mod passes;
mod programs;
