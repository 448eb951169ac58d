//! Parsing and printing NMODL.

use netdsl_lang::nmodl::ast::{ExprKind, Item, StmtKind};
use netdsl_lang::nmodl::parse::parse;
use netdsl_lang::nmodl::print::{print, print_expr};
use netdsl_lang::nmodl::report::Report;

fn files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/mod");
    let constructs = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/mod/constructs");
    let mut files: Vec<_> = [folder, constructs]
        .iter()
        .flat_map(|f| std::fs::read_dir(f).expect("the folder is part of the repository"))
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "mod"))
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(path).expect("text"),
            )
        })
        .collect();
    files.sort();
    assert!(files.len() >= 12);
    files
}

fn clean(source: &str) -> netdsl_lang::nmodl::ast::File {
    let mut report = Report::default();
    let file = parse(source, &mut report);
    assert_eq!(report.problems, [], "{source}");
    file
}

#[test]
fn printing_and_parsing_gives_the_same_tree() {
    for (path, source) in files() {
        let file = clean(&source);
        let text = print(&file);
        assert_eq!(clean(&text), file, "{path}\n{text}");
        assert_eq!(print(&clean(&text)), text, "{path}");
    }
}

fn value_of(source: &str) -> String {
    let file = clean(&format!("PROCEDURE p() {{ x = {source} }}"));
    let Item::Callable(p) = &file.items[0] else {
        panic!("a procedure");
    };
    let StmtKind::Assign(_, _, value) = &p.body[0].kind else {
        panic!("an assignment");
    };
    print_expr(value)
}

#[test]
fn operators_group_as_in_nmodl() {
    assert_eq!(value_of("-a^b"), "-a ^ b");
    assert_eq!(value_of("(-a)^b"), "(-a) ^ b");
    assert_eq!(value_of("a^-b^c"), "a ^ (-b ^ c)");
    assert_eq!(value_of("a-(b-c)-d"), "a - (b - c) - d");
    assert_eq!(value_of("a/b*c"), "a / b * c");
    assert_eq!(value_of("a<b && c>=d || !e"), "a < b && c >= d || !e");
    assert_eq!(
        value_of("q^((celsius - t)/10(degC))"),
        "q ^ ((celsius - t) / 10.0 (degC))"
    );
}

#[test]
fn equations_and_units_are_read() {
    let file = clean(
        "PARAMETER { a[3] = 1e-4 (1/ms) <0,1e9>  b (mA/cm2) }\nSTATE { m FROM 0 TO 1 (mM) <1e-3> }\nDERIVATIVE s { m' = -m? note\n}",
    );
    let Item::Parameter(p) = &file.items[0] else {
        panic!("parameters");
    };
    assert_eq!(p[0].value, Some(1e-4));
    assert_eq!(p[0].limits, Some((0.0, 1e9)));
    assert_eq!(p[1].unit.as_ref().map(|u| u.kind.as_str()), Some("mA/cm2"));
    let Item::Callable(d) = &file.items[2] else {
        panic!("a block");
    };
    assert!(
        matches!(&d.body[0].kind, StmtKind::Derivative(_, None, e) if matches!(e.kind, ExprKind::Unary(..)))
    );
}

#[test]
fn all_mistakes_are_found_at_once() {
    let source = "NEURON { SUFFIX x\n RANGED g\n RANGE }\nPARAMETER { a = \n b = 2 }\nPROCEDUR p() {\n}\nINITIAL { m = = 2\n n = 3 +\n}\nCOMMENT";
    let mut report = Report::default();
    let file = parse(source, &mut report);
    let messages: Vec<_> = report.problems.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "this is not closed: `ENDCOMMENT` is missing",
            "`RANGED` is no statement of the NEURON block",
            "the name of a variable is expected here, not `}`",
            "a number is expected here, not `b`",
            "`PROCEDUR` is no block of NMODL",
            "a number, a name or `(` is expected here, not `=`",
            "a number, a name or `(` is expected here, not `}`",
        ]
    );
    assert_eq!(file.items.len(), 3);
}

