//! Networks drawn from models: against NetPyNE's, and on their own.

mod build;
mod common;
mod netpyne;
