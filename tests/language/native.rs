//! The mechanisms of `tests/data/mod`, compiled with this test.

use netdsl::mechanism;
use netdsl_runtime::{Catalogue, NativeTable};

mechanism! { pub(crate) Given = "../data/mod/given.mod" }

mechanism! { pub(crate) Noisy = "../data/mod/noisy.mod" }
mechanism! { pub(crate) Moments = "../data/mod/moments.mod" }
mechanism! { pub(crate) Pointing = "../data/mod/pointing.mod" }
mechanism! { pub(crate) Reader = "../data/mod/reader.mod" }
mechanism! { pub(crate) Counted = "../data/mod/counted.mod" }
mechanism! { pub(crate) Looped = "../data/mod/looped.mod" }
mechanism! { pub(crate) Diffuse = "../data/mod/diffuse.mod" }
mechanism! { pub(crate) Spread = "../data/mod/spread.mod" }

/// The shipped mechanisms and these.
pub(crate) fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::shipped();
    let own = [
        NativeTable::of::<Given>(),
        NativeTable::of::<Noisy>(),
        NativeTable::of::<Moments>(),
        NativeTable::of::<Pointing>(),
        NativeTable::of::<Reader>(),
        NativeTable::of::<Counted>(),
        NativeTable::of::<Looped>(),
        NativeTable::of::<Diffuse>(),
        NativeTable::of::<Spread>(),
    ];
    for native in own {
        catalogue
            .add_native(native)
            .expect("they have names of their own");
    }
    catalogue
}
