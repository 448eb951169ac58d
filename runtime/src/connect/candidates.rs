//! The cells that a rule may connect, and blocks of pairs of them.

use std::ops::Range;

use super::boxes::{self, Neighbours};
use crate::instantiate::Sites;
use crate::instantiate::formula::{BLOCK, Formula, Interval};
use crate::instantiate::variable::{PairColumns, Variable};
use crate::rng::{Stream, hash_gids, hash_text};

/// One side of a rule: cells in gid order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Side {
    /// Indices in the network's cells, which are also their gids.
    pub(crate) cells: Vec<u32>,
    /// Where they are.
    pub(crate) sites: Sites,
}

impl Side {
    /// The cells at these indices among all cells.
    pub(crate) fn new(cells: Vec<u32>, all: &Sites) -> Self {
        let sites = all.gather(&cells);
        Self { cells, sites }
    }

    /// Number of cells.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// NetPyNE's name of this set of cells.
    pub(crate) fn hash(&self) -> u32 {
        hash_gids(self.cells.iter().copied())
    }

    /// Where `cell` is among them.
    pub(crate) fn find(&self, cell: u32) -> Option<usize> {
        self.cells.binary_search(&cell).ok()
    }
}

/// Which cells of a side stand in the lanes of a block, by their indices in the side.
#[derive(Clone, Debug)]
pub(crate) enum Lanes<'a> {
    /// One cell in all.
    Same(usize),
    /// Neighbours.
    Run(Range<usize>),
    /// Any.
    Each(&'a [u32]),
}

impl Lanes<'_> {
    /// Writes the column's values of these cells.
    #[inline]
    pub(crate) fn load(&self, column: &[f64], out: &mut [f64]) {
        match self {
            Self::Same(k) => out.fill(column[*k]),
            Self::Run(range) => out.copy_from_slice(&column[range.clone()]),
            Self::Each(cells) => {
                for (value, &k) in out.iter_mut().zip(*cells) {
                    *value = column[k as usize];
                }
            }
        }
    }

    /// The cell in one lane.
    #[inline]
    pub(crate) fn cell(&self, lane: usize) -> usize {
        match self {
            Self::Same(k) => *k,
            Self::Run(range) => range.start + lane,
            Self::Each(cells) => cells[lane] as usize,
        }
    }
}

/// Up to [`BLOCK`] pairs.
#[derive(Clone, Debug)]
pub(crate) struct PairBlock<'a> {
    /// Presynaptic cells.
    pub(crate) pre: Lanes<'a>,
    /// Postsynaptic cells.
    pub(crate) post: Lanes<'a>,
    /// Number of pairs.
    pub(crate) len: usize,
}

/// A number for each pair of a rule.
pub(crate) trait PairValues: Sync {
    /// Its value if it is the same for all pairs.
    fn constant(&self) -> Option<f64>;

    /// The values of a block's pairs.
    fn fill(&self, block: &PairBlock, out: &mut [f64]);

    /// What it can be for pairs between two boxes of cells.
    fn bounds(&self, pre: &Neighbours, post: &Neighbours) -> Interval;
}

impl PairValues for f64 {
    fn constant(&self) -> Option<f64> {
        Some(*self)
    }

    fn fill(&self, _: &PairBlock, out: &mut [f64]) {
        out.fill(*self);
    }

    fn bounds(&self, _: &Neighbours, _: &Neighbours) -> Interval {
        (*self, *self)
    }
}

/// A formula over the pairs of two sides.
pub(crate) struct PairFormula<'a> {
    pub(crate) formula: &'a Formula<Variable>,
    pub(crate) pre: &'a Side,
    pub(crate) post: &'a Side,
    /// Where numbers are drawn from, for each pair.
    pub(crate) streams: PairStreams,
}

/// Names a stream for each pair of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PairStreams {
    global_index: u32,
    seed: u32,
}

impl PairStreams {
    /// NetPyNE's: weights, delays, numbers and places of synapses.
    pub(crate) fn of_values(seed: u32) -> Self {
        let global_index = 0;
        Self { global_index, seed }
    }

    /// A rule's own: weights, delays, numbers and places of synapses.
    pub(crate) fn of_rule(rule: &str, seed: u32) -> Self {
        Self::of(&format!("values of {rule}"), seed)
    }

    /// Another purpose's, independent of all others.
    pub(crate) fn of(purpose: &str, seed: u32) -> Self {
        let global_index = hash_text(purpose);
        Self { global_index, seed }
    }

    /// The stream of one pair of gids.
    pub(crate) fn stream(self, pre: u32, post: u32) -> Stream {
        Stream::with_global_index([pre, post, self.seed], self.global_index)
    }
}

impl PairValues for PairFormula<'_> {
    fn constant(&self) -> Option<f64> {
        self.formula.constant()
    }

    fn bounds(&self, pre: &Neighbours, post: &Neighbours) -> Interval {
        self.formula
            .bounds(&|variable| boxes::bounds(pre, post, variable))
    }

    fn fill(&self, block: &PairBlock, out: &mut [f64]) {
        let columns = PairColumns {
            pre: self.pre,
            post: self.post,
            block,
        };
        if !self.formula.draws() {
            self.formula.fill(&columns, &mut Stream::new(0, 0, 0), out);
            return;
        }
        let mut streams: Vec<Stream> = (0..block.len.min(BLOCK))
            .map(|lane| {
                let pre = self.pre.cells[block.pre.cell(lane)];
                self.streams
                    .stream(pre, self.post.cells[block.post.cell(lane)])
            })
            .collect();
        self.formula.fill(&columns, &mut streams, out);
    }
}
