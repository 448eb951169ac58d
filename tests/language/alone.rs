//! A mechanism alone: a few cells with it, which must give the same bits natively and in the VM.

use std::sync::Arc;

use netdsl::builder::{Axis, FunctionTable};
use netdsl_lang::mech::{Kind, Program, Role, Variable};
use netdsl_runtime::config::{Config, Kernels};
use netdsl_runtime::instance::{
    self, Artificial, Attachment, Body, Cell, CellTemplate, CellVariable, Insertion, Instance,
    Owner, PerSegment, Place, PointOrigin, PointProcess, Pointer, Population, Section, Shape,
    Source, SpikeSource, Target,
};
use netdsl_runtime::record::{Probe, ProbeTarget};
use netdsl_runtime::{Catalogue, NativeTable, Simulation};

/// More than a vector of cells, and not a whole number of them.
const CELLS: u32 = 11;
/// Compartments of the dendrite.
const SEGMENTS: u32 = 3;
const STEPS: u32 = 400;
const DT: f64 = 0.025;
const EVENTS: [f64; 6] = [0.3, 0.30625, 1.0, 2.5, 2.5, 6.0];

/// What a run gave: spikes, traces as bits, and what was said where it stopped.
#[derive(Debug, PartialEq)]
struct Result {
    spikes: Vec<(u64, u32)>,
    traces: Vec<(String, Vec<u64>)>,
    stopped: Option<String>,
}

/// Runs the mechanism in every way there is and compares.
pub(crate) fn equal_bits(native: NativeTable) -> std::result::Result<(), String> {
    let mut catalogue = Catalogue::shipped();
    let shipped: Vec<String> = catalogue.names().map(str::to_owned).collect();
    catalogue.add_native(native).map_err(|e| e.to_string())?;
    let mut names = catalogue.names();
    let name = names.find(|n| !shipped.iter().any(|s| s == n));
    let name = name.expect("it was added").to_owned();
    let program = catalogue.get(&name).expect("it is there").program.clone();
    let run = |kernels, lanes| run(&catalogue, &program, kernels, lanes);
    let vm = run(Kernels::Vm, 0)?;
    for (kernels, lanes) in [
        (Kernels::Native, 0),
        (Kernels::Avx2, 8),
        (Kernels::Portable, 1),
    ] {
        let other = run(kernels, lanes)?;
        if other.stopped != vm.stopped || other.spikes != vm.spikes {
            return Err(format!("{name}, {kernels:?}: {:?}", other.stopped));
        }
        for (a, b) in other.traces.iter().zip(&vm.traces) {
            if let Some(step) = a.1.iter().zip(&b.1).position(|(x, y)| x != y) {
                let (x, y) = (f64::from_bits(a.1[step]), f64::from_bits(b.1[step]));
                return Err(format!(
                    "{name}, {kernels:?}: {} at {step}: {x} and {y}",
                    a.0
                ));
            }
        }
    }
    Ok(())
}

fn run(
    catalogue: &Catalogue,
    program: &Program,
    kernels: Kernels,
    lanes: usize,
) -> std::result::Result<Result, String> {
    let config = Config {
        dt: DT,
        celsius: 10.0,
        use_tables: true,
        threads: 1,
        kernels,
        lanes,
        ..Config::default()
    };
    let built = Simulation::new(instance(program), catalogue, config, probes(program));
    let mut simulation = built.map_err(|e| e.to_string())?;
    let end = DT * f64::from(STEPS);
    let stopped = simulation.run(end, &mut |_| {}).err();
    let spikes = simulation.spikes().iter();
    let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect();
    Ok(Result {
        spikes: spikes.map(|(t, gid)| (t.to_bits(), gid)).collect(),
        traces: simulation
            .traces()
            .iter()
            .map(|t| (t.label.clone(), bits(&t.values)))
            .collect(),
        stopped: stopped.map(|e| e.to_string()),
    })
}

