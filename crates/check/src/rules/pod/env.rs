//! The environment of containers.

use k8s_openapi::api::core::v1::{
    EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, ObjectFieldSelector, ResourceFieldSelector,
};

use super::super::amount::Amount;
use super::super::common::{filled, text};
use super::super::names::Name;
use super::volumes::Volume;
use super::{Context, sources};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{annotation_key, config_key, dns_label, dns_subdomain, env_name, label_key};

/// What of a pod its containers can see as environment variables.
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

/// What of a pod there is, which not every place can show.
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

/// Everything about the variables of a container.
pub(super) fn variables(report: &mut Report<'_>, at: &Path<'_>, variables: &[EnvVar], context: &Context<'_>) {
    for (index, variable) in variables.iter().enumerate() {
        let at = at.index(index);
        variable_name(report, &at.field("name"), &variable.name);
        if let Some(source) = &variable.value_from {
            value_from(report, &at.field("valueFrom"), source, text(&variable.value), context);
        }
    }
}

rules!(
    /// An environment variable is named by printable ASCII characters except `=`.
    ///
    /// Source: `ValidateEnv`, pkg/apis/core/validation/validation.go
    fn variable_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            report.required(at, "the name of the variable");
        } else {
            report.require(at, env_name(name));
        }
    },

    /// The value of a variable comes from one place: `value`, or one of the sources of `valueFrom`.
    ///
    /// Source: `validateEnvVarValueFrom`, pkg/apis/core/validation/validation.go
    fn value_from(report: &mut Report<'_>, at: &Path<'_>, source: &EnvVarSource, value: &str, context: &Context<'_>) {
        let mut count = 0;
        if let Some(field) = &source.field_ref {
            count += 1;
            field_reference(report, &at.field("fieldRef"), field, FIELDS_OF_ENV);
        }
        if let Some(resource) = &source.resource_field_ref {
            count += 1;
            resource_reference(report, &at.field("resourceFieldRef"), resource, false);
        }
        for (name, selector) in [
            ("configMapKeyRef", source.config_map_key_ref.as_ref().map(|selector| (&selector.name, &selector.key))),
            ("secretKeyRef", source.secret_key_ref.as_ref().map(|selector| (&selector.name, &selector.key))),
        ] {
            if let Some((object, key)) = selector {
                count += 1;
                key_reference(report, &at.field(name), object, key);
            }
        }
        if let Some(file) = &source.file_key_ref {
            count += 1;
            file_reference(report, &at.field("fileKeyRef"), file, context);
        }
        let known = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef`, `fileKeyRef`";
        match count {
            0 => report.error(at, format_args!("it names no source: one of {known}")),
            _ if !value.is_empty() => report.error(at, "`value` is there already, and a variable has one"),
            1 => {}
            _ => report.error(at, format_args!("{count} sources are too many: one of {known}")),
        }
    },

    /// A key of a ConfigMap or Secret is referred to by the name of the object and the key.
    ///
    /// Source: `validateConfigMapKeySelector`, `validateSecretKeySelector`, pkg/apis/core/validation/validation.go
    fn key_reference(report: &mut Report<'_>, at: &Path<'_>, object: &str, key: &str) {
        report.require(&at.field("name"), dns_subdomain(object));
        if key.is_empty() {
            report.required(&at.field("key"), "the key whose value it is");
        } else {
            report.require(&at.field("key"), config_key(key));
        }
    },

    /// A variable from a file names an `emptyDir` volume of the pod, a path within it and a key in the file.
    ///
    /// Source: <https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-via-file/>
    fn file_reference(report: &mut Report<'_>, at: &Path<'_>, file: &FileKeySelector, context: &Context<'_>) {
        let at_volume = at.field("volumeName");
        match context.volume(&file.volume_name) {
            _ if file.volume_name.is_empty() => report.required(&at_volume, "the volume that the file is in"),
            None if dns_label(&file.volume_name).is_err() => report.require(&at_volume, dns_label(&file.volume_name)),
            None => report.error(&at_volume, format_args!("the pod has no volume `{}`", file.volume_name)),
            Some(Volume::EmptyDir) => {}
            Some(_) => report.error(&at_volume, format_args!("`{}` is no `emptyDir`", file.volume_name)),
        }
        filled(report, &at.field("path"), &file.path, "the file within the volume");
        report.require(&at.field("path"), sources::local_path(&file.path));
        if file.key.is_empty() {
            report.required(&at.field("key"), "the variable within the file");
        } else {
            report.require(&at.field("key"), env_name(&file.key));
        }
    },

    /// A field of a pod that a container can see is one of those that there are, or one label or annotation
    /// (`metadata.labels['app']`).
    ///
    /// Source: `validateObjectFieldSelector`, pkg/apis/core/validation/validation.go
    pub(super) fn field_reference(
        report: &mut Report<'_>,
        at: &Path<'_>,
        field: &ObjectFieldSelector,
        allowed: &[&str],
    ) {
        let path = field.field_path.as_str();
        let at_path = at.field("fieldPath");
        let version = text(&field.api_version);
        if path.is_empty() {
            return report.required(&at_path, "the field of the pod");
        }
        if !matches!(version, "" | "v1") {
            return report.error(&at_path, format_args!("a pod of version {version:?} is not known: `v1`"));
        }
        match subscript(path) {
            Some(("metadata.annotations", key)) => report.require(at, annotation_key(key)),
            Some(("metadata.labels", key)) => report.require(at, label_key(key)),
            Some(_) => report.error(&at_path, format_args!("{path:?}: only labels and annotations have keys")),
            // The old name of the node.
            None if path == "spec.host" && allowed.contains(&"spec.nodeName") => {}
            None if !FIELDS.contains(&path) || !allowed.contains(&path) => {
                report.not_supported(&at_path, path, allowed);
            }
            None => {}
        }
    },

    /// An amount of a container that it can see is of `cpu`, `memory`, `ephemeral-storage` or huge pages, in units that
    /// there are.
    ///
    /// Source: `validateContainerResourceFieldSelector`, pkg/apis/core/validation/validation.go
    pub(super) fn resource_reference(
        report: &mut Report<'_>,
        at: &Path<'_>,
        wanted: &ResourceFieldSelector,
        in_volume: bool,
    ) {
        let resource = wanted.resource.as_str();
        let is_huge = resource.starts_with("requests.hugepages-") || resource.starts_with("limits.hugepages-");
        if in_volume && text(&wanted.container_name).is_empty() {
            report.required(&at.field("containerName"), "the container whose amount it is");
        } else if resource.is_empty() {
            report.required(&at.field("resource"), "the amount, as in `limits.memory`");
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
            let rule = if resource.ends_with("cpu") { "`1` or `1m`" } else { "`1`, `1k` to `1E` or `1Ki` to `1Ei`" };
            report.error(&at.field("divisor"), format_args!("{:?} is no unit of `{resource}`: {rule}", divisor.0));
        }
    },

    /// Variables from a whole ConfigMap or Secret name one of them, and begin as variables can.
    ///
    /// Source: `ValidateEnvFrom`, pkg/apis/core/validation/validation.go
    pub(super) fn from(report: &mut Report<'_>, at: &Path<'_>, sources: &[EnvFromSource]) {
        for (index, source) in sources.iter().enumerate() {
            let location = at.index(index);
            if !text(&source.prefix).is_empty() {
                report.require(&location.field("prefix"), env_name(text(&source.prefix)));
            }
            let config_map = source.config_map_ref.as_ref().map(|reference| &reference.name);
            let secret = source.secret_ref.as_ref().map(|reference| &reference.name);
            for (field, name) in [("configMapRef", config_map), ("secretRef", secret)] {
                if let Some(name) = name {
                    from_object(report, &location.field(field).field("name"), name);
                }
            }
            // Here an API server does not say which.
            match (config_map, secret) {
                (None, None) => report.error_in(at, &location, "it names neither `configMapRef` nor `secretRef`"),
                (Some(_), Some(_)) => report.error_in(at, &location, "it names both `configMapRef` and `secretRef`"),
                _ => {}
            }
        }
    }
);

fn from_object(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
    if name.is_empty() {
        return report.required(at, "the object whose keys become variables");
    }
    // An API server takes the beginning of a name here.
    report.require(at, Name::Subdomain.prefix(name));
}

/// `metadata.labels['app']` as the path and the key.
fn subscript(path: &str) -> Option<(&str, &str)> {
    let (path, key) = path.strip_suffix("']")?.split_once("['")?;
    (!path.is_empty()).then_some((path, key))
}

/// Whether a quantity is printed as `1` with a unit, decimal or binary.
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
