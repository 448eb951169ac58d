//! Blocks as text, for people and for tests: one line for each instruction.

use std::fmt::Write;

use crate::mech::{BinOp, Block, BoolOp, CmpOp, Instr, Program, Reg, UnOp, VarId};

/// The listing of a block of `program`.
///
/// ```
/// use netdsl_lang::mech::{print::listing, shipped};
///
/// let pas = shipped::programs().iter().find(|p| p.name == "pas").expect("it is shipped");
/// assert_eq!(listing(pas, &pas.exact.current), "r0 = g\nr1 = v\nr2 = e\nr3 = r1 - r2\nr4 = r0 * r3\n");
/// ```
pub fn listing(program: &Program, block: &Block) -> String {
    let mut out = String::new();
    sequence(&mut out, program, &block.code, 0);
    out
}

fn sequence(out: &mut String, program: &Program, code: &[Instr], depth: usize) {
    let line = |out: &mut String, text: &str| {
        let indent = "    ".repeat(depth);
        writeln!(out, "{indent}{text}").expect("a string takes all");
    };
    for instr in code {
        match instr {
            Instr::If { cond, yes, no } => {
                line(out, &format!("if r{cond} {{"));
                sequence(out, program, yes, depth + 1);
                if !no.is_empty() {
                    line(out, "} else {");
                    sequence(out, program, no, depth + 1);
                }
                line(out, "}");
            }
            Instr::While { head, cond, body } => {
                line(out, "loop {");
                sequence(out, program, head, depth + 1);
                line(out, &format!("    leave unless r{cond}"));
                sequence(out, program, body, depth + 1);
                line(out, "}");
            }
            Instr::ForConnections { body } => {
                line(out, "for each connection {");
                sequence(out, program, body, depth + 1);
                line(out, "}");
            }
            other => line(out, &statement(program, other)),
        }
    }
}

fn place(program: &Program, var: VarId, element: u32, index: Option<Reg>) -> String {
    let variable = &program.variables[var as usize];
    match index {
        Some(index) => format!("{}[r{index} + {element}]", variable.name),
        None if variable.length > 1 => format!("{}[{element}]", variable.name),
        None => variable.name.clone(),
    }
}

fn statement(program: &Program, instr: &Instr) -> String {
    match *instr {
        Instr::Const { dst, value } => format!("r{dst} = {value:?}"),
        Instr::Load {
            dst,
            var,
            element,
            index,
        } => format!("r{dst} = {}", place(program, var, element, index)),
        Instr::Store {
            var,
            element,
            index,
            src,
        } => format!("{} = r{src}", place(program, var, element, index)),
        Instr::Un {
            dst,
            op: UnOp::Neg,
            a,
        } => format!("r{dst} = -r{a}"),
        Instr::Un { dst, op, a } => format!("r{dst} = {}(r{a})", format!("{op:?}").to_lowercase()),
        Instr::Bin { dst, op, a, b } => match symbol(op) {
            Some(symbol) => format!("r{dst} = r{a} {symbol} r{b}"),
            None => format!("r{dst} = {}(r{a}, r{b})", format!("{op:?}").to_lowercase()),
        },
        Instr::Fma { dst, a, b, c } => format!("r{dst} = fma(r{a}, r{b}, r{c})"),
        Instr::Cmp { dst, op, a, b } => {
            let op = match op {
                CmpOp::Lt => "<",
                CmpOp::Le => "<=",
                CmpOp::Eq => "==",
            };
            format!("r{dst} = r{a} {op} r{b}")
        }
        Instr::Bool { dst, op, a, b } => {
            let op = match op {
                BoolOp::And => "&&",
                BoolOp::Or => "||",
            };
            format!("r{dst} = r{a} {op} r{b}")
        }
        Instr::Not { dst, a } => format!("r{dst} = !r{a}"),
        Instr::Select { dst, cond, yes, no } => format!("r{dst} = r{cond} ? r{yes} : r{no}"),
        Instr::Copy { dst, a } => format!("r{dst} = r{a}"),
        Instr::TableAt { dst, table, x } => format!("r{dst} = table{table} at r{x}"),
        Instr::TableGet {
            dst,
            table,
            column,
            at,
        } => {
            let name = &program.tables[table as usize].columns[column as usize];
            format!("r{dst} = table{table}.{name} at r{at}")
        }
        Instr::LookUp { dst, table, at } => {
            let function = &program.function_tables[table as usize];
            let at: Vec<String> = at[..function.arguments.len()]
                .iter()
                .map(|a| format!("r{a}"))
                .collect();
            format!("r{dst} = {}({})", function.name, at.join(", "))
        }
        Instr::NetSend { delay, flag } => format!("net_send(r{delay}, r{flag})"),
        Instr::NetEvent { time } => format!("net_event(r{time})"),
        Instr::NetMove { time } => format!("net_move(r{time})"),
        Instr::Watch { watch, .. } => format!("watch({watch})"),
        Instr::Random { dst, stream, op } => format!("r{dst} = random{stream}.{op:?}"),
        Instr::SetSequence { stream, sequence } => format!("random{stream}.seek(r{sequence})"),
        Instr::SetIds {
            stream,
            ids: [a, b, c],
        } => format!("random{stream}.ids(r{a}, r{b}, r{c})"),
        Instr::Hook { hook, ref values } => {
            let values: Vec<String> = values.iter().map(|r| format!("r{r}")).collect();
            let name = &program.hooks[hook as usize].name;
            format!("hook {name}({})", values.join(", "))
        }
        Instr::If { .. } | Instr::While { .. } | Instr::ForConnections { .. } => {
            unreachable!("printed by `sequence`")
        }
    }
}

fn symbol(op: BinOp) -> Option<&'static str> {
    match op {
        BinOp::Add => Some("+"),
        BinOp::Sub => Some("-"),
        BinOp::Mul => Some("*"),
        BinOp::Div => Some("/"),
        BinOp::Pow => Some("^"),
        BinOp::Min | BinOp::Max | BinOp::Mod | BinOp::Atan2 => None,
    }
}
