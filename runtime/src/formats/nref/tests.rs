//! Reading the reference files, and judging doctored results.

use std::path::PathBuf;

use netdsl_lang::mech::program::{
    Block, Blocks, Kind, NetReceive, PROGRAM_VERSION, Role, Variable,
};

use super::compare::{Comparison, compare};
use super::*;
use crate::instance::{Artificial, Body, PerSegment, Source, SpikeSource, Target};
use crate::record::{ProbeTarget, Spikes, Trace};

fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/data/reference"
    ))
}

fn bytes(case: &str) -> Vec<u8> {
    std::fs::read(folder().join(format!("{case}.json.gz"))).expect("the case is in the repository")
}

/// The text of a case as a tree that tests may change.
fn json(case: &str) -> serde_json::Value {
    let text = uncompress(&bytes(case)).expect("it is gzip");
    serde_json::from_slice(&text).expect("it is JSON")
}

/// Mechanisms without code: a reader needs names of variables only.
fn vocabulary() -> HashMap<String, Program> {
    let variables = [
        ("hh", "gnabar gkbar gl el m h n"),
        ("pas", "g e i"),
        ("ExpSyn", "tau e g i"),
        ("Exp2Syn", "tau1 tau2 e g i"),
        ("IClamp", "del dur amp i"),
        ("SEClamp", "rs dur1 amp1 dur2 amp2 dur3 amp3 i"),
        ("VClamp", "dur amp gain rstim tau1 tau2 e0 vo0 vi0 fac i"),
        ("IntFire1", "tau refrac m"),
        ("IntFire2", "taum taus ib m i"),
        ("IntFire4", "taue taui1 taui2 taum"),
        ("RefIzhi", "k vr vt vpeak a b c d I u"),
        ("RefSTDP", "tau e wmax ap am taup taum w g"),
        ("RefGap", "g vpeer i"),
        ("refna", "gbar vsh"),
        ("refkv", "gbar"),
        ("refih", "gbar e"),
        ("refca", "gbar"),
        ("refcad", "depth tau cainf gamma"),
        ("refkm", "gbar"),
        ("refsk", "gbar z"),
    ];
    let receivers = [
        "ExpSyn", "Exp2Syn", "RefSTDP", "IntFire1", "IntFire2", "IntFire4",
    ];
    let receive = || NetReceive {
        weights: vec!["w".into()],
        body: Block::default(),
        init: None,
        watches: vec![],
        additive: false,
    };
    let program = |(name, names): (&str, &str)| {
        let variables = names.split(' ').map(|name| Variable {
            name: name.to_owned(),
            role: Role::Parameter,
            unit: String::new(),
            default: 0.0,
            limits: None,
            length: 1,
            slot: None,
            range: true,
        });
        let program = Program {
            version: PROGRAM_VERSION,
            name: name.to_owned(),
            kind: Kind::Density,
            doc: String::new(),
            variables: variables.collect(),
            ions: vec![],
            currents: vec![],
            exact: Blocks::default(),
            tabled: None,
            exact_conductance: true,
            net_receive: receivers.contains(&name).then(receive),
            tables: vec![],
            function_tables: vec![],
            hooks: vec![],
            diffusions: vec![],
            externals: vec![],
            odes: vec![],
        };
        (name.to_owned(), program)
    };
    variables.into_iter().map(program).collect()
}

fn reference(case: &str) -> Reference {
    read(&bytes(case), &vocabulary()).unwrap_or_else(|errors| panic!("{case}: {errors}"))
}

fn messages(value: &serde_json::Value) -> Vec<String> {
    let text = serde_json::to_vec(value).expect("it is JSON");
    let errors = read(&text, &vocabulary()).expect_err("it is wrong");
    errors.0.iter().map(ToString::to_string).collect()
}

/// The reference's own results, as a run would give them.
fn perfect(reference: &Reference) -> (Spikes, Vec<Trace>) {
    let traces = reference.expected.traces.iter().map(|trace| Trace {
        label: trace.label.clone(),
        unit: trace.unit.clone(),
        interval: trace.interval,
        values: trace.values.clone(),
    });
    (
        reference.expected.spikes.clone().unwrap_or_default(),
        traces.collect(),
    )
}

fn judge(reference: &Reference, spikes: &Spikes, traces: &[Trace]) -> Comparison {
    compare(&reference.expected, reference.config.dt, spikes, traces)
}

