//! String functions: Python's arithmetic to our expressions.
//!
//! NetPyNE's formulas are about numbers in its units. Ours have units, so each variable is divided by its unit and the
//! result multiplied by the one wanted: both leave the numbers as they are, to the bit.

use super::at::At;
use super::finding::Found;
use super::json::Json;
use super::python::{self, Py};
use netdsl_lang::check::list;
use netdsl_lang::diag::did_you_mean;
use netdsl_lang::expr::{Expr, ExprKind, ScopeKind, taken};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Which variables a formula knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Of two cells.
    Pair,
    /// `pre_..` alone.
    Pre,
    /// `post_..` alone.
    Post,
    /// Of a cell and its segment.
    Cell,
    /// Of a synapse: as `Cell`, with `post_` before the names.
    Synapse,
    /// Of a place.
    Density,
}

const PAIR: [(&str, &str); 21] = [
    ("pre_x", "(pre.x / (1 um))"),
    ("pre_y", "(pre.y / (1 um))"),
    ("pre_z", "(pre.z / (1 um))"),
    ("pre_xnorm", "pre.x_norm"),
    ("pre_ynorm", "pre.y_norm"),
    ("pre_znorm", "pre.z_norm"),
    ("post_x", "(post.x / (1 um))"),
    ("post_y", "(post.y / (1 um))"),
    ("post_z", "(post.z / (1 um))"),
    ("post_xnorm", "post.x_norm"),
    ("post_ynorm", "post.y_norm"),
    ("post_znorm", "post.z_norm"),
    ("dist_x", "(dist_x / (1 um))"),
    ("dist_y", "(dist_y / (1 um))"),
    ("dist_z", "(dist_z / (1 um))"),
    ("dist_2D", "(dist_2d / (1 um))"),
    ("dist_3D", "(dist_3d / (1 um))"),
    ("dist_xnorm", "dist_x_norm"),
    ("dist_ynorm", "dist_y_norm"),
    ("dist_znorm", "dist_z_norm"),
    // NetPyNE's roots of signed differences are a slip; these are the distances that it means
    ("dist_norm3D", "dist_3d_norm"),
];

const CELL: [(&str, &str); 8] = [
    ("x", "(x / (1 um))"),
    ("y", "(y / (1 um))"),
    ("z", "(z / (1 um))"),
    ("xnorm", "x_norm"),
    ("ynorm", "y_norm"),
    ("znorm", "z_norm"),
    ("dist_path", "(dist_path / (1 um))"),
    ("dist_euclidean", "(dist_euclidean / (1 um))"),
];

impl Scope {
    fn variables(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Pair => &PAIR,
            Self::Pre => &PAIR[..6],
            Self::Post => &PAIR[6..12],
            Self::Cell | Self::Synapse => &CELL,
            Self::Density => &CELL[3..6],
        }
    }

    fn find(self, name: &str) -> Option<&'static str> {
        let name = match self {
            Self::Synapse => name.strip_prefix("post_")?,
            Self::Pair if name == "dist_norm2D" => return Some("dist_2d_norm"),
            _ => name,
        };
        let mut all = self.variables().iter();
        all.find(|(theirs, _)| *theirs == name)
            .map(|(_, ours)| *ours)
    }
}

/// Numbers of netParams that formulas may name.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    all: Vec<(String, f64)>,
    used: RefCell<BTreeSet<String>>,
}

impl Numbers {
    pub(super) fn new(all: Vec<(String, f64)>) -> Self {
        Self {
            all,
            used: RefCell::default(),
        }
    }

    /// The number `name`, as an expression; it becomes a parameter of the network.
    fn find(&self, name: &str) -> Option<String> {
        let (_, value) = self.all.iter().find(|(known, _)| known == name)?;
        let scopes = [ScopeKind::Network, ScopeKind::Pair, ScopeKind::Segment];
        if scopes.iter().any(|&scope| taken(name, scope).is_some()) {
            return Some(in_brackets(*value));
        }
        self.used.borrow_mut().insert(name.to_owned());
        Some(name.to_owned())
    }

    /// Those that formulas named, in alphabetical order.
    pub(super) fn used(&self) -> Vec<(String, f64)> {
        let used = self.used.borrow();
        let mut found: Vec<_> = self
            .all
            .iter()
            .filter(|(n, _)| used.contains(n))
            .cloned()
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    }
}

fn in_brackets(value: f64) -> String {
    match value < 0.0 {
        true => format!("({value})"),
        false => value.to_string(),
    }
}

/// Reads formulas of one scope.
pub(super) struct Formulas<'n> {
    pub(super) scope: Scope,
    pub(super) numbers: &'n Numbers,
    /// Values of a cell (`vars`).
    pub(super) vars: Vec<String>,
}

impl<'n> Formulas<'n> {
    pub(super) fn new(scope: Scope, numbers: &'n Numbers) -> Self {
        Self {
            scope,
            numbers,
            vars: Vec::new(),
        }
    }

