//! The block VM: executes a kernel's three-address code over several blocks of lanes at a time.
//!
//! It runs what rustc never saw (files loaded at run time), everything in debug builds, and the kernels that also keep
//! transient variables for recording. Each instruction is the same [`Lane`] operation that the printed Rust does, in the
//! same order for every instance, so the bits are those of native code.

use crate::mech::args::{Cursor, KernelArgs, Lists, accumulate};
use crate::simd::{Isa, LANES, Portable8, Wide};
use netdsl_lang::math;
use netdsl_lang::mech::abi::{Access, MAX_CURRENTS, Sink};
use netdsl_lang::mech::{
    BinOp, Block, BoolOp, CmpOp, Instr, IonQuantity, Program, Reg, Role, UnOp, VarId,
};
use std::cell::RefCell;

/// Blocks of lanes that one pass over the code handles: amortises the dispatch, and stays in the first-level cache.
const CHUNK: usize = 4;

// not closures: these would lose the caller's target features
macro_rules! map {
    ($file:ident, $dst:ident, $a:ident, |$x:ident| $value:expr) => {
        for k in 0..$file.n {
            let $x: L = $file.read($a, k);
            $file.write($dst, k, $value);
        }
    };
    ($file:ident, $dst:ident, $a:ident, $b:ident, |$x:ident, $y:ident| $value:expr) => {
        for k in 0..$file.n {
            let ($x, $y): (L, L) = ($file.read($a, k), $file.read($b, k));
            $file.write($dst, k, $value);
        }
    };
}

thread_local! {
    static REGISTERS: RefCell<Vec<Portable8>> = const { RefCell::new(Vec::new()) };
}

/// Runs `block` for all instances; with `currents`, adds what these registers hold to matrix and pools.
pub(crate) fn run_kernel(
    isa: Isa,
    program: &Program,
    block: &Block,
    currents: &[(Reg, Reg)],
    args: &KernelArgs,
) {
    REGISTERS.with_borrow_mut(|registers| {
        let needed = block.registers as usize * CHUNK;
        if registers.len() < needed {
            registers.resize(needed, Portable8([0.0; LANES]));
        }
        let vm = Vm {
            program,
            block,
            currents,
            args,
        };
        // SAFETY: `isa` comes from `Isa::detect`, perhaps lowered
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => unsafe { vm.run_avx512(registers) },
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => unsafe { vm.run_avx2(registers) },
            _ => vm.run::<Portable8>(registers),
        }
    });
}

struct Vm<'a> {
    program: &'a Program,
    block: &'a Block,
    currents: &'a [(Reg, Reg)],
    args: &'a KernelArgs,
}

