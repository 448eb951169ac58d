//! Puts the program together: roles, slots, blocks.

use std::collections::BTreeSet;

use super::Facts;
use super::find_additive::is_additive;
use super::find_kept::find_kept;
use super::graph::{Graph, N, Op};
use super::hoist_invariants::Hoist;
use super::if_convert::Element;
use super::optimize::optimize;
use super::schedule::{Kernel, schedule};
use super::sources::Sources;
use super::tables::Tables;
use super::trace_blocks::{Code, Traced, TracedMain};
use crate::mech::{
    Around, Block, Blocks, Diffusion, Instr, IonQuantity, NetReceive, Ode, PROGRAM_VERSION,
    Program, Role, Table, VarId, Variable, Watch,
};
use crate::nmodl::report::Report;
use crate::nmodl::symbols::{Class, SWITCH, Symbols};

struct Assembler<'a, 's> {
    graph: &'a mut Graph,
    symbols: &'a Symbols<'s>,
    facts: &'a Facts,
    kept: BTreeSet<VarId>,
    hoist: Hoist,
}

pub(super) fn assemble(
    graph: &mut Graph,
    symbols: &mut Symbols,
    tables: &Tables,
    sources: &Sources,
    traced: &Traced,
    facts: &Facts,
    report: &mut Report,
) -> Option<Program> {
    let kept = find_kept(graph, symbols, traced);
    check_tables(graph, symbols, traced, facts, report);
    let mut assembler = Assembler {
        hoist: Hoist::new(symbols.variables.len() as VarId),
        graph,
        symbols,
        facts,
        kept,
    };
    let exact = assembler.blocks(&traced.exact);
    let tabled = traced.tabled.as_ref().map(|main| assembler.blocks(main));
    let odes = assembler.odes(&traced.exact);
    let (mut variables, globals) = assembler.variables(report);
    // the file may read it
    let read = variables.iter().find_map(|v| match v.role {
        Role::Global(index) if v.name == SWITCH => Some(index),
        _ => None,
    });
    let switch = read.unwrap_or(globals);
    if tabled.is_some() && read.is_none() {
        variables.push(switch_variable(switch));
    }
    Some(Program {
        version: PROGRAM_VERSION,
        name: assembler.symbols.name.clone(),
        kind: assembler.symbols.kind,
        doc: assembler.symbols.doc.clone(),
        variables,
        ions: assembler.symbols.ions.clone(),
        currents: assembler.symbols.currents.clone(),
        exact,
        tabled,
        exact_conductance: traced.exact.exact_conductance,
        net_receive: assembler.net_receive(sources, traced),
        tables: assembler.tables(tables, traced, switch),
        externals: assembler.externals(),
        diffusions: assembler.diffusions(traced),
        function_tables: assembler.symbols.function_tables.clone(),
        hooks: assembler.symbols.hooks.clone(),
        odes,
    })
}

/// The global that switches tables off: 1, or 0 for exact values.
fn switch_variable(index: u32) -> Variable {
    Variable {
        name: SWITCH.to_owned(),
        role: Role::Global(index),
        unit: String::new(),
        default: 1.0,
        limits: Some((0.0, 1.0)),
        length: 1,
        slot: None,
        range: false,
    }
}

/// A table is shared by all instances: what differs between them cannot be in it.
fn check_tables(
    graph: &Graph,
    symbols: &Symbols,
    traced: &Traced,
    facts: &Facts,
    report: &mut Report,
) {
    for table in traced.tables.iter().flatten() {
        let mut roots = table.fill.roots();
        roots.extend(table.range.roots());
        for n in graph.reachable(&roots) {
            let Op::Load(id, _) = graph.op(n) else {
                continue;
            };
            let symbol = &symbols.variables[id as usize];
            let shared = match symbol.class {
                Class::Global => !facts.assigned.contains(&id),
                Class::Outside(role) => matches!(role, Role::Celsius | Role::Dt),
                _ => false,
            };
            if !shared {
                let message = format!(
                    "a TABLE is computed from `{}`, which is not known beforehand",
                    symbol.name
                );
                report.error(symbol.span, message);
            }
        }
    }
}

