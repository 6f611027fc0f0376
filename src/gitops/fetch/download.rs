//! Resolves and downloads charts: all of them in parallel, and each archive once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::wanted::{Use, Wanted};
use super::{FetchOptions, Update};
use crate::chart;
use crate::diagnostic::{Diagnostic, Failure, Sources, io_reason};
use crate::fetch::cache::parse_digest;
use crate::fetch::{self, Fetcher, Resolved};
use crate::gitops::FleetCode;
use crate::gitops::charts::{ChartKey, ChartStore, LOCK, Lock, LockedChart};
use crate::gitops::collect::{ClusterDiagnostics, Collected};
use crate::go::semver::Version;

/// What all downloads of a run share.
pub(super) struct Run<'a> {
    pub fetcher: &'a Fetcher,
    pub options: &'a FetchOptions<'a>,
    /// The old content of `charts.lock`.
    pub before: &'a Lock,
    /// Where archives of earlier runs are.
    pub store: ChartStore,
    /// The command line of this run, for help.
    pub command: String,
}

/// A version of a chart to download.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pick {
    name: String,
    repository: String,
    version: String,
    url: String,
    /// The SHA-256 that the archive must have.
    sha256: Option<String>,
    /// Whether `charts.lock` already had it.
    is_kept: bool,
}

/// Why a chart cannot be fetched, and what to do.
#[derive(Debug, Clone)]
struct Reason {
    code: FleetCode,
    text: String,
    help: Option<String>,
}

impl From<fetch::Error> for Reason {
    fn from(error: fetch::Error) -> Self {
        Reason { code: FleetCode::FetchFailed, text: error.to_string(), help: None }
    }
}

/// The SHA-256 and the path of an archive.
type Archive = (String, PathBuf);

impl Run<'_> {
    /// Returns the entries of the new `charts.lock`, sorted, with the path of each archive.
    pub fn all(&self, wanted: &Wanted, threads: &ThreadPool) -> Result<Vec<(LockedChart, PathBuf)>, Failure> {
        let keys: Vec<&ChartKey> = wanted.charts.keys().collect();
        let picks: Vec<Result<Pick, Reason>> = threads.install(|| keys.par_iter().map(|key| self.pick(key)).collect());
        let unique: std::collections::BTreeSet<&Pick> = picks.iter().flatten().collect();
        let archives: BTreeMap<&Pick, Result<Archive, Reason>> =
            threads.install(|| unique.into_par_iter().map(|pick| (pick, self.archive(pick))).collect());
        let mut found = ClusterDiagnostics::default();
        let mut charts = Vec::new();
        for ((key, uses), pick) in wanted.charts.iter().zip(&picks) {
            let result = pick.as_ref().map_err(Clone::clone);
            let result = result.and_then(|pick| match archives.get(pick) {
                Some(Ok(archive)) => Ok((pick, archive)),
                Some(Err(reason)) => Err(reason.clone()),
                None => Err(fetch::Error::Offline { wanted: key.name.clone() }.into()),
            });
            match result {
                Ok((pick, (sha256, path))) => {
                    let chart = locked(key, pick, sha256);
                    uses.iter().for_each(|one| self.check_digest(one, &chart, &mut found));
                    charts.push((chart, path.clone()));
                }
                Err(reason) => report(key, uses, reason, &mut found),
            }
        }
        let mut collected = Collected::default();
        collected.add(found);
        charts.sort();
        if collected.has_errors() { Err(collected.finish()) } else { Ok(charts) }
    }

    /// Chooses the version of a chart: the locked one if the apps still accept it, else the newest in the repository.
    fn pick(&self, key: &ChartKey) -> Result<Pick, Reason> {
        if let Some(kept) = self.before.kept(key).filter(|kept| !self.options.update.includes(&kept.name)) {
            let LockedChart { name, repository, resolved, url, sha256, .. } = kept.clone();
            return Ok(Pick { name, repository, version: resolved, url, sha256: Some(sha256), is_kept: true });
        }
        let Resolved { version, url, digest, .. } = self.fetcher.resolve(&self.request(key))?;
        if Version::parse(&version).is_err() {
            let text = format!("the repository has the version {version:?}, which is not a semantic version");
            return Err(Reason { code: FleetCode::FetchFailed, text, help: None });
        }
        let ChartKey { name, repository, .. } = key.clone();
        let sha256 = digest.as_deref().map(parse_digest).transpose()?;
        Ok(Pick { name, repository, version, url, sha256, is_kept: false })
    }

    fn request(&self, key: &ChartKey) -> fetch::Request {
        let ChartKey { name, repository, version } = key.clone();
        fetch::Request { chart: name, repository, version, devel: false, connection: self.options.connection.clone() }
    }

    /// Returns the archive of a version: from the vendored folder or the cache, else by a download.
    fn archive(&self, pick: &Pick) -> Result<Archive, Reason> {
        if let Some(archive) = self.stored(pick) {
            return Ok(archive);
        }
        let Pick { name, repository, version, url, sha256, .. } = pick.clone();
        let resolved = Resolved { name, version, url, digest: sha256, repository };
        let fetched = self.fetcher.fetch(&resolved, &self.options.connection, false);
        let fetched = fetched.map_err(|error| self.explain(pick, error))?;
        self.check_unchanged(pick, &fetched.digest)?;
        check_chart(pick, &fetched.archive)?;
        Ok((fetched.digest, fetched.archive))
    }

    /// Explains that a repository has another archive than `charts.lock`.
    fn explain(&self, pick: &Pick, error: fetch::Error) -> Reason {
        match &error {
            fetch::Error::WrongDigest { actual, .. } if pick.is_kept => {
                self.check_unchanged(pick, actual).err().unwrap_or_else(|| error.into())
            }
            _ => error.into(),
        }
    }

    /// Returns an archive of an earlier run, if it is the one that is wanted.
    fn stored(&self, pick: &Pick) -> Option<Archive> {
        let Pick { name, repository, version, url, sha256, .. } = pick.clone();
        let chart = LockedChart { name, repository, version: String::new(), resolved: version, url, sha256: sha256? };
        let (_, path) = self.store.read(&chart, &self.before.file_name(&chart)).ok()?;
        Some((chart.sha256, path))
    }

    /// Refuses another archive of a version that is locked, unless the user names the chart: repositories do not change
    /// what they have published.
    fn check_unchanged(&self, pick: &Pick, found: &str) -> Result<(), Reason> {
        let is_named = matches!(&self.options.update, Update::Named(_)) && self.options.update.includes(&pick.name);
        let same = |chart: &&LockedChart| {
            let key = (&chart.name, &chart.repository, &chart.resolved);
            key == (&pick.name, &pick.repository, &pick.version)
        };
        match self.before.charts.iter().find(same) {
            Some(chart) if chart.sha256 != found && !is_named => Err(Reason {
                code: FleetCode::ChartDigest,
                text: format!("the archive has changed: its SHA-256 is {found}, and `{LOCK}` has {}", chart.sha256),
                help: Some(format!(
                    "ask its publisher why; `{} --update {}` accepts the new archive",
                    self.command, pick.name
                )),
            }),
            _ => Ok(()),
        }
    }

    fn check_digest(&self, one: &Use, chart: &LockedChart, found: &mut ClusterDiagnostics) {
        if one.reference.sha256().is_some_and(|wanted| wanted != chart.sha256) {
            let text = format!("the archive of {} has another digest: `sha256:{}`", chart.title(), chart.sha256);
            let diagnostic = Diagnostic::error(FleetCode::ChartDigest, text).at(one.digest_location);
            let is_old = self.before.charts.iter().any(|old| old.sha256 == chart.sha256);
            let diagnostic = if is_old {
                diagnostic.help(format!("`{} --update {}` downloads it again", self.command, chart.name))
            } else {
                diagnostic
            };
            one.site.report(diagnostic, found);
        }
    }
}

