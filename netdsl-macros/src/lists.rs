//! Values that are lists: vectors, 3-D points, pairs, parameters with several elements; and plain numbers.

use crate::ctxt::Ctxt;
use crate::expr::ScopeKind;
use crate::expr::{Params, Scope, Want, Written, known_unit, unit_of};
use crate::fields::{Item, items};
use crate::tokens::{Cursor, Tok, Tree};
use netdsl_lang::model::{Setting, Value};
use proc_macro2::{Delimiter, Span};

/// `0.5`, `-3`: a number without unit.
pub(crate) fn plain_number(toks: &[Tok]) -> Option<f64> {
    match toks {
        [Tok::Literal(l)] => l.to_string().replace('_', "").parse().ok(),
        [minus, Tok::Literal(l)] if minus.is_punct('-') => {
            let number: f64 = l.to_string().replace('_', "").parse().ok()?;
            Some(-number)
        }
        _ => None,
    }
}

/// `true` or `false`.
pub(crate) fn truth(cx: &mut Ctxt, value: Item<'_>) -> Option<bool> {
    match value.toks {
        [t] if t.is_word("true") => Some(true),
        [t] if t.is_word("false") => Some(false),
        other => {
            cx.over(other, value.end, "write `true` or `false`");
            None
        }
    }
}

/// A constant position along a section, 0..1.
pub(crate) fn position(cx: &mut Ctxt, value: Item<'_>) -> Option<f64> {
    match plain_number(value.toks) {
        Some(x) if (0.0..=1.0).contains(&x) => Some(x),
        Some(x) => {
            let text = format!("a position along a section lies between 0 and 1, not {x}");
            cx.over(value.toks, value.end, text);
            None
        }
        None => {
            cx.over(
                value.toks,
                value.end,
                "a position along a section is a number between 0 and 1",
            );
            None
        }
    }
}

/// `[..]` and what follows: the unit of all elements.
fn bracket(toks: &[Tok]) -> Option<(&Tree, &[Tok])> {
    let (first, unit) = toks.split_first()?;
    Some((first.group(Delimiter::Bracket)?, unit))
}

/// The elements of `[a, b] unit`, each with the unit.
fn elements(tree: &Tree, unit: &[Tok]) -> Vec<(Vec<Tok>, Span)> {
    items(Cursor::of_tree(tree))
        .iter()
        .map(|item| {
            let mut toks = item.toks.to_vec();
            toks.extend_from_slice(unit);
            (toks, item.end)
        })
        .collect()
}

/// `[200, 600, 200] um`, or `50 um` three times.
pub(crate) fn vector(
    cx: &mut Ctxt,
    scope: Scope<'_>,
    key: &str,
    value: Item<'_>,
    unit: &'static str,
) -> Option<[Value; 3]> {
    let want = Want::Positive(unit);
    let Some((tree, given)) = bracket(value.toks) else {
        let one = scope.read(cx, key, value, want)?;
        return Some([one.clone(), one.clone(), one]);
    };
    let elements = elements(tree, given);
    if elements.len() != 3 {
        let text =
            format!("`{key}` has three elements, along x, y and z: `[200, 600, 200] {unit}`");
        cx.between(tree.open, tree.close, text);
        return None;
    }
    if !unit_fits(cx, key, tree, given, value.end, unit) {
        return None;
    }
    let mut read = elements
        .iter()
        .map(|(toks, end)| scope.read(cx, key, Item { toks, end: *end }, want));
    let three = [read.next()?, read.next()?, read.next()?];
    let [x, y, z] = three;
    Some([x?, y?, z?])
}

