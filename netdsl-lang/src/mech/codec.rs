//! Programs as bytes, and their hash.

use std::fmt;

use crate::mech::verify::{Defect, verify};
use crate::mech::{PROGRAM_VERSION, Program};

/// Why bytes are not a usable program.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum DecodeError {
    /// Shorter than a header, or not what [`encode`] writes.
    Malformed {
        /// What the decoder found.
        reason: String,
    },
    /// Written by another version of this crate.
    Version {
        /// The version in the bytes.
        found: u32,
    },
    /// Readable, but no executor could run it.
    Defective {
        /// Everything that is wrong.
        defects: Vec<Defect>,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { reason } => write!(f, "not a mechanism program: {reason}"),
            Self::Version { found } => write!(
                f,
                "mechanism program of version {found}, this is version {PROGRAM_VERSION}: compile the .mod file again"
            ),
            Self::Defective { defects } => {
                write!(f, "mechanism program with {} defects", defects.len())?;
                defects.iter().try_for_each(|d| write!(f, "; {d}"))
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// The program's bytes: its version (little endian), then postcard. Equal programs have equal bytes.
pub fn encode(program: &Program) -> Vec<u8> {
    let mut bytes = PROGRAM_VERSION.to_le_bytes().to_vec();
    let body = postcard::to_stdvec(program)
        .expect("plain data without maps or unsized sequences always serialises");
    bytes.extend(body);
    bytes
}

/// The program that [`encode`] wrote, checked.
pub fn decode(bytes: &[u8]) -> Result<Program, DecodeError> {
    let malformed = |reason: &str| DecodeError::Malformed {
        reason: reason.to_owned(),
    };
    let (version, body) = bytes
        .split_first_chunk::<4>()
        .ok_or_else(|| malformed("too short"))?;
    let found = u32::from_le_bytes(*version);
    if found != PROGRAM_VERSION {
        return Err(DecodeError::Version { found });
    }
    let program: Program = postcard::from_bytes(body).map_err(|e| malformed(&e.to_string()))?;
    let defects = verify(&program);
    if defects.is_empty() {
        Ok(program)
    } else {
        Err(DecodeError::Defective { defects })
    }
}

/// FNV-1a, 64 bits: of [`encode`]'s bytes it is the identity of a program.
pub const fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}
