//! Choosing pairs.
//!
//! A rule has streams of its own (the sampler `fast`), or NetPyNE's (`netpyne`). In these, draws are named by the gids of its cells and the seed, not by the rule: two rules over the same cells
//! choose the same pairs, a higher probability adds pairs to those of a lower one, and so does a higher number of
//! partners. A cell is not connected to itself unless the rule allows it.
//!
//! Where NetPyNE cuts the number of partners to one less than the cells there are, we take all of them; a number that
//! cannot be reached is a mistake. With [`Quirks::Netpyne`](netdsl_lang::model::Quirks) they are cut as there.

use rayon::prelude::*;

use super::candidates::{Lanes, PairBlock, PairValues, Side};
use super::pairs::{Pairs, Run};
use super::thin;
use crate::instantiate::formula::BLOCK;
use crate::rng::{Stream, hash_text, unit};

/// A rule's cells and what restricts its pairs.
pub(crate) struct Candidates<'a> {
    pub(crate) pre: &'a Side,
    pub(crate) post: &'a Side,
    pub(crate) allow_self: bool,
    /// Pairs for which this is 0 are not connected.
    pub(crate) condition: Option<&'a dyn PairValues>,
    /// Which postsynaptic cells are wanted; the others get no pairs.
    pub(crate) wanted: &'a (dyn Fn(u32) -> bool + Sync),
    pub(crate) seed: u32,
    /// A number of partners is cut to one fewer than there are.
    pub(crate) capped: bool,
    /// Hash of the rule's name where the rule has streams of its own; `None` for NetPyNE's.
    pub(crate) rule: Option<u32>,
}

/// Values out of range among pairs or cells: the first of them in the order of postsynaptic cells, then presynaptic
/// ones, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct OutOfRange {
    pub(crate) pre: Option<usize>,
    pub(crate) post: Option<usize>,
    pub(crate) value: f64,
    pub(crate) count: u64,
}

impl OutOfRange {
    /// Both, as one.
    pub(crate) fn join(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(a), Some(b)) => {
                let first = if (a.post, a.pre) <= (b.post, b.pre) {
                    a
                } else {
                    b
                };
                Some(Self {
                    count: a.count + b.count,
                    ..first
                })
            }
            (found, None) | (None, found) => found,
        }
    }

    pub(crate) fn one(pre: Option<usize>, post: Option<usize>, value: f64) -> Self {
        Self {
            pre,
            post,
            value,
            count: 1,
        }
    }
}

