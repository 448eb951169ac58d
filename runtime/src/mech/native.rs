//! Kernels compiled by rustc, one function for each instruction set.
//!
//! The only place that turns a [`Kernel`] into code for an instruction set; callers pick a column of [`NativeTable`]
//! after [`Isa::detect`].

use crate::mech::args::{IonColumns, KernelArgs, Lists, Strided};
use crate::mech::drive;
use crate::mech::script::ScriptHost;
use crate::simd::Isa;
use netdsl_lang::mech::abi::Kernel;

/// A kernel for one instruction set.
///
/// # Safety
/// The machine has the instruction set, and the arguments keep the promises of [`KernelArgs`].
pub(crate) type KernelFn =
    unsafe fn(&KernelArgs, &[u32], &[u32], &[Strided], &[f64], &[IonColumns]);

/// Calls a kernel.
///
/// # Safety
/// As [`KernelFn`].
pub(crate) unsafe fn call(function: KernelFn, args: &KernelArgs) {
    let Lists {
        args,
        nodes,
        first_blocks,
        slots,
        globals,
        ions,
    } = Lists::of(args);
    // SAFETY: the caller's promise
    unsafe { function(args, nodes, first_blocks, slots, globals, ions) }
}

/// One function for each instruction set that kernels are compiled for.
///
/// On x86-64 that is AVX2 and AVX-512: what older machines have would double the code of every mechanism, and the VM
/// serves them with the same bits.
#[derive(Clone, Copy)]
struct PerIsa {
    #[cfg(target_arch = "x86_64")]
    avx2: KernelFn,
    #[cfg(target_arch = "x86_64")]
    avx512: KernelFn,
    #[cfg(not(target_arch = "x86_64"))]
    portable: KernelFn,
}

impl PerIsa {
    fn of(&self, isa: Isa) -> Option<KernelFn> {
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => Some(self.avx2),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => Some(self.avx512),
            #[cfg(not(target_arch = "x86_64"))]
            Isa::Portable => Some(self.portable),
            #[allow(unreachable_patterns)]
            _ => None,
        }
    }
}

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
    ($($trait:ident: $name:ident),*) => { $(
        /// A method of `K` instead of a function over it: rustc then puts the code of each mechanism into a unit of its
        /// own, compiles them side by side, and compiles again only what was edited.
        trait $trait: Kernel + Sized {
            #[cfg(not(target_arch = "x86_64"))]
            unsafe fn portable(
                args: &KernelArgs,
                nodes: &[u32],
                first_blocks: &[u32],
                slots: &[Strided],
                globals: &[f64],
                ions: &[IonColumns],
            ) {
                let lists = Lists { args, nodes, first_blocks, slots, globals, ions };
                drive::$name::<Self, crate::simd::Portable8>(&lists)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            unsafe fn avx2(
                args: &KernelArgs,
                nodes: &[u32],
                first_blocks: &[u32],
                slots: &[Strided],
                globals: &[f64],
                ions: &[IonColumns],
            ) {
                let lists = Lists { args, nodes, first_blocks, slots, globals, ions };
                drive::$name::<Self, crate::simd::Avx2>(&lists)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
            unsafe fn avx512(
                args: &KernelArgs,
                nodes: &[u32],
                first_blocks: &[u32],
                slots: &[Strided],
                globals: &[f64],
                ions: &[IonColumns],
            ) {
                let lists = Lists { args, nodes, first_blocks, slots, globals, ions };
                drive::$name::<Self, crate::simd::Avx512>(&lists)
            }

            const ALL: PerIsa = PerIsa {
                #[cfg(target_arch = "x86_64")]
                avx2: Self::avx2,
                #[cfg(target_arch = "x86_64")]
                avx512: Self::avx512,
                #[cfg(not(target_arch = "x86_64"))]
                portable: Self::portable,
            };
        }

        impl<K: Kernel> $trait for K {}
    )* };
}

for_each_isa!(State: state, Current: current, StateTabled: state_tabled, CurrentTabled: current_tabled);

impl NativeTable {
    /// The functions of `K`.
    pub const fn of<K: Kernel>() -> Self {
        Self {
            program: K::PROGRAM,
            hash: K::HASH,
            has_current: K::HAS_CURRENT,
            has_state: K::HAS_STATE,
            has_net_receive: K::HAS_NET_RECEIVE,
            state: <K as State>::ALL,
            current: <K as Current>::ALL,
            state_tabled: if K::HAS_TABLES {
                <K as StateTabled>::ALL
            } else {
                <K as State>::ALL
            },
            current_tabled: if K::HAS_TABLES {
                <K as CurrentTabled>::ALL
            } else {
                <K as Current>::ALL
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
        column.of(isa).filter(|_| self.has_state)
    }

    pub(crate) fn current(&self, isa: Isa, tabled: bool) -> Option<KernelFn> {
        let column = if tabled {
            &self.current_tabled
        } else {
            &self.current
        };
        column.of(isa).filter(|_| self.has_current)
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
