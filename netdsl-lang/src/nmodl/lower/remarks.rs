//! What compiles and is hardly meant: states that stand still, currents without conductance.

use super::Facts;
use crate::mech::{Block, Instr, Kind, Program, Reg};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::{Class, Symbols};

/// Adds remarks about a program that has no mistakes.
pub(super) fn remark(program: &Program, symbols: &Symbols, facts: &Facts, report: &mut Report) {
    for (id, symbol) in symbols.variables.iter().enumerate() {
        let id = id as u32;
        if symbol.class == Class::State && !facts.varying.contains(&id) {
            let message = format!(
                "the state `{}` is never solved: it keeps the value it begins with",
                symbol.name
            );
            let help = "give it an equation in a block that BREAKPOINT solves (SOLVE states METHOD cnexp), or \
                declare it in PARAMETER or ASSIGNED";
            report.warning_help(symbol.span, message, help);
        }
    }
    if program.kind == Kind::Artificial {
        return;
    }
    let code = &program.exact;
    for (number, current) in program.currents.iter().enumerate() {
        let variable = symbols.current_variables[number];
        let span = symbols.variables[variable as usize].span;
        let name = &current.name;
        let Some((_, conductance)) = code.currents.get(number) else {
            continue;
        };
        if !facts.assigned.contains(&variable) {
            let message = format!("the current `{name}` is nothing: no block assigns it");
            let help = format!(
                "say `{name} = g*(v - e)` in BREAKPOINT, or leave `{name}` out of the NEURON block"
            );
            report.warning_help(span, message, help);
        } else if is_zero(&code.current, *conductance)
            && !code.current_is_script
            && program.kind == Kind::Density
            && !current.electrode
        {
            let message = format!(
                "the current `{name}` has no conductance: v plays no part where BREAKPOINT computes it"
            );
            let help = "a channel's is `g*(v - e)`; a pump may well have none";
            report.warning_help(span, message, help);
        }
    }
}

/// Whether a register of straight-line code is the constant 0.
fn is_zero(block: &Block, register: Reg) -> bool {
    block.code.iter().any(
        |instr| matches!(instr, Instr::Const { dst, value } if *dst == register && *value == 0.0),
    )
}
