//! The mechanisms of one simulation: program, values of globals, filled tables, and who executes what.

use crate::config::{Config, Kernels};
use crate::engine::functions::{check_function_tables, externals, function_tables, hooks};
use crate::error::{BuildError, BuildErrors};
use crate::instance::Instance;
use crate::mech::HookCode;
use crate::mech::look_up::LookUp;
use crate::mech::script::ScriptHost;
use crate::mech::table::TableData;
use crate::mech::{
    Catalogue, Cursor, KernelArgs, Lists, NativeTable, Strided, accumulate, call, run_kernel,
};
use crate::rng::Stream;
use crate::simd::{Isa, LANES, Portable8};
use netdsl_lang::mech::abi::Sink;
use netdsl_lang::mech::interpret::Interpreter;
use netdsl_lang::mech::visit;
use netdsl_lang::mech::{Block, Blocks, Instr, IonQuantity, Kind, Moment, Program, Role};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

thread_local! {
    static INTERPRETER: RefCell<Interpreter> = RefCell::new(Interpreter::new());
}

/// Runs a script for one instance.
pub(crate) fn run_script(program: &Program, block: &Block, host: &mut ScriptHost<'_>) {
    INTERPRETER.with_borrow_mut(|interpreter| interpreter.run_script(program, block, host));
}

/// Runs a script for one instance and returns a register.
pub(crate) fn evaluate(
    program: &Program,
    block: &Block,
    value: u32,
    host: &mut ScriptHost<'_>,
) -> f64 {
    INTERPRETER.with_borrow_mut(|interpreter| {
        interpreter.run_script(program, block, host);
        interpreter.register(value)
    })
}

/// A mechanism as this simulation runs it.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) program: Arc<Program>,
    native: Option<NativeTable>,
    pub(crate) globals: Vec<f64>,
    pub(crate) tables: Vec<TableData>,
    /// Data of the FUNCTION_TABLEs.
    pub(crate) function_tables: Vec<LookUp>,
    /// Functions of the program, by number of the hook.
    pub(crate) hooks: Vec<HookCode>,
    tabled: bool,
    isa: Isa,
    /// By slot (of the full layout): changed after initialisation, so every instance needs its own.
    pub(crate) changes: Vec<bool>,
    /// A POINTER may change parameters that derived ones depend on.
    pub(crate) set_up_each_step: bool,
    /// Its current is `g v + c` with constants: goes into the matrix once.
    pub(crate) constant_current: bool,
    /// Its NET_RECEIVE has one argument, and leaves it as it is.
    pub(crate) keeps_one_weight: bool,
    /// Number of random streams an instance has.
    pub(crate) streams: usize,
}

impl Prepared {
    /// The code in force: with tables, or exact.
    pub(crate) fn blocks(&self) -> &Blocks {
        match &self.program.tabled {
            Some(tabled) if self.tabled => tabled,
            _ => &self.program.exact,
        }
    }

    /// Adds the currents of all instances to matrix and pools. `streams` are those of all lanes.
    pub(crate) fn current(&self, args: &KernelArgs, full: bool, streams: &mut [Stream]) {
        let blocks = self.blocks();
        if blocks.current_is_script {
            return self.script_currents(blocks, args, streams);
        }
        let native = self
            .native
            .as_ref()
            .and_then(|native| native.current(self.isa, self.tabled));
        match (native, full) {
            // SAFETY: `isa` was detected, and the arguments come from a group built for this mechanism
            (Some(native), false) => unsafe { call(native, args) },
            (None, false) => run_kernel(
                self.isa,
                &self.program,
                &blocks.current,
                &blocks.currents,
                args,
            ),
            (_, true) => run_kernel(
                self.isa,
                &self.program,
                &blocks.current_full,
                &blocks.currents_full,
                args,
            ),
        }
    }

