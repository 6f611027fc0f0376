//! The command: everything it does is in the library.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use mkmanifests::cli::{self, Streams};

fn main() -> ExitCode {
    let wants_color = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let terminal = io::stderr().is_terminal();
    let streams = Streams {
        stdin: &mut io::stdin().lock(),
        stdout: &mut io::stdout().lock(),
        // Not locked: a progress bar writes to it from other threads.
        stderr: &mut io::stderr(),
        color: wants_color && terminal,
        color_stdout: wants_color && io::stdout().is_terminal(),
        terminal,
    };
    ExitCode::from(cli::run(std::env::args_os(), streams))
}
