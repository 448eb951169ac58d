//! `population!` and `synapse!`.

use super::{fine, mistakes, model, one};
use crate::{population, synapse};

#[test]
fn ways_of_placing_cells() {
    for body in [
        "cells: 200",
        "cells: 2 * 100",
        "density: 20_000 /mm3",
        "density: 1000 /mm3 * y_norm, y_norm: 0.1 .. 0.5",
        "grid: 50 um",
        "grid: [50, 20, 50] um, x: 0 um .. 1 mm",
        "grid: [50 um, 0.02 mm, 50 um]",
        "positions: [[0, 0, 0], [10, -2.5, 1e1]] um",
        "cells: 200, y: 100um..300um, z_norm: 0..50%, tags: { layer: \"L5\", depth: 3 }",
    ] {
        fine(
            population::expand,
            &format!("pub E: a::Pyramidal {{ {body} }}"),
        );
    }
}

#[test]
fn what_the_model_gets() {
    let code = fine(
        population::expand,
        "/// doc\n pub E: Pyramidal { positions: [[0, 0, 0.01], [10, 20, 30]] mm, y_norm: 0.1 .. 0.5, tags: { a: -1.5 } }",
    );
    assert_eq!(
        model(&code),
        r#"{"name":"E","cell":"","positions":[[0.0,0.0,10.0],[10000.0,20000.0,30000.0]],"y":{"norm":[0.1,0.5]},"tags":{"a":-1.5}}"#
    );
    assert!(code.contains("typeCell=Pyramidal"));
}

#[test]
fn no_negative_literals() {
    // editors take them for a syntax error
    let code: proc_macro2::TokenStream = population::expand(
        "pub S: NetStim { cells: 1, start: -5 ms }"
            .parse()
            .expect("lexes"),
    );
    assert!(has_no_negative_literal(code));
}

fn has_no_negative_literal(stream: proc_macro2::TokenStream) -> bool {
    stream.into_iter().all(|t| match t {
        proc_macro2::TokenTree::Literal(l) => !l.to_string().starts_with('-'),
        proc_macro2::TokenTree::Group(g) => has_no_negative_literal(g.stream()),
        _ => true,
    })
}

#[test]
fn headers() {
    let p = population::expand;
    one(
        p,
        "pub E { cells: 1 }",
        "{",
        "expected `:` and the type of the cells",
    );
    one(
        p,
        "pub E: { cells: 1 }",
        "{",
        "expected the type of the cells of `E`",
    );
    one(p, "pub E: Pyr", "Pyr", "expected `{ .. }`");
    one(p, "pub type: Pyr { cells: 1 }", "type", "a word of Rust");
    one(
        p,
        "#[inline] pub E: Pyr { cells: 1 }",
        "#[inline]",
        "only `///` comments",
    );
    assert_eq!(mistakes(p, "").len(), 1);
    assert!(fine(p, "E: Pyr { cells: 1 } pub F: Pyr { cells: 2 }").contains("structF;"));
}

#[test]
fn broken_headers_leave_the_name() {
    let code = population::expand("pub E Pyr { cells: 1 }".parse().expect("lexes")).to_string();
    assert!(code.contains("struct E") && code.contains("AnyCell"));
}

