//! Checks that a program can be executed: what every executor may rely on.
//!
//! A program made by [`crate::nmodl::compile`] always passes; one that was read from a file must be checked, since
//! executors do not look again.

use std::fmt;

use crate::mech::{Block, Blocks, Instr, Kind, Moment, PROGRAM_VERSION, Program, Reg, Role};

mod code;
use code::check_block;

/// Something that makes a program impossible to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Defect {
    /// The block or table it is in: `exact.current`, `variables`.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What a block is used for, which decides what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Init,
    Setup,
    Lean,
    Full,
    StateScript,
    CurrentScript,
    Around,
    Receive,
    Watch,
    Range,
    Fill,
    Rhs,
}

impl Use {
    /// Straight-line, single assignment, no effects.
    fn is_kernel(self) -> bool {
        matches!(
            self,
            Use::Setup | Use::Lean | Use::Full | Use::Fill | Use::Rhs
        )
    }

    /// A script that runs in every step for all instances.
    fn is_looped(self) -> bool {
        matches!(self, Use::StateScript | Use::CurrentScript | Use::Around)
    }

    /// Whether the block may draw random numbers.
    fn may_draw(self) -> bool {
        matches!(self, Use::Init | Use::Receive) || self.is_looped()
    }

    /// Whether the block may change a variable of this role.
    fn may_store(self, role: Role) -> bool {
        match role {
            Role::State | Role::Assigned => !matches!(
                self,
                Use::Setup | Use::Watch | Use::Range | Use::Fill | Use::Rhs
            ),
            Role::Ion { .. } => matches!(
                self,
                Use::Init
                    | Use::Lean
                    | Use::Full
                    | Use::StateScript
                    | Use::CurrentScript
                    | Use::Around
                    | Use::Receive
            ),
            Role::Transient => {
                matches!(self, Use::Init | Use::Full | Use::Receive) || self.is_looped()
            }
            Role::Derived => self == Use::Setup,
            Role::Parameter => self == Use::Init,
            Role::Voltage => matches!(self, Use::Init | Use::Receive),
            Role::Weight(_) | Role::PeerWeight(_) => self == Use::Receive,
            Role::Pointer => matches!(self, Use::Init | Use::Receive) || self.is_looped(),
            Role::Global(_)
            | Role::Time
            | Role::Dt
            | Role::Celsius
            | Role::Diam
            | Role::Area
            | Role::Flag => false,
        }
    }

    /// Whether the block may read a variable of this role.
    fn may_load(self, role: Role) -> bool {
        match role {
            Role::Weight(_) | Role::Flag | Role::PeerWeight(_) => self == Use::Receive,
            Role::Transient => !matches!(self, Use::Lean),
            _ => true,
        }
    }
}

/// Everything that is wrong with a program; empty if it can be run.
pub fn verify(program: &Program) -> Vec<Defect> {
    let mut defects = Vec::new();
    if program.version != PROGRAM_VERSION {
        push(
            &mut defects,
            "program",
            format!("version {}", program.version),
        );
    }
    check_variables(program, &mut defects);
    if !defects.is_empty() {
        return defects;
    }
    check_blocks(program, "exact", &program.exact, &mut defects);
    if let Some(tabled) = &program.tabled {
        check_blocks(program, "tabled", tabled, &mut defects);
    }
    check_receive(program, &mut defects);
    check_tables(program, &mut defects);
    for external in &program.externals {
        let variable = program.variables.get(*external as usize);
        if !variable.is_some_and(|v| matches!(v.role, Role::Global(_))) {
            let what = format!("variable {external} is no global");
            push(&mut defects, "externals", what);
        }
    }
    for (k, diffusion) in program.diffusions.iter().enumerate() {
        let place = format!("diffusions[{k}]");
        let state = program.variables.get(diffusion.state as usize);
        if state.is_none_or(|v| {
            let diffuses = matches!(v.role, Role::State | Role::Ion { .. });
            !diffuses || diffusion.element >= v.length
        }) || program.kind != Kind::Density
        {
            push(&mut defects, &place, "diffuses what cannot".to_owned());
        }
        let results = [diffusion.volume, diffusion.constant];
        let block = &diffusion.block;
        check(program, &place, block, Use::Rhs, &results, &mut defects);
    }
    for (k, ode) in program.odes.iter().enumerate() {
        let place = format!("odes[{k}]");
        if ode.state as usize >= program.variables.len() {
            push(&mut defects, &place, format!("no variable {}", ode.state));
        }
        check(
            program,
            &place,
            &ode.block,
            Use::Rhs,
            &[ode.rhs],
            &mut defects,
        );
    }
    defects
}

fn push(defects: &mut Vec<Defect>, place: &str, what: String) {
    defects.push(Defect {
        place: place.to_owned(),
        what,
    });
}

fn check(
    program: &Program,
    place: &str,
    block: &Block,
    used: Use,
    results: &[Reg],
    defects: &mut Vec<Defect>,
) {
    defects.extend(
        check_block(program, block, used, results)
            .into_iter()
            .map(|what| Defect {
                place: place.to_owned(),
                what,
            }),
    );
}

