//! Native code of the mechanisms that this program declares with `mechanism!`.
//!
//! A model is data and carries the mechanisms' text. Where the program that runs it was compiled with the same mechanism,
//! its native code stands in: a network announces it when it is put together, and a simulation takes what was printed
//! from the very program that the text gives. Without it the block VM runs the mechanism, with the same bits.

use netdsl_lang::check::{Diagnostic, Diagnostics};
use netdsl_lang::mech::abi::HookFunction;
use netdsl_runtime::{Catalogue, HookCode, NativeTable};
use std::sync::Mutex;

/// What rustc compiled of a mechanism that `mechanism!` declares, for a [`Catalogue`](netdsl_runtime::Catalogue); none of
/// a shipped one, which the catalogue has. Networks that name the mechanism need no call of this.
#[must_use]
pub fn native_code<M: crate::Mechanism>() -> Option<NativeTable> {
    M::native()
}

static OFFERED: Mutex<Vec<NativeTable>> = Mutex::new(Vec::new());

/// Announces a mechanism's native code.
pub(crate) fn offer(table: NativeTable) {
    let mut offered = OFFERED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if !offered.iter().any(|known| known.hash() == table.hash()) {
        offered.push(table);
    }
}

/// Calls `take` with all that was announced.
pub(crate) fn offered(mut take: impl FnMut(NativeTable)) {
    let offered = OFFERED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    offered.iter().for_each(|table| take(*table));
}

/// A function that a declaration gives in place of C.
struct OfferedHook {
    mechanism: &'static str,
    name: &'static str,
    /// Of the declaration.
    path: &'static str,
    function: HookFunction,
}

static HOOKS: Mutex<Vec<OfferedHook>> = Mutex::new(Vec::new());

/// Announces a function that takes the place of C.
pub(crate) fn offer_hook(
    mechanism: &'static str,
    name: &'static str,
    path: &'static str,
    function: HookFunction,
) {
    let mut hooks = HOOKS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let same = |h: &OfferedHook| (h.mechanism, h.name, h.path) == (mechanism, name, path);
    if !hooks.iter().any(same) {
        hooks.push(OfferedHook {
            mechanism,
            name,
            path,
            function,
        });
    }
}

/// Gives a catalogue what was announced for its mechanisms.
///
/// # Errors
/// Two declarations of a mechanism give different functions.
pub(crate) fn give_hooks(catalogue: &mut Catalogue) -> Result<(), Diagnostics> {
    let hooks = HOOKS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut problems = Diagnostics::new();
    for (k, hook) in hooks.iter().enumerate() {
        let wanted = catalogue.get(hook.mechanism);
        if !wanted.is_some_and(|m| m.program.hooks.iter().any(|h| h.name == hook.name)) {
            continue;
        }
        let same = |h: &&OfferedHook| (h.mechanism, h.name) == (hook.mechanism, hook.name);
        if let Some(other) = hooks[..k].iter().find(same) {
            let message = format!(
                "`{}` and `{}` give it two functions `{}`",
                other.path, hook.path, hook.name
            );
            let place = format!("mechanism `{}`", hook.mechanism);
            problems.push(Diagnostic::new(place, message).help("use one declaration for both"));
        }
        catalogue.give_hook(hook.mechanism, hook.name, HookCode::new(hook.function));
    }
    problems.into_result(())
}
