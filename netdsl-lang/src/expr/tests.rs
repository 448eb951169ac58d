use super::*;
use crate::units::parse_known;
use proptest::prelude::*;

const MS: Want<'static> = Want::Quantity {
    field: "delay",
    unit: crate::units::Unit {
        dim: crate::units::Dim([0, 0, 1, 0, 0, 0, 0, 0]),
        exponent: -3,
        factor: 1.0,
    },
    written: "ms",
};

struct Fixed(f64);

impl Draw for Fixed {
    fn draw(&mut self, distribution: Function, a: f64, b: f64) -> f64 {
        self.0 += 1.0;
        match distribution {
            Function::Uniform => a + (b - a) * 0.25,
            _ => a,
        }
    }
}

fn number(text: &str) -> f64 {
    let want = Want::Quantity {
        field: "x",
        unit: parse_known("1"),
        written: "1",
    };
    compile(text, ScopeKind::Network, &[], want)
        .unwrap()
        .constant(&[])
        .unwrap()
}

fn messages(text: &str, scope: ScopeKind, want: Want) -> Vec<String> {
    let params = [Param {
        name: "lambda",
        unit: Some(parse_known("um")),
    }];
    compile(text, scope, &params, want)
        .unwrap_err()
        .into_iter()
        .map(|m| m.message)
        .collect()
}

#[test]
fn arithmetic() {
    assert_eq!(number("-2^2"), -4.0);
    assert_eq!(number("2^3^2"), 512.0);
    assert_eq!(number("2**-1"), 0.5);
    assert_eq!(number("1 - 2 - 3"), -4.0);
    assert_eq!(number("50% + 1"), 1.5);
    assert_eq!(number("1 ms / 2 ms"), 0.5);
    assert_eq!(number("1 s / 2 ms"), 500.0);
    assert_eq!(number("if 1 < 2 && !(3 < 2) { 7 } else { 8 }"), 7.0);
    assert_eq!(number("mod(-1, 3)"), 2.0);
    assert_eq!(number("min(3, 2) + max(1, 5) + sign(-4)"), 6.0);
    assert_eq!(number("(3 um + 1 mm) / 1 um"), 1003.0);
    assert_eq!(number("sqrt(9 um2) / 1 um"), 3.0);
}

#[test]
fn units_that_are_equal_change_no_bit() {
    let want = Want::Quantity {
        field: "gnabar",
        unit: parse_known("S/cm2"),
        written: "S/cm2",
    };
    let value = |text| {
        compile(text, ScopeKind::Network, &[], want)
            .unwrap()
            .constant(&[])
            .unwrap()
    };
    assert_eq!(value("0.12 S/cm2"), 0.12);
    assert_eq!(value("120 mS/cm2"), 0.12);
    let checked = compile("1 ms + dist_3d / (500 um/ms)", ScopeKind::Pair, &[], MS).unwrap();
    let mut variables = [0.0; 22];
    variables[16] = 150.0;
    assert_eq!(
        checked.eval(&variables, &[], &mut Fixed(0.0)),
        1.0 + 150.0 / 500.0
    );
    let same = compile("1 ms + dist_3d / 500 um/ms", ScopeKind::Pair, &[], MS).unwrap();
    assert_eq!(same.eval(&variables, &[], &mut Fixed(0.0)), 1.3);
}