    /// A number or a formula, in `unit` (empty: none), as an expression of ours.
    pub(super) fn value(&self, found: &mut Found, at: &At, unit: &str) -> Option<String> {
        match at.value {
            Json::Number(x) if unit.is_empty() => Some(x.to_string()),
            Json::Number(x) => Some(format!("{x} {unit}")),
            Json::Bool(b) => Some(format!("{} {unit}", i32::from(*b)).trim().to_owned()),
            Json::Text(text) => {
                let formula = self.formula(found, at, text)?;
                Some(match unit {
                    "" => formula,
                    unit => format!("({formula}) * (1 {unit})"),
                })
            }
            _ => {
                at.expected(found, "a number or a formula");
                None
            }
        }
    }

    /// A formula, as an expression of plain numbers.
    pub(super) fn formula(&self, found: &mut Found, at: &At, text: &str) -> Option<String> {
        let netpyne = "a Python exception from `eval`, without the name of the rule";
        let tree = match python::parse(text) {
            Ok(tree) => tree,
            Err(message) => {
                let message = format!("`{text}` is not a formula: {message}");
                let help = "a formula has numbers, names, + - * / ** %, comparisons, `a if c else b` and functions";
                found.error(at, message, help, netpyne);
                return None;
            }
        };
        match self.number(&tree) {
            Ok(text) => Some(text),
            Err(message) => {
                let message = format!("in `{text}`: {message}");
                let mut known: Vec<&str> = self.scope.variables().iter().map(|v| v.0).collect();
                known.extend(self.vars.iter().map(String::as_str));
                let prefix = if self.scope == Scope::Synapse {
                    " (with `post_` before)"
                } else {
                    ""
                };
                let help = format!(
                    "known here are {}{prefix}, and the numbers of netParams",
                    list(&known)
                );
                found.error(at, message, &help, netpyne);
                None
            }
        }
    }

    fn number(&self, tree: &Py) -> Result<String, String> {
        Ok(match tree {
            Py::Number(text) => text.clone(),
            Py::Name(name) => self.name(name)?,
            Py::Call(name, arguments) => self.call(name, arguments)?,
            Py::Negative(inner) => format!("(-{})", self.number(inner)?),
            Py::Binary(symbol, a, b) => {
                let (a, b) = (self.number(a)?, self.number(b)?);
                match *symbol {
                    "//" => format!("floor({a} / {b})"),
                    "%" => format!("mod({a}, {b})"),
                    "**" => format!("({a} ^ {b})"),
                    symbol => format!("({a} {symbol} {b})"),
                }
            }
            Py::If {
                then,
                condition,
                otherwise,
            } => {
                let (condition, then) = (self.truth(condition)?, self.number(then)?);
                let otherwise = self.number(otherwise)?;
                format!("(if {condition} {{ {then} }} else {{ {otherwise} }})")
            }
            Py::Compare(..) | Py::And(_) | Py::Or(_) | Py::Not(_) => {
                format!("(if {} {{ 1 }} else {{ 0 }})", self.truth(tree)?)
            }
        })
    }

    fn truth(&self, tree: &Py) -> Result<String, String> {
        let join = |parts: &[Py], symbol: &str| -> Result<String, String> {
            let parts: Result<Vec<String>, String> = parts.iter().map(|p| self.truth(p)).collect();
            Ok(format!("({})", parts?.join(symbol)))
        };
        match tree {
            Py::And(parts) => join(parts, " && "),
            Py::Or(parts) => join(parts, " || "),
            Py::Not(inner) => Ok(format!("(!{})", self.truth(inner)?)),
            Py::Compare(first, rest) => {
                let mut left = self.number(first)?;
                let mut terms = Vec::new();
                for (symbol, right) in rest {
                    let right = self.number(right)?;
                    terms.push(format!("{left} {symbol} {right}"));
                    left = right;
                }
                Ok(format!("({})", terms.join(" && ")))
            }
            other => Ok(format!("({} != 0)", self.number(other)?)),
        }
    }

    fn name(&self, name: &str) -> Result<String, String> {
        if self.vars.iter().any(|var| var == name) {
            return Ok(name.to_owned());
        }
        if let Some(ours) = self.scope.find(name) {
            return Ok(ours.to_owned());
        }
        if let Some(number) = self.numbers.find(name) {
            return Ok(number);
        }
        match name {
            "pi" => return Ok("pi".into()),
            "True" => return Ok("1".into()),
            "False" => return Ok("0".into()),
            "dist_3D_border" => return Err("`dist_3D_border` cannot be loaded yet".into()),
            _ => {}
        }
        let known = self.scope.variables().iter().map(|v| v.0);
        Err(format!(
            "`{name}` is not known{}",
            did_you_mean(name, known)
        ))
    }

