//! `conn_rule!`.

use super::{fine, mistakes, model, one};
use crate::conn_rule::expand;

const REST: &str = "weight: 0.005 uS, delay: 1 ms, synapse: Exc at dend(0.5)";

#[test]
fn the_model_of_a_rule() {
    let code = fine(
        expand,
        "pub EI: a::E[0, 3..5] -> I where pre.y < 250 um && post.x > 0 um {
            param lambda: um = LAMBDA;
            param v = 500 um/ms;
            probability: 0.4 * exp(-dist_3d / lambda) + #P,
            weight: 0.005 uS, delay: 1 ms + dist_3d / v,
            synapses: [Exc at dend(0.2 + 0.1 * pre.x_norm) { count: 2 }, b::Slow at [soma, dend] { weight: 1 nS }],
            allow_self: true,
        }",
    );
    let model = model(&code);
    for part in [
        r#""pre":{"cells":[0,3,4]}"#,
        r#""where":"pre.y<250um&&post.x>0um""#,
        r#""params":{"lambda":0,"v":"500um/ms","P":0}"#,
        r#""probability":"0.4*exp(-dist_3d/lambda)+P""#,
        r#""delay":"1ms+dist_3d/v""#,
        r#"{"synapse":"$0","sections":["dend"],"loc":["0.2+0.1*pre.x_norm"],"count":2}"#,
        r#"{"synapse":"$1","sections":["soma","dend"],"weight":"1nS"}"#,
        r#""allow_self":true"#,
    ] {
        assert!(model.contains(part), "{part} is not in {model}");
    }
    for part in [
        r#"("lambda",(::netdsl::__private::captured)(LAMBDA,"um"))"#,
        r#"("P",(::netdsl::__private::captured)(P,"1"))"#,
        "typePre=a::E;typePost=I;",
        "UsesSynapse<1usize>forEI{typeSynapse=b::Slow;}",
    ] {
        assert!(code.contains(part), "{part} is not in {code}");
    }
}

#[test]
fn kinds_of_rules() {
    for choice in [
        "",
        "probability: 10%,",
        "convergence: 10 + 2 * post.y_norm,",
        "divergence: 3,",
        "list: [(0, 1), (2, 3)],",
        "list: (ring(10)),",
        "probability: if dist_3d < 100 um { 0.5 } else { 0.1 },",
    ] {
        fine(expand, &format!("pub EI: E -> I {{ {choice} {REST} }}"));
    }
    fine(
        expand,
        "pub EI: E -> I { list: [(0, 1), (2, 3)], delays: [1, 2.5] ms, weight: 1 nS, synapse: Exc }",
    );
    fine(expand, "pub ES: E -> S { weight: 1, delay: 0 ms }");
    fine(
        expand,
        "EI: E -> I { list: [(0, 1)], weights: [1] nS, delays: [1] ms, synapse: Exc }",
    );
}

#[test]
fn rules_that_are_values() {
    let code = fine(expand, &format!("E -> a::I {{ {REST} }}"));
    assert!(code.starts_with("{enum__NetdslRule{}"), "{code}");
    assert!(code.contains("handle_of::<__NetdslRule,1usize>()"));
    let code = fine(
        expand,
        &format!("(*pre) -> (post) {{ param w: uS = w(a, b); {REST} }}"),
    );
    assert!(
        code.contains("handle)(*pre)") && !code.contains("section_of"),
        "{code}"
    );
    one(
        expand,
        &format!("pub R: (a) -> I {{ {REST} }}"),
        "R",
        "a rule over run-time populations is a value: leave out the name",
    );
}

#[test]
fn headers() {
    one(
        expand,
        &format!("pub EI: E I {{ {REST} }}"),
        "I",
        "expected `->`",
    );
    one(
        expand,
        &format!("pub EI: -> I {{ {REST} }}"),
        "->".get(..1).expect("-"),
        "expected the presynaptic",
    );
    one(
        expand,
        &format!("pub EI: E -> {{ {REST} }}"),
        "{",
        "expected the postsynaptic",
    );
    one(expand, "pub EI: E -> I", "I", "");
    one(
        expand,
        &format!("pub EI: E[x] -> I {{ {REST} }}"),
        "x",
        "cells are chosen by index",
    );
    one(
        expand,
        &format!("pub EI: E[3..1] -> I {{ {REST} }}"),
        "3..1",
        "ends before it begins",
    );
    one(
        expand,
        &format!("pub EI: E -> I where {{ {REST} }}"),
        "where",
        "expected a condition",
    );
    one(
        expand,
        &format!("pub EI: E -> I {{ {REST} }} more"),
        "more",
        "one rule for each",
    );
    one(
        expand,
        &format!("pub EI: E -> I where pre.y {{ {REST} }}"),
        "pre.y",
        "`where` is a condition",
    );
}

