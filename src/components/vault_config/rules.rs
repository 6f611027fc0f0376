//! Validation rules for the values of `vault-config` that their types cannot express: what Vault rejects, and what it silently
//! accepts without an effect.

mod accounts;
mod engines;
mod methods;
mod mounts;
mod policies;

use super::plan;
use super::pod;
use super::values::{CaCert, VaultConfigValues};
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{annotation_key, dns_label, dns_subdomain, image};
use crate::components::ComponentCode;
use crate::components::irsa::{account_id, partition};
use crate::diagnostic::Diagnostic;
use crate::release::Release;

/// Runs every rule.
pub(super) fn check(values: &VaultConfigValues, release: &Release, diagnostics: &mut Diagnostics<'_>) {
    facts(values, diagnostics);
    connection(values, diagnostics);
    login(values, diagnostics);
    account(values, release, diagnostics);
    job(values, diagnostics);
    let mounts = mounts::check(values, diagnostics);
    policies::check(values, &mounts, &plan::record(values, release), diagnostics);
    methods::check(values, diagnostics);
    engines::check(values, diagnostics);
    audit(values, diagnostics);
    if values.policies.is_empty() && mounts.is_empty() && plan::steps(values).is_ok_and(|steps| steps.is_empty()) {
        let help = "set `policies`, `authMethods`, `secretsEngines` or `auditDevices`";
        diagnostics
            .list
            .push(Diagnostic::warning(ComponentCode::NoEffect, "the values configure nothing in Vault").help(help));
    }
}

fn facts(values: &VaultConfigValues, diagnostics: &mut Diagnostics<'_>) {
    diagnostics.require(&["partition"], partition(&values.partition));
    if let Some(account) = &values.account_id {
        diagnostics.require(&["accountId"], account_id(&account.0));
    }
    if let Some(cluster) = values.cluster_name.as_deref().filter(|name| !name.is_empty()) {
        let name = policies::name(&cluster.to_lowercase());
        diagnostics.require(
            &["clusterName"],
            name.map_err(|_| format!("{cluster:?} cannot be part of a policy name: {}", policies::NAME)),
        );
    }
}

fn connection(values: &VaultConfigValues, diagnostics: &mut Diagnostics<'_>) {
    let vault = &values.vault;
    diagnostics.require(&["vault", "address"], address(&vault.address));
    if let Some(namespace) = &vault.namespace {
        diagnostics.require(&["vault", "namespace"], mounts::path(namespace));
    }
    let CaCert { config_map_name, secret_name, key } = &vault.ca_cert;
    for (name, field) in [(config_map_name, "configMapName"), (secret_name, "secretName")] {
        if let Some(name) = name {
            diagnostics.require(&["vault", "caCert", field], dns_subdomain(name));
        }
    }
    if config_map_name.is_some() && secret_name.is_some() {
        diagnostics.error(&["vault", "caCert"], "`configMapName` and `secretName` are mutually exclusive");
    }
    diagnostics.require(&["vault", "caCert", "key"], file_key(key));
    if (config_map_name.is_some() || secret_name.is_some()) && vault.address.starts_with("http://") {
        diagnostics.error(&["vault", "caCert"], "has no effect: `vault.address` does not use https");
    }
}

/// Checks a URL with a host and an optional port.
fn address(url: &str) -> Result<(), String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:/[]".contains(c);
    let numbered = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    if !host.is_empty() && numbered && rest.chars().all(plain) {
        Ok(())
    } else {
        Err(format!("must be a URL such as http://vault.vault.svc:8200, found {url:?}"))
    }
}

/// Checks a key of a ConfigMap or Secret: <https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-object>.
fn file_key(key: &str) -> Result<(), String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if (1..=253).contains(&key.len()) && key.bytes().all(plain) && !key.starts_with("..") && key != "." {
        Ok(())
    } else {
        Err(format!("must have 1 to 253 letters, digits or `-_.`, found {key:?}"))
    }
}

fn login(values: &VaultConfigValues, diagnostics: &mut Diagnostics<'_>) {
    let secret = &values.login.token_secret;
    if let Some(name) = &secret.secret_name {
        diagnostics.require(&["login", "tokenSecret", "secretName"], dns_subdomain(name));
        if let Some(key) = &secret.secret_key {
            diagnostics.require(&["login", "tokenSecret", "secretKey"], file_key(key));
        }
        return;
    }
    let kubernetes = &values.login.kubernetes;
    let path = |field| ["login", "kubernetes", field];
    diagnostics.require(&path("role"), methods::role_name(&kubernetes.role));
    diagnostics.require(&path("mountPath"), mounts::path(&kubernetes.mount_path));
    if kubernetes.audience.is_empty() || kubernetes.audience.contains(char::is_whitespace) {
        diagnostics.error(
            &path("audience"),
            format!("must not be empty or contain white space, found {:?}", kubernetes.audience),
        );
    }
}

