//! One rule: its cells, its pairs, its connections.

use netdsl_lang::model::{ConnRule, PairChoice, PairList, Quirks, Sampler, Selector};
use rayon::prelude::*;

use super::Surroundings;
use super::candidates::{Lanes, PairBlock, PairFormula, PairStreams, PairValues, Side};
use super::choose::{Candidates, OutOfRange};
use super::chunk::{Chunk, Faults, ParameterSets};
use super::deliver::{Deliveries, DeliveryPlan, PairPlan};
use super::emit::{Emitter, Listed, evaluation_order, purposes};
use super::pairs::Pairs;
use super::place::SectionDraw;
use super::plastic::plasticity;
use super::select::{missing_index, select};
use crate::instance::Instance;
use crate::instantiate::formula::{Formula, Node};
use crate::instantiate::names::{Locals, Scope};
use crate::instantiate::variable::{CellColumns, End, PairColumns, Variable};
use crate::instantiate::{Mistake, NetworkErrors, Whose};
use crate::plasticity::Plasticity;
use crate::rng::{Stream, hash_gids, hash_text};

/// A rule with its pairs chosen.
pub(crate) struct Chosen<'a> {
    rule: &'a ConnRule,
    place: String,
    pre: Side,
    post: Side,
    delivery: DeliveryPlan,
    plasticity: Option<Plasticity>,
    pairs: Pairs,
}

/// Conditions of a rule by what they restrict.
#[derive(Default)]
struct Conditions {
    pre: Vec<PairPlan>,
    post: Vec<PairPlan>,
    pair: Option<PairPlan>,
}

impl<'a> Chosen<'a> {
    /// The cells and pairs of `rule`; `None` if it has mistakes.
    pub(super) fn of(
        around: &Surroundings,
        rule: &'a ConnRule,
        errors: &mut NetworkErrors,
    ) -> Option<Self> {
        let place = format!("connection rule `{}`", rule.name);
        let before = errors.0.len();
        let locals = around.names.locals(&rule.params, &place, errors);
        let conditions = conditions(around, rule, &locals, &place, errors);
        let pre = side(
            around,
            &rule.pre,
            &conditions.pre,
            "presynaptic",
            &place,
            errors,
        );
        let post = side(
            around,
            &rule.post,
            &conditions.post,
            "postsynaptic",
            &place,
            errors,
        );
        let receiving = match rule.synapses.is_empty() {
            true => around.built.receiving(&post.cells),
            false => Vec::new(),
        };
        let delivery = Deliveries {
            names: around.names,
            mechanisms: around.mechanisms,
            synapses: around.synapses,
            errors,
            place: &place,
            locals: &locals,
            scope: Scope::Pair,
        }
        .plan(
            &rule.synapses,
            rule.weight.as_ref(),
            rule.delay.as_ref(),
            &receiving,
        );
        let plasticity = plasticity(around, rule, &delivery, &locals, &place, errors);
        if errors.0.len() > before {
            return None;
        }
        let choosing = Choosing {
            around,
            rule,
            locals: &locals,
            pre: &pre,
            post: &post,
        };
        let pairs = errors.take(&place, choosing.pairs(conditions.pair.as_ref()))?;
        Some(Self {
            rule,
            place,
            pre,
            post,
            delivery,
            plasticity,
            pairs,
        })
    }

    /// Number of connections, if each pair gets one of each synapse.
    pub(super) fn len(&self) -> usize {
        self.pairs.len() * self.delivery.contacts.len().max(1)
    }

    /// Number of synapses, likewise.
    pub(super) fn synapses(&self) -> usize {
        self.pairs.len() * self.delivery.contacts.len()
    }

