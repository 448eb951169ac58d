//! Every mechanism file of the tests gives the same bits natively and in the VM.

use netdsl::{mechanism, native_code};

use crate::alone::equal_bits;

/// Declares the mechanisms and a function with the native code of all.
macro_rules! files {
    ($($ty:ident = $path:literal)*) => {
        $(mechanism! { pub(crate) $ty = $path })*

        /// The path and native code of each.
        fn all() -> Vec<(&'static str, Option<netdsl_runtime::NativeTable>)> {
            vec![$(($path, native_code::<$ty>())),*]
        }
    };
}
files! {
    Carrier = "../data/mod/carrier.mod"
    Counted = "../data/mod/counted.mod"
    Diffuse = "../data/mod/diffuse.mod"
    Explicit = "../data/mod/explicit.mod"
    Fallback = "../data/mod/fallback.mod"
    Given = "../data/mod/given.mod"
    Hhn = "../data/mod/hhn.mod"
    Kmx = "../data/mod/kmx.mod"
    Linear = "../data/mod/linear.mod"
    Looped = "../data/mod/looped.mod"
    Moments = "../data/mod/moments.mod"
    Noisy = "../data/mod/noisy.mod"
    Nonlinear = "../data/mod/nonlinear.mod"
    Pointing = "../data/mod/pointing.mod"
    Pool = "../data/mod/pool.mod"
    Reader = "../data/mod/reader.mod"
    Refc = "../data/mod/refc.mod"
    Refca = "../data/mod/refca.mod"
    Refcad = "../data/mod/refcad.mod"
    Refcsyn = "../data/mod/refcsyn.mod"
    Refgap = "../data/mod/refgap.mod"
    Refih = "../data/mod/refih.mod"
    Refizhi = "../data/mod/refizhi.mod"
    Refkm = "../data/mod/refkm.mod"
    Refkv = "../data/mod/refkv.mod"
    Refna = "../data/mod/refna.mod"
    Refsk = "../data/mod/refsk.mod"
    Refstdp = "../data/mod/refstdp.mod"
    Scheme = "../data/mod/scheme.mod"
    Spread = "../data/mod/spread.mod"
    Unknowns = "../data/mod/unknowns.mod"
    Around = "../data/mod/constructs/around.mod"
    Buffers = "../data/mod/constructs/buffers.mod"
    Digits = "../data/mod/constructs/digits.mod"
    Discrete = "../data/mod/constructs/discrete.mod"
    Flow = "../data/mod/constructs/flow.mod"
    Gates = "../data/mod/constructs/gates.mod"
    Implicit = "../data/mod/constructs/implicit.mod"
    Kinetics = "../data/mod/constructs/kinetics.mod"
    Maths = "../data/mod/constructs/maths.mod"
    Methods = "../data/mod/constructs/methods.mod"
    Permeable = "../data/mod/constructs/permeable.mod"
    Pools = "../data/mod/constructs/pools.mod"
    Reversal = "../data/mod/constructs/reversal.mod"
    Solved = "../data/mod/constructs/solved.mod"
    Tabglobal = "../data/mod/constructs/tabglobal.mod"
    Tabrange = "../data/mod/constructs/tabrange.mod"
    Tabsafe = "../data/mod/constructs/tabsafe.mod"
    Twice = "../data/mod/constructs/twice.mod"
}

#[test]
fn native_code_and_vm_agree_to_the_bit() {
    let mut wrong = Vec::new();
    for (path, native) in all() {
        // a machine without AVX2 has the VM alone
        let Some(native) = native else { continue };
        if let Err(message) = equal_bits(native) {
            wrong.push(format!("{path}: {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_forgotten() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mod");
    let listed: Vec<String> = all()
        .iter()
        .map(|(path, _)| path.replace("../data/mod", root))
        .collect();
    let mut forgotten = Vec::new();
    for folder in ["", "/constructs"] {
        for entry in std::fs::read_dir(format!("{root}{folder}")).expect("it is in the repository")
        {
            let path = entry.expect("it can be read").path().display().to_string();
            if path.ends_with(".mod") && !listed.contains(&path) {
                forgotten.push(path);
            }
        }
    }
    assert!(forgotten.is_empty(), "not in `files!`: {forgotten:?}");
}