    /// Advances the states of all instances.
    pub(crate) fn state(&self, args: &KernelArgs, full: bool, streams: &mut [Stream]) {
        let blocks = self.blocks();
        let code = if full {
            &blocks.state_full.code
        } else {
            &blocks.state.code
        };
        if code.is_empty() {
            return;
        }
        if blocks.state_is_script {
            return self.script_for_all(
                if full {
                    &blocks.state_full
                } else {
                    &blocks.state
                },
                args,
                streams,
            );
        }
        let native = self
            .native
            .as_ref()
            .and_then(|native| native.state(self.isa, self.tabled));
        match (native, full) {
            // SAFETY: as `current`
            (Some(native), false) => unsafe { call(native, args) },
            (None, false) => run_kernel(self.isa, &self.program, &blocks.state, &[], args),
            (_, true) => run_kernel(self.isa, &self.program, &blocks.state_full, &[], args),
        }
    }

    fn let_change(&mut self, slot: u32) {
        self.changes[slot as usize] = true;
        let program = Arc::clone(&self.program);
        visit(&self.blocks().setup.code.clone(), &mut |instr| {
            if let Instr::Load { var, .. } = instr {
                let variable = &program.variables[*var as usize];
                let own = |first: u32| (first..first + variable.length).contains(&slot);
                self.set_up_each_step |= variable.slot.is_some_and(own);
            }
        });
        if self.set_up_each_step {
            for (index, variable) in program.variables.iter().enumerate() {
                if variable.role == Role::Derived {
                    program.mark(index, &mut self.changes);
                }
            }
        }
        self.constant_current = has_constant_current(self);
    }

    /// Computes the derived parameters of all instances.
    pub(crate) fn setup(&self, args: &KernelArgs) {
        run_kernel(self.isa, &self.program, &self.blocks().setup, &[], args);
    }

    /// Runs INITIAL of all instances, where it is straight-line.
    pub(crate) fn init(&self, args: &KernelArgs) {
        run_kernel(self.isa, &self.program, &self.blocks().init, &[], args);
    }

    /// Runs the BEFORE and AFTER blocks of a moment.
    pub(crate) fn around(&self, moment: Moment, args: &KernelArgs, streams: &mut [Stream]) {
        for block in self.blocks().at(moment) {
            self.script_for_all(block, args, streams);
        }
    }

    /// Runs a script without events instance by instance.
    fn script_for_all(&self, block: &Block, args: &KernelArgs, streams: &mut [Stream]) {
        let mut effects = Vec::new();
        let lists = Lists::of(args);
        for row in 0..args.rows {
            for lane_block in 0..args.blocks {
                for lane in 0..LANES {
                    let place = (row, lane_block, lane);
                    let own = &mut streams[self.streams_of(args.blocks, place)];
                    let mut host = ScriptHost::new(&lists, place, &mut [], 0.0, &mut effects, own);
                    run_script(&self.program, block, &mut host);
                }
            }
        }
    }

    /// Currents of a script, instance by instance.
    fn script_currents(&self, blocks: &Blocks, args: &KernelArgs, streams: &mut [Stream]) {
        let mut effects = Vec::new();
        let zero = || (Portable8([0.0; LANES]), Portable8([0.0; LANES]));
        let mut values: Vec<_> = blocks.currents.iter().map(|_| zero()).collect();
        let lists = Lists::of(args);
        for row in 0..args.rows {
            for lane_block in 0..args.blocks {
                for lane in 0..LANES {
                    let place = (row, lane_block, lane);
                    let own = &mut streams[self.streams_of(args.blocks, place)];
                    let mut host = ScriptHost::new(&lists, place, &mut [], 0.0, &mut effects, own);
                    INTERPRETER.with_borrow_mut(|interpreter| {
                        interpreter.run_script(&self.program, &blocks.current, &mut host);
                        for (value, (i, g)) in values.iter_mut().zip(&blocks.currents) {
                            value.0.0[lane] = interpreter.register(*i);
                            value.1.0[lane] = interpreter.register(*g);
                        }
                    });
                }
                let sinks = self.program.currents.iter().map(Sink::of);
                accumulate(&Cursor::new(&lists, row, lane_block), sinks, &values);
            }
        }
    }

