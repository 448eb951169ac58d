//! What an expression may name: variables by scope, and functions.

/// Which variables there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// None: parameters alone.
    Network,
    /// Normalised coordinates, for a density of cells.
    Density,
    /// Coordinates of the cell.
    Cell,
    /// As `Cell`: the shape of a section comes before distances along it.
    Shape,
    /// Coordinates of the cell, distances along it.
    Segment,
    /// Coordinates of the presynaptic cell.
    Pre,
    /// Coordinates of the postsynaptic cell.
    Post,
    /// Coordinates of both cells, distances between them.
    Pair,
    /// Coordinates of the stimulated cell.
    Stimulus,
}

/// A variable of a scope. Its index in [`ScopeKind::variables`] is its index in the slice of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variable {
    /// As it is written.
    pub name: &'static str,
    /// Unit of its value.
    pub unit: &'static str,
    /// What it is.
    pub help: &'static str,
}

const fn um(name: &'static str, help: &'static str) -> Variable {
    Variable {
        name,
        unit: "um",
        help,
    }
}

const fn norm(name: &'static str, help: &'static str) -> Variable {
    Variable {
        name,
        unit: "1",
        help,
    }
}

const CELL: [Variable; 8] = [
    um("x", "position of the cell"),
    um("y", "depth of the cell"),
    um("z", "position of the cell"),
    norm("x_norm", "x / size of the network"),
    norm("y_norm", "y / size of the network"),
    norm("z_norm", "z / size of the network"),
    um(
        "dist_path",
        "distance along the cell from the middle of the soma",
    ),
    um(
        "dist_euclidean",
        "straight distance from the middle of the soma",
    ),
];

const PAIR: [Variable; 22] = [
    um("pre.x", "position of the presynaptic cell"),
    um("pre.y", "depth of the presynaptic cell"),
    um("pre.z", "position of the presynaptic cell"),
    norm("pre.x_norm", "pre.x / size of the network"),
    norm("pre.y_norm", "pre.y / size of the network"),
    norm("pre.z_norm", "pre.z / size of the network"),
    um("post.x", "position of the postsynaptic cell"),
    um("post.y", "depth of the postsynaptic cell"),
    um("post.z", "position of the postsynaptic cell"),
    norm("post.x_norm", "post.x / size of the network"),
    norm("post.y_norm", "post.y / size of the network"),
    norm("post.z_norm", "post.z / size of the network"),
    um("dist_x", "|pre.x - post.x|"),
    um("dist_y", "|pre.y - post.y|"),
    um("dist_z", "|pre.z - post.z|"),
    um("dist_2d", "distance in the horizontal plane (x, z)"),
    um("dist_3d", "distance of the cells"),
    norm("dist_x_norm", "|pre.x_norm - post.x_norm|"),
    norm("dist_y_norm", "|pre.y_norm - post.y_norm|"),
    norm("dist_z_norm", "|pre.z_norm - post.z_norm|"),
    norm("dist_2d_norm", "distance in the plane of x_norm and z_norm"),
    norm("dist_3d_norm", "distance in normalised coordinates"),
];

impl ScopeKind {
    /// The variables, in the order of their values.
    pub fn variables(self) -> &'static [Variable] {
        match self {
            Self::Network => &[],
            Self::Density => &CELL[3..6],
            Self::Cell | Self::Shape => &CELL[..6],
            Self::Segment => &CELL,
            Self::Pre => &PAIR[..6],
            Self::Post | Self::Stimulus => &PAIR[6..12],
            Self::Pair => &PAIR,
        }
    }

    /// What a variable of other scopes has to do with this one, for messages.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Network => "here, where only parameters and numbers are known",
            Self::Density => "in a density, which depends on `x_norm`, `y_norm` or `z_norm`",
            Self::Cell => "here, where the cell's position is known",
            Self::Shape => "in the shape of a section",
            Self::Segment => "here, where a segment of a cell is known",
            Self::Pre => "here, where only the presynaptic cell is known",
            Self::Post => "here, where only the postsynaptic cell is known",
            Self::Pair => "in a connection rule",
            Self::Stimulus => "in a stimulus, where only the stimulated cell is known",
        }
    }

    /// Whether any scope has a variable of that name.
    pub(super) fn knows_anywhere(name: &str) -> bool {
        CELL.iter()
            .chain(&PAIR)
            .any(|variable| variable.name == name)
    }
}

/// Units of a function's arguments and result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Units {
    /// Plain numbers.
    Plain,
    /// All of one unit, which the result has too.
    Same,
    /// Result is the square root's.
    Root,
    /// Any unit, plain result (`sign`).
    ToPlain,
    /// Two of one unit to a plain number (`atan2`).
    RatioToPlain,
}

