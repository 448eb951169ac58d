//! Compiles the shipped mechanisms from their NMODL text to Rust.

use netdsl_lang::mech::{emit, shipped};
use std::fmt::Write;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut code = String::new();
    let mut tables = String::new();
    for program in shipped::programs() {
        let name = format!("Shipped{}", program.name);
        writeln!(
            code,
            "#[allow(non_camel_case_types)]\npub(crate) struct {name};"
        )
        .expect("a String takes text");
        code.push_str(&emit::kernel(program, &name, "::netdsl_lang"));
        writeln!(tables, "    NativeTable::of::<{name}>(),").expect("a String takes text");
    }
    let count = shipped::programs().len();
    writeln!(
        code,
        "/// All of them.\npub(crate) const ALL: [NativeTable; {count}] = [\n{tables}];"
    )
    .expect("a String takes text");
    let folder = std::env::var("OUT_DIR").expect("cargo tells build scripts where to write");
    std::fs::write(Path::new(&folder).join("shipped.rs"), code)
        .expect("the folder can be written to");
}
