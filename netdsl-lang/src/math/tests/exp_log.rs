//! Exponentials, logarithms and powers.

use super::super::{exp, expm1, log, log1p, log2, log10, pow};
use super::*;

#[test]
fn exponential() {
    assert_near(exp, f64::exp, |r| r.uniform(-750.0, 712.0), 1);
    assert_near(exp, f64::exp, |r| r.uniform(-40.0, 40.0), 1);
    assert_near(exp, f64::exp, |r| r.of_exponent(-80, 2), 1);
    assert_special(exp, f64::exp, 1);
    assert_eq!(exp(709.9), f64::INFINITY);
    assert_eq!(exp(-745.2), 0.0);
}

#[test]
fn exponential_less_one() {
    assert_near(expm1, f64::exp_m1, |r| r.uniform(-45.0, 712.0), 2);
    assert_near(expm1, f64::exp_m1, |r| r.uniform(-2.0, 2.0), 2);
    assert_near(expm1, f64::exp_m1, |r| r.of_exponent(-1022, 2), 2);
    assert_special(expm1, f64::exp_m1, 1);
}

#[test]
fn logarithms() {
    let positive = |r: &mut Random| r.of_exponent(-1022, 1023).abs();
    let near_one = |r: &mut Random| 1.0 + r.of_exponent(-52, -2);
    for draw in [
        positive,
        near_one,
        |r: &mut Random| r.uniform(0.0, 10.0),
        |r: &mut Random| r.uniform(0.0, 1e-308),
    ] {
        assert_near(log, f64::ln, draw, 1);
        assert_near(log2, f64::log2, draw, 1);
        assert_near(log10, f64::log10, draw, 2);
    }
    assert_special(log, f64::ln, 1);
    assert_special(log2, f64::log2, 1);
    assert_special(log10, f64::log10, 1);
    for n in -300..=300 {
        assert_eq!(
            log10(format!("1e{n}").parse::<f64>().unwrap()),
            f64::from(n)
        );
        assert_eq!(log2(2f64.powi(n)), f64::from(n));
    }
}

#[test]
fn logarithm_of_one_more() {
    assert_near(log1p, f64::ln_1p, |r| r.of_exponent(-1022, -1), 2);
    assert_near(log1p, f64::ln_1p, |r| r.uniform(-1.0, 10.0), 2);
    assert_special(log1p, f64::ln_1p, 1);
}

#[test]
fn powers() {
    assert_near_of_two(
        pow,
        f64::powf,
        |r| (r.uniform(0.0, 10.0), r.uniform(-300.0, 300.0)),
        1,
    );
    assert_near_of_two(
        pow,
        f64::powf,
        |r| (1.0 + r.of_exponent(-40, -2), r.of_exponent(0, 40)),
        1,
    );
    assert_near_of_two(
        pow,
        f64::powf,
        |r| (r.of_exponent(-1022, 1023), r.uniform(-40.0, 40.0).round()),
        1,
    );
    assert_near_of_two(
        pow,
        f64::powf,
        |r| (r.of_exponent(-1022, 1023).abs(), r.of_exponent(-60, 3)),
        1,
    );
    assert_special_of_two(pow, f64::powf, 1);
}

#[test]
fn powers_that_are_integers_are_exact() {
    for base in 1..=30 {
        let mut exact = 1u64;
        let mut y = 0;
        while exact < 1 << 53 && y < 60 {
            assert_eq!(
                pow(f64::from(base), f64::from(y)),
                exact as f64,
                "{base}^{y}"
            );
            exact *= base as u64;
            y += 1;
        }
    }
}
