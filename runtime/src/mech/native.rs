//! Kernels compiled by rustc, one function for each instruction set.
//!
//! The only place that turns a [`Kernel`] into code for an instruction set; callers pick a column of [`NativeTable`]
//! after [`Isa::detect`].

use crate::mech::args::KernelArgs;
use crate::mech::drive;
use crate::mech::script::ScriptHost;
use crate::simd::{Isa, Portable8};
use netdsl_lang::mech::abi::Kernel;

/// A kernel for one instruction set.
///
/// # Safety
/// The machine has the instruction set, and the arguments keep the promises of [`KernelArgs`].
type KernelFn = unsafe fn(&KernelArgs);

/// One function an instruction set: portable, AVX2, AVX-512.
type PerIsa = [KernelFn; 3];

/// Everything native of a mechanism.
#[derive(Clone, Copy)]
pub struct NativeTable {
    /// The program that the code was printed from.
    pub(crate) program: &'static [u8],
    pub(crate) hash: u64,
    has_current: bool,
    has_state: bool,
    has_net_receive: bool,
    state: PerIsa,
    current: PerIsa,
    state_tabled: PerIsa,
    current_tabled: PerIsa,
    net_receive: fn(&mut ScriptHost<'_>),
}

macro_rules! for_each_isa {
    ($($name:ident),*) => { $(
        mod $name {
            use super::*;

            pub(super) unsafe fn portable<K: Kernel>(args: &KernelArgs) {
                drive::$name::<K, Portable8>(args)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            pub(super) unsafe fn avx2<K: Kernel>(args: &KernelArgs) {
                drive::$name::<K, crate::simd::Avx2>(args)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
            pub(super) unsafe fn avx512<K: Kernel>(args: &KernelArgs) {
                drive::$name::<K, crate::simd::Avx512>(args)
            }

            #[cfg(target_arch = "x86_64")]
            pub(super) const fn all<K: Kernel>() -> PerIsa {
                [portable::<K>, avx2::<K>, avx512::<K>]
            }

            #[cfg(not(target_arch = "x86_64"))]
            pub(super) const fn all<K: Kernel>() -> PerIsa {
                [portable::<K>; 3]
            }
        }
    )* };
}

for_each_isa!(state, current, state_tabled, current_tabled);

impl NativeTable {
    /// The functions of `K`.
    pub const fn of<K: Kernel>() -> Self {
        Self {
            program: K::PROGRAM,
            hash: K::HASH,
            has_current: K::HAS_CURRENT,
            has_state: K::HAS_STATE,
            has_net_receive: K::HAS_NET_RECEIVE,
            state: state::all::<K>(),
            current: current::all::<K>(),
            state_tabled: if K::HAS_TABLES {
                state_tabled::all::<K>()
            } else {
                state::all::<K>()
            },
            current_tabled: if K::HAS_TABLES {
                current_tabled::all::<K>()
            } else {
                current::all::<K>()
            },
            net_receive: receive::<K>,
        }
    }

    /// Hash of the program that the code was printed from.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn state(&self, isa: Isa, tabled: bool) -> Option<KernelFn> {
        let column = if tabled {
            &self.state_tabled
        } else {
            &self.state
        };
        self.has_state.then_some(column[isa as usize])
    }

    pub(crate) fn current(&self, isa: Isa, tabled: bool) -> Option<KernelFn> {
        let column = if tabled {
            &self.current_tabled
        } else {
            &self.current
        };
        self.has_current.then_some(column[isa as usize])
    }

    pub(crate) fn net_receive(&self) -> Option<fn(&mut ScriptHost<'_>)> {
        self.has_net_receive.then_some(self.net_receive)
    }
}

fn receive<K: Kernel>(host: &mut ScriptHost<'_>) {
    K::net_receive(host);
}

impl std::fmt::Debug for NativeTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NativeTable({:016x})", self.hash)
    }
}
