use super::*;
use crate::nmodl::parse::parse;

/// Messages about `body` in a mechanism with a voltage, a current and a few variables.
fn messages(body: &str) -> Vec<String> {
    let text = format!(
        "NEURON {{ SUFFIX x USEION na READ ena WRITE ina }}
        UNITS {{ (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) (mM) = (milli/liter)
            FARADAY = (faraday) (coulomb) }}
        PARAMETER {{ g = 1 (S/cm2) k = 6 (mV) tau = 3 (ms) q = 2 celsius (degC) }}
        ASSIGNED {{ v (mV) ena (mV) ina (mA/cm2) w (/ms) p }}
        STATE {{ m c (mM) }}
        {body}"
    );
    whole(&text)
}

fn whole(text: &str) -> Vec<String> {
    let mut report = Report::default();
    let file = parse(text, &mut report);
    assert!(!report.failed(), "{:?}", report.problems);
    let found = check_units(&file, text, false);
    assert!(!found.failed(), "warnings only");
    let told = |p: &Problem| format!("{}; {}", p.message, p.help.as_deref().unwrap_or("-"));
    found.problems.iter().map(told).collect()
}

fn right(body: &str) {
    assert_eq!(messages(body), Vec::<String>::new(), "{body}");
}

fn wrong(body: &str, part: &str) {
    let found = messages(body);
    assert!(
        found.len() == 1 && found[0].contains(part),
        "{body}: {found:?}"
    );
}

#[test]
fn sums_and_assignments() {
    right("BREAKPOINT { ina = g*(v - ena) }");
    right("BREAKPOINT { ina = g*(v - 50) p = 3*q + 1 }");
    wrong(
        "BREAKPOINT { ina = g*(v - tau) }",
        "subtracted should be (mV), not (ms)",
    );
    wrong(
        "BREAKPOINT { ina = g*v*v }",
        "what is assigned to `ina` should be (mA/cm2)",
    );
    wrong("BREAKPOINT { p = v }", "should be a pure number, not (mV)");
}

#[test]
fn conversion_factors() {
    right("ASSIGNED { i (milliamp/meter2) } BREAKPOINT { i = (10000)*ina }");
    wrong(
        "ASSIGNED { i (milliamp/meter2) } BREAKPOINT { i = ina }",
        "multiply by the conversion factor (10000)",
    );
    right("BREAKPOINT { w = (0.001)*p/1(second) }");
    wrong("BREAKPOINT { p = exp((0.5)) }", "`exp` wants a pure number");
}

#[test]
fn functions_want_their_arguments() {
    right("BREAKPOINT { p = exp(v/k) + log(2) + exp(0.1(/mV)*v) }");
    wrong(
        "BREAKPOINT { p = exp(v) }",
        "`exp` wants a pure number, not (mV)",
    );
    right("FUNCTION f(x (mV)) (/ms) { f = x/k/tau } BREAKPOINT { w = f(v) + f(3) }");
    wrong(
        "FUNCTION f(x (mV)) (/ms) { f = x/k/tau } BREAKPOINT { w = f(tau) }",
        "the argument should be (mV), not (ms)",
    );
    wrong(
        "PROCEDURE f(x) { p = x } BREAKPOINT { f(v) }",
        "`f` wants a pure number",
    );
    wrong(
        "NET_RECEIVE (w) { net_send(v, 1) }",
        "should be (ms), not (mV)",
    );
}

#[test]
fn comparisons_and_powers() {
    right("BREAKPOINT { if (v < -50 && v/k > 2) { p = 1 } }");
    wrong(
        "BREAKPOINT { if (v < tau) { p = 1 } }",
        "compared should be (mV), not (ms)",
    );
    right("BREAKPOINT { p = (v^2)/(k*k) + q^((celsius - 36)/10(degC)) + m^4 }");
    wrong("BREAKPOINT { p = q^v }", "a power wants a pure number");
    wrong(
        "BREAKPOINT { p = v^0.5 }",
        "a power that is no whole number",
    );
}

#[test]
fn locals_follow_their_values() {
    right("BREAKPOINT { LOCAL x x = v x = x - ena p = x/k }");
    wrong(
        "BREAKPOINT { LOCAL x x = 3 p = (v - x)/k }",
        "should be (mV), not a pure number",
    );
    right("BREAKPOINT { LOCAL x { LOCAL x x = v } x = 1 p = x }");
}

#[test]
fn derivatives_are_per_millisecond() {
    right("DERIVATIVE states { m' = (1 - m)/tau c' = (2 - c)/tau }");
    right("LINEAR a { ~ v + ena = 3 }");
    wrong(
        "LINEAR a { ~ v + ena = tau }",
        "the right side should be (mV)",
    );
    wrong(
        "DERIVATIVE states { m' = 1 - m }",
        "`m'` should be (/ms), not a pure number",
    );
    wrong("DERIVATIVE states { c' = (1 - m)/tau }", "`c'` should be ");
}

