//! What each pass of the compiler makes of a few lines: NMODL in, listings out.

use netdsl_lang::mech::print::listing;
use netdsl_lang::mech::{Block, Program};
use netdsl_lang::nmodl::lower::Options;
use netdsl_lang::nmodl::{compile, compile_with_warnings};

const HEAD: &str = "NEURON { SUFFIX x RANGE g, tau, b, c, q }
PARAMETER { g = 1 tau = 2 b = 3 }
ASSIGNED { v c q }
STATE { m h }
";

fn program(rest: &str) -> Program {
    compile(&format!("{HEAD}{rest}"), "x.mod").unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn shown(program: &Program, block: &Block) -> String {
    listing(program, block)
        .lines()
        .map(|l| l.trim_start())
        .collect::<Vec<_>>()
        .join("; ")
}

/// The listing of what SOLVE becomes.
fn solved(method: &str, body: &str) -> String {
    let program = program(&format!("BREAKPOINT {{ SOLVE s {method} }}\n{body}"));
    shown(&program, &program.exact.state)
}

fn derivative(method: &str, body: &str) -> String {
    solved(
        &format!("METHOD {method}"),
        &format!("DERIVATIVE s {{ {body} }}"),
    )
}

fn procedure(body: &str) -> String {
    solved("", &format!("PROCEDURE s() {{ {body} }}"))
}

#[test]
fn cnexp_uses_the_form_of_the_equation() {
    // a factor alone; its exponential depends on parameters only and is computed in `setup`
    assert_eq!(
        derivative("cnexp", "m' = -m/tau"),
        "r0 = m; r1 = derived0; r2 = r0 * r1; m = r2"
    );
    // a constant alone
    assert_eq!(
        derivative("cnexp", "m' = 3*v"),
        "r0 = 3.0; r1 = v; r2 = r0 * r1; r3 = dt; r4 = m; r5 = fma(r2, r3, r4); m = r5"
    );
    // both: one division, for the value that the state tends to
    assert_eq!(
        derivative("cnexp", "m' = (1 - m)*v - m*b"),
        "r0 = v; r1 = b; r2 = r0 + r1; r3 = dt; r4 = r2 * r3; r5 = -r4; r6 = exp(r5); r7 = m; \
         r8 = r0 / r2; r9 = r7 - r8; r10 = fma(r6, r9, r8); m = r10"
    );
    // a time constant that is a reciprocal: none
    assert_eq!(
        derivative("cnexp", "c = 1/(b*v) m' = (v - m)/c"),
        "r0 = v; r1 = b; r2 = dt; r3 = r1 * r2; r4 = r0 * r3; r5 = -r4; r6 = exp(r5); r7 = m; \
         r8 = r7 - r0; r9 = fma(r6, r8, r0); m = r9"
    );
}

#[test]
fn invariants_are_computed_in_setup() {
    let program = program("BREAKPOINT { SOLVE s METHOD cnexp }\nDERIVATIVE s { m' = -m/tau }");
    assert_eq!(
        shown(&program, &program.exact.setup),
        "r0 = dt; r1 = tau; r2 = r0 / r1; r3 = -r2; r4 = exp(r3); derived0 = r4"
    );
}

#[test]
fn equations_see_the_states_that_those_before_them_have_advanced() {
    let text = derivative("cnexp", "m' = -m/tau h' = m");
    assert_eq!(
        text,
        "r0 = m; r1 = derived0; r2 = r0 * r1; r3 = dt; r4 = h; r5 = fma(r3, r2, r4); m = r2; h = r5"
    );
}

#[test]
fn calls_are_copied_with_their_arguments_by_value() {
    assert_eq!(
        solved(
            "",
            "PROCEDURE s() { m = twice(v) h = twice(m + 1) }\nFUNCTION twice(x) { twice = 2*x }"
        ),
        "r0 = 2.0; r1 = v; r2 = r0 * r1; r3 = 1.0; r4 = r3 + r2; r5 = r0 * r4; m = r2; h = r5"
    );
}

#[test]
fn conditions_become_selections() {
    assert_eq!(
        procedure("if (v > 0) { m = 1 if (v > 10) { m = 2 } } else { h = v }"),
        "r0 = 0.0; r1 = v; r2 = r0 < r1; r3 = 10.0; r4 = r3 < r1; r5 = 2.0; r6 = 1.0; \
         r7 = r4 ? r5 : r6; r8 = m; r9 = r2 ? r7 : r8; r10 = h; r11 = r2 ? r10 : r1; m = r9; h = r11"
    );
}

#[test]
fn known_loops_are_unrolled_and_others_are_scripts() {
    assert_eq!(
        procedure("FROM k = 1 TO 3 { m = m + k*v }"),
        "r0 = 3.0; r1 = v; r2 = 2.0; r3 = m; r4 = r3 + r1; r5 = fma(r2, r1, r4); r6 = fma(r0, r1, r5); m = r6"
    );
    assert_eq!(
        procedure("LOCAL n n = v while (n > 1) { n = n/2 m = m + 1 }"),
        "r0 = 0.0; r1 = r0; r2 = v; r1 = r2; loop {; r3 = 1.0; r4 = r3 < r1; leave unless r4; r5 = 2.0; \
         r6 = r1 / r5; r1 = r6; r7 = m; r8 = 1.0; r9 = r7 + r8; m = r9; }"
    );
}

#[test]
fn divisions_by_the_same_are_one() {
    assert_eq!(
        procedure("m = v/(v + b) + h/(v + b)"),
        "r0 = h; r1 = 1.0; r2 = v; r3 = b; r4 = r2 + r3; r5 = r1 / r4; r6 = r2 * r5; r7 = fma(r0, r5, r6); m = r7"
    );
}

#[test]
fn products_join_their_sums() {
    assert_eq!(
        procedure("m = m + v*h h = b - v*v"),
        "r0 = v; r1 = h; r2 = m; r3 = fma(r0, r1, r2); r4 = -r0; r5 = b; r6 = fma(r4, r0, r5); m = r3; h = r6"
    );
}

#[test]
fn euler_and_linear_implicit_steps_are_straight_lines() {
    assert_eq!(
        derivative("euler", "m' = h h' = -m"),
        "r0 = h; r1 = dt; r2 = m; r3 = fma(r0, r1, r2); r4 = -r2; r5 = fma(r4, r1, r0); m = r3; h = r5"
    );
    // h1 = (h + dt*m/(1 + b*dt))/(1 - dt*dt/(1 + b*dt)) or the like: checked by what it computes
    let program = program(
        "BREAKPOINT { SOLVE s METHOD derivimplicit }\nDERIVATIVE s { m' = h - b*m h' = m }",
    );
    assert!(!program.exact.state_is_script);
}

#[test]
fn the_switch_leaves_expressions_as_they_are_written() {
    let text = format!("{HEAD}BREAKPOINT {{ SOLVE s }}\nPROCEDURE s() {{ m = v/10 + h*v }}");
    let exact = compile_with_warnings(&text, "x.mod", Options { algebra: false });
    let (program, _) = exact.unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(
        shown(&program, &program.exact.state),
        "r0 = v; r1 = 10.0; r2 = r0 / r1; r3 = h; r4 = r0 * r3; r5 = r2 + r4; m = r5"
    );
}

#[test]
fn what_cnexp_cannot_solve_is_told_and_solved_otherwise() {
    let text =
        format!("{HEAD}BREAKPOINT {{ SOLVE s METHOD cnexp }}\nDERIVATIVE s {{ m' = -m/(1 + m) }}");
    let (program, remarks) = compile_with_warnings(&text, "x.mod", Options::default())
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert!(program.exact.state_is_script);
    let remarks = remarks.to_string();
    assert_eq!(remarks.matches("not linear in its own state").count(), 1);
}

#[test]
fn without_a_current_breakpoint_runs_behind_solve() {
    let program =
        program("BREAKPOINT { SOLVE s METHOD cnexp q = 2*m }\nDERIVATIVE s { m' = -m/tau }");
    assert!(program.exact.current.code.is_empty());
    assert_eq!(
        shown(&program, &program.exact.state_full),
        "r0 = 2.0; r1 = m; r2 = derived0; r3 = r1 * r2; r4 = r0 * r3; q = r4; m = r3"
    );
    assert_eq!(
        shown(&program, &program.exact.state),
        "r0 = m; r1 = derived0; r2 = r0 * r1; m = r2"
    );
}