    fn call(&self, name: &str, arguments: &[Py]) -> Result<String, String> {
        let name = name.strip_prefix("rand.").unwrap_or(name);
        let given: Result<Vec<String>, String> = arguments.iter().map(|a| self.number(a)).collect();
        let given = given?;
        let Some((_, counts, ours)) = FUNCTIONS.iter().find(|(theirs, _, _)| *theirs == name)
        else {
            let known = FUNCTIONS.iter().map(|(theirs, _, _)| *theirs);
            return Err(format!(
                "there is no function `{name}`{}",
                did_you_mean(name, known)
            ));
        };
        if !counts.contains(&given.len()) {
            let wanted = counts.start();
            return Err(format!(
                "`{name}` has {} arguments, but wants {wanted}",
                given.len()
            ));
        }
        Ok(match *ours {
            "same" => given[0].clone(),
            "truncate" => format!("(sign({0}) * floor(abs({0})))", given[0]),
            // the smallest or largest of all
            "min" | "max" => {
                let mut rest = given.into_iter();
                let first = rest.next().unwrap_or_default();
                rest.fold(first, |all, next| format!("{ours}({all}, {next})"))
            }
            // a variance there, a standard deviation here
            "normal" | "lognormal" | "erlang" => {
                format!("{ours}({}, sqrt({}))", given[0], given[1])
            }
            "pow" => format!("({} ^ {})", given[0], given[1]),
            ours => format!("{ours}({})", given.join(", ")),
        })
    }
}

/// Whether an expression of ours draws random numbers.
pub(super) fn draws(tree: &Expr) -> bool {
    const RANDOM: [&str; 10] = [
        "uniform",
        "normal",
        "lognormal",
        "negexp",
        "poisson",
        "discunif",
        "binomial",
        "geometric",
        "erlang",
        "weibull",
    ];
    match &tree.kind {
        ExprKind::Number { .. } | ExprKind::Name(_) | ExprKind::Wrong => false,
        ExprKind::Unary(_, a) => draws(a),
        ExprKind::Binary(_, a, b) => draws(a) || draws(b),
        ExprKind::Call(name, all) => RANDOM.contains(&name.as_str()) || all.iter().any(draws),
        ExprKind::If(a, b, c) => draws(a) || draws(b) || draws(c),
    }
}

type Row = (&'static str, std::ops::RangeInclusive<usize>, &'static str);

/// Python's name, number of arguments, ours.
const FUNCTIONS: [Row; 33] = [
    ("exp", 1..=1, "exp"),
    ("log", 1..=1, "log"),
    ("log10", 1..=1, "log10"),
    ("sqrt", 1..=1, "sqrt"),
    ("sin", 1..=1, "sin"),
    ("cos", 1..=1, "cos"),
    ("tan", 1..=1, "tan"),
    ("arctan2", 2..=2, "atan2"),
    ("ceil", 1..=1, "ceil"),
    ("abs", 1..=1, "abs"),
    ("round", 1..=1, "round"),
    ("int", 1..=1, "truncate"),
    ("float", 1..=1, "same"),
    ("min", 1..=64, "min"),
    ("max", 1..=64, "max"),
    ("pow", 2..=2, "pow"),
    ("remainder", 2..=2, "mod"),
    ("uniform", 2..=2, "uniform"),
    ("normal", 2..=2, "normal"),
    ("lognormal", 2..=2, "lognormal"),
    ("negexp", 1..=1, "negexp"),
    ("poisson", 1..=1, "poisson"),
    ("discunif", 2..=2, "discunif"),
    ("binomial", 2..=2, "binomial"),
    ("geometric", 1..=1, "geometric"),
    ("erlang", 2..=2, "erlang"),
    ("weibull", 2..=2, "weibull"),
    ("np.exp", 1..=1, "exp"),
    ("np.log", 1..=1, "log"),
    ("np.sqrt", 1..=1, "sqrt"),
    ("np.abs", 1..=1, "abs"),
    ("math.exp", 1..=1, "exp"),
    ("math.sqrt", 1..=1, "sqrt"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use netdsl_lang::expr::{self, Want};

    fn translated(text: &str) -> Result<String, String> {
        let numbers = Numbers::new(vec![("lambda".into(), 150.0), ("m".into(), -2.0)]);
        let formulas = Formulas::new(Scope::Pair, &numbers);
        formulas.number(&python::parse(text)?)
    }

    #[test]
    fn formulas_are_expressions_of_ours() {
        for text in [
            "0.1*exp(-dist_3D/lambda)",
            "(post_y > 100) * uniform(0.1, 1) + m",
            "1 if 0.2 <= pre_ynorm < .5 and not post_x == 3 else normal(5, 4)**2",
            "max(1, 2, abs(dist_y) % 3, dist_x // 7)",
            "int(discunif(1, 5)) - -3",
        ] {
            let ours = translated(text).unwrap();
            let lambda = expr::Param {
                name: "lambda",
                unit: Some(netdsl_lang::units::Unit::ONE),
            };
            let checked = expr::compile(&ours, ScopeKind::Pair, &[lambda], Want::Any);
            assert!(checked.is_ok(), "{text} -> {ours}: {:?}", checked.err());
        }
    }

    #[test]
    fn what_is_not_known_is_told() {
        for (text, word) in [
            ("dist_3d", "did you mean `dist_3D`?"),
            ("h.celsius", "`h.celsius` is not known"),
            ("exp(1, 2)", "`exp` has 2 arguments, but wants 1"),
            ("eval(1)", "there is no function `eval`"),
        ] {
            let message = translated(text).unwrap_err();
            assert!(message.contains(word), "{message}");
        }
    }
}
