//! Runs a block for one instance: the runtime's executor of scripts, and the reference for all others.

use crate::lane::Lane;
use crate::math;
use crate::mech::abi::{Access, Host};
use crate::mech::{BinOp, Block, BoolOp, CmpOp, Instr, Program, RandomOp, Reg, Role, UnOp, VarId};

/// What a block may do besides computing: everything for a script, nothing for a kernel.
///
/// Implemented by [`Script`] and [`Kernel`]; the interpreter is written once over it.
pub trait Effects {
    /// The storage below.
    type Storage: Access<f64>;
    /// The storage.
    fn storage(&mut self) -> &mut Self::Storage;
    /// The storage, to read.
    fn storage_ref(&self) -> &Self::Storage;
    /// Element of the delivered connection's weight vector.
    fn weight(&self, index: usize) -> f64;
    /// Changes it.
    fn set_weight(&mut self, index: usize, value: f64);
    /// Flag of the delivered event.
    fn flag(&self) -> f64;
    /// Number of connections to the instance.
    fn connections(&self) -> usize;
    /// Goes to one of them.
    fn visit(&mut self, connection: usize);
    /// Element of its weight vector.
    fn peer_weight(&self, index: usize) -> f64;
    /// Changes it.
    fn set_peer_weight(&mut self, index: usize, value: f64);
    /// Changes the membrane potential.
    fn set_voltage(&mut self, value: f64);
    /// Runs an instruction with an effect.
    fn effect(&mut self, program: &Program, registers: &mut [f64], instr: &Instr);
}

/// A script's view of its host.
pub struct Script<'a, H: Host>(pub &'a mut H);

/// A kernel's view of its storage: no events, no weights.
pub struct Kernel<'a, A: Access<f64>>(pub &'a mut A);

impl<H: Host> Effects for Script<'_, H> {
    type Storage = H;
    fn storage(&mut self) -> &mut H {
        self.0
    }
    fn storage_ref(&self) -> &H {
        self.0
    }
    fn weight(&self, index: usize) -> f64 {
        self.0.weight(index)
    }
    fn set_weight(&mut self, index: usize, value: f64) {
        self.0.set_weight(index, value);
    }
    fn flag(&self) -> f64 {
        self.0.flag()
    }
    fn connections(&self) -> usize {
        self.0.connections()
    }
    fn visit(&mut self, connection: usize) {
        self.0.visit(connection);
    }
    fn peer_weight(&self, index: usize) -> f64 {
        self.0.peer_weight(index)
    }
    fn set_peer_weight(&mut self, index: usize, value: f64) {
        self.0.set_peer_weight(index, value);
    }
    fn set_voltage(&mut self, value: f64) {
        self.0.set_voltage(value);
    }
    fn effect(&mut self, program: &Program, r: &mut [f64], instr: &Instr) {
        let host = &mut *self.0;
        match *instr {
            Instr::NetSend { delay, flag } => host.net_send(r[delay as usize], r[flag as usize]),
            Instr::NetEvent { time } => host.net_event(r[time as usize]),
            Instr::NetMove { time } => host.net_move(r[time as usize]),
            Instr::Watch { watch, replace } => host.watch(watch as usize, replace),
            Instr::Random { dst, stream, op } => {
                r[dst as usize] = random(host, stream, op);
            }
            Instr::SetSequence { stream, sequence } => {
                host.set_sequence(stream as usize, r[sequence as usize]);
            }
            Instr::SetIds { stream, ids } => {
                host.set_ids(stream as usize, ids.map(|id| r[id as usize]));
            }
            Instr::Hook { hook, ref values } => call(program, hook, values, r, host),
            _ => unreachable!("only instructions with effects are passed on"),
        }
    }
}

fn call<H: Host>(program: &Program, hook: u32, values: &[Reg], r: &mut [f64], host: &mut H) {
    let stream = program.hooks[hook as usize].stream as usize;
    let mut numbers: Vec<f64> = values.iter().map(|v| r[*v as usize]).collect();
    host.hook(hook as usize, stream, &mut numbers);
    for (register, number) in values.iter().zip(numbers) {
        r[*register as usize] = number;
    }
}

fn random<H: Host>(host: &mut H, stream: u32, op: RandomOp) -> f64 {
    host.random(stream as usize, op)
}

