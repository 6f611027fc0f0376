//! Chooses the version of each dependency.

use mkmanifests_chart::Dependency;
use mkmanifests_go::semver::{Constraints, Version};

use super::names::Origin;
use super::{Error, Run, error, local};
use crate::repository::Index;

impl Run<'_> {
    /// Returns what `Chart.lock` lists: each dependency with the newest version that its constraint allows.
    ///
    /// # Errors
    /// Invalid constraints, folders or charts that do not exist, and all dependencies that no version matches.
    pub(super) fn resolve(&self, required: &[Dependency], origins: &[Origin]) -> Result<Vec<Dependency>, Error> {
        let (mut locked, mut missing) = (Vec::new(), Vec::new());
        for (one, origin) in required.iter().zip(origins) {
            match self.version(one, origin)? {
                Some(version) => locked.push(Dependency {
                    name: one.name.clone(),
                    repository: one.repository.clone(),
                    version,
                    ..Dependency::default()
                }),
                None => missing.push(error::Dependency {
                    name: one.name.clone(),
                    repository: one.repository.clone(),
                    version: one.version.clone(),
                }),
            }
        }
        if missing.is_empty() { Ok(locked) } else { Err(Error::NoVersions { missing }) }
    }

    /// Returns the version that a dependency is locked to; `None` if none matches.
    fn version(&self, wanted: &Dependency, origin: &Origin) -> Result<Option<String>, Error> {
        let constraint = local::constraint(wanted, true)?;
        match origin {
            Origin::Charts => {
                local::path(&format!("charts/{}", wanted.name), self.folder)?;
                Ok(Some(wanted.version.clone()))
            }
            Origin::Folder => {
                let chart = local::load_folder(&local::path(&wanted.repository, self.folder)?, "")?;
                let found = chart.metadata.version;
                Ok(is_allowed(&constraint, &found).then_some(found))
            }
            Origin::Registry => self.tag(wanted).map(Some),
            Origin::Managed(entry) => newest(&*self.indexes.cached(entry)?, wanted, &constraint),
            Origin::Unmanaged => {
                let entry = self.indexes.unmanaged(&wanted.repository);
                newest(&*self.indexes.cached(&entry)?, wanted, &constraint)
            }
        }
    }

    /// Returns the tag of a chart in a registry. The tags are listed only if the version is not an exact one.
    fn tag(&self, wanted: &Dependency) -> Result<String, Error> {
        if Version::parse(&wanted.version).is_ok() {
            return Ok(wanted.version.clone());
        }
        let url = format!("{}/{}", wanted.repository, wanted.name);
        let settings = &self.fetcher.settings;
        if self.fetcher.options.offline {
            return Err(crate::Error::Offline { wanted: format!("{url} {}", wanted.version) }.into());
        }
        let resolved = crate::oci::resolve(settings, &self.options.connection, &url, &wanted.version);
        let failed = |source| Error::NoTags { repository: wanted.repository.clone(), source: Box::new(source) };
        Ok(resolved.map_err(failed)?.version)
    }
}

/// Returns the first version of an index that matches; they are in descending order.
fn newest(index: &Index, wanted: &Dependency, constraint: &Constraints) -> Result<Option<String>, Error> {
    let Some(versions) = index.entries.get(&wanted.name) else {
        return Err(Error::NoChart { name: wanted.name.clone(), repository: wanted.repository.clone() });
    };
    let mut usable = versions.iter().filter(|version| !version.urls.is_empty());
    let found = usable.find(|version| is_allowed(constraint, &version.metadata.version));
    Ok(found.map(|found| found.metadata.version.clone()))
}

fn is_allowed(constraint: &Constraints, version: &str) -> bool {
    Version::parse(version).is_ok_and(|version| constraint.check(&version))
}
