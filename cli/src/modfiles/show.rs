//! `netdsl mod show`.

use crate::say::say;
use std::path::Path;

use netdsl_lang::mech::{self, Blocks, Program};
use netdsl_lang::nmodl::{self, UnitCheck, examine};

use super::{FAILED, beside, read};
use crate::UNUSABLE;

/// Prints the file as it is read, its program and its Rust, and returns the exit code.
pub(super) fn show(file: &Path) -> u8 {
    let text = match read(file) {
        Ok(text) => text,
        Err(message) => {
            eprintln!("error: {message}");
            return UNUSABLE;
        }
    };
    let shown = file.display().to_string();
    let found = examine(&text, &shown, &beside, UnitCheck::No);
    if let Some(tree) = &found.tree {
        let printed = nmodl::print::print(tree);
        say!(": {shown} as it is read\n\n{}", printed.trim_end());
    }
    for warning in found.warnings.iter() {
        eprintln!("{}", warning.to_string().replacen("error", "warning", 1));
    }
    let Some(program) = found.program else {
        eprintln!("{}", found.problems);
        return FAILED;
    };
    let rust = mech::emit::kernel(&program, "Mechanism", "::netdsl_lang");
    say!(
        "\n: program of {}\n\n{}: in Rust\n\n{rust}",
        program.name,
        listings(&program)
    );
    0
}

/// All blocks of a program, each under its name.
fn listings(program: &Program) -> String {
    let mut text = String::new();
    let mut add = |name: String, block: &mech::Block| {
        let listing = mech::print::listing(program, block);
        if !listing.trim().is_empty() {
            text.push_str(&format!("{name}:\n{}\n\n", listing.trim_end()));
        }
    };
    add_blocks(&program.exact, "", &mut add);
    if let Some(tabled) = &program.tabled {
        add_blocks(tabled, " with tables", &mut add);
    }
    if let Some(receive) = &program.net_receive {
        add("net_receive".to_owned(), &receive.body);
    }
    text
}

fn add_blocks(blocks: &Blocks, how: &str, add: &mut impl FnMut(String, &mech::Block)) {
    let all = [
        ("init", &blocks.init),
        ("setup", &blocks.setup),
        ("current", &blocks.current),
        ("state", &blocks.state),
    ];
    for (name, block) in all {
        add(format!("{name}{how}"), block);
    }
}
