//! NMODL as a tree: what the file says, before any meaning is given to it.

use std::fmt;

/// A place in the source, in bytes. All spans are equal to each other, so that trees compare by content.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// First byte.
    pub lo: u32,
    /// Byte behind the last.
    pub hi: u32,
}

impl Span {
    /// From byte offsets.
    pub fn new(lo: usize, hi: usize) -> Self {
        Self {
            lo: lo as u32,
            hi: hi as u32,
        }
    }

    /// From the start of `self` to the end of `other`.
    pub fn to(self, other: Span) -> Span {
        Span {
            lo: self.lo,
            hi: other.hi,
        }
    }
}

impl Eq for Span {}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A piece of the tree and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<T> {
    /// What it is.
    pub kind: T,
    /// Where it is.
    pub span: Span,
}

impl<T> Node<T> {
    /// A node.
    pub fn new(kind: T, span: Span) -> Self {
        Self { kind, span }
    }
}

/// A name where it is written.
pub type Name = Node<String>;

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)
    }
}

/// An expression.
pub type Expr = Node<ExprKind>;

/// The kinds of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `10`, `10(degC)`: the unit says what the number is, and does not scale it.
    Number(f64, Option<String>),
    /// A variable, argument, or constant.
    Name(String),
    /// `a[i]`
    Index(Name, Box<Expr>),
    /// `f(x, y)`
    Call(Name, Vec<Expr>),
    /// `-x`, `!x`
    Unary(UnaryOp, Box<Expr>),
    /// `x + y`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x@2`: a state's value two steps ago, in DISCRETE
    Before(Name, u32),
    /// `"text"`, in calls of printf
    Text(String),
}

/// Operators before their operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum UnaryOp {
    Neg,
    Not,
}

/// Operators between their operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Or,
    And,
    Lt,
    Le,
    Gt,
    Ge,
    Eq,
    Ne,
    Add,
    Sub,
    Mul,
    Div,
    Pow,
}

impl BinaryOp {
    /// As written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Pow => "^",
        }
    }

    /// The higher, the tighter; unary operators stand between `*` and `^`.
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Lt | Self::Le | Self::Gt | Self::Ge | Self::Eq | Self::Ne => 3,
            Self::Add | Self::Sub => 4,
            Self::Mul | Self::Div => 5,
            Self::Pow => 7,
        }
    }

    /// Whether the result is a truth value of numbers.
    pub fn is_comparison(self) -> bool {
        self.precedence() == 3
    }
}

/// Precedence of `-x` and `!x`.
pub const UNARY_PRECEDENCE: u8 = 6;

/// A statement.
pub type Stmt = Node<StmtKind>;

/// The kinds of statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StmtKind {
    /// `LOCAL a, b[3]`
    Local(Vec<(Name, Option<Size>)>),
    /// `a = x`, `a[i] = x`
    Assign(Name, Option<Expr>, Expr),
    /// `m' = x`, `m'[i] = x`
    Derivative(Name, Option<Expr>, Expr),
    /// A call for its effects.
    Call(Name, Vec<Expr>),
    /// `if (x) { } else { }`
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `while (x) { }`
    While(Expr, Vec<Stmt>),
    /// `FROM i = a TO b BY c { }`
    From {
        /// The loop's variable.
        index: Name,
        /// First value.
        from: Expr,
        /// Last value.
        to: Expr,
        /// Step, 1 if not given.
        by: Option<Expr>,
        /// What is repeated.
        body: Vec<Stmt>,
    },
    /// `SOLVE states METHOD cnexp`
    Solve(SolveStmt),
    /// `~ 2 a + b <-> c (kf, kb)`
    Reaction(Reaction),
    /// `~ 2*x + y = 3`, in LINEAR and NONLINEAR
    Equation(Expr, Expr),
    /// `CONSERVE a + b = 1`
    Conserve(Vec<Term>, Expr),
    /// `COMPARTMENT i, volume[i] { a b }`
    Compartment(Spread),
    /// `LONGITUDINAL_DIFFUSION i, d { a b }`
    Diffusion(Spread),
    /// `CONDUCTANCE g USEION k`: a hint, without meaning here
    Conductance(Name, Option<Name>),
    /// `FOR_NETCONS (w, old) { }`
    ForNetCons(Vec<Argument>, Vec<Stmt>),
    /// `TABLE a, b DEPEND c FROM x TO y WITH n`
    Table(TableStmt),
    /// `WATCH (condition) flag, (condition) flag`
    Watch(Vec<(Expr, Expr)>),
    /// INITIAL in NET_RECEIVE
    Initial(Vec<Stmt>),
    /// `{ }`
    Block(Vec<Stmt>),
    /// `UNITSON`, `UNITSOFF`, `THREADSAFE`, `PROTECT`, `MUTEXLOCK`, ...: words without meaning here
    Word(String),
    /// What stands between VERBATIM and ENDVERBATIM; the span is that of this text.
    Verbatim(String),
    /// C that has no equivalent, and what to do instead: a mistake where it would run.
    Refused(String, String),
    /// C that has no equivalent, which a function of the model's program may stand for.
    Hook(Box<HookCall>),
    /// What is not supported yet, by name.
    Unsupported(String),
}

