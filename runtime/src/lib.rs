//! The simulator of netdsl.
