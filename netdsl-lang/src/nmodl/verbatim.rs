//! VERBATIM: the C of a file as NMODL.
//!
//! ```text
//! token, preprocess   text -> tokens: `#if` as NEURON 9 decides it, macros replaced
//! mixed               tokens and the NMODL statements between them as one sequence
//! parse, parse_file   tokens -> tree
//! facts, reach        what names mean; which blocks run
//! scope               tree -> NMODL with jumps
//! leave               without jumps
//! streams             pointers to random numbers become RANDOM
//! ```
//!
//! What the C means here, where it is more than arithmetic:
//! - A pointer that random numbers are drawn through is a RANDOM stream of the instance. Its seed is the model's, so the
//!   procedures with which hoc sets generators do nothing. `nrn_random_pick` draws what [`scope::pick`] says.
//! - A Vector that hoc would hand over is not there, as in NEURON before hoc does so.
//! - What prints or writes files is left out, with a remark. `hoc_execerror` leaves the block, with a remark.
//! - A PROCEDURE or FUNCTION that nothing in the file calls, and whose C has no equivalent, is left out with a remark.
//!
//! Anything else without an equivalent is one mistake per block, which names the function of the model's program that can
//! take its place (`hooks`).

use std::collections::BTreeSet;

use super::ast::{Callable, CallableKind, File, Item, Name, Node, Stmt, StmtKind};
use super::print;
use super::report::Report;
use build::Ty;
use facts::Facts;
use mixed::Mixed;
use parse_file::Declarations;
use preprocess::Preprocessor;
use reach::Calls;
use scope::{Own, Scope, words};
use token::{Token, lex};
use tree::{CFunction, Refusal};

mod assigned;
mod build;
mod condition;
mod facts;
mod hooks;
mod leave;
mod mixed;
mod parse;
mod parse_file;
mod preprocess;
mod reach;
mod scope;
mod streams;
#[cfg(test)]
mod tests;
mod token;
mod tree;

/// The file without VERBATIM.
pub(super) fn translate_verbatim(mut file: File, report: &mut Report) -> File {
    let verbatim = |item: &Item| match item {
        Item::Verbatim(_) => true,
        other => mixed::body(other).is_some_and(|b| mixed::has_verbatim(b)),
    };
    if !file.items.iter().any(verbatim) {
        return file;
    }
    file.has_c = true;
    let numbers = hooks::Numbers::of(&file);
    let (top, blocks) = read(&mut file, report);
    let declarations = parse_file::declarations(&top);
    let flat: Vec<Vec<Token>> = blocks.iter().map(flattened).collect();
    let all: Vec<&[Token]> = flat.iter().map(Vec::as_slice).collect();
    let mut facts = Facts::new(&file, &declarations, &all);
    let reached = reached(&file, &blocks, &declarations);
    mark_changes(&mut facts, &file, &flat, &declarations, &reached);
    let mut pass = Pass {
        facts: &facts,
        numbers: &numbers,
        reached: &reached,
        report,
    };
    let mut items = Vec::new();
    for ((item, mixed), tokens) in std::mem::take(&mut file.items)
        .into_iter()
        .zip(&blocks)
        .zip(&flat)
    {
        match mixed {
            Some(mixed) => items.extend(pass.block(item, mixed, tokens)),
            None => items.push(item),
        }
    }
    let functions = declarations
        .functions
        .iter()
        .filter(|f| reached.contains(&f.name.kind) && !facts.callables.contains_key(&f.name.kind));
    items.extend(functions.filter_map(|f| pass.function(f)));
    file.items = items;
    streams::declare(&mut file, &facts);
    file
}

/// Runs the preprocessor through the file: the C outside of blocks, and each item that has VERBATIM as a mixture. Items
/// that `#if` excludes are removed.
fn read(file: &mut File, report: &mut Report) -> (Vec<Token>, Vec<Option<Mixed>>) {
    let mut preprocessor = Preprocessor::new();
    let (mut top, mut blocks, mut items) = (Vec::new(), Vec::new(), Vec::new());
    for item in std::mem::take(&mut file.items) {
        if let Item::Verbatim(text) = &item {
            preprocessor.run(lex(&text.kind, text.span.lo as usize), &mut top);
        } else if preprocessor.is_active() {
            let body = mixed::body(&item).filter(|b| mixed::has_verbatim(b));
            blocks.push(body.map(|b| Mixed::new(b, &mut preprocessor)));
            items.push(item);
        }
    }
    file.items = items;
    for (span, problem) in preprocessor.problems {
        report.error_help(
            span,
            format!("VERBATIM: {problem}"),
            "correct the line or leave it out",
        );
    }
    (top, blocks)
}

