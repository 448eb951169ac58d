//! Proof that a model gives the same bytes however it is run, for the tests of model crates.

use crate::error::Error;
use crate::outcome::Run;
use crate::simulation::{Simulation, SimulationBuilder};
use golden::Golden;
use netdsl_lang::model::Network;
use netdsl_runtime::ranks::partition::Deal;
use netdsl_runtime::ranks::{Crew, Ranks};
use std::fmt;
use std::path::{Path, PathBuf};

mod golden;

/// Set it, and stored results are written anew instead of compared.
pub const RENEW: &str = "NETDSL_RENEW";

/// A model that is to give the same bytes with any number of threads and ranks, and those that were stored.
///
/// ```
/// use netdsl::prelude::*;
/// use netdsl::{Reproducible, Simulation};
/// # cell_rule! { pub Cell { soma { L: 20 um, diam: 20 um, hh } } }
/// # population! { pub E: Cell { cells: 20 } }
/// # stimulus! { pub Push: IClamp { dur: 20 ms, amp: 0.2 nA } -> E at soma(0.5) }
/// # fn my_network() -> Network { network! { populations: [E], stimulate: [Push] }.unwrap() }
/// // in a function with `#[test]`
/// Reproducible::new(my_network(), || Simulation::builder().duration(10.ms()))
///     // .golden("tests/golden/my_network.txt")
///     .check()
///     .unwrap();
/// ```
pub struct Reproducible<S> {
    network: Network,
    settings: S,
    threads: Vec<usize>,
    ranks: Vec<usize>,
    golden: Option<PathBuf>,
}

impl<S: Fn() -> SimulationBuilder + Sync> Reproducible<S> {
    /// A model, and the settings of its run.
    pub fn new(network: Network, settings: S) -> Self {
        Self {
            network,
            settings,
            threads: vec![2],
            ranks: vec![2, 3],
            golden: None,
        }
    }

    /// Numbers of threads that are compared with one: 2 if not said.
    #[must_use]
    pub fn threads(mut self, threads: impl Into<Vec<usize>>) -> Self {
        self.threads = threads.into();
        self
    }

    /// Numbers of ranks that are compared with one: 2 and 3 if not said. The ranks are threads of the test that share
    /// nothing but what they send each other, so that neither MPI nor mpirun is needed; cells are dealt out one by one.
    #[must_use]
    pub fn ranks(mut self, ranks: impl Into<Vec<usize>>) -> Self {
        self.ranks = ranks.into();
        self
    }

    /// Compares with the results stored in this file, which is some kilobytes long. It is written, or written anew, if the
    /// environment variable [`RENEW`] is set: `NETDSL_RENEW=1 cargo test`.
    #[must_use]
    pub fn golden(mut self, path: impl Into<PathBuf>) -> Self {
        self.golden = Some(path.into());
        self
    }

    /// Runs the model in all ways, and compares every bit.
    ///
    /// # Errors
    /// The first difference, with cell, time and variable; or why the model does not run.
    pub fn check(self) -> Result<(), Irreproducible> {
        let one = self.run(1, 1)?;
        for (ranks, threads) in self.ways() {
            let other = self.run(ranks, threads)?;
            if let Some(difference) = first_difference(&one, &other) {
                let way = format!("{ranks} rank(s) with {threads} thread(s) each");
                return Err(Irreproducible::Differs { way, difference });
            }
        }
        match &self.golden {
            Some(path) => compare_with_golden(path, &one),
            None => Ok(()),
        }
    }

    /// Each number of threads on one rank, and of ranks with the last number of threads too.
    fn ways(&self) -> Vec<(usize, usize)> {
        let on_one = self.threads.iter().map(|threads| (1, *threads));
        let on_many = self.ranks.iter().map(|ranks| (*ranks, 1));
        let both = self.ranks.last().zip(self.threads.last());
        let both = both.map(|(ranks, threads)| (*ranks, *threads));
        on_one.chain(on_many).chain(both).collect()
    }

