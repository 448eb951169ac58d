//! NET_RECEIVE as scalar Rust: registers are elements of two arrays, numbers and truth values, which the compiler keeps
//! in machine registers.

use std::collections::BTreeSet;

use super::kernel::{Function, function, load, operation};
use super::number::literal;
use super::put;
use crate::mech::{BinOp, Block, BoolOp, CmpOp, Instr, Program, Reg, Role, UnOp};

struct Printer<'a> {
    out: &'a mut String,
    program: &'a Program,
    prefix: &'a str,
}

/// The function `net_receive`, with `block` as its body.
pub(super) fn net_receive(out: &mut String, program: &Program, prefix: &str, block: &Block) {
    put(
        out,
        1,
        &format!("fn net_receive<H: {prefix}::mech::abi::Host>(host: &mut H) {{"),
    );
    let (mut numbers, mut truths) = (BTreeSet::new(), BTreeSet::new());
    collect(&block.code, &mut numbers, &mut truths);
    if !uses_host(&block.code) {
        put(out, 2, "let _ = host;");
    }
    let size = |set: &BTreeSet<Reg>| set.last().map_or(0, |r| r + 1);
    if !numbers.is_empty() {
        put(
            out,
            2,
            &format!("let mut r = [0.0_f64; {}];", size(&numbers)),
        );
    }
    if !truths.is_empty() {
        put(out, 2, &format!("let mut c = [false; {}];", size(&truths)));
    }
    let mut printer = Printer {
        out,
        program,
        prefix,
    };
    printer.sequence(&block.code, 2);
    put(out, 1, "}");
}

fn collect(code: &[Instr], numbers: &mut BTreeSet<Reg>, truths: &mut BTreeSet<Reg>) {
    for instr in code {
        match *instr {
            Instr::Const { dst, .. }
            | Instr::Load { dst, .. }
            | Instr::Un { dst, .. }
            | Instr::Bin { dst, .. }
            | Instr::Fma { dst, .. }
            | Instr::Select { dst, .. }
            | Instr::Copy { dst, .. }
            | Instr::TableAt { dst, .. }
            | Instr::TableGet { dst, .. }
            | Instr::LookUp { dst, .. }
            | Instr::Random { dst, .. } => {
                numbers.insert(dst);
            }
            Instr::Cmp { dst, .. } | Instr::Bool { dst, .. } | Instr::Not { dst, .. } => {
                truths.insert(dst);
            }
            Instr::If {
                ref yes, ref no, ..
            } => {
                collect(yes, numbers, truths);
                collect(no, numbers, truths);
            }
            Instr::While {
                ref head, ref body, ..
            } => {
                collect(head, numbers, truths);
                collect(body, numbers, truths);
            }
            Instr::ForConnections { ref body } => collect(body, numbers, truths),
            Instr::Hook { ref values, .. } => numbers.extend(values),
            _ => {}
        }
    }
}

fn uses_host(code: &[Instr]) -> bool {
    code.iter().any(|i| match i {
        Instr::If { yes, no, .. } => uses_host(yes) || uses_host(no),
        Instr::While { head, body, .. } => uses_host(head) || uses_host(body),
        Instr::Load { .. }
        | Instr::Store { .. }
        | Instr::TableAt { .. }
        | Instr::TableGet { .. }
        | Instr::LookUp { .. }
        | Instr::NetSend { .. }
        | Instr::NetEvent { .. }
        | Instr::NetMove { .. }
        | Instr::Watch { .. }
        | Instr::Random { .. }
        | Instr::SetSequence { .. }
        | Instr::SetIds { .. }
        | Instr::Hook { .. }
        | Instr::ForConnections { .. } => true,
        _ => false,
    })
}

