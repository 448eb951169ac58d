//! Inverse trigonometric functions.

use super::double::Double;
use super::trig::FRAC_PI_2_LOW;
use super::{LINEAR, is_negative, moderate_scale, polynomial, splat, with_sign_of};
use crate::lane::{Lane, Mask};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// π − [`PI`].
const PI_LOW: f64 = 2.0 * FRAC_PI_2_LOW;
/// π/4 − [`FRAC_PI_4`].
const FRAC_PI_4_LOW: f64 = 0.5 * FRAC_PI_2_LOW;
/// tan(π/8).
const TAN_PI_8: f64 = 0.414_213_562_373_095_03;
/// tan(3π/8).
const TAN_3_PI_8: f64 = 2.414_213_562_373_095;

/// (asin s − s) / s³ in s², for |s| ≤ ½: minimax, within 2^-59 of s^-1 asin s.
const ARC_SINE: [f64; 13] = [
    0.166_666_666_666_667_63,
    0.074_999_999_999_700_63,
    0.044_642_857_175_362_51,
    0.030_381_942_670_049_084,
    0.022_372_216_089_261_585,
    0.017_351_591_659_216_084,
    0.013_981_070_279_005_112,
    0.011_396_828_277_078_096,
    0.010_792_136_416_041_282,
    0.003_660_817_146_237_931_3,
    0.021_819_991_473_164_647,
    -0.021_160_544_733_816_008,
    0.032_730_984_534_179_25,
];

/// (atan t − t) / t³ in t², for |t| ≤ tan(π/8): minimax, within 2^-59 of t^-1 atan t.
const ARC_TANGENT: [f64; 11] = [
    -0.333_333_333_333_332,
    0.199_999_999_999_537_7,
    -0.142_857_142_802_124_6,
    0.111_111_107_841_660_77,
    -0.090_908_977_757_990_14,
    0.076_920_604_987_984_06,
    -0.066_631_068_557_725_28,
    0.058_479_066_735_491_97,
    -0.050_393_693_292_745_07,
    0.038_065_862_974_756_63,
    -0.017_908_273_220_338_153,
];

/// asin s for s = |x| up to ½, and for s = √(½ − ½|x|) beyond, where asin |x| = π/2 − 2 asin s; NaN for |x| > 1.
struct HalfAngle<L: Lane> {
    beyond_half: L::Mask,
    angle: Double<L>,
}

#[inline(always)]
fn half_angle<L: Lane>(x: L) -> HalfAngle<L> {
    let half = splat::<L>(0.5);
    let size = x.abs();
    let beyond_half = half.lt(size);
    let square = L::select(beyond_half, size.fma(splat(-0.5), half), size.mul(size));
    let root = square.sqrt();
    // what the root lacks; its square is 0 where the root is, so that the divisor may be anything
    let remainder = root.neg().fma(root, square);
    let missing = remainder.div(splat::<L>(1e-300).max(root.add(root)));
    let s = L::select(beyond_half, root, size);
    let low = L::select(beyond_half, missing, splat(0.0));
    let cubic = s.mul(square.mul(polynomial(square, &ARC_SINE)));
    HalfAngle {
        beyond_half,
        angle: Double {
            high: s,
            low: low.add(cubic),
        },
    }
}

/// `whole` + `whole_low` − `angle`, for |angle| ≤ `whole`.
#[inline(always)]
fn complement<L: Lane>(whole: f64, whole_low: f64, angle: Double<L>) -> L {
    let sum = Double::sum_of_ordered(splat(whole), angle.high.neg());
    sum.high
        .add(sum.low.add(splat::<L>(whole_low).sub(angle.low)))
}

/// The angle in ±π/2 whose sine is x, within 0.7 ulp; NaN for |x| > 1.
#[inline(always)]
pub fn asin<L: Lane>(x: L) -> L {
    let HalfAngle { beyond_half, angle } = half_angle(x);
    let far = complement(FRAC_PI_2, FRAC_PI_2_LOW, angle.doubled());
    let value = with_sign_of(x, L::select(beyond_half, far, angle.rounded()));
    L::select(x.abs().lt(splat(LINEAR)), x, value)
}

