//! Cells that a selector means.

use netdsl_lang::model::{Network, Selector};

use crate::instance;

/// Indices of the selected cells, ascending.
pub(crate) fn select(
    network: &Network,
    populations: &[instance::Population],
    selector: &Selector,
) -> Vec<u32> {
    let chosen = populations.iter().filter(|p| {
        network
            .population(&p.name)
            .is_some_and(|population| matches(selector, population))
    });
    let cells = chosen.flat_map(|p| p.first..p.first + p.count);
    match &selector.cells {
        None => cells.collect(),
        Some(indices) => {
            let cells: Vec<u32> = cells.collect();
            let mut chosen: Vec<u32> = indices
                .iter()
                .filter_map(|&k| cells.get(k as usize).copied())
                .collect();
            chosen.sort_unstable();
            chosen.dedup();
            chosen
        }
    }
}

/// The first index of the selector that no cell has, and how many cells there are.
pub(crate) fn missing_index(
    network: &Network,
    populations: &[instance::Population],
    selector: &Selector,
) -> Option<(u32, usize)> {
    let all = Selector {
        cells: None,
        ..selector.clone()
    };
    let count = select(network, populations, &all).len();
    let indices = selector.cells.as_deref().unwrap_or_default();
    let missing = indices.iter().find(|&&k| k as usize >= count)?;
    Some((*missing, count))
}

fn matches(selector: &Selector, population: &netdsl_lang::model::Population) -> bool {
    let any = |words: &[String], word: &String| words.is_empty() || words.contains(word);
    any(&selector.populations, &population.name)
        && any(&selector.cell_types, &population.cell)
        && selector.tags.iter().all(|(name, values)| {
            population
                .tags
                .get(name)
                .is_some_and(|tag| values.contains(tag))
        })
}
