//! VERBATIM outside of blocks: variables, functions and prototypes.

use std::collections::BTreeSet;

use super::parse::CParser;
use super::token::Token;
use super::tree::{Accepted, CFunction, CStmt, Declared, Type};
use crate::nmodl::ast::{Name, Span};

/// What C at the level of the file declares.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    pub(super) variables: Vec<Declared>,
    pub(super) functions: Vec<CFunction>,
}

/// Reads declarations. What cannot be read is passed over: it is refused where it is used.
pub(super) fn declarations(tokens: &[Token]) -> Declarations {
    let mut all = Declarations::default();
    let mut rest = tokens;
    while !rest.is_empty() {
        let n = outer_length(rest);
        let (one, behind) = rest.split_at(n);
        rest = behind;
        let end = one.last().map_or_else(Span::default, |t| t.span);
        let known = all.functions.len();
        let _ = declaration(&mut CParser::new(one, &[], end), &mut all);
        for function in &mut all.functions[known..] {
            function.words = one
                .iter()
                .filter_map(Token::name)
                .map(str::to_owned)
                .collect();
        }
    }
    all
}

/// Length of the first declaration: to a `;` outside of braces, or a `}` that closes a function.
fn outer_length(tokens: &[Token]) -> usize {
    let mut depth = 0;
    let mut is_function = false;
    for (k, token) in tokens.iter().enumerate() {
        if token.is("{") {
            is_function |= depth == 0 && k > 0 && tokens[k - 1].is(")");
            depth += 1;
        } else if token.is("}") {
            depth -= 1;
            if depth <= 0 && is_function {
                return k + 1;
            }
        } else if token.is(";") && depth <= 0 {
            return k + 1;
        }
    }
    tokens.len()
}

fn declaration(p: &mut CParser, all: &mut Declarations) -> Accepted<()> {
    let base = p.base()?;
    let mut ty = base.clone();
    while p.take("*") {
        ty.stars += 1;
    }
    let name = p.name()?;
    if p.is("(")
        && let Some(function) = function(p, name.clone(), ty.clone())?
    {
        all.functions.push(function);
        return Ok(());
    }
    all.variables.push(p.declared(name, ty)?);
    while p.take(",") {
        let mut ty = base.clone();
        while p.take("*") {
            ty.stars += 1;
        }
        let name = p.name()?;
        all.variables.push(p.declared(name, ty)?);
    }
    Ok(())
}

/// A function with its body; `None` of a prototype.
fn function(p: &mut CParser, name: Name, ty: Type) -> Accepted<Option<CFunction>> {
    p.expect("(")?;
    let mut arguments = Vec::new();
    while !p.take(")") {
        if p.take("_threadargsproto_") || p.take("_threadargsprotocomma_") {
            p.take(",");
            continue;
        }
        let mut ty = p.base()?;
        while p.take("*") || p.take("const") {
            ty.stars += 1;
        }
        // a prototype may leave the name out
        if p.is(",") || p.is(")") {
            p.take(",");
            continue;
        }
        let argument = p.name()?;
        arguments.push(p.declared(argument, ty)?);
        p.take(",");
    }
    if !p.take("{") {
        return Ok(None);
    }
    let body: Vec<CStmt> = p.block()?;
    Ok(Some(CFunction {
        name,
        ty,
        arguments,
        body,
        words: BTreeSet::new(),
    }))
}
