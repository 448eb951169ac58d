//! Powers and the root of a sum of squares.

use super::double::Double;
use super::exp::exp_double;
use super::log::log_double;
use super::{is_negative, moderate_scale, splat};
use crate::lane::{Lane, Mask};

/// x^y as C defines it, within 0.7 ulp.
///
/// A negative base gives a number for integral y only, else NaN; x^0 and 1^y are 1 even where the other is NaN; the
/// powers of −0 and −∞ have the sign of their reciprocals and products.
#[inline(always)]
pub fn pow<L: Lane>(x: L, y: L) -> L {
    let (zero, one, infinity) = (splat::<L>(0.0), splat::<L>(1.0), splat::<L>(f64::INFINITY));
    let base = x.abs();
    let magnitude = exp_double(times_log(y, base));
    // 0 · ∞ in the exponent
    let magnitude = L::select(base.eq(one), one, magnitude);

    let integral = y.floor().eq(y);
    let half = y.mul(splat(0.5));
    let odd = integral.and(half.floor().eq(half).not());
    let value = L::select(odd.and(is_negative(x)), magnitude.neg(), magnitude);
    let finite_negative = x.lt(zero).and(base.lt(infinity));
    let value = L::select(finite_negative.and(integral.not()), splat(f64::NAN), value);
    L::select(y.eq(zero).or(x.eq(one)), one, value)
}

/// y ln x for x ≥ 0.
#[inline(always)]
fn times_log<L: Lane>(y: L, x: L) -> Double<L> {
    let zero = splat::<L>(0.0);
    let finite = x.lt(splat(f64::INFINITY));
    let log = log_double(x);
    let high = L::select(finite, log.high, x);
    let high = L::select(x.eq(zero), splat(f64::NEG_INFINITY), high);
    let product = Double::product(y, high);
    Double {
        high: product.high,
        low: y.fma(log.low, product.low),
    }
}

/// √(x² + y²) without overflow on the way, within 1 ulp; infinite where a part is, even if the other is NaN.
#[inline(always)]
pub fn hypot<L: Lane>(x: L, y: L) -> L {
    let infinity = splat::<L>(f64::INFINITY);
    let (x, y) = (x.abs(), y.abs());
    // squares are in range between 2^-474 and 2^424
    let scale = moderate_scale(x.max(y), 600);
    let (a, b) = (x.mul(scale), y.mul(scale));
    let value = a.fma(a, b.mul(b)).sqrt().mul(splat::<L>(1.0).div(scale));
    L::select(x.eq(infinity).or(y.eq(infinity)), infinity, value)
}
