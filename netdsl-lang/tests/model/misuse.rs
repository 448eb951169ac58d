//! Wrong models, and what is said about them.

use crate::common::{mechanisms, network};
use netdsl_lang::check::{check, check_model, check_without_mechanisms};
use netdsl_lang::model::*;

/// What the check says about the example with a change.
pub(crate) fn wrong(change: impl FnOnce(&mut Network)) -> String {
    let mut net = network();
    change(&mut net);
    match check(&net, &mechanisms()) {
        Ok(()) => panic!("nothing was found"),
        Err(problems) => problems.to_string(),
    }
}

#[track_caller]
pub(crate) fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no {word:?} in\n{text}");
    }
    let mistakes = text.lines().filter(|l| l.starts_with("error")).count();
    assert_eq!(mistakes, 1, "one mistake is one message:\n{text}");
}

#[test]
fn the_example_is_right() {
    check(&network(), &mechanisms()).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn names_that_stand_for_nothing() {
    let text = wrong(|n| n.populations[0].cell = "Piramidal".into());
    says(
        &text,
        &[
            "population `E`",
            "no cell type `Piramidal`; did you mean `Pyramidal`?",
            "`Input`",
        ],
    );
    let text = wrong(|n| n.connections[0].pre = "Backgrund".into());
    says(
        &text,
        &[
            "rule `EI`",
            "no presynaptic population `Backgrund`; did you mean `Background`?",
        ],
    );
    let text = wrong(|n| n.connections[0].synapses[0].synapse = "exc".into());
    says(
        &text,
        &["rule `EI`", "no synapse `exc`; did you mean `Exc`?"],
    );
    let text = wrong(|n| n.connections[0].synapses[0].sections = vec!["dnd".into()]);
    says(
        &text,
        &["no section of `Pyramidal` called `dnd`; did you mean `dend`?"],
    );
    let text = wrong(|n| n.synapses[0].mechanism = "Exp2syn".into());
    says(
        &text,
        &[
            "synapse `Exc`",
            "no mechanism `Exp2syn`; did you mean `Exp2Syn`?",
        ],
    );
    let text = wrong(|n| {
        n.cell_types[0].sections[0].mechanisms.0[0]
            .1
            .push("gnabr", "1 S/cm2")
    });
    says(
        &text,
        &[
            "section `soma`",
            "no parameter of `hh` called `gnabr`; did you mean `gnabar`?",
            "`gkbar`, `gl`",
        ],
    );
    let text = wrong(|n| n.stimuli[0].parameters.push("nois", "1"));
    says(
        &text,
        &[
            "stimulus `Drive`",
            "no parameter of `NetStim` called `nois`",
            "`rate`",
        ],
    );
    let text = wrong(|n| {
        n.connections[0]
            .pre
            .tags
            .push("layr", vec![Tag::from("L5")])
    });
    says(
        &text,
        &["no population with the tag `layr`; did you mean `layer`?"],
    );
    let text = wrong(|n| n.cell_types[0].section_lists.0[0].1.push("axon".into()));
    says(&text, &["cell type `Pyramidal`", "no section `axon`"]);
    let text = wrong(|n| n.globals.0[0].1.push("usetabel", 1.0));
    says(
        &text,
        &["no global variable of `hh` called `usetabel`; did you mean `usetable`?"],
    );
}

#[test]
fn names_that_stand_for_two_things() {
    let text = wrong(|n| n.populations[1].name = "Background".into());
    assert!(
        text.contains("there is another population `Background`"),
        "{text}"
    );
    let text = wrong(|n| n.connections[1].name = "EI".into());
    says(&text, &["there is another rule `EI`"]);
    let text = wrong(|n| n.params.push("lambda", "3 um"));
    says(&text, &["another parameter `lambda`"]);
    let text = wrong(|n| {
        n.cell_types[0].sections[0].mechanisms.0[0]
            .1
            .push("el", "1 mV")
    });
    says(&text, &["`el` is given twice"]);
    let text = wrong(|n| n.connections[0].name = "E to I".into());
    says(
        &text,
        &["`E to I` cannot be the name of a rule", "letters, digits"],
    );
}

#[test]
fn too_much_and_too_little() {
    let text = wrong(|n| n.populations[0].density = Some("1 /mm3".into()));
    says(
        &text,
        &[
            "population `E`",
            "`cells` and `density` are given",
            "leave one",
        ],
    );
    let text = wrong(|n| n.populations[0].cells = None);
    says(&text, &["the number of cells is missing", "`density`"]);
    let text = wrong(|n| n.connections[0].convergence = Some(3.into()));
    says(&text, &["`probability` and `convergence` are given"]);
    let text = wrong(|n| n.connections[0].weight = None);
    says(&text, &["rule `EI`", "the `weight` is missing", "uS"]);
    let text = wrong(|n| n.connections[0].delay = None);
    says(&text, &["the `delay` is missing", "delay: 1 ms"]);
    let text = wrong(|n| n.connections[0].synapses.clear());
    says(
        &text,
        &["the synapses on cells of type `Pyramidal` are missing"],
    );
    let text = wrong(|n| n.cell_types[0].sections[0].length = None);
    says(&text, &["section `soma`", "has no `L`", "L: 20 um"]);
    let text = wrong(|n| n.cell_types[0].sections[1].length = Some("3 um".into()));
    says(&text, &["`dend` has 3-D points and `L`, too"]);
    let text = wrong(|n| {
        n.stimuli[0]
            .parameters
            .0
            .remove(0)
            .1
            .values()
            .for_each(drop)
    });
    says(&text, &["stimulus `Drive`", "the rate is missing"]);
    let text = wrong(|n| n.stimuli[1].weight = Some("1 uS".into()));
    says(
        &text,
        &["`VClamp` is put into the membrane: it has no `weight`"],
    );
    let text = wrong(|n| n.connections[1].list.as_mut().unwrap().weights = Some(vec![1.0]));
    says(&text, &["`weights` has 1 values, but `pairs` has 2"]);
}

#[test]
fn the_wrong_kind_of_mechanism() {
    let text = wrong(|n| n.synapses[0].mechanism = "IClamp".into());
    says(
        &text,
        &[
            "`IClamp` is a point process without NET_RECEIVE",
            "such are `Exp2Syn`",
        ],
    );
    let text = wrong(|n| {
        n.cell_types[0].sections[0]
            .mechanisms
            .push("IClamp", Table::default())
    });
    says(
        &text,
        &[
            "`IClamp` is a point process",
            "a mechanism of the membrane (SUFFIX) is wanted",
            "`hh` and `pas`",
        ],
    );
    let text = wrong(|n| n.stimuli[1].mechanism = "pas".into());
    says(&text, &["`pas` is a mechanism of the membrane"]);
    let text = wrong(|n| {
        n.cell_types[0].sections[0].mechanisms.0[0]
            .1
            .push("usetable", 1.0)
    });
    says(
        &text,
        &[
            "`usetable` of `hh` is one value for the whole network",
            "globals",
        ],
    );
    let text = wrong(|n| n.cell_types[0].sections[0].mechanisms.0[0].1.push("m", 1.0));
    says(&text, &["`m` of `hh` is computed and cannot be set"]);
    let text = wrong(|n| n.stimuli[1].parameters.0[0].1 = Setting::Each(vec!["1 ms".into()]));
    says(&text, &["`dur` has 3 elements, but 1 value is given"]);
    let text = wrong(|n| n.stimuli[1].target = "Background".into());
    says(
        &text,
        &["cells of type `Input` have no membrane to put `VClamp` into"],
    );
}

#[test]
fn the_tree_of_sections() {
    let parent = |section: &str| {
        Some(Attachment {
            section: section.into(),
            loc: 1.0,
            child_end: 0.0,
        })
    };
    let text = wrong(|n| n.cell_types[0].sections[0].parent = parent("dend"));
    says(
        &text,
        &[
            "cell type `Pyramidal`",
            "the parents of `soma` and `dend` go round in a circle",
        ],
    );
    let text = wrong(|n| n.cell_types[0].sections[1].parent = parent("some"));
    says(&text, &["no section `some`; did you mean `soma`?"]);
    let text = wrong(|n| n.cell_types[0].sections[1].parent = None);
    says(
        &text,
        &["`soma` and `dend` have no parent: a cell has one root"],
    );
    let text = wrong(|n| n.cell_types[0].sections[1].parent.as_mut().unwrap().loc = 1.5);
    says(
        &text,
        &["a position along a section lies between 0 and 1, not 1.5"],
    );
    let text = wrong(|n| {
        n.cell_types[0].sections[1].points.pop();
    });
    says(&text, &["`dend` has one 3-D point"]);
    let text = wrong(|n| n.cell_types[0].sections[0].ions.0[0].0 = "ca".into());
    says(&text, &["no mechanism of this section uses the ion `ca`"]);
    let text = wrong(|n| n.cell_types[1].sections.push(Section::new("soma")));
    assert!(
        text.contains("has sections and is `artificial`, too"),
        "{text}"
    );
}

#[test]
fn constants_outside_their_limits() {
    let text = wrong(|n| n.populations[0].cells = Some((-3).into()));
    says(&text, &["`cells` cannot be negative, but -3 is given"]);
    let text = wrong(|n| n.populations[0].cells = Some(2.5.into()));
    says(&text, &["`cells` is a whole number, not 2.5"]);
    let text = wrong(|n| n.cell_types[0].sections[0].nseg = Some(0.into()));
    says(&text, &["`nseg` is at least 1, but 0 is given"]);
    let text = wrong(|n| n.connections[0].probability = Some(1.5.into()));
    says(
        &text,
        &["`probability` lies between 0 and 1, but 1.5 is given"],
    );
    let text = wrong(|n| n.connections[0].synapses[0].loc = vec![2.into()]);
    says(&text, &["`loc` lies between 0 and 1, but 2 is given"]);
}

#[test]
fn mistakes_are_all_found_and_shown_in_the_file() {
    let mut net = network();
    net.populations[0].cell = "Piramidal".into();
    net.connections[0].synapses[0].synapse = "Inh".into();
    let text = net.to_json();
    let read = Network::from_json(&text, "model.json").unwrap();
    let problems = check(&read, &mechanisms())
        .unwrap_err()
        .located(&text, "model.json");
    let shown = problems.to_string();
    assert_eq!(problems.len(), 2, "{shown}");
    let line = 1 + text.lines().position(|l| l.contains("Piramidal")).unwrap();
    assert!(shown.contains(&format!("model.json:{line}:")), "{shown}");
    assert!(shown.contains("^^^^^^^^^^^"), "{shown}");
    assert!(shown.contains("2 mistakes in the model"), "{shown}");
}

#[test]
fn a_model_is_checked_without_its_mechanisms() {
    let mut net = network();
    check_without_mechanisms(&net).unwrap_or_else(|e| panic!("{e}"));
    net.synapses[0].mechanism = "Unheard".into();
    net.cell_types[0].sections[1].parent = None;
    let text = check_without_mechanisms(&net).unwrap_err().to_string();
    says(&text, &["a cell has one root"]);
}

#[test]
fn runs_and_recordings() {
    let run = |change: fn(&mut RunConfig)| wrong(|n| change(n.run.as_mut().unwrap()));
    says(
        &run(|r| r.dt = 0.0),
        &["`dt` is a positive time (ms), not 0"],
    );
    says(
        &run(|r| r.duration = f64::NAN),
        &["`duration` is a positive time"],
    );
    says(
        &run(|r| r.record[0].interval = Some(0.01)),
        &["recording `V`", "the step is 0.025 ms"],
    );
    let variable = |name: &'static str| {
        wrong(|n| {
            let Recorded::Place { variable, .. } = &mut n.run.as_mut().unwrap().record[0].what
            else {
                panic!("the example records a place");
            };
            *variable = name.into();
        })
    };
    says(
        &variable("m_h"),
        &[
            "no variable in section `soma` called `m_h`; did you mean `m_hh`?",
            "`ena`",
        ],
    );
    says(
        &variable("cai"),
        &["no variable in section `soma` called `cai`"],
    );
    let text = run(|r| r.record.push(r.record[0].clone()));
    says(&text, &["there is another recording `V`"]);
    let text = run(|r| {
        r.record[0].what = Recorded::Synapse {
            synapse: "Exc".into(),
            variable: "tau3".into(),
        };
    });
    says(
        &text,
        &["no variable of `Exp2Syn` called `tau3`; did you mean `tau1`?"],
    );
}