    /// Where the streams of an instance are among those of its group.
    pub(crate) fn streams_of(
        &self,
        blocks: usize,
        (row, block, lane): (usize, usize, usize),
    ) -> std::ops::Range<usize> {
        let first = ((row * blocks + block) * LANES + lane) * self.streams;
        first..first + self.streams
    }

    /// Runs NET_RECEIVE for one event.
    pub(crate) fn net_receive(&self, host: &mut ScriptHost<'_>) {
        match self.native.as_ref().and_then(NativeTable::net_receive) {
            Some(native) => native(host),
            None => {
                if let Some(receive) = &self.program.net_receive {
                    run_script(&self.program, &receive.body, host);
                }
            }
        }
    }

    pub(crate) fn is_density(&self) -> bool {
        self.program.kind == Kind::Density
    }

    /// Writes concentrations: goes before those that read them, as in NEURON.
    fn writes_concentrations(&self) -> bool {
        let concentration =
            |q: &IonQuantity| matches!(q, IonQuantity::Inside | IonQuantity::Outside);
        self.program
            .ions
            .iter()
            .any(|ion| ion.writes.iter().any(concentration))
    }
}

/// The mechanisms of a simulation in the order of their evaluation.
#[derive(Debug)]
pub(crate) struct Mechanisms {
    pub(crate) all: Vec<Arc<Prepared>>,
    by_name: BTreeMap<String, usize>,
}

impl Mechanisms {
    /// Those that `names` (with a place to name in errors) ask for.
    pub(crate) fn prepare(
        instance: &Instance,
        names: &BTreeMap<String, String>,
        catalogue: &Catalogue,
        config: &Config,
        errors: &mut BuildErrors,
    ) -> Self {
        let mut all = Vec::new();
        for (name, place) in names {
            match catalogue.get(name) {
                Some(mechanism) => {
                    let functions = function_tables(instance, &mechanism.program, errors);
                    let externals = externals(instance, &mechanism.program, catalogue, errors);
                    let mut prepared =
                        prepare_one(instance, mechanism, config, functions, &externals);
                    prepared.hooks = hooks(&mechanism.program, catalogue, errors);
                    all.push(prepared);
                }
                None => errors.push(BuildError::UnknownMechanism {
                    name: name.clone(),
                    place: place.clone(),
                    hint: near(
                        name,
                        catalogue.names(),
                        "declare it with `mechanism!`, or pass its .mod file",
                    ),
                }),
            }
        }
        check_globals(instance, catalogue, errors);
        check_function_tables(instance, catalogue, errors);
        all.sort_by_key(|prepared| {
            (
                !prepared.writes_concentrations(),
                prepared.program.name.clone(),
            )
        });
        let by_name = all
            .iter()
            .enumerate()
            .map(|(k, p)| (p.program.name.clone(), k))
            .collect();
        Self {
            all: all.into_iter().map(Arc::new).collect(),
            by_name,
        }
    }

    /// A slot of a mechanism may change at any time: through a POINTER.
    pub(crate) fn let_change(&mut self, mechanism: usize, slot: u32) {
        let prepared = &mut self.all[mechanism];
        let prepared = Arc::get_mut(prepared).expect("nothing is built from it yet");
        prepared.let_change(slot);
    }

    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }
}

/// "; did you mean `x`?" or the remedy.
pub(crate) fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>, remedy: &str) -> String {
    match netdsl_lang::diag::nearest(name, known) {
        Some(found) => format!("; did you mean `{found}`?"),
        None if remedy.is_empty() => String::new(),
        None => format!("; {remedy}"),
    }
}

fn check_globals(instance: &Instance, catalogue: &Catalogue, errors: &mut BuildErrors) {
    for global in &instance.globals {
        let Some(mechanism) = catalogue.get(&global.mechanism) else {
            continue;
        };
        let globals = mechanism.program.globals();
        if !globals.iter().any(|v| v.name == global.name) {
            errors.push(BuildError::UnknownVariable {
                mechanism: global.mechanism.clone(),
                name: global.name.clone(),
                what: "global",
                place: "globals".into(),
                hint: near(
                    &global.name,
                    globals.iter().map(|v| v.name.as_str()),
                    "it has no globals of a similar name",
                ),
            });
        }
    }
}

