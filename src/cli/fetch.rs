//! `mkmanifests fetch FLEET`.

use std::path::PathBuf;

use clap::{ArgMatches, Args, ValueHint};

use super::args::read;
use super::console::Console;
use super::{CHECK_FAILED, DONE, Error, usage};
use crate::diagnostic::Failure;
use crate::fetch::http::Connection;
use crate::fetch::{self, Fetcher, Settings};
use crate::gitops::{self, FetchOptions, FetchReport, Fleet, LOCK, Update, VENDOR};

/// The flags of `fetch`.
#[derive(Debug, Args)]
pub(super) struct FetchArgs {
    /// Folder of the fleet
    #[arg(value_name = "FLEET", value_hint = ValueHint::DirPath)]
    fleet: PathBuf,

    /// Look for newer versions, of all charts or of those named
    ///
    /// Without it, a locked version stays as long as the apps accept it.
    #[arg(long, value_name = "CHART", num_args = 0.., conflicts_with = "check")]
    update: Option<Vec<String>>,

    /// Copy the archives into a folder of the fleet [default: vendor]
    ///
    /// DIR is relative to the fleet. `charts.lock` remembers it, so later runs need no flag.
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = VENDOR, conflicts_with = "check")]
    vendor: Option<String>,

    /// Use only what is in the cache
    #[arg(long, conflicts_with = "check")]
    offline: bool,

    /// Only check whether `charts.lock` is up to date
    ///
    /// Writes and downloads nothing. The exit code is 1 if apps name charts that `charts.lock` lacks, if it has others, or
    /// if a vendored archive is missing or changed.
    #[arg(long)]
    check: bool,

    /// Certificates of your own authority, as PEM
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = CONNECTION)]
    ca_file: Option<PathBuf>,

    /// Connect to registries without TLS
    #[arg(long, help_heading = CONNECTION)]
    plain_http: bool,
}

/// The heading of the flags about connections.
const CONNECTION: &str = "Connection";

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let args: FetchArgs = read(matches)?;
    if let Some(diagnostic) = usage::component_as_path(&args.fleet, "fetch") {
        return Err(diagnostic.into());
    }
    let fleet = Fleet::read(&args.fleet).map_err(|failure| explain(failure, &args))?;
    if args.check {
        let report = gitops::check_charts(&fleet)?;
        return print(&report, &args, console);
    }
    let fetcher = Fetcher::new(Settings::from_environment(), fetch::Options { offline: args.offline });
    let shown = args.fleet.display().to_string();
    // The streams belong to this thread, and the note has to appear while the run waits.
    let waiting = || eprintln!("note: another run is fetching the charts of `{shown}`; waiting for it");
    let waiting: Option<&(dyn Fn() + Sync)> = if console.is_quiet() { None } else { Some(&waiting) };
    let report = gitops::fetch_charts(&fleet, &fetcher, &FetchOptions { waiting, ..options(&args) })?;
    print(&report, &args, console)
}

/// Explains that the argument has to be a fleet: with Helm's `fetch`, it is a chart.
fn explain(mut failure: Failure, args: &FetchArgs) -> Failure {
    if let ([diagnostic], false) = (failure.diagnostics.as_mut_slice(), args.fleet.exists()) {
        let help = "expected the folder of a fleet; `mkmanifests chart pull` downloads one chart";
        diagnostic.help.push(help.to_owned());
    }
    failure
}

fn options(args: &FetchArgs) -> FetchOptions<'static> {
    let update = match &args.update {
        None => Update::Needed,
        Some(names) if names.is_empty() => Update::All,
        Some(names) => Update::Named(names.clone()),
    };
    let connection = Connection { ca_file: args.ca_file.clone(), plain_http: args.plain_http, ..Connection::default() };
    let vendor = args.vendor.as_deref().map(|folder| folder.trim_end_matches('/').to_owned());
    FetchOptions { update, vendor, connection, waiting: None }
}

fn print(report: &FetchReport, args: &FetchArgs, console: &mut Console<'_>) -> Result<u8, Error> {
    console.report(&report.warnings, &Default::default());
    for change in &report.changes {
        writeln!(console.stdout, "{change}")?;
    }
    for folder in &report.built {
        writeln!(console.stdout, "built the dependencies of {}", folder.display())?;
    }
    console.stdout.flush()?;
    let FetchReport { charts, apps, .. } = report;
    let count = format!("{} of {}", plural(*charts, "chart"), plural(*apps, "app"));
    let fleet = args.fleet.display();
    if args.check && !report.is_clean() {
        console.inform(&format!("{count}: `{LOCK}` is out of date; run `mkmanifests fetch {fleet}`"));
        return Ok(CHECK_FAILED);
    }
    let state = if report.is_written { "is written" } else { "is up to date" };
    console.inform(&format!("{count}: `{LOCK}` {state}"));
    Ok(DONE)
}

fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
