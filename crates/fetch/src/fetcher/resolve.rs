//! Finds the version and the address of a chart, with Helm's rules and errors.

use std::sync::Arc;

use mkmanifests_go::quote::quote;
use mkmanifests_go::url;

use super::{Fetcher, Request, Resolved};
use crate::cache::parse_digest;
use crate::http::{Connection, redact};
use crate::repository::{
    ChartVersion, Entry, Index, Repositories, RepositoryError, cache_file, download_index, file_name, index_url,
    parse_downloaded, resolve_reference_url,
};
use crate::{Error, oci};

/// The range of `--devel`: also pre-releases.
const DEVEL: &str = ">0.0.0-0";

pub(super) fn resolve(fetcher: &Fetcher, request: &Request) -> Result<Resolved, Error> {
    let version = match request.version.trim() {
        "" if request.devel => DEVEL,
        version => version,
    };
    let chart = request.chart.trim();
    if request.repository.starts_with("oci://") {
        let reference = format!("{}/{chart}", request.repository.trim_end_matches('/'));
        return registry(fetcher, &reference, version, &request.connection);
    }
    if !request.repository.is_empty() {
        return in_repository(fetcher, request, chart, version);
    }
    if chart.starts_with("oci://") {
        return registry(fetcher, chart, version, &request.connection);
    }
    let parsed = url::parse(chart.as_bytes()).map_err(|_| RepositoryError::Url(redact(chart)))?;
    if !parsed.scheme.is_empty() && !parsed.host.is_empty() && !parsed.path.is_empty() {
        let (name, url) = (file_name(chart)?, chart.to_owned());
        return Ok(Resolved { name, version: String::new(), repository: url.clone(), url, digest: None });
    }
    let path = String::from_utf8_lossy(&parsed.path).into_owned();
    let Some((repository, name)) = path.split_once('/') else {
        return Err(RepositoryError::Reference(redact(chart)).into());
    };
    named(fetcher, repository, name, version, chart)
}

/// A chart of a repository that was added under a name: in the index that was downloaded last.
fn named(fetcher: &Fetcher, repository: &str, name: &str, version: &str, chart: &str) -> Result<Resolved, Error> {
    let settings = &fetcher.settings;
    let repositories = Repositories::load(&settings.repository_config)?.unwrap_or_default();
    let entry = repositories.get(repository).ok_or_else(|| RepositoryError::Unknown(repository.to_owned()))?;
    if entry.url.is_empty() {
        return Err(RepositoryError::NoUrl(repository.to_owned()).into());
    }
    index_url(&entry.url)?;
    let index = cached_index(fetcher, entry)?;
    let found = index.get(name, version).map_err(|error| {
        let name = quote(name.as_bytes());
        let context =
            format!("chart {name} matching {version} not found in {repository} index. (try 'helm repo update')");
        Error::from(error).context(context)
    })?;
    fetcher.warn(found.1);
    let no_urls = format!("chart {}", quote(chart.as_bytes()));
    let resolved = resolved(found.0, &entry.url, no_urls, |_| RepositoryError::Url(chart.to_owned()).into())?;
    let digest = resolved.digest.as_deref().map(parse_digest).transpose()?;
    Ok(Resolved { digest, ..resolved })
}

/// Reads the index of a repository in the repository cache, once per run unless it changes.
fn cached_index(fetcher: &Fetcher, entry: &Entry) -> Result<Arc<Index>, Error> {
    let file = cache_file(&fetcher.settings.repository_cache, &entry.name)?;
    let metadata = std::fs::metadata(&file).ok();
    let state = metadata.map(|metadata| (metadata.modified().ok(), metadata.len()));
    let key = (format!("{} {state:?}", file.display()), Connection::default());
    fetcher.indexes.get(key, || {
        let index =
            Index::load(&file).map_err(|error| error.context("no cached repo found. (try 'helm repo update')"))?;
        fetcher.warn(index.warnings.clone());
        Ok(Arc::new(index))
    })
}

/// A chart of the repository that `--repo` names.
fn in_repository(fetcher: &Fetcher, request: &Request, chart: &str, version: &str) -> Result<Resolved, Error> {
    let repository = request.repository.as_str();
    let index = fetcher.index(repository, &request.connection)?;
    let not_found = |_| RepositoryError::NotInRepository {
        chart: chart.to_owned(),
        version: version.to_owned(),
        repository: redact(repository),
    };
    let (found, warning) = index.get(chart, version).map_err(not_found)?;
    fetcher.warn(warning);
    let no_urls = crate::repository::chart_text(chart, version);
    let resolved = resolved(found, repository, no_urls, |error| error.context("failed to make chart URL absolute"))?;
    // Helm ignores the digest here.
    let digest = resolved.digest.as_deref().and_then(|digest| parse_digest(digest).ok());
    Ok(Resolved { digest, ..resolved })
}

/// Downloads an index, or takes that of the last run.
pub(super) fn index(fetcher: &Fetcher, repository: &str, connection: &Connection) -> Result<Arc<Index>, Error> {
    index_url(repository)?;
    let download = || {
        let bytes = match fetcher.options.offline {
            true => fetcher.cache.index(repository).ok_or_else(|| Error::Offline { wanted: redact(repository) })?,
            false => download_index(&fetcher.client(connection)?, repository, connection)?,
        };
        let index = parse_downloaded(&bytes, repository)?;
        if !fetcher.options.offline {
            fetcher.cache.put_index(repository, &bytes)?;
        }
        Ok(index)
    };
    let index: Index = download().map_err(|error: Error| match error {
        error @ Error::Offline { .. } => error,
        error => {
            let repository = quote(redact(repository).as_bytes());
            error.context(format!("looks like {repository} is not a valid chart repository or cannot be reached"))
        }
    })?;
    fetcher.warn(index.warnings.clone());
    Ok(Arc::new(index))
}

fn resolved(
    found: &ChartVersion,
    repository: &str,
    no_urls: String,
    invalid: impl FnOnce(Error) -> Error,
) -> Result<Resolved, Error> {
    let reference = found.urls.first().ok_or(RepositoryError::NoUrls(no_urls))?;
    let url = resolve_reference_url(repository, reference).map_err(invalid)?;
    Ok(Resolved {
        name: found.metadata.name.clone(),
        version: found.metadata.version.clone(),
        url,
        digest: (!found.digest.is_empty()).then(|| found.digest.clone()),
        repository: repository.to_owned(),
    })
}

/// A chart in a registry. `--offline` knows the answers of earlier runs.
fn registry(fetcher: &Fetcher, reference: &str, version: &str, connection: &Connection) -> Result<Resolved, Error> {
    let key = format!("resolve {reference} {version}");
    if fetcher.options.offline {
        let wanted = if version.is_empty() { reference.to_owned() } else { format!("{reference} {version}") };
        return fetcher.cache.record(&key).ok_or(Error::Offline { wanted });
    }
    let resolved = oci::resolve(&fetcher.settings, connection, reference, version)?;
    fetcher.cache.put_record(&key, &resolved)?;
    Ok(resolved)
}