#[test]
fn expressions_and_units() {
    let text = wrong(|n| n.connections[0].probability = Some("0.4 * exp(-dist_3d / lamda)".into()));
    says(
        &text,
        &[
            "rule `EI`",
            "lamda",
            "did you mean `lambda`?",
            "  |                      ^^^^^",
        ],
    );
    let text = wrong(|n| n.connections[0].delay = Some("7".into()));
    says(&text, &["`delay` needs a unit: write `7 ms`"]);
    let text = wrong(|n| n.connections[0].weight = Some("0.005 mV".into()));
    says(&text, &["`weight`", "uS", "voltage"]);
    let text = wrong(|n| n.cell_types[0].sections[0].mechanisms.0[0].1.0[0].1 = "0.12 mV".into());
    says(&text, &["section `soma`", "`gnabar`", "S/cm2", "voltage"]);
    let text = wrong(|n| n.connections[0].convergence = Some("pre.x / 1 um".into()));
    assert!(text.contains("pre.x"), "{text}");
    let text = wrong(|n| n.connections[0].condition = Some("pre.y + 250 um".into()));
    says(&text, &["`where` is a condition"]);
    let text = wrong(|n| n.params.0[0].1 = "normal(1, 2)".into());
    assert!(text.contains("the parameter `lambda` is random"), "{text}");
    let text = wrong(|n| n.connections[0].delay = Some("1 ms +".into()));
    says(&text, &["rule `EI`"]);
}