/// The angle in 0..=π whose cosine is x, within 0.7 ulp; NaN for |x| > 1.
#[inline(always)]
pub fn acos<L: Lane>(x: L) -> L {
    let HalfAngle { beyond_half, angle } = half_angle(x);
    let negative = x.lt(splat(0.0));
    let twice = angle.doubled();
    let far = L::select(negative, complement(PI, PI_LOW, twice), twice.rounded());
    let signed = Double::select(negative, angle.negated(), angle);
    L::select(
        beyond_half,
        far,
        complement(FRAC_PI_2, FRAC_PI_2_LOW, signed),
    )
}

/// The angle in 0..=π/2 of the point (x, y), for x, y ≥ 0, of which the larger is of moderate size.
#[inline(always)]
fn quarter_angle<L: Lane>(y: L, x: L) -> Double<L> {
    let zero = splat::<L>(0.0);
    let steep = x.mul(splat(TAN_3_PI_8)).lt(y);
    let middle = x.mul(splat(TAN_PI_8)).lt(y);
    // turned by −π/2 or −π/4, so that what remains is within ±π/8
    let single = |value: L| Double {
        high: value,
        low: zero,
    };
    let over = Double::select(middle, Double::sum(y, x.neg()), single(y));
    let over = Double::select(steep, single(x.neg()), over);
    let under = Double::select(middle, Double::sum(y, x), single(x));
    let under = Double::select(steep, single(y), under);
    let turned = Double {
        high: splat(FRAC_PI_4),
        low: splat(FRAC_PI_4_LOW),
    };
    let turned = Double::select(middle, turned, single(zero));
    let turned = Double::select(
        steep,
        Double {
            high: splat(FRAC_PI_2),
            low: splat(FRAC_PI_2_LOW),
        },
        turned,
    );

    let ratio = over.over(under);
    let square = ratio.high.mul(ratio.high);
    let cubic = ratio.high.mul(square.mul(polynomial(square, &ARC_TANGENT)));
    let sum = Double::sum_of_ordered(turned.high, ratio.high);
    sum.plus_low(turned.low.add(ratio.low.add(cubic)))
}

/// The angle in ±π/2 whose tangent is x, within 0.7 ulp.
#[inline(always)]
pub fn atan<L: Lane>(x: L) -> L {
    // as good as infinity, and its products are in range; NaN stays
    let size = splat::<L>(1e150).min(x.abs());
    let value = with_sign_of(x, quarter_angle(size, splat(1.0)).rounded());
    L::select(x.abs().lt(splat(LINEAR)), x, value)
}

/// The angle in ±π of the point (x, y), within 0.7 ulp where it is a normal number.
#[inline(always)]
pub fn atan2<L: Lane>(y: L, x: L) -> L {
    let (zero, one, infinity) = (splat::<L>(0.0), splat::<L>(1.0), splat::<L>(f64::INFINITY));
    let (x_size, y_size) = (x.abs(), y.abs());
    // at infinity only the direction counts: there the parts are 0 or 1
    let (x_far, y_far) = (x_size.eq(infinity), y_size.eq(infinity));
    let far = x_far.or(y_far);
    let not_number = x.eq(x).and(y.eq(y)).not();
    // no smaller than 1 where it shrinks, so that the other part keeps its digits wherever the angle does
    let scale = moderate_scale(x_size.max(y_size), 500);
    let x_near = L::select(x_far, one, L::select(far, zero, x_size.mul(scale)));
    let y_near = L::select(y_far, one, L::select(far, zero, y_size.mul(scale)));
    // the direction of the origin is that of the x axis
    let origin = x_near.eq(zero).and(y_near.eq(zero));
    let angle = quarter_angle(y_near, L::select(origin, one, x_near));

    let size = L::select(
        is_negative(x),
        complement(PI, PI_LOW, angle),
        angle.rounded(),
    );
    let value = L::select(is_negative(y), size.neg(), size);
    L::select(not_number, splat(f64::NAN), value)
}
