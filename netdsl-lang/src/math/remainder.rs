//! Remainders and integers.

use super::{power_of_two, splat, with_sign_of};
use crate::lane::{Lane, Mask};

/// The next integer above.
#[inline(always)]
pub fn ceil<L: Lane>(x: L) -> L {
    x.neg().floor().neg()
}

/// To the nearest integer, halves to the even one.
#[inline(always)]
pub fn round<L: Lane>(x: L) -> L {
    x.round_even()
}

/// Quotient bits that one step of [`fmod`] removes.
const STEP_BITS: i64 = 50;
/// Steps of [`fmod`].
const STEPS: i64 = 4;

/// The exact remainder of x / y with the sign of x, as C's `fmod`, for |x / y| < 2^200; NaN for larger quotients.
#[inline(always)]
pub fn fmod<L: Lane>(x: L, y: L) -> L {
    let zero = splat::<L>(0.0);
    let (x_size, y_size) = (x.abs(), y.abs());
    let scale = divisor_scale(y_size);
    let divisor = y_size.mul(scale);
    let scaled = x_size.mul(scale);
    let mut rest = scaled;
    let mut step = STEPS;
    while step > 0 {
        step -= 1;
        let multiple = power_of_two(STEP_BITS * step);
        rest = subtract_multiples(rest, divisor.mul(splat(multiple)));
    }
    let limit = divisor.mul(splat(power_of_two(STEP_BITS * STEPS)));
    let too_large = limit.le(scaled);
    let unscaled = rest.mul(splat::<L>(1.0).div(scale));
    let value = L::select(too_large, splat(f64::NAN), with_sign_of(x, unscaled));
    // where x is the smaller it is the result, with the sign of zero; both infinite or y = 0 are no such case
    let value = L::select(x_size.lt(y_size), x, value);
    let defined = zero.lt(y_size).and(x_size.lt(splat(f64::INFINITY)));
    L::select(defined, value, splat(f64::NAN))
}

/// A power of two that makes `divisor` normal, and its product with 2^200 finite.
#[inline(always)]
fn divisor_scale<L: Lane>(divisor: L) -> L {
    let small = divisor.lt(splat(power_of_two(-400)));
    let large = splat::<L>(power_of_two(400)).lt(divisor);
    let up = L::select(small, splat(power_of_two(400)), splat(1.0));
    L::select(large, splat(power_of_two(-400)), up)
}

/// `x` less the multiples of `y` in it, for 0 ≤ x < 2^51 y.
#[inline(always)]
fn subtract_multiples<L: Lane>(x: L, y: L) -> L {
    // the rounded quotient may be the next integer above, never one below
    let quotient = x.div(y).floor();
    let rest = quotient.neg().fma(y, x);
    L::select(rest.lt(splat(0.0)), rest.add(y), rest)
}
