//! `helm dependency`: lists, updates and builds the dependencies of a chart.

use std::path::Path;

use clap::{Arg, ArgMatches, Command, ValueHint};

use super::{Context, Error, flags, locate, print, pull, typed};
use crate::chart::show;
use crate::fetch::dependency::{self, Options, Refresh, Verify, clean};
use crate::fetch::{self, Fetcher};

pub(super) fn command() -> Command {
    let width = flags::text("max-col-width", "N", "Most characters of a column; 0 is no limit").default_value("80");
    let list = subcommand("list", "Lists the dependencies of a chart and whether charts/ has them").visible_alias("ls");
    let update = subcommand("update", "Downloads the newest dependencies that Chart.yaml allows").visible_alias("up");
    let build = subcommand("build", "Downloads the dependencies that Chart.lock lists");
    Command::new("dependency").about("Manages the dependencies of a chart").subcommands([
        build.args(download_flags()),
        list.arg(width.value_parser(typed::unsigned())),
        update.args(download_flags()),
    ])
}

fn subcommand(name: &'static str, about: &'static str) -> Command {
    let chart = Arg::new("chart").value_name("CHART").value_hint(ValueHint::DirPath).help("Folder of the chart");
    Command::new(name).about(about).override_usage(format!("helm dependency {name} CHART [flags]")).arg(chart)
}

fn download_flags() -> Vec<Arg> {
    let connection = flags::connection().into_iter().filter(|flag| flag.get_id() != "pass-credentials");
    let own = [
        flags::switch("verify", "Verify the provenance of the charts"),
        flags::keyring(),
        flags::switch("skip-refresh", "Use the cached indexes of the repositories"),
    ];
    own.into_iter().chain(connection).collect()
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let Some((name, matches)) = matches.subcommand() else { return Err(Error::Message("no subcommand".to_owned())) };
    let given = flags::text_of(matches, "chart");
    let path = clean(Path::new(if given.is_empty() { "." } else { &given }));
    if name == "list" {
        return list(&path, matches, context);
    }
    let is_build = name == "build";
    let verify = match (flags::is_set(matches, "verify"), is_build) {
        (false, _) => Verify::Never,
        (true, true) => Verify::IfPossible,
        (true, false) => Verify::Always,
    };
    let refresh = if flags::is_set(matches, "skip-refresh") { Refresh::None } else { Refresh::All };
    let options = Options { refresh, verify, ..options(matches, context)? };
    let fetcher = Fetcher::new(context.settings.clone(), fetch::Options::default());
    let run = if is_build { dependency::build } else { dependency::update };
    let result = run(&fetcher, &path, &options, context.console.stdout);
    context.console.stdout.flush()?;
    result.map_err(|error| Error::Message(error.to_string()))?;
    Ok(super::DONE)
}

/// Updates the dependencies of a chart for `--dependency-update` of another command. Returns what Helm prints about it.
pub(super) fn update_first(path: &Path, matches: &ArgMatches, context: &Context<'_, '_>) -> Result<Vec<u8>, Error> {
    let fetcher = Fetcher::new(context.settings.clone(), fetch::Options::default());
    let mut out = Vec::new();
    let updated = dependency::update(&fetcher, path, &options(matches, context)?, &mut out);
    updated.map_err(|error| Error::Message(error.to_string()))?;
    Ok(out)
}

/// Returns the options of an update without verification.
fn options(matches: &ArgMatches, context: &Context<'_, '_>) -> Result<Options, Error> {
    Ok(Options {
        refresh: Refresh::All,
        verify: Verify::Never,
        keyring: pull::keyring(matches, context),
        connection: flags::connection_of(matches),
        debug: context.debug,
        source_date_epoch: source_date_epoch()?,
        allow_unmanaged: false,
    })
}

fn list(path: &Path, matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let chart = locate::load(path)?;
    let width = flags::text_of(matches, "max-col-width").parse().unwrap_or(show::MAX_WIDTH);
    let text = show::dependencies(&chart, path, &path.to_string_lossy(), width);
    print(text.as_bytes(), context)
}

/// Reads `SOURCE_DATE_EPOCH`: seconds since 1970.
fn source_date_epoch() -> Result<Option<i64>, Error> {
    let Some(text) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|text| !text.is_empty()) else { return Ok(None) };
    typed::source_date_epoch(&text.to_string_lossy()).map(Some).map_err(Error::Message)
}