fn prepare_one(
    instance: &Instance,
    mechanism: &crate::mech::Mechanism,
    config: &Config,
    function_tables: Vec<LookUp>,
    externals: &[(String, f64)],
) -> Prepared {
    let program = Arc::clone(&mechanism.program);
    let mut globals = Vec::new();
    for variable in program.globals() {
        let given = |g: &&crate::instance::GlobalValue| {
            g.mechanism == program.name && g.name == variable.name
        };
        let other = externals.iter().find(|e| e.0 == variable.name);
        let value = match instance.globals.iter().rev().find(given) {
            _ if other.is_some() => other.map_or(0.0, |e| e.1),
            Some(global) => global.value,
            None if is_table_switch(&program, &variable.role) => f64::from(config.use_tables),
            None => variable.default,
        };
        globals.extend(std::iter::repeat_n(value, variable.length as usize));
    }
    let tabled = program.tabled.is_some()
        && program
            .tables
            .iter()
            .all(|t| globals[t.switch as usize] != 0.0);
    let isa = match config.kernels {
        Kernels::Best | Kernels::Native | Kernels::Vm => Isa::detect(),
        Kernels::Avx2 => Isa::detect().at_most(Isa::Avx2),
        Kernels::Portable => Isa::Portable,
    };
    let native = match config.kernels {
        // a user's crate is not optimised in a debug build: the VM, which sits in a dependency, is faster there
        Kernels::Best if cfg!(debug_assertions) => None,
        Kernels::Vm => None,
        _ => mechanism.native,
    };
    let tables = fill_tables(&program, &globals, &function_tables, config);
    let mut prepared = Prepared {
        changes: program.changing_slots(),
        set_up_each_step: false,
        constant_current: false,
        keeps_one_weight: keeps_one_weight(&program),
        streams: count_streams(&program),
        program,
        native,
        globals,
        tables,
        function_tables,
        hooks: Vec::new(),
        tabled,
        isa,
    };
    prepared.constant_current = has_constant_current(&prepared);
    prepared
}

/// NET_RECEIVE has one argument, and neither it nor its INITIAL assigns it.
fn keeps_one_weight(program: &Program) -> bool {
    let Some(receive) = &program.net_receive else {
        return false;
    };
    let is_weight = |role: Role| matches!(role, Role::Weight(_) | Role::PeerWeight(_));
    let mut kept = receive.weights.len() == 1;
    for block in std::iter::once(&receive.body).chain(&receive.init) {
        visit(&block.code, &mut |instr| {
            if let Instr::Store { var, .. } = instr {
                kept &= !is_weight(program.variables[*var as usize].role);
            }
        });
    }
    kept
}

fn is_table_switch(program: &Program, role: &Role) -> bool {
    matches!(role, Role::Global(index) if program.tables.iter().any(|t| t.switch == *index))
}

/// Code that lanes can run: no conditions, loops or effects.
pub(crate) fn is_plain(code: &[Instr]) -> bool {
    code.iter().all(|instr| match instr {
        Instr::If { .. }
        | Instr::While { .. }
        | Instr::NetSend { .. }
        | Instr::NetEvent { .. }
        | Instr::NetMove { .. }
        | Instr::Watch { .. }
        | Instr::Random { .. }
        | Instr::SetSequence { .. }
        | Instr::SetIds { .. }
        | Instr::Hook { .. }
        | Instr::ForConnections { .. } => false,
        Instr::Load { index, .. } | Instr::Store { index, .. } => index.is_none(),
        _ => true,
    })
}

/// Code that assigns to a POINTER, which kernels cannot.
pub(crate) fn writes_pointers(program: &Program, code: &[Instr]) -> bool {
    let mut writes = false;
    visit(code, &mut |instr| {
        if let Instr::Store { var, .. } = instr {
            writes |= program.variables[*var as usize].role == Role::Pointer;
        }
    });
    writes
}

