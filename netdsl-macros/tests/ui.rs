//! What rustc says about mistakes: models that must not compile, with the messages, and models that must.
//!
//! The texts of the checks themselves are tested in process; these cases show that they arrive, at the right words, and
//! that nothing else does. They quote one release of rustc: `TRYBUILD=overwrite` writes them anew.

#[test]
fn models_that_compile_and_models_that_do_not() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    for theme in [
        "names",
        "kinds",
        "sections",
        "parameters",
        "rules",
        "network",
        "mechanism",
    ] {
        cases.compile_fail(format!("tests/ui/{theme}/*.rs"));
    }
}
