//! The model as data: files, checks, builders.

mod common;
mod json;
mod misuse;
mod roundtrip;
mod slips;