/// A parameter that differs between cells.
fn varied(variable: &Variable, cell: u32) -> f64 {
    variable.default * (1.0 + 0.003 * f64::from(cell))
}

fn parameters(program: &Program) -> impl Iterator<Item = &Variable> {
    let all = program.variables.iter();
    all.filter(|v| v.role == Role::Parameter && v.range && v.length == 1)
}

fn instance(program: &Program) -> Instance {
    let mut instance = Instance {
        populations: vec![Population {
            name: "P".into(),
            first: 0,
            count: CELLS,
        }],
        function_tables: program
            .function_tables
            .iter()
            .map(|t| instance::FunctionTable {
                mechanism: program.name.clone(),
                name: t.name.clone(),
                data: table(t.arguments.len()),
            })
            .collect(),
        ..Instance::default()
    };
    for number in 0..CELLS {
        let (body, spikes) = match program.kind {
            Kind::Artificial => (artificial(program, number), SpikeSource::Events),
            _ => (compartments(program, number), threshold()),
        };
        instance.cells.push(Cell {
            gid: number,
            population: 0,
            position: [0.0; 3],
            body,
            spikes,
        });
        if program.kind != Kind::Artificial {
            add_points(&mut instance, program, number);
        }
        add_events(&mut instance, program, number);
    }
    instance.connections.rules = vec!["events".into()];
    instance
}

fn threshold() -> SpikeSource {
    SpikeSource::Voltage {
        section: 0,
        location: 0.5,
        threshold: -20.0,
    }
}

fn artificial(program: &Program, number: u32) -> Body {
    let given = parameters(program).map(|v| (v.name.clone(), vec![varied(v, number)]));
    Body::Artificial(Artificial::Mechanism {
        mechanism: program.name.clone(),
        parameters: given.collect(),
        stream: [number, 5, 6],
    })
}

fn compartments(program: &Program, number: u32) -> Body {
    let given =
        parameters(program).map(|v| (v.name.clone(), PerSegment::Uniform(varied(v, number))));
    let own = Insertion {
        mechanism: program.name.clone(),
        parameters: given.collect(),
    };
    let bare = |mechanism: &str| Insertion {
        mechanism: mechanism.into(),
        parameters: Vec::new(),
    };
    let section = |name: &str, nseg, length, mechanisms: Vec<Insertion>| Section {
        name: name.into(),
        parent: None,
        nseg,
        shape: Shape::Stylised {
            length,
            diameter: PerSegment::Uniform(12.0),
        },
        axial_resistivity: 100.0,
        capacitance: PerSegment::Uniform(1.0),
        mechanisms: match program.kind {
            Kind::Density => mechanisms.into_iter().chain([own.clone()]).collect(),
            _ => mechanisms,
        },
        ions: Vec::new(),
        v_init: None,
    };
    let soma = section("soma", 1, 25.0, vec![bare("hh"), bare("pas")]);
    let mut dend = section("dend", SEGMENTS, 90.0, vec![bare("pas")]);
    dend.parent = Some(Attachment {
        section: 0,
        location: 1.0,
        child_end: 0.0,
    });
    Body::Compartments(Arc::new(CellTemplate {
        sections: vec![soma, dend],
    }))
}

fn table(arguments: usize) -> FunctionTable {
    FunctionTable {
        values: (0..1 << arguments)
            .map(|k| 0.4 + 0.3 * f64::from(k))
            .collect(),
        axes: vec![Axis::Points(vec![-80.0, 40.0]); arguments],
    }
}

fn place(cell: u32, section: u32, location: f64) -> Place {
    Place {
        cell,
        section,
        location,
    }
}

