//! Downloads the archives of locked dependencies, all at once, and reports them in their order.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use mkmanifests_chart::{Dependency, Times, pack};

use super::jobs::{Downloads, Job};
use super::names::Origin;
use super::place::{self, Content};
use super::{Error, Run, Verify, local};
use crate::{Fetched, Resolved, provenance};

/// What is done for one dependency.
enum Step {
    /// The folder in `charts/` is checked.
    Check,
    /// A folder is packed.
    Pack,
    /// The archive of a job is taken. `is_repeated` is whether Helm would have it already.
    Take { job: usize, is_repeated: bool },
    /// No archive is found.
    Fail(Error),
}

/// Why the loop over the dependencies ends early.
enum Stop {
    /// An error that Helm only returns.
    Returned(Error),
    /// An error that Helm also prints as one of saving.
    Printed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Returned(error)
    }
}

impl Run<'_> {
    /// Downloads or packs all dependencies and moves them into `charts/`. Sets the versions of packed folders.
    ///
    /// # Errors
    /// The first dependency that fails. `charts/` is then as it was.
    pub(super) fn download(&mut self, locked: &mut [Dependency], origins: &[Origin]) -> Result<(), Error> {
        place::check(&self.folder.join("charts"))?;
        self.say(format_args!("Saving {} charts", locked.len()))?;
        let (steps, jobs) = self.plan(locked, origins);
        let downloads = Downloads::new(self.fetcher, &jobs, self.options.verify != Verify::Never);
        let files = std::thread::scope(|scope| {
            downloads.start(scope);
            let files = self.collect(locked, steps, &jobs, &downloads);
            downloads.stop();
            files
        });
        match files {
            Ok(files) => self.place(&files, locked),
            Err(Stop::Returned(error)) => Err(error),
            Err(Stop::Printed(error)) => {
                // Helm writes two spaces.
                self.say(format_args!("Save error occurred:  {error}"))?;
                Err(error)
            }
        }
    }

    /// Decides what is done for each dependency, up to the first that cannot be found, and which archives that needs.
    fn plan(&self, locked: &[Dependency], origins: &[Origin]) -> (Vec<Step>, Vec<Job>) {
        let (mut steps, mut jobs) = (Vec::new(), Vec::<Job>::new());
        for (one, origin) in locked.iter().zip(origins) {
            let job = match origin {
                Origin::Charts => {
                    steps.push(Step::Check);
                    continue;
                }
                Origin::Folder => {
                    steps.push(Step::Pack);
                    continue;
                }
                Origin::Registry => Ok(self.job_of_registry(one)),
                Origin::Managed(entry) => self.indexes.job(one, entry),
                Origin::Unmanaged => self.indexes.job(one, &self.indexes.unmanaged(&one.repository)),
            };
            match job {
                Ok(job) => {
                    let known = jobs.iter().position(|other| other.resolved.url == job.resolved.url);
                    // Helm pulls an archive of a registry again.
                    let is_repeated = known.is_some() && *origin != Origin::Registry;
                    steps.push(Step::Take { job: known.unwrap_or(jobs.len()), is_repeated });
                    if known.is_none() {
                        jobs.push(job);
                    }
                }
                Err(error) => {
                    steps.push(Step::Fail(error));
                    break;
                }
            }
        }
        (steps, jobs)
    }

    fn job_of_registry(&self, wanted: &Dependency) -> Job {
        let resolved = Resolved {
            name: wanted.name.clone(),
            version: wanted.version.clone(),
            url: format!("{}/{}:{}", wanted.repository, wanted.name, wanted.version),
            digest: None,
            repository: wanted.repository.clone(),
        };
        Job {
            resolved,
            connection: self.options.connection.clone(),
            address: format!("{}/{}", wanted.repository, wanted.name),
        }
    }

    /// Waits for the archives in their order, and says what Helm says about each.
    fn collect(
        &mut self,
        locked: &mut [Dependency],
        steps: Vec<Step>,
        jobs: &[Job],
        downloads: &Downloads<'_>,
    ) -> Result<BTreeMap<String, Content>, Stop> {
        let mut files = BTreeMap::new();
        for (one, step) in locked.iter_mut().zip(steps) {
            let Dependency { name, repository, .. } = &*one;
            match step {
                Step::Check => {
                    self.say(format_args!(
                        "Dependency {name} did not declare a repository. Assuming it exists in the charts directory"
                    ))?;
                    local::check_in_charts(&self.folder.join("charts"), one).map_err(|error| match error {
                        Error::OtherVersion { .. } => Stop::Printed(error),
                        error => Stop::Returned(error),
                    })?;
                }
                Step::Pack => {
                    if self.options.debug {
                        self.say(format_args!("Archiving {name} from repo {repository}"))?;
                    }
                    let (version, file, content) = self.pack(one).map_err(Stop::Printed)?;
                    one.version = version;
                    files.insert(file, content);
                }
                Step::Take { is_repeated: true, .. } => {
                    self.say(format_args!("Already downloaded {name} from repo {repository}"))?;
                }
                Step::Take { job, .. } => {
                    self.say(format_args!("Downloading {name} from repo {repository}"))?;
                    let failed = |source| Error::Download { url: jobs[job].address.clone(), source: Box::new(source) };
                    let fetched = downloads.wait(job).map_err(failed).map_err(Stop::Printed)?;
                    self.take(&fetched, &jobs[job]).map_err(Stop::Printed)?;
                    files.insert(fetched.file_name, Content::Cached(fetched.archive));
                }
                Step::Fail(error) => return Err(Stop::Printed(error)),
            }
        }
        Ok(files)
    }

    /// Reports a download and verifies its signature.
    fn take(&mut self, fetched: &Fetched, job: &Job) -> Result<(), Error> {
        if let Some(origin) = &fetched.pulled {
            self.say(origin.to_string().trim_end_matches('\n'))?;
        }
        let failed = |source| Error::Download { url: job.address.clone(), source: Box::new(source) };
        match (self.options.verify, &fetched.provenance) {
            (Verify::Never, _) => Ok(()),
            (_, Some(provenance)) => self.verify(fetched, provenance).map_err(failed),
            (Verify::IfPossible, None) => {
                let reason = fetched.provenance_error.as_ref().map(ToString::to_string).unwrap_or_default();
                self.say(format_args!("WARNING: Verification not found for {}: {reason}", job.address))
            }
            (Verify::Always, None) => {
                Err(failed(crate::Error::NoProvenance { url: format!("{}.prov", job.resolved.url) }))
            }
        }
    }

    /// Verifies an archive with its provenance file and the public keys.
    fn verify(&self, fetched: &Fetched, provenance: &[u8]) -> Result<(), crate::Error> {
        let archive = &fetched.archive;
        let data = std::fs::read(archive).map_err(|error| crate::Error::file("open", archive, &error))?;
        provenance::verify(&data, &fetched.file_name, provenance, &self.options.keyring)?;
        Ok(())
    }

    /// Packs the folder of a `file://` dependency. Returns its version, and the name and content of the archive.
    fn pack(&self, wanted: &Dependency) -> Result<(String, String, Content), Error> {
        let chart = local::load_for_packing(self.folder, wanted)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_secs()).unwrap_or_default();
        let times = Times { source_date_epoch: self.options.source_date_epoch, now };
        let failed = |diagnostic| Error::Chart { context: String::new(), diagnostics: vec![diagnostic] };
        let archive = pack(&chart, times).map_err(failed)?;
        Ok((chart.metadata.version.clone(), archive.file_name, Content::Packed(archive.data)))
    }
}
