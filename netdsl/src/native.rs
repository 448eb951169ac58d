//! Native code of the mechanisms that this program declares with `mechanism!`.
//!
//! A model is data and carries the mechanisms' text. Where the program that runs it was compiled with the same mechanism,
//! its native code stands in: a network announces it when it is put together, and a simulation takes what was printed
//! from the very program that the text gives. Without it the block VM runs the mechanism, with the same bits.

use netdsl_runtime::NativeTable;
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