fn flattened(mixed: &Option<Mixed>) -> Vec<Token> {
    let mut out = Vec::new();
    if let Some(mixed) = mixed {
        mixed.flat(&mut out);
    }
    out
}

fn reached(file: &File, blocks: &[Option<Mixed>], declarations: &Declarations) -> BTreeSet<String> {
    let mut calls = Calls::default();
    for (item, mixed) in file.items.iter().zip(blocks) {
        let mut all = BTreeSet::new();
        match mixed {
            Some(mixed) => mixed.words(&mut all, &mut BTreeSet::new()),
            None => {
                let body = mixed::body(item).map(|b| print::print_statements(b));
                all.extend(words(body.as_deref().unwrap_or_default()).map(str::to_owned));
            }
        }
        match item {
            Item::Callable(callable) => calls.callable(&callable.name.kind, all),
            Item::Destructor(_) => {}
            _ => calls.root(all),
        }
    }
    for function in &declarations.functions {
        calls.callable(&function.name.kind, function.words.clone());
    }
    calls.reached()
}

/// Marks the variables of C that running code assigns.
fn mark_changes(
    facts: &mut Facts,
    file: &File,
    flat: &[Vec<Token>],
    declarations: &Declarations,
    reached: &BTreeSet<String>,
) {
    for (name, shared) in &mut facts.shared {
        let runs = |item: &Item| match item {
            Item::Callable(c) => reached.contains(&c.name.kind),
            Item::Destructor(_) => false,
            _ => true,
        };
        let in_blocks = file
            .items
            .iter()
            .zip(flat)
            .any(|(item, tokens)| runs(item) && assigned::by_tokens(tokens, name));
        let in_functions = declarations
            .functions
            .iter()
            .filter(|f| reached.contains(&f.name.kind))
            .any(|f| {
                let mut names = BTreeSet::new();
                assigned::by_statements(&f.body, &mut names);
                names.contains(name)
            });
        shared.changes = in_blocks || in_functions;
    }
}

struct Pass<'f> {
    facts: &'f Facts,
    numbers: &'f hooks::Numbers,
    reached: &'f BTreeSet<String>,
    report: &'f mut Report,
}