#[test]
fn fields() {
    let p = |body: &str, at: &str, says: &str| {
        one(
            population::expand,
            &format!("pub E: Pyr {{ {body} }}"),
            at,
            says,
        );
    };
    p(
        "cells: 1, density: 3 /mm3",
        "density",
        "`cells` and `density` cannot both be given",
    );
    p(
        "grid: 1 um, positions: [] um",
        "positions",
        "cannot both be given",
    );
    p(
        "y: 0 um .. 1 um",
        "}",
        "missing field of `E`: give one of `cells`, `density`, `grid` and `positions`",
    );
    p("cells: 1, cells: 2", "cells", "`cells` is given twice");
    p("cells: 1.5", "1.5", "`cells` is a whole number");
    p("cells: -1", "-1", "`cells` cannot be negative");
    p(
        "cells: 10 um",
        "10 um",
        "`cells` is a number without unit, but `10 um` is a length",
    );
    p("cells: n", "n", "there is no variable `n`");
    p(
        "density: 20_000",
        "20_000",
        "`density` needs a unit: write `20_000 /mm3`",
    );
    p(
        "density: 20 /mm2",
        "20 /mm2",
        "is a density of cells (/mm3)",
    );
    p("density: 1 /mm3 * y", "y", "`y` is not known in a density");
    p("grid: 50", "50", "`grid` needs a unit: write `50 um`");
    p("grid: [1, 2] um", "[1, 2]", "three elements");
    p("grid: -5 um", "-5 um", "`grid` must be positive");
    p(
        "positions: [[0, 0]] um",
        "[0, 0]",
        "a point of `positions` has 3 numbers",
    );
    p("positions: [[0, 0, 0]]", "]", "needs a unit after the list");
    p(
        "positions: [[0, 0, 0]] ms",
        "ms",
        "`positions` is a length (um), but `ms` is the unit of a time",
    );
    p(
        "cells: 1, y: 100",
        "100",
        "`y` is a range: write `y: 100 um .. 300 um`",
    );
    p("cells: 1, y: 100 .. 300 um", "100", "`y` needs a unit");
    p(
        "cells: 1, y: 300 um .. 0.1 mm",
        "300 um .. 0.1 mm",
        "ends before it begins",
    );
    p(
        "cells: 1, y: 1 um .. 2 um, y_norm: 0..1",
        "y_norm",
        "cannot both be given",
    );
    p(
        "cells: 1, y_norm: 0.1 .. 1.5",
        "1.5",
        "`y_norm` lies between 0 and 1",
    );
    p(
        "cells: 1, tags: { a: b }",
        "b",
        "the tag `a` is a word in quotes or a number",
    );
    p("cells: 1, tags: 3", "3", "write `tags:");
    p("cells 1", "cells 1", "`cells` needs a value");
    p("cells = 1", "cells = 1", "with a colon");
    p("cells: 1. um", "1. um", "");
}

#[test]
fn netpyne_words() {
    for (theirs, ours) in [
        ("numCells: 3", "`cells: 200`"),
        ("gridSpacing: 3", "`grid: 50 um`"),
        ("ynormRange: 3", "`y_norm: 0 .. 0.5`"),
        ("cellType: 3", "the cell type after the name"),
    ] {
        let word = theirs.split(':').next().expect("has a colon");
        let source = format!("pub E: Pyr {{ cells: 3, {theirs} }}");
        one(population::expand, &source, word, ours);
    }
}

#[test]
fn all_mistakes_at_once() {
    let found = mistakes(
        population::expand,
        "pub E: Pyr { cells: 1.5, y: 3, tags: 3, density: 3 } pub F: Pyr { grid: 3 }",
    );
    assert_eq!(found.len(), 6, "{found:#?}");
}

#[test]
fn synapses() {
    let s = synapse::expand;
    fine(s, "pub Exc: Exp2Syn { tau1: 0.1 ms, tau2: 5 ms, e: 0 mV }");
    fine(s, "pub Exc: Exp2Syn");
    fine(
        s,
        "Exc: Exp2Syn { tau2: 1 ms + dist_path / (100 um/ms), list: [1, 2, 3] mV }",
    );
    one(
        s,
        "pub Exc Exp2Syn {}",
        "Exp2Syn",
        "expected `:` and a point process",
    );
    one(s, "pub Exc: {}", "{", "expected the point process of `Exc`");
    one(s, "pub Exc: Exp2Syn (3)", "(", "expected `{ .. }`");
    one(
        s,
        "pub Exc: Exp2Syn { tau1: 1 ms, tau1: 2 ms }",
        "tau1",
        "given twice",
    );
    one(
        s,
        "pub Exc: Exp2Syn { tau1: 1 mss }",
        "mss",
        "`mss` is not a unit",
    );
    one(
        s,
        "pub Exc: Exp2Syn { tau1: 1 ms + 1 mV }",
        "1 ms + 1 mV",
        "`+` joins a time (ms) and a voltage (mV)",
    );
    one(
        s,
        "pub Exc: Exp2Syn { tau1: [1 ms, 2 mV] }",
        "2 mV",
        "different units",
    );
    one(s, "pub Exc: Exp2Syn { tau1: [] }", "[]", "no elements");
}

#[test]
fn slips_of_separators_and_names() {
    one(
        crate::population::expand,
        "pub P: Pyr { cells: 3, , y: 1 um .. 2 um }",
        ",",
        "nothing stands before this separator",
    );
    one(
        crate::population::expand,
        "pub P: Pyr { positions: [1, 2, 3] um }",
        "[1, 2, 3]",
        "a list of points, each in brackets",
    );
    // the name is told where the type of the cells is known
    fine(crate::population::expand, "pub P: Pyr { cels: 3 }");
}
