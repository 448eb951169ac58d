//! From recordings of a model to probes of the network that was built.

use netdsl_lang::check::Diagnostic;
use netdsl_lang::model::{Network, Recorded, Recording};
use netdsl_runtime::instance::{Body, Instance, Place, PointOrigin};
use netdsl_runtime::record::{Probe, ProbeKey, ProbeTarget};

/// The probes of recording `number` on the cells of this rank, for each cell one, or one for each point process of the
/// name; a checked recording.
pub(crate) fn probes(
    (number, recording): (u32, &Recording),
    network: &Network,
    instance: &Instance,
) -> Result<Vec<(ProbeKey, Probe)>, Diagnostic> {
    let place = format!("recording `{}`", recording.label);
    let cells = selected(recording, network, instance).map_err(|e| at(&place, e))?;
    let single = cells.len() == 1;
    let mut probes = Vec::new();
    for (place_of_cell, cell) in (0..).zip(cells) {
        if !instance.cells[cell as usize].is_here() {
            continue;
        }
        let gid = instance.cells[cell as usize].gid;
        let label = if single {
            recording.label.clone()
        } else {
            format!("{}[{gid}]", recording.label)
        };
        let targets = targets(&recording.what, cell, (network, instance));
        let targets = targets.map_err(|e| at(&place, e))?;
        let several = targets.len() > 1;
        for (k, target) in targets.into_iter().enumerate() {
            let probe = Probe {
                label: if several {
                    format!("{label}[{k}]")
                } else {
                    label.clone()
                },
                target,
                interval: recording.interval.unwrap_or(0.0),
            };
            probes.push(([number, place_of_cell, k as u32], probe));
        }
    }
    Ok(probes)
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

fn targets(
    what: &Recorded,
    cell: u32,
    (network, instance): (&Network, &Instance),
) -> Result<Vec<ProbeTarget>, Diagnostic> {
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
            Ok(vec![ProbeTarget::Place { place, variable }])
        }
        Recorded::Artificial { variable } => Ok(vec![ProbeTarget::Artificial {
            cell,
            variable: variable.clone(),
        }]),
        Recorded::Point {
            section,
            point,
            variable,
        } => {
            let number = point_number(network, cell, instance, section, point);
            let origin = number.map(PointOrigin::Cell);
            points(origin, cell, variable, instance, point)
        }
        Recorded::Synapse { synapse, variable } => {
            let number = network.synapses.iter().position(|s| s.name == *synapse);
            let origin = number.map(|k| PointOrigin::Synapse(k as u32));
            points(origin, cell, variable, instance, synapse)
        }
        Recorded::Stimulus { stimulus, variable } => {
            let number = network.stimuli.iter().position(|s| s.name == *stimulus);
            let origin = number.map(|k| PointOrigin::Stimulus(k as u32));
            points(origin, cell, variable, instance, stimulus)
        }
    }
}

/// All point processes of that origin on a cell; there must be one at least.
fn points(
    origin: Option<PointOrigin>,
    cell: u32,
    variable: &str,
    instance: &Instance,
    name: &str,
) -> Result<Vec<ProbeTarget>, Diagnostic> {
    let all = instance.points.iter().zip(0..);
    let here = all.filter(|(p, _)| p.place.cell == cell && Some(p.origin) == origin);
    let found: Vec<ProbeTarget> = here
        .map(|(_, point)| ProbeTarget::Point {
            point,
            variable: variable.to_owned(),
        })
        .collect();
    if found.is_empty() {
        let gid = instance.cells[cell as usize].gid;
        let message = format!("cell {gid} has no point process of `{name}`");
        return Err(Diagnostic::error(message).help("record it on cells that have one"));
    }
    Ok(found)
}

/// The number of a point process among those of its cell type.
fn point_number(
    network: &Network,
    cell: u32,
    instance: &Instance,
    section: &str,
    point: &str,
) -> Option<u32> {
    let population = &instance.populations[instance.cells[cell as usize].population as usize];
    let population = network.population(&population.name)?;
    let cell_type = network.cell_type(&population.cell)?;
    let sections = cell_type.sections.iter();
    let mut names = sections.flat_map(|s| {
        let points = s.point_processes.names();
        points.map(|p| (s.name.as_str(), p))
    });
    names
        .position(|found| found == (section, point))
        .map(|k| k as u32)
}

fn section_of(cell: u32, name: &str, instance: &Instance) -> Result<u32, Diagnostic> {
    let sections = match &instance.cells[cell as usize].body {
        Body::Compartments(template) => &template.sections[..],
        Body::Artificial(_) | Body::Elsewhere => &[],
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
