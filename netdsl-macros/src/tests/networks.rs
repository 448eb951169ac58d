//! `network!`.

use super::{fine, mistakes, model, one};
use crate::network::expand;

#[test]
fn the_model_of_a_network() {
    let code = fine(
        expand,
        "name: \"Column\", param lambda = 100 um, param k: 1 = K;
         size: [200, 600, 200] um, shape: cylinder, seeds: { conn: 1, stim: 2 }, sampler: netpyne, quirks: netpyne,
         globals: { hh { usetable: 1 } },
         populations: [E, a::I], connect: [EI, (rule), ..(rules)], stimulate: [Drive]",
    );
    let model = model(&code);
    for part in [
        r#""name":"Column""#,
        r#""size":["200um","600um","200um"]"#,
        r#""shape":"cylinder""#,
        r#""params":{"lambda":"100um","k":0}"#,
        r#""globals":{"$0":{"usetable":1}}"#,
    ] {
        assert!(model.contains(part), "{part} is not in {model}");
    }
    for part in [
        "__netdsl_into.population::<__NetdslNetwork,1usize>();",
        "__netdsl_into.rule::<__NetdslNetwork,0usize>();",
        "__netdsl_into.rule_value(rule);",
        "__netdsl_into.rule_values(rules);",
        "rule_members::<__NetdslNetwork,0usize>(__NETDSL_MEMBERS)",
    ] {
        assert!(code.contains(part), "{part} is not in {code}");
    }
}

#[test]
fn populations_from_rust_are_checked_at_run_time() {
    let code = fine(expand, "populations: [E, ..(pops)], connect: [EI]");
    assert!(!code.contains("rule_members"));
}

#[track_caller]
fn network(body: &str, at: &str, says: &str) {
    one(expand, &format!("populations: [E], {body}"), at, says);
}

#[test]
fn fields() {
    network(
        "sise: 3",
        "sise",
        "a network has no field `sise`; did you mean `size`?",
    );
    network("sizeX: 3", "sizeX", "is NetPyNE's word");
    network("size: [200, 600] um", "[200, 600]", "three elements");
    network("size: [200, 600, 200]", "]", "`size` needs a unit");
    network(
        "shape: cylindr",
        "cylindr",
        "there is no shape `cylindr`; did you mean `cylinder`?",
    );
    network("shape: 3", "3", "write one of `cuboid`");
    network("sampler: quick", "quick", "there is no sampler `quick`");
    network(
        "quirks: netpine",
        "netpine",
        "there is no quirks `netpine`; did you mean `netpyne`?",
    );
    network("seed: -1", "-1", "a seed is a whole number");
    network(
        "seed: 1, seeds: { conn: 1 }",
        "seeds",
        "cannot both be given",
    );
    network("seeds: { con: 1 }", "con", "did you mean `conn`?");
    network("name: Column", "Column", "in quotes");
    network("connect: EI", "EI", "is a list in brackets");
    network("connect: [EI, EI]", "EI", "`EI` is listed twice");
    network("connect: [3]", "3", "expected a declared name");
    network("globals: 3", "3", "write `globals:");
    network("param lambda = 3 umm", "umm", "is not a unit");
    one(expand, "connect: [EI]", "]", "missing field `populations`");
}

#[test]
fn several_mistakes() {
    let found = mistakes(
        expand,
        "size: 3, seed: x, populations: [E, 3], connect: 4, foo: 5",
    );
    assert_eq!(found.len(), 5, "{found:#?}");
}
