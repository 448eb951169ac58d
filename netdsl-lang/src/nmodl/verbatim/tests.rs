//! C as NMODL: what is written for it, and what is refused.

use proptest::prelude::*;

use crate::nmodl::{compile, compile_with_warnings, without_verbatim};

/// The statements that become of C in a PROCEDURE with an argument `u`, of a file with a variable `x` and an array `a`.
fn written(c: &str) -> String {
    let text = format!(
        "NEURON {{ SUFFIX m POINTER far }} ASSIGNED {{ x y a[3] far space }} DEFINE N 4\nINITIAL {{ p(1) }}\n\
         PROCEDURE p(u) {{\nVERBATIM\n{c}\nENDVERBATIM\n}}"
    );
    let all = without_verbatim(&text, "m.mod").unwrap_or_else(|e| panic!("{e}"));
    let start = all.find("PROCEDURE p(u) {").expect("it is kept") + 16;
    let body = &all[start..all[start..].find("\n}").map_or(all.len(), |n| start + n)];
    body.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn operators_bind_as_in_c() {
    assert_eq!(written("x = y - 2*_lu - 1;"), "x = y - 2.0 * u - 1.0");
    assert_eq!(
        written("x = (y - 1) / -x / 3.;"),
        "x = (y - 1.0) / -x / 3.0"
    );
    assert_eq!(
        written("x = y < 1 == !x && a[1] > 2 || y;"),
        "x = y < 1.0 == !x && a[1.0] > 2.0 || y"
    );
    assert_eq!(
        written("x += 3; x *= y + 1; a[2]--;"),
        "x = x + 3.0 x = x * (y + 1.0) a[2.0] = a[2.0] - 1.0"
    );
}

#[test]
fn integers_are_integers() {
    assert_eq!(
        written("x = 7/2 + 7/2. + -7/2 + 7%4 + (1 << 3) + N/3.;"),
        "x = 14.5 + N / 3.0"
    );
    let rounded = "LOCAL _c1 _c1 = y if (_c1 < 0.0) { _c1 = ceil(_c1) } else { _c1 = floor(_c1) }";
    assert_eq!(written("x = (int)y;"), format!("{rounded} x = _c1"));
    assert_eq!(
        written("int i = y; x = a[i];"),
        format!("{rounded} LOCAL i i = _c1 x = a[i]")
    );
    assert_eq!(written("int i = floor(y);"), "LOCAL i i = floor(y)");
}

#[test]
fn values_of_assignments_and_choices_are_kept() {
    assert_eq!(
        written("x = y++;"),
        "LOCAL _c1 _c1 = y y = _c1 + 1.0 x = _c1"
    );
    assert_eq!(written("x = (y = 2);"), "y = 2.0 x = y");
    assert_eq!(
        written("x = y ? 1 : 2;"),
        "LOCAL _c1 if (y) { _c1 = 1.0 } else { _c1 = 2.0 } x = _c1"
    );
    assert_eq!(written("x = 0 ? no(1) : 2;"), "x = 2.0");
}

#[test]
fn jumps_become_conditions() {
    assert_eq!(
        written("if (y) return; x = 1;"),
        "if (y) { } else { x = 1.0 }"
    );
    assert_eq!(written("x = 1; return 0; x = 2;"), "x = 1.0");
    assert_eq!(
        written("while (x < 3) { if (y) break; x++; }"),
        "LOCAL _left1 _left1 = 0.0 while (x < 3.0 && !_left1) { { if (y) { _left1 = 1.0 } else { x = x + 1.0 } } }"
    );
    assert_eq!(
        written("int i; for (i = 0; i < 3; i++) a[i] = i;"),
        "LOCAL i { FROM i = 0.0 TO 2.0 { a[i] = i } i = 3.0 }"
    );
}

#[test]
fn what_is_not_there_is_not_needed() {
    let list = "void** pv = (void**)(&space); if (*pv) { weird->thing(pv); } else { x = 1; }";
    assert_eq!(
        written(&format!("{list} *pv = vector_arg(1);")),
        "{ { x = 1.0 } }"
    );
    assert_eq!(
        written("#if NRNBBCORE\n core(); \n#else\n x = 1;\n#endif"),
        "x = 1.0"
    );
    assert_eq!(
        written("#define F(z) (z)*PI\n#define PI 3\nx = F(y);"),
        "x = y * 3.0"
    );
}

#[test]
fn pointers_of_the_language_are_variables() {
    assert_eq!(
        written("x = *_p_far + _p_far[0] + far;"),
        "x = far + far + far"
    );
}

#[test]
fn nmodl_stands_between_braces_of_c() {
    let text = "NEURON { SUFFIX m } ASSIGNED { x } INITIAL { VERBATIM if (x > 1) { int k = 2; ENDVERBATIM x = k \
        VERBATIM } else { ENDVERBATIM x = 3 VERBATIM } ENDVERBATIM }";
    let all = without_verbatim(text, "m.mod").unwrap_or_else(|e| panic!("{e}"));
    let flat = all.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.ends_with("if (x > 1.0) { { LOCAL k k = 2.0 x = k } } else { { x = 3.0 } } }"),
        "{flat}"
    );
}

