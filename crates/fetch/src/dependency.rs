//! Fetches the dependencies of a chart into its `charts/`: `helm dependency update` and `build`.
//!
//! [`update`] finds the newest versions that `Chart.yaml` allows and writes `Chart.lock`. [`build`] downloads the
//! versions in `Chart.lock`. Both write Helm's lines to `out`. [`build_all`] does so for many charts at once. All
//! archives are in the cache before anything in the chart changes, so that a failed run leaves the old state.

mod download;
mod error;
mod indexes;
mod jobs;
mod local;
mod lock;
mod names;
mod place;
mod resolve;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mkmanifests_chart::Chart;
use mkmanifests_chart::show::{digest, digest_of_helm_2};

pub use self::error::Error;
pub(crate) use self::indexes::line;
pub use self::local::clean;
pub(crate) use self::lock::now;

use self::indexes::Indexes;

use crate::Fetcher;
use crate::http::Connection;

/// Which indexes of repositories are downloaded before versions are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refresh {
    /// Those of all repositories in `repositories.yaml`, as Helm does.
    #[default]
    All,
    /// Those of the repositories that the chart names.
    Needed,
    /// None: `--skip-refresh`.
    None,
}

/// Which archives must be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verify {
    /// None.
    #[default]
    Never,
    /// Those with a provenance file: `helm dependency build --verify`.
    IfPossible,
    /// All: `helm dependency update --verify`.
    Always,
}

/// How dependencies are fetched.
#[derive(Clone, Default)]
pub struct Options {
    /// Which indexes are downloaded first.
    pub refresh: Refresh,
    /// Which archives must be signed. [`build`] and [`update`] use what is set here.
    pub verify: Verify,
    /// `--keyring`: the public keys.
    pub keyring: PathBuf,
    /// How to connect to registries. Repositories have their settings in `repositories.yaml`.
    pub connection: Connection,
    /// `--debug`: say more.
    pub debug: bool,
    /// `SOURCE_DATE_EPOCH`: the time of files in archives that are packed from folders, in seconds since 1970.
    pub source_date_epoch: Option<i64>,
    /// Whether [`build`] downloads from repositories that are not in `repositories.yaml`, as [`update`] always does: a
    /// fresh clone then needs no `helm repo add`. A repository that `Chart.yaml` names (`@name`) has the URL in
    /// `Chart.lock`, which its digest protects. If false, [`build`] refuses such repositories, as Helm does.
    pub allow_unmanaged: bool,
}

/// Updates `charts/` and `Chart.lock` of the chart in the folder `chart`.
///
/// # Errors
/// The chart is invalid; a repository, a chart or a version does not exist; a download fails; a file cannot be written.
pub fn update(fetcher: &Fetcher, chart: &Path, options: &Options, out: &mut dyn Write) -> Result<(), Error> {
    let indexes = Indexes::new(fetcher);
    Run { fetcher, indexes: &indexes, folder: chart, options, out }.update()
}

/// Downloads the versions in `Chart.lock` into `charts/` of the chart in the folder `chart`. Without a lock, it updates.
///
/// # Errors
/// As [`update`]; a lock that does not match `Chart.yaml`; without [`Options::allow_unmanaged`], a repository that is
/// not in `repositories.yaml`.
pub fn build(fetcher: &Fetcher, chart: &Path, options: &Options, out: &mut dyn Write) -> Result<(), Error> {
    let indexes = Indexes::new(fetcher);
    Run { fetcher, indexes: &indexes, folder: chart, options, out }.build()
}

/// Builds every chart whose `charts/` is incomplete, in parallel. Returns what Helm would print for each, in the order
/// of `charts`. Each index and each archive is downloaded once.
pub fn build_all(fetcher: &Fetcher, charts: &[PathBuf], options: &Options) -> Vec<(PathBuf, Result<String, Error>)> {
    let indexes = Indexes::new(fetcher);
    let build = |folder: &PathBuf| {
        let mut out = Vec::new();
        let chart = local::load(folder)?;
        if !mkmanifests_chart::show::is_complete(&chart) {
            Run { fetcher, indexes: &indexes, folder, options, out: &mut out }.build()?;
        }
        Ok(String::from_utf8_lossy(&out).into_owned())
    };
    crate::threads::map(charts, |folder| (folder.clone(), build(folder)))
}

/// One update or build.
struct Run<'a> {
    fetcher: &'a Fetcher,
    indexes: &'a Indexes<'a>,
    folder: &'a Path,
    options: &'a Options,
    out: &'a mut dyn Write,
}

impl Run<'_> {
    fn build(&mut self) -> Result<(), Error> {
        let chart = local::load(self.folder)?;
        let Some(found) = &chart.lock else { return self.update_chart(&chart) };
        let mut required = chart.metadata.dependencies.clone();
        let digest_of_helm_2 = digest_of_helm_2(&required);
        if self.options.allow_unmanaged {
            self.replace_unknown_names(&mut required, &found.dependencies)?;
        }
        self.resolve_names(&mut required)?;
        if digest(&required, &found.dependencies) != found.digest {
            let is_v1 = chart.metadata.api_version == "v1";
            if !is_v1 || digest_of_helm_2 != found.digest {
                return Err(Error::OutOfSync { is_v1 });
            }
        }
        let mut locked = found.dependencies.clone();
        let origins = self.locked_origins(&locked)?;
        self.refresh_unmanaged(&locked, &origins)?;
        self.refresh(&origins)?;
        self.download(&mut locked, &origins)
    }

    fn update(&mut self) -> Result<(), Error> {
        self.update_chart(&local::load(self.folder)?)
    }

    fn update_chart(&mut self, chart: &Chart) -> Result<(), Error> {
        if !chart.metadata.lists_dependencies {
            return Ok(());
        }
        let mut required = chart.metadata.dependencies.clone();
        let origins = self.resolve_names(&mut required)?;
        self.refresh_unmanaged(&required, &origins)?;
        self.refresh(&origins)?;
        let mut locked = self.resolve(&required, &origins)?;
        self.download(&mut locked, &origins)?;
        let digest = digest(&required, &locked);
        if chart.lock.as_ref().is_some_and(|lock| lock.digest == digest) {
            return Ok(());
        }
        lock::write(self.folder, &locked, &digest, chart.metadata.api_version == "v1")
    }

    /// Writes a line of Helm's.
    fn say(&mut self, line: impl std::fmt::Display) -> Result<(), Error> {
        writeln!(self.out, "{line}").map_err(|error: io::Error| Error::Output(error.kind()))
    }
}
