//! The mechanisms that come with `netdsl`, as NMODL text. Names, parameters and defaults are those of NEURON's own
//! mechanisms where there is one of that name.
//!
//! `VecStim` is not among them: its times are data, and the engine plays them itself. Ions (`na_ion`) are no
//! mechanisms.

use std::sync::LazyLock;

use crate::mech::Program;
use crate::nmodl::compile;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("shipped/", $name, ".mod")))),*]
    };
}

/// Name and text of each.
static FILES: [(&str, &str); 18] = files![
    "hh",
    "pas",
    "ExpSyn",
    "Exp2Syn",
    "AlphaSynapse",
    "StdpSyn",
    "Gap",
    "IClamp",
    "SEClamp",
    "VClamp",
    "NetStim",
    "IntFire1",
    "IntFire2",
    "IntFire4",
    "LifDelta",
    "LifExp",
    "Izhi2003",
    "Izhi2007",
];

/// The names of all.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// The NMODL text of one.
pub fn source(name: &str) -> Option<&'static str> {
    FILES
        .iter()
        .find(|(n, _)| *n == name)
        .map(|(_, text)| *text)
}

/// The programs of all, in the order of [`names`].
pub fn programs() -> &'static [Program] {
    static PROGRAMS: LazyLock<Vec<Program>> = LazyLock::new(|| {
        let compiled = |(name, text): &(&str, &str)| match compile(text, &format!("{name}.mod")) {
            Ok(program) => program,
            Err(mistakes) => panic!("a test compiles all shipped mechanisms: {mistakes}"),
        };
        FILES.iter().map(compiled).collect()
    });
    &PROGRAMS
}
