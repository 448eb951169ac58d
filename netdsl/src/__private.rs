//! What the expansions of the macros name. Nothing here is for direct use, and all of it may change at any time.

mod any;
mod assembly;
mod capture;
mod check;
mod facts;
mod members;
mod msg;
mod places;
mod uses;

pub use any::{AnyCell, AnyMechanism, AnyPopulation};
pub use assembly::{
    Assembly, Captured, Named, RuleParts, StimulusParts, mechanism, rule_spec, stimulus_spec,
    synapse,
};
pub use capture::{IntoParam, captured, handle, handle_of, pairs};
pub use check::*;
pub use facts::*;
pub use members::*;
pub use msg::{Msg, require};
pub use netdsl_lang as lang;
pub use places::*;
pub use uses::*;

/// Dimension of a conductance, in the order of `netdsl_lang::units`: kg, m, s, A, ...
pub(crate) const CONDUCTANCE: Dim = [-2, -1, 3, 2, 0, 0, 0, 0];

/// Announces native code of a mechanism to simulations of this program.
pub fn offer_native<K: lang::mech::abi::Kernel>() {
    #[cfg(feature = "runtime")]
    crate::native::offer(netdsl_runtime::NativeTable::of::<K>());
}
