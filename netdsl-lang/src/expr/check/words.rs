//! What messages about expressions say.

use super::{Checker, Typed};
use crate::diag::nearest;
use crate::expr::scope::{FUNCTIONS, ScopeKind};
use crate::units::{self, Dim, Unit};

impl Checker<'_> {
    pub(super) fn unknown_name(&self, name: &str) -> String {
        if units::factor(name).is_some() {
            return format!("`{name}` is a unit and follows a number: `1 {name}`");
        }
        if FUNCTIONS.iter().any(|entry| entry.name == name) {
            return format!("`{name}` is a function: write `{name}(..)`");
        }
        if ScopeKind::knows_anywhere(name) {
            return format!("`{name}` is not known {}", self.scope.describe());
        }
        let known = || {
            let variables = self.scope.variables().iter().map(|v| v.name);
            variables
                .chain(self.params.iter().map(|p| p.name))
                .chain(["pi"])
        };
        // NetPyNE's pre_ynorm, dist_3D
        let ours = name
            .to_lowercase()
            .replace("pre_", "pre.")
            .replace("post_", "post.")
            .replace("norm3d", "3d_norm")
            .replace("norm2d", "2d_norm")
            .replace("xnorm", "x_norm")
            .replace("ynorm", "y_norm")
            .replace("znorm", "z_norm");
        let found = known()
            .find(|k| *k == ours)
            .or_else(|| nearest(name, known()));
        match found {
            Some(found) => format!("there is no variable `{name}`; did you mean `{found}`?"),
            None if ["nan", "inf", "infinity"].contains(&ours.as_str()) => {
                format!("`{name}` is no number that a model can use")
            }
            None => {
                let scope = self.scope.describe();
                format!(
                    "there is no variable `{name}` {scope}; {}",
                    self.known_names()
                )
            }
        }
    }

    /// What an expression may name; the many variables of a pair of cells in short.
    pub(super) fn known_names(&self) -> String {
        const PAIR: &str = "positions `pre.x`, `post.y_norm`, .., distances `dist_3d`, `dist_2d`, `dist_x_norm`, ..";
        let params = self.params.iter().map(|p| p.name);
        if self.scope == ScopeKind::Pair {
            let params: String = params.map(|name| format!(", `{name}`")).collect();
            return format!("known are {PAIR}{params} and `pi`");
        }
        let variables = self.scope.variables().iter().map(|v| v.name);
        let all: Vec<&str> = variables.chain(params).chain(["pi"]).collect();
        format!("known are `{}`", all.join("`, `"))
    }
}

/// "; write `exp`", where that is a function.
pub(super) fn did_you_mean_exactly(name: &str) -> Option<String> {
    let found = FUNCTIONS.iter().find(|entry| entry.name == name)?;
    Some(format!("; write `{}`", found.name))
}

pub(super) fn plural(n: usize) -> String {
    if n == 1 {
        "1 argument".into()
    } else {
        format!("{n} arguments")
    }
}

pub(super) fn describe(unit: Option<Unit>) -> String {
    unit.map_or_else(|| "unknown".into(), |unit| unit.dim.describe())
}

pub(super) fn kind(typed: &Typed) -> String {
    if typed.truth {
        "a condition".into()
    } else {
        describe(typed.unit)
    }
}

/// "a time (ms)": the unit of the field where it has one of its own.
pub(super) fn wanted(dim: Dim, written: &str) -> String {
    let usual = dim.describe();
    match usual.split_once(" (") {
        Some((name, _)) if !written.is_empty() && written != "1" => format!("{name} ({written})"),
        _ => usual,
    }
}

/// "a length".
pub(super) fn one_of(dim: Dim) -> String {
    let usual = dim.describe();
    usual
        .split_once(" (")
        .map_or(usual.clone(), |(name, _)| name.to_string())
}

pub(super) fn disagreement(op: &str, left: &Typed, right: &Typed) -> String {
    let (a, b) = (describe(left.unit), describe(right.unit));
    match (&left.bare, &right.bare) {
        (_, Some(number)) => format!("`{op}` joins {a} and a bare number: `{number}` needs a unit"),
        (Some(number), _) => format!("`{op}` joins a bare number and {b}: `{number}` needs a unit"),
        _ => format!("`{op}` joins {a} and {b}: both must be of one kind"),
    }
}