/// The mistakes of C in INITIAL, with their lines.
fn mistakes(c: &str) -> Vec<(usize, String)> {
    let text = format!(
        "NEURON {{ SUFFIX m POINTER far }} ASSIGNED {{ x far }}\nVERBATIM\nstatic int n = 1;\nvoid f(double* p) {{ *p = 1; }}\n\
         ENDVERBATIM\nINITIAL {{\nVERBATIM\n{c}\nENDVERBATIM\n}}"
    );
    let found = compile(&text, "m.mod").expect_err("it is refused");
    found
        .iter()
        .map(|d| (d.source.as_ref().map_or(0, |s| s.line), d.message.clone()))
        .collect()
}

#[test]
fn one_mistake_says_what_has_no_equivalent() {
    let one = |c: &str, line: usize, why: &str| {
        let message = format!("this C in VERBATIM has no equivalent: {why}");
        assert_eq!(mistakes(c), [(line, message)], "{c}");
    };
    one(
        "x = 1;\nx = info->size;\nx = other();",
        9,
        "`size` is part of a C structure",
    );
    one(
        "n = n + 1;",
        8,
        "`n` is a variable of C that all instances share",
    );
    one("f(&x);", 8, "`f` is a function of C with addresses");
    one(
        "x = *hoc_pgetarg(1);",
        8,
        "`hoc_pgetarg` reads an argument that hoc gives",
    );
    one(
        "static double last; last = x;",
        8,
        "`last` keeps its value between calls (`static`)",
    );
    one("goto end;", 8, "`goto`");
    one("x = 3 +;", 8, "an expression is expected here");
    one("if (x) {\nx = 1;", 10, "`}` is expected here");
    one("float y; y = x;", 8, "single precision (`float`)");
}

#[test]
fn what_hoc_alone_calls_is_left_out() {
    let text = "NEURON { POINT_PROCESS m BBCOREPOINTER rng RANGE x } ASSIGNED { x rng }
        INITIAL { x = draw() }
        FUNCTION draw() { VERBATIM
            if (_p_rng) { return nrn_random_pick((Rand*)_p_rng); } else { return exprand(1); }
        ENDVERBATIM }
        PROCEDURE noiseFromRandom() { VERBATIM
            void** pv = (void**)(&_p_rng);
            *pv = ifarg(1) ? nrn_random_arg(1) : NULL;
        ENDVERBATIM }
        VERBATIM
        static void bbcore_write(double* x, int* d, int* xx, int* offset, _threadargsproto_) { d[0] = 1; }
        ENDVERBATIM";
    let (_, remarks) =
        compile_with_warnings(text, "m.mod", Default::default()).unwrap_or_else(|e| panic!("{e}"));
    let all: Vec<_> = remarks.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        all,
        [
            "`noiseFromRandom` does nothing here: each instance has a random stream of its own, with the model's seed"
        ]
    );
    let shown = without_verbatim(text, "m.mod").unwrap_or_else(|e| panic!("{e}"));
    assert!(
        shown.contains("RANDOM rng") && shown.contains("random_negexp(rng)"),
        "{shown}"
    );
    assert!(
        !shown.contains("BBCOREPOINTER") && !shown.contains("exprand"),
        "{shown}"
    );
}

proptest! {
    #[test]
    fn no_text_between_verbatim_panics(cuts in prop::collection::vec((0usize..900, 0usize..30, ".{0,6}"), 1..6)) {
        let mut text = "int i, n[3] = {1, 2, 3}; double* px; double z = -1.5e-3;\n#define SQ(q) ((q)*(q))\n\
            #if NRN_VERSION_GTEQ(9,0,0) && defined(X) || !0\nfor (i = 0; i < 3; i++) { x += n[i] ? SQ(z) : x--; if (x) continue; }\n\
            #elif 1\n#else\n#endif\nwhile (x < 10 && _p_rng) { x = nrn_random_pick(RANDCAST _p_rng); if (x > 3) break; }\n\
            switch ((int)x % 3) { case 0: x = 1; break; case 1: case 2: x = 'a'; default: return; }\n\
            do { printf(\"%g\\n\", x); px = vector_vec(*((void**)(&space))); } while (0);".to_owned();
        for (at, length, new) in cuts {
            let boundary = |k: usize| (0..=k.min(text.len())).rev().find(|k| text.is_char_boundary(*k)).unwrap_or(0);
            let (lo, hi) = (boundary(at), boundary(at + length));
            text.replace_range(lo..hi, &new);
        }
        let file = format!("NEURON {{ SUFFIX m POINTER rng }} ASSIGNED {{ x rng space }} INITIAL {{ VERBATIM {text} ENDVERBATIM p() }}
            PROCEDURE p() {{ VERBATIM {text} ENDVERBATIM }} VERBATIM {text} ENDVERBATIM");
        let _ = compile(&file, "m.mod");
    }
}