    fn run(&self, size: usize, threads: usize) -> Result<Run, Irreproducible> {
        let network = &self.network;
        let settings = &self.settings;
        let one = |ranks: Ranks| -> Result<Run, Error> {
            let settings = settings().threads(threads).ranks(ranks);
            let built = settings.deal(Deal::OneByOne).build(network.clone());
            built.and_then(Simulation::run)
        };
        std::thread::scope(|scope| {
            let one = &one;
            let crew = Crew::of(size).into_iter();
            let started: Vec<_> = crew.map(|ranks| scope.spawn(move || one(ranks))).collect();
            let ended = started.into_iter().map(std::thread::ScopedJoinHandle::join);
            let all: Vec<_> = ended.collect();
            match all.into_iter().next() {
                Some(Ok(run)) => run.map_err(|error| Irreproducible::Fails(error.to_string())),
                _ => Err(Irreproducible::Fails("a rank panicked".into())),
            }
        })
    }
}

/// Why a model is not reproducible.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Irreproducible {
    /// It does not run.
    #[error("{0}")]
    Fails(String),
    /// Two ways to run it differ.
    #[error("with {way} the model gives other results than with one: {difference}")]
    Differs {
        /// How it was run.
        way: String,
        /// The first difference.
        difference: String,
    },
    /// The results are not those that were stored.
    #[error(
        "the model gives other results than {}: {difference}\n  help: if that is meant, store the new ones with `{RENEW}=1 \
         cargo test`", path.display()
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// The first difference.
        difference: String,
    },
    /// The stored results cannot be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: String,
    },
}

/// As it is displayed: what a test prints that unwraps it.
impl fmt::Debug for Irreproducible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

fn compare_with_golden(path: &Path, run: &Run) -> Result<(), Irreproducible> {
    let failed = |cause: std::io::Error| Irreproducible::File {
        path: path.to_owned(),
        cause: cause.to_string(),
    };
    let found = Golden::of(run);
    if std::env::var_os(RENEW).is_some() {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        return std::fs::write(path, found.to_string()).map_err(failed);
    }
    if !path.exists() {
        return Err(Irreproducible::File {
            path: path.to_owned(),
            cause: format!(
                "there are no stored results\n  help: store them with `{RENEW}=1 cargo test`"
            ),
        });
    }
    let stored = std::fs::read_to_string(path).map_err(failed)?;
    match found.difference(&stored) {
        None => Ok(()),
        Some(difference) => Err(Irreproducible::Changed {
            path: path.to_owned(),
            difference,
        }),
    }
}

/// The first spike or sample, by time, that two runs do not share.
fn first_difference(one: &Run, other: &Run) -> Option<String> {
    let spike = first_spike(one, other);
    let sample = first_sample(one, other);
    let weight = first_weight(one, other);
    let found = [spike, sample, weight].into_iter().flatten();
    found
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|first| first.1)
}

type At = (f64, String);

fn first_spike(one: &Run, other: &Run) -> Option<At> {
    let (mut a, mut b) = (one.spikes().iter(), other.spikes().iter());
    loop {
        let same = |a: (f64, u32), b: (f64, u32)| (a.0.to_bits(), a.1) == (b.0.to_bits(), b.1);
        let tell = |(time, gid): (f64, u32), who: &str| {
            Some((
                time,
                format!("cell {gid} spikes at {time:?} ms with {who} only"),
            ))
        };
        match (a.next(), b.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if same(a, b) => {}
            (Some(a), Some(b)) if a.0 <= b.0 => return tell(a, "one rank and thread"),
            (Some(a), None) => return tell(a, "one rank and thread"),
            (_, Some(b)) => return tell(b, "this way"),
        }
    }
}

fn first_weight(one: &Run, other: &Run) -> Option<At> {
    let both = one.weights.iter().zip(&other.weights);
    both.filter_map(|(a, b)| {
        if (&a.pre, &a.post, &a.times) != (&b.pre, &b.post, &b.times) {
            return Some((0.0, format!("`{}` has other connections", a.rule)));
        }
        let mut times = a.times.iter().zip(a.values.iter().zip(&b.values));
        times.find_map(|(time, (x, y))| {
            let differs = x
                .iter()
                .zip(y)
                .position(|(x, y)| x.to_bits() != y.to_bits())?;
            let (x, y, post) = (x[differs], y[differs], a.post[differs]);
            let told = format!(
                "a weight of `{}` on cell {post} at {time} ms is {x:?} with one and {y:?} this way",
                a.rule
            );
            Some((*time, told))
        })
    })
    .min_by(|a, b| a.0.total_cmp(&b.0))
}

