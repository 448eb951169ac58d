//! What holds of every network, and mistakes that only the network shows.

use std::sync::Arc;

use netdsl_lang::model::*;
use netdsl_runtime::instance::{Artificial, Body, Source, Target};
use netdsl_runtime::instantiate::{Mistake, NetworkErrors, Whose, instantiate, instantiate_part};

use crate::common::{mechanisms, network, rows, rule};

fn errors(network: &Network) -> NetworkErrors {
    instantiate(network, &mechanisms()).expect_err("this network has mistakes")
}

fn with_rule(set: impl FnOnce(&mut ConnRule)) -> Network {
    let mut network = network();
    let mut rule = rule("R", "E", "I");
    set(&mut rule);
    network.connections.push(rule);
    network
}

/// The only mistake, and its text.
fn mistake(set: impl FnOnce(&mut ConnRule)) -> (Mistake, String) {
    let errors = errors(&with_rule(set));
    assert_eq!(errors.0.len(), 1, "{errors}");
    assert_eq!(errors.0[0].place, "connection rule `R`");
    (errors.0[0].mistake.clone(), errors.to_string())
}

#[test]
fn values_out_of_range_name_the_pair() {
    let (_, text) = mistake(|r| r.probability = Some("2 * post.x_norm".into()));
    assert!(
        text.contains("`probability` is 1.") && text.contains("for the pair 0 -> 12"),
        "{text}"
    );
    assert!(
        text.contains("more are wrong") && text.contains("min(1, ..)"),
        "{text}"
    );
    let (found, _) = mistake(|r| r.delay = Some("1 ms - dist_3d / (1 um/ms)".into()));
    let Mistake::Number {
        what,
        value,
        of,
        count,
        ..
    } = found
    else {
        panic!("{found}");
    };
    assert_eq!(
        (what.as_str(), of, count),
        ("delay", Whose::Pair(0, 12), 96)
    );
    assert!(value < 0.0);
    let (found, _) = mistake(|r| r.weight = Some("0.01 uS * log(pre.x_norm - 2)".into()));
    assert!(
        matches!(found, Mistake::Number { value, .. } if value.is_nan()),
        "{found}"
    );
    let (_, text) = mistake(|r| r.synapses[0].loc = vec!["2 * pre.x_norm".into()]);
    assert!(
        text.contains("`loc` is") && text.contains("between 0 and 1"),
        "{text}"
    );
    let (_, text) = mistake(|r| r.synapses[0].count = Some("0.5 + dist_3d / (1 um)".into()));
    assert!(
        text.contains("`count` is") && text.contains("whole number"),
        "{text}"
    );
}

#[test]
fn too_many_partners() {
    let (found, _) = mistake(|r| r.convergence = Some("5 + 100 * post.x_norm".into()));
    assert!(
        matches!(found, Mistake::Partners { possible: 12, .. }),
        "{found}"
    );
    let (found, text) = mistake(|r| {
        r.post = "E".into();
        r.divergence = Some("12".into());
    });
    let expected = Mistake::Partners {
        what: "divergence",
        value: 12.0,
        possible: 11,
        of: Whose::Cell(0),
        count: 12,
    };
    assert_eq!(found, expected);
    assert!(text.contains("11 cells to choose from"), "{text}");
    let (found, _) = mistake(|r| r.convergence = Some("post.x_norm - 2".into()));
    assert!(matches!(found, Mistake::Number { .. }), "{found}");
}

#[test]
fn rules_and_stimuli_without_cells() {
    let mut network = with_rule(|r| r.condition = Some("pre.y > 700 um && post.y < 0 um".into()));
    let mut clamp = Stimulus::new("S", "IClamp", "E");
    clamp.parameters = Parameters::from([("amp", "1 nA")]);
    clamp.condition = Some("post.x < 0 um".into());
    network.stimuli.push(clamp);
    network.connections.push(rule("Q", "E", "I"));
    network.connections[1].pre.cells = Some(vec![3, 12]);
    let errors = errors(&network);
    let found: Vec<_> = errors
        .0
        .iter()
        .map(|e| (e.place.as_str(), e.mistake.to_string()))
        .collect();
    assert_eq!(
        found,
        [
            ("connection rule `R`", "no cell is presynaptic".to_owned()),
            ("connection rule `R`", "no cell is postsynaptic".to_owned()),
            (
                "connection rule `Q`",
                "cell 12 of the presynaptic cells is asked for, but there are 12".to_owned()
            ),
            ("stimulus `S`", "no cell is stimulated".to_owned()),
        ]
    );
}

