//! Logarithm, exponential, power, sine and cosine in twice the precision, rounded once: the nearest number in all but about one case
//! in a thousand, and the same bits on every machine.
//!
//! A value is carried as an unevaluated sum of two numbers, the second below the rounding error of the first.

/// An unevaluated sum, large part first.
type Pair = (f64, f64);

/// ln 2 with its last 11 bits zero, so that it times an exponent is exact; and the rest.
const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fefa_3800);
const LN2_LOW: f64 = f64::from_bits(0x3d2e_f357_93c7_6730);
const THIRD: Pair = (1.0 / 3.0, f64::from_bits(0x3c75_5555_5555_5555));

/// Natural logarithm. NaN below 0, -inf at 0.
pub fn ln(x: f64) -> f64 {
    match x {
        _ if x.is_nan() || x < 0.0 => f64::NAN,
        0.0 => f64::NEG_INFINITY,
        f64::INFINITY => x,
        _ => {
            let (high, low) = ln_pair(x);
            high + low
        }
    }
}

/// Natural logarithm of a positive, finite number that is not denormal.
#[inline(always)]
pub(crate) fn ln_of_normal(x: f64) -> f64 {
    let (m, k) = split_normal(x);
    let (high, low) = ln_of_parts(m, k);
    high + low
}

/// e to the power `x`.
pub fn exp(x: f64) -> f64 {
    exp_pair((x, 0.0))
}

/// `x` to the power `y` for `x` > 0; 0 for `x` = 0 and `y` > 0.
pub fn pow(x: f64, y: f64) -> f64 {
    match x {
        _ if y == 0.0 || x == 1.0 => 1.0,
        _ if x.is_nan() || x < 0.0 || y.is_nan() => f64::NAN,
        0.0 if y > 0.0 => 0.0,
        0.0 | f64::INFINITY => x.powf(y),
        _ => exp_pair(times(ln_pair(x), y)),
    }
}

