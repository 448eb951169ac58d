//! Slips that once went unnoticed, and how much of a file a message shows.

use crate::common::network;
use crate::misuse::{says, wrong};
use netdsl_lang::model::*;

#[test]
fn selectors_that_select_nothing_by_name() {
    let text = wrong(|n| n.connections[0].pre = Selector::default());
    says(
        &text,
        &["rule `EI`", "which presynaptic cells are meant is not said"],
    );
    let text = wrong(|n| n.stimuli[0].target = Selector::default());
    says(&text, &["stimulus `Drive`", "which target cells are meant"]);
    let text = wrong(|n| n.connections[0].pre.tags.push("layer", Vec::new()));
    says(&text, &["no value of the tag `layer` is named"]);
    let text = wrong(|n| n.connections[0].pre.cells = Some(Vec::new()));
    says(&text, &["no cell is chosen"]);
    let text = wrong(|n| n.connections[0].pre.cells = Some(vec![3, 1, 3]));
    says(&text, &["cell 3 is chosen twice"]);
}

#[test]
fn parameters_whose_names_are_taken() {
    for name in ["pi", "dist_3d", "um", "exp", "x", "if"] {
        let text = wrong(|n| n.params.push(name, "1"));
        assert!(text.contains(&format!("`{name}` is a")), "{text}");
        assert!(text.contains("cannot name a parameter"), "{text}");
    }
    let text = wrong(|n| n.connections[0].params.push("dist_3d", "5 um"));
    says(&text, &["rule `EI`", "`dist_3d` is a variable"]);
    let text = wrong(|n| n.cell_types[0].per_cell.push("dist_path", "5 um"));
    says(&text, &["`Pyramidal`", "`dist_path` is a variable"]);
}

#[test]
fn values_that_are_given_twice() {
    let text = wrong(|n| n.connections[1].weight = Some("1 nS".into()));
    says(&text, &["rule `Listed`", "the list has `weights`, too"]);
    let text = wrong(|n| n.connections[1].synapses[0].weight = Some("1 nS".into()));
    says(&text, &["rule `Listed`", "a synapse has a `weight`"]);
    let text = wrong(|n| n.connections[0].synapses[0].weight = Some("1 nS".into()));
    says(&text, &["rule `EI`", "every synapse has one of its own"]);
}

#[test]
fn things_that_would_do_nothing() {
    let text = wrong(|n| {
        n.stimuli[1].mechanism = "Exp2Syn".into();
        n.stimuli[1].parameters = Table::default();
    });
    says(
        &text,
        &["stimulus `Clamp`", "`Exp2Syn` does nothing without events"],
    );
    let text = wrong(|n| {
        n.globals.push(
            "hh",
            Table::default().with("usetable", Setting::Each(Vec::new())),
        )
    });
    assert!(text.contains("`usetable` has no values"), "{text}");
}

#[test]
fn constants_that_cannot_be_meant() {
    let text = wrong(|n| {
        n.connections[0].probability = None;
        n.connections[0].convergence = Some("2.5".into());
    });
    says(&text, &["`convergence` is a whole number, not 2.5"]);
    let text = wrong(|n| n.connections[0].delay = Some("1 Ms".into()));
    says(&text, &["`delay` lies between 0 and 1000000 ms"]);
}

/// What reading a file says.
fn unreadable(text: &str) -> String {
    match Network::from_json(text, "model.json") {
        Ok(_) => panic!("nothing was found"),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn files_that_are_not_json() {
    for text in [
        "{\"version\": 1, \"shape\": é, \"name\": \"x\"}",
        "{\"version\": 1, \"name\": \"é",
        "{\"version\": 1, é",
        "é",
    ] {
        assert!(unreadable(text).contains("this is not JSON"), "{text}");
    }
    let text = unreadable("{\"version\": 1, “name”: “x”}");
    says(&text, &["straight quotes", "model.json:1:16", "not in “"]);
    says(&unreadable(" \n"), &["the file is empty"]);
    let read = Network::from_json(&format!("\u{feff}{}", network().to_json()), "model.json");
    assert_eq!(read, Ok(network()));
}

#[test]
fn empty_lists_in_files() {
    let json = network().to_json();
    let empty = json.replacen(
        "\"populations\": [\n          \"E\"\n        ]",
        "\"populations\": []",
        1,
    );
    assert_ne!(json, empty);
    says(
        &unreadable(&empty),
        &["this list is empty", "name what is meant"],
    );
}

#[test]
fn long_lines_are_shown_in_part() {
    let long = format!("{{\"version\": 1, \"nam\": \"{}\"}}", "é".repeat(300_000));
    let text = unreadable(&long);
    assert!(text.len() < 2000, "{} bytes", text.len());
    assert!(
        text.contains("`nam`") && text.contains("model.json:1:16"),
        "{text}"
    );
    let sum = ["1"; 100_000].join(" + ");
    let text = wrong(|n| n.connections[0].probability = Some(sum.into()));
    assert!(text.len() < 2000, "{} bytes", text.len());
}

#[test]
fn quantities_of_ions_are_set_at_the_ion() {
    let text = wrong(|n| {
        n.cell_types[0].sections[0].mechanisms.0[0]
            .1
            .push("ena", "50 mV")
    });
    says(&text, &["called `ena`", "set `e` of `na` in `ions`"]);
}

#[test]
fn lists_of_pairs() {
    let list = |n: &mut Network, weights, delays| {
        let list = n.connections[1].list.as_mut().expect("the rule has a list");
        list.weights = weights;
        list.delays = delays;
    };
    let text = wrong(|n| list(n, Some(vec![1.0]), None));
    says(&text, &["`weights` has 1 values, but `pairs` has 2"]);
    let text = wrong(|n| {
        list(n, Some(vec![1.0, 1.0]), Some(vec![1.0, -1.0]));
        n.connections[1].delay = None;
    });
    says(&text, &["a delay cannot be negative, but -1 is given"]);
}

#[test]
fn names_in_expressions() {
    let text = wrong(|n| n.connections[0].probability = Some("np.exp(-1)".into()));
    says(&text, &["no function `np.exp`; write `exp`"]);
    let text = wrong(|n| n.connections[0].delay = Some("velocityOfAxons".into()));
    says(
        &text,
        &[
            "there is no variable `velocityOfAxons`",
            "distances `dist_3d`",
            "`lambda`",
        ],
    );
    let text = wrong(|n| n.connections[0].condition = Some("pre.x = 3 um".into()));
    says(&text, &["to compare write `==`"]);
    let text = wrong(|n| n.connections[0].delay = Some("NaN".into()));
    says(&text, &["`NaN` is no number"]);
}
