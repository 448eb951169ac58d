//! The cable equation of a group: assembly and tree elimination, all lanes at once.
//!
//! Unknowns are the voltages at the end of the (half) step. With conductances in µS, currents in nA and the symmetric,
//! area-scaled matrix, row n reads `diagonal[n] v[n] - axial[n] v[parent] - sum over children = rhs[n]` with
//! `diagonal = C/dt + sum of axial + g` and `rhs = C/dt v + g v - i` (Hines 1984).

use crate::mech::Strided;
use crate::simd::{Isa, Portable8, Wide};

/// The columns of a group's matrix, by compartment.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    pub(crate) nodes: usize,
    pub(crate) blocks: usize,
    /// Parent of each compartment but the first, which is the root.
    pub(crate) parents: Vec<u32>,
    /// By compartment: its diagonal, with those of the compartments beyond it, changes from step to step. That of others
    /// is eliminated once, by [`Matrix::settle`]; the operations are the same, so that the bits are too.
    pub(crate) varying: Vec<bool>,
    pub(crate) voltage: Strided,
    pub(crate) rhs: Strided,
    pub(crate) diagonal: Strided,
    /// Conductance to the parent, µS.
    pub(crate) axial: Strided,
    /// What of the diagonal never changes, µS.
    pub(crate) fixed_diagonal: Strided,
    /// Capacitance over the (half) step, µS.
    pub(crate) capacitance: Strided,
    /// What of the right-hand side never changes, nA.
    pub(crate) fixed_rhs: Strided,
    /// Crank-Nicolson: the system gives the middle of the step, from which the end is extrapolated.
    pub(crate) half_steps: bool,
}

// SAFETY: the columns belong to the group that owns this matrix, and are used with it exclusively borrowed
unsafe impl Send for Matrix {}
// SAFETY: shared references only read the description
unsafe impl Sync for Matrix {}

impl Matrix {
    /// Starts a step: everything that does not come from mechanisms computed at each step.
    pub(crate) fn assemble(&self, isa: Isa) {
        // SAFETY: `isa` comes from `Isa::detect`, perhaps lowered; columns are valid (see `Send`)
        unsafe {
            match isa {
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512 => self.assemble_avx512(),
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2 => self.assemble_avx2(),
                _ => self.assemble_with::<Portable8>(),
            }
        }
    }

