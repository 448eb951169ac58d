//! Which cells are a rank's.
//!
//! Cells are dealt out in blocks: as many cells of one kind as pairs are drawn for at once, and the rest as many at a time as
//! lie side by side in a SIMD register, or artificial cells as a unit has, since half a block costs as much as a whole one. The dearest blocks come first, each goes to the
//! rank with the least to do: of one kind that is round robin. Cells that gap junctions couple stay together, unless that
//! makes a rank late: then ranks exchange voltages at every step. No cell is split: a step of the largest reconstructed cells takes microseconds, less than an exchange within the step would.
//!
//! The result depends on the model and the number of ranks alone: every rank computes the same.

use crate::instance::{Artificial, Body, CellTemplate, Gap, Instance, Target};
use crate::instantiate::formula::BLOCK;
use crate::simd::LANES;
use netdsl_lang::mech::Program;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;

/// Cost of a compartment without mechanisms (matrix and bookkeeping), ns: measured, as those below, with AVX-512.
const COMPARTMENT: f64 = 0.8;
/// Cost of an instruction of a mechanism's code, ns.
const INSTRUCTION: f64 = 0.05;
/// Cost of an artificial cell in a step, ns.
const ARTIFICIAL: f64 = 2.0;
/// Cost of a synapse in a step, with its events, ns.
const SYNAPSE: f64 = 0.5;
/// What an exchange of voltages in each step costs, ns: some 5 µs between processes of one machine, with what waiting adds.
const VOLTAGE_EXCHANGE: f64 = 10_000.0;
/// Artificial cells of a block: those of a unit.
const ARTIFICIAL_BLOCK: u32 = 64;

/// Cells of large blocks: pairs of so many neighbouring cells are drawn at once, so that a rank draws for no other.
const LARGE_BLOCK: u32 = BLOCK as u32;

/// Cells that are dealt out together.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Block {
    first: u32,
    /// One behind the last.
    end: u32,
    /// ns a step.
    cost: f64,
}

/// How cells are dealt out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deal {
    /// In blocks that fill SIMD registers, by what their steps take.
    #[default]
    Balanced,
    /// One by one, in turn, whatever they are: slower, but small networks spread over all ranks.
    OneByOne,
}

/// Which rank each cell is on.
#[derive(Clone, Debug, PartialEq)]
pub struct Partition {
    size: usize,
    /// Beginnings of runs of cells on one rank, ascending, and the rank.
    runs: Vec<(u32, u32)>,
    /// Cost by rank, ns a step.
    costs: Vec<f64>,
}

impl Partition {
    /// All cells on one rank.
    #[must_use]
    pub fn whole() -> Self {
        Self {
            size: 1,
            runs: vec![(0, 0)],
            costs: vec![0.0],
        }
    }

    /// Of populations, one behind the other: number of cells, cost of one in a step (ns), whether they are artificial.
    pub(crate) fn of_populations(
        populations: impl IntoIterator<Item = (u32, f64, bool)>,
        (size, deal): (usize, Deal),
    ) -> Self {
        let mut blocks = Vec::new();
        let mut first = 0;
        for (count, cost, artificial) in populations {
            let length = match deal {
                Deal::OneByOne => 1,
                Deal::Balanced if artificial => ARTIFICIAL_BLOCK,
                Deal::Balanced => LANES as u32,
            };
            let length = length.min(count.max(1));
            // whole rounds in large blocks; the rest, one round at least, in small ones that level out the ranks
            let round = LARGE_BLOCK * size as u32;
            let large = match deal {
                Deal::OneByOne => 0,
                Deal::Balanced => (count / round).saturating_sub(1) * round,
            };
            let (middle, end) = (first + large, first + count);
            let starts = (first..middle).step_by(LARGE_BLOCK as usize);
            for start in starts.chain((middle..end).step_by(length as usize)) {
                let length = if start < middle { LARGE_BLOCK } else { length };
                let end = (start + length).min(end);
                // lanes without a cell cost as much as those with one
                let paid = if artificial { end - start } else { length };
                let cost = f64::from(paid) * cost;
                blocks.push(Block {
                    first: start,
                    end,
                    cost,
                });
            }
            first = end;
        }
        let groups = blocks.into_iter().map(|block| vec![block]).collect();
        Self::give_out(groups, size)
    }