fn account(values: &VaultConfigValues, release: &Release, diagnostics: &mut Diagnostics<'_>) {
    let account = &values.service_account;
    if let Some(name) = &account.name {
        diagnostics.require(&["serviceAccount", "name"], dns_subdomain(name));
    }
    for key in account.annotations.keys() {
        diagnostics.require_key(&["serviceAccount", "annotations", key], annotation_key(key));
    }
    // The Job's name is the value of a label of its pod, and ends with a hash of 11 characters.
    let name = &release.name;
    if dns_label(name).is_err() || name.len() > 52 {
        let rule = "must have 1 to 52 lower case letters, digits or `-`, and start and end with a letter or digit";
        diagnostics.list.push(
            Diagnostic::error(
                ComponentCode::InvalidReleaseName,
                format!("{name:?} cannot be part of a Job's name: {rule}"),
            )
            .in_field("--release"),
        );
    }
}

fn job(values: &VaultConfigValues, diagnostics: &mut Diagnostics<'_>) {
    let job = &values.job;
    diagnostics.require(&["job", "image"], image(&job.image));
    if job.run_as_user == 0 {
        diagnostics.error(&["job", "runAsUser"], "must not be 0 (root)");
    }
    if job.active_deadline_seconds == 0 {
        diagnostics.error(&["job", "activeDeadlineSeconds"], "must be greater than 0");
    }
    for (index, secret) in job.image_pull_secrets.iter().enumerate() {
        diagnostics.require(&["job", "imagePullSecrets", &index.to_string(), "name"], dns_subdomain(&secret.name));
    }
    for (key, value) in &job.pod_labels {
        diagnostics.require_label(&["job", "podLabels", key], key, value);
        if pod::reserved_labels().contains_key(key.as_str()) {
            diagnostics
                .error(&["job", "podLabels", key], "this label is reserved: it identifies the objects of the release");
        }
    }
    for (key, value) in &job.node_selector {
        diagnostics.require_label(&["job", "nodeSelector", key], key, value);
    }
    for key in job.pod_annotations.keys() {
        diagnostics.require_key(&["job", "podAnnotations", key], annotation_key(key));
    }
}

fn audit(values: &VaultConfigValues, diagnostics: &mut Diagnostics<'_>) {
    let devices = &values.audit_devices;
    for (path, device) in &devices.file {
        let at = |field| ["auditDevices", "file", path, field];
        if device.file_path != "stdout" && device.file_path != "discard" && !device.file_path.starts_with('/') {
            let message = format!("must be an absolute path, `stdout` or `discard`, found {:?}", device.file_path);
            diagnostics.error(&at("filePath"), message);
        }
        let octal = |mode: &String| mode.len() <= 5 && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
        if let Some(mode) = device.mode.as_ref().filter(|mode| mode.is_empty() || !octal(mode)) {
            diagnostics.error(&at("mode"), format!("must be octal permissions such as \"0600\", found {mode:?}"));
        }
        text(&at("description"), device.description.as_deref(), diagnostics);
    }
    for (path, device) in &devices.socket {
        let at = |field| ["auditDevices", "socket", path, field];
        if device.address.is_empty() || device.address.contains(char::is_whitespace) {
            diagnostics.error(
                &at("address"),
                format!("must be an address such as audit.example.com:9090, found {:?}", device.address),
            );
        }
        text(&at("description"), device.description.as_deref(), diagnostics);
    }
    for (path, device) in &devices.syslog {
        for (field, value) in
            [("facility", &device.facility), ("tag", &device.tag), ("description", &device.description)]
        {
            text(&["auditDevices", "syslog", path, field], value.as_deref(), diagnostics);
        }
    }
}

/// Checks that a string has no control characters: Vault would show it differently.
fn text(path: &[&str], value: Option<&str>, diagnostics: &mut Diagnostics<'_>) {
    if value.is_some_and(|value| value.contains(char::is_control)) {
        diagnostics.error(path, "must not contain control characters");
    }
}