    /// Solves for the voltages.
    pub(crate) fn solve(&self, isa: Isa) {
        // SAFETY: as `assemble`
        unsafe {
            match isa {
                #[cfg(target_arch = "x86_64")]
                Isa::Avx512 => self.solve_avx512(),
                #[cfg(target_arch = "x86_64")]
                Isa::Avx2 => self.solve_avx2(),
                _ => self.solve_with::<Portable8>(),
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
    unsafe fn assemble_avx512(&self) {
        unsafe { self.assemble_with::<crate::simd::Avx512>() }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn assemble_avx2(&self) {
        unsafe { self.assemble_with::<crate::simd::Avx2>() }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
    unsafe fn solve_avx512(&self) {
        unsafe { self.solve_with::<crate::simd::Avx512>() }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn solve_avx2(&self) {
        unsafe { self.solve_with::<crate::simd::Avx2>() }
    }

    /// Eliminates what never changes: all compartments but those in `computed`, whose currents are computed in each step,
    /// and those between them and the root.
    pub(crate) fn settle(&mut self, computed: &[bool]) {
        self.varying = computed.to_vec();
        for node in (1..self.nodes).rev() {
            if self.varying[node] {
                self.varying[self.parents[node] as usize] = true;
            }
        }
        for node in 0..self.nodes {
            for block in 0..self.blocks {
                // SAFETY: the columns are valid (see `Send`)
                unsafe {
                    Portable8::load(self.fixed_diagonal.at(node, block))
                        .store(self.diagonal.at(node, block));
                }
            }
        }
        for node in (0..self.nodes).rev().filter(|n| !self.varying[*n]) {
            for block in 0..self.blocks {
                // SAFETY: as above
                unsafe {
                    let inverse = self.invert::<Portable8>(node, block);
                    let parent = self.parents[node] as usize;
                    if node > 0 && !self.varying[parent] {
                        self.subtract_from_diagonal(node, parent, block, inverse);
                    }
                }
            }
        }
    }

    /// # Safety
    /// The columns are valid and exclusively used.
    #[inline(always)]
    unsafe fn assemble_with<L: Wide>(&self) {
        for node in 0..self.nodes {
            for block in 0..self.blocks {
                unsafe {
                    let v = L::load(self.voltage.at(node, block));
                    let capacitance = L::load(self.capacitance.at(node, block));
                    let fixed = L::load(self.fixed_rhs.at(node, block));
                    capacitance.fma(v, fixed).store(self.rhs.at(node, block));
                }
            }
            if self.varying[node] {
                for block in 0..self.blocks {
                    unsafe {
                        L::load(self.fixed_diagonal.at(node, block))
                            .store(self.diagonal.at(node, block));
                    }
                }
            }
        }
    }

    /// # Safety
    /// The columns are valid and exclusively used.
    #[inline(always)]
    unsafe fn solve_with<L: Wide>(&self) {
        for node in (1..self.nodes).rev() {
            let parent = self.parents[node] as usize;
            let (varies, parent_varies) = (self.varying[node], self.varying[parent]);
            for block in 0..self.blocks {
                // SAFETY: node and parent are below `nodes`
                unsafe {
                    let inverse = match varies {
                        true => self.invert::<L>(node, block),
                        false => L::load(self.diagonal.at(node, block)),
                    };
                    if parent_varies {
                        self.subtract_from_diagonal(node, parent, block, inverse);
                    }
                    let factor = L::load(self.axial.at(node, block)).mul(inverse);
                    let rhs = L::load(self.rhs.at(node, block));
                    let above = self.rhs.at(parent, block);
                    factor.fma(rhs, L::load(above)).store(above);
                }
            }
        }
        for block in 0..self.blocks {
            // SAFETY: the root is node 0
            unsafe {
                let inverse = match self.varying[0] {
                    true => self.invert::<L>(0, block),
                    false => L::load(self.diagonal.at(0, block)),
                };
                let v = L::load(self.rhs.at(0, block)).mul(inverse);
                self.advance::<L>(0, block, v);
            }
        }
        for node in 1..self.nodes {
            let parent = self.parents[node] as usize;
            for block in 0..self.blocks {
                // SAFETY: as above; `rhs` of the parent holds its solution by now
                unsafe {
                    let axial = L::load(self.axial.at(node, block));
                    let own = L::load(self.rhs.at(node, block));
                    let sum = axial.fma(L::load(self.rhs.at(parent, block)), own);
                    let v = sum.mul(L::load(self.diagonal.at(node, block)));
                    self.advance::<L>(node, block, v);
                }
            }
        }
    }

    /// Leaves the inverse of the diagonal in its place.
    #[inline(always)]
    unsafe fn invert<L: Wide>(&self, node: usize, block: usize) -> L {
        unsafe {
            let at = self.diagonal.at(node, block);
            let inverse = L::splat(1.0).div(L::load(at));
            inverse.store(at);
            inverse
        }
    }

    /// What eliminating a compartment takes from its parent's diagonal.
    #[inline(always)]
    unsafe fn subtract_from_diagonal<L: Wide>(
        &self,
        node: usize,
        parent: usize,
        block: usize,
        inverse: L,
    ) {
        unsafe {
            let axial = L::load(self.axial.at(node, block));
            let factor = axial.mul(inverse);
            let at = self.diagonal.at(parent, block);
            factor.neg().fma(axial, L::load(at)).store(at);
        }
    }

    /// Keeps the solution for the children (in `rhs`) and advances the voltage.
    #[inline(always)]
    unsafe fn advance<L: Wide>(&self, node: usize, block: usize, v: L) {
        unsafe {
            v.store(self.rhs.at(node, block));
            let at = self.voltage.at(node, block);
            let end = if self.half_steps {
                v.add(v).sub(L::load(at))
            } else {
                v
            };
            end.store(at);
        }
    }
}
