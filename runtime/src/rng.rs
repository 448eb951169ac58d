//! Random numbers that depend on what they are for, never on when or where they are drawn.
//!
//! A stream is named by three 32-bit numbers (a purpose, gids, a seed) and is the same on any rank and thread. The
//! generator, the order of its words and the distributions are those of NEURON's `Random123`, so that a network
//! described as for NetPyNE is drawn as NetPyNE draws it:
//!
//! * Philox4x32 with 10 rounds; key `(global index, overflow)`, counter `(block, id3, id1, id2)`; each block gives four
//!   words. `overflow` counts wraps of the 32-bit block number and is 0 for the first 2^34 words, which is all NEURON has.
//! * A word `w` as a number in (0, 1): `(w + 1) * (1 / 4294967297)`. The product, not the quotient: they differ in the
//!   last bit for one word in a thousand.
//! * A distribution called by name starts afresh: `normal` draws a pair and drops its second number.
//!   [`Distribution::sampler`] gives hoc's `repick` and `Vector.setrand`, which keep it.
//! * hoc's `r.uniform(a, b)` used to choose a distribution draws a number; callers that mirror NEURON [`Stream::skip`] it.
//! * Logarithms, exponentials and powers come from [`precise`], correct to 0.501 ulp, so that bits do not depend on the
//!   system's library (and equal those of NEURON with glibc in all but about one case in a thousand).

mod distribution;
mod exponential;
mod hash;
mod philox;
pub mod precise;
mod stream;

pub use distribution::{Distribution, Sampler};
pub(crate) use exponential::negexp_of_words;
pub use hash::{hash_gids, hash_text};
pub use philox::philox4x32_10;
pub use stream::{Stream, unit};
