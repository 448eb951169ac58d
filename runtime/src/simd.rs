//! Eight `f64` side by side, for each instruction set, and which set this machine has.
//!
//! Every type does the IEEE-754 operations of [`Lane`] on eight lanes, so all give the same bits.

use netdsl_lang::lane::{Lane, Mask};

/// Cells that a kernel computes side by side.
pub(crate) const LANES: usize = 8;

/// A [`Lane`] of [`LANES`] numbers in memory order.
pub(crate) trait Wide: Lane {
    /// Two blocks at once are faster than one after the other: there are registers for it.
    const PAIRED: bool = false;
    /// Reads eight numbers.
    ///
    /// # Safety
    /// `from` is 64-byte aligned and valid for eight reads.
    unsafe fn load(from: *const f64) -> Self;
    /// Writes eight numbers.
    ///
    /// # Safety
    /// `to` is 64-byte aligned and valid for eight writes.
    unsafe fn store(self, to: *mut f64);
    /// Lane i of vector k becomes lane k of vector i.
    fn transpose(vectors: [Self; LANES]) -> [Self; LANES];
}

/// Asks for the cache line of a value that will be read soon.
pub(crate) fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a hint about memory that a reference leads to
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

/// An instruction set that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isa {
    /// What every machine of the target has.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, DQ and VL.
    Avx512,
}

impl Isa {
    /// The best set of this machine.
    pub(crate) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
            {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                return Self::Avx2;
            }
        }
        Self::Portable
    }

    /// This set, or the best that the machine has below it.
    pub(crate) fn at_most(self, limit: Self) -> Self {
        if self as u8 > limit as u8 {
            limit
        } else {
            self
        }
    }
}

/// e to the power of each of these numbers, with the instructions of this machine.
pub(crate) fn exp_all(values: &mut [f64]) {
    #[cfg(target_arch = "x86_64")]
    match Isa::detect() {
        // SAFETY: the machine has these instructions
        Isa::Avx512 => return unsafe { exp_avx512(values) },
        // SAFETY: the machine has these instructions
        Isa::Avx2 => return unsafe { exp_avx2(values) },
        Isa::Portable => {}
    }
    exp_each(values);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
fn exp_avx512(values: &mut [f64]) {
    exp_each(values);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn exp_avx2(values: &mut [f64]) {
    exp_each(values);
}

#[inline(always)]
fn exp_each(values: &mut [f64]) {
    for value in values {
        *value = netdsl_lang::math::exp(*value);
    }
}

/// Eight numbers without SIMD types.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Portable8(pub(crate) [f64; LANES]);

/// Truth values of [`Portable8`].
#[derive(Clone, Copy)]
pub(crate) struct PortableMask([bool; LANES]);

impl Mask for PortableMask {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }
    #[inline(always)]
    fn not(self) -> Self {
        Self(std::array::from_fn(|i| !self.0[i]))
    }
}

macro_rules! portable {
    ($($name:ident($($arg:ident),*);)*) => {
        $(#[inline(always)]
        fn $name(self $(, $arg: Self)*) -> Self {
            Self(std::array::from_fn(|i| Lane::$name(self.0[i] $(, $arg.0[i])*)))
        })*
    };
}

impl Lane for Portable8 {
    type Mask = PortableMask;
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self([x; LANES])
    }
    portable! {
        add(y); sub(y); mul(y); div(y); fma(a, b); neg(); abs(); sqrt(); round_even(); floor(); min(y); max(y);
        scale_by_power_of_two(n); exponent(); significand();
    }
    #[inline(always)]
    fn entry(self, table: &[f64; 16]) -> Self {
        Self(std::array::from_fn(|i| self.0[i].entry(table)))
    }
    #[inline(always)]
    fn lt(self, y: Self) -> PortableMask {
        PortableMask(std::array::from_fn(|i| self.0[i] < y.0[i]))
    }
    #[inline(always)]
    fn le(self, y: Self) -> PortableMask {
        PortableMask(std::array::from_fn(|i| self.0[i] <= y.0[i]))
    }
    #[inline(always)]
    fn eq(self, y: Self) -> PortableMask {
        PortableMask(std::array::from_fn(|i| self.0[i] == y.0[i]))
    }
    #[inline(always)]
    fn select(mask: PortableMask, yes: Self, no: Self) -> Self {
        Self(std::array::from_fn(|i| {
            if mask.0[i] { yes.0[i] } else { no.0[i] }
        }))
    }
}

impl Wide for Portable8 {
    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller's promise
        Self(unsafe { *(from as *const [f64; LANES]) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller's promise
        unsafe { *(to as *mut [f64; LANES]) = self.0 }
    }
    #[inline(always)]
    fn transpose(vectors: [Self; LANES]) -> [Self; LANES] {
        std::array::from_fn(|i| Self(std::array::from_fn(|k| vectors[k].0[i])))
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(test)]
mod tests {
    use super::*;

    fn transposed<L: Wide>() -> [Portable8; LANES] {
        let number = |k: usize, i: usize| (10 * k + i) as f64;
        let vectors = std::array::from_fn(|k| {
            let vector = Portable8(std::array::from_fn(|i| number(k, i)));
            // SAFETY: aligned, eight numbers
            unsafe { L::load(vector.0.as_ptr()) }
        });
        L::transpose(vectors).map(|vector| {
            let mut stored = Portable8([0.0; LANES]);
            // SAFETY: as above
            unsafe { vector.store(stored.0.as_mut_ptr()) };
            stored
        })
    }

    #[test]
    fn vectors_are_transposed() {
        let mut all = vec![transposed::<Portable8>()];
        #[cfg(target_arch = "x86_64")]
        {
            // the portable one on machines without the instructions
            if Isa::detect() as u8 >= Isa::Avx2 as u8 {
                all.push(transposed::<Avx2>());
            }
            if Isa::detect() == Isa::Avx512 {
                all.push(transposed::<Avx512>());
            }
        }
        for vectors in all {
            for (i, vector) in vectors.iter().enumerate() {
                for (k, &number) in vector.0.iter().enumerate() {
                    assert_eq!(number, (10 * k + i) as f64);
                }
            }
        }
    }
}
