//! Whether point processes of a mechanism at one place may share their states: whether the sum of what they do is what
//! one does that gets all their events.
//!
//! That holds where states begin at 0, obey linear equations without a constant term, are changed by events in amounts
//! that do not depend on states ([`crate::mech::NetReceive::additive`]), and the currents are linear in the states.

use std::collections::BTreeMap;

use super::changes::visit;
use crate::mech::{BinOp, Block, Blocks, Instr, Kind, Program, Reg, Role, UnOp, VarId};

/// What a register holds, as a function of the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Nothing: 0.
    Zero,
    /// No state plays a part.
    Free,
    /// A sum of states, each times what is free of them.
    Linear,
    /// Anything else.
    Other,
}

use Form::{Free, Linear, Other, Zero};

impl Form {
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Zero, x) | (x, Zero) => x,
            (Free, Free) => Free,
            (Linear, Linear) => Linear,
            _ => Other,
        }
    }

    fn times(self, other: Self) -> Self {
        match (self, other) {
            (Zero, _) | (_, Zero) => Zero,
            (Free, x) | (x, Free) => x,
            _ => Other,
        }
    }

    /// Of a function of one or more such values that is no sum.
    fn through(forms: &[Self]) -> Self {
        if forms.iter().all(|f| matches!(f, Zero | Free)) {
            Free
        } else {
            Other
        }
    }

    fn is_linear(self) -> bool {
        matches!(self, Zero | Linear)
    }
}

impl Program {
    /// Point processes of this mechanism with the same parameters at the same place may share their states.
    pub fn superposes(&self) -> bool {
        let Some(receive) = &self.net_receive else {
            return false;
        };
        let own = self.kind == Kind::Point
            && receive.additive
            && receive.watches.is_empty()
            && self.hooks.is_empty()
            && self.diffusions.is_empty()
            && self.currents.iter().all(|c| c.ion.is_none())
            && self.ions.iter().all(|i| i.writes.is_empty())
            && self.variables.iter().all(|v| v.role != Role::Pointer);
        let changes = self.changing_slots();
        own && std::iter::once(&self.exact)
            .chain(&self.tabled)
            .all(|code| self.code_superposes(code, &changes))
    }

    fn code_superposes(&self, code: &Blocks, changes: &[bool]) -> bool {
        let kernels = !code.state_is_script && !code.current_is_script && code.around.is_empty();
        let linear_currents = |block: &Block, currents: &[(Reg, Reg)]| {
            self.forms(block, changes).is_some_and(|forms| {
                let form = |register: &Reg| forms.get(register).copied().unwrap_or(Other);
                currents
                    .iter()
                    .all(|(i, g)| form(i).is_linear() && form(g).is_linear())
            })
        };
        kernels
            && self.begins_at_zero(&code.init)
            && self.forms(&code.state, changes).is_some()
            && linear_currents(&code.current, &code.currents)
    }

    /// INITIAL sets states to 0, and has no effects.
    fn begins_at_zero(&self, init: &Block) -> bool {
        let is_state = |var: &VarId| self.variables[*var as usize].role == Role::State;
        let states = self.variables.iter().filter(|v| v.role == Role::State);
        let mut sound = states.clone().all(|v| v.default == 0.0);
        let mut zero: BTreeMap<Reg, bool> = BTreeMap::new();
        visit(&init.code, &mut |instr| match instr {
            Instr::Const { dst, value } => {
                let seen = zero.entry(*dst).or_insert(true);
                *seen &= *value == 0.0;
            }
            Instr::Copy { dst, .. } => {
                zero.insert(*dst, false);
            }
            Instr::Store { var, src, .. } if is_state(var) => {
                sound &= zero.get(src) == Some(&true);
            }
            Instr::NetSend { .. }
            | Instr::NetEvent { .. }
            | Instr::NetMove { .. }
            | Instr::Watch { .. }
            | Instr::Random { .. }
            | Instr::SetSequence { .. }
            | Instr::SetIds { .. }
            | Instr::Hook { .. }
            | Instr::ForConnections { .. } => sound = false,
            _ => {}
        });
        sound
    }

    /// The forms of a kernel's registers; `None` if it makes of a state what is not linear in states.
    fn forms(&self, block: &Block, changes: &[bool]) -> Option<BTreeMap<Reg, Form>> {
        let mut forms: BTreeMap<Reg, Form> = BTreeMap::new();
        let mut stored: BTreeMap<(VarId, u32), Form> = BTreeMap::new();
        for instr in &block.code {
            let of = |register: &Reg| forms.get(register).copied().unwrap_or(Other);
            let (dst, form) = match instr {
                Instr::Const { dst, value } if *value == 0.0 => (dst, Zero),
                Instr::Const { dst, .. } => (dst, Free),
                Instr::Load {
                    dst, var, element, ..
                } => {
                    let known = stored.get(&(*var, *element)).copied();
                    (dst, known.unwrap_or_else(|| self.loaded(*var, changes)))
                }
                Instr::Store {
                    var, element, src, ..
                } => {
                    let form = of(src);
                    if self.variables[*var as usize].role == Role::State && !form.is_linear() {
                        return None;
                    }
                    stored.insert((*var, *element), form);
                    continue;
                }
                Instr::Un {
                    dst,
                    op: UnOp::Neg,
                    a,
                }
                | Instr::Copy { dst, a } => (dst, of(a)),
                Instr::Un { dst, a, .. } | Instr::Not { dst, a } => (dst, Form::through(&[of(a)])),
                Instr::Bin { dst, op, a, b } => (dst, combined(*op, of(a), of(b))),
                Instr::Fma { dst, a, b, c } => (dst, of(a).times(of(b)).plus(of(c))),
                Instr::Cmp { dst, a, b, .. } | Instr::Bool { dst, a, b, .. } => {
                    (dst, Form::through(&[of(a), of(b)]))
                }
                Instr::Select { dst, cond, yes, no } => (dst, chosen(of(cond), of(yes), of(no))),
                Instr::TableAt { dst, x, .. } => (dst, Form::through(&[of(x)])),
                Instr::TableGet { dst, at, .. } => (dst, Form::through(&[of(at)])),
                Instr::LookUp { dst, at, .. } => (dst, Form::through(&at.map(|x| of(&x)))),
                _ => return None,
            };
            forms.insert(*dst, form);
        }
        Some(forms)
    }

    /// What a variable holds before a kernel stores it.
    fn loaded(&self, var: VarId, changes: &[bool]) -> Form {
        let variable = &self.variables[var as usize];
        match (variable.role, variable.slot) {
            (Role::State, _) => Linear,
            (Role::Assigned | Role::Transient, Some(slot)) if changes[slot as usize] => Other,
            (Role::Weight(_) | Role::Flag | Role::PeerWeight(_), _) => Other,
            _ => Free,
        }
    }
}

fn combined(op: BinOp, a: Form, b: Form) -> Form {
    match op {
        BinOp::Add | BinOp::Sub => a.plus(b),
        BinOp::Mul => a.times(b),
        BinOp::Div if matches!(b, Zero | Free) => a,
        _ => Form::through(&[a, b]),
    }
}

fn chosen(condition: Form, yes: Form, no: Form) -> Form {
    match (condition, yes, no) {
        (Zero | Free, a, b) if a.is_linear() && b.is_linear() => a.plus(b),
        (Zero | Free, Zero | Free, Zero | Free) => Free,
        _ => Other,
    }
}