    /// Of a network whose cells are all there.
    #[must_use]
    pub fn of_instance(
        instance: &Instance,
        program: impl Fn(&str) -> Option<Arc<Program>>,
        (size, deal): (usize, Deal),
    ) -> Self {
        let costs = cell_costs(instance, &program);
        let mut together = match deal {
            Deal::OneByOne => Union::new(instance.cells.len()),
            Deal::Balanced => coupled_cells(instance, &costs, size),
        };
        // cells of one kind, or coupled ones, in the order of their first
        let mut kinds: BTreeMap<(u32, u32), Vec<u32>> = BTreeMap::new();
        let mut numbers: HashMap<*const CellTemplate, u32> = HashMap::new();
        let mut coupled = vec![false; instance.cells.len()];
        for cell in 0..instance.cells.len() as u32 {
            let root = together.root(cell);
            if root != cell {
                (coupled[root as usize], coupled[cell as usize]) = (true, true);
            }
        }
        for (index, cell) in instance.cells.iter().enumerate() {
            let root = together.root(index as u32);
            let key = match &cell.body {
                _ if coupled[index] => (u32::MAX, root),
                Body::Compartments(template) => {
                    let next = numbers.len() as u32 + 1;
                    (*numbers.entry(Arc::as_ptr(template)).or_insert(next), 0)
                }
                Body::Artificial(_) | Body::Elsewhere => (0, 0),
            };
            kinds.entry(key).or_default().push(index as u32);
        }
        let block = |&cell: &u32| Block {
            first: cell,
            end: cell + 1,
            cost: costs[cell as usize],
        };
        let mut groups = Vec::new();
        for ((kind, _), cells) in kinds {
            let length = match kind {
                u32::MAX => cells.len(),
                _ if deal == Deal::OneByOne => 1,
                0 => ARTIFICIAL_BLOCK as usize,
                _ => LANES,
            };
            let chunks = cells.chunks(length);
            groups.extend(chunks.map(|chunk| chunk.iter().map(block).collect::<Vec<_>>()));
        }
        Self::give_out(groups, size)
    }

    /// Gives each group to the rank with the least to do, the dearest group first.
    fn give_out(mut groups: Vec<Vec<Block>>, size: usize) -> Self {
        let cost = |group: &[Block]| group.iter().map(|b| b.cost).sum::<f64>();
        groups.sort_by(|a, b| {
            let dearer = cost(b).total_cmp(&cost(a));
            dearer.then(a[0].first.cmp(&b[0].first))
        });
        // costs are compared as whole numbers, so that rounding decides nothing
        let mut idle: BinaryHeap<Reverse<(u64, usize)>> =
            (0..size).map(|rank| Reverse((0, rank))).collect();
        let mut costs = vec![0.0; size];
        let mut placed: Vec<(u32, u32)> = Vec::new();
        for group in &groups {
            let Reverse((load, rank)) = idle.pop().expect("there is a rank at least");
            let more = (cost(group) * 1024.0).round() as u64 + 1;
            idle.push(Reverse((load + more, rank)));
            costs[rank] += cost(group);
            placed.extend(group.iter().map(|block| (block.first, rank as u32)));
        }
        placed.sort_unstable();
        placed.dedup_by_key(|run| run.1);
        Self {
            size,
            runs: placed,
            costs,
        }
    }

    /// How many ranks there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The rank of a cell (by index).
    #[must_use]
    pub fn rank_of(&self, cell: u32) -> usize {
        let after = self.runs.partition_point(|run| run.0 <= cell);
        after.checked_sub(1).map_or(0, |k| self.runs[k].1 as usize)
    }

    /// Estimated cost of a step by rank, ns.
    #[must_use]
    pub fn costs(&self) -> &[f64] {
        &self.costs
    }

    /// Cost of the rank with the most to do over the mean: 1 is perfect.
    #[must_use]
    pub fn imbalance(&self) -> f64 {
        let most = self.costs.iter().copied().fold(0.0, f64::max);
        let mean = self.costs.iter().sum::<f64>() / self.size as f64;
        if mean > 0.0 { most / mean } else { 1.0 }
    }
}

/// Cells that gap junctions couple, unless these are so many that the rank which had them would be late at every step by
/// more than an exchange of voltages takes.
fn coupled_cells(instance: &Instance, costs: &[f64], size: usize) -> Union {
    let mut all = Union::new(costs.len());
    let pairs = || {
        let pair = |gap: &Gap| {
            let point = &instance.points[gap.point as usize];
            (point.place.cell, gap.peer.cell)
        };
        instance.gaps.iter().map(pair)
    };
    pairs().for_each(|(a, b)| all.join(a, b));
    let mut group = vec![0.0; costs.len()];
    for (cell, cost) in (0..).zip(costs) {
        group[all.root(cell) as usize] += cost;
    }
    let most = costs.iter().sum::<f64>() / size as f64 + VOLTAGE_EXCHANGE;
    let mut kept = Union::new(costs.len());
    for (a, b) in pairs() {
        if group[all.root(a) as usize] <= most {
            kept.join(a, b);
        }
    }
    kept
}

/// Cost of a compartment with mechanisms of these programs in a step, ns.
pub(crate) fn compartment_cost<'p>(programs: impl Iterator<Item = Option<&'p Program>>) -> f64 {
    programs.fold(COMPARTMENT, |cost, program| cost + mechanism_cost(program))
}

/// Cost of an instance of a mechanism in a step, ns.
fn mechanism_cost(program: Option<&Program>) -> f64 {
    let instructions = program.map_or(0, |program| {
        let code = program.tabled.as_ref().unwrap_or(&program.exact);
        code.current.code.len() + code.state.code.len()
    });
    INSTRUCTION * instructions as f64
}

/// Cost of an artificial cell in a step, ns.
pub(crate) const fn artificial_cost() -> f64 {
    ARTIFICIAL
}

