//! Renders the objects: a service account, a ConfigMap with the script and the policies, and the Job that runs the script.

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::api::core::v1::{ConfigMap, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use sha2::{Digest, Sha256};

use super::plan::{self, Step};
use super::pod;
use super::script::{self, Target};
use super::values::VaultConfigValues;
use crate::components::Built;
use crate::components::irsa::service_account;
use crate::release::Release;
use crate::tree::SerializeError;

/// Why objects cannot be rendered from values that passed the rules: a bug of this program.
#[derive(Debug)]
pub(super) enum Error {
    Serialize(SerializeError),
    Template(minijinja::Error),
    Json(serde_json::Error),
}

impl From<SerializeError> for Error {
    fn from(error: SerializeError) -> Self {
        Error::Serialize(error)
    }
}

impl From<minijinja::Error> for Error {
    fn from(error: minijinja::Error) -> Self {
        Error::Template(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Json(error)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Serialize(error) => error.fmt(f),
            Error::Template(error) => error.fmt(f),
            Error::Json(error) => error.fmt(f),
        }
    }
}

/// Renders all objects.
pub(super) fn objects(values: &VaultConfigValues, release: &Release) -> Result<Vec<Built>, Error> {
    let mut list = Vec::with_capacity(3);
    let account = values.service_account.name.as_deref().unwrap_or(&release.name);
    if values.service_account.create {
        let annotations = &values.service_account.annotations;
        let mut object = service_account(&release.namespace, account, labels(release), None, annotations);
        // No pod of the account needs the API server; the Job mounts a token for Vault.
        object.automount_service_account_token = Some(false);
        list.push(Built::of("service-account", object)?);
    }
    let files = files(values, release)?;
    let spec = job_spec(values, release, account);
    let name = format!("{}-{}", release.name, content_hash(&files, &spec)?);
    list.push(Built::of("config-map", config_map(release, files))?);
    let metadata = ObjectMeta { name: Some(name), ..metadata(release) };
    list.push(Built::of("job", Job { metadata, spec: Some(spec), ..Job::default() })?);
    Ok(list)
}

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>
fn labels(release: &Release) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("app.kubernetes.io/instance".to_owned(), release.name.clone()),
        ("app.kubernetes.io/managed-by".to_owned(), "mkmanifests".to_owned()),
        ("app.kubernetes.io/name".to_owned(), "vault-config".to_owned()),
    ])
}

fn metadata(release: &Release) -> ObjectMeta {
    ObjectMeta {
        name: Some(release.name.clone()),
        namespace: Some(release.namespace.clone()),
        labels: Some(labels(release)),
        ..ObjectMeta::default()
    }
}

fn files(values: &VaultConfigValues, release: &Release) -> Result<BTreeMap<String, String>, Error> {
    let mut files = BTreeMap::from([(pod::SCRIPT.to_owned(), script::script(values, release, Target::Job)?)]);
    for step in plan::steps(values)? {
        if let Step::Policy { name, text } = step {
            files.insert(script::policy_file(&name), text + "\n");
        }
    }
    Ok(files)
}

fn config_map(release: &Release, files: BTreeMap<String, String>) -> ConfigMap {
    let metadata = ObjectMeta { name: Some(pod::config_map_name(release)), ..metadata(release) };
    ConfigMap { metadata, data: Some(files), ..ConfigMap::default() }
}

fn job_spec(values: &VaultConfigValues, release: &Release, account: &str) -> JobSpec {
    let job = &values.job;
    let mut labels = labels(release);
    labels.extend(job.pod_labels.clone());
    let annotations = Some(job.pod_annotations.clone()).filter(|annotations| !annotations.is_empty());
    JobSpec {
        backoff_limit: Some(job.backoff_limit.into()),
        active_deadline_seconds: Some(job.active_deadline_seconds.into()),
        ttl_seconds_after_finished: job
            .ttl_seconds_after_finished
            .map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)),
        template: PodTemplateSpec {
            metadata: Some(ObjectMeta { labels: Some(labels), annotations, ..ObjectMeta::default() }),
            spec: Some(pod::spec(values, release, account)),
        },
        ..JobSpec::default()
    }
}

/// Returns ten hexadecimal digits of a hash of everything that a run depends on. The pod template of a Job is immutable, so that a
/// changed Job needs a new name. `kubectl apply` does not touch an unchanged one.
fn content_hash(files: &BTreeMap<String, String>, spec: &JobSpec) -> Result<String, serde_json::Error> {
    let digest = Sha256::digest(serde_json::to_vec(&(files, spec))?);
    Ok(digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect())
}
