//! A file with all that can be said about it: tree, program, remarks, units.

use super::ast::File;
use super::check_units::check_units;
use super::lower::{self, Options};
use super::parse::parse_sources;
use super::prepare;
use super::report::Report;
use super::source::{Loader, Sources};
use crate::check::Diagnostics;
use crate::mech::Program;

/// Whether units are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitCheck {
    /// Units are not looked at.
    No,
    /// Mistakes in units are remarks, in [`Examined::units`].
    Warn,
    /// Mistakes in units are mistakes.
    Refuse,
}

/// What became of a file.
#[derive(Debug)]
pub struct Examined {
    /// The tree; `None` where the file (or one it includes) does not follow the grammar.
    pub tree: Option<File>,
    /// The program; `None` where there are problems.
    pub program: Option<Program>,
    /// Mistakes.
    pub problems: Diagnostics,
    /// Remarks.
    pub warnings: Diagnostics,
    /// Mistakes in units, where these are remarks.
    pub units: Diagnostics,
}

/// Compiles a file, as [`super::compile_including`] does, and keeps what every stage says.
///
/// ```
/// use netdsl_lang::nmodl::{UnitCheck, examine};
/// let alone = |_: &str, name: &str| Err(format!("there is no {name}"));
/// let text = "NEURON { SUFFIX x } ASSIGNED { v } BREAKPOINT { v = = 2 }";
/// let found = examine(text, "x.mod", &alone, UnitCheck::Warn);
/// assert!(found.tree.is_none() && found.problems.len() == 1);
/// let text = "NEURON { SUFFIX x RANGE y } ASSIGNED { y } INITIAL { VERBATIM y = 2; ENDVERBATIM }";
/// assert!(examine(text, "x.mod", &alone, UnitCheck::No).program.is_some());
/// let text = "NEURON { RANGE y } ASSIGNED { y } INITIAL { y = 2 }";
/// let found = examine(text, "folder/late.mod", &alone, UnitCheck::No).program;
/// assert_eq!(found.map(|p| p.name), Some("late".to_owned()));
/// ```
pub fn examine(text: &str, file: &str, loader: &Loader, units: UnitCheck) -> Examined {
    examine_with_hooks(text, file, loader, units, &[])
}

/// As [`examine`], with the names of functions that take the place of C, as in [`super::compile_with_hooks`].
pub fn examine_with_hooks(
    text: &str,
    file: &str,
    loader: &Loader,
    units: UnitCheck,
    hooks: &[String],
) -> Examined {
    let mut sources = Sources::new(text, file).including(loader);
    let mut report = Report::default();
    let tree = parse_sources(&mut sources, &mut report);
    let parsed = !report.failed();
    let mut program = None;
    let mut unit_report = Report::default();
    if parsed {
        let mut named = tree.clone();
        named.hooks = hooks.to_vec();
        let prepared = prepare(named, sources.name(), &mut report);
        if !report.failed() {
            program = lower::lower(&prepared, Options::default(), &mut report);
        }
        match units {
            UnitCheck::No => {}
            UnitCheck::Warn => unit_report = check_units(&tree, &sources.joined(), false),
            UnitCheck::Refuse => {
                let found = check_units(&tree, &sources.joined(), true);
                report.problems.extend(found.problems);
            }
        }
    }
    Examined {
        tree: parsed.then_some(tree),
        program: program.filter(|_| !report.failed()),
        problems: sources.diagnostics(&report, false),
        warnings: sources.diagnostics(&report, true),
        units: sources.diagnostics(&unit_report, true),
    }
}
