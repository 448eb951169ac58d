//! Chosen pairs: for each postsynaptic cell, its presynaptic cells.

/// Pairs by postsynaptic cell. Cells are given by their indices in the two sides of a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pairs {
    /// `start[k]..start[k + 1]` are the pairs of postsynaptic cell k.
    pub(crate) start: Vec<usize>,
    /// Presynaptic cells: ascending, or in the order of a list.
    pub(crate) pre: Vec<u32>,
    /// For a list of pairs: the position of each in the list.
    pub(crate) listed: Option<Vec<u32>>,
}

impl Pairs {
    /// Number of pairs.
    pub(crate) fn len(&self) -> usize {
        self.pre.len()
    }

    /// Presynaptic cells of postsynaptic cell `post`.
    pub(crate) fn of(&self, post: usize) -> &[u32] {
        &self.pre[self.start[post]..self.start[post + 1]]
    }

    /// From the presynaptic cells of runs of postsynaptic cells, in order.
    pub(crate) fn from_runs(runs: Vec<Run>) -> Self {
        let mut pairs = Self {
            start: vec![0],
            pre: Vec::with_capacity(runs.iter().map(|run| run.pre.len()).sum()),
            listed: None,
        };
        for run in runs {
            pairs.pre.extend_from_slice(&run.pre);
            for count in run.counts {
                let last = pairs.start[pairs.start.len() - 1];
                pairs.start.push(last + count as usize);
            }
        }
        pairs
    }

    /// From (presynaptic, postsynaptic) pairs in any order, which is kept for each postsynaptic cell. Pairs of
    /// postsynaptic cells that are not wanted are left out.
    pub(crate) fn from_list(
        pairs: impl Iterator<Item = (u32, u32)> + Clone,
        posts: usize,
        wanted: impl Fn(u32) -> bool,
    ) -> Self {
        let mut start = vec![0; posts + 1];
        for (_, post) in pairs.clone() {
            start[post as usize + 1] += usize::from(wanted(post));
        }
        for k in 0..posts {
            start[k + 1] += start[k];
        }
        let mut next = start.clone();
        let mut pre = vec![0; start[posts]];
        let mut listed = pre.clone();
        for (position, (from, post)) in pairs.enumerate() {
            if wanted(post) {
                let place = &mut next[post as usize];
                pre[*place] = from;
                listed[*place] = position as u32;
                *place += 1;
            }
        }
        Self {
            start,
            pre,
            listed: Some(listed),
        }
    }
}

/// The pairs of neighbouring postsynaptic cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Run {
    /// Number of pairs of each postsynaptic cell.
    pub(crate) counts: Vec<u32>,
    /// Presynaptic cells, end to end.
    pub(crate) pre: Vec<u32>,
}

impl Run {
    /// Adds the next postsynaptic cell.
    pub(crate) fn push(&mut self, pre: &[u32]) {
        self.counts.push(pre.len() as u32);
        self.pre.extend_from_slice(pre);
    }
}