#[test]
fn pairs_of_a_list() {
    let list = |pairs: &[(u32, u32)]| Some(PairList::from(pairs.to_vec()));
    let (_, text) = mistake(|r| r.list = list(&[(0, 1), (2, 8)]));
    assert!(
        text.contains("pair 1 of the list, (2, 8)") && text.contains("selects 8 postsynaptic"),
        "{text}"
    );
    let (_, text) = mistake(|r| {
        r.post = "E".into();
        r.list = list(&[(4, 4)]);
    });
    assert!(text.contains("connects a cell to itself"), "{text}");
}

#[test]
fn populations_and_parameters() {
    let mut network = network();
    network.populations[0].x = Some(Interval::Norm(["0.5", "0.2 * 2"].map(Value::new)));
    let text = errors(&network).to_string();
    assert!(text.contains("population `E`"), "{text}");
    // named parameters may use one another, in any order
    let mut network = self::network();
    network.params.push("double", "2 * single");
    network.params.push("single", "6");
    network.populations[0].cells = Some("double".into());
    let instance = instantiate(&network, &mechanisms()).unwrap();
    assert_eq!(instance.populations[0].count, 12);
    network.populations[0].cells = Some("uniform(1, 5)".into());
    assert!(
        errors(&network).to_string().contains("random"),
        "{}",
        errors(&network)
    );
}

#[test]
fn alike_cells_share_a_template() {
    let body =
        |instance: &netdsl_runtime::instance::Instance, k: usize| match &instance.cells[k].body {
            Body::Compartments(template) => template.clone(),
            Body::Artificial(_) | Body::Elsewhere => panic!("cell {k} has sections"),
        };
    let instance = instantiate(&network(), &mechanisms()).unwrap();
    assert!(Arc::ptr_eq(&body(&instance, 0), &body(&instance, 11)));
    let mut network = network();
    let g = Parameters::from([("g", "if x_norm < 0.5 { 0.001 S/cm2 } else { 0.002 S/cm2 }")]);
    network.cell_types[0].sections[0].mechanisms = Table(vec![("pas".to_owned(), g)]);
    let instance = instantiate(&network, &mechanisms()).unwrap();
    let left = |k: usize| instance.cells[k].position[0] < 100.0;
    let first = (0..12).find(|&k| left(k)).unwrap();
    for k in 0..12 {
        assert_eq!(
            Arc::ptr_eq(&body(&instance, first), &body(&instance, k)),
            left(k)
        );
    }
}

fn varied() -> Network {
    let mut network = with_rule(|r| {
        r.probability = Some("exp(-dist_3d / (200 um))".into());
        r.weight = Some("normal(0.01 uS, 0.001 uS)".into());
        r.synapses[0].sections = vec!["far".into()];
        r.synapses[0].count = Some("discunif(0, 3)".into());
        r.synapses[0].loc = Vec::new();
    });
    network.populations[0].cells = Some("150".into());
    network.populations[1].cells = Some("170".into());
    network.synapses[0].parameters = Parameters::from([
        ("tau1", "0.1 ms"),
        ("tau2", "uniform(3 ms, 5 ms) + dist_path / (100 um/ms)"),
        ("e", "0 mV"),
    ]);
    let mut divergence = rule("D", "I", "E");
    divergence.divergence = Some("7".into());
    network.connections.push(divergence);
    let mut net = Stimulus::new("net", "NetStim", "E");
    net.parameters = Parameters::from([("rate", "20 Hz"), ("noise", "1")]);
    net.weight = Some("0.01 uS".into());
    net.delay = Some("1 ms".into());
    net.synapses = vec![
        Contact::new("exc").at("soma", "0.5"),
        Contact::new("inh").at("dend", "0.5"),
    ];
    network.stimuli.push(net);
    network
}

/// Everything of a network that the simulator sees, as text.
fn whole(instance: &netdsl_runtime::instance::Instance) -> String {
    format!("{instance:?}")
}

#[test]
fn threads_do_not_matter() {
    let network = varied();
    let build = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        whole(
            &pool
                .install(|| instantiate(&network, &mechanisms()))
                .unwrap(),
        )
    };
    let one = build(1);
    assert_eq!(one, build(2));
    assert_eq!(one, build(5));
}