impl Assembler<'_, '_> {
    fn blocks(&mut self, main: &TracedMain) -> Blocks {
        let mut blocks = Blocks::default();
        let mut hoisted = BTreeSet::new();
        if !main.current.results.is_empty() {
            let kernel = self.storable(&main.current);
            let pair = self.optimize(&kernel);
            hoisted.extend(pair.hoisted);
            let pairs = |r: &[u32]| r.chunks(2).map(|p| (p[0], p[1])).collect();
            blocks.currents = pairs(&pair.lean_results);
            blocks.currents_full = pairs(&pair.full_results);
            (blocks.current, blocks.current_full) = (pair.lean, pair.full);
        }
        if let Some((block, results)) = &main.current_script {
            blocks.current_is_script = true;
            (blocks.current, blocks.current_full) = (block.clone(), block.clone());
            (blocks.currents, blocks.currents_full) = (results.clone(), results.clone());
        }
        blocks.around = main
            .around
            .iter()
            .map(|(moment, block)| Around {
                moment: *moment,
                block: block.clone(),
            })
            .collect();
        match &main.state {
            Code::Kernel(kernel) => {
                let kernel = self.storable(kernel);
                let pair = self.optimize(&kernel);
                hoisted.extend(pair.hoisted);
                (blocks.state, blocks.state_full) = (pair.lean, pair.full);
            }
            Code::Script(block) => {
                blocks.state_is_script = true;
                (blocks.state, blocks.state_full) = (block.clone(), block.clone());
            }
        }
        blocks.init = match &main.initial {
            Code::Kernel(kernel) => schedule(self.graph, &self.storable(kernel), None).0,
            Code::Script(block) => block.clone(),
        };
        blocks.setup = self.setup(&hoisted);
        blocks
    }

    fn optimize(&mut self, kernel: &Kernel) -> super::optimize::Pair {
        let kept = &self.kept;
        let keep = |(id, _): Element| kept.contains(&id);
        optimize(self.graph, kernel, keep, &mut self.hoist, self.facts)
    }

    /// Without what is no store: values that stay, and ionic currents, which are results.
    fn storable(&self, kernel: &Kernel) -> Kernel {
        let mut kernel = kernel.clone();
        kernel.stores.retain(|((id, element), n)| {
            let class = self.symbols.variables[*id as usize].class;
            let is_current = matches!(
                class,
                Class::Outside(Role::Ion {
                    what: IonQuantity::Current,
                    ..
                })
            );
            self.graph.op(*n) != Op::Load(*id, *element) && !is_current
        });
        kernel
    }

    fn setup(&mut self, hoisted: &BTreeSet<N>) -> Block {
        let stores = hoisted
            .iter()
            .map(|n| ((self.hoist.derived[n], 0), *n))
            .collect();
        let kernel = Kernel {
            stores,
            ..Kernel::default()
        };
        schedule(self.graph, &kernel, None).0
    }

    fn odes(&mut self, main: &TracedMain) -> Vec<Ode> {
        main.odes
            .iter()
            .map(|((state, _), rate)| {
                let kernel = Kernel {
                    results: vec![*rate],
                    ..Kernel::default()
                };
                let (block, results) = schedule(self.graph, &kernel, None);
                Ode {
                    state: *state,
                    block,
                    rhs: results[0],
                }
            })
            .collect()
    }

    fn externals(&self) -> Vec<VarId> {
        let all = self.symbols.variables.iter().zip(0..);
        all.filter(|(v, _)| v.class == Class::External)
            .map(|(_, id)| id)
            .collect()
    }

    fn diffusions(&mut self, traced: &Traced) -> Vec<Diffusion> {
        let compile = |((state, element), kernel): &(Element, Kernel)| {
            let (block, results) = schedule(self.graph, kernel, None);
            Diffusion {
                state: *state,
                element: *element,
                block,
                volume: results[0],
                constant: results[1],
            }
        };
        traced.spreadings.iter().map(compile).collect()
    }

    fn net_receive(&mut self, sources: &Sources, traced: &Traced) -> Option<NetReceive> {
        let body = traced.receive.clone()?;
        let arguments = self
            .symbols
            .receive
            .as_ref()
            .map(|r| r.arguments)
            .unwrap_or_default();
        let steps = sources.receive.as_deref().unwrap_or_default();
        Some(NetReceive {
            weights: arguments.iter().map(|a| a.name.kind.clone()).collect(),
            body,
            init: traced.receive_initial.clone(),
            watches: traced
                .watches
                .iter()
                .map(|(block, value, flag)| Watch {
                    block: block.clone(),
                    value: *value,
                    flag: *flag,
                })
                .collect(),
            additive: is_additive(self.graph, self.symbols, self.facts, steps),
        })
    }

