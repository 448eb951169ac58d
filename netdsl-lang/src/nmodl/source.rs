//! The texts of a file and of what it includes, one behind the other: a place in any of them is one number.

use super::ast::Span;
use super::lex::{Token, lex};
use super::report::Report;
use crate::check::Diagnostics;

/// What gives the text of an included file: the file that says INCLUDE and the name it says, to text or what is wrong.
pub type Loader<'l> = dyn Fn(&str, &str) -> Result<(String, String), String> + 'l;

/// Includes within includes are followed so far.
const DEEPEST: usize = 16;

struct Text {
    name: String,
    text: String,
    base: usize,
    depth: usize,
}

/// All texts.
pub(crate) struct Sources<'l> {
    texts: Vec<Text>,
    loader: Option<&'l Loader<'l>>,
}

impl<'l> Sources<'l> {
    /// A text that includes nothing.
    pub(crate) fn new(text: &str, name: &str) -> Self {
        let first = Text {
            name: name.to_owned(),
            text: text.to_owned(),
            base: 0,
            depth: 0,
        };
        Self {
            texts: vec![first],
            loader: None,
        }
    }

    /// Name of the first file.
    pub(crate) fn name(&self) -> &str {
        &self.texts[0].name
    }

    /// With what finds included files.
    pub(crate) fn including(mut self, loader: &'l Loader<'l>) -> Self {
        self.loader = Some(loader);
        self
    }

    /// Text `number`, and where it begins.
    pub(crate) fn text(&self, number: usize) -> (String, usize) {
        let text = &self.texts[number];
        (text.text.clone(), text.base)
    }

    /// All texts as their places count them.
    pub(crate) fn joined(&self) -> String {
        let texts: Vec<&str> = self.texts.iter().map(|t| t.text.as_str()).collect();
        texts.join("\n")
    }

    /// Adds what text `from` includes as `name`.
    pub(crate) fn include(&mut self, from: usize, name: &str) -> Result<usize, String> {
        let Some(loader) = self.loader else {
            return Err("this text stands alone; only files can include others".to_owned());
        };
        let depth = self.texts[from].depth + 1;
        if depth > DEEPEST {
            return Err("files include each other without end".to_owned());
        }
        let (path, text) = loader(&self.texts[from].name, name)?;
        let last = &self.texts[self.texts.len() - 1];
        // a byte between two texts, so that their ends are told apart
        let base = last.base + last.text.len() + 1;
        if base + text.len() > u32::MAX as usize {
            return Err("all files together are too large".to_owned());
        }
        self.texts.push(Text {
            name: path,
            text,
            base,
            depth,
        });
        Ok(self.texts.len() - 1)
    }

    /// The mistakes (or the remarks), each with the lines of the file it is about.
    pub(crate) fn diagnostics(&self, report: &Report, warnings: bool) -> Diagnostics {
        let mut all = Diagnostics::new();
        for text in &self.texts {
            let end = text.base + text.text.len();
            let here = report
                .problems
                .iter()
                .filter(|p| p.warning == warnings)
                .filter(|p| (text.base..=end).contains(&(p.span.lo as usize)));
            Report::describe(here, text.base, &text.text, &text.name, &mut all);
        }
        all
    }
}

/// The text with each `INCLUDE "file"` replaced by what it includes, so that it stands alone.
///
/// ```
/// let loader = |_: &str, name: &str| Ok((name.to_owned(), "FUNCTION f() { f = 2 }".to_owned()));
/// let text = netdsl_lang::nmodl::expand_includes("INCLUDE \"f.inc\"\nINITIAL { }", "a.mod", &loader)?;
/// assert_eq!(text, "FUNCTION f() { f = 2 }\nINITIAL { }");
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// The first file that cannot be had, with where it is included.
pub fn expand_includes(text: &str, file: &str, loader: &Loader) -> Result<String, String> {
    expand(text, file, loader, 0)
}

fn expand(text: &str, file: &str, loader: &Loader, depth: usize) -> Result<String, String> {
    if depth > DEEPEST {
        return Err(format!("{file}: files include each other without end"));
    }
    let at = |span: Span| span.lo as usize..span.hi as usize;
    let tokens = lex(text, 0).tokens;
    let mut out = String::new();
    let mut from = 0;
    for pair in tokens.windows(2) {
        let word = at(pair[0].span);
        let is_include = pair[0].token == Token::Name && &text[word.clone()] == "INCLUDE";
        if !is_include || pair[1].token != Token::Text {
            continue;
        }
        let name = &text[at(pair[1].span)];
        let found = loader(file, name.trim_matches('"'));
        let (path, included) = found.map_err(|problem| {
            let line = 1 + text[..word.start].matches('\n').count();
            format!("{file}:{line}: INCLUDE {name}: {problem}")
        })?;
        out.push_str(&text[from..word.start]);
        out.push_str(&expand(&included, &path, loader, depth + 1)?);
        from = pair[1].span.hi as usize;
    }
    out.push_str(&text[from..]);
    Ok(out)
}
