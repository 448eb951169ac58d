//! POINTERs and FUNCTION_TABLEs from the model language, the builders and files.

use netdsl::builder::{CellVariable, FunctionTable, Table};
use netdsl::check::Mechanisms;
use netdsl::prelude::*;
use netdsl_runtime::instance::{self, Owner};

use crate::native::{Pointing, Reader};

cell_rule! {
    pub(crate) Wired {
        soma {
            L: 20 um, diam: 10 um,
            pas {},
            point p: Pointing at 0.5 { share: 0.3, source -> dend(0.9).v, total -> soma(0.5).e_pas }
        }
        dend: soma(1) {
            L: 150 um, diam: 2 um, nseg: 2,
            pas {},
            Reader { other -> soma.p.seen }
            point q: Pointing at 0.25 { source -> v, total -> soma.p.seen }
        }
    }
}

population! { pub(crate) W: Wired { cells: 2 } }

fn network() -> Network {
    network! { populations: [W] }.expect("it has no mistakes")
}

#[test]
fn pointers_of_a_cell_lead_to_its_own_variables() {
    let network = network();
    let soma = network.cell_types[0].section("soma").expect("it is there");
    let point = soma.point_processes.get("p").expect("it is there");
    let source = point.pointers.get("source");
    assert_eq!(source, Some(&CellVariable::from("dend(0.9).v")));
    let mechanisms = Mechanisms::of(&network).expect("they compile");
    let built = netdsl_runtime::instantiate::instantiate(&network, &mechanisms);
    let instance = built.expect("it has no mistakes");
    let of_second: Vec<_> = instance.pointers.iter().skip(6).collect();
    assert_eq!(instance.pointers.len(), 12);
    let seen = |point| instance::CellVariable::Point {
        point,
        variable: "seen".into(),
    };
    let readers = of_second
        .iter()
        .filter(|p| matches!(p.owner, Owner::Density { .. }));
    assert!(readers.clone().all(|p| p.target == seen(2)) && readers.count() == 2);
}

#[test]
fn wrong_pointers_are_told_all_at_once() {
    let mut network = network();
    let soma = &mut network.cell_types[0].sections[0];
    let point = soma.point_processes.get_mut("p").expect("it is there");
    point.pointers = Table::from([
        ("sauce", CellVariable::from("v")),
        ("source", CellVariable::from("axon(0.5).v")),
        ("total", CellVariable::from("soma.p.sean")),
    ]);
    let errors = netdsl::check::check_model(&network)
        .expect_err("three mistakes")
        .to_string();
    assert!(errors.contains("did you mean `source`"), "{errors}");
    assert!(errors.contains("`axon`"), "{errors}");
    assert!(errors.contains("did you mean `seen`"), "{errors}");
}

#[test]
fn files_hold_pointers_and_tables() {
    let mut network = network();
    let table = FunctionTable::at_points([-80.0, 0.0], [0.0, 1.0]);
    network
        .function_tables
        .push("x", Table::from([("f", table)]));
    let text = network.to_json();
    assert!(text.contains("\"source\": \"dend(0.9).v\""), "{text}");
    assert_eq!(
        Network::from_json(&text, "x.json").expect("it was written by us"),
        network
    );
}
