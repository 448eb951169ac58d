//! Which blocks run: those of the simulation, and what they call. Others are for hoc.

use std::collections::{BTreeMap, BTreeSet};

/// The words of each block, by name; blocks that NEURON itself runs are roots.
#[derive(Debug, Default)]
pub(super) struct Calls {
    roots: BTreeSet<String>,
    words: BTreeMap<String, BTreeSet<String>>,
}

impl Calls {
    /// A block that runs in any case.
    pub(super) fn root(&mut self, words: BTreeSet<String>) {
        self.roots.extend(words);
    }

    /// A block that runs when it is called.
    pub(super) fn callable(&mut self, name: &str, words: BTreeSet<String>) {
        self.words.entry(name.to_owned()).or_default().extend(words);
    }

    /// The names of what runs.
    pub(super) fn reached(&self) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<&String> = self.roots.iter().collect();
        while let Some(name) = waiting.pop() {
            if let Some(words) = self.words.get(name)
                && reached.insert(name.clone())
            {
                waiting.extend(words);
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nothing_calls_is_not_reached() {
        let set = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<BTreeSet<_>>();
        let mut calls = Calls::default();
        calls.root(set(&["m", "rates"]));
        calls.callable("rates", set(&["alpha", "rates"]));
        calls.callable("alpha", set(&["exp"]));
        calls.callable("play", set(&["alpha"]));
        assert_eq!(calls.reached(), set(&["alpha", "rates"]));
    }
}