/// The parts of two ranks hold each connection of the whole once, with the same numbers.
#[test]
fn parts_are_parts_of_the_whole() {
    let network = varied();
    let all = instantiate(&network, &mechanisms()).unwrap();
    let part =
        |rank: u32| instantiate_part(&network, &mechanisms(), &move |gid| gid % 2 == rank).unwrap();
    let parts = [part(0), part(1)];
    for rule in ["R", "D", "net"] {
        let mut joined: Vec<_> = parts.iter().flat_map(|part| rows(part, rule)).collect();
        joined.sort_by_key(|row| row.1);
        assert_eq!(joined, rows(&all, rule), "{rule}");
    }
    let points = parts.iter().map(|part| part.points.len()).sum::<usize>();
    assert_eq!(points, all.points.len());
    let parameters = |instance: &netdsl_runtime::instance::Instance| {
        let of = |p: &netdsl_runtime::instance::PointProcess| {
            let set = instance.parameter_sets[p.parameters as usize].clone();
            format!("{} {:?} {:?} {set:?}", p.mechanism, p.place, p.stream)
        };
        instance.points.iter().map(of).collect::<Vec<_>>()
    };
    let mut joined: Vec<_> = parts.iter().flat_map(parameters).collect();
    let mut expected = parameters(&all);
    joined.sort();
    expected.sort();
    assert_eq!(joined, expected);
}

#[test]
fn generators_of_a_cell_differ() {
    let mut network = varied();
    let mut second = network.stimuli[0].clone();
    second.name = "other".into();
    network.stimuli.push(second);
    let instance = instantiate(&network, &mechanisms()).unwrap();
    let mut streams = Vec::new();
    for generator in &instance.generators {
        let Artificial::Mechanism { stream, .. } = generator else {
            panic!("generators are mechanisms");
        };
        streams.push(*stream);
    }
    let count = streams.len();
    assert_eq!(count, 4 * 150);
    streams.sort_unstable();
    streams.dedup();
    assert_eq!(streams.len(), count);
    assert_eq!(instance.sources.len(), 320 + count);
    assert_eq!(instance.sources[320], Source::Generator(0));
}

#[test]
fn artificial_cells() {
    let mut network = network();
    let artificial = |name: &str, mechanism: &str, parameters: Parameters| {
        let mut cell = CellType::new(name);
        let mechanism = mechanism.to_owned();
        cell.artificial = Some(ArtificialCell::Mechanism {
            mechanism,
            parameters,
        });
        cell
    };
    let rate = Parameters::from([("rate", "0 Hz")]);
    network
        .cell_types
        .push(artificial("Input", "NetStim", rate));
    network
        .cell_types
        .push(artificial("Fire", "IntFire1", Parameters::default()));
    let mut times = CellType::new("Times");
    times.artificial = Some(ArtificialCell::Times(vec![vec![3.0, 1.0], vec![2.0]]));
    network.cell_types.push(times);
    for (name, cell) in [("N", "Input"), ("F", "Fire"), ("T", "Times")] {
        let mut population = Population::new(name, cell);
        population.cells = Some("2".into());
        network.populations.push(population);
    }
    let mut onto = rule("R", "T", "F");
    onto.weight = Some("0.5".into());
    onto.synapses.clear();
    network.connections.push(onto);
    let instance = instantiate(&network, &mechanisms()).unwrap();
    let Body::Artificial(Artificial::Mechanism { parameters, .. }) = &instance.cells[20].body
    else {
        panic!("cell 20 is a NetStim");
    };
    let number = parameters
        .iter()
        .find(|(name, _)| name == "number")
        .unwrap();
    assert_eq!(number.1, [0.0]);
    let Body::Artificial(Artificial::Times(times)) = &instance.cells[24].body else {
        panic!("cell 24 has times");
    };
    assert_eq!(times[..], [1.0, 3.0]);
    assert_eq!(
        instance.connections.targets().collect::<Vec<_>>(),
        [22, 22, 23, 23].map(Target::Cell)
    );
    network.populations[4].cells = Some("3".into());
    assert!(
        errors(&network)
            .to_string()
            .contains("`times` has 2 values, not 3"),
        "{}",
        errors(&network)
    );
}

/// A weight vector is as long as NET_RECEIVE's arguments; the others begin at 0.
#[test]
fn weight_vectors() {
    let mut network = with_rule(|r| r.synapses = vec![Contact::new("plastic").at("dend", "1")]);
    network.synapses.push(Synapse {
        name: "plastic".into(),
        mechanism: "Stp".into(),
        parameters: Parameters::from([("tau", "5 ms")]),
    });
    let instance = instantiate(&network, &mechanisms()).unwrap();
    assert_eq!(instance.connections.weight(5), [0.01, 0.0, 0.0]);
}