    /// Makes the connections.
    pub(super) fn make(
        mut self,
        around: &Surroundings,
        sets: &mut ParameterSets,
        instance: &mut Instance,
        errors: &mut NetworkErrors,
    ) {
        let number = instance.connections.rules.len();
        if number > usize::from(u16::MAX) {
            let what = "there are more than 65536 rules and stimuli".into();
            let help = "join rules over several populations into one";
            errors.add(&self.place, Mistake::Conflict { what, help });
            return;
        }
        instance.connections.rules.push(self.rule.name.clone());
        if let Some(law) = self.plasticity {
            instance.plasticity.insert(number as u16, law);
        }
        let full = self.drawn_over_all(around);
        let emitter = Emitter {
            built: around.built,
            synapses: around.synapses,
            delivery: &self.delivery,
            pre: &self.pre,
            post: &self.post,
            streams: match around.network.sampler {
                Sampler::Netpyne => PairStreams::of_values(around.network.seeds.conn),
                Sampler::Fast => PairStreams::of_rule(&self.rule.name, around.network.seeds.conn),
            },
            sections: SectionDraw::of(around.network),
            purposes: purposes(&self.rule.name, self.delivery.contacts.len()),
            listed: match full {
                Some(drawn) => Listed {
                    drawn,
                    ..Listed::default()
                },
                None => self.listed(around),
            },
        };
        let mut faults = Faults::default();
        let posts: Vec<usize> = (0..self.post.len())
            .filter(|&k| !self.pairs.of(k).is_empty())
            .collect();
        // few enough at a time that what waits to be appended stays small
        for group in posts.chunks(64 * rayon::current_num_threads()) {
            let chunks: Vec<Chunk> = group
                .par_chunks(16)
                .map(|posts| self.chunk(&emitter, posts))
                .collect();
            for mut chunk in chunks {
                faults.append(std::mem::take(&mut chunk.faults));
                chunk.append(number as u16, sets, instance);
            }
        }
        faults.report(&self.place, errors);
    }

    fn chunk(&self, emitter: &Emitter, posts: &[usize]) -> Chunk {
        let mut chunk = Chunk::default();
        for &post in posts {
            let range = self.pairs.start[post]..self.pairs.start[post + 1];
            let listed = self.pairs.listed.as_ref().map(|listed| &listed[range]);
            emitter.emit(post, self.pairs.of(post), listed, &mut chunk);
        }
        chunk
    }

    /// What a list states, and what is drawn in its order.
    fn listed(&self, around: &Surroundings) -> Listed<'_> {
        let Some(list) = &self.rule.list else {
            return Listed::default();
        };
        let mut listed = Listed {
            weights: list.weights.as_deref(),
            delays: list.delays.as_deref(),
            drawn: Vec::new(),
        };
        let kinds = self.delivery.contacts.len().min(1) + self.delivery.direct.len();
        if self.delivery.draws && kinds == 1 {
            let purpose = match around.network.sampler {
                Sampler::Netpyne => hash_text("conn_fromListConn"),
                Sampler::Fast => hash_text(&self.rule.name),
            };
            listed.drawn = self.drawn_in_order(around, purpose, &list.pairs, &listed);
        }
        listed
    }

    /// NetPyNE's values of a rule that connects every pair: those of all pairs, a cell with itself among them, from one
    /// stream. `None` where each pair has its own.
    fn drawn_over_all(&mut self, around: &Surroundings) -> Option<Vec<Vec<f64>>> {
        let kinds = self.delivery.contacts.len().min(1) + self.delivery.direct.len();
        let wanted = around.network.quirks == Quirks::Netpyne
            && matches!(self.rule.choice(), Some(PairChoice::Full))
            && self.delivery.draws
            && kinds == 1;
        if !wanted {
            return None;
        }
        let (pres, posts) = (self.pre.len() as u32, self.post.len() as u32);
        let all: Vec<(u32, u32)> = (0..pres)
            .flat_map(|pre| (0..posts).map(move |post| (pre, post)))
            .collect();
        let purpose = hash_text("conn_fullConn");
        let drawn = self.drawn_in_order(around, purpose, &all, &Listed::default());
        let positions = (0..posts).flat_map(|post| {
            let pre = self.pairs.of(post as usize).iter();
            pre.map(move |pre| pre * posts + post)
        });
        self.pairs.listed = Some(positions.collect());
        Some(drawn)
    }

    /// Values of each formula, pair by pair in the order of the list, from one stream for all.
    fn drawn_in_order(
        &self,
        around: &Surroundings,
        purpose: u32,
        pairs: &[(u32, u32)],
        listed: &Listed,
    ) -> Vec<Vec<f64>> {
        let gids = self.pre.cells.iter().chain(&self.post.cells).copied();
        let mut stream = Stream::new(purpose, hash_gids(gids), around.network.seeds.conn);
        let begin = stream.clone();
        let value = |formula: &PairPlan, (pre, post): (u32, u32), stream: &mut Stream| {
            let block = PairBlock {
                pre: Lanes::Same(pre as usize),
                post: Lanes::Same(post as usize),
                len: 1,
            };
            let columns = PairColumns {
                pre: &self.pre,
                post: &self.post,
                block: &block,
            };
            formula.value(&columns, stream)
        };
        let mut column = |(formula, same): (&PairPlan, bool)| {
            if same {
                stream.clone_from(&begin);
            }
            pairs
                .iter()
                .map(|&pair| value(formula, pair, &mut stream))
                .collect()
        };
        let order = evaluation_order(&self.delivery, listed);
        order.into_iter().map(&mut column).collect()
    }
}

