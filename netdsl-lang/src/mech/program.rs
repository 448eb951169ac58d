//! The mechanism program: variables, and blocks of three-address code over them.
//!
//! Two kinds of block:
//! - *kernels* (`current`, `state`, `setup`): straight-line, in static single assignment, no effects. They run over
//!   many instances in lanes. Conditions are [`Instr::Select`].
//! - *scripts* (`init`, `net_receive`): may hold [`Instr::If`], [`Instr::While`], registers assigned more than once, and
//!   effects. They run for one instance at a time. A script without these may be run as a kernel.

use serde::{Deserialize, Serialize};

/// Version of the serialised form; a program of another version is refused.
pub const PROGRAM_VERSION: u32 = 3;

/// A register of a block. Holds a number or, where an instruction says so, a truth value.
pub type Reg = u32;

/// Index in [`Program::variables`].
pub type VarId = u32;

/// A mechanism, lowered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// [`PROGRAM_VERSION`].
    pub version: u32,
    /// SUFFIX, POINT_PROCESS or ARTIFICIAL_CELL name.
    pub name: String,
    /// Where instances live.
    pub kind: Kind,
    /// The file's TITLE or first comment, for help texts.
    pub doc: String,
    /// Every variable that has storage or comes from outside, in declaration order.
    pub variables: Vec<Variable>,
    /// The ions used, in order of USEION.
    pub ions: Vec<Ion>,
    /// The currents of BREAKPOINT in the order of their declaration.
    pub currents: Vec<Current>,
    /// The code, with TABLEs computed exactly.
    pub exact: Blocks,
    /// The code with TABLEs interpolated, where the file has any: in force while the mechanism's `usetable` is not 0.
    pub tabled: Option<Blocks>,
    /// The conductances of `current` are exact (the currents are affine in v), else they are NEURON's difference quotient
    /// with a step of 0.001 mV.
    pub exact_conductance: bool,
    /// NET_RECEIVE. Script.
    pub net_receive: Option<NetReceive>,
    /// Interpolation tables (TABLE), filled by `Table::fill`.
    pub tables: Vec<Table>,
    /// FUNCTION_TABLEs: functions whose values the model gives.
    pub function_tables: Vec<FunctionTable>,
    /// Functions of the model's program that take the place of C.
    pub hooks: Vec<Hook>,
    /// EXTERNAL: globals that have the value of a global of another mechanism, whose name and that mechanism's they
    /// bear (`gmax_hh`).
    pub externals: Vec<VarId>,
    /// LONGITUDINAL_DIFFUSION of states between compartments.
    pub diffusions: Vec<Diffusion>,
    /// What the solver methods started from, kept for adaptive steps and other methods.
    pub odes: Vec<Ode>,
}

/// Where instances of a mechanism live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// SUFFIX: on every compartment of a section, quantities per area.
    Density,
    /// POINT_PROCESS: at one place, absolute quantities.
    Point,
    /// ARTIFICIAL_CELL: nowhere; driven by events alone.
    Artificial,
}

/// A variable of a mechanism.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variable {
    /// Name in the file (`gnabar`, without the suffix).
    pub name: String,
    /// What it is and who sets it.
    pub role: Role,
    /// Unit as written in the file, without parentheses; empty if none.
    pub unit: String,
    /// Initial value: PARAMETER default, 0 otherwise.
    pub default: f64,
    /// Limits `<lo, hi>` of the file.
    pub limits: Option<(f64, f64)>,
    /// Number of elements; 1 for a scalar. Element k of an array occupies slot `slot + k`.
    pub length: u32,
    /// First slot of the instance's storage; `None` for what is not stored per instance.
    pub slot: Option<u32>,
    /// In RANGE (or a parameter or state of a point process), so that a model may set it per place.
    pub range: bool,
}

