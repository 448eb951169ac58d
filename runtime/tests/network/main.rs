//! Networks drawn from models: against NetPyNE's, and on their own.

mod common;
mod netpyne;
