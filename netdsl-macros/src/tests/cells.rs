//! `cell_rule!`.

use super::{fine, mistakes, model, one};
use crate::cell_rule::expand;

const SHAPE: &str = "L: 20 um, diam: 20 um";

#[test]
fn the_model_of_a_cell() {
    let code = fine(
        expand,
        "pub Pyr {
            param g0 = 1e-4 S/cm2;
            per_cell factor = uniform(0.9, 1.1);
            /// The body.
            soma { L: 18.8 um, diam: 18.8 um, Ra: 123 ohm*cm, hh { gnabar: 0.12 S/cm2 * factor }, pas,
                   ion na { e: 50 mV, o: 140 mM } }
            dend: soma(1) { L: 200 um, diam: [2, 1] um, nseg: 2, Im { gbar: g0 * exp(-dist_path / 100 um) } }
            axon(1): soma(0) { pt3d: [[0, 0, 0, 1], [0, 50, 0, 1]] um }
            list trees = [dend, axon];
            spikes: axon(0.5) > -10 mV,
        }",
    );
    let model = model(&code);
    for part in [
        r#""params":{"g0":"1e-4S/cm2"}"#,
        r#""per_cell":{"factor":"uniform(0.9,1.1)"}"#,
        r#""name":"soma","L":"18.8um","diam":"18.8um","Ra":"123ohm*cm""#,
        r#""mechanisms":{"$0":{"gnabar":"0.12S/cm2*factor"},"$1":{}}"#,
        r#""ions":{"na":{"e":"50mV","o":"140mM"}}"#,
        r#""parent":{"section":"soma","loc":1.0},"L":"200um","diam":["2um","1um"],"nseg":2"#,
        r#""parent":{"section":"soma","loc":0.0,"child_end":1.0}"#,
        r#""pt3d":[[0.0,0.0,0.0,1.0],[0.0,50.0,0.0,1.0]]"#,
        r#""section_lists":{"trees":["dend","axon"]}"#,
        r#""spikes":{"voltage":{"section":"axon","loc":0.5,"threshold":"-10mV"}}"#,
    ] {
        assert!(model.contains(part), "{part} is not in {model}");
    }
    assert!(code.contains("constfnsoma") && code.contains("UsesMechanism<2usize>forPyr"));
}

