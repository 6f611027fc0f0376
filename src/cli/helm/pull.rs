//! `helm pull`: downloads charts.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, ValueHint};

use super::{Context, Error, flags, print};
use crate::cli::DONE;
use crate::fetch::http::{Client, Connection};
use crate::fetch::{self, Destination, Fetched, Fetcher, Options, Settings, provenance, save};

pub(super) fn command() -> Command {
    let folder = |name, help| flags::text(name, "DIR", help).default_value(".").value_hint(ValueHint::DirPath);
    let chart = Arg::new("chart").value_name("CHART").required(true).num_args(1..);
    Command::new("pull")
        .about("Downloads charts from repositories and registries")
        .override_usage("helm pull [chart URL | repo/chartname] [...] [flags]")
        .args(flags::chart_source())
        .arg(flags::switch("untar", "Unpack the chart"))
        .arg(flags::switch("prov", "Also download the provenance file, without verifying it"))
        .arg(folder("untardir", "Folder for unpacked charts, relative to --destination"))
        .arg(folder("destination", "Folder for the chart").short('d'))
        .arg(chart.help("REPOSITORY/NAME, a URL, or oci://..."))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let connection = flags::connection_of(matches);
    check_files(&context.settings, &connection)?;
    let fetcher = Fetcher::new(context.settings.clone(), Options::default());
    for chart in flags::texts_of(matches, "chart") {
        let result = pull(&chart, matches, &fetcher, context);
        for warning in fetcher.take_warnings() {
            context.console.write_error(&format!("{warning}\n"));
        }
        result?;
    }
    Ok(DONE)
}

/// Reads the files that flags name, since Helm does so even if it does not need them.
fn check_files(settings: &Settings, connection: &Connection) -> Result<(), Error> {
    if connection.ca_file.is_some() || (connection.cert_file.is_some() && connection.key_file.is_some()) {
        Client::new(settings, connection).map_err(|error| error.context("missing registry client"))?;
    }
    Ok(())
}

fn pull(chart: &str, matches: &ArgMatches, fetcher: &Fetcher, context: &mut Context<'_, '_>) -> Result<(), Error> {
    let request = flags::request_of(matches, chart);
    let (verifies, keeps) = (flags::is_set(matches, "verify"), flags::is_set(matches, "prov"));
    let resolved = fetcher.resolve(&request)?;
    let fetched = fetcher.fetch(&resolved, &request.connection, verifies || keeps)?;
    if let Some(origin) = &fetched.pulled {
        // Helm pulls the provenance file by itself.
        for _ in 0..if fetched.provenance.is_some() { 2 } else { 1 } {
            print(origin.to_string().as_bytes(), context)?;
        }
    }
    let mut text = String::new();
    if verifies {
        text = verify(&fetched, matches, context)?;
    } else if let Some(error) = &fetched.provenance_error {
        let name = if request.repository.is_empty() { chart } else { &resolved.url };
        text = format!("WARNING: Verification not found for {name}: {error}\n");
    }
    let unpack = flags::is_set(matches, "untar").then(|| PathBuf::from(flags::text_of(matches, "untardir")));
    let destination = Destination { folder: flags::text_of(matches, "destination").into(), unpack };
    save(&fetched, chart, &destination)?;
    print(text.as_bytes(), context)?;
    Ok(())
}

/// Verifies the provenance of a chart. Returns what Helm prints about it.
pub(super) fn verify(fetched: &Fetched, matches: &ArgMatches, context: &Context<'_, '_>) -> Result<String, Error> {
    let Some(signature) = &fetched.provenance else {
        let url = format!("{}.prov", fetch::http::redact(&fetched.resolved.url));
        return Err(fetch::Error::NoProvenance { url }.into());
    };
    let path = &fetched.archive;
    let archive = std::fs::read(path).map_err(|error| fetch::Error::file("open", path, &error))?;
    let verified = provenance::verify(&archive, &fetched.file_name, signature, &keyring(matches, context));
    Ok(verified.map_err(fetch::Error::from)?.to_string())
}

/// Returns the file with the public keys.
pub(super) fn keyring(matches: &ArgMatches, context: &Context<'_, '_>) -> PathBuf {
    flags::path_of(matches, "keyring").unwrap_or_else(|| context.settings.keyring.clone())
}
