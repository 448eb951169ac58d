//! The command as a user sees it: files in, text and exit code out.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/data")
        .join(name)
}

fn case(name: &str) -> PathBuf {
    data(&format!("reference/{name}.json.gz"))
}

fn netdsl(args: &[&dyn AsRef<Path>]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netdsl"));
    command.args(args.iter().map(|arg| arg.as_ref()));
    command.output().expect("the command starts")
}

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.exists() {
        fs::remove_dir_all(&path).expect("it is ours");
    }
    fs::create_dir_all(&path).expect("the folder above is there");
    path
}

/// The text of a case as a tree.
fn json(name: &str) -> Value {
    let bytes = fs::read(case(name)).expect("the case is in the repository");
    let mut text = String::new();
    let mut unzipped = flate2::read::GzDecoder::new(bytes.as_slice());
    unzipped.read_to_string(&mut text).expect("it is gzip");
    serde_json::from_str(&text).expect("it is JSON")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is UTF-8")
}

#[test]
fn agreement_is_code_0() {
    let output = netdsl(&[
        &"verify",
        &case("p02b_ball_and_stick_passive"),
        &case("p11_geometry"),
    ]);
    let report = text(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{report}{}",
        text(&output.stderr)
    );
    assert!(
        report.ends_with("\n2 passed, 0 failed, 0 unusable\n"),
        "{report}"
    );
}

#[test]
fn difference_is_code_1_with_details() {
    let mut file = json("p02b_ball_and_stick_passive");
    file["results"]["traces"][0]["values"][800] = (-60).into();
    file["results"]["spikes"]["t"] = serde_json::json!([7.5]);
    file["results"]["spikes"]["gid"] = serde_json::json!([0]);
    let path = folder("difference").join("changed.json");
    fs::write(&path, file.to_string()).expect("the folder is there");
    let output = netdsl(&[&"verify", &path]);
    let report = text(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{report}{}",
        text(&output.stderr)
    );
    assert!(
        report.contains("spikes: 1 expected, 0 found, 0 the same"),
        "{report}"
    );
    assert!(report.contains("missing: gid 0 at 7.5 ms"), "{report}");
    assert!(report.contains("trace v_soma: off by"), "{report}");
    assert!(report.contains("at 20.000000 ms"), "{report}");
}

