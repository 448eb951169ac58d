//! Prints a program as Rust: an implementation of [`crate::mech::abi::Kernel`].
//!
//! The text has one statement for each instruction, in the same order, so that it computes the bits that the
//! interpreter and the block VM compute. It has no `unsafe`, no closures, and nothing a lint complains about.

use std::fmt::Write;

use crate::mech::abi::Sink;
use crate::mech::{Block, Blocks, Program, encode, hash};

mod kernel;
mod number;
mod script;

/// The implementation for the unit struct `name`, which the caller declares. `prefix` is the path of this crate where the
/// text is compiled: `::netdsl_lang`.
pub fn kernel(program: &Program, name: &str, prefix: &str) -> String {
    let bytes = encode(program);
    let mut out = String::new();
    let has_current = !program.exact.current_is_script
        && program.tabled.as_ref().is_none_or(|t| !t.current_is_script);
    let has_state = !program.exact.state_is_script
        && program.tabled.as_ref().is_none_or(|t| !t.state_is_script);
    let tabled = program.tabled.as_ref();
    let facts = [
        ("PROGRAM", "&'static [u8]", byte_string(&bytes)),
        ("HASH", "u64", format!("{:#018x}", hash(&bytes))),
        (
            "SINKS",
            &format!("&'static [{prefix}::mech::abi::Sink]"),
            sinks(program, prefix),
        ),
        ("HAS_TABLES", "bool", tabled.is_some().to_string()),
        ("HAS_CURRENT", "bool", has_current.to_string()),
        ("HAS_STATE", "bool", has_state.to_string()),
        (
            "HAS_NET_RECEIVE",
            "bool",
            program.net_receive.is_some().to_string(),
        ),
    ];
    put(
        &mut out,
        0,
        &format!("impl {prefix}::mech::abi::Kernel for {name} {{"),
    );
    for (fact, ty, value) in facts {
        put(&mut out, 1, &format!("const {fact}: {ty} = {value};"));
    }
    let exact = &program.exact;
    let nothing = Blocks::default();
    // without tables these are never called
    let tabled = tabled.unwrap_or(&nothing);
    for (name, blocks) in [("current", exact), ("current_tabled", tabled)] {
        let nothing = Blocks::default();
        let blocks = if has_current { blocks } else { &nothing };
        current(&mut out, program, prefix, name, blocks);
    }
    let nothing = Block::default();
    for (name, blocks) in [("state", exact), ("state_tabled", tabled)] {
        let block = if has_state { &blocks.state } else { &nothing };
        state(&mut out, program, prefix, name, block);
    }
    let body = program.net_receive.as_ref().map_or(&nothing, |r| &r.body);
    script::net_receive(&mut out, program, prefix, body);
    put(&mut out, 0, "}");
    out
}

fn put(out: &mut String, depth: usize, line: &str) {
    let indent = "    ".repeat(depth);
    writeln!(out, "{indent}{line}").expect("a string takes all");
}

fn current(out: &mut String, program: &Program, prefix: &str, name: &str, blocks: &Blocks) {
    let result = format!("[(L, L); {prefix}::mech::abi::MAX_CURRENTS]");
    let head = "<L: PREFIX::lane::Lane, A: PREFIX::mech::abi::Access<L>>".replace("PREFIX", prefix);
    put(out, 1, "#[inline(always)]");
    put(
        out,
        1,
        &format!("fn {name}{head}(access: &mut A) -> {result} {{"),
    );
    kernel::body(out, program, prefix, &blocks.current);
    put(out, 2, "let zero = L::splat(0.0);");
    if blocks.currents.is_empty() {
        put(
            out,
            2,
            &format!("[(zero, zero); {prefix}::mech::abi::MAX_CURRENTS]"),
        );
    } else {
        put(
            out,
            2,
            &format!("let mut currents = [(zero, zero); {prefix}::mech::abi::MAX_CURRENTS];"),
        );
        for (k, (value, conductance)) in blocks.currents.iter().enumerate() {
            put(
                out,
                2,
                &format!("currents[{k}] = (r{value}, r{conductance});"),
            );
        }
        put(out, 2, "currents");
    }
    put(out, 1, "}");
}

fn state(out: &mut String, program: &Program, prefix: &str, name: &str, block: &Block) {
    let head = "<L: PREFIX::lane::Lane, A: PREFIX::mech::abi::Access<L>>".replace("PREFIX", prefix);
    put(out, 1, "#[inline(always)]");
    put(out, 1, &format!("fn {name}{head}(access: &mut A) {{"));
    kernel::body(out, program, prefix, block);
    put(out, 1, "}");
}

/// Where the currents go, as a constant.
fn sinks(program: &Program, prefix: &str) -> String {
    let sinks = program.currents.iter().map(|current| {
        let Sink { electrode, ion } = Sink::of(current);
        let ion = match ion {
            Some(ion) => format!("::core::option::Option::Some({ion})"),
            None => "::core::option::Option::None".to_owned(),
        };
        format!("{prefix}::mech::abi::Sink {{ electrode: {electrode}, ion: {ion} }}")
    });
    format!("&[{}]", sinks.collect::<Vec<_>>().join(", "))
}

/// `b"..."`, with everything that is no plain letter escaped.
fn byte_string(bytes: &[u8]) -> String {
    let mut text = String::from("b\"");
    for b in bytes {
        match b {
            b'"' | b'\\' => write!(text, "\\{}", *b as char),
            b' '..=b'~' => write!(text, "{}", *b as char),
            _ => write!(text, "\\x{b:02x}"),
        }
        .expect("a string takes all");
    }
    text.push('"');
    text
}
