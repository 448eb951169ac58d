//! From recordings of a model to probes of the network that was built.

use netdsl_lang::check::Diagnostic;
use netdsl_lang::model::{Network, Recorded, Recording};
use netdsl_runtime::instance::{Body, Instance, Place};
use netdsl_runtime::record::{Probe, ProbeTarget};

/// The probes of a recording, one for each cell; a checked recording.
pub(crate) fn probes(
    recording: &Recording,
    network: &Network,
    instance: &Instance,
) -> Result<Vec<Probe>, Diagnostic> {
    let place = format!("recording `{}`", recording.label);
    let cells = selected(recording, network, instance).map_err(|e| at(&place, e))?;
    let single = cells.len() == 1;
    let probe = |cell: u32| {
        let gid = instance.cells[cell as usize].gid;
        let label = if single {
            recording.label.clone()
        } else {
            format!("{}[{gid}]", recording.label)
        };
        Ok(Probe {
            label,
            target: target(&recording.what, cell, instance)?,
            interval: recording.interval.unwrap_or(0.0),
        })
    };
    cells
        .into_iter()
        .map(probe)
        .collect::<Result<_, _>>()
        .map_err(|e| at(&place, e))
}

fn at(place: &str, diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic {
        place: place.to_owned(),
        ..diagnostic
    }
}

/// Indices of the selected cells.
fn selected(
    recording: &Recording,
    network: &Network,
    instance: &Instance,
) -> Result<Vec<u32>, Diagnostic> {
    let selector = &recording.cells;
    let mut cells = Vec::new();
    for built in &instance.populations {
        if network
            .population(&built.name)
            .is_some_and(|p| selector.admits(p))
        {
            cells.extend(built.first..built.first + built.count);
        }
    }
    let Some(indices) = &selector.cells else {
        return Ok(cells);
    };
    let cell = |index: &u32| {
        cells.get(*index as usize).copied().ok_or_else(|| {
            let message = format!(
                "there is no cell {index} among the {} selected",
                cells.len()
            );
            Diagnostic::error(message).help("cells are counted from 0")
        })
    };
    indices.iter().map(cell).collect()
}

fn target(what: &Recorded, cell: u32, instance: &Instance) -> Result<ProbeTarget, Diagnostic> {
    match what {
        Recorded::Place {
            section,
            loc,
            variable,
        } => {
            let place = Place {
                cell,
                section: section_of(cell, section, instance)?,
                location: *loc,
            };
            let variable = variable.clone();
            Ok(ProbeTarget::Place { place, variable })
        }
        Recorded::Artificial { variable } => Ok(ProbeTarget::Artificial {
            cell,
            variable: variable.clone(),
        }),
        Recorded::Point { .. } | Recorded::Synapse { .. } | Recorded::Stimulus { .. } => {
            let message =
                "variables of synapses, electrodes and point processes cannot be recorded yet";
            Err(Diagnostic::error(message)
                .help("record a variable of the section: `v`, `ina`, `m_hh`"))
        }
    }
}

fn section_of(cell: u32, name: &str, instance: &Instance) -> Result<u32, Diagnostic> {
    let sections = match &instance.cells[cell as usize].body {
        Body::Compartments(template) => &template.sections[..],
        Body::Artificial(_) => &[],
    };
    let found = sections.iter().position(|s| s.name == name);
    found.map(|k| k as u32).ok_or_else(|| {
        Diagnostic::unknown(
            "",
            "section",
            name,
            sections.iter().map(|s| s.name.as_str()),
        )
    })
}
