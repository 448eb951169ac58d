//! Stream numbers made from names and from lists of gids.

use md5::{Digest, Md5};

/// The first 32 bits of the MD5 of `text`: NetPyNE's `hashStr`.
pub fn hash_text(text: &str) -> u32 {
    first_word(Md5::new_with_prefix(text))
}

/// The first 32 bits of the MD5 of the gids as 8-byte little-endian numbers: NetPyNE's `hashList`. Gids must ascend, so
/// that a set of cells has one hash.
pub fn hash_gids(gids: impl IntoIterator<Item = u32>) -> u32 {
    let mut md5 = Md5::new();
    for gid in gids {
        md5.update(u64::from(gid).to_le_bytes());
    }
    first_word(md5)
}

fn first_word(md5: Md5) -> u32 {
    let digest = md5.finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of NetPyNE 1.1.1.
    #[test]
    fn netpyne_values() {
        assert_eq!(hash_text("NetStim"), 0x551e_8470);
        assert_eq!(hash_text("connSynMechsSecs"), 0x6892_703b);
        assert_eq!(hash_gids(0..5), 0x35a1_d224);
        assert_eq!(hash_gids([3, 70_000]), 0xfa58_80bc);
    }
}
