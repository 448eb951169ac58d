//! The C preprocessor: `#define`, and `#if` as a NEURON 9 without CoreNEURON decides it.

use std::collections::BTreeMap;

use super::token::{Kind, Piece, Token};
use crate::nmodl::ast::Span;

/// NEURON's version, which `NRN_VERSION_GTEQ(9, 0, 0)` compares to.
const VERSION: [f64; 3] = [9.0, 0.0, 2.0];

/// Expansions longer than this are refused instead of filling memory.
const LONGEST: usize = 200_000;

#[derive(Clone, Debug)]
struct Macro {
    parameters: Option<Vec<String>>,
    body: Vec<Token>,
}

/// An open `#if`.
#[derive(Clone, Copy, Debug)]
struct Condition {
    active: bool,
    /// A branch was active already.
    taken: bool,
    /// What is around it is active.
    outer: bool,
}

/// Runs through all VERBATIM blocks of a file in their order.
#[derive(Debug)]
pub(super) struct Preprocessor {
    macros: BTreeMap<String, Macro>,
    open: Vec<Condition>,
    /// Lines that make no sense.
    pub(super) problems: Vec<(Span, String)>,
}

impl Preprocessor {
    pub(super) fn new() -> Self {
        let mut new = Self {
            macros: BTreeMap::new(),
            open: Vec::new(),
            problems: Vec::new(),
        };
        let number = |x: f64, whole| {
            let kind = Kind::Number(x, whole);
            vec![Token {
                kind,
                span: Span::default(),
            }]
        };
        for (name, body) in [
            ("NRN_VERSION_GTEQ_8_2_0", number(1.0, true)),
            ("NRN_VERSION_GTEQ_9_0_0", number(1.0, true)),
            ("NRN_MECHANISM_DATA_IS_SOA", number(1.0, true)),
            ("M_PI", number(std::f64::consts::PI, false)),
            ("M_E", number(std::f64::consts::E, false)),
            ("DBL_MAX", number(f64::MAX, false)),
            ("RAND_MAX", number(2_147_483_647.0, true)),
            (
                "NULL",
                vec![Token {
                    kind: Kind::Name("nullptr".into()),
                    span: Span::default(),
                }],
            ),
            ("RANDCAST", Vec::new()),
        ] {
            new.macros.insert(
                name.to_owned(),
                Macro {
                    parameters: None,
                    body,
                },
            );
        }
        new
    }

    /// Whether what comes next is part of the program.
    pub(super) fn is_active(&self) -> bool {
        self.open.last().is_none_or(|c| c.active)
    }

