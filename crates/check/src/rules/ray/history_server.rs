//! The collector of the history server, a sidecar of the head and the workers.

use k8s_openapi::api::core::v1::{Container, EnvVar};
use mkmanifests_kuberay::names::container::COLLECTOR;
use mkmanifests_kuberay::{CollectorOptions, HistoryServerOptions, RayClusterSpec};

use super::super::common::{list, text};
use super::read;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The variables that the operator sets in the collector.
const RESERVED: [&str; 8] = [
    "EVENTS_PORT",
    "FQ_RAY_IP",
    "OWNER_KIND",
    "OWNER_NAME",
    "POD_IP",
    "RAY_CLUSTER_NAME",
    "RAY_CLUSTER_NAMESPACE",
    "RAY_ROLE",
];

const BACKEND: &str = "STORAGE_BACKEND";
const AZURE_AUTH: &str = "AZURE_STORAGE_AUTH_MODE";
const AZURE_CONNECTION: &str = "AZURE_STORAGE_CONNECTION_STRING";
const AZURE_ACCOUNT: &str = "AZURE_STORAGE_ACCOUNT_URL";

/// Validates `historyServerOptions`; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
    let Some(options) = &spec.history_server_options else { return };
    let at_options = at.field("historyServerOptions.collectorOptions");
    collector_options(report, &at_options, options);
    let Some(collector) = &options.collector_options else { return };
    collector_image(report, &at_options.field("image"), collector);
    no_reserved_collector_variables(report, &at_options.field("env"), collector);
    collector_backend(report, &at_options.field("env"), collector);
    collector_settings(report, &at_options.field("env"), collector);
    read::each_group(spec, at, |at, group| {
        no_collector_container(report, &at.field("template.spec.containers"), read::containers(group.template));
    });
}

/// Looks up a variable as the operator does: the last one of this name.
fn last<'a>(collector: &'a CollectorOptions, name: &str) -> Option<(usize, &'a EnvVar)> {
    list(&collector.env).iter().enumerate().rfind(|(_, variable)| variable.name == name)
}

fn value<'a>(collector: &'a CollectorOptions, name: &str) -> &'a str {
    last(collector, name).map_or("", |(_, variable)| text(&variable.value))
}

