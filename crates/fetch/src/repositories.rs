//! Adds, updates and removes the repositories in `repositories.yaml`: `helm repo`.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::time::Duration;

use mkmanifests_go::quote::quote;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::dependency::line;
use crate::http::{Client, Timeouts, redact};
use crate::repository::{
    Entry, FileLock, Index, Repositories, RepositoryError, cache_file, charts_file, download_index, index_url,
    parse_downloaded, save_index,
};
use crate::{Error, Settings, Warning, threads};

/// Why a repository cannot be added, updated or removed. The text is Helm's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManageError {
    /// The repository does not exist any more.
    Deprecated {
        /// Its address.
        url: String,
        /// The address of its successor.
        successor: &'static str,
    },
    /// Another repository has this name.
    Exists(String),
    /// The index cannot be downloaded or read.
    Unreachable {
        /// The address of the repository, without credentials.
        url: String,
        /// Why.
        source: Box<Error>,
    },
    /// Nothing can be updated, since there are no repositories.
    Nothing,
    /// There are no repositories.
    NotConfigured,
    /// No repository of this name can be removed.
    NotFound(String),
    /// No repository of this name can be updated.
    NoMatch(String),
    /// The indexes of these addresses could not be updated.
    Failed(Vec<String>),
}

impl fmt::Display for ManageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| quote(text.as_bytes());
        match self {
            ManageError::Deprecated { url, successor } => {
                write!(f, "repo {} is no longer available; try {} instead", quoted(url), quoted(successor))
            }
            ManageError::Exists(name) => {
                write!(f, "repository name ({name}) already exists, please specify a different name")
            }
            ManageError::Unreachable { url, source } => {
                let url = quoted(url);
                write!(f, "looks like {url} is not a valid chart repository or cannot be reached: {source}")
            }
            ManageError::Nothing => f.write_str("no repositories found. You must add one before updating"),
            ManageError::NotConfigured => f.write_str("no repositories configured"),
            ManageError::NotFound(name) => write!(f, "no repo named {} found", quoted(name)),
            ManageError::NoMatch(name) => {
                write!(f, "no repositories found matching '{name}'.  Nothing will be updated")
            }
            ManageError::Failed(urls) => {
                write!(f, "failed to update the following repositories: [{}]", urls.join(" "))
            }
        }
    }
}

impl std::error::Error for ManageError {}

/// Repositories that do not exist any more, and their successors.
const DEPRECATED: [(&str, &str); 2] = [
    ("//kubernetes-charts.storage.googleapis.com", "https://charts.helm.sh/stable"),
    ("//kubernetes-charts-incubator.storage.googleapis.com", "https://charts.helm.sh/incubator"),
];

/// Checks that an address is not that of a repository that does not exist any more.
///
/// # Errors
/// The address of its successor.
pub fn check_deprecated(url: &str) -> Result<(), Error> {
    match DEPRECATED.iter().find(|(old, _)| url.contains(old)) {
        Some((_, successor)) => Err(ManageError::Deprecated { url: redact(url), successor }.into()),
        None => Ok(()),
    }
}

/// Adds a repository, after its index was downloaded. `timeout` is how long that may take. Returns whether anything
/// changed: not if the repository already exists as it is, unless `force` is set.
///
/// # Errors
/// The name is invalid or taken, the index cannot be downloaded, or a file cannot be written.
pub fn add(settings: &Settings, entry: &Entry, force: bool, timeout: Duration) -> Result<bool, Error> {
    let _lock = FileLock::acquire(&settings.repository_config)?;
    let mut repositories = Repositories::load(&settings.repository_config)?.unwrap_or_default();
    if entry.name.contains('/') {
        return Err(RepositoryError::Name(entry.name.clone()).into());
    }
    match repositories.get(&entry.name) {
        Some(known) if !force && known == entry => return Ok(false),
        Some(_) if !force => return Err(ManageError::Exists(entry.name.clone()).into()),
        _ => {}
    }
    index_url(&entry.url)?;
    let failed = |source| ManageError::Unreachable { url: redact(&entry.url), source: Box::new(source) };
    download(settings, entry, timeout).map_err(failed)?;
    repositories.update(entry.clone());
    repositories.save(&settings.repository_config)?;
    Ok(true)
}

