//! AVX2 and AVX-512.
//!
//! Each function is inlined into a caller that has the target feature: `mech::native` and `mech::vm` choose it after
//! [`Isa::detect`](super::Isa::detect), and nothing else names these types.

use super::{LANES, Lane, Mask, Wide};
use std::arch::x86_64::*;

/// Eight numbers in one AVX-512 register.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(__m512d);

/// Truth values of [`Avx512`].
#[derive(Clone, Copy)]
pub(crate) struct Mask8(__mmask8);

impl Mask for Mask8 {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    #[inline(always)]
    fn not(self) -> Self {
        Self(!self.0)
    }
}

// SAFETY (all blocks of this module): the instruction set was detected before any of these types is used.
impl Lane for Avx512 {
    type Mask = Mask8;
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self(unsafe { _mm512_set1_pd(x) })
    }
    #[inline(always)]
    fn add(self, y: Self) -> Self {
        Self(unsafe { _mm512_add_pd(self.0, y.0) })
    }
    #[inline(always)]
    fn sub(self, y: Self) -> Self {
        Self(unsafe { _mm512_sub_pd(self.0, y.0) })
    }
    #[inline(always)]
    fn mul(self, y: Self) -> Self {
        Self(unsafe { _mm512_mul_pd(self.0, y.0) })
    }
    #[inline(always)]
    fn div(self, y: Self) -> Self {
        Self(unsafe { _mm512_div_pd(self.0, y.0) })
    }
    #[inline(always)]
    fn fma(self, a: Self, b: Self) -> Self {
        Self(unsafe { _mm512_fmadd_pd(self.0, a.0, b.0) })
    }
    #[inline(always)]
    fn neg(self) -> Self {
        Self(unsafe { _mm512_xor_pd(self.0, _mm512_set1_pd(-0.0)) })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(unsafe { _mm512_andnot_pd(_mm512_set1_pd(-0.0), self.0) })
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(unsafe { _mm512_sqrt_pd(self.0) })
    }
    #[inline(always)]
    fn round_even(self) -> Self {
        Self(unsafe {
            _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)
        })
    }
    #[inline(always)]
    fn floor(self) -> Self {
        Self(unsafe {
            _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(self.0)
        })
    }
    #[inline(always)]
    fn min(self, y: Self) -> Self {
        Self(unsafe { _mm512_min_pd(self.0, y.0) })
    }
    #[inline(always)]
    fn max(self, y: Self) -> Self {
        Self(unsafe { _mm512_max_pd(self.0, y.0) })
    }
    #[inline(always)]
    fn lt(self, y: Self) -> Mask8 {
        Mask8(unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, y.0) })
    }
    #[inline(always)]
    fn le(self, y: Self) -> Mask8 {
        Mask8(unsafe { _mm512_cmp_pd_mask::<_CMP_LE_OQ>(self.0, y.0) })
    }
    #[inline(always)]
    fn eq(self, y: Self) -> Mask8 {
        Mask8(unsafe { _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(self.0, y.0) })
    }
    #[inline(always)]
    fn select(mask: Mask8, yes: Self, no: Self) -> Self {
        Self(unsafe { _mm512_mask_blend_pd(mask.0, no.0, yes.0) })
    }
    #[inline(always)]
    fn scale_by_power_of_two(self, n: Self) -> Self {
        Self(unsafe { _mm512_scalef_pd(self.0, n.0) })
    }
    #[inline(always)]
    fn entry(self, table: &[f64; 16]) -> Self {
        unsafe {
            let low = _mm512_loadu_pd(table.as_ptr());
            let high = _mm512_loadu_pd(table.as_ptr().add(8));
            Self(_mm512_permutex2var_pd(
                low,
                _mm512_castpd_si512(self.0),
                high,
            ))
        }
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        Self(unsafe { _mm512_getexp_pd(self.0) })
    }
    #[inline(always)]
    fn significand(self) -> Self {
        Self(unsafe { _mm512_getmant_pd::<_MM_MANT_NORM_1_2, _MM_MANT_SIGN_ZERO>(self.0) })
    }
}

