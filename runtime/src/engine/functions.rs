//! What mechanisms get from elsewhere: FUNCTION_TABLEs from the model, EXTERNAL variables from other mechanisms, functions
//! in place of C from the program.

use crate::engine::mechanisms::near;
use crate::error::{BuildError, BuildErrors};
use crate::instance::Instance;
use crate::mech::look_up::LookUp;
use crate::mech::{Catalogue, HookCode};
use netdsl_lang::mech::visit;
use netdsl_lang::mech::{Block, Instr, Program};
use std::collections::BTreeSet;

/// Of each FUNCTION_TABLE of a mechanism; one that code uses and the model does not give is a mistake.
pub(crate) fn function_tables(
    instance: &Instance,
    program: &Program,
    errors: &mut BuildErrors,
) -> Vec<LookUp> {
    let used = used_tables(program);
    let mut all = Vec::with_capacity(program.function_tables.len());
    for (k, table) in program.function_tables.iter().enumerate() {
        let given = |g: &&crate::instance::FunctionTable| {
            g.mechanism == program.name && g.name == table.name
        };
        let found = instance.function_tables.iter().rev().find(given);
        if found.is_none() && used.contains(&(k as u32)) {
            let mechanism = &program.name;
            let of: Vec<&str> = table.arguments.iter().map(|a| a.0.as_str()).collect();
            errors.push(BuildError::Value {
                place: format!("mechanism `{mechanism}`"),
                message: format!(
                    "the model gives no values for its FUNCTION_TABLE `{}({})`; set them in `function_tables`, under \
                     `{mechanism}`",
                    table.name,
                    of.join(", ")
                ),
            });
        }
        let usable = found.filter(|f| f.data.problem(table.arguments.len()).is_none());
        all.push(usable.map_or_else(LookUp::unused, |f| LookUp::new(&f.data)));
    }
    all
}

/// The functions that take the place of a mechanism's C; one that the program does not give is a mistake.
pub(crate) fn hooks(
    program: &Program,
    catalogue: &Catalogue,
    errors: &mut BuildErrors,
) -> Vec<HookCode> {
    let mut all = Vec::with_capacity(program.hooks.len());
    for hook in &program.hooks {
        match catalogue.hook(&program.name, &hook.name) {
            Some(code) => all.push(code.clone()),
            None => errors.push(BuildError::Value {
                place: format!("mechanism `{}`", program.name),
                message: format!(
                    "C of its file is left to a Rust function `{}`, which this program does not give; only a Rust \
                     program can, with `hooks` of `mechanism!` or `SimulationBuilder::hook`",
                    hook.name
                ),
            }),
        }
    }
    all
}

/// What is given must exist and be well formed.
pub(crate) fn check_function_tables(
    instance: &Instance,
    catalogue: &Catalogue,
    errors: &mut BuildErrors,
) {
    for given in &instance.function_tables {
        let Some(mechanism) = catalogue.get(&given.mechanism) else {
            continue;
        };
        let tables = &mechanism.program.function_tables;
        let Some(table) = tables.iter().find(|t| t.name == given.name) else {
            let names = tables.iter().map(|t| t.name.as_str());
            errors.push(BuildError::UnknownVariable {
                mechanism: given.mechanism.clone(),
                name: given.name.clone(),
                what: "FUNCTION_TABLE",
                place: "function_tables".into(),
                hint: near(&given.name, names, ""),
            });
            continue;
        };
        if let Some(message) = given.data.problem(table.arguments.len()) {
            errors.push(BuildError::Value {
                place: format!("FUNCTION_TABLE `{}` of `{}`", given.name, given.mechanism),
                message,
            });
        }
    }
}

/// Values of EXTERNAL variables: those of the other mechanisms' globals whose names they bear.
pub(crate) fn externals(
    instance: &Instance,
    program: &Program,
    catalogue: &Catalogue,
    errors: &mut BuildErrors,
) -> Vec<(String, f64)> {
    let value_of = |name: &str| {
        catalogue.names().find_map(|mechanism| {
            let base = name.strip_suffix(mechanism)?.strip_suffix('_')?;
            let globals = catalogue.get(mechanism)?.program.globals();
            let variable = globals.iter().find(|v| v.name == base)?;
            let mut given = instance.globals.iter().rev();
            let given = given.find(|g| g.mechanism == mechanism && g.name == base);
            Some(given.map_or(variable.default, |g| g.value))
        })
    };
    let mut values = Vec::new();
    for external in &program.externals {
        let name = &program.variables[*external as usize].name;
        match value_of(name) {
            Some(value) => values.push((name.clone(), value)),
            None => errors.push(BuildError::Value {
                place: format!("mechanism `{}`", program.name),
                message: format!(
                    "its EXTERNAL `{name}` is no global variable of any other mechanism; declare that mechanism too"
                ),
            }),
        }
    }
    values
}

fn used_tables(program: &Program) -> BTreeSet<u32> {
    let mut used = BTreeSet::new();
    let mut note = |block: &Block| {
        visit(&block.code, &mut |instr| {
            if let Instr::LookUp { table, .. } = instr {
                used.insert(*table);
            }
        });
    };
    program.blocks().for_each(&mut note);
    program.tables.iter().for_each(|t| {
        note(&t.range);
        note(&t.fill);
    });
    used
}