impl Candidates<'_> {
    /// Every pair.
    pub(crate) fn full(&self) -> Pairs {
        self.by_post(|post, pre| {
            pre.extend((0..self.pre.len() as u32).filter(|&k| self.may(k, post)));
            self.keep_allowed(post, pre);
        })
    }

    /// The stream of a cell among cells with NetPyNE's `name`.
    pub(crate) fn stream(&self, name: u32, cell: u32) -> Stream {
        match self.rule {
            None => Stream::new(name, cell, self.seed),
            Some(rule) => {
                let pairs = hash_text("pairs");
                Stream::with_global_index([rule, cell, self.seed], pairs)
            }
        }
    }

    /// Each pair with its probability.
    pub(crate) fn probability(&self, chance: &dyn PairValues) -> Result<Pairs, OutOfRange> {
        if self.rule.is_some() {
            return thin::probability(self, chance);
        }
        let stream = Stream::new(self.pre.hash(), self.post.hash(), self.seed);
        let tiles: Vec<_> = (0..self.post.len()).step_by(BLOCK).collect();
        let runs: Vec<(Run, Option<OutOfRange>)> = tiles
            .into_par_iter()
            .map(|first| self.draw_tile(chance, &stream, first))
            .collect();
        let bad = runs
            .iter()
            .fold(None, |all, (_, bad)| OutOfRange::join(all, *bad));
        match bad {
            Some(bad) => Err(bad),
            None => Ok(Pairs::from_runs(
                runs.into_iter().map(|(run, _)| run).collect(),
            )),
        }
    }

    /// The pairs of up to [`BLOCK`] neighbouring postsynaptic cells: their draws stand side by side in the stream.
    fn draw_tile(
        &self,
        chance: &dyn PairValues,
        stream: &Stream,
        first: usize,
    ) -> (Run, Option<OutOfRange>) {
        let len = BLOCK.min(self.post.len() - first);
        let posts = &self.post.cells[first..first + len];
        let wanted = (0..len).fold(0u64, |mask, k| {
            mask | u64::from((self.wanted)(posts[k])) << k
        });
        let mut found = vec![Vec::new(); len];
        let mut bad = None;
        if wanted != 0 {
            let constant = chance.constant().map(Threshold::new);
            for pre in 0..self.pre.len() {
                let (mask, wrong) = match constant {
                    Some(threshold) => {
                        (self.draw_constant(threshold, stream, pre, first, len), None)
                    }
                    None => self.draw_varying(chance, stream, pre, first, len, wanted),
                };
                bad = OutOfRange::join(bad, wrong);
                for k in bits(mask & wanted) {
                    if self.may(pre as u32, first + k) {
                        found[k].push(pre as u32);
                    }
                }
            }
        }
        let mut run = Run::default();
        for (k, mut pre) in found.into_iter().enumerate() {
            self.keep_allowed(first + k, &mut pre);
            run.push(&pre);
        }
        (run, bad)
    }

    fn draw_constant(
        &self,
        threshold: Threshold,
        stream: &Stream,
        pre: usize,
        first: usize,
        len: usize,
    ) -> u64 {
        let mut words = [0; BLOCK];
        stream.words_at(self.word_of(pre, first), &mut words[..len]);
        (0..len).fold(0, |mask, k| {
            mask | u64::from(threshold.accepts(words[k])) << k
        })
    }

    fn draw_varying(
        &self,
        chance: &dyn PairValues,
        stream: &Stream,
        pre: usize,
        first: usize,
        len: usize,
        wanted: u64,
    ) -> (u64, Option<OutOfRange>) {
        let (mut words, mut chances) = ([0; BLOCK], [0.0; BLOCK]);
        let block = PairBlock {
            pre: Lanes::Same(pre),
            post: Lanes::Run(first..first + len),
            len,
        };
        chance.fill(&block, &mut chances[..len]);
        stream.words_at(self.word_of(pre, first), &mut words[..len]);
        let (mut mask, mut fine) = (0, true);
        for k in 0..len {
            let p = chances[k];
            fine &= (0.0..=1.0).contains(&p);
            mask |= u64::from(p >= unit(words[k])) << k;
        }
        let bad = if fine {
            None
        } else {
            bits(wanted)
                .filter(|&k| self.may(pre as u32, first + k) && !(0.0..=1.0).contains(&chances[k]))
                .filter(|&k| self.allowed(&[pre as u32], first + k)[0])
                .map(|k| OutOfRange::one(Some(pre), Some(first + k), chances[k]))
                .fold(None, |all, bad| OutOfRange::join(all, Some(bad)))
        };
        (mask, bad)
    }

    /// Where the draw of a pair stands: after one that NEURON spends on choosing the distribution.
    fn word_of(&self, pre: usize, post: usize) -> u64 {
        1 + pre as u64 * self.post.len() as u64 + post as u64
    }

    /// That many presynaptic cells for each postsynaptic cell.
    pub(crate) fn convergence(
        &self,
        number: &(dyn Fn(usize) -> f64 + Sync),
    ) -> Result<Pairs, OutOfRange> {
        let name = self.pre.hash();
        let bad = std::sync::Mutex::new(None);
        let pairs = self.by_post(|post, pre| {
            let cell = self.post.cells[post];
            let itself = self.pre.find(cell).filter(|_| !self.allow_self);
            let forbidden = self.forbidden_pre(post);
            let draw = Partners {
                candidates: self.pre.len(),
                itself,
                forbidden: &forbidden,
                capped: self.capped,
            };
            let mut stream = self.stream(name, cell);
            match draw.choose(number(post), &mut stream) {
                Ok(chosen) => *pre = chosen,
                Err(value) => note(&bad, OutOfRange::one(None, Some(post), value)),
            }
        });
        finish(bad, pairs)
    }

    /// That many postsynaptic cells for each presynaptic cell.
    pub(crate) fn divergence(
        &self,
        number: &(dyn Fn(usize) -> f64 + Sync),
    ) -> Result<Pairs, OutOfRange> {
        let name = self.post.hash();
        let bad = std::sync::Mutex::new(None);
        let chosen: Vec<Vec<u32>> = (0..self.pre.len())
            .into_par_iter()
            .map(|pre| {
                let cell = self.pre.cells[pre];
                let itself = self.post.find(cell).filter(|_| !self.allow_self);
                let forbidden = self.forbidden_post(pre);
                let draw = Partners {
                    candidates: self.post.len(),
                    itself,
                    forbidden: &forbidden,
                    capped: self.capped,
                };
                let mut stream = self.stream(name, cell);
                let mut posts = draw
                    .choose(number(pre), &mut stream)
                    .unwrap_or_else(|value| {
                        note(&bad, OutOfRange::one(Some(pre), None, value));
                        Vec::new()
                    });
                posts.retain(|&post| (self.wanted)(self.post.cells[post as usize]));
                posts
            })
            .collect();
        let pairs = chosen
            .iter()
            .zip(0..)
            .flat_map(|(posts, pre)| posts.iter().map(move |&post| (pre, post)));
        let pairs = Pairs {
            listed: None,
            ..Pairs::from_list(pairs, self.post.len(), |_| true)
        };
        finish(bad, pairs)
    }

    /// How many presynaptic cells `post` may have.
    pub(crate) fn possible_pre(&self, post: usize) -> usize {
        Partners {
            candidates: self.pre.len(),
            itself: self
                .pre
                .find(self.post.cells[post])
                .filter(|_| !self.allow_self),
            forbidden: &self.forbidden_pre(post),
            capped: self.capped,
        }
        .possible()
    }

    /// How many postsynaptic cells `pre` may have.
    pub(crate) fn possible_post(&self, pre: usize) -> usize {
        Partners {
            candidates: self.post.len(),
            itself: self
                .post
                .find(self.pre.cells[pre])
                .filter(|_| !self.allow_self),
            forbidden: &self.forbidden_post(pre),
            capped: self.capped,
        }
        .possible()
    }

    /// Runs `choose` for each wanted postsynaptic cell.
    fn by_post(&self, choose: impl Fn(usize, &mut Vec<u32>) + Sync) -> Pairs {
        let tiles: Vec<_> = (0..self.post.len()).step_by(BLOCK).collect();
        let runs = tiles.into_par_iter().map(|first| {
            let mut run = Run::default();
            for post in first..(first + BLOCK).min(self.post.len()) {
                let mut pre = Vec::new();
                if (self.wanted)(self.post.cells[post]) {
                    choose(post, &mut pre);
                }
                run.push(&pre);
            }
            run
        });
        Pairs::from_runs(runs.collect())
    }

    /// Whether the pair is not a cell with itself, or may be.
    #[inline]
    pub(crate) fn may(&self, pre: u32, post: usize) -> bool {
        self.allow_self || self.pre.cells[pre as usize] != self.post.cells[post]
    }

    /// Drops the pairs that the condition excludes.
    pub(crate) fn keep_allowed(&self, post: usize, pre: &mut Vec<u32>) {
        if self.condition.is_some() {
            let allowed = self.allowed(pre, post);
            let mut place = 0;
            pre.retain(|_| {
                place += 1;
                allowed[place - 1]
            });
        }
    }

    /// What the condition says of these presynaptic cells and a postsynaptic one.
    pub(crate) fn allowed(&self, pre: &[u32], post: usize) -> Vec<bool> {
        self.test(pre.len(), |from, len| PairBlock {
            pre: Lanes::Each(&pre[from..from + len]),
            post: Lanes::Same(post),
            len,
        })
    }

    fn test<'b>(&self, count: usize, block: impl Fn(usize, usize) -> PairBlock<'b>) -> Vec<bool> {
        let Some(condition) = self.condition else {
            return vec![true; count];
        };
        let mut all = Vec::with_capacity(count);
        for from in (0..count).step_by(BLOCK) {
            let len = BLOCK.min(count - from);
            let mut values = [0.0; BLOCK];
            condition.fill(&block(from, len), &mut values[..len]);
            all.extend(values[..len].iter().map(|&value| value != 0.0));
        }
        all
    }

    /// Presynaptic cells that the condition excludes for `post`; empty if there is no condition.
    fn forbidden_pre(&self, post: usize) -> Vec<bool> {
        self.forbidden(self.pre.len(), |from, len| PairBlock {
            pre: Lanes::Run(from..from + len),
            post: Lanes::Same(post),
            len,
        })
    }

    fn forbidden_post(&self, pre: usize) -> Vec<bool> {
        self.forbidden(self.post.len(), |from, len| PairBlock {
            pre: Lanes::Same(pre),
            post: Lanes::Run(from..from + len),
            len,
        })
    }

    fn forbidden<'b>(
        &self,
        count: usize,
        block: impl Fn(usize, usize) -> PairBlock<'b>,
    ) -> Vec<bool> {
        match self.condition {
            None => Vec::new(),
            Some(_) => self
                .test(count, block)
                .iter()
                .map(|allowed| !allowed)
                .collect(),
        }
    }
}

