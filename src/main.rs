//! The `mkmanifests` program: passes the process's arguments and streams to the library.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use mkmanifests::cli::{self, Streams};

fn main() -> ExitCode {
    let wants_color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let terminal = io::stderr().is_terminal();
    let streams = Streams {
        stdin: &mut io::stdin().lock(),
        stdout: &mut io::stdout().lock(),
        // Not locked: the progress bar writes to stderr from other threads.
        stderr: &mut io::stderr(),
        color: wants_color && terminal,
        color_stdout: wants_color && io::stdout().is_terminal(),
        terminal,
    };
    ExitCode::from(cli::run(std::env::args_os(), streams))
}
