//! Finds out where each dependency comes from, by its `repository`.

use mkmanifests_chart::Dependency;
use mkmanifests_go::url;

use super::{Error, Run, local};
use crate::repository::{Entry, Repositories, urls_equal};

/// Where a dependency comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A folder in `charts/`: the dependency names no repository.
    Charts,
    /// A folder that is packed: `file://...`.
    Folder,
    /// A registry: `oci://...`.
    Registry,
    /// A repository in `repositories.yaml`.
    Managed(Box<Entry>),
    /// A repository that only the chart knows.
    Unmanaged,
}

impl Origin {
    /// Returns the origin of a dependency that names no repository in `repositories.yaml`; `None` if it may.
    fn of_address(dependency: &Dependency) -> Option<Origin> {
        match dependency.repository.as_str() {
            "" => Some(Origin::Charts),
            address if address.starts_with("file://") => Some(Origin::Folder),
            address if address.starts_with("oci://") => Some(Origin::Registry),
            _ => None,
        }
    }

    /// Returns the origin of a locked dependency, whose repository is a URL.
    pub(super) fn of_locked(dependency: &Dependency, repositories: &Repositories) -> Origin {
        if let Some(origin) = Origin::of_address(dependency) {
            return origin;
        }
        let address = dependency.repository.trim_end_matches('/');
        let entry = repositories.entries.iter().find(|entry| urls_equal(&entry.url, address));
        entry.map_or(Origin::Unmanaged, |entry| Origin::Managed(Box::new(entry.clone())))
    }
}

impl Run<'_> {
    /// Returns the origin of each dependency, and replaces the names of repositories (`@name`, `alias:name`) by their
    /// URLs.
    ///
    /// # Errors
    /// Repositories that are neither URLs nor known by their name; a `file://` folder that does not exist.
    pub(super) fn resolve_names(&mut self, required: &mut [Dependency]) -> Result<Vec<Origin>, Error> {
        let repositories = self.indexes.repositories()?;
        let (mut origins, mut missing) = (Vec::new(), Vec::new());
        for one in required {
            if one.repository.starts_with("file://") {
                local::path(&one.repository, self.folder)?;
                if self.options.debug {
                    self.say(format_args!("Repository from local path: {}", one.repository))?;
                }
            }
            let origin = Origin::of_address(one).or_else(|| by_name(one, repositories));
            if origin.is_none() && !is_url(&one.repository) {
                missing.push(one.repository.clone());
            }
            origins.push(origin.unwrap_or(Origin::Unmanaged));
        }
        if missing.is_empty() { Ok(origins) } else { Err(Error::UnknownRepositories { missing }) }
    }

    /// Replaces the names of repositories that are not in `repositories.yaml` by the URLs in the lock, which lists the
    /// dependencies in the same order.
    pub(super) fn replace_unknown_names(
        &self,
        required: &mut [Dependency],
        locked: &[Dependency],
    ) -> Result<(), Error> {
        let repositories = self.indexes.repositories()?;
        for (one, locked) in required.iter_mut().zip(locked) {
            let is_known = |name| repositories.get(name).is_some();
            if one.name == locked.name && name_of(&one.repository).is_some_and(|name| !is_known(name)) {
                one.repository.clone_from(&locked.repository);
            }
        }
        Ok(())
    }

    /// Returns where the locked dependencies come from.
    ///
    /// # Errors
    /// Repositories that are not in `repositories.yaml`; if those are allowed, the ones that are not URLs.
    pub(super) fn locked_origins(&self, locked: &[Dependency]) -> Result<Vec<Origin>, Error> {
        let repositories = self.indexes.repositories()?;
        let origins: Vec<Origin> = locked.iter().map(|one| Origin::of_locked(one, repositories)).collect();
        let is_allowed = |one: &Dependency| self.options.allow_unmanaged && is_url(&one.repository);
        let unmanaged = locked.iter().zip(&origins).filter(|(_, origin)| **origin == Origin::Unmanaged);
        let missing = unmanaged.map(|(one, _)| one).filter(|one| !is_allowed(one));
        let missing: Vec<String> = missing.map(|one| one.repository.clone()).collect();
        if missing.is_empty() { Ok(origins) } else { Err(Error::NoRepositories { missing }) }
    }
}

/// Finds the repository that a dependency names or whose URL it has.
fn by_name(dependency: &mut Dependency, repositories: &Repositories) -> Option<Origin> {
    let address = &dependency.repository;
    let name = name_of(address);
    let is_it = |entry: &&Entry| name == Some(&*entry.name) || urls_equal(&entry.url, address);
    let entry = repositories.entries.iter().find(is_it)?.clone();
    if name == Some(&*entry.name) {
        dependency.repository.clone_from(&entry.url);
    }
    Some(Origin::Managed(Box::new(entry)))
}

/// Returns the name in `@name` and `alias:name`.
fn name_of(address: &str) -> Option<&str> {
    address.strip_prefix('@').or_else(|| address.strip_prefix("alias:"))
}

/// Returns whether Go's `url.ParseRequestURI` accepts a text.
fn is_url(text: &str) -> bool {
    url::parse(text.as_bytes()).is_ok_and(|url| !url.scheme.is_empty() || text.starts_with('/'))
}
