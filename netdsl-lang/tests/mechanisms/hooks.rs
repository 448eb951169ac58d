//! C that functions of the program take the place of.

use netdsl_lang::nmodl::{compile, compile_with_hooks};

const TEXT: &str =
    "NEURON { POINT_PROCESS Foreign NONSPECIFIC_CURRENT i RANGE g, most, drawn, kept }
DEFINE N 3
PARAMETER { g = 0.001 (uS) }
ASSIGNED { v (mV) i (nA) most drawn kept[N] }
STATE { s }
INITIAL {
    s = 1
    VERBATIM
    struct Info* info = find_info();
    kept[0] = info->first; kept[N - 1] = s;
    ENDVERBATIM
}
FUNCTION rectified(x (mV)) (mV) {
    VERBATIM
    return table_of(this)->value(_lx, &most);
    ENDVERBATIM
}
PROCEDURE note(w) {
    VERBATIM
    drawn += info->draw(_lw);
    ENDVERBATIM
}
BREAKPOINT { SOLVE states METHOD cnexp  i = g*s*rectified(v) }
DERIVATIVE states { s' = (BnlDev_RNG(0.3, 10) - s)/5 }
NET_RECEIVE(w) { note(w) s = s + w*kept[0] }";

#[test]
fn mistakes_name_the_function_that_would_help() {
    let errors = compile(TEXT, "foreign.mod").expect_err("four");
    let text = errors.to_string();
    for wanted in [
        "foreign.mod:9",
        "hooks: { verbatim_1: my_function }",
        "fn my_function(_: &mut dyn Draws, kept: &mut [f64; 3], s: f64)",
        "fn my_function(_: &mut dyn Draws, x: f64, most: &mut f64) -> f64",
        "fn my_function(_: &mut dyn Draws, w: f64, drawn: &mut f64)",
        "hooks: { BnlDev_RNG: my_function }",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    let given = ["rectified".to_owned(), "rectify".to_owned()];
    let found = compile_with_hooks(TEXT, "foreign.mod", &given);
    let text = found.expect_err("three and one").to_string();
    assert!(
        text.contains("`hooks` names `rectify`, which the file does not need"),
        "{text}"
    );
}
