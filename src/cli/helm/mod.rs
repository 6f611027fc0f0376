//! Answers as Helm does: `mkmanifests helm ...`, or the program under the name `helm`.
//!
//! Each file has one command: `command` returns its flags, `run` runs it. Output and exit codes are Helm's.
//! [`flags`] has the flags that commands share, [`line`] finds the command and reads the command line.

mod check;
mod cluster;
mod completion;
mod dependency;
mod env;
mod failure;
mod flags;
mod help;
mod line;
mod lint;
mod locate;
mod namespace;
pub(in crate::cli) mod package;
mod pflag;
mod post_renderer;
mod pull;
mod push;
mod registry;
mod repo;
mod search;
mod show;
mod table;
mod template;
mod typed;
mod unittest;
mod values;
mod verify;
mod version;

use std::ffi::OsString;
use std::io;
use std::path::Path;

use clap::{ArgMatches, Command};

pub(super) use self::typed::boolean;

use self::line::Outcome;
use super::DONE;
use super::console::Console;
use crate::chart::HelmRelease;
use crate::diagnostic::{Diagnostic, Failure};
use crate::fetch::{self, Settings};

/// The exit code of every failure in Helm.
const FAILED: u8 = 1;

/// The variable that chooses the release of Helm, as `--helm-version` does.
const HELM_VERSION: &str = "MKMANIFESTS_HELM_VERSION";

/// What a command of Helm works with.
pub(super) struct Context<'a, 'b> {
    /// The streams.
    pub console: &'a mut Console<'b>,
    /// Helm's files, from the environment and the global flags.
    pub settings: Settings,
    /// `--debug`.
    pub debug: bool,
    /// `--namespace`, else that of the environment or of kubeconfig, else `default`.
    pub namespace: String,
    /// The release of Helm to answer as: `--helm-version` or `MKMANIFESTS_HELM_VERSION`.
    pub release: HelmRelease,
    /// The same, if it was chosen.
    pub given_release: Option<HelmRelease>,
    /// The words of the command line, the program's name first.
    pub words: &'a [OsString],
}

/// Why a command of Helm failed.
pub(super) enum Error {
    /// Helm's text, which is printed behind `Error: `.
    Message(String),
    /// An invalid chart, invalid values or a failed template.
    Failure(Failure),
    /// The output could not be written.
    Write(io::Error),
    /// What is wrong has been printed.
    Reported,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Error::Failure(failure)
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Error::Message(failure::text(&diagnostic))
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

/// A command of Helm.
struct Entry {
    name: &'static str,
    aliases: &'static [&'static str],
    /// What it does, for the list of commands.
    about: &'static str,
    /// Returns its flags, arguments and subcommands. Its usage line is Helm's: `helm show chart [CHART] [flags]`.
    command: fn() -> Command,
    /// Runs it. A command with subcommands is called with one of them.
    run: fn(&ArgMatches, &mut Context<'_, '_>) -> Result<u8, Error>,
}

/// All commands that need no cluster, in the order of their names.
const COMMANDS: &[Entry] = &[
    Entry {
        name: "completion",
        aliases: &[],
        about: "Prints a completion script for a shell",
        command: completion::command,
        run: completion::run,
    },
    Entry {
        name: "dependency",
        aliases: &["dep", "dependencies"],
        about: "Manages the dependencies of a chart",
        command: dependency::command,
        run: dependency::run,
    },
    Entry {
        name: "env",
        aliases: &[],
        about: "Prints the settings that come from the environment",
        command: env::command,
        run: env::run,
    },
    Entry { name: "lint", aliases: &[], about: "Checks charts for mistakes", command: lint::command, run: lint::run },
    Entry {
        name: "package",
        aliases: &[],
        about: "Packs folders of charts into archives",
        command: package::command,
        run: package::run,
    },
    Entry {
        name: "pull",
        aliases: &["fetch"],
        about: "Downloads charts from repositories and registries",
        command: pull::command,
        run: pull::run,
    },
    Entry {
        name: "push",
        aliases: &[],
        about: "Uploads a chart to a registry",
        command: push::command,
        run: push::run,
    },
    Entry {
        name: "registry",
        aliases: &[],
        about: "Stores and removes credentials of registries",
        command: registry::command,
        run: registry::run,
    },
    Entry { name: "repo", aliases: &[], about: "Manages chart repositories", command: repo::command, run: repo::run },
    Entry { name: "search", aliases: &[], about: "Searches for charts", command: search::command, run: search::run },
    Entry {
        name: "show",
        aliases: &["inspect"],
        about: "Prints the files of a chart that describe it",
        command: show::command,
        run: show::run,
    },
    Entry { name: "template", aliases: &[], about: "Renders a chart", command: template::command, run: template::run },
    Entry {
        name: "unittest",
        aliases: &[],
        about: "Runs the unit tests of charts, as the plugin does",
        command: unittest::command,
        run: unittest::run,
    },
    Entry {
        name: "verify",
        aliases: &[],
        about: "Verifies a signed chart",
        command: verify::command,
        run: verify::run,
    },
    Entry {
        name: "version",
        aliases: &[],
        about: "Prints the release of Helm that this program answers as",
        command: version::command,
        run: version::run,
    },
];