/// Splits `where` by the cells that its terms speak of.
fn conditions(
    around: &Surroundings,
    rule: &ConnRule,
    locals: &Locals,
    place: &str,
    errors: &mut NetworkErrors,
) -> Conditions {
    let mut conditions = Conditions::default();
    let Some(value) = &rule.condition else {
        return conditions;
    };
    let found = around.names.condition("where", value, Scope::Pair, locals);
    let mut terms = Vec::new();
    for term in errors.take(place, found).unwrap_or_default() {
        let ends = |end| term.uses(|v| matches!(v, Variable::Position { end: e, .. } if e == end));
        let both = term.draws() || term.uses(|v| !matches!(v, Variable::Position { .. }));
        match (ends(End::Pre), ends(End::Post)) {
            (_, false) if !both => conditions.pre.push(term),
            (false, true) if !both => conditions.post.push(term),
            _ => terms.push(term.into_root()),
        }
    }
    let joined = terms.into_iter().reduce(|a, b| Node::And(Box::new([a, b])));
    conditions.pair = joined.map(Formula::new);
    conditions
}

/// The selected cells that satisfy the conditions.
fn side(
    around: &Surroundings,
    selector: &Selector,
    conditions: &[PairPlan],
    name: &'static str,
    place: &str,
    errors: &mut NetworkErrors,
) -> Side {
    let populations = &around.built.placed.populations;
    let sites = &around.built.placed.sites;
    if let Some((index, count)) = missing_index(around.network, populations, selector) {
        let what = format!("cell {index} of the {name} cells is asked for, but there are {count}");
        let help =
            "cells are counted from 0 among those the populations, cell types and tags select";
        errors.add(place, Mistake::Conflict { what, help });
    }
    let mut cells = select(around.network, populations, selector);
    cells.retain(|&cell| {
        let columns = CellColumns::of(sites, cell as usize);
        let mut unused = Stream::new(0, 0, 0);
        conditions
            .iter()
            .all(|term| term.value(&columns, &mut unused) != 0.0)
    });
    if cells.is_empty() {
        errors.add(place, Mistake::NoCells { side: name });
    }
    Side::new(cells, sites)
}

/// Chooses the pairs of a rule.
struct Choosing<'a> {
    around: &'a Surroundings<'a>,
    rule: &'a ConnRule,
    locals: &'a Locals,
    pre: &'a Side,
    post: &'a Side,
}

