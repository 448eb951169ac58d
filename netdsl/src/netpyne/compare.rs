//! A network beside the one that NetPyNE built and saved (`sim.saveData` with cells and spikes), one by one.

use super::Findings;
use super::at::At;
use super::finding::Found;
use super::json::Json;
use super::shared::name;
use netdsl_lang::model::Network;
use netdsl_runtime::instance::{Body, Instance, PointOrigin, Source, Target};

/// Relative difference that is rounding: NetPyNE's functions are the system's.
const ROUNDING: f64 = 1e-12;

/// Differences shown of each kind.
const SHOWN: usize = 10;

/// How many of NetPyNE's items are the same here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// NetPyNE's.
    pub expected: usize,
    /// Ours.
    pub found: usize,
    /// In both.
    pub same: usize,
}

impl Tally {
    /// Whether all are the same.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.expected == self.found && self.same == self.expected
    }
}

/// What agrees with the file, and what does not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Cells, by number, population and position.
    pub cells: Tally,
    /// Connections, by source, target, synapse, place, weight and delay.
    pub connections: Tally,
    /// Spikes, by time and cell; `None` where none are compared.
    pub spikes: Option<Tally>,
    /// The first differences.
    pub differences: Vec<String>,
}

impl Comparison {
    /// Whether all agrees.
    #[must_use]
    pub fn agrees(&self) -> bool {
        let spikes = self.spikes.as_ref().is_none_or(Tally::agrees);
        self.cells.agrees() && self.connections.agrees() && spikes
    }
}

/// A connection: (postsynaptic gid, source, section, synapse, [location, weight, delay]).
type Connection = (u32, String, String, String, [f64; 3]);

/// What NetPyNE built.
pub struct Expected {
    /// (gid, population, position in µm).
    cells: Vec<(u32, String, [f64; 3])>,
    connections: Vec<Connection>,
    /// (time in ms, gid), where the file holds spikes.
    spikes: Option<Vec<(f64, u32)>>,
}

impl Expected {
    /// The cells, connections and spikes of a file; `None` if it holds no cells.
    ///
    /// # Errors
    /// A text that is not JSON, or holds something else than cells.
    pub fn read(text: &str) -> Result<Option<Self>, Findings> {
        let mut found = Found::default();
        let model: Json = serde_json::from_str(text).map_err(|error| {
            let at = At::new(&Json::Null, "the model");
            found.error(&at, format!("this is not JSON: {error}"), "", "");
            Findings(std::mem::take(&mut found.all))
        })?;
        let Some(cells) = model.get("net").and_then(|net| net.get("cells")) else {
            return Ok(None);
        };
        let mut expected = Self {
            cells: Vec::new(),
            connections: Vec::new(),
            spikes: spikes(&model),
        };
        for cell in At::new(cells, "net.cells").items().unwrap_or_default() {
            expected.cell(&mut found, &cell);
        }
        match found.errors() {
            0 => Ok(Some(expected)),
            _ => Err(Findings(found.all)),
        }
    }

    fn cell(&mut self, found: &mut Found, at: &At) -> Option<()> {
        let gid = at.get("gid")?.number(found)? as u32;
        let tags = at.get("tags")?;
        let pop = tags.get("pop")?.text(found)?.to_owned();
        let coordinate = |axis| {
            tags.get(axis)
                .and_then(|x: At| x.as_number())
                .unwrap_or(f64::NAN)
        };
        self.cells.push((gid, pop, ["x", "y", "z"].map(coordinate)));
        for conn in at.get("conns").and_then(|c| c.items()).unwrap_or_default() {
            let text = |key: &str| {
                conn.get(key)
                    .and_then(|x| x.as_text())
                    .unwrap_or("")
                    .to_owned()
            };
            let source = match conn.get("preGid")?.value {
                Json::Number(gid) => format!("cell {gid}"),
                _ => format!("source {}", text("preLabel")),
            };
            let number = |key: &str| {
                conn.get(key)
                    .and_then(|x| x.as_number())
                    .unwrap_or(f64::NAN)
            };
            let numbers = ["loc", "weight", "delay"].map(number);
            let synapse = name(&text("synMech"), |_| false);
            self.connections
                .push((gid, source, text("sec"), synapse, numbers));
        }
        Some(())
    }

    /// What of `instance`, built from `network`, agrees. `sources` tells the source of each stimulus by its name.
    #[must_use]
    pub fn compare(
        &self,
        network: &Network,
        instance: &Instance,
        sources: &[(String, String)],
    ) -> Comparison {
        let mut comparison = Comparison::default();
        let cells: Vec<_> = instance
            .cells
            .iter()
            .map(|cell| {
                let pop = &instance.populations[cell.population as usize].name;
                (cell.gid, pop.clone(), cell.position)
            })
            .collect();
        let theirs = self
            .cells
            .iter()
            .map(|(gid, pop, position)| (*gid, name(pop, |_| false), *position));
        comparison.cells = tally(
            theirs.collect(),
            cells,
            close_cells,
            "cell",
            &mut comparison.differences,
        );
        let ours = connections(network, instance, sources);
        let theirs = self.connections.iter().map(|theirs| {
            let mut theirs = theirs.clone();
            if ours_is_artificial(instance, theirs.0) {
                // places on artificial cells mean nothing
                (theirs.2, theirs.3) = (String::new(), String::new());
                theirs.4[0] = 0.0;
            }
            theirs
        });
        let theirs = theirs.collect();
        comparison.connections = tally(
            theirs,
            ours,
            close_connections,
            "connection",
            &mut comparison.differences,
        );
        comparison
    }

