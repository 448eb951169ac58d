//! Straight-line code over lanes: one `let` for each register.

use super::number::literal;
use super::put;
use crate::mech::{BinOp, Block, BoolOp, CmpOp, Instr, Program, Role, UnOp};

/// The statements of a kernel; the access is called `access`.
pub(super) fn body(out: &mut String, program: &Program, prefix: &str, block: &Block) {
    if block.code.iter().all(|i| !touches(i)) {
        put(out, 2, "let _ = access;");
    }
    let changing = program.changing_slots();
    for (k, instr) in block.code.iter().enumerate() {
        if let Instr::TableGet {
            table, at, column, ..
        } = *instr
        {
            let read = Columns {
                table,
                eight: column / 8,
                at,
            };
            if !block.code[..k].iter().any(|i| read.take(i).is_some()) {
                put(out, 2, &read.print(block));
            }
            continue;
        }
        let statement = match own(program, &changing, instr) {
            Some(statement) => statement,
            None => statement(program, prefix, instr),
        };
        put(out, 2, &statement);
    }
}

/// Eight columns of a table at one position, which lie side by side: all that a block reads of them, it reads in one go.
#[derive(PartialEq)]
struct Columns {
    table: u32,
    eight: u32,
    at: u32,
}

impl Columns {
    /// Register and column, from the first of the eight, if the instruction reads one of these.
    fn take(&self, instr: &Instr) -> Option<(u32, usize)> {
        let Instr::TableGet {
            dst,
            table,
            column,
            at,
        } = *instr
        else {
            return None;
        };
        let eight = column / 8;
        (*self == Self { table, eight, at }).then_some((dst, column as usize % 8))
    }

    fn print(&self, block: &Block) -> String {
        let Self { table, eight, at } = self;
        let mut names: [String; 8] = std::array::from_fn(|_| "_".to_owned());
        let mut copies = String::new();
        let mut count = 0;
        for (dst, column) in block.code.iter().filter_map(|i| self.take(i)) {
            count = count.max(column + 1);
            match names[column].as_str() {
                "_" => names[column] = format!("r{dst}"),
                first => copies += &format!(" let r{dst} = {first};"),
            }
        }
        let names = names.join(", ");
        format!(
            "let [{names}] = A::eight_columns(access, {table}, {eight}, {count}, r{at});{copies}"
        )
    }
}

/// The load of a number that each instance has for itself, which takes less to find.
fn own(program: &Program, changing: &[bool], instr: &Instr) -> Option<String> {
    let Instr::Load {
        dst, var, element, ..
    } = *instr
    else {
        return None;
    };
    let variable = &program.variables[var as usize];
    let stored = !matches!(variable.role, Role::Ion { .. });
    let slot = variable.slot.filter(|_| stored)? + element;
    changing[slot as usize].then(|| format!("let r{dst} = A::own(access, {slot});"))
}

fn touches(instr: &Instr) -> bool {
    matches!(
        instr,
        Instr::Load { .. }
            | Instr::Store { .. }
            | Instr::TableAt { .. }
            | Instr::TableGet { .. }
            | Instr::LookUp { .. }
    )
}

fn statement(program: &Program, prefix: &str, instr: &Instr) -> String {
    match *instr {
        Instr::Const { dst, value } => format!("let r{dst} = L::splat({});", literal(value)),
        Instr::Load {
            dst, var, element, ..
        } => {
            format!(
                "let r{dst} = {};",
                load(program, prefix, "A", "access", var, element)
            )
        }
        Instr::Store {
            var, element, src, ..
        } => store(program, prefix, var, element, src),
        Instr::Un { dst, op, a } => {
            format!("let r{dst} = {};", unary(prefix, op, &format!("r{a}")))
        }
        Instr::Bin { dst, op, a, b } => {
            format!(
                "let r{dst} = {};",
                binary(prefix, op, &format!("r{a}, r{b}"))
            )
        }
        Instr::Fma { dst, a, b, c } => format!("let r{dst} = L::fma(r{a}, r{b}, r{c});"),
        Instr::Cmp { dst, op, a, b } => format!("let r{dst} = L::{}(r{a}, r{b});", compare(op)),
        Instr::Bool { dst, op, a, b } => {
            let op = match op {
                BoolOp::And => "and",
                BoolOp::Or => "or",
            };
            format!("let r{dst} = {prefix}::lane::Mask::{op}(r{a}, r{b});")
        }
        Instr::Not { dst, a } => format!("let r{dst} = {prefix}::lane::Mask::not(r{a});"),
        Instr::Select { dst, cond, yes, no } => {
            format!("let r{dst} = L::select(r{cond}, r{yes}, r{no});")
        }
        Instr::TableAt { dst, table, x } => {
            format!("let r{dst} = A::table_at(access, {table}, r{x});")
        }
        Instr::LookUp {
            dst,
            table,
            at: [a, b, c],
        } => format!("let r{dst} = A::look_up(access, {table}, [r{a}, r{b}, r{c}]);"),
        // `body` prints reads of tables
        ref other => unreachable!("the verifier refuses {other:?} in kernels"),
    }
}