#[test]
fn constants_with_units_and_parameters_are_limited() {
    let text = wrong(|n| n.connections[0].weight = Some("-5 nS".into()));
    says(
        &text,
        &["`weight` cannot be negative, but -0.005 uS is given"],
    );
    let text = wrong(|n| n.cell_types[0].sections[0].mechanisms.0[0].1.0[0].1 = "-1 S/cm2".into());
    says(&text, &["`gnabar`", "-1 S/cm2 is given"]);
    let text = wrong(|n| n.connections[0].probability = Some("scale * 3".into()));
    says(
        &text,
        &["`probability` lies between 0 and 1, but 3 is given"],
    );
    let text = wrong(|n| n.connections[0].delay = Some("-1 ms".into()));
    says(&text, &["`delay` cannot be negative, but -1 ms is given"]);
    let text =
        wrong(|n| n.populations[0].y = Some(Interval::Absolute(["3 um", "1 um"].map(Value::new))));
    says(&text, &["`y` goes from 3 down to 1"]);
    let text = wrong(|n| n.size[1] = "0 um".into());
    says(&text, &["the network: `size` must be positive"]);
    let text = wrong(|n| n.populations[1].density = Some("x_norm * y_norm * 3 /mm3".into()));
    says(&text, &["the density depends on `x_norm` and `y_norm`"]);
    let text = wrong(|n| {
        n.populations[1].density = Some("x_norm * 3 /mm3".into());
        n.shape = Shape::Ellipsoid;
    });
    says(&text, &["needs a network of the shape `cuboid`"]);
}