fn count_streams(program: &Program) -> usize {
    let mut streams = 0;
    for block in program.blocks() {
        visit(&block.code, &mut |instr| {
            if let Instr::Random { stream, .. }
            | Instr::SetSequence { stream, .. }
            | Instr::SetIds { stream, .. } = instr
            {
                streams = streams.max(*stream as usize + 1);
            }
        });
    }
    let of_hooks = program.hooks.iter().map(|h| h.stream as usize + 1);
    streams.max(of_hooks.max().unwrap_or(0))
}

/// Nothing but the voltage enters that could change during a run, and the current is affine in it.
fn has_constant_current(prepared: &Prepared) -> bool {
    let program = &prepared.program;
    let mut constant = program.exact_conductance
        && !program.currents.is_empty()
        && program.currents.iter().all(|c| c.ion.is_none())
        && program.kind == Kind::Density;
    constant &= !prepared.blocks().current_is_script;
    visit(&prepared.blocks().current.code, &mut |instr| match instr {
        Instr::Load { var, .. } => {
            let variable = &program.variables[*var as usize];
            constant &= match variable.role {
                Role::Voltage | Role::Global(_) | Role::Celsius | Role::Diam | Role::Area => true,
                Role::Parameter | Role::Derived | Role::Assigned => {
                    !prepared.changes[variable.slot.expect("stored per instance") as usize]
                }
                _ => false,
            };
        }
        // a condition may depend on the voltage: then the current is only piecewise affine
        Instr::Store { .. } | Instr::Select { .. } | Instr::TableAt { .. } => constant = false,
        _ => {}
    });
    constant
}

/// Arguments for code that sees only globals, step and temperature.
fn free_standing(globals: &[f64], functions: &[LookUp], config: &Config, node: &u32) -> KernelArgs {
    KernelArgs {
        rows: 1,
        blocks: 1,
        nodes: std::slice::from_ref(node),
        first_blocks: &[],
        slots: &[],
        globals,
        ions: &[],
        voltage: Strided::NOWHERE,
        rhs: Strided::NOWHERE,
        diagonal: Strided::NOWHERE,
        diam: Strided::NOWHERE,
        area: Strided::NOWHERE,
        scale: Strided::NOWHERE,
        density: Strided::NOWHERE,
        tables: std::ptr::null(),
        function_tables: functions.as_ptr(),
        hooks: std::ptr::null(),
        pointers: std::ptr::null(),
        time: 0.0,
        dt: config.dt,
        celsius: config.celsius,
    }
}

fn fill_tables(
    program: &Program,
    globals: &[f64],
    functions: &[LookUp],
    config: &Config,
) -> Vec<TableData> {
    let node = 0;
    let args = free_standing(globals, functions, config, &node);
    let lists = Lists::of(&args);
    let mut effects = Vec::new();
    let mut interpreter = Interpreter::new();
    let mut evaluate = |block: &Block, x: Option<f64>, wanted: &[u32]| -> Vec<f64> {
        let mut host = ScriptHost::new(&lists, (0, 0, 0), &mut [], 0.0, &mut effects, &mut []);
        if let Some(x) = x {
            interpreter.set_register(0, x);
        }
        interpreter.run_script(program, block, &mut host);
        wanted.iter().map(|&r| interpreter.register(r)).collect()
    };
    let mut tables = Vec::new();
    for table in &program.tables {
        let ends = evaluate(&table.range, None, &[table.from, table.to]);
        let step = (ends[1] - ends[0]) / f64::from(table.intervals);
        let mut columns =
            vec![Vec::with_capacity(table.intervals as usize + 2); table.values.len()];
        // the grid as NEURON makes it: by adding the step
        let mut x = ends[0];
        for _ in 0..=table.intervals {
            for (column, value) in
                columns
                    .iter_mut()
                    .zip(evaluate(&table.fill, Some(x), &table.values))
            {
                column.push(value);
            }
            x += step;
        }
        tables.push(TableData::new(ends[0], ends[1], table.intervals, columns));
    }
    tables
}