/// Returns whether a variable has a value, or a source of it.
fn is_set(collector: &CollectorOptions, name: &str) -> bool {
    last(collector, name)
        .is_some_and(|(_, variable)| !text(&variable.value).is_empty() || variable.value_from.is_some())
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// `historyServerOptions` must have `collectorOptions`.
    ///
    /// Example: `spec: {historyServerOptions: {}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn collector_options(report: &mut Report<'_>, at: &Path<'_>, options: &HistoryServerOptions) {
        if options.collector_options.is_none() {
            report.required(at, "the image of the collector, and where it stores the history");
        }
    },

    /// `collectorOptions.image` is required.
    ///
    /// Example: `spec: {historyServerOptions: {collectorOptions: {env: [{name: STORAGE_BACKEND, value: S3}]}}}`
    ///
    /// Source: `validateCollectorOptions`, ray-operator/controllers/ray/utils/validation.go
    fn collector_image(report: &mut Report<'_>, at: &Path<'_>, collector: &CollectorOptions) {
        if text(&collector.image).is_empty() {
            report.required(at, "the image of the collector, such as `quay.io/kuberay/collector:v1.7.0`");
        }
    },

    /// `collectorOptions.env` may not set the variables that the operator sets: `EVENTS_PORT`, `FQ_RAY_IP`,
    /// `OWNER_KIND`, `OWNER_NAME`, `POD_IP`, `RAY_CLUSTER_NAME`, `RAY_CLUSTER_NAMESPACE` and `RAY_ROLE`.
    ///
    /// Example: `spec: {historyServerOptions: {collectorOptions: {image: "collector:1", env: [{name: RAY_ROLE, value: Head}]}}}`
    ///
    /// Source: `validateCollectorOptions`, ray-operator/controllers/ray/utils/validation.go
    fn no_reserved_collector_variables(report: &mut Report<'_>, at: &Path<'_>, collector: &CollectorOptions) {
        for (index, variable) in list(&collector.env).iter().enumerate() {
            if RESERVED.contains(&variable.name.as_str()) {
                report.forbidden(&at.index(index), format_args!("the operator sets `{}`", variable.name));
            }
        }
    },

    /// `collectorOptions.env` must have `STORAGE_BACKEND` with a plain value: `S3`, `GCS`, `AzureBlob` or `AliyunOSS`.
    ///
    /// Example: `spec: {historyServerOptions: {collectorOptions: {image: "collector:1"}}}`
    ///
    /// Source: `validateCollectorOptions`, ray-operator/controllers/ray/utils/validation.go
    fn collector_backend(report: &mut Report<'_>, at: &Path<'_>, collector: &CollectorOptions) {
        if value(collector, BACKEND).is_empty() {
            let why =
                "set the variable `STORAGE_BACKEND` to `S3`, `GCS`, `AzureBlob` or `AliyunOSS`, without `valueFrom`";
            report.required(at, why);
        }
    },

    /// The storage of the collector needs its variables: `S3_REGION` for S3; `GCS_BUCKET` for GCS; `OSS_BUCKET`,
    /// `OSS_ENDPOINT` and `OSS_REGION` for AliyunOSS; `AZURE_STORAGE_CONNECTION_STRING` or `AZURE_STORAGE_ACCOUNT_URL`
    /// for AzureBlob, as `AZURE_STORAGE_AUTH_MODE` says.
    ///
    /// Example: `spec: {historyServerOptions: {collectorOptions: {image: "collector:1", env: [{name: STORAGE_BACKEND, value: S3}]}}}`
    ///
    /// Source: `validateCollectorOptions`, ray-operator/controllers/ray/utils/validation.go
    fn collector_settings(report: &mut Report<'_>, at: &Path<'_>, collector: &CollectorOptions) {
        let backend = value(collector, BACKEND);
        let needed: &[&str] = match backend.to_uppercase().as_str() {
            "GCS" => &["GCS_BUCKET"],
            "S3" => &["S3_REGION"],
            "ALIYUNOSS" => &["OSS_BUCKET", "OSS_ENDPOINT", "OSS_REGION"],
            "AZUREBLOB" => match value(collector, AZURE_AUTH).trim().to_lowercase().as_str() {
                "connection_string" => &[AZURE_CONNECTION],
                "workload_identity" | "default" => &[AZURE_ACCOUNT],
                _ if is_set(collector, AZURE_CONNECTION) || is_set(collector, AZURE_ACCOUNT) => &[],
                _ => {
                    let one = format_args!("set the variable `{AZURE_CONNECTION}` or `{AZURE_ACCOUNT}`");
                    return report.required(at, format_args!("`STORAGE_BACKEND` is `{backend}`: {one}"));
                }
            },
            _ => &[],
        };
        for name in needed.iter().filter(|name| !is_set(collector, name)) {
            report.required(at, format_args!("`STORAGE_BACKEND` is `{backend}`: set the variable `{name}`"));
        }
    },

    /// With `historyServerOptions.collectorOptions`, no container of the head or of the workers may be named
    /// `ray-history-collector`, which the operator adds.
    ///
    /// Example: `spec: {historyServerOptions: {collectorOptions: {image: "collector:1"}}, headGroupSpec: {template: {spec: {containers: [{name: ray-history-collector, image: "collector:1"}]}}}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn no_collector_container(report: &mut Report<'_>, at: &Path<'_>, containers: &[Container]) {
        for (index, container) in containers.iter().enumerate() {
            if container.name == COLLECTOR {
                let message = format_args!("the operator adds a container `{COLLECTOR}` itself");
                report.error_with_help(&at.index(index).field("name"), message, "remove or rename this one");
            }
        }
    }
);
