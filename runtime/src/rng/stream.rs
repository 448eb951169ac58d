//! A position in a named sequence of words.

use std::convert::Infallible;

use rand::TryRng;

use super::philox4x32_10;

const SCALE: f64 = 1.0 / 4_294_967_297.0;

/// The number in (0, 1) that stands for a word.
#[inline(always)]
pub fn unit(word: u32) -> f64 {
    (f64::from(word) + 1.0) * SCALE
}

/// A stream of random words: NEURON's `Random123(id1, id2, id3)`.
#[derive(Clone, Debug)]
pub struct Stream {
    ids: [u32; 3],
    global_index: u32,
    /// Words drawn so far.
    position: u64,
    block: [u32; 4],
}

impl Stream {
    /// The stream of these three numbers, from its first word.
    pub fn new(id1: u32, id2: u32, id3: u32) -> Self {
        Self::with_global_index([id1, id2, id3], 0)
    }

    /// The same under another global index (`Random123_globalindex`), which changes every stream at once.
    pub fn with_global_index(ids: [u32; 3], global_index: u32) -> Self {
        Self {
            ids,
            global_index,
            position: 0,
            block: [0; 4],
        }
    }

    /// The four words that begin at word `4 * index`.
    #[inline(always)]
    pub fn block(&self, index: u64) -> [u32; 4] {
        let [id1, id2, id3] = self.ids;
        let key = [self.global_index, (index >> 32) as u32];
        philox4x32_10([index as u32, id3, id1, id2], key)
    }

    /// Word number `position`, from 0.
    #[inline]
    pub fn word_at(&self, position: u64) -> u32 {
        self.block(position / 4)[(position % 4) as usize]
    }

    /// Words number `first`, `first + 1`, ... without moving the stream.
    pub fn words_at(&self, first: u64, words: &mut [u32]) {
        let lead = ((4 - first % 4) % 4).min(words.len() as u64) as usize;
        let (head, rest) = words.split_at_mut(lead);
        if lead > 0 {
            let block = self.block(first / 4);
            let from = (first % 4) as usize;
            head.copy_from_slice(&block[from..from + lead]);
        }
        let next = (first + lead as u64) / 4;
        for (words, index) in rest.chunks_mut(4).zip(next..) {
            words.copy_from_slice(&self.block(index)[..words.len()]);
        }
    }

    /// Passes over `count` words.
    pub fn skip(&mut self, count: u64) {
        self.seek(self.position + count);
    }

    /// Goes to word number `position`.
    pub fn seek(&mut self, position: u64) {
        self.position = position;
        if !position.is_multiple_of(4) {
            self.block = self.block(position / 4);
        }
    }

    /// Goes over to the stream of other numbers, at the same word.
    pub fn rename(&mut self, ids: [u32; 3]) {
        self.ids = ids;
        self.seek(self.position);
    }

    /// The numbers that name it.
    pub(crate) fn ids(&self) -> [u32; 3] {
        self.ids
    }

    /// Number of words drawn or passed over.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next word.
    #[inline]
    pub fn word(&mut self) -> u32 {
        let place = (self.position % 4) as usize;
        if place == 0 {
            self.block = self.block(self.position / 4);
        }
        self.position += 1;
        self.block[place]
    }

    /// The next number in (0, 1), ends excluded.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        unit(self.word())
    }
}

/// Words in NEURON's order, so that samplers of the `rand` family can be used where no other program must agree.
impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.word());
        Ok(u64::from(self.word()) << 32 | low)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(4) {
            let word = self.word().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    /// `h.Random().Random123(11, 22, 33)`, then `uniform(2, 5)` and three `repick()`, in NEURON 9.0.2.
    #[test]
    fn uniforms_of_neuron() {
        let mut stream = Stream::new(11, 22, 33);
        let drawn = [(); 4].map(|()| 2.0 + 3.0 * stream.unit());
        assert_eq!(
            drawn,
            [
                2.34925514358346,
                4.25951472105004,
                3.823512917425597,
                4.814983251314847
            ]
        );
    }

    #[test]
    fn global_index_of_neuron() {
        let mut stream = Stream::with_global_index([1, 2, 3], 7);
        assert_eq!(stream.unit(), 0.47723814508010676);
    }

    #[test]
    fn seek_skip_and_random_access_agree() {
        let mut stream = Stream::new(5, 6, 7);
        let words: Vec<u32> = (0..23).map(|_| stream.word()).collect();
        for (k, &word) in words.iter().enumerate() {
            let mut other = Stream::new(5, 6, 7);
            assert_eq!(other.word_at(k as u64), word);
            other.skip(k as u64 / 2);
            other.skip(k as u64 - k as u64 / 2);
            assert_eq!(other.word(), word);
        }
    }

    #[test]
    fn runs_of_words_are_the_stream() {
        let mut stream = Stream::new(5, 6, 7);
        let all: Vec<u32> = (0..200).map(|_| stream.word()).collect();
        for first in 0..9 {
            for count in [0, 1, 3, 4, 33, 64, 100] {
                let mut words = vec![0; count];
                stream.words_at(first, &mut words);
                assert_eq!(words, all[first as usize..][..count]);
            }
        }
    }

    #[test]
    fn a_long_stream_does_not_repeat() {
        let mut stream = Stream::new(1, 2, 3);
        let first = stream.word();
        stream.seek(1 << 34);
        assert_ne!(stream.word(), first);
    }

    #[test]
    fn the_rand_traits_see_the_same_words() {
        let (mut a, mut b) = (Stream::new(1, 2, 3), Stream::new(1, 2, 3));
        let mut bytes = [0; 6];
        assert_eq!(a.next_u32(), b.word());
        assert_eq!(a.next_u64() as u32, b.word());
        b.word();
        a.fill_bytes(&mut bytes);
        assert_eq!(bytes[..4], b.word().to_le_bytes());
        assert_eq!(bytes[4..], b.word().to_le_bytes()[..2]);
    }

    #[test]
    fn units_stay_inside() {
        assert!(unit(0) > 0.0 && unit(u32::MAX) < 1.0);
    }
}