#[test]
fn every_reference_file_is_read_and_agrees_with_itself() {
    let mut cases = 0;
    for entry in std::fs::read_dir(folder()).expect("the folder is in the repository") {
        let name = entry.expect("it is readable").file_name();
        let name = name.to_str().expect("it is UTF-8");
        let reference = reference(name.trim_end_matches(".json.gz"));
        let (spikes, traces) = perfect(&reference);
        let comparison = judge(&reference, &spikes, &traces);
        assert!(comparison.passed(), "{name}: {comparison:?}");
        assert!(comparison.geometry.largest_error() < 1e-12, "{name}");
        assert_eq!(reference.probes.len(), traces.len());
        let left_out: &[&str] = if name.starts_with("p10") {
            &["results.lfp"]
        } else {
            &[]
        };
        assert_eq!(comparison.not_compared, left_out, "{name}");
        cases += 1;
    }
    assert_eq!(cases, 18);
}

#[test]
fn a_branched_cell_arrives_whole() {
    let Reference {
        instance,
        config,
        probes,
        ..
    } = reference("p03_multisection");
    assert_eq!((config.celsius, config.use_tables), (34.0, true));
    let Body::Compartments(template) = &instance.cells[0].body else {
        panic!("the cell has sections");
    };
    let soma = &template.sections[0];
    let names: Vec<_> = soma
        .mechanisms
        .iter()
        .map(|m| m.mechanism.as_str())
        .collect();
    let inserted = [
        "pas", "refna", "refkv", "refih", "refca", "refcad", "refsk", "refkm",
    ];
    assert_eq!(names, inserted);
    let calcium = soma
        .ions
        .iter()
        .find(|ion| ion.ion == "ca")
        .expect("it is used");
    assert_eq!((&calcium.reversal, &calcium.inside), (&None, &None));
    let sodium = soma
        .ions
        .iter()
        .find(|ion| ion.ion == "na")
        .expect("it is used");
    assert_eq!(sodium.reversal, Some(PerSegment::Uniform(50.0)));
    assert_eq!(soma.v_init, None);
    let global = instance
        .globals
        .iter()
        .find(|g| g.mechanism == "refna" && g.name == "q10");
    assert_eq!(global.expect("the file sets it").value, 2.3);
    let calcium = instance
        .ion_defaults
        .iter()
        .find(|d| d.ion == "ca")
        .expect("the file has it");
    assert_eq!((calcium.inside, calcium.outside), (5e-5, 2.0));
    assert!(matches!(&instance.generators[1], Artificial::Times(t) if **t == [52.5, 62.5, 72.5]));
    let ProbeTarget::Place { variable, .. } = &probes[8].target else {
        panic!("it is a variable of a density mechanism");
    };
    assert_eq!(variable, "z_refsk");
}

#[test]
fn artificial_cells_and_their_connections_arrive() {
    let reference = reference("p08_artificial");
    let instance = &reference.instance;
    assert_eq!(instance.cells[3].spikes, SpikeSource::Point(0));
    assert_eq!(
        reference.expected.exact.iter().copied().collect::<Vec<_>>(),
        [0, 1, 2, 3]
    );
    let connections = &instance.connections;
    assert_eq!(connections.len(), 9);
    let last = instance.sources[connections.source(8) as usize].clone();
    assert_eq!(
        (last, connections.target(8)),
        (Source::Cell(2), Target::Cell(0))
    );
    assert_eq!(
        (connections.weight(8), connections.delay(8)),
        (&[-0.2][..], 1.5)
    );
    let globals: Vec<_> = instance.globals.iter().map(|g| g.name.as_str()).collect();
    assert_eq!(globals, ["eps", "taueps"]);
    let Body::Artificial(Artificial::Mechanism { parameters, .. }) = &instance.cells[0].body else {
        panic!("it is simulated");
    };
    assert_eq!(parameters[0], ("tau".to_owned(), vec![10.0]));
}

#[test]
fn traces_of_equal_synapses_are_told_apart_by_their_order() {
    let reference = reference("p09_event_timing");
    let points: Vec<_> = reference.probes[..7]
        .iter()
        .map(|probe| match probe.target {
            ProbeTarget::Point { point, .. } => point,
            _ => panic!("g is of a synapse"),
        })
        .collect();
    assert_eq!(points, [6, 5, 4, 3, 2, 1, 0]);
    let mut file = json("p09_event_timing");
    file["results"]["traces"]
        .as_array_mut()
        .expect("traces")
        .remove(0);
    let text = serde_json::to_vec(&file).expect("it is JSON");
    let reference = read(&text, &vocabulary()).expect("it is sound");
    assert_eq!(reference.probes.len(), 1);
    assert!(reference.expected.not_compared[0].starts_with("trace `g1`: 7 point processes there"));
}