#[test]
fn unusable_input_is_code_2_and_the_rest_is_told() {
    let nowhere = data("nowhere.json");
    let output = netdsl(&[
        &"verify",
        &case("p06_stdp"),
        &nowhere,
        &case("p02b_ball_and_stick_passive"),
    ]);
    let report = text(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{report}");
    let missing =
        "no mechanism is called `RefSTDP`; name the folder with their .mod files: --mechanisms DIR";
    assert!(report.contains(missing), "{report}");
    assert!(report.contains("nowhere.json\n  No such file"), "{report}");
    assert!(
        report.ends_with("\n1 passed, 0 failed, 2 unusable\n"),
        "{report}"
    );
}

#[test]
fn json_holds_the_comparison() {
    let output = netdsl(&[
        &"verify",
        &"--json",
        &"--mechanisms",
        &data("mod"),
        &case("p06_stdp"),
    ]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(report[0]["verdict"], "passed", "{report}");
    assert_eq!(report[0]["comparison"]["traces"][0]["label"], "w_dt-40");
}

#[test]
fn results_are_written_once() {
    let out = folder("results");
    let arguments: [&dyn AsRef<Path>; 6] = [
        &"run",
        &case("p04_two_cells"),
        &"--out",
        &out,
        &"--tstop",
        &"10",
    ];
    let output = netdsl(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let spikes = fs::read_to_string(out.join("spikes.csv")).expect("it was written");
    let lines: Vec<_> = spikes.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, "t_ms,gid"));
    assert!(
        lines[1].starts_with("4.3") && lines[1].ends_with(",0"),
        "{spikes}"
    );
    let traces = fs::read_to_string(out.join("traces.csv")).expect("it was written");
    assert!(
        traces.starts_with("label,unit,t_ms,value\nv_soma0,mV,0,-65\n"),
        "{}",
        &traces[..80]
    );
    assert_eq!(traces.lines().count(), 1 + 5 * 401);
    let left: Vec<_> = fs::read_dir(&out).expect("it is there").collect();
    assert_eq!(left.len(), 2);

    let again = netdsl(&arguments);
    assert_eq!(again.status.code(), Some(2));
    assert!(
        text(&again.stderr).contains("--force"),
        "{}",
        text(&again.stderr)
    );
    let mut forced = arguments.to_vec();
    forced.push(&"--force");
    assert_eq!(netdsl(&forced).status.code(), Some(0));
}

#[test]
fn a_model_runs_with_its_parameters_set() {
    let out = folder("model");
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/feedback.json");
    let run = |more: &[&dyn AsRef<Path>]| {
        let mut arguments: Vec<&dyn AsRef<Path>> = vec![&"run", &model, &"--out", &out, &"--force"];
        arguments.extend(
            ["--tstop", "40"]
                .iter()
                .map(|word| word as &dyn AsRef<Path>),
        );
        arguments.extend(more);
        netdsl(&arguments)
    };
    let output = run(&[]);
    let report = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(report.contains("50 cells, 300 compartments"), "{report}");
    let spikes = || fs::read_to_string(out.join("spikes.csv")).expect("it was written");
    let usual = spikes();
    assert!(usual.lines().count() > 10, "{usual}");
    let traces = fs::read_to_string(out.join("traces.csv")).expect("it was written");
    assert!(traces.starts_with("label,unit,t_ms,value\nv,mV,0,-65\n"));
    assert_eq!(traces.lines().count(), 1 + 1601);

    let told = text(&run(&[&"--report"]).stdout);
    assert!(told.contains(" ns per compartment and step"), "{told}");
    assert!(
        told.contains("  currents ") && told.contains(" for each connection"),
        "{told}"
    );

    assert_eq!(run(&[&"--seed", &"2"]).status.code(), Some(0));
    assert_ne!(spikes(), usual, "another seed");
    let output = run(&[&"--set", &"lambda=3ms", &"--set", &"EI.lamda=1um"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("`lambda` is a length"), "{told}");
    assert!(told.contains("no named parameter `EI.lamda`"), "{told}");
    let output = netdsl(&[&"verify", &model]);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stdout);
    assert!(told.contains("not a reference file"), "{told}");
}

#[test]
fn streamed_results_are_those_of_a_run_that_keeps_them() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/feedback.json");
    let run = |out: &PathBuf, more: &[&str]| {
        let mut arguments: Vec<&dyn AsRef<Path>> = vec![&"run", &model, &"--out", out];
        let words = ["--tstop", "40"].iter().chain(more);
        arguments.extend(words.map(|word| word as &dyn AsRef<Path>));
        netdsl(&arguments)
    };
    let (kept, streamed) = (folder("kept"), folder("streamed"));
    let summary = |output: Output| {
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let said = text(&output.stdout);
        let rates = said.lines().filter(|line| line.contains(" Hz"));
        rates.map(str::to_owned).collect::<Vec<_>>()
    };
    let rates = summary(run(&kept, &[]));
    assert_eq!(summary(run(&streamed, &["--stream"])), rates);
    let read = |folder: &Path, name: &str| fs::read(folder.join(name)).expect("it was written");
    // one recording: the order of its samples is the same
    for name in ["spikes.csv", "traces.csv"] {
        assert!(read(&kept, name) == read(&streamed, name), "{name} differs");
    }
}

/// A limit on the size of files is told like a full disk, instead of a signal that ends the program without a word.
#[cfg(unix)]
#[test]
fn files_that_may_not_grow_are_told() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/feedback.json");
    for more in ["--stream", ""] {
        let out = folder(&format!("limited{more}"));
        let script = format!(
            "ulimit -f 8; exec {} run {} --out {} --tstop 40 {more}",
            env!("CARGO_BIN_EXE_netdsl"),
            model.display(),
            out.display()
        );
        let output = Command::new("sh").args(["-c", &script]).output();
        let output = output.expect("there is a shell");
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert_eq!(told.matches("File too large").count(), 1, "{told}");
        for name in ["spikes.csv", "traces.csv"] {
            assert!(!out.join(name).exists(), "{name} looks whole");
        }
    }
}

/// What mpirun would start is not N copies of the whole run.
#[cfg(not(feature = "mpi"))]
#[test]
fn several_ranks_without_mpi_are_stopped() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/feedback.json");
    let out = folder("ranks");
    let start = |rank: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netdsl"));
        command.env("OMPI_COMM_WORLD_SIZE", "4");
        command.env("OMPI_COMM_WORLD_RANK", rank);
        command.args([Path::new("run"), &model, Path::new("--out"), &out]);
        command.output().expect("the command starts")
    };
    let first = start("0");
    assert_eq!(first.status.code(), Some(2));
    let told = text(&first.stderr);
    assert!(
        told.contains("started as 4 ranks, but it was built without MPI"),
        "{told}"
    );
    assert!(told.contains("--features mpi"), "{told}");
    let third = start("2");
    assert_eq!(
        (third.status.code(), text(&third.stderr)),
        (Some(0), String::new())
    );
    assert!(!out.exists() || out.read_dir().expect("it is a folder").next().is_none());
}