#[track_caller]
fn rule(body: &str, at: &str, says: &str) {
    one(expand, &format!("pub EI: E -> I {{ {body} }}"), at, says);
}

#[test]
fn fields() {
    rule(
        &format!("probability: 0.1, convergence: 3, {REST}"),
        "convergence",
        "cannot both be given",
    );
    rule(
        &format!("probabilty: 0.1, {REST}"),
        "probabilty",
        "did you mean `probability`?",
    );
    rule(
        &format!("probability: 1.5, {REST}"),
        "1.5",
        "`probability` lies between 0 and 1, not 1.5",
    );
    rule(
        &format!("probability: -0.1, {REST}"),
        "-0.1",
        "`probability` lies between 0 and 1",
    );
    rule(
        &format!("probability: 1 mV, {REST}"),
        "1 mV",
        "a number without unit, but `1 mV` is a voltage",
    );
    rule(
        &format!("convergence: pre.y_norm, {REST}"),
        "pre.y_norm",
        "is not known here, where only the postsynaptic",
    );
    rule(
        &format!("divergence: -3, {REST}"),
        "-3",
        "cannot be negative",
    );
    rule(&format!("list: 3, {REST}"), "3", "write `list:");
    rule(
        &format!("list: [(0, 1, 2)], {REST}"),
        "(0, 1, 2)",
        "write `list:",
    );
    rule(
        "list: [(0, 1)], weights: [1, 2] uS, delay: 1 ms, synapse: Exc",
        "weights",
        "2 weights for 1 pairs",
    );
    rule(
        &format!("weights: [1] uS, {REST}"),
        "weights",
        "goes with `list:",
    );
    rule(
        &format!("allow_self: 1, {REST}"),
        "1",
        "write `true` or `false`",
    );
    rule("delay: 1 ms, synapse: Exc", "}", "missing field `weight`");
    rule("weight: 1 uS, synapse: Exc", "}", "missing field `delay`");
    rule(
        "weight: 1 uS, delay: 1, synapse: Exc",
        "1",
        "`delay` needs a unit: write `1 ms`",
    );
    rule(
        "weight: 1 uS, delay: -1 ms, synapse: Exc",
        "-1 ms",
        "`delay` cannot be negative",
    );
    rule(
        "weight: 1 uS, delay: 1 ms + dist_3d, synapse: Exc",
        "1 ms + dist_3d",
        "`+` joins a time",
    );
    rule(
        "weight: 1 uS, delay: 1 ms synapse: Exc",
        "synapse",
        "expected `,` before `synapse`",
    );
}

#[test]
fn places() {
    let at = |place: &str, at: &str, says: &str| {
        rule(
            &format!("weight: 1 uS, delay: 1 ms, synapse: Exc {place}"),
            at,
            says,
        );
    };
    at(
        "at dend(1.5)",
        "1.5",
        "a position along a section lies between 0 and 1, not 1.5",
    );
    at(
        "at dend(-0.1)",
        "-0.1",
        "a position along a section lies between 0 and 1",
    );
    at("at dend(1 um)", "1 um", "the position along the section");
    at("at 3", "3", "expected a section after `at`");
    at("dend(0.5)", "dend", "expected `at section(0.5)`");
    at("at dend { count: 0 }", "0", "`count` is at least 1");
    at("at dend { cuont: 0 }", "cuont", "did you mean `count`?");
}

#[test]
fn netpyne_words() {
    rule(
        &format!("synMech: \"Exc\", {REST}"),
        "synMech",
        "write `synapse: Exc at dend(0.5)`",
    );
    rule(
        &format!("synsPerConn: 3, {REST}"),
        "synsPerConn",
        "{ count: 3 }",
    );
    rule(
        &format!("probability: exp(-dist_3D / 100 um), {REST}"),
        "dist_3D",
        "did you mean `dist_3d`?",
    );
    rule(
        &format!("probability: pre_ynorm, {REST}"),
        "pre_ynorm",
        "did you mean `pre.y_norm`?",
    );
}