/// A parameter's value: one, or `[1, 2, 3] mV`; its unit is checked by the mechanism.
pub(crate) fn setting(
    cx: &mut Ctxt,
    scope: Scope<'_>,
    key: &str,
    value: Item<'_>,
) -> Option<(Setting, Written)> {
    let Some((tree, unit)) = bracket(value.toks) else {
        let (value, written) = scope.read_written(cx, key, value, Want::Any)?;
        return Some((Setting::One(value), written));
    };
    let mut values = Vec::new();
    let mut first: Option<Written> = None;
    let mut failed = false;
    for (toks, end) in elements(tree, unit) {
        let item = Item { toks: &toks, end };
        match scope.read_written(cx, key, item, Want::Any) {
            Some((value, written)) => {
                values.push(value);
                if let Some(first) = &first
                    && first.dim != written.dim
                {
                    cx.over(
                        &toks,
                        end,
                        format!("the elements of `{key}` have different units"),
                    );
                    failed = true;
                }
                first.get_or_insert(written);
            }
            None => failed = true,
        }
    }
    if failed {
        return None;
    }
    let Some(mut written) = first else {
        cx.between(tree.open, tree.close, format!("`{key}` has no elements"));
        return None;
    };
    written.elements = Some(u32::try_from(values.len()).unwrap_or(u32::MAX));
    written.constant = None;
    (written.first, written.last) = (
        value.toks.first().map_or(value.end, Tok::first),
        value.toks.last().map_or(value.end, Tok::last),
    );
    Some((Setting::Each(values), written))
}

/// A field of a section: one value, or one for each segment.
pub(crate) fn setting_in(
    cx: &mut Ctxt,
    scope: Scope<'_>,
    key: &str,
    value: Item<'_>,
    want: Want,
) -> Option<Setting> {
    let Some((tree, unit)) = bracket(value.toks) else {
        return scope.read(cx, key, value, want).map(Setting::One);
    };
    let elements = elements(tree, unit);
    let read: Vec<Option<Value>> = elements
        .iter()
        .map(|(toks, end)| scope.read(cx, key, Item { toks, end: *end }, want))
        .collect();
    read.into_iter()
        .collect::<Option<Vec<_>>>()
        .map(Setting::Each)
}

/// Whether the unit after a list is there and of the right kind; else that is told once, not for each element.
fn unit_fits(
    cx: &mut Ctxt,
    key: &str,
    tree: &Tree,
    given: &[Tok],
    end: Span,
    unit: &'static str,
) -> bool {
    if given.is_empty() {
        let bare = |t: &Tok| match t {
            Tok::Group(inner) => inner.inner.iter().any(|t| matches!(t, Tok::Word(_))),
            Tok::Literal(l) => l.to_string().ends_with(|c: char| c.is_alphabetic()),
            Tok::Word(_) => true,
            Tok::Punct(_) => false,
        };
        let has_units = tree.inner.iter().any(bare);
        if !has_units {
            let text = format!("`{key}` needs a unit after the list: `[..] {unit}`");
            cx.at(tree.close, text);
        }
        return has_units;
    }
    let Some(found) = unit_of(cx, given, end) else {
        return false;
    };
    let wanted = known_unit(unit).expect("the macros name units of the language");
    if found.dim != wanted.dim {
        let text = format!(
            "`{key}` is {} ({unit}), but `{}` is the unit of {}",
            wanted.what, found.text, found.what
        );
        cx.over(given, end, text);
    }
    found.dim == wanted.dim
}

/// Constants `[1, 2] uS`, as numbers in `unit`.
pub(crate) fn numbers(
    cx: &mut Ctxt,
    key: &str,
    value: Item<'_>,
    unit: &'static str,
) -> Option<Vec<f64>> {
    let Some((tree, given)) = bracket(value.toks) else {
        cx.over(
            value.toks,
            value.end,
            format!("`{key}` is a list: write `{key}: [1, 2] {unit}`"),
        );
        return None;
    };
    let read: Vec<Option<f64>> = elements(tree, given)
        .iter()
        .map(|(toks, end)| constant(cx, key, Item { toks, end: *end }, unit))
        .collect();
    read.into_iter().collect()
}

