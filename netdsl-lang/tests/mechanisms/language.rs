//! Parts of the language that reach beyond one instance: what the passes make of them.

use crate::instance::Instance;
use netdsl_lang::mech::interpret::Interpreter;
use netdsl_lang::mech::print::listing;
use netdsl_lang::mech::{Block, Moment, Program, Role};
use netdsl_lang::nmodl::compile;

fn program(text: &str) -> Program {
    compile(text, "x.mod").unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn mistakes(text: &str) -> String {
    compile(text, "x.mod").expect_err("it is wrong").to_string()
}

fn shown(program: &Program, block: &Block) -> String {
    let lines = listing(program, block);
    lines
        .lines()
        .map(str::trim_start)
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn function_tables_are_looked_up() {
    let text = "NEURON { SUFFIX x RANGE c } ASSIGNED { v c } BREAKPOINT { c = f(v, 2) + g(v) }
        FUNCTION_TABLE f(v (mV), k) (ms)
        FUNCTION_TABLE g(v)";
    let program = program(text);
    let state = shown(&program, &program.exact.state_full);
    assert_eq!(
        state,
        "r0 = v; r1 = 2.0; r2 = f(r0, r1); r3 = g(r0); r4 = r2 + r3; c = r4"
    );
    assert_eq!(
        program.function_tables[0].arguments[0],
        ("v".into(), "mV".into())
    );
    assert_eq!(program.function_tables[0].unit, "ms");
    let wrong = mistakes(&text.replace("g(v) }", "g(v, 1) }"));
    assert!(wrong.contains("`g` takes 1 arguments, not 2"), "{wrong}");
}

#[test]
fn currents_that_draw_are_computed_instance_by_instance() {
    let program = program(
        "NEURON { SUFFIX x NONSPECIFIC_CURRENT i RANDOM r } ASSIGNED { v i }
        BREAKPOINT { i = 0.1*v + random_uniform(r) }",
    );
    assert!(program.exact.current_is_script && !program.exact_conductance);
    let with = &mut Interpreter::new();
    let mut instance = Instance::new(&program);
    instance.draws = vec![0.5, 0.25];
    with.run_script(&program, &program.exact.current, &mut instance);
    let (value, conductance) = program.exact.currents[0];
    // first a little above, then at the voltage
    assert_eq!(with.register(value), 0.1 * -65.0 + 0.25);
    let rise = (0.1 * (-65.0 + 0.001) + 0.5) - (0.1 * -65.0 + 0.25);
    assert_eq!(with.register(conductance), rise / 0.001);
}

#[test]
fn blocks_around_the_main_ones_keep_their_moments() {
    let program = program(
        "NEURON { SUFFIX x RANGE a, b } ASSIGNED { a b t }
        AFTER SOLVE { a = 1 } BEFORE STEP { b = a } BEFORE BREAKPOINT { a = t }
        AFTER INITIAL { a = 4 } BEFORE INITIAL { a = 5 } CONSTRUCTOR { a = 6 }",
    );
    let moments: Vec<Moment> = program.exact.around.iter().map(|a| a.moment).collect();
    use Moment::{AfterInitial, AfterState, BeforeCurrent, BeforeInitial, BeforeSample};
    let expected = [
        BeforeInitial,
        AfterState,
        BeforeSample,
        BeforeCurrent,
        AfterInitial,
        BeforeInitial,
    ];
    assert_eq!(moments, expected);
    let before_step = program.exact.at(BeforeSample).next().expect("there is one");
    assert_eq!(shown(&program, before_step), "r0 = a; b = r0");
    let wrong = mistakes("NEURON { SUFFIX x } AFTER BREAKPOINT { }");
    assert!(wrong.contains("NEURON does not run this"), "{wrong}");
}

#[test]
fn what_is_assigned_through_pointers_is_reached_by_scripts_alone() {
    let head = "NEURON { POINT_PROCESS x POINTER p NONSPECIFIC_CURRENT i } ASSIGNED { v i p }";
    let reads = program(&format!("{head} BREAKPOINT {{ i = p*v }}"));
    assert!(!reads.exact.current_is_script);
    let writes = program(&format!(
        "{head} BREAKPOINT {{ SOLVE give i = p*v }} PROCEDURE give() {{ p = p + 1 }}"
    ));
    assert!(writes.exact.current_is_script && writes.exact.state_is_script);
    assert_eq!(
        shown(&writes, &writes.exact.state),
        "r0 = p; r1 = 1.0; r2 = r0 + r1; p = r2"
    );
}

#[test]
fn net_receive_walks_over_connections() {
    let program = program(
        "NEURON { POINT_PROCESS x RANGE s } ASSIGNED { s }
        NET_RECEIVE(w, n) { s = 0 FOR_NETCONS(a, b) { s = s + a*n b = 3 } }",
    );
    let receive = program.net_receive.as_ref().expect("it has one");
    assert!(!receive.additive);
    let with = &mut Interpreter::new();
    let mut instance = Instance::new(&program);
    instance.weights = vec![1.0, 2.0];
    instance.peers = vec![vec![1.0, 0.0], vec![10.0, 0.0]];
    with.run_script(&program, &receive.body, &mut instance);
    assert_eq!(instance.named("s"), 22.0);
    assert_eq!(instance.peers, [[1.0, 3.0], [10.0, 3.0]]);
    let wrong = mistakes("NEURON { POINT_PROCESS x } NET_RECEIVE(w) { FOR_NETCONS(a, b) { } }");
    assert!(
        wrong.contains("FOR_NETCONS names 2 arguments, NET_RECEIVE has 1"),
        "{wrong}"
    );
}

#[test]
fn streams_go_where_they_are_told() {
    let program = program(
        "NEURON { POINT_PROCESS x RANDOM r } ASSIGNED { k }
        INITIAL { random_setids(r, 1, 2, 3) random_setseq(r, 40) k = random_uniform(r) }",
    );
    let with = &mut Interpreter::new();
    let mut instance = Instance::new(&program);
    instance.draws = vec![0.5];
    with.run_script(&program, &program.exact.init, &mut instance);
    assert_eq!(instance.sought, [1.0, 2.0, 3.0, 40.0]);
}

const SCHEME: &str = "NEURON { SUFFIX x RANGE D, k } PARAMETER { D = 2 k = 3 } ASSIGNED { diam }
    STATE { a[2] b } BREAKPOINT { SOLVE s METHOD sparse }";

#[test]
fn diffusion_has_volume_and_constant_of_each_element() {
    let program = program(&format!(
        "{SCHEME} KINETIC s {{ COMPARTMENT i, diam*(1 + i) {{ a }} LONGITUDINAL_DIFFUSION i, D*(2 + i) {{ a }}
        ~ a[0] <-> a[1] (k, k) }}"
    ));
    let elements: Vec<u32> = program.diffusions.iter().map(|d| d.element).collect();
    assert_eq!(elements, [0, 1]);
    let second = &program.diffusions[1];
    assert_eq!(program.variables[second.state as usize].name, "a");
    let with = &mut Interpreter::new();
    let mut instance = Instance::new(&program);
    with.run_kernel(&program, &second.block, &mut instance);
    assert_eq!(with.register(second.volume), 20.0);
    assert_eq!(with.register(second.constant), 6.0);
    let wrong = mistakes(&format!(
        "{SCHEME} KINETIC s {{ LONGITUDINAL_DIFFUSION D {{ b }} ~ b << (1) }}"
    ));
    assert!(wrong.contains("no COMPARTMENT says its volume"), "{wrong}");
}

