//! Runs that are interrupted and go on, with the same bits.

use crate::bits;
use crate::model::{network, on_crew, settings};
use netdsl::model::Sampler;
use netdsl::prelude::*;
use netdsl::runtime::ranks::partition::Deal;
use netdsl::{Run, SimulationBuilder};
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("going_on");
    std::fs::create_dir_all(&folder).expect("there is room");
    folder.join(name)
}

fn run(
    size: usize,
    threads: usize,
    more: impl Fn(SimulationBuilder) -> SimulationBuilder + Sync,
) -> Result<Run, String> {
    let network = network(Sampler::Fast);
    on_crew(size, Deal::OneByOne, &network, || {
        more(settings().threads(threads))
    })
}

#[test]
fn another_number_of_ranks_goes_on_with_the_same_bits() {
    let whole = bits(&run(1, 1, |s| s).expect("it runs"));
    // a run that ends at 31 ms, with its last checkpoint somewhere before
    for (k, (before, after)) in [
        ((1, 1), (1, 2)),
        ((1, 2), (3, 1)),
        ((2, 1), (1, 1)),
        ((4, 1), (2, 2)),
    ]
    .into_iter()
    .enumerate()
    {
        for every in [1.0, 7.3] {
            let path = file(&format!("{k}-{every}.ckpt"));
            let _ = std::fs::remove_file(&path);
            let keeps = |s: SimulationBuilder| {
                s.duration(31.ms())
                    .checkpoint(&path)
                    .checkpoint_every(every.ms())
            };
            run(before.0, before.1, keeps).expect("it runs");
            let goes_on = |s: SimulationBuilder| s.resume(&path);
            let resumed = run(after.0, after.1, goes_on).expect("it goes on");
            assert!(
                bits(&resumed) == whole,
                "from {before:?} to {after:?} (ranks, threads), every {every} ms: other bits"
            );
        }
    }
}

#[test]
fn checkpoints_do_not_change_a_run() {
    let whole = bits(&run(1, 1, |s| s).expect("it runs"));
    let path = file("kept.ckpt");
    let kept = |s: SimulationBuilder| s.checkpoint(&path).checkpoint_every(2.5.ms());
    for size in [1, 3] {
        assert!(
            bits(&run(size, 1, kept).expect("it runs")) == whole,
            "{size} ranks"
        );
    }
}

#[test]
fn files_that_do_not_fit_are_refused_on_all_ranks() {
    let path = file("whole.ckpt");
    let keeps = |s: SimulationBuilder| {
        s.duration(12.ms())
            .checkpoint(&path)
            .checkpoint_every(5.ms())
    };
    run(2, 1, keeps).expect("it runs");
    let refused =
        |path: &Path, more: fn(SimulationBuilder) -> SimulationBuilder| match run(2, 1, |s| {
            more(s.resume(path))
        }) {
            Ok(run) => panic!("it runs: {}", run.summary()),
            Err(message) => message,
        };
    let same = |s| s;
    let other_step = |s: SimulationBuilder| s.dt(0.05.ms());
    assert!(refused(&path, other_step).contains("of another model, or of a run with another step"));
    let shorter = |s: SimulationBuilder| s.duration(3.ms());
    assert!(refused(&path, shorter).contains("but the run is to end at 3 ms"));
    let bytes = std::fs::read(&path).expect("it was written");
    let cut = file("cut.ckpt");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("there is room");
    assert!(refused(&cut, same).contains("is not whole"));
    let foreign = file("foreign.ckpt");
    std::fs::write(&foreign, "t_ms,gid\n").expect("there is room");
    assert!(refused(&foreign, same).contains("is no checkpoint"));
    assert!(refused(&file("nowhere.ckpt"), same).contains("cannot be read"));
    let unwritable =
        |s: SimulationBuilder| s.checkpoint("/proc/state.ckpt").checkpoint_every(5.ms());
    let told = run(2, 1, unwritable).map(|run| run.summary().to_string());
    assert!(
        told.expect_err("it cannot be written")
            .contains("cannot be written")
    );
}