/// A constant as a number in `unit`.
fn constant(cx: &mut Ctxt, key: &str, item: Item<'_>, unit: &'static str) -> Option<f64> {
    let params = Params::none();
    let scope = Scope::new(ScopeKind::Network, &params);
    let (_, written) = scope.read_written(cx, key, item, Want::Unit(unit))?;
    let number = written.in_unit(unit);
    if number.is_none() {
        cx.over(
            item.toks,
            item.end,
            format!("`{key}` holds plain numbers, not expressions"),
        );
    }
    number
}

/// `[[0, 0, 0], [10, 0, 0]] um`: rows of `N` numbers, in `unit`.
pub(crate) fn points<const N: usize>(
    cx: &mut Ctxt,
    key: &str,
    value: Item<'_>,
    unit: &'static str,
) -> Option<Vec<[f64; N]>> {
    let Some((tree, given)) = bracket(value.toks) else {
        let row = vec!["0"; N].join(", ");
        cx.over(
            value.toks,
            value.end,
            format!("`{key}` is a list of points: write `{key}: [[{row}], ..] {unit}`"),
        );
        return None;
    };
    if !unit_fits(cx, key, tree, given, value.end, unit) {
        return None;
    }
    let rows = items(Cursor::of_tree(tree));
    let flat = |row: &Item<'_>| matches!(row.toks, [Tok::Literal(_), ..]);
    if rows.len() > 1 && rows.iter().all(flat) {
        let row = vec!["0"; N].join(", ");
        let text = format!("`{key}` is a list of points, each in brackets: `[[{row}], ..] {unit}`");
        cx.between(tree.open, tree.close, text);
        return None;
    }
    let read: Vec<Option<[f64; N]>> = rows
        .iter()
        .map(|row| point(cx, key, *row, given, unit))
        .collect();
    read.into_iter().collect()
}

fn point<const N: usize>(
    cx: &mut Ctxt,
    key: &str,
    row: Item<'_>,
    given: &[Tok],
    unit: &'static str,
) -> Option<[f64; N]> {
    let tree = match row.toks {
        [tok] => tok.group(Delimiter::Bracket),
        _ => None,
    };
    let read = tree.map(|tree| {
        elements(tree, given)
            .iter()
            .map(|(toks, end)| constant(cx, key, Item { toks, end: *end }, unit))
            .collect::<Vec<Option<f64>>>()
    });
    match read {
        Some(numbers) if numbers.len() == N => {
            let numbers: Option<Vec<f64>> = numbers.into_iter().collect();
            numbers?.try_into().ok()
        }
        _ => {
            cx.over(
                row.toks,
                row.end,
                format!("a point of `{key}` has {N} numbers in brackets"),
            );
            None
        }
    }
}

/// `[(0, 1), (2, 3)]`.
pub(crate) fn pairs(cx: &mut Ctxt, value: Item<'_>) -> Option<Vec<(u32, u32)>> {
    const HELP: &str =
        "write `list: [(0, 1), (2, 3)]`, pairs of indices, or `list: (a Rust value)`";
    let tree = match value.toks {
        [tok] => tok.group(Delimiter::Bracket),
        _ => None,
    };
    let Some(tree) = tree else {
        cx.over(value.toks, value.end, HELP);
        return None;
    };
    let mut found = Vec::new();
    for item in items(Cursor::of_tree(tree)) {
        match pair(item.toks) {
            Some(pair) => found.push(pair),
            None => cx.over(item.toks, item.end, HELP),
        }
    }
    Some(found)
}

fn pair(toks: &[Tok]) -> Option<(u32, u32)> {
    let [tok] = toks else { return None };
    let tree = tok.group(Delimiter::Parenthesis)?;
    let [Tok::Literal(a), comma, Tok::Literal(b)] = &tree.inner[..] else {
        return None;
    };
    let index = |l: &proc_macro2::Literal| l.to_string().parse::<u32>().ok();
    comma.is_punct(',').then_some((index(a)?, index(b)?))
}
