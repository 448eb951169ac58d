//! Numbers as Rust literals.

use std::f64::consts;

/// Values that a lint wants to see by name.
const NAMED: [f64; 18] = [
    consts::E,
    consts::FRAC_1_PI,
    consts::FRAC_1_SQRT_2,
    consts::FRAC_2_PI,
    consts::FRAC_2_SQRT_PI,
    consts::FRAC_PI_2,
    consts::FRAC_PI_3,
    consts::FRAC_PI_4,
    consts::FRAC_PI_6,
    consts::FRAC_PI_8,
    consts::LN_2,
    consts::LN_10,
    consts::LOG10_2,
    consts::LOG2_10,
    consts::LOG10_E,
    consts::LOG2_E,
    consts::PI,
    consts::SQRT_2,
];

/// `0.07_f64`; the bits of what has no literal, or one that looks like an inexact constant.
pub(super) fn literal(x: f64) -> String {
    let near = |c: &f64| (x.abs() / c - 1.0).abs() < 1e-2;
    if !x.is_finite() || NAMED.iter().chain(&[consts::TAU]).any(near) {
        return format!("f64::from_bits({:#018x})", x.to_bits());
    }
    format!("{x:?}_f64")
}
