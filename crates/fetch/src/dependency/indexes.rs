//! The indexes of the repositories that dependencies name. Each is downloaded and read once per run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use mkmanifests_chart::Dependency;
use mkmanifests_go::quote::quote;
use mkmanifests_go::semver::Version;
use sha2::{Digest, Sha256};

use super::jobs::Job;
use super::names::Origin;
use super::{Error, Refresh, Run};
use crate::http::{Client, redact};
use crate::repository::{
    ChartVersion, Entry, Index, Repositories, RepositoryError, cache_file, download_index, index_url, parse_downloaded,
    resolve_reference_url, save_index,
};
use crate::{Fetcher, Resolved, threads};

/// The start of Helm's names for repositories that are not in `repositories.yaml`.
const UNMANAGED: &str = "helm-manager-";

type Cell = Arc<OnceLock<Result<Arc<Index>, crate::Error>>>;

/// The indexes of a run, for several charts and threads.
pub(super) struct Indexes<'a> {
    fetcher: &'a Fetcher,
    repositories: OnceLock<Result<Repositories, crate::Error>>,
    downloaded: Mutex<HashMap<String, Cell>>,
    cached: Mutex<HashMap<String, Cell>>,
}

impl<'a> Indexes<'a> {
    pub fn new(fetcher: &'a Fetcher) -> Indexes<'a> {
        Indexes { fetcher, repositories: OnceLock::new(), downloaded: Mutex::default(), cached: Mutex::default() }
    }

    /// Returns the content of `repositories.yaml`.
    pub fn repositories(&self) -> Result<&Repositories, Error> {
        let load = || Ok(Repositories::load(&self.fetcher.settings.repository_config)?.unwrap_or_default());
        self.repositories.get_or_init(load).as_ref().map_err(|error| error.clone().into())
    }

    /// Returns what stands for a repository that is not in `repositories.yaml`.
    pub fn unmanaged(&self, url: &str) -> Entry {
        let hash: String = Sha256::digest(url).iter().map(|byte| format!("{byte:02x}")).collect();
        Entry { name: format!("{UNMANAGED}{hash}"), url: url.to_owned(), ..Entry::default() }
    }

    /// Downloads indexes in parallel into the repository cache. Returns the lines that Helm prints, in the order of
    /// `entries`.
    fn refresh(&self, entries: &[Entry]) -> Vec<String> {
        threads::map(entries, |entry| line(entry, self.download(entry).err()))
    }

    fn download(&self, entry: &Entry) -> Result<Arc<Index>, crate::Error> {
        let download = || {
            let (settings, connection) = (&self.fetcher.settings, entry.connection());
            let client = Client::new(settings, &connection)?;
            let bytes = download_index(&client, &entry.url, &connection)?;
            let index = parse_downloaded(&bytes, &entry.url)?;
            save_index(&settings.repository_cache, &entry.name, &bytes, &index)?;
            Ok(Arc::new(index))
        };
        cell(&self.downloaded, &entry.name).get_or_init(download).clone()
    }

    /// Returns an index that was downloaded in this run, or the one in the repository cache.
    pub fn cached(&self, entry: &Entry) -> Result<Arc<Index>, Error> {
        let downloaded = cell(&self.downloaded, &entry.name);
        if let Some(Ok(index)) = downloaded.get() {
            return Ok(index.clone());
        }
        let load = || {
            let file = cache_file(&self.fetcher.settings.repository_cache, &entry.name)?;
            if self.fetcher.options.offline && !file.exists() {
                return Err(crate::Error::Offline { wanted: format!("index of {}", redact(&entry.url)) });
            }
            Index::load(&file).map(Arc::new)
        };
        let index = cell(&self.cached, &entry.name).get_or_init(load).clone();
        index.map_err(|source| match source {
            crate::Error::Offline { .. } => source.into(),
            source => Error::NoIndex { name: entry.name.clone(), source: Box::new(source) },
        })
    }

    /// Finds the archive of a locked dependency in the index of its repository.
    ///
    /// # Errors
    /// The index has no such chart or version.
    pub fn job(&self, wanted: &Dependency, entry: &Entry) -> Result<Job, Error> {
        let index = self.cached(entry)?;
        let not_found = |reason: String| Error::NotFound { reason };
        let found = if entry.name.starts_with(UNMANAGED) {
            in_unmanaged(&index, wanted).map_err(not_found)?
        } else {
            in_managed(&index, wanted).map_err(|reason| not_found(reason.to_owned()))?
        };
        let first = found.urls.first().map(String::as_str).unwrap_or_default();
        let url = resolve_reference_url(&wanted.repository, first).map_err(|error| not_found(error.to_string()))?;
        let resolved = Resolved {
            name: wanted.name.clone(),
            version: found.metadata.version.clone(),
            digest: sha_256(&found.digest),
            url: url.clone(),
            repository: entry.url.clone(),
        };
        Ok(Job { resolved, connection: entry.connection(), address: redact(&url) })
    }
}

impl Run<'_> {
    /// Downloads the indexes of repositories in `repositories.yaml`.
    pub(super) fn refresh(&mut self, origins: &[Origin]) -> Result<(), Error> {
        let entries = match self.options.refresh {
            _ if self.fetcher.options.offline => return Ok(()),
            Refresh::None => return Ok(()),
            Refresh::All => self.indexes.repositories()?.entries.clone(),
            Refresh::Needed => {
                let managed = origins.iter().filter_map(|origin| match origin {
                    Origin::Managed(entry) => Some(entry.as_ref().clone()),
                    _ => None,
                });
                managed.collect()
            }
        };
        if entries.is_empty() {
            return Ok(());
        }
        self.say("Hang tight while we grab the latest from your chart repositories...")?;
        self.say_refreshed(&without_repeated(entries))?;
        self.say("Update Complete. ⎈Happy Helming!⎈")
    }