    /// Appends what is left of `pieces` to `out`.
    pub(super) fn run(&mut self, pieces: Vec<Piece>, out: &mut Vec<Token>) {
        let mut waiting = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Token(token) => {
                    if self.is_active() {
                        waiting.push(token);
                    }
                }
                Piece::Directive(tokens, span) => {
                    self.expand(&std::mem::take(&mut waiting), out, &mut Vec::new());
                    self.directive(&tokens, span);
                }
            }
        }
        self.expand(&waiting, out, &mut Vec::new());
    }

    fn directive(&mut self, tokens: &[Token], span: Span) {
        let word = tokens.first().and_then(Token::name).unwrap_or_default();
        let rest = tokens.get(1..).unwrap_or_default();
        let name = rest.first().and_then(Token::name).unwrap_or_default();
        let defined = self.is_defined(name);
        let outer = self.is_active();
        match word {
            "ifdef" => self.begin(defined, outer),
            "ifndef" => self.begin(!defined, outer),
            "if" => {
                let holds = outer && self.condition(rest, span);
                self.begin(holds, outer);
            }
            "elif" | "else" => {
                let Some(last) = self.open.pop() else {
                    return self.problem(span, "no #if is open here");
                };
                let free = last.outer && !last.taken;
                let active = free && (word == "else" || self.condition(rest, span));
                self.open.push(Condition {
                    active,
                    taken: last.taken || active,
                    outer: last.outer,
                });
            }
            "endif" => {
                let open = self.open.pop();
                if open.is_none() {
                    self.problem(span, "no #if is open here");
                }
            }
            _ if !outer => {}
            "define" => self.define(rest),
            "undef" => {
                self.macros.remove(name);
            }
            "error" => self.problem(span, "this #error is reached"),
            // `include` brings declarations, the others are advice
            _ => {}
        }
    }

    fn begin(&mut self, holds: bool, outer: bool) {
        let active = holds && outer;
        self.open.push(Condition {
            active,
            taken: active,
            outer,
        });
    }

    fn problem(&mut self, span: Span, text: &str) {
        self.problems.push((span, text.to_owned()));
    }

    fn is_defined(&self, name: &str) -> bool {
        name.starts_with("NRN_VERSION_") && !name.ends_with("_0") || self.macros.contains_key(name)
    }

    fn define(&mut self, rest: &[Token]) {
        let Some(name) = rest.first().and_then(Token::name) else {
            return;
        };
        let adjacent = rest
            .get(1)
            .is_some_and(|t| t.is("(") && t.span.lo == rest[0].span.hi);
        let (parameters, start) = if adjacent {
            let end = rest.iter().position(|t| t.is(")")).unwrap_or(rest.len());
            let names = rest[2..end.max(2)].iter().filter_map(Token::name);
            (Some(names.map(str::to_owned).collect()), end + 1)
        } else {
            (None, 1)
        };
        let body = rest.get(start..).unwrap_or_default().to_vec();
        // NEURON's own cast, to be told from what a file makes of it
        if name != "RANDCAST" {
            self.macros
                .insert(name.to_owned(), Macro { parameters, body });
        }
    }

    /// Appends `tokens` with macros replaced; `inside` are the macros that are being replaced.
    fn expand(&self, tokens: &[Token], out: &mut Vec<Token>, inside: &mut Vec<String>) {
        let mut at = 0;
        while at < tokens.len() && out.len() < LONGEST {
            let token = &tokens[at];
            at += 1;
            let found = token.name().filter(|n| !inside.iter().any(|i| i == n));
            let Some((name, known)) = found.and_then(|n| Some((n, self.macros.get(n)?))) else {
                out.push(token.clone());
                continue;
            };
            let mut body = match &known.parameters {
                None => known.body.clone(),
                Some(parameters) => match arguments(tokens, at) {
                    Some((all, end)) => {
                        at = end;
                        replaced(&known.body, parameters, &all)
                    }
                    None => {
                        out.push(token.clone());
                        continue;
                    }
                },
            };
            // a macro's text is told of at the place that uses it
            body.iter_mut().for_each(|t| t.span = token.span);
            inside.push(name.to_owned());
            self.expand(&body, out, inside);
            inside.pop();
        }
    }

    /// The value of an `#if`.
    fn condition(&mut self, tokens: &[Token], span: Span) -> bool {
        let mut ready = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            if tokens[at].is("defined") {
                let open = tokens.get(at + 1).is_some_and(|t| t.is("("));
                let name = tokens.get(at + 1 + usize::from(open)).and_then(Token::name);
                let value = f64::from(u8::from(name.is_some_and(|n| self.is_defined(n))));
                ready.push(Token {
                    kind: Kind::Number(value, true),
                    span,
                });
                at += if open { 4 } else { 2 };
            } else if let Some(compares) = tokens[at]
                .name()
                .and_then(|n| n.strip_prefix("NRN_VERSION_"))
                && tokens.get(at + 1).is_some_and(|t| t.is("("))
            {
                let (all, end) = arguments(tokens, at + 1).unwrap_or((Vec::new(), at + 1));
                let number = |k: usize| match all.get(k).and_then(|a| a.first()).map(|t| &t.kind) {
                    Some(Kind::Number(x, _)) => *x,
                    _ => 0.0,
                };
                let other = [number(0), number(1), number(2)];
                let holds = match compares {
                    "GTEQ" => VERSION >= other,
                    "GT" => VERSION > other,
                    "LTEQ" => VERSION <= other,
                    "LT" => VERSION < other,
                    "NE" => VERSION != other,
                    _ => VERSION == other,
                };
                ready.push(Token {
                    kind: Kind::Number(f64::from(u8::from(holds)), true),
                    span,
                });
                at = end;
            } else {
                ready.push(tokens[at].clone());
                at += 1;
            }
        }
        let mut expanded = Vec::new();
        self.expand(&ready, &mut expanded, &mut Vec::new());
        match super::condition::value(&expanded) {
            Some(value) => value != 0.0,
            None => {
                self.problem(span, "this #if cannot be decided");
                false
            }
        }
    }
}

/// The arguments of a macro whose `(` is at `at`, and where they end.
fn arguments(tokens: &[Token], at: usize) -> Option<(Vec<Vec<Token>>, usize)> {
    if !tokens.get(at)?.is("(") {
        return None;
    }
    let mut all = vec![Vec::new()];
    let mut depth = 0;
    for (k, token) in tokens.iter().enumerate().skip(at + 1) {
        if token.is(")") && depth == 0 {
            return Some((all, k + 1));
        }
        if token.is(",") && depth == 0 {
            all.push(Vec::new());
            continue;
        }
        depth += i32::from(token.is("(")) - i32::from(token.is(")"));
        all.last_mut()?.push(token.clone());
    }
    None
}

fn replaced(body: &[Token], parameters: &[String], all: &[Vec<Token>]) -> Vec<Token> {
    let mut out = Vec::new();
    for token in body {
        let number = token
            .name()
            .and_then(|n| parameters.iter().position(|p| p == n));
        match number.and_then(|k| all.get(k)) {
            Some(argument) => out.extend(argument.iter().cloned()),
            None => out.push(token.clone()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::token::lex;
    use super::*;

    fn left(text: &str) -> String {
        let mut out = Vec::new();
        Preprocessor::new().run(lex(text, 0), &mut out);
        let shown = |t: &Token| match &t.kind {
            Kind::Name(n) => n.clone(),
            Kind::Number(x, _) => x.to_string(),
            Kind::Mark(m) => (*m).to_owned(),
            _ => "?".to_owned(),
        };
        out.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn conditions_are_those_of_neuron_9() {
        let text = "#ifndef NRN_VERSION_GTEQ_8_2_0\nold\n#else\nnew\n#endif\n#if NRN_VERSION_GTEQ(9, 0, 0) && !NRNBBCORE\n\
            nine\n#elif 1\neight\n#endif\n#if defined(CORENEURON_BUILD) || NRN_VERSION_GTEQ(10,0,0)\n#if 1\ncore\n#endif\n#endif";
        assert_eq!(left(text), "new nine");
    }

    #[test]
    fn macros_are_replaced_with_their_arguments() {
        let text = "#define N 3\n#define SQ(x) ((x)*(x))\n#define self self + N\nSQ(a + N) SQ self";
        assert_eq!(left(text), "( ( a + 3 ) * ( a + 3 ) ) SQ self + 3");
    }
}
