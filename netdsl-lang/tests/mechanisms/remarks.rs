//! What compiles with a remark, and mistakes in DISCRETE.

use netdsl_lang::nmodl::{compile, compile_with_warnings};

/// The remarks about a file without mistakes.
fn remarks(text: &str) -> String {
    let compiled = compile_with_warnings(text, "x.mod", Default::default());
    let (_, remarks) = compiled.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    remarks.to_string()
}

fn mistakes(text: &str) -> String {
    compile(text, "x.mod").expect_err("it is wrong").to_string()
}

#[test]
fn states_that_stand_still_are_told() {
    let text = "NEURON { SUFFIX x RANGE g } STATE { m h kept } ASSIGNED { v g }
        INITIAL { m = 0  h = 1  kept = 2 } BREAKPOINT { SOLVE s METHOD cnexp  g = m*h*kept }
        DERIVATIVE s { m' = 1 - m } PROCEDURE p() { kept = kept + 1 } AFTER SOLVE { p() }";
    let found = remarks(text);
    assert!(found.contains("the state `h` is never solved"), "{found}");
    assert!(found.contains("SOLVE states METHOD cnexp"), "{found}");
    assert!(
        !found.contains("`m`") && !found.contains("`kept`"),
        "{found}"
    );
}

#[test]
fn currents_without_conductance_are_told() {
    let text = "NEURON { SUFFIX x NONSPECIFIC_CURRENT i, j USEION k READ ek WRITE ik RANGE g }
        PARAMETER { g = 1 } ASSIGNED { v i j ik ek } BREAKPOINT { i = g*2  ik = g*(v - ek) }";
    let found = remarks(text);
    assert!(
        found.contains("the current `i` has no conductance"),
        "{found}"
    );
    assert!(found.contains("the current `j` is nothing"), "{found}");
    assert!(!found.contains("`ik` "), "{found}");
    let clamp =
        "NEURON { POINT_PROCESS x ELECTRODE_CURRENT i } ASSIGNED { i } BREAKPOINT { i = 1 }";
    assert_eq!(remarks(clamp), "");
}

#[test]
fn quotients_of_integers_are_told() {
    let text = "NEURON { SUFFIX x RANGE y } ASSIGNED { a[4] y } INITIAL { a[3/2] = 0.5  y = 1/2
        VERBATIM
        y += 2/3 + 4/2;
        ENDVERBATIM
        }";
    let found = remarks(text);
    assert!(
        found.contains("`3/2` is 1 here: indices are C integers"),
        "{found}"
    );
    assert!(
        found.contains("`2/3` is 0 here") && found.contains("`2.0/3.0`"),
        "{found}"
    );
    assert!(
        !found.contains("1/2` is") && !found.contains("4/2` is"),
        "{found}"
    );
}

#[test]
fn words_of_rust_are_names() {
    let text = "NEURON { SUFFIX fn RANGE type, match, self NONSPECIFIC_CURRENT loop }
        PARAMETER { type = 1 match = 2 crate = 3 } ASSIGNED { v self loop } STATE { impl }
        INITIAL { impl = 0 } BREAKPOINT { SOLVE where METHOD cnexp  loop = yield(type)*(v - match) }
        DERIVATIVE where { impl' = crate - impl } FUNCTION yield(ref) { yield = ref*impl  self = ref }";
    assert_eq!(remarks(text), "");
}

#[test]
fn discrete_keeps_values_of_states_alone() {
    let head = "NEURON { SUFFIX x } STATE { s a[2] } PARAMETER { k = 1 } ASSIGNED { v }
        BREAKPOINT { SOLVE d }";
    let found = mistakes(&format!("{head} DISCRETE d {{ s = k@1 + a@2 + q@3 }}"));
    assert!(found.contains("`k@1`: `k` is no STATE"), "{found}");
    assert!(found.contains("`a@2`: `a` is an array"), "{found}");
    assert!(found.contains("`q@3`: `q` is no STATE"), "{found}");
    let outside = mistakes(&format!(
        "{head} DISCRETE d {{ s = s@1 }} INITIAL {{ s = s@1 }}"
    ));
    assert!(outside.contains("kept by DISCRETE alone"), "{outside}");
    let steps = mistakes(&format!("{head} DISCRETE d {{ s = s@0 + s@2000 }}"));
    assert!(
        steps.contains("a number of steps from 1 to 1000"),
        "{steps}"
    );
}

#[test]
fn only_reactions_that_nothing_solves_are_told() {
    let text = "NEURON { SUFFIX x } STATE { a b } BREAKPOINT { SOLVE s METHOD sparse }
        KINETIC s { ~ a <-> b (1, 2) }";
    assert_eq!(remarks(text), "");
    let found = remarks(&format!("{text} KINETIC other {{ ~ a -> (1) }}"));
    assert!(
        found.contains("(in `other`, which nothing calls)"),
        "{found}"
    );
}
