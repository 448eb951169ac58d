//! Against the standard library over wide ranges, and the special values one by one.

mod angles;
mod exp_log;
mod others;

/// Marsaglia's xorshift.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Uniform in `low..high`.
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Of either sign, with uniform binary exponent in `low..=high`.
    fn of_exponent(&mut self, low: i64, high: i64) -> f64 {
        let exponent = low + (self.next() % (high - low + 1) as u64) as i64;
        let bits = self.next();
        f64::from_bits((bits & 0x800f_ffff_ffff_ffff) | (((exponent + 1023) as u64) << 52))
    }
}

const COUNT: usize = 40_000;

/// The distance in representable numbers; 0 for the same value or NaN twice.
fn ulps(a: f64, b: f64) -> u64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        return 0;
    }
    if a.is_nan() || b.is_nan() {
        return u64::MAX;
    }
    let order = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN - bits } else { bits }
    };
    order(a).abs_diff(order(b))
}

/// That `ours` is within `limit` ulp of `theirs` for arguments drawn by `draw`.
fn assert_near(
    ours: impl Fn(f64) -> f64,
    theirs: impl Fn(f64) -> f64,
    mut draw: impl FnMut(&mut Random) -> f64,
    limit: u64,
) {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..COUNT {
        let x = draw(&mut random);
        let (a, b) = (ours(x), theirs(x));
        assert!(
            ulps(a, b) <= limit,
            "f({x:e}) = {a:e}, expected {b:e}, {} ulp",
            ulps(a, b)
        );
    }
}

/// [`assert_near`] for two arguments.
fn assert_near_of_two(
    ours: impl Fn(f64, f64) -> f64,
    theirs: impl Fn(f64, f64) -> f64,
    mut draw: impl FnMut(&mut Random) -> (f64, f64),
    limit: u64,
) {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..COUNT {
        let (x, y) = draw(&mut random);
        let (a, b) = (ours(x, y), theirs(x, y));
        assert!(
            ulps(a, b) <= limit,
            "f({x:e}, {y:e}) = {a:e}, expected {b:e}, {} ulp",
            ulps(a, b)
        );
    }
}

/// Signed zeros, subnormals, halves, integers of either parity, the largest numbers, infinities and NaN.
const SPECIAL: [f64; 29] = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    1e-310,
    -1e-310,
    f64::MIN_POSITIVE,
    1e-200,
    -1e-20,
    0.5,
    -0.5,
    1.0,
    -1.0,
    1.5,
    -1.5,
    2.0,
    -2.0,
    3.0,
    -3.0,
    709.0,
    -745.5,
    1e15,
    9_007_199_254_740_993.0,
    -1e200,
    f64::MAX,
    f64::MIN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// That `ours` is within `limit` ulp of `theirs` at [`SPECIAL`], with the same sign of zeros.
fn assert_special(ours: impl Fn(f64) -> f64, theirs: impl Fn(f64) -> f64, limit: u64) {
    for x in SPECIAL {
        assert_same(&format!("f({x:e})"), ours(x), theirs(x), limit);
    }
}

/// [`assert_special`] for all pairs.
fn assert_special_of_two(
    ours: impl Fn(f64, f64) -> f64,
    theirs: impl Fn(f64, f64) -> f64,
    limit: u64,
) {
    for x in SPECIAL {
        for y in SPECIAL {
            assert_same(&format!("f({x:e}, {y:e})"), ours(x, y), theirs(x, y), limit);
        }
    }
}

fn assert_same(what: &str, ours: f64, theirs: f64, limit: u64) {
    let sign = ours != 0.0 || theirs != 0.0 || ours.is_sign_negative() == theirs.is_sign_negative();
    assert!(
        sign && ulps(ours, theirs) <= limit,
        "{what} = {ours:e}, expected {theirs:e}"
    );
}
