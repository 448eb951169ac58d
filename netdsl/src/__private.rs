//! What the expansions of the macros name. Nothing here is for direct use, and all of it may change at any time.

mod any;
mod assembly;
mod capture;
mod check;
mod facts;
mod members;
mod msg;
mod places;
mod receivers;
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
pub use receivers::{needs_synapse, point_fact};
pub use uses::*;

/// Dimension of a conductance, in the order of `netdsl_lang::units`: kg, m, s, A, ...
pub(crate) const CONDUCTANCE: Dim = [-2, -1, 3, 2, 0, 0, 0, 0];

/// Native code of a mechanism, where there is a runtime for it.
#[cfg(feature = "runtime")]
pub type NativeCode = Option<netdsl_runtime::NativeTable>;
/// Without a runtime there is none.
#[cfg(not(feature = "runtime"))]
pub type NativeCode = ();

/// What rustc compiled for `K`.
#[must_use]
pub fn native_code<K: lang::mech::abi::Kernel>() -> NativeCode {
    #[cfg(feature = "runtime")]
    return Some(netdsl_runtime::NativeTable::of::<K>());
}