/// Functions of numbers, and random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Function {
    Exp,
    Expm1,
    Log,
    Log10,
    Log2,
    Sqrt,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Atan2,
    Sinh,
    Cosh,
    Tanh,
    Abs,
    Floor,
    Ceil,
    Round,
    Min,
    Max,
    Mod,
    Sign,
    Hypot,
    Pow,
    /// Between the two.
    Uniform,
    /// Mean, standard deviation.
    Normal,
    /// Mean and standard deviation of the number.
    Lognormal,
    /// Mean.
    Negexp,
    /// Mean.
    Poisson,
    /// Whole numbers between the two, both included.
    Discunif,
    /// Trials and chance of each.
    Binomial,
    /// Chance.
    Geometric,
    /// Mean and standard deviation.
    Erlang,
    /// Shape and scale.
    Weibull,
}

pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) function: Function,
    pub(super) arguments: &'static [&'static str],
    pub(super) units: Units,
}

const fn entry(
    name: &'static str,
    function: Function,
    arguments: &'static [&'static str],
    units: Units,
) -> Entry {
    Entry {
        name,
        function,
        arguments,
        units,
    }
}

pub(super) const FUNCTIONS: [Entry; 36] = [
    entry("exp", Function::Exp, &["x"], Units::Plain),
    entry("expm1", Function::Expm1, &["x"], Units::Plain),
    entry("log", Function::Log, &["x"], Units::Plain),
    entry("log10", Function::Log10, &["x"], Units::Plain),
    entry("log2", Function::Log2, &["x"], Units::Plain),
    entry("sqrt", Function::Sqrt, &["x"], Units::Root),
    entry("sin", Function::Sin, &["x"], Units::Plain),
    entry("cos", Function::Cos, &["x"], Units::Plain),
    entry("tan", Function::Tan, &["x"], Units::Plain),
    entry("asin", Function::Asin, &["x"], Units::Plain),
    entry("acos", Function::Acos, &["x"], Units::Plain),
    entry("atan", Function::Atan, &["x"], Units::Plain),
    entry("atan2", Function::Atan2, &["y", "x"], Units::RatioToPlain),
    entry("sinh", Function::Sinh, &["x"], Units::Plain),
    entry("cosh", Function::Cosh, &["x"], Units::Plain),
    entry("tanh", Function::Tanh, &["x"], Units::Plain),
    entry("abs", Function::Abs, &["x"], Units::Same),
    entry("floor", Function::Floor, &["x"], Units::Same),
    entry("ceil", Function::Ceil, &["x"], Units::Same),
    entry("round", Function::Round, &["x"], Units::Same),
    entry("min", Function::Min, &["a", "b"], Units::Same),
    entry("max", Function::Max, &["a", "b"], Units::Same),
    entry("mod", Function::Mod, &["a", "b"], Units::Same),
    entry("sign", Function::Sign, &["x"], Units::ToPlain),
    entry("hypot", Function::Hypot, &["a", "b"], Units::Same),
    entry("pow", Function::Pow, &["x", "n"], Units::Plain),
    entry("uniform", Function::Uniform, &["low", "high"], Units::Same),
    entry("normal", Function::Normal, &["mean", "sd"], Units::Same),
    entry(
        "lognormal",
        Function::Lognormal,
        &["mean", "sd"],
        Units::Same,
    ),
    entry("negexp", Function::Negexp, &["mean"], Units::Same),
    entry("poisson", Function::Poisson, &["mean"], Units::Plain),
    entry(
        "discunif",
        Function::Discunif,
        &["low", "high"],
        Units::Plain,
    ),
    entry("binomial", Function::Binomial, &["n", "p"], Units::Plain),
    entry("geometric", Function::Geometric, &["p"], Units::Plain),
    entry("erlang", Function::Erlang, &["mean", "sd"], Units::Same),
    entry(
        "weibull",
        Function::Weibull,
        &["shape", "scale"],
        Units::Plain,
    ),
];

impl Function {
    /// Draws a random number.
    pub fn is_random(self) -> bool {
        use Function::*;
        matches!(
            self,
            Uniform
                | Normal
                | Lognormal
                | Negexp
                | Poisson
                | Discunif
                | Binomial
                | Geometric
                | Erlang
                | Weibull
        )
    }
}

/// What `name` already means to expressions of `scope`, so that it cannot name a parameter. Parameters of the network
/// are known in every scope.
pub fn taken(name: &str, scope: ScopeKind) -> Option<&'static str> {
    const WORDS: [&str; 5] = ["if", "else", "and", "or", "not"];
    let variable = match scope {
        ScopeKind::Network => ScopeKind::knows_anywhere(name),
        _ => scope.variables().iter().any(|v| v.name == name),
    };
    if crate::units::factor(name).is_some() {
        Some("a unit")
    } else if name == "pi" || variable {
        Some("a variable")
    } else if functions().any(|f| f == name) {
        Some("a function")
    } else if WORDS.contains(&name) {
        Some("a word of expressions")
    } else {
        None
    }
}

/// Names of all functions.
pub fn functions() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|entry| entry.name)
}
