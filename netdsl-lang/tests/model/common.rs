//! A model with something of everything, and the mechanisms it uses.

use netdsl_lang::mech::{
    Block, Blocks, Kind, NetReceive, PROGRAM_VERSION, Program, Role, Variable,
};
use netdsl_lang::model::*;

fn variable(name: &str, role: Role, unit: &str, default: f64) -> Variable {
    Variable {
        name: name.into(),
        role,
        unit: unit.into(),
        default,
        limits: None,
        length: 1,
        slot: None,
        range: true,
    }
}

fn program(name: &str, kind: Kind, parameters: &[(&str, &str)], weight: Option<&str>) -> Program {
    let mut variables: Vec<Variable> = parameters
        .iter()
        .map(|(name, unit)| variable(name, Role::Parameter, unit, 0.0))
        .collect();
    if let Some(unit) = weight {
        variables.push(variable("w", Role::Weight(0), unit, 0.0));
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
        net_receive: weight.map(|_| NetReceive {
            weights: vec!["w".into()],
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
    let hh = [
        ("gnabar", "S/cm2"),
        ("gkbar", "S/cm2"),
        ("gl", "S/cm2"),
        ("el", "mV"),
    ];
    let mut hh = program("hh", Kind::Density, &hh, None);
    hh.variables[0].limits = Some((0.0, 1e9));
    hh.variables
        .push(variable("usetable", Role::Global(0), "", 1.0));
    hh.variables.push(variable("m", Role::State, "", 0.0));
    hh.ions = ["na", "k"]
        .map(|name| netdsl_lang::mech::Ion {
            name: name.into(),
            valence: None,
            reads: Vec::new(),
            writes: Vec::new(),
        })
        .to_vec();
    let pas = program("pas", Kind::Density, &[("g", "S/cm2"), ("e", "mV")], None);
    let exp2syn = [("tau1", "ms"), ("tau2", "ms"), ("e", "mV")];
    let exp2syn = program("Exp2Syn", Kind::Point, &exp2syn, Some("uS"));
    let iclamp = [("del", "ms"), ("dur", "ms"), ("amp", "nA")];
    let iclamp = program("IClamp", Kind::Point, &iclamp, None);
    let mut vclamp = program("VClamp", Kind::Point, &[("dur", "ms"), ("amp", "mV")], None);
    vclamp.variables.iter_mut().for_each(|v| v.length = 3);
    let netstim = [
        ("interval", "ms"),
        ("number", ""),
        ("start", "ms"),
        ("noise", ""),
    ];
    let netstim = program("NetStim", Kind::Artificial, &netstim, Some(""));
    let intfire = [("tau", "ms"), ("refrac", "ms")];
    let intfire = program("IntFire1", Kind::Artificial, &intfire, Some(""));
    vec![hh, pas, exp2syn, iclamp, vclamp, netstim, intfire]
}

/// Two compartments, two populations, an artificial one, rules and stimuli.
pub(crate) fn network() -> Network {
    let mut net = Network::new("example");
    net.size = ["200 um", "600 um", "200 um"].map(Value::new);
    net.params = Table::from([("lambda", "120 um"), ("scale", "1")]);
    net.globals = Table::from([("hh", Table::from([("usetable", 0.0)]))]);
    net.cell_types = vec![pyramidal(), input()];
    net.synapses = vec![Synapse {
        name: "Exc".into(),
        mechanism: "Exp2Syn".into(),
        parameters: Table::from([("tau1", "0.1 ms"), ("tau2", "5 ms"), ("e", "0 mV")]),
    }];
    net.populations = populations();
    net.connections = rules();
    net.stimuli = stimuli();
    let mut run = RunConfig::new(100.0);
    let mut cells = Selector::population("E");
    cells.cells = Some(vec![0, 3]);
    run.record = vec![Recording {
        label: "V".into(),
        cells,
        what: Recorded::Place {
            section: "soma".into(),
            loc: 0.5,
            variable: "v".into(),
        },
        interval: Some(0.1),
    }];
    net.run = Some(run);
    net
}

fn pyramidal() -> CellType {
    let mut soma = Section::new("soma");
    soma.length = Some("18.8 um".into());
    soma.diameter = Some("18.8 um".into());
    soma.axial_resistivity = Some("123 ohm*cm".into());
    soma.mechanisms = Table::from([(
        "hh",
        Table::from([("gnabar", "0.12 S/cm2"), ("el", "-70 mV")]),
    )]);
    soma.ions = Table::default().with(
        "na",
        IonSetting {
            reversal: Some("55 mV".into()),
            ..IonSetting::default()
        },
    );
    let mut dend = Section::new("dend");
    dend.parent = Some(Attachment {
        section: "soma".into(),
        loc: 1.0,
        child_end: 0.0,
    });
    dend.points = vec![[0.0, 0.0, 0.0, 2.0], [0.0, 200.0, 0.0, 1.0]];
    dend.nseg = Some(5.into());
    dend.mechanisms = Table::from([("pas", Table::from([("g", "3.57e-5 S/cm2")]))]);
    let mut cell = CellType::new("Pyramidal");
    cell.sections = vec![soma, dend];
    cell.section_lists = Table::default().with("all", vec!["soma".to_owned(), "dend".to_owned()]);
    cell.spikes = Some(SpikeSource::Voltage {
        section: "soma".into(),
        loc: 0.5,
        threshold: Some("0 mV".into()),
    });
    cell
}

fn input() -> CellType {
    let mut cell = CellType::new("Input");
    cell.artificial = Some(ArtificialCell::Mechanism {
        mechanism: "NetStim".into(),
        parameters: Table::from([("rate", "20 Hz")]),
    });
    cell
}

fn populations() -> Vec<Population> {
    let mut e = Population::new("E", "Pyramidal");
    e.cells = Some(200.into());
    e.y = Some(Interval::Absolute(["100 um", "300 um"].map(Value::new)));
    e.tags = Table::from([("layer", Tag::from("L5")), ("depth", Tag::from(5.0))]);
    let mut i = Population::new("I", "Pyramidal");
    i.density = Some("20000 /mm3".into());
    i.y = Some(Interval::Norm(["0.1", "0.5"].map(Value::new)));
    let mut background = Population::new("Background", "Input");
    background.positions = Some(vec![[0.0, 0.5, 1e-3]]);
    background.parameters = Table::from([("noise", 1.0)]);
    vec![e, i, background]
}

fn rules() -> Vec<ConnRule> {
    let mut ei = ConnRule::new("EI", "E", "I");
    ei.condition = Some("pre.y < 250 um".into());
    ei.probability = Some("0.4 * exp(-dist_3d / lambda)".into());
    ei.weight = Some("0.005 uS".into());
    ei.delay = Some("1 ms + dist_3d / (500 um/ms)".into());
    ei.synapses = vec![Contact::new("Exc").at("dend", 0.5)];
    let mut list = ConnRule::new("Listed", "Background", "E");
    list.list = Some(PairList {
        pairs: vec![(0, 1), (0, 2)],
        weights: Some(vec![0.001, 0.002]),
        delays: None,
    });
    list.delay = Some("1 ms".into());
    list.synapses = vec![Contact::new("Exc").at("all", 0.5)];
    vec![ei, list]
}

fn stimuli() -> Vec<Stimulus> {
    let mut drive = Stimulus::new("Drive", "NetStim", "E");
    drive.parameters = Table::from([("rate", "20 Hz"), ("noise", "1")]);
    drive.weight = Some("0.01 uS".into());
    drive.delay = Some("1 ms".into());
    drive.synapses = vec![Contact::new("Exc").at("soma", 0.5)];
    let mut clamp = Stimulus::new("Clamp", "VClamp", "I");
    clamp.parameters = Table::default()
        .with(
            "dur",
            Setting::Each(["10 ms", "20 ms", "5 ms"].map(Value::new).to_vec()),
        )
        .with(
            "amp",
            Setting::Each(["-65 mV", "0 mV", "-65 mV"].map(Value::new).to_vec()),
        );
    clamp.section = Some("soma".into());
    clamp.loc = Some(0.5.into());
    vec![drive, clamp]
}
