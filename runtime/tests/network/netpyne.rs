//! Whole models against the networks of NetPyNE 1.1.1 (`tests/data/netpyne`), connection by connection.

use std::collections::BTreeMap;

use netdsl_lang::model::*;
use netdsl_runtime::instance::Instance;
use netdsl_runtime::instantiate::instantiate;

use crate::common::{Row, mechanisms, network, rows, rule};

/// A network as `make.py` writes it.
#[derive(serde::Deserialize)]
struct Drawn {
    positions: BTreeMap<String, Vec<[f64; 3]>>,
    connections: BTreeMap<String, Vec<Row>>,
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let path = format!(
        "{}/../tests/data/netpyne/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(path).expect("the file is part of the sources");
    serde_json::from_str(&text).expect("make.py wrote it")
}

fn build(network: &Network) -> Instance {
    let network = Network {
        sampler: Sampler::Netpyne,
        ..network.clone()
    };
    instantiate(&network, &mechanisms()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Positions to `tolerance` µm: 0 asks for the same bits.
fn check_positions(instance: &Instance, drawn: &Drawn, tolerance: f64) {
    for (name, expected) in &drawn.positions {
        let population = instance
            .populations
            .iter()
            .find(|p| p.name == *name)
            .unwrap();
        assert_eq!(population.count as usize, expected.len(), "{name}");
        for (k, expected) in expected.iter().enumerate() {
            let found = instance.cells[population.first as usize + k].position;
            for axis in 0..3 {
                let off = (found[axis] - expected[axis]).abs();
                assert!(off <= tolerance, "{name} {k}: {found:?}, not {expected:?}");
            }
        }
    }
}

/// The same cells, places and bits of weights and delays; `ulps` more where logarithms or powers are involved.
fn check_rules(network: &Network, drawn: &Drawn, ulps: i64) {
    let instance = build(network);
    check_positions(&instance, drawn, 0.0);
    for rule in &network.connections {
        let (found, expected) = (rows(&instance, &rule.name), &drawn.connections[&rule.name]);
        let pairs = |rows: &[Row]| {
            rows.iter()
                .map(|row| (row.0, row.1, row.2.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(pairs(&found), pairs(expected), "{}", rule.name);
        for (found, expected) in found.iter().zip(expected) {
            for (a, b) in [
                (found.3, expected.3),
                (found.4, expected.4),
                (found.5, expected.5),
            ] {
                let off = (a.to_bits() as i64 - b.to_bits() as i64).abs();
                assert!(off <= ulps, "{}: {found:?}, not {expected:?}", rule.name);
            }
        }
    }
}

fn norm(low: f64, high: f64) -> Option<Interval> {
    Some(Interval::Norm(
        [low, high].map(|x| Value::new(x.to_string())),
    ))
}

fn um(low: f64, high: f64) -> Option<Interval> {
    Some(Interval::Absolute(
        [low, high].map(|x| Value::new(format!("{x} um"))),
    ))
}

fn populations(shape: Shape, populations: Vec<Population>) -> Network {
    Network {
        shape,
        populations,
        ..network()
    }
}

fn population(name: &str, set: impl FnOnce(&mut Population)) -> Population {
    let mut population = Population::new(name, "PYR");
    set(&mut population);
    population
}

#[test]
fn positions() {
    let drawn: BTreeMap<String, Drawn> = read("positions");
    let cells = |name: &str, count: &str| {
        let count = count.to_owned();
        population(name, |p| p.cells = Some(count.as_str().into()))
    };
    let with = |mut p: Population, set: &dyn Fn(&mut Population)| {
        set(&mut p);
        p
    };
    let b = || cells("B", "4");
    let cases = [
        (
            "cuboid",
            0.0,
            populations(
                Shape::Cuboid,
                vec![
                    cells("A", "5"),
                    with(b(), &|p| {
                        p.x = norm(0.2, 0.4);
                        p.y = um(100.0, 300.0);
                    }),
                ],
            ),
        ),
        (
            "cylinder",
            1e-12 * 600.0,
            populations(
                Shape::Cylinder,
                vec![cells("A", "5"), with(b(), &|p| p.z = norm(0.5, 1.0))],
            ),
        ),
        (
            "ellipsoid",
            1e-12 * 600.0,
            populations(
                Shape::Ellipsoid,
                vec![cells("A", "5"), with(b(), &|p| p.y = um(100.0, 300.0))],
            ),
        ),
        (
            "density",
            0.0,
            populations(
                Shape::Cuboid,
                vec![
                    population("A", |p| p.density = Some("200 /mm3".into())),
                    population("B", |p| {
                        p.density = Some("400 /mm3".into());
                        p.y = norm(0.1, 0.5);
                    }),
                ],
            ),
        ),
        (
            "density_cylinder",
            1e-12 * 600.0,
            populations(
                Shape::Cylinder,
                vec![population("A", |p| p.density = Some("200 /mm3".into()))],
            ),
        ),
        (
            "density_ellipsoid",
            1e-12 * 600.0,
            populations(
                Shape::Ellipsoid,
                vec![population("A", |p| p.density = Some("200 /mm3".into()))],
            ),
        ),
        (
            "density_function",
            0.0,
            populations(
                Shape::Cuboid,
                vec![population("A", |p| {
                    p.density = Some("900 /mm3 * (1 - y_norm)".into());
                    p.y = norm(0.1, 0.9);
                })],
            ),
        ),
        (
            "grid",
            0.0,
            populations(
                Shape::Cuboid,
                vec![
                    population("A", |p| {
                        p.grid = Some(["100 um", "300 um", "200 um"].map(Value::new))
                    }),
                    population("B", |p| {
                        p.grid = Some(["100 um", "100 um", "100 um"].map(Value::new));
                        (p.x, p.y, p.z) = (um(0.0, 100.0), um(50.0, 200.0), um(0.0, 0.0));
                    }),
                ],
            ),
        ),
    ];
    for (name, tolerance, network) in cases {
        check_positions(&build(&network), &drawn[name], tolerance);
    }
    let mut network = populations(Shape::Cuboid, vec![cells("A", "3")]);
    network.seeds.loc = 77;
    check_positions(&build(&network), &drawn["seed"], 0.0);
}

fn set(mut rule: ConnRule, set: impl FnOnce(&mut ConnRule)) -> ConnRule {
    set(&mut rule);
    rule
}

#[test]
fn choice_of_pairs() {
    let mut network = network();
    let all = Selector::populations(["E", "I"]);
    network.connections = vec![
        rule("full", "E", "I"),
        rule("full_within", "I", "I"),
        set(rule("probability", "E", "I"), |r| {
            r.probability = Some("0.3".into())
        }),
        set(rule("probability_within", "E", "E"), |r| {
            r.probability = Some("30%".into())
        }),
        set(rule("probability_distance", "E", "I"), |r| {
            r.params.push("lambda", "150 um");
            r.probability = Some("0.8*exp(-dist_3d/lambda)".into());
        }),
        set(rule("probability_depth", "E", "E"), |r| {
            r.pre = all;
            r.probability = Some("0.9*pre.y_norm*post.x_norm".into());
        }),
        set(rule("convergence", "E", "I"), |r| {
            r.convergence = Some("3".into())
        }),
        set(rule("convergence_within", "E", "E"), |r| {
            r.convergence = Some("4".into())
        }),
        set(rule("convergence_function", "E", "I"), |r| {
            r.convergence = Some("1+6*post.x_norm".into())
        }),
        set(rule("divergence", "E", "I"), |r| {
            r.divergence = Some("3".into())
        }),
        set(rule("divergence_within", "E", "E"), |r| {
            r.divergence = Some("4".into())
        }),
        set(rule("divergence_function", "E", "I"), |r| {
            r.divergence = Some("1+6*pre.x_norm".into())
        }),
        set(rule("list", "E", "I"), |r| {
            r.list = Some(PairList {
                pairs: vec![(0, 0), (11, 7), (3, 2), (3, 2), (5, 1)],
                weights: Some(vec![0.1, 0.2, 0.3, 0.4, 0.5]),
                delays: Some(vec![1.0, 2.0, 3.0, 4.0, 5.0]),
            });
            (r.weight, r.delay) = (None, None);
        }),
        set(rule("where", "E", "E"), |r| {
            r.condition = Some("pre.y >= 100 um && pre.y < 400 um && post.x_norm < 0.5".into());
            r.probability = Some("0.5".into());
        }),
    ];
    check_rules(&network, &read("rules"), 0);
}

#[test]
fn drawn_weights_delays_and_places() {
    let mut network = network();
    let some = |r: &mut ConnRule| r.probability = Some("0.3".into());
    network.connections = vec![
        set(rule("delay_distance", "E", "I"), |r| {
            some(r);
            r.delay = Some("1 ms + dist_3d/(500 um/ms)".into());
        }),
        set(rule("weight_uniform", "E", "I"), |r| {
            some(r);
            r.weight = Some("uniform(0.001 uS, 0.01 uS)".into());
        }),
        set(rule("both_normal", "E", "I"), |r| {
            some(r);
            r.weight = Some("normal(0.01 uS, 1e-3 uS)".into());
            r.delay = Some("1 ms + lognormal(2 ms, sqrt(0.5) * 1 ms)".into());
        }),
        set(rule("convergence_negexp", "E", "I"), |r| {
            r.convergence = Some("4".into());
            r.weight = Some("negexp(0.01 uS)".into());
            r.delay = Some("1 ms + dist_2d/(500 um/ms)".into());
        }),
        set(rule("divergence_weibull", "E", "E"), |r| {
            r.divergence = Some("4".into());
            r.weight = Some("0.001 uS*weibull(2, 3) + 0.001 uS*discunif(1, 9)".into());
        }),
        set(rule("loc_uniform", "E", "I"), |r| {
            some(r);
            r.weight = Some("uniform(0.001 uS, 0.01 uS)".into());
            r.synapses = vec![Contact::new("exc").at("soma", "uniform(0, 1)")];
        }),
        set(rule("other_distances", "E", "I"), |r| {
            some(r);
            r.weight = Some("1e-5 uS/um*(dist_x + 2*dist_y + 3*dist_z)".into());
            r.delay =
                Some("1 ms*(1 + dist_x_norm + dist_y_norm + dist_z_norm + pre.z_norm)".into());
        }),
    ];
    check_rules(&network, &read("values"), 8);
}

/// Where NetPyNE mirrors locations, and where a list of sections loses its members, ours differ on purpose.
#[test]
fn places_of_synapses() {
    let mut network = network();
    let contact = |sections: &[&str], count: Option<&str>, loc: &[&str]| {
        let mut contact = Contact::new("exc");
        contact.sections = sections.iter().map(|&s| s.to_owned()).collect();
        contact.count = count.map(Value::from);
        contact.loc = loc.iter().map(|&x| x.into()).collect();
        contact
    };
    let with = |name: &str, p: &str, synapses: Vec<Contact>| {
        set(rule(name, "E", "I"), |r| {
            r.probability = Some(p.into());
            if synapses.iter().all(|contact| contact.weight.is_some()) {
                (r.weight, r.delay) = (None, None);
            }
            r.synapses = synapses;
        })
    };
    let mut excitatory = Contact::new("exc").at("soma", "0.1");
    excitatory.weight = Some("0.1 uS".into());
    excitatory.delay = Some("1 ms".into());
    let mut inhibitory = Contact::new("inh").at("soma", "0.9");
    inhibitory.weight = Some("0.2 uS".into());
    inhibitory.delay = Some("2 ms".into());
    network.connections = vec![
        with(
            "random_section",
            "0.3",
            vec![contact(&["soma", "dend", "apic"], None, &["0.3"])],
        ),
        with(
            "several_one_section",
            "0.2",
            vec![contact(&["dend"], Some("3"), &[])],
        ),
        with(
            "several_one_section_given",
            "0.2",
            vec![contact(&["dend"], Some("3"), &["0.1", "0.5", "0.9"])],
        ),
        with("two_mechanisms", "0.2", vec![excitatory, inhibitory]),
    ];
    let drawn: Drawn = read("placement");
    check_rules(&network, &drawn, 0);

    network.connections = vec![with(
        "several_spread",
        "0.2",
        vec![contact(&["far"], Some("5"), &[])],
    )];
    let found = rows(&build(&network), "several_spread");
    let expected = &drawn.connections["several_spread"];
    assert_eq!(found.len(), expected.len());
    for (found, mirrored) in found.iter().zip(expected) {
        assert_eq!(
            (found.0, found.1, &found.2),
            (mirrored.0, mirrored.1, &mirrored.2)
        );
        assert!((found.3 - (1.0 - mirrored.3)).abs() < 1e-12);
    }
}

#[test]
fn seeds_and_self_connections() {
    let mut network = network();
    network.seeds.conn = 4_000_000_000;
    network.seeds.loc = 9;
    network.connections = vec![
        set(rule("probability", "E", "I"), |r| {
            r.probability = Some("0.3".into());
            r.weight = Some("uniform(0 uS, 1 uS)".into());
        }),
        set(rule("convergence", "E", "I"), |r| {
            r.convergence = Some("3".into())
        }),
        set(rule("divergence", "E", "I"), |r| {
            r.divergence = Some("3".into())
        }),
    ];
    check_rules(&network, &read("seeds"), 0);

    network = self::network();
    network.connections = vec![
        set(rule("full", "I", "I"), |r| r.allow_self = true),
        set(rule("probability", "E", "E"), |r| {
            r.allow_self = true;
            r.probability = Some("0.4".into());
        }),
    ];
    check_rules(&network, &read("autapses"), 0);
}

/// What `make.py` writes of cells and stimuli.
#[derive(serde::Deserialize)]
struct Cells {
    /// For each cell and section, [g, e] of `pas` in each segment.
    segments: Vec<BTreeMap<String, Vec<[f64; 2]>>>,
    /// gid, delay, duration, amplitude.
    clamps: Vec<(u32, f64, f64, f64)>,
    /// gid, interval, weight, delay.
    generators: Vec<(u32, f64, f64, f64)>,
}

fn cells_and_stimuli() -> Network {
    let mut network = network();
    network.seeds.stim = 5;
    network.seeds.cell = 7;
    let passive = |g: &str, e: &str| {
        let parameters = Parameters::from([("g", g), ("e", e)]);
        Table(vec![("pas".to_owned(), parameters)])
    };
    let cell = &mut network.cell_types[0];
    cell.per_cell.push("scale", "uniform(1, 2)");
    cell.sections[0].mechanisms = passive("0.001 S/cm2*scale*(1 + y_norm)", "-70 mV");
    cell.sections[1].length = Some("90 um".into());
    cell.sections[1].nseg = Some("3".into());
    cell.sections[1].mechanisms = passive(
        "0.001 S/cm2*uniform(0.5, 1.5)",
        "-70 mV + 1 mV/um*dist_path",
    );
    cell.sections[2].nseg = Some("2".into());
    cell.sections[2].mechanisms = passive("0.001 S/cm2*normal(2, 0.1)", "scale*dist_path*1 mV/um");
    network.populations.truncate(1);
    network.populations[0].cells = Some("5".into());
    let mut clamp = Stimulus::new("clamp", "IClamp", "E");
    clamp.parameters = Parameters::from([
        ("dur", "uniform(10 ms, 20 ms)"),
        ("del", "negexp(5 ms)"),
        ("amp", "0.1 nA*post.y_norm"),
    ]);
    clamp.target.cells = Some(vec![1, 3, 4]);
    clamp.section = Some("dend".into());
    let mut net = Stimulus::new("net", "NetStim", "E");
    net.parameters = Parameters::from([("rate", "uniform(10 Hz, 20 Hz)"), ("noise", "0.5")]);
    net.weight = Some("uniform(0 uS, 1 uS)".into());
    net.delay = Some("1 ms + uniform(0 ms, 1 ms)".into());
    net.synapses = vec![Contact::new("exc").at("soma", "0.5")];
    network.stimuli = vec![clamp, net];
    network
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 4e-16 * expected.abs()
}

#[test]
fn expressions_of_cells() {
    use netdsl_runtime::instance::Body;
    let drawn: Cells = read("cells");
    let instance = build(&cells_and_stimuli());
    for (cell, expected) in instance.cells.iter().zip(&drawn.segments) {
        let Body::Compartments(template) = &cell.body else {
            panic!("cell {} has sections", cell.gid);
        };
        for section in &template.sections {
            let parameters = &section.mechanisms[0].parameters;
            for (k, expected) in expected[&section.name].iter().enumerate() {
                let found = [0, 1].map(|p: usize| parameters[p].1.at(k));
                let same = close(found[0], expected[0]) && close(found[1], expected[1]);
                assert!(
                    same,
                    "{} {}: {found:?}, not {expected:?}",
                    cell.gid, section.name
                );
            }
        }
    }
}

#[test]
fn drawn_stimuli() {
    let drawn: Cells = read("cells");
    let instance = build(&cells_and_stimuli());
    let get = |set: &[(String, Vec<f64>)], name: &str| {
        set.iter()
            .find(|(known, _)| known == name)
            .expect("it is set")
            .1[0]
    };
    let clamps = instance
        .points
        .iter()
        .filter(|point| &*point.mechanism == "IClamp");
    for (point, expected) in clamps.zip(&drawn.clamps) {
        let set = &instance.parameter_sets[point.parameters as usize];
        assert_eq!((point.place.cell, point.place.section), (expected.0, 1));
        for (name, expected) in [
            ("del", expected.1),
            ("dur", expected.2),
            ("amp", expected.3),
        ] {
            assert!(close(get(set, name), expected), "{name} {}", get(set, name));
        }
    }
    assert_eq!(instance.generators.len(), drawn.generators.len());
    for (k, expected) in drawn.generators.iter().enumerate() {
        let netdsl_runtime::instance::Artificial::Mechanism { parameters, .. } =
            &instance.generators[k]
        else {
            panic!("generators are mechanisms");
        };
        assert!(close(get(parameters, "interval"), expected.1));
        assert_eq!(
            (get(parameters, "start"), get(parameters, "number")),
            (0.0, 1e9)
        );
        assert_eq!(instance.connections.weight(k), [expected.2]);
        assert!(close(instance.connections.delay(k), expected.3));
    }
}