/// What a variable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Set by the model, per instance.
    Parameter,
    /// One value for all instances of the mechanism, set by the model: PARAMETERs not in RANGE (of density mechanisms,
    /// point processes and artificial cells alike, as in NEURON). Index in the mechanism's table of globals.
    Global(u32),
    /// Advanced by SOLVE.
    State,
    /// Written by the mechanism and kept between blocks. Also a PARAMETER that other blocks than INITIAL assign: it has
    /// its `default`, and a model may set it if it is in `range`.
    Assigned,
    /// Written by a block before it is read in that block: has a slot only in the `_full` blocks' numbering
    /// (see [`Program::slots`]); recorded through these. Scripts may store it, never read it: a host without the slot
    /// ignores the store.
    Transient,
    /// Computed by `setup`.
    Derived,
    /// Membrane potential, mV. Scripts of NET_RECEIVE may store it.
    Voltage,
    /// Time, ms: t + dt/2 in `current`, the end of the step in `state`, the event's time in `net_receive`.
    Time,
    /// Step, ms.
    Dt,
    /// Temperature, °C.
    Celsius,
    /// Diameter of the compartment, µm.
    Diam,
    /// Area of the compartment, µm².
    Area,
    /// A quantity of ion `ion` (index in [`Program::ions`]) at the compartment; read, or written if `IonUse` says so.
    Ion {
        /// Index in [`Program::ions`].
        ion: u32,
        /// Which quantity.
        what: IonQuantity,
    },
    /// A value elsewhere that is copied in before each step (POINTER; `vpeer` of a gap junction). Has a slot.
    Pointer,
    /// Element `k` of the connection's weight vector; `net_receive` only.
    Weight(u32),
    /// The flag of the event; `net_receive` only.
    Flag,
    /// Element `k` of the weight vector of the connection that FOR_NETCONS is at.
    PeerWeight(u32),
}

/// A quantity of an ion at a compartment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IonQuantity {
    /// `ena`, mV.
    Reversal,
    /// `ina`, mA/cm²: total of all mechanisms, of the latest current phase.
    Current,
    /// `nai`, mM.
    Inside,
    /// `nao`, mM.
    Outside,
    /// `dina/dv`, S/cm².
    Conductance,
}

/// USEION.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ion {
    /// `na`.
    pub name: String,
    /// VALENCE; `None` where not given.
    pub valence: Option<i32>,
    /// In READ.
    pub reads: Vec<IonQuantity>,
    /// In WRITE.
    pub writes: Vec<IonQuantity>,
}

/// A current that BREAKPOINT computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Current {
    /// Its name (`ina`, `i`).
    pub name: String,
    /// The ion that carries it, index in [`Program::ions`]; `None` for NONSPECIFIC_CURRENT and ELECTRODE_CURRENT.
    pub ion: Option<u32>,
    /// ELECTRODE_CURRENT: positive inwards.
    pub electrode: bool,
}

/// The executable parts of a mechanism.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Blocks {
    /// INITIAL. Script. Runs once per instance after the voltages are set.
    pub init: Block,
    /// Computes the [`Role::Derived`] variables from parameters, globals, dt and celsius. Kernel. Runs whenever one of
    /// these may have changed: before the first step, and after INITIAL.
    pub setup: Block,
    /// BREAKPOINT without SOLVE, evaluated at t + dt/2. Kernel.
    pub current: Block,
    /// Value (mA/cm², nA for point processes) and conductance dI/dv (S/cm², µS) of each of [`Program::currents`] at the
    /// end of `current`.
    pub currents: Vec<(Reg, Reg)>,
    /// The SOLVEd blocks: advances the states by dt; t is the end of the step. Kernel, unless `state_is_script`.
    pub state: Block,
    /// True where `state` has loops or other things that lanes cannot do: it then runs instance by instance.
    pub state_is_script: bool,
    /// `current` with every variable stored that the file assigns, for recording what the lean kernels do not keep.
    pub current_full: Block,
    /// As `currents`, in `current_full`.
    pub currents_full: Vec<(Reg, Reg)>,
    /// `state` with every variable stored that the file assigns.
    pub state_full: Block,
    /// True where `current` (and `current_full`) has loops, draws or other things that lanes cannot do: it then runs
    /// instance by instance.
    pub current_is_script: bool,
    /// BEFORE and AFTER blocks and CONSTRUCTOR, in the order of the file. Scripts.
    pub around: Vec<Around>,
}

impl Blocks {
    /// The blocks that run at a moment.
    pub fn at(&self, moment: Moment) -> impl Iterator<Item = &Block> {
        let here = self.around.iter().filter(move |a| a.moment == moment);
        here.map(|a| &a.block)
    }
}

/// A BEFORE or AFTER block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Around {
    /// When it runs.
    pub moment: Moment,
    /// What it does. Script.
    pub block: Block,
}

