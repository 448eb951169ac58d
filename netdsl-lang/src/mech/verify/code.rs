//! The walk over one block: registers, types, and what the block may touch.

use crate::mech::verify::Use;
use crate::mech::{Block, Instr, Program, Reg, VarId};

/// What a register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Number,
    Truth,
}

struct Walk<'a> {
    program: &'a Program,
    used: Use,
    /// Type of each register that is certainly assigned here.
    registers: Vec<Option<Type>>,
    wrong: Vec<String>,
}

/// What is wrong with a block; `results` must be numbers at its end.
pub(super) fn check_block(
    program: &Program,
    block: &Block,
    used: Use,
    results: &[Reg],
) -> Vec<String> {
    if block.registers > 1 << 24 {
        return vec![format!("{} registers", block.registers)];
    }
    let mut walk = Walk {
        program,
        used,
        registers: vec![None; block.registers as usize],
        wrong: Vec::new(),
    };
    if used == Use::Fill {
        // the grid point
        walk.define(0, Type::Number);
    }
    walk.sequence(&block.code);
    for r in results {
        walk.expect(*r, Type::Number);
    }
    walk.wrong
}

impl Walk<'_> {
    fn fail(&mut self, what: String) {
        self.wrong.push(what);
    }

    fn define(&mut self, r: Reg, ty: Type) {
        let single = self.used.is_kernel();
        match self.registers.get_mut(r as usize) {
            None => self.fail(format!("register {r} does not exist")),
            Some(Some(_)) if single => self.fail(format!("register {r} is assigned twice")),
            Some(Some(old)) if *old != ty => self.fail(format!("register {r} changes its type")),
            Some(place) => *place = Some(ty),
        }
    }

    fn expect(&mut self, r: Reg, ty: Type) {
        match self.registers.get(r as usize) {
            Some(Some(found)) if *found == ty => {}
            Some(Some(_)) => self.fail(format!("register {r} has the wrong type")),
            _ => self.fail(format!("register {r} is read before it is assigned")),
        }
    }

    fn numbers(&mut self, registers: &[Reg]) {
        for r in registers {
            self.expect(*r, Type::Number);
        }
    }

    fn variable(&mut self, var: VarId, element: u32, index: Option<Reg>, store: bool) {
        let Some(v) = self.program.variables.get(var as usize) else {
            return self.fail(format!("there is no variable {var}"));
        };
        if element >= v.length {
            self.fail(format!("`{}` has no element {element}", v.name));
        }
        if let Some(index) = index {
            self.expect(index, Type::Number);
            if self.used.is_kernel() {
                self.fail(format!("`{}` is indexed by a register in a kernel", v.name));
            }
        }
        if store && !self.used.may_store(v.role) {
            self.fail(format!(
                "`{}` ({:?}) is stored in {:?}",
                v.name, v.role, self.used
            ));
        }
        if !store && !self.used.may_load(v.role) {
            self.fail(format!(
                "`{}` ({:?}) is read in {:?}",
                v.name, v.role, self.used
            ));
        }
    }

    fn table(&mut self, table: u32, column: Option<u32>) {
        let found = self.program.tables.get(table as usize);
        let fits = found.is_some_and(|t| column.is_none_or(|c| (c as usize) < t.columns.len()));
        if !fits {
            self.fail(format!("there is no table {table} with column {column:?}"));
        }
    }

    fn sequence(&mut self, code: &[Instr]) {
        for instr in code {
            self.step(instr);
        }
    }

    fn step(&mut self, instr: &Instr) {
        use Type::{Number, Truth};
        match *instr {
            Instr::Const { dst, .. } => self.define(dst, Number),
            Instr::Load {
                dst,
                var,
                element,
                index,
            } => {
                self.variable(var, element, index, false);
                self.define(dst, Number);
            }
            Instr::Store {
                var,
                element,
                index,
                src,
            } => {
                self.variable(var, element, index, true);
                self.expect(src, Number);
            }
            Instr::Un { dst, a, .. } | Instr::Copy { dst, a } => {
                self.expect(a, Number);
                self.define(dst, Number);
            }
            Instr::Bin { dst, a, b, .. } => {
                self.numbers(&[a, b]);
                self.define(dst, Number);
            }
            Instr::Fma { dst, a, b, c } => {
                self.numbers(&[a, b, c]);
                self.define(dst, Number);
            }
            Instr::Cmp { dst, a, b, .. } => {
                self.numbers(&[a, b]);
                self.define(dst, Truth);
            }
            Instr::Bool { dst, a, b, .. } => {
                self.expect(a, Truth);
                self.expect(b, Truth);
                self.define(dst, Truth);
            }
            Instr::Not { dst, a } => {
                self.expect(a, Truth);
                self.define(dst, Truth);
            }
            Instr::Select { dst, cond, yes, no } => {
                self.expect(cond, Truth);
                self.numbers(&[yes, no]);
                self.define(dst, Number);
            }
            Instr::TableAt { dst, table, x } => {
                self.table(table, None);
                self.expect(x, Number);
                self.define(dst, Number);
            }
            Instr::TableGet {
                dst,
                table,
                column,
                at,
            } => {
                self.table(table, Some(column));
                self.expect(at, Number);
                self.define(dst, Number);
            }
            Instr::LookUp { dst, table, at } => {
                if table as usize >= self.program.function_tables.len() {
                    self.fail(format!("there is no function table {table}"));
                }
                self.numbers(&at);
                self.define(dst, Number);
            }
            _ => self.script_step(instr),
        }
    }

    fn script_step(&mut self, instr: &Instr) {
        if self.used.is_kernel() {
            return self.fail(format!("{instr:?} in a kernel"));
        }
        let effects = matches!(self.used, Use::Init | Use::Receive);
        match instr {
            Instr::If { cond, yes, no } => {
                self.expect(*cond, Type::Truth);
                let before = self.registers.clone();
                self.sequence(yes);
                let after_yes = std::mem::replace(&mut self.registers, before);
                self.sequence(no);
                for (r, yes) in self.registers.iter_mut().zip(after_yes) {
                    *r = (*r).filter(|ty| yes == Some(*ty));
                }
            }
            Instr::While { head, cond, body } => {
                self.sequence(head);
                self.expect(*cond, Type::Truth);
                let after_head = self.registers.clone();
                self.sequence(body);
                self.registers = after_head;
            }
            Instr::NetSend { delay, flag } if effects => self.numbers(&[*delay, *flag]),
            Instr::NetEvent { time } | Instr::NetMove { time } if effects => {
                self.expect(*time, Type::Number)
            }
            Instr::Watch { watch, .. } if effects => {
                let watches = self
                    .program
                    .net_receive
                    .as_ref()
                    .map_or(0, |n| n.watches.len());
                if *watch as usize >= watches {
                    self.fail(format!("there is no watch {watch}"));
                }
            }
            Instr::Random { dst, .. } if self.used.may_draw() => self.define(*dst, Type::Number),
            Instr::SetSequence { sequence, .. } if self.used.may_draw() => {
                self.expect(*sequence, Type::Number)
            }
            Instr::SetIds { ids, .. } if self.used.may_draw() => self.numbers(ids),
            Instr::Hook { hook, values } if self.used.may_draw() => {
                self.numbers(values);
                let hook = self.program.hooks.get(*hook as usize);
                if hook.map(crate::mech::Hook::count) != Some(values.len()) {
                    self.fail("a hook is called that does not fit".to_owned());
                }
            }
            Instr::ForConnections { body } if self.used == Use::Receive => {
                let before = self.registers.clone();
                self.sequence(body);
                self.registers = before;
            }
            _ => self.fail(format!("{instr:?} in {:?}", self.used)),
        }
    }
}