fn note(all: &std::sync::Mutex<Option<OutOfRange>>, bad: OutOfRange) {
    let mut all = all.lock().expect("no thread panics while it holds this");
    *all = OutOfRange::join(*all, Some(bad));
}

fn finish(bad: std::sync::Mutex<Option<OutOfRange>>, pairs: Pairs) -> Result<Pairs, OutOfRange> {
    match bad
        .into_inner()
        .expect("no thread panicked while it held this")
    {
        Some(bad) => Err(bad),
        None => Ok(pairs),
    }
}

/// The partners that one cell may have.
struct Partners<'a> {
    candidates: usize,
    /// The cell itself, if it is a candidate and must not be chosen.
    itself: Option<usize>,
    /// Candidates that a condition excludes; empty if there is none.
    forbidden: &'a [bool],
    /// See [`Candidates::capped`].
    capped: bool,
}

impl Partners<'_> {
    /// `number` different partners, ascending: indices are drawn until there are enough new ones. The cell itself
    /// counts as drawn and is replaced by the one drawn after the last.
    fn choose(&self, number: f64, stream: &mut Stream) -> Result<Vec<u32>, f64> {
        let possible = self.possible();
        let mut wanted = number.round_ties_even();
        if self.capped {
            let most = self.candidates.saturating_sub(1).min(possible) as f64;
            wanted = wanted.min(most).max(0.0);
        }
        if !(wanted >= 0.0 && wanted <= possible as f64) {
            return Err(number);
        }
        stream.skip(1);
        let wanted = wanted as usize;
        let mut drawn = Drawn::new(self.candidates);
        let (mut chosen, mut replace) = (Vec::with_capacity(wanted), 0);
        while chosen.len() + replace < wanted {
            let k = self.draw_new(stream, &mut drawn);
            if self.itself == Some(k) {
                replace = 1;
            } else {
                chosen.push(k as u32);
            }
        }
        if chosen.len() < wanted {
            chosen.push(self.draw_new(stream, &mut drawn) as u32);
        }
        chosen.sort_unstable();
        Ok(chosen)
    }

    fn draw_new(&self, stream: &mut Stream, drawn: &mut Drawn) -> usize {
        loop {
            let k = (self.candidates as f64 * stream.unit()).floor() as usize;
            if !self.forbidden.get(k).is_some_and(|&forbidden| forbidden) && drawn.insert(k) {
                return k;
            }
        }
    }

    /// How many partners there are to choose from.
    fn possible(&self) -> usize {
        let forbidden = self
            .forbidden
            .iter()
            .filter(|&&forbidden| forbidden)
            .count();
        let itself = self
            .itself
            .is_some_and(|k| !self.forbidden.get(k).is_some_and(|&forbidden| forbidden));
        self.candidates - forbidden - usize::from(itself)
    }
}

/// A set of indices.
struct Drawn(Vec<u64>);

impl Drawn {
    fn new(candidates: usize) -> Self {
        Self(vec![0; candidates.div_ceil(64)])
    }

    /// Whether `k` is new.
    fn insert(&mut self, k: usize) -> bool {
        let (word, bit) = (&mut self.0[k / 64], 1 << (k % 64));
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

/// A constant probability as a bound on words: `p >= unit(word)`.
#[derive(Clone, Copy, Debug)]
struct Threshold {
    /// Words below this are accepted.
    below: u64,
}

impl Threshold {
    fn new(p: f64) -> Self {
        let (mut low, mut high) = (0u64, 1 << 32);
        while low < high {
            let middle = (low + high) / 2;
            if p >= unit(middle as u32) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Self { below: low }
    }

    #[inline(always)]
    fn accepts(self, word: u32) -> bool {
        u64::from(word) < self.below
    }
}

/// Positions of the bits that are set.
fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (mask != 0).then(|| {
            let k = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            k
        })
    })
}
