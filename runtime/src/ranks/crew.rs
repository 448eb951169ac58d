//! Ranks that are threads of one program: for tests, and to see what a partition does without MPI.

use super::{Communicator, Gathered, Lost, Ranks};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// One of several ranks, each of which runs on a thread of its own.
///
/// ```
/// use netdsl_runtime::ranks::{Crew, Gathered};
/// let threads: Vec<_> = Crew::of(2)
///     .into_iter()
///     .map(|rank| std::thread::spawn(move || {
///         let mut all = Gathered::default();
///         rank.all_gather(&[rank.rank() as u8], &mut all).unwrap();
///         assert_eq!(all.iter().collect::<Vec<_>>(), [[0], [1]]);
///     }))
///     .collect();
/// threads.into_iter().for_each(|thread| thread.join().unwrap());
/// ```
#[derive(Debug)]
pub struct Crew {
    rank: usize,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    size: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Number of the present exchange.
    round: u64,
    given: Vec<Option<Vec<u8>>>,
    /// What all gave in the last exchange.
    done: Arc<Gathered>,
    lost: Option<usize>,
}

impl Crew {
    /// So many ranks.
    #[must_use]
    pub fn of(size: usize) -> Vec<Ranks> {
        let state = State {
            given: vec![None; size],
            ..State::default()
        };
        let shared = Arc::new(Shared {
            size,
            state: Mutex::new(state),
            changed: Condvar::new(),
        });
        let one = |rank| {
            let shared = Arc::clone(&shared);
            Arc::new(Self { rank, shared }) as Ranks
        };
        (0..size).map(one).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let state = self.shared.state.lock();
        state.unwrap_or_else(PoisonError::into_inner)
    }

    fn exchange(&self, bytes: &[u8]) -> Result<Arc<Gathered>, Lost> {
        let mut state = self.state();
        let round = state.round;
        state.given[self.rank] = Some(bytes.to_vec());
        if state.given.iter().all(Option::is_some) {
            let mut all = Gathered::default();
            for one in state.given.iter_mut().filter_map(Option::take) {
                all.push(&one);
            }
            state.done = Arc::new(all);
            state.round += 1;
            self.shared.changed.notify_all();
        }
        while state.round == round {
            if let Some(rank) = state.lost {
                return Err(Lost { rank });
            }
            let woken = self.shared.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        Ok(Arc::clone(&state.done))
    }
}

impl Communicator for Crew {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.shared.size
    }

    fn all_gather(&self, bytes: &[u8], into: &mut Gathered) -> Result<(), Lost> {
        into.clone_from(&*self.exchange(bytes)?);
        Ok(())
    }

    fn to_first(&self, bytes: &[u8], take: &mut dyn FnMut(usize, &[u8])) -> Result<(), Lost> {
        let all = self.exchange(bytes)?;
        if self.rank == 0 {
            all.iter()
                .enumerate()
                .for_each(|(rank, own)| take(rank, own));
        }
        Ok(())
    }
}

/// Who waits for this rank is told that it has gone.
impl Drop for Crew {
    fn drop(&mut self) {
        let rank = self.rank;
        self.state().lost.get_or_insert(rank);
        self.shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_hear_all_and_the_first_gathers() {
        let crew = Crew::of(3);
        std::thread::scope(|scope| {
            for ranks in crew {
                scope.spawn(move || {
                    let mut all = Gathered::default();
                    for round in 0..50_u8 {
                        let own = vec![round; ranks.rank() + 1];
                        ranks.all_gather(&own, &mut all).unwrap();
                        let lengths: Vec<_> = all.iter().map(<[u8]>::len).collect();
                        assert_eq!(lengths, [1, 2, 3]);
                        assert!(all.iter().flatten().all(|b| *b == round));
                        let mut seen = Vec::new();
                        let mut take = |rank, bytes: &[u8]| seen.push((rank, bytes.len()));
                        ranks.to_first(&own, &mut take).unwrap();
                        let wanted = [(0, 1), (1, 2), (2, 3)];
                        assert_eq!(seen, if ranks.rank() == 0 { &wanted[..] } else { &[] });
                    }
                });
            }
        });
    }

    #[test]
    fn a_rank_that_ends_is_missed() {
        let mut crew = Crew::of(2);
        drop(crew.pop());
        let lost = crew[0].all_gather(&[1], &mut Gathered::default());
        assert_eq!(lost, Err(Lost { rank: 1 }));
    }
}