impl Wide for Avx512 {
    const PAIRED: bool = true;
    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        Self(unsafe { _mm512_load_pd(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        unsafe { _mm512_store_pd(to, self.0) }
    }
    #[inline(always)]
    fn transpose([a, b, c, d, e, f, g, h]: [Self; LANES]) -> [Self; LANES] {
        unsafe {
            // pairs, quarters, halves
            let (ab, cd) = (interleaved(a, b), interleaved(c, d));
            let (ef, gh) = (interleaved(e, f), interleaved(g, h));
            let (even, odd) = (quarters(ab.0, cd.0), quarters(ab.1, cd.1));
            let (even_high, odd_high) = (quarters(ef.0, gh.0), quarters(ef.1, gh.1));
            let first = halves(even.0, even_high.0);
            let second = halves(odd.0, odd_high.0);
            let third = halves(even.1, even_high.1);
            let fourth = halves(odd.1, odd_high.1);
            [
                Self(first.0),
                Self(second.0),
                Self(third.0),
                Self(fourth.0),
                Self(first.1),
                Self(second.1),
                Self(third.1),
                Self(fourth.1),
            ]
        }
    }
}

/// Numbers 0, 2, 4, 6 of both by turns; numbers 1, 3, 5, 7.
#[inline(always)]
unsafe fn interleaved(a: Avx512, b: Avx512) -> (__m512d, __m512d) {
    unsafe { (_mm512_unpacklo_pd(a.0, b.0), _mm512_unpackhi_pd(a.0, b.0)) }
}

/// Of quarters 0..4 of both (two numbers each): 0 and 2 of `a` and of `b`, by turns; 1 and 3.
#[inline(always)]
unsafe fn quarters(a: __m512d, b: __m512d) -> (__m512d, __m512d) {
    unsafe {
        let low = _mm512_permutex2var_pd(a, _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0), b);
        let high = _mm512_permutex2var_pd(a, _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2), b);
        (low, high)
    }
}

/// The lower halves; the upper ones.
#[inline(always)]
unsafe fn halves(a: __m512d, b: __m512d) -> (__m512d, __m512d) {
    unsafe {
        (
            _mm512_shuffle_f64x2::<0b01_00_01_00>(a, b),
            _mm512_shuffle_f64x2::<0b11_10_11_10>(a, b),
        )
    }
}

/// Eight numbers in two AVX registers.
#[derive(Clone, Copy)]
pub(crate) struct Avx2([__m256d; 2]);

/// Truth values of [`Avx2`]: all bits set where true.
#[derive(Clone, Copy)]
pub(crate) struct Mask4x2([__m256d; 2]);

// closures lose the caller's target features: macros instead
macro_rules! two {
    ($a:ident, $f:ident $(, $rest:expr)*) => { [$f($a[0] $(, $rest[0])*), $f($a[1] $(, $rest[1])*)] };
}

impl Mask for Mask4x2 {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_and_pd, other.0) })
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_or_pd, other.0) })
    }
    #[inline(always)]
    fn not(self) -> Self {
        let a = self.0;
        unsafe {
            let ones = [_mm256_castsi256_pd(_mm256_set1_epi64x(-1)); 2];
            Self(two!(a, _mm256_xor_pd, ones))
        }
    }
}

