//! Collects what is wrong with a file while it is compiled.

use super::ast::Span;
use crate::check::{Diagnostic, Diagnostics, Excerpt};

/// A mistake, or a remark.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// The file can be used all the same.
    pub warning: bool,
}

/// All mistakes of a file.
#[derive(Debug, Default)]
pub struct Report {
    /// In the order they were found.
    pub problems: Vec<Problem>,
}

impl Report {
    /// A mistake.
    pub fn error(&mut self, span: Span, message: impl Into<String>) {
        self.push(span, message.into(), None, false);
    }

    /// A mistake and its remedy.
    pub fn error_help(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.push(span, message.into(), Some(help.into()), false);
    }

    /// A remark.
    pub fn warning(&mut self, span: Span, message: impl Into<String>) {
        self.push(span, message.into(), None, true);
    }

    /// A remark, and what may be meant.
    pub fn warning_help(
        &mut self,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(span, message.into(), Some(help.into()), true);
    }

    fn push(&mut self, span: Span, message: String, help: Option<String>, warning: bool) {
        let problem = Problem {
            span,
            message,
            help,
            warning,
        };
        // an inlined procedure is visited once per call; its mistakes are told once
        let same = |p: &Problem| {
            p.span.lo == span.lo && p.span.hi == span.hi && p.message == problem.message
        };
        if !self.problems.iter().any(same) {
            self.problems.push(problem);
        }
    }

    /// Whether there was a mistake.
    pub fn failed(&self) -> bool {
        self.problems.iter().any(|p| !p.warning)
    }

    /// The mistakes (or the remarks) of a single text with the lines they are about, in the order of the text.
    pub fn diagnostics(&self, source: &str, file: &str, warnings: bool) -> Diagnostics {
        let mut all = Diagnostics::new();
        let chosen = self.problems.iter().filter(|p| p.warning == warnings);
        Self::describe(chosen, 0, source, file, &mut all);
        all
    }

    /// Adds problems of a text with the lines they are about, in the order of the text, which begins at `base`.
    pub(crate) fn describe<'p>(
        problems: impl Iterator<Item = &'p Problem>,
        base: usize,
        source: &str,
        file: &str,
        all: &mut Diagnostics,
    ) {
        let mut chosen: Vec<&Problem> = problems.collect();
        chosen.sort_by_key(|p| p.span.lo);
        for p in chosen {
            let range = p.span.lo as usize - base..(p.span.hi as usize).saturating_sub(base);
            let mut d =
                Diagnostic::error(p.message.clone()).help(p.help.clone().unwrap_or_default());
            d.source = Some(Excerpt::new(file, source, range));
            all.push(d);
        }
    }
}