#[test]
fn deep_nesting_is_refused() {
    for deep in [
        "(".repeat(100_000),
        "-".repeat(100_000),
        "exp(".repeat(100_000),
        "x[".repeat(100_000),
        "1 + ".repeat(100_000),
        "2 ^ ".repeat(100_000),
    ] {
        let mut report = Report::default();
        parse(&format!("INITIAL {{ x = {deep}1 }}"), &mut report);
        assert!(report.failed(), "{}", &deep[..8]);
    }
}

#[test]
fn mistakes_of_meaning_are_found_together_and_say_what_to_do() {
    let source = "NEURON { SUFFIX bad USEION na READ ena WRITE ina USEION k READ ek NONSPECIFIC_CURRENT il RANGE gnabar }
PARAMETER { gnabar = 0.12 (S/cm2) list[2] }
ASSIGNED { v (mV) ena (mV) ek (mV) ina (mA/cm2) il (mA/cm2) minf }
STATE { m }
BREAKPOINT {
    SOLVE states METHOD adams
    SOLVE stats METHOD cnexp
    ina = gnabra*m*(v - ena)
    il = rtae(v) + list + list[2]
    ek = 3
    dt = 3
    net_send(3, 1)
}
DERIVATIVE states {
    minf = pow(v)
    m' = (minf - m)/loop(2)
    x' = 3
}
FUNCTION rate(x) { rate = 2*x }
FUNCTION loop(x) { loop = loop(x - 1) + rate(x, 2) }
KINETIC scheme { ~ a <-> b (1, 2) }
INITIAL { m = scop_random() VERBATIM x = 3; ENDVERBATIM }
";
    let mistakes =
        netdsl_lang::nmodl::compile(source, "bad.mod").expect_err("it is full of mistakes");
    let found: Vec<_> = mistakes
        .iter()
        .map(|d| {
            (
                d.source.as_ref().map_or(0, |s| s.line),
                d.message.as_str(),
                d.help.as_str(),
            )
        })
        .collect();
    let wanted = [
        (
            6,
            "METHOD adams cannot solve a DERIVATIVE block",
            "use cnexp for linear equations, derivimplicit for others",
        ),
        (
            7,
            "there is no block `stats` to solve",
            "did you mean `states`?",
        ),
        (8, "`gnabra` is not declared", "did you mean `gnabar`?"),
        (9, "there is no function `rtae`", "did you mean `rate`?"),
        (
            9,
            "`list` is an array of 2 elements: say which one, `list[0]`",
            "",
        ),
        (9, "`list` has elements 0 to 1, not 2", ""),
        (
            11,
            "`dt` comes from outside and cannot be assigned here",
            "",
        ),
        (12, "net_send is for INITIAL and NET_RECEIVE", ""),
        (15, "`pow` takes 2 arguments, not 1", ""),
        (17, "`x` is not declared", ""),
        (
            20,
            "`loop` calls itself (states -> loop -> loop): recursion is not supported",
            "",
        ),
        (20, "`rate` takes 1 arguments, not 2", ""),
        (
            22,
            "this C in VERBATIM has no equivalent: `x` is not known here",
            "write this part in NMODL: its assignments, conditions, loops and functions are those of C; or let a Rust \
             function take its place: `mechanism! { pub X = \"x.mod\" { hooks: { verbatim_1: my_function } } }`, with \
             `fn my_function(_: &mut dyn Draws)`",
        ),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn lines_end_as_old_machines_end_them() {
    let text = "NEURON { SUFFIX a RANGE x } PARAMETER { x = 1 : one\ry = 2 ? two\r\nz = 3\r}\n";
    let file = clean(text);
    let names: Vec<&str> = file
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Parameter(all) => Some(all),
            _ => None,
        })
        .flatten()
        .map(|d| d.name.kind.as_str())
        .collect();
    assert_eq!(names, ["x", "y", "z"]);
}