impl<A: Access<f64>> Effects for Kernel<'_, A> {
    type Storage = A;
    fn storage(&mut self) -> &mut A {
        self.0
    }
    fn storage_ref(&self) -> &A {
        self.0
    }
    fn weight(&self, _: usize) -> f64 {
        unreachable!("the verifier refuses weights in kernels")
    }
    fn set_weight(&mut self, _: usize, _: f64) {
        unreachable!("the verifier refuses weights in kernels")
    }
    fn flag(&self) -> f64 {
        unreachable!("the verifier refuses the flag in kernels")
    }
    fn connections(&self) -> usize {
        unreachable!("the verifier refuses FOR_NETCONS in kernels")
    }
    fn visit(&mut self, _: usize) {
        unreachable!("the verifier refuses FOR_NETCONS in kernels")
    }
    fn peer_weight(&self, _: usize) -> f64 {
        unreachable!("the verifier refuses weights in kernels")
    }
    fn set_peer_weight(&mut self, _: usize, _: f64) {
        unreachable!("the verifier refuses weights in kernels")
    }
    fn set_voltage(&mut self, _: f64) {
        unreachable!("the verifier refuses to store the voltage in kernels")
    }
    fn effect(&mut self, _: &Program, _: &mut [f64], _: &Instr) {
        unreachable!("the verifier refuses effects in kernels")
    }
}

/// Registers of the blocks that are run, reused from one run to the next.
///
/// Programs that were not checked by [`crate::mech::verify`] may panic here.
#[derive(Clone, Debug, Default)]
pub struct Interpreter {
    registers: Vec<f64>,
}

impl Interpreter {
    /// An interpreter without registers; they grow with the blocks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a script for one instance.
    pub fn run_script<H: Host>(&mut self, program: &Program, block: &Block, host: &mut H) {
        self.reserve(block);
        sequence(program, &block.code, &mut self.registers, &mut Script(host));
    }

    /// Runs a kernel for one instance.
    pub fn run_kernel<A: Access<f64>>(&mut self, program: &Program, block: &Block, access: &mut A) {
        self.reserve(block);
        sequence(
            program,
            &block.code,
            &mut self.registers,
            &mut Kernel(access),
        );
    }

    /// Value of a register after a run; a truth value is 1 or 0.
    pub fn register(&self, register: Reg) -> f64 {
        self.registers[register as usize]
    }

    /// Sets a register before a run: the grid point of [`crate::mech::Table::fill`] in register 0.
    pub fn set_register(&mut self, register: Reg, value: f64) {
        let index = register as usize;
        if self.registers.len() <= index {
            self.registers.resize(index + 1, 0.0);
        }
        self.registers[index] = value;
    }

    fn reserve(&mut self, block: &Block) {
        if self.registers.len() < block.registers as usize {
            self.registers.resize(block.registers as usize, 0.0);
        }
    }
}

fn sequence<E: Effects>(program: &Program, code: &[Instr], r: &mut [f64], host: &mut E) {
    for instr in code {
        step(program, instr, r, host);
    }
}

fn step<E: Effects>(program: &Program, instr: &Instr, r: &mut [f64], host: &mut E) {
    match *instr {
        Instr::Const { dst, value } => r[dst as usize] = value,
        Instr::Load {
            dst,
            var,
            element,
            index,
        } => r[dst as usize] = load(program, host, var, offset(element, index, r)),
        Instr::Store {
            var,
            element,
            index,
            src,
        } => store(
            program,
            host,
            var,
            offset(element, index, r),
            r[src as usize],
        ),
        Instr::Un { dst, op, a } => r[dst as usize] = unary(op, r[a as usize]),
        Instr::Bin { dst, op, a, b } => r[dst as usize] = binary(op, r[a as usize], r[b as usize]),
        Instr::Fma { dst, a, b, c } => {
            r[dst as usize] = r[a as usize].fma(r[b as usize], r[c as usize])
        }
        Instr::Cmp { dst, op, a, b } => {
            r[dst as usize] = truth(compare(op, r[a as usize], r[b as usize]))
        }
        Instr::Bool { dst, op, a, b } => {
            let (a, b) = (r[a as usize] != 0.0, r[b as usize] != 0.0);
            r[dst as usize] = truth(match op {
                BoolOp::And => a & b,
                BoolOp::Or => a | b,
            });
        }
        Instr::Not { dst, a } => r[dst as usize] = truth(r[a as usize] == 0.0),
        Instr::Select { dst, cond, yes, no } => {
            r[dst as usize] = r[if r[cond as usize] != 0.0 { yes } else { no } as usize];
        }
        Instr::Copy { dst, a } => r[dst as usize] = r[a as usize],
        Instr::TableAt { dst, table, x } => {
            r[dst as usize] = host.storage_ref().table_at(table as usize, r[x as usize]);
        }
        Instr::TableGet {
            dst,
            table,
            column,
            at,
        } => {
            r[dst as usize] =
                host.storage_ref()
                    .table_get(table as usize, column as usize, r[at as usize]);
        }
        Instr::LookUp { dst, table, at } => {
            let at = at.map(|a| r[a as usize]);
            r[dst as usize] = host.storage_ref().look_up(table as usize, at);
        }
        Instr::If {
            cond,
            ref yes,
            ref no,
        } => {
            let branch = if r[cond as usize] != 0.0 { yes } else { no };
            sequence(program, branch, r, host);
        }
        Instr::While {
            ref head,
            cond,
            ref body,
        } => loop {
            sequence(program, head, r, host);
            if r[cond as usize] == 0.0 {
                break;
            }
            sequence(program, body, r, host);
        },
        Instr::NetSend { .. }
        | Instr::NetEvent { .. }
        | Instr::NetMove { .. }
        | Instr::Watch { .. }
        | Instr::Random { .. }
        | Instr::SetSequence { .. }
        | Instr::SetIds { .. }
        | Instr::Hook { .. } => host.effect(program, r, instr),
        Instr::ForConnections { ref body } => {
            for connection in 0..host.connections() {
                host.visit(connection);
                sequence(program, body, r, host);
            }
        }
    }
}

