//! The mechanisms of `tests/data/mod`, compiled with this test.

use netdsl::{mechanism, native_code};
use netdsl_runtime::Catalogue;

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
        native_code::<Given>(),
        native_code::<Noisy>(),
        native_code::<Moments>(),
        native_code::<Pointing>(),
        native_code::<Reader>(),
        native_code::<Counted>(),
        native_code::<Looped>(),
        native_code::<Diffuse>(),
        native_code::<Spread>(),
    ];
    let own = own.into_iter().flatten().chain(crate::events::natives());
    for native in own {
        catalogue
            .add_native(native)
            .expect("they have names of their own");
    }
    catalogue
}