#[test]
fn captured_values_and_point_cells() {
    let code = fine(
        expand,
        "pub Izh { param a: /ms = A * 2.0; soma { L: 10 um, diam: 10 um, cm: #CM uF/cm2,
            point cell: Izhi2007b at 0.5 { a: a, b: -2 } } spikes: soma.cell }",
    );
    assert!(
        code.contains(r#"("a",(::netdsl::__private::captured)(A*2.0,"/ms"))"#),
        "{code}"
    );
    assert!(
        code.contains(r#"("CM",(::netdsl::__private::captured)(CM,"uF/cm2"))"#),
        "{code}"
    );
    assert!(model(&code).contains(r#""spikes":{"point":{"section":"soma","point":"cell"}}"#));
}

#[track_caller]
fn soma(body: &str, at: &str, says: &str) {
    one(
        expand,
        &format!("pub C {{ soma {{ {SHAPE}, {body} }} }}"),
        at,
        says,
    );
}

#[test]
fn fields_of_a_section() {
    soma(
        "Raa: 1 ohm*cm",
        "Raa",
        "a section has no field `Raa`; did you mean `Ra`?",
    );
    soma("L: 2 um", "L", "`L` is given twice");
    soma("Ra: 100", "100", "`Ra` needs a unit: write `100 ohm*cm`");
    soma(
        "Ra: 100 mV",
        "100 mV",
        "`Ra` is a resistivity (ohm*cm), but `100 mV` is a voltage",
    );
    soma("nseg: 0", "0", "`nseg` is at least 1");
    soma("nseg: 1.5", "1.5", "`nseg` is a whole number");
    soma("cm: -1 uF/cm2", "-1 uF/cm2", "`cm` must be positive");
    soma(
        "v_init: dist_3d * 1 mV",
        "dist_3d",
        "`dist_3d` is not known here",
    );
    soma(
        "hh: { gl: 1 S/cm2 }",
        "hh",
        "a mechanism is inserted as `hh { .. }`, without a colon",
    );
    soma("hh {} hh {}", "hh", "`hh` is inserted twice in `soma`");
    soma(
        "hh { gl: 1 S/cm2, gl: 2 S/cm2 }",
        "gl",
        "`gl` is given twice",
    );
    soma("hh { gl 1 S/cm2 }", "gl 1 S/cm2", "`gl` needs a value");
    soma(
        "hh { gl: 1 S/cm2 * exp(-dist_path) }",
        "-dist_path",
        "the argument of `exp` is a number",
    );
    soma(
        "hh { gl: 1 S/cm2 * ex(2) }",
        "ex",
        "there is no function `ex`",
    );
    soma("ion na { e: 50 ms }", "50 ms", "`e` is a voltage (mV)");
    soma("ion na { c: 50 mM }", "c", "an ion has no field `c`");
    soma("ion na 3", "3", "write `ion na {");
}

#[test]
fn shapes() {
    let c = |body: &str, at: &str, says: &str| {
        one(expand, &format!("pub C {{ soma {{ {body} }} }}"), at, says);
    };
    c("pas {}", "soma", "section `soma` lacks `L`, `diam`");
    c("L: 20 um", "soma", "section `soma` lacks `diam`");
    c(
        "L: 20, diam: 20 um",
        "20",
        "`L` needs a unit: write `20 um`",
    );
    c(
        "L: 20 um, pt3d: [[0,0,0,1], [0,1,0,1]] um",
        "L",
        "`L` and `pt3d` cannot both be given",
    );
    c(
        "L: 20 um, diam: dist_path",
        "dist_path",
        "not known in the shape of a section",
    );
}

#[test]
fn netpyne_words() {
    soma("mechs { hh {} }", "mechs", "is NetPyNE's word");
    soma("geom: { L: 3 }", "geom", "is NetPyNE's word");
    soma("ions { na {} }", "ions", "`ion na {");
    one(
        expand,
        "pub C { secs { soma {} } }",
        "secs",
        "is NetPyNE's word",
    );
}

#[track_caller]
fn cell(body: &str, at: &str, says: &str) {
    one(
        expand,
        &format!("pub C {{ soma {{ {SHAPE} }} {body} }}"),
        at,
        says,
    );
}

#[test]
fn trees() {
    let dend = |header: &str| format!("{header} {{ {SHAPE} }}");
    cell(
        &dend("dend: smoa(1)"),
        "smoa",
        "`C` has no section `smoa`; did you mean `soma`?",
    );
    cell(
        &dend("dend: soma(1.5)"),
        "1.5",
        "a position along a section lies between 0 and 1, not 1.5",
    );
    cell(
        &dend("dend: soma(x)"),
        "x",
        "a position along a section is a number",
    );
    cell(&dend("dend: soma"), "soma", "say where on `soma`");
    cell(
        &dend("dend:"),
        "{",
        "expected the section that `dend` is joined to",
    );
    cell(
        &dend("dend(0.5): soma(1)"),
        "(0.5)",
        "joined with its end (0) or (1)",
    );
    cell(&dend("dend"), "dend", "`soma` and `dend` are both roots");
    cell(&dend("soma"), "soma", "section `soma` is given twice");
    let found = mistakes(
        expand,
        &format!("pub C {{ soma {{ {SHAPE} }} a: b(1) {{ {SHAPE} }} b: a(1) {{ {SHAPE} }} }}"),
    );
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].1.contains("joined to itself"));
    one(expand, "pub C {}", "C", "`C` has no section");
    one(expand, "pub C", "C", "expected `{ .. }` with sections");
}

#[test]
fn other_parts() {
    cell(
        "spikes: soma(0.5) > 10",
        "10",
        "`spikes` needs a unit: write `10 mV`",
    );
    cell(
        "spikes: smoa(0.5)",
        "smoa",
        "there is no section `smoa`; did you mean `soma`?",
    );
    cell("spikes: soma.izh", "izh", "has no point process `izh`");
    cell("spikes: 3", "3", "write `spikes: soma(0.5) > 10 mV`");
    cell(
        "list all = [soma, dned];",
        "dned",
        "there is no section `dned`",
    );
    cell(
        "list soma = [soma];",
        "soma",
        "is a section and cannot also name a list",
    );
    cell("list all [soma];", "[", "write `list all =");
    cell("threshold: 3", "threshold", "is NetPyNE's word");
    cell(
        "spike: 3",
        "spike",
        "a cell type has no field `spike`; did you mean `spikes`?",
    );
    cell("param x;", "x", "a variable");
    cell("param lambda;", "lambda", "`lambda` needs a value");
    cell("param lambda = ;", "lambda = ;", "needs a value after `=`");
    cell("param lambda: umm = 3.0;", "umm", "`umm` is not a unit");
    cell(
        "param ms = 3 um;",
        "ms",
        "`ms` is a unit and cannot name a parameter",
    );
    cell("param exp = 3 um;", "exp", "`exp` is a function");
    cell("param a = 1; param a = 2;", "a", "`a` is given twice");
    cell("per_cell a 3;", "a", "`a` needs a value");
}

#[test]
fn a_lost_parameter_is_no_further_mistake() {
    one(
        expand,
        "pub C { param a = 1 mVV; soma { L: 20 um, diam: 20 um, pas { e: a, g: a * 2 } } }",
        "mVV",
        "`mVV` is not a unit",
    );
}

#[test]
fn a_lost_section_breaks_the_type() {
    let code = expand("pub C { 3 { L: 1 um } }".parse().expect("lexes")).to_string();
    assert!(
        code.replace(' ', "")
            .contains("BROKEN:::core::primitive::bool=true")
    );
}

#[test]
fn headers_of_sections_that_are_misspelt() {
    let cell = |header: &str| {
        format!("pub C {{ soma {{ L: 1 um, diam: 1 um }} {header} {{ L: 1 um, diam: 1 um }} }}")
    };
    one(
        expand,
        &cell("axon soma(1)"),
        "soma(1)",
        "expected `:` before the section that `axon` is joined to: `axon: soma(1) { .. }`",
    );
    one(
        expand,
        &cell("axon -> soma(1)"),
        "-> soma(1)",
        "expected `:` before",
    );
    one(
        expand,
        &cell("axon = soma(1)"),
        "= soma(1)",
        "expected `:` before",
    );
    one(
        expand,
        &cell("dend: soma(1) junk"),
        "junk",
        "expected `{ .. }` with the fields of `dend`",
    );
    one(
        expand,
        &cell("dend: soma(1)(2)"),
        "(2)",
        "expected `{ .. }` with the fields of `dend`",
    );
    one(expand, &cell("dend: soma(1),"), ",", "without `,` or `;`");
    // the braces are read all the same
    let found = mistakes(
        expand,
        "pub C { soma { L: 1 um, diam: 1 um } axon soma(1) { L: 7 um, nseg: 2.5, diam: 1 mV } }",
    );
    assert_eq!(found.len(), 3, "{found:#?}");
}

#[test]
fn forgotten_commas_in_sections() {
    let soma = |fields: &str, at: &str, says: &str| {
        one(
            expand,
            &format!("pub C {{ soma {{ L: 10 um, {fields} }} }}"),
            at,
            says,
        );
    };
    soma("diam: 10 um hh", "hh", "expected `,` before `hh`");
    soma(
        "diam: 10 um hh { gl: 1 S/cm2 }",
        "hh",
        "expected `,` before `hh`",
    );
    soma(
        "diam: 10 um ion na { e: 50 mV }",
        "ion",
        "expected `,` before `ion`",
    );
    soma(
        "diam: 10 um point p: ExpSyn at 0.5 { tau: 3 ms }",
        "point",
        "expected `,` before `point`",
    );
    soma("diam: 10 um nseg: 3", "nseg", "expected `,` before `nseg`");
    soma(
        "diam: 10 um, hh { gl: 1 S/cm2 gkbar: 1 S/cm2 }",
        "gkbar",
        "expected `,` before `gkbar`",
    );
    soma(
        "diam: 10 um, hh (gnabar: 1 S/cm2)",
        "hh (gnabar: 1 S/cm2)",
        "in braces",
    );
    soma(
        "diam: 10 um, hh foo { gl: 1 S/cm2 }",
        "hh foo { gl: 1 S/cm2 }",
        "inserted as `hh`",
    );
    fine(
        expand,
        "pub C { param a = 3 um; soma { L: a, diam: if x > 3 um and y < 2 um { 1 um } else { #D um }, hh } }",
    );
}

#[test]
fn sections_lists_and_ions_that_are_incomplete() {
    let cell = |body: &str, at: &str, says: &str| {
        one(expand, &format!("pub C {{ {body} }}"), at, says);
    };
    cell(
        "soma: { L: 1 um, diam: 1 um }",
        "{",
        "the root stands without a colon: `soma { .. }`",
    );
    cell(
        "soma { L: 1 um, diam: 1 um } list none = [];",
        "[]",
        "the list `none` is empty",
    );
    cell(
        "soma { L: 1 um, diam: 1 um, hh, ion { e: 3 mV } }",
        "ion",
        "write `ion na { e: 50 mV }`",
    );
}
