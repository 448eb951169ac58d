//! Models of NetPyNE 1.1.1, with the cells, connections and spikes that it made of them (`tests/data/netpyne/models`).

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/netpyne/models")
}

/// The text of a model.
fn text(name: &str) -> String {
    let bytes = fs::read(models().join(format!("{name}.json.gz"))).expect("the model is there");
    let mut text = String::new();
    let mut unzipped = flate2::read::GzDecoder::new(bytes.as_slice());
    unzipped.read_to_string(&mut text).expect("it is gzip");
    text
}

/// `text` in a file of that name.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("netpyne");
    fs::create_dir_all(&folder).expect("the folder above is there");
    let path = folder.join(name);
    fs::write(&path, text).expect("the folder is there");
    path
}

fn netpyne(file: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netdsl"));
    command.arg("netpyne").arg(file).args(options);
    command.output().expect("the command starts")
}

#[test]
fn every_model_is_netpynes() {
    let mut compared = 0;
    for entry in fs::read_dir(models()).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let Some(name) = name.strip_suffix(".json.gz") else {
            continue;
        };
        let file = file(&format!("{name}.json"), &text(name));
        let output = netpyne(&file, &["--compare"]);
        let told =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}:\n{told}");
        compared += 1;
    }
    assert!(compared >= 5, "{compared} models");
}

/// The model `two_populations`, changed.
fn changed(name: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
    let mut model: Value = serde_json::from_str(&text("two_populations")).expect("it is JSON");
    change(&mut model);
    file(name, &model.to_string())
}

/// What the command says of a changed model, which it refuses.
fn refused(name: &str, change: impl FnOnce(&mut Value)) -> String {
    let output = netpyne(&changed(name, change), &["--explain"]);
    assert_eq!(output.status.code(), Some(2), "{name}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn all_mistakes_are_told_with_their_place() {
    let told = refused("mistakes.json", |model| {
        let params = &mut model["net"]["params"];
        params["connParams"]["S->M"]["wieght"] = json!(0.1);
        params["connParams"]["S->M"]["preConds"]["pop"] = json!("SS");
        params["cellParams"]["PYR"]["secs"]["soma"]["mechs"]["hh"]["gnabarr"] = json!(0.1);
        params["stimTargetParams"]["bkg"]["source"] = json!("bgk");
        params["popParams"]["S"]["cellType"] = json!("PYRR");
        model["simConfig"]["durration"] = json!(3);
    });
    for words in [
        "netParams.connParams['S->M'].wieght: there is no such key; did you mean `weight`?",
        "netParams.connParams['S->M'].preConds.pop: no cell has this `pop`",
        "netParams.cellParams.PYR.secs.soma.mechs.hh.gnabarr: `hh` has no parameter `gnabarr`; did you mean `gnabar`?",
        "netParams.stimTargetParams.bkg.source: there is no source `bgk`; did you mean `bkg`?",
        "netParams.popParams.S.cellType: no rule of `cellParams` applies to these cells; did you mean `PYR`?",
        "simConfig.durration: there is no such attribute; did you mean `duration`?",
        "NetPyNE: the rule does nothing, and no message appears",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
}

#[test]
fn formulas_that_are_none_are_told() {
    let told = refused("formulas_wrong.json", |model| {
        let rule = &mut model["net"]["params"]["connParams"]["S->M"];
        rule["probability"] = json!("0.5*exp(-dist_3d/100)");
        rule["weight"] = json!("__import__('os')");
        rule["delay"] = json!(-1);
    });
    for words in [
        "did you mean `dist_3D`?",
        "is not arithmetic",
        "the delay is -1 ms",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
}

#[test]
fn what_netpyne_passes_over_is_passed_over_on_demand() {
    let model = changed("lenient.json", |model| {
        model["net"]["params"]["connParams"]["S->M"]["wieght"] = json!(0.1);
    });
    let output = netpyne(&model, &["--lenient", "--compare", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(told["comparison"]["agrees"], json!(true));
    assert_eq!(
        told["notes"][0]["place"],
        json!("netParams.connParams['S->M'].wieght")
    );
}

#[test]
fn differences_are_told() {
    let model = changed("different.json", |model| {
        model["net"]["params"]["connParams"]["S->M"]["probability"] = json!(0.2);
    });
    let output = netpyne(&model, &["--compare", "--build-only"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("connection, NetPyNE's alone"));
}

#[test]
fn results_are_written() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("netpyne/out");
    let model = file("written.json", &text("two_populations"));
    let shown = out.display().to_string();
    let output = netpyne(&model, &["--out", &shown]);
    assert!(output.status.success());
    let lines = |name: &str| {
        fs::read_to_string(out.join(name))
            .expect("it was written")
            .lines()
            .count()
    };
    assert_eq!((lines("cells.csv"), lines("connections.csv")), (41, 152));
    assert!(lines("spikes.csv") > 100);
}