impl Vm<'_> {
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn run_avx2(&self, registers: &mut [Portable8]) {
        self.run::<crate::simd::Avx2>(registers)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
    unsafe fn run_avx512(&self, registers: &mut [Portable8]) {
        self.run::<crate::simd::Avx512>(registers)
    }

    #[inline(always)]
    fn run<L: Wide>(&self, registers: &mut [Portable8]) {
        let total = self.args.rows * self.args.blocks;
        let chunk = if self.touches_shared_pools() {
            1
        } else {
            CHUNK
        };
        let lists = Lists::of(self.args);
        let mut first = 0;
        while first < total {
            let n = chunk.min(total - first);
            let mut cursors = [Cursor::new(&lists, 0, 0); CHUNK];
            for (k, cursor) in cursors[..n].iter_mut().enumerate() {
                let (row, block) = (
                    (first + k) / self.args.blocks,
                    (first + k) % self.args.blocks,
                );
                *cursor = Cursor::new(&lists, row, block);
            }
            let mut file = Registers {
                memory: registers.as_mut_ptr(),
                n,
            };
            for instr in &self.block.code {
                self.step::<L>(instr, &mut cursors[..n], &mut file);
            }
            self.add_currents::<L>(&cursors[..n], &file);
            first += n;
        }
    }

    /// Instances at one compartment may see each other through an ion's pool: then in the order of native code.
    fn touches_shared_pools(&self) -> bool {
        let shared = |var: &VarId| match self.program.variables[*var as usize].role {
            Role::Ion { what, .. } => {
                matches!(what, IonQuantity::Current | IonQuantity::Conductance)
            }
            _ => false,
        };
        self.block.code.iter().any(|instr| match instr {
            Instr::Store { var, .. } => {
                matches!(self.program.variables[*var as usize].role, Role::Ion { .. })
            }
            Instr::Load { var, .. } => shared(var),
            _ => false,
        })
    }

    #[inline(always)]
    fn add_currents<L: Wide>(&self, cursors: &[Cursor<'_>], file: &Registers) {
        if self.currents.is_empty() {
            return;
        }
        for (k, cursor) in cursors.iter().enumerate() {
            let mut values = [(L::splat(0.0), L::splat(0.0)); MAX_CURRENTS];
            for (value, &(i, g)) in values.iter_mut().zip(self.currents) {
                *value = (file.read::<L>(i, k), file.read::<L>(g, k));
            }
            let sinks = self.program.currents.iter().map(Sink::of);
            accumulate(cursor, sinks, &values[..self.currents.len()]);
        }
    }

    #[inline(always)]
    fn step<L: Wide>(&self, instr: &Instr, cursors: &mut [Cursor<'_>], file: &mut Registers) {
        match *instr {
            Instr::Const { dst, value } => {
                for k in 0..file.n {
                    file.write(dst, k, L::splat(value));
                }
            }
            Instr::Load {
                dst, var, element, ..
            } => {
                for (k, cursor) in cursors.iter().enumerate() {
                    file.write(dst, k, self.load::<L>(cursor, var, element));
                }
            }
            Instr::Store {
                var, element, src, ..
            } => {
                for (k, cursor) in cursors.iter_mut().enumerate() {
                    self.store::<L>(cursor, var, element, file.read(src, k));
                }
            }
            Instr::Un { dst, op, a } => unary::<L>(file, dst, op, a),
            Instr::Bin { dst, op, a, b } => binary::<L>(file, dst, op, a, b),
            Instr::Fma { dst, a, b, c } => {
                for k in 0..file.n {
                    let value = file.read::<L>(a, k).fma(file.read(b, k), file.read(c, k));
                    file.write(dst, k, value);
                }
            }
            Instr::Cmp { dst, op, a, b } => compare::<L>(file, dst, op, a, b),
            Instr::Bool { dst, op, a, b } => {
                for k in 0..file.n {
                    let (x, y) = (file.read::<L>(a, k), file.read::<L>(b, k));
                    file.write(
                        dst,
                        k,
                        if op == BoolOp::And {
                            x.mul(y)
                        } else {
                            x.max(y)
                        },
                    );
                }
            }
            Instr::Not { dst, a } => map!(file, dst, a, |x| L::splat(1.0).sub(x)),
            Instr::Select { dst, cond, yes, no } => {
                for k in 0..file.n {
                    let mask = L::splat(0.0).lt(file.read::<L>(cond, k));
                    file.write(dst, k, L::select(mask, file.read(yes, k), file.read(no, k)));
                }
            }
            Instr::Copy { dst, a } => map!(file, dst, a, |x| x),
            Instr::TableAt { dst, table, x } => {
                for (k, cursor) in cursors.iter().enumerate() {
                    file.write(
                        dst,
                        k,
                        Access::<L>::table_at(cursor, table as usize, file.read(x, k)),
                    );
                }
            }
            Instr::TableGet {
                dst,
                table,
                column,
                at,
            } => {
                for (k, cursor) in cursors.iter().enumerate() {
                    let value = Access::<L>::table_get(
                        cursor,
                        table as usize,
                        column as usize,
                        file.read(at, k),
                    );
                    file.write(dst, k, value);
                }
            }
            Instr::LookUp { dst, table, at } => {
                for (k, cursor) in cursors.iter().enumerate() {
                    let at = at.map(|a| file.read::<L>(a, k));
                    file.write(dst, k, Access::<L>::look_up(cursor, table as usize, at));
                }
            }
            Instr::If { .. }
            | Instr::While { .. }
            | Instr::NetSend { .. }
            | Instr::NetEvent { .. }
            | Instr::NetMove { .. }
            | Instr::Watch { .. }
            | Instr::Random { .. }
            | Instr::SetSequence { .. }
            | Instr::SetIds { .. }
            | Instr::Hook { .. }
            | Instr::ForConnections { .. } => {
                unreachable!("a verified kernel is straight-line and without effects")
            }
        }
    }

    #[inline(always)]
    fn load<L: Wide>(&self, cursor: &Cursor<'_>, var: VarId, element: u32) -> L {
        let variable = &self.program.variables[var as usize];
        match variable.role {
            Role::Global(index) => cursor.global(index as usize + element as usize),
            Role::Voltage => cursor.voltage(),
            Role::Time => cursor.time(),
            Role::Dt => cursor.dt(),
            Role::Celsius => cursor.celsius(),
            Role::Diam => cursor.diam(),
            Role::Area => cursor.area(),
            Role::Ion { ion, what } => cursor.ion(ion as usize, what),
            _ => cursor
                .get((variable.slot.expect("a stored variable has a slot") + element) as usize),
        }
    }

    #[inline(always)]
    fn store<L: Wide>(&self, cursor: &mut Cursor<'_>, var: VarId, element: u32, value: L) {
        let variable = &self.program.variables[var as usize];
        match variable.role {
            Role::Ion { ion, what } => cursor.set_ion(ion as usize, what, value),
            _ => cursor.set(
                (variable.slot.expect("a stored variable has a slot") + element) as usize,
                value,
            ),
        }
    }
}

/// The register file of a chunk: truth values are 1 and 0.
struct Registers {
    memory: *mut Portable8,
    n: usize,
}

impl Registers {
    #[inline(always)]
    fn read<L: Wide>(&self, register: Reg, k: usize) -> L {
        // SAFETY: the program was verified: registers are below `Block::registers`, which the memory was sized for
        unsafe { L::load(self.memory.add(register as usize * CHUNK + k) as *const f64) }
    }

    #[inline(always)]
    fn write<L: Wide>(&mut self, register: Reg, k: usize, value: L) {
        // SAFETY: as `read`
        unsafe { value.store(self.memory.add(register as usize * CHUNK + k) as *mut f64) }
    }
}

#[inline(always)]
fn unary<L: Wide>(file: &mut Registers, dst: Reg, op: UnOp, a: Reg) {
    match op {
        UnOp::Neg => map!(file, dst, a, |x| x.neg()),
        UnOp::Abs => map!(file, dst, a, |x| x.abs()),
        UnOp::Sqrt => map!(file, dst, a, |x| x.sqrt()),
        UnOp::Floor => map!(file, dst, a, |x| x.floor()),
        UnOp::Ceil => map!(file, dst, a, |x| math::ceil(x)),
        UnOp::Round => map!(file, dst, a, |x| math::round(x)),
        UnOp::Exp => map!(file, dst, a, |x| math::exp(x)),
        UnOp::Expm1 => map!(file, dst, a, |x| math::expm1(x)),
        UnOp::Log => map!(file, dst, a, |x| math::log(x)),
        UnOp::Log10 => map!(file, dst, a, |x| math::log10(x)),
        UnOp::Sin => map!(file, dst, a, |x| math::sin(x)),
        UnOp::Cos => map!(file, dst, a, |x| math::cos(x)),
        UnOp::Tan => map!(file, dst, a, |x| math::tan(x)),
        UnOp::Asin => map!(file, dst, a, |x| math::asin(x)),
        UnOp::Acos => map!(file, dst, a, |x| math::acos(x)),
        UnOp::Atan => map!(file, dst, a, |x| math::atan(x)),
        UnOp::Sinh => map!(file, dst, a, |x| math::sinh(x)),
        UnOp::Cosh => map!(file, dst, a, |x| math::cosh(x)),
        UnOp::Tanh => map!(file, dst, a, |x| math::tanh(x)),
    }
}

#[inline(always)]
fn binary<L: Wide>(file: &mut Registers, dst: Reg, op: BinOp, a: Reg, b: Reg) {
    match op {
        BinOp::Add => map!(file, dst, a, b, |x, y| x.add(y)),
        BinOp::Sub => map!(file, dst, a, b, |x, y| x.sub(y)),
        BinOp::Mul => map!(file, dst, a, b, |x, y| x.mul(y)),
        BinOp::Div => map!(file, dst, a, b, |x, y| x.div(y)),
        BinOp::Pow => map!(file, dst, a, b, |x, y| math::pow(x, y)),
        BinOp::Min => map!(file, dst, a, b, |x, y| x.min(y)),
        BinOp::Max => map!(file, dst, a, b, |x, y| x.max(y)),
        BinOp::Mod => map!(file, dst, a, b, |x, y| math::fmod(x, y)),
        BinOp::Atan2 => map!(file, dst, a, b, |x, y| math::atan2(x, y)),
    }
}

#[inline(always)]
fn compare<L: Wide>(file: &mut Registers, dst: Reg, op: CmpOp, a: Reg, b: Reg) {
    for k in 0..file.n {
        let (x, y) = (file.read::<L>(a, k), file.read::<L>(b, k));
        let mask = match op {
            CmpOp::Lt => x.lt(y),
            CmpOp::Le => x.le(y),
            CmpOp::Eq => x.eq(y),
        };
        file.write(dst, k, L::select(mask, L::splat(1.0), L::splat(0.0)));
    }
}
