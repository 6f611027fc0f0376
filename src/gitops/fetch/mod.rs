//! Resolves the charts that the apps of a fleet name, and writes `charts.lock`, the cache and the vendored archives.
//!
//! This is the only part of fleets that uses the network. Nothing is written unless every chart could be fetched.

mod check;
mod dependencies;
mod download;
mod report;
mod vendor;
mod wanted;

use std::fs;
use std::io;

use rayon::ThreadPool;

pub use self::check::check;
pub use self::report::{FetchChange, FetchReport};
use self::wanted::Wanted;
use super::charts::{ChartStore, LOCK, Lock, vendor_folder};
use super::fleet::Fleet;
use super::run::STACK;
use super::tree::{self, TemporaryFolder};
use super::{FleetCode, GitopsCode};
use crate::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, io_reason, nearest};
use crate::fetch::http::Connection;
use crate::fetch::{self, Fetcher};
use crate::files::FileCode;

/// The default folder of vendored archives, relative to the fleet. It is not `charts`, where many fleets have charts of
/// their own: what is in here is only ever written by this module, as in the `vendor` of Go and Cargo.
pub const VENDOR: &str = "vendor";

/// The number of charts that are downloaded at once.
const THREADS: usize = 8;

/// Options of [`fetch`](fn@fetch).
#[derive(Clone, Default)]
pub struct FetchOptions<'a> {
    /// Which charts to resolve again although `charts.lock` has them.
    pub update: Update,
    /// The folder of vendored archives, relative to the fleet, with slashes. Default: the one in `charts.lock`, if any.
    pub vendor: Option<String>,
    /// How to connect. Credentials come from Helm's files.
    pub connection: Connection,
    /// Called when the run has to wait for another one.
    pub waiting: Option<&'a (dyn Fn() + Sync)>,
}

/// Which charts to resolve again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Update {
    /// Only those that `charts.lock` lacks, or whose version the apps do not accept any more.
    #[default]
    Needed,
    /// All.
    All,
    /// Also the charts with these names.
    Named(Vec<String>),
}

impl Update {
    fn includes(&self, name: &str) -> bool {
        match self {
            Update::Needed => false,
            Update::All => true,
            Update::Named(names) => names.iter().any(|it| it == name),
        }
    }

    fn names(&self) -> &[String] {
        if let Update::Named(names) = self { names } else { &[] }
    }
}

/// Downloads the charts that the apps of a fleet name, and writes `charts.lock`. Charts that apps name by `path` get their
/// missing dependencies.
///
/// # Errors
/// All errors of all charts; `charts.lock` and the vendored archives are unchanged then.
pub fn fetch(fleet: &Fleet, fetcher: &Fetcher, options: &FetchOptions<'_>) -> Result<FetchReport, Failure> {
    let threads = threads()?;
    let guard = tree::lock(fleet.root(), false, options.waiting).map_err(failure)?;
    // Another run may have written it since the fleet was read.
    let written = Lock::read(fleet.root())?;
    let wanted = Wanted::read(fleet, &threads)?;
    check_flags(&wanted, options)?;
    let before = written.clone().unwrap_or_default();
    let vendor = options.vendor.clone().or(before.vendor.clone());
    let store =
        ChartStore { vendor: before.vendor_folder(fleet.root()), cache: Some(fetcher.settings.content_cache.clone()) };
    let run = download::Run { fetcher, options, before: &before, store, command: fleet.fetch_command() };
    let built = dependencies::build(&wanted, fetcher, options);
    let (fetched, built) = both(run.all(&wanted, &threads), built)?;
    let charts: Vec<_> = fetched.iter().map(|(chart, _)| chart.clone()).collect();
    let after = Lock { vendor: vendor.filter(|_| !charts.is_empty()), charts };
    let mut report = FetchReport { built, ..FetchReport::new(&before, &after, wanted.apps()) };
    let temporary =
        || TemporaryFolder::new(fleet.root()).map_err(|error| unwritable(&fleet.root().display().to_string(), &error));
    let copied = vendor::write(fleet.root(), &before, &after, &fetched, &temporary);
    copied.map_err(|diagnostics| Failure::new(diagnostics, Sources::default()))?;
    report.warnings = fetcher.take_warnings().into_iter().map(warning).collect();
    report.warnings.extend(vendor::remove_stale(fleet.root(), &before, &after));
    report.is_written = write_lock(fleet, written.as_ref(), &after, &temporary).map_err(failure)?;
    drop(guard);
    Ok(report)
}

/// Returns both results, or the errors of both.
fn both<A, B>(a: Result<A, Failure>, b: Result<B, Failure>) -> Result<(A, B), Failure> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut a), Err(b)) => {
            let by = a.sources.append(&b.sources);
            a.diagnostics.extend(b.diagnostics.into_iter().map(|diagnostic| diagnostic.moved(by)));
            Err(a)
        }
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    }
}

/// Writes `charts.lock` if its text changes; removes it if no app names a chart.
fn write_lock(
    fleet: &Fleet,
    before: Option<&Lock>,
    after: &Lock,
    temporary: &dyn Fn() -> Result<TemporaryFolder, Diagnostic>,
) -> Result<bool, Diagnostic> {
    let path = fleet.root().join(LOCK);
    let shown = path.display().to_string();
    if after.charts.is_empty() {
        if before.is_some() {
            fs::remove_file(&path).map_err(|error| unwritable(&shown, &error))?;
        }
        return Ok(before.is_some());
    }
    let text = after.text();
    if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(false);
    }
    temporary()?.write(&path, text.as_bytes()).map_err(|error| unwritable(&shown, &error))?;
    Ok(true)
}

fn threads() -> Result<ThreadPool, Failure> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(THREADS).stack_size(STACK).build();
    pool.map_err(|error| failure(Diagnostic::error(GitopsCode::NoThreads, format!("cannot start threads: {error}"))))
}

/// Checks the names after `--update`, and the vendored folder.
fn check_flags(wanted: &Wanted, options: &FetchOptions<'_>) -> Result<(), Failure> {
    let names = wanted.names();
    let unknown = options.update.names().iter().filter(|name| !names.contains(name.as_str()));
    let mut diagnostics: Vec<Diagnostic> = unknown
        .map(|name| {
            let diagnostic = Diagnostic::error(FleetCode::NoSuchChart, format!("no app names the chart `{name}`"));
            match nearest(name, names.iter().copied()) {
                Some(near) => diagnostic.help(did_you_mean(near)),
                None => diagnostic,
            }
        })
        .collect();
    if let Some(Err(reason)) = options.vendor.as_deref().map(vendor_folder) {
        diagnostics.push(Diagnostic::error(FleetCode::InvalidName, format!("`--vendor`: {reason}")));
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(Failure::new(diagnostics, Sources::default())) }
}

fn warning(warning: fetch::Warning) -> Diagnostic {
    let fields: Vec<String> = warning.fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
    Diagnostic::warning(FleetCode::FetchWarning, format!("{} ({})", warning.message, fields.join(", ")))
}

fn unwritable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(FileCode::Unwritable, format!("cannot write `{name}`: {}", io_reason(error)))
}

fn failure(diagnostic: Diagnostic) -> Failure {
    Failure::new(vec![diagnostic], Sources::default())
}
