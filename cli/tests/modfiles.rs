//! `netdsl mod` as a user sees it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/data/mod")
        .join(name)
}

fn netdsl(args: &[&dyn AsRef<Path>]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netdsl"));
    command.arg("mod").args(args.iter().map(|arg| arg.as_ref()));
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

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is UTF-8")
}

/// A folder with a good file, one that breaks the grammar, and one with an unknown name, in folders inside.
fn mixed(name: &str) -> PathBuf {
    let root = folder(name);
    fs::create_dir_all(root.join("inside/deep")).expect("the folder is there");
    fs::copy(data("refkm.mod"), root.join("inside/good.mod")).expect("it is in the repository");
    let broken = "NEURON { SUFFIX broken }\nASSIGNED { v (mV) }\nBREAKPOINT { v = = 3 }\n";
    fs::write(root.join("inside/deep/broken.mod"), broken).expect("the folder is there");
    let unknown =
        b"NEURON { SUFFIX unknown NONSPECIFIC_CURRENT i }\nASSIGNED { i v }\n: d\xe9j\xe0\nBREAKPOINT { i = gbar*v }\n";
    fs::write(root.join("unknown.mod"), unknown).expect("the folder is there");
    fs::write(root.join("notes.txt"), "BREAKPOINT {").expect("the folder is there");
    root
}

#[test]
fn good_files_are_ok() {
    let output = netdsl(&[
        &"check",
        &data("refkm.mod"),
        &data("refna.mod"),
        &data("refkm.mod"),
    ]);
    let lines = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{lines}");
    assert!(lines.contains("refkm.mod: ok; units: "), "{lines}");
    assert!(
        lines.ends_with(
            "\n2 files: 2 parsed, 2 usable (0 with warnings), 0 unsupported; 0 with VERBATIM\n"
        ),
        "{lines}"
    );
}

#[test]
fn all_files_of_folders_with_reasons_and_kinds() {
    let root = mixed("mixed");
    let output = netdsl(&[&"check", &root]);
    let lines = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{lines}");
    assert!(
        lines.contains(
            "good.mod: ok; units: `exp` wants a pure number, not (mV) at line 11 (and 3 more)\n"
        ),
        "{lines}"
    );
    assert!(lines.contains("broken.mod: unsupported: "), "{lines}");
    assert!(
        lines.contains("unknown.mod: unsupported: ") && lines.contains("gbar"),
        "{lines}"
    );
    assert!(lines.contains(" at line 4"), "{lines}");
    assert!(
        lines.contains("\n3 files: 2 parsed, 1 usable (0 with warnings), 2 unsupported;"),
        "{lines}"
    );
    assert!(!lines.contains("notes.txt"), "{lines}");
}

#[test]
fn json_holds_lines_and_kinds() {
    let root = mixed("mixed_json");
    let output = netdsl(&[&"check", &"--json", &root]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json["totals"]["files"], 3);
    assert_eq!(json["totals"]["parsed"], 2);
    assert_eq!(json["totals"]["usable"], 1);
    let files = json["files"].as_array().expect("it is a list");
    let of = |end: &str| {
        let named = |f: &&Value| f["file"].as_str().is_some_and(|name| name.ends_with(end));
        files.iter().find(named).expect("all files are told")
    };
    assert_eq!(of("broken.mod")["stage"], "parse");
    assert_eq!(of("broken.mod")["problems"][0]["line"], 3);
    assert_eq!(of("unknown.mod")["stage"], "lower");
    assert_eq!(
        of("unknown.mod")["problems"][0]["text"],
        "BREAKPOINT { i = gbar*v }"
    );
    assert_eq!(of("good.mod")["stage"], "program");
    let kinds = json["totals"]["kinds"].as_array().expect("it is a list");
    assert!(
        kinds
            .iter()
            .all(|k| !k["kind"].to_string().contains("gbar"))
    );
}

#[test]
fn paths_without_files_are_code_2() {
    let empty = folder("nothing");
    let missing = empty.join("missing.mod");
    let output = netdsl(&[&"check", &empty, &missing]);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(
        errors.contains("nothing: no .mod file is in this folder"),
        "{errors}"
    );
    assert!(
        errors.contains("missing.mod: no such file or folder"),
        "{errors}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn show_prints_tree_program_and_rust() {
    let output = netdsl(&[&"show", &data("refkm.mod")]);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for part in [
        "NEURON {",
        "current:",
        "state:",
        "impl ::netdsl_lang::mech::abi::Kernel for Mechanism {",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
}

#[test]
fn show_tells_what_is_wrong() {
    let root = mixed("mixed_show");
    let output = netdsl(&[&"show", &root.join("unknown.mod")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("gbar"));
    assert_eq!(
        netdsl(&[&"show", &root.join("none.mod")]).status.code(),
        Some(2)
    );
}

#[test]
fn units_are_told_or_refused() {
    let root = folder("units");
    let text = "NEURON { SUFFIX u NONSPECIFIC_CURRENT i }
UNITS { (mV) = (millivolt) (mA) = (milliamp) }
PARAMETER { g = 1 (siemens/cm2) }
ASSIGNED { v (mV) i (mA/cm2) }
BREAKPOINT { i = v }
";
    let file = root.join("u.mod");
    fs::write(&file, text).expect("the folder is there");
    let told = "u.mod: ok; units: what is assigned to `i` should be (mA/cm2), not (mV) at line 5\n";
    let warned = netdsl(&[&"check", &file]);
    assert_eq!(warned.status.code(), Some(0));
    assert!(text_of(&warned).contains(told), "{}", text_of(&warned));
    let off = text_of(&netdsl(&[&"check", &"--units", &"off", &file]));
    assert!(off.contains("u.mod: ok\n"), "{off}");
    let strict = netdsl(&[&"check", &"--units", &"strict", &file]);
    let lines = text_of(&strict);
    assert_eq!(strict.status.code(), Some(1), "{lines}");
    assert!(lines.contains("0 usable"), "{lines}");
}

fn text_of(output: &Output) -> String {
    text(&output.stdout)
}