impl Pass<'_> {
    /// A block with its C translated; `None` if it is left out.
    fn block(&mut self, mut item: Item, mixed: &Mixed, tokens: &[Token]) -> Option<Item> {
        let (mut all, mut declared) = (BTreeSet::new(), BTreeSet::new());
        mixed.words(&mut all, &mut declared);
        let runs = match &item {
            Item::Callable(c) => self.reached.contains(&c.name.kind),
            _ => true,
        };
        let mut apart = Report::default();
        let mut scope = Scope::new(self.facts, &mut apart);
        prepare(&mut scope, &item, declared, tokens, &all);
        let tree = mixed.parsed();
        let flows = match &tree {
            Ok(tree) => {
                let mut names = BTreeSet::new();
                assigned::by_statements(tree, &mut names);
                scope.assigns(names);
                scope.block(tree)
            }
            Err(refusal) => {
                scope.refused = Some(refusal.clone());
                Vec::new()
            }
        };
        let (refused, takes) = (scope.refused.take(), scope.takes);
        let mut statements = leave::structured(flows);
        if let Some(refusal) = refused {
            if !runs && let Item::Callable(callable) = &item {
                self.remark(&callable.name, Some(&refusal), tokens);
                return None;
            }
            match &item {
                // frees memory, which has no equivalent and needs none
                Item::Destructor(_) => return None,
                Item::Constructor(_) if !self.sets_variables(&tree) => {
                    let message = format!(
                        "CONSTRUCTOR is left out: it sets no variable of NMODL, and its C has no equivalent ({})",
                        refusal.why
                    );
                    self.report.warning(refusal.span, message);
                    return None;
                }
                _ => statements = self.hooked(&item, refusal, tokens),
            }
        } else if takes && let Item::Callable(callable) = &item {
            self.remark(&callable.name, None, tokens);
        }
        self.report.problems.extend(apart.problems);
        *mixed::body_mut(&mut item)? = statements;
        Some(item)
    }

    /// Whether C assigns variables that NMODL knows.
    fn sets_variables(&self, tree: &Result<Vec<tree::CStmt>, Refusal>) -> bool {
        let Ok(tree) = tree else {
            return true;
        };
        let mut names = BTreeSet::new();
        assigned::by_statements(tree, &mut names);
        names.iter().any(|n| self.facts.variables.contains(n))
    }

    /// A remark on a block that is left out, or of which nothing is left.
    fn remark(&mut self, name: &Name, refusal: Option<&Refusal>, tokens: &[Token]) {
        let says = |test: &dyn Fn(&str) -> bool| tokens.iter().filter_map(Token::name).any(test);
        let what = if refusal.is_some() {
            "is left out"
        } else {
            "does nothing here"
        };
        let message = if says(&|n| n.starts_with("nrnran123_") || n.starts_with("nrn_random_")) {
            format!(
                "`{name}` {what}: each instance has a random stream of its own, with the model's seed"
            )
        } else if says(&|n| n == "vector_arg") {
            format!(
                "`{name}` {what}: a model gives no Vector to a mechanism; a VecStim has the times of events"
            )
        } else if let Some(refusal) = refusal {
            format!(
                "`{name}` {what}: nothing in the file calls it, and its C has no equivalent ({})",
                refusal.why
            )
        } else {
            return;
        };
        self.report.warning(name.span, message);
    }

    /// A function of C as a FUNCTION or PROCEDURE.
    fn function(&mut self, f: &CFunction) -> Option<Item> {
        if !f
            .arguments
            .iter()
            .all(|a| a.ty.is_number() && a.length.is_none())
        {
            return None;
        }
        let gives = f.ty.is_number();
        let mut scope = Scope::new(self.facts, self.report);
        if gives {
            scope.result = Some((f.name.kind.clone(), facts::number_type(&f.ty)));
        }
        for argument in &f.arguments {
            let name = argument.name.kind.clone();
            scope.bind(
                &name,
                Own::Number(name.clone(), facts::number_type(&argument.ty)),
            );
        }
        let mut names = BTreeSet::new();
        assigned::by_statements(&f.body, &mut names);
        scope.assigns(names);
        let flows = scope.block(&f.body);
        let refused = scope.refused.take();
        let mut body = leave::structured(flows);
        if let Some(refusal) = refused {
            let words = f.words.iter().map(String::as_str);
            let mut known = self.facts.variables.clone();
            known.extend(f.arguments.iter().map(|a| a.name.kind.clone()));
            let names = words.filter(|w| known.contains(*w));
            let mut assigned = BTreeSet::new();
            assigned::by_statements(&f.body, &mut assigned);
            let names = names
                .map(|n| (n.to_owned(), assigned.contains(n)))
                .collect();
            body = vec![hooks::statement(&f.name.kind, gives, names, refusal)];
        }
        let argument = |a: &tree::Declared| super::ast::Argument {
            name: a.name.clone(),
            unit: None,
        };
        Some(Item::Callable(Callable {
            kind: if gives {
                CallableKind::Function
            } else {
                CallableKind::Procedure
            },
            name: f.name.clone(),
            arguments: f.arguments.iter().map(argument).collect(),
            unit: None,
            solve_for: Vec::new(),
            body,
        }))
    }
}

/// What the block is decides what its C may say.
fn prepare(
    scope: &mut Scope,
    item: &Item,
    declared: BTreeSet<String>,
    tokens: &[Token],
    all: &BTreeSet<String>,
) {
    scope.reserve(declared);
    match item {
        Item::Callable(c) => {
            scope.reserve(c.arguments.iter().map(|a| a.name.kind.clone()));
            scope.reserve([c.name.kind.clone()]);
            let written: Vec<&str> = all.iter().map(String::as_str).collect();
            scope.pick = scope::pick(tokens, &written.join(" "), &c.name.kind);
            if c.kind == CallableKind::Function {
                scope.result = Some((c.name.kind.clone(), Ty::Double));
            }
        }
        Item::NetReceive(arguments, _) => {
            scope.reserve(arguments.iter().map(|a| a.name.kind.clone()));
            scope.receives = true;
        }
        Item::Breakpoint(_) => {
            scope.stays = Some("it leaves BREAKPOINT, and with it the computation of the current")
        }
        _ => {}
    }
}

fn refused_statement(refusal: Refusal) -> Stmt {
    Node::new(
        StmtKind::Refused(hooks::message(&refusal), refusal.help.to_owned()),
        refusal.span,
    )
}
