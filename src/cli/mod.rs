//! The command line: turns flags into library calls, prints what comes back, and tells how it went by exit code.

mod args;
mod chart;
mod check;
mod code;
mod command;
mod component;
mod gitops;
mod info;
mod output;
mod template;

use std::ffi::OsString;
use std::io::{self, Read, Write};

use clap::error::ErrorKind;

use crate::diagnostic::{Diagnostic, Failure, Sources, io_reason};

pub use code::UsageCode;
pub use command::command;

/// Done.
pub const DONE: u8 = 0;
/// The answer is no: drift, or a check that failed.
pub const NO: u8 = 1;
/// It could not be done: usage, values, or reading and writing.
pub const FAILED: u8 = 2;

/// Where the command reads and writes.
pub struct Streams<'a> {
    /// What `-f -` reads.
    pub stdin: &'a mut dyn Read,
    /// YAML or JSON, and nothing else.
    pub stdout: &'a mut dyn Write,
    /// Notes, warnings and errors.
    pub stderr: &'a mut dyn Write,
    /// Whether stderr takes colours.
    pub color: bool,
    /// Whether stdout takes colours.
    pub color_stdout: bool,
    /// Whether a person looks at stderr meanwhile.
    pub terminal: bool,
}

/// Runs the command line and returns the exit code; it neither ends the process nor panics.
pub fn run(args: impl IntoIterator<Item = OsString>, mut streams: Streams<'_>) -> u8 {
    let matches = match command().try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(error) => return usage(&error, &mut streams),
    };
    if matches.get_flag("no-color") {
        streams.color = false;
        streams.color_stdout = false;
    }
    let Some((name, arguments)) = matches.subcommand() else { return FAILED };
    let result = match name {
        "chart" => chart::run(arguments, &mut streams),
        "gitops" => gitops::run(arguments, &mut streams),
        "check" => check::run(arguments, &mut streams),
        "template" => template::run(arguments, &mut streams),
        "values" | "schema" | "completions" | "man" => info::run(name, arguments, &mut streams),
        _ => component::run(name, arguments, &mut streams),
    };
    match result {
        Ok(code) => code,
        Err(Error::Failure(failure)) => {
            // Where stderr is gone as well, the exit code is all that can be said.
            let _ = writeln!(streams.stderr, "{}", failure.render(streams.color));
            FAILED
        }
        // Whoever reads has seen enough: `mkmanifests ray ... | head`.
        Err(Error::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(Error::Write(error)) => {
            let _ = writeln!(streams.stderr, "error: the output could not be written: {}", io_reason(&error));
            FAILED
        }
    }
}

/// Help and version go to stdout as asked for; anything else is a mistake in the command line.
fn usage(error: &clap::Error, streams: &mut Streams<'_>) -> u8 {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let text = error.render();
    let out = if asked { &mut *streams.stdout } else { &mut *streams.stderr };
    let _ = if streams.color && !asked { write!(out, "{}", text.ansi()) } else { write!(out, "{text}") };
    if asked { DONE } else { FAILED }
}

/// Why a subcommand did not get to its end.
enum Error {
    Failure(Failure),
    Write(io::Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Error::Failure(failure)
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Error::Failure(Failure::new(vec![diagnostic], Sources::default()))
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::Write(error)
    }
}
