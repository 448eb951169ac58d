//! Seeds of the random streams.

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Seeds of the random streams, by purpose. In a file one number sets all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeds {
    /// Connections: which pairs, weights, delays.
    pub conn: u32,
    /// Stimuli and artificial cells.
    pub stim: u32,
    /// Positions of cells and synapses.
    pub loc: u32,
    /// Expressions of cell types.
    pub cell: u32,
}

impl Seeds {
    /// The same seed for every purpose.
    pub fn all(seed: u32) -> Self {
        Self {
            conn: seed,
            stim: seed,
            loc: seed,
            cell: seed,
        }
    }
}

impl Default for Seeds {
    fn default() -> Self {
        Self::all(1)
    }
}

impl From<u32> for Seeds {
    fn from(seed: u32) -> Self {
        Self::all(seed)
    }
}

/// The fields of [`Seeds`] as they stand in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EachSeed {
    #[serde(default = "one")]
    conn: u32,
    #[serde(default = "one")]
    stim: u32,
    #[serde(default = "one")]
    loc: u32,
    #[serde(default = "one")]
    cell: u32,
}

fn one() -> u32 {
    1
}

impl Serialize for Seeds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            conn,
            stim,
            loc,
            cell,
        } = *self;
        if *self == Self::all(conn) {
            return serializer.serialize_u32(conn);
        }
        let each = EachSeed {
            conn,
            stim,
            loc,
            cell,
        };
        each.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Seeds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrEach;
        impl<'de> Visitor<'de> for OneOrEach {
            type Value = Seeds;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a seed from 0 to 4294967295, or an object with `conn`, `stim`, `loc` and `cell`")
            }

            fn visit_u64<E: Error>(self, seed: u64) -> Result<Seeds, E> {
                let refused = |_| E::invalid_value(Unexpected::Unsigned(seed), &self);
                u32::try_from(seed).map(Seeds::all).map_err(refused)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Seeds, A::Error> {
                let each = EachSeed::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Seeds {
                    conn: each.conn,
                    stim: each.stim,
                    loc: each.loc,
                    cell: each.cell,
                })
            }
        }
        deserializer.deserialize_any(OneOrEach)
    }
}
