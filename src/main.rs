//! The `mkmanifests` program: passes the process's arguments and streams to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(mkmanifests::cli::run_process(std::env::args_os()))
}
