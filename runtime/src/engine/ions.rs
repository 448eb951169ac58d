//! Ions of a group: reversal potentials, concentrations and currents by compartment.

use crate::engine::column::Column;
use crate::mech::{IonColumns, Strided};
use crate::simd::{Isa, Portable8, Wide};
use netdsl_lang::math;
use netdsl_lang::mech::{IonQuantity, Program};

/// Faraday constant, C/mol (CODATA 2018).
const FARADAY: f64 = 96_485.332_123_310_01;
/// Molar gas constant, J/(mol K) (CODATA 2018).
const GAS_CONSTANT: f64 = 8.314_462_618_153_24;

/// NEURON's defaults of an ion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct IonDefaults {
    /// mV.
    pub(crate) reversal: f64,
    /// mM.
    pub(crate) inside: f64,
    /// mM.
    pub(crate) outside: f64,
    /// Elementary charges, where the ion is a known one.
    pub(crate) valence: Option<f64>,
}

/// Defaults by name, as NEURON 9 has them.
pub(crate) fn defaults(ion: &str) -> IonDefaults {
    let (reversal, inside, outside, valence) = match ion {
        "na" => (50.0, 10.0, 140.0, Some(1.0)),
        "k" => (-77.0, 54.4, 2.5, Some(1.0)),
        "ca" => (132.457_934_163_700_9, 5e-5, 2.0, Some(2.0)),
        _ => (0.0, 1.0, 1.0, None),
    };
    IonDefaults {
        reversal,
        inside,
        outside,
        valence,
    }
}

/// How an ion's quantities are set at a compartment; follows from the mechanisms there (NEURON's `ion_style`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    reads_reversal: bool,
    reads_concentration: bool,
    writes_concentration: bool,
    writes_reversal: bool,
}

impl Style {
    /// Adds what a mechanism does with the ion.
    pub(crate) fn add(&mut self, program: &Program, ion: usize) {
        let concentration =
            |q: &IonQuantity| matches!(q, IonQuantity::Inside | IonQuantity::Outside);
        let reversal = |q: &IonQuantity| *q == IonQuantity::Reversal;
        let ion = &program.ions[ion];
        self.reads_reversal |= ion.reads.iter().any(reversal);
        self.reads_concentration |= ion.reads.iter().any(concentration);
        self.writes_concentration |= ion.writes.iter().any(concentration);
        self.writes_reversal |= ion.writes.iter().any(reversal);
    }

    /// The reversal potential is Nernst's at initialisation.
    pub(crate) fn nernst_at_start(self) -> bool {
        !self.writes_reversal && (self.reads_concentration || self.writes_concentration)
    }

    /// The reversal potential is Nernst's at every step.
    pub(crate) fn nernst_at_each_step(self) -> bool {
        !self.writes_reversal && self.writes_concentration
    }

    /// Concentrations start from the defaults of the ion, not from what a section sets.
    pub(crate) fn starts_from_defaults(self) -> bool {
        self.writes_concentration
    }
}

/// An ion in a group.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) name: String,
    pub(crate) reversal: Column,
    pub(crate) inside: Column,
    pub(crate) outside: Column,
    /// Kept only if a mechanism reads it or it is recorded.
    pub(crate) current: Option<Column>,
    /// Kept only if the scheme corrects currents.
    pub(crate) conductance: Option<Column>,
    /// Compartments whose reversal potential follows the concentrations.
    pub(crate) nernst_nodes: Vec<u32>,
    /// `RT/zF`, mV.
    pub(crate) thermal: f64,
}

/// `RT/zF` in mV.
pub(crate) fn thermal_voltage(celsius: f64, valence: f64) -> f64 {
    1000.0 * GAS_CONSTANT * (celsius + 273.15) / FARADAY / valence
}

impl Pool {
    pub(crate) fn columns(&self) -> IonColumns {
        let optional =
            |column: &Option<Column>| column.as_ref().map_or(Strided::NOWHERE, Column::strided);
        IonColumns {
            reversal: self.reversal.strided(),
            current: optional(&self.current),
            inside: self.inside.strided(),
            outside: self.outside.strided(),
            conductance: optional(&self.conductance),
        }
    }

    /// Starts a current phase: no current yet, reversal potentials of the present concentrations.
    pub(crate) fn begin(&mut self, isa: Isa, blocks: usize) {
        for column in [&mut self.current, &mut self.conductance]
            .into_iter()
            .flatten()
        {
            column.fill(0.0);
        }
        self.update_reversal(isa, blocks);
    }

    /// Nernst's potential where it follows the concentrations.
    pub(crate) fn update_reversal(&mut self, isa: Isa, blocks: usize) {
        if self.nernst_nodes.is_empty() {
            return;
        }
        let job = Nernst {
            nodes: &self.nernst_nodes,
            blocks,
            reversal: self.reversal.strided(),
            inside: self.inside.strided(),
            outside: self.outside.strided(),
            thermal: self.thermal,
        };
        // SAFETY: `isa` comes from `Isa::detect`; the columns are this pool's, exclusively borrowed
        unsafe {
            match isa {
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512 => job.run_avx512(),
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2 => job.run_avx2(),
                _ => job.run::<Portable8>(),
            }
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let optional = |column: &Option<Column>| column.as_ref().map_or(0, Column::bytes);
        self.reversal.bytes()
            + self.inside.bytes()
            + self.outside.bytes()
            + optional(&self.current)
            + optional(&self.conductance)
    }
}

struct Nernst<'a> {
    nodes: &'a [u32],
    blocks: usize,
    reversal: Strided,
    inside: Strided,
    outside: Strided,
    thermal: f64,
}

impl Nernst<'_> {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
    unsafe fn run_avx512(&self) {
        unsafe { self.run::<crate::simd::Avx512>() }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn run_avx2(&self) {
        unsafe { self.run::<crate::simd::Avx2>() }
    }

    /// # Safety
    /// The columns are valid and exclusively used.
    #[inline(always)]
    unsafe fn run<L: Wide>(&self) {
        for &node in self.nodes {
            for block in 0..self.blocks {
                let node = node as usize;
                unsafe {
                    let inside = L::load(self.inside.at(node, block));
                    let outside = L::load(self.outside.at(node, block));
                    nernst(L::splat(self.thermal), inside, outside)
                        .store(self.reversal.at(node, block));
                }
            }
        }
    }
}

/// `thermal * ln(outside/inside)`, and what NEURON gives where there is no such logarithm.
#[inline(always)]
fn nernst<L: netdsl_lang::lane::Lane>(thermal: L, inside: L, outside: L) -> L {
    let zero = L::splat(0.0);
    let value = thermal.mul(math::log(outside.div(inside)));
    let value = L::select(outside.le(zero), L::splat(-1e6), value);
    L::select(inside.le(zero), L::splat(1e6), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reversal_potentials_as_in_neuron() {
        // NEURON 9.0.2, celsius 6.3: mechanisms that read cai get 127.58951061761749
        let value = nernst(thermal_voltage(6.3, 2.0), 5e-5, 2.0);
        assert!((value - 127.589_510_617_617_49).abs() < 1e-9, "{value}");
    }
}
