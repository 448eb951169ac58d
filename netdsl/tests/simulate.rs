//! From a model to its results.
#![cfg(feature = "runtime")]

use netdsl::builder::*;
use netdsl::quantity::{Units, expr};
use netdsl::{Error, Run, Simulation};

/// Cells of one compartment with hh; the first population is driven by a current and excites the second.
fn network() -> NetworkBuilder {
    let soma = Section::builder()
        .name("soma")
        .length(20.um())
        .diameter(20.um())
        .mechanisms([("hh", Table::default())])
        .build();
    let mut step = Stimulus::new("Step", "IClamp", "A");
    step.parameters = [
        ("del", Value::from(1.ms())),
        ("dur", 50.ms().into()),
        ("amp", 0.2.na().into()),
    ]
    .into();
    NetworkBuilder::new("pair")
        .param("w", 0.02.micro_siemens())
        .cell_type(CellType::builder().name("Cell").sections([soma]).build())
        .synapse(
            Synapse::builder()
                .name("Exc")
                .mechanism("ExpSyn")
                .parameters([("tau", 2.ms())])
                .build(),
        )
        .population(
            Population::builder()
                .name("A")
                .cell("Cell")
                .cells(1)
                .build(),
        )
        .population(
            Population::builder()
                .name("B")
                .cell("Cell")
                .cells(3)
                .build(),
        )
        .connect(
            ConnRule::builder()
                .name("AB")
                .pre("A")
                .post("B")
                .weight(expr("w"))
                .delay(2.ms())
                .synapses([Contact::new("Exc").at("soma", 0.5)])
                .build(),
        )
        .stimulate(step)
}

fn voltage(population: &str) -> Recording {
    Recording {
        label: format!("V{population}"),
        cells: population.into(),
        what: Recorded::Place {
            section: "soma".into(),
            loc: 0.5,
            variable: "v".into(),
        },
        interval: Some(0.1),
    }
}

fn run(network: Network, threads: usize) -> Result<Run, Error> {
    Simulation::builder()
        .duration(50.ms())
        .threads(threads)
        .record(voltage("A"))
        .record(voltage("B"))
        .build(network)?
        .run()
}

fn spikes(run: &Run, population: &str) -> Vec<f64> {
    run.spikes()
        .of_population(population)
        .expect("the population is there")
        .times()
}

#[test]
fn a_driven_cell_fires_and_excites_others() {
    let run = run(network().build().unwrap(), 1).unwrap_or_else(|e| panic!("{e}"));
    let (a, b) = (spikes(&run, "A"), spikes(&run, "B"));
    assert!(a.len() >= 3, "{a:?}");
    assert_eq!(b.len(), 3 * a.len(), "{a:?} {b:?}");
    assert!(b[0] > a[0] + 2.0, "{a:?} {b:?}");
    let summary = run.summary();
    assert_eq!(
        (summary.cells, summary.connections, summary.compartments),
        (4, 3, 4)
    );
    assert_eq!(summary.populations[0].2, a.len());
    let trace = run.trace("VA").expect("it was recorded");
    assert_eq!(trace.values[0], -65.0);
    assert!(trace.values.iter().any(|v| *v > 10.0));
    assert_eq!(run.traces().len(), 4, "one trace for each cell");
    assert!(run.trace("VB[2]").is_some());
}

#[test]
fn variables_of_synapses_and_electrodes_are_recorded() {
    let record = |label: &str, population: &str, what| Recording {
        label: label.into(),
        cells: population.into(),
        what,
        interval: None,
    };
    let synapse = |variable: &str| Recorded::Synapse {
        synapse: "Exc".into(),
        variable: variable.into(),
    };
    let electrode = || Recorded::Stimulus {
        stimulus: "Step".into(),
        variable: "i".into(),
    };
    let simulation = |recording| {
        Simulation::builder()
            .duration(20.ms())
            .record(recording)
            .record(record("g", "B", synapse("g")))
            .build(network().build().unwrap())
    };
    let run = simulation(record("I", "A", electrode()))
        .unwrap()
        .run()
        .unwrap();
    let current = &run.trace("I").expect("it was recorded").values;
    assert_eq!((current[0], current[100]), (0.0, 0.2));
    let first = spikes(&run, "A")[0];
    let conductance = &run.trace("g[2]").expect("each cell has a trace").values;
    let arrival = ((first + 2.0) / 0.025).ceil() as usize + 1;
    assert_eq!(conductance[arrival - 3], 0.0);
    // an event of weight w decays with tau = 2 ms
    let expected = 0.02 * (-(arrival as f64 * 0.025 - first - 2.0) / 2.0).exp();
    let found = conductance[arrival];
    assert!((found / expected - 1.0).abs() < 0.02, "{found} {expected}");
    let missing = simulation(record("I", "B", electrode()))
        .map(|_| ())
        .unwrap_err();
    assert!(
        missing
            .to_string()
            .contains("has no point process of `Step`"),
        "{missing}"
    );
}

