//! TLS between the pods of a cluster, with certificates of cert-manager.

use k8s_openapi::api::core::v1::{EnvVar, VolumeMount};
use mkmanifests_kuberay::RayClusterSpec;
use mkmanifests_kuberay::names::TLS_MOUNT_PATH;
use mkmanifests_kuberay::names::env::{RAY_TLS_CA_CERT, RAY_TLS_SERVER_CERT, RAY_TLS_SERVER_KEY, RAY_USE_TLS};
use mkmanifests_kuberay::names::volume::TLS;

use super::super::common::list;
use super::read;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The variables that the operator sets for TLS.
const VARIABLES: [&str; 4] = [RAY_TLS_CA_CERT, RAY_TLS_SERVER_CERT, RAY_TLS_SERVER_KEY, RAY_USE_TLS];

/// Returns whether the cluster uses TLS.
pub(super) fn is_on(spec: &RayClusterSpec) -> bool {
    spec.tls_options.as_ref().is_some_and(|options| options.enabled == Some(true))
}

/// Validates what conflicts with `tlsOptions.enabled: true`; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
    if !is_on(spec) {
        return;
    }
    read::each_group(spec, at, |at, group| {
        if let Some(container) = group.ray_container() {
            let at = at.field("template.spec.containers");
            let at = at.index(0);
            no_tls_variables(report, &at.field("env"), list(&container.env));
            no_tls_mounts(report, &at.field("volumeMounts"), list(&container.volume_mounts));
        }
    });
    if let Some(options) = &spec.autoscaler_options {
        let at = at.field("autoscalerOptions");
        no_tls_variables(report, &at.field("env"), list(&options.env));
        no_tls_mounts(report, &at.field("volumeMounts"), list(&options.volume_mounts));
    }
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// With `tlsOptions.enabled: true`, the first container of the head and of the workers, and `autoscalerOptions`,
    /// may not set `RAY_USE_TLS`, `RAY_TLS_SERVER_CERT`, `RAY_TLS_SERVER_KEY` and `RAY_TLS_CA_CERT`.
    ///
    /// Example: `spec: {tlsOptions: {enabled: true}, autoscalerOptions: {env: [{name: RAY_USE_TLS, value: "1"}]}}`
    ///
    /// Source: `validateTLSOptions`, ray-operator/controllers/ray/utils/validation.go
    fn no_tls_variables(report: &mut Report<'_>, at: &Path<'_>, variables: &[EnvVar]) {
        for (index, variable) in variables.iter().enumerate() {
            if VARIABLES.contains(&variable.name.as_str()) {
                let why = format_args!("with `tlsOptions.enabled: true` the operator sets `{}`", variable.name);
                report.forbidden(&at.index(index), why);
            }
        }
    },

    /// With `tlsOptions.enabled: true`, the first container of the head and of the workers, and `autoscalerOptions`,
    /// may not mount the volume `ray-tls`, nor another volume at `/etc/ray/tls`.
    ///
    /// Example: `spec: {tlsOptions: {enabled: true}, autoscalerOptions: {volumeMounts: [{name: certs, mountPath: /etc/ray/tls}]}}`
    ///
    /// Source: `validateNoConflictingTLSVolumeMount`, ray-operator/controllers/ray/utils/validation.go
    fn no_tls_mounts(report: &mut Report<'_>, at: &Path<'_>, mounts: &[VolumeMount]) {
        for (index, mount) in mounts.iter().enumerate() {
            if mount.name == TLS || mount.mount_path == TLS_MOUNT_PATH {
                let why =
                    format_args!("with `tlsOptions.enabled: true` the operator mounts `{TLS}` at `{TLS_MOUNT_PATH}`");
                report.forbidden(&at.index(index), why);
            }
        }
    }
);
