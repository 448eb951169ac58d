//! Hyperbolic functions.

use super::double::Double;
use super::exp::{clamp, expm1, powers_of_two, reduce};
use super::{LINEAR, polynomial, splat, with_sign_of};
use crate::lane::Lane;

/// From here on sinh and cosh are infinite.
const OVERFLOW: f64 = 710.6;

/// (sinh r − r) / r³ in r², for |r| ≤ ½ ln 2: minimax, within 2^-61 of r^-1 sinh r.
const SINE: [f64; 5] = [
    0.166_666_666_666_666_77,
    0.008_333_333_333_321_386,
    0.000_198_412_698_868_145_86,
    2.755_724_345_541_957_3e-6,
    2.510_931_855_162_662_6e-8,
];

/// (cosh r − 1) / r² in r², for |r| ≤ ½ ln 2: minimax, within 2^-69 of cosh r.
const COSINE: [f64; 6] = [
    0.5,
    0.041_666_666_666_666_685,
    0.001_388_888_888_887_328_3,
    2.480_158_734_920_218e-5,
    2.755_725_181_953_861e-7,
    2.092_177_055_718_301e-9,
];

/// x = n ln 2 + r, as sinh and cosh of both parts: the addition theorems make the whole of them.
struct Parts<L> {
    /// ½ sinh(n ln 2).
    sinh_n: Double<L>,
    /// ½ cosh(n ln 2).
    cosh_n: Double<L>,
    r: Double<L>,
    /// sinh(r) − r.
    sinh_rest: L,
    /// cosh(r) − 1.
    cosh_rest: L,
}

#[inline(always)]
fn parts<L: Lane>(size: L) -> Parts<L> {
    let x = splat::<L>(OVERFLOW).min(size);
    let n = powers_of_two(x);
    let r = reduce(x, n);
    let quarter = splat::<L>(0.25);
    let up = quarter.scale_by_power_of_two(n);
    let down = quarter.scale_by_power_of_two(n.neg());
    let square = r.high.mul(r.high);
    Parts {
        sinh_n: Double::sum_of_ordered(up, down.neg()),
        cosh_n: Double::sum_of_ordered(up, down),
        r,
        sinh_rest: r.high.mul(square).mul(polynomial(square, &SINE)),
        cosh_rest: square.mul(polynomial(square, &COSINE)),
    }
}

/// 2 (`even` cosh r + `odd` sinh r), where |even| ≥ |odd r| or even = 0.
#[inline(always)]
fn combine<L: Lane>(even: Double<L>, odd: Double<L>, p: &Parts<L>) -> L {
    let product = Double::product(odd.high, p.r.high);
    let sum = Double::sum_of_ordered(even.high, product.high);
    let small = odd
        .high
        .fma(p.r.low, even.low.add(odd.low.fma(p.r.high, product.low)));
    let low = even
        .high
        .fma(p.cosh_rest, odd.high.fma(p.sinh_rest, sum.low.add(small)));
    let half = sum.high.add(low);
    half.add(half)
}

/// The hyperbolic sine, within 0.8 ulp.
#[inline(always)]
pub fn sinh<L: Lane>(x: L) -> L {
    let p = parts(x.abs());
    let value = with_sign_of(x, combine(p.sinh_n, p.cosh_n, &p));
    L::select(x.abs().lt(splat(LINEAR)), x, value)
}

/// The hyperbolic cosine, within 0.8 ulp.
#[inline(always)]
pub fn cosh<L: Lane>(x: L) -> L {
    let p = parts(x.abs());
    combine(p.cosh_n, p.sinh_n, &p)
}

/// The hyperbolic tangent, within 2 ulp.
#[inline(always)]
pub fn tanh<L: Lane>(x: L) -> L {
    let size = clamp(x.abs(), 0.0, 22.0);
    let grown = expm1(size.add(size));
    let value = with_sign_of(x, grown.div(grown.add(splat(2.0))));
    L::select(x.abs().lt(splat(LINEAR)), x, value)
}
