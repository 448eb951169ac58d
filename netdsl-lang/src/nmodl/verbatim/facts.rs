//! What C in a file can refer to.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Ty;
use super::parse_file::Declarations;
use super::token::Token;
use super::tree::{Base, CExprKind, Initial, Type};
use crate::nmodl::ast::{CallableKind, Declaration, File, Item, NeuronStmt, Size, UnitEntry};

/// What a POINTER, or a variable that C uses as one, points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PointerKind {
    /// A variable of another mechanism or section.
    Variable,
    /// A stream of random numbers.
    Stream,
    /// A Vector of hoc, which nobody gives: it points nowhere.
    Vector,
}

/// A variable of C that all instances share.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) values: Vec<f64>,
    pub(super) ty: Ty,
    pub(super) is_array: bool,
    /// Code that runs assigns it.
    pub(super) changes: bool,
}

/// Types of a C function.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    pub(super) result: Type,
    pub(super) arguments: Vec<Type>,
}

/// All of it.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Variables of the file, those that always exist among them.
    pub(super) variables: BTreeSet<String>,
    /// Names of numbers, and whether they are integers.
    pub(super) constants: BTreeMap<String, bool>,
    pub(super) callables: BTreeMap<String, (CallableKind, usize)>,
    pub(super) pointers: BTreeMap<String, PointerKind>,
    pub(super) functions: BTreeMap<String, Signature>,
    pub(super) shared: BTreeMap<String, Shared>,
    /// Arguments of NET_RECEIVE.
    pub(super) weights: Vec<String>,
}

impl Facts {
    /// Of a file, its C declarations and all its C tokens.
    pub(super) fn new(file: &File, declarations: &Declarations, tokens: &[&[Token]]) -> Self {
        let mut facts = Self::default();
        let always = ["t", "dt", "v", "celsius", "diam", "area"];
        facts.variables.extend(always.map(str::to_owned));
        file.items.iter().for_each(|item| facts.read(item));
        for one in tokens {
            facts.read_pointers(one);
        }
        for function in &declarations.functions {
            let signature = Signature {
                result: function.ty.clone(),
                arguments: function.arguments.iter().map(|a| a.ty.clone()).collect(),
            };
            facts
                .functions
                .insert(function.name.kind.clone(), signature);
        }
        for declared in &declarations.variables {
            if let Some((values, is_array)) =
                fixed_values(&declared.ty, &declared.length, declared.value.as_ref())
            {
                let ty = number_type(&declared.ty);
                let shared = Shared {
                    values,
                    ty,
                    is_array,
                    changes: false,
                };
                facts.shared.insert(declared.name.kind.clone(), shared);
            }
        }
        facts
    }

    fn read(&mut self, item: &Item) {
        match item {
            Item::Parameter(all) | Item::Assigned(all) | Item::State(all) => self.declare(all),
            Item::Constant(all) => self
                .constants
                .extend(all.iter().map(|d| (d.name.kind.clone(), false))),
            Item::Define(name, _) => {
                self.constants.insert(name.kind.clone(), true);
            }
            Item::Units(all) => {
                for entry in all {
                    if let UnitEntry::Constant(name, ..) | UnitEntry::Number(name, ..) = entry {
                        self.constants.insert(name.kind.clone(), false);
                    }
                }
            }
            Item::Local(all) => self
                .variables
                .extend(all.iter().map(|(n, _)| n.kind.clone())),
            Item::Neuron(all) => {
                for statement in all {
                    if let NeuronStmt::Pointer(names) | NeuronStmt::BbCorePointer(names) =
                        &statement.kind
                    {
                        let known = names
                            .iter()
                            .map(|n| (n.kind.clone(), PointerKind::Variable));
                        self.pointers.extend(known);
                    }
                }
            }
            Item::Callable(c) => {
                let kind = (c.kind, c.arguments.len());
                self.callables.insert(c.name.kind.clone(), kind);
            }
            Item::NetReceive(all, _) => {
                self.weights = all.iter().map(|a| a.name.kind.clone()).collect()
            }
            _ => {}
        }
    }

    fn declare(&mut self, all: &[Declaration]) {
        self.variables
            .extend(all.iter().map(|d| d.name.kind.clone()));
    }

