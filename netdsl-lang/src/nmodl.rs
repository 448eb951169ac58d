//! NMODL, the language of mechanisms: text to tokens to tree to [`crate::mech::Program`].

pub mod ast;
pub mod lex;
pub mod parse;
pub mod print;
pub mod report;
