//! The mechanisms that come with the simulator, compiled by the build script from their NMODL text.

use crate::mech::NativeTable;

/// All of them.
pub(crate) const ALL: [NativeTable; 0] = [];