/// What a function of the model's program takes the place of.
#[derive(Clone, Debug, PartialEq)]
pub struct HookCall {
    /// The FUNCTION or PROCEDURE, or `verbatim_2` for the second VERBATIM of the file.
    pub name: String,
    /// It gives the value of this FUNCTION.
    pub result: bool,
    /// Names that the C says, and whether it changes them. Some may mean nothing in NMODL.
    pub names: Vec<(String, bool)>,
    /// Why the C has no equivalent.
    pub message: String,
    /// What else can be done.
    pub help: String,
}

/// SOLVE.
#[derive(Clone, Debug, PartialEq)]
pub struct SolveStmt {
    /// The block.
    pub block: Name,
    /// How its equations become steps in time.
    pub method: Option<Name>,
    /// STEADYSTATE instead of METHOD: the states at which nothing changes any more.
    pub steady: bool,
}

/// A state in a reaction, with how often it takes part.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// 1 if not given.
    pub count: u32,
    /// The state.
    pub name: Name,
    /// Element of an array.
    pub index: Option<Expr>,
}

/// How a reaction goes.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Rates {
    /// `<->`
    Both { forward: Expr, backward: Expr },
    /// `->`: the left side vanishes.
    Decay(Expr),
    /// `<<`: what is added to the left side, in its amount per time.
    Flux(Expr),
}

/// A reaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Reaction {
    /// What is on the left.
    pub left: Vec<Term>,
    /// What is on the right; nothing but for `<->`.
    pub right: Vec<Term>,
    /// Its speed.
    pub rates: Rates,
}

/// COMPARTMENT or LONGITUDINAL_DIFFUSION: a quantity of states.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// The name in `value` that stands for the number of an array's element.
    pub index: Option<Name>,
    /// Volume, or diffusion constant times area.
    pub value: Expr,
    /// The states.
    pub names: Vec<Name>,
}

/// TABLE.
#[derive(Clone, Debug, PartialEq)]
pub struct TableStmt {
    /// The variables that are tabulated; none in a FUNCTION.
    pub columns: Vec<Name>,
    /// The table is computed again when one of these changes.
    pub depend: Vec<Name>,
    /// Lower end.
    pub from: Expr,
    /// Upper end.
    pub to: Expr,
    /// Number of intervals.
    pub with: Size,
}

/// A whole number, or the name of one that DEFINE made.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Size {
    Number(Node<u32>),
    Name(Name),
}

/// A declaration in PARAMETER, ASSIGNED, STATE or CONSTANT.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// Its name.
    pub name: Name,
    /// Number of elements of an array.
    pub length: Option<Size>,
    /// `= 3`
    pub value: Option<f64>,
    /// `FROM 0 TO 1`, which NEURON ignores
    pub bounds: Option<(f64, f64)>,
    /// `START 0.5`: initial value of a state
    pub start: Option<f64>,
    /// `(mV)`, without parentheses
    pub unit: Option<Node<String>>,
    /// `<0, 1>`; of a state `<1e-3>`, a tolerance, is (1e-3, 1e-3)
    pub limits: Option<(f64, f64)>,
}

/// An entry of UNITS.
#[derive(Clone, Debug, PartialEq)]
pub enum UnitEntry {
    /// `(mA) = (milliamp)`
    Alias(Node<String>, Node<String>),
    /// `FARADAY = (faraday) (coulombs)`: the number of the second unit in the first
    Constant(Name, Node<String>, Option<Node<String>>),
    /// `FARADAY = 96485 (coulombs)`
    Number(Name, f64, Option<Node<String>>),
}

