//! Weights that change, seen and steered from outside between epochs.

use super::simulation::Simulation;
use crate::bytes::{Bytes, Cut, Put};
use crate::error::RunError;
use crate::instance::{Instance, Source, Target};
use crate::ranks::Lost;
use std::collections::BTreeMap;

/// A connection of a rule whose weights change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// Gid of the presynaptic cell; `None` for a generator.
    pub pre: Option<u32>,
    /// Gid of the postsynaptic cell.
    pub post: u32,
    /// In the unit of the rule's weight.
    pub weight: f64,
}

/// No cell.
const NONE: u32 = u32::MAX;

/// Names of rules whose weights change, and the ends of their connections.
#[derive(Clone, Debug, Default)]
pub(super) struct Learning {
    rules: BTreeMap<String, u16>,
    /// By number of the connection, ascending: gids of its ends.
    ends: Vec<(u32, [u32; 2])>,
}

impl Learning {
    pub(super) fn of(instance: &Instance) -> Self {
        let connections = &instance.connections;
        let name = |rule: &u16| connections.rules[usize::from(*rule)].clone();
        let gid = |cell: u32| instance.cells[cell as usize].gid;
        let mut ends = Vec::new();
        let runs = connections.runs();
        for (_, run) in runs.filter(|(rule, _)| instance.plasticity.contains_key(rule)) {
            for k in run {
                let pre = match instance.sources[connections.source(k) as usize] {
                    Source::Cell(cell) => gid(cell),
                    Source::Point(point) => gid(instance.points[point as usize].place.cell),
                    Source::Voltage { place, .. } => gid(place.cell),
                    Source::Generator(_) | Source::Elsewhere => NONE,
                };
                let post = match connections.target(k) {
                    Target::Point(point) => instance.points[point as usize].place.cell,
                    Target::Cell(cell) => cell,
                };
                ends.push((k as u32, [pre, gid(post)]));
            }
        }
        let rules = instance.plasticity.keys();
        Self {
            rules: rules.map(|rule| (name(rule), *rule)).collect(),
            ends,
        }
    }

    /// The rule of that name.
    fn rule(&self, name: &str) -> Result<u16, RunError> {
        let known = || self.rules.keys().map(String::as_str);
        self.rules.get(name).copied().ok_or_else(|| {
            let near = netdsl_lang::diag::did_you_mean(name, known());
            let all: Vec<&str> = known().collect();
            let all = match all.is_empty() {
                true => "no rule is plastic".to_owned(),
                false => format!("plastic are `{}`", all.join("`, `")),
            };
            RunError::NotPlastic {
                name: name.to_owned(),
                hint: format!("{near}; {all}"),
            }
        })
    }
}

impl Simulation {
    /// Whether the weights of that rule change.
    ///
    /// # Errors
    /// There is no such rule.
    pub fn check_plastic(&self, rule: &str) -> Result<(), RunError> {
        self.learning.rule(rule).map(|_| ())
    }

    /// A reward for the synapses of a rule whose changes wait for one: each weight changes by what is remembered of its
    /// pairs, times `reward`. All ranks call it alike.
    ///
    /// # Errors
    /// There is no such rule, or its changes do not wait.
    pub fn reward(&mut self, rule: &str, reward: f64) -> Result<(), RunError> {
        let number = self.learning.rule(rule)?;
        let time = self.time;
        let mut waits = true;
        for work in &mut self.work {
            work.each(|instances| waits &= instances.sums.plastic.reward(number, reward, time));
        }
        match waits {
            true => Ok(()),
            false => Err(RunError::NotRewarded {
                name: rule.to_owned(),
            }),
        }
    }

    /// The present weights of a plastic rule, by postsynaptic cell and of each in the order of its connections: on the first
    /// rank of all cells, on others of their own. All ranks call it alike.
    ///
    /// # Errors
    /// There is no such rule.
    pub fn weights(&mut self, rule: &str) -> Result<Vec<Weight>, RunError> {
        let number = self.learning.rule(rule)?;
        let mut found = Vec::new();
        for work in &mut self.work {
            work.each(|instances| {
                let plastic = &instances.sums.plastic;
                plastic.each_weight(number, |connection, weight| {
                    found.push((connection, weight))
                });
            });
        }
        found.sort_unstable_by_key(|(connection, _)| *connection);
        let ends = &self.learning.ends;
        let own = found.into_iter().map(|(connection, weight)| {
            let at = ends.binary_search_by_key(&connection, |end| end.0);
            let [pre, post] = ends[at.expect("the ends of all are known")].1;
            Weight {
                pre: (pre != NONE).then_some(pre),
                post,
                weight,
            }
        });
        let mut all = own.collect();
        self.gather_weights(&mut all)?;
        all.sort_by_key(|one| one.post);
        Ok(all)
    }

    fn gather_weights(&self, all: &mut Vec<Weight>) -> Result<(), Lost> {
        let ranks = &*self.exchange.ranks;
        if ranks.size() == 1 {
            return Ok(());
        }
        let mut bytes = Vec::new();
        if ranks.rank() > 0 {
            for one in all.iter() {
                bytes.put_u32(one.pre.unwrap_or(NONE));
                bytes.put_u32(one.post);
                bytes.put_f64(one.weight);
            }
        }
        ranks.to_first(&bytes, &mut |rank, bytes| {
            if rank > 0 {
                let theirs = read(bytes);
                all.extend(theirs.expect("ranks run the same program, and send whole weights"));
            }
        })
    }
}

fn read(bytes: &[u8]) -> Result<Vec<Weight>, Cut> {
    let mut bytes = Bytes(bytes);
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let (pre, post, weight) = (bytes.u32()?, bytes.u32()?, bytes.f64()?);
        let pre = (pre != NONE).then_some(pre);
        all.push(Weight { pre, post, weight });
    }
    Ok(all)
}
