//! `sec`: sections by name, by list, or by what a cell has.

use super::at::At;
use super::finding::Found;
use netdsl_lang::check::list;
use netdsl_lang::diag::did_you_mean;
use netdsl_lang::model::CellType;

/// NetPyNE's usual section: `soma`, else the first.
pub(super) fn usual(cell: &CellType) -> Option<&str> {
    let soma = cell.section("soma").or(cell.sections.first())?;
    Some(&soma.name)
}

/// The sections that `name` means in a cell type.
fn meant(cell: &CellType, name: &str) -> Vec<String> {
    match (cell.section(name), cell.section_lists.get(name)) {
        (Some(_), _) => vec![name.to_owned()],
        (None, Some(names)) => names.clone(),
        (None, None) => Vec::new(),
    }
}

/// The sections of a rule onto cells of `types`, by names that all of these know, and whether there are several. Where
/// they differ from type to type, the types get a section list for it.
pub(super) fn sections(
    found: &mut Found,
    at: &At,
    types: &mut [&mut CellType],
) -> Option<(Vec<String>, bool)> {
    let named = at.get("sec").filter(At::is_true);
    let wanted: Vec<&str> = match &named {
        Some(sec) => sec.texts(found),
        None => Vec::new(),
    };
    let is_list = named.as_ref().is_some_and(|sec| sec.items().is_some());
    let mut resolved: Vec<Vec<String>> = Vec::new();
    for cell in types.iter() {
        resolved.push(of_cell(found, named.as_ref(), &wanted, is_list, cell)?);
    }
    let several = resolved.iter().any(|names| names.len() > 1);
    let first = resolved.first()?;
    if resolved.iter().all(|names| names == first) {
        return Some((first.clone(), several));
    }
    // by type: a list of that name in each
    let name = match &wanted[..] {
        [] => "usual".to_owned(),
        names => names.join("_"),
    };
    let free = |cell: &CellType, names: &[String]| {
        cell.section(&name).is_none_or(|_| names == [name.clone()])
            && cell
                .section_lists
                .get(&name)
                .is_none_or(|known| known == names)
    };
    let fits = types
        .iter()
        .zip(&resolved)
        .all(|(cell, names)| free(cell, names));
    let name = if fits {
        name
    } else {
        format!("{name}_of_the_cell")
    };
    for (cell, names) in types.iter_mut().zip(resolved) {
        if cell.section(&name).is_none() && cell.section_lists.get(&name).is_none() {
            cell.section_lists.push(&name, names);
        }
    }
    Some((vec![name], several))
}

fn of_cell(
    found: &mut Found,
    named: Option<&At>,
    wanted: &[&str],
    is_list: bool,
    cell: &CellType,
) -> Option<Vec<String>> {
    let usual = usual(cell)?.to_owned();
    let Some(named) = named else {
        return Some(vec![usual]);
    };
    let mut all = Vec::new();
    for name in wanted {
        let sections = meant(cell, name);
        if sections.is_empty() {
            let known = cell.sections.iter().map(|s| s.name.as_str());
            let known: Vec<&str> = known.chain(cell.section_lists.names()).collect();
            let near = did_you_mean(name, known.iter().copied());
            let message = format!(
                "cells of type `{}` have no section `{name}`{near}",
                cell.name
            );
            let help = format!("there are {}", list(&known));
            let netpyne = match is_list {
                true => "it is dropped from the list",
                false => "synapses go to the soma, or the first section, and no message appears",
            };
            found.slip(named, message, &help, netpyne);
        }
        all.extend(sections);
    }
    if all.is_empty() {
        all.push(usual);
    }
    Some(all)
}
