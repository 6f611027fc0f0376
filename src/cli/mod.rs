//! The command line: turns flags into library calls, prints the results, and returns an exit code.

mod args;
mod chart;
mod chart_args;
mod chart_diff;
mod chart_test;
mod check;
mod code;
mod command;
mod completions;
mod component;
mod console;
mod dependencies;
mod fetch;
mod gitops;
mod helm;
mod help;
mod info;
mod link_helm;
mod output;
mod progress;
mod pull;
mod rendering;
mod schemas;
mod shell;
mod switches;
mod template;
mod usage;
mod verbs;
mod version;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};

use clap::error::ErrorKind;

use self::console::Console;
use crate::diagnostic::{Diagnostic, Failure, Sources, io_reason};

pub use code::UsageCode;
pub use command::command;

/// Exit code: the run succeeded.
pub const DONE: u8 = 0;
/// Exit code: a check failed, or there are differences.
pub const CHECK_FAILED: u8 = 1;
/// Exit code: the run failed because of its command line, its values, or a file that it could not read or write.
pub const FAILED: u8 = 2;

/// The streams of one run of the command line.
pub struct Streams<'a> {
    /// What `-` reads, as in `-f -`.
    pub stdin: &'a mut dyn Read,
    /// The output: YAML, JSON, and documents.
    pub stdout: &'a mut dyn Write,
    /// Notes, warnings and errors.
    pub stderr: &'a mut dyn Write,
    /// Whether stderr may have colours.
    pub color: bool,
    /// Whether stdout may have colours.
    pub color_stdout: bool,
    /// Whether stderr is a terminal, so that progress can be shown.
    pub terminal: bool,
}

/// Runs a command line on the streams of the process, and returns the exit code, as [`run`] does. Colours are used on terminals,
/// unless the environment variable `NO_COLOR` is set.
pub fn run_process(args: impl IntoIterator<Item = OsString>) -> u8 {
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
    run(args, streams)
}

/// Runs a command line, whose first word is the program's name, and returns the exit code: [`DONE`], [`CHECK_FAILED`] or [`FAILED`].
///
/// It neither exits the process nor panics. What it reads and writes goes through `streams`, apart from the files that
/// the command line names.
pub fn run(args: impl IntoIterator<Item = OsString>, streams: Streams<'_>) -> u8 {
    let words: Vec<OsString> = args.into_iter().collect();
    let mut console = Console::new(streams, &words);
    if let Some(words) = helm::words_of(&words) {
        return helm::run(words, &mut console);
    }
    let matches = match command().try_get_matches_from(switches::without_values(words)) {
        Ok(matches) => matches,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            let _ = write!(console.stdout, "{}", error.render());
            return DONE;
        }
        Err(error) => {
            usage::report(&error, &mut console);
            return FAILED;
        }
    };
    console.apply_global_flags(&matches);
    let Some((name, arguments)) = matches.subcommand() else { return FAILED };
    let result = match name {
        "chart" => chart::run(arguments, &mut console),
        "fetch" => fetch::run(arguments, &mut console),
        "gitops" => gitops::run(arguments, &mut console),
        "check" => check::run(arguments, &mut console),
        "template" => template::run(arguments, &mut console),
        "test" => chart_test::run_all(arguments, &mut console),
        "link-helm" => link_helm::run(arguments, &mut console),
        "version" => version::run(arguments, &mut console),
        "values" | "schema" | "completions" | "man" => info::run(name, arguments, &mut console),
        _ => component::run(name, arguments, &mut console),
    };
    match result {
        Ok(code) => code,
        Err(Error::Failure(failure)) => {
            console.fail(&failure);
            FAILED
        }
        // The reader has closed the pipe, as in `mkmanifests ray ... | head`.
        Err(Error::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(Error::Write(error)) => {
            console.write_error(&format!("error: cannot write the output: {}\n", io_reason(&error)));
            FAILED
        }
    }
}

/// Why a subcommand failed.
enum Error {
    /// Its input or its command line is wrong.
    Failure(Failure),
    /// Its output could not be written.
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
