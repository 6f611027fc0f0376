//! Merges the settings of a suite into its jobs.

use std::cmp::Ordering;

use mkmanifests_go::semver::Version;

use super::document::{Decoded, DecodedJob, Settings};
use super::{Job, Options, Suite};

/// Returns the suite with its jobs, which have all settings.
pub(super) fn suite(decoded: Decoded, file: &str, options: &Options<'_>) -> Suite {
    let Decoded { mut suite, mut settings, minimum_version, jobs } = decoded;
    file.clone_into(&mut suite.file);
    suite.is_rendered = options.is_rendered;
    if !minimum_version.is_empty() && !is_met(options.version, &minimum_version) {
        settings.skip_reason = format!(
            "Test suite requires minimum unittest plugin version {minimum_version}, but current version is {}",
            options.version
        );
    }
    let is_skipped = |job: &Option<DecodedJob>| job.as_ref().is_some_and(|job| !job.settings.skip_reason.is_empty());
    if settings.skip_reason.is_empty() && !jobs.is_empty() && jobs.iter().all(is_skipped) {
        suite.skip_reason = "all tests are skipped".to_owned();
    } else {
        suite.skip_reason.clone_from(&settings.skip_reason);
    }
    suite.jobs = jobs.into_iter().flatten().map(|decoded| job(decoded, &settings, &suite)).collect();
    suite
}

/// Returns whether a version is at least the minimum. What is not a version does not meet it.
fn is_met(version: &str, minimum: &str) -> bool {
    let versions = Version::parse(version).ok().zip(Version::parse(minimum).ok());
    versions.is_some_and(|(version, minimum)| version.order(&minimum) != Ordering::Less)
}

fn job(decoded: DecodedJob, suite_settings: &Settings, suite: &Suite) -> Job {
    let DecodedJob { mut job, settings: own, has_no_api_versions } = decoded;
    let or = |own: String, of_suite: &String| if own.is_empty() { of_suite.clone() } else { own };
    job.release = own.release;
    job.release.name = or(job.release.name, &suite_settings.release.name);
    job.release.namespace = or(job.release.namespace, &suite_settings.release.namespace);
    if job.release.revision == 0 {
        job.release.revision = suite_settings.release.revision;
    }
    job.release.is_upgrade |= suite_settings.release.is_upgrade;
    job.chart.version = or(own.chart.version, &suite_settings.chart.version);
    job.chart.app_version = or(own.chart.app_version, &suite_settings.chart.app_version);
    job.capabilities = own.capabilities;
    let shared = &suite_settings.capabilities;
    job.capabilities.major_version = or(job.capabilities.major_version, &shared.major_version);
    job.capabilities.minor_version = or(job.capabilities.minor_version, &shared.minor_version);
    if !has_no_api_versions {
        job.capabilities.api_versions.extend_from_slice(&shared.api_versions);
    }
    job.kubernetes_provider = own.provider;
    job.kubernetes_provider.objects.extend(suite_settings.provider.objects.iter().cloned());
    // Kinds of the suite win, although the job is closer.
    let shared = &suite_settings.provider.scheme;
    job.kubernetes_provider.scheme.extend(shared.iter().map(|(name, kind)| (name.clone(), kind.clone())));
    job.skip_reason = or(suite_settings.skip_reason.clone(), &own.skip_reason);
    job.cluster = or(own.cluster, &suite_settings.cluster);
    if job.include.is_none() {
        job.include.clone_from(&suite.include);
    }
    if job.post_renderer.is_none() {
        job.post_renderer.clone_from(&suite.post_renderer);
    }
    job
}
