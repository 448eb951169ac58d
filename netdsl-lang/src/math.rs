//! Elementary functions over [`Lane`], the same bits for every instruction set.
//!
//! Each function is straight-line code of [`Lane`] operations: no branch, no table, no call to the system's library.
//! So a lane's result depends on its argument alone, not on the machine, its C library or the number of lanes.
//! Angles are in radians; special values (signed zeros, infinities, NaN) are those of C unless a function says
//! otherwise. Errors are stated in ulp, units in the last place of the exact result.

mod arc;
mod double;
mod exp;
mod hyperbolic;
mod log;
mod pow;
mod remainder;
mod trig;

pub use arc::{acos, asin, atan, atan2};
pub use exp::{exp, expm1};
pub use hyperbolic::{cosh, sinh, tanh};
pub use log::{log, log1p, log2, log10};
pub use pow::{hypot, pow};
pub use remainder::{ceil, fmod, round};
pub use trig::{cos, sin, tan};

use crate::lane::{Lane, Mask};

/// Below this in size, x is the value of each odd function here that has slope 1 at 0.
const LINEAR: f64 = 1e-9;

/// `c` in all lanes.
#[inline(always)]
fn splat<L: Lane>(c: f64) -> L {
    L::splat(c)
}

/// `c[0] + c[1] x + c[2] x² + …`, by Horner's rule.
#[inline(always)]
fn polynomial<L: Lane, const N: usize>(x: L, c: &[f64; N]) -> L {
    let mut sum = splat::<L>(c[N - 1]);
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        sum = sum.fma(x, splat(c[i]));
    }
    sum
}

/// Whether the sign bit is set; of NaN, no.
#[inline(always)]
fn is_negative<L: Lane>(x: L) -> L::Mask {
    let zero = splat::<L>(0.0);
    // the reciprocal is what tells -0 from 0
    x.lt(zero)
        .or(x.eq(zero).and(splat::<L>(1.0).div(x).lt(zero)))
}

/// `value`, negated where x < 0.
#[inline(always)]
fn with_sign_of<L: Lane>(x: L, value: L) -> L {
    L::select(x.lt(splat(0.0)), value.neg(), value)
}

/// 2^n for −1022 ≤ n ≤ 1023.
const fn power_of_two(n: i64) -> f64 {
    f64::from_bits(((1023 + n) as u64) << 52)
}

/// 1 where `largest` is within 2^±500, else 2^`steps` or 2^−`steps`, whichever brings it nearer to 1.
#[inline(always)]
fn moderate_scale<L: Lane>(largest: L, steps: i64) -> L {
    let tiny = largest.lt(splat(power_of_two(-500)));
    let huge = splat::<L>(power_of_two(500)).lt(largest);
    let up = L::select(tiny, splat(power_of_two(steps)), splat(1.0));
    L::select(huge, splat(power_of_two(-steps)), up)
}

#[cfg(test)]
mod tests;
