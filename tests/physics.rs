//! The cable equation against analytic solutions, with the orders of convergence that the schemes promise.

use netdsl_runtime::config::{Config, Scheme};
use netdsl_runtime::instance::{
    Body, Cell, CellTemplate, Insertion, Instance, PerSegment, Place, PointOrigin, PointProcess,
    Population, Section, Shape, SpikeSource,
};
use netdsl_runtime::record::{Probe, ProbeTarget};
use netdsl_runtime::{Catalogue, Simulation};
use std::f64::consts::PI;
use std::sync::Arc;

/// A passive cable with sealed ends, and a current that flows in at x = 0 from the start.
#[derive(Clone, Copy)]
struct Cable {
    /// µm.
    length: f64,
    /// µm.
    diameter: f64,
    /// Ω·cm.
    axial_resistivity: f64,
    /// S/cm².
    leak: f64,
    /// nA.
    current: f64,
    segments: u32,
}

const REST: f64 = -65.0;

impl Cable {
    /// Membrane time constant for 1 µF/cm², ms.
    fn time_constant(&self) -> f64 {
        1e-3 / self.leak
    }

    /// Length constant, µm.
    fn length_constant(&self) -> f64 {
        let diameter_cm = self.diameter * 1e-4;
        (diameter_cm / (4.0 * self.axial_resistivity * self.leak)).sqrt() * 1e4
    }

    /// Input resistance of the infinite cable, MΩ.
    fn infinite_resistance(&self) -> f64 {
        let d = self.diameter * 1e-4;
        let membrane = 1.0 / (self.leak * PI * d);
        let axial = 4.0 * self.axial_resistivity / (PI * d * d);
        (membrane * axial).sqrt() * 1e-6
    }

    /// Voltage above rest at position `x` (0..1) and time `t` (ms), by separation of variables (Rall 1977).
    fn exact(&self, x: f64, t: f64) -> f64 {
        let l = self.length / self.length_constant();
        let (position, time) = (x * l, t / self.time_constant());
        let mut v = (l - position).cosh() / l.sinh() - (-time).exp() / l;
        for n in 1..4000 {
            let k = f64::from(n) * PI / l;
            let rate = 1.0 + k * k;
            let term = 2.0 / l * (k * position).cos() * (-rate * time).exp() / rate;
            v -= term;
            if time > 0.0 && rate * time > 60.0 {
                break;
            }
        }
        self.current * self.infinite_resistance() * v
    }

    /// Voltages above rest at x = 0 and x = 1, every `interval` ms.
    fn simulate(&self, dt: f64, duration: f64, interval: f64, scheme: Scheme) -> [Vec<f64>; 2] {
        let pas = Insertion {
            mechanism: "pas".into(),
            parameters: vec![
                ("g".into(), PerSegment::Uniform(self.leak)),
                ("e".into(), PerSegment::Uniform(REST)),
            ],
        };
        let section = Section {
            name: "cable".into(),
            parent: None,
            nseg: self.segments,
            shape: Shape::Stylised {
                length: self.length,
                diameter: PerSegment::Uniform(self.diameter),
            },
            axial_resistivity: self.axial_resistivity,
            capacitance: PerSegment::Uniform(1.0),
            mechanisms: vec![pas],
            ions: vec![],
            v_init: None,
        };
        let at = |location| Place {
            cell: 0,
            section: 0,
            location,
        };
        let instance = Instance {
            populations: vec![Population {
                name: "cable".into(),
                first: 0,
                count: 1,
            }],
            cells: vec![Cell {
                gid: 0,
                population: 0,
                position: [0.0; 3],
                body: Body::Compartments(Arc::new(CellTemplate {
                    sections: vec![section],
                })),
                spikes: SpikeSource::Silent,
            }],
            parameter_sets: vec![vec![
                ("dur".into(), vec![1e9]),
                ("amp".into(), vec![self.current]),
            ]],
            points: vec![PointProcess {
                mechanism: std::sync::Arc::new("IClamp".into()),
                place: at(0.0),
                parameters: 0,
                stream: [0; 3],
                origin: PointOrigin::None,
            }],
            ..Instance::default()
        };
        let probe = |label: &str, location| Probe {
            label: label.into(),
            target: ProbeTarget::Place {
                place: at(location),
                variable: "v".into(),
            },
            interval,
        };
        let config = Config {
            dt,
            v_init: REST,
            scheme,
            threads: 1,
            ..Config::default()
        };
        let probes = vec![probe("near", 0.0), probe("far", 1.0)];
        let mut simulation = Simulation::new(instance, &Catalogue::shipped(), config, probes)
            .expect("a sound model");
        simulation
            .run(duration, &mut |_| {})
            .expect("voltages are numbers");
        let above_rest = |k: usize| {
            simulation.traces()[k]
                .values
                .iter()
                .map(|v| v - REST)
                .collect()
        };
        [above_rest(0), above_rest(1)]
    }
}

