//! A case of `language.json` as an instance, and its run.

use std::sync::Arc;

use netdsl::builder::{Axis, FunctionTable};
use netdsl_runtime::Simulation;
use netdsl_runtime::config::{Config, Kernels};
use netdsl_runtime::instance::{
    self, Artificial, Attachment, Body, Cell, CellTemplate, CellVariable, Insertion, Instance,
    Owner, PerSegment, Place, PointOrigin, PointProcess, Pointer, Population, Section, Shape,
    Source, SpikeSource, Target,
};
use netdsl_runtime::record::{Probe, ProbeTarget};
use serde_json::Value;

use crate::native::catalogue;

/// A case: what is to be built, and NEURON's values.
pub(crate) struct Case(Value);

/// What a run gives: traces in the order of `record`, and spikes by cell.
#[derive(PartialEq)]
struct Run {
    traces: Vec<Vec<f64>>,
    spikes: Vec<Vec<f64>>,
}

impl Run {
    fn bits(&self) -> Vec<Vec<u64>> {
        let all = self.traces.iter().chain(&self.spikes);
        all.map(|t| t.iter().map(|x| x.to_bits()).collect())
            .collect()
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn index(value: &Value) -> u32 {
    value.as_u64().expect("a whole number") as u32
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

impl Case {
    /// The case of that name of `language.json`.
    pub(crate) fn named(name: &str) -> Self {
        Self::of("language", name)
    }

    /// The case of that name of a file.
    pub(crate) fn of(file: &str, name: &str) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/neuron");
        let text = std::fs::read_to_string(format!("{folder}/{file}.json"));
        let all: Value =
            serde_json::from_str(&text.expect("it is in the repository")).expect("it is JSON");
        assert!(all[name].is_object(), "{file}.json has no case `{name}`");
        Self(all[name].clone())
    }

    /// Runs it natively and in the VM, which must agree.
    fn run_everywhere(&self) -> Run {
        let native = self.run(Kernels::Native);
        for other in [Kernels::Vm, Kernels::Portable] {
            assert!(native.bits() == self.run(other).bits(), "{other:?}");
        }
        native
    }

    /// Runs it everywhere, and compares with NEURON. The largest deviation of each trace.
    pub(crate) fn deviations(&self) -> Vec<f64> {
        let ours = self.run_everywhere().traces;
        let theirs = list(&self.0["values"]);
        assert_eq!(ours.len(), theirs.len());
        let sampled = self.0["sampled"].as_u64().unwrap_or(1) as usize;
        let deviation = |(ours, theirs): (&Vec<f64>, &Value)| {
            let theirs = numbers(theirs);
            let ours = ours.iter().step_by(sampled);
            assert_eq!(ours.len(), theirs.len());
            let each = ours.zip(&theirs).map(|(a, b)| (a - b).abs());
            // what is no number is no agreement
            each.fold(0.0, |most, d| if d <= most { most } else { d })
        };
        ours.iter().zip(theirs).map(deviation).collect()
    }

    /// Runs it everywhere, and compares with NEURON: what is wrong with traces (deviations above `limit` of the largest
    /// value) and spikes (times that differ by more than their rounding).
    pub(crate) fn differences(&self, limit: f64) -> Vec<String> {
        let ours = self.run_everywhere();
        let sampled = self.0["sampled"].as_u64().unwrap_or(1) as usize;
        let step = number(&self.0["dt"]) * sampled as f64;
        let mut wrong = Vec::new();
        let theirs = list(&self.0["values"]).iter().map(numbers);
        for (k, (ours, theirs)) in ours.traces.iter().zip(theirs).enumerate() {
            let largest = theirs.iter().fold(1e-12_f64, |most, x| most.max(x.abs()));
            let ours: Vec<f64> = ours.iter().step_by(sampled).copied().collect();
            assert_eq!(ours.len(), theirs.len());
            let mut pairs = ours.iter().zip(&theirs);
            // what is no number is no agreement
            let close = |(a, b): (&f64, &f64)| (a - b).abs() <= limit * largest;
            if let Some(at) = pairs.position(|pair| !close(pair)) {
                let (name, time) = (&self.0["record"][k], at as f64 * step);
                wrong.push(format!("{name} at {time}: {} for {}", ours[at], theirs[at]));
            }
        }
        let silent = usize::from(self.0["spiking"].is_null());
        let theirs = self.optional("spikes").iter().map(numbers);
        for (cell, (ours, theirs)) in ours.spikes.iter().skip(silent).zip(theirs).enumerate() {
            let same = ours.len() == theirs.len();
            if !same || ours.iter().zip(&theirs).any(|(a, b)| (a - b).abs() > 1e-9) {
                wrong.push(format!("spikes {cell}: {ours:?} for {theirs:?}"));
            }
        }
        wrong
    }

    /// As [`Case::deviations`], all below `limit`.
    pub(crate) fn agrees(&self, limit: f64) {
        let deviations = self.deviations();
        let fine = deviations.iter().all(|d| *d <= limit);
        assert!(fine, "deviations {deviations:?} above {limit}");
    }

    fn run(&self, kernels: Kernels) -> Run {
        let config = Config {
            dt: number(&self.0["dt"]),
            v_init: number(&self.0["v_init"]),
            celsius: number(&self.0["celsius"]),
            use_tables: true,
            threads: 1,
            kernels,
            ..Config::default()
        };
        let built = Simulation::new(self.instance(), &catalogue(), config, self.probes());
        let mut simulation = built.unwrap_or_else(|errors| panic!("{errors}"));
        let end = number(&self.0["dt"]) * number(&self.0["steps"]);
        simulation
            .run(end, &mut |_| {})
            .expect("voltages stay finite");
        let spikes = simulation.spikes();
        let cells = 1 + self.optional("artificial").len() as u32;
        let of_cell = |gid: u32| {
            let all = spikes.gids.iter().zip(&spikes.times);
            all.filter(|(g, _)| **g == gid).map(|(_, t)| *t).collect()
        };
        Run {
            traces: simulation
                .traces()
                .iter()
                .map(|t| t.values.clone())
                .collect(),
            spikes: (0..cells).map(of_cell).collect(),
        }
    }

    /// A list that not every case has.
    fn optional(&self, name: &str) -> &[Value] {
        self.0[name].as_array().map_or(&[], Vec::as_slice)
    }

    /// The cell.
    pub(crate) fn instance(&self) -> Instance {
        let sections = list(&self.0["sections"]).iter().map(section).collect();
        let template = Arc::new(CellTemplate { sections });
        let mut instance = Instance {
            populations: vec![Population {
                name: "P".into(),
                first: 0,
                count: 1,
            }],
            cells: vec![Cell {
                gid: 0,
                population: 0,
                position: [0.0; 3],
                body: Body::Compartments(template),
                spikes: SpikeSource::Silent,
            }],
            function_tables: list(&self.0["tables"]).iter().map(table).collect(),
            pointers: list(&self.0["pointers"]).iter().map(pointer).collect(),
            ..Instance::default()
        };
        for (k, point) in list(&self.0["points"]).iter().enumerate() {
            let point = list(point);
            let parameters = point[3].as_object().expect("an object");
            let set = parameters.iter().map(|(n, x)| (n.clone(), vec![number(x)]));
            instance.parameter_sets.push(set.collect());
            instance.points.push(PointProcess {
                mechanism: std::sync::Arc::new(text(&point[0]).into()),
                place: place(&point[1], &point[2]),
                parameters: k as u32,
                stream: [1000 + k as u32, 7, 3],
                origin: PointOrigin::None,
            });
        }
        for stream in self.optional("streams") {
            let ids = list(&stream[2]);
            instance.points[index(&stream[0]) as usize].stream = [0, 1, 2].map(|k| index(&ids[k]));
        }
        if let Some(spiking) = self.0["spiking"].as_u64() {
            instance.cells[0].spikes = SpikeSource::Point(spiking as u32);
        }
        self.add_artificial(&mut instance);
        self.add_events(&mut instance);
        instance
    }

    fn add_artificial(&self, instance: &mut Instance) {
        for (k, cell) in self.optional("artificial").iter().enumerate() {
            let gid = k as u32 + 1;
            let parameters = cell[1].as_object().expect("an object");
            let set = parameters.iter().map(|(n, x)| (n.clone(), vec![number(x)]));
            instance.cells.push(Cell {
                gid,
                population: gid,
                position: [0.0; 3],
                body: Body::Artificial(Artificial::Mechanism {
                    mechanism: text(&cell[0]).into(),
                    parameters: set.collect(),
                    stream: [2000 + gid, 0, 0],
                }),
                spikes: SpikeSource::Events,
            });
            instance.populations.push(Population {
                name: format!("A{gid}"),
                first: gid,
                count: 1,
            });
        }
    }

    fn add_events(&self, instance: &mut Instance) {
        let single = list(&self.0["events"]).iter().map(|event| {
            let time = vec![number(&event[1])];
            (Target::Point(index(&event[0])), &event[2], time)
        });
        let trains = self.optional("trains").iter();
        let trains = trains.map(|train| (target(&train[0]), &train[1], numbers(&train[2])));
        for (target, weights, times) in single.chain(trains) {
            let generator = instance.generators.len() as u32;
            instance.generators.push(Artificial::Times(times.into()));
            instance.sources.push(Source::Generator(generator));
            let source = instance.sources.len() as u32 - 1;
            let weights = numbers(weights);
            instance.connections.push(0, source, target, &weights, 0.0);
        }
        for connection in self.optional("connections") {
            instance.sources.push(match target(&connection[0]) {
                Target::Point(point) => Source::Point(point),
                Target::Cell(cell) => Source::Cell(cell),
            });
            let source = instance.sources.len() as u32 - 1;
            let (target, weights) = (target(&connection[1]), numbers(&connection[2]));
            let delay = number(&connection[3]);
            instance
                .connections
                .push(0, source, target, &weights, delay);
        }
        instance.connections.rules = vec!["events".into()];
    }

    fn probes(&self) -> Vec<Probe> {
        let probe = |wanted: &Value| {
            let target = match list(wanted) {
                [Value::String(_), cell, variable] => ProbeTarget::Artificial {
                    cell: index(cell) + 1,
                    variable: text(variable).into(),
                },
                [section, location, variable] => ProbeTarget::Place {
                    place: place(section, location),
                    variable: text(variable).into(),
                },
                [point, variable] => ProbeTarget::Point {
                    point: index(point),
                    variable: text(variable).into(),
                },
                other => panic!("{other:?}"),
            };
            Probe {
                label: wanted.to_string(),
                target,
                interval: 0.0,
            }
        };
        list(&self.0["record"]).iter().map(probe).collect()
    }
}

/// `["point", k]`, or `["cell", k]`: the k-th artificial one.
fn target(value: &Value) -> Target {
    match text(&value[0]) {
        "point" => Target::Point(index(&value[1])),
        _ => Target::Cell(index(&value[1]) + 1),
    }
}

fn place(section: &Value, location: &Value) -> Place {
    Place {
        cell: 0,
        section: index(section),
        location: number(location),
    }
}

fn section(value: &Value) -> Section {
    let uniform = |x: &Value| PerSegment::Uniform(number(x));
    let mechanism = |m: &Value| Insertion {
        mechanism: text(&m[0]).into(),
        parameters: m[1]
            .as_object()
            .expect("an object")
            .iter()
            .map(|(name, x)| (name.clone(), uniform(x)))
            .collect(),
    };
    Section {
        name: text(&value["name"]).into(),
        parent: value["parent"].as_u64().map(|parent| Attachment {
            section: parent as u32,
            location: number(&value["loc"]),
            child_end: 0.0,
        }),
        nseg: index(&value["nseg"]),
        shape: Shape::Stylised {
            length: number(&value["L"]),
            diameter: uniform(&value["diam"]),
        },
        axial_resistivity: number(&value["Ra"]),
        capacitance: uniform(&value["cm"]),
        mechanisms: list(&value["mechs"]).iter().map(mechanism).collect(),
        ions: Vec::new(),
        v_init: None,
    }
}

fn pointer(value: &Value) -> Pointer {
    let owner = match &value[0] {
        Value::Array(at) => Owner::Density {
            mechanism: text(&at[2]).into(),
            place: place(&at[0], &at[1]),
        },
        point => Owner::Point(index(point)),
    };
    let target = match list(&value[2]) {
        [section, location, variable] => CellVariable::Place {
            place: place(section, location),
            variable: text(variable).into(),
        },
        [point, variable] => CellVariable::Point {
            point: index(point),
            variable: text(variable).into(),
        },
        other => panic!("{other:?}"),
    };
    Pointer {
        owner,
        variable: text(&value[1]).into(),
        target,
    }
}

fn table(value: &Value) -> instance::FunctionTable {
    let axis = |a: &Value| match a {
        Value::Array(_) => Axis::Points(numbers(a)),
        even => Axis::Even {
            from: number(&even["from"]),
            to: number(&even["to"]),
            count: index(&even["count"]),
        },
    };
    instance::FunctionTable {
        mechanism: text(&value[0]).into(),
        name: text(&value[1]).into(),
        data: FunctionTable {
            values: numbers(&value[2]),
            axes: list(&value[3]).iter().map(axis).collect(),
        },
    }
}