fn truth(value: bool) -> f64 {
    if value { 1.0 } else { 0.0 }
}

/// Element that an access means; one that is no valid index becomes `None`.
fn offset(element: u32, index: Option<Reg>, r: &[f64]) -> Option<u32> {
    let Some(index) = index else {
        return Some(element);
    };
    let at = r[index as usize] + f64::from(element);
    (0.0..f64::from(u32::MAX))
        .contains(&at)
        .then_some(at as u32)
}

fn load<E: Effects>(program: &Program, host: &E, var: VarId, element: Option<u32>) -> f64 {
    let variable = &program.variables[var as usize];
    // outside of the array: a wrong program of the user's, which must not read a neighbour
    let Some(element) = element.filter(|e| *e < variable.length) else {
        return f64::NAN;
    };
    let storage = host.storage_ref();
    match variable.role {
        Role::Global(index) => storage.global((index + element) as usize),
        Role::Voltage => storage.voltage(),
        Role::Time => storage.time(),
        Role::Dt => storage.dt(),
        Role::Celsius => storage.celsius(),
        Role::Diam => storage.diam(),
        Role::Area => storage.area(),
        Role::Ion { ion, what } => storage.ion(ion as usize, what),
        Role::Weight(index) => host.weight(index as usize),
        Role::Flag => host.flag(),
        Role::PeerWeight(index) => host.peer_weight(index as usize),
        Role::Parameter
        | Role::State
        | Role::Assigned
        | Role::Transient
        | Role::Derived
        | Role::Pointer => {
            let slot = variable.slot.expect("verified: these roles have a slot");
            storage.get((slot + element) as usize)
        }
    }
}

fn store<E: Effects>(
    program: &Program,
    host: &mut E,
    var: VarId,
    element: Option<u32>,
    value: f64,
) {
    let variable = &program.variables[var as usize];
    let Some(element) = element.filter(|e| *e < variable.length) else {
        return;
    };
    match variable.role {
        Role::Voltage => host.set_voltage(value),
        Role::Ion { ion, what } => host.storage().set_ion(ion as usize, what, value),
        Role::Weight(index) => host.set_weight(index as usize, value),
        Role::PeerWeight(index) => host.set_peer_weight(index as usize, value),
        _ => {
            let slot = variable.slot.expect("verified: what is stored has a slot");
            host.storage().set((slot + element) as usize, value);
        }
    }
}

/// The value of a function of one number.
pub fn unary(op: UnOp, a: f64) -> f64 {
    match op {
        UnOp::Neg => a.neg(),
        UnOp::Abs => Lane::abs(a),
        UnOp::Sqrt => Lane::sqrt(a),
        UnOp::Floor => Lane::floor(a),
        UnOp::Ceil => math::ceil(a),
        UnOp::Round => math::round(a),
        UnOp::Exp => math::exp(a),
        UnOp::Expm1 => math::expm1(a),
        UnOp::Log => math::log(a),
        UnOp::Log10 => math::log10(a),
        UnOp::Sin => math::sin(a),
        UnOp::Cos => math::cos(a),
        UnOp::Tan => math::tan(a),
        UnOp::Asin => math::asin(a),
        UnOp::Acos => math::acos(a),
        UnOp::Atan => math::atan(a),
        UnOp::Sinh => math::sinh(a),
        UnOp::Cosh => math::cosh(a),
        UnOp::Tanh => math::tanh(a),
    }
}

/// The value of an operation on two numbers.
pub fn binary(op: BinOp, a: f64, b: f64) -> f64 {
    match op {
        BinOp::Add => a + b,
        BinOp::Sub => a - b,
        BinOp::Mul => a * b,
        BinOp::Div => a / b,
        BinOp::Pow => math::pow(a, b),
        BinOp::Min => Lane::min(a, b),
        BinOp::Max => Lane::max(a, b),
        BinOp::Mod => math::fmod(a, b),
        BinOp::Atan2 => math::atan2(a, b),
    }
}

/// The value of a comparison.
pub fn compare(op: CmpOp, a: f64, b: f64) -> bool {
    match op {
        CmpOp::Lt => a < b,
        CmpOp::Le => a <= b,
        CmpOp::Eq => a == b,
    }
}
