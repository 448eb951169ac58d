//! Models as JSON.

use crate::common::network;
use netdsl_lang::model::{Network, RunConfig, Seeds, Value};

fn refused(text: &str) -> String {
    match Network::from_json(text, "model.json") {
        Ok(_) => panic!("this was read: {text}"),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn a_model_comes_back_as_it_was() {
    let written = network();
    let text = written.to_json();
    let read = Network::from_json(&text, "model.json").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(read, written);
    assert_eq!(read.to_json(), text);
}

#[test]
fn a_run_comes_back_as_it_was() {
    let mut run = RunConfig::new(250.0);
    run.celsius = 37.0;
    let text = serde_json::to_string(&run).unwrap();
    assert_eq!(RunConfig::from_json(&text, "run.json").unwrap(), run);
    let short = RunConfig::from_json(r#"{"duration": 250, "celsius": 37}"#, "run.json");
    assert_eq!(short.unwrap(), run);
}

#[test]
fn numbers_without_unit_are_numbers_in_the_file() {
    let text = network().to_json();
    assert!(text.contains("\"cells\": 200"), "{text}");
    assert!(text.contains("\"seeds\": 1"), "{text}");
    assert_eq!(
        serde_json::to_string(&Value::new("1e-3")).unwrap(),
        "\"1e-3\""
    );
    assert_eq!(serde_json::to_string(&Value::from(-0.5)).unwrap(), "-0.5");
}

#[test]
fn seeds_are_one_number_or_four() {
    let seeds = |text: &str| {
        let text = format!("{{\"version\": 1, \"seeds\": {text}}}");
        Network::from_json(&text, "model.json").map(|n| n.seeds)
    };
    assert_eq!(seeds("7").unwrap(), Seeds::all(7));
    let each = seeds(r#"{"conn": 5}"#).unwrap();
    assert_eq!(
        each,
        Seeds {
            conn: 5,
            ..Seeds::all(1)
        }
    );
    assert!(
        seeds("-7")
            .unwrap_err()
            .to_string()
            .contains("a seed from 0")
    );
}

#[test]
fn other_versions_are_refused() {
    let text = refused(r#"{"version": 99, "whatever": []}"#);
    assert!(
        text.contains("the version of this model is the number 99"),
        "{text}"
    );
    assert!(text.contains("model.json:1:13"), "{text}");
    assert!(refused("{}").contains("has no `version`"));
}

#[test]
fn what_is_not_json_is_located() {
    let text = refused("{\"version\": 1,\n  \"populations\": [}\n");
    assert!(text.contains("this is not JSON"), "{text}");
    assert!(text.contains("model.json:2:"), "{text}");
}

#[test]
fn all_mistakes_of_structure_are_found_at_their_places() {
    let text = refused(
        r#"{
  "version": 1,
  "seed": 3,
  "sampler": "quick",
  "shape": "cuboid",
  "populations": [
    {"name": "E", "cell": "C", "densty": 10},
    {"cell": "C", "cells": 10, "cells": 11},
    {"name": "I", "cell": 3, "positions": [[0, 0]]}
  ],
  "connections": [{"name": "EI", "pre": {}, "post": {}, "weight": [1], "list": {"pairs": [[0, -1]]}}]
}"#,
    );
    for words in [
        "there is no field `seed`; did you mean `seeds`?",
        "model.json:3:3",
        "there is no choice `quick`",
        "populations[0]: there is no field `densty`; did you mean `density`?",
        "model.json:7:32",
        "populations[1]: the field `cells` is given twice",
        "populations[1]: the field `name` is missing",
        "populations[2].cell: this should be a text, not the number 3",
        "populations[2].positions[0]: this should be a list of 3 items, but has 2",
        "connections[0].weight: this should be a value like \"0.5 ms\", not a list",
        "connections[0].list.pairs[0][1]: this should be a whole number from 0 to 4294967295, not the number -1",
        "9 mistakes",
    ] {
        assert!(text.contains(words), "no {words:?} in\n{text}");
    }
}