fn check_variables(program: &Program, defects: &mut Vec<Defect>) {
    let mut taken = std::collections::BTreeMap::new();
    let mut globals = std::collections::BTreeSet::new();
    for v in &program.variables {
        let mut wrong = |what: String| push(defects, "variables", format!("`{}`: {what}", v.name));
        if v.length == 0 || v.length > 1 << 20 {
            wrong(format!("has {} elements", v.length));
            continue;
        }
        match (v.role, v.slot) {
            (
                Role::Parameter
                | Role::State
                | Role::Assigned
                | Role::Transient
                | Role::Derived
                | Role::Pointer,
                slot,
            ) => {
                let Some(slot) = slot.filter(|s| *s < 1 << 24) else {
                    wrong(format!("has no usable slot ({slot:?})"));
                    continue;
                };
                for s in slot..slot + v.length {
                    if let Some(other) = taken.insert(s, &v.name) {
                        wrong(format!("shares slot {s} with `{other}`"));
                    }
                }
            }
            (_, Some(slot)) => wrong(format!("has slot {slot}, but is not stored")),
            (Role::Global(index), None) => {
                for g in index..index.saturating_add(v.length) {
                    if !globals.insert(g) {
                        wrong(format!("is a second global {g}"));
                    }
                }
            }
            (Role::Ion { ion, .. }, None) if ion as usize >= program.ions.len() => {
                wrong(format!("there is no ion {ion}"))
            }
            (Role::Weight(k) | Role::PeerWeight(k), None) => {
                let weights = program.net_receive.as_ref().map_or(0, |n| n.weights.len());
                if k as usize >= weights {
                    wrong(format!("there is no weight {k}"));
                }
            }
            _ => {}
        }
    }
    let lean = program.slots();
    for v in program
        .variables
        .iter()
        .filter(|v| v.role == Role::Transient)
    {
        if v.slot.is_some_and(|s| s < lean) {
            push(
                defects,
                "variables",
                format!(
                    "`{}` is transient, but its slot lies among the others",
                    v.name
                ),
            );
        }
    }
    for c in &program.currents {
        if c.ion.is_some_and(|i| i as usize >= program.ions.len()) {
            push(
                defects,
                "currents",
                format!("`{}`: there is no such ion", c.name),
            );
        }
    }
}

fn check_blocks(program: &Program, name: &str, b: &Blocks, defects: &mut Vec<Defect>) {
    let results =
        |pairs: &[(Reg, Reg)]| pairs.iter().flat_map(|&(i, g)| [i, g]).collect::<Vec<_>>();
    let mut block = |part: &str, block: &Block, used: Use, results: &[Reg]| {
        check(
            program,
            &format!("{name}.{part}"),
            block,
            used,
            results,
            defects,
        );
    };
    block("init", &b.init, Use::Init, &[]);
    block("setup", &b.setup, Use::Setup, &[]);
    let (lean, full) = if b.current_is_script {
        (Use::CurrentScript, Use::CurrentScript)
    } else {
        (Use::Lean, Use::Full)
    };
    block("current", &b.current, lean, &results(&b.currents));
    block(
        "current_full",
        &b.current_full,
        full,
        &results(&b.currents_full),
    );
    for around in &b.around {
        let used = match around.moment {
            Moment::BeforeInitial | Moment::AfterInitial => Use::Init,
            _ => Use::Around,
        };
        block(&format!("{:?}", around.moment), &around.block, used, &[]);
    }
    let (lean, full) = if b.state_is_script {
        (Use::StateScript, Use::StateScript)
    } else {
        (Use::Lean, Use::Full)
    };
    block("state", &b.state, lean, &[]);
    block("state_full", &b.state_full, full, &[]);
    let currents = program.currents.len();
    if b.currents.len() != currents || b.currents_full.len() != currents {
        push(
            defects,
            name,
            format!("results for {} of {currents} currents", b.currents.len()),
        );
    }
}

fn check_receive(program: &Program, defects: &mut Vec<Defect>) {
    let Some(receive) = &program.net_receive else {
        return;
    };
    check(
        program,
        "net_receive",
        &receive.body,
        Use::Receive,
        &[],
        defects,
    );
    if let Some(init) = &receive.init {
        check(
            program,
            "net_receive.init",
            init,
            Use::Receive,
            &[],
            defects,
        );
    }
    for (k, watch) in receive.watches.iter().enumerate() {
        check(
            program,
            &format!("watches[{k}]"),
            &watch.block,
            Use::Watch,
            &[watch.value],
            defects,
        );
    }
}

fn check_tables(program: &Program, defects: &mut Vec<Defect>) {
    for table in &program.function_tables {
        if !(1..=3).contains(&table.arguments.len()) {
            let what = format!("`{}` has {} arguments", table.name, table.arguments.len());
            push(defects, "function_tables", what);
        }
    }
    let globals = program.globals().len();
    for (k, table) in program.tables.iter().enumerate() {
        let place = format!("tables[{k}]");
        check(
            program,
            &place,
            &table.range,
            Use::Range,
            &[table.from, table.to],
            defects,
        );
        check(
            program,
            &place,
            &table.fill,
            Use::Fill,
            &table.values,
            defects,
        );
        if table.intervals == 0 || table.columns.len() != table.values.len() {
            push(
                defects,
                &place,
                "has no intervals, or columns without values".to_owned(),
            );
        }
        if table.switch as usize >= globals {
            push(
                defects,
                &place,
                format!("there is no global {}", table.switch),
            );
        }
    }
}

/// Whether a sequence has anything that a kernel may not have.
pub fn is_straight_line(code: &[Instr]) -> bool {
    let script_only = |i: &Instr| {
        matches!(
            i,
            Instr::If { .. }
                | Instr::While { .. }
                | Instr::Copy { .. }
                | Instr::NetSend { .. }
                | Instr::NetEvent { .. }
                | Instr::NetMove { .. }
                | Instr::Watch { .. }
                | Instr::Random { .. }
                | Instr::SetSequence { .. }
                | Instr::SetIds { .. }
                | Instr::Hook { .. }
                | Instr::ForConnections { .. }
                | Instr::Load { index: Some(_), .. }
                | Instr::Store { index: Some(_), .. }
        )
    };
    !code.iter().any(script_only)
}
