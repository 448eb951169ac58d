//! Trigonometric functions and their inverses.

use super::super::{acos, asin, atan, atan2, cos, sin, tan};
use super::*;

#[test]
fn sine_cosine_tangent() {
    for (ours, theirs) in [
        (sin::<f64> as fn(f64) -> f64, f64::sin as fn(f64) -> f64),
        (cos::<f64>, f64::cos),
        (tan::<f64>, f64::tan),
    ] {
        assert_near(ours, theirs, |r| r.uniform(-8.0, 8.0), 1);
        assert_near(ours, theirs, |r| r.uniform(-1e6, 1e6), 1);
        assert_near(ours, theirs, |r| r.uniform(-3e13, 3e13), 1);
        assert_near(ours, theirs, |r| r.of_exponent(-1022, 4), 1);
        // where the reduction cancels most
        assert_near(
            ours,
            theirs,
            |r| (r.next() % 1_000_000) as f64 * std::f64::consts::FRAC_PI_2,
            1,
        );
        for x in SPECIAL
            .into_iter()
            .filter(|x| x.is_nan() || x.abs() <= 1e14)
        {
            assert_same(&format!("f({x:e})"), ours(x), theirs(x), 1);
        }
        for x in [4e13, -1e200, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(ours(x).is_nan(), "f({x:e})");
        }
    }
}

#[test]
fn arc_sine_and_cosine() {
    assert_near(asin, f64::asin, |r| r.uniform(-1.0, 1.0), 1);
    assert_near(asin, f64::asin, |r| r.of_exponent(-1022, -1), 1);
    assert_near(asin, f64::asin, |r| 1.0 - r.of_exponent(-50, -2).abs(), 1);
    assert_near(acos, f64::acos, |r| r.uniform(-1.0, 1.0), 1);
    assert_near(acos, f64::acos, |r| r.of_exponent(-1022, -1), 1);
    assert_near(acos, f64::acos, |r| 1.0 - r.of_exponent(-50, -2).abs(), 1);
    assert_special(asin, f64::asin, 1);
    assert_special(acos, f64::acos, 1);
}

#[test]
fn arc_tangent() {
    assert_near(atan, f64::atan, |r| r.uniform(-4.0, 4.0), 1);
    assert_near(atan, f64::atan, |r| r.of_exponent(-1022, 1023), 1);
    assert_special(atan, f64::atan, 1);
    let square = |r: &mut Random| (r.uniform(-5.0, 5.0), r.uniform(-5.0, 5.0));
    assert_near_of_two(atan2, f64::atan2, square, 1);
    assert_near_of_two(
        atan2,
        f64::atan2,
        |r| (r.of_exponent(-1022, 1023), r.of_exponent(-1022, 1023)),
        1,
    );
    assert_near_of_two(
        atan2,
        f64::atan2,
        |r| (r.of_exponent(1000, 1023), r.of_exponent(1000, 1023)),
        1,
    );
    assert_near_of_two(
        atan2,
        f64::atan2,
        |r| (r.of_exponent(-1022, -1000), r.of_exponent(-1022, -1000)),
        1,
    );
    assert_special_of_two(atan2, f64::atan2, 1);
}
