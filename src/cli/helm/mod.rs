//! Answers as Helm does: `mkmanifests helm ...`, or the program under the name `helm`.
//!
//! Each file has one command: `command` returns its flags, `run` runs it. Output and exit codes are Helm's.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{ArgMatches, Command};

use super::console::Console;
use crate::diagnostic::{Diagnostic, Failure};
use crate::fetch::{self, Settings};

/// The exit code of every failure in Helm.
const FAILED: u8 = 1;

/// What a command of Helm works with.
pub(super) struct Context<'a, 'b> {
    /// The streams.
    pub console: &'a mut Console<'b>,
    /// Helm's files, from the environment and the global flags.
    pub settings: Settings,
    /// `--debug`.
    pub debug: bool,
    /// `--namespace`; `default` if it is not given.
    pub namespace: String,
}

/// Why a command of Helm failed.
pub(super) enum Error {
    /// Helm's text, which is printed behind `Error: `.
    Message(String),
    /// An invalid chart, invalid values or a failed template.
    Failure(Failure),
    /// The output could not be written.
    Write(io::Error),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Error::Failure(failure)
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Error::Message(diagnostic.message())
    }
}

impl From<fetch::Error> for Error {
    fn from(error: fetch::Error) -> Self {
        Error::Message(error.to_string())
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Error::Write(error)
    }
}

/// A command: its name, its flags and its function.
type Entry = (fn() -> Command, fn(&ArgMatches, &mut Context<'_, '_>) -> Result<u8, Error>);

/// All commands.
const COMMANDS: &[Entry] = &[];

/// Runs a command line whose first word is `helm`, and returns Helm's exit code.
pub(super) fn run(words: Vec<OsString>, console: &mut Console<'_>) -> u8 {
    let root = Command::new("helm").subcommands(COMMANDS.iter().map(|(command, _)| command()));
    let Ok(matches) = root.try_get_matches_from(words) else { return FAILED };
    let Some((name, matches)) = matches.subcommand() else { return super::DONE };
    let Some((_, run)) = COMMANDS.iter().find(|(command, _)| command().get_name() == name) else { return FAILED };
    let settings = Settings::from_environment();
    let mut context = Context { console, settings, debug: false, namespace: "default".to_owned() };
    match run(matches, &mut context) {
        Ok(code) => code,
        Err(Error::Message(message)) => {
            context.console.write_error(&format!("Error: {message}\n"));
            FAILED
        }
        Err(Error::Failure(failure)) => {
            context.console.fail(&failure);
            FAILED
        }
        Err(Error::Write(_)) => FAILED,
    }
}

/// Writes the output of a command.
pub(super) fn print(text: &[u8], context: &mut Context<'_, '_>) -> Result<u8, Error> {
    context.console.stdout.write_all(text)?;
    context.console.stdout.flush()?;
    Ok(super::DONE)
}