#[test]
fn generator_cells_and_cells_without_a_source_follow_the_file() {
    let mut file = json("p04_two_cells");
    file["cells"]["rows"][0][5] = serde_json::Value::Null;
    let text = serde_json::to_vec(&file).expect("it is JSON");
    let found = read(&text, &vocabulary()).expect("it is sound");
    let times = |k: usize| match &found.instance.generators[k] {
        Artificial::Times(times) => times.to_vec(),
        other => panic!("{other:?}"),
    };
    assert_eq!(found.instance.sources, [Source::Generator(0)]);
    assert_eq!(times(0), [4.3, 15.4]);
    assert_eq!(found.instance.cells[0].spikes, SpikeSource::Silent);
    assert_eq!(found.expected.spikes.expect("it has spikes").gids, [1, 1]);

    let generator = serde_json::json!({"artificial": "VecStim", "params": {}});
    file["templates"]
        .as_array_mut()
        .expect("templates")
        .push(generator);
    file["cells"]["rows"][0][2] = 1.into();
    file["point_processes"]["rows"][0][1] = 1.into();
    for trace in file["results"]["traces"].as_array_mut().expect("traces") {
        trace["gid"] = 1.into();
    }
    let text = serde_json::to_vec(&file).expect("it is JSON");
    let found = read(&text, &vocabulary()).expect("it is sound");
    assert_eq!(found.instance.sources, [Source::Cell(0)]);
    assert!(
        matches!(&found.instance.cells[0].body, Body::Artificial(Artificial::Times(t)) if t.len() == 2)
    );
}

#[test]
fn all_unknown_keys_are_told_with_their_path() {
    let mut file = json("p04_two_cells");
    file["config"]["seed"] = 1.into();
    file["templates"][0]["sections"][1]["rallbranch"] = 2.into();
    file["results"]["currents"] = serde_json::json!([]);
    let expected = [
        "config.seed: unknown key; nref-1 does not have it",
        "templates[0].sections[1].rallbranch: unknown key; nref-1 does not have it",
    ];
    assert_eq!(messages(&file), expected);
}

#[test]
fn all_mistakes_are_told() {
    let mut file = json("p04_two_cells");
    file["config"]["secondorder"] = 3.into();
    file["templates"][0]["sections"][0]["mechs"]["Nax"] = serde_json::json!({"gbar": 1});
    file["templates"][0]["sections"][1]["nseg"] = 0.into();
    file["point_processes"]["rows"][0][0] = "Izhi2007b".into();
    file["point_processes"]["rows"][1][2] = "axon".into();
    file["connections"]["pre"][0] = 17.into();
    file["connections"]["delay"][1] = (-1).into();
    file["results"]["traces"][0]["n"] = 3.into();
    let expected = [
        "no mechanism is called `Izhi2007b`, `Nax`; name the folder with their .mod files: --mechanisms DIR",
        "config.secondorder: 3, must be 0, 1 or 2",
        "templates[0].sections[1].ri: 5 values for 0 segments",
        "templates[0]: section `dend`: nseg is 0, must be 1 to 32767",
        "point_processes.rows[1]: cell 1 has no section `axon`",
        "connections (number 0): there is no cell with gid 17",
        "connections (number 1): the delay is -1 ms, must not be below 0",
        "results.traces[0].values: 3201 values, n is 3",
    ];
    assert_eq!(messages(&file), expected);
}

#[test]
fn what_nothing_would_use_is_told() {
    let mut file = json("p04_two_cells");
    let ions = &mut file["templates"][0]["sections"][0]["ions"];
    ions["zz"] = ions["k"].clone();
    ions["k"]["c_style"] = 99.into();
    file["config"]["usetable_hh"] = 2.into();
    file["connections"]["weight"][0] = serde_json::json!([0.1, 2, 3]);
    file["connections"]["weight"][1] = serde_json::json!([]);
    let found = messages(&file).join("\n");
    for words in [
        "ions.zz: no mechanism uses this ion; known are `k`, `na`",
        "ions.k.c_style: 99, must be a whole number from 0 to 3",
        "config.usetable_hh: 2, must be 0 or 1",
        "connections (number 0): `Exp2Syn` has 1 weight (w), but 3 are given",
        "connections (number 1): `ExpSyn` has 1 weight (w), but none is given",
    ] {
        assert!(found.contains(words), "no {words:?} in\n{found}");
    }
}

