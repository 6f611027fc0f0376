//! Finds the chart that a command names, and downloads it if need be.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::{Context, Error, flags, pull};
use crate::chart::{self, Chart, SymbolicLinks};
use crate::diagnostic::{Failure, Sources};
use crate::fetch::{self, Fetcher, Location, Options, provenance};

/// Returns the path of a chart: a folder or an archive of the user's, or the archive that was downloaded.
pub(super) fn chart(matches: &ArgMatches, name: &str, context: &mut Context<'_, '_>) -> Result<PathBuf, Error> {
    let request = flags::request_of(matches, name);
    let is_verified = flags::is_set(matches, "verify");
    let path = Path::new(name.trim());
    // Nothing below is needed for a chart that is there.
    if request.repository.is_empty() && path.exists() {
        // Helm names the whole path in its errors.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if is_verified {
            provenance::verify_file(&path, &pull::keyring(matches, context)).map_err(fetch::Error::from)?;
        }
        return Ok(path);
    }
    let fetcher = Fetcher::new(context.settings.clone(), Options::default());
    let located = fetcher.locate(&request);
    for warning in fetcher.take_warnings() {
        context.console.write_error(&format!("{warning}\n"));
    }
    let fetched = match located? {
        Location::Local(path) => return Ok(path),
        Location::Fetched(fetched) => fetched,
    };
    if let Some(origin) = &fetched.pulled {
        context.console.write_error(&origin.to_string());
    }
    if is_verified {
        // The archive is in the cache by now.
        let signed = fetcher.fetch(&fetched.resolved, &request.connection, true)?;
        pull::verify(&signed, matches, context)?;
    }
    Ok(fetched.archive)
}

/// Loads a chart.
pub(super) fn load(path: &Path) -> Result<Chart, Failure> {
    let mut sources = Sources::default();
    let loaded = chart::load_with(path, SymbolicLinks::All, &mut sources);
    Ok(loaded.map_err(|diagnostics| Failure::new(diagnostics, sources))?.chart)
}