#[test]
fn expressions() {
    let p = |text: &str, at: &str, says: &str| {
        rule(&format!("probability: {text}, {REST}"), at, says);
    };
    p(
        "exp(-dist_3d / lamda)",
        "lamda",
        "there is no variable `lamda`",
    );
    p(
        "exp(dist_3d)",
        "dist_3d",
        "divide it by a length of your choice",
    );
    p("exp(1, 2)", "exp(1, 2)", "`exp` takes 1 argument");
    p("0.1 +", ",", "expected");
    p("0.1 0.2", "0.2", "expected");
    p("ms", "ms", "`ms` is a unit and follows a number");
    p("#P um / #P ms", "P", "give it one unit");
}

#[test]
fn seven_mistakes_in_one_rule() {
    let found = mistakes(
        expand,
        "pub EI: E -> I where pre.q < 250 um {
            probability: 0.4 * exp(-dist_3d / lamda), weight: 0.005 uSS, delay: 1,
            synapse: Exc at dend(1.5) { count: 1.5 }, synMech: 3, foo: 4
        }",
    );
    assert_eq!(found.len(), 8, "{found:#?}");
}

#[test]
fn broken_headers_leave_the_name() {
    let code = expand("pub EI: E I { }".parse().expect("lexes")).to_string();
    assert!(code.contains("enum EI") && code.contains("AnyPopulation"));
}

#[test]
fn cells_that_are_chosen_wrongly() {
    let r = |cells: &str, at: &str, says: &str| {
        one(
            expand,
            &format!("pub R: E[{cells}] -> I {{ {REST} }}"),
            at,
            says,
        );
    };
    r("0, 3, 0", "0", "cell 0 is listed twice");
    r("0..3, 2", "2", "cell 2 is listed twice");
    r("3..1", "3..1", "the range 3..1 ends before it begins");
    r("3..3", "3..3", "the range 3..3 is empty");
    r("-1", "-1", "an index is not negative");
}

#[test]
fn values_that_are_given_twice() {
    let r = |body: &str, at: &str, says: &str| {
        one(expand, &format!("pub R: E -> I {{ {body} }}"), at, says);
    };
    r(
        "list: [(0, 1)], weights: [50] nS, weight: 0 nS, delay: 1 ms, synapse: Exc",
        "weight",
        "`weight` and `weights` cannot both be given",
    );
    r(
        "list: [(0, 1)], weights: [50] nS, delay: 1 ms, synapses: [Exc at soma(0.5) { weight: 0 nS }]",
        "weights",
        "a synapse has a `weight`",
    );
    r(
        "weight: 5 nS, delay: 1 ms, synapses: [Exc { weight: 1 nS }]",
        "weight",
        "every synapse has a `weight` of its own",
    );
}

#[test]
fn numbers_that_cannot_be_meant() {
    let r = |field: &str, at: &str, says: &str| {
        one(
            expand,
            &format!("pub R: E -> I {{ {field}, weight: 1 nS, synapse: Exc at dend(0.5) }}"),
            at,
            says,
        );
    };
    r(
        "convergence: 2.5, delay: 1 ms",
        "2.5",
        "`convergence` is a whole number, not 2.5",
    );
    r(
        "divergence: 0.5, delay: 1 ms",
        "0.5",
        "`divergence` is a whole number",
    );
    r("delay: 1 Ms", "1 Ms", "is `ms` meant?");
}

#[test]
fn headers_that_are_no_headers() {
    one(expand, "A", "A", "expected `->`");
    one(
        expand,
        "A { preConds: 1 }",
        "{ preConds: 1 }".get(..1).expect("{"),
        "expected `->`",
    );
    assert_eq!(mistakes(expand, "").len(), 1);
    one(
        expand,
        &format!("pub R: E - > I {{ {REST} }}"),
        "-",
        "expected `->`",
    );
    // what stands for an item and for a value alike
    let code = expand("A".parse().expect("lexes"))
        .to_string()
        .replace(' ', "");
    assert!(code.starts_with("::core::compile_error!"), "{code}");
}