#[test]
fn threads_change_nothing() {
    let one = run(network().build().unwrap(), 1).unwrap();
    let two = run(network().build().unwrap(), 2).unwrap();
    assert_eq!(one.spikes().times(), two.spikes().times());
    assert_eq!(one.traces(), two.traces());
}

#[test]
fn parameters_from_the_command_line_change_the_run() {
    let options =
        netdsl::cli::Options::from_args(["--set", "w=0uS", "--duration", "20ms", "--quiet"])
            .unwrap();
    let mut net = network().build().unwrap();
    options.apply(&mut net).unwrap();
    let run = Simulation::builder()
        .options(&options)
        .build(net)
        .unwrap()
        .run()
        .unwrap();
    assert_eq!(run.duration(), 20.0);
    assert!(!spikes(&run, "A").is_empty());
    assert!(spikes(&run, "B").is_empty());
}

#[test]
fn progress_is_heard_to_the_end() {
    use std::cell::RefCell;
    use std::rc::Rc;
    let heard = Rc::new(RefCell::new(Vec::new()));
    let listener = Rc::clone(&heard);
    let simulation = Simulation::builder()
        .duration(10.ms())
        .progress(move |p| listener.borrow_mut().push(p.time));
    simulation
        .build(network().build().unwrap())
        .unwrap()
        .run()
        .unwrap();
    let heard = heard.borrow();
    assert!(heard.is_sorted() && heard.len() > 2, "{heard:?}");
    assert!((heard.last().unwrap() - 10.0).abs() < 1e-6, "{heard:?}");
}

#[test]
fn what_is_wrong_is_told_before_anything_runs() {
    let text = |result: Result<Simulation, Error>| match result {
        Ok(_) => panic!("this was built"),
        Err(error) => error.to_string(),
    };
    let net = network().build().unwrap();
    let message = text(Simulation::builder().build(net.clone()));
    assert!(
        message.contains("the duration of the run is missing"),
        "{message}"
    );
    let mut wrong = net.clone();
    wrong.synapses[0].mechanism = "ExpSin".into();
    let message = text(Simulation::builder().duration(1.ms()).build(wrong));
    assert!(
        message.contains("no mechanism `ExpSin`; did you mean `ExpSyn`?"),
        "{message}"
    );
    let mut wrong = net.clone();
    wrong.connections[0].delay = Some(0.01.ms().into());
    let message = text(Simulation::builder().duration(1.ms()).build(wrong));
    assert!(message.contains("delay below dt"), "{message}");
    let recording = Recording {
        cells: Selector {
            cells: Some(vec![7]),
            ..Selector::population("B")
        },
        ..voltage("B")
    };
    let message = text(
        Simulation::builder()
            .duration(1.ms())
            .record(recording)
            .build(net),
    );
    assert!(
        message.contains("there is no cell 7 among the 3 selected"),
        "{message}"
    );
}

#[cfg(feature = "analysis")]
#[test]
fn a_run_has_a_raster() {
    let run = run(network().build().unwrap(), 1).unwrap();
    let svg = run.raster().svg();
    assert!(svg.starts_with("<svg") && svg.contains("A"), "{svg}");
}

fn mistake(builder: NetworkBuilder) -> String {
    let built = Simulation::builder()
        .duration(50.ms())
        .build(builder.build().unwrap_or_else(|e| panic!("{e}")));
    match built {
        Ok(_) => panic!("this was built"),
        Err(error) => error.to_string(),
    }
}

