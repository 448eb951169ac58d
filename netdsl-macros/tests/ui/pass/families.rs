//! Families of rules: by the user's own macro, in functions, and over run-time populations.
#![deny(warnings)]

use netdsl::prelude::*;
use netdsl::spec::RuleSpec;

// names of units, functions and types that the user has for himself
#[allow(non_upper_case_globals, dead_code)]
const s: f64 = 1.0;
#[allow(non_camel_case_types, dead_code)]
struct f64x;
#[allow(dead_code)]
enum Option {
    Some,
    None,
}

cell_rule! { pub Cell { soma { L: 10 um, diam: 10 um, pas } dend: soma(1) { L: 90 um, diam: 1 um, pas } } }
synapse! { pub Exc: ExpSyn { tau: 2 ms } }
population! { pub E: Cell { cells: 5 } pub I: Cell { cells: 4 } pub S: NetStim { cells: 3, rate: 10 Hz } }

macro_rules! family {
    ($($name:ident: $pre:ident -> $post:ident, $p:literal $w:literal $place:ident;)*) => {
        $(conn_rule! { pub $name: $pre -> $post {
            probability: $p, weight: $w uS, delay: 1 ms, synapse: Exc at $place(0.5)
        } })*
    };
}
family! {
    EE: E -> E, 0.1 0.001 dend;
    EI: E -> I, 0.2 0.002 soma;
}
conn_rule! { pub FromS: S -> E { list: [(0, 1), (2, 3)], weights: [1, 2] nS, delay: 1 ms, synapse: Exc at soma(0.5) } }

fn between(pops: &[PopHandle], weight: impl Fn(&str, &str) -> f64) -> Vec<RuleSpec> {
    let mut rules = vec![];
    for pre in pops {
        for post in pops {
            rules.push(conn_rule! { (*pre) -> (*post) {
                param w: uS = weight(pre.name, post.name);
                probability: 0.1, weight: w * exp(-dist_3d / 100 um), delay: 1 ms, synapse: Exc at dend(0.5)
            } });
        }
    }
    rules
}

fn generic<A: Population, B: Population>() -> RuleSpec {
    conn_rule! { (A::handle()) -> (B::handle()) { weight: 1 nS, delay: 1 ms, synapse: Exc at dend(0.5) } }
}

fn main() {
    let n = 2;
    let local = conn_rule! { E -> I { divergence: #n, weight: 1 nS, delay: 1 ms, synapse: Exc at dend(0.5) } };
    let net = network! {
        populations: [E, I, S],
        connect: [EE, EI, FromS, (local), (generic::<I, E>().named("generic")), ..(between(&[I::handle()], |_, _| 1e-3))],
    };
    let net = net.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let names: Vec<&str> = net.connections.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["EE", "EI", "FromS", "E_I", "generic", "I_I"]);
    assert_eq!(net.connections[3].params.get("n").map(|v| v.text()), Some("2"));
    let net = net.extend(between(&[E::handle(), I::handle()], |_, _| 0.5)).unwrap_or_else(|m| panic!("{m}"));
    assert_eq!(net.connections.len(), 10);
    assert_eq!(net.connections[9].name, "I_I_2");

    // what the compiler cannot see is an error when the network is put together, in the same words
    let wrong = conn_rule! { (E::handle()) -> (I::handle()) { weight: 1 nS, delay: 1 ms, synapse: Exc at dned(0.5) } };
    let Err(mistakes) = (network! { populations: [E, I], connect: [(wrong)] }) else { panic!("`dned` is no section") };
    assert!(mistakes.to_string().contains("`Cell` has no section `dned`; did you mean `dend`?"), "{mistakes}");
}
