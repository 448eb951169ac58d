//! What a kernel computes with: one number, or several cells' numbers side by side.
//!
//! Kernels are written once over [`Lane`] and instantiated for `f64` and for the runtime's SIMD types. Every
//! operation is the IEEE-754 operation of the same name on each lane, so all instantiations give the same bits.

/// Truth values of all lanes.
pub trait Mask: Copy {
    /// Both true.
    fn and(self, other: Self) -> Self;
    /// Either true.
    fn or(self, other: Self) -> Self;
    /// The opposite.
    fn not(self) -> Self;
}

/// One or several `f64` that the same operation is applied to.
pub trait Lane: Copy {
    /// The result of a comparison.
    type Mask: Mask;
    /// `x` in all lanes.
    fn splat(x: f64) -> Self;
    /// `self + y`.
    fn add(self, y: Self) -> Self;
    /// `self - y`.
    fn sub(self, y: Self) -> Self;
    /// `self * y`.
    fn mul(self, y: Self) -> Self;
    /// `self / y`, correctly rounded.
    fn div(self, y: Self) -> Self;
    /// `self * a + b`, rounded once.
    fn fma(self, a: Self, b: Self) -> Self;
    /// `-self` (the sign bit is flipped).
    fn neg(self) -> Self;
    /// The sign bit is cleared.
    fn abs(self) -> Self;
    /// The square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// To the nearest integer, ties to even.
    fn round_even(self) -> Self;
    /// To the next integer below.
    fn floor(self) -> Self;
    /// The smaller of both; `y` where either is NaN.
    fn min(self, y: Self) -> Self;
    /// The larger of both; `y` where either is NaN.
    fn max(self, y: Self) -> Self;
    /// `self < y`.
    fn lt(self, y: Self) -> Self::Mask;
    /// `self <= y`.
    fn le(self, y: Self) -> Self::Mask;
    /// `self == y`.
    fn eq(self, y: Self) -> Self::Mask;
    /// `mask ? yes : no`.
    fn select(mask: Self::Mask, yes: Self, no: Self) -> Self;
    /// `self * 2^⌊n⌋` for `n` (a lane value) such that the result is normal or overflows to infinity or
    /// underflows to zero: what the exponential needs. `n` lies within ±1100.
    fn scale_by_power_of_two(self, n: Self) -> Self;
    /// The entry of `table` whose number is in the last four bits of `self`.
    fn entry(self, table: &[f64; 16]) -> Self;
    /// The unbiased exponent of a positive normal number, as a number (`frexp`'s minus one).
    fn exponent(self) -> Self;
    /// The significand of a positive normal number, in [1, 2).
    fn significand(self) -> Self;
}

impl Mask for bool {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self & other
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self | other
    }
    #[inline(always)]
    fn not(self) -> Self {
        !self
    }
}

impl Lane for f64 {
    type Mask = bool;
    #[inline(always)]
    fn splat(x: f64) -> Self {
        x
    }
    #[inline(always)]
    fn add(self, y: Self) -> Self {
        self + y
    }
    #[inline(always)]
    fn sub(self, y: Self) -> Self {
        self - y
    }
    #[inline(always)]
    fn mul(self, y: Self) -> Self {
        self * y
    }
    #[inline(always)]
    fn div(self, y: Self) -> Self {
        self / y
    }
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }
    #[inline(always)]
    fn neg(self) -> Self {
        -self
    }
    #[inline(always)]
    fn abs(self) -> Self {
        f64::abs(self)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        f64::sqrt(self)
    }
    #[inline(always)]
    fn round_even(self) -> Self {
        self.round_ties_even()
    }
    #[inline(always)]
    fn floor(self) -> Self {
        f64::floor(self)
    }
    #[inline(always)]
    fn min(self, y: Self) -> Self {
        // as x86 `minpd`: the second operand where unordered
        if self < y { self } else { y }
    }
    #[inline(always)]
    fn max(self, y: Self) -> Self {
        if self > y { self } else { y }
    }
    #[inline(always)]
    fn lt(self, y: Self) -> bool {
        self < y
    }
    #[inline(always)]
    fn le(self, y: Self) -> bool {
        self <= y
    }
    #[inline(always)]
    fn eq(self, y: Self) -> bool {
        self == y
    }
    #[inline(always)]
    fn select(mask: bool, yes: Self, no: Self) -> Self {
        if mask { yes } else { no }
    }
    #[inline(always)]
    fn scale_by_power_of_two(self, n: Self) -> Self {
        // two factors, so that neither leaves the range of normal numbers
        let n = f64::floor(n) as i64;
        let half = n >> 1;
        let power = |k: i64| f64::from_bits(((k + 1023) as u64) << 52);
        self * power(half) * power(n - half)
    }
    #[inline(always)]
    fn entry(self, table: &[f64; 16]) -> Self {
        table[(self.to_bits() & 15) as usize]
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        ((self.to_bits() >> 52) as i64 - 1023) as f64
    }
    #[inline(always)]
    fn significand(self) -> Self {
        f64::from_bits((self.to_bits() & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000)
    }
}
