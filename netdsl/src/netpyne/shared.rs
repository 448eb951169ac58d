//! What all parts of a loader know: mechanisms, numbers, names.

use super::at::At;
use super::finding::Found;
use super::formula::{Formulas, Numbers};
use super::unit::spelled;
use netdsl_lang::check::{MechanismInfo, Mechanisms, list};
use netdsl_lang::diag::did_you_mean;
use netdsl_lang::mech::{Kind, Program, Role};
use netdsl_lang::model::{Mechanism, Setting, Value};

/// What all parts know.
pub(super) struct Shared {
    pub(super) mechanisms: Mechanisms,
    /// The model's own mechanisms as it declares them.
    pub(super) declared: Vec<Mechanism>,
    pub(super) numbers: Numbers,
}

impl Shared {
    pub(super) fn program(&self, name: &str) -> Option<&Program> {
        self.mechanisms.program(name)
    }

    /// The mechanism that a file names, of the kind wanted.
    pub(super) fn mechanism(
        &self,
        found: &mut Found,
        at: &At,
        name: &str,
        fits: impl Fn(Kind) -> bool,
    ) -> Option<&Program> {
        if let Some(program) = self.program(name).filter(|p| fits(p.kind)) {
            return Some(program);
        }
        let fitting = |n: &&str| self.program(n).is_some_and(|p| fits(p.kind));
        let known: Vec<&str> = self
            .mechanisms
            .names()
            .into_iter()
            .filter(fitting)
            .collect();
        let near = did_you_mean(name, known.iter().copied());
        let message = format!("there is no mechanism `{name}` that could be used here{near}");
        let help = format!(
            "name the folder of its .mod file with `--mechanisms`; there are {}",
            list(&known)
        );
        let netpyne =
            "one printed line, and a cell without the mechanism, if the .mod file is not compiled";
        found.error(at, message, &help, netpyne);
        None
    }

    /// The unit of a parameter of a mechanism, as we write it; tells if there is no such parameter.
    pub(super) fn parameter_unit(
        &self,
        found: &mut Found,
        at: &At,
        program: &Program,
        name: &str,
    ) -> Option<String> {
        let settable = |role| matches!(role, Role::Parameter);
        match program.variable(name) {
            Some((_, variable)) if settable(variable.role) => {
                let unit = spelled(&variable.unit);
                if unit.is_none() {
                    let message = format!("its unit `{}` is not one of ours", variable.unit);
                    found.error(
                        at,
                        message,
                        "write the unit of the .mod file in another way",
                        "",
                    );
                }
                unit
            }
            other => {
                let all = program.variables.iter().filter(|v| settable(v.role));
                let known: Vec<&str> = all.map(|v| v.name.as_str()).collect();
                let near = did_you_mean(name, known.iter().copied());
                let message = match other {
                    Some(_) => format!(
                        "`{name}` of `{}` cannot be set place by place",
                        program.name
                    ),
                    None => format!("`{}` has no parameter `{name}`{near}", program.name),
                };
                let help = format!("its parameters are {}", list(&known));
                found.error(
                    at,
                    message,
                    &help,
                    "an exception, or silence for artificial cells",
                );
                None
            }
        }
    }

    /// A number, formula, or list of them, in `unit`.
    pub(super) fn setting(
        &self,
        found: &mut Found,
        at: &At,
        formulas: &Formulas,
        unit: &str,
    ) -> Option<Setting> {
        let Some(items) = at.items() else {
            return Some(Setting::One(Value::new(formulas.value(found, at, unit)?)));
        };
        let mut values = Vec::new();
        for item in &items {
            values.push(Value::new(formulas.value(found, item, unit)?));
        }
        Some(match values.len() {
            1 => Setting::One(values.remove(0)),
            _ => Setting::Each(values),
        })
    }
}

/// `label` as a name of ours that is none of `taken`.
pub(super) fn name(label: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut word = String::new();
    for c in label.chars() {
        match c.is_alphanumeric() || c == '_' {
            true => word.push(c),
            false if word.ends_with('_') || word.is_empty() => {}
            false => word.push('_'),
        }
    }
    let word = word.trim_end_matches('_');
    let begins = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let word = match begins {
        true => word.to_owned(),
        false => format!("_{word}"),
    };
    if !taken(&word) {
        return word;
    }
    let numbered = (2..).map(|n| format!("{word}_{n}"));
    numbered.into_iter().find(|w| !taken(w)).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_names() {
        assert_eq!(name("E->I", |_| false), "E_I");
        assert_eq!(name("2->3!", |_| false), "_2_3");
        assert_eq!(name("a b", |w| w == "a_b"), "a_b_2");
    }
}
