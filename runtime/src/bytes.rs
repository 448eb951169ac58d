//! Numbers and texts as bytes, for what ranks tell each other and for checkpoints. Little-endian, without padding.

/// Writes behind what is there.
pub(crate) trait Put {
    /// Adds bytes.
    fn put(&mut self, bytes: &[u8]);

    /// Adds a number.
    fn put_u32(&mut self, x: u32) {
        self.put(&x.to_le_bytes());
    }

    /// Adds a number.
    fn put_u64(&mut self, x: u64) {
        self.put(&x.to_le_bytes());
    }

    /// Adds a number, every bit of it.
    fn put_f64(&mut self, x: f64) {
        self.put_u64(x.to_bits());
    }

    /// Adds numbers, and how many they are.
    fn put_f64s(&mut self, all: &[f64]) {
        self.put_u64(all.len() as u64);
        all.iter().for_each(|x| self.put_f64(*x));
    }

    /// Adds a text.
    fn put_str(&mut self, text: &str) {
        self.put_u64(text.len() as u64);
        self.put(text.as_bytes());
    }
}

impl Put for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// The bytes end too early, or are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut;

/// Reads what was written, from the front.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'b>(pub(crate) &'b [u8]);

impl<'b> Bytes<'b> {
    /// The next `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'b [u8], Cut> {
        let (first, rest) = self.0.split_at_checked(count).ok_or(Cut)?;
        self.0 = rest;
        Ok(first)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Cut> {
        Ok(self.take(N)?.try_into().expect("so many were taken"))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Cut> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Cut> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn f64(&mut self) -> Result<f64, Cut> {
        self.u64().map(f64::from_bits)
    }

    /// A number of things that take `size` bytes each at least.
    pub(crate) fn count(&mut self, size: usize) -> Result<usize, Cut> {
        let count = usize::try_from(self.u64()?).map_err(|_| Cut)?;
        let needed = count.checked_mul(size).ok_or(Cut)?;
        (needed <= self.0.len()).then_some(count).ok_or(Cut)
    }

    pub(crate) fn f64s(&mut self) -> Result<Vec<f64>, Cut> {
        let count = self.count(size_of::<f64>())?;
        (0..count).map(|_| self.f64()).collect()
    }

    pub(crate) fn str(&mut self) -> Result<&'b str, Cut> {
        let count = self.count(1)?;
        str::from_utf8(self.take(count)?).map_err(|_| Cut)
    }

    /// Whether all was read.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_comes_back_and_cuts_are_noticed() {
        let mut bytes = Vec::new();
        bytes.put_u32(7);
        bytes.put_f64s(&[1.5, -0.0]);
        bytes.put_str("µ");
        let read = |bytes: &[u8]| {
            let mut bytes = Bytes(bytes);
            let all = (bytes.u32()?, bytes.f64s()?, bytes.str()?);
            Ok::<_, Cut>((all.0, all.1, all.2.to_owned(), bytes.is_empty()))
        };
        let (number, numbers, text, empty) = read(&bytes).unwrap();
        assert_eq!((number, &text[..], empty), (7, "µ", true));
        assert_eq!(numbers[1].to_bits(), (-0.0_f64).to_bits());
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]), Err(Cut));
        }
    }
}
