//! `netdsl mod show`.

use crate::say::say;
use std::path::Path;

use netdsl_lang::mech::{self, Blocks, Program};
use netdsl_lang::nmodl::report::Report;
use netdsl_lang::nmodl::{self, lower::Options};

use super::{FAILED, read};
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
    let mut report = Report::default();
    let tree = nmodl::parse::parse(&text, &mut report);
    if report.failed() {
        eprintln!("{}", report.diagnostics(&text, &shown, false));
        return FAILED;
    }
    say!(
        ": {shown} as it is read\n\n{}",
        nmodl::print::print(&tree).trim_end()
    );
    match nmodl::compile_with_warnings(&text, &shown, Options::default()) {
        Ok((program, warnings)) => {
            say!("\n: program of {}\n\n{}", program.name, listings(&program));
            say!(
                ": in Rust\n\n{}",
                mech::emit::kernel(&program, "Mechanism", "::netdsl_lang")
            );
            for warning in warnings.iter() {
                eprintln!("{}", warning.to_string().replacen("error", "warning", 1));
            }
            0
        }
        Err(problems) => {
            eprintln!("{problems}");
            FAILED
        }
    }
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