/// The value of a variable through the access `place` of type `ty`.
pub(super) fn load(
    program: &Program,
    prefix: &str,
    ty: &str,
    place: &str,
    var: u32,
    element: u32,
) -> String {
    let variable = &program.variables[var as usize];
    match variable.role {
        Role::Global(index) => format!("{ty}::global({place}, {})", index + element),
        Role::Voltage => format!("{ty}::voltage({place})"),
        Role::Time => format!("{ty}::time({place})"),
        Role::Dt => format!("{ty}::dt({place})"),
        Role::Celsius => format!("{ty}::celsius({place})"),
        Role::Diam => format!("{ty}::diam({place})"),
        Role::Area => format!("{ty}::area({place})"),
        Role::Ion { ion, what } => {
            format!("{ty}::ion({place}, {ion}, {prefix}::mech::IonQuantity::{what:?})")
        }
        Role::Weight(index) => format!("{ty}::weight({place}, {index})"),
        Role::Flag => format!("{ty}::flag({place})"),
        Role::PeerWeight(index) => format!("{ty}::peer_weight({place}, {index})"),
        Role::Parameter
        | Role::State
        | Role::Assigned
        | Role::Transient
        | Role::Derived
        | Role::Pointer => {
            let slot = variable.slot.expect("verified: these roles have a slot");
            format!("{ty}::get({place}, {})", slot + element)
        }
    }
}

fn store(program: &Program, prefix: &str, var: u32, element: u32, src: u32) -> String {
    let variable = &program.variables[var as usize];
    match variable.role {
        Role::Ion { ion, what } => {
            format!("A::set_ion(access, {ion}, {prefix}::mech::IonQuantity::{what:?}, r{src});")
        }
        _ => {
            let slot = variable
                .slot
                .expect("verified: what kernels store has a slot");
            format!("A::set(access, {}, r{src});", slot + element)
        }
    }
}

fn unary(prefix: &str, op: UnOp, a: &str) -> String {
    match function(op) {
        Function::Lane(name) => format!("L::{name}({a})"),
        Function::Math(name) => format!("{prefix}::math::{name}({a})"),
    }
}

fn binary(prefix: &str, op: BinOp, arguments: &str) -> String {
    match operation(op) {
        Function::Lane(name) => format!("L::{name}({arguments})"),
        Function::Math(name) => format!("{prefix}::math::{name}({arguments})"),
    }
}

/// Where an operation is defined.
pub(super) enum Function {
    /// A method of `Lane`.
    Lane(&'static str),
    /// A function of `math`.
    Math(&'static str),
}

pub(super) fn function(op: UnOp) -> Function {
    use Function::{Lane, Math};
    match op {
        UnOp::Neg => Lane("neg"),
        UnOp::Abs => Lane("abs"),
        UnOp::Sqrt => Lane("sqrt"),
        UnOp::Floor => Lane("floor"),
        UnOp::Ceil => Math("ceil"),
        UnOp::Round => Math("round"),
        UnOp::Exp => Math("exp"),
        UnOp::Expm1 => Math("expm1"),
        UnOp::Log => Math("log"),
        UnOp::Log10 => Math("log10"),
        UnOp::Sin => Math("sin"),
        UnOp::Cos => Math("cos"),
        UnOp::Tan => Math("tan"),
        UnOp::Asin => Math("asin"),
        UnOp::Acos => Math("acos"),
        UnOp::Atan => Math("atan"),
        UnOp::Sinh => Math("sinh"),
        UnOp::Cosh => Math("cosh"),
        UnOp::Tanh => Math("tanh"),
    }
}

pub(super) fn operation(op: BinOp) -> Function {
    use Function::{Lane, Math};
    match op {
        BinOp::Add => Lane("add"),
        BinOp::Sub => Lane("sub"),
        BinOp::Mul => Lane("mul"),
        BinOp::Div => Lane("div"),
        BinOp::Min => Lane("min"),
        BinOp::Max => Lane("max"),
        BinOp::Pow => Math("pow"),
        BinOp::Mod => Math("fmod"),
        BinOp::Atan2 => Math("atan2"),
    }
}

pub(super) fn compare(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Lt => "lt",
        CmpOp::Le => "le",
        CmpOp::Eq => "eq",
    }
}
