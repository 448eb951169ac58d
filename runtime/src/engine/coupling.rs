//! Voltages that gap junctions follow: those of other tiles, and those of other ranks, which tell each other at every step.

use crate::bytes::{Bytes, Cut, Put};
use crate::engine::column::Column;
use crate::engine::plan::Plan;
use crate::engine::tile::{Follower, Tile};
use crate::error::{BuildError, BuildErrors};
use crate::instance::{Body, Gap, Place};
use crate::ranks::{Gathered, Lost, Ranks};
use crate::simd::LANES;
use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

/// Voltages that go from rank to rank.
#[derive(Debug)]
pub(crate) struct Coupling {
    ranks: Ranks,
    /// Of this rank, in the order in which all ranks know them.
    own: Vec<Seat>,
    /// By rank: which rows of `heard` its voltages are.
    rows: Vec<Vec<u32>>,
    /// All of them, one a row.
    heard: Column,
    outgoing: Vec<u8>,
    gathered: Gathered,
    /// A rank that ended: the run ends at the end of the epoch.
    pub(crate) lost: Option<Lost>,
    /// Time spent in the exchange, s.
    pub(crate) wait_s: f64,
    /// Bytes given to the other ranks.
    pub(crate) sent: u64,
}

/// Where a voltage is.
#[derive(Clone, Copy, Debug)]
struct Seat {
    tile: usize,
    node: usize,
    lane: usize,
}

type PlaceKey = (u32, u32, u64);

fn key(place: &Place) -> PlaceKey {
    (place.cell, place.section, place.location.to_bits())
}

/// The tiles that are integrated together, and what they hear of other ranks.
pub(crate) type Coupled = (BTreeSet<usize>, Option<Coupling>);

/// Connects the variables that follow voltages.
pub(crate) fn couple(
    plan: &Plan<'_>,
    tiles: &mut [Tile],
    ranks: &Ranks,
) -> Result<Coupled, BuildErrors> {
    let mut coupled = BTreeSet::new();
    let mut errors = BuildErrors::default();
    let (coupling, rows) = share(plan, ranks, &mut coupled, &mut errors);
    for gap in &plan.instance.gaps {
        let peer = match seat(plan, &gap.peer) {
            Some(seat) => {
                coupled.insert(seat.tile);
                seat.voltage(&tiles[seat.tile])
            }
            None => match (&coupling, rows.get(&key(&gap.peer))) {
                (Some(coupling), Some(row)) => coupling.heard.pointer(*row as usize, 0, 0),
                _ => {
                    errors.push(nowhere(format!(
                        "gap junction of point process {}",
                        gap.point
                    )));
                    continue;
                }
            },
        };
        let (tile, instance) = plan.point_home[gap.point as usize];
        let tile = tile as usize;
        match tiles[tile].instances.own_value(instance, &gap.variable) {
            Some(target) => {
                tiles[tile].followers.push(Follower { target, peer });
                coupled.insert(tile);
            }
            None => errors.push(no_variable(plan, gap)),
        }
    }
    errors.into_result((coupled, coupling))
}

/// What ranks tell each other, and the row of each place.
fn share(
    plan: &Plan<'_>,
    ranks: &Ranks,
    coupled: &mut BTreeSet<usize>,
    errors: &mut BuildErrors,
) -> (Option<Coupling>, HashMap<PlaceKey, u32>) {
    let shared = &plan.instance.shared;
    let mut known = HashMap::new();
    if shared.is_empty() {
        return (None, known);
    }
    let mut rows = vec![Vec::new(); ranks.size()];
    let mut own = Vec::new();
    for (row, voltage) in (0..).zip(shared) {
        rows[voltage.rank as usize].push(row);
        known.insert(key(&voltage.place), row);
        if voltage.rank as usize != ranks.rank() {
            continue;
        }
        match seat(plan, &voltage.place) {
            Some(seat) => {
                coupled.insert(seat.tile);
                own.push(seat);
            }
            None => errors.push(nowhere(format!(
                "gap junctions with {}",
                plan.describe(&voltage.place)
            ))),
        }
    }
    let coupling = Coupling {
        ranks: ranks.clone(),
        own,
        rows,
        heard: Column::full(shared.len(), 1),
        outgoing: Vec::new(),
        gathered: Gathered::default(),
        lost: None,
        wait_s: 0.0,
        sent: 0,
    };
    (Some(coupling), known)
}

/// Where the voltage of a place of this rank is.
fn seat(plan: &Plan<'_>, place: &Place) -> Option<Seat> {
    let cell = plan.instance.cells.get(place.cell as usize)?;
    if !matches!(cell.body, Body::Compartments(_)) {
        return None;
    }
    let node = plan.node(place)?;
    let (tile, lane) = plan.cell_home[place.cell as usize];
    let node = plan.tiles[tile as usize].structure.compartments[node as usize];
    Some(Seat {
        tile: tile as usize,
        node: node as usize,
        lane: lane as usize,
    })
}

impl Seat {
    fn voltage(self, tile: &Tile) -> *const f64 {
        let (block, lane) = (self.lane / LANES, self.lane % LANES);
        tile.voltage.pointer(self.node, block, lane)
    }
}

fn nowhere(place: String) -> BuildError {
    BuildError::Place {
        place,
        message: "its peer is no place on a cell".into(),
    }
}

fn no_variable(plan: &Plan<'_>, gap: &Gap) -> BuildError {
    let point = &plan.instance.points[gap.point as usize];
    BuildError::UnknownVariable {
        mechanism: point.mechanism.to_string(),
        name: gap.variable.clone(),
        what: "variable of its own for each instance (POINTER or RANGE)",
        place: format!("gap junction of point process {}", gap.point),
        hint: String::new(),
    }
}

impl Coupling {
    /// Tiles have the numbers from now on that they have among the coupled ones.
    pub(crate) fn renumber(&mut self, coupled: &BTreeSet<usize>) {
        for seat in &mut self.own {
            seat.tile = coupled.range(..seat.tile).count();
        }
    }

    /// Tells the other ranks the voltages of these tiles, and hears theirs.
    pub(crate) fn exchange(&mut self, tiles: &[Tile]) {
        if self.lost.is_some() {
            return;
        }
        self.outgoing.clear();
        for seat in &self.own {
            let (block, lane) = (seat.lane / LANES, seat.lane % LANES);
            let voltage = tiles[seat.tile].voltage.get(seat.node, block, lane);
            self.outgoing.put_f64(voltage);
        }
        self.sent += self.outgoing.len() as u64;
        let started = Instant::now();
        let heard = self.ranks.all_gather(&self.outgoing, &mut self.gathered);
        self.wait_s += started.elapsed().as_secs_f64();
        match heard {
            Err(lost) => self.lost = Some(lost),
            Ok(()) => self
                .take()
                .expect("ranks run the same program, and send the voltages that all know of"),
        }
    }

    fn take(&mut self) -> Result<(), Cut> {
        // a rank that only pretends to have others hears itself alone
        let alone = self.gathered.len() == 1;
        let first = if alone { self.ranks.rank() } else { 0 };
        for (rows, bytes) in self.rows[first..].iter().zip(self.gathered.iter()) {
            let mut bytes = Bytes(bytes);
            for row in rows {
                self.heard.set(*row as usize, 0, 0, bytes.f64()?);
            }
        }
        Ok(())
    }
}
