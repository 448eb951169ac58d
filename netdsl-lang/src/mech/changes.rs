//! What a mechanism's own code changes during a run.

use crate::mech::{Block, Instr, Program, Role};

/// Calls `f` for every instruction, also within conditions and loops.
pub fn visit(code: &[Instr], f: &mut impl FnMut(&Instr)) {
    for instr in code {
        f(instr);
        match instr {
            Instr::If { yes, no, .. } => {
                visit(yes, f);
                visit(no, f);
            }
            Instr::While { head, body, .. } => {
                visit(head, f);
                visit(body, f);
            }
            Instr::ForConnections { body } => visit(body, f),
            _ => {}
        }
    }
}

impl Program {
    /// By slot: a state, or assigned to after INITIAL. What is not may be stored once for instances that are alike.
    pub fn changing_slots(&self) -> Vec<bool> {
        let mut changes = vec![false; self.slots_full() as usize];
        let mut blocks: Vec<&Block> = Vec::new();
        for code in std::iter::once(&self.exact).chain(&self.tabled) {
            blocks.extend([
                &code.current,
                &code.state,
                &code.current_full,
                &code.state_full,
            ]);
            blocks.extend(code.around.iter().map(|a| &a.block));
        }
        blocks.extend(self.net_receive.iter().map(|r| &r.body));
        for block in blocks {
            visit(&block.code, &mut |instr| {
                if let Instr::Store { var, .. } = instr {
                    self.mark(*var as usize, &mut changes);
                }
            });
        }
        for (index, variable) in self.variables.iter().enumerate() {
            if matches!(variable.role, Role::State | Role::Pointer) {
                self.mark(index, &mut changes);
            }
        }
        changes
    }

    /// Sets the slots of a variable.
    pub fn mark(&self, variable: usize, slots: &mut [bool]) {
        let variable = &self.variables[variable];
        if let Some(slot) = variable.slot {
            slots[slot as usize..(slot + variable.length) as usize].fill(true);
        }
    }
}