/// When a BEFORE or AFTER block runs: each for all mechanisms before what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Moment {
    /// Before any INITIAL (BEFORE INITIAL, CONSTRUCTOR).
    BeforeInitial,
    /// Behind all INITIALs, those of NET_RECEIVE too (AFTER INITIAL).
    AfterInitial,
    /// Before any current is computed; t is the middle of the step (BEFORE BREAKPOINT).
    BeforeCurrent,
    /// When all states are advanced (AFTER SOLVE).
    AfterState,
    /// Behind that, and at time 0, before anything is recorded (BEFORE STEP).
    BeforeSample,
}

/// A sequence of instructions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Executed in order.
    pub code: Vec<Instr>,
    /// Number of registers.
    pub registers: u32,
}

/// Binary operations on numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BinOp {
    /// `a + b`.
    Add,
    /// `a - b`.
    Sub,
    /// `a * b`.
    Mul,
    /// `a / b`.
    Div,
    /// `math::pow(a, b)`.
    Pow,
    /// `Lane::min`.
    Min,
    /// `Lane::max`.
    Max,
    /// `math::fmod(a, b)`, C's.
    Mod,
    /// `math::atan2(a, b)`.
    Atan2,
}

/// Functions of one number; `Neg`, `Abs`, `Sqrt`, `Floor`, `Ceil`, `Round` are operations, the others are in [`crate::math`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum UnOp {
    Neg,
    Abs,
    Sqrt,
    Floor,
    Ceil,
    Round,
    Exp,
    Expm1,
    Log,
    Log10,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum CmpOp {
    Lt,
    Le,
    Eq,
}

/// Operations on truth values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum BoolOp {
    And,
    Or,
}

/// Distributions of a random stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RandomOp {
    /// Open interval (0, 1).
    Uniform,
    /// Mean 0, variance 1.
    Normal,
    /// Mean 1, exponential.
    NegExp,
    /// One 32-bit word, as a number.
    Integer,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Instr {
    /// `dst = value`
    Const { dst: Reg, value: f64 },
    /// `dst = variable[element]`; a register `index` (scripts only) is added to `element`
    Load {
        dst: Reg,
        var: VarId,
        element: u32,
        index: Option<Reg>,
    },
    /// `variable[element] = src`; `index` as in `Load`
    Store {
        var: VarId,
        element: u32,
        index: Option<Reg>,
        src: Reg,
    },
    /// `dst = op(a)`
    Un { dst: Reg, op: UnOp, a: Reg },
    /// `dst = a op b`
    Bin { dst: Reg, op: BinOp, a: Reg, b: Reg },
    /// `dst = a * b + c`, rounded once
    Fma { dst: Reg, a: Reg, b: Reg, c: Reg },
    /// Truth value `dst = a op b`
    Cmp { dst: Reg, op: CmpOp, a: Reg, b: Reg },
    /// Truth value `dst = a op b`, of truth values
    Bool {
        dst: Reg,
        op: BoolOp,
        a: Reg,
        b: Reg,
    },
    /// Truth value `dst = !a`, of a truth value
    Not { dst: Reg, a: Reg },
    /// `dst = cond ? yes : no`; `cond` is a truth value, the rest numbers
    Select {
        dst: Reg,
        cond: Reg,
        yes: Reg,
        no: Reg,
    },
    /// `dst = a`, of numbers. Scripts may assign a register several times with it.
    Copy { dst: Reg, a: Reg },
    /// Interpolates column `column` of table `table` at the position that `TableAt` computed.
    TableGet {
        dst: Reg,
        table: u32,
        column: u32,
        at: Reg,
    },
    /// Position of `x` in the table: (x - from)/step, clamped to the table's ends as NEURON does.
    TableAt { dst: Reg, table: u32, x: Reg },
    /// `dst = function_table(at)`; a function of fewer arguments has the last one repeated.
    LookUp { dst: Reg, table: u32, at: [Reg; 3] },
    /// Scripts: `cond` is a truth value
    If {
        cond: Reg,
        yes: Vec<Instr>,
        no: Vec<Instr>,
    },
    /// Scripts: runs `head`, leaves if `cond` (truth value) is false, runs `body`, again
    While {
        head: Vec<Instr>,
        cond: Reg,
        body: Vec<Instr>,
    },
    /// Scripts: event to this instance after `delay` with `flag`
    NetSend { delay: Reg, flag: Reg },
    /// Scripts: a spike of this instance at `time`
    NetEvent { time: Reg },
    /// Scripts: moves the pending self-event to `time`
    NetMove { time: Reg },
    /// Scripts: watch `watch` of [`NetReceive::watches`]; `replace`: the first one of this delivery removes the earlier
    /// ones (always set by the compiler: so does NEURON)
    Watch { watch: u32, replace: bool },
    /// Scripts: a draw of the instance's stream number `stream`
    Random { dst: Reg, stream: u32, op: RandomOp },
    /// Scripts: the stream goes to its word number `sequence`
    SetSequence { stream: u32, sequence: Reg },
    /// Scripts: the stream becomes that of these three numbers
    SetIds { stream: u32, ids: [Reg; 3] },
    /// Scripts: calls hook `hook`, which reads and changes the registers `values`
    Hook { hook: u32, values: Vec<Reg> },
    /// `net_receive` only: runs `body` for each connection to the instance, whose weights are the variables of role
    /// [`Role::PeerWeight`]
    ForConnections { body: Vec<Instr> },
}