#[test]
fn mistakes_name_the_remedy() {
    let pair = |text| messages(text, ScopeKind::Pair, MS);
    assert_eq!(pair("7"), ["`delay` needs a unit: write `7 ms`"]);
    assert_eq!(
        pair("7 mV"),
        ["`delay` is a time (ms), but this is a voltage (mV)"]
    );
    assert_eq!(
        pair("1 ms * dist_3D / 1 um"),
        ["there is no variable `dist_3D`; did you mean `dist_3d`?"]
    );
    assert_eq!(
        pair("1 ms * pre_ynorm"),
        ["there is no variable `pre_ynorm`; did you mean `pre.y_norm`?"]
    );
    assert_eq!(
        pair("ms + 1 ms"),
        ["`ms` is a unit and follows a number: `1 ms`"]
    );
    assert_eq!(
        pair("1 ms * expp(2)"),
        ["there is no function `expp`; did you mean `exp`?"]
    );
    assert_eq!(
        pair("1 ms * exp(dist_3d)"),
        [
            "the argument of `exp` is a number, but this is a length (um); divide it by a length of your choice"
        ]
    );
    assert_eq!(
        pair("1 ms + 2"),
        ["`+` joins a time (ms) and a bare number: `2` needs a unit"]
    );
    assert_eq!(
        pair("1 ms * atan2(1)"),
        ["`atan2` takes 2 arguments (y, x), but 1 is given"]
    );
    assert_eq!(pair("1 mz"), ["`mz` is not a unit; did you mean `ms`?"]);
    assert_eq!(
        pair("1 ms +"),
        ["expected a number, a name or `(` here, found the end of the expression"]
    );
    assert_eq!(
        pair("(1 ms"),
        ["expected `)` to close the parenthesis, found the end of the expression"]
    );
    assert_eq!(
        pair("1 ms 2"),
        ["unexpected `2` after the end of the expression"]
    );
    assert_eq!(
        messages(
            "dist_3d < 3 um",
            ScopeKind::Post,
            Want::Truth { field: "where" }
        ),
        ["`dist_3d` is not known here, where only the postsynaptic cell is known"]
    );
    assert_eq!(
        messages("post.y", ScopeKind::Post, Want::Truth { field: "where" }),
        ["`where` is a condition: compare, as in `pre.y < 250 um`"]
    );
}

