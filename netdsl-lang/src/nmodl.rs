//! NMODL, the language of mechanisms: text to tokens to tree to [`crate::mech::Program`].

pub mod ast;
pub mod check_units;
mod discrete;
mod examine;
mod hir;
pub mod lex;
pub mod lower;
pub mod parse;
pub mod print;
pub mod report;
mod source;
mod symbols;
mod verbatim;

pub use examine::{Examined, UnitCheck, examine, examine_with_hooks};
pub use source::{Loader, expand_includes};

use crate::check::Diagnostics;
use crate::mech::Program;
use lower::Options;
use report::Report;
use source::Sources;

/// The program of a file's text; `file` is its name, for messages.
///
/// ```
/// let text = "NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
///     PARAMETER { g = 0.001 (S/cm2) e = -70 (mV) }
///     ASSIGNED { v (mV) i (mA/cm2) }
///     BREAKPOINT { i = g*(v - e) }";
/// let program = netdsl_lang::nmodl::compile(text, "leak.mod")?;
/// assert_eq!(program.name, "leak");
/// assert_eq!(program.currents.len(), 1);
/// # Ok::<(), netdsl_lang::check::Diagnostics>(())
/// ```
///
/// # Errors
/// All mistakes of the file.
pub fn compile(text: &str, file: &str) -> Result<Program, Diagnostics> {
    compile_with_hooks(text, file, &[])
}

/// As [`compile`], of a file with C that functions of the program take the place of: `hooks` are their names, each that
/// of a FUNCTION or PROCEDURE, or `verbatim_2` for the second VERBATIM of the file.
///
/// ```
/// let text = "NEURON { SUFFIX a RANGE x } ASSIGNED { x }
///     INITIAL { VERBATIM x = outer->inner; ENDVERBATIM }";
/// assert!(netdsl_lang::nmodl::compile(text, "a.mod").is_err());
/// let program = netdsl_lang::nmodl::compile_with_hooks(text, "a.mod", &["verbatim_1".to_owned()])?;
/// assert_eq!(program.hooks[0].signature("f"), "fn f(_: &mut dyn Draws, x: &mut f64)");
/// # Ok::<(), netdsl_lang::check::Diagnostics>(())
/// ```
///
/// # Errors
/// All mistakes of the file; a name that the file does not need.
pub fn compile_with_hooks(
    text: &str,
    file: &str,
    hooks: &[String],
) -> Result<Program, Diagnostics> {
    let sources = Sources::new(text, file);
    compile_sources(sources, Options::default(), hooks).map(|(program, _)| program)
}

/// A file's text in one style, with the C of its VERBATIM blocks as NMODL. C without an equivalent is a comment that
/// says why.
///
/// ```
/// let text = "NEURON { SUFFIX a RANGE x } PARAMETER { x = 2 }
///     FUNCTION half(y) { VERBATIM return _ly > 1 ? _ly/2 : x; ENDVERBATIM }";
/// let shown = netdsl_lang::nmodl::without_verbatim(text, "a.mod")?;
/// assert!(shown.contains("_c1 = y / 2.0"));
/// # Ok::<(), netdsl_lang::check::Diagnostics>(())
/// ```
///
/// # Errors
/// What the file's parser cannot read.
pub fn without_verbatim(text: &str, file: &str) -> Result<String, Diagnostics> {
    let mut report = Report::default();
    let tree = parse::parse(text, &mut report);
    let tree = verbatim::translate_verbatim(tree, &mut report);
    if report.failed() {
        return Err(report.diagnostics(text, file, false));
    }
    Ok(print::print(&tree))
}

/// The program of a file's text, and remarks about it.
///
/// # Errors
/// All mistakes of the file.
pub fn compile_with_warnings(
    text: &str,
    file: &str,
    options: Options,
) -> Result<(Program, Diagnostics), Diagnostics> {
    compile_sources(Sources::new(text, file), options, &[])
}

/// The program of a file that may INCLUDE others, which `loader` finds; and remarks about it.
///
/// The loader is given the name of the file that says INCLUDE and what it includes, and returns the name and text of
/// that file, or what is wrong.
///
/// # Errors
/// All mistakes of the files.
pub fn compile_including(
    text: &str,
    file: &str,
    options: Options,
    loader: &Loader,
) -> Result<(Program, Diagnostics), Diagnostics> {
    compile_sources(Sources::new(text, file).including(loader), options, &[])
}

/// A file that gives its mechanism no name is called as the file is, which is NEURON's rule.
fn name_after_file(tree: &mut ast::File, file: &str) {
    use ast::{Item, NeuronStmt, Node, Span};
    let is_name = |s: &Node<NeuronStmt>| {
        matches!(
            s.kind,
            NeuronStmt::Suffix(_) | NeuronStmt::PointProcess(_) | NeuronStmt::ArtificialCell(_)
        )
    };
    let named = tree.items.iter().any(|item| match item {
        Item::Neuron(statements) => statements.iter().any(is_name),
        _ => false,
    });
    let base = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let Some(stem) = base.strip_suffix(".mod").filter(|_| !named) else {
        return;
    };
    let name = Node::new(stem.to_owned(), Span::default());
    let suffix = Node::new(NeuronStmt::Suffix(name), Span::default());
    tree.items.insert(0, Item::Neuron(vec![suffix]));
}

/// The tree as it is lowered: with a name, without C and DISCRETE.
fn prepare(mut tree: ast::File, file: &str, report: &mut Report) -> ast::File {
    name_after_file(&mut tree, file);
    let tree = verbatim::translate_verbatim(tree, report);
    discrete::translate_discrete(tree, report)
}

fn compile_sources(
    mut sources: Sources,
    options: Options,
    hooks: &[String],
) -> Result<(Program, Diagnostics), Diagnostics> {
    let mut report = Report::default();
    let mut tree = parse::parse_sources(&mut sources, &mut report);
    if report.failed() && tree.items.is_empty() {
        // some other kind of file: one mistake, not one for each of its lines
        report = Report::default();
        report.error_help(
            ast::Span::default(),
            "this is no mechanism: nothing in the file is NMODL",
            "a mechanism has blocks such as `NEURON { SUFFIX im }`; check the name of the file",
        );
        return Err(sources.diagnostics(&report, false));
    }
    tree.hooks = hooks.to_vec();
    let tree = prepare(tree, sources.name(), &mut report);
    let program = if report.failed() {
        None
    } else {
        lower::lower(&tree, options, &mut report)
    };
    match program {
        Some(program) if !report.failed() => Ok((program, sources.diagnostics(&report, true))),
        _ => Err(sources.diagnostics(&report, false)),
    }
}