#[test]
fn values_that_are_no_expressions() {
    let r = |fields: &str, at: &str, says: &str| {
        one(
            expand,
            &format!("pub R: E -> I {{ {fields}, synapse: Exc at dend(0.5) }}"),
            at,
            says,
        );
    };
    r(
        "weight: [1, 2] nS, delay: 1 ms",
        "[1, 2] nS",
        "`weights: [..]` goes with `list: [..]`",
    );
    r(
        "probability: \"0.4*exp(-dist_3D/lambda)\", weight: 1 nS, delay: 1 ms",
        "\"0.4*exp(-dist_3D/lambda)\"",
        "without quotes",
    );
    r(
        "delay: defaultDelay, weight: 1 nS",
        "defaultDelay",
        "a Rust value is written with its unit",
    );
    r(
        "param lambda: um = 150 um; weight: 1 nS, delay: lambda / (1 um/ms)",
        "150 um",
        "write `param lambda = 150 um`",
    );
    r(
        "param a = RUST; weight: 1 nS, delay: a",
        "RUST",
        "`param a: um = RUST`",
    );
    r(
        "param a = 2 * #RUST um; weight: 1 nS, delay: a",
        "RUST",
        "`param a: um = RUST`",
    );
}

#[test]
fn parameters_do_not_use_each_other() {
    let found = mistakes(
        expand,
        &format!("pub R: E -> I {{ param a = b; param b = 2 * a; {REST} }}"),
    );
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found
            .iter()
            .all(|(_, text)| text.contains("not from other parameters"))
    );
}

#[test]
fn misspelt_fields_are_not_missing_too() {
    let found = mistakes(
        expand,
        "pub R: E -> I { weigth: 1 nS, dealy: 1 ms, syn: Exc }",
    );
    assert_eq!(found.len(), 3, "{found:#?}");
    let found = mistakes(
        expand,
        "pub R: E -> I { weight: 1 nS, delay: 1 ms, synMech: Exc }",
    );
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn laws_of_plasticity() {
    let code = fine(
        expand,
        "pub EI: E -> I {
            param w: uS;
            plasticity: [Stdp { w_max: 2 * w, nearest: true, tau_plus: 0.1 * #GAIN ms }, TsodyksMarkram { u: 0.5, tau_rec: 800 ms }],
            weight: 0.005 uS, delay: 1 ms, synapse: Exc at dend(0.5),
        }",
    );
    let model = model(&code);
    for part in [
        r#"{"law":"Stdp","params":{"w_max":"2*w","tau_plus":"0.1*GAIN","nearest":"true"}}"#,
        r#"{"law":"TsodyksMarkram","params":{"u":0.5,"tau_rec":"800ms"}}"#,
    ] {
        assert!(model.contains(part), "{part} is not in {model}");
    }
    for (law, message) in [
        (
            "Sdtp { w_max: 1 nS }",
            "there is no law `Sdtp`; did you mean `Stdp`?",
        ),
        ("Stdp", "expected `{ .. }` with parameters"),
        ("Stdp { tau_plus: 1 ms }", "missing `w_max` of `Stdp`"),
        (
            "Stdp { w_max: 1 nS, tauhebb: 10 ms }",
            "`tauhebb` is NetPyNE's word; here, write `tau_plus`",
        ),
        (
            "Stdp { w_max: 1 nS, tau_pls: 10 ms }",
            "has no field `tau_pls`; did you mean `tau_plus`?",
        ),
        ("Stdp { w_max: 1 nS, tau_plus: 0 ms }", "tau_plus"),
        ("Stdp { w_max: 1 nS, tau_plus: 3 mV }", "tau_plus"),
        ("Stdp { w_max: 1 nS, mu_plus: 2 }", "mu_plus"),
        ("Stdp { w_max: pre.x }", "pre.x"),
        ("Stdp { w_max: 1 nS, nearest: 1 }", "true"),
        (
            "[Stdp { w_max: 1 nS }, Stdp { w_max: 2 nS }]",
            "`Stdp` is given twice",
        ),
        ("[]", "no law is named"),
    ] {
        let rule = format!("pub EI: E -> I {{ plasticity: {law}, {REST} }}");
        let told: Vec<String> = mistakes(expand, &rule)
            .into_iter()
            .map(|m| m.0 + "; " + &m.1)
            .collect();
        let told = told.join("\n");
        assert!(told.contains(message), "{law}: {told}");
    }
}
