//! Hyperbolic functions, remainders, integers, distance.

use super::super::{ceil, cosh, fmod, hypot, round, sinh, tanh};
use super::*;

#[test]
fn hyperbolic() {
    for (ours, theirs, limit) in [
        (
            sinh::<f64> as fn(f64) -> f64,
            f64::sinh as fn(f64) -> f64,
            2,
        ),
        (cosh::<f64>, f64::cosh, 2),
        (tanh::<f64>, f64::tanh, 3),
    ] {
        assert_near(ours, theirs, |r| r.uniform(-711.0, 711.0), limit);
        assert_near(ours, theirs, |r| r.uniform(-30.0, 30.0), limit);
        assert_near(ours, theirs, |r| r.uniform(-2.0, 2.0), limit);
        assert_near(ours, theirs, |r| r.of_exponent(-1022, 4), limit);
        assert_special(ours, theirs, limit);
        assert_eq!(ours(-3.7).abs(), ours(3.7));
    }
}

#[test]
fn remainder_is_exact() {
    let c = |x: f64, y: f64| x % y;
    assert_near_of_two(
        fmod,
        c,
        |r| (r.uniform(-1e6, 1e6), r.uniform(-100.0, 100.0)),
        0,
    );
    assert_near_of_two(
        fmod,
        c,
        |r| (r.of_exponent(-60, 60), r.of_exponent(-60, 60)),
        0,
    );
    assert_near_of_two(
        fmod,
        c,
        |r| (r.of_exponent(900, 1023), r.of_exponent(830, 1023)),
        0,
    );
    assert_near_of_two(
        fmod,
        c,
        |r| (r.of_exponent(-1022, -950), r.of_exponent(-1022, -1000)),
        0,
    );
    assert_near_of_two(
        fmod,
        c,
        |r| {
            (
                r.of_exponent(-1000, -980),
                5e-324 * (r.next() % 1000 + 1) as f64,
            )
        },
        0,
    );
    // products and numbers beside them
    let beside = |r: &mut Random| {
        let y = r.of_exponent(-10, 10);
        let product = y * (r.next() >> 20) as f64;
        (
            f64::from_bits(product.to_bits().wrapping_add(r.next() % 3).wrapping_sub(1)),
            y,
        )
    };
    assert_near_of_two(fmod, c, beside, 0);
    for x in SPECIAL {
        for y in SPECIAL {
            let expected = if y != 0.0 && x.is_finite() && (x / 2f64.powi(200)).abs() >= y.abs() {
                f64::NAN
            } else {
                x % y
            };
            assert_same(&format!("fmod({x:e}, {y:e})"), fmod(x, y), expected, 0);
        }
    }
}

#[test]
fn integers() {
    for (ours, theirs) in [
        (
            round::<f64> as fn(f64) -> f64,
            f64::round_ties_even as fn(f64) -> f64,
        ),
        (ceil::<f64>, f64::ceil),
    ] {
        assert_near(ours, theirs, |r| r.uniform(-10.0, 10.0), 0);
        assert_near(ours, theirs, |r| r.of_exponent(-60, 60), 0);
        assert_near(ours, theirs, |r| (r.next() % 100) as f64 - 49.5, 0);
        assert_special(ours, theirs, 0);
    }
}

#[test]
fn distance() {
    assert_near_of_two(
        hypot,
        f64::hypot,
        |r| (r.uniform(-5.0, 5.0), r.uniform(-5.0, 5.0)),
        1,
    );
    assert_near_of_two(
        hypot,
        f64::hypot,
        |r| (r.of_exponent(-1022, 1022), r.of_exponent(-1022, 1022)),
        1,
    );
    assert_near_of_two(
        hypot,
        f64::hypot,
        |r| (r.of_exponent(1000, 1022), r.of_exponent(1000, 1022)),
        1,
    );
    assert_special_of_two(hypot, f64::hypot, 1);
}