impl Choosing<'_> {
    fn pairs(&self, condition: Option<&PairPlan>) -> Result<Pairs, Mistake> {
        let seed = self.around.network.seeds.conn;
        let condition = condition.map(|formula| self.over_pairs(formula, "where"));
        let candidates = Candidates {
            pre: self.pre,
            post: self.post,
            allow_self: self.rule.allow_self,
            condition: condition.as_ref().map(|c| c as &dyn PairValues),
            wanted: self.around.part,
            seed,
            capped: self.around.network.quirks == Quirks::Netpyne,
            rule: match self.around.network.sampler {
                Sampler::Netpyne => None,
                Sampler::Fast => Some(hash_text(&self.rule.name)),
            },
        };
        let formula = |what, value, scope| {
            self.around
                .names
                .formula(what, value, "1", scope, self.locals)
        };
        match self.rule.choice().unwrap_or(PairChoice::Full) {
            PairChoice::Full => Ok(candidates.full()),
            PairChoice::Probability(value) => {
                let formula = formula("probability", value, Scope::Pair)?;
                self.by_probability(&candidates, &formula)
            }
            PairChoice::Convergence(value) => {
                let formula = formula("convergence", value, Scope::Post)?;
                let number = |k: usize| self.number(&formula, self.post, k, "convergence");
                let pairs = candidates.convergence(&number);
                pairs.map_err(|bad| self.partners("convergence", bad, &candidates))
            }
            PairChoice::Divergence(value) => {
                let formula = formula("divergence", value, Scope::Pre)?;
                let number = |k: usize| self.number(&formula, self.pre, k, "divergence");
                let pairs = candidates.divergence(&number);
                pairs.map_err(|bad| self.partners("divergence", bad, &candidates))
            }
            PairChoice::List(list) => self.listed(list, &candidates),
        }
    }

    fn over_pairs<'b>(&'b self, formula: &'b PairPlan, purpose: &str) -> PairFormula<'b> {
        PairFormula {
            formula,
            pre: self.pre,
            post: self.post,
            streams: PairStreams::of(purpose, self.around.network.seeds.conn),
        }
    }

    fn by_probability(
        &self,
        candidates: &Candidates,
        formula: &PairPlan,
    ) -> Result<Pairs, Mistake> {
        let wrong = |value, of, count| Mistake::Number {
            what: "probability".into(),
            value,
            must: "must lie between 0 and 1: limit it with `min(1, ..)` or `max(0, ..)`".into(),
            of,
            count,
        };
        if let Some(p) = formula.constant()
            && !(0.0..=1.0).contains(&p)
        {
            return Err(wrong(p, Whose::All, 1));
        }
        let chance = self.over_pairs(formula, "probability");
        let pairs = candidates.probability(&chance);
        pairs.map_err(|bad| wrong(bad.value, self.whose(&bad), bad.count))
    }

    fn whose(&self, bad: &OutOfRange) -> Whose {
        let pre = bad.pre.map(|k| self.pre.cells[k]);
        let post = bad.post.map(|k| self.post.cells[k]);
        match (pre, post) {
            (Some(pre), Some(post)) => Whose::Pair(pre, post),
            (Some(cell), None) | (None, Some(cell)) => Whose::Cell(cell),
            (None, None) => Whose::All,
        }
    }

    /// A number of partners; random ones are drawn from a stream of the cell.
    fn number(&self, formula: &PairPlan, side: &Side, k: usize, purpose: &str) -> f64 {
        let ids = [side.cells[k], 0, self.around.network.seeds.conn];
        let mut stream = Stream::with_global_index(ids, hash_text(purpose));
        formula.value(&CellColumns::of(&side.sites, k), &mut stream)
    }

    fn partners(&self, what: &'static str, bad: OutOfRange, candidates: &Candidates) -> Mistake {
        let possible = match (bad.pre, bad.post) {
            (_, Some(post)) => candidates.possible_pre(post),
            (Some(pre), _) => candidates.possible_post(pre),
            _ => 0,
        };
        let (value, of, count) = (bad.value, self.whose(&bad), bad.count);
        if value > possible as f64 {
            return Mistake::Partners {
                what,
                value,
                possible,
                of,
                count,
            };
        }
        Mistake::Number {
            what: what.into(),
            value,
            must: "must be a number of at least 0".into(),
            of,
            count,
        }
    }

    fn listed(&self, list: &PairList, candidates: &Candidates) -> Result<Pairs, Mistake> {
        for (index, &(pre, post)) in list.pairs.iter().enumerate() {
            let why = self.wrong_pair(pre, post, candidates);
            if let Some(why) = why {
                return Err(Mistake::Pair {
                    index,
                    pre,
                    post,
                    why,
                });
            }
        }
        let wanted = |post: u32| (self.around.part)(self.post.cells[post as usize]);
        let pairs = list.pairs.iter().copied();
        Ok(Pairs::from_list(pairs, self.post.len(), wanted))
    }

    fn wrong_pair(&self, pre: u32, post: u32, candidates: &Candidates) -> Option<String> {
        let short = |cells: &Side, side: &str| {
            Some(format!("but the rule selects {} {side} cells", cells.len()))
        };
        if pre as usize >= self.pre.len() {
            return short(self.pre, "presynaptic");
        }
        if post as usize >= self.post.len() {
            return short(self.post, "postsynaptic");
        }
        let itself = self.pre.cells[pre as usize] == self.post.cells[post as usize];
        if itself && !self.rule.allow_self {
            return Some("connects a cell to itself, which `allow_self` would permit".into());
        }
        let allowed = candidates.allowed(&[pre], post as usize)[0];
        (!allowed).then(|| "is excluded by `where`".into())
    }
}
