//! What threads integrate through an epoch, and how spikes find their way there.

use crate::engine::artificial::ArtificialUnit;
use crate::engine::coupling::Coupling;
use crate::engine::instances::{Instances, Spike};
use crate::engine::ports::Arrival;
use crate::engine::recorder::Recorder;
use crate::engine::sums::Calendar;
use crate::engine::tile::Tile;
use std::collections::BTreeSet;
use std::time::Instant;

/// So many arrivals later, memory that is asked for is there.
const AHEAD: usize = 6;

/// Marks the unit of connections whose events are summed.
const SUMMED: u32 = 1 << 31;
/// Marks the unit of connections whose weights change.
const PLASTIC: u32 = 1 << 30;
/// Either.
const MARKS: u32 = SUMMED | PLASTIC;

/// A piece of work, and the spikes that wait for it.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) units: Units,
    inbox: Vec<Arrival>,
    /// What coupled tiles hear of other ranks.
    pub(crate) coupling: Option<Coupling>,
    /// Time spent, if these are artificial cells.
    artificial_s: f64,
}

/// What is integrated together.
#[derive(Debug)]
pub(crate) enum Units {
    Tile(Box<Tile>),
    /// Tiles that see each other's voltages at every step.
    Coupled(Vec<Tile>),
    Artificial(Box<ArtificialUnit>),
}

/// An epoch: its end, the ends of its steps (the first is its beginning), the step and the number of the first one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Epoch<'t> {
    pub(crate) end: f64,
    pub(crate) times: &'t [f64],
    pub(crate) dt: f64,
    pub(crate) first: u64,
    pub(crate) calendar: Calendar<'t>,
}

impl Work {
    /// All work: coupled tiles first, then tiles, then artificial cells.
    pub(crate) fn arrange(
        tiles: Vec<Tile>,
        (coupled, coupling): (&BTreeSet<usize>, Option<Coupling>),
        artificial: Vec<ArtificialUnit>,
    ) -> Vec<Self> {
        let (mut together, mut units) = (Vec::new(), Vec::new());
        for (index, tile) in tiles.into_iter().enumerate() {
            if coupled.contains(&index) {
                together.push(tile);
            } else {
                units.push(Units::Tile(Box::new(tile)));
            }
        }
        // who tells others nothing hears them nevertheless
        if !together.is_empty() || coupling.is_some() {
            units.insert(0, Units::Coupled(together));
        }
        let artificial = artificial.into_iter();
        units.extend(artificial.map(|unit| Units::Artificial(Box::new(unit))));
        let idle = |units| Self {
            units,
            inbox: Vec::new(),
            coupling: None,
            artificial_s: 0.0,
        };
        let mut work: Vec<Self> = units.into_iter().map(idle).collect();
        if coupling.is_some() {
            work[0].coupling = coupling;
        }
        work
    }

    /// Calls `f` for the instances of each unit.
    pub(crate) fn each(&mut self, mut f: impl FnMut(&mut Instances)) {
        match &mut self.units {
            Units::Tile(tile) => f(&mut tile.instances),
            Units::Coupled(tiles) => tiles.iter_mut().for_each(|tile| f(&mut tile.instances)),
            Units::Artificial(unit) => f(&mut unit.instances),
        }
    }

    /// Time spent on artificial cells, s.
    pub(crate) fn artificial_s(&self) -> f64 {
        self.artificial_s
    }

    pub(crate) fn recorders(&self) -> Vec<&[Recorder]> {
        match &self.units {
            Units::Tile(tile) => vec![&tile.recorders],
            Units::Coupled(tiles) => tiles.iter().map(|tile| &tile.recorders[..]).collect(),
            Units::Artificial(unit) => vec![&unit.recorders],
        }
    }

    pub(crate) fn recorders_mut(&mut self) -> Vec<&mut Recorder> {
        match &mut self.units {
            Units::Tile(tile) => tile.recorders.iter_mut().collect(),
            Units::Coupled(tiles) => tiles.iter_mut().flat_map(|t| &mut t.recorders).collect(),
            Units::Artificial(unit) => unit.recorders.iter_mut().collect(),
        }
    }

    pub(crate) fn tiles(&self) -> &[Tile] {
        match &self.units {
            Units::Tile(tile) => std::slice::from_ref(tile),
            Units::Coupled(tiles) => tiles,
            Units::Artificial(_) => &[],
        }
    }

    fn instances(&mut self, unit: u32) -> &mut Instances {
        match &mut self.units {
            Units::Tile(tile) => &mut tile.instances,
            Units::Coupled(tiles) => &mut tiles[unit as usize].instances,
            Units::Artificial(unit) => &mut unit.instances,
        }
    }

    /// Forgets what has arrived.
    pub(crate) fn forget_inbox(&mut self) {
        self.inbox.clear();
    }

