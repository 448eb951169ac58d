//! Printed Rust computes the bits that the interpreter computes.
//!
//! `printed.rs` is what the printer prints. After a change of the compiler write it again with
//! `UPDATE_EMITTED=1 cargo test -p netdsl-lang --test mechanisms`.

mod shipped {
    include!("printed.rs");
}

use crate::instance::Instance;
use netdsl_lang::mech::abi::Kernel;
use netdsl_lang::mech::interpret::Interpreter;
use netdsl_lang::mech::{IonQuantity, Program, emit, encode, hash, shipped as mechanisms};

const PRINTED: [&str; 8] = [
    "hh", "Exp2Syn", "VClamp", "Izhi2007", "StdpSyn", "NetStim", "IntFire2", "IntFire4",
];

/// Files of `tests/data/mod/constructs`.
const CONSTRUCTS: [&str; 5] = ["tabsafe", "tabglobal", "tabrange", "gates", "kinetics"];

fn type_name(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|c| c.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

fn program(name: &str) -> &'static Program {
    let shipped = mechanisms::programs().iter().find(|p| p.name == name);
    shipped.unwrap_or_else(|| Box::leak(Box::new(crate::constructs::program(name))))
}

fn printed() -> String {
    let mut text =
        String::from("// Printed by netdsl_lang::mech::emit; see tests/mechanisms/emitted.rs.\n");
    for name in PRINTED.into_iter().chain(CONSTRUCTS) {
        let ty = type_name(name);
        text += &format!("\n/// `{name}`.\npub(crate) struct {ty};\n\n");
        text += &emit::kernel(program(name), &ty, "::netdsl_lang");
    }
    text
}

#[test]
fn the_printed_text_is_the_one_that_is_compiled_here() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mechanisms/printed.rs");
    if std::env::var_os("UPDATE_EMITTED").is_some() {
        std::fs::write(path, printed()).expect("writable");
    }
    let found = std::fs::read_to_string(path).expect("readable");
    assert!(
        found == printed(),
        "the printer has changed: write {path} again with UPDATE_EMITTED=1"
    );
}

/// A source of numbers that are the same every time.
struct Numbers(u64);

impl Numbers {
    /// From low to high.
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        low + (high - low) * ((self.0 >> 11) as f64 / (1_u64 << 53) as f64)
    }
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|x| x.to_bits()).collect()
}

fn scattered<'p>(
    program: &'p Program,
    numbers: &mut Numbers,
    with: &mut Interpreter,
) -> Instance<'p> {
    let mut instance = Instance::new(program);
    instance.celsius = numbers.between(5.0, 37.0);
    for ion in 0..program.ions.len() {
        instance.ions.insert(
            (ion, format!("{:?}", IonQuantity::Reversal)),
            numbers.between(-90.0, 60.0),
        );
    }
    instance.draws = (0..9).map(|_| numbers.between(0.01, 3.0)).collect();
    instance.initialize(with);
    for v in program
        .variables
        .iter()
        .filter(|v| v.role == netdsl_lang::mech::Role::State)
    {
        instance.slots[v.slot.expect("states are stored") as usize] = numbers.between(0.0, 1.0);
    }
    instance
}

fn kernels_agree<K: Kernel>(name: &str, exact: bool) {
    let program = program(name);
    assert!(
        K::PROGRAM == encode(program),
        "{name}: printed from another program"
    );
    assert_eq!(K::HASH, hash(K::PROGRAM));
    assert_eq!(K::SINKS.len(), program.currents.len());
    assert_eq!(K::HAS_TABLES, program.tabled.is_some());
    let mut numbers = Numbers(7);
    let with = &mut Interpreter::new();
    for round in 0..200 {
        let mut a = scattered(program, &mut numbers, with);
        if exact && K::HAS_TABLES {
            a.set_named("usetable", 0, 0.0);
            with.run_kernel(program, &a.blocks().setup, &mut a);
        }
        // the places where rates are 0/0, then anything
        a.v = [-40.0, -55.0]
            .get(round)
            .copied()
            .unwrap_or_else(|| numbers.between(-120.0, 120.0));
        a.t = numbers.between(0.0, 5.0);
        let mut b = a.clone();
        let interpreted: Vec<f64> = a
            .currents(with)
            .into_iter()
            .flat_map(|(i, g)| [i, g])
            .collect();
        let native = if exact {
            K::current::<f64, _>(&mut b)
        } else {
            K::current_tabled::<f64, _>(&mut b)
        };
        let native: Vec<f64> = native[..K::SINKS.len()]
            .iter()
            .flat_map(|(i, g)| [*i, *g])
            .collect();
        assert_eq!(bits(&interpreted), bits(&native), "{name}");
        if K::HAS_STATE {
            a.advance(with);
            if exact {
                K::state::<f64, _>(&mut b);
            } else {
                K::state_tabled::<f64, _>(&mut b);
            }
        }
        assert_eq!(bits(&a.slots), bits(&b.slots), "{name}");
    }
}

fn events_agree<K: Kernel>(name: &str) {
    let program = program(name);
    let mut numbers = Numbers(11);
    let with = &mut Interpreter::new();
    for round in 0..100 {
        let mut a = scattered(program, &mut numbers, with);
        let mut b = a.clone();
        let mut time = 0.0;
        for _ in 0..9 {
            time += numbers.between(0.0, 9.0);
            let weight = numbers.between(-1.0, 2.0);
            let flag = f64::from(round % 4);
            a.deliver(with, time, weight, flag);
            (b.t, b.weights, b.flag) = (time, vec![weight], flag);
            K::net_receive(&mut b);
        }
        assert_eq!(bits(&a.slots), bits(&b.slots), "{name}");
        assert_eq!(
            (a.own, a.spikes, a.watches, a.v),
            (b.own, b.spikes, b.watches, b.v),
            "{name}"
        );
        assert_eq!(bits(&a.weights), bits(&b.weights), "{name}");
    }
}

#[test]
fn kernels_compute_the_same_bits() {
    kernels_agree::<shipped::Hh>("hh", true);
    kernels_agree::<shipped::Hh>("hh", false);
    kernels_agree::<shipped::Exp2Syn>("Exp2Syn", true);
    kernels_agree::<shipped::VClamp>("VClamp", true);
    kernels_agree::<shipped::Izhi2007>("Izhi2007", true);
    kernels_agree::<shipped::StdpSyn>("StdpSyn", true);
}

#[test]
fn constructs_compute_the_same_bits() {
    kernels_agree::<shipped::Tabsafe>("tabsafe", true);
    kernels_agree::<shipped::Tabsafe>("tabsafe", false);
    kernels_agree::<shipped::Tabglobal>("tabglobal", false);
    kernels_agree::<shipped::Tabrange>("tabrange", true);
    kernels_agree::<shipped::Tabrange>("tabrange", false);
    kernels_agree::<shipped::Gates>("gates", true);
    kernels_agree::<shipped::Kinetics>("kinetics", true);
}

#[test]
fn events_have_the_same_effects() {
    events_agree::<shipped::Exp2Syn>("Exp2Syn");
    events_agree::<shipped::Izhi2007>("Izhi2007");
    events_agree::<shipped::StdpSyn>("StdpSyn");
    events_agree::<shipped::NetStim>("NetStim");
    events_agree::<shipped::IntFire2>("IntFire2");
    events_agree::<shipped::IntFire4>("IntFire4");
}
