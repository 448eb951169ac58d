//! Choosing pairs without looking at each: thinning.
//!
//! Cells are sorted into boxes. Interval arithmetic bounds the probability between two boxes; pairs are drawn with this
//! bound by skipping over those that are not (the number skipped is geometric), and a pair drawn is kept with the
//! probability that is its own, divided by the bound (Lewis & Shedler 1979, for cells instead of times). What comes out
//! has each pair with its probability, independently of all others; the time goes with the pairs drawn.
//!
//! Each postsynaptic cell has a stream of its own, named by its gid, the rule and the seed: parts of a network are drawn
//! as they stand in the whole.

use netdsl_lang::math::{log, log1p};
use rayon::prelude::*;

use super::boxes::{self, Neighbours};
use super::candidates::{Lanes, PairBlock, PairValues};
use super::choose::{Candidates, OutOfRange};
use super::pairs::Pairs;
use crate::instantiate::formula::BLOCK;
use crate::rng::Stream;

/// Where the bound is above this, every pair is looked at: skipping would not pay.
const DENSE: f64 = 0.25;

/// The presynaptic cells as those of one box of postsynaptic cells see them.
struct View<'a> {
    /// Boxes that are skipped through.
    sparse: Vec<Sparse<'a>>,
    /// Boxes whose pairs are looked at one by one.
    dense: Vec<&'a [u32]>,
}

/// A box whose pairs have a small probability.
struct Sparse<'a> {
    cells: &'a [u32],
    /// Bound of the probability.
    most: f64,
    /// -ln(1 - most): what a candidate adds to the sum that is skipped through.
    hazard: f64,
    /// The sum before this box, and behind it.
    begin: f64,
    end: f64,
}

/// The pairs of a postsynaptic cell, and probabilities that cannot be.
struct Drawn {
    post: u32,
    pre: Vec<u32>,
    bad: Option<OutOfRange>,
}

/// Each pair with its probability.
pub(crate) fn probability(
    candidates: &Candidates,
    chance: &dyn PairValues,
) -> Result<Pairs, OutOfRange> {
    let same = chance.constant().is_some();
    let (pre, post) = if same {
        (
            boxes::all(candidates.pre),
            boxes::by_number(candidates.post),
        )
    } else {
        (
            boxes::by_place(candidates.pre),
            boxes::by_place(candidates.post),
        )
    };
    let drawn: Vec<Vec<Drawn>> = post
        .par_iter()
        .map(|posts| {
            let wanted = |&&k: &&u32| (candidates.wanted)(candidates.post.cells[k as usize]);
            let mut wanted = posts.cells.iter().filter(wanted).peekable();
            if wanted.peek().is_none() {
                return Vec::new();
            }
            let view = View::new(&pre, posts, candidates, chance);
            let draw = |&post| view.draw(post, candidates, chance, same);
            wanted.map(draw).collect()
        })
        .collect();
    let each = drawn.iter().flatten();
    let bad = each.fold(None, |all, drawn| OutOfRange::join(all, drawn.bad));
    match bad {
        Some(bad) => Err(bad),
        None => Ok(joined(&drawn, candidates.post.len())),
    }
}

/// The pairs of all cells, in the order of postsynaptic cells.
fn joined(drawn: &[Vec<Drawn>], posts: usize) -> Pairs {
    let mut start = vec![0; posts + 1];
    for drawn in drawn.iter().flatten() {
        start[drawn.post as usize + 1] = drawn.pre.len();
    }
    for k in 0..posts {
        start[k + 1] += start[k];
    }
    let mut pre = vec![0; start[posts]];
    for drawn in drawn.iter().flatten() {
        let from = start[drawn.post as usize];
        pre[from..from + drawn.pre.len()].copy_from_slice(&drawn.pre);
    }
    Pairs {
        start,
        pre,
        listed: None,
    }
}

impl<'a> View<'a> {
    fn new(
        pre: &'a [Neighbours],
        post: &Neighbours,
        candidates: &Candidates,
        chance: &dyn PairValues,
    ) -> Self {
        let mut view = Self {
            sparse: Vec::new(),
            dense: Vec::new(),
        };
        let mut sum = 0.0;
        for neighbours in pre {
            let condition = candidates.condition;
            if condition.is_some_and(|c| c.bounds(neighbours, post) == (0.0, 0.0)) {
                continue;
            }
            let (least, most) = chance.bounds(neighbours, post);
            if least == 0.0 && most == 0.0 {
                continue;
            }
            let cells = &neighbours.cells[..];
            // also where the probability might not be one: all pairs are checked then
            if !(least >= 0.0 && most <= DENSE) {
                view.dense.push(cells);
                continue;
            }
            let hazard = -log1p(-most);
            let end = sum + hazard * cells.len() as f64;
            view.sparse.push(Sparse {
                cells,
                most,
                hazard,
                begin: sum,
                end,
            });
            sum = end;
        }
        view
    }