/// A statement of the NEURON block.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum NeuronStmt {
    Suffix(Name),
    PointProcess(Name),
    ArtificialCell(Name),
    UseIon {
        ion: Name,
        read: Vec<Name>,
        write: Vec<Name>,
        valence: Option<f64>,
    },
    NonspecificCurrent(Vec<Name>),
    ElectrodeCurrent(Vec<Name>),
    Range(Vec<Name>),
    Global(Vec<Name>),
    Pointer(Vec<Name>),
    BbCorePointer(Vec<Name>),
    External(Vec<Name>),
    Random(Vec<Name>),
    ThreadSafe,
    /// REPRESENTS: words for data bases
    Represents,
}

/// An argument of a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its name.
    pub name: Name,
    /// Its unit.
    pub unit: Option<String>,
}

/// What a callable block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CallableKind {
    Procedure,
    Function,
    Derivative,
    Kinetic,
    Linear,
    Nonlinear,
    Discrete,
    FunctionTable,
}

impl CallableKind {
    /// The word of the block.
    pub fn word(self) -> &'static str {
        match self {
            Self::Procedure => "PROCEDURE",
            Self::Function => "FUNCTION",
            Self::Derivative => "DERIVATIVE",
            Self::Kinetic => "KINETIC",
            Self::Linear => "LINEAR",
            Self::Nonlinear => "NONLINEAR",
            Self::Discrete => "DISCRETE",
            Self::FunctionTable => "FUNCTION_TABLE",
        }
    }

    /// Whether the block is solved, not called.
    pub fn is_solved(self) -> bool {
        !matches!(self, Self::Procedure | Self::Function | Self::FunctionTable)
    }
}

/// When a BEFORE or AFTER block runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Moment {
    Initial,
    Breakpoint,
    Solve,
    Step,
}

/// PROCEDURE, FUNCTION, DERIVATIVE or another block with equations; a FUNCTION_TABLE has no body.
#[derive(Clone, Debug, PartialEq)]
pub struct Callable {
    /// Which of them.
    pub kind: CallableKind,
    /// Its name.
    pub name: Name,
    /// Its arguments, by value.
    pub arguments: Vec<Argument>,
    /// Unit of a FUNCTION's value.
    pub unit: Option<String>,
    /// SOLVEFOR: the only states whose equations count; all if empty.
    pub solve_for: Vec<Name>,
    /// What it does.
    pub body: Vec<Stmt>,
}

/// A block of the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// NEURON
    Neuron(Vec<Node<NeuronStmt>>),
    /// UNITS
    Units(Vec<UnitEntry>),
    /// PARAMETER
    Parameter(Vec<Declaration>),
    /// ASSIGNED
    Assigned(Vec<Declaration>),
    /// STATE
    State(Vec<Declaration>),
    /// CONSTANT
    Constant(Vec<Declaration>),
    /// `DEFINE n 3`
    Define(Name, i64),
    /// LOCAL outside of blocks
    Local(Vec<(Name, Option<Size>)>),
    /// INITIAL
    Initial(Vec<Stmt>),
    /// BREAKPOINT
    Breakpoint(Vec<Stmt>),
    /// PROCEDURE, FUNCTION, FUNCTION_TABLE, DERIVATIVE, KINETIC, LINEAR, NONLINEAR, DISCRETE
    Callable(Callable),
    /// NET_RECEIVE
    NetReceive(Vec<Argument>, Vec<Stmt>),
    /// BEFORE or (`true`) AFTER INITIAL, BREAKPOINT, SOLVE, STEP
    Around(bool, Node<Moment>, Vec<Stmt>),
    /// CONSTRUCTOR: runs when an instance is made
    Constructor(Vec<Stmt>),
    /// DESTRUCTOR: runs when an instance is removed
    Destructor(Vec<Stmt>),
    /// VERBATIM outside of blocks; the span is that of the text
    Verbatim(Node<String>),
    /// UNITSON, UNITSOFF
    Word(String),
    /// What is not supported yet: the block's word and name, and where it stands.
    Unsupported(Node<String>),
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// TITLE
    pub title: Option<String>,
    /// The comment the file begins with.
    pub comment: Option<String>,
    /// Its blocks, in order.
    pub items: Vec<Item>,
    /// It had C in VERBATIM, which is translated now.
    pub has_c: bool,
    /// Names of the functions that the model's program gives in place of C.
    pub hooks: Vec<String>,
}
