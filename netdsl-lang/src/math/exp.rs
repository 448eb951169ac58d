//! The exponential, and what is made from its reduced argument.

use super::double::Double;
use super::{polynomial, splat};
use crate::lane::Lane;
use std::f64::consts::{LN_2, LOG2_E};

/// ln 2 − [`LN_2`].
pub(super) const LN_2_LOW: f64 = 2.319_046_813_846_299_6e-17;
/// Adding this leaves the nearest integer in the low bits of the sum.
const TO_INTEGER: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
/// From here on e^x is infinite.
const OVERFLOW: f64 = 710.0;
/// Up to here e^x is zero.
const UNDERFLOW: f64 = -746.0;

/// (e^r − 1 − r) / r² over |r| ≤ ½ ln 2: minimax, within 2^-57 of e^r.
const SERIES: [f64; 10] = [
    0.5,
    0.166_666_666_666_666_69,
    0.041_666_666_666_601_61,
    0.008_333_333_333_330_01,
    0.001_388_888_892_779_847_5,
    0.000_198_412_698_607_588_25,
    2.480_150_736_518_914_3e-5,
    2.755_727_337_988_926e-6,
    2.762_572_949_154_243_4e-7,
    2.509_779_277_271_583_6e-8,
];

/// The nearest integer to `factor` x, within ±2^50.
#[inline(always)]
pub(super) fn nearest_integer<L: Lane>(x: L, factor: f64) -> L {
    let shift = splat::<L>(TO_INTEGER);
    x.fma(splat(factor), shift).sub(shift)
}

/// The nearest integer to x / ln 2.
#[inline(always)]
pub(super) fn powers_of_two<L: Lane>(x: L) -> L {
    nearest_integer(x, LOG2_E)
}

/// `x` limited to `low..=high`; NaN stays.
#[inline(always)]
pub(super) fn clamp<L: Lane>(x: L, low: f64, high: f64) -> L {
    // `min` and `max` return their argument where unordered
    splat::<L>(low).max(splat::<L>(high).min(x))
}

/// x − n ln 2 as a number and the rest that it lacks, for integral n near x / ln 2.
#[inline(always)]
pub(super) fn reduce<L: Lane>(x: L, n: L) -> Double<L> {
    // exact: both terms are multiples of 2^-54, and the difference is below ½
    let first = n.fma(splat(-LN_2), x);
    let second = n.mul(splat(-LN_2_LOW));
    let high = first.add(second);
    Double {
        high,
        low: first.sub(high).add(second),
    }
}

/// (e^r − 1 − r) / r² for |r| ≤ ½ ln 2.
#[inline(always)]
pub(super) fn series<L: Lane>(r: L) -> L {
    polynomial(r, &SERIES)
}

/// 2^(k/16).
const SIXTEENTHS: [f64; 16] = [
    1.0,
    1.0442737824274138,
    1.0905077326652577,
    1.1387886347566916,
    1.189207115002721,
    1.241857812073484,
    1.2968395546510096,
    1.3542555469368927,
    std::f64::consts::SQRT_2,
    1.4768261459394993,
    1.5422108254079407,
    1.6104903319492543,
    1.681792830507429,
    1.7562521603732995,
    1.8340080864093424,
    1.9152065613971474,
];
/// (e^r − 1 − r) / r² over |r| ≤ ln 2 / 32: minimax, within 2^-56 of e^r.
const SHORT_SERIES: [f64; 5] = [
    0.500_000_000_000_000_6,
    0.166_666_666_644_180_56,
    0.041_666_666_659_620_474,
    0.008_333_471_915_771_743,
    0.001_388_912_954_120_155_7,
];
/// Adding this leaves the nearest sixteenth in the low bits of the sum.
const TO_SIXTEENTH: f64 = TO_INTEGER / 16.0;

/// e^x, within 1.1 ulp; subnormal results are rounded once more.
///
/// A table of sixteen powers of two fits two registers of AVX-512, and leaves so small an argument that the series has
/// half the terms.
#[inline(always)]
pub fn exp<L: Lane>(x: L) -> L {
    // the limits give infinity and zero without a selection, as the last step scales beyond the range of numbers
    let x = clamp(x, UNDERFLOW, OVERFLOW);
    let shifted = x.fma(splat(LOG2_E), splat(TO_SIXTEENTH));
    let power = shifted.entry(&SIXTEENTHS);
    let n = shifted.sub(splat(TO_SIXTEENTH));
    // exact, see `reduce`; the rest of ln 2 then costs one rounding
    let r = n.fma(splat(-LN_2), x);
    let r = n.fma(splat(-LN_2_LOW), r);
    let rest = polynomial(r, &SHORT_SERIES).fma(r.mul(r), r);
    power.fma(rest, power).scale_by_power_of_two(n)
}

/// e^(x.high + x.low), within 0.6 ulp, where |x.low| < 2^-20 if e^x is in range. Infinite `high` leaves `low` aside.
#[inline(always)]
pub(super) fn exp_double<L: Lane>(x: Double<L>) -> L {
    let in_range = x.high.abs().lt(splat(-UNDERFLOW));
    let low = L::select(in_range, x.low, splat(0.0));
    let high = clamp(x.high, UNDERFLOW, OVERFLOW);
    let n = powers_of_two(high);
    let reduced = reduce(high, n);
    let r = Double::sum(reduced.high, low).plus_low(reduced.low);
    let leading = Double::sum_of_ordered(splat(1.0), r.high);
    let rest = r
        .high
        .mul(r.high)
        .fma(series(r.high), r.low.fma(leading.high, leading.low));
    leading.high.add(rest).scale_by_power_of_two(n)
}

/// e^x − 1, within 0.8 ulp also where x is small.
#[inline(always)]
pub fn expm1<L: Lane>(x: L) -> L {
    let argument = x;
    let x = clamp(x, -40.0, OVERFLOW);
    let n = powers_of_two(x);
    let r = reduce(x, n);
    let rest = r.high.mul(r.high).fma(series(r.high), r.low);
    // half of the result, as 2^1024 is not a number
    let half = splat::<L>(0.5);
    let scale = half.scale_by_power_of_two(n);
    let leading = Double::sum_of_ordered(scale.sub(half), scale.mul(r.high));
    let sum = leading.high.add(scale.fma(rest, leading.low));
    // below, x is the result, with the sign of zero
    L::select(argument.abs().lt(splat(1e-17)), argument, sum.add(sum))
}
