//! Environment variables of containers, and references to pod fields and resources.

use k8s_openapi::api::core::v1::{
    EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, ObjectFieldSelector, ResourceFieldSelector,
};

use super::super::amount::Amount;
use super::super::common::{required_text, text};
use super::super::names::Name;
use super::volumes::Volume;
use super::{Context, sources};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{self, annotation_key, config_key, dns_label, dns_subdomain, label_key};

/// The pod fields that an environment variable can refer to.
const FIELDS_OF_ENV: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// All pod fields that a `fieldRef` can name; environment variables and files each support some of them.
const FIELDS: &[&str] = &[
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.host",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.phase",
    "status.podIP",
    "status.podIPs",
];

const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Validates the environment variables of a container.
pub(super) fn variables(report: &mut Report<'_>, at: &Path<'_>, variables: &[EnvVar], context: &Context<'_>) {
    for (index, variable) in variables.iter().enumerate() {
        let at = at.index(index);
        env_name(report, &at.field("name"), &variable.name);
        if let Some(source) = &variable.value_from {
            env_value_from(report, &at.field("valueFrom"), source, text(&variable.value), context);
        }
    }
}

/// The area of the rules below.
const AREA: &str = "container";

rules!(
    /// `name` of an environment variable is required and must consist of printable ASCII characters except `=`.
    ///
    /// Example: `env: [{name: "A=B", value: c}]`
    ///
    /// Source: `ValidateEnv`, pkg/apis/core/validation/validation.go
    fn env_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            report.required(at, "an environment variable needs a name");
        } else {
            report.require(at, syntax::env_name(name));
        }
    },

    /// `valueFrom` must have exactly one of `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` and
    /// `fileKeyRef`, and may not be set together with `value`.
    ///
    /// Example: `env: [{name: A, valueFrom: {}}]`
    ///
    /// Source: `validateEnvVarValueFrom`, pkg/apis/core/validation/validation.go
    fn env_value_from(
        report: &mut Report<'_>,
        at: &Path<'_>,
        source: &EnvVarSource,
        value: &str,
        context: &Context<'_>,
    ) {
        let mut count = 0;
        if let Some(field) = &source.field_ref {
            count += 1;
            field_ref(report, &at.field("fieldRef"), field, FIELDS_OF_ENV);
        }
        if let Some(resource) = &source.resource_field_ref {
            count += 1;
            resource_field_ref(report, &at.field("resourceFieldRef"), resource, false);
        }
        for (name, selector) in [
            ("configMapKeyRef", source.config_map_key_ref.as_ref().map(|selector| (&selector.name, &selector.key))),
            ("secretKeyRef", source.secret_key_ref.as_ref().map(|selector| (&selector.name, &selector.key))),
        ] {
            if let Some((object, key)) = selector {
                count += 1;
                env_key_ref(report, &at.field(name), object, key);
            }
        }
        if let Some(file) = &source.file_key_ref {
            count += 1;
            env_file_key_ref(report, &at.field("fileKeyRef"), file, context);
        }
        let sources = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` and `fileKeyRef`";
        match count {
            0 => report.error(at, format_args!("set exactly one of {sources}")),
            _ if !value.is_empty() => report.error(at, "`value` and `valueFrom` are mutually exclusive"),
            1 => {}
            _ => report.error(at, format_args!("set exactly one of {sources}, found {count} of them")),
        }
    },

    /// `configMapKeyRef` and `secretKeyRef` require a `name` that is a DNS subdomain and a `key` of at most 253
    /// letters, digits, `-`, `_` and `.`.
    ///
    /// Example: `env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: a/b}}}]`
    ///
    /// Source: `validateConfigMapKeySelector`, `validateSecretKeySelector`, pkg/apis/core/validation/validation.go
    fn env_key_ref(report: &mut Report<'_>, at: &Path<'_>, object: &str, key: &str) {
        report.require(&at.field("name"), dns_subdomain(object));
        if key.is_empty() {
            report.required(&at.field("key"), "set the key to read");
        } else {
            report.require(&at.field("key"), config_key(key));
        }
    },

    /// `fileKeyRef` requires the name of an `emptyDir` volume of the pod, a relative `path` without `..`, and a `key`
    /// that is a valid variable name.
    ///
    /// Source: <https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-via-file/>
    fn env_file_key_ref(report: &mut Report<'_>, at: &Path<'_>, file: &FileKeySelector, context: &Context<'_>) {
        let at_volume = at.field("volumeName");
        match context.volume(&file.volume_name) {
            _ if file.volume_name.is_empty() => report.required(&at_volume, "set the volume that contains the file"),
            None if dns_label(&file.volume_name).is_err() => report.require(&at_volume, dns_label(&file.volume_name)),
            None => report.error(&at_volume, format_args!("the pod has no volume `{}`", file.volume_name)),
            Some(Volume::EmptyDir) => {}
            Some(_) => report.error(&at_volume, format_args!("volume `{}` must be an `emptyDir`", file.volume_name)),
        }
        required_text(report, &at.field("path"), &file.path, "set the path of the file within the volume");
        report.require(&at.field("path"), sources::local_path(&file.path));
        if file.key.is_empty() {
            report.required(&at.field("key"), "set the name of the variable in the file");
        } else {
            report.require(&at.field("key"), syntax::env_name(&file.key));
        }
    },

    /// `fieldRef.fieldPath` is required and must be a supported pod field, or a label or annotation such as
    /// `metadata.labels['app']`; `apiVersion` must be `v1`.
    ///
    /// Example: `env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.image}}}]`
    ///
    /// Source: `validateObjectFieldSelector`, pkg/apis/core/validation/validation.go
    pub(super) fn field_ref(report: &mut Report<'_>, at: &Path<'_>, field: &ObjectFieldSelector, allowed: &[&str]) {
        let path = field.field_path.as_str();
        let at_path = at.field("fieldPath");
        let version = text(&field.api_version);
        if path.is_empty() {
            return report.required(&at_path, "set the pod field, such as `metadata.name`");
        }
        if !matches!(version, "" | "v1") {
            return report.error(&at_path, format_args!("`apiVersion` must be `v1`, found {version:?}"));
        }
        match subscript(path) {
            Some(("metadata.annotations", key)) => report.require(at, annotation_key(key)),
            Some(("metadata.labels", key)) => report.require(at, label_key(key)),
            Some(_) => report.error(
                &at_path,
                format_args!("{path:?} is not supported: only labels and annotations take a key in brackets"),
            ),
            // The former name of `spec.nodeName`.
            None if path == "spec.host" && allowed.contains(&"spec.nodeName") => {}
            None if !FIELDS.contains(&path) || !allowed.contains(&path) => {
                report.not_supported(&at_path, path, allowed);
            }
            None => {}
        }
    },

    /// `resourceFieldRef.resource` is required and must be `limits.` or `requests.` followed by `cpu`, `memory`,
    /// `ephemeral-storage` or `hugepages-...`. `divisor` must be `1` or `1m` for `cpu`, or else `1` with a decimal or
    /// binary unit. In a volume, `containerName` is required.
    ///
    /// Example: `env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.gpu}}}]`
    ///
    /// Source: `validateContainerResourceFieldSelector`, pkg/apis/core/validation/validation.go
    pub(super) fn resource_field_ref(
        report: &mut Report<'_>,
        at: &Path<'_>,
        wanted: &ResourceFieldSelector,
        in_volume: bool,
    ) {
        let resource = wanted.resource.as_str();
        let is_huge = resource.starts_with("requests.hugepages-") || resource.starts_with("limits.hugepages-");
        if in_volume && text(&wanted.container_name).is_empty() {
            report.required(&at.field("containerName"), "set the container of the resource");
        } else if resource.is_empty() {
            report.required(&at.field("resource"), "set the resource, such as `limits.memory`");
        } else if !RESOURCES.contains(&resource) && !is_huge {
            report.not_supported(&at.field("resource"), resource, RESOURCES);
        }
        let Some(divisor) = wanted.divisor.as_ref().filter(|divisor| Amount::of(divisor).milli != 0) else { return };
        let is_known = match resource {
            "limits.cpu" | "requests.cpu" => matches!(Amount::of(divisor).milli, 1 | 1000),
            _ if RESOURCES.contains(&resource) || is_huge => is_unit(divisor.0.trim(), Amount::of(divisor)),
            _ => true,
        };
        if !is_known {
            let allowed = if resource.ends_with("cpu") { "`1` or `1m`" } else { "`1`, `1k` to `1E` or `1Ki` to `1Ei`" };
            let message = format_args!("must be {allowed} for `{resource}`, found {:?}", divisor.0);
            report.error(&at.field("divisor"), message);
        }
    },

    /// Each entry of `envFrom` must have exactly one of `configMapRef` and `secretRef` with a `name`; `prefix` must be
    /// a valid start of a variable name.
    ///
    /// Example: `envFrom: [{prefix: APP_}]`
    ///
    /// Source: `ValidateEnvFrom`, pkg/apis/core/validation/validation.go
    pub(super) fn env_from(report: &mut Report<'_>, at: &Path<'_>, sources: &[EnvFromSource]) {
        for (index, source) in sources.iter().enumerate() {
            let location = at.index(index);
            if !text(&source.prefix).is_empty() {
                report.require(&location.field("prefix"), syntax::env_name(text(&source.prefix)));
            }
            let config_map = source.config_map_ref.as_ref().map(|reference| &reference.name);
            let secret = source.secret_ref.as_ref().map(|reference| &reference.name);
            for (field, name) in [("configMapRef", config_map), ("secretRef", secret)] {
                if let Some(name) = name {
                    env_from_name(report, &location.field(field).field("name"), name);
                }
            }
            // An API server reports this without the index.
            match (config_map, secret) {
                (None, None) => report.error_in(at, &location, "set one of `configMapRef` and `secretRef`"),
                (Some(_), Some(_)) => {
                    report.error_in(at, &location, "`configMapRef` and `secretRef` are mutually exclusive")
                }
                _ => {}
            }
        }
    }
);

fn env_from_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
    if name.is_empty() {
        return report.required(at, "set the name of the object to read");
    }
    // An API server allows a trailing `-` here, as for `generateName`.
    report.require(at, Name::Subdomain.prefix(name));
}

/// Splits `metadata.labels['app']` into the path and the key.
fn subscript(path: &str) -> Option<(&str, &str)> {
    let (path, key) = path.strip_suffix("']")?.split_once("['")?;
    (!path.is_empty()).then_some((path, key))
}

/// Whether a quantity prints as `1` with a decimal or binary unit.
fn is_unit(text: &str, amount: Amount) -> bool {
    let has_exponent =
        text.contains('e') || text.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with(['E', '+', '-']);
    if text.ends_with('i') {
        return (1..=6).any(|power| amount.milli == 1000 * (1_i128 << (10 * power)));
    }
    let is_exa = text.ends_with('E');
    (is_exa || !has_exponent || amount.milli == 1000)
        && (0..=6).any(|power| amount.milli == 1000 * 10_i128.pow(3 * power))
}
