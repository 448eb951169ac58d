//! How an instance is run.

/// The integration scheme of a fixed step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Implicit Euler, gates staggered: NEURON's `secondorder = 0`.
    #[default]
    ImplicitEuler,
    /// Crank-Nicolson, gates staggered: NEURON's `secondorder = 1`.
    CrankNicolson,
    /// Crank-Nicolson with currents corrected at the end of the step: NEURON's `secondorder = 2`.
    CrankNicolsonCurrents,
}

/// Settings of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Step, ms.
    pub dt: f64,
    /// Initial voltage where a section has none of its own, mV.
    pub v_init: f64,
    /// Temperature, °C.
    pub celsius: f64,
    /// Integration scheme.
    pub scheme: Scheme,
    /// Value of every mechanism's `usetable` that [`crate::instance::Instance::globals`] does not set.
    pub use_tables: bool,
    /// Threads; 0 for one per core.
    pub threads: usize,
    /// Which code runs mechanisms.
    pub kernels: Kernels,
    /// Synapses at one compartment that one can compute (equal, with linear equations) share their states. Sums are then
    /// made in another order, which changes last bits.
    pub merge_synapses: bool,
    /// Cells side by side in a group; 0 for the measured best. Never changes results.
    pub lanes: usize,
}

/// Which code runs mechanisms; never changes results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kernels {
    /// Native where there is any and the build is optimised, with the widest instruction set of the machine.
    #[default]
    Best,
    /// Native where there is any, also in a build that is not optimised.
    Native,
    /// Native, AVX-512 not used.
    Avx2,
    /// Native, without SIMD instructions.
    Portable,
    /// The block VM for everything.
    Vm,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            dt: 0.025,
            v_init: -65.0,
            celsius: 6.3,
            scheme: Scheme::default(),
            use_tables: false,
            threads: 0,
            kernels: Kernels::default(),
            merge_synapses: true,
            lanes: 0,
        }
    }
}