#[inline(always)]
fn two_sum(a: f64, b: f64) -> Pair {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

#[inline(always)]
fn two_product(a: f64, b: f64) -> Pair {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

#[inline(always)]
fn times(a: Pair, b: f64) -> Pair {
    let (high, low) = two_product(a.0, b);
    two_sum(high, a.1.mul_add(b, low))
}

#[inline(always)]
fn product(a: Pair, b: Pair) -> Pair {
    let (high, low) = two_product(a.0, b.0);
    two_sum(high, a.0.mul_add(b.1, a.1.mul_add(b.0, low)))
}

#[inline(always)]
fn sum(a: Pair, b: Pair) -> Pair {
    let (high, low) = two_sum(a.0, b.0);
    two_sum(high, low + a.1 + b.1)
}

#[inline(always)]
fn ln_pair(x: f64) -> Pair {
    let (m, k) = split(x);
    ln_of_parts(m, k)
}

/// ln m = 2s (1 + s²/3 + s⁴/5 + ...), s = (m - 1)/(m + 1), for x = 2^k m with m between √½ and √2.
#[inline(always)]
fn ln_of_parts(m: f64, k: f64) -> Pair {
    let below = m - 1.0;
    let above = two_sum(m, 1.0);
    let s = below / above.0;
    let rest = (-s).mul_add(above.0, below) - s * above.1;
    let s = two_sum(s, rest / above.0);
    let z = product(s, s);
    let tail = (0..14).rev().fold(0.0, |all: f64, n| {
        all.mul_add(z.0, 1.0 / f64::from(2 * n + 5))
    });
    let series = sum(product(z, THIRD), (z.0 * z.0 * tail, 0.0));
    let mantissa = sum(s, product(s, series));
    let exponent = two_sum(k * LN2_HIGH, k * LN2_LOW);
    sum(exponent, (2.0 * mantissa.0, 2.0 * mantissa.1))
}

/// `x` = 2^k m with m between √½ and √2.
fn split(x: f64) -> (f64, f64) {
    if x < f64::MIN_POSITIVE {
        let (m, k) = split_normal(x * 2f64.powi(54));
        (m, k - 54.0)
    } else {
        split_normal(x)
    }
}

#[inline(always)]
fn split_normal(x: f64) -> (f64, f64) {
    let bits = x.to_bits();
    let exponent = (bits >> 52) as i32 - 1023;
    let m = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52);
    let high = m > std::f64::consts::SQRT_2;
    let half = if high { 0.5 } else { 1.0 };
    (half * m, f64::from(exponent + i32::from(high)))
}

/// Reduction by ln 2, then by 64, a short series, and six squarings.
fn exp_pair(x: Pair) -> f64 {
    if x.0.is_nan() {
        return f64::NAN;
    }
    if x.0 > 709.79 {
        return f64::INFINITY;
    }
    if x.0 < -745.2 {
        return 0.0;
    }
    let k = (x.0 * std::f64::consts::LOG2_E).round();
    let r = sum(
        sum((x.0, x.1), (-k * LN2_HIGH, 0.0)),
        two_product(-k, LN2_LOW),
    );
    let q = (r.0 / 64.0, r.1 / 64.0);
    // q^3/3! + q^4/4! + ...
    let cubic = (4..=9)
        .rev()
        .fold(1.0, |all: f64, n| 1.0 + all * q.0 / f64::from(n))
        * (q.0 * q.0 * q.0 / 6.0);
    let square = product(q, (0.5 * q.0, 0.5 * q.1));
    let mut e = sum(sum((1.0, 0.0), q), sum(square, (cubic, 0.0)));
    for _ in 0..6 {
        e = product(e, e);
    }
    scale(e.0 + e.1, k as i32)
}

/// `x` times 2^k, in two steps where 2^k alone is out of range.
fn scale(x: f64, k: i32) -> f64 {
    let half = k / 2;
    x * 2f64.powi(half) * 2f64.powi(k - half)
}

/// π/2 in three parts; the first two end in zeros, so that small multiples are exact.
const HALF_PI: [f64; 3] = [
    f64::from_bits(0x3ff9_21fb_5440_0000),
    f64::from_bits(0x3dd0_b461_1a60_0000),
    f64::from_bits(0x3ba3_198a_2e03_7073),
];

/// Sine and cosine of `x` (radians), for |x| < 1e6; NaN beyond.
pub fn sin_cos(x: f64) -> (f64, f64) {
    if x.is_nan() || x.abs() >= 1e6 {
        return (f64::NAN, f64::NAN);
    }
    let quarters = (x * std::f64::consts::FRAC_2_PI).round();
    let [a, b, c] = HALF_PI.map(|part| -quarters * part);
    let r = sum(sum((x, 0.0), (a, 0.0)), two_sum(b, c));
    let (s, c) = (sine(r), cosine(r));
    match quarters as i64 & 3 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// 1 - r²/((n+1)(n+2)) (1 - r²/((n+3)(n+4)) (1 - ...)) for n = `first`: a series of sine or cosine over its first term.
fn alternating(square: f64, first: u32) -> f64 {
    (1..=9).rev().fold(1.0, |all, k| {
        let n = f64::from(first + 2 * k);
        1.0 - square * all / (n * (n - 1.0))
    })
}

/// r - r³/6 (1 - ...), |r| <= π/4.
fn sine(r: Pair) -> f64 {
    let square = product(r, r);
    let cube = product(square, r);
    let tail = cube.0 * (1.0 / 6.0) * square.0 * (1.0 / 20.0) * alternating(square.0, 5);
    let sixth = product(cube, (-1.0 / 6.0, f64::from_bits(0xbc65_5555_5555_5555)));
    let all = sum(sum(r, sixth), (tail, 0.0));
    all.0 + all.1
}

/// 1 - r²/2 + r⁴/24 (1 - ...), |r| <= π/4.
fn cosine(r: Pair) -> f64 {
    let square = product(r, r);
    let tail = square.0 * square.0 * (1.0 / 24.0) * alternating(square.0, 4);
    let all = sum(
        sum((1.0, 0.0), (-0.5 * square.0, -0.5 * square.1)),
        (tail, 0.0),
    );
    all.0 + all.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    /// How many of 20,000 values differ from the system's, which is nearly correctly rounded, and by how much at most.
    fn compare(
        ours: impl Fn(f64) -> f64,
        system: impl Fn(f64) -> f64,
        of: impl Fn(f64) -> f64,
    ) -> (usize, i64) {
        let mut stream = Stream::new(1, 2, 3);
        let distances = (0..20_000).map(|_| {
            let x = of(stream.unit());
            (ours(x).to_bits() as i64 - system(x).to_bits() as i64).abs()
        });
        distances.fold((0, 0), |(n, most), d| (n + usize::from(d > 0), most.max(d)))
    }

    #[test]
    fn nearly_always_the_nearest() {
        for (differing, most) in [
            compare(ln, f64::ln, |u| u),
            compare(ln, f64::ln, |u| 1.0 + 1e-3 * (u - 0.5)),
            compare(ln, f64::ln, |u| (700.0 * (2.0 * u - 1.0)).exp()),
            compare(exp, f64::exp, |u| 1400.0 * (u - 0.5)),
            compare(exp, f64::exp, |u| u - 0.5),
            compare(|x| sin_cos(x).0, f64::sin, |u| 7.0 * u),
            compare(|x| sin_cos(x).1, f64::cos, |u| 7.0 * u),
            compare(|x| sin_cos(x).0, f64::sin, |u| 1e5 * (u - 0.5)),
            compare(|x| pow(x, 1.7), |x| x.powf(1.7), |u| 50.0 * u),
        ] {
            assert!(
                differing < 200 && most <= 1,
                "{differing} differ, by up to {most} ulp"
            );
        }
    }

    #[test]
    fn edges() {
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert!(ln(-1.0).is_nan() && exp(f64::NAN).is_nan() && pow(-2.0, 0.5).is_nan());
        assert_eq!(ln(5e-324), -744.4400719213812);
        assert_eq!((exp(0.0), exp(-1e4), exp(1e4)), (1.0, 0.0, f64::INFINITY));
        assert_eq!(exp(-745.0), 5e-324);
        assert_eq!(
            (pow(0.0, 2.0), pow(3.0, 0.0), pow(9.0, 0.5)),
            (0.0, 1.0, 3.0)
        );
    }
}