/// NET_RECEIVE.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetReceive {
    /// Names of the arguments: the elements of a connection's weight vector.
    pub weights: Vec<String>,
    /// Runs when an event is delivered.
    pub body: Block,
    /// NET_RECEIVE's INITIAL: sets weights of a connection at initialisation.
    pub init: Option<Block>,
    /// WATCH statements of the mechanism.
    pub watches: Vec<Watch>,
    /// The body only adds to states what does not depend on states (see engine notes on merging), else false.
    pub additive: bool,
}

/// WATCH (condition) flag.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Script without effects: register `value` is positive where the condition holds (NEURON: left minus right side).
    pub block: Block,
    /// See `block`.
    pub value: Reg,
    /// Flag of the event sent when it becomes true.
    pub flag: f64,
}

/// TABLE: functions of one variable on a grid, linearly interpolated. One without columns is only a switch: its values
/// differ between instances, so that these compute them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Names of the variables tabulated, one column each.
    pub columns: Vec<String>,
    /// Script without effects that computes both ends of the grid in registers `from` and `to`.
    pub range: Block,
    /// See `range`.
    pub from: Reg,
    /// See `range`.
    pub to: Reg,
    /// Number of intervals; the table has one more point.
    pub intervals: u32,
    /// Kernel that computes the columns (registers `values`) at the grid point in register 0.
    pub fill: Block,
    /// See `fill`.
    pub values: Vec<Reg>,
    /// The global that switches the table (`usetable_hh`): 0 computes exactly. Index in the mechanism's globals.
    pub switch: u32,
}

/// FUNCTION_TABLE: a function that the model gives as a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionTable {
    /// Its name.
    pub name: String,
    /// Name and unit of each argument; one to three.
    pub arguments: Vec<(String, String)>,
    /// Unit of its values; empty if none.
    pub unit: String,
}

/// A function of the model's program, written in Rust, that takes the place of C without an equivalent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hook {
    /// The FUNCTION or PROCEDURE, or `verbatim_2` for the second VERBATIM of the file.
    pub name: String,
    /// It has a value: the first of the numbers it gets.
    pub result: bool,
    /// What it is given, behind that.
    pub arguments: Vec<HookArgument>,
    /// Number of the instance's random stream that it may draw from.
    pub stream: u32,
}

/// What a hook is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookArgument {
    /// Its name in the file.
    pub name: String,
    /// Number of elements of an array; `None` for a number.
    pub length: Option<u32>,
    /// The hook may change it.
    pub changes: bool,
}

impl Hook {
    /// How many numbers are passed to and fro.
    pub fn count(&self) -> usize {
        let arguments = self
            .arguments
            .iter()
            .map(|a| a.length.unwrap_or(1) as usize);
        usize::from(self.result) + arguments.sum::<usize>()
    }

