//! Logarithms.

use super::double::Double;
use super::exp::LN_2_LOW;
use super::{polynomial, splat};
use crate::lane::{Lane, Mask};
use std::f64::consts::{LN_2, LOG2_E, LOG10_E, SQRT_2};

/// log₂ e − [`LOG2_E`].
const LOG2_E_LOW: f64 = 2.035_527_374_093_103_3e-17;
/// log₁₀ e − [`LOG10_E`].
const LOG10_E_LOW: f64 = 1.098_319_650_216_765e-17;
/// The leading 41 bits of ln 2, whose product with an exponent is exact.
const LN_2_41: f64 = 0.693_147_180_559_663;
/// ln 2 − [`LN_2_41`].
const LN_2_41_LOW: f64 = 2.823_529_056_303_157_7e-13;
/// The leading 41 bits of log₁₀ 2.
const LOG10_2_41: f64 = 0.301_029_995_663_611_77;
/// log₁₀ 2 − [`LOG10_2_41`].
const LOG10_2_41_LOW: f64 = 3.694_239_077_158_931e-13;
/// 2/3 − its nearest number.
const TWO_THIRDS_LOW: f64 = 3.700_743_415_417_188e-17;

/// (2 artanh s − 2s) / s³ in s², for |s| ≤ 0.1716: minimax, within 2^-58 of 2 s^-1 artanh s.
const SERIES: [f64; 7] = [
    0.666_666_666_666_673_5,
    0.399_999_999_994_093_4,
    0.285_714_287_436_910_9,
    0.222_221_984_283_259_37,
    0.181_835_723_967_568_97,
    0.153_138_309_160_288_37,
    0.147_982_728_940_639_77,
];

/// (2 artanh s − 2s − ⅔ s³) / s⁵ in s², for |s| ≤ 0.1716: minimax, within 2^-72 of 2 s^-1 artanh s.
const LATER_SERIES: [f64; 8] = [
    0.399_999_999_999_999_8,
    0.285_714_285_714_438_5,
    0.222_222_222_177_851_06,
    0.181_818_188_447_386_67,
    0.153_845_582_683_786_3,
    0.133_362_671_058_689_24,
    0.116_757_229_989_535_61,
    0.119_822_674_269_130_51,
];

/// (k, f) with x = 2^k (1 + f) and √½ ≤ 1 + f ≤ √2, for positive finite x; for others whatever.
#[inline(always)]
fn split<L: Lane>(x: L) -> (L, L) {
    const TO_NORMAL: f64 = 18_014_398_509_481_984.0; // 2^54
    let one = splat::<L>(1.0);
    let tiny = x.lt(splat(f64::MIN_POSITIVE));
    let normal = L::select(tiny, x.mul(splat(TO_NORMAL)), x);
    let offset = L::select(tiny, splat(-54.0), splat(0.0));
    let significand = normal.significand();
    let exponent = normal.exponent().add(offset);
    let upper = splat::<L>(SQRT_2).lt(significand);
    let k = L::select(upper, exponent.add(one), exponent);
    let scaled = L::select(upper, significand.mul(splat(0.5)), significand);
    (k, scaled.sub(one))
}

/// `value`, which is right for positive finite x, and −∞ at 0, NaN below, x itself where infinite or NaN.
#[inline(always)]
fn with_limits<L: Lane>(x: L, value: L) -> L {
    let zero = splat::<L>(0.0);
    let value = L::select(x.lt(splat(f64::INFINITY)), value, x);
    let value = L::select(x.eq(zero), splat(f64::NEG_INFINITY), value);
    L::select(x.lt(zero), splat(f64::NAN), value)
}

/// (½ f², ln(1 + f) − f + ½ f²) for √½ ≤ 1 + f ≤ √2.
#[inline(always)]
fn series<L: Lane>(f: L) -> (L, L) {
    let half_square = f.mul(splat(0.5)).mul(f);
    let s = f.div(splat::<L>(2.0).add(f));
    let z = s.mul(s);
    let correction = polynomial(z, &SERIES).fma(z, half_square);
    (half_square, s.mul(correction))
}

/// The natural logarithm, within 1 ulp.
#[inline(always)]
pub fn log<L: Lane>(x: L) -> L {
    let (k, f) = split(x);
    let (half_square, rest) = series(f);
    let low = k.fma(splat(LN_2_LOW), rest);
    let minus = half_square.sub(low).sub(f);
    with_limits(x, k.fma(splat(LN_2), minus.neg()))
}

/// `exponent_of_two` k + log_b(1 + f), where `per_e` is log_b e.
#[inline(always)]
fn in_base<L: Lane>(x: L, exponent_of_two: [f64; 2], per_e: [f64; 2]) -> L {
    let (k, f) = split(x);
    let (half_square, rest) = series(f);
    let square_error = f.mul(splat(0.5)).fma(f, half_square.neg());
    let natural = Double::sum_of_ordered(f, half_square.neg()).plus_low(rest.sub(square_error));
    let scaled = natural.times(Double {
        high: splat(per_e[0]),
        low: splat(per_e[1]),
    });
    let sum = Double::sum_of_ordered(k.mul(splat(exponent_of_two[0])), scaled.high);
    let low = k.fma(splat(exponent_of_two[1]), scaled.low);
    with_limits(x, sum.plus_low(low).rounded())
}

/// The logarithm to base 10, within 0.6 ulp; exact for powers of ten.
#[inline(always)]
pub fn log10<L: Lane>(x: L) -> L {
    in_base(x, [LOG10_2_41, LOG10_2_41_LOW], [LOG10_E, LOG10_E_LOW])
}

/// The logarithm to base 2, within 0.6 ulp; exact for powers of two.
#[inline(always)]
pub fn log2<L: Lane>(x: L) -> L {
    in_base(x, [1.0, 0.0], [LOG2_E, LOG2_E_LOW])
}

/// ln(1 + x), within 1.5 ulp also where x is small.
#[inline(always)]
pub fn log1p<L: Lane>(x: L) -> L {
    let sum = Double::sum(splat(1.0), x);
    let of_sum = log(sum.high);
    // at −1 and infinity the rest is not a number
    let ordinary = splat::<L>(-1.0).lt(x).and(x.lt(splat(f64::INFINITY)));
    let value = L::select(ordinary, of_sum.add(sum.low.div(sum.high)), of_sum);
    // below, x is the result, with the sign of zero
    L::select(x.abs().lt(splat(1e-17)), x, value)
}

/// ln x for positive finite x, with an error of about 2^-65 of it.
#[inline(always)]
pub(super) fn log_double<L: Lane>(x: L) -> Double<L> {
    let (k, f) = split(x);
    // ln(1 + f) = 2 artanh s
    let numerator = Double {
        high: f,
        low: splat(0.0),
    };
    let s = numerator.over(Double::sum_of_ordered(splat(2.0), f));
    let z = s.times(s);
    let later = polynomial(z.high, &LATER_SERIES).mul(z.high);
    let factor = Double::sum_of_ordered(splat(2.0 / 3.0), later).plus_low(splat(TWO_THIRDS_LOW));
    let cubic = s.times(z.times(factor));
    let twice = Double {
        high: s.high.add(s.high),
        low: s.low.add(s.low),
    };
    let fraction =
        Double::sum_of_ordered(twice.high, cubic.high).plus_low(twice.low.add(cubic.low));
    let sum = Double::sum_of_ordered(k.mul(splat(LN_2_41)), fraction.high);
    sum.plus_low(k.fma(splat(LN_2_41_LOW), fraction.low))
}
