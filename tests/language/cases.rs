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
    /// The case of that name.
    pub(crate) fn named(name: &str) -> Self {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/neuron/language.json"
        );
        let file = std::fs::read_to_string(path).expect("it is in the repository");
        let all: Value = serde_json::from_str(&file).expect("it is JSON");
        Self(all[name].clone())
    }

    /// Runs it natively and in the VM, which must agree, and compares with NEURON. The largest deviation of each trace.
    pub(crate) fn deviations(&self) -> Vec<f64> {
        let native = self.run(Kernels::Native);
        for other in [Kernels::Vm, Kernels::Portable] {
            let traces = self.run(other);
            for (a, b) in native.iter().zip(&traces) {
                let bits = |t: &[f64]| t.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(a), bits(b), "{other:?}");
            }
        }
        let theirs = list(&self.0["values"]);
        assert_eq!(native.len(), theirs.len());
        let deviation = |(ours, theirs): (&Vec<f64>, &Value)| {
            let theirs = numbers(theirs);
            assert_eq!(ours.len(), theirs.len());
            let each = ours.iter().zip(&theirs).map(|(a, b)| (a - b).abs());
            // what is no number is no agreement
            each.fold(0.0, |most, d| if d <= most { most } else { d })
        };
        native.iter().zip(theirs).map(deviation).collect()
    }

    /// As [`Case::deviations`], all below `limit`.
    pub(crate) fn agrees(&self, limit: f64) {
        let deviations = self.deviations();
        let fine = deviations.iter().all(|d| *d <= limit);
        assert!(fine, "deviations {deviations:?} above {limit}");
    }

    fn run(&self, kernels: Kernels) -> Vec<Vec<f64>> {
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
        simulation
            .traces()
            .iter()
            .map(|t| t.values.clone())
            .collect()
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
                mechanism: text(&point[0]).into(),
                place: place(&point[1], &point[2]),
                parameters: k as u32,
                stream: [1000 + k as u32, 7, 3],
                origin: PointOrigin::None,
            });
        }
        self.add_events(&mut instance);
        instance
    }

    fn add_events(&self, instance: &mut Instance) {
        for event in list(&self.0["events"]) {
            let event = list(event);
            let generator = instance.generators.len() as u32;
            let times: Vec<f64> = vec![number(&event[1])];
            instance.generators.push(Artificial::Times(times.into()));
            instance.sources.push(Source::Generator(generator));
            let source = instance.sources.len() as u32 - 1;
            let target = Target::Point(index(&event[0]));
            let weights = numbers(&event[2]);
            instance.connections.push(0, source, target, &weights, 0.0);
        }
        instance.connections.rules = vec!["events".into()];
    }

    fn probes(&self) -> Vec<Probe> {
        let probe = |wanted: &Value| {
            let target = match list(wanted) {
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