/// Returns the names of the commands that need no cluster.
pub(super) fn command_names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|entry| entry.name)
}

/// Returns the command line of Helm: the whole one if the program has the name `helm`, or what follows its name if the
/// first word is `helm`.
pub(super) fn words_of(words: &[OsString]) -> Option<&[OsString]> {
    match words {
        [program, ..] if Path::new(program).file_stem().is_some_and(|name| name == "helm") => Some(words),
        [_, rest @ ..] if rest.first().is_some_and(|word| word == "helm") => Some(rest),
        _ => None,
    }
}

/// Runs a command line whose first word is `helm`, and returns Helm's exit code.
pub(super) fn run(words: &[OsString], console: &mut Console<'_>) -> u8 {
    let variable = |name: &str| std::env::var_os(name);
    match answer(words, console, &variable) {
        Ok(code) => code,
        Err(Error::Message(message)) => fail(&message, console),
        Err(Error::Failure(failure)) => {
            let message = failure.diagnostics.first().map(failure::text).unwrap_or_default();
            fail(&message, console)
        }
        Err(Error::Reported) => FAILED,
        Err(Error::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => DONE,
        Err(Error::Write(error)) => fail(&error.to_string(), console),
    }
}

fn fail(message: &str, console: &mut Console<'_>) -> u8 {
    console.write_error(&format!("Error: {message}\n"));
    FAILED
}

fn answer<'a>(
    words: &'a [OsString],
    console: &'a mut Console<'_>,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<u8, Error> {
    let globals = flags::global();
    let texts: Vec<String> = words.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    match line::read(&texts, &globals, cluster::real_helm(variable).is_some(), console)? {
        Outcome::Help(text) => {
            console.stdout.write_all(text.as_bytes())?;
            console.stdout.flush()?;
            Ok(DONE)
        }
        Outcome::Cluster(name) => cluster::run(&name, words, variable, console),
        Outcome::Command { entry, matches, globals } => {
            let mut settings = Settings::new(variable);
            flags::apply_to_settings(&globals, &mut settings);
            let debug = settings.debug;
            let namespace = namespace::of(&globals, variable);
            settings.namespace.clone_from(&namespace);
            let given_release = given_release(&globals, variable)?;
            let release = given_release.unwrap_or_default();
            let mut context = Context { console, settings, debug, namespace, release, given_release, words };
            (entry.run)(&matches, &mut context).map_err(|error| failure::of_release(error, release))
        }
    }
}

/// Returns the release of Helm to answer as; none if none was chosen.
fn given_release(
    globals: &ArgMatches,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<HelmRelease>, Error> {
    let flag = globals.get_one::<String>("helm-version").cloned().map(|text| ("--helm-version", text));
    let given = flag.or_else(|| Some((HELM_VERSION, variable(HELM_VERSION)?.to_string_lossy().into_owned())));
    let Some((name, text)) = given.filter(|(_, text)| !text.is_empty()) else { return Ok(None) };
    HelmRelease::parse(&text).map(Some).map_err(|error| Error::Message(format!("{name}: {error}; {}", error.help())))
}

/// Converts an error of the shared functions of this program's own commands.
fn of_cli(error: super::Error, debug: bool) -> Error {
    match error {
        super::Error::Failure(failure) => failure::of_rendering(&failure, debug),
        super::Error::Write(error) => Error::Write(error),
    }
}

/// Writes the output of a command.
pub(super) fn print(text: &[u8], context: &mut Context<'_, '_>) -> Result<u8, Error> {
    context.console.stdout.write_all(text)?;
    context.console.stdout.flush()?;
    Ok(DONE)
}

/// Prints a warning as Helm's log does.
pub(super) fn warn(message: &str, console: &mut Console<'_>) {
    let quoted = crate::go::quote::quote(message.as_bytes());
    console.write_error(&format!("level=WARN msg={quoted}\n"));
}
