//! Ranks that are processes: MPI. The only file that names the crate.

use super::launcher::{Launched, StartError};
use super::{Communicator, Gathered, Lost, Ranks};
use mpi::Threading;
use mpi::collective::CommunicatorCollectives;
use mpi::datatype::PartitionMut;
use mpi::environment::Universe;
use mpi::point_to_point::{Destination, Source};
use mpi::topology::{Communicator as _, SimpleCommunicator};
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that each rank sends in the first of the two collectives of a gathering: the second is seldom needed.
const HEAD: usize = 256;
/// The first of them are the length of all.
const LENGTH: usize = size_of::<u64>();
/// A length that says: this rank has ended.
const GOODBYE: u64 = u64::MAX;
/// Bytes of a message between two ranks.
const MESSAGE: usize = 16 << 20;
/// Exit code after a panic, as Rust's own.
const PANICKED: i32 = 101;

/// No rank is missing so far.
const NONE: usize = usize::MAX;
/// The rank that ended first.
static GONE: AtomicUsize = AtomicUsize::new(NONE);
/// MPI is at work.
static RUNNING: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Ends MPI when the thread that started it ends, at `exit` too.
    static ENDING: RefCell<Option<Ending>> = const { RefCell::new(None) };
}

struct Ending {
    world: Arc<World>,
    _universe: Universe,
}

/// Tells ranks that still work that this one does not, before the universe ends.
impl Drop for Ending {
    fn drop(&mut self) {
        self.world.say_goodbye();
        RUNNING.store(false, Ordering::SeqCst);
    }
}

/// All ranks of `MPI_COMM_WORLD`.
#[derive(Debug)]
struct World {
    rank: usize,
    size: usize,
    sharing_cores: usize,
    /// Heads of all ranks.
    heads: Mutex<Vec<u8>>,
}

/// Starts MPI.
pub(super) fn start(launched: Launched) -> Result<Ranks, StartError> {
    let started = mpi::initialize_with_threading(Threading::Serialized);
    let (universe, threading) = started.ok_or(StartError::Unusable("it was started before"))?;
    if !matches!(threading, Threading::Serialized | Threading::Multiple) {
        let why = "it does not allow calls from threads (MPI_THREAD_SERIALIZED)";
        return Err(StartError::Unusable(why));
    }
    let communicator = universe.world();
    let (rank, size) = (communicator.rank() as usize, communicator.size() as usize);
    if size != launched.size {
        let (started, known) = (launched.size, size);
        return Err(StartError::Foreign { started, known });
    }
    let mut world = World {
        rank,
        size,
        sharing_cores: 1,
        heads: Mutex::default(),
    };
    RUNNING.store(true, Ordering::SeqCst);
    world.sharing_cores = world.count_sharing()?;
    let world = Arc::new(world);
    let ending = Ending {
        world: Arc::clone(&world),
        _universe: universe,
    };
    ENDING.with(|slot| *slot.borrow_mut() = Some(ending));
    end_all_on_panic();
    Ok(world)
}

/// A panic anywhere ends all ranks, after its message.
fn end_all_on_panic() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        tell(info);
        if RUNNING.load(Ordering::SeqCst) {
            SimpleCommunicator::world().abort(PANICKED);
        }
    }));
}

/// The machine, and the cores that this process may use there.
fn own_cores() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let status = read("/proc/self/status");
    let allowed = status
        .lines()
        .find(|line| line.starts_with("Cpus_allowed_list"));
    format!(
        "{}{}",
        read("/proc/sys/kernel/hostname"),
        allowed.unwrap_or_default()
    )
}

impl World {
    /// Ranks on this machine that may use the same cores: all, or those that mpirun bound to the same.
    fn count_sharing(&self) -> Result<usize, StartError> {
        let cores = own_cores();
        let mut all = Gathered::default();
        let gathered = self.all_gather(cores.as_bytes(), &mut all);
        gathered.map_err(|_| StartError::Unusable("a rank ended when it started"))?;
        Ok(all
            .iter()
            .filter(|theirs| *theirs == cores.as_bytes())
            .count())
    }