    /// Downloads the indexes of repositories that are not in `repositories.yaml`.
    pub(super) fn refresh_unmanaged(&mut self, required: &[Dependency], origins: &[Origin]) -> Result<(), Error> {
        if self.options.refresh == Refresh::None || self.fetcher.options.offline {
            return Ok(());
        }
        let unmanaged = required.iter().zip(origins).filter(|(_, origin)| **origin == Origin::Unmanaged);
        let mut entries: Vec<Entry> = Vec::new();
        for (one, _) in unmanaged {
            let entry = self.indexes.unmanaged(&one.repository);
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        if entries.is_empty() {
            return Ok(());
        }
        self.say("Getting updates for unmanaged Helm repositories...")?;
        self.say_refreshed(&entries)
    }

    fn say_refreshed(&mut self, entries: &[Entry]) -> Result<(), Error> {
        entries.iter().try_for_each(|entry| index_url(&entry.url).map(|_| ()))?;
        let lines = self.indexes.refresh(entries);
        lines.iter().try_for_each(|line| self.say(line))?;
        self.out.flush().map_err(|error| Error::Output(error.kind()))
    }
}

fn cell(cells: &Mutex<HashMap<String, Cell>>, name: &str) -> Cell {
    cells.lock().unwrap_or_else(PoisonError::into_inner).entry(name.to_owned()).or_default().clone()
}

/// Returns the line that Helm prints about a download.
pub(crate) fn line(entry: &Entry, error: Option<crate::Error>) -> String {
    let (is_unmanaged, url) = (entry.name.starts_with(UNMANAGED), redact(&entry.url));
    let shown = quote(if is_unmanaged { url.as_bytes() } else { entry.name.as_bytes() });
    match error {
        None => format!("...Successfully got an update from the {shown} chart repository"),
        Some(error) if is_unmanaged => {
            format!("...Unable to get an update from the {shown} chart repository:\n\t{error}")
        }
        Some(error) => format!("...Unable to get an update from the {shown} chart repository ({url}):\n\t{error}"),
    }
}

/// Keeps the last of several repositories with the same URL, as Helm does.
fn without_repeated(entries: Vec<Entry>) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::new();
    for entry in entries {
        let url = entry.url.trim_end_matches('/');
        match kept.iter_mut().find(|other| other.url.trim_end_matches('/') == url) {
            Some(other) => *other = entry,
            None => kept.push(entry),
        }
    }
    kept
}

fn in_managed<'i>(index: &'i Index, wanted: &Dependency) -> Result<&'i ChartVersion, &'static str> {
    let versions = index.entries.get(&wanted.name).ok_or("entry not found")?;
    let is_wanted = |version: &&ChartVersion| {
        !version.urls.is_empty() && (wanted.version.is_empty() || are_equal(&wanted.version, &version.metadata.version))
    };
    versions.iter().find(is_wanted).ok_or("no matching version")
}

fn are_equal(one: &str, other: &str) -> bool {
    match (Version::parse(one), Version::parse(other)) {
        (Err(_), _) => one == other,
        (Ok(one), Ok(other)) => one.order(&other).is_eq(),
        (Ok(_), Err(_)) => false,
    }
}

fn in_unmanaged<'i>(index: &'i Index, wanted: &Dependency) -> Result<&'i ChartVersion, String> {
    let Dependency { name, version, repository, .. } = wanted;
    let repository = redact(repository);
    let failed = |error: RepositoryError| format!("chart {name} not found in {repository}: {error}");
    let not_found = |_| {
        let (chart, version, repository) = (name.clone(), version.clone(), repository.clone());
        failed(RepositoryError::NotInRepository { chart, version, repository })
    };
    let (found, _) = index.get(name, version).map_err(not_found)?;
    if found.urls.is_empty() {
        return Err(failed(RepositoryError::NoUrls(format!("chart {}", quote(name.as_bytes())))));
    }
    Ok(found)
}

/// Returns a SHA-256 of an index; `None` if it is none, since Helm does not read it for dependencies.
fn sha_256(text: &str) -> Option<String> {
    let hex = text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase();
    (hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hex)
}
