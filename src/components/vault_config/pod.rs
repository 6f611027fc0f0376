//! Renders the pod of the Job: its privileges, and its token for Vault.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Capabilities, ConfigMapVolumeSource, Container, EmptyDirVolumeSource, EnvVar, KeyToPath, PodSecurityContext,
    PodSpec, ProjectedVolumeSource, SeccompProfile, SecretVolumeSource, SecurityContext, ServiceAccountTokenProjection,
    Volume, VolumeMount, VolumeProjection,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::script::{CONFIG_FOLDER, TOKEN_FILE};
use super::values::{CaCert, VaultConfigValues};
use crate::components::ray::values::PullPolicy;
use crate::release::Release;

/// The key of the script in the ConfigMap.
pub(super) const SCRIPT: &str = "apply.sh";
/// Where the certificate authority is mounted.
const CA_FOLDER: &str = "/etc/vault-ca";
const CA_FILE: &str = "ca.crt";
/// The default key of the token in the Secret.
const TOKEN_KEY: &str = "token";
/// The lifetime of the service account's token: the shortest that Kubernetes allows.
const TOKEN_SECONDS: i64 = 600;
/// Only the group of the container can read the volume.
const SECRET_MODE: i32 = 0o440;

/// Returns the name of the ConfigMap. It is not the release's name, since Vault's own chart has a ConfigMap `vault-config`.
pub(super) fn config_map_name(release: &Release) -> String {
    format!("{}-script", release.name)
}

pub(super) fn spec(values: &VaultConfigValues, release: &Release, account: &str) -> PodSpec {
    let job = &values.job;
    PodSpec {
        service_account_name: Some(account.to_owned()),
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        // A failed run keeps its log; the Job creates another pod.
        restart_policy: Some("Never".to_owned()),
        image_pull_secrets: list(&job.image_pull_secrets),
        containers: vec![container(values)],
        volumes: Some(volumes(values, release)),
        node_selector: Some(job.node_selector.clone()).filter(|labels| !labels.is_empty()),
        tolerations: list(&job.tolerations),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(job.run_as_user.into()),
            run_as_group: Some(job.run_as_user.into()),
            fs_group: Some(job.run_as_user.into()),
            seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), ..SeccompProfile::default() }),
            ..PodSecurityContext::default()
        }),
        ..PodSpec::default()
    }
}

fn list<T: Clone>(items: &[T]) -> Option<Vec<T>> {
    (!items.is_empty()).then(|| items.to_vec())
}

fn container(values: &VaultConfigValues) -> Container {
    let job = &values.job;
    Container {
        name: "vault-config".to_owned(),
        image: Some(job.image.clone()),
        image_pull_policy: job.image_pull_policy.map(PullPolicy::as_str).map(str::to_owned),
        command: Some(vec!["/bin/sh".to_owned(), format!("{CONFIG_FOLDER}/{SCRIPT}")]),
        env: Some(environment(values)),
        resources: job.resources.clone(),
        volume_mounts: Some(mounts(values)),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), add: None }),
            read_only_root_filesystem: Some(true),
            ..SecurityContext::default()
        }),
        ..Container::default()
    }
}

fn environment(values: &VaultConfigValues) -> Vec<EnvVar> {
    let variable =
        |name: &str, value: &str| EnvVar { name: name.to_owned(), value: Some(value.to_owned()), value_from: None };
    let mut list = vec![variable("HOME", "/tmp"), variable("VAULT_ADDR", &values.vault.address)];
    if let Some(namespace) = &values.vault.namespace {
        list.push(variable("VAULT_NAMESPACE", namespace));
    }
    if has_ca(&values.vault.ca_cert) {
        list.push(variable("VAULT_CACERT", &format!("{CA_FOLDER}/{CA_FILE}")));
    }
    list
}

fn has_ca(ca: &CaCert) -> bool {
    ca.config_map_name.is_some() || ca.secret_name.is_some()
}

fn mounts(values: &VaultConfigValues) -> Vec<VolumeMount> {
    let mount = |name: &str, path: &str, read_only: bool| VolumeMount {
        name: name.to_owned(),
        mount_path: path.to_owned(),
        read_only: read_only.then_some(true),
        ..VolumeMount::default()
    };
    let folder = TOKEN_FILE.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut list =
        vec![mount("config", CONFIG_FOLDER, true), mount("token", folder, true), mount("tmp", "/tmp", false)];
    if has_ca(&values.vault.ca_cert) {
        list.push(mount("ca", CA_FOLDER, true));
    }
    list
}

fn volumes(values: &VaultConfigValues, release: &Release) -> Vec<Volume> {
    let named = |name: &str| Volume { name: name.to_owned(), ..Volume::default() };
    let config = ConfigMapVolumeSource { name: config_map_name(release), ..ConfigMapVolumeSource::default() };
    let scratch =
        EmptyDirVolumeSource { medium: Some("Memory".to_owned()), size_limit: Some(Quantity("8Mi".to_owned())) };
    let mut list = vec![
        Volume { config_map: Some(config), ..named("config") },
        token_volume(values),
        // What the script reads from Vault is only in memory.
        Volume { empty_dir: Some(scratch), ..named("tmp") },
    ];
    list.extend(ca_volume(&values.vault.ca_cert));
    list
}

/// Returns the volume with the token of the Secret, or with one of the service account that only Vault accepts.
fn token_volume(values: &VaultConfigValues) -> Volume {
    let path = TOKEN_FILE.rsplit_once('/').map_or(TOKEN_FILE, |(_, file)| file).to_owned();
    let named = Volume { name: "token".to_owned(), ..Volume::default() };
    let secret = &values.login.token_secret;
    if secret.secret_name.is_some() {
        let key = secret.secret_key.clone().unwrap_or_else(|| TOKEN_KEY.to_owned());
        let source = SecretVolumeSource {
            secret_name: secret.secret_name.clone(),
            items: Some(vec![KeyToPath { key, path, mode: None }]),
            default_mode: Some(SECRET_MODE),
            optional: None,
        };
        return Volume { secret: Some(source), ..named };
    }
    let token = ServiceAccountTokenProjection {
        audience: Some(values.login.kubernetes.audience.clone()),
        expiration_seconds: Some(TOKEN_SECONDS),
        path,
    };
    let source = ProjectedVolumeSource {
        default_mode: Some(SECRET_MODE),
        sources: Some(vec![VolumeProjection { service_account_token: Some(token), ..VolumeProjection::default() }]),
    };
    Volume { projected: Some(source), ..named }
}

fn ca_volume(ca: &CaCert) -> Option<Volume> {
    let items = Some(vec![KeyToPath { key: ca.key.clone(), path: CA_FILE.to_owned(), mode: None }]);
    let named = Volume { name: "ca".to_owned(), ..Volume::default() };
    if let Some(name) = &ca.config_map_name {
        let source = ConfigMapVolumeSource { name: name.clone(), items, ..ConfigMapVolumeSource::default() };
        return Some(Volume { config_map: Some(source), ..named });
    }
    let secret_name = Some(ca.secret_name.clone()?);
    let source = SecretVolumeSource { secret_name, items, ..SecretVolumeSource::default() };
    Some(Volume { secret: Some(source), ..named })
}

/// Returns the labels that identify the objects of the release, which the values may not override.
pub(super) fn reserved_labels() -> BTreeMap<&'static str, ()> {
    BTreeMap::from([
        ("app.kubernetes.io/instance", ()),
        ("app.kubernetes.io/managed-by", ()),
        ("app.kubernetes.io/name", ()),
    ])
}
