//! The language's checker as the macros use it: text in; canonical text, dimension and constant out.

use netdsl_lang::expr::{self, Expr, ExprKind, Param, UnaryOp, Want};
use netdsl_lang::units;

pub(crate) use netdsl_lang::expr::ScopeKind;

/// Exponents of the base dimensions.
pub(crate) type Dim = [i8; 8];

/// A unit with its name.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) text: String,
    /// What it measures: `a voltage`.
    pub(crate) what: String,
    pub(crate) dim: Dim,
    /// One of it is 10 to this power of the coherent unit.
    pub(crate) exponent: i32,
}

/// A mistake in a text, by bytes.
pub(crate) struct Problem {
    pub(crate) low: usize,
    pub(crate) high: usize,
    pub(crate) text: String,
}

/// A named number that an expression may use; without a dimension if its own declaration has a mistake.
pub(crate) type Known<'a> = (&'a str, Option<Dim>);

/// A text without mistakes.
pub(crate) struct Checked {
    pub(crate) canonical: String,
    /// What it measures: `a voltage`.
    pub(crate) what: String,
    /// Its dimension; absent where a parameter's is.
    pub(crate) dim: Option<Dim>,
    /// A number without unit.
    pub(crate) bare: bool,
    /// A condition.
    pub(crate) truth: bool,
    /// A number and the power of ten that makes it one in the coherent unit.
    pub(crate) constant: Option<(f64, i32)>,
}

/// What a dimension measures, without its unit.
fn what(dim: units::Dim) -> String {
    let text = dim.describe();
    match text.split_once(" (") {
        Some((what, _)) => what.to_owned(),
        None => text,
    }
}

/// The unit that `text` spells.
pub(crate) fn unit(text: &str) -> Result<Unit, Problem> {
    match units::parse(text) {
        Ok(unit) => Ok(named(text, unit)),
        Err(e) => Err(Problem {
            low: e.span.start,
            high: e.span.end,
            text: e.message,
        }),
    }
}

/// The unit that a .mod file gives a variable: in our spelling if it is one of ours. None where it gives none.
pub(crate) fn unit_of_mod_file(text: &str) -> Option<Unit> {
    let text = text.trim();
    if text.is_empty() || text == "1" {
        return None;
    }
    Some(named(text, units::parse_nmodl(text)?))
}

fn named(text: &str, unit: units::Unit) -> Unit {
    Unit {
        text: text.to_owned(),
        what: what(unit.dim),
        dim: unit.dim.0,
        exponent: unit.exponent,
    }
}

pub(crate) fn is_unit_word(word: &str) -> bool {
    units::factor(word).is_some()
}

/// Why a parameter cannot have this name.
pub(crate) fn cannot_be_parameter(name: &str, scope: ScopeKind) -> Option<String> {
    let taken = expr::taken(name, scope)?;
    Some(format!("`{name}` is {taken} and cannot name a parameter"))
}

/// Reads and checks an expression.
pub(crate) fn check(
    text: &str,
    scope: ScopeKind,
    known: &[Known<'_>],
) -> Result<Checked, Vec<Problem>> {
    let params: Vec<Param<'_>> = known
        .iter()
        .map(|(name, dim)| Param {
            name,
            unit: dim.map(|d| units::Unit {
                dim: units::Dim(d),
                ..units::Unit::ONE
            }),
        })
        .collect();
    let (tree, checked) =
        expr::read_and_check(text, scope, &params, Want::Any).map_err(problems)?;
    let unknown = |name: &str| known.iter().any(|(n, dim)| *n == name && dim.is_none());
    let constant = match (0..known.len()).any(|k| checked.uses_param(k)) {
        true => None,
        false => checked.constant(&[]),
    };
    let constant = constant
        .filter(|x| x.is_finite() && !checked.truth)
        .map(|x| (x * checked.unit.factor, checked.unit.exponent));
    Ok(Checked {
        canonical: tree.to_string(),
        what: what(checked.unit.dim),
        dim: (!mentions(&tree, &unknown)).then_some(checked.unit.dim.0),
        bare: is_bare(&tree),
        truth: checked.truth,
        constant,
    })
}

fn problems(mistakes: Vec<expr::Mistake>) -> Vec<Problem> {
    mistakes
        .into_iter()
        .map(|m| Problem {
            low: m.span.start,
            high: m.span.end,
            text: m.message,
        })
        .collect()
}

/// `3`, `-3`.
fn is_bare(tree: &Expr) -> bool {
    match &tree.kind {
        ExprKind::Number { unit, .. } => unit.is_empty(),
        ExprKind::Unary(UnaryOp::Neg, inner) => is_bare(inner),
        _ => false,
    }
}

fn mentions(tree: &Expr, wanted: &dyn Fn(&str) -> bool) -> bool {
    match &tree.kind {
        ExprKind::Number { .. } | ExprKind::Wrong => false,
        ExprKind::Name(name) => wanted(name),
        ExprKind::Unary(_, a) => mentions(a, wanted),
        ExprKind::Binary(_, a, b) => mentions(a, wanted) || mentions(b, wanted),
        ExprKind::If(c, a, b) => mentions(c, wanted) || mentions(a, wanted) || mentions(b, wanted),
        ExprKind::Call(_, arguments) => arguments.iter().any(|a| mentions(a, wanted)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constant(text: &str) -> Option<(f64, i32)> {
        check(text, ScopeKind::Pair, &[]).ok()?.constant
    }

    #[test]
    fn constants_are_found() {
        assert_eq!(constant("-70 mV"), Some((-70.0, -3)));
        assert_eq!(constant("2 * 3"), Some((6.0, 0)));
        assert_eq!(constant("uniform(0, 1)"), None);
        assert_eq!(constant("dist_3d"), None);
        assert_eq!(constant("1 < 2"), None);
    }

    #[test]
    fn bare_numbers_are_told_from_numbers() {
        let bare = |text| check(text, ScopeKind::Pair, &[]).is_ok_and(|c| c.bare);
        assert!(bare("3") && bare("-3") && !bare("3 ms") && !bare("1 + 2"));
    }

    #[test]
    fn parameters_with_mistakes_agree_with_everything() {
        let checked = check("1 ms + lambda", ScopeKind::Pair, &[("lambda", None)]);
        assert_eq!(checked.map(|c| c.dim).ok(), Some(None));
    }
}
