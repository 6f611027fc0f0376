//! `mkmanifests chart pull CHART`: downloads a chart.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

use super::console::Console;
use super::{DONE, Error};
use crate::diagnostic::{Diagnostic, Sources};
use crate::fetch::{self, Destination, FetchCode, Fetched, Fetcher, Options, Request, Settings, save, unpack};

/// Adds the flags.
pub(super) fn with_flags(command: Command) -> Command {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let switch =
        |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    let folder = text("destination", "DIR", "Folder for the chart").short('d').default_value(".");
    command
        .arg(Arg::new("chart").value_name("CHART").required(true).help("REPOSITORY/NAME, a URL, or oci://..."))
        .arg(text("version", "VERSION", "Version, or a range such as ^2.0.0 [default: the newest]"))
        .arg(text("repo", "URL", "Repository that has the chart"))
        .arg(switch("devel", "Also consider pre-releases"))
        .arg(switch("untar", "Unpack the chart"))
        .arg(folder.value_hint(ValueHint::DirPath))
        .arg(switch("offline", "Use only what earlier runs downloaded"))
}

/// Runs the command.
pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let text = |name| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let request = Request {
        chart: text("chart"),
        repository: text("repo"),
        version: text("version"),
        devel: matches.get_flag("devel"),
        ..Request::default()
    };
    let fetcher = Fetcher::new(Settings::from_environment(), Options { offline: matches.get_flag("offline") });
    let path = fetcher.resolve(&request).and_then(|resolved| {
        let fetched = fetcher.fetch(&resolved, &request.connection, false)?;
        place(&fetched, text("destination").into(), matches.get_flag("untar"))
    });
    let warnings: Vec<Diagnostic> = fetcher
        .take_warnings()
        .iter()
        .map(|warning| Diagnostic::warning(FetchCode::Repository, warning.describe()))
        .collect();
    console.report(&warnings, &Sources::default());
    let path = path.map_err(|error| error.diagnostic())?;
    writeln!(console.stdout, "{}", path.display())?;
    console.stdout.flush()?;
    Ok(DONE)
}

/// Writes the archive, or what is in it, into a folder. Returns the path.
fn place(fetched: &Fetched, folder: PathBuf, unpacks: bool) -> Result<PathBuf, fetch::Error> {
    if !unpacks {
        return save(fetched, &fetched.file_name, &Destination { folder, unpack: None });
    }
    let archive = &fetched.archive;
    let bytes = std::fs::read(archive).map_err(|error| fetch::Error::file("open", archive, &error))?;
    unpack(&bytes, &fetched.file_name, &folder)
}
