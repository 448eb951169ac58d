//! The mechanisms that come with the simulator, compiled by the build script from their NMODL text.

use crate::mech::NativeTable;

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));
