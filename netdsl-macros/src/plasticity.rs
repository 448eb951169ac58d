//! Laws that weights follow: `plasticity: Stdp { w_max: 0.002 uS }`.

use crate::contact::{Contacts, weight_check};
use crate::ctxt::Ctxt;
use crate::decl::Check;
use crate::expr::{Params, Scope, ScopeKind, Want};
use crate::fields::{Fields, Item, Keys, items};
use crate::lists;
use crate::tokens::{Cursor, Tok};
use netdsl_lang::diag::nearest;
use netdsl_lang::model::{self, Law, LawParameter, LawUnit, STDP, TSODYKS_MARKRAM, Value};
use proc_macro2::{Delimiter, TokenStream};

const EXAMPLE: &str = "plasticity: Stdp { w_max: 0.002 uS, tau_plus: 20 ms }";

const STDP_NAMES: [&str; STDP.len()] = model::names(&STDP);
const TSODYKS_MARKRAM_NAMES: [&str; TSODYKS_MARKRAM.len()] = model::names(&TSODYKS_MARKRAM);

const STDP_KEYS: Keys = Keys {
    names: &STDP_NAMES,
    netpyne: &[
        ("tauhebb", "`tau_plus`"),
        ("tauanti", "`tau_minus`"),
        ("hebbwt", "`a_plus`, a fraction of `w_max`"),
        ("antiwt", "`a_minus`, a fraction of `w_max` above 0"),
        ("wmax", "`w_max`"),
        ("RLlenhebb", "`tau_eligibility`"),
        ("RLlenanti", "`tau_eligibility`"),
        ("softthresh", "`mu_plus: 1, mu_minus: 1`"),
    ],
};

const TSODYKS_MARKRAM_KEYS: Keys = Keys {
    names: &TSODYKS_MARKRAM_NAMES,
    netpyne: &[],
};

/// Reads the field `plasticity` of a rule. Checks of weights go to `checks`.
pub(crate) fn read(
    cx: &mut Ctxt,
    fields: &Fields<'_>,
    params: &Params,
    contacts: &Contacts<'_>,
    user: (&TokenStream, Option<usize>),
    checks: &mut Vec<Check>,
) -> Vec<model::Plasticity> {
    let Some(found) = fields.get("plasticity") else {
        return Vec::new();
    };
    let each = match found.value.toks {
        [tok] if tok.group(Delimiter::Bracket).is_some() => tok
            .group(Delimiter::Bracket)
            .map(|tree| items(Cursor::of_tree(tree)))
            .unwrap_or_default(),
        _ => vec![found.value],
    };
    if each.is_empty() {
        cx.at(
            found.key.span(),
            format!("no law is named: write `{EXAMPLE}`"),
        );
    }
    let mut laws: Vec<model::Plasticity> = Vec::new();
    for item in each {
        let Some(law) = one(cx, item, params, contacts, user, checks) else {
            continue;
        };
        if laws.iter().any(|other| other.law == law.law) {
            let text = format!("`{}` is given twice: leave one", law.law.name());
            cx.over(item.toks, item.end, text);
        }
        laws.push(law);
    }
    laws
}

/// `Stdp { .. }`.
fn one(
    cx: &mut Ctxt,
    item: Item<'_>,
    params: &Params,
    contacts: &Contacts<'_>,
    user: (&TokenStream, Option<usize>),
    checks: &mut Vec<Check>,
) -> Option<model::Plasticity> {
    let (word, body) = match item.toks {
        [Tok::Word(word), body] if body.brace().is_some() => (word, body.brace()?),
        [Tok::Word(word)] => {
            let text =
                format!("expected `{{ .. }}` with parameters after `{word}`, as in `{EXAMPLE}`");
            cx.at(word.span(), text);
            return None;
        }
        _ => {
            cx.over(
                item.toks,
                item.end,
                format!("expected a law, as in `{EXAMPLE}`"),
            );
            return None;
        }
    };
    let name = word.to_string();
    let Some(law) = Law::named(&name) else {
        let all = Law::ALL.map(Law::name);
        let near = nearest(&name, all).map_or(String::new(), |n| format!("; did you mean `{n}`?"));
        let text = format!(
            "there is no law `{name}`{near}\nthere are `{}`",
            all.join("`, `")
        );
        cx.at(word.span(), text);
        return None;
    };
    let keys = match law {
        Law::Stdp => &STDP_KEYS,
        Law::TsodyksMarkram => &TSODYKS_MARKRAM_KEYS,
    };
    let fields = Fields::read(
        cx,
        &items(Cursor::of_tree(body)),
        &format!("`{name}`"),
        keys,
    );
    let mut written = model::Plasticity::new(law);
    for parameter in law.parameters() {
        match fields.get(parameter.name) {
            Some(found) => {
                let value =
                    parameter_value(cx, parameter, found.value, params, contacts, user, checks);
                written = match value {
                    Some(value) => written.with(parameter.name, value),
                    None => written,
                };
            }
            None if parameter.default.is_none() && !fields.has(parameter.name) => {
                let text = format!(
                    "missing `{}` of `{name}`: give {}",
                    parameter.name, parameter.help
                );
                cx.at(word.span(), text);
            }
            None => {}
        }
    }
    Some(written)
}

fn parameter_value(
    cx: &mut Ctxt,
    parameter: &LawParameter,
    item: Item<'_>,
    params: &Params,
    contacts: &Contacts<'_>,
    (user, target): (&TokenStream, Option<usize>),
    checks: &mut Vec<Check>,
) -> Option<Value> {
    let scope = Scope::new(ScopeKind::Network, params);
    let want = match parameter.unit {
        LawUnit::Truth => {
            return lists::truth(cx, item).map(|is| Value::new(if is { "true" } else { "false" }));
        }
        LawUnit::Time if parameter.positive => Want::Positive("ms"),
        LawUnit::Time => Want::Unit("ms"),
        LawUnit::Number if parameter.most <= 1.0 => Want::Fraction,
        LawUnit::Number => Want::Unit("1"),
        LawUnit::Weight => Want::Any,
    };
    let (value, written) = scope.read_written(cx, parameter.name, item, want)?;
    if parameter.unit == LawUnit::Weight {
        checks.extend(weight_check(contacts, &written, user, target));
    }
    Some(value)
}