/// Downloads the indexes of repositories in parallel; `names` may be empty, which means all. Writes Helm's lines.
///
/// # Errors
/// There are no repositories, or none of a name; indexes that cannot be downloaded.
pub fn update(settings: &Settings, names: &[String], timeout: Duration, out: &mut dyn Write) -> Result<(), Error> {
    let file = &settings.repository_config;
    let failed = |error: Error| error.context(format!("failed loading file: {}", file.display()));
    let entries = Repositories::load(file).map_err(failed)?.unwrap_or_default().entries;
    if entries.is_empty() {
        return Err(ManageError::Nothing.into());
    }
    if let Some(unknown) = names.iter().find(|name| !entries.iter().any(|entry| entry.name == **name)) {
        return Err(ManageError::NoMatch(unknown.clone()).into());
    }
    let wanted: Vec<Entry> =
        entries.into_iter().filter(|entry| names.is_empty() || names.contains(&entry.name)).collect();
    wanted.iter().try_for_each(|entry| index_url(&entry.url).map(|_| ()))?;
    let write_failed = |error: io::Error| Error::file("write", "stdout".as_ref(), &error);
    writeln!(out, "Hang tight while we grab the latest from your chart repositories...").map_err(write_failed)?;
    let results = threads::map(&wanted, |entry| download(settings, entry, timeout).err());
    let mut unreachable = Vec::new();
    for (entry, error) in wanted.iter().zip(results) {
        if error.is_some() {
            unreachable.push(redact(&entry.url));
        }
        writeln!(out, "{}", line(entry, error)).map_err(write_failed)?;
    }
    if !unreachable.is_empty() {
        return Err(ManageError::Failed(unreachable).into());
    }
    writeln!(out, "Update Complete. ⎈Happy Helming!⎈").map_err(write_failed)
}

/// Removes a repository and its cached index.
///
/// # Errors
/// There is no repository of this name, or a file cannot be written.
pub fn remove(settings: &Settings, name: &str) -> Result<(), Error> {
    let file = &settings.repository_config;
    let mut repositories = Repositories::load(file).ok().flatten().unwrap_or_default();
    if repositories.entries.is_empty() {
        return Err(ManageError::NotConfigured.into());
    }
    if !repositories.remove(name) {
        return Err(ManageError::NotFound(name.to_owned()).into());
    }
    repositories.save(file)?;
    let cache = &settings.repository_cache;
    // The list of charts serves only completion.
    let _ = fs::remove_file(charts_file(cache, name)?);
    let index = cache_file(cache, name)?;
    match fs::remove_file(&index) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::file("remove", &index, &error)),
        _ => Ok(()),
    }
}

/// The cached indexes of all repositories.
#[derive(Debug)]
pub struct CachedIndexes {
    /// The name of each repository, and its index.
    pub indexes: Vec<(String, Index)>,
    /// Indexes that cannot be read, and entries that are left out.
    pub warnings: Vec<Warning>,
}

/// Returns the cached indexes of all repositories.
///
/// # Errors
/// There are no repositories.
pub fn cached_indexes(settings: &Settings) -> Result<CachedIndexes, Error> {
    let repositories = Repositories::load(&settings.repository_config)?.unwrap_or_default();
    if repositories.entries.is_empty() {
        return Err(ManageError::NotConfigured.into());
    }
    let load = |entry: &Entry| cache_file(&settings.repository_cache, &entry.name).and_then(|file| Index::load(&file));
    let loaded: Vec<Result<Index, Error>> = repositories.entries.par_iter().map(load).collect();
    let (mut indexes, mut warnings) = (Vec::new(), Vec::new());
    for (entry, index) in repositories.entries.iter().zip(loaded) {
        match index {
            Ok(index) => {
                warnings.extend(index.warnings.iter().cloned());
                indexes.push((entry.name.clone(), index));
            }
            Err(error) => {
                let fields = [("repo", entry.name.as_str()), ("error", &error.to_string())];
                warnings.push(Warning::new("repo is corrupt or missing", fields));
            }
        }
    }
    Ok(CachedIndexes { indexes, warnings })
}

/// Downloads the index of a repository into the cache.
fn download(settings: &Settings, entry: &Entry, timeout: Duration) -> Result<(), Error> {
    let connection = entry.connection();
    let timeouts = match timeout {
        Duration::ZERO => Timeouts::default(),
        total => Timeouts { total, ..Timeouts::default() },
    };
    let client = Client::with_timeouts(settings, &connection, timeouts)?;
    let bytes = download_index(&client, &entry.url, &connection)?;
    let index = parse_downloaded(&bytes, &entry.url)?;
    save_index(&settings.repository_cache, &entry.name, &bytes, &index)?;
    Ok(())
}