#[test]
fn reactions_have_rates_per_millisecond() {
    right("KINETIC a { ~ m <-> c0 (w, 2) CONSERVE m = 1 } ASSIGNED { c0 }");
    right(
        "STATE { d (mM) } PARAMETER { f (/mM/ms) } KINETIC a { ~ c + d <-> c (f, w) ~ c << (f*c*d) ~ c -> (w) }",
    );
    wrong(
        "KINETIC a { ~ m <-> c0 (tau, w) } ASSIGNED { c0 }",
        "the rate should be (/ms), not (ms)",
    );
    wrong("KINETIC a { ~ c << (w) }", "the flux should be ");
    wrong(
        "KINETIC a { ~ m -> (w) CONSERVE c + m = 1 }",
        "the amount of `m` should be (mM), not a pure number",
    );
    right(
        "PARAMETER { vol (micron2) } KINETIC a { COMPARTMENT vol { c } LONGITUDINAL_DIFFUSION 2(micron4/ms) { c } }",
    );
    wrong(
        "KINETIC a { COMPARTMENT tau { c } LONGITUDINAL_DIFFUSION 2(micron4/ms) { c } }",
        "the volume per length of `c` should be (micron2)",
    );
}

#[test]
fn nothing_is_compared_where_units_are_off() {
    right("UNITSOFF BREAKPOINT { p = exp(v) + tau } UNITSON");
    right("BREAKPOINT { UNITSOFF p = v UNITSON }");
    wrong(
        "UNITSOFF PROCEDURE f() { p = v } UNITSON BREAKPOINT { p = tau }",
        "not (ms)",
    );
}

#[test]
fn units_of_neuron() {
    let found = whole(
        "NEURON { SUFFIX x USEION ca READ cai WRITE ica NONSPECIFIC_CURRENT i }
        UNITS { (mV) = (millivolt) (mA) = (milliamp) }
        ASSIGNED { v cai (mV) ica (mA/cm2) i (mA) celsius (degC) }
        BREAKPOINT { ica = 1 i = area }",
    );
    let parts = [
        "`v` must have the unit (mV), not a pure number",
        "`cai` must have the unit (mM), not (mV)",
        "`i` must have the unit (mA/cm2), not (mA)",
        "`area` is not declared, and must have the unit (micron2); declare area (micron2)",
    ];
    assert_eq!(found.len(), parts.len(), "{found:?}");
    for (found, part) in found.iter().zip(parts) {
        assert!(found.contains(part), "{found} instead of {part}");
    }
}

#[test]
fn words_that_neuron_does_not_know() {
    let found = whole(
        "NEURON { SUFFIX x }
        UNITS { (um) = (micron) (ms) = (millisecond) R = (k-mole) (joule/degC) F = (faraday) (degC) }
        PARAMETER { a (mM) b (um/ms) c (DegC) d (mM/ms) e (nA) f (cm^2) }
        BREAKPOINT { a = d b = e }",
    );
    let parts = [
        "the unit (ms) has a meaning already",
        "(faraday) is ",
        "does not know the unit (mM); say (mM) = (milli/liter) in the UNITS block",
        "does not know the unit (DegC); define it",
        "does not know the unit (nA); say (nA) = (nanoamp)",
        "does not know the unit (cm^)",
    ];
    assert_eq!(found.len(), parts.len(), "{found:?}");
    for (found, part) in found.iter().zip(parts) {
        assert!(found.contains(part), "{found} instead of {part}");
    }
}

#[test]
fn texts_of_units() {
    let table = UnitTable::new();
    let same = |a: &str, b: &str| {
        let (x, y) = (table.evaluate(a).unwrap(), table.evaluate(b).unwrap());
        assert!(x.is(y), "{a}: {x:?}, {b}: {y:?}");
    };
    same("milliamp/cm2", "10 amp/meter2");
    same("10000 coul", "10000 coulombs");
    same(
        "mV-coul/degC".replace("mV", "millivolt").as_str(),
        "millijoule/K",
    );
    same("k-mole", "R");
    same("e-mole", "faraday");
    same("1e-3 volt", "millivolt");
    same("1+8 micron4/ms", "100000000 micron4/ms");
    same("10-coul", "10 coul");
    same("e", "1 e");
    same("1|8 meter", "0.125 meters");
    same("/ms", "1/ms");
    same("", "1");
    assert!(table.evaluate("um").is_err() && table.evaluate("s2").is_ok());
}

#[test]
fn strictly_all_are_errors() {
    let text = "NEURON { SUFFIX x } ASSIGNED { v }";
    let file = parse(text, &mut Report::default());
    assert!(check_units(&file, text, true).failed());
}
