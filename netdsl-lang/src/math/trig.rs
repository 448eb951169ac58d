//! Sine, cosine and tangent.

use super::double::Double;
use super::exp::nearest_integer;
use super::{LINEAR, polynomial, splat};
use crate::lane::{Lane, Mask};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// π/2 − [`FRAC_PI_2`].
pub(super) const FRAC_PI_2_LOW: f64 = 6.123_233_995_736_766e-17;
/// π/2 less the two above.
const FRAC_PI_2_LOWEST: f64 = -1.497_384_904_859_169_8e-33;
/// The largest argument: 2^45. Beyond, neighbouring numbers are 2^-7 apart and more.
const LARGEST: f64 = 35_184_372_088_832.0;

/// (sin r − r) / r³ in r², for |r| ≤ π/4: minimax, within 2^-57 of r^-1 sin r.
const SINE: [f64; 6] = [
    -0.166_666_666_666_666_27,
    0.008_333_333_333_321_079,
    -0.000_198_412_698_287_010_5,
    2.755_731_329_632_877e-6,
    -2.505_069_457_466_633e-8,
    1.589_303_022_364_488_5e-10,
];

/// (cos r − 1 + ½ r²) / r⁴ in r², for |r| ≤ π/4: minimax, within 2^-63 of cos r.
const COSINE: [f64; 6] = [
    0.041_666_666_666_666_59,
    -0.001_388_888_888_887_205_6,
    2.480_158_728_814_472_6e-5,
    -2.755_731_395_429_454e-7,
    2.087_566_777_177_498e-9,
    -1.135_671_017_303_022_3e-11,
];

/// An angle as a multiple of π/2 and the rest of it.
struct Quadrants<L: Lane> {
    /// The multiple is odd.
    odd: L::Mask,
    /// The multiple modulo 4.
    quadrant: L,
    /// The rest, within ±π/4.
    rest: Double<L>,
}

/// NaN for |x| > [`LARGEST`].
#[inline(always)]
fn reduce<L: Lane>(x: L) -> Quadrants<L> {
    let x = L::select(x.abs().le(splat(LARGEST)), x, splat(f64::NAN));
    let n = nearest_integer(x, FRAC_2_PI);
    // exact: both terms are multiples of 2^-52 or finer, and the difference is below 1
    let first = n.fma(splat(-FRAC_PI_2), x);
    let second = Double::product(n, splat(-FRAC_PI_2_LOW));
    let sum = Double::sum(first, second.high);
    let rest = sum.plus_low(n.fma(splat(-FRAC_PI_2_LOWEST), second.low));
    let quadrant = n.mul(splat(0.25)).floor().fma(splat(-4.0), n);
    let half = quadrant.mul(splat(0.5));
    Quadrants {
        odd: half.floor().eq(half).not(),
        quadrant,
        rest,
    }
}

/// sin(r), short of a last rounding.
#[inline(always)]
fn sine<L: Lane>(r: Double<L>) -> Double<L> {
    let square = r.high.mul(r.high);
    let slope = square.fma(splat(-0.5), splat(1.0));
    let cubic = square.mul(r.high).mul(polynomial(square, &SINE));
    Double {
        high: r.high,
        low: r.low.fma(slope, cubic),
    }
}

/// cos(r), short of a last rounding.
#[inline(always)]
fn cosine<L: Lane>(r: Double<L>) -> Double<L> {
    let square = r.high.mul(r.high);
    let leading = Double::sum_of_ordered(splat(1.0), square.mul(splat(-0.5)));
    let quartic = square.mul(square).mul(polynomial(square, &COSINE));
    leading.plus_low(r.low.fma(r.high.neg(), quartic))
}

/// The sine, within 0.7 ulp for |x| ≤ 2^45 (3.5e13); NaN beyond.
#[inline(always)]
pub fn sin<L: Lane>(x: L) -> L {
    let Quadrants {
        odd,
        quadrant,
        rest,
    } = reduce(x);
    let value = L::select(odd, cosine(rest).rounded(), sine(rest).rounded());
    let negative = splat::<L>(1.5).lt(quadrant);
    let value = L::select(negative, value.neg(), value);
    L::select(x.abs().lt(splat(LINEAR)), x, value)
}

/// The cosine, within 0.8 ulp for |x| ≤ 2^45 (3.5e13); NaN beyond.
#[inline(always)]
pub fn cos<L: Lane>(x: L) -> L {
    let Quadrants {
        odd,
        quadrant,
        rest,
    } = reduce(x);
    let value = L::select(odd, sine(rest).rounded(), cosine(rest).rounded());
    let negative = splat::<L>(0.5).lt(quadrant).and(quadrant.lt(splat(2.5)));
    L::select(negative, value.neg(), value)
}

/// The tangent, within 1 ulp for |x| ≤ 2^45 (3.5e13); NaN beyond.
#[inline(always)]
pub fn tan<L: Lane>(x: L) -> L {
    let Quadrants { odd, rest, .. } = reduce(x);
    let (sine, cosine) = (sine(rest), cosine(rest));
    let over = Double::select(odd, cosine, sine).normalized();
    let under = Double::select(odd, sine, cosine).normalized();
    let ratio = over.over(under).rounded();
    let value = L::select(odd, ratio.neg(), ratio);
    L::select(x.abs().lt(splat(LINEAR)), x, value)
}
