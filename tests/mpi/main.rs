//! Runs under mpirun: the same files for any number of ranks and threads, and what happens when a rank fails.
//!
//! This program starts itself with mpirun, and then is one of the ranks. Without mpirun it fails.

mod cases;
#[allow(dead_code)]
#[path = "../ranks/model.rs"]
mod model;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::time::{Duration, Instant};

/// How a case is looked at.
type Test = fn(&str);

/// What is run.
const TESTS: [(&str, Test); 8] = [
    ("whole", same_files),
    ("cortical", same_files),
    ("gap", same_files),
    ("mistake", one_message),
    ("long", goes_on_after_signals),
    ("streamed", goes_on_after_signals),
    ("panic", ends_soon),
    ("leaves", ends_soon),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [child, case, threads, out] = &args[..]
        && child == "rank"
    {
        return cases::run(case, threads.parse().expect("a number"), Path::new(out));
    }
    let wanted = args.iter().find(|word| !word.starts_with('-'));
    let chosen = TESTS
        .iter()
        .filter(|(name, _)| wanted.is_none_or(|w| name.contains(w.as_str())));
    for (name, test) in chosen {
        let started = Instant::now();
        test(name);
        println!(
            "test {name} ... ok, {:.1} s",
            started.elapsed().as_secs_f64()
        );
    }
    ExitCode::SUCCESS
}

/// A folder of its own for the results of a run.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("mpi")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("there is room for results");
    folder
}

/// Runs a case on so many ranks.
fn start(case: &str, ranks: usize, threads: usize, out: &Path) -> Output {
    match mpirun(case, ranks, threads, out).output() {
        Ok(output) => output,
        Err(error) => panic!(
            "mpirun cannot be started ({error}): install OpenMPI (openmpi-bin), or test without `--features mpi`"
        ),
    }
}

fn mpirun(case: &str, ranks: usize, threads: usize, out: &Path) -> Command {
    let program = std::env::current_exe().expect("this program has a path");
    let count = ranks.to_string();
    let mut mpirun = Command::new("mpirun");
    // as many ranks as wanted on any machine, also in a container without users; they do not spin
    mpirun
        .args(["--oversubscribe", "--bind-to", "none", "-n", &count])
        .arg(program)
        .args(["rank", case, &threads.to_string()])
        .arg(out)
        .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
        .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        .env("OMPI_MCA_mpi_yield_when_idle", "1")
        .env("RUST_BACKTRACE", "0");
    mpirun
}

fn text(output: &Output) -> String {
    let both = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    both.concat()
}

/// All files of a folder with their bytes, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("the folder was made");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("it is readable").path();
        let name = path.file_name().expect("it is in a folder");
        let name = name.to_string_lossy().into_owned();
        (name, fs::read(&path).expect("it is readable"))
    };
    let mut files: Vec<_> = entries.map(read).collect();
    files.sort();
    files
}

fn same_files(case: &str) {
    let mut first: Option<Vec<(String, Vec<u8>)>> = None;
    for (ranks, threads) in [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
        (3, 1),
        (3, 2),
        (4, 1),
        (4, 2),
    ] {
        let out = folder(&format!("{case}-{ranks}-{threads}"));
        let output = start(case, ranks, threads, &out);
        assert!(
            output.status.success(),
            "{case}, {ranks} ranks:\n{}",
            text(&output)
        );
        // what comes after the run is done once
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said.matches("saved").count(), 1, "{said}");
        let found = files(&out);
        assert!(
            found.iter().all(|(_, bytes)| bytes.len() > 1000),
            "{case} is silent"
        );
        match &first {
            None => first = Some(found),
            Some(first) => {
                for (one, many) in first.iter().zip(&found) {
                    assert!(one == many, "{case}: {} differs on {ranks} ranks", one.0);
                }
                assert_eq!(first.len(), found.len());
            }
        }
    }
}

fn one_message(case: &str) {
    let out = folder(case);
    for ranks in [1, 3] {
        let output = start(case, ranks, 1, &out);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(cases::FAILED), "{said}");
        assert_eq!(said.matches("connection rule `EI`").count(), 1, "{said}");
    }
    assert!(files(&out).is_empty(), "a run that failed left files");
}

/// A rank that ends ends all, soon, and says why.
fn ends_soon(case: &str) {
    let started = Instant::now();
    let output = start(case, 3, 1, &folder(case));
    let said = text(&output);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("rank 1 has enough"), "{said}");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(20), "it took {took:?}");
}

/// Killed at some moments, asked to end at others; each time it goes on with another number of ranks.
fn goes_on_after_signals(case: &str) {
    let whole = folder(&format!("{case}-whole"));
    let _ = fs::remove_file(whole.with_extension("ckpt"));
    assert!(start(case, 1, 1, &whole).status.success());
    let out = folder(&format!("{case}-ended"));
    let state = out.with_extension("ckpt");
    let _ = fs::remove_file(&state);
    let mut ends = Vec::new();
    for (moment, (ranks, signal)) in [
        (1, "KILL"),
        (2, "TERM"),
        (1, "KILL"),
        (3, "TERM"),
        (1, "TERM"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut command = match ranks {
            1 => {
                let mut alone = Command::new(std::env::current_exe().expect("it has a path"));
                alone.args(["rank", case, "1"]).arg(&out);
                alone
            }
            ranks => mpirun(case, ranks, 1, &out),
        };
        let before = state.metadata().and_then(|m| m.modified()).ok();
        let command = command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("mpirun is there");
        // until it has written one more, and some time of its own
        let newer = || {
            let now = state.metadata().and_then(|m| m.modified()).ok();
            now.is_some() && now != before
        };
        while !newer() && child.try_wait().expect("it is a child").is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(7 + 13 * moment as u64));
        let id = child.id().to_string();
        let signalled = Command::new("kill").args(["-s", signal, &id]).status();
        let ended = child.wait_with_output().expect("it ends");
        if !signalled.is_ok_and(|s| s.success()) || ended.status.success() {
            // a fast machine was done before
            assert!(ends.len() > 1, "the run is too short to be ended");
            break;
        }
        assert!(!ended.status.success());
        let said = text(&ended);
        assert_eq!(
            said.matches("was asked to end").count(),
            usize::from(signal == "TERM"),
            "{said}"
        );
        ends.push(ranks);
    }
    let output = start(case, 2, 1, &out);
    assert!(output.status.success(), "{}", text(&output));
    for (one, many) in files(&whole).iter().zip(&files(&out)) {
        assert!(
            one == many,
            "{} differs after ends of {ends:?} ranks",
            one.0
        );
    }
}
