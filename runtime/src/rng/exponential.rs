//! Exponential numbers, several at a time.

use super::{precise, unit};
use crate::simd::Isa;

/// What [`Stream::negexp`](super::Stream::negexp) makes of each of these words, to the bit.
#[inline]
pub(crate) fn negexp_of_words(words: [u32; 8]) -> [f64; 8] {
    #[cfg(target_arch = "x86_64")]
    match Isa::detect() {
        // SAFETY: the machine has these instructions
        Isa::Avx512 => return unsafe { avx512(words) },
        // SAFETY: the machine has these instructions
        Isa::Avx2 => return unsafe { avx2(words) },
        Isa::Portable => {}
    }
    each(words)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
fn avx512(words: [u32; 8]) -> [f64; 8] {
    each(words)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(words: [u32; 8]) -> [f64; 8] {
    each(words)
}

#[inline(always)]
fn each(words: [u32; 8]) -> [f64; 8] {
    let mut drawn = [0.0; 8];
    for (number, word) in drawn.iter_mut().zip(words) {
        *number = -precise::ln_of_normal(unit(word));
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Stream;

    #[test]
    fn eight_at_a_time_are_the_same() {
        let mut stream = Stream::new(3, 1, 4);
        let mut words: Vec<u32> = (0..80_000).map(|_| stream.word()).collect();
        words[..8].copy_from_slice(&[0, 1, 2, u32::MAX, u32::MAX - 1, 1 << 31, 1 << 30, 3]);
        for chunk in words.chunks_exact(8) {
            let eight = [0, 1, 2, 3, 4, 5, 6, 7].map(|k| chunk[k]);
            let alone = eight.map(|word| -precise::ln(unit(word)));
            assert_eq!(negexp_of_words(eight), alone);
            assert_eq!(each(eight), alone);
        }
    }
}
