//! The `netdsl` command.

#![forbid(unsafe_code)]

mod args;
mod mechanisms;
mod modfiles;
mod netpyne;
mod report;
mod results;
mod run;
mod say;
mod simulate;
mod verify;

use std::process::ExitCode;

use args::{Cli, Command};
use clap::Parser;

/// Exit code: something was wrong with the input.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let code = match Cli::parse().command {
        Command::Verify(args) => verify::verify(&args),
        Command::Run(args) => run::run(&args),
        Command::Netpyne(args) => netpyne::run(&args),
        Command::Mod(args) => modfiles::run(&args),
    };
    ExitCode::from(code)
}