fn first_sample(one: &Run, other: &Run) -> Option<At> {
    let labels = |run: &Run| -> Vec<String> {
        run.traces()
            .iter()
            .map(|trace| trace.label.clone())
            .collect()
    };
    if labels(one) != labels(other) {
        return Some((0.0, "other variables are recorded".into()));
    }
    let mut first: Option<At> = None;
    for (a, b) in one.traces().iter().zip(other.traces()) {
        let pairs = a.values.iter().zip(&b.values);
        let differs = pairs.clone().position(|(x, y)| x.to_bits() != y.to_bits());
        let shorter = a.values.len().min(b.values.len());
        let differs = differs.or((a.values.len() != b.values.len()).then_some(shorter));
        let Some(k) = differs else { continue };
        let time = k as f64 * a.interval;
        if first.as_ref().is_none_or(|(known, _)| time < *known) {
            let value =
                |values: &[f64]| values.get(k).map_or("nothing".into(), |x| format!("{x:?}"));
            let (x, y) = (value(&a.values), value(&b.values));
            let told = format!(
                "`{}` at {time} ms is {x} with one and {y} this way",
                a.label
            );
            first = Some((time, told));
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Summary;
    use netdsl_runtime::record::{Spikes, Trace};

    fn run(times: &[f64], values: &[f64]) -> Run {
        Run {
            name: "net".into(),
            populations: Vec::new(),
            spikes: Spikes {
                times: times.to_vec(),
                gids: (0..times.len() as u32).collect(),
            },
            traces: vec![Trace {
                label: "v".into(),
                unit: "mV".into(),
                interval: 0.5,
                values: values.to_vec(),
            }],
            weights: Vec::new(),
            summary: Summary::default(),
            report: netdsl_runtime::Report::default(),
            streams: None,
        }
    }

    #[test]
    fn the_first_difference_is_named() {
        let one = run(&[1.0, 2.0, 3.0], &[-65.0, -64.0, -63.0]);
        assert_eq!(first_difference(&one, &one.clone()), None);
        let later = run(&[1.0, 2.5, 3.0], &[-65.0, -64.0, -63.0]);
        let told = first_difference(&one, &later).unwrap();
        assert_eq!(
            told,
            "cell 1 spikes at 2.0 ms with one rank and thread only"
        );
        let more = run(&[1.0, 2.0, 3.0, 4.0], &[-65.0, -64.0, -63.0]);
        let told = first_difference(&one, &more).unwrap();
        assert_eq!(told, "cell 3 spikes at 4.0 ms with this way only");
        let other = run(&[1.0, 2.5, 3.0], &[-65.0, -64.0 - 1e-13, -63.0]);
        let told = first_difference(&one, &other).unwrap();
        assert!(
            told.starts_with("`v` at 0.5 ms is -64.0 with one and -64.00000000000"),
            "{told}"
        );
    }

    #[test]
    fn golden_results_name_what_changed() {
        let one = run(&[1.0, 2.0], &[-65.0, -64.0]);
        let stored = Golden::of(&one).to_string();
        assert_eq!(Golden::of(&one).difference(&stored), None);
        let told = |run: &Run| Golden::of(run).difference(&stored).unwrap();
        assert_eq!(
            told(&run(&[1.0, 2.25], &[-65.0, -64.0])),
            "cell 1 spiked at 2.0 ms, and now cell 1 spikes at 2.25 ms"
        );
        assert_eq!(
            told(&run(&[1.0], &[-65.0, -64.0])),
            "cell 1 spiked at 2.0 ms, and now no cell spikes"
        );
        assert_eq!(
            told(&run(&[1.0, 2.0], &[-65.0, -64.5])),
            "`v` was -64.0 at 0.5 ms, and is -64.5 now"
        );
    }
}