    /// Finds out what pointers point to, from casts and from what is assigned through them.
    fn read_pointers(&mut self, tokens: &[Token]) {
        // `pv` of `pv = (void**)(&_p_rng)`
        let mut aliases: BTreeMap<&str, String> = BTreeMap::new();
        for (k, token) in tokens.iter().enumerate() {
            let Some(name) = token.name() else {
                continue;
            };
            if let Some(kind) = kind_of_function(name) {
                // `nrn_random_pick((Rand*) _p_rng)`, `*pv = nrn_random_arg(1)`, `_p_ptr = vector_new1(n)`
                let near = tokens[k + 1..]
                    .iter()
                    .take(8)
                    .take_while(|t| !t.is(";") && !t.is("="));
                let behind = near.filter_map(Token::name);
                let before = tokens[..k]
                    .iter()
                    .rev()
                    .take(9)
                    .take_while(|t| !t.is(";") && !t.is("{"));
                let before = before.filter_map(Token::name);
                let all: Vec<&str> = behind.chain(before).collect();
                let found = all
                    .iter()
                    .find_map(|n| aliases.get(n).cloned().or_else(|| self.pointer(n)));
                if let Some(found) = found {
                    self.point(found, kind);
                }
            }
            let Some(pointer) = self.pointer(name).or_else(|| self.slot(tokens, k)) else {
                continue;
            };
            // back over `& * ( )` and a cast to the name that is assigned
            let mut back = tokens[..k].iter().rev();
            let cast = back
                .by_ref()
                .take(10)
                .take_while(|t| !t.is(";") && !t.is("{") && !t.is(","));
            let words: Vec<&Token> = cast.collect();
            if let Some(kind) = words
                .iter()
                .take(8)
                .find_map(|t| t.name().and_then(kind_of_type))
            {
                self.point(pointer.clone(), kind);
            }
            let assigned = words
                .iter()
                .position(|t| t.is("="))
                .and_then(|at| words.get(at + 1));
            if let Some(alias) = assigned.and_then(|t| t.name()) {
                aliases.insert(alias, pointer);
            }
        }
    }

    /// The pointer that `_p_rng` or `rng` means.
    pub(super) fn pointer(&self, name: &str) -> Option<String> {
        let name = name.strip_prefix("_p_").unwrap_or(name);
        self.pointers.contains_key(name).then(|| name.to_owned())
    }

    /// A variable whose address is made one of an address: `*((void**)(&space))`.
    fn slot(&self, tokens: &[Token], at: usize) -> Option<String> {
        let name = tokens[at].name()?;
        let before = &tokens[..at];
        let n = before.len();
        let address = n > 4 && before[n - 1].is("&");
        let cast = before[..n.saturating_sub(1)].iter().rev().take(4);
        let stars = cast.filter(|t| t.is("*")).count();
        (self.variables.contains(name) && address && stars >= 2).then(|| name.to_owned())
    }

    fn point(&mut self, pointer: String, kind: PointerKind) {
        let known = self.pointers.entry(pointer).or_insert(kind);
        if *known == PointerKind::Variable {
            *known = kind;
        }
    }
}

/// What functions with an address among arguments or results tell of it.
fn kind_of_function(name: &str) -> Option<PointerKind> {
    let stream = name.starts_with("nrnran123_") && name != "nrnran123_State"
        || [
            "nrn_random_pick",
            "nrn_random_arg",
            "nrn_get_random_sequence",
            "nrn_set_random_sequence",
        ]
        .contains(&name);
    let vector = [
        "vector_arg",
        "vector_new1",
        "vector_vec",
        "vector_capacity",
        "vector_pobj",
    ]
    .contains(&name);
    match (stream, vector) {
        (true, _) => Some(PointerKind::Stream),
        (_, true) => Some(PointerKind::Vector),
        _ => None,
    }
}

fn kind_of_type(name: &str) -> Option<PointerKind> {
    match name {
        "nrnran123_State" | "Rand" => Some(PointerKind::Stream),
        "IvocVect" => Some(PointerKind::Vector),
        _ => None,
    }
}

/// The type of a variable's numbers.
pub(super) fn number_type(ty: &Type) -> Ty {
    match ty.base {
        Base::Int | Base::Char => Ty::Int,
        Base::Unsigned => Ty::Unsigned,
        _ => Ty::Double,
    }
}

/// The numbers that a variable begins with, if all are written as numbers; zeros if none are given.
pub(super) fn fixed_values(
    ty: &Type,
    length: &Option<Option<super::tree::CExpr>>,
    value: Option<&Initial>,
) -> Option<(Vec<f64>, bool)> {
    if !ty.is_number() {
        return None;
    }
    let number = |e: &super::tree::CExpr| known(e);
    let mut values: Vec<f64> = match value {
        None => Vec::new(),
        Some(Initial::One(e)) => vec![number(e)?],
        Some(Initial::List(all)) => all.iter().map(number).collect::<Option<_>>()?,
    };
    let wanted = match length {
        None => 1,
        Some(None) => values.len(),
        Some(Some(n)) => known(n).filter(|n| (1.0..=1e6).contains(n))? as usize,
    };
    values.resize(wanted, 0.0);
    Some((values, length.is_some()))
}

/// A number with its sign.
fn known(e: &super::tree::CExpr) -> Option<f64> {
    match &e.kind {
        CExprKind::Number(x, _) => Some(*x),
        CExprKind::Unary("-", a) => Some(-known(a)?),
        CExprKind::Cast(_, a) | CExprKind::Unary("+", a) => known(a),
        CExprKind::Binary(op, a, b) => {
            let (x, y) = (known(a)?, known(b)?);
            Some(match *op {
                "+" => x + y,
                "-" => x - y,
                "*" => x * y,
                "/" if x.fract() != 0.0 || y.fract() != 0.0 => x / y,
                _ => return None,
            })
        }
        _ => None,
    }
}

/// The largest size of an array that NMODL's `[n]` gives.
pub(super) fn size(length: usize) -> Size {
    Size::Number(crate::nmodl::ast::Node::new(
        length as u32,
        crate::nmodl::ast::Span::default(),
    ))
}
