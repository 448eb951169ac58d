//! A file for each construct of the language, against what `tests/data/neuron/constructs.py` recorded from NEURON 9.0.2.

use crate::instance::Instance;
use netdsl_lang::mech::abi::Access;
use netdsl_lang::mech::interpret::Interpreter;
use netdsl_lang::mech::{IonQuantity, Program};
use netdsl_lang::nmodl::compile;
use serde_json::Value;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data");
const QUANTITIES: [IonQuantity; 4] = [
    IonQuantity::Reversal,
    IonQuantity::Inside,
    IonQuantity::Outside,
    IonQuantity::Current,
];

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The program of a construct's file.
pub(crate) fn program(file: &str) -> Program {
    let path = format!("{DATA}/mod/constructs/{file}.mod");
    compile(&read(&path), &path).unwrap_or_else(|e| panic!("{e}"))
}

/// The variables of a row, in its order, and where its ions begin.
struct Columns {
    names: Vec<(String, u32)>,
    ions: usize,
}

impl Columns {
    fn new(run: &Value) -> Self {
        let ions = run["ions"].as_array().expect("a list").len();
        let all = run["columns"].as_array().expect("a list");
        let own = &all[..all.len() - 4 * ions];
        let element = |c: &Value| {
            let text = c.as_str().expect("a name");
            match text.split_once('[') {
                Some((name, k)) => (
                    name.to_owned(),
                    k.trim_end_matches(']').parse().expect("an index"),
                ),
                None => (text.to_owned(), 0),
            }
        };
        Self {
            names: own.iter().map(element).collect(),
            ions,
        }
    }
}

/// What other mechanisms and the ions themselves do, from NEURON's row.
fn surround(instance: &mut Instance, columns: &Columns, row: &[f64], first: bool) {
    for ion in 0..columns.ions {
        let uses = &instance.program.ions[ion];
        for (k, what) in QUANTITIES.into_iter().enumerate() {
            let keeps = uses.writes.contains(&what);
            let begins = first && matches!(what, IonQuantity::Inside | IonQuantity::Outside);
            if !keeps || begins {
                let value = row[columns.names.len() + 4 * ion + k];
                instance.set_ion(ion, what, value);
            }
        }
    }
}

fn play(program: &Program, run: &Value, voltages: &[f64]) -> Vec<Vec<f64>> {
    let columns = Columns::new(run);
    let rows = run["rows"].as_array().expect("a list");
    let mut with = Interpreter::new();
    let mut instance = Instance::new(program);
    instance.celsius = run["celsius"].as_f64().expect("a number");
    let mut found = Vec::new();
    for (step, (row, v)) in rows.iter().zip(voltages).enumerate() {
        let row = numbers(row);
        instance.v = *v;
        surround(&mut instance, &columns, &row, step == 0);
        if step == 0 {
            instance.initialize(&mut with);
        } else {
            instance.t = (step as f64 - 0.5) * instance.dt;
        }
        let currents = instance.currents_full(&mut with);
        for (current, (value, _)) in program.currents.iter().zip(currents) {
            if let Some(ion) = current.ion {
                instance.set_ion(ion as usize, IonQuantity::Current, value);
            }
        }
        if step > 0 {
            instance.t = step as f64 * instance.dt;
            instance.advance_full(&mut with);
        }
        let own = columns
            .names
            .iter()
            .map(|(name, k)| instance.element(name, *k));
        let mut values: Vec<f64> = own.collect();
        for ion in 0..columns.ions {
            values.extend(QUANTITIES.map(|what| instance.ion(ion, what)));
        }
        found.push(values);
    }
    found
}

#[test]
fn every_construct_computes_what_it_computes_in_neuron() {
    let recorded: Value =
        serde_json::from_str(&read(&format!("{DATA}/neuron/constructs.json"))).expect("JSON");
    let voltages = numbers(&recorded["voltages"]);
    let mut wrong = Vec::new();
    for run in recorded["runs"].as_array().expect("a list") {
        let file = run["file"].as_str().expect("a name");
        let program = program(file);
        let ours = play(&program, run, &voltages);
        let theirs: Vec<Vec<f64>> = run["rows"]
            .as_array()
            .expect("a list")
            .iter()
            .map(numbers)
            .collect();
        for (column, name) in run["columns"]
            .as_array()
            .expect("a list")
            .iter()
            .enumerate()
        {
            let largest = theirs
                .iter()
                .map(|row| row[column].abs())
                .fold(0.0, f64::max);
            let worst = ours
                .iter()
                .zip(&theirs)
                .map(|(a, b)| (a[column] - b[column]).abs())
                .enumerate()
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .expect("there are steps");
            if worst.1.is_nan() || worst.1 > 1e-10 * largest {
                let (step, _) = worst;
                let (a, b) = (ours[step][column], theirs[step][column]);
                wrong.push(format!(
                    "{file} at {}: {name} in step {step}: {a} instead of {b}",
                    run["celsius"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
