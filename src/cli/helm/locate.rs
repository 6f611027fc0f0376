//! Finds the chart that a command names, and downloads it if need be.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::{Context, Error, flags};
use crate::chart::{self, Chart, SymbolicLinks};
use crate::diagnostic::{Failure, Sources};
use crate::fetch::{Fetched, Fetcher, Location, Options};

/// Returns the path of a chart: a folder or an archive of the user's, or the archive that was downloaded.
pub(super) fn chart(matches: &ArgMatches, name: &str, context: &mut Context<'_, '_>) -> Result<PathBuf, Error> {
    let request = flags::request_of(matches, name);
    let is_verified = flags::is_set(matches, "verify");
    // Nothing below is needed for a chart that is there.
    if request.repository.is_empty() && !is_verified {
        let path = Path::new(name.trim());
        if path.exists() {
            // Helm names the whole path in its errors.
            return Ok(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        }
    }
    let fetcher = Fetcher::new(context.settings.clone(), Options::default());
    let located = fetcher.locate(&request);
    for warning in fetcher.take_warnings() {
        context.console.write_error(&format!("{warning}\n"));
    }
    let path = match located? {
        Location::Local(path) if is_verified && path.is_dir() => {
            return Err(Error::Message("unpacked charts cannot be verified".to_owned()));
        }
        Location::Local(path) => path,
        Location::Fetched(Fetched { archive, pulled, .. }) => {
            if let Some((reference, digest)) = pulled {
                context.console.write_error(&format!("Pulled: {reference}\nDigest: {digest}\n"));
            }
            archive
        }
    };
    if is_verified {
        let why = "--verify is not supported by this command: run `helm pull --verify` first";
        return Err(Error::Message(why.to_owned()));
    }
    Ok(path)
}

/// Loads a chart.
pub(super) fn load(path: &Path) -> Result<Chart, Failure> {
    let mut sources = Sources::default();
    let loaded = chart::load_with(path, SymbolicLinks::All, &mut sources);
    Ok(loaded.map_err(|diagnostics| Failure::new(diagnostics, sources))?.chart)
}