impl Printer<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        put(self.out, depth, text);
    }

    fn sequence(&mut self, code: &[Instr], depth: usize) {
        for instr in code {
            match instr {
                Instr::If { cond, yes, no } => self.branch(*cond, yes, no, depth),
                Instr::While { head, cond, body } => {
                    self.line(depth, "loop {");
                    self.sequence(head, depth + 1);
                    self.line(depth + 1, &format!("if !c[{cond}] {{"));
                    self.line(depth + 2, "break;");
                    self.line(depth + 1, "}");
                    self.sequence(body, depth + 1);
                    self.line(depth, "}");
                }
                Instr::ForConnections { body } => {
                    self.line(depth, "for connection in 0..host.connections() {");
                    self.line(depth + 1, "host.visit(connection);");
                    self.sequence(body, depth + 1);
                    self.line(depth, "}");
                }
                other => {
                    let text = self.statement(other);
                    self.line(depth, &text);
                }
            }
        }
    }

    fn branch(&mut self, cond: Reg, yes: &[Instr], no: &[Instr], depth: usize) {
        let (not, first, second) = if yes.is_empty() {
            ("!", no, yes)
        } else {
            ("", yes, no)
        };
        if first.is_empty() {
            return;
        }
        self.line(depth, &format!("if {not}c[{cond}] {{"));
        self.sequence(first, depth + 1);
        if !second.is_empty() {
            self.line(depth, "} else {");
            self.sequence(second, depth + 1);
        }
        self.line(depth, "}");
    }

    fn statement(&self, instr: &Instr) -> String {
        let prefix = self.prefix;
        match *instr {
            Instr::Const { dst, value } => format!("r[{dst}] = {};", literal(value)),
            Instr::Load {
                dst,
                var,
                element,
                index: None,
            } => format!(
                "r[{dst}] = {};",
                load(self.program, prefix, "H", "host", var, element)
            ),
            Instr::Load {
                dst,
                var,
                element,
                index: Some(index),
            } => self.load_at(dst, var, element, index),
            Instr::Store {
                var,
                element,
                index,
                src,
            } => self.store(var, element, index, src),
            Instr::Un { dst, op, a } => format!("r[{dst}] = {};", self.unary(op, a)),
            Instr::Bin { dst, op, a, b } => format!("r[{dst}] = {};", self.binary(op, a, b)),
            Instr::Fma { dst, a, b, c } => format!("r[{dst}] = r[{a}].mul_add(r[{b}], r[{c}]);"),
            Instr::Cmp { dst, op, a, b } => {
                let op = match op {
                    CmpOp::Lt => "<",
                    CmpOp::Le => "<=",
                    CmpOp::Eq => "==",
                };
                format!("c[{dst}] = r[{a}] {op} r[{b}];")
            }
            Instr::Bool { dst, op, a, b } => {
                let op = match op {
                    BoolOp::And => "&",
                    BoolOp::Or => "|",
                };
                format!("c[{dst}] = c[{a}] {op} c[{b}];")
            }
            Instr::Not { dst, a } => format!("c[{dst}] = !c[{a}];"),
            Instr::Select { dst, cond, yes, no } => {
                format!("r[{dst}] = if c[{cond}] {{ r[{yes}] }} else {{ r[{no}] }};")
            }
            Instr::Copy { dst, a } => format!("r[{dst}] = r[{a}];"),
            Instr::TableAt { dst, table, x } => {
                format!("r[{dst}] = H::table_at(host, {table}, r[{x}]);")
            }
            Instr::TableGet {
                dst,
                table,
                column,
                at,
            } => format!("r[{dst}] = H::table_get(host, {table}, {column}, r[{at}]);"),
            Instr::LookUp {
                dst,
                table,
                at: [a, b, c],
            } => format!("r[{dst}] = H::look_up(host, {table}, [r[{a}], r[{b}], r[{c}]]);"),
            Instr::NetSend { delay, flag } => format!("host.net_send(r[{delay}], r[{flag}]);"),
            Instr::NetEvent { time } => format!("host.net_event(r[{time}]);"),
            Instr::NetMove { time } => format!("host.net_move(r[{time}]);"),
            Instr::Watch { watch, replace } => format!("host.watch({watch}, {replace});"),
            Instr::Random { dst, stream, op } => {
                format!("r[{dst}] = host.random({stream}, {prefix}::mech::RandomOp::{op:?});")
            }
            Instr::SetSequence { stream, sequence } => {
                format!("host.set_sequence({stream}, r[{sequence}]);")
            }
            Instr::SetIds {
                stream,
                ids: [a, b, c],
            } => format!("host.set_ids({stream}, [r[{a}], r[{b}], r[{c}]]);"),
            Instr::Hook { hook, ref values } => {
                let stream = self.program.hooks[hook as usize].stream;
                let values: Vec<String> = values.iter().map(|r| format!("r[{r}]")).collect();
                let values = values.join(", ");
                format!(
                    "{{ let mut values = [{values}]; host.hook({hook}, {stream}, &mut values); [{values}] = values; }}"
                )
            }
            Instr::If { .. } | Instr::While { .. } | Instr::ForConnections { .. } => {
                unreachable!("printed by `sequence`")
            }
        }
    }

    fn unary(&self, op: UnOp, a: Reg) -> String {
        match function(op) {
            Function::Lane(name) => format!("{}::lane::Lane::{name}(r[{a}])", self.prefix),
            Function::Math(name) => format!("{}::math::{name}(r[{a}])", self.prefix),
        }
    }

    fn binary(&self, op: BinOp, a: Reg, b: Reg) -> String {
        match operation(op) {
            Function::Lane(name) => format!("{}::lane::Lane::{name}(r[{a}], r[{b}])", self.prefix),
            Function::Math(name) => format!("{}::math::{name}(r[{a}], r[{b}])", self.prefix),
        }
    }

    /// The condition that a computed index is one of the array's, and the index.
    fn checked_index(&self, var: u32, element: u32, index: Reg) -> (String, String) {
        let length = f64::from(self.program.variables[var as usize].length);
        let at = format!("(r[{index}] + {:?}_f64)", f64::from(element));
        (
            format!("(0.0..{length:?}).contains(&{at})"),
            format!("{at} as usize"),
        )
    }

    fn load_at(&self, dst: Reg, var: u32, element: u32, index: Reg) -> String {
        let (inside, at) = self.checked_index(var, element, index);
        let variable = &self.program.variables[var as usize];
        let value = match (variable.role, variable.slot) {
            (Role::Global(first), _) => format!("H::global(host, {first} + {at})"),
            (_, Some(slot)) => format!("H::get(host, {slot} + {at})"),
            // one element only: inside means this one
            _ => load(self.program, self.prefix, "H", "host", var, 0),
        };
        format!("r[{dst}] = if {inside} {{ {value} }} else {{ f64::NAN }};")
    }

    fn store(&self, var: u32, element: u32, index: Option<Reg>, src: Reg) -> String {
        let variable = &self.program.variables[var as usize];
        let slot = variable.slot.unwrap_or_default();
        if let (Some(index), Some(_)) = (index, variable.slot) {
            let (inside, at) = self.checked_index(var, element, index);
            return format!("if {inside} {{ H::set(host, {slot} + {at}, r[{src}]); }}");
        }
        match variable.role {
            Role::Voltage => format!("host.set_voltage(r[{src}]);"),
            Role::Ion { ion, what } => {
                let quantity = format!("{}::mech::IonQuantity::{what:?}", self.prefix);
                format!("H::set_ion(host, {ion}, {quantity}, r[{src}]);")
            }
            Role::Weight(k) => format!("host.set_weight({k}, r[{src}]);"),
            Role::PeerWeight(k) => format!("host.set_peer_weight({k}, r[{src}]);"),
            _ => format!("H::set(host, {}, r[{src}]);", slot + element),
        }
    }
}