    /// Adds the comparison of spikes (times in ms, gids), where the file holds some.
    pub fn compare_spikes(&self, comparison: &mut Comparison, times: &[f64], gids: &[u32]) {
        let Some(theirs) = &self.spikes else { return };
        let ours = times.iter().copied().zip(gids.iter().copied()).collect();
        let close = |a: &(f64, u32), b: &(f64, u32)| a.1 == b.1 && (a.0 - b.0).abs() < 1e-6;
        let found = tally(
            theirs.clone(),
            ours,
            close,
            "spike",
            &mut comparison.differences,
        );
        comparison.spikes = Some(found);
    }
}

fn ours_is_artificial(instance: &Instance, gid: u32) -> bool {
    let cell = instance.cells.get(gid as usize);
    cell.is_some_and(|cell| matches!(cell.body, Body::Artificial(_)))
}

fn spikes(model: &Json) -> Option<Vec<(f64, u32)>> {
    let data = At::new(model.get("simData")?, "simData");
    let column = |key: &str| -> Option<Vec<f64>> {
        let items = data.get(key)?.items()?;
        items.iter().map(At::as_number).collect()
    };
    let (times, gids) = (column("spkt")?, column("spkid")?);
    Some(
        times
            .into_iter()
            .zip(gids.into_iter().map(|gid| gid as u32))
            .collect(),
    )
}

/// Our connections in NetPyNE's words.
fn connections(
    network: &Network,
    instance: &Instance,
    sources: &[(String, String)],
) -> Vec<Connection> {
    let all = &instance.connections;
    let of_stimulus = |rule: usize| {
        let found = sources.iter().find(|(name, _)| *name == all.rules[rule]);
        found.map_or(String::new(), |(_, source)| source.clone())
    };
    let one = |k: usize| {
        let source = match instance.sources[all.source(k) as usize] {
            Source::Cell(cell) => format!("cell {}", instance.cells[cell as usize].gid),
            _ => format!("source {}", of_stimulus(all.rule(k).into())),
        };
        let (gid, section, synapse, location) = match all.target(k) {
            Target::Cell(cell) => (
                instance.cells[cell as usize].gid,
                String::new(),
                String::new(),
                0.0,
            ),
            Target::Point(point) => {
                let point = &instance.points[point as usize];
                let cell = &instance.cells[point.place.cell as usize];
                let section = match &cell.body {
                    Body::Compartments(template) => {
                        template.sections[point.place.section as usize].name.clone()
                    }
                    _ => String::new(),
                };
                let synapse = match point.origin {
                    PointOrigin::Synapse(k) => network.synapses[k as usize].name.clone(),
                    _ => String::new(),
                };
                (cell.gid, section, synapse, point.place.location)
            }
        };
        let weight = all.weight(k).first().copied().unwrap_or(f64::NAN);
        (
            gid,
            source,
            section,
            synapse,
            [location, weight, all.delay(k)],
        )
    };
    (0..all.len()).map(one).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * a.abs().max(b.abs()).max(1e-9)
}

fn close_cells(a: &(u32, String, [f64; 3]), b: &(u32, String, [f64; 3])) -> bool {
    a.0 == b.0 && a.1 == b.1 && (0..3).all(|axis| near(a.2[axis], b.2[axis]))
}

fn close_connections(a: &Connection, b: &Connection) -> bool {
    let names = (a.0, &a.1, &a.2, &a.3) == (b.0, &b.1, &b.2, &b.3);
    names && (0..3).all(|k| near(a.4[k], b.4[k]))
}

/// Counts equal items of two lists, whatever their order, and tells the first that are in one alone.
fn tally<T: PartialOrd + std::fmt::Debug>(
    mut theirs: Vec<T>,
    mut ours: Vec<T>,
    close: impl Fn(&T, &T) -> bool,
    what: &str,
    differences: &mut Vec<String>,
) -> Tally {
    let order = |a: &T, b: &T| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal);
    theirs.sort_by(order);
    ours.sort_by(order);
    let (mut i, mut j, mut same) = (0, 0, 0);
    let mut shown = 0;
    while i < theirs.len() || j < ours.len() {
        let (a, b) = (theirs.get(i), ours.get(j));
        if let (Some(a), Some(b)) = (a, b)
            && close(a, b)
        {
            (i, j, same) = (i + 1, j + 1, same + 1);
            continue;
        }
        let first = match (a, b) {
            (Some(a), Some(b)) => order(a, b).is_le(),
            (a, _) => a.is_some(),
        };
        let (place, item) = match first {
            true => ("NetPyNE's alone", a),
            false => ("ours alone", b),
        };
        if shown < SHOWN {
            differences.push(format!(
                "{what}, {place}: {:?}",
                item.expect("one list has more")
            ));
            shown += 1;
        }
        if first {
            i += 1;
        } else {
            j += 1;
        }
    }
    Tally {
        expected: theirs.len(),
        found: ours.len(),
        same,
    }
}