/// A rule onto the second population with this weight.
fn weighted(weight: &str) -> NetworkBuilder {
    network().connect(
        ConnRule::builder()
            .name("Wrong")
            .pre("A")
            .post("B")
            .weight(expr(weight))
            .delay(2.ms())
            .synapses([Contact::new("Exc").at("soma", 0.5)])
            .build(),
    )
}

#[test]
fn drawn_conductances_are_not_negative() {
    for weight in ["normal(-5 nS, 0.1 nS)", "10 nS * (pre.x_norm - 2)"] {
        let message = mistake(weighted(weight));
        assert!(message.contains("connection rule `Wrong`"), "{message}");
        assert!(
            message.contains("is a conductance, which cannot be negative: limit it"),
            "{message}"
        );
    }
}

#[test]
fn drawn_parameters_keep_the_limits_of_their_mechanism() {
    let mut clamp = Stimulus::new("Clamp", "SEClamp", "A");
    clamp.parameters = [
        ("dur1", Value::from(1.ms())),
        ("rs", expr("1 Mohm * (post.x_norm - 2)")),
    ]
    .into();
    let message = mistake(network().stimulate(clamp));
    assert!(
        message.contains("`rs` must lie between 0.000000001 and 1000000000"),
        "{message}"
    );
}

#[test]
fn a_voltage_that_is_no_number_ends_the_run() {
    let mut blast = Stimulus::new("Blast", "IClamp", "B");
    blast.parameters = [
        ("del", Value::from(5.ms())),
        ("dur", 50.ms().into()),
        ("amp", expr("1e308 nA")),
    ]
    .into();
    let built = Simulation::builder()
        .duration(50.ms())
        .build(network().stimulate(blast).build().unwrap());
    let Err(error) = built.unwrap().run() else {
        panic!("infinite voltages are no result")
    };
    let message = error.to_string();
    assert!(
        message.contains("the voltage of cell 1 is not a number"),
        "{message}"
    );
}

#[test]
fn what_does_nothing_is_noted() {
    let silent = network().population(
        Population::builder()
            .name("Nobody")
            .cell("Cell")
            .cells(0)
            .build(),
    );
    let run = run(silent.build().unwrap(), 1).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(run.summary().notes, ["population `Nobody` has no cells"]);
    let text = run.summary().to_string();
    assert!(text.contains("note: population `Nobody`"), "{text}");
}

#[test]
fn values_of_another_kind_are_refused_at_the_option() {
    let mut net = network().build().unwrap();
    for (value, told) in [
        ("3ms", "is a time (ms)"),
        ("0.02", "as in `0.02 uS`, but `0.02` is"),
        ("abc", "`abc`: there is no variable `abc`"),
    ] {
        let set = format!("w={value}");
        let options = netdsl::cli::Options::from_args(["--set", &set]).unwrap();
        let message = options.apply(&mut net).unwrap_err().to_string();
        assert!(message.contains("--set w"), "{message}");
        assert!(message.contains(told), "{message}");
    }
}

#[test]
fn traces_are_saved() {
    let run = run(network().build().unwrap(), 1).unwrap_or_else(|e| panic!("{e}"));
    let file = std::env::temp_dir().join(format!("netdsl-traces-{}.csv", std::process::id()));
    run.save_traces(&file).unwrap_or_else(|e| panic!("{e}"));
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(
        text.starts_with("label,unit,t_ms,value\nVA,mV,0,-65\n"),
        "{text:.80}"
    );
    let samples: usize = run.traces().iter().map(|t| t.values.len()).sum();
    assert_eq!(text.lines().count(), 1 + samples);
}

#[test]
fn what_no_machine_can_do_is_told() {
    let many = Population::builder().name("C").cell("Cell").cells(4e9);
    let text = mistake(network().population(many.build()));
    let words = "4000000000 cells do not fit into memory: at least";
    assert!(text.contains(words), "{text}");

    let endless = Simulation::builder().duration(1e300.ms());
    let simulation = endless.build(network().build().unwrap()).unwrap();
    let text = simulation.run().unwrap_err().to_string();
    assert!(text.contains("would never end"), "{text}");
}