    /// Exchanges heads: a length, and as much of `bytes` as goes with it. The lengths of all ranks.
    fn exchange_heads(&self, length: u64, bytes: &[u8], heads: &mut Vec<u8>) -> Vec<u64> {
        let mut head = [0; HEAD];
        head[..LENGTH].copy_from_slice(&length.to_le_bytes());
        let own = bytes.len().min(HEAD - LENGTH);
        head[LENGTH..LENGTH + own].copy_from_slice(&bytes[..own]);
        heads.resize(HEAD * self.size, 0);
        SimpleCommunicator::world().all_gather_into(&head[..], &mut heads[..]);
        let length = |head: &[u8]| {
            let bytes = head[..LENGTH].try_into();
            u64::from_le_bytes(bytes.expect("a head begins with a length"))
        };
        heads.chunks_exact(HEAD).map(length).collect()
    }

    /// As long as all work, the lengths of all ranks.
    fn lengths(&self, bytes: &[u8], heads: &mut Vec<u8>) -> Result<Vec<u64>, Lost> {
        let gone = |rank| Err(Lost { rank });
        match GONE.load(Ordering::SeqCst) {
            NONE => {}
            rank => return gone(rank),
        }
        let lengths = self.exchange_heads(bytes.len() as u64, bytes, heads);
        match lengths.iter().position(|length| *length == GOODBYE) {
            None => Ok(lengths),
            Some(rank) => {
                GONE.store(rank, Ordering::SeqCst);
                gone(rank)
            }
        }
    }

    fn say_goodbye(&self) {
        let own = (NONE, self.rank);
        let first = GONE.compare_exchange(own.0, own.1, Ordering::SeqCst, Ordering::SeqCst);
        // who has heard of one that ended does not wait for the others
        if first.is_ok() {
            self.exchange_heads(GOODBYE, &[], &mut Vec::new());
        }
    }
}

impl Communicator for World {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn sharing_cores(&self) -> usize {
        self.sharing_cores
    }

    fn leave(&self) {
        if self.rank > 0 {
            std::process::exit(0);
        }
    }

    fn all_gather(&self, bytes: &[u8], into: &mut Gathered) -> Result<(), Lost> {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        let lengths = self.lengths(bytes, &mut heads)?;
        let in_head = |length: u64| (length as usize).min(HEAD - LENGTH);
        let counts: Vec<i32> = lengths
            .iter()
            .map(|&length| i32::try_from(length as usize - in_head(length)))
            .collect::<Result<_, _>>()
            .expect("ranks gather less than 2 GB at a time");
        let mut starts = Vec::with_capacity(counts.len());
        let mut total = 0_i32;
        for count in &counts {
            starts.push(total);
            let sum = total.checked_add(*count);
            total = sum.expect("ranks gather less than 2 GB at a time");
        }
        let mut rest = vec![0_u8; total as usize];
        if total > 0 {
            let own = &bytes[in_head(bytes.len() as u64)..];
            let mut parts = PartitionMut::new(&mut rest[..], &counts[..], &starts[..]);
            SimpleCommunicator::world().all_gather_varcount_into(own, &mut parts);
        }
        into.clear();
        for (rank, &length) in lengths.iter().enumerate() {
            let first = HEAD * rank + LENGTH;
            let start = starts[rank] as usize;
            into.push_parts(
                &heads[first..first + in_head(length)],
                &rest[start..start + counts[rank] as usize],
            );
        }
        Ok(())
    }

    fn to_first(&self, bytes: &[u8], take: &mut dyn FnMut(usize, &[u8])) -> Result<(), Lost> {
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        let lengths = self.lengths(bytes, &mut heads)?;
        let world = SimpleCommunicator::world();
        if self.rank > 0 {
            let first = world.process_at_rank(0);
            bytes.chunks(MESSAGE).for_each(|part| first.send(part));
            return Ok(());
        }
        take(0, bytes);
        let mut held = Vec::new();
        for (rank, &length) in lengths.iter().enumerate().skip(1) {
            held.resize(length as usize, 0);
            let from = world.process_at_rank(rank as i32);
            for part in held.chunks_mut(MESSAGE) {
                from.receive_into(part);
            }
            take(rank, &held);
        }
        Ok(())
    }
}
