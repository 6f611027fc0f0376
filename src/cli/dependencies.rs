//! `mkmanifests chart dependencies`: lists the dependencies of a chart, and downloads them.

use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches};

use super::chart::{named_chart, print};
use super::console::Console;
use super::{CHECK_FAILED, DONE, Error};
use crate::chart::{ChartCode, show};
use crate::diagnostic::{Diagnostic, Sources};
use crate::fetch::dependency::{self, Refresh};
use crate::fetch::{Fetcher, Options, Settings};

/// Returns the flags that download.
pub(super) fn flags() -> [Arg; 3] {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    [
        flag("update", "Download the newest versions that Chart.yaml allows, and write Chart.lock")
            .conflicts_with("build"),
        flag("build", "Download the versions in Chart.lock"),
        flag("offline", "Use only what was downloaded before"),
    ]
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let path = matches.get_one::<String>("path").map_or("", String::as_str);
    if matches.get_flag("update") || matches.get_flag("build") {
        download(path, matches, console)?;
    }
    let chart = named_chart(matches)?;
    print(show::dependencies(&chart, Path::new(path), path, show::MAX_WIDTH).as_bytes(), console)?;
    let stale = show::is_stale(&chart);
    let mut warnings: Vec<Diagnostic> = show::incomplete(&chart, path).into_iter().collect();
    if stale {
        let diagnostic = Diagnostic::warning(
            ChartCode::OutdatedLock,
            "the dependencies in Chart.yaml have changed since Chart.lock was written",
        );
        warnings.push(diagnostic.help(update_help(path)));
    }
    console.report(&warnings, &Sources::default());
    Ok(if stale || !show::is_complete(&chart) { CHECK_FAILED } else { DONE })
}

/// Downloads the dependencies of a chart, and prints what is done to stderr.
fn download(path: &str, matches: &ArgMatches, console: &mut Console<'_>) -> Result<(), Diagnostic> {
    let offline = matches.get_flag("offline");
    let fetcher = Fetcher::new(Settings::from_environment(), Options { offline });
    let options =
        dependency::Options { refresh: Refresh::Needed, allow_unmanaged: true, ..dependency::Options::default() };
    let run = if matches.get_flag("build") { dependency::build } else { dependency::update };
    let mut lines = Vec::new();
    let result = run(&fetcher, Path::new(path), &options, &mut lines);
    String::from_utf8_lossy(&lines).lines().for_each(|line| console.inform(line));
    result.map_err(|error| explain(&error, path))
}

fn explain(error: &dependency::Error, path: &str) -> Diagnostic {
    let reason = error.to_string();
    match error {
        dependency::Error::OutOfSync { .. } => {
            Diagnostic::error(ChartCode::OutdatedLock, reason).help(update_help(path))
        }
        dependency::Error::NoRepositories { .. } | dependency::Error::UnknownRepositories { .. } => {
            let help = "add the repository with `mkmanifests helm repo add NAME URL`";
            Diagnostic::error(ChartCode::MissingDependency, reason).help(help)
        }
        dependency::Error::Fetch(error) => error.diagnostic(),
        dependency::Error::Download { source, .. } => Diagnostic::error(source.code(), reason),
        _ => Diagnostic::error(ChartCode::MissingDependency, reason),
    }
}

fn update_help(path: &str) -> String {
    format!("run `mkmanifests chart dependencies {path} --update` to write it again")
}