    /// The Rust function's head: `fn NAME(draws: &mut dyn Draws, x: f64, y: &mut f64) -> f64`.
    pub fn signature(&self, name: &str) -> String {
        let mut text = format!("fn {name}(_: &mut dyn Draws");
        for argument in &self.arguments {
            let ty = match (argument.length, argument.changes) {
                (None, false) => "f64".to_owned(),
                (None, true) => "&mut f64".to_owned(),
                (Some(n), false) => format!("&[f64; {n}]"),
                (Some(n), true) => format!("&mut [f64; {n}]"),
            };
            let raw = if is_keyword(&argument.name) { "_" } else { "" };
            text.push_str(&format!(", {}{raw}: {ty}", argument.name));
        }
        text.push_str(if self.result { ") -> f64" } else { ")" });
        text
    }
}

/// Whether Rust takes a word for itself.
fn is_keyword(word: &str) -> bool {
    const WORDS: &str = " abstract as async await become box break const continue crate do dyn else enum extern false \
        final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self Self static \
        struct super trait true try type typeof unsafe unsized use virtual where while yield ";
    WORDS.split(' ').any(|w| w == word)
}

/// LONGITUDINAL_DIFFUSION: a state diffuses along sections, after each step of `state`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diffusion {
    /// The state; it may be a concentration of an ion.
    pub state: VarId,
    /// Its element.
    pub element: u32,
    /// Kernel that computes `volume` and `constant` of a compartment.
    pub block: Block,
    /// Register of the COMPARTMENT's volume per length.
    pub volume: Reg,
    /// Register of the diffusion constant times the cross-section.
    pub constant: Reg,
}

/// One differential equation, as written: `state' = rhs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ode {
    /// The state.
    pub state: VarId,
    /// Kernel computing the right-hand side in register `rhs`.
    pub block: Block,
    /// See `block`.
    pub rhs: Reg,
}

impl Program {
    /// The variable called `name`.
    pub fn variable(&self, name: &str) -> Option<(VarId, &Variable)> {
        self.variables
            .iter()
            .position(|v| v.name == name)
            .map(|i| (i as VarId, &self.variables[i]))
    }

    /// All blocks but those of tables and [`Program::odes`].
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        let main = std::iter::once(&self.exact).chain(&self.tabled);
        let main = main.flat_map(|b| {
            [
                &b.init,
                &b.setup,
                &b.current,
                &b.state,
                &b.current_full,
                &b.state_full,
            ]
            .into_iter()
            .chain(b.around.iter().map(|a| &a.block))
        });
        let receive = self.net_receive.iter().flat_map(|r| {
            let watches = r.watches.iter().map(|w| &w.block);
            std::iter::once(&r.body).chain(&r.init).chain(watches)
        });
        let diffusions = self.diffusions.iter().map(|d| &d.block);
        main.chain(receive).chain(diffusions)
    }

    /// Number of `f64` an instance occupies in the lean kernels; slots of transient variables come after these.
    pub fn slots(&self) -> u32 {
        let lean = self.variables.iter().filter(|v| v.role != Role::Transient);
        lean.filter_map(|v| v.slot.map(|s| s + v.length))
            .max()
            .unwrap_or(0)
    }

    /// Number of `f64` an instance occupies when transient variables are kept too.
    pub fn slots_full(&self) -> u32 {
        self.variables
            .iter()
            .filter_map(|v| v.slot.map(|s| s + v.length))
            .max()
            .unwrap_or(0)
    }

    /// A point process that nothing but an event can set going: it handles events, and neither sends itself one at the
    /// start, nor watches a condition, nor reads a value elsewhere.
    pub fn waits_for_events(&self) -> bool {
        fn sends(code: &[Instr]) -> bool {
            code.iter().any(|instr| match instr {
                Instr::NetSend { .. } => true,
                Instr::If { yes, no, .. } => sends(yes) || sends(no),
                Instr::While { head, body, .. } => sends(head) || sends(body),
                _ => false,
            })
        }
        let Some(receive) = &self.net_receive else {
            return false;
        };
        self.kind == Kind::Point
            && receive.watches.is_empty()
            && !sends(&self.exact.init.code)
            && self.variables.iter().all(|v| v.role != Role::Pointer)
    }

    /// Names, units and defaults of the globals, by index.
    pub fn globals(&self) -> Vec<&Variable> {
        let mut globals: Vec<_> = self
            .variables
            .iter()
            .filter_map(|v| {
                if let Role::Global(i) = v.role {
                    Some((i, v))
                } else {
                    None
                }
            })
            .collect();
        globals.sort_by_key(|(i, _)| *i);
        globals.into_iter().map(|(_, v)| v).collect()
    }
}
