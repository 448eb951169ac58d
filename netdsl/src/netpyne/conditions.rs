//! `conds`: which populations and cells are meant.

use super::at::At;
use super::finding::Found;
use super::json::Json;
use super::populations::Pop;
use netdsl_lang::model::Selector;

/// Coordinates, in NetPyNE's words and ours.
const COORDINATES: [(&str, &str); 6] = [
    ("x", "x"),
    ("y", "y"),
    ("z", "z"),
    ("xnorm", "x_norm"),
    ("ynorm", "y_norm"),
    ("znorm", "z_norm"),
];

/// What conditions choose.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) selector: Selector,
    /// Terms of our `where`.
    pub(super) terms: Vec<String>,
    /// Indices of the populations.
    pub(super) populations: Vec<usize>,
}

/// Tags of a population against a wanted value, or values.
fn fits(tag: Option<&Json>, wanted: &Json) -> bool {
    let none = Json::Null;
    let tag = tag.unwrap_or(&none);
    match wanted {
        Json::List(values) => values.contains(tag),
        value => value == tag,
    }
}

/// The cells that `conds` of a rule or stimulus mean. `side` is `pre`, or `post`.
pub(super) fn choose(found: &mut Found, at: &At, pops: &[Pop], side: &str) -> Chosen {
    let mut chosen = Chosen {
        populations: (0..pops.len()).collect(),
        ..Chosen::default()
    };
    for (key, entry) in at.object(found) {
        if let Some((_, ours)) = COORDINATES.iter().find(|(theirs, _)| *theirs == key) {
            if let Some([low, high]) = entry.numbers(found) {
                let unit = if key.ends_with("norm") { "" } else { " um" };
                chosen.terms.push(format!("{side}.{ours} >= {low}{unit}"));
                chosen.terms.push(format!("{side}.{ours} < {high}{unit}"));
            }
        } else if key != "cellList" {
            let before = chosen.populations.clone();
            chosen
                .populations
                .retain(|&k| fits(pops[k].tag(key), entry.value));
            if chosen.populations.is_empty() && !before.is_empty() {
                nothing(found, &entry, key, pops);
            }
        }
    }
    chosen.selector = Selector::populations(chosen.populations.iter().map(|&k| &pops[k].name));
    chosen
}

fn nothing(found: &mut Found, at: &At, key: &str, pops: &[Pop]) {
    let mut known: Vec<String> = Vec::new();
    for pop in pops {
        if let Some(Json::Text(word)) = pop.tag(key)
            && !known.contains(word)
        {
            known.push(word.clone());
        }
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let near = match at.value {
        Json::Text(word) => netdsl_lang::diag::did_you_mean(word, known.iter().copied()),
        _ => String::new(),
    };
    let help = match known.is_empty() {
        true => format!(
            "no population has the tag `{key}`; other tags than cellType, cellModel and pop must be in `popTagsCopiedToCells`"
        ),
        false => format!("there are {}", netdsl_lang::check::list(&known)),
    };
    let netpyne = "the rule does nothing, and no message appears";
    found.slip(
        at,
        format!("no cell has this `{key}`{near}"),
        &help,
        netpyne,
    );
}
