//! The macros of netdsl.