    /// The presynaptic cells of a postsynaptic one.
    fn draw(
        &self,
        post: u32,
        candidates: &Candidates,
        chance: &dyn PairValues,
        same: bool,
    ) -> Drawn {
        let mut stream = candidates.stream(0, candidates.post.cells[post as usize]);
        let mut drawn = Drawn {
            post,
            pre: Vec::new(),
            bad: None,
        };
        let (found, most) = self.skip(&mut stream);
        if same {
            drawn.pre = found;
        } else {
            drawn.keep(&found, &most, chance, &mut stream);
        }
        for cells in &self.dense {
            drawn.look_at(cells, candidates, chance, &mut stream);
        }
        drawn.pre.retain(|&pre| candidates.may(pre, post as usize));
        drawn.pre.sort_unstable();
        candidates.keep_allowed(post as usize, &mut drawn.pre);
        drawn
    }

    /// Candidates drawn with the bounds of their boxes, and these.
    fn skip(&self, stream: &mut Stream) -> (Vec<u32>, Vec<f64>) {
        let (mut found, mut bounds) = (Vec::new(), Vec::new());
        let mut reached = exponential(stream);
        let mut left = &self.sparse[..];
        loop {
            left = &left[left.partition_point(|sparse| sparse.end <= reached)..];
            let Some(sparse) = left.first() else {
                return (found, bounds);
            };
            let k = ((reached - sparse.begin) / sparse.hazard) as usize;
            let k = k.min(sparse.cells.len() - 1);
            found.push(sparse.cells[k]);
            bounds.push(sparse.most);
            reached = sparse.begin + (k + 1) as f64 * sparse.hazard + exponential(stream);
            // the last of a box is its end, whatever rounding makes of the sum
            if k + 1 == sparse.cells.len() {
                reached = reached.max(sparse.end);
            }
        }
    }
}

impl Drawn {
    /// Keeps what was drawn with a bound as often as its own probability asks for.
    fn keep(&mut self, found: &[u32], most: &[f64], chance: &dyn PairValues, stream: &mut Stream) {
        for (found, most) in found.chunks(BLOCK).zip(most.chunks(BLOCK)) {
            let mut chances = [0.0; BLOCK];
            self.chances(found, chance, &mut chances);
            for ((&pre, &most), &p) in found.iter().zip(most).zip(&chances) {
                if uniform(stream) * most < p {
                    self.pre.push(pre);
                }
            }
        }
    }

    /// Draws each of the cells with its own probability.
    fn look_at(
        &mut self,
        cells: &[u32],
        candidates: &Candidates,
        chance: &dyn PairValues,
        stream: &mut Stream,
    ) {
        for cells in cells.chunks(BLOCK) {
            let mut chances = [0.0; BLOCK];
            self.chances(cells, chance, &mut chances);
            for (&pre, &p) in cells.iter().zip(&chances) {
                if !(0.0..=1.0).contains(&p) && self.counts(pre, candidates) {
                    let bad = OutOfRange::one(Some(pre as usize), Some(self.post as usize), p);
                    self.bad = OutOfRange::join(self.bad, Some(bad));
                }
                if uniform(stream) < p {
                    self.pre.push(pre);
                }
            }
        }
    }

    /// Whether the pair is a candidate at all.
    fn counts(&self, pre: u32, candidates: &Candidates) -> bool {
        let post = self.post as usize;
        candidates.may(pre, post) && candidates.allowed(&[pre], post)[0]
    }

    fn chances(&self, pre: &[u32], chance: &dyn PairValues, out: &mut [f64; BLOCK]) {
        let block = PairBlock {
            pre: Lanes::Each(pre),
            post: Lanes::Same(self.post as usize),
            len: pre.len(),
        };
        chance.fill(&block, &mut out[..pre.len()]);
    }
}

/// In (0, 1), of 53 bits: small probabilities keep their size.
fn uniform(stream: &mut Stream) -> f64 {
    let high = u64::from(stream.word()) << 21;
    let low = u64::from(stream.word()) >> 11;
    ((high | low) as f64 + 0.5) * 2f64.powi(-53)
}

/// Of mean 1.
fn exponential(stream: &mut Stream) -> f64 {
    -log(uniform(stream))
}

#[cfg(test)]
mod tests;
