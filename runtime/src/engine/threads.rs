//! The threads of a rank.

use crate::error::{BuildError, BuildErrors};
use crate::ranks::Communicator;

/// Calls `f` with so many threads at hand; 0 for those that the machine has, shared with the ranks that use the same cores.
///
/// # Errors
/// They cannot be started.
pub fn on_threads<R: Send>(
    threads: usize,
    ranks: &dyn Communicator,
    f: impl FnOnce() -> R + Send,
) -> Result<R, BuildErrors> {
    let pool = thread_pool(threads, ranks.sharing_cores())?;
    Ok(on(&pool, f))
}

/// With so many `threads`; 0 for what the machine has, shared with other ranks. `None` for one.
pub(super) fn thread_pool(
    threads: usize,
    sharing: usize,
) -> Result<Option<rayon::ThreadPool>, BuildErrors> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let wanted = if threads == 0 {
        (cores / sharing).max(1)
    } else {
        threads
    };
    // more than that are refused when the run is planned, with all that is wrong
    if wanted == 1 || wanted > most(cores) {
        return Ok(None);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(wanted).build();
    pool.map(Some).map_err(|error| BuildErrors {
        errors: vec![BuildError::Value {
            place: "`threads` of the run".into(),
            message: format!("{wanted} threads could not be started ({error}); ask for fewer"),
        }],
    })
}

/// The most threads that are started on a machine with so many cores.
pub(crate) fn most(cores: usize) -> usize {
    64.max(8 * cores)
}

/// In the pool, or on one thread alone.
pub(super) fn on<R: Send>(pool: &Option<rayon::ThreadPool>, f: impl FnOnce() -> R + Send) -> R {
    match pool {
        Some(pool) => pool.install(f),
        // a pool of one: parallel iterators below run there
        None => SINGLE.with(|single| single.install(f)),
    }
}

thread_local! {
    static SINGLE: rayon::ThreadPool =
        rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("one thread can be started");
}
