//! The command: everything it does is in the library.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use mkmanifests::cli::{self, Streams};

fn main() -> ExitCode {
    let color = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let streams = Streams {
        stdin: &mut io::stdin().lock(),
        stdout: &mut io::stdout().lock(),
        stderr: &mut io::stderr().lock(),
        color,
    };
    ExitCode::from(cli::run(std::env::args_os(), streams))
}