#[test]
fn parameters_of_a_rule_hide_those_of_the_network() {
    let mut net = network();
    net.connections[0].params = Table::from([("scale", "0.1"), ("twice", "2 * scale")]);
    net.connections[0].probability = Some("twice".into());
    check(&net, &mechanisms()).unwrap_or_else(|e| panic!("{e}"));
    net.params = Table::from([("lambda", "120 um"), ("scale", "10")]);
    check(&net, &mechanisms()).unwrap_or_else(|e| panic!("{e}"));
    net.connections[0].params.0[0].1 = "0.6".into();
    let text = check(&net, &mechanisms()).unwrap_err().to_string();
    says(
        &text,
        &["`probability` lies between 0 and 1, but 1.2 is given"],
    );
}

#[test]
fn a_part_of_an_expression_is_underlined_in_the_file() {
    let mut net = network();
    net.connections[0].probability = Some("0.4 * exp(-dist_3d / lamda)".into());
    let text = net.to_json();
    let shown = check(&net, &mechanisms())
        .unwrap_err()
        .located(&text, "model.json")
        .to_string();
    let line = text.lines().find(|l| l.contains("lamda")).unwrap();
    let column = line.find("lamda").unwrap();
    assert!(
        shown.contains(format!("{}^^^^^\n", " ".repeat(column)).trim_end()),
        "{shown}"
    );
    assert!(shown.contains(&format!(":{}\n", column + 1)), "{shown}");
}

#[test]
fn models_are_checked_with_shipped_and_own_mechanisms() {
    let leak = "NEURON { SUFFIX leak NONSPECIFIC_CURRENT i RANGE g, e }
        PARAMETER { g = 0.001 (S/cm2) e = -70 (mV) }
        ASSIGNED { v (mV) i (mA/cm2) }
        BREAKPOINT { i = g*(v - e) }";
    let own = |name: &str, text: &str| Mechanism {
        name: name.into(),
        source: MechanismSource::Mod {
            file: "leak.mod".into(),
            text: text.into(),
            hooks: Vec::new(),
        },
    };
    let mut net = network();
    net.mechanisms = vec![own("leak", leak)];
    let dend = &mut net.cell_types[0].sections[1];
    dend.mechanisms
        .push("leak", Table::from([("g", "1e-3 S/cm2")]));
    check_model(&net).unwrap_or_else(|e| panic!("{e}"));
    let mut wrong = net.clone();
    wrong.cell_types[0].sections[1].mechanisms.0[1].1.0[0].0 = "gg".into();
    let text = check_model(&wrong).unwrap_err().to_string();
    says(&text, &["no parameter of `leak` called `gg`"]);
    net.mechanisms.push(own("leek", leak));
    says(
        &check_model(&net).unwrap_err().to_string(),
        &["mechanism `leek`", "leak.mod declares `leak`"],
    );
    net.mechanisms[1] = own("leak", &leak.replace("g*(v - e)", "g*(v - "));
    let text = check_model(&net).unwrap_err().to_string();
    assert!(text.contains("leak.mod:4:"), "{text}");
}