fn add_points(instance: &mut Instance, program: &Program, cell: u32) {
    let sets = &mut instance.parameter_sets;
    let mut add = |mechanism: &str, given: instance::ParameterSet| {
        sets.push(given);
        instance.points.push(PointProcess {
            mechanism: std::sync::Arc::new(mechanism.into()),
            place: place(cell, 0, 0.5),
            parameters: sets.len() as u32 - 1,
            stream: [1000 + cell, 7, 3],
            origin: PointOrigin::None,
        });
    };
    let clamp = [("del", 1.0), ("dur", 6.0), ("amp", 1.0)];
    add(
        "IClamp",
        clamp.map(|(name, x)| (name.to_owned(), vec![x])).to_vec(),
    );
    if program.kind == Kind::Point {
        let given = parameters(program).map(|v| (v.name.clone(), vec![varied(v, cell)]));
        add(&program.name, given.collect());
    }
    let own = instance.points.len() as u32 - 1;
    let owners = match program.kind {
        Kind::Point => vec![Owner::Point(own)],
        _ => places(cell)
            .map(|place| Owner::Density {
                mechanism: program.name.clone(),
                place,
            })
            .collect(),
    };
    let wanted = program.variables.iter().filter(|v| v.role == Role::Pointer);
    for variable in wanted {
        for owner in &owners {
            instance.pointers.push(Pointer {
                owner: owner.clone(),
                variable: variable.name.clone(),
                target: CellVariable::Place {
                    place: place(cell, 0, 0.5),
                    variable: "e_pas".into(),
                },
            });
        }
    }
}

/// The compartments of a cell.
fn places(cell: u32) -> impl Iterator<Item = Place> {
    let middle = |k| (f64::from(k) + 0.5) / f64::from(SEGMENTS);
    let dend = (0..SEGMENTS).map(move |k| place(cell, 1, middle(k)));
    std::iter::once(place(cell, 0, 0.5)).chain(dend)
}

fn add_events(instance: &mut Instance, program: &Program, cell: u32) {
    let Some(receive) = &program.net_receive else {
        return;
    };
    let target = match program.kind {
        Kind::Artificial => Target::Cell(cell),
        _ => Target::Point(instance.points.len() as u32 - 1),
    };
    instance
        .generators
        .push(Artificial::Times(EVENTS.to_vec().into()));
    let generator = instance.generators.len() as u32 - 1;
    instance.sources.push(Source::Generator(generator));
    let source = instance.sources.len() as u32 - 1;
    let scale = if program.kind == Kind::Artificial {
        0.4
    } else {
        0.003
    };
    let weights: Vec<f64> = (0..receive.weights.len())
        .map(|k| scale / (1.0 + k as f64))
        .collect();
    instance
        .connections
        .push(0, source, target, &weights, 0.1 * f64::from(cell));
}

fn probes(program: &Program) -> Vec<Probe> {
    let mut all = Vec::new();
    let mut add = |target| {
        let label = format!("{target:?}");
        all.push(Probe {
            label,
            target,
            interval: 0.0,
        });
    };
    let assigned = |v: &&Variable| matches!(v.role, Role::State | Role::Assigned | Role::Transient);
    let wanted = || {
        let all = program.variables.iter().filter(assigned);
        all.filter(|v| v.length == 1 && (v.range || v.role == Role::State))
    };
    for cell in [0, 7, CELLS - 1] {
        match program.kind {
            Kind::Artificial => {
                for v in wanted() {
                    add(ProbeTarget::Artificial {
                        cell,
                        variable: v.name.clone(),
                    });
                }
            }
            Kind::Point => {
                for v in wanted() {
                    add(ProbeTarget::Point {
                        point: 2 * cell + 1,
                        variable: v.name.clone(),
                    });
                }
            }
            Kind::Density => {
                for v in wanted() {
                    for place in places(cell) {
                        add(ProbeTarget::Place {
                            place,
                            variable: format!("{}_{}", v.name, program.name),
                        });
                    }
                }
            }
        }
        if program.kind != Kind::Artificial {
            add(ProbeTarget::Place {
                place: place(cell, 0, 0.5),
                variable: "v".into(),
            });
        }
    }
    all
}
