//! Mechanisms against NEURON 9.0.2: states, currents and spikes that `tests/data/neuron/mechanisms.py` recorded.

use crate::instance::Instance;
use netdsl_lang::mech::interpret::Interpreter;
use netdsl_lang::mech::{IonQuantity, Program, shipped};
use netdsl_lang::nmodl::compile;
use serde_json::Value;

fn recorded(part: &str) -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/data/neuron/mechanisms.json"
    );
    let text = std::fs::read_to_string(path).expect("the file is part of the repository");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    all[part].clone()
}

/// A shipped mechanism, or one of the test files (whose names are those of the mechanisms in small letters).
fn program(name: &str) -> Program {
    match shipped::source(name) {
        Some(text) => compile(text, name).unwrap_or_else(|e| panic!("{e}")),
        None => {
            let file = name.to_lowercase();
            let path = format!(
                "{}/../tests/data/mod/{file}.mod",
                env!("CARGO_MANIFEST_DIR")
            );
            let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
            compile(&text, &path).unwrap_or_else(|e| panic!("{e}"))
        }
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn close(ours: f64, theirs: f64, within: f64, what: &str) {
    let scale = theirs.abs().max(1.0);
    assert!(
        (ours - theirs).abs() <= within * scale,
        "{what}: {ours} instead of {theirs}"
    );
}

fn set_all(instance: &mut Instance, params: &Value) {
    for (name, value) in params.as_object().expect("an object") {
        instance.set_named(name, 0, value.as_f64().expect("a number"));
    }
}

fn set_ions(instance: &mut Instance, ions: &Value) {
    for (name, value) in ions.as_object().expect("an object") {
        let ion = instance
            .program
            .ions
            .iter()
            .position(|i| format!("e{}", i.name) == *name);
        let key = (
            ion.expect("the mechanism uses it"),
            format!("{:?}", IonQuantity::Reversal),
        );
        instance.ions.insert(key, value.as_f64().expect("a number"));
    }
}

#[test]
fn gates_have_neurons_rates() {
    let with = &mut Interpreter::new();
    for case in list(&recorded("gates")) {
        let program = program(text(&case["mech"]));
        let states: Vec<&str> = list(&case["states"]).iter().map(text).collect();
        for row in list(&case["rows"]) {
            let mut instance = Instance::new(&program);
            instance.celsius = case["celsius"].as_f64().expect("a number");
            instance.v = row["v"].as_f64().expect("a number");
            if let Some(table) = case["table"].as_f64() {
                instance.set_named("usetable", 0, table);
            }
            set_ions(&mut instance, &case["ions"]);
            instance.initialize(with);
            for (name, start) in states.iter().zip(numbers(&row["start"])) {
                let what = format!("{} {name} at {}", program.name, instance.v);
                close(instance.named(name), start, 1e-13, &what);
            }
            for (k, name) in states.iter().enumerate() {
                instance.set_named(name, 0, 0.2 + 0.3 * k as f64);
            }
            instance.advance(with);
            for (name, after) in states.iter().zip(numbers(&row["after"])) {
                let what = format!("{} {name} at {}", program.name, instance.v);
                close(instance.named(name), after, 1e-13, &what);
            }
        }
    }
}

#[test]
fn currents_are_neurons() {
    let with = &mut Interpreter::new();
    for case in list(&recorded("currents")) {
        let program = program(text(&case["mech"]));
        for row in list(&case["rows"]) {
            let row = numbers(row);
            let mut instance = Instance::new(&program);
            instance.v = row[0];
            if program.tabled.is_some() {
                instance.set_named("usetable", 0, 0.0);
            }
            set_all(&mut instance, &case["params"]);
            set_ions(&mut instance, &case["ions"]);
            instance.initialize(with);
            let currents = instance.currents(with);
            for ((value, _), theirs) in currents.iter().zip(&row[1..]) {
                assert!(
                    (value / theirs - 1.0).abs() < 1e-12,
                    "{}: {value} {theirs}",
                    program.name
                );
            }
        }
    }
}

#[test]
fn solver_methods_take_neurons_steps() {
    let with = &mut Interpreter::new();
    for (name, case) in recorded("methods").as_object().expect("an object") {
        let program = program(name);
        let mut instance = Instance::new(&program);
        instance.dt = 0.1;
        if name == "pool" {
            for (k, load) in [0.1, 0.02, 0.003].into_iter().enumerate() {
                instance.set_named("load", k as u32, load);
            }
        }
        instance.initialize(with);
        for (step, row) in list(&case["rows"]).iter().enumerate() {
            instance.t = (step + 1) as f64 * instance.dt;
            // variables that no block needs are computed by the full kernels only
            if program.exact.state_is_script {
                instance.advance(with);
            } else {
                with.run_kernel(&program, &program.exact.state_full, &mut instance);
            }
            for (variable, theirs) in list(&case["names"]).iter().zip(numbers(row)) {
                let what = format!("{name}: {variable} after step {step}");
                // NEURON leaves its Newton iteration at a change of 1e-6, which leaves an error of 1e-9
                close(instance.named(text(variable)), theirs, 5e-9, &what);
            }
        }
    }
}

#[test]
fn events_act_on_synapses_as_in_neuron() {
    let with = &mut Interpreter::new();
    for case in list(&recorded("synapses")) {
        let program = program(text(&case["mech"]));
        let mut instance = Instance::new(&program);
        let dt = case["dt"].as_f64().expect("a number");
        instance.dt = dt;
        set_all(&mut instance, &case["params"]);
        instance.initialize(with);
        let weight = case["weight"].as_f64().expect("a number");
        let mut events = numbers(&case["events"]).into_iter().peekable();
        for (step, row) in list(&case["rows"]).iter().enumerate() {
            let now = step as f64 * dt;
            while let Some(time) = events.next_if(|te| *te <= now + dt / 2.0) {
                instance.deliver(with, time, weight, 0.0);
            }
            with.run_kernel(&program, &program.exact.current_full, &mut instance);
            let (current, conductance) = program.exact.currents_full[0];
            let current = with.register(current);
            assert!(with.register(conductance) >= 0.0);
            let before = instance.named("g");
            instance.advance(with);
            // NEURON's recorded i is that of the step's beginning; g of ExpSyn is a state, of Exp2Syn it goes with i.
            // A step ends with the events that are due at its end, by NEURON's own sum of steps.
            let row = numbers(row);
            while let Some(time) = events.next_if(|te| *te <= row[0]) {
                instance.deliver(with, time, weight, 0.0);
            }
            // with nearly equal time constants g is the small difference of two large states
            let (ours, within) = if program.name == "ExpSyn" {
                (instance.named("g"), 1e-13)
            } else {
                (before, 1e-11)
            };
            let what = format!("{} g after step {step}", program.name);
            close(ours, row[1], within, &what);
            close(
                current,
                row[2],
                1e-9,
                &format!("{} i in step {step}", program.name),
            );
        }
    }
}

/// A passive compartment with an electrode or synapse, stepped by implicit Euler.
#[test]
fn clamps_hold_the_voltage_as_in_neuron() {
    let with = &mut Interpreter::new();
    for case in list(&recorded("clamps")) {
        let number = |key: &str| case[key].as_f64().expect("a number");
        let program = program(text(&case["mech"]));
        let mut instance = Instance::new(&program);
        set_all(&mut instance, &case["params"]);
        for (name, values) in case["arrays"].as_object().expect("an object") {
            for (k, value) in numbers(values).into_iter().enumerate() {
                instance.set_named(name, k as u32, value);
            }
        }
        // nF and uS
        let capacitance = number("cm") * number("area") * 1e-5;
        let leak = number("g") * number("area") * 1e-2;
        let dt = number("dt");
        (instance.dt, instance.v) = (dt, number("v"));
        instance.initialize(with);
        let electrode = program.currents[0].electrode;
        let sign = if electrode { -1.0 } else { 1.0 };
        for (step, row) in list(&case["rows"]).iter().enumerate() {
            let row = numbers(row);
            instance.t = (step as f64 + 0.5) * dt;
            with.run_kernel(&program, &program.exact.current_full, &mut instance);
            let (i, g) = program.exact.currents_full[0];
            let (i, g) = (sign * with.register(i), sign * with.register(g));
            let total = leak * (instance.v - number("e")) + i;
            instance.v -= total / (capacitance / dt + leak + g);
            instance.t = (step as f64 + 1.0) * dt;
            with.run_kernel(&program, &program.exact.state_full, &mut instance);
            let what = format!("{} {} step {step}", program.name, case["params"]);
            close(instance.v, row[0], 1e-8, &format!("{what}: v"));
            // the amplifier of VClamp multiplies the rounding of v
            let gain = case["params"]["gain"].as_f64();
            let gain = if program.name == "VClamp" {
                gain.unwrap_or(1e5)
            } else {
                0.0
            };
            close(
                instance.named("i"),
                row[1],
                1e-8 + 4e-9 * gain,
                &format!("{what}: i"),
            );
            cross(&mut instance, with);
        }
    }
}

/// Watches as NEURON checks them behind each step.
fn cross(instance: &mut Instance, with: &mut Interpreter) {
    let Some(receive) = &instance.program.net_receive else {
        return;
    };
    while let Some((time, flag)) = instance.own.pop() {
        instance.deliver(with, time, 0.0, flag);
    }
    for k in instance.watches.clone() {
        let watch = &receive.watches[k];
        with.run_kernel(instance.program, &watch.block, instance);
        if with.register(watch.value) > 0.0 {
            instance.deliver(with, instance.t, 0.0, watch.flag);
        }
    }
}

#[test]
fn cells_without_membrane_fire_at_neurons_times() {
    let with = &mut Interpreter::new();
    for case in list(&recorded("cells")) {
        let program = program(text(&case["mech"]));
        let mut instance = Instance::new(&program);
        set_all(&mut instance, &case["params"]);
        instance.initialize(with);
        let inputs: Vec<(f64, f64)> = list(&case["inputs"])
            .iter()
            .map(numbers)
            .map(|pair| (pair[0], pair[1]))
            .collect();
        let ours = instance.play(with, &inputs, 150.0);
        let theirs = numbers(&case["spikes"]);
        assert_eq!(
            ours.len(),
            theirs.len(),
            "{}: {ours:?} {theirs:?}",
            program.name
        );
        for (a, b) in ours.iter().zip(&theirs) {
            assert!(
                (a - b).abs() < 1e-9,
                "{} {}: {a} instead of {b}",
                program.name,
                case["params"]
            );
        }
    }
}

#[test]
fn net_stims_send_neurons_events() {
    let with = &mut Interpreter::new();
    for case in list(&recorded("stims")) {
        let program = program("NetStim");
        let mut instance = Instance::new(&program);
        set_all(&mut instance, &case["params"]);
        instance.draws = numbers(&case["draws"]);
        instance.initialize(with);
        let ours = instance.play(with, &[], 100.0);
        let theirs = numbers(&case["spikes"]);
        assert_eq!(ours.len(), theirs.len());
        for (a, b) in ours.iter().zip(&theirs) {
            assert!((a - b).abs() < 1e-10, "{a} instead of {b}");
        }
    }
}

#[test]
fn c_computes_what_it_computes_in_neuron() {
    let with = &mut Interpreter::new();
    let program = program("refc");
    for row in list(&recorded("verbatim")["rows"]) {
        let mut instance = Instance::new(&program);
        let x = row["x"].as_f64().expect("a number");
        instance.set_named("x", 0, x);
        instance.initialize(with);
        for (k, theirs) in numbers(&row["r"]).into_iter().enumerate() {
            let what = format!("r[{k}] at x = {x}");
            close(instance.element("r", k as u32), theirs, 1e-14, &what);
        }
    }
}

#[test]
fn c_receives_events_as_in_neuron() {
    let with = &mut Interpreter::new();
    let program = program("RefCSyn");
    let recorded = recorded("verbatim");
    let mut instance = Instance::new(&program);
    instance.initialize(with);
    let receive = program.net_receive.as_ref().expect("it takes events");
    instance.weights = vec![0.0, 0.0];
    let init = receive.init.as_ref().expect("it begins with a count of 2");
    with.run_script(&program, init, &mut instance);
    let mut now = 0.0;
    for (event, seen) in list(&recorded["events"])
        .iter()
        .zip(list(&recorded["seen"]))
    {
        let (time, weight) = (numbers(event)[0], numbers(event)[1]);
        let due = |own: &(f64, f64)| own.0 > now && own.0 <= time + 0.06;
        let own: Vec<_> = instance.own.iter().copied().filter(due).collect();
        let count = instance.weights[1];
        for (own_time, flag) in own {
            instance.deliver(with, own_time, 0.0, flag);
        }
        (instance.t, instance.flag, instance.weights) = (time, 0.0, vec![weight, count]);
        with.run_script(&program, &receive.body, &mut instance);
        now = time + 0.06;
        let ours = [
            instance.weights[1],
            instance.named("seen"),
            instance.named("late"),
            instance.named("missed"),
        ];
        assert_eq!(ours.to_vec(), numbers(seen), "after the event at {time}");
    }
}