    fn tables(&mut self, tables: &Tables, traced: &Traced, switch: u32) -> Vec<Table> {
        let named = |(id, element): &(VarId, u32)| {
            let symbol = &self.symbols.variables[*id as usize];
            match symbol.length {
                1 => symbol.name.clone(),
                _ => format!("{}[{element}]", symbol.name),
            }
        };
        tables
            .all
            .iter()
            .zip(&traced.tables)
            .map(|(table, code)| {
                let Some(code) = code else {
                    return absent_table(switch);
                };
                let columns = match table.columns.as_slice() {
                    [] => vec![table.callable.name.kind.clone()],
                    columns => columns.iter().map(named).collect(),
                };
                let (range, ends) = schedule(self.graph, &code.range, None);
                let (fill, values) = schedule(self.graph, &code.fill, Some(code.grid));
                Table {
                    columns,
                    range,
                    from: ends[0],
                    to: ends[1],
                    intervals: table.intervals,
                    fill,
                    values,
                    switch,
                }
            })
            .collect()
    }

    /// All variables with roles and slots, and the number of globals.
    fn variables(&self, report: &mut Report) -> (Vec<Variable>, u32) {
        let mut globals = 0;
        let mut variables: Vec<Variable> = Vec::new();
        for (id, symbol) in self.symbols.variables.iter().enumerate() {
            let role = self.role(id as VarId, &mut globals, report);
            variables.push(Variable {
                name: symbol.name.clone(),
                role,
                unit: symbol.unit.clone(),
                default: symbol.default,
                limits: symbol.limits,
                length: symbol.length,
                slot: None,
                range: symbol.range,
            });
        }
        let mut derived: Vec<VarId> = self.hoist.derived.values().copied().collect();
        derived.sort_unstable();
        for k in 0..derived.len() {
            variables.push(Variable {
                name: format!("derived{k}"),
                role: Role::Derived,
                unit: String::new(),
                default: 0.0,
                limits: None,
                length: 1,
                slot: None,
                range: false,
            });
        }
        assign_slots(&mut variables);
        (variables, globals)
    }

    fn role(&self, id: VarId, globals: &mut u32, report: &mut Report) -> Role {
        let symbol = &self.symbols.variables[id as usize];
        match symbol.class {
            Class::Parameter if self.facts.varying.contains(&id) => Role::Assigned,
            Class::Parameter => Role::Parameter,
            Class::Global if self.facts.assigned.contains(&id) => {
                let message = format!(
                    "`{}` is one for the whole mechanism, but is assigned: each instance has its own",
                    symbol.name
                );
                report.warning(symbol.span, message);
                Role::Assigned
            }
            Class::Global | Class::External => {
                *globals += symbol.length;
                Role::Global(*globals - symbol.length)
            }
            Class::State => Role::State,
            Class::Assigned | Class::Current if self.kept.contains(&id) => Role::Assigned,
            Class::Assigned | Class::Current => Role::Transient,
            Class::Pointer => Role::Pointer,
            Class::Outside(role) => role,
        }
    }
}

/// What stands for a table that instances compute for themselves: its switch.
fn absent_table(switch: u32) -> Table {
    let end = |dst: u32, value: f64| Instr::Const { dst, value };
    Table {
        columns: Vec::new(),
        range: Block {
            code: vec![end(0, 0.0), end(1, 1.0)],
            registers: 2,
        },
        from: 0,
        to: 1,
        intervals: 1,
        fill: Block {
            code: Vec::new(),
            registers: 1,
        },
        values: Vec::new(),
        switch,
    }
}

/// Slots in the order of the variables, transient ones behind all others.
fn assign_slots(variables: &mut [Variable]) {
    let mut next = 0;
    for transient in [false, true] {
        for v in variables.iter_mut() {
            let stored = matches!(
                v.role,
                Role::Parameter
                    | Role::State
                    | Role::Assigned
                    | Role::Transient
                    | Role::Derived
                    | Role::Pointer
            );
            if stored && (v.role == Role::Transient) == transient {
                v.slot = Some(next);
                next += v.length;
            }
        }
    }
}