/// NEURON solves a linear scheme once, with the rates of the states before the step.
#[test]
fn rates_of_linear_schemes_are_those_before_the_step() {
    let text = format!("{SCHEME} KINETIC s {{ ~ b << (k - 5*b) ~ a[0] <-> a[1] (k, b) }}");
    let program = program(&text);
    let with = &mut Interpreter::new();
    let mut instance = Instance::new(&program);
    instance.dt = 0.1;
    instance.initialize(with);
    for (name, element, value) in [("b", 0, 2.0), ("a", 0, 1.0), ("a", 1, 0.5)] {
        instance.set_named(name, element, value);
    }
    instance.advance(with);
    assert!((instance.named("b") - (2.0 + 0.1 * (3.0 - 5.0 * 2.0))).abs() < 1e-14);
    // a0 + a1 stays; a0' = 2 a1 - 3 a0 at the end of the step
    let a0 = (1.0 + 0.1 * 2.0 * 1.5) / (1.0 + 0.1 * 5.0);
    assert!((instance.element("a", 0) - a0).abs() < 1e-14);
}

#[test]
fn loops_stand_before_equations() {
    let program = program(
        "NEURON { SUFFIX x RANGE n } ASSIGNED { n } STATE { m } BREAKPOINT { SOLVE s METHOD derivimplicit }
        DERIVATIVE s { n = 100 while (n > 3) { n = n/2 } m' = n - m*m }",
    );
    assert!(program.exact.state_is_script);
    let with = &mut Interpreter::new();
    let mut instance = Instance::new(&program);
    instance.dt = 0.5;
    instance.initialize(with);
    instance.set_named("m", 0, 1.0);
    instance.advance(with);
    assert_eq!(instance.named("n"), 1.5625);
    let m = instance.named("m");
    assert!((m - 1.0 - 0.5 * (1.5625 - m * m)).abs() < 1e-9, "{m}");
}

#[test]
fn blocks_of_one_kind_run_one_behind_the_other() {
    let program = program(
        "NEURON { SUFFIX x RANGE a, b } ASSIGNED { a b } INITIAL { a = 1 } INITIAL { b = a + 1 }
        BREAKPOINT { a = b } BREAKPOINT { LOCAL a1 a1 = 2 b = a*a1 }",
    );
    assert_eq!(
        shown(&program, &program.exact.init),
        "r0 = 1.0; r1 = 2.0; a = r0; b = r1"
    );
    let state = shown(&program, &program.exact.state_full);
    assert_eq!(state, "r0 = b; r1 = 2.0; r2 = r1 * r0; a = r0; b = r2");
}

#[test]
fn indices_are_computed_with_c_integers() {
    let program = program(
        "NEURON { SUFFIX x RANGE r } ASSIGNED { r[6] }
        INITIAL { FROM i = 0 TO 2 { r[(i + 1)/2*2] = i } r[5] = 5/2 }",
    );
    let init = shown(&program, &program.exact.init);
    assert_eq!(
        init,
        "r0 = 0.0; r1 = 2.0; r2 = 2.5; r[0] = r0; r[2] = r1; r[5] = r2"
    );
}

#[test]
fn files_may_read_the_switch_of_their_tables() {
    let program = program(
        "NEURON { SUFFIX x RANGE a, b } ASSIGNED { v a b } INITIAL { f(v) b = usetable }
        PROCEDURE f(v) { TABLE a FROM -100 TO 100 WITH 10 a = v*v }",
    );
    let globals = program.globals();
    let names: Vec<&str> = globals.iter().map(|v| v.name.as_str()).collect();
    assert_eq!(
        (names.as_slice(), globals[0].default),
        (["usetable"].as_slice(), 1.0)
    );
    assert_eq!(program.tables[0].switch, 0);
    let with = &mut Interpreter::new();
    let mut instance = Instance::new(&program);
    instance.initialize(with);
    assert_eq!(instance.named("b"), 1.0);
}

#[test]
fn carriage_returns_end_lines() {
    let text =
        "NEURON { SUFFIX x RANGE a }\r\nPARAMETER {\r: a = 1\r a = 2\r\r\n}\r\nASSIGNED { v }";
    let found = program(text);
    assert_eq!(found.variable("a").expect("it is declared").1.default, 2.0);
}

#[test]
fn files_without_a_name_give_theirs() {
    assert_eq!(
        program("NEURON { RANGE a } ASSIGNED { a } INITIAL { a = 1 }").name,
        "x"
    );
}

#[test]
fn external_variables_are_globals_of_others() {
    let text = "NEURON { SUFFIX x RANGE a EXTERNAL q_other } ASSIGNED { a q_other } INITIAL { a = q_other }";
    let found = program(text);
    let id = found.externals[0] as usize;
    assert_eq!(found.variables[id].role, Role::Global(0));
    let wrong = mistakes(&text.replace("a = q_other", "q_other = 2"));
    assert!(wrong.contains("`q_other` is EXTERNAL"), "{wrong}");
}

#[test]
fn another_kind_of_file_is_one_mistake() {
    let notes = "This is a note about the model.\nIt has 3 lines; and \"quotes\".\n{ braces }\n";
    let found = netdsl_lang::nmodl::compile(notes, "notes.txt").unwrap_err();
    assert_eq!(found.len(), 1, "{found}");
    assert!(
        found.to_string().contains("nothing in the file is NMODL"),
        "{found}"
    );
}