fn cell_costs(instance: &Instance, program: &impl Fn(&str) -> Option<Arc<Program>>) -> Vec<f64> {
    let mut known: HashMap<String, f64> = HashMap::new();
    let mut of = |name: &str| {
        if let Some(cost) = known.get(name) {
            return *cost;
        }
        let cost = mechanism_cost(program(name).as_deref());
        known.insert(name.to_owned(), cost);
        cost
    };
    let mut templates: HashMap<*const CellTemplate, f64> = HashMap::new();
    let mut costs: Vec<f64> = Vec::with_capacity(instance.cells.len());
    for cell in &instance.cells {
        costs.push(match &cell.body {
            Body::Compartments(template) => {
                let cost = templates.entry(Arc::as_ptr(template)).or_insert_with(|| {
                    let section = |s: &crate::instance::Section| {
                        let mechanisms: f64 = s.mechanisms.iter().map(|m| of(&m.mechanism)).sum();
                        f64::from(s.nseg) * (COMPARTMENT + mechanisms)
                    };
                    template.sections.iter().map(section).sum()
                });
                *cost
            }
            Body::Artificial(Artificial::Mechanism { .. } | Artificial::Times(_)) => ARTIFICIAL,
            Body::Elsewhere => 0.0,
        });
    }
    for target in instance.connections.targets() {
        let cell = match target {
            Target::Point(point) => instance.points[point as usize].place.cell,
            Target::Cell(cell) => cell,
        };
        costs[cell as usize] += SYNAPSE;
    }
    costs
}

/// Cells that belong together.
struct Union(Vec<u32>);

impl Union {
    fn new(cells: usize) -> Self {
        Self((0..cells as u32).collect())
    }

    fn root(&mut self, cell: u32) -> u32 {
        let mut at = cell;
        while self.0[at as usize] != at {
            let above = self.0[at as usize];
            self.0[at as usize] = self.0[above as usize];
            at = above;
        }
        at
    }

    /// The smaller root stands for both.
    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells_of(partition: &Partition, cells: u32) -> Vec<usize> {
        let mut counts = vec![0; partition.size()];
        (0..cells).for_each(|cell| counts[partition.rank_of(cell)] += 1);
        counts
    }

    #[test]
    fn one_kind_is_dealt_out_round_robin_in_whole_blocks() {
        let partition = Partition::of_populations([(100, 5.0, false)], (3, Deal::Balanced));
        assert_eq!(cells_of(&partition, 100), [36, 32, 32]);
        let large = Partition::of_populations([(300, 5.0, false)], (2, Deal::Balanced));
        assert_eq!(cells_of(&large, 300), [152, 148]);
        assert!((64..128).all(|cell| large.rank_of(cell) == 1));
        for block in 0..12 {
            let first = block * LANES as u32;
            let ranks = (first..first + LANES as u32).map(|c| partition.rank_of(c));
            assert!(ranks.eq(std::iter::repeat_n(block as usize % 3, LANES)));
        }
    }

    #[test]
    fn dear_cells_are_balanced_by_cheap_ones() {
        let populations = [(64, 100.0, false), (640, 10.0, false), (128, 1.0, true)];
        for size in [2, 3, 5] {
            let partition = Partition::of_populations(populations, (size, Deal::Balanced));
            let total: usize = cells_of(&partition, 832).iter().sum();
            assert_eq!(total, 832);
            assert!(partition.imbalance() < 1.1, "{:?}", partition.costs());
        }
    }

    #[test]
    fn coupled_cells_stay_together_unless_that_makes_a_rank_late() {
        use crate::instance::{Place, PointOrigin, PointProcess};
        let place = |cell| Place {
            cell,
            section: 0,
            location: 0.5,
        };
        let mut instance = Instance::default();
        // a chain of three cells, a pair, three cells alone
        for (k, (a, b)) in [(0, 1), (1, 2), (3, 4)].into_iter().enumerate() {
            instance.points.push(PointProcess {
                mechanism: Arc::new("Gap".into()),
                place: place(a),
                parameters: 0,
                stream: [0; 3],
                origin: PointOrigin::default(),
            });
            instance.gaps.push(Gap {
                point: k as u32,
                variable: "vpeer".into(),
                peer: place(b),
            });
        }
        let roots = |costs: &[f64]| {
            let mut union = coupled_cells(&instance, costs, 2);
            (0..8).map(|cell| union.root(cell)).collect::<Vec<_>>()
        };
        assert_eq!(roots(&[1e3; 8]), [0, 0, 0, 3, 3, 5, 6, 7]);
        let mut dear = [2e4; 8];
        dear[1] = 12e4;
        assert_eq!(roots(&dear), [0, 1, 2, 3, 3, 5, 6, 7]);
    }

    #[test]
    fn more_ranks_than_blocks_leave_some_idle() {
        let deal = |deal| Partition::of_populations([(10, 1.0, false)], (4, deal));
        assert_eq!(cells_of(&deal(Deal::Balanced), 10), [8, 2, 0, 0]);
        assert_eq!(cells_of(&deal(Deal::OneByOne), 10), [3, 3, 2, 2]);
    }
}