#[test]
fn several_mistakes_at_once_and_no_follow_ups() {
    let found = messages(
        "0.1 * exp(-dist_3D / 150 um) + sqrt(pre_ynorm, 1) * lamda",
        ScopeKind::Pair,
        MS,
    );
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn huge_expressions_are_refused() {
    for text in [
        format!("{}1{}", "(".repeat(5000), ")".repeat(5000)),
        format!("{}1", "(".repeat(300)),
        "-".repeat(400) + "1",
        vec!["1"; 40_000].join("+"),
    ] {
        assert_eq!(parse(&text).unwrap_err().len(), 1);
    }
    assert!(parse(&vec!["1"; 200].join("+")).is_ok());
}

#[test]
fn spelling_and_meaning_are_told_together() {
    let pair = |text| messages(text, ScopeKind::Pair, MS);
    assert_eq!(
        pair("1 mz/s * expp(2) + (dist_3D"),
        [
            "`mz` is not a unit; did you mean `ms`?",
            "there is no function `expp`; did you mean `exp`?",
            "there is no variable `dist_3D`; did you mean `dist_3d`?",
            "expected `)` to close the parenthesis, found the end of the expression",
        ]
    );
    assert_eq!(
        pair("max(1 ms 2, lamda) + * foo(1)"),
        [
            "expected `,` or `)` in the arguments of `max`, found `2`",
            "expected a number, a name or `(` here, found `*`",
            "there is no function `foo`",
        ]
    );
    assert_eq!(
        pair("if dist_3d < 1 um { 2 ms } + expp(1)").len(),
        2,
        "a branch is missing, and a function is unknown"
    );
}

#[test]
fn strange_characters_have_remedies() {
    let pair = |text| messages(text, ScopeKind::Pair, MS);
    assert_eq!(
        pair("1. um"),
        ["`delay` is a time (ms), but this is a length (um)"]
    );
    assert_eq!(
        pair("1.um").last().map(String::as_str),
        Some("`1.` before a unit is not a number here: write `1.0`")
    );
    assert_eq!(
        pair("1e999 ms"),
        ["`1e999` is beyond the largest number, 1.8e308"]
    );
    assert_eq!(
        pair("if dist_3d = 1 um { 1 ms } else { 2 ms }")[0],
        "`=` does not belong in an expression; to compare write `==`"
    );
    assert_eq!(
        pair("dist_3d % 2"),
        ["`%` follows a number directly; for the remainder of a division write `mod(a, b)`"]
    );
    assert_eq!(
        pair("310 K"),
        ["`delay` is a time (ms), but this is an absolute temperature (K)"]
    );
}

#[test]
fn one_spelling_of_units() {
    for (text, printed) in [
        ("2 \u{b5}m^2", "2 um2"),
        ("1 ms/cm^2 * 3", "1 ms/cm2 * 3"),
        ("4 s^-1", "4 s^-1"),
    ] {
        assert_eq!(parse(text).unwrap().to_string(), printed);
        assert_eq!(parse(printed), parse(text));
    }
}

#[test]
fn powers_by_name_have_units_too() {
    assert_eq!(number("pow(3 um, 2) / 1 um2"), 9.0);
    assert_eq!(number("pow(2, 10)"), 1024.0);
}

/// A text of any size ends in a message, not in an overflow of the stack (half of what a thread has by default).
#[test]
fn large_expressions_are_refused() {
    let small_stack = std::thread::Builder::new().stack_size(1 << 20);
    let run = || {
        for text in [
            "(".repeat(100_000),
            "-".repeat(100_000),
            "2^".repeat(100_000),
            "1 + ".repeat(100_000),
            "abs(".repeat(100_000),
            "if 1 < 2 { 1 } else ".repeat(100_000),
        ] {
            let found = messages(&text, ScopeKind::Network, Want::Any);
            assert!(found.iter().any(|m| m.contains("too large")), "{found:?}");
            assert!(found.len() < 3, "{found:?}");
        }
        let sum = format!("{}1", "1 + ".repeat(200));
        assert_eq!(number(&sum), 201.0);
        assert_eq!(parse(&sum).unwrap().to_string(), sum);
    };
    small_stack.spawn(run).unwrap().join().unwrap();
}

#[test]
fn conjunctions_come_apart() {
    let want = Want::Truth { field: "where" };
    let checked = compile(
        "pre.y < 10 um && post.y > 1 mm and pre.x > 0 um",
        ScopeKind::Pair,
        &[],
        want,
    )
    .unwrap();
    let terms = checked.conjunction();
    assert_eq!(terms.len(), 3);
    assert!(terms[1].uses_variable(7) && !terms[1].uses_variable(1));
}

#[test]
fn draws_come_in_reading_order() {
    let want = Want::Quantity {
        field: "x",
        unit: parse_known("1"),
        written: "1",
    };
    let checked = compile(
        "uniform(1, normal(5, 1)) + negexp(2)",
        ScopeKind::Network,
        &[],
        want,
    )
    .unwrap();
    assert!(checked.is_random());
    let mut draw = Fixed(0.0);
    assert_eq!(checked.eval(&[], &[], &mut draw), 2.0 + 2.0);
    assert_eq!(draw.0, 3.0);
}

#[test]
fn bounds_hold() {
    let want = Want::Quantity {
        field: "p",
        unit: parse_known("1"),
        written: "1",
    };
    let checked = compile("0.4 * exp(-dist_3d / 100 um)", ScopeKind::Pair, &[], want).unwrap();
    let mut variables = [(0.0, 1000.0); 22];
    assert_eq!(checked.bounds(&variables, &[]).1, 0.4);
    variables[16] = (100.0, 200.0);
    let (low, high) = checked.bounds(&variables, &[]);
    assert!(low > 0.05 && high < 0.15);
}

fn tree() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[0-9]{1,3}(\\.[0-9]{1,2})?(e-?[0-9])?",
        Just("2 um".to_string()),
        Just("3 um/ms".to_string()),
        Just("7 /mm3".to_string()),
        Just("5%".to_string()),
        Just("pre.y".to_string()),
        Just("lambda".to_string()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(vec!["+", "-", "*", "/", "^", "<", "==", "&&", "||"]),
                inner.clone()
            )
                .prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(c, a, b)| format!("if {c} {{ {a} }} else {{ {b} }}")),
        ]
    })
}

proptest! {
    #[test]
    fn parsing_what_is_printed_gives_the_same(text in tree()) {
        let expr = parse(&text).unwrap();
        let printed = expr.to_string();
        let again = parse(&printed);
        prop_assert_eq!(again.as_ref(), Ok(&expr), "{}", printed);
        prop_assert_eq!(again.unwrap().to_string(), printed);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
        let _ = compile(&text, ScopeKind::Pair, &[], Want::Any);
    }
}