    /// Takes in what has arrived.
    pub(crate) fn take_in(&mut self, calendar: &Calendar<'_>) {
        let mut inbox = std::mem::take(&mut self.inbox);
        for (k, arrival) in inbox.iter().enumerate() {
            if let Some(later) = inbox.get(k + AHEAD) {
                let (first, end) = (later.first, later.end);
                let instances = self.instances(later.unit & !MARKS);
                match later.unit & MARKS {
                    SUMMED => instances.sums.prefetch(first, end),
                    PLASTIC => instances.sums.plastic.prefetch(first, end),
                    _ => instances.ports.prefetch(first, end),
                }
            }
            let &Arrival {
                time,
                first,
                end,
                unit,
            } = arrival;
            let instances = self.instances(unit & !MARKS);
            let sums = &mut instances.sums;
            match unit & MARKS {
                SUMMED => sums.take_in(time, first, end, calendar),
                PLASTIC => sums.plastic.take_in(time, first, end, calendar),
                _ => instances.ports.take_in(time, first, end),
            }
        }
        inbox.clear();
        self.inbox = inbox;
    }

    /// Takes in what has arrived, and integrates.
    pub(crate) fn run(&mut self, epoch: Epoch<'_>) {
        let Epoch {
            end,
            times,
            dt,
            first,
            calendar,
        } = epoch;
        self.take_in(&calendar);
        let count = times.len() as u64 - 1;
        self.each(|instances| instances.sums.begin_epoch(&calendar, count));
        let steps = || (first + 1..).zip(times.windows(2));
        match &mut self.units {
            Units::Tile(tile) => {
                tile.instances.begin_epoch(end);
                for (step, pair) in steps() {
                    tile.advance_voltage(pair[0], step);
                    tile.advance_states(pair[1], step);
                }
            }
            Units::Coupled(tiles) => {
                let begin = |tile: &mut Tile| tile.instances.begin_epoch(end);
                tiles.iter_mut().for_each(begin);
                for (step, pair) in steps() {
                    let advance = |tile: &mut Tile| tile.advance_voltage(pair[0], step);
                    tiles.iter_mut().for_each(advance);
                    if let Some(coupling) = &mut self.coupling {
                        coupling.exchange(tiles);
                    }
                    tiles.iter_mut().for_each(Tile::follow);
                    let states = |tile: &mut Tile| tile.advance_states(pair[1], step);
                    tiles.iter_mut().for_each(states);
                }
            }
            Units::Artificial(unit) => {
                let started = Instant::now();
                unit.run_epoch(end, times, dt, first);
                self.artificial_s += started.elapsed().as_secs_f64();
            }
        }
    }
}

/// Connections of a unit that one emitter's spikes go to.
#[derive(Clone, Copy, Debug)]
struct Hop {
    work: u32,
    unit: u32,
    first: u32,
    end: u32,
}

/// Where the spikes of each emitter go.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    /// By emitter: `hops[start[e]..start[e + 1]]`.
    start: Vec<u32>,
    hops: Vec<Hop>,
}

impl Routes {
    /// Of so many emitters.
    pub(crate) fn new(work: &mut [Work], emitters: usize) -> Self {
        let mut start = vec![0_u32; emitters + 1];
        let mut all = Vec::new();
        for (index, item) in work.iter_mut().enumerate() {
            let mut unit = 0;
            item.each(|instances| {
                let mut add = |(emitter, first, end), unit| {
                    start[emitter as usize + 1] += 1;
                    let work = index as u32;
                    let hop = Hop {
                        work,
                        unit,
                        first,
                        end,
                    };
                    all.push((emitter, hop));
                };
                instances.ports.sources().for_each(|one| add(one, unit));
                let summed = instances.sums.sources();
                summed.for_each(|one| add(one, unit | SUMMED));
                let plastic = instances.sums.plastic.sources();
                plastic.for_each(|one| add(one, unit | PLASTIC));
                instances.ports.forget_sources();
                instances.sums.forget_sources();
                unit += 1;
            });
        }
        for k in 1..start.len() {
            start[k] += start[k - 1];
        }
        all.sort_by_key(|(emitter, _)| *emitter);
        let hops = all.into_iter().map(|(_, hop)| hop).collect();
        Self { start, hops }
    }

    /// Puts a spike into the inboxes of all who hear it.
    pub(crate) fn send(&self, spike: &Spike, work: &mut [Work]) {
        let emitter = spike.emitter as usize;
        let Some(own) = self.start.get(emitter..emitter + 2) else {
            return;
        };
        for hop in &self.hops[own[0] as usize..own[1] as usize] {
            work[hop.work as usize].inbox.push(Arrival {
                time: spike.time,
                first: hop.first,
                end: hop.end,
                unit: hop.unit,
            });
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.start.len() * size_of::<u32>() + self.hops.len() * size_of::<Hop>()
    }
}
