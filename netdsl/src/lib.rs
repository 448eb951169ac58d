//! Describe networks of neurons with macros that the compiler checks.