fn locked(key: &ChartKey, pick: &Pick, sha256: &str) -> LockedChart {
    let ChartKey { name, repository, version } = key.clone();
    let url = without_credentials(&pick.url);
    LockedChart { name, repository, version, resolved: pick.version.clone(), url, sha256: sha256.to_owned() }
}

/// Refuses an archive that is not a chart.
fn check_chart(pick: &Pick, archive: &Path) -> Result<(), Reason> {
    let bytes = fs::read(archive).map_err(|error| {
        let text = format!("cannot read `{}`: {}", archive.display(), io_reason(&error));
        Reason { code: FleetCode::FetchFailed, text, help: None }
    })?;
    let loaded = chart::load_archive(&bytes, &format!("{}-{}.tgz", pick.name, pick.version), &mut Sources::default());
    loaded.map(drop).map_err(|diagnostics| {
        let text = diagnostics.first().map(Diagnostic::message).unwrap_or_default();
        Reason { code: FleetCode::FetchFailed, text, help: None }
    })
}

/// Reports a chart that cannot be fetched at the first app that names it.
fn report(key: &ChartKey, uses: &[Use], reason: Reason, found: &mut ClusterDiagnostics) {
    let Some(first) = uses.first() else { return };
    let ChartKey { name, repository, version } = key;
    let text = format!("cannot fetch the chart `{name}` `{version}` of {repository}: {}", reason.text);
    let mut diagnostic = Diagnostic::error(reason.code, text).at(first.site.location);
    diagnostic.help.extend(reason.help);
    if repository.starts_with("oci://") && repository.trim_end_matches('/').ends_with(&format!("/{name}")) {
        diagnostic = diagnostic.help(format!("`repository` must not end with the name of the chart: remove `/{name}`"));
    }
    if uses.len() > 1 {
        diagnostic = diagnostic.help(format!("{} apps name this chart", uses.len()));
    }
    first.site.report(diagnostic, found);
}

/// Removes the user name and the password from a URL: an index may have them, and `charts.lock` is in Git.
fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    // `oci://host/path@sha256:...` has no `@` in its host.
    format!("{scheme}://{}{path}", host.rsplit_once('@').map_or(host, |(_, host)| host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_in_the_lock_have_no_credentials() {
        for (url, expected) in [
            ("https://user:pass@h.example.com/a@b.tgz", "https://h.example.com/a@b.tgz"),
            ("https://h.example.com/a.tgz", "https://h.example.com/a.tgz"),
            ("oci://h:5000/charts/web:1.0.0", "oci://h:5000/charts/web:1.0.0"),
        ] {
            assert_eq!(without_credentials(url), expected);
        }
    }
}
