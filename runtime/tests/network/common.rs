//! Models and mechanisms for the tests.

use netdsl_lang::mech::{
    Block, Blocks, Kind, NetReceive, PROGRAM_VERSION, Program, Role, Variable,
};
use netdsl_lang::model::*;
use netdsl_runtime::instance::{Instance, Source, Target};

fn variable(name: &str, role: Role, unit: &str) -> Variable {
    Variable {
        name: name.into(),
        role,
        unit: unit.into(),
        default: 0.0,
        limits: None,
        length: 1,
        slot: None,
        range: true,
    }
}

fn program(name: &str, kind: Kind, parameters: &[(&str, &str)], weights: &[&str]) -> Program {
    let parameter = |&(name, unit): &(&str, &str)| variable(name, Role::Parameter, unit);
    let mut variables: Vec<Variable> = parameters.iter().map(parameter).collect();
    for (k, unit) in weights.iter().enumerate() {
        variables.push(variable(&format!("w{k}"), Role::Weight(k as u32), unit));
    }
    Program {
        version: PROGRAM_VERSION,
        name: name.into(),
        kind,
        doc: String::new(),
        variables,
        ions: Vec::new(),
        currents: Vec::new(),
        exact: Blocks::default(),
        tabled: None,
        exact_conductance: true,
        net_receive: (!weights.is_empty()).then(|| NetReceive {
            weights: (0..weights.len()).map(|k| format!("w{k}")).collect(),
            body: Block::default(),
            init: None,
            watches: Vec::new(),
            additive: true,
        }),
        tables: Vec::new(),
        function_tables: Vec::new(),
        hooks: Vec::new(),
        diffusions: Vec::new(),
        externals: Vec::new(),
        odes: Vec::new(),
    }
}

/// Mechanisms with the names, parameters and units of NEURON's, without code.
pub(crate) fn mechanisms() -> Vec<Program> {
    vec![
        program("pas", Kind::Density, &[("g", "S/cm2"), ("e", "mV")], &[]),
        program(
            "Exp2Syn",
            Kind::Point,
            &[("tau1", "ms"), ("tau2", "ms"), ("e", "mV")],
            &["uS"],
        ),
        program("Stp", Kind::Point, &[("tau", "ms")], &["uS", "", ""]),
        program(
            "IClamp",
            Kind::Point,
            &[("del", "ms"), ("dur", "ms"), ("amp", "nA")],
            &[],
        ),
        program(
            "NetStim",
            Kind::Artificial,
            &[
                ("interval", "ms"),
                ("number", ""),
                ("start", "ms"),
                ("noise", ""),
            ],
            &[""],
        ),
        program(
            "IntFire1",
            Kind::Artificial,
            &[("tau", "ms"), ("refrac", "ms")],
            &[""],
        ),
    ]
}

/// A section of a length (µm).
pub(crate) fn section(name: &str, length: f64, parent: Option<&str>) -> Section {
    let mut section = Section::new(name);
    section.length = Some(Value::new(format!("{length} um")));
    section.diameter = Some("2 um".into());
    section.parent = parent.map(|parent| Attachment {
        section: parent.into(),
        loc: 1.0,
        child_end: 0.0,
    });
    let passive = Parameters::from([("g", "0.001 S/cm2"), ("e", "-70 mV")]);
    section.mechanisms.push("pas", passive);
    section
}

/// The cells of `make.py`: E and I of one type, in 200 x 600 x 300 µm.
pub(crate) fn network() -> Network {
    let mut network = Network::new("test");
    network.size = ["200 um", "600 um", "300 um"].map(Value::new);
    let mut cell = CellType::new("PYR");
    cell.sections = vec![
        section("soma", 20.0, None),
        section("dend", 10.0, Some("soma")),
        section("apic", 20.0, Some("dend")),
    ];
    cell.section_lists
        .push("far", vec!["dend".to_owned(), "apic".to_owned()]);
    network.cell_types.push(cell);
    let times = [("tau1", "0.1 ms"), ("tau2", "5 ms"), ("e", "0 mV")];
    for (name, reversal) in [("exc", "0 mV"), ("inh", "-80 mV")] {
        let mut parameters = Parameters::from(times);
        *parameters.get_mut("e").unwrap() = reversal.into();
        network.synapses.push(Synapse {
            name: name.into(),
            mechanism: "Exp2Syn".into(),
            parameters,
        });
    }
    let mut excitatory = Population::new("E", "PYR");
    excitatory.cells = Some("12".into());
    let mut inhibitory = Population::new("I", "PYR");
    inhibitory.cells = Some("8".into());
    inhibitory.y = Some(Interval::Absolute(["100 um", "300 um"].map(Value::new)));
    network.populations = vec![excitatory, inhibitory];
    network
}

/// A rule with the values of `make.py`.
pub(crate) fn rule(name: &str, pre: &str, post: &str) -> ConnRule {
    let mut rule = ConnRule::new(name, pre, post);
    rule.weight = Some("0.01 uS".into());
    rule.delay = Some("2 ms".into());
    rule.synapses = vec![Contact::new("exc").at("soma", "0.5")];
    rule
}

/// Connections of a rule: pre gid, post gid, section, location, weight, delay.
pub(crate) type Row = (u32, u32, String, f64, f64, f64);

/// What a rule made, in order.
pub(crate) fn rows(instance: &Instance, rule: &str) -> Vec<Row> {
    let all = &instance.connections;
    let number = all
        .rules
        .iter()
        .position(|name| name == rule)
        .expect("a rule of that name");
    let made = (0..all.len()).filter(|&k| usize::from(all.rule(k)) == number);
    made.map(|k| row(instance, k)).collect()
}

fn row(instance: &Instance, k: usize) -> Row {
    let all = &instance.connections;
    let pre = match instance.sources[all.source(k) as usize] {
        Source::Cell(cell) => instance.cells[cell as usize].gid,
        _ => u32::MAX,
    };
    let (cell, section, location) = match all.target(k) {
        Target::Point(point) => {
            let place = instance.points[point as usize].place;
            (place.cell, Some(place.section), place.location)
        }
        Target::Cell(cell) => (cell, None, 0.5),
    };
    let body = &instance.cells[cell as usize].body;
    let section = match (body, section) {
        (netdsl_runtime::instance::Body::Compartments(template), Some(k)) => {
            template.sections[k as usize].name.clone()
        }
        _ => String::new(),
    };
    (pre, cell, section, location, all.weight(k)[0], all.delay(k))
}