#[test]
fn other_files_are_told_for_what_they_are() {
    for (text, words) in [
        (
            "",
            "this is not JSON: EOF while parsing a value at line 1 column 0; it is empty",
        ),
        ("\u{1}garbage", "this is not JSON"),
        (
            r#"{"version": 1, "populations": []}"#,
            "runs with `netdsl run`",
        ),
    ] {
        let errors = read(text.as_bytes(), &vocabulary()).expect_err("it is no reference");
        assert!(errors.to_string().contains(words), "{errors}");
    }
    let mut file = json("p04_two_cells");
    file["templates"][0]["sections"][0]["ions"]["k"] = 3.into();
    let found = messages(&file);
    let words =
        "templates[0].sections[0].ions.k: invalid type: integer `3`, expected an object at line 1 ";
    assert!(found[0].starts_with(words), "{found:?}");
}

#[test]
fn broken_text_is_located() {
    let mut file = json("p02b_ball_and_stick_passive");
    file["templates"][0]["sections"][0]["nseg"] = "one".into();
    let found = messages(&file);
    assert!(
        found[0].starts_with("templates[0].sections[0].nseg: invalid type: string"),
        "{found:?}"
    );
    let cut = &bytes("p02b_ball_and_stick_passive")[..500];
    let errors = read(cut, &vocabulary()).expect_err("it is cut off");
    assert!(
        errors
            .to_string()
            .starts_with("the file does not uncompress"),
        "{errors}"
    );
}

#[test]
fn a_late_spike_and_a_wrong_sample_are_noticed() {
    let reference = reference("p04_two_cells");
    let (mut spikes, mut traces) = perfect(&reference);
    spikes.times[2] += 0.025;
    traces[0].values[100] += 2e-4;
    traces[3].values.pop();
    let comparison = judge(&reference, &spikes, &traces);
    let found = comparison.spikes.as_ref().expect("there are spikes");
    assert_eq!((found.expected, found.found, found.matched), (4, 4, 3));
    assert!((found.largest_dt - 0.025).abs() < 1e-12);
    assert_eq!(
        (&found.missing[..], found.surplus.len()),
        (&[(15.4, 0)][..], 1)
    );
    let passed: Vec<_> = comparison.traces.iter().map(|t| t.passed()).collect();
    assert_eq!(passed, [false, true, true, false, true]);
    assert!((comparison.traces[0].at - 2.5).abs() < 1e-12);
    assert!(!comparison.passed());
}

#[test]
fn times_of_artificial_cells_are_exact() {
    let reference = reference("p08_artificial");
    let (mut spikes, traces) = perfect(&reference);
    spikes.times[0] += 5e-7;
    assert!(judge(&reference, &spikes, &traces).passed());
    spikes.times[0] += 1e-5;
    assert!(!judge(&reference, &spikes, &traces).passed());
}

/// Replaces the value at a random place of `value` by one of `replacements`.
fn damage(value: &mut serde_json::Value, path: &[usize], with: &serde_json::Value) {
    use serde_json::Value;
    let Some((&step, rest)) = path.split_first() else {
        *value = with.clone();
        return;
    };
    match value {
        Value::Array(list) if !list.is_empty() => {
            let k = step % list.len();
            damage(&mut list[k], rest, with);
        }
        Value::Object(map) if !map.is_empty() => {
            let k = step % map.len();
            let inner = map.values_mut().nth(k).expect("k is below the length");
            damage(inner, rest, with);
        }
        _ => *value = with.clone(),
    }
}

/// A case with few samples.
fn short(case: &str) -> serde_json::Value {
    let mut file = json(case);
    for trace in file["results"]["traces"].as_array_mut().expect("traces") {
        trace["values"].as_array_mut().expect("values").truncate(3);
        trace["n"] = 3.into();
    }
    file
}

proptest::proptest! {
    #[test]
    fn damaged_files_are_refused_or_run_through(
        case in 0..4usize,
        path in proptest::collection::vec(0..40usize, 1..8),
        with in 0..9usize,
    ) {
        let case = ["p04_two_cells", "p07_gap", "p08_artificial", "p11_geometry"][case];
        let mut file = short(case);
        let with = ["null", "-1", "0", "1.5", "4294967295", "\"nan\"", "[]", "[[1]]", "{}"][with];
        damage(&mut file, &path, &serde_json::from_str(with).expect("it is JSON"));
        let text = serde_json::to_vec(&file).expect("it is JSON");
        if let Ok(reference) = read(&text, &vocabulary()) {
            let (spikes, traces) = perfect(&reference);
            judge(&reference, &spikes, &traces);
        }
    }
}
