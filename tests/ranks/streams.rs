//! Results that go to files while a run goes on.

use crate::model::{network, on_crew, settings};
use netdsl::model::Sampler;
use netdsl::prelude::*;
use netdsl::runtime::ranks::partition::Deal;
use netdsl::{Run, SimulationBuilder};
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("streams");
    let folder = folder.join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("there is room");
    folder
}

fn run(
    ranks: usize,
    threads: usize,
    more: impl Fn(SimulationBuilder) -> SimulationBuilder + Sync,
) -> Result<Run, String> {
    on_crew(ranks, Deal::OneByOne, &network(Sampler::Fast), || {
        more(settings().threads(threads))
    })
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("the file is there")
}

/// Both files; there is no other.
fn both(folder: &Path) -> [String; 2] {
    let count = std::fs::read_dir(folder).expect("it is a folder").count();
    assert_eq!(count, 2, "{} has other files", folder.display());
    ["spikes.csv", "traces.csv"].map(|name| read(folder, name))
}

#[test]
fn files_have_what_a_run_keeps() {
    let (kept, streamed) = (folder("kept"), folder("whole"));
    let whole = run(1, 1, |s| s).expect("it runs");
    whole.save_spikes(kept.join("spikes.csv")).expect("room");
    whole.save_traces(kept.join("traces.csv")).expect("room");
    let [spikes, traces] = both(&kept);
    let run_1 = run(1, 1, |s| s.stream(&streamed)).expect("it runs");
    assert_eq!(run_1.summary().populations, whole.summary().populations);
    let first = both(&streamed);
    assert!(first[0] == spikes, "other spikes");
    let sorted = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    assert!(sorted(&first[1]) == sorted(&traces), "other samples");
    let time = |line: &str| line.rsplit(',').nth(1)?.parse::<f64>().ok();
    let times: Vec<f64> = first[1].lines().skip(1).filter_map(time).collect();
    assert!(times.is_sorted() && times.len() > 1000);
    let copy = folder("copy");
    run_1.save_spikes(copy.join("again.csv")).expect("room");
    assert!(read(&copy, "again.csv") == spikes);
    for (ranks, threads) in [(1, 2), (2, 1), (3, 2)] {
        let other = folder(&format!("{ranks}-{threads}"));
        run(ranks, threads, |s| s.stream(&other)).expect("it runs");
        assert!(both(&other) == first, "{ranks} ranks, {threads} threads");
    }
}

#[test]
fn an_interrupted_run_goes_on_in_its_files() {
    let whole = folder("uninterrupted");
    run(1, 1, |s| s.stream(&whole)).expect("it runs");
    let whole = both(&whole);
    for (k, (before, after)) in [(1, 3), (3, 2), (2, 1)].into_iter().enumerate() {
        let out = folder(&format!("interrupted-{k}"));
        let state = out.with_extension("ckpt");
        // a run that is over at 31 ms, and has written more than its last checkpoint knows of
        let keeps = |s: SimulationBuilder| {
            s.duration(31.ms())
                .stream(&out)
                .checkpoint(&state)
                .checkpoint_every(7.ms())
        };
        run(before, 1, keeps).expect("it runs");
        if k > 0 {
            // as a run leaves them that is killed
            for name in ["spikes.csv", "traces.csv"] {
                let partial = out.join(format!("{name}.partial"));
                std::fs::rename(out.join(name), partial).expect("it is there");
            }
        }
        run(after, 1, |s| s.stream(&out).resume(&state)).expect("it goes on");
        assert!(both(&out) == whole, "from {before} ranks to {after}");
    }
}

fn refused(more: impl Fn(SimulationBuilder) -> SimulationBuilder + Sync) -> String {
    match run(2, 1, more) {
        Ok(run) => panic!("it runs: {}", run.summary()),
        Err(message) => message,
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let out = folder("refused");
    let state = out.with_extension("ckpt");
    let keeps = |s: SimulationBuilder| {
        s.duration(20.ms())
            .checkpoint(&state)
            .checkpoint_every(5.ms())
    };
    run(2, 1, |s| keeps(s).stream(&out)).expect("it runs");
    let told = refused(|s| s.resume(&state));
    assert!(told.contains("wrote its results to files"), "{told}");
    std::fs::write(out.join("spikes.csv"), "t_ms,gid\n").expect("room");
    let told = refused(|s| s.resume(&state).stream(&out));
    assert!(told.contains("does not begin with the"), "{told}");
    run(2, 1, keeps).expect("it runs");
    let told = refused(|s| s.resume(&state).stream(&out));
    assert!(told.contains("kept its results in memory"), "{told}");
    let told = refused(|s| s.stream("/proc/nowhere"));
    assert!(told.contains("cannot be made"), "{told}");
}

/// All that is written to that device finds the disk full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_once_and_leaves_no_whole_file() {
    for name in ["spikes.csv", "traces.csv"] {
        let out = folder(&format!("full-{name}"));
        let partial = out.join(format!("{name}.partial"));
        std::os::unix::fs::symlink("/dev/full", partial).expect("room");
        let told = refused(|s| s.stream(&out));
        assert_eq!(told.matches("cannot be written to").count(), 1, "{told}");
        assert!(told.contains(name) && told.contains("No space"), "{told}");
        assert!(!out.join("spikes.csv").exists() && !out.join("traces.csv").exists());
    }
}