/// A dendrite of one length constant.
const DENDRITE: Cable = Cable {
    length: 1000.0,
    diameter: 1.0,
    axial_resistivity: 100.0,
    leak: 2.5e-5,
    current: 0.1,
    segments: 1,
};

#[test]
fn steady_state_converges_with_the_square_of_the_segment_length() {
    let error = |segments| {
        let cable = Cable {
            segments,
            ..DENDRITE
        };
        let found = cable.simulate(50.0, 5000.0, 5000.0, Scheme::ImplicitEuler);
        let exact = cable.exact(1.0, 1e6);
        (found[1].last().unwrap() - exact).abs() / exact
    };
    let errors: Vec<f64> = [5, 15, 45].map(error).to_vec();
    for pair in errors.windows(2) {
        let order = (pair[0] / pair[1]).ln() / 3f64.ln();
        assert!(
            (1.9..2.1).contains(&order),
            "order {order} in space, errors {errors:?}"
        );
    }
    assert!(errors[2] < 1e-4, "{errors:?}");
}

/// The order of convergence in time at one place, once the start is forgotten.
fn order_in_time(scheme: Scheme) -> (f64, Vec<f64>) {
    // one segment: charging of a capacitor through its leak
    let cell = Cable {
        length: 10.0,
        diameter: 10.0,
        segments: 1,
        ..DENDRITE
    };
    let tau = cell.time_constant();
    let resistance = 1.0 / (cell.leak * PI * 1e-6) * 1e-6;
    let error = |dt: f64| {
        let found = cell.simulate(dt, tau, tau, scheme);
        let exact = cell.current * resistance * (1.0 - (-1.0f64).exp());
        (found[0].last().unwrap() - exact).abs() / exact
    };
    let errors: Vec<f64> = [tau / 10.0, tau / 20.0, tau / 40.0].map(error).to_vec();
    ((errors[0] / errors[2]).ln() / 4f64.ln(), errors)
}

#[test]
fn implicit_euler_is_of_first_order_in_time() {
    let (order, errors) = order_in_time(Scheme::ImplicitEuler);
    assert!(
        (0.9..1.1).contains(&order),
        "order {order}, errors {errors:?}"
    );
}

#[test]
fn crank_nicolson_is_of_second_order_in_time() {
    for scheme in [Scheme::CrankNicolson, Scheme::CrankNicolsonCurrents] {
        let (order, errors) = order_in_time(scheme);
        assert!(
            (1.9..2.1).contains(&order),
            "order {order}, errors {errors:?}"
        );
    }
}

/// Rallpack 1 (Bhalla, Bilitch & Bower 1992): a uniform passive cable of 1,000 compartments, within 0.1 %.
#[test]
fn rallpack_1() {
    let cable = Cable {
        segments: 1000,
        ..DENDRITE
    };
    let interval = 0.5;
    let found = cable.simulate(0.01, 250.0, interval, Scheme::ImplicitEuler);
    for (end, x) in [(0, 0.0), (1, 1.0)] {
        let range = cable.exact(x, 250.0);
        let mut worst = 0.0f64;
        for (k, v) in found[end].iter().enumerate().skip(1) {
            worst = worst.max((v - cable.exact(x, k as f64 * interval)).abs() / range);
        }
        assert_eq!(found[end].len(), 501);
        assert!(
            worst < 1e-3,
            "at x = {x}: off by {:.4} % of the final voltage",
            100.0 * worst
        );
    }
}