impl Lane for Avx2 {
    type Mask = Mask4x2;
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self([unsafe { _mm256_set1_pd(x) }; 2])
    }
    #[inline(always)]
    fn add(self, y: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_add_pd, y.0) })
    }
    #[inline(always)]
    fn sub(self, y: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_sub_pd, y.0) })
    }
    #[inline(always)]
    fn mul(self, y: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_mul_pd, y.0) })
    }
    #[inline(always)]
    fn div(self, y: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_div_pd, y.0) })
    }
    #[inline(always)]
    fn fma(self, x: Self, y: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_fmadd_pd, x.0, y.0) })
    }
    #[inline(always)]
    fn neg(self) -> Self {
        let a = self.0;
        unsafe {
            let sign = [_mm256_set1_pd(-0.0); 2];
            Self(two!(a, _mm256_xor_pd, sign))
        }
    }
    #[inline(always)]
    fn abs(self) -> Self {
        unsafe {
            let sign = [_mm256_set1_pd(-0.0); 2];
            Self(two!(sign, _mm256_andnot_pd, self.0))
        }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_sqrt_pd) })
    }
    #[inline(always)]
    fn round_even(self) -> Self {
        const MODE: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        Self(unsafe {
            [
                _mm256_round_pd::<MODE>(self.0[0]),
                _mm256_round_pd::<MODE>(self.0[1]),
            ]
        })
    }
    #[inline(always)]
    fn floor(self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_floor_pd) })
    }
    #[inline(always)]
    fn min(self, y: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_min_pd, y.0) })
    }
    #[inline(always)]
    fn max(self, y: Self) -> Self {
        let a = self.0;
        Self(unsafe { two!(a, _mm256_max_pd, y.0) })
    }
    #[inline(always)]
    fn lt(self, y: Self) -> Mask4x2 {
        let (a, b) = (self.0, y.0);
        Mask4x2(unsafe {
            [
                _mm256_cmp_pd::<_CMP_LT_OQ>(a[0], b[0]),
                _mm256_cmp_pd::<_CMP_LT_OQ>(a[1], b[1]),
            ]
        })
    }
    #[inline(always)]
    fn le(self, y: Self) -> Mask4x2 {
        let (a, b) = (self.0, y.0);
        Mask4x2(unsafe {
            [
                _mm256_cmp_pd::<_CMP_LE_OQ>(a[0], b[0]),
                _mm256_cmp_pd::<_CMP_LE_OQ>(a[1], b[1]),
            ]
        })
    }
    #[inline(always)]
    fn eq(self, y: Self) -> Mask4x2 {
        let (a, b) = (self.0, y.0);
        Mask4x2(unsafe {
            [
                _mm256_cmp_pd::<_CMP_EQ_OQ>(a[0], b[0]),
                _mm256_cmp_pd::<_CMP_EQ_OQ>(a[1], b[1]),
            ]
        })
    }
    #[inline(always)]
    fn select(mask: Mask4x2, yes: Self, no: Self) -> Self {
        let a = no.0;
        Self(unsafe { two!(a, _mm256_blendv_pd, yes.0, mask.0) })
    }
    #[inline(always)]
    fn scale_by_power_of_two(self, n: Self) -> Self {
        // two factors, as the scalar form: neither leaves the normal numbers, and only the last product rounds
        unsafe {
            let a = self.0;
            let n = n.floor();
            let half = n.mul(Self::splat(0.5)).floor();
            let first = power_of_two(half);
            let second = power_of_two(n.sub(half));
            let once = two!(a, _mm256_mul_pd, first);
            Self(two!(once, _mm256_mul_pd, second))
        }
    }
    #[inline(always)]
    fn entry(self, table: &[f64; 16]) -> Self {
        unsafe {
            let keep = _mm256_set1_epi64x(15);
            let low = _mm256_and_si256(_mm256_castpd_si256(self.0[0]), keep);
            let high = _mm256_and_si256(_mm256_castpd_si256(self.0[1]), keep);
            let from = table.as_ptr();
            Self([
                _mm256_i64gather_pd::<8>(from, low),
                _mm256_i64gather_pd::<8>(from, high),
            ])
        }
    }
    #[inline(always)]
    fn exponent(self) -> Self {
        // the biased exponent placed in the low bits of 2^52 is that number
        unsafe {
            let base = _mm256_castpd_si256(_mm256_set1_pd(4_503_599_627_370_496.0));
            let bias = _mm256_set1_pd(4_503_599_627_370_496.0 + 1023.0);
            let low = _mm256_srli_epi64::<52>(_mm256_castpd_si256(self.0[0]));
            let high = _mm256_srli_epi64::<52>(_mm256_castpd_si256(self.0[1]));
            Self([
                _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(low, base)), bias),
                _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(high, base)), bias),
            ])
        }
    }
    #[inline(always)]
    fn significand(self) -> Self {
        unsafe {
            let keep = [_mm256_castsi256_pd(_mm256_set1_epi64x(0x000f_ffff_ffff_ffff)); 2];
            let one = [_mm256_set1_pd(1.0); 2];
            let a = self.0;
            let bits = two!(a, _mm256_and_pd, keep);
            Self(two!(bits, _mm256_or_pd, one))
        }
    }
}

/// 2^n for integral n within ±1022.
#[inline(always)]
unsafe fn power_of_two(n: Avx2) -> [__m256d; 2] {
    unsafe {
        // n + 1023 appears in the low bits of 2^52 + n + 1023
        let shifted = n.add(Avx2::splat(4_503_599_627_370_496.0 + 1023.0)).0;
        [
            _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(shifted[0]))),
            _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(shifted[1]))),
        ]
    }
}

/// Four by four numbers, transposed.
#[inline(always)]
unsafe fn square(a: __m256d, b: __m256d, c: __m256d, d: __m256d) -> [__m256d; 4] {
    unsafe {
        let (low, high) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
        let (low_rest, high_rest) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
        [
            _mm256_permute2f128_pd::<0x20>(low, low_rest),
            _mm256_permute2f128_pd::<0x20>(high, high_rest),
            _mm256_permute2f128_pd::<0x31>(low, low_rest),
            _mm256_permute2f128_pd::<0x31>(high, high_rest),
        ]
    }
}

impl Wide for Avx2 {
    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        unsafe { Self([_mm256_load_pd(from), _mm256_load_pd(from.add(LANES / 2))]) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        unsafe {
            _mm256_store_pd(to, self.0[0]);
            _mm256_store_pd(to.add(LANES / 2), self.0[1]);
        }
    }
    #[inline(always)]
    fn transpose([a, b, c, d, e, f, g, h]: [Self; LANES]) -> [Self; LANES] {
        unsafe {
            let [first, second, third, fourth] = square(a.0[0], b.0[0], c.0[0], d.0[0]);
            let [fifth, sixth, seventh, eighth] = square(a.0[1], b.0[1], c.0[1], d.0[1]);
            let [i, j, k, l] = square(e.0[0], f.0[0], g.0[0], h.0[0]);
            let [m, n, o, p] = square(e.0[1], f.0[1], g.0[1], h.0[1]);
            [
                Self([first, i]),
                Self([second, j]),
                Self([third, k]),
                Self([fourth, l]),
                Self([fifth, m]),
                Self([sixth, n]),
                Self([seventh, o]),
                Self([eighth, p]),
            ]
        }
    }
}
