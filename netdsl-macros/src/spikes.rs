//! What counts as a spike of a cell: `spikes: soma(0.5) > 10 mV`.

use crate::cell_tree::{Section, is_section};
use crate::ctxt::Ctxt;
use crate::decl::name_text;
use crate::expr::{Params, Scope, ScopeKind, Want};
use crate::fields::Item;
use crate::tokens::Cursor;
use netdsl_lang::diag::did_you_mean;
use netdsl_lang::model;
use proc_macro2::Delimiter;

/// `soma(0.5) > -10 mV`, `soma.izh`, `soma.izh.V > 30 mV`, `none`.
pub(crate) fn read(
    cx: &mut Ctxt,
    value: Item<'_>,
    params: &Params,
    sections: &[Section],
    model: &model::CellType,
) -> Option<model::SpikeSource> {
    const HELP: &str = "write `spikes: soma(0.5) > 10 mV`, `spikes: soma.point`, `spikes: soma.point.V > 30 mV` or `spikes: none`";
    let mut cursor = value.cursor();
    if value.toks.len() == 1 && cursor.eat_word("none").is_some() {
        return Some(model::SpikeSource::Silent);
    }
    let Some(word) = cursor.word() else {
        cx.over(value.toks, value.end, HELP);
        return None;
    };
    let known = is_section(cx, word, sections);
    let section = name_text(word);
    if let Some(tree) = cursor.peek().and_then(|t| t.group(Delimiter::Parenthesis)) {
        cursor.next();
        let at = Item {
            toks: &tree.inner,
            end: tree.close,
        };
        let loc = crate::lists::position(cx, at)?;
        let threshold = match cursor.is_empty() {
            true => None,
            false => Some(threshold(cx, cursor, params, Want::Unit("mV"), HELP)?),
        };
        return known.then_some(model::SpikeSource::Voltage {
            section,
            loc,
            threshold,
        });
    }
    let dot = cursor.eat_punct('.');
    let (true, Some(point)) = (dot, cursor.word()) else {
        cx.over(value.toks, value.end, HELP);
        return None;
    };
    let owner = model.section(&section)?;
    if owner.point_processes.get(&name_text(point)).is_none() {
        let near = did_you_mean(&name_text(point), owner.point_processes.names());
        cx.at(
            point.span(),
            format!("`{section}` has no point process `{point}`{near}"),
        );
        return None;
    }
    let point = name_text(point);
    if cursor.is_empty() {
        return Some(model::SpikeSource::Point { section, point });
    }
    let dot = cursor.eat_punct('.');
    let (true, Some(variable)) = (dot, cursor.word()) else {
        cx.over(value.toks, value.end, HELP);
        return None;
    };
    Some(model::SpikeSource::PointVariable {
        section,
        point,
        variable: name_text(variable),
        threshold: threshold(cx, cursor, params, Want::Any, HELP)?,
    })
}

/// `> 10 mV`.
fn threshold(
    cx: &mut Ctxt,
    mut cursor: Cursor<'_>,
    params: &Params,
    want: Want,
    help: &str,
) -> Option<model::Value> {
    let here = cursor.here();
    if !cursor.eat_punct('>') {
        cx.at(here, help);
        return None;
    }
    let value = Item {
        toks: cursor.rest(),
        end: cursor.end(),
    };
    Scope::new(ScopeKind::Cell, params).read(cx, "spikes", value, want)
}
